"""The order in which blocks of a printed page are read: columns from left to right, but never across what spans them.

A page is cut where white runs through it: into bands from top to bottom, bands into columns (a recursive XY cut). Bands
that share a gutter belong together, so that a column is read to its end before the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_GUTTER = 6.0
"""Points of white between two columns, at least."""
_GAP = 0.5
_DEEPEST = 20


class Block(NamedTuple):
    """A rectangle on a page, in points from the upper left corner, and what it is for the caller."""

    left: float
    top: float
    right: float
    bottom: float
    number: int


def in_reading_order(blocks: Sequence[Block], depth: int = 0) -> list[Block]:
    """The blocks in the order in which they are read."""
    if len(blocks) > 1 and depth <= _DEEPEST:
        parts = _columns(blocks)
        if len(parts) == 1:
            parts = _merged(_cut(blocks, 1, 3, _GAP))
        if len(parts) > 1:
            return [block for part in parts for block in in_reading_order(part, depth + 1)]
    return sorted(blocks, key=lambda block: (block.top, block.left))


def _columns(blocks: Sequence[Block]) -> list[list[Block]]:
    return _cut(blocks, 0, 2, _GUTTER)


def _cut(blocks: Sequence[Block], start: int, end: int, least: float) -> list[list[Block]]:
    """Blocks in groups between which white runs through; `start` and `end` name the sides that face it."""
    groups: list[list[Block]] = []
    reached = 0.0
    for block in sorted(blocks, key=lambda block: block[start]):
        if groups and block[start] - reached < least:
            groups[-1].append(block)
        else:
            groups.append([block])
        reached = max(reached, block[end]) if len(groups[-1]) > 1 else block[end]
    return groups


def _merged(bands: list[list[Block]]) -> list[list[Block]]:
    """Bands, those that follow one another joined as long as a gutter runs through them."""
    merged: list[list[Block]] = []
    for band in bands:
        if merged and len(_columns([*merged[-1], *band])) > 1:
            merged[-1] = [*merged[-1], *band]
        else:
            merged.append(band)
    return merged
