"""The labelling configuration that a Label Studio project needs for the tasks of `labelstudio`."""

from __future__ import annotations

from xml.etree import ElementTree

from pydantic import BaseModel

from eval.gold.labelstudio import NOTES, REGIONS, TEXT, anchor_field, choices_for, control_type, entry, is_region
from extract.records.tree import FieldPlan, fields_of, types_in

TAGS = {"choices": "Choices", "number": "Number", "textarea": "TextArea"}


def labelling_config(schema: type[BaseModel]) -> str:
    """The labelling configuration (XML) that a Label Studio project needs for these tasks, made from the schema."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}")
    labels = ElementTree.SubElement(view, "Labels", name=REGIONS, toName=TEXT)
    models = types_in(schema) if is_region(schema) else types_in(schema)[1:]
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
