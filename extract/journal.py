"""A run file while it is written: begun anew, or continued where an earlier run was left."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO

from pydantic import BaseModel

from extract.articles import Article, Unreadable
from extract.errors import RunFileError
from extract.records import RUN_FORMAT, ArticleResult, Header, Run, Signature, mend, read_run, write_line

_RECORDED = ("attested", "instructor", "openai", "xllamacpp", "pydantic")
_BEGINNING = f'{{"format": "{RUN_FORMAT}"'.encode()


def new_header(signature: Signature) -> Header:
    """The first line of a run made now by the software installed here."""
    versions = {}
    for name in _RECORDED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return Header(signature=signature, versions=versions, started_at=datetime.now(UTC).isoformat(timespec="seconds"))


def is_run_file(path: Path) -> bool:
    """Whether a file begins like a run file, perhaps one that was interrupted in its first line."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_BEGINNING))
    except OSError:
        return False
    return bool(start) and _BEGINNING.startswith(start)


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
        if _has_header(path):
            self._continue(read_run(path, schema), signature)
            mend(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream: IO[str] = path.open("a", encoding="utf-8", newline="\n")
        except OSError as error:
            raise _unwritable(path, error) from error
        if not _has_header(path):
            self._add(new_header(signature))

    def _continue(self, run: Run, signature: Signature) -> None:
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

    def fresh(self, articles: Iterable[Article | Unreadable]) -> Iterator[Article | Unreadable]:
        """The articles that still have to be done: not complete yet, or with another text or day than then."""
        for article in articles:
            if self._is_done(article):
                self.skipped += 1
            else:
                yield article

    def _is_done(self, article: Article | Unreadable) -> bool:
        known = self.kept.get(article.id)
        if known is None or not isinstance(article, Article):
            return False
        day = article.published.isoformat() if article.published else None
        return (known.text_sha256, known.published) == (article.sha256, day)

    def write(self, result: ArticleResult) -> None:
        """Adds an article's line.

        Raises:
            RunFileError: it cannot be written; what was written before is kept.
        """
        self._add(result)

    def _add(self, part: Header | ArticleResult) -> None:
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


def _has_header(path: Path) -> bool:
    """Whether there is a run to be continued.

    A header that was cut off (the disk was full) is taken away; any other file that is no run is left alone, and
    reading it says what is wrong.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            return False
        if is_run_file(path) and b"\n" not in path.read_bytes():
            mend(path)
        return path.stat().st_size > 0
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError, advice: str = "") -> RunFileError:
    return RunFileError(f"cannot write run file {str(path)!r}: {error.strerror or error}{advice}")


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else repr(value)
