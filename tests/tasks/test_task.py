"""A task as a value: made of a model, what it refuses, which prompt set it takes, what it does without rules."""

from __future__ import annotations

import pickle  # noqa: TID251 - what a process is sent
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from extract.articles import Article, Span
from extract.errors import PromptError, TaskError
from extract.prompting.examples import WorkedExample
from extract.records.marks import Verbatim
from extract.tasks.task import Answer, NoRules, Rules, Task, Unit, needs_words
from tests.recalls import RECALLED, Note, Recall, Recalls, Tastings
from tests.small_task import ARTICLES, BIRDS, MOODS, write_set

KETTLES = Recall(evidence=RECALLED.strip(), product="kettles", units=1200, reason="fire")
TOASTERS = Recall(evidence="toasters", product="toasters", reason="other")
UNIT = Unit("article", "article", Span(0, 1), {})
TASK = Task.of(Recalls)


class Incident(BaseModel):
    """Records without a list: one for an article."""

    place: Annotated[str | None, Verbatim()] = None
    killed: int | None = None


class Unfinished(BaseModel):
    later: list[Later]  # type: ignore[name-defined]  # noqa: F821


class Bare(BaseModel):
    pass


def answer(value: BaseModel | None) -> Answer:
    return Answer("records", UNIT, value)


# Made of a model


def test_a_model_is_a_task() -> None:
    assert (TASK.name, TASK.schema, TASK.examples, TASK.prompt_sets()) == (
        "recalls",
        Recalls,
        (),
        ["passages", "whole"],
    )
    assert (TASK.usual_set("embedded"), TASK.usual_set("server")) == ("passages", "whole")


@pytest.mark.parametrize("model_name", ["Recalls_Of_2026", "_Recalls", "RECALLS"])
def test_its_name_is_the_model_s(model_name: str) -> None:
    model = type(model_name, (Recalls,), {})
    assert Task.of(model).name == model_name.lower().strip("_")
    assert Task.of(model, name="mine").name == "mine"


@pytest.mark.parametrize("name", ["Recalls", "re calls", "../recalls", "2020", "öl", "recalls\n", "a" * 62])
def test_a_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(TaskError, match=r"task name '.*': lower-case letters"):
        Task.of(Recalls, name=name)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (dict, "schema <class 'dict'> is no pydantic model"),
        (Recalls(), "schema Recalls.* is no pydantic model"),
        (Bare, "has no fields: there is nothing to extract"),
        (BaseModel, "has no fields: there is nothing to extract"),
        (Unfinished, "`Unfinished` is not fully defined; you should define `Later`"),
    ],
)
def test_what_is_no_schema_is_refused(schema: Any, said: str) -> None:
    with pytest.raises(TaskError, match=said) as found:
        Task.of(schema)
    assert "\n" not in str(found.value)


def test_it_can_be_sent_to_another_process() -> None:
    task = Task.of(Recalls, examples=[(RECALLED, Recalls(recalls=[KETTLES]))])
    assert pickle.loads(pickle.dumps(task)) == task


# Examples


def test_examples_are_pairs_or_say_more() -> None:
    more = WorkedExample(RECALLED, Recalls(), title="Kettles", published=date(2026, 11, 2))
    task = Task.of(Recalls, examples=[(RECALLED, Recalls(recalls=[KETTLES])), more])
    assert task.examples == (WorkedExample(RECALLED, Recalls(recalls=[KETTLES])), more)


def test_an_example_shows_values_as_its_text_has_them() -> None:
    loud = KETTLES.model_copy(update={"product": "KETTLES", "evidence": RECALLED.strip().replace(" ", "\n")})
    (shown,) = Task.of(Recalls, examples=[(RECALLED, Recalls(recalls=[loud]))]).examples
    assert shown.records == Recalls(recalls=[KETTLES])


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ((RECALLED, Recalls(recalls=[KETTLES, TOASTERS])), "example 2: /recalls/1/evidence: 'toasters' is not in"),
        (("", Recalls()), "example 2: empty: there is no text to read"),
        (("a \0", Recalls()), "example 2: not text: it holds NUL"),
        ((RECALLED, {"recalls": []}), "example 2: its records are dict, not Recalls"),
        ((RECALLED, Tastings()), "example 2: its records are Tastings, not Recalls"),
    ],
)
def test_an_example_that_misleads_is_refused(example: Any, said: str) -> None:
    with pytest.raises(TaskError, match=said):
        Task.of(Recalls, examples=[(RECALLED, Recalls()), example])


# Prompt sets


def test_a_set_of_the_folder_goes_before_the_derived_one(tmp_path: Path) -> None:
    task = replace(TASK, folder=tmp_path)
    derived = task.prompt_set("whole")
    write_set(tmp_path / "whole", {"records.md": ARTICLES.replace("sightings", "records")})
    write_set(tmp_path / "careful", {"records.md": ARTICLES.replace("sightings", "records")})
    assert task.prompt_sets() == ["careful", "passages", "whole"]
    assert task.prompt_set("whole").sha256 != derived.sha256
    assert task.prompt_set("careful").prompts[0].system == "You watch birds."


def test_a_set_can_be_a_folder_anywhere(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "elsewhere", {"records.md": ARTICLES.replace("sightings", "records")})
    assert TASK.prompt_set(str(folder)).name == "elsewhere"


def test_a_set_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        PromptError, match="no prompt set 'bogus' for task 'recalls'; there are: passages, whole, or name a folder"
    ):
        TASK.prompt_set("bogus")


def test_the_usual_set_is_the_task_s_own_choice() -> None:
    task = replace(TASK, usual={"server": "careful"})
    assert [task.usual_set(kind) for kind in ("rules", "embedded", "server")] == ["rules", "passages", "careful"]


def test_rules_are_part_of_what_a_set_of_candidates_yields(tmp_path: Path) -> None:
    class Others(type(BIRDS.rules)):  # type: ignore[misc]
        fingerprint = "other"

    other = replace(BIRDS, rules=Others())
    whole = BIRDS.prompt_set(str(write_set(tmp_path / "whole", {"a.md": ARTICLES})))
    moods = BIRDS.prompt_set(str(write_set(tmp_path / "moods", {"a.md": MOODS})))
    assert BIRDS.identity(whole) == other.identity(whole) == whole.sha256
    assert BIRDS.identity(moods) != other.identity(moods)
    assert (needs_words(whole), needs_words(moods)) == (False, True)


# Without rules


def test_no_rules_are_rules() -> None:
    assert isinstance(NoRules(Recalls), Rules)


def test_the_form_of_an_answer_is_the_schema() -> None:
    assert TASK.answer_form("records", UNIT) is Recalls
    with pytest.raises(PromptError, match="no answer form 'outcome'; the one that every task has is 'records'"):
        TASK.answer_form("outcome", UNIT)


def test_candidates_are_refused_with_what_there_is() -> None:
    rules = NoRules(Recalls)
    with pytest.raises(PromptError, match="no rules that find 'figure': unit is one of article, chunk, sentence"):
        rules.units("figure", Article("a", RECALLED, "a"), [])


def test_one_answer_is_the_records() -> None:
    records = Recalls(recalls=[KETTLES, KETTLES])  # as it was answered, repeats and all
    assert NoRules(Recalls).assemble(Article("a", RECALLED, "a"), [answer(records), answer(None)]).records is records


def test_pieces_are_merged_and_equal_records_are_one() -> None:
    parts = [Recalls(recalls=[KETTLES]), Recalls(recalls=[KETTLES, TOASTERS])]
    merged = NoRules(Recalls).assemble(Article("a", RECALLED, "a"), [answer(part) for part in parts])
    assert merged.records == Recalls(recalls=[KETTLES, TOASTERS])


def test_of_plain_values_the_first_that_is_there_counts() -> None:
    parts = [Incident(killed=3), Incident(place="Lund", killed=4)]
    merged = NoRules(Incident).assemble(Article("a", RECALLED, "a"), [answer(part) for part in parts])
    assert merged.records == Incident(place="Lund", killed=3)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *(("1,200", 1200), (" 7 ", 7), ("about 48,000", 48000), ("48,000 units.", 48000), ("more than 500", 500)),
        *(("12,00", None), ("twelve", None), ("7 or 8", None), ("", None), ("2.3 million", None), ("12 000", None)),
    ],
)
def test_a_number_is_read_in_digits_alone(words: str, number: int | None) -> None:
    stated = NoRules(Recalls).stated_number(words)
    assert (stated.number if stated else None) == number


def test_it_rules_out_nothing_else() -> None:
    rules = NoRules(Recalls)
    assert not rules.denies_day("on Monday", date(2026, 11, 2))
    assert not list(rules.record_faults(Note(evidence="x", flavour="x")))
