"""Tables as CSV: a file for each in a folder, or one table in one file. What a spreadsheet would run is made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from extract.records.columns import Cell, Table
from extract.views.export import spreadsheet_cell


class CsvFiles:
    """A file for each table."""

    def __init__(self, files: Iterable[tuple[Path, Table]], *, bom: bool = False) -> None:
        """Writes the heads.

        Args:
            files: where each table goes.
            bom: begin each file with a mark by which spreadsheets know UTF-8.
        """
        with ExitStack() as stack:
            self._writers = {}
            for path, table in files:
                encoding = "utf-8-sig" if bom else "utf-8"
                stream = stack.enter_context(path.open("x", encoding=encoding, newline=""))
                self._writers[table.name] = csv.writer(stream)
                self._writers[table.name].writerow(table.names)
            self._open = stack.pop_all()

    def write(self, table: str, cells: Sequence[Cell]) -> None:
        """Adds a row."""
        self._writers[table].writerow(map(_cell, cells))

    def __enter__(self) -> CsvFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


def _cell(cell: Cell) -> str | int | float:
    """A cell as a spreadsheet may have it."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else spreadsheet_cell(cell)


def csv_text(table: Table, rows: Iterable[Sequence[Cell]] = ()) -> str:
    """What a table's file holds: its head, and some rows."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([table.names, *(map(_cell, row) for row in rows)])
    return written.getvalue()
