"""Time expressions in made-up sentences, and the days they mean."""

from __future__ import annotations

from datetime import date

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.times import day_of, find_times, published_in

FRIDAY = date(2025, 3, 14)

TIMES = [
    ("The town was hit early Thursday.", [("early Thursday", 4, False, False)]),
    ("It burned on Monday.", [("Monday", 3, False, False)]),
    ("A raid last month killed two.", [("last month", 2, True, False)]),
    ("He was stabbed in August last year.", [("August last year", 2, True, False)]),
    ("Shells fell overnight.", [("overnight", 2, False, False)]),
    ("The mayor said on Tuesday", [("Tuesday", 3, False, True)]),
    ("The army said the strikes late Thursday hit a port", [("late Thursday", 4, False, False)]),
    ("It began at 5 p.m. there", [("at 5 p.m.", 1, False, False)]),
    ("since early April", []),
    ("they march and may win", []),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_times(text: str, expected: list[tuple[str, int, bool, bool]]) -> None:
    found = find_times(text, load_lexicon(), 0, len(text))
    assert [(text[t.span.start : t.span.end], t.rank, t.far, t.spoken) for t in found] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("early Thursday", date(2025, 3, 13)),
        ("Friday", FRIDAY),
        ("yesterday", date(2025, 3, 13)),
        ("April 2", date(2024, 4, 2)),  # the latest past one
        ("14 June 2023", date(2023, 6, 14)),
        ("February 30", None),
        ("overnight", None),
    ],
)
def test_the_day_meant(words: str, expected: date | None) -> None:
    assert day_of(words, FRIDAY) == expected


@pytest.mark.parametrize("words", ["yesterday", "Sunday", "June 5", "February 29"])
def test_before_the_first_day_of_the_calendar_there_is_none(words: str) -> None:
    assert day_of(words, date.min) is None


def test_the_last_day_of_the_calendar_has_days_before_it() -> None:
    assert day_of("yesterday", date.max) == date(9999, 12, 30)
    assert day_of("today", date.max) == date.max
    assert day_of("Monday", date.min) == date.min


def test_a_weekday_without_a_day_of_publication_is_no_date() -> None:
    assert day_of("Thursday", None) is None


def test_a_stamp_in_the_text_is_the_day_of_publication() -> None:
    assert published_in(Article("a", "Published: 2025-03-14\nText.", "a")) == FRIDAY
