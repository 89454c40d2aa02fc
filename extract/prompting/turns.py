"""Worked examples as finished turns of the prompt set `passages`: each passage with the items that a reader finds there."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from extract.articles.linguistics import reader_of
from extract.articles.sentences import Span, split_passages
from extract.prompting.candidates import Candidates, candidates_of
from extract.prompting.examples import WorkedExample
from extract.prompting.grammars import choices_of, is_piece, one_line, told_each
from extract.prompting.items import Kind, Slot, anchor_of, is_no_item, kinds_of, no_item
from extract.prompting.prompt_sets import Example, Prompt
from extract.records.borders import begins_in
from extract.records.grounding import TextIndex
from extract.records.tree import Node, nodes, plain


def turns_of(example: WorkedExample[Any], schema: type[BaseModel], *, by_candidates: bool) -> Iterator[Example]:
    """An example, passage by passage.

    Args:
        example: a text and its records.
        schema: their form.
        by_candidates: the words that values can be are looked up, where a linguistic model knows the language.
    """
    published = example.published.isoformat() if example.published else "unknown"
    kinds = kinds_of(schema)
    found = [(kind, node.record) for node in nodes(example.records) for kind in kinds if _is_one(node, kind)]
    whole = TextIndex(example.text)
    reader = reader_of(example.text) if by_candidates else None
    for span in split_passages(example.text):
        passage = TextIndex(one_line(example.text[span.start : span.end]))
        candidates = candidates_of(passage.text, reader) if reader else None
        here = [(kind, record) for kind, record in found if _is_of(span, kind, record, whole)]
        rows = {
            kind.tag: list(_items(kind, [record for other, record in here if other is kind], passage, candidates))
            for kind in kinds
        }
        answer = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        yield Example({"text": passage.text, "only": "", "title": example.title or "", "published": published}, answer)


def _items(
    kind: Kind, records: Sequence[BaseModel], passage: TextIndex, candidates: Candidates | None
) -> Iterator[list[Any]]:
    """The rows of a kind: in the order of the words that tell them apart, and with the numbers that begin none."""
    rows = [row for record in records if (row := _item(kind, record, passage)) is not None]
    anchor = anchor_of(kind)
    if anchor is None:
        yield from rows
        return
    choices = choices_of(anchor, candidates) or ()
    placed: list[tuple[Span, list[Any]]] = []
    for row in rows:
        seen = [Span(each.start, each.end) for each in choices if each.text == row[0]]
        at = seen or [Span(*found.span()) for found in re.finditer(re.escape(row[0]), passage.text)]
        free = [span for span in at if not _meets(span, placed)]
        placed.append(((free or at)[0], row))
    for mention in sorted(told_each(kind, candidates), key=lambda each: each.end - each.start):
        if not _meets(span := Span(mention.start, mention.end), placed):
            placed.append((span, no_item(kind, mention.text)))
    yield from (row for _, row in sorted(placed, key=lambda each: each[0].start))


def _meets(span: Span, placed: Sequence[tuple[Span, Any]]) -> bool:
    return any(span.start < each.end and span.end > each.start for each, _ in placed)


def words_shown(prompt: Prompt, schema: type[BaseModel]) -> frozenset[str]:
    """Names that the worked examples give in words of their own: small models say them again."""
    return frozenset(
        value
        for example in prompt.examples
        for kind, row in _rows_of(example, schema)
        for slot, value in zip(kind.slots, row, strict=False)
        if slot.sort == "words" and not slot.many and value is not None and value != value.casefold()
    )


def most_repeats(prompt: Prompt, schema: type[BaseModel]) -> int:
    """How many items of a worked example begin with the same words of its passage at most, and at least 1."""
    most = 1
    for example in prompt.examples:
        begun = Counter(
            (kind.tag, row[0])
            for kind, row in _rows_of(example, schema)
            if anchor_of(kind) and not is_no_item(kind, row)
        )
        for (_, words), times in begun.items():
            most = max(most, math.ceil(times / example.slots["text"].count(words)))
    return most


def _rows_of(example: Example, schema: type[BaseModel]) -> Iterator[tuple[Kind, list[Any]]]:
    answer = json.loads(example.answer)
    return ((kind, row) for kind in kinds_of(schema) for row in answer.get(kind.tag, ()))


def _is_one(node: Node, kind: Kind) -> bool:
    """Whether a record of an example is of a kind."""
    path = tuple(step for step in node.pointer.split("/")[1:] if not step.isdecimal())
    return kind.path == path and kind.model is type(node.record)


def _is_of(span: Span, kind: Kind, record: BaseModel, whole: TextIndex) -> bool:
    """Whether a record was found in a passage: its evidence stands there; without any, no other place is known."""
    for name in kind.evidence:
        if (said := getattr(record, name)) and (place := whole.find(str(said))):
            return place[0].start < span.end and place[0].end > span.start
    names_first = sorted(kind.slots, key=lambda slot: "number" in slot.field.what)  # numbers stand in many places
    first = next((text for slot in names_first for text in _texts(slot, record) if slot.sort == "piece"), None)
    if first is None or not kind.path:
        return True
    place = whole.find(first)
    return place is None or (place[0].start < span.end and place[0].end > span.start)


def _item(kind: Kind, record: BaseModel, passage: TextIndex) -> list[Any] | None:
    """A record as far as a passage states it; None where it states too little."""
    values: dict[tuple[str, ...], Any] = {}
    for slot in kind.slots:
        values[slot.path] = value = (
            None if slot.needs and not values.get(slot.needs) else _stated(slot, record, passage)
        )
        if value is None and not slot.optional:
            return None
    pieces = [slot for slot in kind.slots if slot.sort == "piece"]
    if pieces and not kind.evidence and not any(values[slot.path] for slot in pieces):
        return None
    return list(values.values()) if any(value not in (None, []) for value in values.values()) else None


def _stated(slot: Slot, record: BaseModel, passage: TextIndex) -> Any:
    found: list[Any]
    if slot.sort == "piece":
        places = [place[0] for text in _texts(slot, record) if (place := passage.find(text))]
        found = [passage.text[place.start : place.end] for place in places]
        found = [text for text in found if is_piece(text, passage.text)]
    elif slot.sort == "words":  # of the reader's own, so that "Sarran jets" state Sarra
        found = [text for text in _texts(slot, record) if begins_in(text, passage.text)]
    else:
        found = [plain(value) for value in _values(slot, record)]
    return found if slot.many else (found or [None])[0]


def _texts(slot: Slot, record: BaseModel) -> list[str]:
    return [str(value) for value in _values(slot, record)]


def _values(slot: Slot, record: BaseModel) -> list[Any]:
    """The values of a slot; numbers and days as JSON has them."""
    value: Any = record
    for name in slot.path:
        value = getattr(value, name, None)
    dumped = [value] if value is not None and not slot.many else list(value or ())
    if slot.sort in ("whole", "number"):
        return [int(each) if each == int(each) else float(each) for each in dumped]
    return [each.isoformat() if hasattr(each, "isoformat") else each for each in dumped]
