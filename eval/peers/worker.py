"""A peer and an article in a process of their own: what takes too long, or crashes, is an article lost and no more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import Any

from pydantic import BaseModel

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
        peaks: bytes of this process, which is the server's, and of the peer's, at most.
    """

    records: BaseModel | None
    problem: str | None
    detail: str
    seconds: float
    reading: Reading
    peaks: tuple[int | None, int | None]


_Reply = tuple[str | None, str | None, str]
"""Records as JSON (peers hang things on theirs that no pipe takes), problem, detail."""


def take_turn(
    opener: Opener, task: Task[Any], server: Endpoint, article: Article, timeout: float, settle: float = SETTLE_SECONDS
) -> Turn:
    """Lets a peer extract an article in a new process; starting it is not counted.

    Args:
        opener: the peer.
        task: what to extract; the process loads it again, from its folder.
        server: the model's.
        article: what to extract from.
        timeout: seconds after which it is given up.
        settle: seconds to wait after giving up, until the server is idle.

    Raises:
        UsageError: the task has no folder.
    """
    if task.folder is None:
        raise UsageError(f"task {task.name!r} has no folder: peers load it in processes of their own, from one")
    spawn = multiprocessing.get_context("spawn")  # a fork would copy the running server
    with closing(Meter(server.base_url)) as meter, ProcessPoolExecutor(1, spawn, _begin) as pool:
        pid = pool.submit(os.getpid).result()
        forget_peak()
        work = partial(_serve, opener, replace(server, base_url=meter.base_url), str(task.folder.resolve()))
        began = time.monotonic()
        try:
            reply, problem, detail = _answered(pool, partial(work, None), _START_SECONDS)
            if problem is None:
                began = time.monotonic()
                reply, problem, detail = _answered(pool, partial(work, article), timeout)
            seconds, peaks = time.monotonic() - began, (peak_bytes(), peak_bytes(pid))
        finally:
            for child in multiprocessing.active_children():
                if child.pid == pid:
                    child.kill()  # whatever it is doing; the server sees its connections close
    if problem in ("timeout", "crash"):
        time.sleep(settle)
    records = None if reply is None else task.schema.model_validate_json(reply)
    return Turn(records, problem, detail, seconds, meter.take(), peaks)


def _answered(pool: ProcessPoolExecutor, work: Callable[[], _Reply], timeout: float) -> _Reply:
    try:
        return pool.submit(work).result(timeout)
    except TimeoutError:
        return None, "timeout", f"given up after {timeout:.0f} s"
    except BrokenProcessPool:
        return None, "crash", "its process has ended"


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
    os.kill(os.getpid(), signal.SIGTERM)


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


def peak_bytes(process: int | None = None) -> int | None:
    """The most memory a process has had resident, as Linux counts it; elsewhere there is no figure.

    Args:
        process: its id; None is this one.
    """
    try:
        lines = Path(f"/proc/{process or 'self'}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) * 1024 if found else None


def forget_peak() -> None:
    """Begins this process's peak anew; where that is not possible, the peak is that of its whole life."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
