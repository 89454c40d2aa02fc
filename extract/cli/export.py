"""`extract export`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from extract.cli.settings import NewPath

Thing = TypeVar("Thing")


@click.command()
@click.argument(
    "run_files", nargs=-1, required=True, metavar="RUN…", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("-o", "--out", required=True, type=NewPath(), help="File (.xlsx, .sqlite, .csv, .parquet) or folder.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "parquet", "sqlite", "values"]),
    help="Default: what OUT ends in; a folder of CSV files. values: one row per value.",
)
@click.option("--table", help="The table that a single CSV or Parquet file holds.")
@click.option("--bom", is_flag=True, help="Begin CSV files with the mark by which spreadsheets know UTF-8.")
@click.option("--gazetteer", is_flag=True, help="Add where places are: country, coordinates, precision, and the rule.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier export; nothing else ever is.")
@click.option("--task", envvar="ATTESTED_TASK", help="Folder of the run's task, where it is not found by its name.")
def export(
    run_files: tuple[Path, ...],
    out: Path,
    form: Literal["csv", "xlsx", "parquet", "sqlite", "values"] | None,
    table: str | None,
    bom: bool,
    gazetteer: bool,
    overwrite: bool,
    task: str | None,
) -> None:
    """Export finished runs as tables: CSV, Excel, Parquet, SQLite.

    A table for each record type, one of articles, one of where values stand, and the task's own summary: of attacks, a
    row per event. Records are called ARTICLE#POINTER, so that all tables join, and lead back to the run.
    Of an article in several runs the last counts. CSV and Excel leave the articles' texts out, and Excel has no sheet of
    where values stand.

    Example: extract export runs/today.jsonl -o today.xlsx
    """
    from extract.exports.exporting import Wanted
    from extract.exports.exporting import export as export_runs
    from extract.records.columns import ColumnMaker
    from extract.records.day_columns import DayColumns
    from extract.records.runs import Runs
    from extract.tasks.loading import task_of_run
    from extract.views.sinks import written
    from extract.views.terminal import safe

    def tell(line: str) -> None:
        click.echo(safe(line), err=True)

    wanted = Wanted(out, form, table, bom, overwrite)
    runs = Runs(run_files, tell)
    found = task_of_run(runs.task, task)
    makers: list[ColumnMaker] = [DayColumns()]
    if gazetteer:
        from extract.places.columns import PlaceColumns, has_places
        from extract.places.gazetteer import open_gazetteer

        if has_places(found.schema):
            makers.append(PlaceColumns(open_gazetteer(tell)))
        else:
            tell(f'task {found.name!r} has no field that is a place (Verbatim("place")): --gazetteer adds nothing')
    statuses, rows = export_runs(
        runs, run_files, found, wanted, makers, watched=lambda results: watched(results, len(runs))
    )
    tables = ", ".join(f"{name} {count}" for name, count in rows.items())
    click.echo(safe(f"{written(statuses, f' to {out}')}{f'; rows: {tables}' if tables else ''}"), err=True)


def watched(results: Iterable[Thing], total: int) -> Iterator[Thing]:
    """The results, with a bar on a terminal that says how far they are and how long it still takes."""
    from rich.console import Console
    from rich.progress import Progress

    bar: Any = Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal)
    with bar:
        yield from bar.track(results, total=total, description="articles")
