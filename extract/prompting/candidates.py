"""The words of a passage that a value can be: names, numbers, times and noun phrases, by kind of words.

A small model that chooses among a passage's own names and numbers is right more often than one that may copy any piece
of it; and no record that needs a number is made of a passage without one. The few words named here are English, as the
only language of `linguistics` is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from extract.articles.linguistics import Reader
from extract.prompting.speakers import PRONOUNS, further_ends, speakers
from extract.prompting.titles import titles
from extract.records.marks import What

CANDIDATES_VERSION = 4
"""Changes when other words are found; part of the identity of prompt sets."""

_NAMED: Mapping[str, tuple[What, ...]] = {
    "PERSON": ("person",),
    "ORG": ("organisation",),
    "NORP": ("organisation",),
    "GPE": ("place", "organisation"),  # states act, and things happen in them
    "LOC": ("place",),
    "FAC": ("place",),
    "DATE": ("time",),
    "TIME": ("time",),
    "CARDINAL": ("number",),
    "QUANTITY": ("number",),
    "MONEY": ("number",),
    "PERCENT": ("number",),
}
"""Label of a named entity (OntoNotes) → kinds of words that it is."""

_COUNTING = frozenset({"a", "an", "another", "both", "few", "many", "one", "several", "some"})
"""First words of noun phrases that say how many."""
_INDEFINITE = frozenset({"a", "an", "another"})
"""Those of them that say so by the way: most phrases that begin with one are of no interest as a number."""
_MARKS = frozenset({"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sk", "Sm", "So"})
"""Categories of characters that are of no word."""
_WHERE = frozenset({"across", "along", "around", "at", "in", "inside", "into", "near", "outside", "through", "towards"})
"""Prepositions of place: a name behind them is none of a person."""
_WHEN = frozenset({"overnight", "today", "tonight", "yesterday"})
"""Adverbs that the model often takes for no time."""
_GOING_ON = frozenset({"of", "for", "in"})
"""What a noun phrase goes on with."""
_CLOCK = re.compile(r"\d[ap]\.?m\b", re.IGNORECASE)
"""A time of day, which the model may take for a number."""
_MARK = re.compile(r"""(?P<opens>[“„«]|(?<![^\s(\[—–-])"(?=\S))|(?P<closes>[”»]|(?<=[^\s\w])"|(?<=\w)"(?!\w))""")
"""A quotation mark: a straight one opens before a word, and closes after one."""
_OPENS = r"(?<![^\s(\[—–-])['‘](?=\w)"
_SINGLE = re.compile(rf"{_OPENS}((?:(?!{_OPENS}).)*?[,.!?…]|(?:(?!{_OPENS}).)*?\w)['’](?!\w)")
"""What stands between single quotation marks: to one behind a stop, if there is one, since "workers' " ends in another."""


class Mention(NamedTuple):
    """Words of a passage, `passage[start:end]`."""

    start: int
    end: int
    text: str


Known = What | Literal["pronoun"]
"""Kinds of words that are looked for; a pronoun stands for a person named before."""
Candidates = Mapping[Known, tuple[Mention, ...]]
"""Kind of words → what there is of it, in text order, longer ones first."""


def candidates_of(passage: str, reader: Reader) -> Candidates:
    """What a passage has of each kind of words.

    Args:
        passage: in one line.
        reader: of the article's language.
    """
    doc = reader.read("".join(" " if char.isspace() else char for char in passage))  # it knows no other spaces
    found: dict[Any, set[Mention]] = {}
    spoken = spoken_in(passage)
    persons = {each.end: each.start for each in doc.ents if each.label_ == "PERSON" and len(each) > 1}
    speaking = (("speaker", first, last) for first, last in speakers(doc, spoken))
    titled = (("title", first, last) for _, (first, last) in titles(doc))
    for what, first, last in (*_entities(doc), *_names(doc), *_phrases(doc), *speaking, *titled):
        name = persons.get(last, first)
        if first < name and not any(token.pos_ == "ADP" for token in doc[first:name]):
            continue  # "President Ada Brandt": the name is there without the title
        mention = mention_of(passage, doc, first, last)
        if mention and not (what == "number" and _CLOCK.search(mention.text)):
            found.setdefault(what, set()).add(mention)
    if quoted := set(quotations(passage)):
        found["quotation"] = quoted
    for token in doc:
        if token.lower_ in PRONOUNS and token.dep_ == "nsubj" and token.idx not in spoken:
            found.setdefault("pronoun", set()).add(Mention(token.idx, token.idx + len(token), token.text))
    return {what: tuple(sorted(mentions, key=lambda each: (each.start, -each.end))) for what, mentions in found.items()}


def of_kinds(candidates: Candidates, what: Collection[Known]) -> list[Mention]:
    """The candidates of some kinds together, in text order, longer ones first."""
    mentions = {mention for kind in what for mention in candidates.get(kind, ())}
    return sorted(mentions, key=lambda each: (each.start, -each.end))


def is_sure(mention: Mention) -> bool:
    """Whether words that may be a number mean to say how many: "a nurse" may, "12 nurses" does."""
    return mention.text.split(maxsplit=1)[0].lower() not in _INDEFINITE or any(map(str.isdigit, mention.text))


def _entities(doc: Any) -> Iterator[tuple[What, int, int]]:
    """Named entities; numbers with the words that they count, too ("90 million", "90 million euros")."""
    ends = {token.i: chunk.end for chunk in doc.noun_chunks for token in chunk}
    for entity in doc.ents:
        for what in _NAMED.get(entity.label_, ()):
            yield what, entity.start, entity.end
            if what == "number":
                yield what, entity.start, ends.get(entity.end - 1, entity.end)
    times = [entity for entity in doc.ents if "time" in _NAMED.get(entity.label_, ())]
    for one, next_one in pairwise(times):  # "Monday" "morning"
        if one.end == next_one.start:
            yield "time", one.start, next_one.end
    yield from (("time", token.i, token.i + 1) for token in doc if token.lower_ in _WHEN)


def _names(doc: Any) -> Iterator[tuple[What, int, int]]:
    """Proper nouns in a row, alone and with the nouns they stand before ("Kyiv region"): of what they are names, a small
    model of English errs when they are foreign, unless it sees a person's two names or more.
    """
    at = 0
    while at < len(doc):
        last = at
        while last < len(doc) and doc[last].pos_ == "PROPN":
            last += 1
        if last == at:
            at += 1
            continue
        kinds: tuple[What, ...] = ("person", "organisation", "place")
        if at and doc[at - 1].lower_ in _WHERE and doc[at - 1].pos_ == "ADP":
            kinds = ("place",)
        elif last - at > 1 and all(token.ent_type_ == "PERSON" for token in doc[at:last]):
            kinds = ("person",)
        if not all(token.ent_type_ in ("DATE", "TIME", "MONEY", "PERCENT") for token in doc[at:last]):
            ends = [last]
            while ends[-1] < len(doc) and doc[ends[-1]].pos_ == "NOUN":
                ends.append(ends[-1] + 1)
            yield from ((what, at, ends[0]) for what in kinds)
            yield from ((what, at, ends[-1]) for what in kinds if what != "person")
            if at and doc[at - 1].pos_ == "ADJ":  # "western Kyiv"
                yield "place", at - 1, last
        at = last


def _phrases(doc: Any) -> Iterator[tuple[What, int, int]]:
    """Noun phrases, alone and with what "of", "for" and "in" add to them; those that say how many are numbers as well."""
    chunks = [chunk for chunk in doc.noun_chunks if chunk.root.pos_ != "PRON"]
    ends = {chunk.start: chunk.end for chunk in chunks}
    for chunk in chunks:
        yield "phrase", chunk.start, chunk.end
        if doc[chunk.start].lower_ in _COUNTING:
            yield "number", chunk.start, chunk.end
        yield from (("phrase", chunk.start, end) for end in further_ends(doc, chunk.end, ends, _GOING_ON))


def spoken_in(passage: str) -> set[int]:
    """The places of characters between quotation marks."""
    return {at for each in quotations(passage) for at in range(each.start, each.end)}


def quotations(passage: str) -> Iterator[Mention]:
    """What stands between quotation marks; a quotation may have begun before the passage, and go on after it."""
    found = list(_double(passage))
    yield from found
    for said in _SINGLE.finditer(passage):
        if not any(each.start < said.end() and said.start() < each.end for each in found):
            yield from _said(passage, *said.span(1))


def _double(passage: str) -> Iterator[Mention]:
    begun: int | None = None
    seen = False
    for mark in _MARK.finditer(passage):
        if mark["opens"]:
            begun = mark.end()
        elif begun is not None or (not seen and passage[: mark.start()][-1:] in ".,!?…"):
            yield from _said(passage, begun or 0, mark.start())
            begun = None
        seen = True
    if begun is not None:
        yield from _said(passage, begun, len(passage))


def _said(passage: str, start: int, end: int) -> Iterator[Mention]:
    text = passage[start:end].strip()
    if any(char.isalnum() for char in text):
        start = passage.index(text, start)
        yield Mention(start, start + len(text), text)


def mention_of(passage: str, doc: Any, first: int, last: int) -> Mention | None:
    """The words from one token to another, without what is no word at either end."""
    while first < last and _is_mark(doc[first]):
        first += 1
    while first < last and (_is_mark(doc[last - 1]) or doc[last - 1].tag_ == "POS"):
        last -= 1
    if first == last:
        return None
    start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
    while passage[end : end + 1].isalnum():
        end += 1  # "100" of "100m": half a word stands nowhere
    if passage[start - 1 : start].isalnum():
        return None
    return Mention(start, end, passage[start:end])


def _is_mark(token: Any) -> bool:
    """Whether a token is nothing but marks and pictures; what belongs to a number ("$") is more."""
    return all(char.isspace() or unicodedata.category(char) in _MARKS for char in token.text)
