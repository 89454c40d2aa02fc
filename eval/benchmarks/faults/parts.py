"""All parts with how much of each is tried, in the order in which they run; the table of what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from eval.benchmarks.faults import answers, articles, disk, files, growing, injected, killed, served, together
from eval.benchmarks.faults.counting import Count, Counted, Counts, Part
from eval.reports import notation
from eval.reports.report import Block, Points, Table

MARKS = (
    "<!-- faults: written by python -m eval.benchmarks.faults --render eval/results/faults.json --update docs/faults.md -->",
    "<!-- /faults -->",
)


PARTS = (
    Part("killed", 1_000, 10, killed.cases, 1.6),
    Part("disk", 100, 1, disk.cases, 2.2),
    Part("together", 50, 1, together.cases, 3),
    Part("articles", 10_000, 130, articles.cases),
    Part("files", 1_500, 60, files.cases),
    Part("answers", 500, 40, answers.cases),
    Part("injected", 200, 12, injected.cases, 4),
    Part("served", 1_000, 80, served.cases),
    Part("growing", growing.FULL, 0, growing.cases),
)
"""A part without a short version is for the benchmark alone."""


def report(counted: Counted) -> list[Block]:
    """One table, and how it was made."""
    rows = [_row(count) for part in _ordered(counted) for count in _merged(part.counts)]
    tried, wrong = (
        sum(getattr(count, name) for part in counted.parts for count in part.counts) for name in ("tried", "wrong")
    )
    total = ["in all", notation.count(tried), notation.count(wrong), ""]
    table = Table(("what was tried", "times", "went wrong", "first example, or why it was left out"), [*rows, total])
    return [table, Points([counted.machine, *map(_how, _ordered(counted))])]


def _ordered(counted: Counted) -> list[Counts]:
    names = [part.name for part in PARTS]
    return sorted(counted.parts, key=lambda part: names.index(part.part) if part.part in names else len(names))


def _merged(counts: Sequence[Count]) -> list[Count]:
    """Rows of one kind ("article, pieces cut first") as one, where nothing went wrong in any."""
    merged = []
    for kind, same in groupby(
        counts, key=lambda count: count.what.split(",")[0] if count.what.endswith(" first") else count.what
    ):
        found = list(same)
        if len(found) == 1 or any(each.wrong or each.skipped for each in found):
            merged += found
        else:
            merged.append(Count(what=f"{kind}, spoilt in {len(found)} ways", tried=sum(each.tried for each in found)))
    return merged


def _row(count: Count) -> list[str]:
    tried = notation.count(count.tried) if count.tried or not count.skipped else notation.NOTHING
    return [
        count.what,
        tried,
        notation.count(count.wrong) if count.tried else notation.NOTHING,
        count.first or count.skipped,
    ]


def _how(part: Counts) -> str:
    meant, took = f"{notation.count(part.meant)} meant", notation.seconds(part.seconds)
    said = [f"{part.part}: seed {part.seed}", meant, took, *["stopped before all were tried"] * part.stopped]
    if part.made_on:
        said.append(f"on {part.made_on}" + (f" of {part.commit}" if part.commit else ""))
    return ", ".join(said) + "."
