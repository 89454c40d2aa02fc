"""Progress on standard error: a bar on a terminal, a line per article elsewhere. Nothing here touches results."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

import click

from extract.client import Response
from extract.records import ArticleResult

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SLOW_STEP = 2.0
"""Seconds after which a step without a terminal says that it is going on."""


class Steps:
    """Tells of long steps on the way to a model: fetching, joining, verifying, loading."""

    def __init__(self) -> None:
        """Starts with nothing to show."""
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._said: set[str] = set()

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Told of a step: `done` of `total` bytes."""
        if not sys.stderr.isatty():
            if step not in self._said:
                self._said.add(step)
                click.echo(f"{step} the model ({total / 1e6:.0f} MB) …", err=True)
            return
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(f"{step} the model", total=total)
        self._progress.update(self._tasks[step], completed=done)


class RunProgress:
    """Tells of a run: articles done, questions and tokens of the one under way, time left."""

    def __init__(self, total: int | None) -> None:
        """Starts the clock.

        Args:
            total: number of articles, or None when it is not known.
        """
        self._total = total
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._done = self._requests = self._tokens = 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> RunProgress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("articles", total=self._total)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def answered(self, response: Response) -> None:
        """Told of every response, from any thread."""
        with self._lock:
            self._requests += 1
            self._tokens += response.usage.output_tokens
            if self._bar and self._task is not None:
                self._bar.update(self._task, description=self._description())

    def finished(self, result: ArticleResult) -> None:
        """Told of every finished article."""
        with self._lock:
            self._done += 1
            line = _line(result)
            if self._bar and self._task is not None:
                self._bar.update(self._task, completed=self._done, description=self._description())
                self._bar.console.print(line, highlight=False, markup=False)
            else:
                click.echo(line, err=True)

    def _description(self) -> str:
        left = ""
        if self._total and 0 < self._done < self._total:
            seconds = (time.monotonic() - self._started) / self._done * (self._total - self._done)
            left = f" · about {seconds:.0f} s left"
        return f"articles · {self._requests} questions · {self._tokens} tokens written{left}"


def _line(result: ArticleResult) -> str:
    from extract.view import safe

    if result.status == "failed":
        return safe(f"{result.article_id}: failed: {result.problems[0].detail}")
    absent = sum(place.status == "absent" for place in result.grounding.values())
    notes = f", {absent} values not found in the text" if absent else ""
    return safe(
        f"{result.article_id}: {result.status}, {len(result.grounding) - absent} values attested{notes}, "
        f"{result.usage.requests} questions, {result.seconds:.1f} s"
    )
