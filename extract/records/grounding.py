"""Value ↔ article text: where a verbatim value stands, or that it stands nowhere.

A value is found when the article has the same characters, or the same ones but for typography: quotes, dashes,
spaces and line breaks, invisible characters, ellipses, case, composed letters. It has to be there in full, on
borders of words and numbers. Nothing is matched by similarity: a wrong place or a wrong number has to stay
unfound. What the values mean is not known here; `tree` says which ones are looked for.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic

from extract.articles import Span
from extract.records.borders import HYPHENS, INSIDE, QUOTES, Units, has_ending, is_word, parted
from extract.records.results import Grounding, GroundingStatus, Problem
from extract.records.tree import Records, rewritten, values

_DASHES = "‐‑‒–—―⁃−﹘﹣－˗⸺⸻"
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    r"\U000e0001-\U000e007f\U000e0100-\U000e01ef"
)
_ODD = re.compile(
    rf"""
    (?P<gap>     [^\S ][\s{_INVISIBLE}]* | [ ](?=[\s{_INVISIBLE}])[\s{_INVISIBLE}]+ )
  | (?P<nothing> [{_INVISIBLE}]+ )
  | (?P<dash>    -[-{_DASHES}]+ | [{_DASHES}][-{_DASHES}]* )
  | (?P<letters> [^\x00-\x7f\s{_INVISIBLE}{_DASHES}]+ )
    """,
    re.VERBOSE,
)
"""Everything that does not fold character by character by `_PLAIN`; a single plain space or hyphen does."""

_STRAIGHT = dict.fromkeys(map(ord, QUOTES), "'")
_PLAIN = {code: chr(code).lower() for code in range(128)} | _STRAIGHT

_MOST_MARKS = 32
"""Sorting marks is quadratic in the standard library; Unicode's stream-safe text format has at most 30 in a row."""

# "¹", "₂", "½" and "③" are not the digits they are drawn with: "18²" is no 182.
_KEPT_FORMS = ("<super>", "<sub>", "<fraction>", "<circle>", "<compat> 0020")


class TextIndex:
    """A text folded for searching, with the way back to its own offsets. Build it once per article.

    Attributes:
        text: the text as loaded.
        folded: the text without differences of typography; not as long as `text`.
    """

    def __init__(self, text: str) -> None:
        """Folds a text; linear in its length."""
        self.text = text
        # Where each folded character begins and ends in the text; -1 inside one that became several ("ﬁ").
        self._begins, self._ends = array("q"), array("q")
        pieces: list[str] = []
        for piece, start, end in _folded_pieces(text):
            pieces.append(piece)
            if len(piece) == end - start:
                self._begins.extend(range(start, end))
                self._ends.extend(range(start + 1, end + 1))
            elif piece:
                inside = [-1] * (len(piece) - 1)
                self._begins.extend([start, *inside])
                self._ends.extend([*inside, end])
        self.folded = "".join(pieces)
        self._units = Units(text)
        self._known: dict[str, list[list[Span]]] = {}

    def find(self, value: str, near: Span | None = None) -> tuple[Span, GroundingStatus] | None:
        """Finds a value in full.

        Args:
            value: what to look for; needs at least one letter or digit.
            near: an occurrence inside is preferred, then the nearest to it; without it, the first in the text.

        Returns:
            Its span in `text` and whether the characters are the same, or None. Inside `near`, and again outside,
            the same characters come before other ones, and a free place ("12 people") before one in a compound
            ("12-story"); only then does distance decide.
        """
        anchor = near or Span(0, 0)
        ranked = self._ranked(value)
        nearest: tuple[Span, GroundingStatus] | None = None
        for rank, hits in enumerate(ranked):
            if not hits:
                continue
            status: GroundingStatus = "exact" if rank < 2 else "normalised"
            after = bisect_left(hits, anchor.start, key=lambda hit: hit.start)
            if near and after < len(hits) and hits[after].end <= near.end:
                return hits[after], status
            closest = min(hits[max(after - 1, 0) : after + 1], key=lambda hit: distance(hit, anchor))
            nearest = nearest or (closest, status)
        return nearest

    def _ranked(self, value: str) -> list[list[Span]]:
        """Where a value stands in full, in text order: same characters, the same in a compound, others, others in one."""
        if value not in self._known:
            ranked: list[list[Span]] = [[], [], [], []]
            same = frozenset(_starts(self.text, value)) if value else frozenset()
            for hit in self._hits(value):
                other = hit.start not in same or hit.end - hit.start != len(value)
                ranked[2 * other + self._in_compound(hit)].append(hit)
            self._known[value] = ranked
        return self._known[value]

    def _hits(self, value: str) -> Iterator[Span]:
        needle = _fold(value).strip()
        if not any(char.isalnum() for char in needle):
            return
        acronym = 2 <= len(value) <= 4 and value.isalpha() and value.isupper()
        for at in _starts(self.folded, needle):
            hit = self._whole(at, at + len(needle))
            # "US" is not "us", "WHO" is not "who"
            if hit is not None and not (acronym and self.text[hit.start : hit.end].islower()):
                yield hit

    def _whole(self, at: int, stop: int) -> Span | None:
        """The span of a piece of the folded text; None when it cuts a word, a number or another unit."""
        start, end = self._begins[at], self._ends[stop - 1]
        if start < 0 or end < 0 or self._units.cut_at(start) or self._units.cut_at(end):
            return None
        if not parted(self.folded, at):
            return None
        if parted(self.folded, stop) or end in self._units.eastern_ends or has_ending(self.text, start, end):
            return Span(start, end)
        return None

    def _in_compound(self, span: Span) -> bool:
        before, after = self.text[max(0, span.start - 2) : span.start], self.text[span.end : span.end + 2]
        return (len(before) == 2 and before[1] in HYPHENS and is_word(before[0])) or (
            len(after) == 2 and after[0] in HYPHENS and is_word(after[1])
        )


def distance(one: Span, other: Span) -> int:
    """Characters between two pieces of a text."""
    return max(other.start - one.end, one.start - other.end, 0)


def _starts(text: str, needle: str) -> Iterator[int]:
    """Where a needle stands in a text, overlaps included, unless it would begin inside a word.

    Linear in both, which restarting `str.find` is not: two that overlap by half are a period of the needle apart, and
    whether another follows shows in the text of one period.
    """
    size = step = len(needle)
    at = text.find(needle)
    while at >= 0:
        inside = INSIDE.match(text, at)
        if not inside:
            yield at
        onward = inside.end() if inside else at + 1
        if 2 * step <= size and onward <= at + step and text.startswith(needle[-step:], at + size):
            at += step
        else:
            found = text.find(needle, onward)
            step, at = found - at, found


@dataclass(frozen=True, slots=True)
class Grounded(Generic[Records]):
    """Records whose verbatim values have been looked for.

    Attributes:
        records: the same, but values that differed in typography are the article's own characters now.
        grounding: JSON pointer of every verbatim value → where it stands.
    """

    records: Records
    grounding: dict[str, Grounding]


def ground(records: Records, text: str, hints: Mapping[str, Span] | None = None) -> Grounded[Records]:
    """Grounds every verbatim value of a record tree, and words without a mark where they are there.

    The evidence of a record is found first, near that of the record that holds it, and guides its other values.
    Without it the evidence of the holding record does.

    Args:
        records: the tree; absent values are kept as they are.
        text: the article's text.
        hints: JSON pointer → where a value is known to stand; not believed when the text there is another.
    """
    index = TextIndex(text)
    hints = hints or {}
    evidence: dict[str, Span] = {}
    grounding: dict[str, Grounding] = {}
    own_words: dict[str, str] = {}
    wanted = [each for each in values(records) if each.field.verbatim or each.field.loose]
    owners = {each.pointer: each.owner.pointer for each in wanted}
    for value in sorted(wanted, key=lambda each: (owners[each.pointer].count("/"), not each.field.evidence)):
        owner, span = owners[value.pointer], hints.get(value.pointer)
        if span is not None and _holds(text, span, value.value):
            status: GroundingStatus = "exact"
        elif place := index.find(value.value, _expected(owner, evidence)):
            span, status = place
        else:
            if value.field.verbatim:
                grounding[value.pointer] = Grounding(status="absent")
            continue
        grounding[value.pointer] = Grounding(start=span.start, end=span.end, status=status)
        if status == "normalised":
            own_words[value.pointer] = text[span.start : span.end]
        if value.field.evidence:
            evidence.setdefault(owner, span)
    return Grounded(
        rewritten(records, own_words) if own_words else records,
        {pointer: grounding[pointer] for pointer in owners if pointer in grounding},
    )


def not_found(grounding: Mapping[str, Grounding]) -> Iterator[Problem]:
    """The values that stand nowhere."""
    for pointer, place in grounding.items():
        if place.status == "absent":
            yield Problem(kind="absent", detail=f"{pointer} is not in the article", pointer=pointer)


def _holds(text: str, span: Span, value: str) -> bool:
    return 0 <= span.start < span.end <= len(text) and text[span.start : span.end] == value


def _expected(owner: str, evidence: Mapping[str, Span]) -> Span | None:
    """The evidence of a record, else of the record that holds it ("/events/0/casualties/1" → "/events/0")."""
    while owner and owner not in evidence:
        owner = owner.rsplit("/", 2)[0]
    return evidence.get(owner)


def _folded_pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded text in pieces, each with the span of the text that it stands for."""
    done = 0
    for odd in _ODD.finditer(text):
        if odd.start() > done:
            yield text[done : odd.start()].translate(_PLAIN), done, odd.start()
        done = odd.end()
        if odd.lastgroup == "gap":
            yield " ", odd.start(), done
        elif odd.lastgroup == "dash":
            yield "-", odd.start(), done
        elif odd.lastgroup == "letters":
            yield from _folded_letters(odd.group(), odd.start())
    if done < len(text):
        yield text[done:].translate(_PLAIN), done, len(text)


def _folded_letters(run: str, offset: int) -> Iterator[tuple[str, int, int]]:
    """Folds letter by letter, each together with the combining marks after it."""
    start = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or end - start == _MOST_MARKS or not unicodedata.combining(run[end]):
            yield _fold_letter(run[start:end]), offset + start, offset + end
            start = end


@lru_cache(maxsize=8192)
def _fold_letter(letter: str) -> str:
    # Decomposed, so that every character folds by itself and "e" + accent is the same as "é".
    plain = "".join(_plain_form(char) for char in unicodedata.normalize("NFD", letter))
    return unicodedata.normalize("NFD", plain.casefold()).translate(_STRAIGHT)


def _plain_form(char: str) -> str:
    if char in QUOTES:  # before "´" is taken apart into a space and an accent
        return "'"
    form = unicodedata.decomposition(char)
    if not form.startswith("<") or form.startswith(_KEPT_FORMS):
        return char
    return unicodedata.normalize("NFKD", char)


def _fold(text: str) -> str:
    return "".join(piece for piece, _, _ in _folded_pieces(text))
