"""Reading inputs: each file in the form it has, under a name of its own.

Loading decodes and strips a byte-order mark, nothing else: every offset in this project is a Python character offset
into `Article.text`. From pages, JSON and front matter a text is made, once, here; a run keeps the text of its articles.

Lines that lead elsewhere ("READ MORE: …") are left out of pages only, where markup tells what is around an article. A
plain text, Markdown and the text in JSON are the user's own: they stay as they are, such lines with them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from extract.articles.article import (
    MAX_CHARS,
    STDIN,
    Article,
    Skipped,
    Unreadable,
    check_text,
    checked,
    with_title,
    writable,
)
from extract.articles.decoding import MAX_BYTES, looks_like_page, open_input, read_text
from extract.articles.folders import ROWS, list_inputs, name_files
from extract.articles.front_matter import split_front_matter
from extract.articles.pages import read_page
from extract.articles.rows import Rows, holds_json, read_document, read_lines
from extract.errors import ArticleError
from extract.files.run_files import is_run_file

_PAGES = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")


STDIN_NAME = "stdin"


def read_articles(
    inputs: Sequence[str],
    *,
    published: date | None = None,
    max_chars: int = MAX_CHARS,
    skipped: Callable[[Skipped], None] = lambda each: None,
) -> Iterator[Article | Unreadable]:
    """Reads every input in order: files, folders (sorted), JSON and JSONL, or "-" for standard input.

    Args:
        inputs: paths as typed.
        published: day of publication for articles that do not say their own.
        max_chars: longer texts are unreadable.
        skipped: told of every file in a folder that is passed over.

    Yields:
        An article, or why an input is none. Ids are unique: of files that share a stem, each has the folders that
        tell it apart before it ("monday-blast"); what is still alike gets "-2", "-3".

    Raises:
        UsageError: an input does not exist, or a folder holds nothing to read.
    """
    ids = UniqueNames()
    found = list_inputs(inputs, skipped)
    names = iter(name_files([item for item in found if isinstance(item, str) and item != STDIN]))
    for item in found:
        read: Iterable[Article | Unreadable] = [item] if isinstance(item, Unreadable) else ()
        if isinstance(item, str):
            read = _read_input(item, STDIN_NAME if item == STDIN else next(names), published, max_chars)
        for each in read:
            if isinstance(each, Article) and each.id == STDIN_NAME:
                # Every standard input is another one, also in a run file that is continued.
                each = replace(each, id=f"{STDIN_NAME}-{each.sha256[:8]}")
            yield replace(each, id=ids.take(writable(each.id)), source=writable(each.source))


class UniqueNames:
    """Names that were given out, each once; equal ones get "-2", "-3"."""

    def __init__(self) -> None:
        """Begins with none."""
        self._numbers: dict[str, int] = {}

    def take(self, name: str) -> str:
        """The name, or if it was taken, the next free one made from it."""
        unique = name
        while unique in self._numbers:
            self._numbers[name] += 1
            unique = f"{name}-{self._numbers[name]}"
        self._numbers[unique] = 1
        return unique


def _read_input(given: str, name: str, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    try:
        yield from _read_stream(given, name, published, max_chars)
    except ArticleError as error:
        yield Unreadable(name, given, str(error))


def _read_stream(given: str, name: str, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    ending = "" if given == STDIN else Path(given).suffix.lower()
    rows = Rows(name, given, published, max_chars)
    with open_input(given) as stream:
        if ending in ROWS:
            _check_no_run(given)
            yield from read_lines(stream, rows)
            return
        text = read_text(stream, page=ending in _PAGES, max_bytes=max(MAX_BYTES, 4 * max_chars))
    check_text(text)
    form = "document" if ending == ".json" else holds_json(text)
    if ending in _PAGES or looks_like_page(text):
        yield checked(read_page(text, name, given, published), max_chars)
    elif form == "document":
        yield from read_document(text, rows)
    elif form == "lines":
        yield from read_lines(io.BytesIO(text.encode()), rows)
    elif ending in _MARKDOWN:
        front = split_front_matter(text)
        day = front.published or published
        article = Article(name, with_title(front.title, front.body), given, day, front.title, front.url)
        yield checked(article, max_chars)
    else:
        yield checked(Article(name, text, given, published), max_chars)


def _check_no_run(given: str) -> None:
    if is_run_file(Path(given)):
        raise ArticleError("a run file, which holds results, not articles: extract show shows it")
