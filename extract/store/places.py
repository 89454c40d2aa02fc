"""Where recordings lie: one place, and a store of several.

A place gives lines and shared texts as they lie there; what is read from them is checked here, for every place alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import DamagedRecording, StoreError
from extract.models.client import About, Response
from extract.store import recordings
from extract.store.recordings import MAX_CHARS, Recording, Written

SHARED = "shared:"
"""In front of the name of a shared text, where a key of a recording could stand."""

ENDINGS = ("", "-wal", "-shm", "-journal")
"""What the names of a database's files end in."""


class Place(ABC):
    """Recordings in one file or database; safe to use from several threads.

    Attributes:
        path: the file; errors name it.
    """

    path: Path

    @abstractmethod
    def __iter__(self) -> Iterator[str]:
        """Keys of all recordings."""

    @abstractmethod
    def line(self, key: str) -> str | None:
        """The recording's line, or a shared text under `SHARED` and its name, unchecked; None if it is not there.

        Raises:
            DamagedRecording: it is not text.
        """

    def __len__(self) -> int:
        """Number of recordings."""
        return sum(1 for _ in self)

    @property
    def size(self) -> int:
        """Length in bytes, that of a database's log included."""
        files = (self.path.with_name(f"{self.path.name}{ending}") for ending in ENDINGS)
        return sum(file.stat().st_size for file in files if file.exists())

    def answer(self, key: str) -> Response | None:
        """The recorded response, marked as replayed, or None.

        Raises:
            DamagedRecording: the recording is not what was written.
        """
        line = self.line(key)
        return None if line is None else recordings.answer(line, key, str(self.path))

    def labels(self, key: str) -> About:
        """Where a recorded request comes from; raises as `read` does."""
        return recordings.labels(self._line_of(key), key, str(self.path))

    def read(self, key: str) -> Recording:
        """A whole recording.

        Raises:
            DamagedRecording: it, or a text it refers to, is not there or not what was written.
        """
        return recordings.read(self._line_of(key), key, str(self.path), self.shared)

    def written(self, key: str) -> Written:
        """A recording with the texts it refers to, and those that they refer to, unchecked; raises as `read` does."""
        line = self._line_of(key)
        found: dict[str, str] = {}
        names = recordings.references(line)
        while names:
            name = names.pop()
            if name not in found:
                found[name] = self.shared_text(name)
                names += recordings.references(found[name])
        return Written(key, line, found)

    def shared(self, name: str) -> Any:
        """A shared value; raises as `shared_text` does."""
        return recordings.parsed(self.shared_text(name))

    def shared_text(self, name: str) -> str:
        """A shared text as canonical JSON.

        Raises:
            DamagedRecording: it is not there, or not what was written.
        """
        text = self.line(SHARED + name)
        if text is None or len(text) > MAX_CHARS or recordings.shared_name(text) != name:
            raise DamagedRecording(
                f"shared text {name!r} {'is missing' if text is None else 'was changed'} in {str(self.path)!r}; "
                "restore the file, or drop what refers to it from the store with `extract cache prune --damaged`"
            )
        return text

    def _line_of(self, key: str) -> str:
        line = self.line(key)
        if line is None:
            raise recordings.damaged(key, str(self.path), "it is not there, or not any more")
        return line


class WritablePlace(Place):
    """A place that takes recordings. Whatever writes raises StoreError when it cannot.

    Attributes:
        claims: folder for those who ask a request (`claims`); None where nobody can be kept waiting.
        why_read_only: why nothing can be written, or None.
    """

    claims: Path | None
    why_read_only: str | None

    @abstractmethod
    def readable(self, key: str) -> str | None:
        """The row's text; None for one that cannot be read, which is as good as none."""

    @abstractmethod
    def put(self, item: Written) -> None:
        """Keeps a recording; it is durable against a killed process when this returns."""

    @abstractmethod
    def note_miss(self, key: str, text: str) -> None:
        """Remembers a request that was not answered, as JSON text."""

    @abstractmethod
    def misses(self, prefix: str) -> Mapping[str, str]:
        """Remembered requests whose key begins so: key → JSON text."""

    @abstractmethod
    def close(self) -> None:
        """Closes what is open."""


@dataclass(slots=True)
class Stats:
    """What a store holds.

    Attributes:
        by_model: distinct recordings per model.
        by_prompt: distinct recordings per prompt file.
        days: on which something was recorded.
        unused: recordings that are not in use, as key → labels.
        damaged: recordings that cannot be read, which are counted nowhere else.
    """

    by_model: Counter[str] = field(default_factory=Counter)
    by_prompt: Counter[str] = field(default_factory=Counter)
    days: set[str] = field(default_factory=set)
    unused: dict[str, About] = field(default_factory=dict)
    damaged: int = 0


class Store:
    """Recordings of this machine over read-only files; safe for threads and for processes.

    Attributes:
        working: None for the files alone; then nothing is recorded.
        places: all of them, in the order in which they are asked.
    """

    def __init__(self, working: WritablePlace | None, layers: Sequence[Place] = ()) -> None:
        """Puts them together: the working store is asked first."""
        self.working = working
        self.places: tuple[Place, ...] = tuple(layers) if working is None else (working, *layers)

    def answer(self, key: str) -> Response | None:
        """The recorded response, marked as replayed, or None.

        Raises:
            DamagedRecording: the recording is not what was written.
        """
        return next((found for place in self.places if (found := place.answer(key)) is not None), None)

    def __iter__(self) -> Iterator[str]:
        """Every key once, those of the working store first."""
        return iter(dict.fromkeys(key for place in self.places for key in place))

    def labels(self, key: str) -> About:
        """Where a recorded request comes from; raises as `read` does."""
        return self._place(key).labels(key)

    def read(self, key: str) -> Recording:
        """A whole recording.

        Raises:
            DamagedRecording: it is not what was written.
            StoreError: nothing is recorded under this key.
        """
        return self._place(key).read(key)

    def _place(self, key: str) -> Place:
        for place in self.places:
            if place.line(key) is not None:
                return place
        raise StoreError(f"recording {key!r} is not there, or not any more")

    def models(self) -> set[str]:
        """Identities of the models whose answers are recorded; what is damaged is passed over."""
        return set(self.stats().by_model)

    def missed(self, prefix: str) -> Mapping[str, str]:
        """Requests remembered as missed whose key begins so: key → `misses.asked_text`."""
        return self.working.misses(prefix) if self.working is not None else {}

    def stats(self, live: Collection[str] | None = None) -> Stats:
        """Counts what is there.

        Args:
            live: the keys that current articles and prompt sets ask for; None where nobody said, and nothing is unused.

        Raises:
            DamagedRecording: the store cannot be read.
        """
        found = Stats()
        for key in self:
            try:
                recording = self.read(key)
            except StoreError:
                found.damaged += 1
                continue
            found.by_model[recording.content["model"]] += 1
            found.by_prompt[recording.about.prompt] += 1
            found.days.add(recording.response.recorded_on)
            if live is not None and key not in live:
                found.unused[key] = recording.about
        return found
