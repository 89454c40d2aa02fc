"""The prompt set `whole`, made of a schema and worked examples: one request for all records of a text; for strong models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from string import Template
from typing import Any

from pydantic import BaseModel

from extract.prompting.examples import WorkedExample
from extract.prompting.outline import outline
from extract.prompting.prompt_sets import Example, Prompt, PromptSet, digest_of

MAX_TOKENS = 8192
_ASK = "Published: $published\nTitle: $title\nText:\n$text"
_TASK = (
    "You turn a text into records. Use only what the text states: what it does not state is null or left out, never "
    "guessed. What is marked as copied is copied from the text character for character, and nothing else is put there. "
    "Answer with one JSON object."
)


def whole_set(task: str, schema: type[BaseModel], examples: Sequence[WorkedExample[Any]]) -> PromptSet:
    """One request for a text, or for each piece of one that is too long.

    Args:
        task: its name.
        schema: form of all records of a text.
        examples: shown as finished turns.
    """
    system = f"{_TASK}\n\n{outline(schema)}"
    shown = tuple(_turn(example) for example in examples)
    prompt = Prompt("records", "article", "records", MAX_TOKENS, system, Template(_ASK), shown)
    digest = digest_of(system, _ASK, shown=shown)
    return PromptSet(
        task, "whole", "one request per article for all records at once; for strong models", (prompt,), digest
    )


def _turn(example: WorkedExample[Any]) -> Example:
    published = example.published.isoformat() if example.published else "unknown"
    slots = {"text": example.text, "title": example.title or "", "published": published}
    # without spaces, as servers under a grammar write: a model that is shown others finds its words forbidden
    return Example(
        slots, json.dumps(example.records.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    )
