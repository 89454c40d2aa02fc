"""`extract view`: the page of a run, or of stories. It stands here for --gold and --compare, which score; the page is `extract.views.page`."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extract.cli.settings import NewPath, RunPath
from extract.cli.telling import tell
from extract.errors import RunFileError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.records.results import Run
    from extract.tasks.task import Task
    from extract.views.page.content import Beside, Content
    from extract.views.page.stories import StoriesContent

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="FILE", type=RunPath())
@click.option("-o", "--out", type=NewPath("file"), help="Write the page here; FILE with the ending .html if not given.")
@click.option("--gold", type=FOLDER, help="Show beside the labels of this gold set: right, wrong, missed, spurious.")
@click.option(
    "--compare", "other", metavar="RUN2", type=RunPath(), help="Show beside this run, an earlier one: what changed."
)
@click.option("--gazetteer", is_flag=True, help="Show a small map of each article's places; made offline.")
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier page; nothing else ever is.")
@click.option("--task", envvar="ATTESTED_TASK", help="Folder of the run's task, where it is not found by its name.")
def view(
    file: Path,
    out: Path | None,
    gold: Path | None,
    other: Path | None,
    gazetteer: bool,
    opened: bool,
    overwrite: bool,
    task: str | None,
) -> None:
    """Make one HTML file of a run, in which it is read, compared and corrected.

    The article with every grounded value marked, its records beside it, and the corrections that you make as one file
    (extract correct). Of a stories file (extract stories): tolls over time, reports side by side, why they are one, and
    what you decide as one file (extract stories --decisions). The page asks nobody for anything, and opens from disk.

    Example: extract view runs/today.jsonl --gold gold/attack -o today.html
    """
    from extract.files.documents import save_document
    from extract.files.run_files import is_stories_file
    from extract.views.page.building import check_page, page_of

    of_stories = is_stories_file(file)
    if of_stories:
        _refuse(file, {"--gold": gold, "--compare": other, "--gazetteer": gazetteer})
    out = out or file.with_suffix(".html")
    check_page(out, overwrite=overwrite)
    content = _stories(file) if of_stories else _run(file, task, gold, other, gazetteer=gazetteer)
    save_document(out, page_of(content), RunFileError)
    tell(str(out), err=False)
    if opened and not webbrowser.open(out.resolve().as_uri()):
        tell("there is no browser here: open the page in another one")


def _refuse(file: Path, options: dict[str, object]) -> None:
    """What only a run can have beside it is refused for stories."""
    named = [name for name, value in options.items() if value]
    if named:
        raise UsageError(f"{' and '.join(named)}: not for {str(file)!r}, which is a stories file; only a run takes it")


def _stories(file: Path) -> StoriesContent:
    from extract.stories.story import read_stories
    from extract.views.page.stories import stories_content

    return stories_content(read_stories(file), file)


def _run(file: Path, task: str | None, gold: Path | None, other: Path | None, *, gazetteer: bool) -> Content:
    from extract.records.results import read_header, read_run
    from extract.records.texts import find_texts
    from extract.tasks.loading import task_of_run
    from extract.views.page.content import content_of

    known = task_of_run(read_header(file).signature.task, task)
    run = read_run(file, known.schema)
    texts = find_texts(run, tell)
    beside = [*_beside(run, known, texts, gold, other)]
    maps, world = _maps(run) if gazetteer else ({}, "")
    return content_of(run, known.schema, texts, beside, maps, world, known.rules)


def _beside(
    run: Run, task: Task[Any], texts: dict[str, str], gold: Path | None, other: Path | None
) -> Iterator[Beside]:
    from eval.gold.clone import gold_folder
    from eval.harness import load_gold, read_run_of
    from eval.reports.beside import beside_gold, beside_run

    if gold is not None:
        yield beside_gold(run, load_gold(gold_folder(task, gold), task))
    if other is not None:
        yield beside_run(run, read_run_of(task, other), texts, other.name)


def _maps(run: Run) -> tuple[dict[str, str], str]:
    """Article → a map of its places, and the outline that the maps have in common."""
    from extract.places.gazetteer import open_gazetteer
    from extract.places.maps import WORLD, maps_of
    from extract.places.outline import world_defs

    return maps_of(run.results, open_gazetteer(tell)), world_defs(WORLD)
