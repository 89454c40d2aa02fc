"""Tables as text for standard output: CSV, JSON, Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from extract.exports.csv_files import csv_text
from extract.exports.named_tables import NamedTables
from extract.exports.run_tables import SPANS, Row
from extract.records.columns import Cell, Table
from extract.records.results import json_line
from extract.views.terminal import safe

PrintForm = Literal["md", "csv", "json"]
Rows = Sequence[Sequence[Cell]]

_MARKUP = re.compile(r"([\\`*_\[\]|<>&#~])")


def printed(tables: NamedTables, rows: Iterable[Row], form: PrintForm, name: str | None, *, evidence: bool) -> str:
    """One table, or all of them where the form can hold several and nobody names one.

    Args:
        tables: what there is.
        rows: of all of them.
        name: of a table, or of a record type.
        evidence: with the evidence, in Markdown.

    Raises:
        UsageError: there is no such table, or CSV cannot hold them all.
    """
    chosen = list(tables.all)
    if name or form == "csv":
        chosen = [tables.the_one(name, "with --type; or write them all with extract export")]
    cells: dict[str, list[Sequence[Cell]]] = {table.name: [] for table in chosen}
    for row in rows:
        if row.table in cells:
            cells[row.table].append(row.cells)
    made = ((table, cells[table.name]) for table in chosen)
    if form == "json":
        objects = {table.name: [dict(zip(table.names, row, strict=True)) for row in found] for table, found in made}
        return _json(objects, one=bool(name))
    if form == "csv":
        return "".join(csv_text(table, found) for table, found in made)
    shown = [_markdown(tables, table, found, evidence) for table, found in made if name or table.name != SPANS]
    return "\n".join(filter(None, shown))


def _json(tables: Mapping[str, Sequence[Mapping[str, Cell]]], *, one: bool) -> str:
    def lines(rows: Iterable[Mapping[str, Cell]]) -> str:
        return "[" + ",".join(f"\n {json_line(row)}" for row in rows) + "\n]"

    said = {name: lines(rows) for name, rows in tables.items()}
    if one:
        return "".join(said.values()) + "\n"
    return "{" + ",\n".join(f"{json_line(name)}: {rows}" for name, rows in said.items()) + "}\n"


def _markdown(tables: NamedTables, table: Table, rows: Rows, evidence: bool) -> str:
    """A head and a table without empty columns; nothing for a table without rows."""
    read = [
        number
        for number, (name, column) in enumerate(zip(table.names, table.columns, strict=True))
        if column not in tables.for_programs
        and (evidence or not tables.is_evidence(table, name))
        and any(row[number] not in (None, "") for row in rows)
    ]
    if not rows or not read:
        return ""
    heads = [table.names[number] for number in read]
    lines = [heads, ["---"] * len(heads), *([_plain(row[number]) for number in read] for row in rows)]
    return "\n".join([f"## {table.name}", "", *(f"| {' | '.join(line)} |" for line in lines), ""])


def _plain(cell: Cell) -> str:
    """A cell in which no markup is obeyed."""
    if isinstance(cell, bool):
        return "yes" if cell else ""
    return "" if cell is None else _MARKUP.sub(r"\\\1", safe(str(cell)))
