"""Rows that are packed: .jsonl.gz, unpacked as they are read, and Parquet, row by row."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, BinaryIO

from extract.articles.article import Article, Unreadable
from extract.articles.rows import COLUMNS, Rows, read_row
from extract.errors import ArticleError, install

PACKED_ROWS = (".jsonl.gz", ".ndjson.gz")
PARQUET = ".parquet"
MISSING = f"a Parquet file, which is read with more packages: {install('parquet')}"

_MOST_TIMES = 100
"""Rows of text are packed to a fifth or so of their size; what grows more than this is made to."""
_SPARE = 10_000_000
_ROWS_AT_ONCE = 16
_BOMB = f"a Parquet file that unpacks to over {_MOST_TIMES} times its size, which is no text"
_MOST_BYTES = 2_000_000_000
"""Of one column of one group of rows, unpacked."""


class Unpacked(io.RawIOBase):
    """A gzip file, unpacked while it is read, up to a bound."""

    def __init__(self, packed: BinaryIO) -> None:
        """Reads nothing yet."""
        self._packed = packed
        self._inner = gzip.GzipFile(fileobj=packed)
        self._given = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fills a buffer.

        Raises:
            ArticleError: the file is broken, or unpacks to far more than rows of text do.
        """
        assert isinstance(buffer, memoryview)
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise ArticleError("a gzip file that is broken or cut off") from error
        self._given += len(data)
        if self._given > _SPARE + _MOST_TIMES * self._packed.tell():
            raise ArticleError(f"a gzip file that unpacks to over {_MOST_TIMES} times its size, which is no text")
        buffer[: len(data)] = data
        return len(data)


def unpacked(stream: BinaryIO) -> BinaryIO:
    """A gzip file as what is in it."""
    return io.BufferedReader(Unpacked(stream), 1 << 16)


def has_parquet() -> bool:
    """Whether Parquet can be read here."""
    return find_spec("pyarrow") is not None


def read_parquet(stream: BinaryIO, rows: Rows) -> Iterator[Article | Unreadable]:
    """Articles of a Parquet file, with the columns that rows have; others are not read.

    Raises:
        ArticleError: it is none, or has no column `text`.
    """
    if not has_parquet():
        raise ArticleError(MISSING)
    import pyarrow
    from pyarrow import parquet

    most = _SPARE + _MOST_TIMES * stream.seek(0, io.SEEK_END)
    try:
        file = parquet.ParquetFile(stream)
        names = [name for name in file.schema_arrow.names if name in COLUMNS]
        if "text" not in names:
            raise ArticleError(f"a Parquet file without a column 'text'; it has {sorted(file.schema_arrow.names)[:20]}")
        _check_size(file.metadata, names, most)
        texts = [name for name in names if str(file.schema_arrow.field(name).type) in ("string", "large_string")]
        # What a file says once of many rows is unfolded row by row.
        file = parquet.ParquetFile(stream, metadata=file.metadata, read_dictionary=texts)
        number = given = 0
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=names, use_threads=False):
            for at in range(batch.num_rows):
                number += 1
                try:
                    row = {name: batch.column(name)[at].as_py() for name in names}
                except (OverflowError, ValueError):
                    why = "a day that is out of range, or a text that is not UTF-8"
                    yield Unreadable(f"{rows.name}-{number}", f"{rows.source}:{number}", why)
                    continue
                given += sum(len(cell) for cell in row.values() if isinstance(cell, str | bytes))
                if given > most:
                    raise ArticleError(_BOMB)
                yield read_row(row, number, rows)
        if not number:
            raise ArticleError("empty: there is no text to read")
    except (pyarrow.ArrowException, OSError, ValueError, MemoryError) as error:
        raise ArticleError(f"a Parquet file that cannot be read: {' '.join(str(error).split())[:200]}") from error


def count_rows(path: str) -> int:
    """How many rows a Parquet file says it has.

    Raises:
        ArticleError: it is none.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        return int(parquet.read_metadata(path).num_rows)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise ArticleError("a Parquet file that cannot be read") from error


def _check_size(metadata: Any, names: list[str], most: int) -> None:
    for group in range(metadata.num_row_groups):
        part = metadata.row_group(group)
        for column in map(part.column, range(part.num_columns)):
            if column.path_in_schema in names and column.total_uncompressed_size > min(most, _MOST_BYTES):
                raise ArticleError(_BOMB)
