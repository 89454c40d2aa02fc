"""diskcache made safe: a table that holds text and nothing else. diskcache writes it, and it is read without.

diskcache 5.6.3 unpickles a row that says it is a pickle, also under its JSONDisk (CVE-2025-69872, no fixed
release), and deletes the file that a row names. It also sets as attributes whatever settings the table holds.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import diskcache

from extract.errors import DamagedRecording, StoreError

FILE_NAME: str = diskcache.core.DBNAME
_RAW: int = diskcache.core.MODE_RAW

BUSY_SECONDS = 30.0
"""How long one waits for another process that writes."""
MAPPED_BYTES = 2**30
"""A database up to this size is read in place."""


class TextDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Keys and values are text in the table; nothing else is written, and nothing is decoded."""

    def __init__(self, directory: str, **_settings: object) -> None:
        """Takes no notice of settings, which come from the table too."""
        super().__init__(directory)

    def put(self, key: object) -> tuple[str, bool]:
        """Key as kept in the table."""
        if type(key) is not str:
            raise StoreError(f"a key of the store is text, not {type(key).__name__}")
        return key, True

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, None, str]:
        """Value as kept in the table: size, mode, file name, value."""
        if read or type(value) is not str:
            raise StoreError(f"a value of the store is JSON text, not {type(value).__name__}")
        return 0, _RAW, None, value

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> str:
        """Nothing is read this way."""
        raise NotImplementedError

    get = fetch

    def remove(self, file_path: str) -> None:
        """Deletes nothing: no row of ours has a file, so a row that names one was planted."""


class TextCache(diskcache.Cache):  # type: ignore[misc]
    """diskcache with the settings given here alone: those in the table are anybody's."""

    def __init__(self, folder: Path, timeout: float, **settings: object) -> None:
        """Opens the table, or makes it.

        Args:
            folder: absolute.
            timeout: seconds to wait for another writer.
            settings: those that are not diskcache's defaults.
        """
        self._own = diskcache.DEFAULT_SETTINGS | settings
        super().__init__(str(folder), timeout, TextDisk, **self._own)

    def reset(self, key: str, value: object = diskcache.core.ENOVAL, update: bool = True) -> Any:
        """Sets a setting to what was given here, or reads a counter; other names would become attributes."""
        if key in self._own:
            return super().reset(key, self._own[key], update)
        return super().reset(key, value, update) if key in diskcache.core.METADATA else None


def connected(file: Path, options: str) -> sqlite3.Connection:
    """A connection for any thread; the options are those of an SQLite address ("mode=ro")."""
    address = f"{file.absolute().as_uri()}?{options}"
    connection = sqlite3.connect(address, timeout=BUSY_SECONDS, uri=True, check_same_thread=False)
    connection.text_factory = lambda data: data.decode(errors="replace")  # no text of ours, but no reason to stop
    return connection


class TextTable:
    """Reads the table, also where nothing can be written; a row that claims to be no text is refused, not decoded."""

    def __init__(self, file: Path) -> None:
        """Opens it.

        Raises:
            sqlite3.Error: it cannot be read.
        """
        self._mutex = threading.Lock()
        try:
            self._open(file, "mode=ro")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise  # a reader that takes the file for immutable would never see what is being written
            self._open(file, "mode=ro&immutable=1")  # no write-ahead log can be opened beside it

    def _open(self, file: Path, options: str) -> None:
        self._connection = connected(file, options)
        try:
            self._rows(f"PRAGMA mmap_size = {MAPPED_BYTES}")
            self.get("")
        except sqlite3.Error:
            self.close()
            raise

    def _rows(self, statement: str, *values: str) -> list[Any]:
        with self._mutex:
            return self._connection.execute(statement, values).fetchall()

    def get(self, key: str) -> str | None:
        """The value, or None.

        Raises:
            DamagedRecording: it is not text in the table, but a pickle or a file.
        """
        for mode, filename, value in self._rows(
            "SELECT mode, filename, value FROM Cache WHERE key = ? AND raw = 1", key
        ):
            if mode != _RAW or filename is not None or type(value) is not str:
                raise DamagedRecording(f"it is not text but of mode {mode!r}, which this program never writes")
            return value
        return None

    def names(self) -> list[str]:
        """Every key, sorted; "" for one that is not text, a pickle for instance: it is another program's."""
        rows = self._rows("SELECT key, raw FROM Cache ORDER BY key")
        return [key if raw == 1 and type(key) is str else "" for key, raw in rows]

    def close(self) -> None:
        """Closes the connection."""
        with self._mutex:
            self._connection.close()
