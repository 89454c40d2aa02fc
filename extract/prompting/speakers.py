"""Who says something in a passage, by its parse: subjects of verbs of saying, and who is named by "according to".

The few words named here are English, as the only language of `linguistics` is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from itertools import islice
from typing import Any

_SAYING = re.compile(
    "said|say(s|ing)?|told|tell(s|ing)?|wrote|writ(es?|ing)|spoke|put|read|(repl|den)(y|ied|ies|ying)|admit(s|ted|ting)?|"
    "(accus|acknowledg|advis|agre|alleg|announc|argu|believ|blam|cit|conclud|continu|declar|denounc|describ|emphasi[sz]|"
    "estimat|not|pledg|prais|promis|quot|stat|urg)(es?|ed|ing)|"
    "(add|ask|assert|call|claim|comment|condemn|confirm|demand|explain|express|insist|maintain|mention|post|predict|recall|"
    "recount|remark|report|respond|reveal|shout|stress|suggest|threaten|tweet|vow|warn)(s|ed|ing)?|testif(y|ied|ies)"
)
PRONOUNS = frozenset({"he", "she"})
"""What stands for a person who was named before (`persons`)."""
_GOING_ON = frozenset({"and", "at", "for", "in", "of"})
_MOST_ADDED = 3


def speakers(doc: Any, spoken: Container[int]) -> Iterator[tuple[int, int]]:
    """The phrases of those who say something, as tokens from – to, with and without what is added to them.

    Args:
        doc: a passage, read.
        spoken: places of characters between quotation marks: what is said there is another story.
    """
    chunks = {token.i: (chunk.start, chunk.end) for chunk in doc.noun_chunks for token in chunk}
    ends = dict(chunks.values())
    for token in doc:
        for head in () if token.idx in spoken else _named_by(token):
            if head.idx in spoken or (head.pos_ not in ("NOUN", "PROPN") and head.lower_ not in PRONOUNS):
                continue
            first, last = chunks.get(head.i) or _run(doc, head.i)
            yield first, last
            yield from _names(doc, first, last)
            yield from ((first, end) for end in islice(further_ends(doc, last, ends, _GOING_ON), _MOST_ADDED))


def further_ends(doc: Any, last: int, ends: Mapping[int, int], words: Container[str]) -> Iterator[int]:
    """Where a phrase ends that goes on with others by some words: "the head" "of the service" "in Arden".

    `ends` says where the noun phrases that begin at a token end.
    """
    while last < len(doc) and doc[last].lower_ in words and last + 1 in ends:
        last = ends[last + 1]
        yield last


def _named_by(token: Any) -> Iterator[Any]:
    """Whom a verb of saying, "according to" or "per" names."""
    if token.lower_ in ("according", "per"):
        yield from _objects(token, "to")
    elif _SAYING.fullmatch(token.lower_) and token.pos_ in ("VERB", "AUX"):
        yield from _objects(token, "by")
        subject = _subject(token) or _beside(token)
        if subject is not None:
            yield subject
            yield from (child for child in subject.children if child.dep_ in ("appos", "conj"))


def _objects(token: Any, preposition: str) -> Iterator[Any]:
    """What a preposition of a word is about; the word's own, if it is one."""
    for child in (token, *token.children):
        if child is token or child.lower_ == preposition:
            yield from (named for named in child.children if named.dep_ == "pobj")


def _subject(verb: Any) -> Any | None:
    """Who does what a verb says: its subject, or that of the verb it goes on from."""
    for _ in range(4):
        for child in verb.children:
            if child.dep_ in ("nsubj", "nsubjpass"):
                relative = child.lower_ in ("who", "which", "that") and verb.dep_ == "relcl"
                return verb.head if relative else child
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return verb.head
        if verb.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "prep"):
            return None
        verb = verb.head
    return None


def _beside(verb: Any) -> Any | None:
    """The noun before a verb whose subject the parse does not tell: "…, residents and activists said"."""
    noun = verb.nbor(-1) if verb.i else verb
    if noun.pos_ not in ("NOUN", "PROPN") or verb.dep_ == "acl":
        return None
    return noun.head if noun.dep_ == "conj" else noun


def _run(doc: Any, at: int) -> tuple[int, int]:
    """The proper nouns in a row around a token."""
    first, last = at, at + 1
    while first > 0 and doc[first - 1].pos_ == "PROPN":
        first -= 1
    while last < len(doc) and doc[last].pos_ == "PROPN":
        last += 1
    return first, last


def _names(doc: Any, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The name at the end of a phrase: "Ada Brandt" of "President Ada Brandt"."""
    for entity in doc.ents:
        if entity.label_ == "PERSON" and entity.end == last and entity.start > first:
            yield entity.start, last
            return
    start = last
    while start > first and doc[start - 1].pos_ == "PROPN":
        start -= 1
    if first < start < last:
        yield start, last
