"""Capitalised words in a row that may be a name, and where such a row is cut."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extract.tasks.attack.names import Cast, is_day

_LINKS = ("of", "de", "del", "do", "da", "du", "el", "al", "la", "le", "los", "las", "y", "es", "&", "bin", "ibn")
_WORD = r"(?:(?:St|Ste|Mt|Ft|[NSEW])\.(?=[ \u00a0][A-Z])|(?:[a-z]{1,3}[-‑’'])?[A-ZÀ-ÞŁŚŻĆĐ](?:[\w‑-]|[’'](?!s\b)(?=\w)){0,60})"
_RUN = re.compile(
    rf"(?<![\w.-])(?<!\w[’'])(?:al[ \u00a0])?{_WORD}(?:[ \u00a0](?:(?:{'|'.join(_LINKS)})[ \u00a0])?{_WORD})*"
)
"""Capitalised words in a row, with the small words that names hold; no possessive."""
_ADJECTIVE = re.compile(r"[A-Z][\w’'-]*(?:ian|ean|gan|ese|ish|ench|ite|ist|ic|im)s?|Arabs?")
_QUALIFIER = re.compile(r"[-‑](?:[a-z]\w*ed|made|based|held|run|led|wide|style|born|area)\Z")
"""The end of "Rwandan-backed", which is no name."""
_BRACKETS = re.compile(r"\([^()]*\)")
"""What is said of a name in brackets: another name for it, or where it lies."""


@dataclass(frozen=True, slots=True)
class Name:
    """Capitalised words of a sentence: their first and last token, and the one that the others belong to."""

    first: Any
    last: Any
    root: Any


def names_belief(word: str) -> bool:
    """ "Islamist", "Ruritanian": a word that ends as adjectives of nations and beliefs do."""
    return _ADJECTIVE.fullmatch(word) is not None


def is_qualifier(word: str) -> bool:
    """ "Rwandan-backed": a word that ends as no name does."""
    return _QUALIFIER.search(word) is not None


class Capitals:
    """The names of a sentence."""

    def __init__(self, doc: Any, cast: Cast) -> None:
        """Takes the parse of the sentence."""
        self._doc = doc
        self._lexicon = cast.lexicon
        self._cast = cast

    def names(self) -> Iterator[Name]:
        """Capitalised runs, cut at days, numbers and adjectives of nations."""
        starts = [token.idx for token in self._doc]
        for run in _RUN.finditer(_BRACKETS.sub(_blank, self._doc.text)):
            part: list[Any] = []
            for word in re.finditer(r"[^ \u00a0]+", run.group()):
                begin, end = run.start() + word.start(), run.start() + word.end()
                tokens = self._doc[bisect_left(starts, begin) : bisect_left(starts, end)]
                if part and word.group() in _LINKS:
                    if self._lexicon.words["areas"].fullmatch(part[0][0].text):
                        part = []  # "the City of Lorvik"
                    elif word.group() == "of" and self._is_whole(part):
                        yield _name(part)  # "arrests in the West Bank of Red Front members"
                        part = []
                    continue
                if len(tokens) and not self._breaks(tokens, word.group()):
                    part.append(tokens)
                elif part:
                    yield _name(part)
                    part = []
            if part:
                yield _name(part)

    def _breaks(self, tokens: Any, word: str) -> bool:
        """Whether a word of a capitalised run is no part of a name."""
        last, lexicon = tokens[-1], self._lexicon
        if is_day(word) or is_qualifier(word) or is_qualifier(last.text):
            return True
        adjective = last.tag_ == "JJ" or _ADJECTIVE.fullmatch(word) is not None
        if (adjective and last.ent_type_ == "NORP") or lexicon.words["demonyms"].fullmatch(word):
            return not _begins_name(last)
        first = tokens[0].i - (self._doc[0].is_quote and tokens[0].i > 0)
        if first == 0 and word.isupper() and len(word) > 3 and not self._doc.text.isupper():
            return True  # a dateline
        proper = any(token.tag_ in ("NNP", "NNPS") for token in tokens)
        other = last.tag_ in ("CD", "DT", "IN", "PRP", "PRP$", "CC", "RB", "MD", "WDT", "WRB")
        return not proper and (other or (first == 0 and word not in self._cast.capitals))

    def _is_whole(self, part: list[Any]) -> bool:
        """Whether words are a land's name, or a person's to the model: an "of" behind them is no part of it."""
        name = self._doc[part[0][0].i : part[-1][-1].i + 1].text
        return self._lexicon.words["countries"].fullmatch(name) is not None or part[-1][-1].ent_type_ == "PERSON"


def _begins_name(adjective: Any) -> bool:
    """ "British" in "British Columbia": the model takes it for the beginning of a longer name of a place."""
    if adjective.i + 1 == len(adjective.doc) or adjective.ent_type_ not in ("GPE", "LOC"):
        return False
    return bool(adjective.nbor(1).ent_iob_ == "I" and adjective.nbor(1).tag_.startswith("NNP"))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _name(words: list[Any]) -> Name:
    """The name that words make; its root is the first token that hangs on one outside."""
    first, last = words[0][0], words[-1][-1]
    inside = range(first.i, last.i + 1)
    roots = [token for word in words for token in word if token.head.i not in inside]
    return Name(first, last, roots[-1] if roots else last)
