"""What becomes one story, and what never does."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice, permutations
from typing import Any

import pytest

from extract.errors import UsageError
from extract.places.gazetteer import Country, Settlement
from extract.places.resolution import Place
from extract.records.results import ArticleResult
from extract.stories.days import excluded
from extract.stories.decisions import Decisions, decided
from extract.stories.linking import link
from extract.stories.story import Decision
from extract.stories.where import Spot
from tests.many_reports import article, event, figure, groups, ids, linked, mentions

DAY = {"date_text": "Friday", "date": "2026-09-04"}
COUNTRY = Country("UA", "UKR", "Ukraine", 690791)
TOWNS = {
    "Kharkiv": Settlement(1, "Kharkiv", "UA", "07", 1_400_000, 49.98, 36.25),
    "Odesa": Settlement(2, "Odesa", "UA", "17", 1_000_000, 46.48, 30.73),
}
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


def of_one_place(number: int, **more: Any) -> list[ArticleResult]:
    return [article(f"m{n:03}", event(**more), published="2026-09-05") for n in range(number)]


def test_a_story_of_many_reports_takes_no_second_record_of_an_article() -> None:
    two = article("z", event(**DAY), event(**DAY, evidence="Another bomb went off."), published="2026-09-06")
    found = groups(linked(*of_one_place(45, **DAY), two))
    assert all(len({name.split("#")[0] for name in group}) == len(group) for group in found)
    assert max(map(len, found)) == 46


def test_a_story_of_many_reports_takes_no_second_day() -> None:
    undated = article("z", event(date_text="overnight"), text="Mardan", published="2026-09-05")
    days = [article(f"y{n}", event(date_text="the day", date=f"2026-09-0{n}"), published="2026-09-07") for n in (3, 5)]
    many = [article(f"m{n:03}", event(), published="2026-09-05") for n in range(40)]
    found = linked(*many, *days, undated)
    for group in found.groups:
        whens = [found.mentions[at].when for at in group]
        assert not any(excluded(one, other) for one in whens for other in whens)


def test_the_order_of_many_articles_is_nothing() -> None:
    drawn = random.Random(3)
    results = []
    for number in range(90):
        days = [{"date_text": drawn.choice(["overnight", "the day"]), "date": f"2026-09-0{drawn.choice([4, 5])}"}, {}]
        said = [
            event(**drawn.choice(days), places=drawn.sample(["Mardan", "Quetta", "Sibi"], 1))
            for _ in range(drawn.choice([1, 1, 2]))
        ]
        results.append(article(f"m{number:02}", *said, published=drawn.choice([None, "2026-09-05", "2026-09-06"])))
    found = linked(*results)
    assert max(map(len, found.groups)) > 20
    for seed in range(2):
        again = linked(*random.Random(seed).sample(results, len(results)))
        assert groups(again) == groups(found)
        assert [each.id for each in again.mentions] == [each.id for each in found.mentions]


def test_places_apart_are_never_one_whatever_the_order_unless_a_report_names_both() -> None:
    def placed(name: str, *towns: str) -> ArticleResult:
        return article(name, event(**DAY, places=list(towns), casualties=[figure(8)]), published="2026-09-04")

    results = [placed("k", "Kharkiv"), placed("o", "Odesa"), placed("k2", "Kharkiv"), placed("o2", "Odesa")]
    spots = {name: Spot.of(name, Place("known", name, 1, COUNTRY, None, town)) for name, town in TOWNS.items()}
    for order in islice(permutations([*results, placed("both", "Kharkiv", "Odesa")]), 0, None, 11):
        for some in (list(order), [each for each in order if each.article_id != "both"]):
            known = [replace(each, places=tuple(spots[spot.words] for spot in each.places)) for each in mentions(*some)]
            found = groups(link(known))
            assert [len(group) for group in found] == ([5] if len(some) == 5 else [2, 2])


def test_what_fits_one_of_those_that_a_person_made_one_fits_them() -> None:
    monday = article("monday", event(date_text="Monday", date="2026-09-07"), published="2026-09-08")
    again = article("again", event(date_text="Monday", date="2026-09-07"), published="2026-09-08")
    said = Decisions(same={(ids("first")[0], ids("monday")[0])})
    assert groups(link(mentions(FIRST, monday, again), said)) == [ids("again", "first", "monday")]
    (group,) = groups(link(mentions(FIRST, LATER, monday, again), said))
    assert not {*ids("again", "later")} <= set(group)


def test_what_a_person_said_is_not_undone_by_what_others_are_like() -> None:
    first, later, third = ids("first", "later", "third")
    third_result = article("third", event(**DAY, casualties=[figure(14)]), published="2026-09-06")
    found = groups(link(mentions(FIRST, LATER, third_result), Decisions(apart={(first, later)})))
    assert not any({first, later} <= set(group) for group in found)
    assert found in ([[first, third]], [[later, third]])
