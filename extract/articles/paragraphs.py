"""Lines of printed pages → paragraphs: wrapped lines joined, hyphens at line ends taken out, running heads dropped.

What a line is comes from its place on the page, never from what it says: a running head is what stands at the same
height on many pages.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_EDGE = 3
"""So many lines at the top and at the bottom of a page may be running heads."""
_SAME_HEIGHT = 4.0
"""Points; a running head may move that far from page to page."""
_MOST_PAGES = 0.45
"""Share of the pages; books have one head on left pages and another on right ones."""
_INDENT = 6.0
_SAME_SIZE = 0.08
_SHORT = 0.85
"""A line that fills less of its column is the last of its paragraph, if it ends like one."""
_ENDS = re.compile(r"""[.!?…:]["'”’)\]»]*\Z""")
_BULLET = re.compile(r"[•▪◦–-]\s")
_HYPHEN = re.compile(r"(?P<before>[^\W\d_]+)[-\u2010]\Z")
_HYPHENATED_END = re.compile(r"\w[-\u2010]\Z")
_SOFT = "\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?![-\u2010\w])")
_TENS = frozenset(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"))
_FIRST = re.compile(r"\s*[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, or a table in it, which stays as it is.

    Attributes:
        block: which block of the page it belongs to, in reading order.
        left, right, top, bottom: where it stands, in points from the upper left corner.
        size, font: of its letters; no font if there are several.
    """

    text: str
    block: int
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    is_table: bool = False
    size: float = 0.0
    font: str = ""


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without the lines that are repeated at the same height, figures aside, on most pages of a document."""
    if len(pages) < 2:
        return [list(page) for page in pages]
    counts = Counter(place for page in pages for place in {_place(line) for line in _edge(page)})
    least = max(2, math.ceil(_MOST_PAGES * len(pages)))
    running = [_running(page, counts, least) for page in pages]
    return [[line for line in page if line.block not in blocks] for page, blocks in zip(pages, running, strict=True)]


def _running(page: Sequence[Line], counts: Counter[tuple[str, int]], least: int) -> set[int]:
    """The blocks that are nothing but running heads: a paragraph that begins like others stays whole."""
    edge = {id(line) for line in _edge(page)}

    def is_repeated(line: Line) -> bool:
        form, height = _place(line)
        return id(line) in edge and sum(counts[form, height + step] for step in (-1, 0, 1)) >= least

    return {line.block for line in page} - {line.block for line in page if not is_repeated(line)}


def _edge(page: Sequence[Line]) -> list[Line]:
    by_height = sorted((line for line in page if not line.is_table), key=lambda line: line.top)
    return [*by_height[:_EDGE], *by_height[-_EDGE:]]


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.strip()), round(line.top / _SAME_HEIGHT)


def joined(pages: Iterable[Sequence[Line]]) -> tuple[str, list[int]]:
    """The text of pages, a paragraph a line, and where each page begins in it."""
    pages = list(pages)
    words = _whole_words(line.text for page in pages for line in page)
    body = _body_font(pages)
    text, starts = "", []
    paragraph: list[_Placed] = []
    for number, page in enumerate(pages):
        for line in (placed := _placed(page, number)):
            said = line.line.text.strip()
            between = "\n" if text else ""
            if paragraph and _goes_on(paragraph, line, body):
                text, between = _unhyphenated(text, said, words)
            else:
                paragraph = []
            if line is placed[0]:
                starts.append(len(text) + len(between))
            text += between + said
            paragraph.append(line)
        if not placed:
            starts.append(len(text))
    return text, starts


def _whole_words(lines: Iterable[str]) -> set[str]:
    """The words of lines, without the parts of those that a line end cuts."""
    words: set[str] = set()
    is_cut = False
    for line in lines:
        found = _WORD.findall(line.lower())
        words.update(found[1:] if is_cut else found)
        is_cut = _HYPHEN.search(line) is not None
    return words


def _body_font(pages: Iterable[Sequence[Line]]) -> str:
    """The font that most of a document is set in."""
    fonts: Counter[str] = Counter()
    for page in pages:
        for line in page:
            fonts[line.font] += len(line.text) if line.font else 0
    return max(fonts, key=fonts.__getitem__, default="")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line with its page and the sides of its block."""

    line: Line
    page: int
    left: float
    right: float

    @property
    def is_short(self) -> bool:
        return self.line.right - self.left < _SHORT * (self.right - self.left)

    @property
    def is_indented(self) -> bool:
        return self.line.left - self.left > _INDENT


def _placed(page: Sequence[Line], number: int) -> list[_Placed]:
    sides: dict[int, tuple[float, float]] = {}
    for line in page:
        left, right = sides.get(line.block, (line.left, line.right))
        sides[line.block] = min(left, line.left), max(right, line.right)
    return [_Placed(line, number, *sides[line.block]) for line in page]


def _goes_on(paragraph: Sequence[_Placed], here: _Placed, body: str) -> bool:
    """Whether a line goes on with a paragraph."""
    before = paragraph[-1]
    if before.line.is_table or here.line.is_table or _is_of_another_size(before.line, here.line):
        return False
    ended = _ENDS.search(before.line.text[-20:]) is not None
    starts_anew = _starts_anew(here.line.text)
    if starts_anew and _parts_heading(paragraph, here.line, body, is_over=ended or before.is_short):
        return False
    if before.page == here.page and before.line.block == here.line.block:
        if starts_anew and _is_broken_off(paragraph, here):
            return False
        return not (ended and (before.is_short or (here.is_indented and not before.is_indented)))
    if here.line.text.lstrip()[:1].islower():
        return not ended
    turned = before.page != here.page or here.line.top < before.line.top  # a page or column, not a space between
    return turned and not ended and not before.is_short and before.right > before.left


def _starts_anew(text: str) -> bool:
    return text.lstrip()[:1].isupper() or _BULLET.match(text.lstrip()) is not None


def _is_broken_off(paragraph: Sequence[_Placed], here: _Placed) -> bool:
    """Whether a line ends though the next word had room in it. Text beside a picture is narrow for many lines."""
    *earlier, before = paragraph
    text = here.line.text.strip()
    word = (len(text.split(maxsplit=1)[0]) + 1) / len(text) * (here.line.right - here.line.left)
    has_room = before.line.right - before.line.left + word < before.right - before.left
    return has_room and before.is_short and not (earlier and earlier[-1].is_short)


def _is_of_another_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) > _SAME_SIZE * max(one.size, other.size)


def _parts_heading(paragraph: Sequence[_Placed], here: Line, body: str, is_over: bool) -> bool:
    """Whether a heading ends or begins before a line: a line in capitals, or in another font than the text."""
    if not here.text.isupper() and all(each.line.text.isupper() for each in paragraph):
        return True
    font = paragraph[-1].line.font
    if not font or not here.font or font == here.font:
        return is_over and here.text.isupper() and not paragraph[-1].line.text.isupper()
    return is_over or all(each.line.font not in ("", body) for each in paragraph)


def _unhyphenated(text: str, following: str, words: set[str]) -> tuple[str, str]:
    """A text without the hyphen of a word that its line end cut in two, and what stands before what follows.

    A hyphen of its own stays: after a name ("Russian-backed"), in numbers ("thirty-four"), and in words that the document
    writes so elsewhere or whose parts are words of it.
    """
    if text.endswith(_SOFT):
        return text.rstrip(_SOFT), ""
    found, rest = _HYPHEN.search(text[-60:]), _FIRST.match(following)
    if not found or not rest or not following[0].islower():
        return text, "" if _HYPHENATED_END.search(text[-3:]) else " "
    before, after = found["before"].lower(), rest.group().lower()
    if f"{before}{after}" in words:
        return text[:-1], ""
    is_compound = before in _TENS or f"{before}-{after}" in words or {before, after} <= words
    return (text if found["before"][0].isupper() or is_compound else text[:-1]), ""
