"""`extract gold`: check, compare, draft, accept and exchange label files. Commands only; the work is in `eval`."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click

from eval.gold.clone import ARTICLES, LABELS
from extract.cli.settings import NewPath
from extract.errors import GoldError, UsageError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

labels_argument = click.argument("labels", type=LABELS, default=Path("gold/labels"))
articles_option = click.option(
    "--articles",
    type=ARTICLES,
    default=Path("gold/articles"),
    show_default=True,
    help="Folder of the labelled articles.",
)
out_option = click.option(
    "--out",
    type=NewPath("folder"),
    default=Path("gold/labels"),
    show_default=True,
    help="Folder for the label files; existing ones are not overwritten.",
)


@click.group()
def gold() -> None:
    """Check and grow the gold set.

    Example: extract gold check
    """


@gold.command()
@labels_argument
@articles_option
def check(labels: Path, articles: Path) -> None:
    """Find what is wrong in a folder of label files: one line a fault, exit 1 if there is any.

    Example: extract gold check gold/labels
    """
    from eval.gold.checking import check_set
    from extract.views.tables import safe

    found = check_set(labels, articles)
    for fault in found.faults:
        click.echo(safe(str(fault)))
    click.echo(f"{found.files} label files, {len(found.faults)} faults", err=True)
    if found.drafted:
        click.echo(safe(f"{len(found.drafted)} began as drafts: {', '.join(found.drafted)}"), err=True)
    if found.faults:
        click.get_current_context().exit(1)


@gold.command()
@click.argument("a", type=FOLDER)
@click.argument("b", type=FOLDER)
@articles_option
def agree(a: Path, b: Path, articles: Path) -> None:
    """Say how far two label sets agree, by the scorer that judges models, and where they differ.

    Example: extract gold agree gold/annotators/a gold/annotators/b
    """
    from eval.agreement import agree as compare
    from eval.agreement import render

    click.echo(render(compare(a, b, articles)), nl=False)


@gold.command()
@click.argument("articles", nargs=-1, required=True)
@click.option("--from", "run", type=FILE, required=True, help="Run file that holds the articles.")
@out_option
def draft(articles: tuple[str, ...], run: Path, out: Path) -> None:
    """Write label files prefilled from a run, to be corrected by reading and then accepted.

    Example: extract gold draft gold/articles/new.txt --from run.jsonl
    """
    from eval.gold.drafts import draft_label, write_new
    from extract.articles import Article, read_articles
    from extract.records.results import read_run
    from extract.tasks.attack.schema import Records

    held = read_run(run, Records)
    for article in read_articles(articles):
        if not isinstance(article, Article):
            raise UsageError(f"{article.source!r} is not an article: {article.reason}")
        click.echo(write_new(draft_label(article, held, _today()), out))


@gold.command()
@click.argument("file", type=FILE)
@click.option("--annotator", required=True, help="Who read the article and corrected the draft.")
@articles_option
def accept(file: Path, annotator: str, articles: Path) -> None:
    """Turn a corrected draft into gold; faults are printed and stop it (exit 1).

    Example: extract gold accept gold/labels/new.json --annotator "Ada Lund, by reading"
    """
    from eval.gold.checking import load_articles
    from eval.gold.drafts import accept as accept_draft
    from extract.views.tables import safe

    faults = accept_draft(file, load_articles(articles), annotator, _today())
    for fault in faults:
        click.echo(safe(str(fault)))
    if faults:
        click.get_current_context().exit(1)
    click.echo(f"{file} is gold now; it keeps `drafted_from`", err=True)


@gold.command()
def schema() -> None:
    """Print the JSON schema of label files, for editors.

    Example: extract gold schema > gold/labels.schema.json
    """
    from eval.gold.checking import label_schema

    click.echo(label_schema(), nl=False)


def _print_config(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    """Eager: it needs neither labels nor articles."""
    if wanted:
        from eval.gold.labelling_config import labelling_config

        click.echo(labelling_config(), nl=False)
        context.exit()


@gold.command("to-label-studio")
@labels_argument
@articles_option
@click.option(
    "--config",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_config,
    help="Print the labelling configuration (XML) of the project instead.",
)
def to_label_studio(labels: Path, articles: Path) -> None:
    """Print label files as Label Studio tasks (JSON): gold as annotations, drafts as predictions.

    Example: extract gold to-label-studio > tasks.json
    """
    from eval.gold.checking import load_articles
    from eval.gold.labels import load_labels
    from eval.gold.labelstudio import to_tasks

    tasks = to_tasks(load_labels(labels), load_articles(articles))
    click.echo(json.dumps(tasks, indent=2, ensure_ascii=False))


@gold.command("from-label-studio")
@click.argument("export", type=click.File("rb"))
@click.option("--annotator", required=True, help="Who annotated; an export holds only a user's number.")
@click.option("--user", help="Label Studio user (number or e-mail) whose annotations to take, if there are several.")
@articles_option
@out_option
def from_label_studio(export: BinaryIO, annotator: str, user: str | None, articles: Path, out: Path) -> None:
    """Write label files from a Label Studio export in the format JSON; "-" is standard input.

    Example: extract gold from-label-studio export.json --annotator "Ada Lund"
    """
    from eval.gold.checking import load_articles
    from eval.gold.drafts import write_new
    from eval.gold.labelstudio import Reader
    from extract.files.documents import parsed, read_text

    name = getattr(export, "name", "<stdin>")
    try:
        tasks = parsed(read_text(export, "export", GoldError))
    except ValueError as error:
        raise GoldError(f"{name!r} is no export in the format JSON: {error}") from error
    reader = Reader(tuple(load_articles(articles).values()), annotator, _today(), user)
    for label in reader.labels(tasks, name):
        click.echo(write_new(label, out))


def _today() -> date:
    """Today where the person labelling is."""
    return datetime.now().astimezone().date()
