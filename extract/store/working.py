"""The working store: the user's own recordings, in one SQLite file kept by diskcache (`disk` makes it safe).

A row holds JSON text: a recording under its key, a text that recordings refer to, or a request that replaying
missed. Nothing is evicted. A recording and the texts it refers to are written in one transaction, so a killed process
leaves all of it or none. Nothing in a folder is changed before it is known to be a store of ours (`_own`).
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import diskcache

from extract.errors import DamagedRecording, StoreError, UsageError
from extract.store import recordings
from extract.store.claims import forget_claims
from extract.store.disk import BUSY_SECONDS, FILE_NAME, TextCache, TextTable, connected
from extract.store.places import ENDINGS, SHARED, WritablePlace
from extract.store.recordings import Written

MISS_SECONDS = 30 * 24 * 3600.0
"""Missed requests are remembered for `extract cache why` this long."""

MARK = "attested-store"
"""A file of this name says that a folder's database is ours."""

_KEY = re.compile(r"[0-9a-f]{64}")
_MISS = "miss:"
_EARLIER = "lock:"
"""Rows that earlier versions wrote, and nobody reads."""

_OURS = """
    SELECT EXISTS (SELECT 1 FROM Settings WHERE key = 'eviction_policy' AND value = 'none') AND NOT EXISTS (
        SELECT 1 FROM Cache WHERE NOT ifnull(
            key GLOB 'shared:*' OR key GLOB 'lock:*' OR key GLOB 'miss:*'
            OR length(key) = 64 AND substr(value, 1, 73) = '{"key":"' || key || '"', 0
        )
    )
"""


@dataclass(slots=True)
class Imported:
    """What became of recordings that were to be taken in."""

    added: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)
    replaced: int = 0


class WorkingStore(WritablePlace):
    """Recordings in a folder of this machine; safe for threads and for processes.

    Whatever writes raises StoreError when it cannot, and the store is then as before.

    Attributes:
        path: the database file.
        claims: folder for those who ask a request (`claims`).
        why_read_only: why nothing can be written, or None.
    """

    claims: Path

    def __init__(self, folder: Path) -> None:
        """Opens the store, and makes it if it is not there.

        Args:
            folder: readable by its owner alone from now on.

        Raises:
            UsageError: the folder, or the database in it, is not ours.
            StoreError: it cannot be made or opened, not even for reading.
        """
        self.path = folder / FILE_NAME
        self.claims = folder / "asked"
        self.why_read_only: str | None = None
        try:
            _own(folder)
            _make_private(folder)
            self._cache = TextCache(folder.absolute(), BUSY_SECONDS, eviction_policy="none")
        except (OSError, sqlite3.Error, diskcache.Timeout) as error:
            self.why_read_only = _reason(error)
        try:
            self._table = TextTable(self.path)
        except (OSError, sqlite3.Error) as error:
            why = self.why_read_only or _reason(error)
            raise StoreError(f"store {str(folder)!r} cannot be opened: {why}") from error

    def line(self, key: str) -> str | None:
        """The row's text, unchecked, or None; DamagedRecording where it cannot be read or is not text."""
        try:
            return self._table.get(key)
        except sqlite3.ProgrammingError as error:
            raise StoreError(f"store {str(self.path.parent)!r} has been closed") from error
        except DamagedRecording as error:
            raise recordings.damaged(key, str(self.path), str(error)) from error
        except sqlite3.DatabaseError as error:
            raise recordings.damaged(key, str(self.path), f"the database cannot be read ({error})") from error

    def readable(self, key: str) -> str | None:
        """The row's text; None for one that cannot be read, which is as good as none."""
        with contextlib.suppress(DamagedRecording):
            return self.line(key)
        return None

    def __iter__(self) -> Iterator[str]:
        """Keys of all recordings, sorted; DamagedRecording where the table cannot be read."""
        return filter(_KEY.fullmatch, self._names())

    def foreign(self) -> int:
        """Number of rows that this program never writes; raises as iterating does."""
        ours = (SHARED, _MISS, _EARLIER)
        return sum(not (_KEY.fullmatch(name) or name.startswith(ours)) for name in self._names())

    def put(self, item: Written) -> None:
        """Keeps a recording; it is durable against a killed process when this returns."""
        self.take([item], replace=True)

    def take(self, items: Iterable[Written], *, replace: bool = False) -> Imported:
        """Keeps many recordings, all of them or none.

        Args:
            replace: what is recorded differently is replaced instead of kept.
        """
        done = Imported()
        with self._writing() as cache, cache.transact():
            for item in items:
                old = self.readable(item.key)
                if old == item.line:
                    done.same += 1
                elif old is None or replace:
                    texts = {SHARED + name: text for name, text in item.shared.items()}
                    for row, text in texts.items() | {(item.key, item.line)}:
                        if self.readable(row) != text:
                            cache.set(row, text)
                    done.replaced += old is not None
                    done.added += old is None
                else:
                    done.kept.append(item.key)
        return done

    def remove(self, keys: Collection[str]) -> None:
        """Deletes recordings, and the texts nobody refers to any more, from the disk too."""
        with self._writing() as cache:
            with cache.transact():
                for key in keys:
                    cache.delete(key)
                for name in self._orphans(keys):
                    cache.delete(SHARED + name)
            self._erase("")

    def clear(self) -> None:
        """Deletes everything, from the disk too."""
        with self._writing():
            self._erase("DELETE FROM Cache")
        forget_claims(self.claims)

    def note_miss(self, key: str, text: str) -> None:
        """Remembers a request that was not answered, as JSON text."""
        with self._writing() as cache:
            cache.set(_MISS + key, text, expire=MISS_SECONDS)

    def misses(self, prefix: str) -> dict[str, str]:
        """Remembered requests whose key begins so: key → JSON text."""
        names = [name for name in self._names() if name.startswith(_MISS + prefix)]
        found = {name.removeprefix(_MISS): self.readable(name) for name in names}
        return {key: text for key, text in found.items() if text is not None}

    def close(self) -> None:
        """Closes the connections, this thread's last: who closes last writes the log into the database."""
        self._table.close()
        if self.why_read_only is None:
            self._cache.close()

    def _names(self) -> list[str]:
        """Keys of all rows, sorted; "" for one that is not text."""
        try:
            return self._table.names()
        except sqlite3.Error as error:
            raise DamagedRecording(
                f"store {str(self.path)!r} cannot be read: {error}; empty it with `extract cache clear`"
            ) from error

    def _orphans(self, removed: Collection[str]) -> set[str]:
        """Names of shared texts that no recording needs but those that were removed."""
        names = [name for name in self._names() if name.startswith(SHARED)]
        texts = {name.removeprefix(SHARED): self.readable(name) or "" for name in names}
        needed: set[str] = set()
        kept = set(self).difference(removed)
        new = {name for key in kept for name in recordings.references(self.readable(key) or "")}
        while new:
            needed |= new
            new = {name for known in new for name in recordings.references(texts.get(known, ""))} - needed
        return texts.keys() - needed

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


def check_store(folder: Path) -> None:
    """Looks whether there is a store, and makes none.

    Raises:
        UsageError: there is none.
    """
    if not any((folder / name).exists() for name in (FILE_NAME, MARK)):
        raise UsageError(f"there is no store in {str(folder)!r}: name the folder of one with --store")


def clear_folder(folder: Path) -> None:
    """Empties a working store, also one that cannot be opened any more.

    Raises:
        UsageError: there is no store, or the database in the folder is not ours.
        StoreError: it cannot be emptied.
    """
    check_store(folder)
    try:
        WorkingStore(folder).clear()
    except StoreError:
        try:
            for ending in ENDINGS:
                (folder / f"{FILE_NAME}{ending}").unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"store {str(folder)!r} cannot be emptied: {_reason(error)}") from error


def _own(folder: Path) -> None:
    """Makes a new folder, or an empty one, a store; a folder that is neither this nor a store is left as it is.

    Raises:
        UsageError: it is not ours.
    """
    if str(folder.absolute()) != os.path.expandvars(folder.absolute()):  # diskcache would go elsewhere
        raise UsageError(f"folder {str(folder)!r} has the name of an environment variable in it: name another one")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is a file, and a store is a folder: name another one")
    mark, file = folder / MARK, folder / FILE_NAME
    taken = folder.is_dir() and any(folder.iterdir())
    if mark.exists():  # looked for last, and made first: another process may be making the store just now
        return
    if taken and not file.exists():
        raise UsageError(f"folder {str(folder)!r} holds other things and no store: name an empty or a new one")
    if taken and not _is_ours(file):
        raise UsageError(
            f"{FILE_NAME!r} in folder {str(folder)!r} is another program's, or damaged: it was left as it is; "
            "name another folder with --store"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        mark.touch(0o600)
    except OSError:
        if not taken:
            raise  # else it is a store of an earlier version that cannot be written, and can be read


def _is_ours(file: Path) -> bool:
    """Whether a database without a mark is an earlier version's: it has its settings, and rows of no other kind.

    Looking makes no file beside it, unless somebody has it open or left it so.
    """
    logged = file.with_name(f"{file.name}-wal").exists()  # what was written last is in there
    way = "mode=ro" if logged else "mode=ro&immutable=1"
    with contextlib.suppress(sqlite3.Error), contextlib.closing(connected(file, way)) as connection:
        return bool(connection.execute(_OURS).fetchone()[0])
    return False


def _make_private(folder: Path) -> None:
    mode = folder.stat().st_mode
    if mode & 0o077:
        folder.chmod(mode & 0o700)  # takes from others; gives the owner nothing that was taken away on purpose


def _reason(error: Exception) -> str:
    if isinstance(error, diskcache.Timeout):
        return "it is full, read-only, or kept busy by another process"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
