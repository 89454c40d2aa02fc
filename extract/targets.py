"""Where the results of a run go: a run file, JSON lines or an export on a stream, or tables on a terminal.

What a run consists of and what it costs is in `running`; the run file itself in `journal`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, Protocol

from extract.articles import Article, Unreadable
from extract.errors import RunFileError
from extract.export import open_export
from extract.journal import Journal, is_run_file, new_header
from extract.pipeline import Setup
from extract.records import ArticleResult, Header, Run, write_line
from extract.view import article_view, summary_view

Format = Literal["jsonl", "csv", "json"]
Item = Article | Unreadable

NOT_FINISHED = "not finished: "


class Target(Protocol):
    """Where results go.

    Every method raises `RunFileError` when it cannot write, and `BrokenPipeError` when nobody reads any more.
    """

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """The articles that still have to be done."""
        ...

    def write(self, result: ArticleResult) -> None:
        """Takes a finished article; it is safe when this returns."""
        ...

    def close(self, complete: bool) -> str:
        """Ends the output.

        Args:
            complete: no article was left undone.

        Returns:
            What to tell the user on standard error, perhaps nothing.
        """
        ...


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
    if form is None and width is not None:
        return TablesTarget(sys.stdout, header, width)
    stream = _data_stream() if out is None else _opened(out)
    if form == "csv" or form == "json":
        return ExportTarget(form, stream, header, out)
    return LinesTarget(stream, header)


def _data_stream() -> IO[str]:
    """Standard output for data: UTF-8 and "\\n" on every platform and in every locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


def _opened(path: Path) -> IO[str]:
    if is_run_file(path):
        raise RunFileError(f"{str(path)!r} is a run file, which an export would replace: write to another file with -o")
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", newline="")


@contextmanager
def _writing(path: Path | None) -> Generator[None, None, None]:
    try:
        yield
    except BrokenPipeError:  # not a fault of ours: the reader has seen enough
        raise
    except OSError as error:
        where = repr(str(path)) if path else "to standard output"
        raise RunFileError(f"cannot write {where}: {error.strerror or error}") from error


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
        skipped = self._journal.skipped
        kept = f"; continued: {skipped} were complete already" if skipped else ""
        again = "" if complete else f"; {NOT_FINISHED}run the same command again to continue"
        return f"{self._written} articles written to {self._journal.path}{kept}{again}"


class LinesTarget:
    """JSON lines on a stream."""

    def __init__(self, stream: IO[str], header: Header) -> None:
        """Writes the header."""
        self._stream = stream
        with _writing(None):
            write_line(stream, header)

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return iter(articles)

    def write(self, result: ArticleResult) -> None:
        """One line, flushed."""
        with _writing(None):
            write_line(self._stream, result)

    def close(self, complete: bool) -> str:
        """Nothing to end."""
        return "" if complete else f"{NOT_FINISHED}a run written with -o FILE could be continued"


class ExportTarget:
    """CSV or one JSON document."""

    def __init__(self, form: Literal["csv", "json"], stream: IO[str], header: Header, path: Path | None) -> None:
        """Writes the beginning."""
        self._stream = stream
        self._path = path
        with self._writing():
            self._exporter = open_export(form, stream, header)

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return iter(articles)

    def write(self, result: ArticleResult) -> None:
        """The article's rows, flushed."""
        with self._writing():
            self._exporter.write(result)

    def close(self, complete: bool) -> str:
        """Writes the end."""
        if self._stream.closed:  # it could not be written
            return ""
        with self._writing():
            self._exporter.close()
            if self._path is not None:
                self._stream.close()
        again = "" if complete else f"{NOT_FINISHED}only a run file (-o FILE.jsonl) can be continued"
        return "; ".join(filter(None, [f"written to {self._path}" if self._path else "", again]))

    @contextmanager
    def _writing(self) -> Generator[None, None, None]:
        try:
            with _writing(self._path):
                yield
        except RunFileError:
            if self._path is not None:
                with suppress(OSError):  # what is still in the buffer cannot be written either
                    self._stream.close()
            raise


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
        self._show(article_view(result, width=self._width) + "\n\n")

    def close(self, complete: bool) -> str:
        """The summary."""
        run = Run(header=self._header, results=self._results)
        self._show(summary_view(run, width=self._width) + "\n")
        return "" if complete else f"{NOT_FINISHED}a run written with -o FILE could be continued"

    def _show(self, text: str) -> None:
        with _writing(None):
            self._stream.write(text)
            self._stream.flush()
