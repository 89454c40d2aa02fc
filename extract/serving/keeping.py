"""A run file in which every answer is kept, by several threads, before anybody is told it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from extract.articles import Article, Remembered
from extract.errors import RunFileError
from extract.records.journal import Journal
from extract.records.results import ArticleResult, Signature


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: under its own name, or under another where the file has that one already."""

    article_id: str
    known_as: str


class Kept:
    """An open run file."""

    def __init__(self, path: Path, signature: Signature) -> None:
        """Begins it, or continues it.

        Raises:
            RunFileError: it is no run, was made otherwise, cannot be written, or another run writes it.
        """
        self._lock = Lock()
        self._done = Remembered()
        self._names: dict[str, str] = {}  # of what is not complete: asked again it is the same article
        self._broken: RunFileError | None = None
        self._journal = Journal(path, signature)

    def place(self, article: Article) -> Place | None:
        """Where the answer about an article will go; None where the file has a complete one about this very article.

        Raises:
            RunFileError: the file could not be written before.
        """
        known_as = f"{article.id}\0{article.sha256}\0{article.published}"
        with self._lock:
            if self._broken:
                raise self._broken
            if known_as in self._done:
                return None
            if known_as not in self._names:
                if not (fresh := [*self._journal.fresh([article])]):
                    return None
                self._names[known_as] = fresh[0].id
            return Place(self._names[known_as], known_as)

    def write(self, result: ArticleResult, place: Place) -> None:
        """Adds a line, which is safe when this returns.

        Raises:
            RunFileError: it cannot be written.
        """
        with self._lock:
            if self._broken:
                raise self._broken
            if place.known_as in self._done:  # by who asked for it at the same time
                return
            try:
                self._journal.write(result.model_copy(update={"article_id": place.article_id}))
            except RunFileError as error:
                self._broken = error
                raise
            if result.status == "complete":
                self._done.put(place.known_as, 1)
                self._names.pop(place.known_as, None)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._journal.close()
