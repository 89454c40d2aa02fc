"""What is weak about a task that can be loaded: what its examples do not show, what its schema does not say.

What is wrong with one is an error when it is loaded (`loading`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from extract.prompting.outline import instructions
from extract.prompting.passages import items_prompt, passages_set, strangers
from extract.records.tree import Node, Value, evidence_field, fields_of, plain, types_in, walk
from extract.tasks.loading import texts_without_records
from extract.tasks.task import Task


def weaknesses(task: Task[Any]) -> list[str]:
    """What would make its answers better, a line each."""
    schema: type[BaseModel] = task.schema
    return [*_of_schema(schema), *_of_examples(task, types_in(schema)), *_of_candidates(task)]


def _of_schema(schema: type[BaseModel]) -> Iterator[str]:
    types = types_in(schema)
    for model in types:
        for field in fields_of(model).values():
            if model in field.types:
                yield (
                    f"{model.__name__}.{field.name}: holds records of its own type, which the prompt set passages cannot ask "
                    "for: --prompts whole can"
                )
    if not any(field.verbatim for model in types for field in fields_of(model).values()):
        yield f"{schema.__name__}: no field is marked Verbatim(), so that no value has to stand in the text"
    parts = _parts(types)
    for model in types[1:]:
        if model in parts:
            continue
        if any(field.kind is str for field in fields_of(model).values()) and not evidence_field(model):
            yield f"{model.__name__}: no field is marked Evidence(): the piece of the text that supports the record"
        if not instructions(model):
            yield f"{model.__name__}: no docstring: the model has to guess from its name what it is"


def _parts(types: Sequence[type[BaseModel]]) -> set[type[BaseModel]]:
    """Types of which a record holds one as a part of itself."""
    fields = (field for model in types for field in fields_of(model).values())
    return {part for field in fields if field.shape == "part" for part in field.types}


def _of_examples(task: Task[Any], types: Sequence[type[BaseModel]]) -> Iterator[str]:
    if task.folder:
        for text in texts_without_records(task.folder):
            yield f"{text}: no records beside it: write {text.with_suffix('.json').name}"
    if not task.examples:
        yield "no worked example: examples/NAME.txt with its records in examples/NAME.json makes answers much better"
        return
    shown = [each for example in task.examples for each in walk(Node("", example.records))]
    records = {type(each.record) for each in shown if isinstance(each, Node)}
    for model in types[1:]:
        if model not in records | _parts(types):
            yield f"{model.__name__}: in no example"
            continue
        held = [each for each in shown if isinstance(each, Value) and type(each.node.record) is model]
        for name, field in fields_of(model).items():
            seen = [plain(each.value) for each in held if each.field.name == name]
            if missing := [str(each) for each in field.choices if each not in seen]:
                yield f"{model.__name__}.{name}: in no example: {', '.join(missing)}"


def _of_candidates(task: Task[Any]) -> Iterator[str]:
    for slot, value in strangers(items_prompt(passages_set(task.name, task.schema, task.examples)), task.schema):
        what = slot.field.what
        phrase = (
            "" if "phrase" in what else f", or let it be a phrase too: Verbatim({', '.join(map(repr, what))}, 'phrase')"
        )
        yield (
            f"{slot.name}: {value!r} of an example is no {' or '.join(what)} that is found in its passage, so that "
            f"the prompt set passages can never answer it: shorten it{phrase}"
        )
