"""Runs to stories: what repeats, what a run says of itself, and stories without a file."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from extract.errors import UsageError
from extract.records.results import ArticleResult
from extract.records.runs import Runs
from extract.stories.collecting import Wanted, collect, find_stories
from extract.stories.story import Decision, StoryFile
from extract.tasks.attack.schema import Records
from tests.many_reports import article, attack_plan, event, figure, ids, mentions
from tests.toll_run import write_run

DAY: dict[str, Any] = {"date_text": "Friday", "date": "2026-09-04"}
TEXT = " ".join(f"word{number}" for number in range(60))


def told(name: str, number: int, published: str | None, text: str = "") -> ArticleResult:
    return article(name, event(**DAY, casualties=[figure(number)]), published=published, text=text)


EIGHT, TWELVE = told("a", 8, "2026-09-04"), told("b", 12, "2026-09-05")


def made(path: Path, *results: ArticleResult, lines: list[str] | None = None, **wanted: Any) -> StoryFile:
    write_run(path, results)
    runs = Runs([path])
    tell = (lines if lines is not None else []).append
    return collect(runs, Records, attack_plan(), Wanted(folder=path.parent, **wanted), tell=tell)


def names(found: StoryFile) -> list[list[str]]:
    return [[report.id for report in story.reports] for story in found.stories]


def test_stories_need_no_file() -> None:
    (story,) = find_stories([EIGHT, TWELVE], attack_plan())
    assert [report.id for report in story.reports] == ids("a", "b")
    assert story.figures[0].numbers == [8, 12]
    assert find_stories([], attack_plan()) == []
    with pytest.raises(UsageError, match=r"mark fields of a record type with Key\(\)"):
        find_stories([EIGHT], None)


def test_a_text_that_another_paper_edited_a_little_repeats_it() -> None:
    edited = TEXT.replace("word10 ", "another ").replace("word40 ", "")
    first, other, third = mentions(told("a", 8, None, TEXT), told("b", 8, None, edited), told("c", 8, None, "A bomb."))
    assert (first.repeats, other.repeats, third.repeats) == (None, 0, None)
    results = [told("a", 8, "2026-09-04", TEXT), told("b", 9, "2026-09-05", edited), told("c", 10, "2026-09-06")]
    (story,) = find_stories(results, attack_plan())
    assert {report.id: report.repeats for report in story.reports} == dict(
        zip(ids("a", "b", "c"), (None, *ids("a"), None), strict=True)
    )
    (killed,) = story.figures
    assert [figure.report for figure in killed.repeated] == ids("b")
    assert killed.numbers == [8, 10]


def test_a_run_is_seen_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    write_run(tmp_path / "r.jsonl", [EIGHT])
    found = collect(Runs([tmp_path / "r.jsonl"]), Records, attack_plan(), Wanted(folder=tmp_path / "deep"))
    assert [run.path for run in found.header.runs] == [str(Path("..") / "r.jsonl")]
    assert found.header.task == "attack"
    assert found.header.gazetteer is False


def test_runs_without_a_whole_article_have_no_stories(tmp_path: Path) -> None:
    failed = [ArticleResult(article_id=str(n), source="x", status="failed") for n in range(3)]
    assert made(tmp_path / "r.jsonl", *failed).stories == []
    assert made(tmp_path / "none.jsonl").stories == []


def test_the_rule_of_an_earlier_file_stays_unless_another_is_named(tmp_path: Path) -> None:
    results = [told("a", 14, "2026-09-04"), told("b", 12, "2026-09-05")]
    first = made(tmp_path / "r.jsonl", *results, best="highest")
    assert (first.header.best, first.stories[0].figures[0].best) == ("highest", 14)
    again = made(tmp_path / "r.jsonl", *results, earlier=first)
    assert (again.header.best, again.stories[0].figures[0].best) == ("highest", 14)
    other = made(tmp_path / "r.jsonl", *results, earlier=again, best="latest")
    assert (other.header.best, other.stories[0].figures[0].best) == ("latest", 12)


def test_decisions_stay_in_the_file_even_about_reports_that_nobody_has_yet(tmp_path: Path) -> None:
    lines: list[str] = []
    said = Decision(what="apart", reports=[*ids("a", "b")])
    first = made(tmp_path / "r.jsonl", EIGHT, decisions=[said], lines=lines)
    assert "decisions about 1 report that no run has, kept for later: 'b#/events/0'" in lines[0]
    again = made(tmp_path / "r.jsonl", EIGHT, TWELVE, earlier=first)
    assert again.header.decisions == [said]
    assert names(again) == [ids("a"), ids("b")]


@pytest.mark.parametrize("seed", range(4))
def test_ids_stay_in_whatever_order_articles_arrive(tmp_path: Path, seed: int) -> None:
    other = [
        article(f"q{n}", event(**DAY, places=["Quetta"], kind="shooting"), published=f"2026-09-0{4 + n}")
        for n in range(3)
    ]
    results = random.Random(seed).sample([EIGHT, TWELVE, told("c", 14, "2026-09-06"), *other], 6)
    found = made(tmp_path / "r.jsonl", *results[:2])
    for number in range(3, 7):
        home = {report.id: story.id for story in found.stories for report in story.reports}
        found = made(tmp_path / "r.jsonl", *results[:number], earlier=found)
        now = {report.id: story.id for story in found.stories for report in story.reports}
        assert home.items() <= now.items()
    assert sorted(map(sorted, names(found))) == [ids("a", "b", "c"), ids("q0", "q1", "q2")]
    again = made(tmp_path / "r.jsonl", *results, earlier=found)
    assert again.stories == found.stories


BOMB = event(**DAY, evidence="A bomb went off in Mardan.")
SHOTS = event(
    date="2026-09-01", date_text="Tuesday", places=["Quetta"], evidence="Shots fell.", kind="shooting", context="other"
)


def test_records_that_moved_in_a_new_run_keep_their_stories_and_decisions(tmp_path: Path) -> None:
    others = [article("b", BOMB, published="2026-09-05"), article("c", SHOTS, published="2026-09-02")]
    said = Decision(what="apart", reports=["a#/events/1", "c#/events/0"])
    first = made(tmp_path / "r.jsonl", article("a", BOMB, SHOTS, published="2026-09-04"), *others, decisions=[said])
    home = {report.id: story.id for story in first.stories for report in story.reports}
    lines: list[str] = []
    moved = article("a", SHOTS, BOMB, published="2026-09-04")
    again = made(tmp_path / "r.jsonl", moved, *others, earlier=first, lines=lines)
    now = {report.id: story.id for story in again.stories for report in story.reports}
    assert now == {
        "a#/events/0": home["a#/events/1"],
        "a#/events/1": home["a#/events/0"],
        "b#/events/0": home["b#/events/0"],
        "c#/events/0": home["c#/events/0"],
    }
    assert again.header.decisions == [said.model_copy(update={"reports": ["a#/events/0", "c#/events/0"]})]
    assert lines == [
        "2 reports of the earlier stories stand elsewhere in their articles now, or nowhere: their stories, and what "
        "people said of them, follow"
    ]
    assert all(change.what == "made" for story in again.stories for change in story.history)


def test_an_article_that_left_its_run_leaves_its_story(tmp_path: Path) -> None:
    first = made(tmp_path / "r.jsonl", EIGHT, TWELVE)
    again = made(tmp_path / "r.jsonl", TWELVE, earlier=first)
    (story,) = again.stories
    assert story.id == first.stories[0].id
    assert [(each.what, each.reports) for each in story.history] == [("made", ids("a", "b")), ("left", ids("a"))]
    gone = made(tmp_path / "r.jsonl", earlier=again)
    assert (gone.stories, gone.header.gone) == ([], {})
