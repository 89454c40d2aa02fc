"""A run file while it is written: begun anew, or continued where an earlier run was left; by one run at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO

from pydantic import BaseModel

from extract.articles import Article, UniqueNames, Unreadable, file_of, origin_of
from extract.errors import RunFileError
from extract.files.locks import Lock
from extract.files.run_files import is_run_file
from extract.records.results import ArticleResult, Header, Run, Signature, mend, read_run, write_line

_RECORDED = ("attested", "instructor", "openai", "xllamacpp", "pydantic")


def new_header(signature: Signature) -> Header:
    """The first line of a run made now by the software installed here."""
    versions = {}
    for name in _RECORDED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return Header(signature=signature, versions=versions, started_at=datetime.now(UTC).isoformat(timespec="seconds"))


class Journal:
    """An open run file. Every line is flushed, so that a killed run keeps what it has.

    Attributes:
        path: the file.
        kept: complete results of an earlier run, by article id.
        skipped: how many articles were not done again, because they are among those.
    """

    def __init__(self, path: Path, signature: Signature, schema: type[BaseModel]) -> None:
        """Opens a run file; an existing one is continued.

        Raises:
            RunFileError: the file is no run, was made otherwise, or cannot be written.
        """
        self.path = path
        self.kept: dict[str, ArticleResult] = {}
        self.skipped = 0
        self._known: dict[str, ArticleResult] = {}
        self._by_place: dict[tuple[str | None, str], ArticleResult] = {}
        self._names = UniqueNames()
        with contextlib.ExitStack() as undo:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = Lock(path)
                undo.callback(self._lock.release)
                if is_run_file(path):  # any other file is left alone, and reading it says what is wrong
                    mend(path)
                begun = path.exists() and path.stat().st_size > 0
                if begun:
                    self._continue(read_run(path, schema), signature)
                self._stream: IO[str] = path.open("a", encoding="utf-8", newline="\n")
            except OSError as error:
                raise _unwritable(path, error) from error
            if not begun:
                self.write(new_header(signature))
            undo.pop_all()

    def _continue(self, run: Run, signature: Signature) -> None:
        if run.header.corrected:
            raise RunFileError(
                f"run file {str(self.path)!r} was corrected by people, and is not continued: write to another file with -o"
            )
        theirs, mine = run.header.signature.model_dump(), signature.model_dump()
        differing = [
            f"{name} {_short(theirs[name])}, now {_short(mine[name])}" for name in mine if mine[name] != theirs[name]
        ]
        if differing:
            raise RunFileError(
                f"run file {str(self.path)!r} was made otherwise ({'; '.join(differing)}): "
                "write to another file with -o, or delete it"
            )
        self.kept = {result.article_id: result for result in run.results if result.status == "complete"}
        self._known = {result.article_id: result for result in run.results}
        self._by_place = {_place(result.source, result.origin): result for result in run.results}
        for name in self._known:
            self._names.take(name)

    def fresh(self, articles: Iterable[Article | Unreadable]) -> Iterator[Article | Unreadable]:
        """The articles that still have to be done: not complete yet, or with another text or day than then.

        An article has the id that it has in the file, also when other inputs come with it now; one that the file
        does not know never takes the id of another.
        """
        for item in articles:
            article = self._under_its_id(item)
            if self._is_done(article):
                self.skipped += 1
            else:
                yield article

    def earlier(self) -> Iterator[Article]:
        """The complete articles of an earlier run whose texts the file keeps."""
        for result in self.kept.values():
            if result.text is not None:
                yield Article(result.article_id, result.text, result.source)

    def _under_its_id(self, item: Article | Unreadable) -> Article | Unreadable:
        for known in (self._by_place.get(_place(item.source)), self._known.get(item.id)):
            if known and known.article_id in self._known and _are_one(item, known):
                del self._known[known.article_id]  # no other article of this run has it
                return replace(item, id=known.article_id)
        return replace(item, id=self._names.take(item.id))

    def _is_done(self, article: Article | Unreadable) -> bool:
        known = self.kept.get(article.id)
        if known is None or not isinstance(article, Article):
            return False
        day = article.published.isoformat() if article.published else None
        return (known.text_sha256, known.published) == (article.sha256, day)

    def write(self, part: Header | ArticleResult) -> None:
        """Adds a line: the header, or an article's.

        Raises:
            RunFileError: it cannot be written; what was written before is kept.
        """
        try:
            write_line(self._stream, part)
        except OSError as error:
            self.close()
            raise _unwritable(self.path, error, "; finished articles are kept, run the same command again") from error

    def close(self) -> None:
        """Closes the file."""
        # A line that could not be written is still in the buffer, and cannot be written now either.
        with contextlib.suppress(OSError):
            self._stream.close()
        self._lock.release()


def _place(source: str, origin: str | None = None) -> tuple[str | None, str]:
    """The file, and which line of it; the file of a line of an older run file is taken to be named from here."""
    return origin or origin_of(source), source.removeprefix(file_of(source))


def _are_one(item: Article | Unreadable, known: ArticleResult) -> bool:
    """Whether an article is the one of a line of the file, perhaps with another text since."""
    text = item.sha256 if isinstance(item, Article) else None
    if text is not None and text == known.text_sha256:
        return True
    (file, line), (known_file, known_line) = _place(item.source), _place(known.source, known.origin)
    if file != known_file:
        return False
    # A file is one article, whatever it holds now; a line of a file is another one when lines have moved.
    moved = line != known_line or ((line or file is None) and None not in (text, known.text_sha256))
    return item.id == known.article_id or not moved


def _unwritable(path: Path, error: OSError, advice: str = "") -> RunFileError:
    return RunFileError(f"cannot write run file {str(path)!r}: {error.strerror or error}{advice}")


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else repr(value)
