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
RAGGED = 6
"""Characters that a typist may leave free at the end of a line, though the next word had room."""
LEAST = 2
"""So many full lines at least are followed by lower case where lines were wrapped, and so is a quarter of all of them."""
MOST_MARKS = 30
"""Combining marks in a row; Unicode's stream-safe text format has no more."""

_LINE = re.compile(r"[^\n]+")
_FIRST_WORD = re.compile(r"[^\s>#*|•–—-]\S*")
_ENDED = re.compile(r"""[.!?…:;]["'”’)\]»]*\Z""")


def as_read(article: Article) -> Article:
    """The article as it is read; the same object where nothing is to be done."""
    text = _composed(unwrapped(article.text))
    return article if text == article.text else replace(article, text=text)


def unwrapped(text: str) -> str:
    """The text with a space for every line end at which a paragraph goes on; of the same length, so that offsets hold.

    Wrapped lines are full: the next one's first word had no room. A text counts as wrapped if no line that has another right
    below it is wider or narrower than `WIDTHS`, and enough of the full ones are followed by lower case: lists are not.
    """
    lines = [(line.start(), len(line[0].rstrip())) for line in _LINE.finditer(text) if line[0].strip()]
    follow = [_Fold(text, *one, *other, _FIRST_WORD.match(text, other[0])) for one, other in pairwise(lines)]
    folds = [fold for fold in follow if fold.is_one]
    width = max((max(fold.length, fold.length_below) for fold in folds), default=0)
    full = [fold for fold in folds if fold.is_full(width)]
    if width not in WIDTHS or sum(fold.goes_on for fold in full) < max(LEAST, len(full) / 4):
        return text
    runs, done = [], 0
    for fold in folds:
        if fold.is_full(width) or fold.goes_on:
            runs += [text[done : fold.end], " " * (fold.below - fold.end)]
            done = fold.below
    return "".join([*runs, text[done:]])


@dataclass(frozen=True, slots=True)
class _Fold:
    """The end of a line and the beginning of the next one that says something.

    Attributes:
        start, length: of the line, without white space behind it.
        below, length_below: of the next one.
        word: its first word, if it begins with one: neither indented nor an item of a list.
    """

    text: str
    start: int
    length: int
    below: int
    length_below: int
    word: re.Match[str] | None

    @property
    def end(self) -> int:
        """Where the line ends."""
        return self.start + self.length

    @property
    def is_one(self) -> bool:
        """Whether nothing stands between the two, and the second may go on with the first."""
        return self.word is not None and self.text.count("\n", self.end, self.below) == 1

    @property
    def goes_on(self) -> bool:
        """Whether the second begins in lower case, and the first has not ended a sentence."""
        return self.text[self.below].islower() and not _ENDED.search(self.text, max(self.start, self.end - 5), self.end)

    def is_full(self, width: int) -> bool:
        """Whether the first word of the second had no room in the first."""
        return self.word is not None and self.length + 1 + len(self.word[0]) > width - RAGGED


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
