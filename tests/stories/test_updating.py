"""Ids that stay, and what became of stories."""

from __future__ import annotations

from collections.abc import Sequence

from extract.stories.story import Link, Report, Story
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


def test_stories_swap_no_ids_when_they_come_in_another_order() -> None:
    before, _ = identified([story("s-1", "a", "b"), story("s-2", "c", "d")], [], {}, MONDAY)
    after, gone = identified([story("s-2", "d", "c"), story("s-1", "b", "a")], before, {}, TUESDAY)
    assert {each.id: [report.id for report in each.reports] for each in after} == {"s-1": ["b", "a"], "s-2": ["d", "c"]}
    assert gone == {}


def test_a_merge_that_is_undone_has_the_old_ids_or_says_where_they_went() -> None:
    apart = [story("s-1", "a", "b"), story("s-2", "c")]
    first, _ = identified(apart, [], {}, MONDAY)
    merged, gone = identified([story("s-1", "a", "b", "c")], first, {}, TUESDAY)
    again, gone = identified(apart, merged, gone, TUESDAY)
    names = {each.reports[0].id: each.id for each in again}
    assert names["a"] == "s-1"
    assert names["c"] not in {"s-1", "s-2"}  # an id that was given up leads elsewhere, and is not given again
    assert gone == {"s-2": "s-1"}
    assert [change.what for change in again[1].history] == ["split"]


def test_of_three_stories_that_become_two_each_report_is_where_history_says() -> None:
    before, _ = identified([story("s-1", "a", "b", "c"), story("s-2", "d", "e"), story("s-3", "f")], [], {}, MONDAY)
    after, gone = identified([story("x", "a", "b", "d"), story("y", "c", "e", "f")], before, {}, TUESDAY)
    assert told(after) == {
        "s-1": [("made", ["a", "b", "c"], []), ("joined", ["d"], []), ("left", ["c"], [])],
        "s-2": [
            ("made", ["d", "e"], []),
            ("merged", ["f"], ["s-3"]),
            ("joined", ["c"], []),
            ("left", ["d"], []),
        ],
    }
    assert gone == {"s-3": "s-2"}


def test_a_story_whose_reports_are_all_gone_leads_nowhere() -> None:
    before, _ = identified([story("s-1", "a"), story("s-2", "b")], [], {}, MONDAY)
    after, gone = identified([story("s-1", "a")], before, {"s-0": "s-2"}, TUESDAY)
    assert [each.id for each in after] == ["s-1"]
    assert gone == {"s-0": "s-2"}


def test_ids_of_a_file_that_somebody_edited_end_where_they_can() -> None:
    before, _ = identified([story("s-1", "a"), story("s-1", "b")], [], {}, MONDAY)  # one id twice
    twice = [before[0], before[1].model_copy(update={"id": "s-1"})]
    after, gone = identified([story("n-1", "a"), story("n-2", "b")], twice, {"s-8": "s-9", "s-9": "s-8"}, TUESDAY)
    assert len({each.id for each in after}) == 2
    assert set(gone) == {"s-8", "s-9"}


def test_what_nearly_joined_is_called_as_it_is_now() -> None:
    before, _ = identified([story("s-1", "a")], [], {}, MONDAY)
    near = story("s-2", "b").model_copy(update={"unsure": [Link(report="a", story="s-7", weight=-1)]})
    after, _ = identified([story("s-7", "a"), near], before, {}, TUESDAY)
    assert after[1].unsure[0].story == after[0].id == "s-1"
