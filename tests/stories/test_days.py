"""When a report says that something was, and which days exclude each other."""

from __future__ import annotations

from datetime import date

import pytest

from extract.stories.days import When, excluded, when
from tests.many_reports import article

DAY = date(2026, 9, 4).toordinal()  # a Friday


def said(*words: str, published: str | None = "2026-09-05", day: str | None = None) -> When:
    return when(list(words), day, article("a", published=published))


@pytest.mark.parametrize(
    ("words", "published", "first", "last"),
    [
        ("Friday", "2026-09-05", "2026-09-04", "2026-09-04"),
        ("early on Friday", "2026-09-04", "2026-09-04", "2026-09-04"),
        ("about 5:30 p.m. (2230 GMT) on Friday", "2026-09-06", "2026-09-04", "2026-09-04"),
        ("September 3, 2026", None, "2026-09-03", "2026-09-03"),
        ("August", "2026-09-05", "2026-08-01", "2026-08-31"),
        ("2025", "2026-09-05", None, None),
        ("hours earlier", "2026-09-05", None, None),
        ("", "2026-09-05", None, None),
    ],
)
def test_words_are_days(words: str, published: str | None, first: str | None, last: str | None) -> None:
    found = said(*[words] if words else [], published=published)
    days = [date.fromordinal(each).isoformat() if each else None for each in (found.first, found.last)]
    assert days == [first, last]


def test_the_day_that_a_record_gives_goes_before_its_words() -> None:
    assert said("Friday", day="2026-09-01").said == "2026-09-01"


def test_without_a_day_of_publication_words_still_name_a_weekday_or_a_day_of_the_year() -> None:
    assert said("Friday", published=None).named_weekday == 4
    assert said("on Sept. 3", published=None).named_of_year == (9, 3)
    assert said("Monday or Friday", published=None).named_weekday is None
    assert said("Friday").named_weekday == 4
    assert said("Friday").named_of_year == (9, 4)


@pytest.mark.parametrize("words", ["overnight", "early Thursday", "late on Friday", "before dawn", "at midnight"])
def test_near_midnight_another_report_may_name_the_next_day(words: str) -> None:
    assert said(words).night


@pytest.mark.parametrize("words", ["Friday", "early September", "in the late 1990s", "at noon"])
def test_other_times_are_no_night(words: str) -> None:
    assert not said(words).night


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (When(DAY, DAY), When(DAY, DAY), False),
        (When(DAY, DAY), When(DAY + 1, DAY + 1), True),
        (When(DAY, DAY, night=True), When(DAY + 1, DAY + 1), False),
        (When(DAY, DAY, night=True), When(DAY + 2, DAY + 2), True),
        (When(DAY, DAY + 30), When(DAY + 5, DAY + 5), False),
        (When(DAY, DAY + 3), When(DAY + 5, DAY + 5), True),
        (When(), When(DAY, DAY), False),
        (When(published=DAY), When(DAY + 1, DAY + 1), False),
        (When(published=DAY), When(DAY + 2, DAY + 2), True),
        (When(of_year=(9, 4)), When(DAY, DAY), False),
        (When(of_year=(9, 5)), When(DAY, DAY), True),
        (When(of_year=(9, 5)), When(of_year=(9, 4)), True),
        (When(weekday=1), When(weekday=2), False),
    ],
)
def test_days_that_exclude_each_other(one: When, other: When, apart: bool) -> None:
    assert excluded(one, other) is excluded(other, one) is apart


def test_the_first_and_the_last_day_of_the_calendar_are_days() -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert said(day=day, published=day).said == day


def test_a_weekday_before_the_first_day_of_the_calendar_is_a_weekday_alone() -> None:
    found = said("the Friday of the fair", published="0001-01-01")  # a Monday
    assert (found.first, found.named_weekday, found.named_of_year) == (None, 4, None)
    assert said("the Friday of the fair", published="9999-12-31").said == "9999-12-31"


def test_the_weekday_of_words_that_nothing_else_reads_is_the_last_one_before_publication() -> None:
    assert said("the Friday of the fair", published="2026-09-07").said == "2026-09-04"
    assert said("Monday or Friday of the fair", published="2026-09-07").is_vague


def test_a_night_excludes_neither_neighbour_even_where_only_words_name_a_day() -> None:
    night = said("overnight into Sept. 5", published=None)
    assert not excluded(When(of_year=(9, 4), night=True), When(of_year=(9, 5)))
    assert not excluded(night, When(DAY, DAY))


def test_days_in_words() -> None:
    assert When(DAY, DAY).said == "2026-09-04"
    assert When(DAY, DAY + 2).said == "2026-09-04 to 2026-09-06"
    assert When(words="last week").said == "“last week”"
    assert When().said == "no day"
    assert (When(DAY, DAY + 2).length, When().length) == (3, 0)
    assert [each.is_dated for each in (When(DAY, DAY), When(published=DAY), When(weekday=3))] == [True, True, False]
