"""A run on a Ray cluster beside the same run on one machine: `python -m eval.benchmarks.cluster`.

Generated articles of under 200 characters go through `extract run` with the rules, and with a server on loopback that
answers at once: by the local engine, and by `--engine ray` on a cluster of this machine. Then by a cluster of two
machines, which are both this one with half its cores, whole and with one of them killed when a third is done: how much
longer that takes, and how many blocks were given out again.

One machine has no more cores for two: this shows what the engine costs beside the local one, and what a dead machine
costs. How it grows with machines, and what a network costs, it cannot show. The seconds that a cluster takes to begin
are in all of it; they are told apart by a run of one article.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from eval.benchmarks import local
from eval.benchmarks.local import Measured, asking, fast_server, write_articles
from extract.engines.cluster import FIRST_PART
from extract.records.parts import RunFolder

KILLED_AT = 3
"""A machine is killed when one in so many articles is written."""
_LOOK_SECONDS = 0.2


def run(articles: int, folder: Path, name: str, *options: str) -> Measured:
    """`extract run`, measured."""
    return local.run(articles, folder / "articles.jsonl", folder / name, "--limit", str(articles), *options)


def beside(folder: Path, articles: int) -> list[tuple[str, Measured, Measured, Measured]]:
    """What both engines took for the same: its name, local, Ray, and Ray for a single article."""
    rules = ("--model", "rules")
    rows = [("rules", *_both(folder, articles, "r", rules))]
    with fast_server() as url:
        rows.append(("server", *_both(folder, articles, "s", (*asking(url), "--cache", "off"))))
        rows.append(("server, recorded", *_both(folder, articles, "k", asking(url))))
    return rows


def _both(folder: Path, articles: int, name: str, options: Sequence[str]) -> tuple[Measured, Measured, Measured]:
    ray = ("--engine", "ray")
    return (
        run(articles, folder, f"{name}-local", *options),
        run(articles, folder, f"{name}-ray", *options, *ray),
        run(1, folder, f"{name}-one", *options, *ray),
    )


@contextmanager
def two_machines() -> Iterator[tuple[Any, Any]]:
    """A cluster of two machines that are both this one, on loopback, and the second of them."""
    os.environ |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    from ray.cluster_utils import Cluster

    node = {"num_cpus": max(1, (os.cpu_count() or 1) // 2), "object_store_memory": 100_000_000}
    cluster: Any = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    try:
        yield cluster, cluster.add_node(**node)
    finally:
        cluster.shutdown()


def with_a_kill(folder: Path, articles: int, name: str, *, kill: bool) -> tuple[float, int]:
    """Seconds of a run on two machines, one of them perhaps killed, and how many blocks were given out again."""
    out = folder / name
    given = ("run", str(folder / "articles.jsonl"), "-o", str(out), "--limit", str(articles), "--model", "rules")
    with two_machines() as (cluster, second):
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "extract", *given, "--engine", "ray", "--address", cluster.address],
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            if kill and sum(_lines_in(out)) >= articles // KILLED_AT:
                cluster.remove_node(second, allow_graceful=False)
                kill = False
            time.sleep(_LOOK_SECONDS)
        if process.returncode not in (0, 1):
            raise click.ClickException(f"the run ended with {process.returncode}")
        return time.monotonic() - began, _again(out)


def _lines_in(out: Path) -> Iterator[int]:
    from pyarrow import parquet

    for part in out.glob("part-*.parquet"):
        yield parquet.read_metadata(part).num_rows


def _again(out: Path) -> int:
    """Blocks that have a number and no part: those that a dead worker had."""
    numbers = [int(part.name[10:18]) for part in RunFolder(out).parts()]
    return max(numbers) - FIRST_PART - len(numbers)


@click.command()
@click.option("--articles", type=click.IntRange(min=1), default=5_000, show_default=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep what is written there.")
def main(articles: int, folder: Path | None) -> None:
    """Measure, and print tables."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        write_articles(place / "articles.jsonl", articles)
        cells = [
            [
                name,
                local.seconds,
                ray.seconds,
                one.seconds,
                f"{ray.seconds / local.seconds:.2f}",
                f"{(ray.seconds - one.seconds) / local.seconds:.2f}",
            ]
            for name, local, ray, one in beside(place, articles)
        ]
        headers = ["", "local s", "ray s", "ray s, 1 article", "ray / local", "without the beginning"]
        click.echo(
            f"{os.cpu_count()} cores, {articles:,} articles\n\n{tabulate(cells, headers=headers, floatfmt='.1f')}\n"
        )
        whole, killed = (with_a_kill(place, articles, name, kill=name == "killed") for name in ("whole", "killed"))
        click.echo(
            f"two machines of half the cores: {whole[0]:.1f} s; one of them killed after a third: {killed[0]:.1f} s, "
            f"{killed[1]} blocks given out again"
        )


if __name__ == "__main__":
    main()
