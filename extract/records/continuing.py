"""What a run has already, and which articles still have to be done: the same for a run file and a run folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from extract.articles import Article, Duplicate, UniqueNames, Unreadable
from extract.errors import RunFileError
from extract.records.index import Index, Known
from extract.records.results import Header, Signature

_RECORDED = ("attested", "instructor", "openai", "xllamacpp", "pydantic")


def new_header(signature: Signature) -> Header:
    """The first line of a run made now by the software installed here."""
    versions = {}
    for name in _RECORDED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return Header(signature=signature, versions=versions, started_at=datetime.now(UTC).isoformat(timespec="seconds"))


class Continued:
    """A run that is written, as far as it was there before.

    Attributes:
        path: the run file or folder.
        skipped: how many articles were not done again, because the run has complete results of them.
    """

    _what = "run file"

    def __init__(self, path: Path | str) -> None:
        """Knows nothing yet of what is there."""
        self.path = path
        self.skipped = 0
        self._index: Index | None = None
        self._names = UniqueNames()

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

    def _unwritable(self, error: OSError, advice: str = "") -> RunFileError:
        return RunFileError(f"cannot write {self._what} {str(self.path)!r}: {error.strerror or error}{advice}")

    def _cut_short(self, error: OSError) -> RunFileError:
        return self._unwritable(error, "; finished articles are kept, run the same command again")

    def _check(self, header: Header, signature: Signature) -> None:
        if header.corrected:
            raise RunFileError(
                f"{self._what} {str(self.path)!r} was corrected by people, and is not continued: write to another file with -o"
            )
        theirs, mine = header.signature.model_dump(), signature.model_dump()
        differing = [
            f"{name} {_short(theirs[name])}, now {_short(mine[name])}" for name in mine if mine[name] != theirs[name]
        ]
        if differing:
            raise RunFileError(
                f"{self._what} {str(self.path)!r} was made otherwise ({'; '.join(differing)}): "
                "write to another file with -o, or delete it"
            )


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


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else repr(value)
