"""A peer in a process of its own, so that an article that takes too long, or a crash, is an article lost and no more."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
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


@dataclass(frozen=True, slots=True)
class _Process:
    """A peer's process, and what hangs on it."""

    process: SpawnProcess
    pipe: Connection
    meter: Meter

    def wait(self, timeout: float) -> _Reply:
        if not self.pipe.poll(timeout):
            return None, "timeout", f"given up after {timeout:.0f} s"
        try:
            reply: _Reply = self.pipe.recv()
        except (EOFError, OSError):
            return None, "crash", "its process has ended"
        return reply

    def end(self, patience: float) -> None:
        self.pipe.close()  # one that is idle ends by itself
        self.process.join(patience)
        self.process.kill()
        self.process.join()
        self.meter.close()


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
        self._opener = opener
        self._task = task
        self._folder = str(task.folder.resolve())
        self._server = server
        self._settle = settle
        self._running: _Process | None = None
        self._unstartable: Turn | None = None

    def extract(self, article: Article, timeout: float) -> Turn:
        """Lets the peer extract an article, for at most `timeout` seconds; starting it is not counted."""
        running = self._running or self._start()
        if isinstance(running, Turn):
            return running
        began = time.monotonic()
        with contextlib.suppress(OSError):  # it died between two articles: `wait` says so
            running.pipe.send(article)
        reply, problem, detail = running.wait(timeout)
        seconds = time.monotonic() - began
        records = None if reply is None else self._task.schema.model_validate_json(reply)
        turn = Turn(records, problem, detail, seconds, running.meter.take(), peak_bytes(running.process.pid))
        if problem in ("timeout", "crash"):
            self.close(patience=0.0)
            time.sleep(self._settle)
        return turn

    def close(self, patience: float = 2.0) -> None:
        """Ends the process, after some seconds whatever it is doing; the server sees its connections close."""
        if self._running is not None:
            self._running.end(patience)
            self._running = None

    def _start(self) -> _Process | Turn:
        if self._unstartable is None:
            self._running = self._spawn()
            _, problem, detail = self._running.wait(_START_SECONDS)
            if problem is None:
                return self._running
            self.close()
            self._unstartable = Turn(None, problem, detail, 0.0, Reading(), None)
        return self._unstartable  # the next article would not change it

    def _spawn(self) -> _Process:
        meter = Meter(self._server.base_url)
        context = multiprocessing.get_context("spawn")  # a fork would copy the running server
        ours, theirs = context.Pipe()
        endpoint = replace(self._server, base_url=meter.base_url)
        process = context.Process(target=_serve, args=(theirs, self._opener, self._folder, endpoint), daemon=True)
        process.start()
        theirs.close()
        return _Process(process, ours, meter)


def _serve(pipe: Connection, opener: Opener, folder: str, endpoint: Endpoint) -> None:
    """What the process does until it is ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to answer
    os.environ["NO_PROXY"] = "127.0.0.1"
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # peers print, log and draw bars
        os.dup2(silence, stream)
    try:
        extract = opener(endpoint, load_task(folder))
    except Exception as error:
        pipe.send(_failed(error))
        return
    pipe.send((None, None, ""))
    while True:
        try:
            article = pipe.recv()
        except EOFError:
            return
        try:
            reply: _Reply = extract(article).model_dump_json(by_alias=True, round_trip=True), None, ""
        except Exception as error:  # a peer may raise anything, and the others go on
            reply = _failed(error)
        pipe.send(reply)


def _failed(error: Exception) -> _Reply:
    return None, type(error).__name__, " ".join(str(error).split())[:200]
