"""A task as a value: a record schema, worked examples, prompt sets, and the rules that a task may have of its own.

Loading one from a folder is `loading`. What is asked is cut into units (`extract.prompting`), answered, and put together
again here: by the task's rules where it has some, by merging whatever was answered where it has none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, RootModel
from pydantic.errors import PydanticUserError

from extract.articles import Article, Span
from extract.articles.article import check_text
from extract.errors import ArticleError, PromptError, TaskError
from extract.prompting.examples import WorkedExample
from extract.prompting.gathering import records_of
from extract.prompting.items import Kind as ItemKind
from extract.prompting.items import kinds_of
from extract.prompting.passages import (
    HOLDER,
    ITEMS,
    WHETHER,
    Asked,
    Items,
    Whether,
    form_of,
    items_prompt,
    passages_set,
)
from extract.prompting.persons import Persons
from extract.prompting.prompt_sets import PromptSet, load_set, prompt_root, set_names
from extract.prompting.relevance import RELEVANCE
from extract.prompting.turns import most_repeats, words_shown
from extract.prompting.whole import whole_set
from extract.records.beliefs import Calibration
from extract.records.checks import Stated
from extract.records.columns import Cell, Column, ColumnMaker
from extract.records.grounding import ground
from extract.records.merging import merged
from extract.records.results import ArticleResult, Problem
from extract.records.schemas import check_schema
from extract.records.tree import Records, verbatim_values
from extract.stories.plan import StoryPlan, plan_of

NAME = r"[a-z][a-z0-9_-]{0,60}"
"""What a task can be called."""
WHOLE_UNITS = ("article", "chunk", "sentence", "passage", RELEVANCE, WHETHER, HOLDER)
"""Units every task has; further kinds are candidates that the task's rules find."""
RECORDS = "records"
"""The form of an answer that is all records of a text."""
DERIVED = ("passages", "whole")
"""Prompt sets that every task has, made of its schema and examples unless its folder has one of that name."""
SAME = "same"
"""The prompt set that asks about two reports whether they are one (`extract stories --ask`): the task's own, in its folder,
or the one that ships for all. Also the form of its answer. It extracts nothing, and is not listed among the others."""
PAIR = "pair"
"""What that set asks about."""

Kind = Literal["rules", "embedded", "server"]
"""What kind of model answers: none, the embedded one, any other."""

_USUAL: Mapping[Kind, str] = {"rules": "rules", "embedded": "passages", "server": "whole"}


class Same(RootModel[Literal["yes", "no"]]):
    """Whether two reports tell of one thing."""


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


def unreported(answers: Sequence[Answer]) -> list[ItemKind]:
    """The kinds of record that an article has none of, by what was answered about its beginning."""
    return [
        answer.unit.subject
        for answer in answers
        if isinstance(answer.unit.subject, ItemKind) and isinstance(answer.value, Whether) and not answer.value.root
    ]


@dataclass(frozen=True, slots=True)
class Assembled:
    """An article's records, before grounding.

    Attributes:
        hints: JSON pointer of a verbatim value → where it is known to stand.
        judged: JSON pointer of a leaf → how sure a model, or a rule, is of its verdict on it, 0…1.
    """

    records: BaseModel
    hints: Mapping[str, Span] = field(default_factory=dict)
    judged: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@runtime_checkable
class Rules(Protocol):
    """What a task knows beyond its schema: candidates found by rule, word lists, rulings. A task may have none."""

    @property
    def fingerprint(self) -> str:
        """What tells these rules and word lists from earlier ones: a declared version, never source bytes."""
        ...

    @property
    def languages(self) -> Collection[str]:
        """Languages that the word lists know, as ISO 639-1 codes."""
        ...

    def units(self, kind: str, article: Article, answers: Sequence[Answer]) -> list[Unit]:
        """The candidates of a kind; may depend on what was answered before."""
        ...

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        """The form of an answer that a prompt file asks for by name; never `RECORDS`."""
        ...

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        """Answers → records."""
        ...

    def stated_number(self, words: str) -> Stated | None:
        """What the words of a number state, or None when they cannot be read for sure."""
        ...

    def denies_day(self, words: str, day: date) -> bool:
        """Whether words are sure to mean another day."""
        ...

    def record_faults(self, record: BaseModel) -> Iterable[tuple[str, str]]:
        """What a label of one record may not be, beyond what the marks say: field and message."""
        ...

    def reasons(self, article: Article, record: BaseModel, evidence: str) -> Iterable[str]:
        """What the rules see in an article where a record's evidence stands, and why; a line each, for people."""
        ...


_SCALED = re.compile(r"(?i)hundred|thousand|[mb]illion|dozen|score|%|\d\s?[kmb]\b|\d\s\d|[a-z]\d|\d[a-z]|½")
"""What makes another number of one in digits."""


class Summary(Protocol):
    """A flat table of a whole run, as analysts of a field know it. A task may have one; it is made anew for each export.

    Attributes:
        name: of the table.
        columns: the first is its key.
    """

    name: str
    columns: Sequence[Column]

    def add(self, result: ArticleResult) -> None:
        """Told of each article, once."""
        ...

    def rows(self) -> Iterator[Sequence[Cell]]:
        """The table, when every article was told of."""
        ...


SummaryMaker = Callable[[Sequence[ColumnMaker]], Summary]
"""Makes one; what adds columns to records may add them there, too."""


@dataclass(frozen=True, slots=True)
class NoRules:
    """Rules of a task that has none: no candidates, no word lists; what was answered is merged."""

    schema: type[BaseModel]
    fingerprint: str = "none"
    languages: Collection[str] = ()

    def units(self, kind: str, article: Article, answers: Sequence[Answer]) -> list[Unit]:
        """There are none.

        Raises:
            PromptError: always.
        """
        raise PromptError(f"this task has no rules that find {kind!r}: unit is one of {', '.join(WHOLE_UNITS)}")

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        """There are no other forms.

        Raises:
            PromptError: always.
        """
        raise PromptError(f"this task has no answer form {name!r}; the one that every task has is {RECORDS!r}")

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        """Merges the records of the pieces that an article was read in."""
        parts = [answer.value for answer in answers if isinstance(answer.value, self.schema)]
        if len(parts) > 1:
            return Assembled(merged(parts))
        return Assembled(parts[0] if parts else self.schema.model_validate({}))

    def stated_number(self, words: str) -> Stated | None:
        """The only number in digits, unless a word can change it: "about 48,000 units", not "2.3 million"."""
        digits = re.findall(r"\d[\d.,]*", words)
        whole = re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,15}", digits[0].rstrip(".,")) if len(digits) == 1 else None
        return None if whole is None or _SCALED.search(words) else Stated(int(whole[0].replace(",", "")))

    def denies_day(self, words: str, day: date) -> bool:
        """Never for sure."""
        return False

    def record_faults(self, record: BaseModel) -> Iterable[tuple[str, str]]:
        """None."""
        return ()

    def reasons(self, article: Article, record: BaseModel, evidence: str) -> Iterable[str]:
        """None."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Task(Generic[Records]):
    """One kind of extraction.

    Attributes:
        name: what runs and recordings call it: lower-case letters, digits, "-" and "_".
        schema: form of all records of one article.
        about: one line for people.
        examples: short texts with the records that they hold; grounded.
        rules: candidates, word lists and rulings of its own.
        codebook: version of the rules for labels; label files name it.
        folder: where its prompt sets are, or None.
        calibrations: how far values are to be believed, for prompt sets and models that were measured.
        usual: the prompt set for "rules", "embedded" and other ("server") models, where it is not `passages` and `whole`.
        summary: makes the flat table of a run for analysts, where the task has one.
        stories: how records of several articles become stories; None where nothing says what makes two of them one.
    """

    name: str
    schema: type[Records]
    about: str = ""
    examples: tuple[WorkedExample[Records], ...] = ()
    rules: Rules
    codebook: int = 1
    folder: Path | None = None
    usual: Mapping[Kind, str] = field(default_factory=dict)
    calibrations: tuple[Calibration, ...] = ()
    summary: SummaryMaker | None = None
    stories: StoryPlan | None = None

    @classmethod
    def of(
        cls,
        schema: type[Records],
        *,
        examples: Iterable[WorkedExample[Records] | tuple[str, Records]] = (),
        name: str | None = None,
        about: str = "",
    ) -> Task[Records]:
        """A task made of a pydantic model, whose fields may carry marks.

        Args:
            schema: form of all records of one article: `class Recalls(BaseModel): recalls: list[Recall] = []`.
            examples: texts with their records; at least one makes for much better answers.
            name: the model's in lower case if not given.

        Raises:
            TaskError: the schema cannot be worked with, or an example's value does not stand in its text.
        """
        checked_schema(schema, f"schema {schema!r}")
        shown = tuple(
            checked_example(each if isinstance(each, WorkedExample) else WorkedExample(*each), schema, f"example {at}")
            for at, each in enumerate(examples, 1)
        )
        called = name or re.sub(r"\W", "-", schema.__name__).lower().strip("-_")
        task = Task(name=called, schema=schema, about=about, examples=shown, rules=NoRules(schema))
        return checked_task(replace(task, stories=plan_of(schema, None)))

    def prompt_sets(self) -> list[str]:
        """Names of its prompt sets, sorted: those of its folder, and those that every task has."""
        return sorted({*DERIVED, *(set_names(self.folder) if self.folder else ())} - {SAME})

    def prompt_set(self, name: str) -> PromptSet:
        """A prompt set by name; or the folder of one, told by a slash in it.

        Raises:
            PromptError: there is none, or a file in it is broken.
        """
        if "/" in name:
            return load_set(self.name, Path(name))
        if self.folder and name in set_names(self.folder):
            return load_set(self.name, self.folder / name)
        if name == SAME:
            return load_set(self.name, prompt_root() / SAME)
        if name == "passages":
            return self._passages
        if name == "whole":
            return whole_set(self.name, self.schema, self.examples)
        raise PromptError(
            f"no prompt set {name!r} for task {self.name!r}; there are: {', '.join(self.prompt_sets())}, "
            "or name a folder of your own, with a slash in it"
        )

    def usual_set(self, kind: Kind) -> str:
        """Name of the prompt set for a kind of model."""
        return self.usual.get(kind, _USUAL[kind])

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        """The form of an answer that a prompt file asks for by name."""
        if name == SAME:
            return Same
        if name == WHETHER:
            return Whether
        if name == ITEMS:
            asked = unit.subject if isinstance(unit.subject, Asked) else Asked(None, kinds_of(self.schema))
            return form_of(asked.kinds, unit.slots["text"], asked.candidates, self._repeats, asked.some)
        return self.schema if name == RECORDS else self.rules.answer_form(name, unit)

    @cached_property
    def _passages(self) -> PromptSet:
        return passages_set(self.name, self.schema, self.examples)

    @cached_property
    def _repeats(self) -> int:
        return most_repeats(items_prompt(self._passages), self.schema)

    @cached_property
    def _words_shown(self) -> frozenset[str]:
        return words_shown(items_prompt(self._passages), self.schema)

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        """Answers → records: by the schema where passages were asked, else by the task's rules."""
        items = [(answer.unit.span, answer.value) for answer in answers if isinstance(answer.value, Items)]
        if not items and not any(isinstance(answer.value, Whether) for answer in answers):
            return self.rules.assemble(article, answers)
        persons = Persons(article.text, (each.candidates for _, each in items))
        rows: dict[Span, list[Any]] = {}
        for span, each in sorted(items, key=lambda item: item[0].start):
            rows.setdefault(span, []).extend(each.rows())
        gathered = records_of(list(rows.items()), article.text, self.schema, persons, self._words_shown)
        unasked = [
            Problem(
                kind="set_aside", detail=f"{kind.tag}: not asked for, since the article reports none", unit=RELEVANCE
            )
            for kind in unreported(answers)
        ]
        return Assembled(gathered.records, gathered.hints, problems=(*unasked, *gathered.problems))

    def calibration(self, prompts: str, model: str) -> Calibration | None:
        """How far values are to be believed that a prompt set and a model yield; None where nobody measured it."""
        return next((each for each in self.calibrations if each.fits(prompts, model)), None)

    def identity(self, prompts: PromptSet) -> str:
        """Digest of all that decides what a prompt set yields.

        That is the set's files and, unless every question is about a piece of the text as it stands, the task's own
        rules, which then find the candidates.
        """
        if prompts.prompts and all(prompt.unit in WHOLE_UNITS for prompt in prompts.prompts):
            return prompts.sha256
        return hashlib.sha256(f"{prompts.sha256}\0{self.rules.fingerprint}".encode()).hexdigest()


def checked_task(task: Task[Any]) -> Task[Any]:
    """The task, if it can be worked with.

    Raises:
        TaskError: its name is none, or there is no prompt set that it names as its usual one.
    """
    if not re.fullmatch(NAME, task.name):
        raise TaskError(f"task name {task.name!r}: lower-case letters, digits, - and _, beginning with a letter")
    for name in task.usual.values():
        if name not in task.prompt_sets():
            raise TaskError(
                f"task {task.name!r}: its usual prompt set {name!r} is none of {', '.join(task.prompt_sets())}"
            )
    return task


def checked_schema(schema: object, what: str) -> type[BaseModel]:
    """A schema, if it is one.

    Args:
        what: what to call it.

    Raises:
        TaskError: it is no pydantic model, has no fields, or one that cannot be worked with (`check_schema`).
    """
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise TaskError(f"{what} is no pydantic model")
    if not schema.model_fields:
        raise TaskError(f"{what} has no fields: there is nothing to extract")
    try:
        schema.model_json_schema()
    except PydanticUserError as error:
        raise TaskError(f"{what}: {str(error).splitlines()[0]}") from error
    check_schema(schema)
    return schema


def checked_example(example: WorkedExample[Any], schema: type[BaseModel], what: str) -> WorkedExample[Any]:
    """A worked example with its values as they stand in its text.

    Args:
        what: what to call it: its file, or its number.

    Raises:
        TaskError: it is of another schema, its text is none, or a verbatim value does not stand in it.
    """
    if not isinstance(example.records, schema):
        raise TaskError(f"{what}: its records are {type(example.records).__name__}, not {schema.__name__}")
    try:
        check_text(example.text)
    except ArticleError as error:
        raise TaskError(f"{what}: {error}") from error
    grounded = ground(example.records, example.text, {})
    for value in verbatim_values(grounded.records):
        if grounded.grounding[value.pointer].status == "absent":
            raise TaskError(f"{what}: {value.pointer}: {value.value!r} is not in its text")
    return replace(example, records=grounded.records)


def needs_words(prompts: PromptSet) -> bool:
    """Whether what is asked about depends on the task's word lists."""
    return not prompts.prompts or any(prompt.unit not in WHOLE_UNITS for prompt in prompts.prompts)
