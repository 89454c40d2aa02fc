"""Many articles in processes of this machine, where the work keeps a core busy: rules, or a server faster than them.

Every process opens the spec once and works on articles as `threads` does. It is begun only when this process has worked
for some seconds and there is more to do, so that a few articles wait for none. Each has a handful of articles at a time:
what is read ahead is bounded, whatever there is to read. Results come as lines of a run file.

A process that dies is replaced. What it may have been working on is tried once more, and is a failed article when that
ends a process, too; the rest of what it had goes to others.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Literal

from extract.engines.ledger import Ledger
from extract.engines.pipeline import extract_article
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.engines.threads import Begun, run_articles, told_begun
from extract.errors import ArticleError, ExtractError, ModelUnavailable
from extract.models.client import Attempt, Response
from extract.records.results import ArticleResult, result_of, to_json
from extract.spec import RULES, RunSpec
from extract.views.sinks import Item

FEWEST = 8
"""Articles after which more processes may be begun, and seconds of this process's time: what beginning one takes."""
WORTH_SECONDS = 2.0
_BUSY = 0.5
"""Share of the time in which this process computes, from which a server is not what holds it up."""
_AHEAD = 3
"""Articles that wait in a process beside those that it works on."""
_MOST_STILLBORN = 3
"""Processes in a row that may end before they can work."""
_PATIENCE = 10.0
"""Seconds in which a process ends that has nothing to do any more."""

Warn = Callable[[str], None]
_Kind = Literal["ready", "result", "told", "warn", "error"]


def run_on_cores(
    articles: Iterable[Item],
    setup: Setup,
    spec: RunSpec,
    begun: Begun | None = None,
    warn: Warn = lambda line: None,
) -> Generator[ArticleResult, None, None]:
    """As `threads.run_articles`, on more cores where that is worth while and the spec allows it.

    One process holds an embedded model, and one counts what a limited run may still cost.

    Args:
        setup: what the spec was opened as, here.
        warn: told, in one line, of what does not stop the run.

    Raises:
        ModelUnavailable, PromptError, StoreError: as `extract_article`; or no process can be begun.
    """
    processes = _how_many(setup, spec)
    if processes < 2:
        yield from run_articles(articles, setup, begun)
        return
    queue = iter(articles)
    yield from run_articles(_until_busy(queue, spec.named_model == RULES), setup, begun)
    for item in queue:
        with _open_pool(setup, spec, processes, warn) as pool:
            yield from pool.run(told_begun(chain([item], queue), setup, begun))


def _how_many(setup: Setup, spec: RunSpec) -> int:
    if spec.is_embedded or (setup.budget and setup.budget.limit is not None):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if spec.named_model == RULES:
        return spec.jobs or cores
    return min(cores, setup.jobs)


def _until_busy(articles: Iterator[Item], by_rules: bool) -> Iterator[Item]:
    """Articles, until this process has computed for long enough that others are worth while."""
    worked = began = 0.0
    for number, item in enumerate(articles):
        if number == 1:  # what loads with the first article is not counted
            worked, began = time.process_time(), time.monotonic()
        yield item
        computed, passed = time.process_time() - worked, time.monotonic() - began
        if number >= FEWEST and computed >= WORTH_SECONDS and (by_rules or computed >= _BUSY * passed):
            return


@dataclass(eq=False)
class _Worker:
    """A process, and what it has to do.

    Attributes:
        process, pipe: itself, and both ways to it.
        at_once: articles that it works on at once.
        has: number → article that it was given and has not finished, in that order.
        spent: US dollars, so far.
    """

    process: SpawnProcess
    pipe: Connection
    at_once: int
    has: dict[int, Item] = field(default_factory=dict)
    is_ready: bool = False
    spent: float = 0.0


class _Pool:
    """Processes with the same spec."""

    def __init__(self, setup: Setup, spec: RunSpec, processes: int, warn: Warn) -> None:
        # All processes ask for the model that this one found at the server.
        self._spec = replace(spec, model_id=setup.model) if spec.base_url else spec
        self._setup, self._warn = setup, warn
        by_rules = spec.named_model == RULES
        self._at_once = [1 if by_rules else (setup.jobs + place) // processes for place in range(processes)]
        self._workers: list[_Worker] = []
        self._again: deque[Item] = deque()
        self._tried: set[str] = set()
        self._said: set[str] = set()
        self._stillborn = self._given = 0
        self._error: ExtractError | None = None

    def run(self, articles: Iterator[Item]) -> Iterator[ArticleResult]:
        """The results of articles, as they are finished; before an error that ends the run, those that are there."""
        self._workers += map(self._begin, self._at_once)
        while not self._error:
            idlest = min(self._workers, key=lambda worker: len(worker.has) - worker.at_once)
            has_room = len(idlest.has) < idlest.at_once + _AHEAD
            item = self._next(articles) if has_room else None
            if item is not None:
                self._give(idlest, item)
            elif has_room and not any(worker.has for worker in self._workers):
                return
            # Input may be slow: between two articles what is finished is heard, and nothing is waited for.
            yield from self._hear_all(None if item is None else 0)
        while heard := list(self._hear_all(0)):
            yield from heard
        raise self._error

    def _hear_all(self, seconds: float | None) -> Iterator[ArticleResult]:
        """What processes have said, or say within some seconds; None for however long it takes."""
        by_pipe: dict[object, _Worker] = {worker.pipe: worker for worker in self._workers}
        for pipe in wait([worker.pipe for worker in self._workers], seconds):
            yield from self._hear(by_pipe[pipe])

    def _next(self, articles: Iterator[Item]) -> Item | None:
        return self._again.popleft() if self._again else next(articles, None)

    def _give(self, worker: _Worker, item: Item) -> None:
        self._given += 1
        worker.has[self._given] = item
        with suppress(OSError):  # it has died, which its pipe tells, too
            worker.pipe.send((self._given, item))

    def _hear(self, worker: _Worker) -> Iterator[ArticleResult]:
        """What a process says next, or leaves when it has died."""
        try:
            kind, said = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        if kind == "ready":
            worker.is_ready, self._stillborn = True, 0
        elif kind == "result":
            number, line, spent = said
            if self._setup.budget and spent > worker.spent:
                self._setup.budget.spent += spent - worker.spent
                worker.spent = spent
            item = worker.has.pop(number)
            self._tried.discard(item.id)
            result = result_of(line, self._setup.task.schema, item.source)
            assert result is not None
            yield result
        elif kind == "told":
            self._setup.told(said)
        elif kind == "warn":
            if said not in self._said:
                self._said.add(said)
                self._warn(said)
        else:
            self._error = self._error or said

    def _bury(self, worker: _Worker) -> Iterator[ArticleResult]:
        """Puts another process in the place of one that has died."""
        worker.process.join()
        how = _how(worker.process.exitcode)
        if not worker.is_ready:
            self._stillborn += 1
            if self._stillborn >= _MOST_STILLBORN:
                self._error = ModelUnavailable(f"a process that was to work on articles ended before it could: {how}")
        had = list(worker.has.values())
        suspects, others = (had[: worker.at_once], had[worker.at_once :]) if worker.is_ready else ([], had)
        for item in reversed(others):
            self._again.appendleft(item)
        for item in suspects:
            if item.id in self._tried:
                error = ArticleError(f"the process that worked on it ended, and so did another one: {how}")
                yield Ledger().failed(item, error)
            else:
                self._tried.add(item.id)
                self._again.appendleft(item)
        worker.pipe.close()
        if self._error:
            worker.has.clear()
            self._workers.remove(worker)
        else:
            self._workers[self._workers.index(worker)] = self._begin(worker.at_once)

    def _begin(self, at_once: int) -> _Worker:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._spec, at_once), name="articles", daemon=True)
        with no_interrupt():
            process.start()
        theirs.close()  # so that ours ends when the process does
        return _Worker(process, ours, at_once)

    def close(self, at_once: bool) -> None:
        """Ends the processes; those that may go on with what they do are waited for a little."""
        for worker in self._workers:
            if at_once:
                worker.process.kill()
            with suppress(OSError):
                worker.pipe.send(None)
        for worker in self._workers:
            worker.process.join(_PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
            worker.pipe.close()


@contextmanager
def _open_pool(setup: Setup, spec: RunSpec, processes: int, warn: Warn) -> Generator[_Pool, None, None]:
    pool = _Pool(setup, spec, processes, warn)
    is_whole = False
    try:
        yield pool
        is_whole = True
    finally:
        pool.close(at_once=not is_whole)


def _how(status: int | None) -> str:
    """How a process ended, in words."""
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"by {signal.Signals(-status).name}, as when memory runs out"
    return f"with exit code {status}"


@contextmanager
def no_interrupt() -> Generator[None, None, None]:
    """Lets a process that is begun meanwhile never hear of Ctrl-C, which a terminal tells all of them: this one ends it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: `_work` sees to it, as soon as it runs
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, spec: RunSpec, at_once: int) -> None:
    """What a process does: opens the spec, and says the results of the articles that come through the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lock, inbox = threading.Lock(), SimpleQueue[tuple[int, Item] | None]()

    def say(kind: _Kind, what: object) -> None:
        with lock, suppress(OSError):  # who does not listen any more is gone, and `receive` ends this
            pipe.send((kind, what))

    def receive() -> None:
        """Takes what comes at once, so that who sends it never waits for the work."""
        try:
            while (given := pipe.recv()) is not None:
                inbox.put(given)
            inbox.put(None)
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGTERM)  # nobody is there any more

    def work(number: int, item: Item, setup: Setup, requests: Executor) -> None:
        try:
            line = to_json(extract_article(item, setup, requests)).encode()
        except ExtractError as error:
            say("error", error)
        else:
            say("result", (number, line, setup.budget.spent if setup.budget else 0.0))

    threading.Thread(target=receive, name="inbox", daemon=True).start()
    told = partial(say, "told")
    try:
        with (
            open_setup(spec, warn=partial(say, "warn"), told=lambda response: told(counted_only(response))) as setup,
            ThreadPoolExecutor(at_once, thread_name_prefix="request") as requests,
            ThreadPoolExecutor(at_once, thread_name_prefix="article") as articles,
        ):
            say("ready", None)
            while (given := inbox.get()) is not None:
                articles.submit(work, *given, setup, requests)
    except ExtractError as error:
        say("error", error)


def counted_only(response: Response) -> Response:
    """A response as far as it is counted."""
    return replace(response, attempts=(Attempt("", usage=response.usage),), versions={})
