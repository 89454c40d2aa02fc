"""Which pairs are compared: those that share something, and not all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.records.results import ArticleResult
from extract.stories.blocking import LARGEST, pairs
from extract.stories.rarity import Rarity
from tests.many_reports import article, event, mentions


def test_what_shares_a_day_and_a_place_is_compared() -> None:
    found = mentions(
        article("a", event(date="2026-09-04", date_text="Friday")),
        article("b", event(date="2026-09-05", date_text="early Saturday")),
        article("c", event(date="2026-11-05", date_text="November 5")),
        article("d", event(places=["Quetta"], date="2026-09-04", date_text="Friday", evidence="They came.")),
    )
    assert set(pairs(found, Rarity(found))) == {(0, 1)}


def test_a_rare_word_finds_what_names_no_place() -> None:
    texts = ["A blast at the Zhivotov mill.", "The mill of Zhivotov burned.", "They attacked a school."]
    found = mentions(*(article(str(n), event(places=[], evidence=text), text=text) for n, text in enumerate(texts)))
    assert set(pairs(found, Rarity(found))) == {(0, 1)}


def test_a_place_with_many_attacks_of_a_day_is_not_compared_all_with_all() -> None:
    results = [article(str(n), event(date="2026-09-04", date_text="Friday")) for n in range(10 * LARGEST)]
    found = mentions(*results)
    assert len(set(pairs(found, Rarity(found)))) <= LARGEST * len(found)


def test_thousands_of_records_of_one_place_and_day_are_no_millions_of_pairs() -> None:
    (one,) = mentions(article("a", event(date="2026-09-04", date_text="Friday")))
    found = [replace(one, id=f"{number:05}", article=number) for number in range(2_500)]
    assert sum(1 for _ in pairs(found, Rarity(found))) <= LARGEST * len(found)


def test_a_word_that_many_articles_have_finds_nobody() -> None:
    results = [
        article(f"{n:03}", event(places=[], evidence="The zhivotov burned."), text="") for n in range(LARGEST + 1)
    ]
    found = mentions(*results)
    assert list(pairs(found, Rarity(found))) == []
    assert len(list(pairs(found[:5], Rarity(found[:5])))) == 10


@pytest.mark.parametrize("kind", ["drone", "missile"])
def test_a_large_number_finds_what_names_neither_day_nor_place(kind: str) -> None:
    def launched(name: str, number: int, what: str) -> ArticleResult:
        quantity = {"text": str(number), "value": number, "bound": "exact"}
        said = {"evidence": "It was said.", "kind": what, "quantity": quantity}
        return article(name, event(places=[], evidence="It was said.", kind="other", weapons=[said]))

    found = mentions(launched("a", 598, "drone"), launched("b", 601, kind), launched("c", 5, "drone"))
    assert list(pairs(found, Rarity(found))) == ([(0, 1)] if kind == "drone" else [])


def test_an_undated_report_meets_those_of_its_week_and_of_its_day_of_publication() -> None:
    old = [article(f"old{n:02}", event(), published="2026-01-05") for n in range(LARGEST)]
    new = [article("new", event(), published="2026-09-04"), article("newer", event(), published="2026-09-05")]
    dated = [article("dated", event(date="2026-09-04", date_text="Friday"))]
    found = mentions(*old, *new, *dated)
    names = [{found[one].article_id, found[other].article_id} for one, other in pairs(found, Rarity(found))]
    assert [each for each in names if not all(name.startswith("old") for name in each)] == [
        {"new", "newer"},
        {"new", "dated"},
        {"newer", "dated"},
    ]


def test_a_text_that_repeats_another_meets_it_whatever_it_says() -> None:
    text = "They said that it was there and that they had been there, too."
    found = mentions(
        article("a", event(places=["Tolva"], evidence="One."), text=text),
        article("b", event(places=["Marn"], evidence="Two."), text=text),
    )
    assert list(pairs(found, Rarity(found))) == [(0, 1)]


def test_each_pair_is_told_once_the_smaller_number_first() -> None:
    found = mentions(*(article(str(n), event(date="2026-09-04", date_text="Friday")) for n in range(8)))
    told = list(pairs(found, Rarity(found)))
    assert told == sorted({(one, other) for one in range(8) for other in range(8) if one < other})
    assert list(pairs([], Rarity([]))) == []


def beside_many(*results: ArticleResult) -> set[frozenset[str]]:
    """Which of some articles meet where so many others are of their place that its name is no rare word."""
    old = [article(f"old{n:02}", event(date="2026-01-05", date_text="Monday")) for n in range(LARGEST)]
    found = mentions(*old, *results)
    met = (frozenset((found[one].article_id, found[other].article_id)) for one, other in pairs(found, Rarity(found)))
    return {names for names in met if not any(name.startswith("old") for name in names)}


def test_a_night_meets_what_names_the_next_day() -> None:
    night = article("night", event(date="2026-09-04", date_text="late on Friday"))
    day, later = (article(f"day{n}", event(date=f"2026-09-0{n}", date_text="the day")) for n in (5, 8))
    assert beside_many(night, day, later) == {frozenset(("night", "day5"))}


def test_what_is_only_mentioned_without_a_day_meets_its_like_of_one_week() -> None:
    told = [
        article(name, event(context="other"), published=f"2026-0{month}-0{day}")
        for name, month, day in (("a", 9, 4), ("b", 9, 5), ("c", 6, 5))
    ]
    assert beside_many(*told) == {frozenset("ab")}
