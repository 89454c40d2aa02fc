"""`python -m eval.peers`: compares, or prints a comparison that was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eval.reports.page import TableCommand, find_place, update_option
from extract.cli.settings import FILE
from extract.cli.telling import tell
from extract.errors import GoldError, UsageError, install

if TYPE_CHECKING:
    from eval.harness import GoldSet
    from eval.peers.runner import Peer
    from eval.peers.standings import ArticleStanding, Standings
    from extract.tasks.task import Task

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NAMES = ("ours", "instructor", "langextract")
CONTEXT_TOKENS = 8192
"""Of every request: the whole-article peer needs it."""


@click.command(cls=TableCommand)
@click.option("--task", "named", metavar="NAME|DIR", default="attack", show_default=True, help="What to extract.")
@click.option("--gold", type=FOLDER, help="Folder of the gold set, if not the task's own.")
@click.option("--peer", "names", type=click.Choice(NAMES), multiple=True, default=NAMES, help="Whom to compare.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N articles.")
@click.option(
    "--timeout", type=click.FloatRange(1), default=360, show_default=True, help="Seconds an article may take."
)
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save here.  [default: eval/results/…/peers.json for all of the task's gold, nowhere for anything else]",
)
@click.option("--render", "saved", type=FILE, help="Print this saved comparison; run nothing.")
@update_option
def main(
    named: str,
    gold: Path | None,
    names: tuple[str, ...],
    limit: int | None,
    timeout: float,
    out: Path | None,
    saved: Path | None,
    update: Path | None,
) -> None:
    """Compare this project with other ways to ask the embedded model, on one server in one run.

    Example: python -m eval.peers --limit 1
    """
    from eval.peers.standings import load_standings, marks_of, render_standings, results_file, update_page
    from extract.files.documents import save_document
    from extract.tasks.loading import load_task

    if saved:
        standings = load_standings(saved)
    else:
        task = load_task(named)
        peers = chosen_peers(names, task)
        if update:
            find_place(update, marks_of(task.name))
        if (gold, limit, len(peers)) == (None, None, 3):
            out = out or results_file(task.name)
        standings = compare(peers, first_articles(task, gold, limit), timeout)
        if out:
            save_document(out, standings, GoldError)
    if update:
        update_page(update, standings)
    click.echo(render_standings(standings), nl=False)


def chosen_peers(names: Sequence[str], task: Task[Any]) -> list[Peer]:
    """The peers of these names.

    Raises:
        UsageError: what one is made with is not installed.
    """
    from importlib.util import find_spec

    from eval.peers.runner import peers_of

    found = [peer for peer in peers_of(task) if peer.name in names]
    for peer in found:
        if find_spec(peer.needs) is None:
            raise UsageError(f"peer {peer.name!r} needs {peer.needs}: {install('peers')}, or leave it out")
    return found


def first_articles(task: Task[Any], folder: Path | None, limit: int | None) -> GoldSet:
    """The gold set of a task, or what it is of its first articles.

    Raises:
        GoldError: a label cannot be read, has no article, or is a draft.
        UsageError: there is no gold set.
    """
    from eval.gold.clone import gold_folder
    from eval.gold.labels import gold_hash
    from eval.harness import load_gold

    gold = load_gold(gold_folder(task, folder), task)
    labels = dict(islice(gold.labels.items(), limit))
    return replace(gold, labels=labels, sha256=gold_hash(labels, gold.articles))


def compare(peers: Sequence[Peer], gold: GoldSet, timeout: float) -> Standings:
    """Starts the embedded model, and lets the peers ask it.

    Raises:
        ModelUnavailable: it cannot be had or started.
    """
    import os
    import platform
    from datetime import UTC, datetime

    from eval.peers.runner import run_peers
    from eval.peers.standings import Standings
    from eval.peers.worker import Endpoint
    from eval.scoring.metrics import SCORING_VERSION
    from extract.models.catalogue import DEFAULT_MODEL
    from extract.models.local import LocalServer, model_identity
    from extract.models.openai_client import installed_versions
    from extract.models.weights import find_weights

    tell(f"{len(gold.labels)} articles, {len(peers)} peers; verifying and loading the model …")
    with LocalServer(find_weights(DEFAULT_MODEL), context_tokens=CONTEXT_TOKENS) as server:
        endpoint = Endpoint(server.base_url, server.api_key, DEFAULT_MODEL, server.context_tokens)
        standings = run_peers(peers, gold, endpoint, timeout=timeout, told=_tell_turn)
    return Standings(
        task=gold.task.name,
        measured_on=datetime.now(UTC).date().isoformat(),
        model=model_identity(DEFAULT_MODEL),
        context_tokens=server.context_tokens,
        slots=server.slots,
        timeout=timeout,
        cores=os.cpu_count() or 1,
        machine=f"{platform.system()} {platform.machine()}",
        gold_sha256=gold.sha256,
        scoring=SCORING_VERSION,
        versions=installed_versions(("openai", "xllamacpp", "langextract")) | {"python": platform.python_version()},
        peers=standings,
    )


def _tell_turn(name: str, row: ArticleStanding, detail: str) -> None:
    from eval.reports import notation

    said = f"failed: {row.problem}: {detail}" if row.problem else f"F1 {notation.share(row.tallies['overall'].f1())}"
    cut = f", {row.cut} answers cut" if row.cut else ""
    tell(
        f"{row.article_id}, {name}: {said}, {row.seconds:.1f} s, {row.requests} requests, "
        f"{row.input_tokens} tokens read, {row.output_tokens} written{cut}"
    )


if __name__ == "__main__":
    main()
