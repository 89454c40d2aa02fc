"""The request store: a client that answers from recordings and records what another client answers.

A `Store` is the working store of this machine (`working`) over read-only recordings files (`layers`). A
`StoredClient` puts it in front of a client, in a mode named by what a miss does. A hit imports no SDK, opens no
socket and returns what was recorded; what it says is validated anew by whoever parses it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import DamagedRecording, ReplayMiss, StoreError, UsageError
from extract.models.client import About, Client, Request, Response
from extract.models.keys import holds_key, known_keys
from extract.spec import Mode
from extract.store import recordings
from extract.store.layers import Layer, open_layers
from extract.store.recordings import Recording

if TYPE_CHECKING:
    from extract.store.misses import Nearest
    from extract.store.working import WorkingStore

POLL_SECONDS = 0.05
"""How often a process looks whether another one has got the answer that both want."""

QUIET_SECONDS = 1.0
"""A wait for another process that takes longer is told."""

Warn = Callable[[str], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One place recordings are kept: how many, in how many bytes."""

    path: str
    recordings: int
    size: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a store holds.

    Attributes:
        places: the working store first, then the files.
        by_model: distinct recordings per model.
        by_prompt: distinct recordings per prompt file.
        days: first and last day on which something was recorded, or None for an empty store.
        unused: recordings that no live key names, as key → labels; None if nobody said what is live.
        damaged: recordings that cannot be read, which are counted nowhere else.
    """

    places: tuple[Place, ...]
    by_model: dict[str, int]
    by_prompt: dict[str, int]
    days: tuple[str, str] | None
    unused: dict[str, About] | None
    damaged: int


class Store:
    """Recordings of this machine over read-only files; safe for threads and for processes."""

    def __init__(self, working: WorkingStore | None, layers: Sequence[Layer] = ()) -> None:
        """Puts them together.

        Args:
            working: None reads the files alone, and records nothing.
            layers: asked in this order when the working store has no answer.
        """
        self.working = working
        self.layers = tuple(layers)

    @property
    def _sources(self) -> tuple[WorkingStore | Layer, ...]:
        return (self.working, *self.layers) if self.working is not None else self.layers

    def answer(self, key: str) -> Response | None:
        """The recorded response, marked as replayed, or None.

        Raises:
            DamagedRecording: the recording is not what was written.
        """
        for source in self._sources:
            response = source.answer(key)
            if response is not None:
                return response
        return None

    def __iter__(self) -> Iterator[str]:
        """Every key once, those of the working store first."""
        seen: set[str] = set()
        for source in self._sources:
            new = [key for key in source if key not in seen]
            seen.update(new)
            yield from new

    def source(self, key: str) -> WorkingStore | Layer:
        """The place that answers this key; StoreError if there is none (any more)."""
        for source in self._sources:
            if source.line(key) is not None:
                return source
        raise StoreError(f"recording {key!r} is not there, or not any more")

    def labels(self, key: str) -> About:
        """Where a recorded request comes from; raises as `read` does."""
        source = self.source(key)
        return recordings.labels(source.written(key).line, key, str(source.path))

    def read(self, key: str) -> Recording:
        """A whole recording.

        Raises:
            DamagedRecording: it is not what was written.
            StoreError: nothing is recorded under this key.
        """
        source = self.source(key)
        return recordings.read(source.written(key).line, key, str(source.path), source.shared)

    def models(self) -> set[str]:
        """Identities of the models whose answers are recorded; what is damaged is passed over."""
        found = set()
        for key in self:
            with contextlib.suppress(DamagedRecording):
                found.add(self.read(key).content["model"])
        return found

    def missed(self, prefix: str) -> Mapping[str, str]:
        """Requests remembered as missed whose key begins so: key → `misses.asked_text`."""
        return self.working.misses(prefix) if self.working is not None else {}

    def stats(self, live_keys: Collection[str] | None = None) -> Stats:
        """Counts what is there.

        Args:
            live_keys: the keys that current articles and prompt sets ask for, to find what is left over.

        Raises:
            DamagedRecording: the store cannot be read.
        """
        models: Counter[str] = Counter()
        prompts: Counter[str] = Counter()
        days: set[str] = set()
        unused: dict[str, About] = {}
        damaged = 0
        for key in self:
            try:
                recording = self.read(key)
            except StoreError:
                damaged += 1
                continue
            models[recording.content["model"]] += 1
            prompts[recording.about.prompt] += 1
            days.add(recording.response.recorded_on)
            if live_keys is not None and key not in live_keys:
                unused[key] = recording.about
        return Stats(
            places=tuple(Place(str(source.path), len(source), source.size) for source in self._sources),
            by_model=dict(sorted(models.items())),
            by_prompt=dict(sorted(prompts.items())),
            days=(min(days), max(days)) if days else None,
            unused=None if live_keys is None else unused,
            damaged=damaged,
        )


def open_store(folder: Path | None, layers: Sequence[Path] = (), *, warn: Warn = _log.warning) -> Store:
    """Opens a store; a working store that cannot be had is a warning, and the run goes on without.

    Args:
        folder: of the working store (`working.default_folder()`), made if it is not there; None for none.
        layers: recordings files, or folders of them.
        warn: told why nothing will be recorded, in one line.

    Raises:
        UsageError: the folder holds other things.
        StoreError: a recordings file cannot be read.
        DamagedRecording: a recordings file holds something else.
    """
    return Store(None if folder is None else _opened(folder, warn), open_layers(layers))


def _opened(folder: Path, warn: Warn) -> WorkingStore | None:
    from extract.store.working import WorkingStore  # diskcache takes 30 ms to import; files alone do without

    try:
        return WorkingStore(folder)
    except StoreError as error:
        warn(f"nothing is recorded: {error}")
        return None


def _line(working: WorkingStore, key: str) -> str | None:
    """The line there is; one that cannot be read is about to be replaced."""
    with contextlib.suppress(DamagedRecording):
        return working.line(key)
    return None


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
            flight = self._flights.get(request.key)
            first = flight is None
            if flight is None:
                flight = self._flights[request.key] = Future()
        if not first:
            return replace(flight.result(), replayed=True)
        try:
            response = self._asked_by_one_process(request)
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(response)
            return response
        finally:
            with self._mutex:
                del self._flights[request.key]

    def _asked_by_one_process(self, request: Request) -> Response:
        working = self.store.working
        if working is None or working.why_read_only is not None:
            return self._recorded(request)
        # What is there already does not count when refreshing; an answer that arrives meanwhile does.
        old = _line(working, request.key) if self._mode == "refresh" else None
        began = time.monotonic()
        while True:
            try:
                claim = working.claim(request.key)
            except StoreError as error:
                self._warn_once(f"equal requests of other processes are not waited for: {error}")
                return self._recorded(request)
            try:
                line = _line(working, request.key)
                if line is not None and line != old:
                    self.used.add(request.key)
                    return recordings.answer(line, request.key, str(working.path))
                if claim is not None:
                    return self._recorded(request)
            finally:
                if claim is not None:
                    claim.release()
            if time.monotonic() - began > QUIET_SECONDS:
                self._warn_once(f"waiting for {working.claimant(request.key)}, which is asking the same question")
            time.sleep(POLL_SECONDS)

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
