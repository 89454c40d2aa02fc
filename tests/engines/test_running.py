"""What a run may cost, what a dry run says, and runs made for an evaluation."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable, read_articles
from extract.engines.estimates import dry_run
from extract.engines.local import run_articles
from extract.engines.runs import collect
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.errors import UsageError
from extract.models.budget import Budget
from extract.models.client import Attempt, Response, Usage
from extract.models.prices import Price, Prices
from extract.records.results import ArticleResult, read_run
from extract.spec import RunSpec
from extract.views.sinks import Item
from tests.small_task import ARTICLES, MOODS, FakeClient, Sightings, answered, bird_setup, sighted

ROOT = Path(__file__).parents[2]
PRICES = Prices(
    format="attested-prices-1",
    free=["local"],
    models={"openai/m": Price(input=1.0, output=4.0, as_of="2026-01-01")},
)


def articles(*names: str) -> list[Article]:
    return [Article(name, "A Wren.", f"{name}.txt") for name in names]


def setup_of(folder: Path, model: str = "openai/m", files: dict[str, str] | None = None) -> tuple[Setup, FakeClient]:
    # A million tokens read and a half written: 1 + 2 dollars an article.
    dear = Response((Attempt(sighted("Wren"), usage=Usage(1_000_000, 500_000)),), "ok", 0.1, "2026-11-22")
    client = FakeClient(lambda question: dear)
    return replace(bird_setup(folder, files or {"ask.md": ARTICLES}, client), model=model), client


def run(setup: Setup, budget: Budget, *names: str) -> list[str]:
    metered = replace(setup, client=budget.metered(setup.client), budget=budget)
    return [result.article_id for result in run_articles(articles(*names), metered)]


def test_no_article_is_begun_once_the_money_is_spent(tmp_path: Path) -> None:
    setup, client = setup_of(tmp_path)
    budget = Budget("openai/m", PRICES, 5.0)
    assert run(setup, budget, "a", "b", "c", "d") == ["a", "b"]
    assert len(client.asked) == 2
    assert (budget.spent, budget.stopped) == (6.0, True)


def test_a_run_within_its_budget_is_not_stopped(tmp_path: Path) -> None:
    setup, _ = setup_of(tmp_path)
    budget = Budget("openai/m", PRICES, 6.0)
    assert run(setup, budget, "a", "b") == ["a", "b"]
    assert (budget.spent, budget.stopped) == (6.0, False)


def test_nothing_may_be_spent_and_nothing_is(tmp_path: Path) -> None:
    setup, client = setup_of(tmp_path)
    budget = Budget("openai/m", PRICES, 0.0)
    assert run(setup, budget, "a") == []
    assert (client.asked, budget.stopped) == ([], True)


def test_a_free_model_has_no_limit(tmp_path: Path) -> None:
    setup, _ = setup_of(tmp_path, "local/m")
    budget = Budget("local/m", PRICES, 0.0)
    assert run(setup, budget, "a", "b") == ["a", "b"]
    assert (budget.spent, budget.stopped) == (0.0, False)


def test_replayed_answers_spend_nothing(tmp_path: Path) -> None:
    setup, client = setup_of(tmp_path)
    client.say = lambda question: replace(answered(sighted()), replayed=True)
    budget = Budget("openai/m", PRICES, 1.0)
    assert run(setup, budget, "a", "b") == ["a", "b"]
    assert budget.spent == 0.0


def test_a_limit_without_a_price_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="no price is known for model 'server/m': --max-cost needs one"):
        Budget("server/m", PRICES, 1.0)
    assert Budget("server/m", PRICES).limit is None


def test_a_dry_run_counts_and_calls_nothing(tmp_path: Path) -> None:
    setup, client = setup_of(tmp_path, files={"1.md": ARTICLES, "2.md": MOODS})
    items: list[Item] = [*articles("a", "b"), Unreadable("bad\x1b]0;title\x07", "x", "empty")]
    # Three requests' worth per article by hand: two prompts, each "You watch birds." (16 characters) and its
    # question, "Say: A Wren." (12) and "Say: Wren" (9): 2 * (16 + 12 + 16 + 9) / 4.4 tokens = 24.1, and the template:
    # 5 around each of 8 messages and before each of 4 answers.
    # Written: 100 for the records, "singing" (7 / 4.4), two quotes and the end for the choice: 2 * 104.6.
    # Cost: 84 * 1 + 209 * 4 dollars per million.
    assert dry_run(items, setup, PRICES).splitlines() == [
        f"2 articles, 4 requests to openai/m (prompt set {tmp_path.name})",
        "estimated from characters: about 84 tokens read, at most about 209 written",
        "cost: at most about $0.00",
        "time: at most about 2 s if a server writes 50 tokens a second, 2 requests at once",
        "answers that are recorded already cost nothing",
        "bad␛]0;title␇: cannot be read: empty",
    ]
    assert client.asked == []


def test_a_dry_run_says_what_it_does_not_know_and_what_takes_no_time(tmp_path: Path) -> None:
    setup, _ = setup_of(tmp_path / "a", "server/m")
    assert "cost: unknown: no price for this model" in dry_run(articles("a"), setup, PRICES)
    nothing, _ = setup_of(tmp_path / "b", "rules", {"2.md": MOODS})
    assert "time: seconds" in dry_run([Article("a", "Nothing.", "a.txt")], nothing, PRICES)


@pytest.mark.parametrize("prompts", ["sentence", "whole"])
def test_a_dry_run_of_the_gold_set_is_near_what_the_embedded_model_read(prompts: str) -> None:
    spec = RunSpec(prompts=prompts, cache="replay", recordings=(ROOT / "eval" / "recordings",))
    items = list(read_articles([str(ROOT / "gold" / "articles")]))
    with open_setup(spec) as setup:
        read = sum((result.usage.recorded_input_tokens for result in run_articles(items, setup)), 0)
        found = re.search(r"about ([\d,]+) tokens read", dry_run(items, setup, PRICES))
    assert found
    assert int(found[1].replace(",", "")) == pytest.approx(read, rel=0.05)


def test_an_embedded_model_reads_the_fixed_part_of_a_prompt_once_an_article(tmp_path: Path) -> None:
    fixed = MOODS.replace("You watch birds.", "You watch birds. " * 100)
    setup, _ = setup_of(tmp_path, "local/m", {"2.md": fixed})
    article = Article("a", "Wren " * 100, "a.txt")
    # 1700 characters of the fixed part (one space is trimmed) once and "Say: Wren" 100 times, 60 tokens a second;
    # each message and answer with 5 of the template; "singing", quotes and the end 100 times, 10 a second:
    # ((1699 + 900) / 4.4 + 5 + 100 * 10) / 60 + 100 * (7 / 4.4 + 3) / 10 = 72.5 s, rounded up.
    assert "time: at most about 73 s on two cores" in dry_run([article], setup, PRICES)


def test_who_watches_a_run_is_told_what_is_begun_and_how_much_is_asked(tmp_path: Path) -> None:
    setup, client = setup_of(tmp_path, files={"1.md": ARTICLES, "2.md": MOODS})
    told: list[tuple[str, int, int]] = []
    items: list[Item] = [*articles("a"), Unreadable("bad", "x", "empty"), *articles("b")]
    for _ in run_articles(items, setup, lambda name, known: told.append((name, known(), len(client.asked)))):
        pass
    assert told == [("a", 2, 0), ("b", 2, 1)]  # when it is begun; of the known two one is asked


def test_a_run_for_an_evaluation_in_memory(tmp_path: Path) -> None:
    setup, _ = setup_of(tmp_path)
    seen: list[ArticleResult] = []
    found = collect(articles("a", "b"), setup, None, seen.append)
    assert [result.article_id for result in found.results] == ["a", "b"]
    assert found.results == seen
    assert found.header.signature == setup.signature
    assert found.path == ""


def test_a_run_for_an_evaluation_in_a_file_goes_on(tmp_path: Path) -> None:
    setup, client = setup_of(tmp_path / "set")
    path = tmp_path / "r.jsonl"
    collect(articles("a"), setup, path)
    found = collect(articles("a", "b"), setup, path)
    assert len(client.asked) == 2
    assert [result.article_id for result in found.results] == ["a", "b"]
    assert found.path == str(path)
    assert read_run(path, Sightings).results == found.results
