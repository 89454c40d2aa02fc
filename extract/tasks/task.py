"""What the pipeline needs to know about a task: its records, its units, how answers become records.

Which tasks there are is `tasklist`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from pydantic import BaseModel

from extract.articles import Article, Span
from extract.prompting.prompt_sets import PromptSet
from extract.records.checks import Stated
from extract.records.results import Problem

WHOLE_UNITS = ("article", "chunk", "sentence")
"""Units every task has; further kinds are candidates that the task finds itself."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to ask about.

    Attributes:
        kind: a kind of `WHOLE_UNITS` or of the task.
        name: for people: "sentence 14", "figure '18 people'".
        span: where it stands in the article.
        slots: values of the template's placeholders.
        choices: the legal answers, where they depend on the unit.
        subject: the candidate behind it, for the task's own use.
    """

    kind: str
    name: str
    span: Span
    slots: Mapping[str, str]
    choices: tuple[str, ...] = ()
    subject: object = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A unit and what was answered about it.

    Attributes:
        prompt: name of the prompt file.
        value: None when there was no usable answer.
        shares: for a choice, how sure the model was of each alternative, summing to 1; else empty.
    """

    prompt: str
    unit: Unit
    value: BaseModel | None
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assembled:
    """An article's records, before grounding.

    Attributes:
        hints: JSON pointer of a verbatim value → where it is known to stand.
        confidence: JSON pointer of a leaf → 0…1.
    """

    records: BaseModel
    hints: Mapping[str, Span] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class Task(Protocol):
    """One kind of extraction."""

    @property
    def name(self) -> str:
        """As in `prompts/<name>/`."""
        ...

    @property
    def records(self) -> type[BaseModel]:
        """Form of all records of one article."""
        ...

    @property
    def fingerprint(self) -> str:
        """What tells the task's own rules and word lists from earlier ones: a declared version, never source bytes."""
        ...

    @property
    def languages(self) -> Collection[str]:
        """Languages that its word lists know, as ISO 639-1 codes."""
        ...

    def units(self, kind: str, article: Article, answers: Sequence[Answer]) -> list[Unit]:
        """The candidates of a kind; may depend on what was answered before."""
        ...

    def touches(self, words: str, text: str) -> bool:
        """Whether a text holds a word of one of the task's lists."""
        ...

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        """The form of an answer that a prompt file asks for by name."""
        ...

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        """Answers → records."""
        ...

    def stated_number(self, words: str) -> Stated | None:
        """What the words of a number state, or None when the task cannot read them for sure."""
        ...

    def denies_day(self, words: str, day: date) -> bool:
        """Whether words are sure to mean another day."""
        ...


def needs_words(prompts: PromptSet) -> bool:
    """Whether what is asked about depends on the task's word lists."""
    kinds = [(prompt.unit, prompt.when) for prompt in prompts.prompts]
    return not kinds or any(unit not in WHOLE_UNITS or when for unit, when in kinds)


def identity(task: Task, prompts: PromptSet) -> str:
    """Digest of all that decides what a prompt set yields with a task.

    That is the set's files and, unless every question is about a piece of the text as it stands, the task's own
    rules, which then find the candidates.
    """
    if prompts.prompts and all(prompt.unit in WHOLE_UNITS for prompt in prompts.prompts):
        return prompts.sha256
    return hashlib.sha256(f"{prompts.sha256}\0{task.fingerprint}".encode()).hexdigest()
