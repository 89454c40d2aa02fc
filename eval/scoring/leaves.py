"""Leaves: what of a record schema is compared, and by which rule. Any pydantic model has a plan.

A mark on the field decides (`extract.records.marks`), else its type: numbers and closed vocabularies by equality, free
strings as text, lists of strings as a set of names, lists of models as child records, a model as part of its
record, or as a child where it may be of several types. Values are read and turned into keys here; judging two keys is `matching`.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from eval.scoring.matching import (
    NumberKey,
    Outcome,
    match_equal,
    match_name,
    match_number,
    match_text,
    name_key,
    text_key,
)
from extract.records.folding import fold
from extract.records.marks import Apart, Compare, Evidence, Silent
from extract.records.tree import FieldPlan, path_of, slots_of

Path = tuple[str, ...]
Key = Hashable
"""What a rule compares; None means that the record has no such leaf."""


@dataclass(frozen=True, slots=True)
class Item:
    """A value that a record has, made ready for comparison.

    Attributes:
        key: what the rule compares.
        value: the value.
        pointer: where it stands in its record ("/quantity/value", "/places/0").
    """

    key: Key
    value: object
    pointer: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One compared field of a record type, or of a part of it.

    Attributes:
        path: the field names from the record ("quantity", "value").
        compare: its rule.
        is_set: whether it holds any number of values, whose order says nothing (`places`).
    """

    path: Path
    compare: Compare
    is_set: bool = False

    @property
    def field(self) -> str:
        """Dotted path: "quantity.value"."""
        return ".".join(self.path)

    def value(self, record: BaseModel) -> object | None:
        """What the record has there; a text with its continuations, joined by spaces."""
        value: object | None = at_path(record, self.path)
        if not self.compare.join:
            return value
        holder = at_path(record, self.path[:-1])
        further = [] if holder is None else [getattr(holder, name) for name in self.compare.join]
        pieces = [piece for item in (value, *further) for piece in (item if isinstance(item, list) else [item])]
        return " ".join(str(piece) for piece in pieces if piece is not None) or value

    def items(self, record: BaseModel) -> tuple[Item, ...]:
        """What a record has there: one value or none, of a set any number in canonical order."""
        here = "/" + "/".join(self.path)
        if not self.is_set:
            key = self.key(record)
            return () if key is None else (Item(key, self.value(record), here),)
        values = enumerate(at_path(record, self.path) or [])
        items = [Item(self._key(value), value, f"{here}/{number}") for number, value in values]
        return tuple(sorted(items, key=lambda item: canonical_json(item.value)))

    def key(self, record: BaseModel) -> Key:
        """The key of a record's one value, or None: an absent leaf."""
        if self.compare.rule == "number":
            return self._number_key(record)
        value = self.value(record)
        return None if value is None else self._key(value)

    def _key(self, value: object) -> Key:
        match self.compare.rule:
            case "name":
                return name_key(str(value))
            case "text":
                return text_key(str(value))
            case _:
                return _hashable(value)

    def judge(self, gold: Key, predicted: Key) -> Outcome:
        """Compares the keys of two leaves that are both there."""
        match self.compare.rule, gold, predicted:
            case "number", NumberKey(), NumberKey():
                return match_number(gold, predicted)
            case "name", frozenset(), frozenset():
                return match_name(gold, predicted)
            case "text", frozenset(), frozenset():
                return match_text(gold, predicted)
            case _:
                return match_equal(gold, predicted, self.compare.broader)

    def _number_key(self, record: BaseModel) -> NumberKey | None:
        holder = at_path(record, self.path[:-1])
        if holder is None:
            return None
        value = getattr(holder, self.path[-1])
        words = getattr(holder, self.compare.wording) if self.compare.wording else None
        if value is None and words is None:
            return None
        vague = self.compare.vague is not None and getattr(holder, self.compare.vague[0]) == self.compare.vague[1]
        return NumberKey(value, vague, () if value is not None else fold(str(words)))


@dataclass(frozen=True, slots=True)
class Children:
    """Child records of one type: where they are, and whether others stand there too."""

    path: Path
    model: type[BaseModel]
    mixed: bool = False

    def of(self, record: BaseModel) -> Iterator[tuple[str, BaseModel]]:
        """The children of a record, each with the rest of its pointer."""
        here, held = "/" + "/".join(self.path), at_path(record, self.path)
        placed = (
            [(here, held)] if isinstance(held, BaseModel) else [(f"{here}/{n}", i) for n, i in enumerate(held or ())]
        )
        return ((place, item) for place, item in placed if not self.mixed or type(item) is self.model)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How records of one type are compared.

    Attributes:
        type: the model's name in lower case.
        leaves: headline leaves, sets last.
        apart: leaves reported beside the headline.
        children: lists of child records.
    """

    type: str
    leaves: tuple[Leaf, ...]
    apart: tuple[Leaf, ...]
    children: tuple[Children, ...]


@cache
def plan_of(model: type[BaseModel]) -> Plan:
    """The plan of a record type; the same object every time."""
    leaves: list[Leaf] = []
    apart: list[Leaf] = []
    children: list[Children] = []
    for path, field in _compared_fields(model).items():
        if field.has(Apart):
            apart.append(Leaf(path, Compare("equal")))
        elif field.shape == "records" or len(field.types) > 1:
            children += [Children(path, child, len(field.types) > 1) for child in field.types]
        else:
            leaves.append(Leaf(path, _rule(field), field.is_list))
    leaves.sort(key=attrgetter("is_set"))
    return Plan(model.__name__.lower(), tuple(leaves), tuple(apart), tuple(children))


def plans_of(model: type[BaseModel]) -> list[Plan]:
    """The plans of a record type and of all that stand below it, each once, the type's own first."""
    found = [plan_of(model)]
    for plan in found:  # grows meanwhile
        below = dict.fromkeys(plan_of(child.model) for child in plan.children)
        found += [each for each in below if each not in found]
    return found


def _compared_fields(model: type[BaseModel]) -> dict[Path, FieldPlan]:
    """The fields that are compared, those of parts in place of the part; a part reported apart is one value."""
    found: dict[Path, FieldPlan] = {}
    for trail in slots_of(model):
        apart = next((at for at, field in enumerate(trail, 1) if field.has(Apart)), len(trail))
        if not any(field.has(Silent, Evidence) for field in trail[:apart]):
            found[path_of(trail[:apart])] = trail[apart - 1]
    return found


def _rule(field: FieldPlan) -> Compare:
    if given := field.mark(Compare):
        return given
    if field.kind is str:
        return Compare("name" if field.is_list else "text")
    return Compare("equal")


def at_path(record: BaseModel, path: Path) -> Any:
    """The value at a path, None where a part on the way is missing."""
    value: Any = record
    for name in path:
        if value is None:
            return None
        value = getattr(value, name)
    return value


def canonical_json(value: object) -> str:
    """JSON by which values are put in an order that has nothing to do with the order of lists.

    Keys are sorted; so are lists of records and sets of values, whose order says nothing.
    """
    return _ENCODER.encode(value)


def _jsonable(value: object) -> object:
    if isinstance(value, BaseModel):
        mixed = _unordered(type(value))
        fields = value.__dict__.items()
        return {name: sorted(held, key=canonical_json) if held and name in mixed else held for name, held in fields}
    if isinstance(value, set | frozenset):
        return sorted(value, key=canonical_json)
    return to_jsonable_python(value)


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_jsonable)


def _hashable(value: object) -> Key:
    try:
        hash(value)
    except TypeError:
        return canonical_json(value)
    return value


@cache
def _unordered(model: type[BaseModel]) -> frozenset[str]:
    plan = plan_of(model)
    paths = [*(child.path for child in plan.children), *(leaf.path for leaf in plan.leaves if leaf.is_set)]
    return frozenset(path[0] for path in paths if len(path) == 1)
