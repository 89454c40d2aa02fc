"""Tables as one SQLite file: keys that refer, words that can be searched for, ready for Datasette. Values stand as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from extract.errors import RunFileError
from extract.records.columns import Cell, ColumnKind, Table

APPLICATION = 0x41545431
"""Stands in the file's header, "ATT1", so that it is known again."""
_TYPES: dict[ColumnKind, str] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "truth": "INTEGER",
    "day": "TEXT",
}


class Database:
    """A database file."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        """Makes the tables."""
        self._tables = tables
        self._base = sqlite3.connect(path, isolation_level=None)
        try:
            self._base.execute(f"PRAGMA application_id = {APPLICATION}")
            self._base.execute("PRAGMA journal_mode = OFF")  # the file counts when it is finished, and not before
            self._base.execute("PRAGMA foreign_keys = ON")
            self._base.execute("BEGIN")
            for table in tables:
                self._base.execute(_create(table, tables))
            self._inserts = {
                table.name: f"INSERT INTO {_quoted(table.name)} VALUES ({', '.join('?' * len(table.columns))})"
                for table in tables
            }
        except BaseException:
            self._base.close()
            raise

    def write(self, table: str, cells: Sequence[Cell]) -> None:
        """Adds a row."""
        try:
            self._base.execute(self._inserts[table], cells)
        except sqlite3.Error as error:
            raise RunFileError(f"cannot write a row of table {table!r}: {error}") from error

    def _end(self) -> None:
        for table in self._tables:
            for column in table.references:
                name = _quoted(f"{table.name}_{column}_index")
                self._base.execute(f"CREATE INDEX {name} ON {_quoted(table.name)} ({_quoted(column)})")
            if table.searched:
                columns = ", ".join(map(_quoted, table.searched))
                words = _quoted(f"{table.name}_fts")
                content = _quoted(table.name)  # written so, Datasette finds it
                self._base.execute(f"CREATE VIRTUAL TABLE {words} USING fts5 ({columns}, content={content})")
                self._base.execute(f"INSERT INTO {words} ({words}) VALUES ('rebuild')")
        self._base.execute("COMMIT")

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._end()
        except sqlite3.Error as fault:
            raise RunFileError(f"cannot write the database: {fault}") from fault
        finally:
            self._base.close()


def _create(table: Table, tables: Sequence[Table]) -> str:
    keys = {each.name: each.columns[0].name for each in tables}
    lines = []
    for number, column in enumerate(table.columns):
        line = f"{_quoted(column.name)} {_TYPES[column.kind]}" + (" PRIMARY KEY" if number == 0 else "")
        if (other := table.references.get(column.name)) is not None:
            line += f" REFERENCES {_quoted(other)} ({_quoted(keys[other])})"
        lines.append(line)
    return f"CREATE TABLE {_quoted(table.name)} ({', '.join(lines)})"


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
