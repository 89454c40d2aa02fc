"""A run file while it is written: begun anew, or continued where an earlier run was left; by one run at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO

from extract.articles import Article, Duplicate, UniqueNames, Unreadable
from extract.errors import RunFileError
from extract.files.locks import Lock
from extract.files.run_files import is_run_file
from extract.records.index import Index, Known
from extract.records.results import ArticleResult, Header, Signature, mend, read_header, write_line

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
        skipped: how many articles were not done again, because the file has complete results of them.
    """

    def __init__(self, path: Path, signature: Signature) -> None:
        """Opens a run file; an existing one is continued.

        Raises:
            RunFileError: the file is no run, was made otherwise, or cannot be written.
        """
        self.path = path
        self.skipped = 0
        self._index: Index | None = None
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
                    self._check(read_header(path), signature)
                    self._index = Index(path)
                    undo.callback(self._index.close)
                self._stream: IO[str] = path.open("a", encoding="utf-8", newline="\n")
            except OSError as error:
                raise _unwritable(path, error) from error
            if not begun:
                self.write(new_header(signature))
            undo.pop_all()

    def _check(self, header: Header, signature: Signature) -> None:
        if header.corrected:
            raise RunFileError(
                f"run file {str(self.path)!r} was corrected by people, and is not continued: write to another file with -o"
            )
        theirs, mine = header.signature.model_dump(), signature.model_dump()
        differing = [
            f"{name} {_short(theirs[name])}, now {_short(mine[name])}" for name in mine if mine[name] != theirs[name]
        ]
        if differing:
            raise RunFileError(
                f"run file {str(self.path)!r} was made otherwise ({'; '.join(differing)}): "
                "write to another file with -o, or delete it"
            )

    def fresh(self, articles: Iterable[Article | Unreadable]) -> Iterator[Article | Unreadable]:
        """The articles that still have to be done: not complete yet, or with another text or day than then.

        An article has the id that it has in the file, also when other inputs come with it now; one that the file
        does not know never takes the id of another.
        """
        for item in articles:
            known = self._claimed(item)
            if known is None:
                yield replace(item, id=self._new_name(item.id))
            elif _is_done(item, known):
                self.skipped += 1
            else:
                yield replace(item, id=known.article_id)

    def earlier(self) -> Iterator[Article]:
        """The complete articles of an earlier run whose texts the file keeps, with what they repeat."""
        for known, text in self._index.texts() if self._index else ():
            again = known.duplicate_of
            repeated = Duplicate(again.article_id, again.share) if again else None
            yield Article(known.article_id, text, known.source, duplicate_of=repeated)

    def _claimed(self, item: Article | Unreadable) -> Known | None:
        """What the file says of an article, which no other article of this run can be then."""
        index = self._index
        if index is not None:
            for find, name in ((index.by_place, item.source), (index.by_id, item.id)):
                if (known := find(name)) and _are_one(item, known, index):
                    index.claim(known)
                    return known
        return None

    def _new_name(self, name: str) -> str:
        """A name that neither the file nor another article of this run has."""
        unique = self._names.take(name)
        while self._index is not None and unique in self._index:
            unique = self._names.take(name)
        return unique

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
        if self._index is not None:
            self._index.close()
        self._lock.release()


def _are_one(item: Article | Unreadable, known: Known, index: Index) -> bool:
    """Whether an article is the one of a line of the file, perhaps with another text since."""
    text = item.sha256 if isinstance(item, Article) else None
    if text is not None and text == known.text_sha256:
        return True
    (file, line), (known_file, known_line) = index.place(item.source), index.place(known.source, known.origin)
    if file != known_file:
        return False
    # A file is one article, whatever it holds now; a line of a file is another one when lines have moved.
    moved = line != known_line or ((line or not file) and None not in (text, known.text_sha256))
    return item.id == known.article_id or not moved


def _is_done(item: Article | Unreadable, known: Known) -> bool:
    if known.status != "complete" or not isinstance(item, Article):
        return False
    day = item.published.isoformat() if item.published else None
    return (known.text_sha256, known.published) == (item.sha256, day)


def _unwritable(path: Path, error: OSError, advice: str = "") -> RunFileError:
    return RunFileError(f"cannot write run file {str(path)!r}: {error.strerror or error}{advice}")


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else repr(value)
