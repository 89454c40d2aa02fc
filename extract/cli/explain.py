"""`extract explain`: one value of a run, and all that made it."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from extract.cli.settings import RunPath, task_of_run_option
from extract.cli.telling import tell


@click.command()
@click.argument("run_file", metavar="RUN", type=RunPath())
@click.argument("pointer")
@click.option("--article", help="Id of the article; needed where the run has several.")
@task_of_run_option
def explain(run_file: Path, pointer: str, article: str | None, task: str | None) -> None:
    """Say where a value comes from: its place, the answers and rules that made it, why it is believed.

    Example: extract explain runs/today.jsonl /events/0/kind --article a.txt
    """
    from extract.records.results import read_header, read_run
    from extract.records.texts import article_of, find_texts
    from extract.tasks.loading import task_of_run
    from extract.views.explanation import explanation, the_article

    signature = read_header(run_file).signature
    found = task_of_run(signature.task, task)
    run_read = read_run(run_file, found.schema)
    result = the_article(run_read, article)
    texts = find_texts(run_read, tell)
    calibration = found.calibration(signature.prompts, signature.model)
    rules = found.rules if signature.prompts_sha256 == found.identity(found.prompt_set(signature.prompts)) else None
    width = shutil.get_terminal_size().columns
    click.echo(explanation(result, pointer, article_of(result, texts), calibration, rules, width))
