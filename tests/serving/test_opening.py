"""What is served is opened once: tasks of one embedded model share it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

import extract.models.local
from extract.articles import Article
from extract.engines.units import units_of
from extract.models.client import Request, Response
from extract.serving.opening import articles_at_once, open_counters
from extract.spec import RunSpec
from tests.serving.served import ROOT
from tests.small_task import answered

TASKS = [str(ROOT / "prompts" / name) for name in ("attack", "diplomacy")]


class Embedded:
    """Stands where the embedded model does."""

    made: ClassVar[list[Embedded]] = []

    def __init__(self, which: str, **choices: Any) -> None:
        self.identity = f"local/{which}@fake"
        self.context_tokens = choices["context_tokens"]
        self.asked: list[Request] = []
        self.closed = 0
        Embedded.made.append(self)

    def complete(self, request: Request) -> Response:
        self.asked.append(request)
        return answered("{}")

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[Embedded]:
    monkeypatch.setattr(Embedded, "made", [])
    monkeypatch.setattr(extract.models.local, "LocalClient", Embedded)
    return Embedded.made


def ask(counters: Any) -> None:
    """One question to the model of each."""
    for counter in counters.values():
        prompt = counter.setup.prompts.prompts[0]
        article = Article("a", "A bomb killed two people in Garowe on Monday.", "-")
        unit = units_of(prompt, article, counter.setup, [])[0]
        counter.setup.client.complete(counter.setup.request(prompt, unit, article))


def test_the_weights_are_loaded_once_for_all_tasks(embedded: list[Embedded]) -> None:
    spec = RunSpec(model="local", prompts="whole", cache="off")
    with open_counters(spec, TASKS) as counters:
        assert list(counters) == ["attack", "diplomacy"]
        assert articles_at_once(spec, counters) == 1
        ask(counters)
    assert [len(each.asked) for each in embedded] == [2, 0]
    assert all(each.closed for each in embedded)


def test_models_that_take_more_at_once_are_others(embedded: list[Embedded]) -> None:
    with open_counters(RunSpec(model="local", cache="off"), TASKS) as counters:  # sentences, and passages
        ask(counters)
    assert [each.context_tokens for each in embedded] == [2048, 8192]
    assert [len(each.asked) for each in embedded] == [1, 1]


def test_a_server_takes_as_many_articles_as_questions() -> None:
    spec = RunSpec(model="m", base_url="http://127.0.0.1:9/v1", model_id="m", cache="off", jobs=7)
    with open_counters(spec, TASKS[:1]) as counters:
        assert articles_at_once(spec, counters) == 7
    with open_counters(RunSpec(model="rules"), TASKS[:1]) as counters:
        assert articles_at_once(RunSpec(model="rules"), counters) == 2


def test_the_store_of_a_run_is_used(embedded: list[Embedded], tmp_path: Path) -> None:
    spec = RunSpec(model="local", store=tmp_path / "store")
    for _ in range(2):
        with open_counters(spec, TASKS[:1]) as counters:
            ask(counters)
    assert [len(each.asked) for each in embedded] == [1, 0]
