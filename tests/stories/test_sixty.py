"""The sixty written reports of twenty attacks (tests/data/stories), their records by reading, and the five gold articles."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from eval.gold.labels import load_labels
from extract.articles import Article, read_articles
from extract.records.results import ArticleResult
from extract.stories.building import stories_of
from extract.stories.clustering import Decisions
from extract.stories.collecting import read_mentions
from extract.stories.linking import link
from extract.stories.story import Story
from extract.stories.weighing import shipped_weights
from extract.tasks.loading import load_task
from tests.many_reports import attack_plan

ROOT = Path(__file__).parents[2]


def labelled(articles: Path, labels: Path) -> list[ArticleResult]:
    found = load_labels(labels, load_task("attack"))
    read = [each for each in read_articles([str(articles)]) if isinstance(each, Article) and each.id in found]
    return [
        ArticleResult(
            article_id=each.id,
            source=each.source,
            published=each.published.isoformat() if each.published else None,
            title=each.title,
            url=each.url,
            status="complete",
            records=found[each.id].records,
            text=each.text,
        )
        for each in read
    ]


@cache
def sixty() -> list[Story]:
    """The stories, places by their names alone: no package is needed."""
    folder = ROOT / "tests/data/stories"
    plan = attack_plan()
    found = link(list(read_mentions(labelled(folder / "articles.jsonl", folder / "labels"), plan)))
    return stories_of(found, plan, "latest-official", shipped_weights().unsure, Decisions())


@cache
def story_of() -> dict[str, Story]:
    return {report.id: story for story in sixty() for report in story.reports}


def together(*articles: str) -> bool:
    """Whether the first events of articles are one story."""
    return len({story_of()[f"{each}#/events/0"].id for each in articles}) == 1


@cache
def right() -> set[frozenset[str]]:
    import json

    stories = json.loads((ROOT / "tests/data/stories/stories.json").read_text(encoding="utf-8"))["stories"]
    return {frozenset(pair) for story in stories for pair in combinations(story, 2)}


def test_no_two_reports_are_joined_that_are_not_one() -> None:
    joined = {frozenset((one.id, other.id)) for story in sixty() for one, other in combinations(story.reports, 2)}
    assert joined - right() == set()
    assert len(joined & right()) >= 0.7 * len(right())


@pytest.mark.parametrize(
    ("articles", "numbers"),
    [
        (("r01", "r02"), [2, 3]),
        (("r12", "r13"), [11, 19]),
        (("r30", "r31"), [6, 18]),
        (("r33", "r34", "r35"), [8, 13]),
        (("r45", "r46", "r47"), [3, 4]),
        (("r50", "r51", "r52"), [3, 9, 17, 21]),
        (("r41", "r42"), [1, 2]),
        (("r24", "r20"), [5, 6]),
    ],
)
def test_a_toll_rises(articles: tuple[str, ...], numbers: list[int]) -> None:
    assert together(*articles)
    (killed,) = [each for each in story_of()[f"{articles[0]}#/events/0"].figures if each.name == "killed"]
    rest = iter(killed.numbers)
    assert all(number in rest for number in numbers), killed.numbers


def test_a_toll_that_was_lowered_is_the_lower_one() -> None:
    (killed,) = [each for each in story_of()["r08#/events/0"].figures if each.name == "killed"]
    assert killed.numbers == [9, 14, 11]
    assert killed.best == 11


def test_a_text_that_repeats_another_counts_once() -> None:
    story = story_of()["r52#/events/0"]
    assert {each.id: each.repeats for each in story.reports}["r53#/events/0"] == "r52#/events/0"
    for series in story.figures:
        assert "r53#/events/0" not in {figure.report for figure in series.figures}


def test_two_attacks_on_a_city_in_one_week_and_two_cities_on_one_day_are_apart() -> None:
    assert together("r15", "r18")
    assert together("r19", "r21")
    assert not together("r15", "r19")
    assert not together("r19", "r20")


def test_a_year_later_the_same_attack_is_remembered_and_a_new_one_is_another() -> None:
    assert together("r01", "r43")
    assert not together("r01", "r41")
    assert together("r41", "r42")


def test_gold_has_one_joined_story_of_eight_eighteen_and_twenty_one() -> None:
    plan = attack_plan()
    found = link(list(read_mentions(labelled(ROOT / "gold/articles", ROOT / "gold/attack/labels"), plan)))
    made = stories_of(found, plan, "latest-official", shipped_weights().unsure, Decisions())
    (story,) = [each for each in made if len(each.reports) > 1]
    assert [report.article_id[:3] for report in story.reports] == ["000", "001", "002"]
    (killed,) = [each for each in story.figures if each.name == "killed"]
    assert killed.numbers == [8, 18, 21]
    assert killed.best == 21
    assert not story.dated
