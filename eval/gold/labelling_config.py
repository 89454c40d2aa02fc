"""How record types look in Label Studio, and the labelling configuration that a project there needs for them.

- a record is a region over its evidence, labelled with its type ("Casualty"); a part (a quantity) is a region
  over its words, labelled "Quantity"; one without either, over words that it holds, or the whole text;
- the whole schema is a record like others where it has values of its own, or two lists of one type;
- a verbatim value is a region of its own, labelled "Casualty.place";
- a relation ties a record to its values, parts and child records; its label is the field's name, and in which
  direction it was drawn does not matter;
- closed vocabularies are per-region choices, numbers and other values per-region inputs, all named "Casualty_who";
- `notes` is a text area of the whole task; `meta` carries what Label Studio has no place for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal
from xml.etree import ElementTree

from pydantic import BaseModel

from extract.records.tree import FieldPlan, alternatives, fields_of, plain, record_lists, types_in

Control = Literal["choices", "number", "textarea"]

TEXT = "text"
"""Name of the text in tasks and in the labelling configuration."""
REGIONS = "label"
NOTES = "notes"
TAGS: dict[Control, str] = {"choices": "Choices", "number": "Number", "textarea": "TextArea"}


def labelling_config(schema: type[BaseModel]) -> str:
    """The labelling configuration (XML) that a Label Studio project needs for these tasks, made from the schema."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}")
    labels = ElementTree.SubElement(view, "Labels", name=REGIONS, toName=TEXT)
    is_region = len(record_lists(schema)) < len(fields_of(schema)) or has_like_lists(schema)
    models = types_in(schema) if is_region else types_in(schema)[1:]
    for model in models:
        ElementTree.SubElement(labels, "Label", value=model.__name__)
        for field in _beside(model):
            if field.verbatim:
                ElementTree.SubElement(labels, "Label", value=f"{model.__name__}.{field.name}")
    relations = ElementTree.SubElement(view, "Relations")
    tied = [field.name for model in models for field in _beside(model) if field.types or field.verbatim]
    for name in dict.fromkeys(tied):
        ElementTree.SubElement(relations, "Relation", value=name)
    for model in models:
        _add_controls(view, model)
    hint = "hard cases and how they were decided"
    ElementTree.SubElement(view, "TextArea", name=NOTES, toName=TEXT, placeholder=hint)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _beside(model: type[BaseModel]) -> list[FieldPlan]:
    """The fields of a record type but its anchor."""
    return [field for name, field in fields_of(model).items() if name != anchor_field(model)]


def _add_controls(view: ElementTree.Element, model: type[BaseModel]) -> None:
    for field in _beside(model):
        if field.verbatim or field.types:
            continue
        shown = {"visibleWhen": "region-selected", "whenTagName": REGIONS, "whenLabelValue": model.__name__}
        box = ElementTree.SubElement(view, "View", shown)
        ElementTree.SubElement(box, "Header", value=f"{model.__name__}: {field.name}")
        kind = control_type(field)
        named = {"name": f"{model.__name__}_{field.name}", "toName": TEXT, "perRegion": "true"}
        several = {"choice": "multiple"} if kind == "choices" and field.is_list else {}
        control = ElementTree.SubElement(box, TAGS[kind], named | several)
        for choice in choices_for(field):
            ElementTree.SubElement(control, "Choice", value=entry(choice))


def anchor_field(model: type[BaseModel]) -> str | None:
    """The field whose words a region of this type covers: the evidence, else the first words that are always there."""
    fields = fields_of(model).values()
    words = [field for field in fields if field.verbatim and not field.optional and not field.is_list]
    best = min(words, key=lambda field: not field.evidence, default=None)
    return best.name if best else None


def has_like_lists(schema: type[BaseModel]) -> bool:
    """Whether two lists of a schema hold one type: which of them a record is in, a relation has to say."""
    listed = [each for field in record_lists(schema) for each in field.types]
    return len(set(listed)) < len(listed)


def control_type(field: FieldPlan) -> Control:
    """How a value that is not words of the article is entered."""
    if choices_for(field):
        return "choices"
    numbers = all(kind in (int, float) for kind in alternatives(field.kind)) and not field.is_list
    return "number" if numbers else "textarea"


def choices_for(field: FieldPlan) -> Sequence[Any]:
    """The values to choose from; none for a value that is typed."""
    return (True, False) if field.kind is bool else field.choices


def entry(value: object) -> str:
    """A value as it is chosen or typed."""
    return json.dumps(value) if isinstance(value, bool) else str(plain(value))
