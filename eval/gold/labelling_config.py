"""The labelling configuration that a Label Studio project needs for the tasks of `labelstudio`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args
from xml.etree import ElementTree

from pydantic import BaseModel

from eval.gold.labelstudio import NOTES, REGIONS, TEXT, anchor_field, control_type
from extract.records.marks import bare_type, is_verbatim, item_model, part_model

TAGS = {"choices": "Choices", "number": "Number", "textarea": "TextArea"}


def labelling_config(schema: type[BaseModel]) -> str:
    """The labelling configuration (XML) that a Label Studio project needs for these tasks, made from the schema."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}")
    labels = ElementTree.SubElement(view, "Labels", name=REGIONS, toName=TEXT)
    models = list(_models(schema))
    for model in models:
        ElementTree.SubElement(labels, "Label", value=model.__name__)
        for name, info in model.model_fields.items():
            if name != anchor_field(model) and is_verbatim(info):
                ElementTree.SubElement(labels, "Label", value=f"{model.__name__}.{name}")
    relations = ElementTree.SubElement(view, "Relations")
    for field in dict.fromkeys(name for model in models for name in _tied_fields(model)):
        ElementTree.SubElement(relations, "Relation", value=field)
    for model in models:
        _add_controls(view, model)
    hint = "hard cases and how they were decided"
    ElementTree.SubElement(view, "TextArea", name=NOTES, toName=TEXT, placeholder=hint)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _add_controls(view: ElementTree.Element, model: type[BaseModel]) -> None:
    for name, info in model.model_fields.items():
        if is_verbatim(info) or item_model(info) or part_model(info):
            continue
        shown = {"visibleWhen": "region-selected", "whenTagName": REGIONS, "whenLabelValue": model.__name__}
        box = ElementTree.SubElement(view, "View", shown)
        ElementTree.SubElement(box, "Header", value=f"{model.__name__}: {name}")
        kind = control_type(info)
        named = {"name": f"{model.__name__}_{name}", "toName": TEXT, "perRegion": "true"}
        control = ElementTree.SubElement(box, TAGS[kind], named)
        for choice in get_args(bare_type(info.annotation)) if kind == "choices" else ():
            ElementTree.SubElement(control, "Choice", value=choice)


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The record and part types below a schema, each once, outer ones first."""
    found: dict[type[BaseModel], None] = {}
    for info in model.model_fields.values():
        if below := item_model(info) or part_model(info):
            found[below] = None
            found.update(dict.fromkeys(_models(below)))
    yield from found


def _tied_fields(model: type[BaseModel]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        if name != anchor_field(model) and (item_model(info) or part_model(info) or is_verbatim(info)):
            yield name
