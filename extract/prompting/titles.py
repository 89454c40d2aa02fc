"""What persons are called beside their names, by the parse: "President" before a name, "the mayor of Arden" beside it.

The few words named here are English, as the only language of `linguistics` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from extract.articles.sentences import RANKS
from extract.prompting.speakers import further_ends

_Tokens = tuple[int, int]
"""From – to."""

_ADDRESS = frozenset({*RANKS, "adm", "dr", "gen", "miss", "mr", "mrs", "ms", "prof", "rev", "sir"})
_RANKS = frozenset({"Captain", "Colonel", "Corporal", "Lieutenant", "Major", "Sergeant"})
"""How a person is addressed: no office, and no part of one."""
_GOING_ON = frozenset({"at", "for", "from", "in", "of", "on", "to", "with"})
"""What an office goes on with: "an aide to Lund", "head of the rescue service"."""
_DOER = re.compile(r".*(er|or|[iy]st|ent|ant|ian|man|woman|person|head|chief)", re.IGNORECASE)
"""Nouns that mostly mean a person, by their end: "the leader of Marrow Oskar Lund", but not "the arrest of Oskar Lund"."""
_MOST_ADDED = 3


def titles(doc: Any) -> Iterator[tuple[_Tokens, _Tokens]]:
    """Each person's name with what stands beside it.

    Args:
        doc: a passage, read.
    """
    chunks = {chunk.start: chunk.end for chunk in doc.noun_chunks}
    for name in _persons(doc):
        before = _before(doc, name)
        for first, last in (before, _behind(doc, name, chunks), _apart(doc, name, before[0], chunks)):
            if first < last:
                yield (name.start, name.end), (first, last)


def _persons(doc: Any) -> Iterator[Any]:
    """Persons' names; of foreign ones the model often makes two in a row."""
    runs = groupby(doc, key=lambda token: token.ent_type_ == "PERSON")
    for tokens in (list(run) for named, run in runs if named):
        yield doc[tokens[0].i : tokens[-1].i + 1]


def _before(doc: Any, name: Any) -> _Tokens:
    """ "President Ada Brandt", "the head of the rescue service Oskar Lund", "Marrow's minister of defence Ida Fenn"."""
    end = name.start
    while end and (doc[end - 1].lower_.removesuffix(".") in _ADDRESS or doc[end - 1].text in _RANKS):
        end -= 1
    first = _run(doc, end)
    if first == end or not _is_office(doc[end - 1]):
        return end, end
    while first > 1 and doc[first - 1].lower_ in ("of", "for"):
        of, head = doc[first - 1], doc[first - 2]
        person = head.pos_ == "PROPN" or (head.pos_ == "NOUN" and _DOER.fullmatch(head.lower_))
        if not of.ent_type_ and (_DOER.fullmatch(doc[end - 1].lower_) or not person):
            break
        first = _run(doc, first - 1)
    tied = any(token.head in name for token in doc[first:end]) or name.root.head in doc[first:end]
    return (first, end) if tied else (end, end)


def _run(doc: Any, end: int) -> int:
    """Where the nouns and adjectives in a row begin that end somewhere, with their article."""
    first = end
    while first and _goes_on(doc[first - 1]):
        first -= 1
    while first < end and doc[first].tag_ == "POS":
        first += 1
    return first - 1 if 0 < first < end and doc[first - 1].tag_ == "DT" else first


def _goes_on(token: Any) -> bool:
    """Whether a word can be one of those before a name; half a word goes on in any case."""
    if token.ent_type_ in ("DATE", "PERSON", "TIME"):
        return False
    half = not token.whitespace_ and (token.text.isalpha() or token.text == "-")
    return half or token.tag_ == "POS" or token.pos_ in ("NOUN", "PROPN", "ADJ")


def _is_office(token: Any) -> bool:
    """Whether the last word of a phrase may be what a person is."""
    return token.pos_ in ("NOUN", "PROPN") and token.ent_type_ not in ("DATE", "GPE", "LOC", "PERSON", "TIME")


def _behind(doc: Any, name: Any, chunks: Mapping[int, int]) -> _Tokens:
    """ "Ada Brandt, the mayor of Arden", "Ada Brandt, 41, a nurse"."""
    at = name.end
    if at + 2 < len(doc) and doc[at].text == "," and doc[at + 1].like_num and doc[at + 2].text == ",":
        at += 2
    first = at + 1
    if first >= len(doc) or doc[at].text != "," or first not in chunks:
        return at, at
    last = chunks[first]
    apposed = any(token.dep_ == "appos" and token.head in name for token in doc[first:last])
    if not apposed or not _is_office(doc[last - 1]) or any(token.ent_type_ == "PERSON" for token in doc[first:last]):
        return at, at
    return first, _gone_on(doc, last, chunks)


def _apart(doc: Any, name: Any, start: int, chunks: Mapping[int, int]) -> _Tokens:
    """ "The mayor of Arden, Ada Brandt"."""
    at = start - 1
    if at < 1 or doc[at].text != "," or name.root.dep_ != "appos":
        return at, at
    first = next((first for first, last in chunks.items() if last <= at == _gone_on(doc, last, chunks)), at)
    office = doc[chunks.get(first, at) - 1]
    return (first, at) if _is_office(office) and name.root.head in doc[first:at] else (at, at)


def _gone_on(doc: Any, last: int, chunks: Mapping[int, int]) -> int:
    """Where a phrase ends that goes on with others."""
    return [last, *islice(further_ends(doc, last, chunks, _GOING_ON), _MOST_ADDED)][-1]
