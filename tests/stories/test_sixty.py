"""The sixty written reports of twenty attacks (tests/data/stories), their records by reading, and the five gold articles."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from eval.gold.labels import load_labels
from extract.articles import Article, read_articles
from extract.places.gazetteer import Gazetteer
from extract.records.results import ArticleResult
from extract.stories.collecting import find_stories
from extract.stories.story import Story
from extract.tasks.loading import load_task
from tests.many_reports import attack_plan
from tests.places.towns import Town, small_gazetteer

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


FOLDER = ROOT / "tests/data/stories"


def stories_by(gazetteer: Gazetteer | None) -> list[Story]:
    """The stories of the sixty reports."""
    return find_stories(labelled(FOLDER / "articles.jsonl", FOLDER / "labels"), attack_plan(), gazetteer=gazetteer)


@cache
def sixty() -> list[Story]:
    """The stories, places by their names alone: no package is needed."""
    return stories_by(None)


TOWNS: Sequence[Town] = (
    ("Kabul", "AF", "13", 4_434_550, 34.53, 69.17, ()),
    ("Bāmyān", "AF", "05", 61_863, 34.82, 67.83, ("Bamiyan",)),
    ("Quetta", "PK", "02", 1_565_546, 30.18, 67.0, ()),
    ("Sagaing", "MM", "10", 78_739, 21.88, 95.98, ()),
    ("‘Ayn al ‘Arab", "SY", "09", 50_000, 36.89, 38.35, ("Kobani",)),
    ("Gwoza", "NG", "27", 15_176, 11.08, 13.7, ()),
    ("Douentza", "ML", "04", 37_002, 15.01, -2.95, ()),
    ("Rafaḩ", "PS", "GZ", 126_305, 31.3, 34.24, ("Rafah",)),
    ("Khān Yūnis", "PS", "GZ", 173_183, 31.34, 34.31, ("Khan Younis", "Khan Yunis")),
    ("Guayaquil", "EC", "10", 2_723_665, -2.2, -79.89, ("Pascuales",)),
    ("Jamundí", "CO", "29", 44_833, 3.26, -76.53, ()),
    ("Cali", "CO", "29", 2_392_877, 3.43, -76.52, ()),
    ("El Fasher", "SD", "55", 252_609, 13.63, 25.35, ()),
    ("Mogadishu", "SO", "02", 2_587_183, 2.04, 45.34, ("Muqdisho",)),
    ("Afgooye", "SO", "14", 65_461, 2.14, 45.12, ()),
    ("Kursk", "RU", "41", 448_733, 51.73, 36.18, ()),
    ("Belgorod", "RU", "09", 345_289, 50.6, 36.58, ()),
    ("Saltivka", "UA", "07", 409_300, 50.02, 36.35, ()),
    ("Odesa", "UA", "17", 1_010_537, 46.49, 30.74, ()),
    ("Kyiv", "UA", "12", 2_952_301, 50.45, 30.52, ("Kiev",)),
    ("Obolon", "UA", "12", 239_500, 50.51, 30.51, ()),
    ("Kherson", "UA", "08", 66_000, 46.64, 32.61, ()),
    ("Kharkiv", "UA", "07", 1_421_125, 49.98, 36.25, ("Kharkov",)),
)
"""What GeoNames knows of the towns of the sixty reports."""


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> list[Story]:
    """The stories, with places looked up."""
    return stories_by(small_gazetteer(tmp_path_factory.mktemp("places"), TOWNS))


@cache
def story_of() -> dict[str, Story]:
    return {report.id: story for story in sixty() for report in story.reports}


def together(*articles: str) -> bool:
    """Whether the first events of articles are one story."""
    return len({story_of()[f"{each}#/events/0"].id for each in articles}) == 1


GOLD = json.loads((FOLDER / "stories.json").read_text(encoding="utf-8"))
RIGHT = {frozenset(pair) for story in GOLD["stories"] for pair in combinations(story, 2)}


def joined(stories: list[Story]) -> set[frozenset[str]]:
    return {frozenset((one.id, other.id)) for story in stories for one, other in combinations(story.reports, 2)}


def test_no_two_reports_are_joined_that_are_not_one() -> None:
    assert joined(sixty()) - RIGHT == set()
    assert len(joined(sixty()) & RIGHT) >= 0.72 * len(RIGHT)


def test_with_places_looked_up_more_of_them_are_found_and_none_wrongly(placed: list[Story]) -> None:
    assert joined(placed) - RIGHT == set()
    assert len(joined(placed) & RIGHT) >= 0.78 * len(RIGHT)
    assert joined(placed) > joined(sixty())


def test_the_order_in_which_articles_come_is_nothing() -> None:
    results = labelled(FOLDER / "articles.jsonl", FOLDER / "labels")
    for seed in range(2):
        assert find_stories(random.Random(seed).sample(results, len(results)), attack_plan()) == sixty()


def test_tolls_are_those_of_the_labels_in_order_of_time(placed: list[Story]) -> None:
    """Each story's own tolls; where a report was left out of its story, its figure may be missing, but none is invented."""
    story_of = {report.id: story for story in placed for report in story.reports}
    whole = set()
    for report, tolls in GOLD["tolls"].items():
        (killed,) = [each for each in story_of[report].figures if each.name == "killed"]
        if [figure.number for figure in killed.figures] == tolls["killed"]:
            whole.add(report.split("#")[0])
    assert whole >= {"r12", "r19", "r20", "r26", "r33", "r41", "r45", "r55"}


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
    made = find_stories(labelled(ROOT / "gold/articles", ROOT / "gold/attack/labels"), attack_plan())
    (story,) = [each for each in made if len(each.reports) > 1]
    assert [report.article_id[:3] for report in story.reports] == ["000", "001", "002"]
    (killed,) = [each for each in story.figures if each.name == "killed"]
    assert killed.numbers == [8, 18, 21]
    assert killed.best == 21
    assert not story.dated
