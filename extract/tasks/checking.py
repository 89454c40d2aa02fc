"""What is weak about a task that can be loaded: what its examples do not show, what its schema does not say.

What is wrong with one is an error when it is loaded (`loading`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

from extract.prompting.outline import choices_of, instructions, types_in
from extract.records.marks import Evidence, RecordValue, bare_type, is_verbatim, marks, record_values
from extract.tasks.loading import texts_without_records
from extract.tasks.task import Task


def weaknesses(task: Task[Any]) -> list[str]:
    """What would make its answers better, a line each."""
    return [*_of_schema(task), *_of_examples(task)]


def _of_schema(task: Task[Any]) -> Iterator[str]:
    fields = [(model, name, info) for model in types_in(task.schema) for name, info in model.model_fields.items()]
    if not any(is_verbatim(info) for _, _, info in fields):
        yield f"{task.schema.__name__}: no field is marked Verbatim(), so that no value is held against the text"
    for model in types_in(task.schema):
        words = any(bare_type(info.annotation) is str for info in model.model_fields.values())
        has_evidence = any(isinstance(mark, Evidence) for info in model.model_fields.values() for mark in marks(info))
        if model is not task.schema and words and not has_evidence:
            yield f"{model.__name__}: no field is marked Evidence(): the piece of the text that supports the record"
        if model is not task.schema and not instructions(model):
            yield f"{model.__name__}: no docstring: the model has to guess from its name what it is"


def _of_examples(task: Task[Any]) -> Iterator[str]:
    if task.folder:
        for text in texts_without_records(task.folder):
            yield f"{text}: no records beside it: write {text.with_suffix('.json').name}"
    if not task.examples:
        yield "no worked example: examples/NAME.txt with its records in examples/NAME.json makes answers much better"
        return
    shown = [value for example in task.examples for value in record_values(example.records)]
    types = {value.record for value in shown}
    for model in types_in(task.schema)[1:]:
        if model.__name__ not in types and not _is_part(model.__name__, task):
            yield f"{model.__name__}: in no example"
            continue
        for name, info in model.model_fields.items():
            seen = [value.value for value in shown if _is_of(value, model.__name__, name, types)]
            values = [value.value if isinstance(value, Enum) else value for value in seen]
            if missing := [str(each) for each in choices_of(bare_type(info.annotation)) if each not in values]:
                yield f"{model.__name__}.{name}: in no example: {', '.join(missing)}"


def _is_of(value: RecordValue, record: str, name: str, records: Collection[str]) -> bool:
    """Whether a value is of a field of a record type; or of a part, whose values are the record's that holds it."""
    held, _, last = value.field.rpartition(".")
    return last == name and (value.record == record or bool(held and record not in records))


def _is_part(name: str, task: Task[Any]) -> bool:
    """Whether a model is only ever a part of a record, whose values are the record's."""
    parts = {
        bare_type(info.annotation).__name__
        for model in types_in(task.schema)
        for info in model.model_fields.values()
        if isinstance(bare_type(info.annotation), type)
    }
    return name in parts
