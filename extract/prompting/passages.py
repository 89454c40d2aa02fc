"""The prompt set `passages`, made of a schema and worked examples: small questions for small models.

Each passage, one to three sentences, is asked for all kinds of records at once (`items`). Where nothing is to be found the
answer is two characters long. The worked examples are cut in the same way, so that one makes the whole prompt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from string import Template
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel, ValidationInfo, model_validator
from typing_extensions import TypedDict

from extract.articles.linguistics import MODELS, reader_of, version_of
from extract.models.client import UNDER_GRAMMAR
from extract.prompting.candidates import CANDIDATES_VERSION, Candidates, candidates_of
from extract.prompting.examples import WorkedExample
from extract.prompting.grammars import GRAMMAR_VERSION, choices_of, grammar_of, is_piece
from extract.prompting.items import Kind, Slot, has_days, is_no_item, is_told_each, kinds_of, no_item
from extract.prompting.outline import instructions
from extract.prompting.prompt_sets import Prompt, PromptSet, digest_of
from extract.prompting.relevance import relevance_prompt
from extract.prompting.turns import turns_of
from extract.records.tree import plain

MAX_TOKENS = 512
ITEMS = "items"
"""The form of an answer that is a list of items about a passage."""
WHETHER = "passage, whether"
"""A passage with records that nothing found so far can hold: what is asked is whether it reports what could."""
HOLDER = "passage, again"
"""One of these that does: what is asked for is a record that can hold them."""

_TASK = (
    "You list what a passage states, as JSON: for each type a list of items, each a list of values. Copied values are copied "
    "from the passage. What the passage does not state is null, never guessed. Nothing of the type: []"
)
_SAID = {
    "piece": "copied",
    "words": "words",
    "day": "YYYY-MM-DD",
    "whole": "a whole number",
    "number": "a number",
}
_TYPES: dict[str, Any] = {"piece": str, "words": str, "day": str, "whole": int, "number": float}


def passages_set(task: str, schema: type[BaseModel], examples: Sequence[WorkedExample[Any]]) -> PromptSet:
    """One short question for each passage of a text.

    Args:
        task: its name.
        schema: form of all records of a text.
        examples: cut into passages, and shown as finished turns.

    Where an article may have none of a kind of record, that is asked first (`relevance`).

    Raises:
        PromptError: a required field of the schema can hold nothing that an item can.
    """
    ask = "Published: $published\nPassage: $text$only" if has_days(schema) else "Passage: $text$only"
    system = "\n\n".join(filter(None, [_TASK, instructions(schema), *map(_paragraph, kinds_of(schema))]))
    told = bool(reading_of(schema))
    shown = tuple(turn for example in examples for turn in turns_of(example, schema, by_candidates=told))
    prompt = Prompt("passages", "passage", ITEMS, MAX_TOKENS, system, Template(ask), shown)
    digest = digest_of(GRAMMAR_VERSION, reading_of(schema), system, ask, shown=shown)
    prompts = [prompt]
    if any(len(kind.path) > 1 for kind in kinds_of(schema)):
        prompts += [
            replace(prompt, name="whether", unit=WHETHER, answer=WHETHER),
            replace(prompt, name="holders", unit=HOLDER),
        ]
        digest = hashlib.sha256(f"{digest} {WHETHER} {HOLDER}".encode()).hexdigest()
    if relevance := relevance_prompt(schema, examples, WHETHER):
        prompts.insert(0, relevance)
        digest = digest_of(digest, relevance.system, relevance.ask.template, shown=relevance.examples)
    return PromptSet(
        task, "passages", "a small question for each passage of a text; for small models", tuple(prompts), digest
    )


class Asked(NamedTuple):
    """What a passage is asked for.

    Attributes:
        candidates: its names, numbers and phrases; None where nobody can tell them.
        kinds: of item.
        some: tags of those of which there is at least one.
    """

    candidates: Candidates | None
    kinds: tuple[Kind, ...]
    some: tuple[str, ...] = ()


def items_prompt(prompts: PromptSet) -> Prompt:
    """The prompt of the set that asks a passage for its items."""
    return next(prompt for prompt in prompts.prompts if prompt.answer == ITEMS)


def _paragraph(kind: Kind) -> str:
    """A kind in words: its form, what it is, what its values are."""
    values = ", ".join(f"[{slot.name}, …]" if slot.many else slot.name for slot in kind.slots)
    form = f"{json.dumps(kind.tag, ensure_ascii=False)}: [[{values}], …]"
    if is_told_each(kind):
        none = ", ".join(each or "null" for each in no_item(kind, kind.slots[0].name))
        form += f", or [{none}] for a number that is none"
    said = instructions(kind.model)
    return "\n".join([f"{form}{said and ': '}{said}", *map(_line, kind.slots)])


def _line(slot: Slot) -> str:
    described = slot.field.description
    what = ", ".join(str(plain(value)) for value in slot.choices) or _SAID[slot.sort]
    return f"- {slot.name}: {what}{' or null' if slot.optional else ''}{f'. {described}' if described else ''}"


def reading_of(schema: type[BaseModel]) -> list[str]:
    """What the candidates of a schema's values come from: versions of models and libraries; none where it has no such values."""
    told = any(choices_of(slot, {}) is not None for kind in kinds_of(schema) for slot in kind.slots)
    return [str(CANDIDATES_VERSION), *map(version_of, MODELS)] if told else []


# Answers


class Whether(RootModel[bool]):
    """Whether a passage, or the beginning of an article, reports what is asked about."""


class Items(RootModel[dict[str, Any]]):
    """Items about one passage by kind, as a model wrote them; `form_of` gives the form for a schema and a passage.

    Attributes:
        passage: in one line.
        candidates: its names, numbers and phrases, or None where they are not known.
        grammar: what an answer is written under, or None where the passage is too long for one.
    """

    passage: ClassVar[str] = ""
    kinds: ClassVar[tuple[Kind, ...]] = ()
    candidates: ClassVar[Candidates | None] = None
    grammar: ClassVar[str | None] = None

    @model_validator(mode="after")
    def _are_pieces(self, info: ValidationInfo) -> Items:
        if info.context == UNDER_GRAMMAR:
            for slot, value in self.copied():
                choices = choices_of(slot, self.candidates)
                if not (
                    is_piece(value, self.passage) and (choices is None or value in (each.text for each in choices))
                ):
                    raise ValueError(f"{value!r} is no {' or '.join(slot.field.what)} of the passage")
        return self

    def rows(self) -> list[list[Any]]:
        """The items, each a list that begins with its kind's tag."""
        return [
            [kind.tag, *row] for kind in self.kinds for row in self.root.get(kind.tag, ()) if not is_no_item(kind, row)
        ]

    def copied(self) -> Iterator[tuple[Slot, str]]:
        """The values that have to stand in the passage."""
        for kind in self.kinds:
            for row in self.root.get(kind.tag, ()):
                for slot, value in zip(kind.slots, row, strict=False):  # a row may be no item
                    if slot.sort == "piece" and value is not None:
                        yield from ((slot, each) for each in (value if slot.many else (value,)))


def form_of(
    kinds: Sequence[Kind],
    passage: str,
    candidates: Candidates | None = None,
    repeats: int = 1,
    some: Collection[str] = (),
) -> type[Items]:
    """The form of an answer about a passage; its JSON schema is the same for all passages.

    Args:
        kinds: of item (`kinds_of` a schema).
        passage: as it is shown, in one line.
        candidates: its names, numbers and phrases; None where nobody can tell them.
        repeats: how many items can begin with the same candidate.
        some: tags of kinds of which there is at least one.
    """
    rows: Any = TypedDict("Rows", {kind.tag: list[_row(kind)] for kind in kinds}, total=False)  # type: ignore[misc]
    setattr(rows, "__pydantic_config__", ConfigDict(extra="forbid"))  # noqa: B010
    namespace = {
        "__module__": __name__,
        "__doc__": "Items about a passage.",
        "__annotations__": {"root": rows},
        "passage": passage,
        "kinds": tuple(kinds),
        "candidates": candidates,
        "grammar": grammar_of(kinds, passage, candidates, repeats, some),
    }
    return type("Items", (Items,), namespace)


def _row(kind: Kind) -> Any:
    row = tuple.__class_getitem__(tuple(map(_type, kind.slots)))
    return row | tuple.__class_getitem__(tuple(no_item(kind, str))) if is_told_each(kind) else row


def _type(slot: Slot) -> Any:
    one: Any = Literal[tuple(map(plain, slot.choices))] if slot.choices else _TYPES[slot.sort]
    return list[one] if slot.many else one | None if slot.optional else one


def strangers(prompt: Prompt, schema: type[BaseModel]) -> Iterator[tuple[Slot, str]]:
    """Values of the worked examples that are none of the candidates of their passage, so that no model can choose them."""
    kinds = kinds_of(schema)
    reader = reader_of(" ".join(each.slots["text"] for each in prompt.examples)) if reading_of(schema) else None
    if reader is None:
        return
    for example in prompt.examples:
        passage = example.slots["text"]
        candidates = candidates_of(passage, reader)
        for slot, value in form_of(kinds, passage).model_validate_json(example.answer).copied():
            choices = choices_of(slot, candidates)
            if choices is not None and value not in (each.text for each in choices):
                yield slot, value
