"""Places that a JSON pointer can name in records of a schema: of which record, and which of its fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from extract.files.documents import first_fault
from extract.records.tree import FieldPlan, Node, fields_of, own_values, plain

_NUMBER = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
END = "-"
"""As the last step of a pointer: after the last item of a list."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place.

    Attributes:
        record: pointer of the record that it belongs to, or is; "" is the root.
        path: from there to it; "" for the record.
        types: what the record may be.
        field: the field that holds it; None for the root.
        item: whether it stands in the field's list.
    """

    record: str
    path: str
    types: tuple[type[BaseModel], ...]
    field: FieldPlan | None
    item: bool

    @property
    def pointer(self) -> str:
        """The place."""
        return self.record + self.path

    @property
    def is_record(self) -> bool:
        """Whether it is a record of a list."""
        return not self.path and self.field is not None

    @property
    def line(self) -> str:
        """The list that it stands in, or the pointer of an item of it without the number."""
        return self.pointer.rpartition("/")[0]

    def checked(self, value: Any) -> Any:
        """A value for this place as JSON has it.

        Raises:
            ValueError: it does not fit; one line.
        """
        if self.field is None:
            raise ValueError("all records at once are not changed: name a place in them")
        if value is None:
            if self.item or not self.field.optional:
                raise ValueError("this cannot be null: give another value, or remove the record")
            return None
        kind = self.field.kind if self.item or not self.field.is_list else list[self.field.kind]  # type: ignore[name-defined]
        adapter = TypeAdapter(kind)
        try:
            held = adapter.validate_json(json.dumps(value), strict=True, **_forbidding(self.field))
        except ValidationError as error:
            raise ValueError(first_fault(error)) from error
        return adapter.dump_python(held, mode="json")


def _forbidding(field: FieldPlan) -> dict[str, Any]:
    """Keys that a record type does not have are faults, whatever it says."""
    return {"extra": "forbid"} if field.types else {}


def spot(schema: type[BaseModel], pointer: str) -> Spot | None:
    """The place that a pointer names in records of a schema, whether there is anything or not; None for nowhere."""
    types: tuple[type[BaseModel], ...] = (schema,)
    found = Spot("", "", types, None, False)
    steps = iter(pointer.split("/")[1:])
    for step in steps:
        field = next((fields_of(each)[step] for each in types if step in fields_of(each)), None)
        if field is None:
            return None
        found = Spot(found.record, f"{found.path}/{step}", found.types, field, False)
        types = field.types
        if field.is_list and (number := next(steps, None)) is not None:
            if number != END and not _NUMBER.fullmatch(number):
                return None
            if field.types:
                found = Spot(f"{found.pointer}/{number}", "", types, field, True)
            else:
                found = Spot(found.record, f"{found.path}/{number}", found.types, field, True)
    return found


def at(document: Any, pointer: str) -> Any:
    """What stands at a place of a JSON document.

    Raises:
        LookupError: nothing, not even null.
    """
    for step in pointer.split("/")[1:]:
        if isinstance(document, list) and step.isdecimal():
            document = document[int(step)]
        elif isinstance(document, dict):
            document = document[step]
        else:
            raise LookupError(pointer)
    return document


def nearest(pointer: str, roots: Iterable[str | None]) -> str | None:
    """The nearest of some places that a place is, or is in."""
    known = roots if isinstance(roots, Mapping | set) else set(roots)
    while pointer:
        if pointer in known:
            return pointer
        pointer = pointer.rpartition("/")[0]
    return None


def own_says(node: Node) -> Iterator[tuple[str, Any]]:
    """What a record says itself: place, seen from the record, and value as JSON has it; evidence and nulls left out."""
    for value in own_values(node):
        if value.value is not None and not value.field.evidence:
            yield value.pointer[len(node.pointer) :], plain(value.value)
