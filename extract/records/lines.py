"""The lines of a run, one after the other or one by where it begins: of a run file, or of a run folder (`parts`)."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from extract.errors import RunFileError
from extract.files.documents import first_fault
from extract.files.run_files import RUN_HEAD, is_run_folder, is_stored
from extract.records.parts import FolderLines

MOST_BYTES = 100_000_000
"""Longest line of a run file that is read."""


class Line(NamedTuple):
    """A line: its number, where it begins, and itself."""

    number: int
    start: int
    data: bytes


class Lines(Protocol):
    """The lines of a run, as far as it reached when they were opened."""

    def known(self) -> Iterator[tuple[int, dict[str, Any] | bytes, str]]:
        """Of every article's line: where it begins; the columns by which a run is continued, or itself; what to call it."""
        ...

    def known_at(self, start: int) -> dict[str, Any] | bytes:
        """The same of the line that begins there."""
        ...

    def at(self, start: int) -> bytes:
        """The line that begins there."""
        ...

    def lines(self) -> Iterator[tuple[int, bytes, str]]:
        """Every article's line: where it begins, itself, what to call it."""
        ...

    def close(self) -> None:
        """Closes what is open."""
        ...


def is_folder(path: Path | str) -> bool:
    """Whether a run is a run folder, here or at an address."""
    return is_stored(path) if isinstance(path, str) else is_run_folder(path)


def open_lines(path: Path | str) -> Lines:
    """Opens a run for reading here and there; raises as `lines_of`."""
    return FolderLines(path) if is_folder(path) else _OfFile(Path(path))


def lines_of(path: Path | str) -> Iterator[Line]:
    """The lines of a run that are not blank: its header, then those of articles.

    Raises:
        RunFileError: it cannot be read, or has a line without an end.
    """
    if not is_folder(path):
        yield from _lines_of_file(Path(path))
        return
    with closing(FolderLines(path)) as lines:
        yield Line(1, 0, lines.header())
        yield from (Line(number, start, data) for number, (start, data, _) in enumerate(lines.lines(), 2))


def _lines_of_file(path: Path) -> Iterator[Line]:
    if path.is_dir():
        why = f"its {RUN_HEAD} is no header of one" if (path / RUN_HEAD).exists() else f"it has no {RUN_HEAD}"
        raise RunFileError(f"{str(path)!r} is not a run folder: {why}")
    if path.exists() and not path.is_file():
        raise RunFileError(f"cannot read run file {str(path)!r}: it is no file")
    try:
        start = 0
        with path.open("rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(MOST_BYTES + 1), b""), 1):
                if len(line) > MOST_BYTES:
                    raise RunFileError(f"{path}:{number}: a line of over {MOST_BYTES} bytes")
                if line.strip():
                    yield Line(number, start, line)
                start += len(line)
    except OSError as error:
        raise RunFileError(f"cannot read run file {str(path)!r}: {error.strerror or error}") from error


def row_of(line: bytes) -> dict[str, Any] | None:
    """The object of a line; None for one that a killed writer left half written. ValueError: it is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        if not line.endswith(b"\n"):
            return None
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("not an object")
    return row


@contextmanager
def named_faults(where: str) -> Generator[None, None, None]:
    """Turns what is wrong with a line into our error, which says where it is."""
    try:
        yield
    except ValidationError as error:
        raise RunFileError(f"{where}: not a result line: {first_fault(error).removeprefix('/')}") from error
    except ValueError as error:
        raise RunFileError(f"{where}: {error}") from error


class _OfFile:
    """Of a run file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._stream = path.open("rb")
            self._end = path.stat().st_size
        except OSError as error:
            raise RunFileError(f"cannot read run file {str(path)!r}: {error.strerror or error}") from error

    def lines(self) -> Iterator[tuple[int, bytes, str]]:
        lines = _lines_of_file(self._path)
        next(lines, None)
        for line in lines:
            if line.start >= self._end:  # written since
                return
            yield line.start, line.data, f"{self._path}:{line.number}"

    known = lines

    def at(self, start: int) -> bytes:
        self._stream.seek(start)
        return self._stream.readline(MOST_BYTES)

    known_at = at

    def close(self) -> None:
        self._stream.close()
