"""What becomes one story, and what never does."""

from __future__ import annotations

import random

import pytest

from extract.errors import UsageError
from extract.stories.clustering import Decisions
from extract.stories.decisions import decided
from extract.stories.linking import link
from extract.stories.story import Decision
from tests.many_reports import article, event, figure, groups, ids, linked, mentions

DAY = {"date_text": "Friday", "date": "2026-09-04"}
FIRST = article("first", event(**DAY, casualties=[figure(8)]), published="2026-09-04")
LATER = article("later", event(**DAY, casualties=[figure(12)]), published="2026-09-05")


def test_one_day_and_place_is_one_story() -> None:
    assert groups(linked(FIRST, LATER)) == [ids("first", "later")]


def test_another_day_is_another_story_however_alike() -> None:
    again = article("again", event(date_text="Monday", date="2026-09-07", casualties=[figure(8)]), text="Mardan " * 50)
    assert groups(linked(FIRST, again)) == []


def test_two_records_of_one_article_are_never_one() -> None:
    assert groups(linked(article("both", event(**DAY), event(**DAY)))) == []
    both = article("both", event(**DAY), event(**DAY))
    (group,) = groups(linked(FIRST, both))
    assert len(group) == 2


def test_nothing_in_common_is_not_one() -> None:
    elsewhere = article("elsewhere", event(places=["Quetta"], date_text="Friday", date="2026-09-04", kind="shooting"))
    assert groups(linked(FIRST, elsewhere)) == []


def test_the_order_of_the_articles_is_nothing() -> None:
    results = [
        *(article(f"m{n}", event(**DAY, casualties=[figure(8 + n)]), published="2026-09-05") for n in range(5)),
        *(article(f"q{n}", event(places=["Quetta"], **DAY), published="2026-09-05") for n in range(4)),
        article("old", event(date_text="May", date="2026-05-01"), published="2026-05-02"),
    ]
    found = groups(linked(*results))
    assert [len(group) for group in found] == [5, 4]
    for seed in range(5):
        mixed = random.Random(seed).sample(results, len(results))
        assert groups(linked(*mixed)) == found


def test_numbers_and_quotations_join_what_has_no_day() -> None:
    drones = [{"evidence": "598 drones", "kind": "drone", "quantity": {"text": "598", "value": 598, "bound": "exact"}}]
    said = "“They chose rockets instead of the negotiating table again,” the president said."
    one = article("one", event(weapons=drones), text=f"{said} A bomb.")
    other = article("other", event(weapons=drones), text=f"He said: {said}")
    found = linked(one, other)
    assert groups(found) == [ids("one", "other")]
    about = {point.about for point in found.compare(0, 1).points}
    assert {"numbers", "quotations", "places"} <= about
    plain = [each.model_copy(update={"text": None}) for each in (one, other)]
    assert found.compare(0, 1).weight > linked(*plain).compare(0, 1).weight


def test_a_person_s_word_wins() -> None:
    monday = article("monday", event(date_text="Monday", date="2026-09-07"))
    found = mentions(FIRST, LATER, monday)
    first, later, other = ids("first", "later", "monday")
    assert groups(link(found, Decisions(same={(first, other)}))) == [sorted([first, later, other])]
    assert groups(link(found, Decisions(apart={(first, later)}))) == []
    assert groups(link(found, Decisions(same={(later, other)}, apart={(first, later)}))) == [[later, other]]


def test_what_was_said_last_counts_and_what_contradicts_is_refused() -> None:
    same, apart = Decision(what="same", reports=["a", "b"]), Decision(what="apart", reports=["b", "a"])
    assert decided([same, apart], "ab")[0] == Decisions(set(), {("b", "a")})
    assert decided([apart, same], "ab")[0] == Decisions({("a", "b")}, set())
    with pytest.raises(UsageError, match="'a' and 'c' are said to be apart"):
        decided([same, Decision(what="same", reports=["b", "c"]), Decision(what="apart", reports=["a", "c"])], "abc")
    assert decided([same], "a")[1] == ["b"]
