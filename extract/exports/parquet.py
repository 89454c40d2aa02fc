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
        self._schemas: dict[str, Any] = {}
        self._waiting: dict[str, list[Sequence[Cell]]] = {}
        with ExitStack() as stack:
            for path, table in files:
                schema = self._schema(table)
                self._schemas[table.name] = schema
                self._writers[table.name] = stack.enter_context(writer(path, schema, compression="zstd"))
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
        if table in self._waiting:
            self._waiting[table].append(cells)
            if len(self._waiting[table]) == _BATCH:
                self._flush(table)

    def _flush(self, table: str) -> None:
        schema, rows = self._schemas[table], self._waiting[table]
        columns = [self._arrow.array([row[number] for row in rows], field.type) for number, field in enumerate(schema)]
        self._writers[table].write_table(self._arrow.Table.from_arrays(columns, schema=schema))
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
