"""Runs made for an evaluation: a spec and a folder of articles in, a whole run out."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

from extract.articles import read_articles
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.engines.threads import run_articles
from extract.errors import ExtractError, ModelUnavailable
from extract.records.continuing import new_header
from extract.records.journal import Journal
from extract.records.results import Run, read_run
from extract.spec import RunSpec
from extract.views.progress import Display
from extract.views.sinks import Item


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One run to be made.

    Attributes:
        spec: what makes it; in cache mode `replay` a missing recording ends it, and is never a failed article.
        articles: folder of articles.
        out: run file to write and to continue, its name without what makes the run: the signature's digest is put in
            front of the ending, so that a changed prompt has a file of its own; None keeps the run in memory.
    """

    spec: RunSpec
    articles: Path
    out: Path | None = None


Runner = Callable[[RunPlan], Run]
"""Makes the run that a plan describes, and raises `ExtractError` when it cannot be made as a whole."""


def capped(runner: Runner) -> Runner:
    """A runner whose runs together keep to the cost cap of each: a benchmark has one cap, not one per cell."""
    spent = 0.0

    def run(plan: RunPlan) -> Run:
        nonlocal spent
        limit = plan.spec.max_cost
        left = None if limit is None else max(0.0, limit - spent)
        try:
            made = runner(replace(plan, spec=replace(plan.spec, max_cost=left)))
        except ExtractError as error:
            spent += error.spent
            raise
        spent += made.spent
        return made

    return run


def make_run(plan: RunPlan) -> Run:
    """Makes a run in this process.

    Repeats that are asked live take the articles in another order each, so that what depends on it shows as noise.

    Raises:
        ExtractError: it cannot be made as a whole.
    """
    spec = plan.spec
    replaying = spec.cache == "replay"
    articles = list(read_articles([str(plan.articles)]))
    if spec.sample and not replaying:
        random.Random(spec.sample).shuffle(articles)
    with (
        Display() as display,
        open_setup(
            spec,
            progress=display.step,
            warn=display.warn,
            told=(lambda response: None) if replaying else display.answered,
            raise_misses=replaying,
        ) as setup,
    ):
        out = plan.out and plan.out.with_suffix(f".{setup.signature.digest}{plan.out.suffix}")
        try:
            if not replaying:  # a replay takes a second
                display.expect(len(articles))
            run = collect(articles, setup, out, None if replaying else display)
        except ExtractError as error:
            error.spent = setup.budget.spent if setup.budget else 0.0
            raise
        return run.model_copy(update={"spent": setup.budget.spent if setup.budget else 0.0})


def collect(articles: Iterable[Item], setup: Setup, out: Path | None, display: Display | None = None) -> Run:
    """A whole run, in memory or in a run file that is continued.

    Args:
        out: run file, or None.
        display: told of every article that is begun or finished.
    """
    journal = Journal(out, setup.signature) if out else None
    kept = read_run(out, setup.task.schema).results if out else []
    results = {result.article_id: result for result in kept if result.status == "complete"}
    with closing(journal) if journal else nullcontext():
        todo = journal.fresh(articles) if journal else articles
        for result in run_articles(todo, setup, display.begun if display else None):
            results[result.article_id] = result
            if journal:
                journal.write(result)
            if display:
                display.finished(result)
    return Run(header=new_header(setup.signature), results=list(results.values()), path=str(out or ""))


def _end_with_the_parent() -> None:
    """A benchmark that was killed leaves nobody behind who goes on asking the model."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, daemon=True).start()


@contextmanager
def _child() -> Iterator[ProcessPoolExecutor]:
    """A process beside this one; an interrupt ends it, where leaving the pool would wait until its work is done."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_end_with_the_parent) as pool:
        before = set(active_children())
        try:
            yield pool
        except BaseException:
            for child in set(active_children()) - before:
                child.terminate()
            raise


def make_run_apart(plan: RunPlan) -> Run:
    """Makes a run in a process of its own: one process holds one embedded model in its life, and a benchmark
    compares several.

    Raises:
        ExtractError: it cannot be made as a whole.
    """
    if plan.spec.cache == "replay":
        return make_run(plan)
    with _child() as process:
        try:
            return process.submit(make_run, plan).result()
        except BrokenProcessPool as error:
            raise ModelUnavailable(
                f"the process that asks {plan.spec.named_model!r} ended in the middle: killed, or out of memory"
            ) from error
