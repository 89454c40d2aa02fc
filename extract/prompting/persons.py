"""Who is meant where a text does not write a person's name in full: last names, "he" and "she"; and what persons are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from extract.articles.linguistics import reader_of
from extract.articles.sentences import Span, split_passages
from extract.prompting.candidates import Candidates, mention_of, spoken_in
from extract.prompting.speakers import PRONOUNS
from extract.prompting.titles import titles

_POSSESSIVE = re.compile(r"['’]s?$")


class Persons:
    """The persons of a text."""

    def __init__(self, text: str, passages: Iterable[Candidates | None]) -> None:
        """Keeps the full names; the text is read when the first pronoun or title is asked for.

        Args:
            text: all of it.
            passages: the candidates of each of its passages.
        """
        self._text = text
        self._names = full_names(passages)

    def in_full(self, words: str, passage: Span, near: Span | None) -> str | None:
        """The name that words of a passage stand for, as the text has it; None where it has no other one.

        Args:
            words: a last name or a pronoun.
            passage: where they stand.
            near: of several pronouns the one is meant that is nearest to this.
        """
        if words.lower() not in PRONOUNS:
            return self._names.get(words)
        at = self._place(words, passage, near)
        meant = None if at is None else next((name for place, name in reversed(self._actors) if place < at), None)
        return self._names.get(meant, meant) if meant else None

    def _place(self, pronoun: str, passage: Span, near: Span | None) -> int | None:
        """Where a pronoun stands that is not between quotation marks."""
        said = self._text[passage.start : passage.end]
        spoken = spoken_in(said)
        places = [
            passage.start + found.start()
            for found in re.finditer(rf"\b{pronoun}\b", said)
            if found.start() not in spoken
        ]
        first = near.start if near else passage.start
        return min(places, key=lambda place: abs(place - first), default=None)

    def title(self, name: str) -> Span | None:
        """The fullest title that the text gives a person, as a place in it."""
        return max(self._titles.get(self._person(name), ()), key=lambda each: each.end - each.start, default=None)

    def _person(self, name: str) -> str:
        """One name for all that a person is called."""
        full = self._names.get(name.rsplit(maxsplit=1)[-1], name) if name.strip() else name
        return full if full.endswith(name) else name

    @property
    def _actors(self) -> Sequence[tuple[int, str]]:
        """Who does something in each sentence, as named there, with the place; in text order."""
        return self._read[0]

    @property
    def _titles(self) -> Mapping[str, Sequence[Span]]:
        """Person → where a title stands beside the name."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[list[tuple[int, str]], dict[str, list[Span]]]:
        """What is read of the text: passage by passage, since what a linguistic model makes of it is large."""
        acting: list[tuple[int, str]] = []
        titled: dict[str, list[Span]] = {}
        known = set(self._names.values())
        reader = reader_of(self._text)
        if reader is None:
            return acting, titled
        for span in split_passages(self._text):
            passage = self._text[span.start : span.end]
            doc = reader.read("".join(" " if char.isspace() else char for char in passage))
            acting += ((span.start + place, name) for place, name in actors(doc))
            spoken = spoken_in(passage)
            for (first, last), (begin, end) in titles(doc):
                called, name = mention_of(doc.text, doc, begin, end), _POSSESSIVE.sub("", doc[first:last].text)
                half = called and f"{called.text} {name}" in known  # of a name the model sees the last one alone
                if called and not half and called.start not in spoken:
                    place = Span(span.start + called.start, span.start + called.end)
                    titled.setdefault(self._person(name), []).append(place)
        return acting, titled


def full_names(passages: Iterable[Candidates | None]) -> Mapping[str, str]:
    """Last name → full name, where only one person of the text bears it.

    Args:
        passages: the candidates of each passage of the text.
    """
    found: dict[str, set[str]] = {}
    for candidates in passages:
        for mention in (candidates or {}).get("person", ()):
            words = mention.text.split()
            if len(words) > 1 and all(word[0].isupper() for word in words):
                found.setdefault(words[-1], set()).add(mention.text)
    longest = {last: max(names, key=len) for last, names in found.items()}
    return {last: full for last, full in longest.items() if all(full.endswith(name) for name in found[last])}


def actors(doc: Any) -> Iterator[tuple[int, str]]:
    """The persons who do something in a passage, with their places, one for each sentence: whom "he" means behind it.

    That is the subject of its main verb, if it is a person by name, else that of another one, outside quotations.

    Args:
        doc: the passage, read.
    """
    spoken = spoken_in(doc.text)
    persons = {token.i: entity for entity in doc.ents if entity.label_ == "PERSON" for token in entity}
    for sentence in doc.sents:
        for subject in _subjects(sentence):
            named = next((persons[token.i] for token in (subject, *_apposed(subject)) if token.i in persons), None)
            if named is not None and named.start_char not in spoken:
                yield named.start_char, _POSSESSIVE.sub("", named.text)
                break
            if subject.lower_ in PRONOUNS and subject.idx not in spoken:
                break  # the one before goes on


def _subjects(sentence: Any) -> Iterator[Any]:
    """The subjects of a sentence's verbs, that of its main one first."""
    yield from sorted(
        (token for token in sentence if token.dep_ in ("nsubj", "nsubjpass")),
        key=lambda token: sum(1 for _ in token.ancestors),
    )


def _apposed(subject: Any) -> Iterator[Any]:
    """What else a subject is called: "the mayor, Ann Lee, said"."""
    return (token for token in subject.children if token.dep_ == "appos")
