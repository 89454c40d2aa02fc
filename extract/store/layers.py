"""Recordings files: recordings in JSON lines, to be committed, reviewed in a diff and read by everybody.

    {"format":"attested-recordings-1"}
    {"shared":"<16 hex>","value":…}        texts that recordings refer to, sorted by name
    {"key":"<64 hex>",…}                   recordings, sorted by key (the form is in `recordings`)

Equal recordings give equal bytes, and one more recording adds lines without touching others. A file is read
whole and indexed by slicing; a line is parsed when it is asked for.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from extract.errors import DamagedRecording, StoreError
from extract.models.client import Response
from extract.store import recordings
from extract.store.recordings import MAX_CHARS, NAME_DIGITS, Written

FORMAT = "attested-recordings-1"
ENDING = ".jsonl"

MAX_BYTES = 2**30
"""A longer file is not read: it is held in memory, twice for a moment."""

_HEADER = '{"format":"' + FORMAT + '"}'
_RECORDING = re.compile(rb'{"key":"([0-9a-f]{64})",')
_SHARED = re.compile(rb'{"shared":"([0-9a-f]{16})","value":')
_VALUE_AT = len('{"shared":"') + NAME_DIGITS + len('","value":')


class Layer:
    """One recordings file, read-only; safe to use from several threads.

    Attributes:
        path: the file.
        size: its length in bytes.
    """

    def __init__(self, path: Path) -> None:
        """Reads and indexes the file.

        Raises:
            StoreError: it cannot be read or is not a recordings file.
            DamagedRecording: a line is neither a recording nor a shared text, or a key stands there twice.
        """
        self.path = path
        data = contents(path)
        self.size = len(data)
        lines = data.split(b"\n")
        if lines[0] != _HEADER.encode():
            raise StoreError(
                f"{str(path)!r} is not a recordings file: its first line is not {_HEADER}; "
                "write one with `extract cache export`"
            )
        self._recordings: dict[str, bytes] = {}
        self._shared: dict[str, bytes] = {}
        for number, line in enumerate(lines[1:], 2):
            if line:
                self._add(line, number)

    def _add(self, line: bytes, number: int) -> None:
        found, index = _RECORDING.match(line), self._recordings
        if found is None:
            found, index = _SHARED.match(line), self._shared
        if found is None:
            raise DamagedRecording(f"{self.path}:{number}: not a line of a recordings file; restore the file")
        key = found[1].decode()
        if key in index:
            raise DamagedRecording(f"{self.path}:{number}: {key!r} is recorded a second time; delete one of the lines")
        index[key] = line

    def __len__(self) -> int:
        return len(self._recordings)

    def __contains__(self, key: str) -> bool:
        return key in self._recordings

    def __iter__(self) -> Iterator[str]:
        """Keys of all recordings, in the file's order."""
        return iter(self._recordings)

    def line(self, key: str) -> str | None:
        """The recording's line, unchecked, or None.

        Raises:
            DamagedRecording: it is not UTF-8.
        """
        line = self._recordings.get(key)
        if line is None:
            return None
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise recordings.damaged(key, str(self.path), f"it is not UTF-8 ({error.reason})") from error

    def answer(self, key: str) -> Response | None:
        """The recorded response, or None.

        Raises:
            DamagedRecording: the recording is not what was written.
        """
        line = self.line(key)
        return None if line is None else recordings.answer(line, key, str(self.path))

    def shared_text(self, name: str) -> str:
        """A shared text as canonical JSON.

        Raises:
            DamagedRecording: it is not there, or not what was written.
        """
        line = self._shared.get(name)
        if line is None:
            raise DamagedRecording(f"shared text {name!r} is missing in {str(self.path)!r}; restore the file")
        text = line[_VALUE_AT:-1].decode(errors="replace")
        if len(text) > MAX_CHARS:
            raise DamagedRecording(f"shared text {name!r} in {str(self.path)!r} takes over {MAX_CHARS:,} characters")
        if recordings.shared_name(text) != name:
            raise DamagedRecording(f"shared text {name!r} in {str(self.path)!r} was changed; restore the file")
        return text

    def shared(self, name: str) -> Any:
        """A shared value; raises as `shared_text` does."""
        return recordings.parsed(self.shared_text(name))

    def written(self, key: str) -> Written:
        """A recording with the texts it refers to, unchecked.

        Raises:
            DamagedRecording: it, or a text, is not there.
        """
        line = self.line(key)
        if line is None:
            raise recordings.damaged(key, str(self.path), "it is not there, or not any more")
        return Written(key, line, with_references(line, self.shared_text))


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


def with_references(line: str, text_of: recordings.SharedText) -> dict[str, str]:
    """The shared texts that a line needs, those that its texts refer to included."""
    found: dict[str, str] = {}
    names = recordings.references(line)
    while names:
        name = names.pop()
        if name not in found:
            found[name] = text_of(name)
            names += recordings.references(found[name])
    return found


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


def text_of(recorded: Iterable[Written]) -> Iterator[str]:
    """The lines of a recordings file, without line ends, in canonical order."""
    shared: dict[str, str] = {}
    lines: dict[str, str] = {}
    for item in recorded:
        shared.update(item.shared)
        lines[item.key] = item.line
    yield _HEADER
    for name in sorted(shared):
        yield f'{{"shared":"{name}","value":{shared[name]}}}'
    for key in sorted(lines):
        yield lines[key]


def write_layer(path: Path, recorded: Iterable[Written]) -> None:
    """Writes a recordings file, whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in text_of(recorded))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StoreError(f"cannot write recordings file {str(path)!r}: {error.strerror or error}") from error
