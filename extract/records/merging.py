"""What was found twice is there once: which records are one, and record trees of pieces of one text → one tree.

Two records of a type are one where all their fields marked `Key` are given and agree, folded as names are. Where one of
these is missing, and for types without any, they are one where nothing that both give differs and they share words of
the text; without any words, where they say the same and were found in one place.

Of records that are one the first is kept, what it leaves null is taken from the other, and their lists are joined. The
roots are always one; a part without records in it is taken or left as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from extract.articles import Span
from extract.records.folding import fold
from extract.records.tree import Node, Records, evidence_of, fields_of, holds_records, own_values, plain, said, walk

Item = TypeVar("Item")
Hints = Mapping[str, Span]
"""JSON pointer of a value → where it is known to stand."""


def merged(pieces: Sequence[tuple[Records, Hints]]) -> tuple[Records, dict[str, Span]]:
    """One tree of several, and where its values stand.

    Args:
        pieces: records of one schema with their hints, in the order of the text; at least one.
    """
    root = reduce(_Draft.take, (_drafted(records, hints) for records, hints in pieces))
    found: dict[str, Span] = {}
    records = root.built("", found)
    assert isinstance(records, type(pieces[0][0]))
    return records, found


@dataclass(frozen=True, slots=True)
class _Held:
    """A value, or a part as a whole, with the places of what is in it by the rest of its pointer."""

    value: Any
    places: dict[str, Span]


@dataclass(slots=True, eq=False)
class _Draft:
    """A record, or a part with records in it, while others are merged into it.

    Attributes:
        record: the first one.
        held: the values and whole parts that are there, by field.
        below: the records and parts with records that are there, by field.
    """

    record: BaseModel
    held: dict[str, list[_Held]] = field(default_factory=dict)
    below: dict[str, list[_Draft]] = field(default_factory=dict)

    def take(self, other: _Draft) -> _Draft:
        """Takes over what the other one says beside."""
        for name, plan in fields_of(type(self.record)).items():
            mine, theirs = self.held.get(name, []), other.held.get(name, [])
            if plan.is_list:
                known = [each.value for each in mine]
                self.held[name] = mine + [each for each in theirs if each.value not in known]
                self.below[name] = self.below.get(name, []) + other.below.get(name, [])
            elif not mine and not self.below.get(name):
                self.held[name], self.below[name] = theirs, other.below.get(name, [])
            elif plan.shape == "part" and self.below.get(name) and other.below.get(name):
                one, two = self.below[name][0], other.below[name][0]
                if type(one.record) is type(two.record):
                    one.take(two)
        return self

    def identity(self) -> Identity:
        """What tells it from others, with all that was taken over."""
        single = {
            name: self.held[name][0].value
            for name, plan in fields_of(type(self.record)).items()
            if self.held.get(name) and not plan.is_list
        }
        return Identity.of(self.record.model_copy(update=single), evidence_of(self.record))

    def built(self, pointer: str, hints: dict[str, Span]) -> BaseModel:
        """The record with all that was taken over; notes where its values stand."""
        update: dict[str, Any] = {}
        for name, plan in fields_of(type(self.record)).items():
            found: list[Any] = []
            for held in self.held.get(name, ()):
                here = f"{pointer}/{name}/{len(found)}" if plan.is_list else f"{pointer}/{name}"
                hints.update((here + rest, place) for rest, place in held.places.items())
                found.append(held.value)
            for draft in joined(self.below.get(name, ()), _Draft.identity, _Draft.take):
                here = f"{pointer}/{name}/{len(found)}" if plan.is_list else f"{pointer}/{name}"
                found.append(draft.built(here, hints))
            if found:
                update[name] = plan.container(found) if plan.container else found[0]
        return self.record.model_copy(update=update)


def _drafted(records: BaseModel, hints: Hints) -> _Draft:
    drafts: dict[str, _Draft] = {}
    for item in walk(Node("", records)):
        holder = item.parent if isinstance(item, Node) else item.node
        node = holder
        while node and node.pointer not in drafts:  # inside a part that is taken as a whole
            node = node.parent
        if isinstance(item, Node) and (not item.is_part or holds_records(type(item.record))):
            drafts[item.pointer] = _Draft(item.record)
            if node and item.field:
                drafts[node.pointer].below.setdefault(item.field.name, []).append(drafts[item.pointer])
        elif node:
            name, slash, rest = item.pointer.removeprefix(f"{node.pointer}/").partition("/")
            held = drafts[node.pointer].held.setdefault(name, [])
            if holder is node:
                held.append(_Held(item.record if isinstance(item, Node) else item.value, {}))
                slash = rest = ""
            if item.pointer in hints:
                held[-1].places[slash + rest] = hints[item.pointer]
    return drafts[""]


class Identity(NamedTuple):
    """What tells a record from others.

    Attributes:
        model: its type.
        keys: the fields marked `Key`, folded; none if one of them is missing.
        given: the single values that are given, folded, by pointer from the record; its evidence is none.
        words: of what is given, the words of the text: `Verbatim` ones, also in lists, else those without a mark.
        place: where it was found, or None.
    """

    model: type[BaseModel]
    keys: Sequence[object]
    given: Mapping[str, object]
    words: frozenset[tuple[str, object]]
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


def joined(
    items: Iterable[Item], identity: Callable[[Item], Identity], take: Callable[[Item, Item], object]
) -> list[Item]:
    """Each item once, in the order of their first.

    Args:
        identity: of an item.
        take: has the first of those that are one take over what another says beside.
    """
    kept: list[tuple[Item, Identity]] = []
    for item in items:
        mine = identity(item)
        at = next((number for number, (_, told) in enumerate(kept) if told.is_one_with(mine)), None)
        if at is None:
            kept.append((item, mine))
        else:
            first = kept[at][0]
            take(first, item)
            kept[at] = first, identity(first)
    return [item for item, _ in kept]


def folded_key(key: Any) -> object:
    """What is compared of a key: the words of a name, a record without its evidence, of a list its values in any order."""
    if isinstance(key, BaseModel):
        return said(key)
    if isinstance(key, list | tuple):
        return frozenset(map(folded_key, key))
    return (fold(key) or key) if isinstance(key, str) else repr(plain(key))
