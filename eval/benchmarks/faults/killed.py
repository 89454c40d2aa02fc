"""Kill −9 at random moments: of runs that record, of `cache import` and of `cache export --replace`.

A run of short articles against a server on loopback is killed, looked at, and run again until it is whole; then it has to
be what an undisturbed run is. Imports and exports are killed at moments drawn evenly from the time that they take.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import click

from eval.benchmarks.faults.checking import Row, fault_of_kept, fault_of_run, fault_of_store, keys_of, what_counts
from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.forked import Command, begun, done, load
from eval.benchmarks.local import asking, fast_server, write_articles

ARTICLES = 40
BY_CLOCK = 0.3
"""Share of kills at a moment of the time that an undisturbed run takes: at its beginning and its end, too. The others come
when the run file has a size drawn from what is still to be written, and up to 30 ms later."""
EXCHANGED = 5
"""Of so many kills, one is of an import and one of an export."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder, a server and an undisturbed run.

    Attributes:
        articles: rows of made-up articles.
        url: of a server that answers at once.
        whole: what the undisturbed run says.
        keys: its recordings.
        seconds: what it took.
    """

    folder: Path
    articles: Path
    url: str
    whole: Mapping[str, Row]
    keys: frozenset[str]
    seconds: float

    def run(self, run: Path, store: Path) -> list[str]:
        """The arguments of a recording run."""
        return _run(self.articles, self.url, run, store)


def _run(articles: Path, url: str, run: Path, store: Path) -> list[str]:
    return ["run", str(articles), "-o", str(run), "--store", str(store), *asking(url), "--prompts", "whole"]


@contextmanager
def opened_bench() -> Iterator[Bench]:
    """Makes everything that runs need; the undisturbed one stays in `undisturbed.jsonl` and `undisturbed`.

    Raises:
        click.ClickException: not even the undisturbed run ends well.
    """
    with tempfile.TemporaryDirectory(prefix="attested-faults-") as name, fast_server() as url:
        load(url)
        folder = Path(name)
        rows = write_articles(folder / "articles.jsonl", ARTICLES)
        run, store = folder / "undisturbed.jsonl", folder / "undisturbed"
        undisturbed = done(_run(rows, url, run, store), folder / "said")
        seconds = time.monotonic() - undisturbed.began
        if undisturbed.status != 0:
            raise click.ClickException(f"an undisturbed run failed: {undisturbed.words[-500:]}")
        yield Bench(folder, rows, url, what_counts(run), keys_of(store), seconds)


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many kills of runs, and a fifth as many of imports and of exports."""
    dice = Random(seed)
    with opened_bench() as bench:
        yield from _runs(bench, number, dice)
        yield from _imports(bench, -(-number // EXCHANGED), dice)
        yield from _exports(bench, -(-number // EXCHANGED), dice)


def struck(arguments: Sequence[str], said: Path, seconds: float) -> Command:
    """A command that was killed after some seconds, if it had not ended by then."""
    command = begun(arguments, said)
    time.sleep(max(0.0, command.began + seconds - time.monotonic()))
    command.kill()
    return command


def _runs(bench: Bench, number: int, dice: Random) -> Iterator[Case]:
    killed, size = 0, (bench.folder / "undisturbed.jsonl").stat().st_size
    while killed < number:
        life = bench.folder / f"life-{killed}"
        life.mkdir()
        run, store, said = life / "run.jsonl", life / "store", life / "said"
        known: frozenset[str] = frozenset()
        while killed < number:
            if dice.random() < BY_CLOCK:
                command = struck(bench.run(run, store), said, dice.uniform(0, bench.seconds))
            else:
                command = begun(bench.run(run, store), said)
                _strike(command, run, dice.uniform(_size(run), size), dice.uniform(0, 0.03))
            if command.status != -9:
                break
            killed, before = killed + 1, len(known)
            fault, known = fault_of_kept(run, store, known)
            when = "while it recorded" if before < len(known) < len(bench.keys) else "before or after"
            yield Case(f"recording run, killed {when}", fault and f"{fault}, in life {life.name}")
        else:
            command = done(bench.run(run, store), said)
        yield Case("recording run, run again until whole", _fault_of_end(command, bench, run, store))
        shutil.rmtree(life)


def _strike(command: Command, run: Path, size: float, later: float) -> None:
    """Kills a run some seconds after its file has come to a size."""
    while _size(run) < size and not command.ended():
        time.sleep(0.001)
    time.sleep(later)
    command.kill()


def _size(run: Path) -> int:
    return run.stat().st_size if run.exists() else 0


def _fault_of_end(command: Command, bench: Bench, run: Path, store: Path) -> str:
    if command.status != 0:
        return command.end
    return fault_of_store(store, bench.keys) or fault_of_run(run, bench.whole)


def _timed(arguments: Sequence[str], said: Path) -> float:
    began = time.monotonic()
    command = done(arguments, said)
    if command.status != 0:
        raise click.ClickException(f"extract {' '.join(arguments)} failed: {command.words[-500:]}")
    return time.monotonic() - began


def _imports(bench: Bench, number: int, dice: Random) -> Iterator[Case]:
    file, said = bench.folder / "all.jsonl", bench.folder / "said"
    _timed(["cache", "export", str(file), "--replace", "--store", str(bench.folder / "undisturbed")], said)
    seconds = _timed(["cache", "import", str(file), "--store", str(bench.folder / "timed")], said)
    for each in range(number):
        store = bench.folder / f"imported-{each}"
        moment = dice.uniform(0, seconds)
        struck(["cache", "import", str(file), "--store", str(store)], said, moment)
        fault = fault_of_store(store, bench.keys, or_empty=True)  # all or nothing
        again = done(["cache", "import", str(file), "--store", str(store)], said)
        fault = fault or (f"once more: {again.words[-300:]}" if again.status else "")
        yield Case("cache import, killed", fault or fault_of_store(store, bench.keys))
        shutil.rmtree(store)


def _exports(bench: Bench, number: int, dice: Random) -> Iterator[Case]:
    folder, said, store = bench.folder, bench.folder / "said", str(bench.folder / "undisturbed")
    target, old, new = folder / "target.jsonl", folder / "some.jsonl", folder / "all.jsonl"
    _timed(["cache", "export", str(old), "--replace", "--article", "a0", "--store", store], said)
    arguments = ["cache", "export", str(target), "--replace", "--store", store]
    seconds = _timed(arguments, said)
    for _ in range(number):
        shutil.copyfile(old, target)
        struck(arguments, said, dice.uniform(0, seconds))
        whole = target.exists() and target.read_bytes() in (old.read_bytes(), new.read_bytes())
        yield Case("cache export --replace, killed", "" if whole else "the file is neither the old one nor the new one")
