"""Where the results of a run go: a run file or folder, JSON lines or an export on a stream, or tables on a terminal.

What yields results is in `engines`; the run file itself in `journal`, the folder in `folder_journal`.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, Protocol

from extract.articles import Article, Unreadable, mark_duplicates
from extract.errors import RunFileError, UsageError, counted
from extract.files.locks import Lock
from extract.files.run_files import is_export, is_run_file
from extract.records.continuing import new_header
from extract.records.folder_journal import FolderJournal
from extract.records.journal import Journal
from extract.records.parts import check_holds_no_others
from extract.records.results import ArticleResult, Header, Signature, Status
from extract.views.export import Form, csv_form, json_form, lines_form
from extract.views.tables import tables_form

Format = Literal["jsonl", "csv", "json", "folder"]
Item = Article | Unreadable

FORMS: Mapping[str, Callable[[Header], Form]] = {"jsonl": lines_form, "csv": csv_form, "json": json_form}
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
        """The articles that still have to be done; those that repeat an earlier one are marked."""
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
    out: Path | str | None, form: Format | None, *, overwrite: bool = False, inputs: Sequence[str] = ()
) -> Format | None:
    """The form of an output, and that it replaces nothing; to be asked before anything costly is begun.

    Args:
        out: file or folder to write; the address of a folder; None for standard output.
        form: None for what the name says: without an ending it is a run folder.
        overwrite: whether an earlier export may be replaced; nothing else ever is.
        inputs: what is read.

    Returns:
        None where there is neither a file nor a form: tables on a terminal, JSON lines otherwise.

    Raises:
        UsageError: the ending of the file says no form, or the file is one of the inputs.
        RunFileError: there is a file already that is not continued.
    """
    if form == "folder" and out is None:
        raise UsageError("--format folder writes a run folder: name it with -o FOLDER")
    if out is None:
        return form
    if isinstance(out, str) or out.is_dir() or (not out.exists() and (form == "folder" or not (form or out.suffix))):
        return _check_folder(out, form)
    if out.exists() and not out.is_file():  # a device
        return form or "jsonl"
    if any(Path(given).exists() and out.exists() and out.samefile(given) for given in inputs):
        raise UsageError(f"{str(out)!r} is an input: write to another file with -o")
    form = form or ENDINGS.get(out.suffix.lower())
    if form is None:
        raise UsageError(
            f"{str(out)!r} should end in {', '.join(ENDINGS)}, or in nothing, for a run folder; or say what it is with --format"
        )
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


def _check_folder(out: Path | str, form: Format | None) -> Format:
    """A run folder holds a run, and nothing else is written into one, or as one."""
    if form not in (None, "folder"):
        raise UsageError(f"{str(out)!r} is a folder, and --format {form} writes a file: leave --format out")
    if isinstance(out, Path) and out.is_dir():
        check_holds_no_others(out)
    return "folder"


def open_sink(
    out: Path | str | None,
    form: Format | None,
    signature: Signature,
    width: int | None,
    *,
    overwrite: bool = False,
) -> Sink:
    """Where results go: a file that is continued, a stream, or tables.

    Args:
        out, form, overwrite: see `check_out`.
        signature: what makes the run.
        width: columns of the terminal that standard output is, None if it is none.

    Raises:
        UsageError, RunFileError: as `check_out`; or the file cannot be written or continued, or another run writes it.
    """
    form = check_out(out, form, overwrite=overwrite)
    if out is not None and form == "folder":
        return JournalSink(FolderJournal(out, signature))
    if isinstance(out, Path) and form == "jsonl":
        return JournalSink(Journal(out, signature))
    assert not isinstance(out, str)  # the address of a folder
    header = new_header(signature)
    if form is None and width is not None:
        return StreamSink(sys.stdout, tables_form(header, width))
    made = FORMS[form or "jsonl"](header)
    if out is None:
        return StreamSink(_data_stream(), made)
    return FileSink(out, made, lambda: check_out(out, form, overwrite=overwrite))


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
    return ", ".join([f"{counted(total, 'article')} written{where}", *others])


@contextmanager
def _writing(where: str) -> Generator[None, None, None]:
    try:
        yield
    except BrokenPipeError:  # not a fault of ours: the reader has seen enough
        raise
    except OSError as error:
        raise RunFileError(f"cannot write {where}: {error.strerror or error}") from error


class JournalSink:
    """A run file or folder, begun or continued.

    Attributes:
        journal: the file or folder.
    """

    def __init__(self, journal: Journal | FolderJournal) -> None:
        """Takes an open one."""
        self.counts: Counter[Status] = Counter()
        self.journal = journal

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All but those that are complete in the file."""
        return mark_duplicates(self.journal.fresh(articles), self.journal.earlier())

    def write(self, result: ArticleResult) -> None:
        """One line, flushed."""
        self.journal.write(result)
        self.counts[result.status] += 1

    def close(self, complete: bool) -> str:
        """Closes the file."""
        self.journal.close()
        skipped = self.journal.skipped
        kept = f"; continued: {skipped} {'was' if skipped == 1 else 'were'} complete already" if skipped else ""
        again = "" if complete else f"; {NOT_FINISHED}run the same command again to continue"
        return f"{written(self.counts, f' to {self.journal.path}')}{kept}{again}"


class StreamSink:
    """A stream in some form; begun with the first article, so that a run that has none leaves everything as it was."""

    def __init__(self, stream: IO[str], form: Form, where: str = "to standard output") -> None:
        """Writes nothing yet."""
        self.counts: Counter[Status] = Counter()
        self._stream, self._form, self._where = stream, form, where
        self._begun = False

    def fresh(self, articles: Iterable[Item]) -> Iterator[Item]:
        """All."""
        return mark_duplicates(articles)

    def write(self, result: ArticleResult) -> None:
        """The article, flushed."""
        self._put(self._form.article(result))
        self.counts[result.status] += 1

    def close(self, complete: bool) -> str:
        """The end; on a stream the last line is only about what an analyst would not see there."""
        if complete or self._begun:
            self._put(self._form.foot())
        flawed = self.counts["failed"] + self.counts["partial"]
        again = "" if complete else f"{NOT_FINISHED}a run written with -o FILE.jsonl could be continued"
        return "; ".join(filter(None, [written(self.counts) if flawed else "", again]))

    def _put(self, text: str) -> None:
        with _writing(self._where):
            whole = text if self._begun else self._head() + text
            self._begun = True
            if whole:
                self._stream.write(whole)
                self._stream.flush()

    def _head(self) -> str:
        return self._form.head


class FileSink(StreamSink):
    """An export in a file, which may replace an earlier one."""

    def __init__(self, path: Path, form: Form, check: Callable[[], object]) -> None:
        """Finds out whether it can be written, and writes nothing.

        Args:
            check: raises if there is a file that is not replaced; asked now, for another run may just have ended.
        """
        where = repr(str(path))
        with ExitStack() as undo, _writing(where):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(path)
            undo.callback(self._lock.release)
            check()
            self._path, self._made = path, not path.exists()
            super().__init__(path.open("a", encoding="utf-8", newline=""), form, where)
            undo.pop_all()

    def close(self, complete: bool) -> str:
        """Ends the file; one without anything in it goes."""
        if self._stream.closed:  # it could not be written
            return ""
        super().close(complete)
        self._end()
        if self._made and not self._begun:
            self._path.unlink(missing_ok=True)
        option = " with --overwrite" if self._begun else ""
        again = "" if complete else f"; {NOT_FINISHED}run it again{option}, recorded answers are not asked again"
        return f"{written(self.counts, f' to {self._path}')}{again}"

    def _put(self, text: str) -> None:
        try:
            super()._put(text)
        except RunFileError:
            with suppress(RunFileError):  # what is still in the buffer cannot be written either
                self._end()
            raise

    def _head(self) -> str:
        if self._path.is_file():
            self._stream.truncate(0)  # an earlier export
        return super()._head()

    def _end(self) -> None:
        try:
            with _writing(self._where):
                self._stream.close()
        finally:
            self._lock.release()
