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
from extract.records import ArticleResult, Header, Run, Signature, read_run, write_line

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
        kept: results of an earlier run that stay as they are, by article id.
    """

    def __init__(self, path: Path, signature: Signature, schema: type[BaseModel]) -> None:
        """Opens a run file; an existing one is continued.

        Raises:
            RunFileError: the file is no run, was made otherwise, or cannot be written.
        """
        self.path = path
        self.kept: dict[str, ArticleResult] = {}
        exists = path.exists() and path.stat().st_size > 0
        if exists:
            self._continue(read_run(path, schema), signature)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if exists:
                _drop_half_line(path)
            self._stream: IO[str] = path.open("a", encoding="utf-8")
            if not exists:
                write_line(self._stream, new_header(signature))
        except OSError as error:
            raise RunFileError(f"cannot write run file {str(path)!r}: {error.strerror or error}") from error

    def _continue(self, run: Run, signature: Signature) -> None:
        if run.header.signature != signature:
            mine, theirs = signature.model_dump(), run.header.signature.model_dump()
            differing = ", ".join(name for name in mine if mine[name] != theirs[name])
            raise RunFileError(
                f"{str(self.path)!r} was made otherwise ({differing} differ): write to another file with -o, or delete it"
            )
        self.kept = {result.article_id: result for result in run.results if result.status == "complete"}

    def fresh(self, articles: Iterable[Article | Unreadable]) -> Iterator[Article | Unreadable]:
        """The articles that still have to be done: not complete yet, or with another text than then."""
        for article in articles:
            known = self.kept.get(article.id)
            if known is None or not isinstance(article, Article) or known.text_sha256 != article.sha256:
                yield article

    def write(self, result: ArticleResult) -> None:
        """Adds an article's line.

        Raises:
            RunFileError: it cannot be written; what was written before is kept.
        """
        try:
            write_line(self._stream, result)
        except OSError as error:
            raise RunFileError(
                f"cannot write run file {str(self.path)!r}: {error.strerror or error}; finished articles are kept, "
                "run again to continue"
            ) from error

    def close(self) -> None:
        """Closes the file."""
        with contextlib.suppress(OSError):
            self._stream.close()


def _drop_half_line(path: Path) -> None:
    """Cuts off a last line that was not finished, so that the next one does not stick to it."""
    data = path.read_bytes()
    if not data.endswith(b"\n"):
        with path.open("r+b") as stream:
            stream.truncate(data.rfind(b"\n") + 1)
