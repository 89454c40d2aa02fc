"""Reading inputs: each file in the form it has, under a name of its own.

Loading decodes and strips a byte-order mark, nothing else: every offset in this project is a Python character offset
into `Article.text`. From pages, documents, JSON and front matter a text is made, once, here; a run keeps the text of its
articles.

Lines that lead elsewhere ("READ MORE: …") are left out of pages only, where markup tells what is around an article. A
plain text, Markdown and the text in JSON are the user's own: they stay as they are, such lines with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from extract.articles.article import MAX_CHARS, STDIN, Article, Skipped, Unreadable, id_of, writable
from extract.articles.decoding import MAX_BYTES, open_input, read_bytes
from extract.articles.folders import ROWS, list_inputs, name_files
from extract.articles.forms import Content, ending_of, read_content
from extract.articles.online import Late, Online, read_address
from extract.articles.packed import PACKED_ROWS, PARQUET, count_rows, read_parquet, unpacked
from extract.articles.remembered import UniqueNames
from extract.articles.rows import Rows, count_lines, read_lines
from extract.errors import ArticleError
from extract.files.run_files import is_run_file
from extract.web import is_address
from extract.web.addresses import name_of

STDIN_NAME = "stdin"


def read_articles(
    inputs: Sequence[str],
    *,
    published: date | None = None,
    max_chars: int = MAX_CHARS,
    skipped: Callable[[Skipped], None] = lambda each: None,
    online: Online | None = None,
) -> Iterator[Article | Unreadable]:
    """Reads every input in order: files, folders (sorted), rows, web addresses, or "-" for standard input.

    Which files there are is found out now; each is read when its turn comes, rows one by one.

    Args:
        inputs: paths and addresses as typed.
        published: day of publication for articles that do not say their own.
        max_chars: longer texts are unreadable.
        skipped: told of every file in a folder that is passed over.
        online: how addresses are read; politely, from public machines only, where nothing is said.

    Returns:
        Of every input an article, or why an input is none. Ids are unique: of files that share a stem, each has the folders that
        tell it apart before it ("monday-blast"); what is still alike gets "-2", "-3".

    Raises:
        UsageError: an input does not exist, or a folder holds nothing to read.
    """
    found = list_inputs(inputs, skipped)
    files = [item for item in found if isinstance(item, str) and item != STDIN and not is_address(item)]
    return _read_named(found, iter(name_files(files)), online, published, max_chars)


def read_sent(
    content: Content, name: str = STDIN_NAME, *, published: date | None = None, max_chars: int = MAX_CHARS
) -> Iterator[Article | Unreadable]:
    """Reads what somebody sent, as `read_articles` reads standard input that holds the same bytes.

    Args:
        content: the bytes, and what was said of their form.
        name: of an article that has none of its own.
        published: day of publication for articles that do not say their own.
        max_chars: longer texts are unreadable.

    Raises:
        ArticleError: they hold no article.
    """
    for each in map(_told_apart, read_content(content, Rows(name, STDIN, published, max_chars))):
        yield replace(each, id=id_of(each.id))


def count_articles(inputs: Sequence[str]) -> int | None:
    """How many articles some inputs hold, without reading them: lines of JSON lines, rows of Parquet, one in any other
    file; None where nobody knows before (standard input, addresses, packed lines).

    It is for a display: a file of JSON that holds a list, or with blank lines, counts for what it is not.

    Raises:
        UsageError: as `read_articles`.
    """
    counts = [_count(item) for item in list_inputs(inputs, lambda each: None)]
    return sum(count for count in counts if count is not None) if None not in counts else None


def _count(item: str | Unreadable) -> int | None:
    if isinstance(item, Unreadable):
        return 1
    if item == STDIN or is_address(item) or not os.path.isfile(item):
        return None
    ending = ending_of(item)
    try:
        if ending in ROWS:
            return count_lines(item)
        if ending == PARQUET:
            return count_rows(item)
    except (OSError, ArticleError):  # told of when it is read
        return 1
    return None if ending in PACKED_ROWS else 1


def _read_named(
    found: Sequence[str | Unreadable],
    names: Iterator[str],
    online: Online | None,
    published: date | None,
    max_chars: int,
) -> Iterator[Article | Unreadable]:
    ids = UniqueNames()
    with closing(Late()) as site:
        for each in _read_all(found, names, online or Online(site), published, max_chars):
            name, source = ids.take(id_of(each.id)), writable(each.source)
            yield each if (name, source) == (each.id, each.source) else replace(each, id=name, source=source)


def _read_all(
    found: Sequence[str | Unreadable], names: Iterator[str], online: Online, published: date | None, max_chars: int
) -> Iterator[Article | Unreadable]:
    for number, item in enumerate(found, 1):
        read: Iterable[Article | Unreadable] = [item] if isinstance(item, Unreadable) else ()
        if isinstance(item, str) and is_address(item):
            read = _read_address(item, online, published, max_chars)
        elif isinstance(item, str):
            read = _read_input(item, STDIN_NAME if item == STDIN else next(names), published, max_chars)
        yield from map(_told_apart, read)
        if number < len(found):  # a folder of PDFs takes a second for each
            online.progress(item if isinstance(item, str) else item.source, number, len(found))


def _told_apart(each: Article | Unreadable) -> Article | Unreadable:
    """Every standard input is another one, also in a run file that is continued."""
    if isinstance(each, Article) and each.id == STDIN_NAME:
        return replace(each, id=f"{STDIN_NAME}-{each.sha256[:8]}")
    return each


def _read_input(given: str, name: str, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    try:
        yield from _read_stream(given, Rows(name, given, published, max_chars))
    except ArticleError as error:
        yield Unreadable(name, given, str(error))


def _read_address(given: str, online: Online, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    try:
        yield from read_address(given, online, published, max_chars)
    except ArticleError as error:
        yield Unreadable(name_of(given), given, str(error))


def _read_stream(given: str, rows: Rows) -> Iterator[Article | Unreadable]:
    ending = "" if given == STDIN else ending_of(given)
    with open_input(given) as stream:
        if ending in ROWS:
            _check_no_run(given)
            yield from read_lines(stream, rows)
        elif ending in PACKED_ROWS:
            yield from read_lines(unpacked(stream), rows)
        elif ending == PARQUET:
            yield from read_parquet(stream, rows)
        else:
            data = read_bytes(stream, max(MAX_BYTES, 4 * rows.max_chars))
            yield from read_content(Content(data, ending), rows)


def _check_no_run(given: str) -> None:
    if is_run_file(Path(given)):
        raise ArticleError("a run file, which holds results, not articles: extract show shows it")
