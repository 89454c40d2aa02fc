"""Ids that stay, and what became of stories."""

from __future__ import annotations

from collections.abc import Sequence

from extract.stories.story import Report, Story
from extract.stories.updating import identified

MONDAY, TUESDAY = "2026-09-07T10:00:00+00:00", "2026-09-08T10:00:00+00:00"


def story(name: str, *reports: str) -> Story:
    made = [Report(id=each, article_id=each, pointer="/events/0", run="r", source=each) for each in reports]
    return Story(id=name, title=name, reports=made)


def told(stories: Sequence[Story]) -> dict[str, list[tuple[str, list[str], list[str]]]]:
    return {each.id: [(change.what, change.reports, change.stories) for change in each.history] for each in stories}


def test_a_new_story_is_made() -> None:
    made, gone = identified([story("s-1", "a", "b")], [], {}, MONDAY)
    assert told(made) == {"s-1": [("made", ["a", "b"], [])]}
    assert gone == {}


def test_an_id_stays_when_reports_come_and_go() -> None:
    before, _ = identified([story("s-1", "a", "b")], [], {}, MONDAY)
    after, gone = identified([story("s-0", "z", "b", "c")], before, {}, TUESDAY)
    assert told(after) == {"s-1": [("made", ["a", "b"], []), ("joined", ["z", "c"], []), ("left", ["a"], [])]}
    assert [change.at for change in after[0].history] == [MONDAY, TUESDAY, TUESDAY]
    assert gone == {}


def test_nothing_new_is_no_change() -> None:
    before, _ = identified([story("s-1", "a", "b")], [], {}, MONDAY)
    after, _ = identified([story("s-1", "b", "a")], before, {}, TUESDAY)
    assert [each.history for each in after] == [each.history for each in before]


def test_stories_that_become_one_keep_the_id_of_the_larger_and_lead_to_it() -> None:
    before, _ = identified([story("s-1", "a", "b"), story("s-2", "c")], [], {}, MONDAY)
    after, gone = identified([story("s-9", "a", "b", "c")], before, {"s-0": "s-2"}, TUESDAY)
    assert told(after) == {"s-1": [("made", ["a", "b"], []), ("merged", ["c"], ["s-2"])]}
    assert gone == {"s-2": "s-1", "s-0": "s-1"}


def test_a_story_that_is_split_keeps_its_id_where_most_of_it_is() -> None:
    before, _ = identified([story("s-1", "a", "b", "c")], [], {}, MONDAY)
    after, gone = identified([story("s-1", "a"), story("s-7", "b", "c")], before, {}, TUESDAY)
    assert told(after) == {
        "s-1-2": [("split", ["a"], ["s-1"])],
        "s-1": [("made", ["a", "b", "c"], []), ("left", ["a"], [])],
    }
    assert gone == {}


def test_an_id_is_never_given_twice() -> None:
    before, _ = identified([story("s-1", "a")], [], {}, MONDAY)
    after, _ = identified([story("s-1", "b")], before, {"s-1-2": "s-1"}, TUESDAY)
    assert [each.id for each in after] == ["s-1-3"]
