"""Two processes at once: on one store and on one output, of runs and of a run and an import."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from eval.benchmarks.faults.checking import fault_of_run, fault_of_store, rows_of
from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.forked import Command, begun, done
from eval.benchmarks.faults.killed import Bench, opened_bench

STORE, OUTPUT, IMPORT = "two runs on one store", "two runs on one output", "a run and an import on one store"


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many pairs of each kind; the second process begins a moment after the first."""
    dice = Random(seed)
    with opened_bench() as bench:
        file = bench.folder / "all.jsonl"
        done(["cache", "export", str(file), "--store", str(bench.folder / "undisturbed")], bench.folder / "said")
        for _ in range(number):
            for kind in (_one_store, _one_output, _beside_import):
                folder = bench.folder / "pair"
                folder.mkdir()
                yield kind(bench, folder, dice.uniform(0, bench.seconds / 2))
                shutil.rmtree(folder)


def _both(first: Sequence[str], second: Sequence[str], folder: Path, later: float) -> tuple[Command, Command]:
    one = begun(first, folder / "said-1")
    time.sleep(later)
    other = begun(second, folder / "said-2")
    one.wait()
    other.wait()
    return one, other


def _one_store(bench: Bench, folder: Path, later: float) -> Case:
    runs, store = [folder / "1.jsonl", folder / "2.jsonl"], folder / "store"
    pair = _both(bench.run(runs[0], store), bench.run(runs[1], store), folder, later)
    fault = _fault_of_commands(pair) or fault_of_store(store, bench.keys)
    fault = fault or next(filter(None, (fault_of_run(run, bench.whole) for run in runs)), "")
    asked = sum(row["usage"]["attempts"] - row["usage"]["replayed"] for run in runs for row in rows_of(run)[1:])
    if not fault and asked != len(bench.keys):
        fault = f"{asked} questions were asked, and there are {len(bench.keys)}"
    return Case(STORE, fault and f"{fault}, {later:.3f} s apart")


def _one_output(bench: Bench, folder: Path, later: float) -> Case:
    run, store = folder / "run.jsonl", folder / "store"
    pair = _both(bench.run(run, store), bench.run(run, store), folder, later)
    second = next((each for each in pair if each.status == 2), None)
    if second is not None and "another run is writing" not in second.words:
        fault = second.end
    else:  # where the second began after the first had ended, both are fine
        left = [each for each in pair if each is not second]
        fault = _fault_of_commands(left) or fault_of_store(store, bench.keys)
    fault = fault or fault_of_run(run, bench.whole)
    return Case(OUTPUT, fault and f"{fault}, {later:.3f} s apart")


def _beside_import(bench: Bench, folder: Path, later: float) -> Case:
    run, store = folder / "run.jsonl", folder / "store"
    taken = ["cache", "import", str(bench.folder / "all.jsonl"), "--store", str(store)]
    pair = _both(bench.run(run, store), taken, folder, later)
    fault = _fault_of_commands(pair) or fault_of_store(store, bench.keys) or fault_of_run(run, bench.whole)
    return Case(IMPORT, fault and f"{fault}, {later:.3f} s apart")


def _fault_of_commands(commands: Sequence[Command]) -> str:
    for command in commands:
        if command.status != 0 or "Traceback" in command.words:
            return command.end
    return ""
