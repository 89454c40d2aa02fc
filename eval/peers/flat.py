"""Records as flat extractions: langextract knows no records in records, only a class, a piece of text and attributes.

Of any schema: a record type is a class, the piece is its evidence, the other values are attributes, those of parts too.
The way back is `mapping`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from extract.prompting.examples import WorkedExample
from extract.records.marks import Evidence, bare_type, is_verbatim, item_model, marks, part_model

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
            items = [(name, item_model(info)) for name, info in holder.model_fields.items()]
            places += [(item, holder, name) for name, item in items if item and item not in opened]
    types = [model for model, _, _ in places]
    names = [f"{field}_" * (types.count(model) > 1) + model.__name__ for model, _, field in places]
    return [Kind(name.lower(), *place) for name, place in zip(names, places, strict=True)]


def values_of(model: type[BaseModel], above: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    """Where the values of a record type are, those of its parts included; records that it holds are none."""
    for name, info in model.model_fields.items():
        part = part_model(info)
        if part and name not in above:  # one that holds itself has no end
            yield from values_of(part, (*above, name))
        elif not part and not item_model(info):
            yield (*above, name), info


def attribute(path: Path) -> str:
    """What the attribute of a value is called."""
    return "_".join(path)


def anchor_of(model: type[BaseModel]) -> str | None:
    """The field that is the extraction's piece: evidence, else the first words that are copied, else the first words."""
    words = {name: info for name, info in model.model_fields.items() if bare_type(info.annotation) is str}
    evidence = {name for name, info in words.items() if any(isinstance(mark, Evidence) for mark in marks(info))}
    return min(words, key=lambda name: (name not in evidence, not is_verbatim(words[name])), default=None)


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
        for name, info in kind.model.model_fields.items()
        if item_model(info)
        for child in getattr(record, name) or ()
        for block in _blocks(child, _kind_of(child, kind.model, name, kinds), kinds, text)
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
