"""The store in front of a client: it answers from recordings and records what the client answers.

What a miss does is the mode. A hit imports no SDK, opens no socket and returns what was recorded; what it says is
validated anew by whoever parses it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import ReplayMiss, StoreError, UsageError
from extract.models.client import Client, Request, Response
from extract.models.keys import holds_key, known_keys
from extract.spec import Mode
from extract.store import recordings
from extract.store.claims import claimed
from extract.store.layers import open_layers
from extract.store.places import Place, Store
from extract.store.shared import SharedRecordings, is_shared

if TYPE_CHECKING:
    from extract.store.misses import Nearest

Warn = Callable[[str], None]

_log = logging.getLogger(__name__)


def open_store(folder: Path | None, layers: Sequence[Path] = (), *, warn: Warn = _log.warning) -> Store:
    """Opens a store; a working store that cannot be had is a warning, and the run goes on without.

    Args:
        folder: of the working store (`working.default_folder()`), made if it is not there, or of shared recordings
            (`shared`); None for none.
        layers: recordings files, or folders of them.
        warn: told why nothing will be recorded, in one line.

    Raises:
        UsageError: the folder holds other things.
        StoreError: a recordings file cannot be read.
        DamagedRecording: a recordings file holds something else.
    """
    working = None
    if folder is not None:
        if is_shared(folder):
            return over_shared(SharedRecordings(folder), layers)
        from extract.store.working import WorkingStore  # diskcache takes 30 ms to import; files alone do without

        try:
            working = WorkingStore(folder)
        except StoreError as error:
            warn(f"nothing is recorded: {error}")
    return Store(working, open_layers(layers))


def over_shared(shared: SharedRecordings, layers: Sequence[Path] = ()) -> Store:
    """Recordings that machines share, over this machine's own store and files; what is found there is shared, too.

    Raises:
        StoreError, DamagedRecording: as `open_store`.
    """
    return _SharingStore(shared, [*_own_recordings(), *open_layers(layers)])


class _SharingStore(Store):
    """A store that puts into its first place what it finds in the others."""

    def answer(self, key: str) -> Response | None:
        assert self.working is not None
        found = self.working.answer(key)
        for place in self.places[1:] if found is None else ():
            if (found := place.answer(key)) is not None:
                with contextlib.suppress(StoreError):  # the answer is as good without
                    self.working.put(place.written(key))
                break
        return found


def _own_recordings() -> list[Place]:
    """This machine's own store, if there is one."""
    from extract.store.working import WorkingStore, check_store, default_folder

    with contextlib.suppress(UsageError, StoreError):
        check_store(default_folder())
        return [WorkingStore(default_folder())]
    return []


class StoredClient:
    """Answers from a store, and asks another client as the mode says; safe to call from several threads.

    Equal requests in flight at once make one call, in this process and, through the working store, in others.

    Attributes:
        store: where answers come from and go to.
        used: keys that were answered from the store, or recorded in it.
    """

    def __init__(
        self,
        inner: Client | None,
        store: Store,
        mode: Mode = "auto",
        *,
        warn: Warn = _log.warning,
        keys: Collection[str] | None = None,
    ) -> None:
        """Puts a store in front of a client.

        Args:
            inner: asked on a miss; may be None in mode `replay`, which never asks.
            store: where answers come from and go to.
            mode: what a miss does.
            warn: told, once per reason, in one line, that an answer could not be recorded, or is waited for.
            keys: secrets; what holds one is not recorded. None for those of the environment.

        Raises:
            UsageError: the mode needs a client and there is none.
        """
        if inner is None and mode != "replay":
            raise UsageError(f"cache mode {mode!r} needs a model to ask; only 'replay' does without")
        self.store = store
        self.used: set[str] = set()
        self._inner = inner
        self._mode = mode
        self._warn = warn
        self._keys = known_keys(os.environ) if keys is None else frozenset(keys)
        self._warned: set[str] = set()
        self._mutex = threading.Lock()
        self._flights: dict[str, Future[Response]] = {}
        self._nearest: Nearest | None = None

    def complete(self, request: Request) -> Response:
        """Answers one request.

        Raises:
            ReplayMiss: replaying, and nothing was recorded; its note holds the whole comparison.
            DamagedRecording: the recording is not what was written; it is never an answer.
            TransportError: no proper answer could be had.
        """
        if self._mode == "off":
            return self._asked(request)
        key = request.key
        if self._mode != "refresh":
            response = self.store.answer(key)
            if response is not None:
                self.used.add(key)
                return response
        if self._mode == "replay":
            raise self._miss(request)
        return self._asked_once(request)

    def _asked(self, request: Request) -> Response:
        assert self._inner is not None  # the constructor saw to it
        return self._inner.complete(request)

    def _asked_once(self, request: Request) -> Response:
        """One call for equal requests of this process; the others get its answer as a replay."""
        with self._mutex:
            first = request.key not in self._flights
            flight = self._flights.setdefault(request.key, Future())
        if not first:
            return replace(flight.result(), replayed=True)
        try:
            flight.set_result(self._asked_by_one_process(request))
        except BaseException as error:
            flight.set_exception(error)
        with self._mutex:
            del self._flights[request.key]
        return flight.result()

    def _asked_by_one_process(self, request: Request) -> Response:
        working = self.store.working
        if working is None or working.why_read_only is not None or working.claims is None:
            return self._recorded(request)
        # What is there already does not count when refreshing; an answer that arrives meanwhile does.
        old = working.readable(request.key) if self._mode == "refresh" else None
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(claimed(working.claims, request.key, self._wait))
            except StoreError as error:
                self._warn_once(f"equal requests of other processes are not waited for: {error}")
            line = working.readable(request.key)
            if line is None or line == old:
                return self._recorded(request)
        self.used.add(request.key)
        return recordings.answer(line, request.key, str(working.path))

    def _wait(self, claimant: str) -> None:
        self._warn_once(f"waiting for {claimant}, which is asking the same question")

    def _recorded(self, request: Request) -> Response:
        response = recordings.trimmed(self._asked(request))
        if self.store.working is not None:
            try:
                item = recordings.written(recordings.recorded(request, response))
                tokens = ("".join(token.token for token in attempt.logprobs) for attempt in response.attempts)
                self._refuse_keys("the answer or its request", item.line, *item.shared.values(), *tokens)
                self.store.working.put(item)
                self.used.add(request.key)
            except StoreError as error:
                self._warn_once(f"not recorded: {error}")
        return response

    def _refuse_keys(self, what: str, *texts: str) -> None:
        if any(holds_key(text, self._keys) for text in texts):
            raise StoreError(f"{what} holds an API key or another secret of this environment")

    def _warn_once(self, message: str) -> None:
        with self._mutex:
            new = message not in self._warned
            self._warned.add(message)
        if new:
            self._warn(message)

    def _miss(self, request: Request) -> ReplayMiss:
        from extract.store.misses import Nearest, asked_text  # only a miss pays for difflib

        with self._mutex:
            if self._nearest is None:
                self._nearest = Nearest(self.store)
            explanation = self._nearest.explain(request.key, request.content, request.about)
        if self.store.working is not None:
            # For `extract cache why`; the miss is told in full without it.
            with contextlib.suppress(StoreError):
                text = asked_text(request.content, request.about)
                self._refuse_keys("the request", text)
                self.store.working.note_miss(request.key, text)
        error = ReplayMiss(explanation.line())
        error.add_note(explanation.text())
        return error
