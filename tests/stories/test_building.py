"""What a story says of its reports."""

from __future__ import annotations

from dataclasses import replace

from extract.places.gazetteer import Country, Settlement
from extract.places.resolution import Place
from extract.stories.building import stories_of
from extract.stories.decisions import Decisions
from extract.stories.linking import link
from extract.stories.mentions import Mention
from extract.stories.story import Story
from extract.stories.where import Spot
from tests.many_reports import article, attack_plan, event, figure, ids, mentions

UKRAINE = Country("UA", "UKR", "Ukraine", 1)
DAY = {"date_text": "Monday", "date": "2026-03-02", "kind": "air_strike", "attacker": "Russia"}


def town(name: str, latitude: float, longitude: float) -> Spot:
    settlement = Settlement(int(latitude * 1000), name, "UA", "01", 1_000_000, latitude, longitude)
    return Spot.of(name, Place("known", name, 1, UKRAINE, None, settlement))


TOWNS = {"Kharkiv": town("Kharkiv", 49.98, 36.25), "Odesa": town("Odesa", 46.48, 30.73)}


def placed(found: list[Mention]) -> list[Mention]:
    return [replace(each, places=tuple(TOWNS[spot.words] for spot in each.places)) for each in found]


def told(name: str, number: int, published: str, *places: str, **more: object) -> Mention:
    said = {**DAY, **more}
    given = event(**said, places=list(places), casualties=[figure(number)], evidence=f"{name} tells of it.")
    return mentions(article(name, given, published=published))[0]


def stories(*found: Mention, decisions: Decisions | None = None) -> list[Story]:
    numbered = [replace(each, article=number) for number, each in enumerate(placed(list(found)))]
    vocabulary = numbered[0].vocabulary
    shared = [
        replace(each, vocabulary=vocabulary, words=vocabulary.take(each.words), quoted=vocabulary.take(each.quoted))
        for each in numbered
    ]
    return stories_of(link(shared, decisions), attack_plan(), "latest-official")


WHOLE = told("whole", 12, "2026-03-02", "Kharkiv", "Odesa")
KHARKIV = told("kharkiv", 7, "2026-03-03", "Kharkiv")
ODESA = told("odesa", 5, "2026-03-03", "Odesa")


def test_places_apart_are_one_story_where_a_report_names_both_and_count_as_parts() -> None:
    (story,) = stories(WHOLE, KHARKIV, ODESA)
    assert [report.id for report in story.reports] == ids("whole", "kharkiv", "odesa")
    (killed,) = story.figures
    assert {each.report: each.part for each in killed.figures} == dict(
        zip(ids("whole", "kharkiv", "odesa"), (False, True, True), strict=True)
    )
    assert (killed.numbers, killed.best) == ([12], 12)


def test_places_apart_are_two_stories_where_none_names_both() -> None:
    assert len(stories(KHARKIV, ODESA)) == 2


def test_every_report_says_why_it_is_there_and_a_person_s_word_comes_first() -> None:
    (story,) = stories(WHOLE, KHARKIV)
    because = story.reports[1].because
    assert because is not None
    assert because.report == "whole#/events/0"
    assert {"day", "places", "kind", "attacker"} <= {each.about for each in because.evidence}
    (said,) = stories(KHARKIV, ODESA, decisions=Decisions(same={("kharkiv#/events/0", "odesa#/events/0")}))
    assert said.reports[0].because is not None
    assert said.reports[0].because.by == "a person"


def test_what_reports_say_differently_is_shown() -> None:
    other = told("other", 8, "2026-03-03", "Kharkiv", attacker="Belarus")
    (story,) = stories(WHOLE, KHARKIV, other)
    (conflict,) = story.conflicts
    assert conflict.about == "attacker"
    assert [(each.value, each.reports) for each in conflict.said] == [
        ("Russia", ids("whole", "kharkiv")),
        ("Belarus", ids("other")),
    ]


def test_what_nearly_joined_is_told_with_both_reports() -> None:
    near = told("near", 40, "2026-03-03", "Kharkiv", kind="shooting", attacker="Belarus", date=None, date_text=None)
    found = stories(KHARKIV, near)
    assert len(found) == 2
    (link_,) = found[0].unsure
    assert {link_.own, link_.report} == set(ids("kharkiv", "near"))
    assert link_.story == found[1].id


def test_a_report_that_many_nearly_joined_leaves_room_for_others() -> None:
    other = {"attacker": "Belarus", "date": None, "date_text": None}
    near = [told("near", 40, "2026-03-03", "Kharkiv", **other), told("far", 60, "2026-03-03", "Kharkiv", **other)]
    apart = Decisions(apart={("near#/events/0", "far#/events/0")})
    (story, *_) = stories(*(told(f"k{at}", 7, "2026-03-03", "Kharkiv") for at in range(6)), *near, decisions=apart)
    assert len(story.reports) == 6
    assert sorted(each.report for each in story.unsure) == ids("far", "near")
