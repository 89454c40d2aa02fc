"""Words for a time, the day they mean, and the rule that says why."""

from __future__ import annotations

from datetime import date

import pytest

from extract.records.days import publication_day, read_day

FRIDAY = date(2025, 3, 14)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("last Friday", date(2025, 3, 7)),
        ("late last Friday", date(2025, 3, 7)),
        ("last Thursday", date(2025, 3, 13)),
        ("Thursday last week", date(2025, 3, 6)),
        ("two days ago", date(2025, 3, 12)),
        ("a day ago", date(2025, 3, 13)),
        ("10 days ago", date(2025, 3, 4)),
        ("several days ago", None),
        ("three days earlier", None),
        ("last night", date(2025, 3, 13)),
        ("this morning", FRIDAY),
        ("last week", None),
        ("March 2016", None),
        ("2015", None),
        ("the night of 3 May", date(2024, 5, 3)),
        ("night from Monday to Tuesday", None),
        ("early Thursday", date(2025, 3, 13)),
        ("Friday", FRIDAY),
        ("yesterday", date(2025, 3, 13)),
        ("the day before yesterday", date(2025, 3, 12)),
        ("the Sunday before last", date(2025, 3, 2)),
        ("the Friday before last", date(2025, 2, 28)),
        ("April 2", date(2024, 4, 2)),  # the latest past one
        ("14 June 2023", date(2023, 6, 14)),
        ("February 30", None),
        ("overnight", None),
        ("overnight into Thursday", date(2025, 3, 13)),
        ("shortly before 9 p.m. on Thursday", date(2025, 3, 13)),
        ("8.30 p.m. (2030 GMT) on Thursday", date(2025, 3, 13)),  # an hour, no year
        ("about 2015 local time Thursday", date(2025, 3, 13)),
        ("1945 hrs on Thursday", date(2025, 3, 13)),
        ("twenty-two days ago", date(2025, 2, 20)),
        ("Aug. 26 last year", date(2024, 8, 26)),
        ("May 5, 1812", date(1812, 5, 5)),
        *(
            (words, None)
            for words in (
                "two weeks ago on Friday",
                "a year ago on Friday",
                "two days ago on Friday",
                "Good Friday",
                "every Friday",
                "Friday the 13th",
                "next Friday",
                "a Friday in 2019",
                "Tuesday, March 3",
                "since March 3",
                "March 3-5",
                "more than 100 days ago",
                "1.5 days ago",
            )
        ),
    ],
)
def test_the_day_meant(words: str, expected: date | None) -> None:
    assert read_day(words, FRIDAY).day == expected


@pytest.mark.parametrize("words", ["yesterday", "Sunday", "June 5", "February 29"])
def test_before_the_first_day_of_the_calendar_there_is_none(words: str) -> None:
    assert read_day(words, date.min).day is None


def test_the_last_day_of_the_calendar_has_days_before_it() -> None:
    assert read_day("yesterday", date.max).day == date(9999, 12, 30)
    assert read_day("today", date.max).day == date.max
    assert read_day("Monday", date.min).day == date.min


def test_a_weekday_without_a_day_of_publication_is_no_date() -> None:
    assert read_day("Thursday", None).day is None


def test_a_stamp_in_the_text_is_the_day_of_publication() -> None:
    assert publication_day(None, "Published: 2025-03-14\nText.") == FRIDAY
    assert publication_day(None, "MARDO, March 14 , 2025 (Newswire)\n\nText.") == FRIDAY
    assert publication_day(None, "MARDO, March 14 (Newswire)\n\nText, 2025.") is None


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("early Thursday", "Thursday before the publication day 2025-03-14"),
        ("Friday", "the publication day itself, 2025-03-14"),
        ("March 2, 2024", "day named in the text"),
        ("2 March", "day named in the text, the latest one on or before the publication day 2025-03-14"),
        ("Thursday last week", "Thursday of the week before the publication day 2025-03-14"),
        ("two days ago", "2 days before the publication day 2025-03-14"),
        ("last week", "the words name no day"),
        ("30 February", "the words name no day of the calendar"),
    ],
)
def test_the_rule_is_kept_in_words(words: str, rule: str) -> None:
    assert read_day(words, FRIDAY).rule == rule


@pytest.mark.parametrize(
    ("words", "precision", "first", "last"),
    [
        ("2024-03-02", "day", date(2024, 3, 2), date(2024, 3, 2)),
        ("in February", "month", date(2025, 2, 1), date(2025, 2, 28)),
        ("late December", "month", date(2024, 12, 1), date(2024, 12, 31)),
        ("May 2016", "month", date(2016, 5, 1), date(2016, 5, 31)),
        ("2015", "year", date(2015, 1, 1), date(2015, 12, 31)),
        ("last week", None, None, None),
        ("since March", None, None, None),
        ("between March 3 and March 5", "day", date(2025, 3, 3), date(2025, 3, 5)),
        ("3-5 March 2024", "day", date(2024, 3, 3), date(2024, 3, 5)),
        ("Dec. 30 to Jan. 2", "day", date(2024, 12, 30), date(2025, 1, 2)),
        *((words, None, None, None) for words in ("in decades", "mid-decade", "market", "maybe")),
        ("at 3 p.m. on the 14th floor", None, None, None),
        ("Friday " * 100, None, None, None),
    ],
)
def test_no_more_is_said_than_the_words_say(
    words: str, precision: str | None, first: date | None, last: date | None
) -> None:
    reading = read_day(words, FRIDAY)
    assert (reading.precision, reading.first, reading.last) == (precision, first, last)


def test_without_a_day_of_publication_only_days_with_a_year_are_known() -> None:
    assert read_day("March 2, 2024", None).day == date(2024, 3, 2)
    for words in ("2 March", "Thursday", "yesterday", "February"):
        reading = read_day(words, None)
        assert reading.first is None
        assert "publication day" in reading.rule


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("2 марта 2024 года", "ru", date(2024, 3, 2)),
        ("lunedì 3 marzo", "it", date(2025, 3, 3)),
        ("alle 3 di mattina", "it", None),
        ("marzo", "it", None),
        ("2 March 2024", "xx", None),
    ],
)
def test_a_day_is_read_in_the_language_of_the_text(words: str, language: str, expected: date | None) -> None:
    assert read_day(words, FRIDAY, language).day == expected
