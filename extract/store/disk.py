"""diskcache made safe: a table that holds text and nothing else.

diskcache 5.6.3 unpickles a row that says it is a pickle, also under its JSONDisk (CVE-2025-69872, no fixed
release), and deletes the file that a row names. `TextDisk` does neither: a row that is not text is refused. It also
sets as attributes whatever settings the table holds; `TextCache` does not.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import diskcache

from extract.errors import DamagedRecording, StoreError

FILE_NAME: str = diskcache.core.DBNAME


class TextDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Keys and values are text in the table; whatever else a row claims to be is refused, not decoded."""

    def __init__(self, directory: str, **_settings: object) -> None:
        """Takes no notice of settings, which come from the table too."""
        super().__init__(directory)

    def put(self, key: object) -> tuple[str, bool]:
        """Key as kept in the table."""
        if type(key) is not str:
            raise StoreError(f"a key of the store is text, not {type(key).__name__}")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """Key as read from the table; "" for one that is not text, a pickle for instance: it is another program's."""
        return key if raw == 1 and type(key) is str else ""

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, None, str]:
        """Value as kept in the table: size, mode, file name, value."""
        if read or type(value) is not str:
            raise StoreError(f"a value of the store is JSON text, not {type(value).__name__}")
        return 0, diskcache.core.MODE_RAW, None, value

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> str:
        """Value as read from the table.

        Raises:
            DamagedRecording: it is not text in the table, but a pickle or a file.
        """
        if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not str or read:
            raise DamagedRecording(f"it is not text but of mode {mode!r}, which this program never writes")
        return value

    def remove(self, file_path: str) -> None:
        """Deletes nothing: no row of ours has a file, so a row that names one was planted."""


def connected(file: Path, options: str) -> sqlite3.Connection:
    """A connection for any thread; the options are those of an SQLite address ("mode=ro")."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?{options}", uri=True, check_same_thread=False)
    connection.text_factory = lambda data: data.decode(errors="replace")  # no text of ours, but no reason to stop
    return connection


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


class ReadOnlyTable:
    """The same table where nothing can be written: diskcache writes its settings even when it only reads."""

    def __init__(self, file: Path) -> None:
        """Opens it.

        Raises:
            sqlite3.Error: it cannot be read either.
        """
        self._disk = TextDisk(str(file.parent))
        self._mutex = threading.Lock()
        self._connection = connected(file, "mode=ro")
        try:
            self.get("")
        except sqlite3.Error:  # no write-ahead log can be opened beside it
            self._connection.close()
            self._connection = connected(file, "mode=ro&immutable=1")
            self.get("")

    def get(self, key: str) -> str | None:
        """The value, or None."""
        with self._mutex:
            rows = self._connection.execute(
                "SELECT mode, filename, value FROM Cache WHERE key = ? AND raw = 1", (key,)
            ).fetchall()
        if not rows:
            return None
        ((mode, filename, value),) = rows
        return self._disk.fetch(mode, filename, value, read=False)

    def names(self) -> Iterator[str]:
        """Every key, sorted; diskcache's own iteration ends at once where one is NULL."""
        with self._mutex:
            rows = self._connection.execute("SELECT key, raw FROM Cache ORDER BY key").fetchall()
        return (self._disk.get(key, raw) for key, raw in rows)

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
