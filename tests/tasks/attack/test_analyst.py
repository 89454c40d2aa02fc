"""The analyst's table: one row per event, the same attack told twice counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from extract.records.columns import Cell, Column
from extract.records.day_columns import DayColumns
from extract.records.results import ArticleResult, Repeated
from extract.records.tree import Node
from extract.tasks.attack.analyst import Attacks
from extract.tasks.attack.schema import Event
from tests.toll_run import ONE, RESULTS, TWO, result


def rows(*results: ArticleResult, makers: Sequence[Any] = ()) -> list[dict[str, Cell]]:
    table = Attacks(makers)
    for each in results:
        table.add(each)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows()]


def test_a_row_says_who_what_when_where_and_from_whom() -> None:
    row, _ = rows(*RESULTS)
    assert row["event_id"] == "=one#/events/0"
    assert (row["event_date"], row["date_prec"], row["date_from"]) == (
        "2026-03-03",
        1,
        "“Tuesday”: Tuesday before the publication day 2026-03-04",
    )
    assert (row["actor1"], row["event_type"], row["sub_event_type"]) == ("Norland", "air_strike", "drone used")
    assert (row["location"], row["damage"]) == ("Tolva; Marn", "=SUM(A1)")
    assert (row["sources"], row["number_of_sources"], row["confidence"]) == ("police", 1, 0.4)
    assert (row["killed_low"], row["killed_best"], row["killed_high"], row["hospitalised"]) == (12, 12, None, None)


def event(**more: Any) -> ArticleResult:
    changed = TWO.events[0].model_copy(update=more)
    return result("other", TWO.events[0].evidence, TWO.model_copy(update={"events": [changed]}))


@pytest.mark.parametrize(
    ("told", "same"),
    [
        ({}, True),
        ({"attacker": "The Norland"}, True),
        ({"places": ["MARN"]}, True),
        ({"attacker": "Sudland"}, False),
        ({"places": ["Oslo"]}, False),
        ({"places": []}, False),
        ({"date": "2026-03-04"}, False),
        ({"date": None}, False),
        ({"kind": "shelling"}, False),
    ],
)
def test_the_same_attack_is_known_by_day_place_kind_and_attacker(told: dict[str, Any], same: bool) -> None:
    first, second = rows(RESULTS[0], event(**told))
    assert first["same_as"] is None
    assert second["same_as"] == ("=one#/events/0" if same else None)
    assert first["number_of_reports"] == second["number_of_reports"] == (2 if same else 1)


def test_two_events_of_one_article_are_two() -> None:
    both = result("both", TWO.events[0].evidence, TWO.model_copy(update={"events": TWO.events * 2}))
    assert [(row["same_as"], row["number_of_reports"]) for row in rows(both)] == [(None, 1), (None, 1)]


def test_without_a_day_it_is_said_why() -> None:
    (row,) = rows(event(date=None))
    assert (row["event_date"], row["date_prec"]) == (None, None)
    assert row["date_from"] == "“Tuesday”: the words are told from the publication day, which is not known"


def test_a_day_that_the_text_gives_as_its_own_is_said_to_be_that() -> None:
    byline = f"By Ana Roe | March 4, 2026\n{RESULTS[0].text}"
    found = result("one", byline, ONE).model_copy(update={"published": None})
    told = rows(found, makers=[DayColumns()])[0]
    assert told["date_text_rule"] == "Tuesday before the day that the text names as its own (2026-03-04)"
    assert told["date_from"] == f"“Tuesday”: {told['date_text_rule']}"


def test_an_older_run_without_totals_has_tolls() -> None:
    (row,) = rows(result("one", RESULTS[0].text or "", ONE, totals=[]))
    assert row["killed_best"] == 12


class Shouting:
    """Adds a column to events."""

    def columns(self, model: type[BaseModel]) -> Sequence[Column]:
        return [Column("shout")] if model is Event else []

    def cells(self, node: Node, found: ArticleResult) -> Mapping[str, Cell]:
        return {"shout": found.article_id.upper()} if isinstance(node.record, Event) else {}


def test_columns_can_be_added() -> None:
    assert [row["shout"] for row in rows(*RESULTS, makers=[Shouting()])] == ["=ONE", "TWO"]


def told_by(name: str, **more: Any) -> ArticleResult:
    changed = TWO.events[0].model_copy(update=more)
    return result(name, TWO.events[0].evidence, TWO.model_copy(update={"events": [changed]}))


def test_a_text_told_twice_tells_one_attack_even_without_a_day() -> None:
    first = told_by("first", date=None, places=[])
    again = told_by("again", date=None, places=[])
    assert [row["same_as"] for row in rows(first, again)] == [None, None]
    again = again.model_copy(update={"duplicate_of": Repeated(article_id="first", share=1)})
    assert [row["same_as"] for row in rows(first, again)] == [None, "first#/events/0"]


def test_an_attacker_that_one_article_names_is_that_of_the_attack() -> None:
    three = (told_by("a", attacker=None), told_by("b", attacker="Norland"), told_by("c", attacker="Sudland"))
    assert [row["same_as"] for row in rows(*three)] == [None, "a#/events/0", None]
