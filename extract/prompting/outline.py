"""A record schema in words that a model reads: record types, their fields, what may stand there.

Docstrings say what a record is, field descriptions what a value is; marks say what is copied from the text.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from extract.records.marks import Evidence, bare_type, is_verbatim, marks

_PLAIN: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    date: "a day, YYYY-MM-DD",
    datetime: "a time, YYYY-MM-DDThh:mm:ss",
    str: "words",
}
EVIDENCE = "the shortest piece of the text that by itself supports the record"


def outline(schema: type[BaseModel]) -> str:
    """The record types of a schema with their fields, outer ones first, a paragraph each."""
    return "\n\n".join(_paragraph(model) for model in types_in(schema))


def instructions(model: type[BaseModel]) -> str:
    """What the docstring of a record type says, in one line; "" without one of its own."""
    return " ".join(inspect.cleandoc(vars(model).get("__doc__") or "").split())


def types_in(schema: type[BaseModel]) -> list[type[BaseModel]]:
    """The schema and every model below it, outer ones first, each once."""
    found: dict[type[BaseModel], None] = {}
    queue = [schema]
    while queue:
        model = queue.pop(0)
        if model not in found:
            found[model] = None
            queue += [each for info in model.model_fields.values() for each in _models(info.annotation)]
    return list(found)


def kind_of(info: FieldInfo) -> str:
    """What may stand in a field, in a few words."""
    return _named(bare_type(info.annotation))


def is_optional(info: FieldInfo) -> bool:
    """Whether a field may be null, or be left out."""
    return NoneType in get_args(info.annotation) or not info.is_required()


def choices_of(annotation: Any) -> tuple[Any, ...]:
    """The values of a closed vocabulary, null left out; none for another type."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(member.value for member in annotation)
    values = get_args(annotation) if get_origin(annotation) is Literal else ()
    return tuple(value for value in values if value is not None)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _paragraph(model: type[BaseModel]) -> str:
    said = instructions(model)
    fields = "\n".join(f"- {name}: {_field(info)}" for name, info in model.model_fields.items())
    return f"{model.__name__}{f': {said}' if said else ''}\n{fields}"


def _field(info: FieldInfo) -> str:
    described = " ".join((info.description or "").split())
    null = ", or null" if {NoneType, None} & {*get_args(info.annotation)} else ""
    if any(isinstance(mark, Evidence) for mark in marks(info)):
        return f"{described or EVIDENCE}, copied{null}"
    copied = ", copied" if is_verbatim(info) else ""
    return f"{kind_of(info)}{copied}{null}{f'. {described}' if described else ''}"


def _named(annotation: Any) -> str:
    if choices := choices_of(annotation):
        shown = [value if isinstance(value, str) else json.dumps(value) for value in choices]
        return f"always {shown[0]}" if len(shown) == 1 else f"one of {', '.join(shown)}"
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.__name__
    inner = [bare_type(each) for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return f"a list; each {_named(inner[0])}" if inner else "a list"
    return " or ".join(_named(each) for each in inner) or "a value"
