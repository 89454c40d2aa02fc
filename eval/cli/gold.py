"""`extract gold`: check, compare, draft, accept and exchange label files. Commands only; the work is in `eval`."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from extract.cli.settings import FILE, NewPath, task_option
from extract.cli.telling import tell
from extract.errors import GoldError, UsageError, counted

if TYPE_CHECKING:
    from extract.tasks.task import Task

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

labels_argument = click.argument("labels", type=FOLDER, required=False)
articles_option = click.option(
    "--articles", type=FOLDER, help="Folder of the labelled articles, if not the gold set's own."
)
out_option = click.option(
    "--out",
    type=NewPath("folder"),
    help="Folder for the label files, the gold set's own if not given; existing ones are not overwritten.",
)


@click.group()
def gold() -> None:
    """Check and grow the gold set.

    Example: extract gold check
    """


@gold.command()
@labels_argument
@articles_option
@task_option
def check(labels: Path | None, articles: Path | None, task: str) -> None:
    """Find what is wrong in a folder of label files: one line a fault, exit 1 if there is any.

    Example: extract gold check gold/attack/labels
    """
    from eval.gold.checking import check_set

    asked = _task(task)
    found = check_set(*_places(asked, labels, articles), asked)
    for fault in found.faults:
        tell(str(fault), err=False)
    tell(f"{counted(found.files, 'label file')}, {counted(len(found.faults), 'fault')}")
    if found.drafted:
        tell(f"{len(found.drafted)} began as drafts: {', '.join(found.drafted)}")
    if found.faults:
        click.get_current_context().exit(1)


@gold.command()
@click.argument("a", type=FOLDER)
@click.argument("b", type=FOLDER)
@articles_option
@task_option
def agree(a: Path, b: Path, articles: Path | None, task: str) -> None:
    """Say how far two label sets agree, by the scorer that judges models, and where they differ.

    Example: extract gold agree gold/attack/annotators/a gold/attack/annotators/b
    """
    from eval.agreement import agree as compare
    from eval.agreement import render

    asked = _task(task)
    click.echo(render(compare(a, b, _places(asked, a, articles)[1], asked)), nl=False)


@gold.command()
@click.argument("articles", nargs=-1, required=True)
@click.option("--from", "run", type=FILE, required=True, help="Run file that holds the articles.")
@out_option
@task_option
def draft(articles: tuple[str, ...], run: Path, out: Path | None, task: str) -> None:
    """Write label files prefilled from a run, to be corrected by reading and then accepted.

    Example: extract gold draft gold/articles/new.txt --from run.jsonl
    """
    from eval.gold.drafts import draft_label, write_new
    from eval.gold.labels import file_names
    from eval.harness import read_run_of
    from extract.articles import Article, read_articles

    asked = _task(task)
    held = read_run_of(asked, run)
    folder, written = out or _out(asked), 0
    for article in read_articles(articles):
        if not isinstance(article, Article):
            raise UsageError(f"{article.source!r} is not an article: {article.reason}")
        if known := next((folder / name for name in file_names(article.id) if (folder / name).exists()), None):
            tell(f"{known} is there already, and stays as it is")
            continue
        click.echo(write_new(draft_label(article, held, asked, _today()), folder))
        written += 1
    if not written:
        raise GoldError(f"nothing to draft: every label file is there already; {str(known)!r} is the last of them")


@gold.command()
@click.argument("file", type=FILE)
@click.option("--annotator", required=True, help="Who read the article and corrected the draft.")
@articles_option
@task_option
def accept(file: Path, annotator: str, articles: Path | None, task: str) -> None:
    """Turn a corrected draft into gold; faults are printed and stop it (exit 1).

    Example: extract gold accept gold/attack/labels/new.json --annotator "Ada Lund, by reading"
    """
    from eval.gold.checking import load_articles
    from eval.gold.drafts import accept as accept_draft

    asked = _task(task)
    faults = accept_draft(file, load_articles(_places(asked, file.parent, articles)[1]), asked, annotator, _today())
    for fault in faults:
        tell(str(fault), err=False)
    if faults:
        click.get_current_context().exit(1)
    tell(f"{file} is gold now; it keeps `drafted_from`")


@gold.command()
@task_option
def schema(task: str) -> None:
    """Print the JSON schema of label files, for editors.

    Example: extract gold schema > gold/attack/labels.schema.json
    """
    from eval.gold.checking import label_schema

    click.echo(label_schema(_task(task).schema), nl=False)


@gold.command("to-label-studio")
@labels_argument
@articles_option
@click.option("--config", is_flag=True, help="Print the labelling configuration (XML) of the project instead.")
@task_option
def to_label_studio(labels: Path | None, articles: Path | None, config: bool, task: str) -> None:
    """Print label files as Label Studio tasks (JSON): gold as annotations, drafts as predictions.

    Example: extract gold to-label-studio > tasks.json
    """
    from eval.gold.checking import load_articles
    from eval.gold.labelling_config import labelling_config
    from eval.gold.labels import load_labels
    from eval.gold.labelstudio_writer import to_tasks

    asked = _task(task)
    if config:
        click.echo(labelling_config(asked.schema), nl=False)
        return
    held, texts = _places(asked, labels, articles)
    tasks = to_tasks(load_labels(held, asked), load_articles(texts))
    click.echo(json.dumps(tasks, indent=2, ensure_ascii=False))


@gold.command("from-label-studio")
@click.argument("export", type=click.File("rb"))
@click.option("--annotator", required=True, help="Who annotated; an export holds only a user's number.")
@click.option("--user", help="Label Studio user (number or e-mail) whose annotations to take, if there are several.")
@articles_option
@out_option
@task_option
def from_label_studio(
    export: BinaryIO, annotator: str, user: str | None, articles: Path | None, out: Path | None, task: str
) -> None:
    """Write label files from a Label Studio export in the format JSON; "-" is standard input.

    Example: extract gold from-label-studio export.json --annotator "Ada Lund"
    """
    from eval.gold.checking import load_articles
    from eval.gold.drafts import write_new
    from eval.gold.labelstudio_reader import Reader
    from extract.files.documents import parsed, read_text

    name = getattr(export, "name", "<stdin>")
    try:
        tasks = parsed(read_text(export, "export", GoldError))
    except ValueError as error:
        raise GoldError(f"{name!r} is no export in the format JSON: {error}") from error
    asked = _task(task)
    texts = articles or _places(asked, None, None)[1]
    reader = Reader(asked, tuple(load_articles(texts).values()), annotator, _today(), user)
    for label in reader.labels(tasks, name):
        click.echo(write_new(label, out or _out(asked)))


def _task(name: str) -> Task[Any]:
    from extract.tasks.loading import load_task

    return load_task(name)


def _places(task: Task[Any], labels: Path | None, articles: Path | None) -> tuple[Path, Path]:
    """Folders of label files and of articles: those named, the others as they lie in the task's gold set."""
    from eval.gold.clone import article_folder, gold_folder, usual_folder

    if labels is not None and articles is not None:
        return labels, articles
    if labels is not None and (own := article_folder(labels.parent)).is_dir():  # beside the labels that are named
        return labels, own
    if labels is not None and not usual_folder(task).is_dir():
        raise UsageError(f"no articles beside {str(labels)!r}: name their folder with --articles")
    gold = gold_folder(task)
    return labels or gold / "labels", articles or article_folder(gold)


def _out(task: Task[Any]) -> Path:
    from eval.gold.clone import usual_folder

    return usual_folder(task) / "labels"


def _today() -> date:
    """Today where the person labelling is."""
    return datetime.now().astimezone().date()
