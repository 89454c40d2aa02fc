"""Record trees of pieces of one text → one tree: what was found twice is there once.

Two records of a list are one where all fields marked `Key` are given and agree, folded as names are, or where they say
the same but for their evidence. Then the first one is kept, what it leaves null is taken from the other, and their lists
are joined. A record that says nothing but words of closed vocabularies is another one wherever its evidence is. The roots
are always one; a part without records in it is taken or left as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pydantic import BaseModel

from extract.articles import Span
from extract.records.folding import fold
from extract.records.tree import Node, Records, evidence_of, fields_of, holds_records, plain, said, values, walk

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

    def built(self, pointer: str, hints: dict[str, Span]) -> BaseModel:
        """The record with all that was taken over; notes where its values stand."""
        update: dict[str, Any] = {}
        for name, plan in fields_of(type(self.record)).items():
            found: list[Any] = []
            for held in self.held.get(name, ()):
                here = f"{pointer}/{name}/{len(found)}" if plan.is_list else f"{pointer}/{name}"
                hints.update((here + rest, place) for rest, place in held.places.items())
                found.append(held.value)
            for draft in _joined(self.below.get(name, ())):
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


def _joined(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Each record once, in the order of their first."""
    known: dict[object, _Draft] = {}
    for draft in drafts:
        names = list(_names(draft.record))
        first = next((known[name] for name in names if name in known), None)
        if first:
            first.take(draft)
        for name in names:
            known.setdefault(name, first or draft)
    return list(dict.fromkeys(known.values()))


def _names(record: BaseModel) -> Iterator[object]:
    """What makes a record the same as another that has it too."""
    told = any(not (each.field.evidence or each.field.choices or each.field.kind is bool) for each in values(record))
    yield said(record), None if told else evidence_of(record)
    keys = [getattr(record, name) for name, plan in fields_of(type(record)).items() if plan.key]
    if keys and all(key not in (None, "", [], ()) for key in keys):
        yield type(record), *map(folded_key, keys)


def folded_key(key: Any) -> object:
    """What is compared of a key: the words of a name, a record without its evidence, of a list its values in any order."""
    if isinstance(key, BaseModel):
        return said(key)
    if isinstance(key, list | tuple):
        return frozenset(map(folded_key, key))
    return (fold(key) or key) if isinstance(key, str) else repr(plain(key))
