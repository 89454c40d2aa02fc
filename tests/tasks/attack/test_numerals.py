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
    ("One hundred and twenty-two men", [("One hundred and twenty-two", 122, "exact")]),
    ("two thousand three hundred men", [("two thousand three hundred", 2300, "exact")]),
    ("two hundred fifty others", [("two hundred fifty", 250, "exact")]),
    ("six hundred and one thousand and five cats", [("six hundred and one thousand and five", 601_005, "exact")]),
    ("half a million, one and a half thousand cats", [("half a million", 500_000, "exact"), ("one and a half thousand", 1500, "exact")]),
    ("more than a hundred", [("more than a hundred", 100, "at_least")]),
    ("a couple of dozen", [("a couple of dozen", 24, "exact")]),
    ("1 300, 1\u202f300 or 1'300 men", [("1 300", 1300, "exact"), ("1\u202f300", 1300, "exact"), ("1'300", 1300, "exact")]),
    ("2.5 million or 2,5 million homes", [("2.5 million", 2_500_000, "exact"), ("2,5 million", 2_500_000, "exact")]),
    ("10-15 shells", [("10-15", None, "about")]),
    ("Between 10 and 12 men", [("Between 10 and 12", None, "about")]),
    ("as many as 15 to 20 men", [("as many as 15 to 20", None, "about")]),
    ("two or three men", [("two or three", None, "about")]),
    ("killing from 10 to 12 men", [("from 10 to 12", None, "about")]),
    ("rose from 10 to 12", [("10", 10, "exact"), ("12", 12, "exact")]),
    ("from 94 down to 92", [("94", 94, "exact"), ("92", 92, "exact")]),
    ("10 and 12 men", [("10", 10, "exact"), ("12", 12, "exact")]),
    ("20-odd men and 100-plus women", [("20-odd", 20, "about"), ("100-plus", 100, "at_least")]),
    ("fifty or more", [("fifty or more", 50, "at_least")]),
    ("several hundred men, a few dozen women", [("several hundred", None, "about"), ("a few dozen", None, "about")]),
]  # fmt: skip
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
    "12,5 percent",
    "3.2 tonnes",
    "ages 5 to 12",
    "the 2024-25 season",
    "twice as many",
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
