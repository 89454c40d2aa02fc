"""How fast all of it is, beside others and beside what the machine can do, in one run: `python -m eval.benchmarks.speed`.

    make bench BENCH=benchmarks.speed OPTIONS="--json eval/results/speed.json --update docs/speed.md"   # everything, half an hour
    python -m eval.benchmarks.speed --only store --only rules                               # a minute

Machines are noisy and differ: the column to read is the ratio, of two things that were measured one after the other. The
parts are in `speed_parts`; `model` and `peers` load the embedded model.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

import click

from eval.benchmarks.speed_parts import PARTS, Line
from eval.gold.clone import gold_folder
from eval.harness import load_gold
from eval.reports import notation
from eval.reports.page import TableCommand, find_place, update_option, update_table
from eval.reports.report import Block, Table, render
from extract.cli.settings import FILE
from extract.errors import UsageError
from extract.files.documents import load_document, save_document
from extract.records.results import Strict
from extract.tasks.loading import load_task

FORMAT: Final = "attested-speed-1"
MARKS: Final = ("<!-- speed: written by python -m eval.benchmarks.speed -->", "<!-- /speed -->")


class Speed(Strict):
    """All that was measured in one run."""

    format: Literal["attested-speed-1"] = FORMAT
    measured_on: str
    machine: str
    versions: dict[str, str]
    lines: list[Line]


def table(speed: Speed) -> list[Block]:
    """The figures, and where they were measured."""
    rows = [
        [
            each.part,
            each.what,
            f"{_figure(each.figure)} {each.unit}",
            each.beside,
            "" if each.ratio is None else f"{_ratio(each.ratio)} ×",
        ]
        for each in speed.lines
    ]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(speed.versions.items()))
    where = f"Measured on {speed.measured_on}, {speed.machine}; {versions}."
    return [Table(("part", "what", "figure", "beside", "ratio"), rows, left=2), where]


def _ratio(value: float) -> str:
    """In two digits, as nobody reads powers of ten: 1 000, 0.67, 1/32 000."""
    if 0 < value < 0.01:
        return f"1/{_ratio(1 / value)}"
    return notation.count(float(f"{value:.2g}")) if value >= 100 else f"{value:.2g}"


def _figure(value: float) -> str:
    return notation.count(value) if value >= 100 else f"{value:.3g}"


@click.command(cls=TableCommand)
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Only this part; again for more.")
@click.option("--json", "out", type=click.Path(dir_okay=False, path_type=Path), help="Save the figures here.")
@click.option("--render", "saved", type=FILE, help="Print these; measure nothing.")
@update_option
def main(only: tuple[str, ...], out: Path | None, saved: Path | None, update: Path | None) -> None:
    """Measure speed; in a clone of the project, whose gold set and recordings it takes.

    Example: python -m eval.benchmarks.speed --only start
    """
    if update:
        find_place(update, MARKS)
    speed = load_document(saved, Speed, "list of figures", UsageError, form=FORMAT) if saved else measure(only)
    if out:
        save_document(out, speed, UsageError)
    if update:
        update_table(update, MARKS, render(table(speed), "markdown"))
    click.echo(render(table(speed), "text"), nl=False)


def measure(only: Sequence[str] = ()) -> Speed:
    """Measures all parts, or some, one after the other."""
    from extract.models.openai_client import installed_versions

    task = load_task("attack")
    gold = load_gold(gold_folder(task), task)
    if lacking := [name for name in ("metametric", "vcr", "langextract") if not find_spec(name)]:
        click.echo(
            f"{', '.join(lacking)} not installed: left out; make bench BENCH=benchmarks.speed brings all", err=True
        )
    lines: list[Line] = []
    for number, name in enumerate(only or PARTS, 1):
        click.echo(f"{name}: {number} of {len(only or PARTS)} …", err=True)
        lines += PARTS[name](gold)
    return Speed(
        measured_on=datetime.now(UTC).date().isoformat(),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        versions=installed_versions(
            ("openai", "xllamacpp", "diskcache", "metametric", "vcrpy", "langextract", "spacy")
        ),
        lines=lines,
    )


if __name__ == "__main__":
    main()
