"""A peer in a process of its own, so that an article that takes too long, or a crash, is an article lost and no more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache
from threading import Thread
from typing import Any

from pydantic import BaseModel

from eval.peers.memory import peak_bytes
from eval.peers.meter import Meter, Reading
from extract.articles import Article
from extract.errors import UsageError
from extract.tasks.loading import load_task
from extract.tasks.task import Task

_START_SECONDS = 120.0
"""What imports may take."""
SETTLE_SECONDS = 3.0
"""The server looks once a second whether the asker is still there; the next peer begins on an idle one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The model's server.

    Attributes:
        base_url: where it speaks OpenAI's language.
        api_key: its key.
        model: name to ask for.
        context_tokens: prompt and answer of one request together.
    """

    base_url: str
    api_key: str
    model: str
    context_tokens: int


Extract = Callable[[Article], BaseModel]
"""One article's records, or any exception."""
Opener = Callable[[Endpoint, Task[Any]], Extract]
"""Imports and prepares a peer for a task; runs in its process, so it has to be a function of a module."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a peer made of an article.

    Attributes:
        records: None when it failed.
        problem: why, in a word: "timeout", "crash", the name of an exception.
        detail: one line more, for whoever watches; it may repeat what a model wrote.
        seconds: until the answer, or until it was given up.
        reading: what it asked of the server.
        peak: bytes of its process so far.
    """

    records: BaseModel | None
    problem: str | None
    detail: str
    seconds: float
    reading: Reading
    peak: int | None


_Reply = tuple[str | None, str | None, str]
"""Records as JSON (peers hang things on theirs that no pipe takes), problem, detail."""


class Worker:
    """Runs one peer's articles, one after the other; started by the first, and anew after one was given up."""

    def __init__(self, opener: Opener, task: Task[Any], server: Endpoint, settle: float = SETTLE_SECONDS) -> None:
        """Prepares.

        Args:
            opener: the peer.
            task: what to extract; the process loads it again, from its folder.
            server: the model's.
            settle: seconds to wait after giving up, until the server is idle.

        Raises:
            UsageError: the task has no folder.
        """
        if task.folder is None:
            raise UsageError(f"task {task.name!r} has no folder: peers load it in processes of their own, from one")
        self._schema = task.schema
        self._settle = settle
        self._meter = Meter(server.base_url)
        self._peer = opener, replace(server, base_url=self._meter.base_url), str(task.folder.resolve())
        self._pool: ProcessPoolExecutor | None = None
        self._pid: int | None = None
        self._unstartable: Turn | None = None

    def extract(self, article: Article, timeout: float) -> Turn:
        """Lets the peer extract an article, for at most `timeout` seconds; starting it is not counted."""
        if self._pool is None and self._unstartable is None:
            self._start()
        if self._unstartable:
            return self._unstartable  # the next article would not change it
        began = time.monotonic()
        reply, problem, detail = self._ask(article, timeout)
        seconds = time.monotonic() - began
        records = None if reply is None else self._schema.model_validate_json(reply)
        turn = Turn(records, problem, detail, seconds, self._meter.take(), peak_bytes(self._pid))
        if problem in ("timeout", "crash"):
            self._end()
            time.sleep(self._settle)
        return turn

    def close(self) -> None:
        """Ends the process, whatever it is doing; the server sees its connections close."""
        self._end()
        self._meter.close()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would copy the running server
        self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_begin)
        self._pid = self._pool.submit(os.getpid).result()
        _, problem, detail = self._ask(None, _START_SECONDS)
        if problem is not None:
            self._end()
            self._unstartable = Turn(None, problem, detail, 0.0, Reading(), None)

    def _ask(self, article: Article | None, timeout: float) -> _Reply:
        assert self._pool is not None
        try:
            return self._pool.submit(_serve, *self._peer, article).result(timeout)
        except TimeoutError:
            return None, "timeout", f"given up after {timeout:.0f} s"
        except BrokenProcessPool:
            return None, "crash", "its process has ended"

    def _end(self) -> None:
        if self._pool is not None:
            for process in multiprocessing.active_children():
                if process.pid == self._pid:
                    process.kill()
            self._pool.shutdown()
            self._pool = None


def _begin() -> None:
    """Makes the process one that is not heard, and ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to answer
    os.environ["NO_PROXY"] = "127.0.0.1"
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # peers print, log and draw bars
        os.dup2(silence, stream)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@cache
def _opened(opener: Opener, endpoint: Endpoint, folder: str) -> Extract:
    return opener(endpoint, load_task(folder))


def _serve(opener: Opener, endpoint: Endpoint, folder: str, article: Article | None) -> _Reply:
    """What the process does for an article; without one it only opens the peer."""
    try:
        extract = _opened(opener, endpoint, folder)
        if article is None:
            return None, None, ""
        return extract(article).model_dump_json(by_alias=True, round_trip=True), None, ""
    except Exception as error:  # a peer may raise anything, and the others go on
        return None, type(error).__name__, " ".join(str(error).split())[:200]
