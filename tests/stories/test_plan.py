"""What a task says of its stories, and what its fields are to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from extract.errors import TaskError
from extract.records.marks import Apart, Compare, Evidence, Key, Verbatim
from extract.stories.plan import StoriesTable, StoryPlan, plan_of
from extract.tasks.attack.schema import Records
from tests.many_reports import attack_plan


class Grade(StrEnum):
    HIGH = "high"


class Lot(BaseModel):
    """A part of a recall."""

    number: str


class Recall(BaseModel):
    """A product that is called back."""

    evidence: Annotated[str, Evidence()]
    product: Annotated[str, Verbatim(), Key()]
    maker: Annotated[str | None, Verbatim("organisation")] = None
    brand: Annotated[str | None, Compare("name")] = None
    when: Annotated[str | None, Verbatim("time")] = None
    sold_in: Annotated[list[str], Verbatim("place")] = []
    units: int | None = None
    grade: Grade | None = None
    reason: Literal["fire", "injury"] = "fire"
    note: str = ""
    main: bool = True
    aside: Annotated[str, Apart()] = ""
    lot: Lot | None = None


class Recalls(BaseModel):
    recalls: list[Recall] = []


class Unmarked(BaseModel):
    notes: list[Lot] = []


def table(**said: Any) -> StoryPlan | None:
    return plan_of(Recalls, StoriesTable(record="Recall", **said))


def roles(plan: StoryPlan | None) -> dict[str, str]:
    assert plan is not None
    return {trail[-1].name: role for role, trail in plan.trails}


def test_a_field_is_what_its_type_and_marks_say() -> None:
    assert roles(plan_of(Recalls, None)) == {
        "product": "name",
        "maker": "name",
        "brand": "name",
        "when": "time",
        "sold_in": "place",
        "units": "number",
        "grade": "choice",
        "reason": "choice",
        "main": "choice",
    }


def test_the_attack_task_has_a_day_places_and_tolls() -> None:
    found = roles(attack_plan())
    assert {found[each] for each in ("date_text", "date", "places", "attacker", "kind")} == {
        "time",
        "day",
        "place",
        "name",
        "choice",
    }
    assert "context" not in found
    figures = attack_plan().figures
    assert figures is not None
    assert figures.name == "casualties"


def test_a_task_without_key_marks_or_a_table_has_no_stories() -> None:
    assert plan_of(Unmarked, None) is None
    plan = plan_of(Unmarked, StoriesTable(record="Lot"))
    assert roles(plan) == {}


def test_fields_that_tell_nothing_apart_are_left_out() -> None:
    assert "reason" not in roles(table(apart=["reason"]))


def test_what_an_article_is_about_can_be_a_word_or_yes() -> None:
    for main in ({"reason": "fire"}, {"main": True}, {"grade": "high"}, {"product": "kettles"}):
        plan = table(main=main)
        assert plan is not None
        assert plan.main == main


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"apart": ["colour"]}, "Recall has no field 'colour'; it has: "),
        ({"main": {"colour": "red"}}, "Recall has no field 'colour'; it has: "),
        ({"main": {"number": "7"}}, "Recall itself has no field 'number', a record in it has"),
        ({"main": {"reason": "flood"}}, '\'reason\' is never "flood"; it is one of: "fire", "injury"'),
        ({"main": {"grade": "low"}}, '\'grade\' is never "low"; it is one of: "high"'),
        ({"main": {"main": "true"}}, "'main' is never \"true\"; it is one of: true, false"),
        ({"source": "agency"}, r"no figure has that field; there are: []"),
    ],
)
def test_a_table_that_names_what_there_is_not_is_one_line(said: dict[str, Any], why: str) -> None:
    with pytest.raises(TaskError) as caught:
        table(**said)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_record_type_is_named_with_those_that_there_are() -> None:
    with pytest.raises(TaskError, match=r"record = 'Kettle': there is no such record type; there are: .*Event"):
        plan_of(Records, StoriesTable(record="Kettle"))
