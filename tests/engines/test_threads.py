"""Many articles in threads: taken as they can be begun, given back as they are finished, within a budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable
from extract.engines.setup import Setup
from extract.engines.threads import extract_all, run_articles
from extract.errors import ModelUnavailable, UsageError
from extract.models.budget import Budget
from extract.views.sinks import Item
from tests.small_task import (
    ARTICLES,
    MOODS,
    PRICES,
    SENTENCES,
    FakeClient,
    answered,
    article,
    bird_setup,
    dear_setup,
    sighted,
    wrens,
)


def test_what_is_finished_comes_before_the_error_that_ends_the_run(tmp_path: Path) -> None:
    gate = threading.Event()

    def say(question: str) -> str | Exception:
        if "first" in question:
            return sighted()
        assert gate.wait(10)
        return ModelUnavailable("401") if "wrong" in question else sighted()

    texts = ("first", "wrong 1", "second", "wrong 2", "third")
    setup = replace(bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(say)), jobs=5, articles_at_once=5)
    results = extract_all([article(text, text) for text in texts], setup)
    assert next(results).article_id == "first"
    gate.set()
    time.sleep(0.2)  # until the other four are done
    assert {next(results).article_id, next(results).article_id} == {"second", "third"}
    with pytest.raises(ModelUnavailable, match="401"):
        next(results)


def test_no_article_is_begun_before_there_is_room_for_it(tmp_path: Path) -> None:
    # A budget relies on it, and so does an interrupt.
    begun: list[str] = []

    def articles() -> Iterator[Article]:
        for name in "abc":
            begun.append(name)
            yield article(name=name)

    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))
    results = extract_all(articles(), setup)
    assert next(results).article_id == "a"
    assert begun == ["a"]
    results.close()
    assert begun == ["a"]


def test_an_interrupt_does_not_wait_for_what_is_under_way(tmp_path: Path) -> None:
    hanging, gate = threading.Event(), threading.Event()

    def say(question: str) -> str:
        if "Owl" in question:
            hanging.set()
            gate.wait(10)
        return sighted()

    client = FakeClient(say)
    setup = replace(bird_setup(tmp_path, {"ask.md": SENTENCES}, client), articles_at_once=2)
    results = extract_all([article("Wren."), article("Owl 1. Owl 2. Owl 3. Owl 4.", "b")], setup)
    try:
        assert next(results).article_id == "a"
        assert hanging.wait(10)
        with pytest.raises(KeyboardInterrupt):
            results.throw(KeyboardInterrupt())
    finally:
        gate.set()
    assert client.questions.count("Say: Owl 4.") == 0


def run(setup: Setup, budget: Budget, *names: str) -> list[str]:
    metered = replace(setup, client=budget.metered(setup.client), budget=budget)
    return [result.article_id for result in run_articles(wrens(*names), metered)]


def test_no_article_is_begun_once_the_money_is_spent(tmp_path: Path) -> None:
    setup, client = dear_setup(tmp_path)
    budget = Budget("openai/m", PRICES, 5.0)
    assert run(setup, budget, "a", "b", "c", "d") == ["a", "b"]
    assert len(client.asked) == 2
    assert (budget.spent, budget.stopped) == (6.0, True)


def test_a_run_within_its_budget_is_not_stopped(tmp_path: Path) -> None:
    setup, _ = dear_setup(tmp_path)
    budget = Budget("openai/m", PRICES, 6.0)
    assert run(setup, budget, "a", "b") == ["a", "b"]
    assert (budget.spent, budget.stopped) == (6.0, False)


def test_nothing_may_be_spent_and_nothing_is(tmp_path: Path) -> None:
    setup, client = dear_setup(tmp_path)
    budget = Budget("openai/m", PRICES, 0.0)
    assert run(setup, budget, "a") == []
    assert (client.asked, budget.stopped) == ([], True)


def test_a_free_model_has_no_limit(tmp_path: Path) -> None:
    setup, _ = dear_setup(tmp_path, "local/m")
    budget = Budget("local/m", PRICES, 0.0)
    assert run(setup, budget, "a", "b") == ["a", "b"]
    assert (budget.spent, budget.stopped) == (0.0, False)


def test_replayed_answers_spend_nothing(tmp_path: Path) -> None:
    setup, client = dear_setup(tmp_path)
    client.say = lambda question: replace(answered(sighted()), replayed=True)
    budget = Budget("openai/m", PRICES, 1.0)
    assert run(setup, budget, "a", "b") == ["a", "b"]
    assert budget.spent == 0.0


def test_a_limit_without_a_price_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="no price is known for model 'server/m': --max-cost needs one"):
        Budget("server/m", PRICES, 1.0)
    assert Budget("server/m", PRICES).limit is None


def test_who_watches_a_run_is_told_what_is_begun_and_how_much_is_asked(tmp_path: Path) -> None:
    setup, client = dear_setup(tmp_path, files={"1.md": ARTICLES, "2.md": MOODS})
    told: list[tuple[str, int, int]] = []
    items: list[Item] = [*wrens("a"), Unreadable("bad", "x", "empty"), *wrens("b")]
    for _ in run_articles(items, setup, lambda name, known: told.append((name, known(), len(client.asked)))):
        pass
    assert told == [("a", 2, 0), ("b", 2, 1)]  # when it is begun; of the known two one is asked
