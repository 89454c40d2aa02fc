"""The nouns of a parse: what counts them, what is listed with them, which one a preposition leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_COUNTS = frozenset(("half", "most", "number", "dozens", "scores", "hundreds", "thousands", "handful", "inside"))
_WHOLES = frozenset(("majority", "totality", "entirety", "front"))
_SHOWN = frozenset(("footage", "video", "videos", "images", "pictures", "photos", "photographs"))
"""Pictures of a thing, no parts of it."""
_MOST_LINKS = 60
"""Steps from a word to the noun that it qualifies."""


def is_count(token: Any) -> bool:
    """Whether a word only counts: "dozens", "two", "half"."""
    return token.ent_type_ == "CARDINAL" or token.tag_ == "CD" or token.lower_ in _COUNTS or token.lower_ in _WHOLES


def counted(noun: Any) -> Any:
    """The houses of "dozens of houses", and of "footage of houses"."""
    for _ in range(3):
        inner = [c for child in noun.children if child.lower_ == "of" for c in child.children if c.dep_ == "pobj"]
        if not inner or not (is_count(noun) or noun.lower_ in _SHOWN):
            break
        noun = inner[0]
    return noun


def qualified(word: Any, *deps: str) -> Any:
    """The noun that a word before it qualifies, or itself: "region" for Odesa in "Odesa region".

    Args:
        deps: ways to hang from that noun that count besides being an adjective or a noun before it.
    """
    for _ in range(_MOST_LINKS):
        if word.dep_ not in ("compound", "nmod", "amod", *deps) or word.head.i < word.i:
            break
        word = word.head
    return word


def whole(noun: Any) -> Any:
    """ "the floors of a house" for its last word."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.pos_ == "NOUN":
        noun = noun.head.head
    return noun


def listed_with(noun: Any) -> Iterator[Any]:
    """A noun and those listed with it."""
    waiting = [noun]
    seen = set()
    while waiting:
        noun = waiting.pop(0)
        if noun.i in seen:
            continue
        seen.add(noun.i)
        yield noun
        for child in noun.children:
            if child.dep_ in ("conj", "appos") or (
                child.dep_ == "nmod" and any(c.dep_ == "cc" for c in child.children)
            ):
                waiting.append(child)
            elif child.lower_ in ("including", "like", "as"):
                waiting += [grand for grand in child.children if grand.dep_ == "pobj"]
            elif child.dep_ == "prep":
                waiting += _behind_place(child)


def _behind_place(preposition: Any) -> list[Any]:
    """The clinic of "a school in Marlow and a clinic", which the parse lists with Marlow."""
    places = [child for child in preposition.children if child.dep_ == "pobj"]
    named = [place for place in places if any(token.tag_ == "NNP" for token in (place, *place.lefts))]
    return [
        child for place in named for child in place.children if child.dep_ == "conj" and child.tag_ in ("NN", "NNS")
    ]


def led_to(token: Any, prepositions: frozenset[str] | set[str]) -> Iterator[Any]:
    """The nouns that the prepositions behind a token lead to."""
    follows = token.nbor() if token.i + 1 < len(token.doc) else None
    seen = list(token.children)
    if follows is not None and follows.dep_ == "prep" and follows not in seen:
        seen.append(follows)
    for child in seen:
        if child.dep_ == "prep" and child.i > token.i and child.lower_ in prepositions:
            yield from (grand for grand in child.children if grand.dep_ == "pobj")
