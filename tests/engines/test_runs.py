"""Runs made for an evaluation: continued, replayed, in another order each time, under one cap."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from eval.benchmarks.misbehaving import misbehaving, says
from extract.engines.runs import RunPlan, capped, collect, make_run
from extract.errors import GoldError, ReplayMiss
from extract.records.results import Run, read_run
from extract.spec import RunSpec
from tests.small_gold import make_run as made
from tests.small_gold import perfect
from tests.small_task import Sightings, dear_setup, wrens

ROOT = Path(__file__).parents[2]


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


def test_runs_together_keep_to_one_cap_whatever_they_end_in() -> None:
    limits: list[float | None] = []

    def runner(plan: RunPlan) -> Run:
        limits.append(plan.spec.max_cost)
        if plan.spec.sample == 1:
            error = GoldError("ended in the middle")
            error.spent = 0.25
            raise error
        return made(perfect()).model_copy(update={"spent": 0.5})

    run = capped(runner)
    plan = RunPlan(RunSpec(model="m", max_cost=1.0), Path("articles"))
    for sample in range(4):
        with contextlib.suppress(GoldError):
            run(replace(plan, spec=replace(plan.spec, sample=sample)))
    assert limits == [1.0, 0.5, 0.25, 0.0]
    assert capped(runner)(RunPlan(RunSpec(), Path("articles"))).results
    assert limits[-1] is None


def test_a_run_says_what_it_has_spent(folder: Path) -> None:
    prices = {"format": "attested-prices-1", "models": {"server/m": {"input": 1, "output": 0, "as_of": "2026-01-01"}}}
    (folder / "prices.json").write_text(json.dumps(prices), encoding="utf-8")
    with misbehaving(says("{}", tokens=(1_000_000, 1))) as server:
        spec = RunSpec(base_url=server.base_url, model="m", prices=folder / "prices.json", cache="off", jobs=1)
        plan = RunPlan(spec, folder / "a.txt")
        assert make_run(plan).spent == 1.0


def test_a_run_for_an_evaluation_in_memory(tmp_path: Path) -> None:
    setup, _ = dear_setup(tmp_path)
    found = collect(wrens("a", "b"), setup, None)
    assert [result.article_id for result in found.results] == ["a", "b"]
    assert found.header.signature == setup.signature
    assert found.path == ""


def test_a_run_for_an_evaluation_in_a_file_goes_on(tmp_path: Path) -> None:
    setup, client = dear_setup(tmp_path / "set")
    path = tmp_path / "r.jsonl"
    collect(wrens("a"), setup, path)
    found = collect(wrens("a", "b"), setup, path)
    assert len(client.asked) == 2
    assert [result.article_id for result in found.results] == ["a", "b"]
    assert found.path == str(path)
    assert read_run(path, Sightings).results == found.results


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="it is seen in /proc")
def test_who_works_for_a_killed_benchmark_ends_too(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = (
        "import os, sys, time\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "from extract.engines.runs import _end_with_the_parent\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPoolExecutor(1, mp_context=get_context('spawn'), initializer=_end_with_the_parent)\n"
        "    open(sys.argv[1], 'w').write(str(pool.submit(os.getpid).result()))\n"
        "    pool.submit(time.sleep, 600)\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
    )
    script = tmp_path / "bench.py"
    script.write_text(code, encoding="utf-8")
    with subprocess.Popen([sys.executable, script, told], stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        worker = int(told.read_text(encoding="utf-8"))
        parent.kill()
    for _ in range(100):
        try:
            os.kill(worker, 0)
            if Path(f"/proc/{worker}/stat").read_text(encoding="utf-8").split()[2] == "Z":
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.1)
    os.kill(worker, 9)
    raise AssertionError("it goes on")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_does_not_wait_for_the_run_of_a_child(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "import signal, time\n"
        "from extract.engines.runs import _child\n"
        "if __name__ == '__main__':\n"
        "    for each in (signal.SIGINT, signal.SIGTERM):\n"
        "        signal.signal(each, signal.default_int_handler)\n"
        "    with _child() as pool:\n"
        "        pool.submit(int).result()\n"
        "        print('ready', flush=True)\n"
        "        pool.submit(time.sleep, 600).result()\n"
    )
    script = tmp_path / "bench.py"
    script.write_text(code, encoding="utf-8")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, script], stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.send_signal(number)
        try:
            assert "KeyboardInterrupt" in parent.communicate(timeout=60)[1]
        finally:
            parent.kill()
