"""Figures over time, and low, best and high."""

from __future__ import annotations

from typing import Any

import pytest

from extract.stories.plan import SourceRank
from extract.stories.series import rank_of, series_of
from extract.stories.story import BestRule, Figure, Passage, Series


def told(report: str, number: float | None, published: str | None = None, **more: Any) -> Figure:
    words = more.pop("words", "dozens" if number is None else f"{number:g}")
    return Figure(report=report, published=published, number=number, words=Passage(text=words), **more)


def series(*figures: Figure, repeated: tuple[str, ...] = (), rule: BestRule = "latest-official") -> Series:
    return series_of("killed", figures, repeated, rule)


def ends(found: Series) -> tuple[float | None, float | None, float | None]:
    return found.low, found.best, found.high


RISING = (told("c", 21, "2026-09-06"), told("a", 8, "2026-09-04"), told("b", 18, "2026-09-05"))


def test_a_toll_rises_over_time_and_what_was_replaced_is_no_end() -> None:
    found = series(*RISING)
    assert found.numbers == [8, 18, 21]
    assert found.order == "published"
    assert ends(found) == (21, 21, 21)
    assert "best (latest-official): “21”, published 2026-09-06" in found.rule


def test_without_days_figures_are_in_order_of_size_and_all_of_them_stand() -> None:
    found = series(*(each.model_copy(update={"published": None}) for each in RISING))
    assert found.numbers == [8, 18, 21]
    assert found.order == "number"
    assert ends(found) == (8, 21, 21)
    assert "without publication days the highest counts as the latest" in found.rule


def test_a_toll_that_is_corrected_downwards_is_the_lower_one() -> None:
    found = series(told("a", 9, "2026-09-04"), told("b", 14, "2026-09-05"), told("c", 11, "2026-09-06"))
    assert found.numbers == [9, 14, 11]
    assert ends(found) == (11, 11, 11)


def test_a_text_that_repeats_another_counts_once() -> None:
    found = series(told("a", 8, "2026-09-04"), told("b", 8, "2026-09-09"), repeated=("b",))
    assert [each.report for each in found.figures] == ["a"]
    assert [each.report for each in found.repeated] == ["b"]
    assert found.best == 8


def test_the_most_official_source_goes_before_a_later_one() -> None:
    official, militia = told("a", 12, "2026-09-04", rank=0), told("b", 40, "2026-09-05", rank=1, source="a militia")
    assert series(official, militia).best == 12
    assert ends(series(official, militia)) == (12, 12, 40)
    assert series(official, militia, rule="latest").best == 40
    assert series(official, militia, rule="highest").best == 40


def test_the_rules_choose_as_they_are_called() -> None:
    figures = (told("a", 9, "2026-09-04"), told("b", 14, "2026-09-05"), told("c", 11, "2026-09-06"))
    best = {rule: series(*figures, rule=rule).best for rule in ("latest-official", "latest", "highest")}
    assert best == {"latest-official": 11, "latest": 11, "highest": 14}


def test_a_bound_is_no_end() -> None:
    least = series(told("a", 8, "2026-09-04", bound="at_least", words="at least 8"))
    assert ends(least) == (8, 8, None)
    most = series(told("a", 8, "2026-09-04", bound="at_most", words="up to 8"))
    assert ends(most) == (None, None, 8)


def test_words_without_a_number_are_kept_and_choose_nothing() -> None:
    found = series(told("a", None, "2026-09-04"))
    assert ends(found) == (None, None, None)
    assert found.rule == "no report gives a number"
    assert [each.words.text for each in found.figures] == ["dozens"]


def test_a_sum_of_parts_stands_back_behind_a_total() -> None:
    parts, total = told("b", 30, "2026-09-05", whole=False), told("a", 12, "2026-09-04")
    assert series(parts, total).best == 12
    assert series(parts).best == 30


def test_what_was_in_some_places_alone_is_no_toll_of_the_whole() -> None:
    kharkiv, odesa = told("a", 7, "2026-09-04", part=True), told("b", 5, "2026-09-05", part=True)
    found = series(kharkiv, odesa, told("c", 12, "2026-09-04"))
    assert found.numbers == [12]
    assert ends(found) == (12, 12, 12)
    parts = series(kharkiv, odesa)
    assert parts.numbers == [7, 5]
    assert ends(parts) == (7, None, None)
    assert parts.rule == "no report counts the whole; best: none; low: the largest part, “7”"


@pytest.mark.parametrize(
    ("source", "rank"),
    [
        (None, 0),
        ("the Health Ministry", 0),
        ("a doctor", 1),
        ("the police doctor", 0),
        ("Ada Lund", 2),
        ("POLICE chief", 0),
    ],
)
def test_a_source_has_the_rank_of_its_words(source: str | None, rank: int) -> None:
    ranks = [
        SourceRank(name="officials", words=["", "ministry", "police"]),
        SourceRank(name="medics", words=["doctor"]),
    ]
    assert rank_of(source, ranks) == rank
    others = [*ranks, SourceRank(name="others", words=["*"]), SourceRank(name="rebels", words=["rebels"])]
    assert [rank_of(each, others) for each in ("Ada Lund", "rebels", "a doctor")] == [2, 3, 1]
