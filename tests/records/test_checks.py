"""Values against their own words, on a schema that has nothing to do with attacks."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pytest
from pydantic import BaseModel

from extract.records.checks import Stated, contradictions
from extract.records.marks import Day, NumberOf, Verbatim

WORDS = {"two": Stated(2), "many": Stated(None, "vague"), "over nine": Stated(9, "least"), "none": Stated(0)}


class Count(BaseModel):
    words: Annotated[str, Verbatim()]
    value: Annotated[int | None, NumberOf("words", bound="bound", least=1)]
    bound: str = "exact"


class Bird(BaseModel):
    count: Count | None = None
    seen: Annotated[str | None, Day("seen_words")] = None
    seen_words: Annotated[str | None, Verbatim()] = None
    degrees: Annotated[int | None, NumberOf("weather")] = None
    weather: str = ""
    eggs: Annotated[int | None, NumberOf("eggs_words")] = None
    eggs_words: str | None = None


class Diary(BaseModel):
    birds: list[Bird] = []


class English:
    """Knows the words above, and that nothing happens on Mondays."""

    def stated_number(self, words: str) -> Stated | None:
        return WORDS.get(words.lower())

    def denies_day(self, words: str, day: date) -> bool:
        return words != "Monday" and day.weekday() == 0


def faults(*birds: Bird) -> list[tuple[str, str]]:
    """Pointer and what is wrong, of each contradiction."""
    found = list(contradictions(Diary(birds=list(birds)), English()))
    assert all(problem.detail.startswith(f"{problem.pointer}: ") for problem in found)
    assert {problem.kind for problem in found} <= {"contradiction"}
    return [(problem.pointer, problem.detail.removeprefix(f"{problem.pointer}: ")) for problem in found]


@pytest.mark.parametrize(
    "count",
    [
        Count(words="two", value=2),
        Count(words="many", value=None, bound="vague"),
        Count(words="over nine", value=9, bound="least"),
        Count(words="a flock of gulls", value=40),  # the task cannot read it
        Count(words="a flock", value=None, bound="vague"),
        Count(words="two", value=2, bound="least"),  # the words leave the bound open
    ],
)
def test_what_agrees_or_cannot_be_read_is_no_contradiction(count: Count) -> None:
    assert faults(Bird(count=count)) == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Count(words="two", value=22), [("value", "'two' states 2, the value is 22")]),
        (Count(words="two", value=None), [("value", "'two' states 2, the value is null")]),
        (
            Count(words="many", value=12),
            [("value", "'many' states no number, the value is 12"), ("bound", "'many' means vague, not exact")],
        ),
        (Count(words="over nine", value=9), [("bound", "'over nine' means least, not exact")]),
        (Count(words="none", value=0), [("value", "0 is no count ('none')")]),
        (Count(words="a flock", value=-3), [("value", "-3 is no count ('a flock')")]),
    ],
)
def test_a_number_its_words_deny_is_named_with_them(count: Count, expected: list[tuple[str, str]]) -> None:
    assert faults(Bird(), Bird(count=count)) == [(f"/birds/1/count/{field}", said) for field, said in expected]


def test_no_words_state_no_number() -> None:
    assert faults(Bird(eggs=3)) == []  # null is not the word "None"
    assert faults(Bird(eggs=3, eggs_words="two")) == [("/birds/0/eggs", "'two' states 2, the value is 3")]


def test_without_a_least_number_none_is_too_small() -> None:
    assert faults(Bird(degrees=-3, weather="frost")) == []
    assert faults(Bird(degrees=0, weather="two")) == [("/birds/0/degrees", "'two' states 2, the value is 0")]


@pytest.mark.parametrize("day", ["2026-02-31", "2026-13-01", "0000-01-01", "2026-2-3", "2026W011", "tomorrow", ""])
def test_a_day_that_the_calendar_lacks(day: str) -> None:
    assert faults(Bird(seen=day, seen_words="Monday")) == [("/birds/0/seen", f"{day!r} is no day of the calendar")]


def test_a_day_needs_words_that_do_not_deny_it() -> None:
    assert faults(Bird(seen="2026-11-16", seen_words="Monday"), Bird(seen_words="someday")) == []
    assert faults(Bird(seen="2026-11-16")) == [("/birds/0/seen", "2026-11-16 has no words that give it")]
    assert faults(Bird(seen="2026-11-16", seen_words="Friday")) == [
        ("/birds/0/seen", "'Friday' is not 2026-11-16, which is a Monday")
    ]
