"""The desk: how many articles are taken, who waits, who is worked on, and what becomes of those nobody waits for.

A request takes a place before its body is read, so that what is too much is refused at once and costs nothing. The work
is done in threads. Who goes away, or waits too long, is given up: no further question is asked about the article, and
its place is free once the question under way is answered. What was answered is recorded.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from extract.engines.pipeline import extract_article
from extract.engines.threads import known_questions
from extract.errors import ArticleError, ExtractError, TransportError
from extract.models.client import Client, Request, Response
from extract.records.results import ArticleResult
from extract.serving.opening import Counter
from extract.serving.refusing import Gone, Refused
from extract.serving.sending import Sent

_LONGEST_PAUSE = 120
"""Most seconds after which somebody is asked to come again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken.

    Attributes:
        max_bytes: of a body.
        max_chars: of a text.
        at_once: articles that are worked on.
        waiting: articles beside them.
        seconds: for an answer, waiting included.
    """

    max_bytes: int
    max_chars: int
    at_once: int
    waiting: int
    seconds: float

    @property
    def places(self) -> int:
        """Articles that are here at one time."""
        return self.at_once + self.waiting


@dataclass(frozen=True, slots=True)
class Answer:
    """A result, and who gave it."""

    line: ArticleResult
    counter: Counter


@dataclass(eq=False)
class Watch:
    """How far the work on an article is, and whether anybody waits for it still.

    Attributes:
        done, of: questions; those that depend on answers are not counted before.
        over: set once nobody waits any more.
        counted: whether somebody wants to know how far it is.
        changed: called, by any thread, when there is something new.
    """

    counted: bool = False
    changed: Callable[[], None] = lambda: None
    done: int = 0
    of: int = 0
    over: Event = field(default_factory=Event)

    def told(self, response: Response) -> None:
        """Counts an answer."""
        self.done += 1
        self.of = max(self.of, self.done)
        self.changed()


@dataclass(frozen=True, slots=True)
class _Watched:
    """A client that asks nothing more once nobody waits."""

    inner: Client
    watch: Watch

    def complete(self, request: Request) -> Response:
        if self.watch.over.is_set():
            raise TransportError("given up: nobody waits for the answer")
        return self.inner.complete(request)


class Desk:
    """Where articles are taken; used by one event loop, the work being done in threads.

    Attributes:
        counters, limits: what is served, and how much of it.
        ending: whether nothing more is taken.
        given_up: how many articles that were taken got no answer when it ended.
    """

    def __init__(self, counters: Mapping[str, Counter], limits: Limits, say: Callable[[str], None]) -> None:
        """Takes nothing yet.

        Args:
            counters: by name of the task; the first is for requests that name none.
            say: told, in one line, of faults that are not the request's.
        """
        self.counters, self.limits, self._say = counters, limits, say
        self.ending = False
        self.given_up = 0
        self._taken = 0
        self._mean = 0.0
        self._workers = ThreadPoolExecutor(limits.at_once, thread_name_prefix="article")
        self._reading: set[asyncio.Task[Any]] = set()
        self._under_way: dict[Watch, asyncio.Future[str]] = {}

    @property
    def free(self) -> int:
        """Places that are free."""
        return self.limits.places - self._taken

    @contextmanager
    def place(self) -> Generator[list[Future[str]], None, None]:
        """A place, until the end of the block or of the work that is put on the list.

        Raises:
            Refused: all are taken, or the server is ending, or ends before the body is here.
        """
        if self.ending:
            raise Refused(503, "the server is ending: ask again in a moment", {"Retry-After": "5"})
        if self.free <= 0:
            pause = math.ceil(self._mean * self._taken / self.limits.at_once)
            after = {"Retry-After": str(min(max(pause, 1), _LONGEST_PAUSE))}
            raise Refused(429, f"all {self.limits.places} places are taken: ask again later", after)
        self._taken += 1
        work: list[Future[str]] = []
        task = asyncio.current_task()
        assert task is not None
        self._reading.add(task)
        try:
            yield work
        except asyncio.CancelledError:
            if not self.ending:
                raise
            task.uncancel()  # type: ignore[unreachable]  # `end` sets `ending` while the block is at work
            raise _too_late() from None
        finally:
            self._reading.discard(task)
            if not work:
                self._give_back()

    def _give_back(self) -> None:
        self._taken -= 1

    def _checked(self, task: str | None) -> Counter:
        """The counter of a task.

        Raises:
            Refused: there is none of that name.
        """
        counter = self.counters.get(task) if task is not None else next(iter(self.counters.values()))
        if counter is None:
            raise Refused(404, f"no task {str(task)[:80]!r} is served; there are: {', '.join(self.counters)}")
        return counter

    def begin(
        self, work: list[Future[str]], sent: Callable[[], Sent], watch: Watch, said: Callable[[Answer], str]
    ) -> asyncio.Future[str]:
        """Has an article worked on, once it is its turn.

        Args:
            work: the list of a place.
            sent: reads what was sent.
            said: makes of an answer what is answered. All three are done in a thread.
        """
        loop = asyncio.get_running_loop()
        work.append(self._workers.submit(self._worked, sent, watch, said))
        work[0].add_done_callback(lambda _: _call(loop, self._give_back))  # first: who is answered may ask at once
        job = asyncio.wrap_future(work[0])
        self._under_way[watch] = job
        job.add_done_callback(lambda _: self._ended(watch, job))
        return job

    def _ended(self, watch: Watch, job: asyncio.Future[str]) -> None:
        self._under_way.pop(watch, None)
        if not job.cancelled():
            job.exception()  # perhaps nobody hears it, and asyncio would say so, with its words

    async def answer(self, job: asyncio.Future[str], watch: Watch, gone: Callable[[], Awaitable[None]]) -> str:
        """Waits for what was begun.

        Args:
            gone: returns when nobody waits any more.

        Raises:
            Refused: it is no article, there was no answer, or it took too long.
            Gone: nobody waits any more.
        """
        left = asyncio.ensure_future(gone())
        try:
            either: set[asyncio.Future[Any]] = {job, left}
            await asyncio.wait(either, timeout=self.limits.seconds, return_when=asyncio.FIRST_COMPLETED)
            if job.done():
                return self._heard(job)
            if left.done():
                raise Gone
            raise Refused(
                504,
                f"no answer within {self.limits.seconds:g} s; what was answered until then is recorded, ask again",
                {"Retry-After": "5"},
            )
        finally:
            left.cancel()
            watch.over.set()
            job.cancel()  # one that nobody has begun; its place is free at once

    def _heard(self, job: asyncio.Future[str]) -> str:
        if job.cancelled():
            raise _too_late()
        try:
            return job.result()
        except ArticleError as error:
            raise Refused(422, str(error)) from error
        except ExtractError as error:
            self._say(f"error: {error}")
            raise Refused(503, "the server cannot answer now; its log says why", {"Retry-After": "60"}) from error

    def _worked(self, sent: Callable[[], Sent], watch: Watch, said: Callable[[Answer], str]) -> str:
        """The work, in a thread.

        Raises:
            Refused, ExtractError: there is no result.
        """
        began = time.monotonic()
        asked = sent()
        counter = self._checked(asked.task)
        article = asked.article(self.limits.max_chars)
        setup = replace(counter.setup, client=_Watched(counter.setup.client, watch), told=watch.told)
        if watch.counted:
            watch.of = known_questions(article, counter.setup)()
            watch.changed()
        place = counter.kept.place(article) if counter.kept else None
        line = extract_article(article, setup, counter.requests)
        if watch.over.is_set():
            raise Refused(503, "given up: nobody waits for the answer")
        if place and counter.kept:
            counter.kept.write(line, place)
        took = time.monotonic() - began
        self._mean = 0.8 * self._mean + 0.2 * took if self._mean else took
        if line.status == "failed":
            raise Refused(502, line.problems[0].detail)
        return said(Answer(line, counter))

    def end(self, seconds: float) -> None:
        """Takes nothing more; what is under way may take so long still."""
        self.ending = True
        asyncio.get_running_loop().call_later(seconds, self.give_up)

    def give_up(self) -> None:
        """Waits for nothing that is under way, nor for the rest of a body; who sent it is told."""
        while self._reading:
            self._reading.pop().cancel()
            self.given_up += 1
        while self._under_way:
            watch, job = self._under_way.popitem()
            self.given_up += 1
            watch.over.set()
            job.cancel()

    def close(self) -> None:
        """Ends the threads that do nothing."""
        self._workers.shutdown(wait=False, cancel_futures=True)


def _too_late() -> Refused:
    return Refused(503, "the server ended before there was an answer: ask again", {"Retry-After": "5"})


def _call(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    """Calls something in the loop, unless that has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(what)
