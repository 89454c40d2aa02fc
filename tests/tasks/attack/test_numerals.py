"""Quantities in made-up sentences."""

from __future__ import annotations

import pytest

from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.numerals import find_numbers

COUNTS = [
    ("At least 18 people died", [("At least 18", 18, "at_least")]),
    ("no more than 3 homes", [("no more than 3", 3, "at_most")]),
    ("up to twenty-two shells", [("up to twenty-two", 22, "at_most")]),
    ("nearly 100 buildings", [("nearly 100", 100, "about")]),
    ("dozens were hurt", [("dozens", None, "about")]),
    ("a couple and half a dozen cats", [("a couple", 2, "exact"), ("half a dozen", 6, "exact")]),
    ("1,200 drones", [("1,200", 1200, "exact")]),
    ("two hundred rockets", [("two hundred", 200, "exact")]),
    ("more than two dozen villagers", [("more than two dozen", 24, "at_least")]),
    (
        "1 thousand people and 999,999,999,999 shells",
        [("1 thousand", 1000, "exact"), ("999,999,999,999", 10**12 - 1, "exact")],
    ),
    ("more than 2 million homes", [("more than 2 million", 2_000_000, "at_least")]),
]
NO_COUNTS = [
    "a 12-year-old girl",
    "aged 7",
    "10 percent of it",
    "at 9 a.m. sharp",
    "$500 was paid",
    "in March 2022",
    "on June 14",
    "20 km away",
    "the 3rd time",
    "a nine-story block",
    "10-15 shells",
    "99999999999999 people",  # no news counts more than a million millions
    "9000 billion people",
    "9" * 400 + " people",
    "9" * 5000 + " people",
    "1" + ",000" * 40 + " people",
]


@pytest.mark.parametrize(("text", "expected"), COUNTS)
def test_counts(text: str, expected: list[tuple[str, int | None, str]]) -> None:
    found = find_numbers(text, load_lexicon())
    assert [(text[n.span.start : n.span.end], n.value, n.bound) for n in found] == expected


@pytest.mark.parametrize("text", NO_COUNTS)
def test_numbers_that_count_nothing(text: str) -> None:
    assert list(find_numbers(text, load_lexicon())) == []
