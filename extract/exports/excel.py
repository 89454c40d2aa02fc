"""Tables as an Excel workbook, a sheet for each: days are days, numbers numbers, and nothing is a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from extract.errors import RunFileError
from extract.exports.writers import MARK, needed
from extract.records.checks import calendar_day
from extract.records.columns import Cell, Table
from extract.views.export import spreadsheet_cell

_MOST_ROWS = 1_048_576
_MOST_CHARS = 32_767
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""
_LONGEST_NAME = 31
_WIDE, _NARROW = 28, 12
_FIRST_YEAR = 1900


class Workbook:
    """An .xlsx file; rows go to temporary files until it is closed."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        """Begins the sheets.

        Raises:
            UsageError: openpyxl is not installed.
        """
        self._path = path
        openpyxl = needed("openpyxl", "excel", "an Excel workbook")
        self._cell = needed("openpyxl.cell", "excel", "an Excel workbook").WriteOnlyCell
        bold = needed("openpyxl.styles", "excel", "an Excel workbook").Font(bold=True)
        self._letter = needed("openpyxl.utils", "excel", "an Excel workbook").get_column_letter
        self._book = openpyxl.Workbook(write_only=True)
        self._book.properties.creator = MARK
        self._sheets: dict[str, tuple[Table, Any]] = {}
        self._rows = dict.fromkeys((table.name for table in tables), 1)
        for table, name in zip(tables, _sheet_names(tables), strict=True):
            sheet = self._book.create_sheet(name)
            sheet.freeze_panes = "B2"
            for number, column in enumerate(table.columns, 1):
                sheet.column_dimensions[self._letter(number)].width = _WIDE if column.kind == "text" else _NARROW
            heads = [self._cell(sheet, column.name) for column in table.columns]
            for head in heads:
                head.font = bold
            sheet.append(heads)
            self._sheets[table.name] = table, sheet

    def write(self, table: str, cells: Sequence[Cell]) -> None:
        """Adds a row."""
        planned, sheet = self._sheets[table]
        self._rows[table] += 1
        if self._rows[table] > _MOST_ROWS:
            raise RunFileError(
                f"table {table!r} has more rows than the {_MOST_ROWS:,} of an Excel sheet: "
                "export to .sqlite or .parquet, or fewer runs at a time"
            )
        sheet.append([_value(cell, column.kind) for cell, column in zip(cells, planned.columns, strict=True)])

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for table, sheet in self._sheets.values():
                sheet.auto_filter.ref = f"A1:{self._letter(len(table.columns))}{self._rows[table.name]}"
            self._book.save(self._path)
        else:  # its temporary files go with it
            for _, sheet in self._sheets.values():
                sheet.close()
                sheet._writer.cleanup()


def _sheet_names(tables: Sequence[Table]) -> list[str]:
    """Names that Excel takes: not too long, none twice."""
    names: list[str] = []
    for table in tables:
        name, number = table.name[:_LONGEST_NAME], 1
        while name.casefold() in (other.casefold() for other in names):
            number += 1
            name = f"{table.name[: _LONGEST_NAME - 1 - len(str(number))]}~{number}"
        names.append(name)
    return names


def _value(cell: Cell, kind: str) -> object:
    if not isinstance(cell, str):
        return cell
    if kind == "day" and (day := calendar_day(cell)) is not None and day.year >= _FIRST_YEAR:
        return day
    text = spreadsheet_cell(_FORBIDDEN.sub("\ufffd", cell))
    assert isinstance(text, str)
    return _cut(text)


def _cut(text: str) -> str:
    """A text that fits into a cell; Excel counts characters beyond U+FFFF twice."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _MOST_CHARS:
        return text
    return units[: 2 * (_MOST_CHARS - 1)].decode("utf-16-le", "ignore") + "…"
