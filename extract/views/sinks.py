"""Where the results of a run go: a run file, JSON lines or an export on a stream, or tables on a terminal.

What yields results is in `engines`; the run file itself in `journal`.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, Protocol

from pydantic import BaseModel

from extract.articles import Article, Unreadable
from extract.errors import RunFileError, UsageError
from extract.files.locks import Lock
from extract.files.run_files import is_export, is_run_file
from extract.records.journal import Journal, new_header
from extract.records.results import ArticleResult, Header, Run, Signature, Status, write_line
from extract.views.export import Exporter, open_export
from extract.views.tables import article_view, summary_view

Format = Literal["jsonl", "csv", "json"]
Item = Article | Unreadable

ENDINGS: dict[str, Format] = {".jsonl": "jsonl", ".csv": "csv", ".json": "json"}
"""What the name of an output file says about its form."""
NOT_FINISHED = "not finished: "


class Sink(Protocol):
    """Where results go.

    Every method raises `RunFileError` when it cannot write, and `BrokenPipeError` when nobody reads any more.

    Attributes:
        counts: how many articles of each status were written.
    """

    counts: Counter[Status]

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


def check_out(
    out: Path | None, form: Format | None, *, overwrite: bool = False, inputs: Sequence[str] = ()
) -> Format | None:
    """The form of an output, and that it replaces nothing; to be asked before anything costly is begun.

    Args:
        out: file to write; None for standard output.
        form: None for what the name of the file says.
        overwrite: whether an earlier export may be replaced; nothing else ever is.
        inputs: what is read.

    Returns:
        None where there is neither a file nor a form: tables on a terminal, JSON lines otherwise.

    Raises:
        UsageError: the ending of the file says no form, or the file is one of the inputs.
        RunFileError: there is a file already that is not continued.
    """
    if out is None:
        return form
    if out.exists() and not out.is_file():  # a device
        return form or "jsonl"
    if any(Path(given).exists() and out.exists() and out.samefile(given) for given in inputs):
        raise UsageError(f"{str(out)!r} is an input: write to another file with -o")
    form = form or ENDINGS.get(out.suffix.lower())
    if form is None:
        raise UsageError(f"{str(out)!r} should end in {', '.join(ENDINGS)}; or say what it is with --format")
    if form != "jsonl" and out.exists() and out.stat().st_size:
        if is_run_file(out):
            raise RunFileError(
                f"{str(out)!r} is a run file, which an export would replace: write to another file with -o"
            )
        if not (overwrite and is_export(out)):
            raise RunFileError(
                f"{str(out)!r} is there already, and is not replaced: write to another file with -o; "
                "an earlier export is replaced with --overwrite"
            )
    return form


def open_sink(
    out: Path | None,
    form: Format | None,
    signature: Signature,
    schema: type[BaseModel],
    width: int | None,
    *,
    overwrite: bool = False,
) -> Sink:
    """Where results go: a file that is continued, a stream, or tables.

    Args:
        out, form, overwrite: see `check_out`.
        signature: what makes the run.
        schema: the task's record model.
        width: columns of the terminal that standard output is, None if it is none.

    Raises:
        UsageError, RunFileError: as `check_out`; or the file cannot be written or continued, or another run writes it.
    """
    form = check_out(out, form, overwrite=overwrite)
    if out is not None and form == "jsonl":
        return JournalSink(out, signature, schema)
    header = new_header(signature)
    if form is None and width is not None:
        return TablesSink(sys.stdout, header, width)
    if form == "csv" or form == "json":
        return ExportSink(form, header, out, overwrite=overwrite)
    return LinesSink(_data_stream(), header)


def _data_stream() -> IO[str]:
    """Standard output for data: UTF-8 and "\\n" on every platform and in every locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


def written(counts: Counter[Status], where: str = "") -> str:
    """What was written, in words: "3 articles written to r.csv, 1 of them failed, 1 partial"."""
    total = counts.total()
    others = [f"{counts[status]} {status}" for status in ("failed", "partial") if counts[status]]
    if others and total == 1:
        others = [others[0].removeprefix("1 ")]
    elif others:
        others[0] = others[0].replace(" ", " of them ", 1)
    return ", ".join([f"{total} {'article' if total == 1 else 'articles'} written{where}", *others])


@contextmanager
def _writing(path: Path | None) -> Generator[None, None, None]:
    try:
        yield
    except BrokenPipeError:  # not a fault of ours: the reader has seen enough
        raise
    except OSError as error:
        where = repr(str(path)) if path else "to standard output"
        raise RunFileError(f"cannot write {where}: {error.strerror or error}") from error


class _Counting:
    """What all targets have: counts, and every article is done."""

    def __init__(self) -> None:
        self.counts: Counter[Status] = Counter()

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return iter(articles)

    def _stream_said(self, complete: bool) -> str:
        """On a stream the last line is only about what an analyst would not see there."""
        flawed = self.counts["failed"] + self.counts["partial"]
        again = "" if complete else f"{NOT_FINISHED}a run written with -o FILE.jsonl could be continued"
        return "; ".join(filter(None, [written(self.counts) if flawed else "", again]))


class JournalSink(_Counting):
    """A run file, begun or continued."""

    def __init__(self, path: Path, signature: Signature, schema: type[BaseModel]) -> None:
        """Opens it."""
        super().__init__()
        self._journal = Journal(path, signature, schema)

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All but those that are complete in the file."""
        return self._journal.fresh(articles)

    def write(self, result: ArticleResult) -> None:
        """One line, flushed."""
        self._journal.write(result)
        self.counts[result.status] += 1

    def close(self, complete: bool) -> str:
        """Closes the file."""
        self._journal.close()
        skipped = self._journal.skipped
        were = "was" if skipped == 1 else "were"
        kept = f"; continued: {skipped} {were} complete already" if skipped else ""
        again = "" if complete else f"; {NOT_FINISHED}run the same command again to continue"
        return f"{written(self.counts, f' to {self._journal.path}')}{kept}{again}"


class LinesSink(_Counting):
    """JSON lines on a stream."""

    def __init__(self, stream: IO[str], header: Header) -> None:
        """Writes the header."""
        super().__init__()
        self._stream = stream
        with _writing(None):
            write_line(stream, header)

    def write(self, result: ArticleResult) -> None:
        """One line, flushed."""
        with _writing(None):
            write_line(self._stream, result)
        self.counts[result.status] += 1

    def close(self, complete: bool) -> str:
        """Nothing to end."""
        return self._stream_said(complete)


class ExportSink(_Counting):
    """CSV or one JSON document; begun with the first article, so that a run that has none leaves everything as it was."""

    def __init__(
        self, form: Literal["csv", "json"], header: Header, path: Path | None, *, overwrite: bool = False
    ) -> None:
        """Finds out whether it can be written, and writes nothing."""
        super().__init__()
        self._form, self._header, self._path = form, header, path
        self._exporter: Exporter | None = None
        with ExitStack() as undo:
            if path is None:
                self._stream = _data_stream()
            else:
                with _writing(path):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    self._lock = Lock(path)
                    undo.callback(self._lock.release)
                    check_out(path, form, overwrite=overwrite)  # another run may have ended just now
                    self._made = not path.exists()
                    self._stream = path.open("a", encoding="utf-8", newline="")
            undo.pop_all()

    def write(self, result: ArticleResult) -> None:
        """The article's rows, flushed."""
        with self._writing():
            self._begun().write(result)
        self.counts[result.status] += 1

    def close(self, complete: bool) -> str:
        """Writes the end."""
        if self._stream.closed:  # it could not be written
            return ""
        with self._writing():
            if complete or self._exporter:
                self._begun().close()
            if self._path is None:
                return self._stream_said(complete)
            self._stream.close()
            if self._made and not self._exporter:
                self._path.unlink(missing_ok=True)
        self._lock.release()
        option = " with --overwrite" if self._exporter else ""
        again = "" if complete else f"; {NOT_FINISHED}run it again{option}, recorded answers are not asked again"
        return f"{written(self.counts, f' to {self._path}')}{again}"

    def _begun(self) -> Exporter:
        if self._exporter is None:
            if self._path and self._path.is_file():
                self._stream.truncate(0)  # an earlier export
            self._exporter = open_export(self._form, self._stream, self._header)
        return self._exporter

    @contextmanager
    def _writing(self) -> Generator[None, None, None]:
        try:
            with _writing(self._path):
                yield
        except RunFileError:
            if self._path is not None:
                with suppress(OSError):  # what is still in the buffer cannot be written either
                    self._stream.close()
                self._lock.release()
            raise


class TablesSink(_Counting):
    """Tables for a person; the totals last."""

    def __init__(self, stream: IO[str], header: Header, width: int) -> None:
        """Begins with nothing."""
        super().__init__()
        self._stream, self._header, self._width = stream, header, width
        self._results: list[ArticleResult] = []

    def write(self, result: ArticleResult) -> None:
        """The article's tables."""
        self._results.append(result)
        self._show(article_view(result, width=self._width) + "\n\n")
        self.counts[result.status] += 1

    def close(self, complete: bool) -> str:
        """The summary."""
        run = Run(header=self._header, results=self._results)
        self._show(summary_view(run, width=self._width) + "\n")
        return self._stream_said(complete)

    def _show(self, text: str) -> None:
        with _writing(None):
            self._stream.write(text)
            self._stream.flush()
