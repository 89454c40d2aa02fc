"""Reports whose records stand elsewhere in their articles since."""

from __future__ import annotations

from typing import Any

from extract.stories.building import stories_of
from extract.stories.linking import link
from extract.stories.moving import decisions_after, moved_reports, stories_after
from extract.stories.story import Change, Decision, Story
from tests.many_reports import article, attack_plan, event, mentions

BOMB = event(evidence="A bomb went off in Mardan.")
SHOTS = event(evidence="Shots fell in Quetta.", places=["Quetta"], context="other")
FIRE = event(evidence="A shop burned in Sibi.", places=["Sibi"], context="other")


def stories(*events: dict[str, Any]) -> list[Story]:
    linked = link(mentions(article("a", *events)))
    return stories_of(linked, attack_plan(), "latest")


def moved(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> dict[str, str | None]:
    return moved_reports(stories(*before), mentions(article("a", *now)))


def name(at: int) -> str:
    return f"a#/events/{at}"


def test_what_stands_where_it_stood_has_not_moved() -> None:
    assert moved([BOMB, SHOTS], [BOMB, SHOTS]) == {}
    assert moved([BOMB], [BOMB, SHOTS]) == {}


def test_what_changed_places_is_found() -> None:
    assert moved([BOMB, SHOTS], [SHOTS, BOMB]) == {name(0): name(1), name(1): name(0)}
    assert moved([BOMB, SHOTS], [FIRE, BOMB, SHOTS]) == {name(0): name(1), name(1): name(2)}


def test_what_changed_places_is_found_by_its_evidence_alone_where_more_is_known_of_it_now() -> None:
    assert moved([BOMB, SHOTS], [SHOTS, {**BOMB, "places": ["Mardan", "Swabi"]}]) == {
        name(0): name(1),
        name(1): name(0),
    }


def test_what_is_no_more_is_not_what_stands_there_now() -> None:
    assert moved([BOMB, SHOTS], [SHOTS]) == {name(0): None, name(1): name(0)}
    assert moved([BOMB, SHOTS], [BOMB]) == {}


def test_a_record_whose_words_changed_is_the_same_where_nobody_else_is() -> None:
    assert moved([BOMB], [{**BOMB, "evidence": "A bomb went off."}]) == {}
    assert moved([BOMB], [{**BOMB, "places": ["Mardan", "Swabi"]}]) == {}


def test_of_records_with_one_evidence_day_and_places_tell_which_it_is() -> None:
    both = "A bomb went off in Mardan, and one in Swabi."
    one, other = event(evidence=both, places=["Mardan"]), event(evidence=both, places=["Swabi"])
    assert moved([one, other], [other, one]) == {name(0): name(1), name(1): name(0)}
    assert moved([one, other], [one, other]) == {}


def test_records_without_evidence_are_told_by_their_place_alone() -> None:
    nothing = event(evidence="")
    assert moved([nothing, nothing], [nothing]) == {}


def test_an_article_that_is_no_more_moves_nothing() -> None:
    assert moved_reports(stories(BOMB), mentions(article("b", SHOTS))) == {}


def test_the_history_of_a_story_names_its_reports_as_they_are_called_now() -> None:
    made = Change(at="2026-03-05T10:00:00+00:00", what="made", reports=[name(0), "b#/events/0"])
    earlier = [stories(BOMB)[0].model_copy(update={"history": [made]})]
    (after,) = stories_after(earlier, {name(0): name(1), name(1): name(0)})
    assert after.history == [made.model_copy(update={"reports": [name(1), "b#/events/0"]})]
    (after,) = stories_after(earlier, {name(0): None})
    assert after.history == [made]


def test_stories_and_decisions_follow() -> None:
    earlier = stories(BOMB, SHOTS)
    after = stories_after(earlier, {name(0): None, name(1): name(0)})
    assert sorted([report.id for report in each.reports] for each in after) == [[], [name(0)]]
    same, apart = (Decision(what=what, reports=[name(0), name(1), "b"]) for what in ("same", "apart"))
    assert decisions_after([same, apart], {name(0): name(1), name(1): name(0)}) == [
        each.model_copy(update={"reports": [name(1), name(0), "b"]}) for each in (same, apart)
    ]
    assert decisions_after([same, apart], {name(0): None}) == [same.model_copy(update={"reports": [name(1), "b"]})]
    assert decisions_after([apart], {name(1): None}) == [apart.model_copy(update={"reports": [name(0), "b"]})]
    assert decisions_after([Decision(what="same", reports=[name(0), "b"])], {name(0): None}) == []
