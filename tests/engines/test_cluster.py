"""Runs on a Ray cluster of two machines, both of this one: the same lines as here, whatever dies."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.misbehaving import Move, misbehaving, says, sends
from extract.articles import read_articles
from extract.engines import cluster as engine
from extract.engines.cluster import Pool, run_on_cluster
from extract.engines.cluster_worker import Finished, orders_of
from extract.engines.session import open_setup
from extract.engines.threads import run_articles
from extract.errors import ModelUnavailable, TaskError
from extract.records.folder_journal import FolderJournal
from extract.records.lines import lines_of
from extract.records.parts import RECORDINGS
from extract.records.results import result_of
from extract.spec import RunSpec
from extract.store.shared import make_shared
from tests.two_machines import TwoMachines, two_machines
from tests.wordy_task import write_rows, write_task

pytestmark = [pytest.mark.cluster, pytest.mark.skipif(sys.platform == "win32", reason="processes are killed")]


@pytest.fixture(scope="module")
def begun() -> Iterator[TwoMachines]:
    with two_machines() as machines:
        yield machines


@pytest.fixture
def machines(begun: TwoMachines) -> TwoMachines:
    begun.mend()
    return begun


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_task(tmp_path / "words")


def texts(number: int, kind: str = "slow") -> list[str]:
    return [f"{kind}: Wren {chr(65 + each % 26)}owl and Kite, number {each}" for each in range(number)]


Seen = Callable[[int], None]


def run(
    spec: RunSpec, rows: Path, out: Path | str, address: str | None, seen: Seen = lambda number: None, limit: int = 1000
) -> tuple[list[Finished], list[str]]:
    """A run into a folder; what was finished, and what was warned of."""
    warned: list[str] = []
    finished: list[Finished] = []
    with open_setup(spec) as setup:
        journal = FolderJournal(out, setup.signature)
        try:
            shared = f"{out}/{RECORDINGS}" if isinstance(out, str) else None
            orders = orders_of(spec, setup, out, journal.generation, shared)
            todo = journal.fresh(read_articles([str(rows)]))
            with closing(run_on_cluster(todo, setup, spec, orders, address=address, warn=warned.append)) as results:
                for each in results:
                    finished.append(each)
                    assert each.line is None or each.status == "failed"
                    if each.line is not None:
                        result = result_of(each.line, setup.task.schema, "")
                        assert result is not None
                        journal.write(result)
                    seen(len(finished))
                    if len(finished) >= limit:
                        break
        finally:
            journal.close()
    return finished, warned


def here(spec: RunSpec, rows: Path) -> dict[str, dict[str, Any]]:
    """The lines of the local engine."""
    with open_setup(spec) as setup:
        found = [result.model_dump(mode="json") for result in run_articles(read_articles([str(rows)]), setup)]
    return {row["article_id"]: _timeless(row) for row in found}


def lines(out: Path | str) -> dict[str, dict[str, Any]]:
    """The lines of a folder that count."""
    rows = [json.loads(line.data) for line in list(lines_of(out))[1:]]
    return {row["article_id"]: _timeless(row) for row in rows}


def _timeless(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "seconds": 0, "usage": None}


def number_of_lines(out: Path | str) -> int:
    return len(list(lines_of(out))) - 1


def test_both_machines_find_what_one_finds(machines: TwoMachines, task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [*texts(30), ""])
    spec = RunSpec(str(task), model="rules")
    finished, _ = run(spec, rows, tmp_path / "big", machines.address)
    assert lines(tmp_path / "big") == here(spec, rows)
    assert len(finished) == number_of_lines(tmp_path / "big") == 31


@pytest.fixture
def kill(machines: TwoMachines, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Kills the second machine as soon as both have something to do, and each has done something; blocks are small."""
    pools: list[Pool] = []

    class Watched(Pool):
        def __init__(self, *given: Any) -> None:
            pools.append(self)
            super().__init__(*given)

    monkeypatch.setattr(engine, "_MOST", 6)
    monkeypatch.setattr(engine, "Pool", Watched)

    def look(number: int) -> None:
        if number > 20 and pools and sum(bool(hand.blocks) for hand in pools[0]._hands) == 2:
            pools.clear()
            machines.kill()

    return look


def test_a_machine_that_is_killed_loses_nothing(machines: TwoMachines, kill: Seen, task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", texts(90))
    spec = RunSpec(str(task), model="rules")
    done, warned = run(spec, rows, tmp_path / "big", machines.address, kill)
    assert lines(tmp_path / "big") == here(spec, rows)
    assert len(done) == 90
    # A block that was written in the last moment of the machine stands there twice, and counts once.
    assert number_of_lines(tmp_path / "big") in (90, 96)
    assert ["a machine of the cluster is gone" in line for line in warned] == [True]


def test_what_a_dead_machine_was_told_is_not_paid_again(
    machines: TwoMachines, kill: Seen, task: Path, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [f"Wren {number}" for number in range(100)])
    make_shared(tmp_path / "big" / RECORDINGS)
    with misbehaving(slowly('{"words": [{"word": "Wren"}]}')) as server:
        spec = RunSpec(
            str(task), prompts="whole", model="m", model_id="server/m", base_url=server.base_url, jobs=4,
            store=tmp_path / "big" / RECORDINGS,
        )  # fmt: skip
        done, warned = run(spec, rows, tmp_path / "big", machines.address, kill)
        assert (len(done), [line[:32] for line in warned]) == (100, ["a machine of the cluster is gone"])
        asked = len(server.asked)
        assert 100 <= asked <= 100 + 2  # at most those under way on the dead machine
        assert lines(tmp_path / "big") == here(spec, rows)  # and here all of them are known
        assert len(server.asked) == asked


def slowly(text: str, seconds: float = 0.1) -> Move:
    """An answer that takes its time."""
    body = json.dumps(says(text).body).encode()
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        % len(body)
    )
    return sends(lambda: [head, body], pause=seconds / 2)


def test_a_run_that_was_left_here_is_finished_there_and_the_other_way_round(
    machines: TwoMachines, task: Path, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", texts(40, "a"))
    spec = RunSpec(str(task), model="rules")
    by_local(spec, rows, tmp_path / "big", limit=10)
    done, _ = run(spec, rows, tmp_path / "big", machines.address, limit=6)
    kept = number_of_lines(tmp_path / "big")
    assert kept >= 10 + 4  # whole blocks
    by_local(spec, rows, tmp_path / "big", limit=40 - kept - 3)
    done, _ = run(spec, rows, tmp_path / "big", machines.address)
    assert len(done) == 3
    assert lines(tmp_path / "big") == here(spec, rows)
    assert number_of_lines(tmp_path / "big") == 40


def by_local(spec: RunSpec, rows: Path, out: Path, limit: int) -> None:
    with open_setup(spec) as setup:
        journal = FolderJournal(out, setup.signature)
        todo = islice(journal.fresh(read_articles([str(rows)])), limit)
        for result in run_articles(todo, setup):
            journal.write(result)
        journal.close()


def test_an_article_that_ends_two_processes_is_a_failed_one(machines: TwoMachines, task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [*texts(6, "a"), "A deadly text.", *texts(6, "a")])
    done, warned = run(RunSpec(str(task), model="rules"), rows, tmp_path / "big", machines.address)
    found = lines(tmp_path / "big")
    assert (len(done), len(found), warned) == (13, 13, [])
    assert [name for name, row in found.items() if row["status"] == "failed"] == ["a6"]
    assert found["a6"]["problems"][0]["detail"] == "the process that worked on it ended, and so did another one"


def test_what_ends_a_run_is_said_in_one_error_and_what_is_finished_is_kept(
    machines: TwoMachines, task: Path, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", texts(40, "a"))
    spec = RunSpec(str(task), model="rules")
    with open_setup(spec) as setup:
        orders = orders_of(spec, setup)
        (task / "task.toml").unlink()  # which workers would open
        with pytest.raises(TaskError, match="words"):
            list(run_on_cluster(read_articles([str(rows)]), setup, spec, orders, address=machines.address))


def test_a_worker_with_other_software_is_refused(machines: TwoMachines, task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", ["A Wren"])
    spec = RunSpec(str(task), model="rules")
    with open_setup(spec) as setup:
        orders = orders_of(spec, setup)
        other = replace(orders, signature={**orders.signature, "prompts_sha256": "ab" * 32})
        with pytest.raises(ModelUnavailable, match=r"another run \(prompts_sha256 differ\): install the same version"):
            list(run_on_cluster(read_articles([str(rows)]), setup, spec, other, address=machines.address))


def test_at_an_address_parts_and_recordings_are_written_as_well(
    machines: TwoMachines, task: Path, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [f"Wren {number}" for number in range(20)])
    out = (tmp_path / "big").as_uri()
    with misbehaving(says('{"words": [{"word": "Wren"}]}')) as server:
        spec = RunSpec(
            str(task), prompts="whole", model="m", model_id="server/m", base_url=server.base_url, jobs=2,
        )  # fmt: skip
        run(spec, rows, out, machines.address, limit=8)
        done, _ = run(spec, rows, out, machines.address)
        assert len(done) <= 12
        assert lines(out) == here(spec, rows)
        assert sum(path.suffix == ".jsonl" for path in (tmp_path / "big" / RECORDINGS).iterdir()) >= 2
