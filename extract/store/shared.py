"""Recordings in a folder that many machines share: each process adds to a file of its own, and reads those of all.

    runs/big/recordings/attested-shared      says what the folder is
    runs/big/recordings/019f….jsonl           what one process was told, each answer a line, flushed

What a process was told is there for the others as soon as it is written, also when its machine is gone since: a file
is read again as far as it has grown. A last line that was not written to its end is none. At an address of a file
system, where nothing can be appended, answers are written together, when `flush` is called.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from extract.articles import Remembered
from extract.errors import StoreError
from extract.files.stored import Folder, lines_in
from extract.store.layers import ENDING, GROWING, decoded, keyed, shared_line
from extract.store.places import SHARED, WritablePlace
from extract.store.recordings import Written

MARK = "attested-shared"
"""A file of this name says that a folder's recordings are shared in this way."""
_OFFSET_BITS = 28
_MOST_BYTES = 1 << (_OFFSET_BITS - 1)
"""A longer file is not added to: another one is begun."""
_BLOCK = 1 << 24
_SECONDS = 10.0
"""How often an address is asked for new files at most; a folder is asked each time."""
_FILE = re.compile(r"[0-9a-f]{14}-[0-9a-f]{8}-\d{6}" + re.escape(ENDING))


def is_shared(folder: Path) -> bool:
    """Whether a folder holds recordings that are shared in this way."""
    return (folder / MARK).is_file()


def make_shared(where: str | Path) -> None:
    """Makes a folder one of shared recordings.

    Raises:
        StoreError: it cannot be written.
    """
    folder = Folder(where)
    with _refused(f"cannot be kept in {folder.where!r}"):
        if not folder.exists(MARK):
            folder.put(MARK, b"")


@contextmanager
def _refused(what: str) -> Generator[None, None, None]:
    """Says what cannot be done with recordings, where a file system refuses it."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"recordings {what}: {error.strerror or error}") from error


class SharedRecordings(WritablePlace):
    """A folder of recordings that many processes write; safe for threads.

    In memory is where each recording stands, some sixteen bytes of each.
    """

    why_read_only: str | None = None
    claims: Path | None = None
    """No locks hold between machines: two that ask the same question at the same moment both ask it."""

    def __init__(self, where: str | Path) -> None:
        """Reads nothing yet.

        Raises:
            UsageError: pyarrow is not installed, or does not know such an address.
        """
        self.path = Path(where)
        self._folder = Folder(where)
        self._unwritable = f"cannot be written to {self._folder.where!r}"
        self._unreadable = f"in {self._folder.where!r} cannot be read"
        self._mutex = threading.RLock()
        self._starts = Remembered()
        self._files: list[str] = []
        self._numbers: dict[str, int] = {}
        self._read: dict[str, int] = {}
        self._looked = -_SECONDS
        # Names are in order of time: of two answers to one question the later counts.
        self._name, self._number = f"{time.time_ns() // 1000:014x}-{secrets.token_hex(4)}", 0
        self._stream: BinaryIO | None = None
        self._written = Remembered()
        self._waiting: dict[str, str] = {}

    def __iter__(self) -> Iterator[str]:
        """Keys of all recordings, as their files have them."""
        self._look()
        seen = Remembered()
        for name, size in self._folder.files():
            for _, line in self._lines(name, 0, size) if _FILE.fullmatch(name) else ():
                if (found := keyed(line)) and not (key := found[0]).startswith(SHARED) and key not in seen:
                    seen.put(key, 1)
                    yield key

    def line(self, key: str) -> str | None:
        """The recording's line, or a shared text, unchecked; where it is not known, the files of others are looked into."""
        with self._mutex:
            if key in self._waiting:
                return self._waiting[key]
            at = self._starts.get(key)
            if at is None and not self._look():
                return None
            at = self._starts.get(key)
            return None if at is None else self._line_at(at, key)

    def readable(self, key: str) -> str | None:
        """As `line`."""
        return self.line(key)

    def put(self, item: Written) -> None:
        """Keeps a recording; in a folder it is safe against a killed process when this returns."""
        with self._mutex:
            texts = {SHARED + name: text for name, text in item.shared.items() if SHARED + name not in self._written}
            lines = [*map(_line_of, texts, texts.values()), item.line]
            with _refused(self._unwritable):
                self._add("".join(f"{line}\n" for line in lines))
            if not self._folder.is_local:
                self._waiting |= {**texts, item.key: item.line}
            for name in texts:
                self._written.put(name, 1)

    def flush(self) -> None:
        """Writes what waits, where it is written together.

        Raises:
            StoreError: it cannot be written.
        """
        with self._mutex:
            if not self._waiting:
                return
            lines = [GROWING, *map(_line_of, self._waiting, self._waiting.values())]
            with _refused(self._unwritable):
                self._folder.put(self._own_name(), "".join(f"{line}\n" for line in lines).encode())
            self._number += 1
            self._waiting.clear()
            self._written = Remembered()  # every file holds what its lines refer to
            self._looked = -_SECONDS

    def note_miss(self, key: str, text: str) -> None:
        """Missed requests are remembered by a store of one machine only."""

    def misses(self, prefix: str) -> Mapping[str, str]:
        """None."""
        return {}

    def close(self) -> None:
        """Writes what waits, and closes the own file."""
        with self._mutex, suppress(StoreError):
            self.flush()
            if self._stream is not None:
                self._stream.close()
                self._stream = None

    def _own_name(self) -> str:
        return f"{self._name}-{self._number:06d}{ENDING}"

    def _add(self, text: str) -> None:
        """Adds lines to the own file, in one piece."""
        if not self._folder.is_local:
            return
        if self._stream is not None and self._stream.tell() > _MOST_BYTES:
            self._stream.close()
            self._stream, self._number, self._written = None, self._number + 1, Remembered()
        if self._stream is None:
            path = Path(self._folder.path(self._own_name()))
            self._stream = path.open("ab", buffering=0)
            text = f"{GROWING}\n{text}"
        data = text.encode()
        while data:
            data = data[self._stream.write(data) or 0 :]

    def _look(self) -> bool:
        """Reads what files have grown by since; whether they have."""
        now = time.monotonic()
        if not self._folder.is_local and now - self._looked < _SECONDS:
            return False
        self._looked = now
        has_grown = False
        with _refused(self._unreadable):
            for name, size in self._folder.files():
                if size > self._read.get(name, 0) and _FILE.fullmatch(name):
                    has_grown = True
                    self._take(name, size)
        return has_grown

    def _take(self, name: str, size: int) -> None:
        """Remembers where the lines stand by which a file has grown."""
        if name not in self._read:
            self._files.append(name)
            self._read[name] = 0
            self._numbers[name] = len(self._files) - 1
        number = self._numbers[name]
        for start, line in self._lines(name, self._read[name], size):
            if found := keyed(line):
                self._starts.put(found[0], (number << _OFFSET_BITS) | start)
            self._read[name] = start + len(line)

    def _lines(self, name: str, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """The whole lines of a piece of a file, and where each begins."""
        rest = b""
        while start < end:
            data = rest + self._folder.read(name, start + len(rest), min(_BLOCK, end - start - len(rest)))
            if len(data) == len(rest):
                return
            found = 0
            for at, line in lines_in(data):
                yield start + at, line
                found = at + len(line)
            start, rest = start + found, data[found:]

    def _line_at(self, at: int, key: str) -> str | None:
        name, start = self._files[at >> _OFFSET_BITS], at & ((1 << _OFFSET_BITS) - 1)
        data = b""
        with _refused(self._unreadable):
            while b"\n" not in data:
                piece = self._folder.read(name, start + len(data), 1 << 16)
                if not piece:
                    return None
                data += piece
        found = keyed(data[: data.index(b"\n")])
        return decoded(key, found[1], self._folder.where) if found and found[0] == key else None


def _line_of(key: str, text: str) -> str:
    """The line of a recording, which is the text, or of a shared text."""
    return shared_line(key.removeprefix(SHARED), text) if key.startswith(SHARED) else text
