"""The command: tries all parts, or some, and counts."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from eval.benchmarks.faults.counting import MOST_SAID, Counted, Counts, Part
from eval.benchmarks.faults.parts import MARKS, PARTS, report
from eval.reports.page import TableCommand, find_place, update_option, update_table
from eval.reports.report import render
from extract.cli.settings import FILE
from extract.errors import UsageError
from extract.files.documents import load_document, save_document

INTERRUPTED = 130
LOG_SECONDS = 30
"""Outside a terminal a line says this often how far a part is."""
ROOT = Path(__file__).parents[3]
TRIED = ("extract", "prompts", "gold", "eval", "requirements", "pyproject.toml", ":!eval/results")
"""What a case may depend on."""


@click.command(cls=TableCommand)
@click.option(
    "--only", multiple=True, type=click.Choice([part.name for part in PARTS]), help="This part; again for more."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of everything that is drawn.")
@click.option("--short", is_flag=True, help="A minute's worth of each part, as the tests do.")
@click.option("--number", type=click.IntRange(1), help="So many cases of a part, instead of what is usual.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the counts here, as JSON; those of other parts in it stay.",
)
@click.option("--render", "rendered", type=FILE, help="Try nothing: the table of this file.")
@update_option
@click.pass_context
def main(
    context: click.Context,
    only: tuple[str, ...],
    seed: int,
    short: bool,
    number: int | None,
    out: Path | None,
    rendered: Path | None,
    update: Path | None,
) -> None:
    """Try to make attested fail, and count how often it does. Exit code 1 if it did, 2 if it could not be tried, 130 after
    Ctrl-C, which keeps the counts.

    Example: python -m eval.benchmarks.faults --only killed --out eval/results/faults.json
    """
    if update:
        find_place(update, MARKS)
    counted = Counted(machine=_machine())
    if source := rendered or (out if out is not None and out.exists() else None):
        counted = load_document(source, Counted, "count of faults", UsageError)
    shown, status = counted, 0
    if rendered is None:
        chosen = [part for part in PARTS if part.name in only or (not only and (part.short or not short))]
        made = list(_tried(chosen, counted, seed, short, number, out))
        shown = Counted(machine=_machine(), parts=made)
        status = INTERRUPTED if any(each.stopped for each in made) else 1 if any(each.wrong for each in made) else 0
    if update is not None:
        update_table(update, MARKS, render(report(counted), "markdown"))
    click.echo(render(report(shown), "text"), nl=False)
    context.exit(status)


def _tried(
    parts: Sequence[Part],
    counted: Counted,
    seed: int,
    short: bool,
    number: int | None,
    out: Path | None,
) -> Iterator[Counts]:
    """The counts of each part, written as soon as they are there; an interrupt ends it with those so far."""
    _plain_environment()
    today, commit = datetime.now(UTC).date().isoformat(), _commit()
    for part in parts:
        meant = number or (part.short if short else part.full)
        counts = _counted(part, Counts(part=part.name, seed=seed, meant=meant, made_on=today, commit=commit))
        counted.put(counts)
        counted.machine = _machine()
        if out is not None:
            save_document(out, counted, UsageError)
        yield counts
        if counts.stopped:
            return


def _counted(part: Part, counts: Counts) -> Counts:
    # No `Display`: its threads would be in a process that forks (`forked`).
    began = told = time.monotonic()
    rows = part.rows(counts.meant)
    try:
        with click.progressbar(length=rows, label=f"{part.name:9}", show_pos=True, file=sys.stderr) as bar:
            for done, case in enumerate(part.cases(counts.meant, counts.seed), 1):
                counts.add(case)
                if case.fault:  # the table keeps the first one of a kind
                    click.echo(f"\n{case.what}: {' '.join(case.fault.split())[:MOST_SAID]}", err=True)
                bar.update(1)
                now = time.monotonic()
                if now - told >= LOG_SECONDS and not sys.stderr.isatty():
                    told, left = now, (now - began) / done * max(rows - done, 0)
                    click.echo(f"  {done} of about {rows} cases tried, about {left:.0f} s left", err=True)
    except KeyboardInterrupt:
        counts.stopped = True
    counts.seconds = round(time.monotonic() - began, 1)
    click.echo(
        f"{part.name}: {counts.tried:,} tried, {counts.wrong:,} went wrong, {counts.seconds:.0f} s",
        err=True,
    )
    return counts


def _plain_environment() -> None:
    """No setting, key or proxy of the person who runs it."""
    for name in list(os.environ):
        if name.startswith("ATTESTED_") or name.upper().endswith(("_PROXY", "_API_KEY", "_BASE_URL")):
            del os.environ[name]


def _commit() -> str:
    """Which state is tried; "" outside a clone."""
    commands = (["git", "rev-parse", "--short", "HEAD"], ["git", "status", "--porcelain", "--", *TRIED])
    try:
        commit, changed = (
            subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.strip()
            for command in commands
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{commit}+" if changed else commit


def _machine() -> str:
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores."


if __name__ == "__main__":
    main()
