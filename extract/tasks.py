"""What the pipeline needs to know about a task: its records, its units, how answers become records.

There is one task, "attack". A second one is a second entry in `load_task` and a second folder of prompts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel

from extract.articles import Article, Span
from extract.errors import UsageError
from extract.records import Problem

TASKS = ("attack",)
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
        confidence: JSON pointer into `value` → 0…1.
    """

    prompt: str
    unit: Unit
    value: BaseModel | None
    confidence: Mapping[str, float] = field(default_factory=dict)


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
        """Digest of the task's own rules and word lists; part of every signature."""
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


def load_task(name: str) -> Task:
    """The task of that name.

    Raises:
        UsageError: there is none.
    """
    if name == "attack":
        from extract.attack.task import AttackTask

        return AttackTask()
    raise UsageError(f"no task {name!r}; there are: {', '.join(TASKS)}")
