"""Runs in several processes: the same records in whatever order, and nothing lost when one of them dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from eval.benchmarks.misbehaving import misbehaving, says
from extract.articles import read_articles
from extract.engines import processes
from extract.engines.processes import run_on_cores
from extract.engines.session import open_setup
from extract.errors import ModelUnavailable, TaskError
from extract.records.results import ArticleResult, to_json
from extract.spec import RunSpec
from tests.commands import until
from tests.wordy_task import write_rows, write_task

ROOT = Path(__file__).parents[2]
AT_ONCE = "from extract.engines import processes as p; p.FEWEST = p.WORTH_SECONDS = 0; from extract.cli.main import main; main()"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent")


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A task with rules, whose runs go to processes with their second article."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "FEWEST", 0)
    monkeypatch.setattr(processes, "WORTH_SECONDS", 0)
    return write_task(tmp_path / "words")


def texts(number: int) -> list[str]:
    return [f"slow: Wren {chr(65 + each % 26)}owl and Kite, number {each}" for each in range(number)]


def run(spec: RunSpec, rows: Path, seen: Callable[[int], None] = lambda number: None) -> list[ArticleResult]:
    found = []
    with open_setup(spec) as setup:
        for result in run_on_cores(read_articles([str(rows)]), setup, spec):
            found.append(result)
            seen(len(found))
    return found


def lines(results: list[ArticleResult]) -> dict[str, str]:
    """What was found, without how long it took."""
    assert len({each.article_id for each in results}) == len(results)
    return {each.article_id: to_json(each.model_copy(update={"seconds": 0.0})) for each in results}


def test_several_processes_find_the_same_as_one_byte_for_byte(task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [*texts(30), ""])
    children: list[int] = []
    one = run(RunSpec(str(task), model="rules", jobs=1), rows, lambda number: children.append(len(active_children())))
    assert set(children) == {0}
    three = run(RunSpec(str(task), model="rules", jobs=3), rows, lambda number: children.append(len(active_children())))
    assert max(children) == 3
    assert active_children() == []
    assert lines(three) == lines(one)
    assert [each.status for each in one].count("failed") == 1


def test_a_few_articles_begin_no_process(task: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    rows = write_rows(tmp_path / "rows.jsonl", texts(20))
    children: list[int] = []
    found = run(RunSpec(str(task), model="rules", jobs=2), rows, lambda number: children.append(len(active_children())))
    assert (len(found), set(children)) == (20, {0})


def test_no_more_is_read_than_processes_can_begin(task: Path, tmp_path: Path) -> None:
    read = 0

    def articles() -> Iterator[object]:
        nonlocal read
        for item in read_articles([str(write_rows(tmp_path / "rows.jsonl", texts(60)))]):
            read += 1
            yield item

    spec = RunSpec(str(task), model="rules", jobs=2)
    with open_setup(spec) as setup:
        for done, _ in enumerate(run_on_cores(articles(), setup, spec), 1):  # type: ignore[arg-type]
            assert read - done <= 2 * (1 + processes._AHEAD) + 1


def test_a_process_that_is_killed_loses_nothing(task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", texts(40))

    def kill(number: int) -> None:
        if number == 5:
            os.kill(active_children()[0].pid or 0, signal.SIGKILL)

    spec = RunSpec(str(task), model="rules", jobs=2)
    assert lines(run(spec, rows, kill)) == lines(run(RunSpec(str(task), model="rules", jobs=1), rows))


def test_an_article_that_ends_two_processes_is_a_failed_one_and_the_others_go_on(task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [*texts(6), "A deadly text.", *texts(6)])
    found = {each.article_id: each for each in run(RunSpec(str(task), model="rules", jobs=2), rows)}
    assert len(found) == 13
    assert [name for name, each in found.items() if each.status == "failed"] == ["a6"]
    assert found["a6"].problems[0].detail == (
        "the process that worked on it ended, and so did another one: by SIGKILL, as when memory runs out"
    )


def test_processes_that_cannot_begin_end_the_run_with_one_error(task: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", texts(40))
    done: list[int] = []

    def lose_the_task(number: int) -> None:
        done.append(number)
        (task / "task.toml").unlink(missing_ok=True)  # which the processes would open

    with pytest.raises(TaskError, match="words"):
        run(RunSpec(str(task), model="rules", jobs=2), rows, lose_the_task)
    assert done == [1]
    assert active_children() == []


def test_processes_that_die_before_they_work_end_the_run(
    task: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (task / "words.py").write_text(
        f"import os\nif os.getpid() != {os.getpid()}: os._exit(7)\n{(task / 'words.py').read_text(encoding='utf-8')}".replace(
            "from __future__ import annotations\n", ""
        ),
        encoding="utf-8",
    )
    with pytest.raises(ModelUnavailable, match="ended before it could: with exit code 7"):
        run(RunSpec(str(task), model="rules", jobs=2), write_rows(tmp_path / "rows.jsonl", texts(5)))


def test_a_server_is_asked_by_several_processes_and_each_answer_is_paid_once(
    task: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [f"Wren {number}" for number in range(30)])
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)
    monkeypatch.setattr(processes, "_BUSY", 0)
    told: list[int] = []
    children: list[int] = []
    with misbehaving(says('{"words": [{"word": "Wren"}]}')) as server:
        spec = RunSpec(
            str(task), prompts="whole", model="m", base_url=server.base_url, jobs=3, store=tmp_path / "store"
        )
        with open_setup(spec, told=lambda response: told.append(response.usage.output_tokens)) as setup:
            found = []
            for result in run_on_cores(read_articles([str(rows)]), setup, spec):
                found.append(result)
                children.append(len(active_children()))
        again = run(spec, rows)
        assert len(server.asked) == 30
    assert max(children) == 2
    assert told == [3] * 30
    assert {each.status for each in found} == {each.status for each in again} == {"complete"}
    assert sum(each.usage.replayed for each in again) == 30


def test_one_process_counts_what_a_limited_run_may_cost(task: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text(
        '{"format": "attested-prices-1", "models": {"server/m": {"input": 1, "output": 0, "as_of": "2026-01-01"}}}',
        encoding="utf-8",
    )
    rows = write_rows(tmp_path / "rows.jsonl", [f"Wren {number}" for number in range(6)])
    children: list[int] = []
    with misbehaving(says('{"words": []}')) as server:
        spec = RunSpec(
            str(task), prompts="whole", model="m", model_id="server/m", base_url=server.base_url, cache="off",
            max_cost=9.0, prices=prices,
        )  # fmt: skip
        run(spec, rows, lambda number: children.append(len(active_children())))
    assert children == [0] * 6


def started(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, "run", "rows.jsonl", "--model", "rules", "--task", "words", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finished(path: Path) -> list[str]:
    """Ids of a run file's whole lines."""
    if not path.exists():
        return []
    return [
        json.loads(line)["article_id"] for line in path.read_bytes().splitlines(keepends=True)[1:] if line[-1:] == b"\n"
    ]


def is_empty(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whoever_ends_a_run_ends_its_processes_and_what_is_finished_is_kept(
    task: Path, tmp_path: Path, number: signal.Signals
) -> None:
    write_rows(tmp_path / "rows.jsonl", texts(150))
    path = tmp_path / "r.jsonl"
    with started(tmp_path, "--jobs", "2", "-o", "r.jsonl") as process:
        until(lambda: len(finished(path)) > 12)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        _, said = process.communicate(timeout=60)
    until(lambda: is_empty(process.pid))
    assert "Traceback" not in said
    if number != signal.SIGKILL:
        assert (process.returncode, said.splitlines()[-1]) == (128 + number, "interrupted")
        assert "not finished: run the same command again to continue" in said
    kept = finished(path)
    assert 12 < len(kept) < 150
    with started(tmp_path, "--jobs", "2", "-o", "r.jsonl") as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"{150 - len(kept)} articles written to r.jsonl; continued: {len(kept)} were complete already" in said
    assert sorted(finished(path)) == sorted(f"a{each}" for each in range(150))
