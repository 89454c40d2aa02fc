"""`extract run` and `extract show`, and the runs that `eval` asks for."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extract.cli_cache import cache_option, layer_paths, recordings_option, store_option

if TYPE_CHECKING:
    from eval.harness import RunPlan

    from extract.records import Run
    from extract.running import Item
    from extract.session import Options

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here; a run is continued.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "json"]), help="Default: what OUT ends in.")
@click.option("--model", help="local, local/NAME, a .gguf file, provider/model, or rules (asks no model).")
@click.option("--base-url", metavar="URL", help="OpenAI-compatible server; its key is taken from ATTESTED_API_KEY.")
@click.option("--model-id", help="What recordings call the model, with --base-url.")
@click.option("--prompts", help="Prompt set; sentence for local models, whole for others.")
@click.option("--task", default="attack", show_default=True, help="What to extract.")
@click.option("--jobs", type=click.IntRange(1), help="Requests at once; 1 for local models, 8 for others.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Publication day of articles that do not say.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N articles.")
@click.option("--max-chars", type=click.IntRange(1), default=200_000, show_default=True, help="Refuse longer texts.")
@click.option("--max-cost", type=click.FloatRange(0), metavar="USD", help="Begin no article once this is spent.")
@click.option("--prices", "price_file", type=FILE, envvar="ATTESTED_PRICES", help="Price file of your own.")
@click.option("--dry-run", is_flag=True, help="Print requests, tokens, time and cost; call nothing.")
@cache_option
@store_option
@recordings_option
@click.pass_context
def run(context: click.Context, inputs: tuple[str, ...], **given: Any) -> None:
    """Extract records from articles.

    INPUT: text, Markdown or HTML files, folders, JSONL with id, text, published, title, or - for standard input.
    On a terminal the records are shown as tables; piped, or with -o, they are JSON lines.

    Example: extract run article.txt -o runs/today.jsonl
    """
    from extract.prices import load_prices
    from extract.progress import RunProgress, Steps
    from extract.running import Budget, dry_run, open_target, run_articles
    from extract.session import open_setup

    articles = _articles(inputs, given)
    prices = load_prices(given["price_file"])
    with ExitStack() as stack:
        steps = stack.enter_context(Steps())
        progress = RunProgress(len(articles))
        setup = stack.enter_context(open_setup(_options(given), progress=steps, warn=_warn, told=progress.answered))
        if given["dry_run"]:
            click.echo(dry_run(articles, setup, prices))
            return
        budget = Budget(setup.model, prices, given["max_cost"])
        target = open_target(given["out"], given["form"], setup, _width())
        failed = 0
        complete = False
        try:
            with progress:
                for result in run_articles(target.fresh(articles), setup, budget):
                    target.write(result)
                    progress.finished(result)
                    failed += result.status == "failed"
            complete = not budget.stopped
        finally:
            _tell(target.close(complete))
        if budget.stopped:
            _tell(f"stopped: ${budget.spent:.2f} are spent, the limit is ${budget.limit:.2f}")
        context.exit(1 if failed or budget.stopped else 0)


def _articles(inputs: tuple[str, ...], given: dict[str, Any]) -> list[Item]:
    from extract.articles import read_articles

    day: datetime | None = given["published"]
    found: Iterable[Item] = read_articles(inputs, published=day.date() if day else None, max_chars=given["max_chars"])
    return list(islice(found, given["limit"]))


def _options(given: dict[str, Any]) -> Options:
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
    )


def _width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _warn(line: str) -> None:
    click.echo(f"warning: {line}", err=True)


def _tell(line: str) -> None:
    if line:
        click.echo(line, err=True)


@click.command()
@click.argument("run_file", metavar="RUN", type=FILE)
@click.option("--review", is_flag=True, help="The values to check first: not found in the text, then least certain.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many values to review.")
def show(run_file: Path, review: bool, limit: int) -> None:
    """Show a finished run as tables.

    Example: extract show runs/today.jsonl --review
    """
    from extract.records import read_run
    from extract.tasks import load_task
    from extract.view import find_texts, review_view, run_view

    found = read_run(run_file, load_task(_task_of(run_file)).records)
    width = shutil.get_terminal_size().columns
    click.echo(review_view(found, find_texts(found), width=width, limit=limit) if review else run_view(found, width=width))


def _task_of(run_file: Path) -> str:
    from extract.records import read_header

    return read_header(run_file).signature.task


def make_run(plan: RunPlan) -> Run:
    """Makes the run that an evaluation asks for; a missing recording ends it.

    Raises:
        ExtractError: it cannot be made as a whole.
    """
    from extract.articles import read_articles
    from extract.progress import RunProgress, Steps
    from extract.running import collect
    from extract.session import Options, open_setup

    options = Options(
        model=plan.model, prompts=plan.prompts, cache=plan.cache, sample=plan.sample, layers=layer_paths(())
    )
    articles = list(read_articles([str(plan.articles)]))
    with Steps() as steps:
        replaying = plan.cache == "replay"
        progress = RunProgress(len(articles))
        with open_setup(
            options, progress=steps, warn=_warn, told=None if replaying else progress.answered, raise_misses=replaying
        ) as setup:
            if replaying:
                return collect(articles, setup, plan.out)
            with progress:
                return collect(articles, setup, plan.out, progress.finished)
