"""Runs made for an evaluation: continued, replayed, in another order each time, under one cap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import ReplayMiss
from extract.prices import Price, Prices
from extract.records import ArticleResult, Run, Spend
from extract.runs import RunPlan, capped, make_run
from extract.spec import RunSpec
from tests.small_gold import make_run as made
from tests.small_gold import perfect, signature

PRICES = Prices(
    format="attested-prices-1", models={"server/m": Price(input=1.0, output=0.0, cached=0.1, as_of="2026-01-01")}
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in "abcdef":
        (tmp_path / f"{name}.txt").write_text(f"A bomb killed nine people in Garowe, {name} said.", encoding="utf-8")
    return tmp_path


def test_an_evaluation_gets_its_run_and_a_miss_ends_it(folder: Path) -> None:
    plan = RunPlan(RunSpec(model="rules"), folder / "a.txt", folder / "r.jsonl")
    found = make_run(plan)
    assert [result.article_id for result in found.results] == ["a"]
    assert make_run(plan).results == found.results
    missing = RunPlan(RunSpec(cache="replay"), folder / "a.txt")
    with pytest.raises(ReplayMiss):
        make_run(missing)


def test_a_repeat_that_is_live_takes_the_articles_in_another_order(folder: Path) -> None:
    def order(sample: int) -> list[str]:
        run = make_run(RunPlan(RunSpec(model="rules", sample=sample), folder))
        return [result.article_id for result in run.results]

    assert order(0) == list("abcdef")
    assert order(1) != order(0)
    assert order(1) == order(1)
    assert sorted(order(2)) == list("abcdef")


def test_runs_together_keep_to_one_cap() -> None:
    limits: list[float | None] = []

    def runner(plan: RunPlan) -> Run:
        limits.append(plan.spec.max_cost)
        usage = Spend(input_tokens=1_000_000, cached_input_tokens=500_000)  # 0.55 dollars an article
        rows: dict[str, ArticleResult] = {
            name: row.model_copy(update={"usage": usage}) for name, row in list(perfect().items())[:1]
        }
        return made(rows, signature("server/m"))

    run = capped(runner, PRICES)
    plan = RunPlan(RunSpec(model="m", max_cost=1.0), Path("articles"))
    for sample in range(3):
        run(replace(plan, spec=replace(plan.spec, sample=sample)))
    assert limits == [1.0, pytest.approx(0.45), 0.0]
    assert capped(runner, PRICES)(RunPlan(RunSpec(), Path("articles"))).results
    assert limits[-1] is None
