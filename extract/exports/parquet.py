"""Tables as Parquet: a file for each in a folder, or one table in one file. Values stand as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from extract.exports.writers import MARK, needed
from extract.records.columns import Cell, ColumnKind, Table

_BATCH = 1000
"""Rows that are kept until they are written."""
_TYPES: dict[ColumnKind, str] = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "truth": "bool",
    "day": "string",
}


class ParquetFiles:
    """A file for each table."""

    def __init__(self, files: Iterable[tuple[Path, Table]]) -> None:
        """Begins them.

        Raises:
            UsageError: pyarrow is not installed.
        """
        self._arrow = needed("pyarrow", "parquet", "a Parquet file")
        writer = needed("pyarrow.parquet", "parquet", "a Parquet file").ParquetWriter
        self._writers: dict[str, Any] = {}
        self._waiting: dict[str, list[Sequence[Cell]]] = {}
        with ExitStack() as stack:
            for path, table in files:
                self._writers[table.name] = stack.enter_context(writer(path, self._schema(table), compression="zstd"))
                self._waiting[table.name] = []
            self._open = stack.pop_all()

    def _schema(self, table: Table) -> Any:
        fields = [
            self._arrow.field(
                column.name,
                self._arrow.type_for_alias(_TYPES[column.kind]),
                metadata={"about": column.about} if column.about else None,
            )
            for column in table.columns
        ]
        return self._arrow.schema(fields, metadata={"format": MARK})

    def write(self, table: str, cells: Sequence[Cell]) -> None:
        """Adds a row."""
        self._waiting[table].append(cells)
        if len(self._waiting[table]) == _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        writer, rows = self._writers[table], self._waiting[table]
        writer.write_table(self._arrow.table(list(zip(*rows, strict=True)), schema=writer.schema))
        rows.clear()

    def __enter__(self) -> ParquetFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._open:
            if kind is None:
                for table, rows in self._waiting.items():
                    if rows:
                        self._flush(table)
