"""Where quotation marks open and close. Marks are paired per line; single ones are told from apostrophes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.articles.sentences import Span

# a double mark, behind which some agencies put a space; or a single one before a word that is not shortened ('90s, 'em)
_OPEN = re.compile(
    r"“|«|``|(?<!\w)\"(?=\S)|(?<=\.)\"(?=[A-Z])|(?<=\s)\"(?=\s\w[^\"\n]*[^\s\"]\")|(?<![\w’'])[‘'](?=[\w“\"…$€£])(?!\d0s\b|(?:em|til|cause|twas|tis)\b)"
)
_CLOSES = {"“": "”", '"': '"', "«": "»"}
_SINGLE_END = re.compile(r"(?<=\S)[’'](?![\w’'])")


@dataclass(frozen=True, slots=True)
class Marked:
    """Words between quotation marks, marks left out (`span`) and with them (`outer`)."""

    span: Span
    outer: Span


@lru_cache(maxsize=8)
def marked_in(text: str) -> tuple[Marked, ...]:
    """Every stretch between quotation marks, in order; one that no double mark closes runs to the end of its line."""
    return tuple(marked for line in re.finditer(r"[^\n]+", text) for marked in _in_line(text, *line.span()))


def _in_line(text: str, start: int, end: int) -> Iterator[Marked]:
    last_single = max(text.rfind("’", start, end), text.rfind("'", start, end))
    while opened := _OPEN.search(text, start, end):
        first, width = opened.end(), 1
        if opened.group() == "``":
            shut = _WIRE_END.search(text, first, end)
            close, width = (shut.start(), len(shut.group())) if shut else (end, 0)
        elif opened.group() in _CLOSES:
            close = _double_end(text, opened.group(), first, end)
            close = close if close >= 0 else end
        elif opened.start() < last_single:
            close = _single_end(text, first, end)
        else:
            close = -1
        if close < 0:
            start = first
            continue
        if words := text[first:close].strip():
            begin = text.index(words, first)
            yield Marked(Span(begin, begin + len(words)), Span(opened.start(), min(close + width, end)))
        start = close + max(width, 1)


_WIRE_END = re.compile(r"''(?!')|[”\"]")  # of "``", as the wires and LaTeX write it
_DOUBLE = re.compile(r"[“”\"«»]")


def _double_end(text: str, mark: str, first: int, end: int) -> int:
    """Where a double mark closes: at its own kind or another one, but for those of a quotation within."""
    inner = 0
    for found in _DOUBLE.finditer(text, first, end):
        place, sign = found.start(), found.group()
        if sign == _CLOSES[mark] and not inner:
            return place
        if sign in "“«" or (sign == '"' and mark != sign and text[place - 1] in " (—"):
            inner += 1
        elif inner:
            inner -= 1
        elif mark != "«" and sign in '”"':
            return place
    return text.find(_CLOSES[mark], first, end)


REACH = 2_000
"""Characters in which a single mark must close."""


def _single_end(text: str, start: int, end: int) -> int:
    """Where a single mark closes: behind punctuation, else behind a word that is no plural owner ("the miners' camp")."""
    following = re.compile(r"[‘“\"]|(?<!\w)'(?=\w)").search(text, start, min(end, start + REACH))
    limit = following.start() if following else min(end, start + REACH)
    found = [match.start() for match in _SINGLE_END.finditer(text, start, limit)]
    sure = [
        place for place in found if not text[place - 1].isalnum() or not re.match(r"['’]\s\w", text[place : place + 3])
    ]
    plain = [place for place in found if place in sure or text[place - 1] != "s"]
    return next(iter(plain), found[0] if found else -1)


def is_marked(text: str, position: int) -> bool:
    """Whether a place is between quotation marks."""
    marked = marked_in(text)
    before = bisect_right(marked, position, key=lambda item: item.outer.start) - 1
    return before >= 0 and position < marked[before].outer.end
