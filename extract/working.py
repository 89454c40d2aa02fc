"""The working store: the user's own recordings, in one SQLite file kept by diskcache (`disk` makes it safe).

A row holds JSON text: a recording under its key, a text that recordings refer to, a claim on a request that is
being asked, or a request that replaying missed. Nothing is evicted. A recording and the texts it refers to are
written in one transaction, so a killed process leaves all of it or none.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import threading
import uuid
from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import Any

import diskcache

from extract import recordings
from extract.client import Response
from extract.disk import FILE_NAME, ReadOnlyTable, Table, TextDisk
from extract.errors import DamagedRecording, StoreError, UsageError
from extract.layers import with_references
from extract.recordings import Written

LOCK_SECONDS = 15.0
"""A lock that its holder no longer renews is free after this time: nobody frees it for a killed process."""

MISS_SECONDS = 30 * 24 * 3600.0
"""Missed requests are remembered for `extract cache why` this long."""

BUSY_SECONDS = 30.0

MAPPED_BYTES = 2**30
"""A database up to this size is read in place; 100 000 recordings are more than diskcache's 64 MiB."""

_KEY = re.compile(r"[0-9a-f]{64}")
_SHARED = "shared:"
_LOCK = "lock:"
_MISS = "miss:"


class Claim:
    """The right to ask a request; release it."""

    def __init__(self, store: WorkingStore, name: str, token: str) -> None:
        """Starts renewing it; made by `WorkingStore.claim`."""
        self._store = store
        self._name = name
        self._token = token
        self._done = threading.Event()
        self._renewer = threading.Thread(target=store._renew, args=(name, self._done), daemon=True)
        self._renewer.start()

    def release(self) -> None:
        """Lets others ask."""
        self._done.set()
        self._renewer.join()
        self._store._release(self._name, self._token)


class WorkingStore:
    """Recordings in a folder of this machine; safe for threads and for processes.

    Attributes:
        path: the database file.
        why_read_only: why nothing can be written, or None.
    """

    def __init__(self, folder: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        """Opens the store, and makes it if it is not there.

        Args:
            folder: readable by its owner alone from now on.
            lock_seconds: how long the lock of a killed process holds others up.

        Raises:
            UsageError: the folder holds other things.
            StoreError: it cannot be made or opened, not even for reading.
        """
        self.path = folder / FILE_NAME
        self.why_read_only: str | None = None
        self._lock_seconds = lock_seconds
        self._held: dict[str, str] = {}
        try:
            _make_private(folder)
            self._cache = diskcache.Cache(
                str(folder.absolute()),
                timeout=BUSY_SECONDS,
                disk=TextDisk,
                eviction_policy="none",
                statistics=0,
                sqlite_mmap_size=MAPPED_BYTES,
            )
            self._table: Table = self._cache
        except (OSError, sqlite3.Error, diskcache.Timeout) as error:
            self.why_read_only = _reason(error)
            try:
                self._table = ReadOnlyTable(self.path)
            except (OSError, sqlite3.Error):
                raise StoreError(f"store {str(folder)!r} cannot be opened: {_reason(error)}") from error

    @property
    def size(self) -> int:
        """Length of the database and its log in bytes."""
        return sum(file.stat().st_size for file in self.path.parent.glob(f"{FILE_NAME}*"))

    def line(self, key: str) -> str | None:
        """The recording's line, unchecked, or None.

        Raises:
            DamagedRecording: the row cannot be read or is not text.
        """
        try:
            return self._table.get(key)
        except DamagedRecording as error:
            raise recordings.damaged(key, str(self.path), str(error)) from error
        except sqlite3.DatabaseError as error:
            raise recordings.damaged(key, str(self.path), f"the database cannot be read ({error})") from error

    def answer(self, key: str) -> Response | None:
        """The recorded response, or None.

        Raises:
            DamagedRecording: the recording is not what was written.
        """
        line = self.line(key)
        return None if line is None else recordings.answer(line, key, str(self.path))

    def __iter__(self) -> Iterator[str]:
        """Keys of all recordings, sorted.

        Raises:
            DamagedRecording: the table holds a key that is not text, or cannot be read.
        """
        return (key for key in self._names() if _KEY.fullmatch(key))

    def shared_text(self, name: str) -> str:
        """A shared text as canonical JSON.

        Raises:
            DamagedRecording: it is not there, or not what was written.
        """
        text = self.line(_SHARED + name)
        if text is None or recordings.shared_name(text) != name:
            raise DamagedRecording(
                f"shared text {name!r} in {str(self.path)!r} is missing or was changed; drop what refers to it with "
                "`extract cache prune --damaged`"
            )
        return text

    def shared(self, name: str) -> Any:
        """A shared value; raises as `shared_text` does."""
        return json.loads(self.shared_text(name))

    def written(self, key: str) -> Written:
        """A recording with the texts it refers to, unchecked.

        Raises:
            DamagedRecording: the row or a text cannot be read.
            KeyError: there is no such recording.
        """
        line = self.line(key)
        if line is None:
            raise KeyError(key)
        return Written(key, line, with_references(line, self.shared_text))

    def put(self, item: Written) -> None:
        """Keeps a recording; it is durable against a killed process when this returns.

        Raises:
            StoreError: it cannot be written; the store is as before.
        """
        with self._writing() as cache, cache.transact():
            for name, text in item.shared.items():
                if not self._holds(_SHARED + name, text):
                    cache.set(_SHARED + name, text)
            cache.set(item.key, item.line)

    def remove(self, keys: Collection[str]) -> None:
        """Deletes recordings, and the texts nobody refers to any more, from the disk too.

        Raises:
            StoreError: it cannot be written.
        """
        with self._writing() as cache:
            with cache.transact():
                for key in keys:
                    cache.delete(key)
                for name in self._orphans():
                    cache.delete(_SHARED + name)
            self._erase("")

    def clear(self) -> None:
        """Deletes everything, from the disk too.

        Raises:
            StoreError: it cannot be written.
        """
        with self._writing():
            self._erase("DELETE FROM Cache")

    def claim(self, key: str) -> Claim | None:
        """Claims a request, so that one process asks it; None if another has it.

        The claim is renewed until it is released, and runs out by itself when the process is killed.

        Raises:
            StoreError: it cannot be written.
        """
        name, token = _LOCK + key, json.dumps(uuid.uuid4().hex)
        with self._writing() as cache:
            mine = cache.add(name, token, expire=self._lock_seconds)
        if not mine:
            return None
        self._held[name] = token
        return Claim(self, name, token)

    def let_go(self) -> None:
        """Releases all claims of this process, which is about to end in the middle of what it asks."""
        for name, token in list(self._held.items()):
            self._release(name, token)

    def note_miss(self, key: str, text: str) -> None:
        """Remembers a request that was not answered, as JSON text.

        Raises:
            StoreError: it cannot be written.
        """
        with self._writing() as cache:
            cache.set(_MISS + key, text, expire=MISS_SECONDS)

    def misses(self, prefix: str) -> dict[str, str]:
        """Remembered requests whose key begins so: key → JSON text."""
        names = [name for name in self._names() if name.startswith(_MISS + prefix)]
        found = {name.removeprefix(_MISS): self.line(name) for name in names}
        return {key: text for key, text in found.items() if text is not None}

    def __len__(self) -> int:
        """Number of recordings."""
        return sum(1 for _ in self)

    def close(self) -> None:
        """Closes this thread's connection."""
        if isinstance(self._table, ReadOnlyTable):
            self._table.close()
        else:
            self._cache.close()

    def _names(self) -> Iterator[str]:
        try:
            yield from self._table.iterkeys()
        except (DamagedRecording, sqlite3.DatabaseError) as error:
            raise DamagedRecording(
                f"store {str(self.path)!r} cannot be read: {error}; empty it with `extract cache clear`"
            ) from error

    def _holds(self, name: str, text: str) -> bool:
        with contextlib.suppress(DamagedRecording):
            return bool(self._cache.get(name) == text)
        return False

    def _orphans(self) -> set[str]:
        """Names of shared texts that no recording needs."""
        names = [name for name in self._names() if name.startswith(_SHARED)]
        texts = {name.removeprefix(_SHARED): self.line(name) or "" for name in names}
        needed: set[str] = set()
        new = {name for key in self for name in recordings.references(self.line(key) or "")}
        while new:
            needed |= new
            new = {name for known in new for name in recordings.references(texts.get(known, ""))} - needed
        return texts.keys() - needed

    def _renew(self, name: str, done: threading.Event) -> None:
        while not done.wait(self._lock_seconds / 3):
            # When it cannot be renewed, another process may ask too: a second call, not a wrong answer.
            with contextlib.suppress(StoreError), self._writing() as cache:
                cache.touch(name, expire=self._lock_seconds)
        self._cache.close()  # this thread's connection

    def _release(self, name: str, token: str) -> None:
        self._held.pop(name, None)
        with contextlib.suppress(StoreError), self._writing() as cache, cache.transact():
            if cache.get(name) == token:  # else it ran out, and is another's
                cache.delete(name)

    def _erase(self, statement: str) -> None:
        """Runs a statement, then rewrites the database: not every SQLite blanks what it deletes."""
        self._cache.close()
        with contextlib.closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            for line in (statement, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.execute(line)

    @contextlib.contextmanager
    def _writing(self) -> Generator[Any, None, None]:
        """Gives the cache; a write that fails leaves the connection clean and becomes a StoreError."""
        if self.why_read_only is not None:
            raise StoreError(f"store {str(self.path.parent)!r} cannot be written: {self.why_read_only}")
        try:
            yield self._cache
        except (OSError, sqlite3.Error, diskcache.Timeout) as error:
            # A failed COMMIT leaves its transaction open, and every later write would fail with it.
            with contextlib.suppress(sqlite3.Error):
                self._cache.close()
            raise StoreError(f"store {str(self.path.parent)!r} cannot be written: {_reason(error)}") from error


def default_folder() -> Path:
    """Where the working store is if nobody says otherwise: the user's cache folder."""
    import platformdirs

    return platformdirs.user_cache_path("attested") / "store"


def clear_folder(folder: Path) -> None:
    """Empties a working store, also one that cannot be opened any more.

    Raises:
        UsageError: the folder holds other things.
        StoreError: it cannot be emptied.
    """
    if not (folder / FILE_NAME).exists():
        return
    try:
        WorkingStore(folder).clear()
    except StoreError:
        try:
            for file in folder.glob(f"{FILE_NAME}*"):
                file.unlink()
        except OSError as error:
            raise StoreError(f"store {str(folder)!r} cannot be emptied: {_reason(error)}") from error


def _make_private(folder: Path) -> None:
    if folder.is_dir() and not (folder / FILE_NAME).exists() and any(folder.iterdir()):
        raise UsageError(f"folder {str(folder)!r} holds other things and no store: name an empty or a new one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = folder.stat().st_mode
    if mode & 0o077:
        folder.chmod(mode & 0o700)  # takes from others; gives the owner nothing that was taken away on purpose


def _reason(error: Exception) -> str:
    if isinstance(error, diskcache.Timeout):
        return "it is full, read-only, or kept busy by another process"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
