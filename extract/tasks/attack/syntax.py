"""What a linguistic model reads in the sentences of an article: words, what they depend on, noun phrases, names.

Sentences are parsed alone, so that memory stays small and none changes how another one is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import Any

from extract.articles.linguistics import reader
from extract.articles.sentences import Span

LONGEST = 2_000
"""Characters; a longer sentence is no prose, and spaCy's memory grows with it."""

_LONGEST_PHRASE = 8
"""Words of the longest verb of the word lists: "drove a van into a crowd"."""

_TITLED = 3
"""So many long words at least, all with capitals, are a headline and not somebody's name."""


class Syntax:
    """The parses of an article's sentences; read when the first one is asked for."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        """Takes the text that the sentences stand in."""
        self._text = text
        self._sentences = sentences
        self._docs: Mapping[int, Any] | None = None

    def between(self, start: int, end: int) -> Iterator[Span]:
        """The sentences that a stretch of the text touches, in order."""
        first = bisect_right(self._sentences, start, key=lambda sentence: sentence.end)
        return takewhile(lambda sentence: sentence.start < end, islice(self._sentences, first, None))

    def of(self, sentence: Span) -> Any:
        """A sentence as spaCy's `Doc`, or None for one that is too long or not among those given.

        Offsets count from the start of the sentence: `token.idx + sentence.start` is a place in the text.
        """
        return self._read().get(sentence.start)

    def entities(self) -> Iterator[tuple[str, str]]:
        """Names in all sentences, and what the model takes each for: "PERSON", "GPE" …"""
        for doc in self._read().values():
            for name in doc.ents:
                yield name.text, name.label_

    def _read(self) -> Mapping[int, Any]:
        if self._docs is None:
            short = [each for each in self._sentences if each.end - each.start <= LONGEST]
            pieces = (_spaced(self._text[each.start : each.end]) for each in short)
            self._docs = dict(zip((each.start for each in short), reader("en").read_all(pieces), strict=True))
        return self._docs

    def of_headline(self, sentence: Span) -> Any:
        """The same; a headline all in capitals, or with a capital for each word, as if it were written in small letters.

        Else the model takes "Bus Bombing Kills Nine" for a name. It has no names then.
        """
        piece = self._text[sentence.start : sentence.end]
        long = [word for word in piece.split() if len(word) > 3 and word.isalpha()]
        small = piece.lower()
        if not _TITLED <= len(long) <= len(piece) == len(small) < LONGEST or piece.endswith((".", "!", "?")):
            return self.of(sentence)
        capitals = sum(word[0].isupper() for word in long)
        return reader("en").read(_spaced(small)) if capitals >= 0.9 * len(long) else self.of(sentence)


def _spaced(piece: str) -> str:
    """The model knows no other spaces."""
    return "".join(" " if char.isspace() else char for char in piece)


def is_verb(token: Any) -> bool:
    """A verb, or an auxiliary that stands for one."""
    return bool(token.pos_ in ("VERB", "AUX"))


def is_had(aux: Any, verb: Any) -> bool:
    """ "he'd killed two", whose "'d" is read as "would"."""
    return aux.lower_ in ("'d", "’d") and verb.tag_ in ("VBN", "VBD")


STEPS = 12
"""Words from one word up to what governs it; more is no grammar that a reader follows."""


def above(token: Any) -> Iterator[Any]:
    """A word and those it hangs from, nearest first; `STEPS` of them at most."""
    for _ in range(STEPS):
        yield token
        if token.head == token:
            return
        token = token.head


def verb_above(token: Any) -> Any | None:
    """The verb that a word is, or hangs from."""
    return next((each for each in above(token) if is_verb(each)), None)


def begins(words: re.Pattern[str], token: Any) -> bool:
    """Whether a word, with those behind it, begins with what a pattern finds: "blew himself up"."""
    return words.match(token.doc[token.i : token.i + _LONGEST_PHRASE].text) is not None


SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
"""How a word hangs from the verb that it is the subject of."""


def child(token: Any, *deps: str) -> Any:
    """The first word that hangs from another one in one of these ways, or None."""
    return next((each for each in token.children if each.dep_ in deps), None)


def has_subject(verb: Any) -> bool:
    """Whether a verb has a subject of its own."""
    return child(verb, *SUBJECTS) is not None


def subject_of(verb: Any, counts: Callable[[Any], bool] = lambda token: True) -> Any | None:
    """Who does what a verb says: its own subject, or that of the verb it goes on from ("condemned it, calling it").

    Args:
        counts: which tokens can be a subject; the others are passed over.
    """
    for _ in range(5):
        own = [child for child in verb.children if child.dep_ in SUBJECTS and counts(child)]
        if own:
            return _antecedent(own[-1], verb) if own[-1].tag_ in ("WDT", "WP") else own[-1]
        if verb.dep_ in ("acl", "relcl") and verb.head.pos_ in ("NOUN", "PROPN"):
            return verb.head
        if verb.dep_ == "prep" and verb.lower_ == "as" and verb.head.tag_ != "VBN":
            quoted = [child for child in verb.head.children if child.dep_ == "dobj"]
            if quoted:
                return quoted[0]  # "the agency quoted Ann Lee as saying"
        if verb.head == verb or verb.dep_ not in ("conj", "advcl", "xcomp", "pcomp", "prep", "ccomp"):
            return None
        if verb.dep_ == "ccomp" and verb.tag_ != "VBG":
            return None
        verb = verb.head
    return None


def _antecedent(pronoun: Any, verb: Any) -> Any | None:
    """Whom "who" and "which" stand for: the noun before the comma, or the one that the clause belongs to."""
    before = pronoun.doc[pronoun.i - 1] if pronoun.i else None
    if before is not None and before.text == "," and before.i:
        before = before.nbor(-1)
        while before.dep_ == "pobj" and before.ent_type_ == "GPE":
            before = before.head.head
        if before.pos_ in ("NOUN", "PROPN"):
            return before
    return verb.head if verb.dep_ == "relcl" else None
