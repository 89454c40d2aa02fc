"""`extract show`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from extract.cli.settings import RunPath, task_of_run_option, typed
from extract.cli.telling import tell

if TYPE_CHECKING:
    from pydantic import BaseModel

    from extract.records.results import Run
    from extract.tasks.task import Task

_NAMES = {"--kind": "--type", "--form": "--format", "--alone": "--all"}
"""Options that are not called as their values are."""


@click.command()
@click.argument("run_file", metavar="RUN", type=RunPath())
@click.option("--review", is_flag=True, help="The values to check first: contradicted, absent, least certain.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many values to review.")
@click.option("--type", "kind", help="Only records of this type, in one table: casualty.")
@click.option("--article", help="Only the article of this id; of stories those with a report of it.")
@click.option("--story", help="Only the story of this id.")
@click.option("--all", "alone", is_flag=True, help="Also stories of one report.")
@click.option("--evidence", is_flag=True, help="With each record's evidence, in lines of its own.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "csv", "json"]),
    default="text",
    show_default=True,
    help="md, csv and json are the tables of extract export.",
)
@task_of_run_option
def show(
    run_file: Path,
    review: bool,
    limit: int,
    kind: str | None,
    article: str | None,
    story: str | None,
    alone: bool,
    evidence: bool,
    form: Literal["text", "md", "csv", "json"],
    task: str | None,
) -> None:
    """Show a finished run as tables.

    Of a stories file: a table of stories, and each one of several reports in full: who reports what and when, low, best
    and high with the rule, what reports differ in, and what nearly joined. On a terminal with a little colour; NO_COLOR=1 leaves it out.

    Example: extract show runs/today.jsonl --type casualty --evidence
    """
    from extract.errors import UsageError
    from extract.files.run_files import is_stories_file
    from extract.records.results import read_header, read_run
    from extract.tasks.loading import task_of_run
    from extract.views.colour import coloured, wants_colour
    from extract.views.explanation import the_article

    if is_stories_file(run_file):
        _stories(run_file, article, story, form, kind, alone=alone, evidence=evidence)
        return
    if unfit := typed(["story", "alone"]):
        raise UsageError(
            f"{_NAMES.get(unfit[0], unfit[0])} is for stories, and {str(run_file)!r} is a run: leave it out"
        )
    if not review and typed(["limit"]):
        raise UsageError("--limit says how many values to review: add --review, or leave it out")
    if review and (unfit := typed(["kind", "form", "evidence"])):
        raise UsageError(
            f"--review shows values with the words around them: leave {_NAMES.get(unfit[0], unfit[0])} out"
        )
    found_task = task_of_run(read_header(run_file).signature.task, task)
    run = read_run(run_file, found_task.schema)
    if article is not None:
        run = run.model_copy(update={"results": [the_article(run, article)]})
    if form != "text":
        from extract.exports.exporting import AllTables
        from extract.exports.printing import printed

        tables = AllTables(found_task, texts=False)
        rows = tables.rows((run.header, result) for result in run.results)
        click.echo(printed(tables, rows, form, kind, evidence=evidence), nl=False)
        return
    text = _review(run, limit) if review else _tables(run, found_task, kind, evidence)
    click.echo(coloured(text) if wants_colour() else text)


def _stories(
    file: Path,
    article: str | None,
    story: str | None,
    form: Literal["text", "md", "csv", "json"],
    kind: str | None,
    *,
    alone: bool,
    evidence: bool,
) -> None:
    """Shows a stories file."""
    from extract.errors import UsageError
    from extract.exports.printing import printed
    from extract.exports.stories import StoryTables
    from extract.stories.story import read_stories
    from extract.views.colour import coloured, wants_colour
    from extract.views.stories import stories_view, the_stories

    if unfit := typed(["review", "limit", "task"]):
        raise UsageError(f"{unfit[0]} is for runs, and {str(file)!r} is a stories file: leave it out")
    if form == "text" and typed(["kind"]):
        raise UsageError("--type names one of the tables of stories: add --format md, csv or json, or leave it out")
    if form != "text" and alone:
        raise UsageError(f"--all is for text, and {form} has all stories: leave it out")
    read = read_stories(file)
    shown = the_stories(read, article, story)
    if form != "text":
        tables = StoryTables(shown)
        click.echo(printed(tables, tables.rows(), form, kind, evidence=evidence), nl=False)
        return
    width, everything = shutil.get_terminal_size().columns, alone or bool(article or story)
    text = stories_view(read, shown, width=width, alone=everything, evidence=evidence)
    click.echo(coloured(text) if wants_colour() else text)


def _review(run: Run, limit: int) -> str:
    from extract.records.texts import find_texts
    from extract.views.tables import review_view

    return review_view(run, find_texts(run, tell), width=shutil.get_terminal_size().columns, limit=limit)


def _tables(run: Run, task: Task[Any], kind: str | None, evidence: bool) -> str:
    from extract.errors import UsageError
    from extract.records.tree import record_types
    from extract.views.tables import run_view, type_view

    width = shutil.get_terminal_size().columns
    if kind is None:
        return run_view(run, width=width, evidence=evidence)
    schema: type[BaseModel] = task.schema
    names = [model.__name__ for model in record_types(schema)]
    if (name := next((name for name in names if name.casefold() == kind.casefold()), None)) is None:
        raise UsageError(f"no record type {kind!r}; there are: {', '.join(names)}")
    return type_view(run, name, width=width, evidence=evidence)
