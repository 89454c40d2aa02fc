"""The embedded server asked so that an answer does not depend on what was asked before.

llama.cpp keeps what it has read and goes on from where a new prompt parts from it. From where it goes on decides how
its sums are grouped, and so the last digits: with the cache on, answers moved by up to 0.18 in logprob with the order
of questions. Here every question goes on from the same place, the end of the messages it shares with its neighbours:
these are sent alone before it, which takes one token's time. Requests are sent one after another, since those that
run together are summed together.

A beginning that took long to read and is asked with again can be kept for other processes (`beginnings`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from extract.models.client import Request, Response, canonical_json
from extract.models.openai_client import OpenAIClient
from extract.models.transport import PATIENT, Patience
from extract.spec import TIMEOUT

if TYPE_CHECKING:
    from openai import OpenAI


LONG = 1.0
"""Seconds of reading from which on a beginning is kept."""


class PrimedClient(OpenAIClient):
    """Asks a llama.cpp server whose slots it has for itself; safe to call from several threads."""

    def __init__(
        self,
        model: str,
        identity: str,
        *,
        base_url: str,
        api_key: str | None,
        slots: int,
        timeout: float = TIMEOUT,
        patience: Patience = PATIENT,
    ) -> None:
        """Prepares a client.

        Args:
            slots: of the server: how many beginnings it remembers.
            model, identity, base_url, api_key, timeout, patience: as in `OpenAIClient`.
        """
        super().__init__(
            model, identity, base_url=base_url, api_key=api_key, dialect="llama", timeout=timeout, patience=patience
        )
        self._slots = slots
        self._turn = threading.Lock()
        self._slot_of: dict[str, int] = {}  # canonical JSON of messages → slot, least recently used first
        self._long: set[str] = set()  # those that took long to read, and are not kept yet
        self._of_questions: set[str] = set()  # those of questions; that of one asked anew holds an article

    def complete(self, request: Request) -> Response:
        """As `OpenAIClient.complete`."""
        self._of_questions.add(canonical_json([asdict(message) for message in request.messages[:-1]]))
        return super().complete(request)

    def _post(self, sdk: OpenAI, parameters: Mapping[str, Any]) -> str:
        beginning = parameters["messages"][:-1]
        with self._turn:
            if not beginning:
                return super()._post(sdk, _placed(parameters, self._free_slot(), cached=False))
            return self._primed(sdk, parameters, beginning)

    def _primed(self, sdk: OpenAI, parameters: Mapping[str, Any], beginning: list[dict[str, str]]) -> str:
        name = canonical_json(beginning)
        known = self._slot_of.pop(name, None)
        slot = self._free_slot() if known is None else known
        alone = {"model": parameters["model"], "messages": beginning, "temperature": 0, "max_tokens": 1}
        if known is None and not self._recall(name, slot):
            # read as a whole, whatever the slot holds; its last token is read anew each time below
            began = time.perf_counter()
            super()._post(sdk, _placed(alone, slot, cached=False))
            if time.perf_counter() - began >= LONG and name in self._of_questions:
                self._long.add(name)
        super()._post(sdk, _placed(alone, slot, cached=True))
        if known is not None and name in self._long:
            self._long.discard(name)
            self._keep(name, slot)
        answer = super()._post(sdk, _placed(parameters, slot, cached=True))
        self._slot_of[name] = slot  # not after a fault: nobody knows what the slot holds then
        return answer

    def close(self) -> None:
        """Closes connections; what the slots held is not counted on afterwards."""
        super().close()
        self._slot_of.clear()

    def _recall(self, name: str, slot: int) -> bool:
        """Puts a beginning that was kept into a slot, and says whether there was one."""
        return False

    def _keep(self, name: str, slot: int) -> None:
        """Keeps what a slot holds: this beginning, and nothing else."""

    def _free_slot(self) -> int:
        free = set(range(self._slots)) - set(self._slot_of.values())
        if free:
            return min(free)
        return self._slot_of.pop(next(iter(self._slot_of)))


def _placed(parameters: Mapping[str, Any], slot: int, *, cached: bool) -> dict[str, Any]:
    """A request for one slot; `extra_body` may hold a grammar already."""
    beside = {**parameters.get("extra_body", {}), "id_slot": slot, "cache_prompt": cached}
    return {**parameters, "extra_body": beside}
