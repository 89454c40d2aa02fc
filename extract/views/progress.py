"""What a command says on standard error while it works: a bar on a terminal, lines elsewhere.

Nothing here touches results.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import click

from extract.errors import ExtractError, counted
from extract.models.client import Response
from extract.records.results import ArticleResult
from extract.views.terminal import safe

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Item = TypeVar("Item")

_ARTICLES = "articles"
_QUESTIONS = "questions"
_LOG_SECONDS = 10
"""Outside a terminal a long step says this often how far it is."""
_QUIET_SECONDS = 30
"""Outside a terminal nobody waits longer than this, and a look at the clock, for a line about an article."""
_LOOK_SECONDS = 5
_DONE = {"fetching": "fetched", "joining": "joined", "verifying": "verified", "loading": "loaded"}


class Display:
    """The one thing that is live on the terminal; safe to tell from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Starts with nothing to show; the clock gives seconds."""
        self._clock = clock
        self._lock = threading.RLock()
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._steps: dict[str, tuple[float, float]] = {}  # when it began, when it was last told of
        self._total: int | None = None
        self._is_counting = False
        self._done = self._requests = self._tokens = 0
        self._started = self._told = self._clock()
        self._under_way: dict[str, tuple[float, int, Callable[[], int]]] = {}  # when, answers until then, its questions
        self._ended = threading.Event()

    def __enter__(self) -> Display:
        if not sys.stderr.isatty():
            threading.Thread(target=self._look, name="look", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._bar:
            self._bar.stop()

    def step(self, name: str, done: int, total: int) -> None:
        """Told of a long step on the way to a model (fetching, joining, verifying, loading): so many bytes of all."""
        with self._lock:
            now, new = self._clock(), name not in self._steps
            self._told = now
            begun, told = self._steps.setdefault(name, (now, now))
            seconds = now - begun
            text = f"{name} the model ({total / 1e6:.0f} MB)"
            if 0 < done < total:
                left = seconds / done * (total - done)
                text = f"{name} the model: {done / 1e6:.0f} of {total / 1e6:.0f} MB, about {left:.0f} s left"
            if sys.stderr.isatty():
                self._show(name, text, done, total)
            elif new or (done < total and now - told >= _LOG_SECONDS):
                self._steps[name] = begun, now
                self.say(f"{text} …" if new else f"  {text}")
            if done >= total:
                del self._steps[name]
                if name in self._tasks:
                    self._live().remove_task(self._tasks.pop(name))
                self.say(f"{_DONE.get(name, name)} the model in {seconds:.0f} s")

    def expect(self, articles: int | None) -> None:
        """Told how many articles there are to do, as far as that is known; the first time the clock starts."""
        with self._lock:
            if not self._is_counting:
                self._is_counting, self._started = True, self._clock()
            self._total = articles
            self._update()

    def begun(self, name: str, known: Callable[[], int]) -> None:
        """Told of an article that is begun, and how to count the questions about it that are known before answers."""
        with self._lock:
            self._told = self._clock()
            self._under_way[name] = self._told, self._requests, cache(known)

    def answered(self, response: Response) -> None:
        """Told of every response."""
        with self._lock:
            self._requests += 1
            self._tokens += response.usage.output_tokens
            self._update()

    def finished(self, result: ArticleResult) -> None:
        """Told of every finished article."""
        self.finished_elsewhere(result.article_id, line_of(result))

    def finished_elsewhere(self, name: str, said: str) -> None:
        """Told of an article that another machine has finished: its id, and what `line_of` says of it."""
        with self._lock:
            self._done += 1
            self._under_way.pop(name, None)
            self._update()
            self.say(said)

    def look(self) -> None:
        """Says how far an article is when nothing was said for long; a terminal has its bar."""
        with self._lock:
            now, under_way = self._clock(), dict(self._under_way)
            if not under_way or now - self._told < _QUIET_SECONDS:
                return
            self._told = now
        self.say(f"  {self._how_far(under_way, now)}")

    def _how_far(self, under_way: dict[str, tuple[float, int, Callable[[], int]]], now: float) -> str:
        if len(under_way) > 1:
            said = f"{self._done_of(' of ')} done, {len(under_way)} under way"
            return f"{said}: {counted(self._requests, 'question')} answered, {now - self._started:.0f} s"
        name, (began, before, known) = next(iter(under_way.items()))
        answers = self._requests - before
        asked = max(known(), answers)
        said = f"{answers} of {counted(asked, 'question')} answered, " if asked else ""
        return f"{name}: {said}{now - began:.0f} s"

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            with suppress(ExtractError):  # met while questions are counted: the run says so itself
                self.look()

    def asked(self, done: int, total: int) -> None:
        """Told how many questions of a list are answered; the clock starts with the first call."""
        with self._lock:
            now = self._clock()
            if not done:
                self._started = self._told = now
            left = f", about {(now - self._started) / done * (total - done):.0f} s left" if 0 < done < total else ""
            text = f"{done} of {counted(total, 'question')} answered{left}"
            if sys.stderr.isatty():
                self._show(_QUESTIONS, text, done, total)
            elif done == total or now - self._told >= _QUIET_SECONDS:
                self._told = now
                self.say(f"  {text}")

    def say(self, line: str) -> None:
        """Shows a line, above the bar if there is one."""
        with self._lock:
            if self._bar:
                self._bar.console.print(safe(line), highlight=False, markup=False, soft_wrap=True)
            else:
                click.echo(safe(line), err=True)

    def warn(self, line: str) -> None:
        """Shows what does not stop the work."""
        self.say(f"warning: {line}")

    @contextmanager
    def hidden(self) -> Generator[None, None, None]:
        """No bar for the time of the block, in which something else is written to the same terminal."""
        with self._lock:
            if self._bar:
                self._bar.stop()
        try:
            yield
        finally:
            with self._lock:
                if self._bar:
                    self._bar.start()

    def _update(self) -> None:
        if self._is_counting and self._total != 0 and sys.stderr.isatty():
            self._show(_ARTICLES, self._description(), self._done, self._total)

    def _description(self) -> str:
        left = ""
        if self._total and 0 < self._done < self._total:
            seconds = (self._clock() - self._started) / self._done * (self._total - self._done)
            left = f" · about {seconds:.0f} s left"
        asked, written = counted(self._requests, "question"), counted(self._tokens, "token")
        return f"{self._done_of('/')} · {asked} · {written} written{left}"

    def _done_of(self, of: str) -> str:
        """So many of all; of how many is left out as long as nobody knows."""
        return (
            counted(self._done, "article")
            if self._total is None
            else f"{self._done}{of}{counted(self._total, 'article')}"
        )

    def _show(self, name: str, description: str, done: int, total: int | None) -> None:
        bar = self._live()
        if name not in self._tasks:
            self._tasks[name] = bar.add_task(description, total=total)
        bar.update(self._tasks[name], completed=done, total=total, description=description)

    def _live(self) -> Progress:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            # Rich must not take standard output over: that is where results go.
            self._bar = Progress(
                BarColumn(bar_width=20),
                TextColumn("{task.description}", markup=False),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._bar.start()
        return self._bar


class Tally:
    """How many articles there are to do, told to a display as far as it is known while they are read."""

    def __init__(self, display: Display, count: Callable[[], int | None]) -> None:
        """Begins to count.

        Args:
            count: how many there are, or None; it may take a while, and is asked beside everything else.
        """
        self._display, self._count = display, count
        self._total: int | None = None
        self._read = self._todo = 0
        threading.Thread(target=self._find_out, name="count", daemon=True).start()

    def read(self, articles: Iterable[Item]) -> Iterator[Item]:
        """The articles that are read; with the last one it is known how many there are."""
        for item in articles:
            self._read += 1
            yield item
        self._total = self._read
        self._tell()

    def todo(self, articles: Iterable[Item]) -> Iterator[Item]:
        """Those of them that have to be done."""
        for item in articles:
            self._todo += 1
            if self._todo == 1:  # the time of those that are done already does not count
                self._display.expect(None)
            self._tell()
            yield item

    def _find_out(self) -> None:
        with suppress(ExtractError, OSError):  # who reads the articles says so
            found = self._count()
            if self._total is None:
                self._total = found
                self._tell()

    def _tell(self) -> None:
        if self._total is not None and self._todo:
            self._display.expect(max(self._total - (self._read - self._todo), self._todo))


def line_of(result: ArticleResult) -> str:
    """How an article went, in a line for people."""
    if result.status == "failed":
        return f"{result.article_id}: failed: {result.problems[0].detail}"
    places, kinds = result.attested, Counter(each.kind for each in result.problems)
    notes = [
        f"{counted(places.total() - places['absent'], 'value')} attested",
        *[f"{counted(places['absent'], 'value')} not found in the text"] * (places["absent"] > 0),
        *[f"{kinds['contradiction']} in contradiction to their own words"] * (kinds["contradiction"] > 0),
        *[f"{counted(kinds['dropped'], 'part')} of answers dropped"] * (kinds["dropped"] > 0),
        counted(result.usage.requests, "question"),
        f"{result.seconds:.1f} s",
    ]
    open_question = next((each for each in result.problems if each.kind in ("unanswered", "cut", "language")), None)
    why = f" ({open_question.detail})" if result.status == "partial" and open_question else ""
    return f"{result.article_id}: {result.status}{why}, {', '.join(notes)}"
