"""The benchmark of stories: its runs are real ones shaped as they say, and its figures are what they are called."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.benchmarks.made_up_reports import BUSY_DAY, FIRST_DAY, MOST_REPORTS, MadeUpRun, Stories
from eval.benchmarks.stories import MARKS, OURS, SPLINK, Cost, Row, Sampled, b_cubed, growth, main, measured, table
from eval.scoring.coreference import compare_stories
from extract.articles import duplicates
from extract.records.results import ArticleResult, read_run
from extract.stories.blocking import pairs
from extract.stories.collecting import read_mentions
from extract.stories.rarity import Rarity
from extract.tasks.loading import load_task


def results(folder: Path, reports: int) -> list[ArticleResult]:
    run = folder / f"{reports}.jsonl"
    MadeUpRun(reports).write(run)
    return read_run(run, load_task("attack").schema).results


def row(system: str, reports: int, seconds: float) -> Row:
    cost = Cost(seconds=seconds, wall=2 * seconds, megabytes=100)
    return Row(system=system, reports=reports, cost=cost, stories=1, precision=1, recall=1)


def test_a_made_up_run_is_the_same_every_time_and_all_of_it_has_a_story(tmp_path: Path) -> None:
    found = results(tmp_path, 600)
    assert found == results(tmp_path, 600)
    told = [report for story in MadeUpRun(600).stories for report in story]
    assert sorted(told) == [f"{each.article_id}#/events/0" for each in found]


def test_a_made_up_run_is_shaped_as_news_is(tmp_path: Path) -> None:
    found = {each.article_id: each for each in results(tmp_path, 2_000)}
    stories = MadeUpRun(2_000).stories
    lengths = Counter(map(len, stories))
    assert max(lengths) == MOST_REPORTS
    assert lengths[1] > len(stories) / 3
    events = {f"{name}#/events/0": each.model_dump()["records"]["events"][0] for name, each in found.items()}
    towns = Counter(event["places"][0] for event in events.values())
    assert sum(count for _, count in towns.most_common(10)) > len(events) / 4
    days = Counter(next((events[each]["date"] for each in story if events[each]["date"]), None) for story in stories)
    del days[None]
    assert days.most_common(1)[0][0] == (FIRST_DAY + timedelta(BUSY_DAY)).isoformat()
    texts = Counter(each.text for each in found.values())
    assert 0 < sum(count - 1 for count in texts.values()) < len(found) / 5


def test_what_is_grounded_stands_where_it_is_said_to(tmp_path: Path) -> None:
    for each in results(tmp_path, 200):
        assert each.text is not None
        places = each.model_dump()["records"]["events"][0]["places"]
        where = each.grounding["/events/0/places/0"]
        assert each.text[where.start : where.end] == places[0]


def test_five_times_as_many_reports_have_about_as_many_pairs_each(tmp_path: Path) -> None:
    plan = load_task("attack").stories
    assert plan is not None
    compared = []
    for size in (400, 2_000):
        mentions = list(read_mentions(results(tmp_path, size), plan))
        compared.append(len(list(pairs(mentions, Rarity(mentions)))) / size)
    assert compared[1] < 3 * compared[0]  # all with all would be five times as many


@pytest.mark.parametrize(
    "stories",
    [[["a#/0", "b#/0", "c#/0"], ["d#/0"]], [["a#/0", "b#/0"], ["c#/0", "d#/0"]], [["a#/0"], ["b#/0"], ["c#/0", "d#/0"]]],
)  # fmt: skip
def test_b_cubed_is_that_of_the_table_of_stories(stories: Stories) -> None:
    truth = [["a#/0", "b#/0"], ["c#/0"], ["d#/0"]]
    expected = compare_stories(truth, stories).total("b_cubed")
    assert b_cubed(truth, stories) == pytest.approx((expected.precision, expected.recall))


def test_growth_is_the_slope_of_the_last_two_sizes() -> None:
    rows = [row(OURS, 1_000, 9), row(OURS, 10_000, 2), row(OURS, 100_000, 200)]
    assert growth(rows, lambda each: each.cost.seconds) == pytest.approx(2)
    assert growth(rows[:1], lambda each: each.cost.seconds) is None


def test_what_ours_costs_is_compared_with_a_peer_at_the_same_size() -> None:
    rows = [row(OURS, 1_000, 3), row(SPLINK, 1_000, 2), row(OURS, 10_000, 40), row(SPLINK, 10_000, 80)]
    assert [line[3] for line in table(rows).rows if line[1] == SPLINK] == ["1.50", "0.50"]


def test_the_stage_that_is_at_work_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def words(_: str) -> tuple[str, ...]:
        signal.raise_signal(signal.SIGPROF)
        return ()

    monkeypatch.setattr(duplicates, "_words", words)
    sampled = Sampled(every=3_600)  # the timer never rings here: a busy machine would be what it counts
    for name in ("a", "b", "c"):
        duplicates.Repeats().add(name, "")
    signal.raise_signal(signal.SIGPROF)
    assert {stage: share for stage, share in sampled.stop().items() if share} == {"repeats": 0.75, "rest": 0.25}


def test_ours_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    made, run = MadeUpRun(200), tmp_path / "run.jsonl"
    made.write(run)
    found = measured(OURS, run, made.stories)
    assert found.reports == 200
    assert sum(found.cost.stages.values()) == pytest.approx(found.cost.seconds)
    assert found.cost.megabytes > 20
    assert found.precision > 0.9
    assert found.recall > 0.9


def test_the_command_prints_a_table_and_puts_it_into_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n{}\n{}\nafter\n".format(*MARKS), encoding="utf-8")
    done = CliRunner().invoke(main, ["--size", "200", "--system", OURS, "--update", str(page)])
    assert done.exit_code == 0, done.output
    assert "ours is × that" in done.stdout
    assert OURS in page.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8").startswith("before")
