"""A record schema in words that a model reads: record types, their fields, what may stand there.

Docstrings say what a record is, field descriptions what a value is; marks say what is copied from the text.
"""

from __future__ import annotations

import inspect
import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from extract.records.tree import FieldPlan, alternatives, choices_of, fields_of, types_in

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


def gist(model: type[BaseModel]) -> str:
    """What a record type is, in the words that its docstring begins with, to go on a sentence: "one armed attack"."""
    said = re.split(r"[,.:;(]", instructions(model))[0].strip()
    return said if said[1:2].isupper() else (said[:1].lower() + said[1:]) or f"a {model.__name__}"


def _paragraph(model: type[BaseModel]) -> str:
    said = instructions(model)
    fields = "\n".join(f"- {field.name}: {_field(field)}" for field in fields_of(model).values())
    return f"{model.__name__}{f': {said}' if said else ''}\n{fields}"


def _field(field: FieldPlan) -> str:
    null = ", or null" * field.optional
    if field.evidence:
        return f"{field.description or EVIDENCE}, copied{null}"
    named = " or ".join(map(_named, alternatives(field.kind)))
    copied, described = ", copied" * field.verbatim, f". {field.description}" if field.description else ""
    return f"{'a list; each ' * field.is_list}{named}{copied}{null}{described}"


def _named(kind: Any) -> str:
    if choices := choices_of(kind):
        shown = [value if isinstance(value, str) else json.dumps(value) for value in choices]
        return f"always {shown[0]}" if len(shown) == 1 else f"one of {', '.join(shown)}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.__name__
    return _PLAIN.get(kind, "a value")
