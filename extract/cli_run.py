"""`extract run` and `extract show`, and the runs that `eval` asks for."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from extract.articles import MAX_CHARS
from extract.cli_cache import cache_option, layer_paths, recordings_option, store_option
from extract.transport import PATIENT, TIMEOUT

if TYPE_CHECKING:
    from eval.harness import RunPlan
    from extract.pipeline import Setup
    from extract.progress import Display
    from extract.records import Run
    from extract.running import Budget
    from extract.session import Options
    from extract.store import Mode
    from extract.targets import Item, Target

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class RunArguments(TypedDict):
    """The command line of `extract run`, as click hands it over."""

    inputs: tuple[str, ...]
    out: Path | None
    form: Literal["jsonl", "csv", "json"] | None
    model: str | None
    base_url: str | None
    model_id: str | None
    prompts: str | None
    task: str
    jobs: int | None
    context: int | None
    timeout: float
    retries: int
    published: datetime | None
    limit: int | None
    max_chars: int
    max_cost: float | None
    price_file: Path | None
    dry_run: bool
    mode: Mode
    folder: Path | None
    layers: tuple[Path, ...]


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here; a run is continued.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "json"]), help="Default: what OUT ends in.")
@click.option("--model", help="local, local/NAME, a .gguf file, provider/model, or rules (asks no model).")
@click.option("--base-url", metavar="URL", help="OpenAI-compatible server; its key is taken from ATTESTED_API_KEY.")
@click.option("--model-id", help="What recordings call the model, with --base-url.")
@click.option("--prompts", help="Prompt set, or a folder with one; sentence for local models, whole for others.")
@click.option("--task", default="attack", show_default=True, help="What to extract.")
@click.option("--jobs", type=click.IntRange(1), help="Requests at once; 1 for local models, 4 for servers, else 8.")
@click.option("--context", type=click.IntRange(256), metavar="TOKENS", help="What the model takes at once.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    help="Seconds, for each try.",
)
@click.option("--retries", type=click.IntRange(0), default=PATIENT.tries - 1, show_default=True, help="After faults.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Publication day of articles that do not say.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N articles.")
@click.option("--max-chars", type=click.IntRange(1), default=MAX_CHARS, show_default=True, help="Refuse longer texts.")
@click.option("--max-cost", type=click.FloatRange(0), metavar="USD", help="Begin no article once this is spent.")
@click.option("--prices", "price_file", type=FILE, envvar="ATTESTED_PRICES", help="Price file of your own.")
@click.option("--dry-run", is_flag=True, help="Print requests, tokens, time and cost; call nothing.")
@cache_option
@store_option
@recordings_option
def run(**given: Unpack[RunArguments]) -> None:
    """Extract records from articles.

    INPUT: text, Markdown or HTML files, folders, JSONL with id, text, published, title, or - for standard input.
    On a terminal the records are shown as tables; piped, or with -o, they are JSON lines.

    Exit code: 0, or 1 if an article failed or was left undone for --max-cost.

    Example: extract run article.txt -o runs/today.jsonl
    """
    from extract.prices import load_prices
    from extract.progress import Display
    from extract.running import Budget, dry_run
    from extract.session import open_setup
    from extract.targets import open_target

    articles = _articles(given)
    prices = load_prices(given["price_file"])
    options = _options(given)
    if given["dry_run"]:
        # Without the store: opening it would make it.
        with open_setup(replace(options, cache="off")) as setup:
            click.echo(dry_run(articles, setup, prices))
        return
    with (
        Display() as display,
        open_setup(options, progress=display.step, warn=_warning(display), told=display.answered) as setup,
    ):
        budget = Budget(setup.model, prices, given["max_cost"])
        target = open_target(given["out"], given["form"], setup, _width())
        failed = _run(articles, setup, target, budget, display)
    click.get_current_context().exit(1 if failed or budget.stopped else 0)


def _run(articles: list[Item], setup: Setup, target: Target, budget: Budget, display: Display) -> int:
    """Runs articles into a target; returns how many failed."""
    from extract.running import run_articles

    failed = 0
    complete = False
    try:
        todo = list(target.fresh(articles))
        display.expect(len(todo))
        for result in run_articles(todo, setup, budget):
            with display.hidden():
                target.write(result)
            display.finished(result)
            failed += result.status == "failed"
        complete = not budget.stopped
    finally:
        with display.hidden():
            if said := target.close(complete):
                display.say(said)
    if budget.stopped:
        display.say(f"stopped: ${budget.spent:.2f} are spent, the limit is ${budget.limit:.2f}")
    return failed


def _articles(given: RunArguments) -> list[Item]:
    from extract.articles import read_articles

    day = given["published"]
    found = read_articles(given["inputs"], published=day.date() if day else None, max_chars=given["max_chars"])
    out = given["out"].resolve() if given["out"] else None
    # A run file in a folder that is read is not one of its articles.
    others = (item for item in found if out is None or not _is_from(item.source, out))
    return list(islice(others, given["limit"]))


def _is_from(source: str, file: Path) -> bool:
    """Whether an article was read from a file: as "FILE", or as "FILE:LINE"."""
    return file in (Path(source).resolve(), Path(source.rpartition(":")[0]).resolve())


def _options(given: RunArguments) -> Options:
    from extract.session import Options

    return Options(
        model=given["model"],
        base_url=given["base_url"],
        model_id=given["model_id"],
        task=given["task"],
        prompts=given["prompts"],
        cache=given["mode"],
        store=given["folder"],
        layers=layer_paths(given["layers"]),
        jobs=given["jobs"],
        context_tokens=given["context"],
        timeout=given["timeout"],
        retries=given["retries"],
    )


def _width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _warning(display: Display) -> Callable[[str], None]:
    return lambda line: display.say(f"warning: {line}")


@click.command()
@click.argument("run_file", metavar="RUN", type=FILE)
@click.option("--review", is_flag=True, help="The values to check first: not found in the text, then least certain.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many values to review.")
def show(run_file: Path, review: bool, limit: int) -> None:
    """Show a finished run as tables.

    Example: extract show runs/today.jsonl --review
    """
    from extract.records import read_header, read_run
    from extract.tasklist import load_task
    from extract.view import find_texts, review_view, run_view

    task = load_task(read_header(run_file).signature.task)
    found = read_run(run_file, task.records)
    width = shutil.get_terminal_size().columns
    click.echo(
        review_view(found, find_texts(found), width=width, limit=limit) if review else run_view(found, width=width)
    )


def make_run(plan: RunPlan) -> Run:
    """Makes the run that an evaluation asks for; a missing recording ends it.

    Raises:
        ExtractError: it cannot be made as a whole.
    """
    from extract.articles import read_articles
    from extract.progress import Display
    from extract.running import collect
    from extract.session import Options, open_setup

    store = os.environ.get("ATTESTED_STORE")
    options = Options(
        model=plan.model,
        prompts=plan.prompts,
        cache=plan.cache,
        sample=plan.sample,
        store=Path(store) if store else None,
        layers=layer_paths(()),
    )
    articles = list(read_articles([str(plan.articles)]))
    replaying = plan.cache == "replay"
    with (
        Display() as display,
        open_setup(
            options,
            progress=display.step,
            warn=_warning(display),
            told=None if replaying else display.answered,
            raise_misses=replaying,
        ) as setup,
    ):
        if replaying:  # takes a second
            return collect(articles, setup, plan.out)
        display.expect(len(articles))
        return collect(articles, setup, plan.out, display.finished)
