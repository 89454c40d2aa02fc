"""The texts of a run's articles: those that the run keeps, and for older run files those found again by digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from extract.articles import STDIN, Article, file_of, read_articles
from extract.errors import UsageError
from extract.files.run_files import is_run_file, is_run_folder
from extract.records.index import Index, Known
from extract.records.results import ArticleResult, Run, read_header

_MAX_CHARS = 10_000_000
"""A run may have been made with a higher limit than usual."""


def find_texts(run: Run, note: Callable[[str], None] = lambda line: None) -> dict[str, str]:
    """Article id → the text that its offsets refer to, where it is known.

    Args:
        note: told, in a line each, of files that hold something else now, and of texts that are not found.
    """
    texts = {result.article_id: result.text for result in run.results if result.text is not None}
    read_from: dict[str, list[ArticleResult]] = defaultdict(list)
    for result in run.results:
        if result.text_sha256 is not None and file_of(result.source) != STDIN:
            read_from[file_of(result.source)].append(result)
    for file, results in read_from.items():
        found = _read_again(file)
        texts |= {each.article_id: found[each.text_sha256] for each in results if each.text_sha256 in found}
        if found and any(each.text_sha256 not in found for each in results):
            note(f"{file!r} has changed since this run read it, or is another file of that name")
        lost = [each.article_id for each in results if each.article_id not in texts]
        if lost:
            note(f"the run keeps no text of {', '.join(lost)}, and {file!r} does not hold it here")
    return texts


def article_of(result: ArticleResult, texts: Mapping[str, str]) -> Article | None:
    """The article of a result, as it was read; None if its text is not known."""
    text = texts.get(result.article_id)
    return None if text is None else _article(result, text)


def _article(known: ArticleResult | Known, text: str) -> Article:
    published = date.fromisoformat(known.published) if known.published else None
    return Article(known.article_id, text, known.source, published, known.title, known.url, tuple(known.pages))


class FinishedArticles:
    """The complete articles of a run file that keeps their texts, by what they were read from; none without a file."""

    def __init__(self, path: Path | str | None) -> None:
        """Finds out where they are in the file, and keeps no more of it.

        Raises:
            RunFileError: the file cannot be read.
        """
        self._index: Index | None = None
        if path is not None and (isinstance(path, str) or is_run_file(path) or is_run_folder(path)):
            read_header(path)
            self._index = Index(path)

    def get(self, source: str) -> Article | None:
        """The one that was read from there, or None."""
        found = self._index.kept_at(source) if self._index else None
        return _article(*found) if found else None

    def close(self) -> None:
        """Closes the file."""
        if self._index is not None:
            self._index.close()


def _read_again(file: str) -> dict[str | None, str]:
    """The texts of a file by digest; none if it is not there. What a run names may by now be a folder, or a pipe."""
    if not Path(file).is_file():
        return {}
    try:
        items = list(read_articles([file], max_chars=_MAX_CHARS))
    except UsageError:
        return {}
    return {item.sha256: item.text for item in items if isinstance(item, Article)}
