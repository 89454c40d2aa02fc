"""A schema as data for the page: what stands where, what may be written there, and what has to be words of the text."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from extract.prompting.outline import instructions
from extract.records.marks import Day, NumberOf
from extract.records.results import Strict
from extract.records.tree import FieldPlan, Shape, fields_of, types_in

Kind = Literal["text", "integer", "number", "boolean", "day", "choice", "other"]
"""How a value is written; "other" as JSON."""


class FieldShape(Strict):
    """One field; see `FieldPlan`.

    Attributes:
        words: of a number or a day, the field beside it with the words that give it.
        least: smaller numbers state nothing.
    """

    name: str
    shape: Shape
    kind: Kind
    choices: list[Any]
    types: list[str]
    optional: bool
    required: bool
    evidence: bool
    verbatim: bool
    about: str
    words: str | None = None
    least: int | None = None


class TypeShape(Strict):
    """One record type, or part of one."""

    about: str
    fields: list[FieldShape]


def shapes_of(schema: type[BaseModel]) -> dict[str, TypeShape]:
    """Every type of a schema by name, the schema's own first."""
    return {
        model.__name__: TypeShape(
            about=instructions(model),
            fields=[_field(field) for field in fields_of(model).values()],
        )
        for model in types_in(schema)
    }


def _field(field: FieldPlan) -> FieldShape:
    number = field.mark(NumberOf)
    return FieldShape(
        name=field.name,
        shape=field.shape,
        kind=_kind(field),
        choices=list(field.choices),
        types=[model.__name__ for model in field.types],
        optional=field.optional,
        required=field.required,
        evidence=field.evidence,
        verbatim=field.verbatim,
        about=field.description,
        words=field.words,
        least=number.least if number else None,
    )


def _kind(field: FieldPlan) -> Kind:
    if field.choices:
        return "choice"
    if field.has(Day):
        return "day"
    kinds: dict[Any, Kind] = {str: "text", int: "integer", float: "number", bool: "boolean"}
    return kinds.get(field.kind, "other") if isinstance(field.kind, type) else "other"
