"""Recordings files: recordings in JSON lines, to be committed, reviewed in a diff and read by everybody.

    {"format":"attested-recordings-1"}
    {"shared":"<16 hex>","value":…}        texts that recordings refer to, sorted by name
    {"key":"<64 hex>",…}                   recordings, sorted by key (the form is in `recordings`)

Equal recordings give equal bytes, and one more recording adds lines without touching others. A file is read
whole and indexed by slicing; a line is parsed when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from extract.errors import DamagedRecording, StoreError
from extract.files.documents import save_document
from extract.store.places import SHARED, Place
from extract.store.recordings import Written, damaged

FORMAT = "attested-recordings-1"
ENDING = ".jsonl"

MAX_BYTES = 2**30
"""A longer file is not read: it is held in memory, twice for a moment."""

_HEADER = '{"format":"' + FORMAT + '"}'
GROWING = '{"format":"' + FORMAT + '","growing":true}'
"""Begins a file to which a process adds answers as they come (`shared`): in no order, and perhaps without an end."""
_LINE = re.compile(rb'{"key":"(?P<key>[0-9a-f]{64})",|{"shared":"(?P<name>[0-9a-f]{16})","value":')


class Layer(Place):
    """One recordings file, read-only.

    Attributes:
        is_growing: a process adds, or added, answers as they came; of two under one key the last counts.
    """

    def __init__(self, path: Path) -> None:
        """Reads and indexes the file.

        Raises:
            StoreError: it cannot be read or is not a recordings file.
            DamagedRecording: a line is neither a recording nor a shared text, or a key stands there twice.
        """
        self.path = path
        lines = contents(path).split(b"\n")
        self.is_growing = lines[0] == GROWING.encode()
        if self.is_growing:
            del lines[-1]  # what a killed process left half written, or nothing
        elif lines[0] != _HEADER.encode():
            raise StoreError(
                f"{str(path)!r} is not a recordings file: its first line is not {_HEADER}; "
                "write one with `extract cache export`"
            )
        self._rows: dict[str, bytes] = {}
        for number, line in enumerate(lines[1:], 2):
            if line:
                self._add(line, number)

    def _add(self, line: bytes, number: int) -> None:
        found = keyed(line)
        if found is None:
            raise DamagedRecording(f"{self.path}:{number}: not a line of a recordings file; restore the file")
        key, text = found
        if key in self._rows and not self.is_growing:
            raise DamagedRecording(f"{self.path}:{number}: {key!r} is recorded a second time; delete one of the lines")
        self._rows[key] = text

    def __iter__(self) -> Iterator[str]:
        """Keys of all recordings, in the file's order."""
        return (key for key in self._rows if not key.startswith(SHARED))

    def line(self, key: str) -> str | None:
        """The recording's line, or a shared text, unchecked, or None; DamagedRecording where it is not UTF-8."""
        line = self._rows.get(key)
        return None if line is None else decoded(key, line, str(self.path))


def keyed(line: bytes) -> tuple[str, bytes] | None:
    """The key of a line and its text: all of it, or of a shared text the value; None where it is no line of recordings."""
    found = _LINE.match(line)
    if found is None:
        return None
    if found["key"]:
        return found["key"].decode(), line
    return SHARED + found["name"].decode(), line[found.end() : -1]


def decoded(key: str, text: bytes, where: str) -> str:
    """The text of a line; DamagedRecording where it is not UTF-8."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise damaged(key, where, f"it is not UTF-8 ({error.reason})") from error


def shared_line(name: str, text: str) -> str:
    """The line of a shared text."""
    return f'{{"shared":"{name}","value":{text}}}'


def contents(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file, of which there may be so many.

    Raises:
        StoreError: it cannot be read, is no regular file (a device without an end, for instance), or is too long.
    """
    if path.exists() and not path.is_file():
        raise StoreError(f"{str(path)!r} is no regular file; save what it gives to one first")
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise StoreError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    if len(data) > limit:
        raise StoreError(f"{str(path)!r} has more than {limit:,} bytes, which are not read; split it")
    return data


def open_layers(paths: Iterable[Path]) -> list[Layer]:
    """Opens recordings files, and all of those in a folder, sorted by name.

    Raises:
        StoreError: a path does not exist or is not a recordings file.
        DamagedRecording: a line is not one of a recordings file.
    """
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob(f"*{ENDING}")) if path.is_dir() else [path]
    return [Layer(file) for file in files]


def text_of(recorded: Iterable[Written]) -> str:
    """The content of a recordings file, in canonical order."""
    lines: dict[str, str] = {}
    shared: dict[str, str] = {}
    for item in recorded:
        lines[item.key] = item.line
        shared |= item.shared
    texts = [shared_line(name, text) for name, text in sorted(shared.items())]
    return "\n".join([_HEADER, *texts, *(lines[key] for key in sorted(lines)), ""])


def write_layer(path: Path, recorded: Iterable[Written]) -> None:
    """Writes a recordings file, whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    save_document(path, text_of(recorded), StoreError)
