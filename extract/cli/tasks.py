"""`extract new-task` and `extract check-task`: a task of one's own, begun and looked at."""

from __future__ import annotations

from pathlib import Path

import click

from extract.cli.settings import FILE, NewPath
from extract.cli.telling import tell


@click.command("new-task")
@click.argument("folder", type=NewPath("folder"), metavar="DIR")
@click.option("--schema", required=True, help="file.py:Model or package.module:Model, a pydantic model.")
@click.option(
    "--example",
    type=FILE,
    help="A short text to be shown to the model.",
)
def new_task(folder: Path, schema: str, example: Path | None) -> None:
    """Begin a task of your own: a folder that runs at once, with a README that leads on.

    Example: extract new-task recalls --schema recalls.py:Recalls --example article.txt
    """
    from extract.tasks.starting import begin_task

    for path in begin_task(folder, schema, example):
        tell(str(path), err=False)
    tell(f"next: extract check-task {folder}")


@click.command("check-task")
@click.argument("task", metavar="NAME|DIR")
def check_task(task: str) -> None:
    """Say what is wrong with a task (exit 2), and what is weak about it (exit 1).

    Example: extract check-task recalls
    """
    from extract.errors import counted
    from extract.tasks.checking import weaknesses
    from extract.tasks.loading import load_task

    found = weaknesses(load_task(task))
    for line in found:
        tell(line, err=False)
    click.echo(counted(len(found), "weakness"), err=True)
    click.get_current_context().exit(1 if found else 0)
