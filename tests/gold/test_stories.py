"""The file of a set's stories: read, and refused in one clear line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.gold.labels import load_labels
from eval.gold.stories import STORIES_FORMAT, load_stories, stories_of_articles, stories_of_labels
from extract.errors import GoldError
from tests.small_gold import ATTACK

GOLD = Path(__file__).resolve().parents[2] / "gold" / "attack"
LABELS = load_labels(GOLD / "labels", ATTACK)
EVERY = [
    f"{article}#/events/{number}"
    for article, label in LABELS.items()
    for number, _ in enumerate(label.records.events)  # type: ignore[attr-defined]
]


def written(folder: Path, stories: object, **more: Any) -> Path:
    path = folder / "stories.json"
    path.write_text(json.dumps({"format": STORIES_FORMAT, "stories": stories, **more}), encoding="utf-8")
    return path


def test_the_gold_set_has_one_attack_that_several_articles_report() -> None:
    stories = stories_of_labels(GOLD / "stories.json", LABELS)
    joined = [story for story in stories if len(story) > 1]
    assert [[report[:3] + report[-9:] for report in story] for story in joined] == [
        ["000/events/0", "001/events/0", "002/events/0"]
    ]
    assert sorted(report for story in stories for report in story) == sorted(EVERY)


def test_its_tolls_are_18_8_and_21() -> None:
    (joined,) = (story for story in stories_of_labels(GOLD / "stories.json", LABELS) if len(story) > 1)
    events = [LABELS[report.partition("#")[0]].records.events[0] for report in joined]  # type: ignore[attr-defined]
    assert [event.casualties[0].quantity.value for event in events] == [18, 8, 21]


@pytest.mark.parametrize(
    ("stories", "line"),
    [
        (
            [[*EVERY, "000_4d400bd730e8cd37#/events/9"]],
            "unknown report '000_4d400bd730e8cd37#/events/9': its label has no",
        ),
        ([[*EVERY, "000_4d400bd730e8cd37#/events/-1"]], "unknown report '000_4d400bd730e8cd37#/events/-1'"),
        ([[*EVERY, "000_4d400bd730e8cd37#/evnts/0"]], "unknown report '000_4d400bd730e8cd37#/evnts/0'"),
        ([[*EVERY, "nowhere#/events/0"]], "there is no label of article 'nowhere'"),
        ([EVERY, [EVERY[3]]], f"report {EVERY[3]!r} stands in it twice"),
        ([EVERY[1:]], f"report {EVERY[0]!r} is in no story"),
        ([EVERY, ["000_4d400bd730e8cd37"]], "'000_4d400bd730e8cd37' is an article among records"),
        ([["000_4d400bd730e8cd37"]], "names articles, not records"),
        ([EVERY, []], "/stories/1: List should have at least 1 item"),
        ([[*EVERY, 7]], "/stories/0/9: Input should be a valid string"),
    ],
)
def test_what_is_wrong_with_stories_is_one_line_that_names_it(tmp_path: Path, stories: object, line: str) -> None:
    with pytest.raises(GoldError, match=re.escape(line)) as caught:
        stories_of_labels(written(tmp_path, stories), LABELS)
    assert "\n" not in str(caught.value)
    assert "stories.json" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"format": "attested-clusters-1", "stories": []}', "/format: Input should be 'attested-gold-stories-1'"),
        ('{"stories": []}', "/format: Field required"),
        ('{"format": "attested-gold-stories-1", "stories": [], "storys": []}', "/storys: Extra inputs"),
        ("[", "not JSON"),
        ('{"format": "attested-gold-stories-1", "stories": [], "stories": []}', "stands twice"),
    ],
)
def test_another_document_is_refused(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "stories.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=re.escape(line)):
        load_stories(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"cannot read file of stories '.*stories\.json'"):
        load_stories(tmp_path / "stories.json")


def test_tolls_are_of_a_report_that_is_there(tmp_path: Path) -> None:
    path = written(tmp_path, [EVERY], tolls={EVERY[0]: {"killed": [8, 18, 21]}})
    assert load_stories(path).tolls[EVERY[0]]["killed"] == [8, 18, 21]
    with pytest.raises(GoldError, match="tolls of 'x#/events/0', which is in no story"):
        load_stories(written(tmp_path, [EVERY], tolls={"x#/events/0": {"killed": [1]}}))


def test_articles_that_are_not_listed_stand_alone_if_they_report_something(tmp_path: Path) -> None:
    path = written(tmp_path, [["a", "b"]])
    assert stories_of_articles(path, {"a", "b", "c", "d"}, {"a", "c"}) == (("a", "b"), ("c",))


def test_stories_of_articles_name_articles_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="unknown article 'z'"):
        stories_of_articles(written(tmp_path, [["a", "z"]]), {"a"}, {"a"})
    with pytest.raises(GoldError, match="names records, and this set has no labels"):
        stories_of_articles(written(tmp_path, [["a#/events/0"]]), {"a"}, {"a"})
