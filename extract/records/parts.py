"""The parts of a run folder: Parquet files of lines of a run, each written whole or not at all.

    runs/big/run.json                     the header, as the first line of a run file
    runs/big/part-0001-00000007.parquet   lines of the first run into the folder
    runs/big/part-0002-00000000.parquet   of a later one, which counts where both have an article
    runs/big/part-0002.jsonl              lines of a run that writes them itself, until it ends and packs them

A part holds each article's line as a run file has it, and the few columns by which a run is continued. Parts are read
in order of their names, so that what counts is the same whoever wrote first. A folder is one of this machine, or an
address that pyarrow knows ("s3://…", "gs://…", "file://…").
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from extract.errors import RunFileError
from extract.files.run_files import RUN_HEAD
from extract.files.stored import Folder, told_as_oserror

SMALL = ("article_id", "source", "origin", "text_sha256", "published", "status")
"""What a run is continued by: the columns beside `line`, called as in a line."""
_GROUP = 64
"""Lines that are unpacked together."""
_MOST = 4096
"""Lines of a part."""
_NAME = re.compile(r"part-(\d{4})(?:-\d{8}\.parquet|\.jsonl)")


RECORDINGS = "recordings"
"""Folder in a run folder of what its model answered."""


def check_holds_no_others(path: Path) -> None:
    """Refuses a folder that holds other things than a run folder does; hidden files do not count.

    Raises:
        RunFileError: it does.
    """
    names = {each.name for each in path.iterdir() if not each.name.startswith(".")}
    if RUN_HEAD not in names and names - {RECORDINGS}:
        raise RunFileError(f"folder {str(path)!r} holds other things and no run: name an empty or a new one with -o")


class Part(NamedTuple):
    """A file of a run folder: its name, its length in bytes, and the lengths of those before it."""

    name: str
    size: int
    base: int


class RunFolder(Folder):
    """A run folder, to be read as it is now, or written."""

    def parts(self) -> list[Part]:
        """The parts that are there now, in order; OSError where the folder cannot be read."""
        base, parts = 0, []
        for name, size in self.files():
            if _NAME.fullmatch(name):
                parts.append(Part(name, size, base))
                base += size
        return parts

    def next_generation(self) -> int:
        """The number of the next run into the folder."""
        numbers = [int(found[1]) for part in self.parts() if (found := _NAME.fullmatch(part.name))]
        return max(numbers, default=0) + 1

    def write_part(self, name: str, lines: Sequence[bytes]) -> None:
        """Writes a part; OSError where it cannot be written.

        Args:
            lines: of articles, as in a run file, of one each.
        """
        import pyarrow
        from pyarrow import parquet

        rows = [json.loads(line) for line in lines]
        columns: dict[str, Any] = {column: [row.get(column) for row in rows] for column in SMALL}
        columns["line"] = [line.rstrip(b"\n").decode() for line in lines]
        schema = pyarrow.schema([(column, pyarrow.string()) for column in columns])
        buffer = pyarrow.BufferOutputStream()
        table = pyarrow.table(columns, schema=schema)
        parquet.write_table(table, buffer, compression="zstd", row_group_size=_GROUP)
        self.put(name, buffer.getvalue().to_pybytes())

    def read_part(self, name: str) -> list[bytes] | None:
        """The lines of a part, or None if it is not there; OSError where it cannot be read."""
        from pyarrow import parquet

        if not self.exists(name):
            return None
        with told_as_oserror():
            column = parquet.read_table(self.path(name), columns=["line"], filesystem=self.fs).column("line")
        return [f"{line}\n".encode() for line in column.to_pylist()]

    def pack(self) -> None:
        """Turns lines that runs wrote themselves into parts; RunFileError, OSError where that cannot be done."""
        for part in self.parts():
            if part.name.endswith(".jsonl"):
                path = Path(self.path(part.name))
                with path.open("rb") as stream:
                    lines = filter(_is_whole, stream)
                    for number, some in enumerate(iter(lambda: list(islice(lines, _MOST)), [])):  # noqa: B023
                        self.write_part(part_name(int(part.name[5:9]), number), some)
                path.unlink()


def part_name(generation: int, number: int) -> str:
    """What a part is called: runs into a folder have numbers, and so have the parts of each."""
    return f"part-{generation:04d}-{number:08d}.parquet"


def lines_name(generation: int) -> str:
    """What the lines are called that a run writes itself."""
    return f"part-{generation:04d}.jsonl"


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"\n") and bool(line.strip())


class FolderLines:
    """The lines of a run folder, as it is now. A line begins at its row, or byte, behind the bytes of earlier parts."""

    def __init__(self, where: str | Path) -> None:
        """Lists the parts.

        Raises:
            RunFileError: the folder cannot be read.
            UsageError: pyarrow is not installed.
        """
        self._folder = RunFolder(where)
        with _reading(self._folder.where):
            self._parts = self._folder.parts()
        self._small = lru_cache(16)(self._small_of)
        self._group = lru_cache(4)(self._group_of)

    def header(self) -> bytes:
        """The header's line."""
        with _reading(f"{self._folder.where}/{RUN_HEAD}"):
            return self._folder.read(RUN_HEAD)

    def lines(self) -> Iterator[tuple[int, bytes, str]]:
        """Every article's line: where it begins, itself, what to call it."""
        for index, part in enumerate(self._parts):
            where = f"{self._folder.where}/{part.name}"
            with _reading(where):
                if part.name.endswith(".jsonl"):
                    yield from self._of_file(part)
                    continue
                rows = 0
                for group in range(self._file(index).num_row_groups):
                    for line in self._group_of(index, group):
                        yield part.base + rows, line, f"{where}, row {rows + 1}"
                        rows += 1

    def known(self) -> Iterator[tuple[int, dict[str, Any] | bytes, str]]:
        """The same with the columns by which a run is continued; of a part that is not packed, with the line itself."""
        for index, part in enumerate(self._parts):
            where = f"{self._folder.where}/{part.name}"
            with _reading(where):
                if part.name.endswith(".jsonl"):
                    yield from self._of_file(part)
                else:
                    for number, row in enumerate(self._small_of(index)):
                        yield part.base + number, row, f"{where}, row {number + 1}"

    def known_at(self, start: int) -> dict[str, Any] | bytes:
        """The same of the line that begins there."""
        index, row = self._where(start)
        return self.at(start) if self._parts[index].name.endswith(".jsonl") else self._small(index)[row]

    def at(self, start: int) -> bytes:
        """The line that begins there."""
        index, row = self._where(start)
        part = self._parts[index]
        with _reading(f"{self._folder.where}/{part.name}"):
            if part.name.endswith(".jsonl"):
                with Path(self._folder.path(part.name)).open("rb") as stream:
                    stream.seek(row)
                    return stream.readline()
            return self._group(index, row // _GROUP)[row % _GROUP]

    def close(self) -> None:
        """Forgets what was read."""
        self._small.cache_clear()
        self._group.cache_clear()

    def _where(self, start: int) -> tuple[int, int]:
        index = bisect_right(self._parts, start, key=lambda part: part.base) - 1
        return index, start - self._parts[index].base

    def _of_file(self, part: Part) -> Iterator[tuple[int, bytes, str]]:
        """The lines of a part that is not packed, as far as it reached when the folder was listed."""
        with suppress(FileNotFoundError), Path(self._folder.path(part.name)).open("rb") as stream:
            start = 0
            for line in stream:
                if start + len(line) > part.size:
                    return
                if line.strip():
                    yield part.base + start, line, f"{self._folder.where}/{part.name}, byte {start}"
                start += len(line)

    def _file(self, index: int) -> Any:
        from pyarrow import parquet

        return parquet.ParquetFile(self._folder.path(self._parts[index].name), filesystem=self._folder.fs)

    def _small_of(self, index: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._file(index).read(columns=list(SMALL), use_threads=False).to_pylist()
        return rows

    def _group_of(self, index: int, group: int) -> list[bytes]:
        column = self._file(index).read_row_group(group, columns=["line"], use_threads=False).column("line")
        return [f"{line}\n".encode() for line in column.to_pylist()]


@contextmanager
def _reading(what: str) -> Generator[None, None, None]:
    """Turns what reading Parquet and file systems can raise into our error."""
    try:
        with told_as_oserror():
            yield
    except (OSError, KeyError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or error
        advice = "; without it, the same run does its articles again" if what.endswith(".parquet") else ""
        raise RunFileError(f"cannot read {what!r} of a run folder: {said}{advice}") from error
