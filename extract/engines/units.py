"""What is asked about an article: prompt file by prompt file, the units it is cut into and the requests about them.

Nothing here calls a model. What candidates a task's own rules find is theirs (`tasks`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from pydantic import BaseModel

from extract.articles import Article
from extract.articles.as_read import as_read
from extract.articles.linguistics import MODELS, reader_of
from extract.articles.sentences import Span, split_chunks, split_passages
from extract.engines.setup import Setup
from extract.errors import PromptError
from extract.models.client import Request
from extract.prompting.candidates import Candidates, candidates_of
from extract.prompting.gathering import unheld
from extract.prompting.grammars import choices_of, one_line
from extract.prompting.items import Kind, Slot, kinds_of
from extract.prompting.outline import gist
from extract.prompting.passages import HOLDER, WHETHER, Asked, Items, Whether, reading_of
from extract.prompting.prompt_sets import Prompt
from extract.prompting.relevance import BEGINNING, RELEVANCE, optional_kinds, relevance_slots, without
from extract.records.tree import record_lists, types_in
from extract.tasks.task import WHOLE_UNITS, Answer, Unit, unreported

BYTES_PER_TOKEN = 3.0
"""Lower bound seen on English news with the embedded model's tokenizer (mean 4.4): a chunk has to fit for sure.
Bytes of UTF-8, since other scripts take more tokens per character."""
SPARE_TOKENS = 64
"""For what a chat template puts around the messages."""
LEAST_CHUNK = 500
"""Bytes of an article that have to fit into a request for it to be worth asking."""


class _Holding(NamedTuple):
    """What could hold the records of a passage.

    Attributes:
        candidates: as of `Asked`.
        able: the kinds that could.
        beside: kinds that they hold as well and that need no words of the passage.
    """

    candidates: Candidates | None
    able: tuple[Kind, ...]
    beside: tuple[Kind, ...]


def plan(article: Article, setup: Setup) -> Iterator[Request]:
    """The requests an article would make, as far as they do not depend on answers. Calls nothing."""
    article = as_read(article)
    for prompt in setup.prompts.prompts:
        for unit in units_of(prompt, article, setup, []):
            yield setup.request(prompt, unit, article)


def units_of(prompt: Prompt, article: Article, setup: Setup, answers: Sequence[Answer]) -> list[Unit]:
    """The units of an article that a prompt file asks about, in text order.

    Raises:
        PromptError: the task has no such units, or the prompt leaves no room for an article.
    """
    if prompt.unit not in WHOLE_UNITS:
        return setup.task.rules.units(prompt.unit, article, answers)
    if prompt.unit == "sentence":
        return _pieces("sentence", article.sentences, article)
    if prompt.unit == "passage":
        return list(_passages(article, setup, answers))
    if prompt.unit == RELEVANCE:
        return list(_beginnings(article, setup))
    if prompt.unit == WHETHER:
        return list(_unheld(article, setup, answers))
    if prompt.unit == HOLDER:
        return list(_holders(answers))
    room = _room(prompt, article, setup)
    if prompt.unit == "article" and len(article.text) <= room:
        (whole,) = _pieces("article", [Span(0, len(article.text))], article)
        return [replace(whole, name="article")]
    return _pieces("chunk", split_chunks(article.text, room), article)


def _pieces(kind: str, spans: Sequence[Span], article: Article) -> list[Unit]:
    published = article.published.isoformat() if article.published else "unknown"
    about = {"title": article.title or "", "published": published}
    return [
        Unit(kind, f"{kind} {number}", span, {"text": article.text[span.start : span.end], **about})
        for number, span in enumerate(spans, 1)
    ]


def _beginnings(article: Article, setup: Setup) -> Iterator[Unit]:
    """The beginning of an article, for each kind of record that it may have none of."""
    for kind in optional_kinds(setup.task.schema, setup.task.examples):
        slots = relevance_slots(kind, article.title, article.text)
        span = Span(0, min(len(article.text), BEGINNING))
        yield Unit(RELEVANCE, f"beginning, {kind.tag}", span, slots, subject=kind)


def _passages(article: Article, setup: Setup, answers: Sequence[Answer]) -> Iterator[Unit]:
    """Passages in one line each, with the words that their values can be, where the schema says what values are.

    They are not asked for kinds of record that the article is said to have none of; where no kind is left, not at all.
    """
    schema: type[BaseModel] = setup.task.schema
    gone = unreported(answers)
    kinds = without(kinds_of(schema), gone)
    if not kinds:
        return
    only = f"\nOnly {', '.join(_quoted(kind.tag) for kind in kinds)}." if gone else ""
    reader = reader_of(article.text) if reading_of(schema) else None
    for unit in _pieces("passage", split_passages(article.text), article):
        text = one_line(unit.slots["text"])
        candidates = candidates_of(text, reader) if reader else None
        yield replace(
            unit,
            slots={**unit.slots, "text": text, "only": only},
            subject=Asked(candidates, kinds),
        )


def _unheld(article: Article, setup: Setup, answers: Sequence[Answer]) -> Iterator[Unit]:
    """The first passages with records that nothing found so far can hold: is there something that could?"""
    schema: type[BaseModel] = setup.task.schema
    items = [(answer.unit, answer.value) for answer in answers if isinstance(answer.value, Items)]
    missing = unheld([(unit.span, value.rows()) for unit, value in items], article.text, schema)
    asked: set[tuple[str, ...]] = set()
    for unit, value in items:
        able = [kind for kind in missing.get(unit.span, ()) if kind.path not in asked and _can_be(kind, value)]
        if not able:
            continue
        paths = {kind.path for kind in able}
        known = {tag for tag, *_ in value.rows()}
        beside = [
            kind
            for kind in kinds_of(schema)
            if kind.path[:-1] in paths and kind.path not in paths and kind.tag not in known and not _needed(kind)
        ]
        asked |= paths
        slots = {
            **unit.slots,
            "only": f"\nDoes it report {' or '.join(gist(kind.model) for kind in able)}? true or false",
        }
        subject = _Holding(value.candidates, tuple(able), tuple(beside))
        yield replace(unit, kind=WHETHER, name=f"{unit.name}, whether", slots=slots, subject=subject)


def _holders(answers: Sequence[Answer]) -> Iterator[Unit]:
    """The passages that report what could hold their records: that is asked for, and what follows from it."""
    for answer in answers:
        if isinstance(answer.unit.subject, _Holding) and isinstance(answer.value, Whether) and answer.value.root:
            candidates, able, beside = answer.unit.subject
            paths = Counter(kind.path for kind in able)
            some = tuple(kind.tag for kind in able if paths[kind.path] == 1)  # of several for one place any will do
            needed = " and ".join(_quoted(kind.tag) for kind in able)
            more = "".join(f", {_quoted(kind.tag)}" for kind in beside)
            slots = {**answer.unit.slots, "only": f"\nOnly {needed}, at least one{more}."}
            name = answer.unit.name.replace("whether", "again")
            subject = Asked(candidates, (*able, *beside), some)
            yield replace(answer.unit, kind=HOLDER, name=name, slots=slots, subject=subject)


def _needed(kind: Kind) -> list[Slot]:
    """The words of the text that items of a kind need, and by which they were found if they are there."""
    return [slot for slot in kind.slots if slot.sort == "piece" and not slot.optional and not slot.many]


def _can_be(kind: Kind, value: Items) -> bool:
    """Whether a passage has words for a kind."""
    return all(choices_of(slot, value.candidates) != [] for slot in _needed(kind))


def _quoted(tag: str) -> str:
    return json.dumps(tag, ensure_ascii=False)


def unread_note(setup: Setup, article: Article) -> str | None:
    """A remark on an article whose passages no linguistic model can read, though the schema says what values are."""
    if not any(prompt.unit == "passage" for prompt in setup.prompts.prompts) or not reading_of(setup.task.schema):
        return None
    if reader_of(article.text):
        return None
    return f"no linguistic model for its language (there is one for {', '.join(MODELS)}): names and numbers can be any words"


def unasked_note(setup: Setup) -> str | None:
    """A remark on records that hold records of their own type: passages are not asked for the inner ones."""
    if not any(prompt.unit == "passage" for prompt in setup.prompts.prompts):
        return None
    schema: type[BaseModel] = setup.task.schema
    inner = [
        f"{model.__name__}.{field.name}"
        for model in types_in(schema)
        for field in record_lists(model)
        if model in field.types
    ]
    return f"{', '.join(inner)}: records of their own type are not asked for: use --prompts whole" if inner else None


def _room(prompt: Prompt, article: Article, setup: Setup) -> int:
    """Characters of an article that fit into one request beside the fixed part and the answer."""
    fixed = prompt.messages(dict.fromkeys(prompt.ask.get_identifiers(), ""))
    size = sum(len(message.content.encode()) for message in fixed)
    tokens = setup.context_tokens - setup.limit(prompt) - SPARE_TOKENS
    room = int(tokens * BYTES_PER_TOKEN) - size
    if room < LEAST_CHUNK:
        raise PromptError(
            f"prompt {prompt.name!r} leaves no room for an article: it has about {size / BYTES_PER_TOKEN:.0f} tokens, "
            f"its answer up to {setup.limit(prompt)}, and the model takes {setup.context_tokens} at once"
        )
    return int(room * len(article.text) / len(article.text.encode()))
