"""A run from inputs to output: where results go, what they may cost, what a dry run says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Protocol

from extract.articles import Article, Unreadable
from extract.errors import RunFileError, UsageError
from extract.export import open_export
from extract.journal import Journal, new_header
from extract.pipeline import Setup, extract_all, plan
from extract.prices import Prices
from extract.records import ArticleResult, Header, Run, write_line
from extract.view import article_view, summary_view

Format = Literal["jsonl", "csv", "json"]
Item = Article | Unreadable

CHARS_PER_TOKEN = 4.4
"""Mean of English news with the embedded model's tokenizer; only for estimates."""
TOKENS_PER_SECOND = (60.0, 10.0)
"""Tokens read and written per second by the embedded model on two cores; only for estimates."""


class Target(Protocol):
    """Where results go."""

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """The articles that still have to be done."""
        ...

    def write(self, result: ArticleResult) -> None:
        """Takes a finished article."""
        ...

    def close(self, complete: bool) -> str:
        """Ends the output.

        Returns:
            What to tell the user on standard error, perhaps nothing.
        """
        ...


class JournalTarget:
    """A run file, begun or continued."""

    def __init__(self, path: Path, setup: Setup) -> None:
        """Opens it."""
        self._journal = Journal(path, setup.signature, setup.task.records)
        self._written = 0

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All but those that are complete in the file."""
        return self._journal.fresh(articles)

    def write(self, result: ArticleResult) -> None:
        """One line, flushed."""
        self._journal.write(result)
        self._written += 1

    def close(self, complete: bool) -> str:
        """Closes the file."""
        self._journal.close()
        kept = f"; continued: {len(self._journal.kept)} were complete already" if self._journal.kept else ""
        again = "" if complete else "; interrupted: run the same command again to continue"
        return f"{self._written} articles written to {self._journal.path}{kept}{again}"


class LinesTarget:
    """JSON lines on a stream."""

    def __init__(self, stream: IO[str], header: Header) -> None:
        """Writes the header."""
        self._stream = stream
        write_line(stream, header)

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return iter(articles)

    def write(self, result: ArticleResult) -> None:
        """One line, flushed."""
        write_line(self._stream, result)

    def close(self, complete: bool) -> str:
        """Nothing to end."""
        return ""


class ExportTarget:
    """CSV or one JSON document."""

    def __init__(self, form: Literal["csv", "json"], stream: IO[str], header: Header, path: Path | None) -> None:
        """Writes the beginning."""
        self._exporter = open_export(form, stream, header)
        self._stream = stream
        self._path = path

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return iter(articles)

    def write(self, result: ArticleResult) -> None:
        """The article's rows."""
        self._exporter.write(result)
        self._stream.flush()

    def close(self, complete: bool) -> str:
        """Writes the end."""
        self._exporter.close()
        if self._path is None:
            return ""
        self._stream.close()
        return f"written to {self._path}"


class TablesTarget:
    """Tables for a person; the totals last."""

    def __init__(self, stream: IO[str], header: Header, width: int) -> None:
        """Begins with nothing."""
        self._stream, self._header, self._width = stream, header, width
        self._results: list[ArticleResult] = []

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return iter(articles)

    def write(self, result: ArticleResult) -> None:
        """The article's tables."""
        self._results.append(result)
        print(article_view(result, width=self._width), end="\n\n", file=self._stream, flush=True)  # noqa: T201  # the stream is given

    def close(self, complete: bool) -> str:
        """The summary."""
        run = Run(header=self._header, results=self._results)
        print(summary_view(run, width=self._width), file=self._stream)  # noqa: T201  # the stream is given
        return "" if complete else "interrupted: with -o FILE the next run would go on from here"


def open_target(out: Path | None, form: Format | None, setup: Setup, width: int | None) -> Target:
    """Where results go: a file that is continued, a stream, or tables.

    Args:
        out: file to write; None for standard output.
        form: None for what the name of the file says; tables on a terminal, JSON lines otherwise.
        width: columns of the terminal that standard output is, None if it is none.

    Raises:
        RunFileError: the file cannot be written or continued.
    """
    if form is None and out is not None and out.suffix in (".csv", ".json"):
        form = "csv" if out.suffix == ".csv" else "json"
    if out is not None and form in (None, "jsonl"):
        return JournalTarget(out, setup)
    header = new_header(setup.signature)
    if form == "csv" or form == "json":
        return ExportTarget(form, _opened(out) if out else sys.stdout, header, out)
    if form is None and width is not None:
        return TablesTarget(sys.stdout, header, width)
    return LinesTarget(sys.stdout, header)


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise RunFileError(f"cannot write {str(path)!r}: {error.strerror or error}") from error


@dataclass
class Budget:
    """What a run may cost.

    Attributes:
        limit: US dollars, or None for no limit.
        spent: so far, this time; replayed answers cost nothing.
        stopped: whether articles were left undone for it.
    """

    model: str
    prices: Prices
    limit: float | None = None
    spent: float = 0.0
    stopped: bool = False

    def __post_init__(self) -> None:
        """Checks that a limit can be kept.

        Raises:
            UsageError: the model's price is not known.
        """
        if self.limit is not None and self.prices.cost(self.model, 1, 1) is None:
            raise UsageError(f"no price is known for model {self.model!r}: --max-cost needs one, give it with --prices")

    def while_affordable(self, articles: Iterable[Item]) -> Iterator[Item]:
        """Articles, until the limit is reached."""
        for article in articles:
            if self.limit is not None and self.spent >= self.limit:
                self.stopped = True
                return
            yield article

    def add(self, result: ArticleResult) -> None:
        """Counts what an article cost."""
        usage = result.usage
        self.spent += self.prices.cost(self.model, usage.input_tokens, usage.output_tokens) or 0.0


def run_articles(articles: Iterable[Item], setup: Setup, budget: Budget) -> Iterator[ArticleResult]:
    """Results in the order in which articles are finished, as long as the budget lasts."""
    for result in extract_all(budget.while_affordable(articles), setup):
        budget.add(result)
        yield result


def dry_run(articles: Sequence[Item], setup: Setup, prices: Prices) -> str:
    """What a run would ask, in a few lines; calls nothing. Questions that depend on answers are not counted."""
    requests = [request for article in articles if isinstance(article, Article) for request in plan(article, setup)]
    read = sum(len(message.content) for request in requests for message in request.messages) / CHARS_PER_TOKEN
    written = sum(request.sampling.max_tokens / (3 if request.schema.get("type") != "object" else 1) for request in requests)
    cost = prices.cost(setup.model, round(read), round(written))
    unreadable = [item for item in articles if isinstance(item, Unreadable)]
    lines = [
        f"{len(articles) - len(unreadable)} articles, {len(requests)} requests to {setup.model} (prompt set {setup.prompts.name})",
        f"about {read:,.0f} tokens read, at most about {written:,.0f} written",
        f"cost: {'unknown: no price for this model' if cost is None else f'about ${cost:.2f}'}",
    ]
    if setup.model.startswith("local/"):
        fresh = read if setup.prompts.name == "whole" else read / 6  # the fixed part is read once
        seconds = fresh / TOKENS_PER_SECOND[0] + written / TOKENS_PER_SECOND[1]
        lines.append(f"time: about {seconds / 60:.0f} min on two cores, less what is recorded already")
    lines += [f"{item.id}: cannot be read: {item.reason}" for item in unreadable]
    return "\n".join(lines)


def collect(
    articles: Iterable[Item], setup: Setup, out: Path | None, done: Callable[[ArticleResult], None] = lambda result: None
) -> Run:
    """A whole run, in memory or in a run file that is continued; for evaluation.

    Args:
        done: told of every article that is finished.
    """
    header = new_header(setup.signature)
    if out is None:
        return Run(header=header, results=list(extract_all(articles, setup, done)))
    journal = Journal(out, setup.signature, setup.task.records)
    try:
        results = dict(journal.kept)
        for result in extract_all(journal.fresh(articles), setup, done):
            journal.write(result)
            results[result.article_id] = result
    finally:
        journal.close()
    return Run(header=header, results=list(results.values()), path=str(out))
