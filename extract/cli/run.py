"""`extract run`: options in, exit code out; between them inputs are opened, articles go through an engine into a target.

What takes long to import is imported where it is used, so that --help and a wrong option are answered at once.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from extract.articles import MAX_CHARS
from extract.cli.settings import OutPath, check_embedded, of_file, run_options, spec_of
from extract.cli.telling import tell
from extract.spec import RULES, RunSpec

if TYPE_CHECKING:
    from extract.articles import Skipped
    from extract.articles.online import Online
    from extract.engines.setup import Setup
    from extract.views.progress import Display
    from extract.views.sinks import Item, Sink


FORMS = ("jsonl", "csv", "json", "folder")


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("-o", "--out", type=OutPath(), help="Write here; a run is continued. Without an ending: a run folder.")
@click.option("--format", "form", type=click.Choice(FORMS), help="Default: what OUT ends in.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier export (CSV, JSON); nothing else ever is.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Publication day of articles that do not say.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N articles.")
@click.option("--max-chars", type=click.IntRange(1), default=MAX_CHARS, show_default=True, help="Refuse longer texts.")
@click.option("--dry-run", is_flag=True, help="Print requests, tokens, time and cost; call no model.")
@click.option("--allow-private", is_flag=True, help="Read addresses of this machine and of private networks, too.")
@click.option(
    "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Where it runs."
)
@click.option("--address", metavar="HOST:PORT", help="The Ray cluster; without it, one of this machine is begun.")
@run_options("auto")
def run(
    inputs: tuple[str, ...],
    out: Path | str | None,
    form: Literal["jsonl", "csv", "json", "folder"] | None,
    overwrite: bool,
    published: datetime | None,
    limit: int | None,
    max_chars: int,
    dry_run: bool,
    allow_private: bool,
    engine: Literal["local", "ray"],
    address: str | None,
    **settings: Any,
) -> None:
    """Extract records from articles.

    INPUT: text, Markdown, HTML, PDF or DOCX files, folders, rows with id, text, published, title, url (JSON, JSONL,
    .jsonl.gz, Parquet), or - for standard input; or web addresses: a page, an RSS or Atom feed, a sitemap. Of a feed,
    what OUT has already is not read again. Sites are asked one page at a time, with pauses, as their robots.txt allows.
    --dry-run reads them, too. PDF and DOCX take the extra documents, Parquet takes parquet.

    A name without an ending is a run folder, which several machines can write: --engine ray has a Ray cluster do the
    articles (the extra ray; docs/cluster.md), or the cores of this machine without --address.

    On a terminal the records are shown as tables; piped, or with -o, they are JSON lines.

    Exit code: 0; 1 if an article failed, was answered only in part, or was left undone for --max-cost; 2 if the
    command could not do its work. A run that is told to end, by Ctrl-C or a signal, keeps what is finished; one that is
    killed may leave OUT.lock, which holds nobody up, and an empty OUT, which the next run writes.

    Example: extract run article.txt -o runs/today.jsonl
    """
    from extract.articles import skipped_line
    from extract.cli.cluster import check_engine, run_there, with_recordings
    from extract.engines.estimates import dry_run_of
    from extract.engines.session import open_setup, whereto
    from extract.errors import UsageError
    from extract.views.progress import Display, Tally
    from extract.views.sinks import check_out, open_sink
    from extract.web import is_address

    spec = spec_of(settings)
    form = check_out(out, form, overwrite=overwrite, inputs=[each for each in inputs if not is_address(each)])
    check_engine(engine, address, spec, out, form)
    if overwrite and (out is None or form in ("jsonl", "folder")):
        raise UsageError(
            "--overwrite replaces an earlier export (-o FILE.csv or .json), and nothing else: leave it out"
        )
    skipped: list[Skipped] = []
    with _online(inputs, out, limit, allow_private) as online:
        articles = _articles(inputs, published, max_chars, skipped, online)
        tell(f"{whereto(spec, dry=dry_run)}{of_file()}")
        if skipped:
            tell(skipped_line(skipped))
        check_embedded(spec)
        if form == "folder" and not dry_run:
            spec = with_recordings(spec, out)
        if dry_run:
            _check_places(spec)
            click.echo(dry_run_of(spec, articles))
            return
        with (
            Display() as display,
            open_setup(spec, progress=display.step, warn=display.warn, told=display.answered) as setup,
        ):
            target = open_sink(out, form, setup.signature, _width(), overwrite=overwrite)
            tally = Tally(display, partial(_count, inputs, limit))
            todo = tally.todo(target.fresh(tally.read(articles)))
            if engine == "ray":
                run_there(todo, setup, spec, target, display, address)
            else:
                _run(todo, setup, spec, target, display)
    stopped = setup.budget is not None and setup.budget.stopped
    flawed = target.counts["failed"] or target.counts["partial"] or stopped
    click.get_current_context().exit(1 if flawed else 0)


def _run(todo: Iterator[Item], setup: Setup, spec: RunSpec, target: Sink, display: Display) -> None:
    """Runs articles into a target."""
    from extract.cli.cluster import ended
    from extract.engines.processes import run_on_cores

    with (
        ended(target, setup, display),
        closing(run_on_cores(todo, setup, spec, display.begun, display.warn)) as results,
    ):
        for result in results:
            with display.hidden():
                target.write(result)
            display.finished(result)


def _articles(
    inputs: tuple[str, ...], published: datetime | None, max_chars: int, skipped: list[Skipped], online: Online
) -> Iterator[Item]:
    """The articles, each read when it is its turn."""
    from extract.articles import read_articles

    day = published.date() if published else None
    found = read_articles(inputs, published=day, max_chars=max_chars, skipped=skipped.append, online=online)
    return islice(found, online.limit)


def _count(inputs: tuple[str, ...], limit: int | None) -> int | None:
    from extract.articles import count_articles

    found = count_articles(inputs)
    return found if found is None or limit is None else min(found, limit)


@contextmanager
def _online(
    inputs: tuple[str, ...], out: Path | str | None, limit: int | None, allow_private: bool
) -> Iterator[Online]:
    """How addresses among the inputs are read; refuses the option for them where there is none."""
    from extract.articles.online import Late, Online
    from extract.errors import UsageError
    from extract.records.texts import FinishedArticles
    from extract.web import is_address
    from extract.web.pace import Pace

    asked = any(map(is_address, inputs))
    if allow_private and not asked:
        raise UsageError("--allow-private is about web addresses, and no input is one: leave it out")

    with (
        closing(FinishedArticles(out if asked else None)) as known,
        closing(Late(allow_private=allow_private, say=tell)) as site,
    ):
        yield Online(site, known, limit, Pace(tell).told)


def _check_places(spec: RunSpec) -> None:
    """Refuses recordings, and a folder for the store, that a run would refuse, since a dry run opens neither; makes nothing."""
    from extract.store.layers import open_layers
    from extract.store.working import check_store

    if spec.named_model != RULES and spec.cache != "off":
        open_layers(spec.recordings)
        if spec.store is not None and spec.store.is_dir() and any(spec.store.iterdir()):
            check_store(spec.store)


def _width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
