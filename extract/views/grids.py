"""A table of texts on a terminal: no wider than that, long cells in a few lines, or field by field where it cannot be.

What goes into one is `tables` and `stories`; how wide a text is, `terminal`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from extract.views.terminal import GUTTER, aligned, columns, cut, filled, wrapped

NULL = "–"  # a dash for "not stated", as in the codebook's tables
MOST_LINES = 3
"""Of a cell."""
_WORD = 12
"""Columns are not made narrower than their longest word, or this; a table that needs it is written field by field."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Safe texts for a table.

    Attributes:
        lines: how many lines a cell of each column may take.
        evidence: of each row, to stand below it; empty for a table without.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    evidence: Sequence[str] = ()


def table_lines(grid: Grid, width: int) -> list[str]:
    """A table no wider than `width`: long cells are wrapped, then shortened; else field by field."""
    widths = _fitted(grid, width)
    below = [quoted_lines(text, width) for text in grid.evidence] or [[]] * len(grid.rows)
    if widths is None:
        told = zip(grid.rows, below, strict=True)
        return [line for row, quoted in told for line in (*_field_by_field(grid.heads, row, width), *quoted)]
    shapes = list(zip(widths, grid.lines, strict=True))
    rows = [[filled(cell, *shape) for cell, shape in zip(row, shapes, strict=True)] for row in (grid.heads, *grid.rows)]
    lines = aligned(rows)
    heights = [max(cell.count("\n") + 1 for cell in row) for row in rows]
    table = list(islice(lines, heights[0] + 1))
    for height, quoted in zip(heights[1:], below, strict=True):
        table += [*islice(lines, height), *quoted]
    return table


def fits(grid: Grid, width: int) -> bool:
    """Whether it becomes a table, and is not written field by field."""
    return _fitted(grid, width) is not None


def _fitted(grid: Grid, width: int) -> list[int] | None:
    """Column widths that fit, taken from the widest ones; None if that would cut words."""
    by_column = list(zip(grid.heads, *grid.rows, strict=True))
    available = width - GUTTER * (len(by_column) - 1)
    widths = [min(max(map(columns, column)), max(available, 1)) for column in by_column]
    least = [min(max(columns(word) for cell in column for word in cell.split() or [""]), _WORD) for column in by_column]
    while sum(widths) > available:
        spare, at = max((size - floor, at) for at, (size, floor) in enumerate(zip(widths, least, strict=True)))
        if spare <= 0:
            return None
        widths[at] -= 1
    return widths


def _field_by_field(heads: Sequence[str], row: Sequence[str], width: int) -> Iterator[str]:
    for number, (head, cell) in enumerate(zip(heads, row, strict=True)):
        yield cut(f"{'  ' if number else '- '}{head}: {cell}", width)


def quoted_lines(evidence: str, width: int) -> list[str]:
    """A record's evidence in lines of its own; none where there is none."""
    return wrapped(f"“{evidence}”", width, 2) if evidence else []
