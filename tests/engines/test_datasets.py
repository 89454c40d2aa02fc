"""Rows of a Ray dataset, extracted as a step of its pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.misbehaving import misbehaving, says
from extract.engines.datasets import COLUMNS
from extract.engines.extractor import Extractor
from extract.errors import UsageError
from extract.spec import RunSpec
from extract.tasks.loading import load_task
from extract.tasks.task import Task
from tests.small_task import FakeClient
from tests.two_machines import ray, two_machines
from tests.wordy_task import write_task

# Ray Data warns of what it does itself.
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("ignore:::ray"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def connected() -> Iterator[Any]:
    from ray.data import DataContext

    with two_machines() as machines:
        ray.init(machines.address, log_to_driver=False, logging_level="critical")
        try:
            DataContext.get_current().enable_progress_bars = False
            yield ray
        finally:
            ray.shutdown()


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Task[Any]:
    monkeypatch.chdir(tmp_path)
    write_task(tmp_path / "words")
    return load_task("words")


def test_a_row_of_results_for_each_row(connected: Any, task: Task[Any]) -> None:
    rows: list[dict[str, str | None]] = [
        {"name": f"n{number}", "body": f"A Wren and {chr(65 + number)}owl", "day": "2026-11-20"} for number in range(9)
    ]
    rows.append({"name": "bad", "body": "", "day": None})
    dataset = connected.data.from_items(rows).map(lambda row: {**row, "other": 1})
    with Extractor(task, "rules") as extractor:
        step = extractor.map_dataset(dataset, "body", id="name", published="day", workers=2)
        found = {row["article_id"]: row for row in step.take_all()}
        here = extractor.extract("A Wren and Aowl").line
    assert sorted(found) == sorted(str(row["name"]) for row in rows)
    assert tuple(found["n0"]) == COLUMNS
    assert json.loads(found["n0"]["records"]) == here.model_dump(mode="json")["records"]
    assert (found["n0"]["status"], found["n0"]["published"]) == ("complete", str(date(2026, 11, 20)))
    assert json.loads(found["n0"]["line"])["text"] == "A Wren and Aowl"
    assert (found["bad"]["status"], found["bad"]["records"]) == ("failed", None)


def test_a_server_is_asked_once_by_all_workers(connected: Any, task: Task[Any], tmp_path: Path) -> None:
    dataset = connected.data.from_items([{"text": f"Wren {number}"} for number in range(20)])
    with misbehaving(says('{"words": [{"word": "Wren"}]}')) as server:
        spec = RunSpec(prompts="whole", model_id="server/m", store=tmp_path / "store")
        with Extractor(task, "m", base_url=server.base_url, spec=spec) as extractor:
            for _ in range(2):
                rows = extractor.map_dataset(dataset, recordings=tmp_path / "recordings", workers=2).take_all()
                assert {row["status"] for row in rows} == {"complete"}
        assert len(server.asked) == 20
    assert all(row["article_id"].startswith("row-") for row in rows)


def test_a_column_that_is_not_there_is_named(connected: Any, task: Task[Any]) -> None:
    dataset = connected.data.from_items([{"text": "Wren"}])
    with Extractor(task, "rules") as extractor, pytest.raises(Exception, match="no column 'body'; it has"):
        extractor.map_dataset(dataset, "body").take_all()


def test_what_cannot_be_sent_is_refused(task: Task[Any]) -> None:
    mine = FakeClient(lambda question: "{}")
    with (
        Extractor(task, client=mine) as extractor,
        pytest.raises(UsageError, match="a client of your own cannot be sent"),
    ):
        extractor.map_dataset(None)
    with Extractor(task, "rules", spec=RunSpec(max_cost=1)) as extractor, pytest.raises(UsageError, match="max_cost"):
        extractor.map_dataset(None)
