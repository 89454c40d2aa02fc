"""What `extract run` does for `--engine ray`, and for run folders."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract.spec import RULES, RunSpec

if TYPE_CHECKING:
    from extract.engines.setup import Setup
    from extract.views.progress import Display
    from extract.views.sinks import Item, Sink


def check_engine(engine: str, address: str | None, spec: RunSpec, out: Path | str | None, form: str | None) -> None:
    """Refuses, before anything is begun, what an engine cannot do.

    Args:
        engine: "local" or "ray".
        address: of a cluster.
        out, form: where the run goes (`views.sinks.check_out`).

    Raises:
        UsageError: there is something.
    """
    from importlib.util import find_spec

    from extract.engines.machines import MISSING
    from extract.errors import UsageError
    from extract.store.shared import is_shared

    if engine != "ray":
        if address:
            raise UsageError("--address is of a Ray cluster, and goes with --engine ray")
        if isinstance(out, str):
            raise UsageError(f"{out!r} is an address, to which --engine ray writes: name a folder with -o")
        return
    if find_spec("ray") is None:
        raise UsageError(MISSING)
    if spec.max_cost is not None:
        raise UsageError("--max-cost cannot be kept by many machines at once: leave it out, or run with --engine local")
    if not address or spec.named_model == RULES or spec.cache not in ("auto", "refresh"):
        return
    if not is_shared(spec.store) if spec.store else form != "folder":
        raise UsageError(
            "with --address, answers are kept where every machine finds them: write to a run folder, -o FOLDER, "
            "and name no --store"
        )


def with_recordings(spec: RunSpec, out: Path | str | None) -> RunSpec:
    """The spec of a run into a folder: what the model answers is kept in the folder, unless another store is named."""
    from extract.records.parts import RECORDINGS
    from extract.store.shared import is_shared, make_shared

    if spec.store is not None or spec.named_model == RULES or spec.cache == "off" or out is None:
        return spec
    if isinstance(out, str):
        return spec
    folder = out / RECORDINGS
    if spec.cache == "replay" and not is_shared(folder):
        return spec
    make_shared(folder)
    return replace(spec, store=folder)


@contextmanager
def ended(target: Sink, setup: Setup, display: Display) -> Generator[None, None, None]:
    """Closes a target after its block, and says what became of the run."""
    complete = False
    try:
        yield
        complete = not (setup.budget and setup.budget.stopped)
    finally:
        with display.hidden():
            if said := target.close(complete):
                display.say(said)
    if setup.budget and (said := setup.budget.line()):
        display.say(said)


def run_there(
    todo: Iterator[Item], setup: Setup, spec: RunSpec, target: Sink, display: Display, address: str | None
) -> None:
    """Runs articles into a target, on a cluster."""
    from extract.engines.cluster import run_on_cluster
    from extract.engines.cluster_worker import orders_of
    from extract.files.stored import below
    from extract.records.folder_journal import FolderJournal
    from extract.records.parts import RECORDINGS
    from extract.records.results import result_of
    from extract.views.sinks import JournalSink

    journal = target.journal if isinstance(target, JournalSink) else None
    folder = journal if isinstance(journal, FolderJournal) else None
    orders = orders_of(spec, setup)
    if folder is not None:
        shared = below(folder.path, RECORDINGS) if isinstance(folder.path, str) and spec.store is None else None
        orders = orders_of(spec, setup, folder.path, folder.generation, shared)
    with (
        ended(target, setup, display),
        closing(
            run_on_cluster(todo, setup, spec, orders, address=address, begun=display.begun, warn=display.warn)
        ) as finished,
    ):
        for each in finished:
            if each.line is not None:
                result = result_of(each.line, setup.task.schema, each.article_id)
                assert result is not None  # it was written here
                with display.hidden():
                    target.write(result)
            else:
                target.counts[each.status] += 1
            display.finished_elsewhere(each.article_id, each.said)
