"""Flat extractions (`flat`) → records of any schema.

Everything is read in the peer's favour: children belong to the parent before them, parents of several chunks that
agree are one, repeats are one record, spellings are forgiven, what has to be there is filled in where it can be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eval.peers.flat import Found, Kind, Path, anchor_of, attribute, kinds_of, values_of
from extract.records.marks import Apart, Compare, Evidence, NumberOf, Silent
from extract.records.tree import FieldPlan, record_lists

_NOTHING = frozenset({"", "null", "none", "n/a", "unknown", "unspecified", "not stated", "not specified"})

Records = TypeVar("Records", bound=BaseModel)
Values = dict[Path, Any]
"""A record's own values as JSON, those of its parts too."""


@dataclass(slots=True)
class _Record:
    """A record while more of it is being read.

    Attributes:
        below: the records that it holds, by field.
        joined: the record that this one mentions again.
    """

    kind: Kind
    piece: str
    values: Values
    below: dict[str, list[_Record]] = field(default_factory=dict)
    joined: _Record | None = None

    def take(self, child: _Record) -> None:
        siblings = self.below.setdefault(child.kind.field, [])
        child.joined = next((one for one in siblings if one.kind is child.kind and _are_one(one, child)), None)
        if child.joined:
            child.joined.add(child.values)
        else:
            siblings.append(child)

    def add(self, more: Values) -> None:
        """Takes over what is not said yet."""
        for path, value in more.items():
            before = self.values.get(path)
            if isinstance(before, list):
                before += [item for item in value or () if item not in before]
            elif before is None:
                self.values[path] = value

    def whole(self) -> dict[str, Any]:
        """As JSON."""
        held = {name: [child.whole() for child in children] for name, children in self.below.items()}
        return _nested(self.kind.model, self.values) | held


def as_records(found: Iterable[Found], schema: type[Records]) -> Records:
    """Extractions in the order of the article → its records.

    Raises:
        ValidationError: the article as a whole lacks a value that has to be there.
    """
    top, *kinds = kinds_of(schema)
    root, records = _Record(top, "", {}), list[_Record]()
    for one in found:
        kind = _kind(one.kind.strip().lower(), kinds, records)
        if kind and (record := _read(kind, one)):
            records.append(record)
        elif one.kind.strip().lower() == top.name:
            root.add(_said(top, one))
    for kind in reversed(kinds):  # children without any parent are of one that nobody named, if one can be made
        children = [record for record in records if record.kind.holder is kind.model]
        if children and all(record.kind.model is not kind.model for record in records):
            made = _read(kind, Found(kind.name, children[0].piece, {anchor_of(kind.model) or "": None}))
            records[:0] = [made] if made else []
    for kind in kinds:
        _give(kind, [root, *records])
    _complete(root)
    return schema.model_validate_json(json.dumps(root.whole()))


def _kind(name: str, kinds: list[Kind], records: list[_Record]) -> Kind | None:
    """The class of this name; of several, the one whose holder was read last."""
    fitting = [kind for kind in kinds if kind.name == name]
    before = (kind for record in reversed(records) for kind in fitting if kind.holder is record.kind.model)
    return next(before, fitting[0] if fitting else None)


def _give(kind: Kind, records: list[_Record]) -> None:
    """Gives the records of a class to the parent before them, or to the first one after them."""
    parent = next((record for record in records if record.kind.model is kind.holder), None)
    for record in records:
        if record.kind.model is kind.holder:
            parent = record
        elif record.kind is kind and parent:
            (parent.joined or parent).take(record)


def _are_one(one: _Record, other: _Record) -> bool:
    """Whether two records say the same; those that hold others have to agree in something and to differ in nothing."""
    holds = len(kinds_of(one.kind.model)) > 1
    mine, theirs = _compared(one, holds), _compared(other, holds)
    both = mine.keys() & theirs.keys() if holds else mine.keys() | theirs.keys()
    return bool(both) and all(mine.get(path) == theirs.get(path) for path in both)


def _compared(record: _Record, holds: bool) -> dict[Path, str]:
    """What tells a record from others, folded; of one that holds others, neither lists nor what is reported apart."""
    left_out = (Evidence, Apart, Silent) if holds else (Evidence,)
    left_out_paths = {path for path, field in values_of(record.kind.model) if field.has(*left_out)}
    return {
        path: json.dumps(value).casefold()
        for path, value in record.values.items()
        if path not in left_out_paths and value is not None and not (holds and isinstance(value, list))
    }


def _read(kind: Kind, found: Found) -> _Record | None:
    """The record of one extraction; None where something is missing that has to be there."""
    record = _Record(kind, found.text, _said(kind, found))
    return record if _complete(record) else None


def _said(kind: Kind, found: Found) -> Values:
    """What an extraction says. A choice beside which nothing is said makes no part."""
    anchor = anchor_of(kind.model)
    said: Values = {(anchor,): found.text} if anchor and anchor not in found.attributes else {}
    choices: Values = {}
    for path, plan in values_of(kind.model):
        value = _value(plan, found.attributes.get(attribute(path)))
        number = plan.mark(NumberOf)
        if number and value is None:
            value = _number(found.attributes.get(attribute((*path[:-1], number.words))))
        if value is not None:
            (choices if len(path) > 1 and plan.choices else said)[path] = value
    parts = {path[:-1] for path in said}
    return said | {path: value for path, value in choices.items() if path[:-1] in parts}


def _complete(record: _Record) -> bool:
    """Fills in what has to be there, and leaves out what cannot be; whether that makes a record."""
    tried: set[tuple[int | str, ...]] = {()}
    while True:
        try:
            record.kind.model.model_validate_json(json.dumps(_nested(record.kind.model, record.values)))
            return True
        except ValidationError as error:
            place = error.errors()[0]["loc"]
        if place in tried:
            return False
        tried.add(place)
        for path, plan in values_of(record.kind.model):
            if all(one == other for one, other in zip(path, place, strict=False)):
                record.values.pop(path, None)
                if plan.required:
                    record.values[path] = _otherwise(plan, record.piece, is_part=len(path) > 1)


def _nested(model: type[BaseModel], values: Values) -> dict[str, Any]:
    """Values in their parts, without any records held."""
    nested: dict[str, Any] = {field.name: [] for field in record_lists(model)}
    for path, value in values.items():
        part = nested
        for name in path[:-1]:
            part = part.setdefault(name, {})
        part[path[-1]] = value
    return nested


def _otherwise(field: FieldPlan, piece: str, *, is_part: bool) -> Any:
    """What stands where something has to and nothing is said: words are the piece itself, unless they are a name."""
    if field.optional or not field.required:
        return None
    if field.is_list:
        return []
    if choices := field.choices:
        return "other" if "other" in choices else choices[0] if is_part or len(choices) == 1 else None
    compared = field.mark(Compare)
    is_name = compared is not None and compared.rule == "name"
    return piece if piece and field.kind is str and field.verbatim and not is_name else None


def _value(field: FieldPlan, raw: Any) -> Any:
    """An attribute as what a field holds, read with patience; None for the words for nothing."""
    if not field.is_list:
        return _item(field.kind, field.choices, raw)
    read = [_item(field.kind, field.choices, each) for each in (raw if isinstance(raw, list) else [raw])]
    return [each for at, each in enumerate(read) if each is not None and each not in read[:at]] or None


def _item(kind: Any, choices: Sequence[Any], raw: Any) -> Any:
    if choices:
        folded = {_folded(choice): choice for choice in choices}
        return next((folded[word] for word in get_close_matches(_folded(raw), folded, 1, 0.8)), None)
    text = " ".join(map(str, raw)) if isinstance(raw, list) and kind is str else raw
    if isinstance(text, str):
        text = text.strip().strip('"“”').strip()
        if text.lower() in _NOTHING:
            return None
    if kind in (int, float, Decimal):
        return _number(text)
    return str(text) if kind is str and text is not None else text


def _folded(word: object) -> str:
    """A word of a vocabulary; what is close to one is taken for it: plurals, endings, other spellings."""
    return re.sub(r"[\s_-]+", "_", str(word).strip().lower())


def _number(raw: object) -> int | float | None:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw
    digits = re.search(r"-?\d[\d,]*(?:\.\d+)?", str(raw))
    value = float(digits[0].replace(",", "")) if digits else None
    return int(value) if value is not None and value.is_integer() else value
