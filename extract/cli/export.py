"""`extract export`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from extract.cli.settings import FILE, NewPath, RunPath, task_of_run_option, typed
from extract.cli.telling import tell

if TYPE_CHECKING:
    from extract.exports.exporting import Wanted

Thing = TypeVar("Thing")


@click.command()
@click.argument("run_files", nargs=-1, required=True, metavar="RUN…", type=RunPath())
@click.option(
    "-o", "--out", required=True, type=NewPath(), help="File (.xlsx, .sqlite, .csv, .parquet, .jsonl) or folder."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "parquet", "sqlite", "values", "jsonl"]),
    help="Default: what OUT ends in; a folder of CSV files. values: one row per value; jsonl: a run file, of a run folder.",
)
@click.option("--table", help="The table that a single CSV or Parquet file holds.")
@click.option("--bom", is_flag=True, help="Begin CSV files with the mark by which spreadsheets know UTF-8.")
@click.option("--gazetteer", is_flag=True, help="Add where places are: country, coordinates, precision, and the rule.")
@click.option(
    "--stories",
    type=FILE,
    help="Add to each record which story of this stories file it is in.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier export; nothing else ever is.")
@task_of_run_option
def export(
    run_files: tuple[Path, ...],
    out: Path,
    form: Literal["csv", "xlsx", "parquet", "sqlite", "values", "jsonl"] | None,
    table: str | None,
    bom: bool,
    gazetteer: bool,
    stories: Path | None,
    overwrite: bool,
    task: str | None,
) -> None:
    """Export finished runs as tables: CSV, Excel, Parquet, SQLite.

    A table for each record type, one of articles, one of where values stand, and the task's own summary: of attacks, a
    row per event. Records are called ARTICLE#POINTER, so that all tables join, and lead back to the run.
    Of an article in several runs the last counts. CSV and Excel leave the articles' texts out, and Excel has no sheet of
    where values stand. A stories file has the tables stories, reports, which join the tables of runs, and figures.

    Example: extract export runs/today.jsonl -o today.xlsx
    """
    from extract.errors import UsageError, counted
    from extract.exports.exporting import Wanted
    from extract.exports.exporting import export as export_runs
    from extract.exports.story_column import story_column
    from extract.files.run_files import is_stories_file
    from extract.records.columns import ColumnMaker
    from extract.records.day_columns import DayColumns
    from extract.records.runs import Runs
    from extract.tasks.loading import task_of_run
    from extract.views.sinks import written

    wanted = Wanted(out, form, table, bom, overwrite)
    if any(map(is_stories_file, run_files)):
        _export_stories(run_files, wanted)
        return
    if stories is not None and wanted.kind in ("values", "jsonl"):
        raise UsageError(
            f"--stories adds a column to tables, and --format {wanted.kind} has none: leave one of them out"
        )
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
    told = story_column(found, stories) if stories else None
    inputs = [*run_files, *([stories] if stories else [])]
    statuses, rows = export_runs(
        runs,
        inputs,
        found,
        wanted,
        [*makers, *([told] if told else [])],
        watched=lambda results: watched(results, len(runs)),
    )
    if told and told.strange:
        strange = counted(len(told.strange), "record")
        tell(f"{strange} in no story of {str(stories)!r}: extract stories --update {stories} brings it up to date")
    tell(f"{written(statuses, f' to {out}')}{_counts(rows)}")


def _export_stories(files: Sequence[Path], wanted: Wanted) -> None:
    """Exports a stories file."""
    from extract.errors import UsageError, counted
    from extract.exports.exporting import write_tables
    from extract.exports.stories import StoryTables
    from extract.files.run_files import is_stories_file
    from extract.stories.story import read_stories
    from extract.views.story_words import stories_words

    file = next(filter(is_stories_file, files))
    if len(files) > 1:
        raise UsageError(
            f"{str(file)!r} is a stories file: export it alone; --stories {file} adds its stories to the tables of runs"
        )
    if unfit := typed(["gazetteer", "stories", "task"]):
        raise UsageError(f"{unfit[0]} is for runs, and {str(file)!r} is a stories file: leave it out")
    if wanted.kind in ("values", "jsonl"):
        raise UsageError(f"--format {wanted.kind} is for runs: stories have the tables stories, reports and figures")
    stories = read_stories(file).stories
    tables = StoryTables(stories)
    rows = write_tables(tables, tables.rows(), files, wanted)
    if tables.left_out:
        tell(
            f"{counted(tables.left_out, 'outcome or field')} without columns of their own: only the most common have them"
        )
    tell(f"{stories_words(len(stories))} written to {wanted.out}{_counts(rows)}")


def _counts(rows: Mapping[str, int]) -> str:
    tables = ", ".join(f"{name} {count}" for name, count in rows.items())
    return f"; rows: {tables}" if tables else ""


def watched(results: Iterable[Thing], total: int) -> Iterator[Thing]:
    """The results, with a bar on a terminal that says how far they are and how long it still takes."""
    from rich.console import Console
    from rich.progress import Progress

    bar: Any = Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal)
    with bar:
        yield from bar.track(results, total=total, description="articles")
