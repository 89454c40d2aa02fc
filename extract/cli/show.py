"""`extract show`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from extract.cli.settings import typed

if TYPE_CHECKING:
    from pydantic import BaseModel

    from extract.records.results import Run
    from extract.tasks.task import Task


@click.command()
@click.argument("run_file", metavar="RUN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--review", is_flag=True, help="The values to check first: contradicted, absent, least certain.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many values to review.")
@click.option("--type", "kind", help="Only records of this type, in one table: casualty.")
@click.option("--article", help="Only the article of this id.")
@click.option("--evidence", is_flag=True, help="With each record's evidence, in lines of its own.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "csv", "json"]),
    default="text",
    show_default=True,
    help="md, csv and json are the tables of extract export.",
)
@click.option("--task", envvar="ATTESTED_TASK", help="Folder of the run's task, where it is not found by its name.")
def show(
    run_file: Path,
    review: bool,
    limit: int,
    kind: str | None,
    article: str | None,
    evidence: bool,
    form: Literal["text", "md", "csv", "json"],
    task: str | None,
) -> None:
    """Show a finished run as tables.

    On a terminal with a little colour; NO_COLOR=1 leaves it out.

    Example: extract show runs/today.jsonl --type casualty --evidence
    """
    from extract.errors import UsageError
    from extract.records.results import read_header, read_run
    from extract.tasks.loading import task_of_run
    from extract.views.colour import coloured, wants_colour
    from extract.views.explanation import the_article

    if not review and typed(["limit"]):
        raise UsageError("--limit says how many values to review: add --review, or leave it out")
    if review and (unfit := [flag for flag in ("kind", "form", "evidence") if typed([flag])]):
        names = {"kind": "--type", "form": "--format", "evidence": "--evidence"}
        raise UsageError(f"--review shows values with the words around them: leave {names[unfit[0]]} out")
    found_task = task_of_run(read_header(run_file).signature.task, task)
    run = read_run(run_file, found_task.schema)
    if article is not None:
        run = run.model_copy(update={"results": [the_article(run, article)]})
    if form != "text":
        from extract.exports.exporting import AllTables
        from extract.exports.printing import printed

        click.echo(printed(run, AllTables(found_task, texts=False), form, kind, evidence=evidence), nl=False)
        return
    text = _review(run, limit) if review else _tables(run, found_task, kind, evidence)
    click.echo(coloured(text) if wants_colour() else text)


def _review(run: Run, limit: int) -> str:
    from extract.records.texts import find_texts
    from extract.views.tables import review_view
    from extract.views.terminal import safe

    texts = find_texts(run, lambda line: click.echo(safe(line), err=True))
    return review_view(run, texts, width=shutil.get_terminal_size().columns, limit=limit)


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
