"""What was found twice is there once: which records are one, and record trees of pieces of one text → one tree.

Two records of a type are one where all their fields marked `Key` are given and agree, folded as names are. Where one of
these is missing, and for types without any, they are one where nothing that both give differs and they share words of
the text; without any words, where they say the same and were found in one place.

Of records that are one the first is kept, what it leaves null is taken from the other, and their lists are joined. The
roots are always one; a part without records in it is taken or left as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from pydantic import BaseModel

from extract.records.folding import fold
from extract.records.marks import Day, Judged
from extract.records.tree import Node, Records, Value, evidence_of, fields_of, holds_records, own_values, plain, said


def merged(pieces: Sequence[Records]) -> Records:
    """One tree of several of one schema, in the order of the text; at least one.

    What one piece lists apart stays apart.
    """
    return reduce(_filled, pieces)


def _filled(one: Records, other: Records) -> Records:
    """A record with what another one says beside."""
    update: dict[str, Any] = {}
    for name, plan in fields_of(type(one)).items():
        mine, theirs = getattr(one, name), getattr(other, name)
        if plan.container and theirs:
            known = list(mine or ())
            new = _joined(known, theirs) if plan.types else [*known, *(each for each in theirs if each not in known)]
            update[name] = plan.container(new)
        elif mine is None:
            update[name] = theirs
        elif isinstance(mine, BaseModel) and isinstance(theirs, type(mine)) and holds_records(type(mine)):
            update[name] = _filled(mine, theirs)
    return one.model_copy(update=update)


def _joined(mine: Sequence[BaseModel], theirs: Sequence[BaseModel]) -> list[BaseModel]:
    known = [Identity.of(each, evidence_of(each)) for each in mine]
    kept = list(mine)
    free = list(range(len(mine)))  # each of mine takes one of theirs at most: what one piece lists apart stays apart
    for each in theirs:
        at = Identity.of(each, evidence_of(each)).among([known[number] for number in free])
        if at is None:
            kept.append(each)
        else:
            number = free.pop(at)
            kept[number] = _filled(kept[number], each)
    return kept


class Identity(NamedTuple):
    """What tells a record from others.

    Attributes:
        model: its type.
        keys: the fields marked `Key`, folded; none if one of them is missing.
        given: the single values that are given, folded, by pointer from the record; its evidence is none.
        words: of what is given, the words of the text: `Verbatim` ones, also in lists, else those without a mark.
        told: values that are not `Judged`, by field; a day beside the words that it follows from.
        place: where it was found, or None.
    """

    model: type[BaseModel]
    keys: Sequence[object]
    given: Mapping[str, object]
    words: frozenset[tuple[str, object]]
    told: Mapping[str, frozenset[object]]
    place: object

    @classmethod
    def of(cls, record: BaseModel, place: object) -> Identity:
        """Of a record without those that it holds."""
        keys = [getattr(record, name) for name, plan in fields_of(type(record)).items() if plan.key]
        missing = any(key in (None, "", [], ()) for key in keys)
        own = [each for each in own_values(Node("", record)) if each.value is not None and not each.field.evidence]
        words = [each for each in own if each.field.verbatim] or [each for each in own if each.field.loose]
        return cls(
            type(record),
            [] if missing else [*map(folded_key, keys)],
            {each.pointer: folded_key(each.value) for each in own if not each.field.is_list},
            frozenset((each.name, folded_key(each.value)) for each in words),
            _told(own),
            place,
        )

    def is_one_with(self, other: Identity) -> bool:
        """Whether two are one record."""
        if self.model is not other.model or (self.keys and other.keys):
            return self.model is other.model and self.keys == other.keys
        if any(other.given.get(pointer, value) != value for pointer, value in self.given.items()):
            return False
        if self.words or other.words:
            return not self.words.isdisjoint(other.words)
        return (self.given, self.place) == (other.given, other.place)

    def among(self, others: Sequence[Identity]) -> int | None:
        """Number of the one that is one with it: best where both were found in one place, or say the same."""
        alike = [number for number, other in enumerate(others) if self.is_one_with(other)]
        return min(alike, key=lambda at: (others[at].place != self.place, others[at].given != self.given), default=None)

    def last_that_may_be(self, others: Sequence[Identity]) -> int | None:
        """Number of the last one that may be one with it, best where they share words of the text.

        Passages tell of one thing in other words and judge it differently: two may be one where nothing that both give
        differs, other than what is marked `Judged`.
        """
        able = [number for number, other in enumerate(others) if self._may_be(other)]
        return max(able, key=lambda at: (not self.words.isdisjoint(others[at].words), at), default=None)

    def _may_be(self, other: Identity) -> bool:
        if self.model is not other.model or (self.keys and other.keys):
            return self.is_one_with(other)
        return all(told & other.told.get(name, told) for name, told in self.told.items())


def _told(values: Sequence[Value]) -> Mapping[str, frozenset[object]]:
    told: dict[str, frozenset[object]] = {}
    for each in values:
        if not each.field.has(Judged):
            name = next((mark.words for mark in each.field.marks if isinstance(mark, Day) and mark.words), each.name)
            told[name] = told.get(name, frozenset()) | {folded_key(each.value)}
    return told


def folded_key(key: Any) -> object:
    """What is compared of a key: the words of a name, a record without its evidence, of a list its values in any order."""
    if isinstance(key, BaseModel):
        return said(key)
    if isinstance(key, list | tuple):
        return frozenset(map(folded_key, key))
    return (fold(key) or key) if isinstance(key, str) else repr(plain(key))
