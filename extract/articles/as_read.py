"""The article as it is read: line ends inside paragraphs as spaces, letters composed. Values are looked for in the
file's own text afterwards (`extract.records.grounding`), so that offsets are the file's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from extract.articles.article import Article

WIDTHS = range(40, 121)
"""Characters of the widest line of a text whose lines were wrapped by a program or a typist; verse and tables are narrower."""
OUTLYING = 1.25
"""How much longer than three quarters of the others a line may be that tells the width; a headline above them is longer."""
RAGGED = 6
"""Characters that a typist may leave free at the end of a line, though the next word had room."""
MOSTLY = 0.8
"""Share of the lines followed by lower case that are full, where lines were wrapped: headlines in lower case are not."""
QUARTER = 0.25
"""Such a share of the full lines at least is followed by lower case where lines were wrapped."""
MOST_MARKS = 30
"""Combining marks in a row; Unicode's stream-safe text format has no more."""

_LINE = re.compile(r"(?P<indent>[^\S\n]*)(?P<words>\S[^\n]*)")
_GOING_ON = re.compile(r"(?![>#*|•-]|\w{1,3}[.)]\s|\d{1,2}[:.]\d\d\b|[\w-]+:\s)(?P<word>\S+)")
"""The first word of a line that is no item of a list, no minute of a day and nobody's turn to speak."""
_ENDED = re.compile(r"""[.!?…:;]["'”’)\]»]*\Z""")


def as_read(article: Article) -> Article:
    """The article as it is read; the same object where nothing is to be done."""
    text = _composed(unwrapped(article.text))
    return article if text == article.text else replace(article, text=text)


def unwrapped(text: str) -> str:
    """The text with one space for the line end, and white space around it, wherever a paragraph goes on in the next line.

    Wrapped lines are full: the next one's first word had no room. A text counts as wrapped if the lines that have another
    right below them are no wider or narrower than `WIDTHS`, and lower case follows on full lines mostly: lists are not.
    """
    lines = [
        _Line(found.start("words"), len(found["words"].rstrip()), len(found["indent"]))
        for found in _LINE.finditer(text)
    ]
    folds = [_Fold(text, one, other) for one, other in pairwise(lines) if text.count("\n", one.end, other.start) == 1]
    folds = [fold for fold in folds if fold.word]
    lengths = sorted(fold.above.length for fold in folds)
    width = max((length for length in lengths if length <= OUTLYING * lengths[len(lengths) * 3 // 4]), default=0)
    onward = [fold for fold in folds if fold.goes_on and not fold.is_one_word]
    free = 0 if all(fold.is_full(width) for fold in onward) else RAGGED
    full = [fold for fold in folds if fold.is_full(width - free)]
    told = sum(fold.is_full(width - free) for fold in onward)
    if width not in WIDTHS or told < max(1, MOSTLY * len(onward), QUARTER * len(full)):
        return text
    pieces, done = [], 0
    for fold in folds:
        if width / 2 < fold.above.length <= width and (fold.goes_on or fold.is_full(width - free)):
            pieces.append(text[done : fold.above.end])
            done = fold.below.start
    return " ".join([*pieces, text[done:]])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: where its words begin, how long they are without white space around them, and how much stands before them."""

    start: int
    length: int
    indent: int

    @property
    def end(self) -> int:
        """Where its words end."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class _Fold:
    """Two lines with nothing between them."""

    text: str
    above: _Line
    below: _Line

    @property
    def word(self) -> str:
        """The first word below; empty where something begins there: it is indented, or an item of a list."""
        found = _GOING_ON.match(self.text, self.below.start)
        return found["word"] if found and self.below.indent <= self.above.indent else ""

    @property
    def is_one_word(self) -> bool:
        """Whether there is only one word below: rows of a table without spaces are full of themselves."""
        return len(self.word) == self.below.length

    @property
    def goes_on(self) -> bool:
        """Whether there is lower case below, and no sentence has ended above."""
        ended = _ENDED.search(self.text, max(self.above.start, self.above.end - 5), self.above.end)
        return self.text[self.below.start].islower() and not ended

    def is_full(self, width: int) -> bool:
        """Whether the first word below had no room above."""
        return self.above.length + 1 + len(self.word) > width


def _composed(text: str) -> str:
    """ "é" as one character, whichever way the file has it.

    A text with more marks in a row than any script writes is read as it is: sorting them is quadratic in the standard
    library, and nothing else runs meanwhile.
    """
    if text.isascii() or _marks_in_a_row(text) > MOST_MARKS:
        return text
    return unicodedata.normalize("NFC", text)


def _marks_in_a_row(text: str) -> int:
    runs = groupby(text, key=lambda char: unicodedata.combining(char) > 0)
    return max((sum(1 for _ in run) for is_mark, run in runs if is_mark), default=0)
