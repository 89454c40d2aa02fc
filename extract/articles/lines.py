"""Words of a printed page → its lines, and blocks of lines that stand close together.

A wide space is the gutter between two columns only if it runs through the lines around it: justified text has spaces as
wide, but the lines above and below write across them.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SAME_ROW = 0.5
"""Share of the lower of two words by which both stand at the same height."""
_WIDE = 0.6
"""Spaces that are wider may be gutters; this and what follows in sizes of the letters."""
_AROUND = 8.0
_STRIP = 0.8
"""A column begins where the same white runs down to its left."""
_MANY = 4
_PITCH_BOUNDS = (1.0, 2.4)
_LEADING = 1.2
"""How much farther apart than most lines those of a paragraph may stand."""
_SAME_SIZE = 0.08
_FAR = 5.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in points from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    font: str


@dataclass(frozen=True, slots=True)
class Row:
    """Words of a line in one column, from left to right, and where it stands.

    Attributes:
        font: what all words are set in; empty if there are several fonts.
    """

    words: tuple[Word, ...]
    left: float
    top: float
    right: float
    bottom: float
    size: float
    font: str

    @classmethod
    def of(cls, words: Sequence[Word]) -> Row:
        fonts = {word.font for word in words}
        return cls(
            tuple(words),
            min(word.left for word in words),
            min(word.top for word in words),
            max(word.right for word in words),
            max(word.bottom for word in words),
            statistics.median(word.size for word in words),
            fonts.pop() if len(fonts) == 1 else "",
        )


def rows_of(words: Sequence[Word]) -> list[Row]:
    """The lines of a page. Words come as they were printed: what follows to the right at the same height goes on."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and _follows(runs[-1][-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [row for run in runs for row in _parted(run, runs)]


def _follows(before: Word, word: Word) -> bool:
    shared = min(before.bottom, word.bottom) - max(before.top, word.top)
    is_level = shared > _SAME_ROW * min(before.bottom - before.top, word.bottom - word.top)
    return is_level and word.left > before.right - _WIDE * word.size


def _parted(run: list[Word], runs: Sequence[list[Word]]) -> Iterable[Row]:
    """A run of words, cut at gutters."""
    start = 0
    for end, (before, after) in enumerate(pairwise(run), 1):
        if after.left - before.right > _WIDE * before.size and _is_gutter(before, after, run, runs):
            yield Row.of(run[start:end])
            start = end
    yield Row.of(run[start:])


def _is_gutter(before: Word, after: Word, run: Sequence[Word], runs: Sequence[list[Word]]) -> bool:
    """Whether more of the lines around a space leave it white than write across it."""
    near, strip = _AROUND * before.size, after.left - min(after.left - before.right, _STRIP * after.size)
    crossed = left_open = 0
    for other in runs:
        if other is run or not -near < other[0].top - before.top < near:
            continue
        if any(word.left < after.left - 0.5 and word.right > strip + 0.5 for word in other):
            crossed += 1
        elif other[0].left < strip and other[-1].right > after.left:
            left_open += 1
    return left_open >= _MANY and left_open > 2 * crossed


def blocks_of(rows: Sequence[Row]) -> list[list[Row]]:
    """Lines of the same size that stand one under the other without more space than most, from top to bottom."""
    ordered = sorted(rows, key=lambda row: (row.top, row.left))
    above = {number: _above(number, ordered) for number in range(len(ordered))}
    pitch = _pitch(ordered, above)
    blocks: list[list[Row]] = []
    block_of: dict[int, list[Row]] = {}
    taken: Counter[int] = Counter(number for number in above.values() if number is not None)
    for number, row in enumerate(ordered):
        upper = above[number]
        if upper is not None and taken[upper] == 1 and _is_under(row, ordered[upper], pitch):
            block_of[number] = block_of[upper]
        else:
            blocks.append([])
            block_of[number] = blocks[-1]
        block_of[number].append(row)
    return blocks


def _above(number: int, rows: Sequence[Row]) -> int | None:
    """The nearest line above another that stands over it."""
    row = rows[number]
    found: int | None = None
    for other in range(number - 1, -1, -1):
        upper = rows[other]
        if upper.top < row.top - _FAR * row.size:
            break
        is_over = upper.left < row.right and upper.right > row.left and upper.bottom < row.bottom - 1
        if is_over and (found is None or upper.bottom > rows[found].bottom):
            found = other
    return found


def _pitch(rows: Sequence[Row], above: dict[int, int | None]) -> float:
    """How far apart the lines of paragraphs stand on a page, in sizes of the letters."""
    pitches = sorted(
        (rows[number].bottom - rows[upper].bottom) / rows[number].size
        for number, upper in above.items()
        if upper is not None and _is_same_size(rows[number], rows[upper])
    )
    least, most = _PITCH_BOUNDS
    return min(max(pitches[len(pitches) // 4], least), most) if pitches else least


def _is_under(row: Row, upper: Row, pitch: float) -> bool:
    return _is_same_size(row, upper) and row.bottom - upper.bottom <= _LEADING * pitch * row.size


def _is_same_size(one: Row, other: Row) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)
