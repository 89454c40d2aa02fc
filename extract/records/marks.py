"""Marks that a record schema puts on its fields, read by grounding, scoring and views.

They are the only thing those parts know about a schema, so that none of them knows attacks:

    class Casualty(BaseModel):
        source: Annotated[str | None, Verbatim(), Compare("name")] = None

A field without a `Compare` mark is compared by its type: numbers and closed vocabularies by equality, free
strings as text, lists of strings as a set of names, lists of models as child records, a model as part of
its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Rule = Literal["equal", "number", "name", "text"]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """The value is a substring of the article, character for character."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The piece of the article that supports the whole record; verbatim, breaks ties, is never a leaf."""


@dataclass(frozen=True, slots=True)
class Compare:
    """How a leaf is compared with its gold value.

    Attributes:
        rule: `equal`, `number`, `name` (folded tokens) or `text` (token F1).
        join: further fields of the same record read as the continuation of this text.
        wording: for `number`, the sibling field that holds the words it was read from (it decides when both
            numbers are null).
        vague: for `number`, the sibling field and the value of it that allow a near miss (5 %).
        broader: for `equal`, values that are a coarser word for others: a near miss, not an error (no part of
            the hash, which types that hold the mark are asked for).
    """

    rule: Rule
    join: tuple[str, ...] = ()
    wording: str | None = None
    vague: tuple[str, str] | None = None
    broader: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Apart:
    """Reported beside the headline figure, by equality; not a headline leaf."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Carried along, compared through another field; no leaf of its own."""


@dataclass(frozen=True, slots=True)
class NumberOf:
    """The number that a sibling field states in words; `checks` holds them against each other.

    Attributes:
        words: the sibling with the words.
        bound: the sibling that says how exact it is.
        least: smaller numbers state nothing.
    """

    words: str
    bound: str | None = None
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar as YYYY-MM-DD; `checks` sees that it exists.

    Attributes:
        words: the sibling with the words that give it: without them there is no day.
    """

    words: str | None = None


Mark = Verbatim | Evidence | Compare | Apart | Silent | NumberOf | Day


def marks(info: FieldInfo) -> tuple[Mark, ...]:
    """The marks on a field, in the order written; those inside an optional type (`Name | None`) too."""
    inner = _without_none(info.annotation)
    written = (*info.metadata, *(inner.__metadata__ if get_origin(inner) is Annotated else ()))
    return tuple(item for item in written if isinstance(item, Mark))


def is_verbatim(info: FieldInfo) -> bool:
    """Whether a field's text has to be a substring of the article."""
    return any(isinstance(mark, Verbatim | Evidence) for mark in marks(info))


def bare_type(annotation: Any) -> Any:
    """The type without `None` and without marks: `Annotated[str, …] | None` → `str`."""
    inner = _without_none(annotation)
    return get_args(inner)[0] if get_origin(inner) is Annotated else inner


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not NoneType]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def item_model(info: FieldInfo) -> type[BaseModel] | None:
    """The record type of a field that is a list of records, else None."""
    kind = bare_type(info.annotation)
    if get_origin(kind) is not list:
        return None
    item = get_args(kind)[0]
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def part_model(info: FieldInfo) -> type[BaseModel] | None:
    """The model of a field that is a part of its record (a quantity), else None."""
    kind = bare_type(info.annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


@dataclass(frozen=True, slots=True)
class VerbatimValue:
    """One verbatim value of a record tree.

    Attributes:
        pointer: JSON pointer from the root of the records ("/events/0/casualties/1/quantity/text").
        text: the value.
        owner: pointer of the record it belongs to ("/events/0/casualties/1").
        is_evidence: whether it is the record's evidence.
    """

    pointer: str
    text: str
    owner: str
    is_evidence: bool


def verbatim_values(records: BaseModel, pointer: str = "", owner: str | None = None) -> Iterator[VerbatimValue]:
    """Walks a record tree and yields every verbatim value that is there, in field order.

    Args:
        records: the tree; parts (quantities) belong to the record that holds them.
        pointer: JSON pointer of `records` itself.
        owner: pointer of the owning record; `pointer` unless `records` is a part.
    """
    owner = pointer if owner is None else owner
    for name, info in type(records).model_fields.items():
        value = getattr(records, name)
        here = f"{pointer}/{name}"
        if value is None:
            continue
        if item_model(info):
            for index, item in enumerate(value):
                yield from verbatim_values(item, f"{here}/{index}")
        elif part_model(info):
            yield from verbatim_values(value, here, owner)
        elif is_verbatim(info):
            evidence = any(isinstance(mark, Evidence) for mark in marks(info))
            if isinstance(value, list):
                for index, item in enumerate(value):
                    yield VerbatimValue(f"{here}/{index}", item, owner, evidence)
            else:
                yield VerbatimValue(here, value, owner, evidence)


@dataclass(frozen=True, slots=True)
class RecordValue:
    """One value of a record tree.

    Attributes:
        pointer: JSON pointer from the root of the records ("/events/0/casualties/1/quantity/value").
        owner: pointer of the record it belongs to ("/events/0/casualties/1").
        record: type of that record ("Casualty").
        field: its name there; parts are dotted ("quantity.value").
        value: never null.
    """

    pointer: str
    owner: str
    record: str
    field: str
    value: str | int | float | bool


def record_values(records: BaseModel, pointer: str = "") -> Iterator[RecordValue]:
    """Walks a record tree and yields every value that is not null, in field order.

    Args:
        records: the tree; parts (quantities) belong to the record that holds them.
        pointer: JSON pointer of `records` itself.
    """
    yield from _values(records, pointer, RecordValue(pointer, pointer, type(records).__name__, "", ""))


def _values(node: BaseModel, pointer: str, holder: RecordValue) -> Iterator[RecordValue]:
    for name, info in type(node).model_fields.items():
        value = getattr(node, name)
        here = f"{pointer}/{name}"
        if value is None:
            continue
        if item_model(info):
            for index, item in enumerate(value):
                yield from record_values(item, f"{here}/{index}")
        elif part_model(info):
            yield from _values(value, here, replace(holder, field=f"{holder.field}{name}."))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield replace(holder, pointer=f"{here}/{index}", field=holder.field + name, value=item)
        else:
            yield replace(holder, pointer=here, field=holder.field + name, value=value)
