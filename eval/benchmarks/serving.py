"""`extract serve` on loopback beside a plain loop: `python -m eval.benchmarks.serving`; a minute or two.

Short made-up articles, each another one, by rules; every number of clients posts the same number of them, each client
one after the other over one connection. Before and after each, an `Extractor` in this process works on half as many in a
plain loop: what the machine gives at the time. Server and clients share its cores, so the ratio is what counts.

Then four times as many clients as there are places post at once, and again as soon as they are refused: how many are
answered, how many refused with 429, how long a refusal takes, and that there is nothing else.
"""

from __future__ import annotations

import http.client
import itertools
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from numpy import percentile

from eval.benchmarks import local
from eval.reports import notation
from eval.reports.page import TableCommand, find_place, update_option, update_table
from eval.reports.report import Block, Points, Table, render
from extract.engines.extractor import Extractor
from extract.tasks.loading import load_task

MARKS = (
    "<!-- serving: written by python -m eval.benchmarks.serving --update docs/serving.md -->",
    "<!-- /serving -->",
)
CLIENTS = (1, 4, 16)
AT_ONCE, WAITING = 2, 16
TOO_MANY = 4 * (AT_ONCE + WAITING)
"""Clients."""
MOST_ASKED = 5000
"""Requests after which the overload ends, whatever was answered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was answered: with which status, after how many seconds."""

    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """What some clients got.

    Attributes:
        clients: how many at once; 0 for the plain loop.
        articles: how many were posted.
        wall: seconds for all.
        seconds: of each.
    """

    clients: int
    articles: int
    wall: float
    seconds: Sequence[float]

    @property
    def per_second(self) -> float:
        """Articles a second."""
        return self.articles / self.wall


def texts(first: int, number: int) -> list[str]:
    """So many made-up articles, none of which is among those from another number on."""
    return [local.text(each) for each in range(first, first + number)]


def table(rows: Sequence[Row]) -> Table:
    """Plain loops, and what was measured between each two of them."""
    cells = []
    for place, row in enumerate(rows):
        middle, most = (1000 * percentile(row.seconds, share) for share in (50, 99))
        around = [rows[place - 1].per_second, rows[place + 1].per_second] if row.clients else [row.per_second]
        share = row.per_second * len(around) / sum(around)
        name = str(row.clients or "plain loop")
        cells.append((name, f"{row.per_second:.1f}", f"{share:.2f}", f"{middle:.0f}", f"{most:.0f}"))
    return Table(("clients", "articles/s", "of a plain loop", "p50 ms", "p99 ms"), cells)


def plain_loop(extractor: Extractor[Any], articles: Sequence[str]) -> Row:
    """An `Extractor` in this process, one article after the other."""
    seconds = []
    began = time.perf_counter()
    for text in articles:
        at = time.perf_counter()
        extractor.extract(text)
        seconds.append(time.perf_counter() - at)
    return Row(0, len(articles), time.perf_counter() - began, seconds)


@contextmanager
def server() -> Generator[tuple[int, int], None, None]:
    """`extract serve` for the time of the block: its port and its process."""
    command = ["-m", "extract", "serve", "--model", "rules", "--port", "0"]
    options = ["--at-once", str(AT_ONCE), "--waiting", str(WAITING)]
    process = subprocess.Popen([sys.executable, *command, *options], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        for line in process.stderr:
            if found := re.match(r"serving .*:(\d+);", line):
                break
        else:
            raise click.ClickException("the server did not begin")
        with ThreadPoolExecutor(1) as reader:
            reader.submit(process.stderr.read)  # its log, which would fill the pipe
            try:
                yield int(found[1]), process.pid
            finally:  # or its log would not end, which the reader waits for
                process.terminate()
                process.wait(60)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def post(line: http.client.HTTPConnection, text: str) -> Asked:
    """Posts an article, and reads the answer."""
    began = time.perf_counter()
    line.request("POST", "/extract", text.encode(), {"Content-Type": "text/plain"})
    answer = line.getresponse()
    answer.read()
    return Asked(answer.status, time.perf_counter() - began)


def post_all(port: int, articles: Sequence[str]) -> list[Asked]:
    """One client, over one connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as line:
        return [post(line, text) for text in articles]


def at_once(
    clients: int, articles: Sequence[str], ask: Callable[[Sequence[str]], list[Asked]]
) -> tuple[list[Asked], float]:
    """What so many clients got, each for its share of the articles, and the seconds for all."""
    shares = [articles[place::clients] for place in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        began = time.perf_counter()
        asked = [each for found in pool.map(ask, shares) for each in found]
        return asked, time.perf_counter() - began


def load(port: int, clients: int, articles: Sequence[str]) -> Row:
    """So many clients at once, each with its share."""
    asked, wall = at_once(clients, articles, partial(post_all, port))
    if wrong := Counter(each.status for each in asked if each.status != 200):
        raise click.ClickException(f"{clients} clients were answered otherwise than with 200: {dict(wrong)}")
    return Row(clients, len(articles), wall, [each.seconds for each in asked])


def overload(port: int, articles: Sequence[str]) -> tuple[list[Asked], float]:
    """Four clients for each place; who is refused posts again at once, until all are answered or too much was asked."""
    count = itertools.count()

    def insist(share: Sequence[str]) -> list[Asked]:
        asked: list[Asked] = []
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as line:
            for text in share:
                while next(count) < MOST_ASKED:
                    asked.append(post(line, text))
                    if asked[-1].status != 429:
                        break
        return asked

    return at_once(TOO_MANY, articles, insist)


def memory(process: int, name: str) -> float:
    """Megabytes of a process, now (VmRSS) or at most (VmHWM); Linux tells."""
    status = Path(f"/proc/{process}/status")
    found = re.search(rf"{name}:\s+(\d+)", status.read_text(encoding="utf-8")) if status.exists() else None
    return int(found[1]) / 1000 if found else float("nan")


@click.command(cls=TableCommand)
@click.option("--articles", type=click.IntRange(16), default=400, show_default=True, help="For each number of clients.")
@update_option
def main(articles: int, update: Path | None) -> None:
    """Measure `extract serve` by rules beside a plain loop.

    Example: python -m eval.benchmarks.serving --articles 100
    """
    if update:
        find_place(update, MARKS)
    report = measured(articles)
    if update:
        update_table(update, MARKS, render(report, "markdown"))
    click.echo(render(report, "text"), nl=False)


def measured(articles: int) -> list[Block]:
    """The table, and what came of too many clients.

    Raises:
        click.ClickException: a client was answered otherwise than with 200 or 429.
    """
    first = itertools.count(0, articles)
    with Extractor(load_task("attack"), model="rules") as extractor, server() as (port, process):
        plain_loop(extractor, texts(next(first), 8))  # loads what is loaded once
        post_all(port, texts(next(first), 8))
        at_first = memory(process, "VmRSS")
        rows = [plain_loop(extractor, texts(next(first), articles // 2))]
        for clients in CLIENTS:
            rows.append(load(port, clients, texts(next(first), articles)))
            rows.append(plain_loop(extractor, texts(next(first), articles // 2)))
        asked, wall = overload(port, texts(next(first), articles))
        at_last, at_most = memory(process, "VmRSS"), memory(process, "VmHWM")
    statuses = Counter(each.status for each in asked)
    if set(statuses) - {200, 429}:
        raise click.ClickException(f"there were answers other than 200 and 429: {dict(statuses)}")
    refusals = [1000 * each.seconds for each in asked if each.status == 429] or [float("nan")]
    middle, most = percentile(refusals, (50, 99))
    told = (
        f"{TOO_MANY} clients at once for {AT_ONCE + WAITING} places: {statuses[200]} answered in {wall:.1f} s, "
        f"{statuses[200] / wall:.1f} a second; {notation.count(statuses[429])} refused, each in {middle:.0f} ms (p50), "
        f"{most:.0f} ms (p99). Who is refused asks again at once, until {notation.count(MOST_ASKED)} were asked.",
        f"Memory of the server: {at_first:.0f} MB after 8 articles, {at_last:.0f} MB after "
        f"{notation.count(len(asked) + len(CLIENTS) * articles)} requests, {at_most:.0f} MB at most.",
        f"{os.cpu_count()} cores for clients, server and loop.",
    )
    return [table(rows), Points(told)]


if __name__ == "__main__":
    main()
