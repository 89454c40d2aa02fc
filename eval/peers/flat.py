"""Records as flat extractions: langextract knows no records in records, only a class, a piece of text and attributes.

Of any schema: a record type is a class, the piece is its evidence, the other values are attributes, those of parts too.
The way back is `mapping`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from extract.prompting.examples import WorkedExample
from extract.records.tree import FieldPlan, fields_of, path_of, record_lists, slots_of

Path = tuple[str, ...]
"""Where a value is in its record: ("quantity", "text") in a part of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One extraction: its class, its piece of the text, its attributes as the model wrote them."""

    kind: str
    text: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of extractions: the records of one type in one place of the schema.

    Attributes:
        name: the type's in lower case; the field's in front, where the type stands in several places.
        holder: type of the records that hold these, in `field`; None for the records of the whole article.
    """

    name: str
    model: type[BaseModel]
    holder: type[BaseModel] | None
    field: str


def kinds_of(schema: type[BaseModel]) -> list[Kind]:
    """The classes of a schema, outer ones first. A record type that holds itself has one, on the outermost level."""
    places: list[tuple[type[BaseModel], type[BaseModel] | None, str]] = [(schema, None, "")]
    opened: set[type[BaseModel]] = set()
    for holder, _, _ in places:
        if holder not in opened:
            opened.add(holder)
            items = [(item, field.name) for field in record_lists(holder) for item in field.types]
            places += [(item, holder, name) for item, name in items if item not in opened]
    types = [model for model, _, _ in places]
    names = [f"{field}_" * (types.count(model) > 1) + model.__name__ for model, _, field in places]
    return [Kind(name.lower(), *place) for name, place in zip(names, places, strict=True)]


def values_of(model: type[BaseModel]) -> Iterator[tuple[Path, FieldPlan]]:
    """Where the values of a record type are, those of its parts included; records that it holds are none."""
    return ((path_of(trail), trail[-1]) for trail in slots_of(model) if not trail[-1].types)


def attribute(path: Path) -> str:
    """What the attribute of a value is called."""
    return "_".join(path)


def anchor_of(model: type[BaseModel]) -> str | None:
    """The field that is the extraction's piece: evidence, else the first words that are copied, else the first words."""
    words = [field for field in fields_of(model).values() if field.kind is str and not field.is_list]
    best = min(words, key=lambda field: (not field.evidence, not field.verbatim), default=None)
    return best.name if best else None


def as_extractions(example: WorkedExample[Any]) -> list[Found]:
    """A worked example's records in the order of its text, but children after their parents."""
    kinds = kinds_of(type(example.records))
    return [found for _, block in _blocks(example.records, kinds[0], kinds, example.text) for found in block]


def _blocks(record: BaseModel, kind: Kind, kinds: list[Kind], text: str) -> list[tuple[int, list[Found]]]:
    """A record with all below it, and where that begins; what no piece of the text shows stands at its first child's."""
    dumped = record.model_dump(mode="json")
    values = {attribute(path): _at(dumped, path) for path, _ in values_of(kind.model)}
    below = [
        block
        for field in record_lists(kind.model)
        for child in getattr(record, field.name) or ()
        for block in _blocks(child, _kind_of(child, kind.model, field.name, kinds), kinds, text)
    ]
    below.sort(key=lambda block: block[0])
    anchor = anchor_of(kind.model)
    said = [value for name, value in sorted(values.items(), key=lambda item: item[0] != anchor) if value]
    piece = next((value for value in said if isinstance(value, str) and value in text), None)
    if piece is None and below and values:
        piece = below[0][1][0].text
    if piece is None:
        return below
    attributes = {name: value for name, value in values.items() if name != anchor or value != piece}
    return [(text.index(piece), [Found(kind.name, piece, attributes), *(one for _, block in below for one in block)])]


def _kind_of(child: BaseModel, holder: type[BaseModel], field: str, kinds: list[Kind]) -> Kind:
    """The class of a record; one that stands inside its own type is shown as one of the outermost."""
    fitting = [kind for kind in kinds if isinstance(child, kind.model)]
    return next((kind for kind in fitting if (kind.holder, kind.field) == (holder, field)), fitting[0])


def _at(values: Any, path: Path) -> Any:
    for name in path:
        values = values[name] if values is not None else None
    return values
