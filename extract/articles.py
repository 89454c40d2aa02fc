"""Articles: reading them.

Loading decodes and strips a byte-order mark, nothing else: every offset in this project is a Python character
offset into `Article.text`. Pages are the exception, and there the run keeps the text its offsets refer to.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Any

from extract.errors import ArticleError, UsageError
from extract.sentences import Span as Span
from extract.sentences import split_sentences

MAX_CHARS = 200_000
"""Longer inputs are refused: the longest news features have about 60 000 characters."""

FOLDER_ENDINGS = (".txt", ".md", ".html", ".htm", ".jsonl")
STDIN = "-"


@dataclass(frozen=True)
class Article:
    """One article.

    Attributes:
        id: file stem, the `id` of a JSONL line, or "stdin"; unique within a run.
        text: the text that every offset refers to.
        source: the path or line it was read from, as the user gave it.
        published: day of publication, if known.
        title: the headline, if it was given apart from the text.
        embedded: whether a run has to keep the text because no file holds it as loaded.
    """

    id: str
    text: str
    source: str
    published: date | None = None
    title: str | None = None
    embedded: bool = False

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences in order; together they cover everything but white space."""
        return tuple(split_sentences(self.text))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that is not an article: becomes a failed row, the others go on."""

    id: str
    source: str
    reason: str


def read_articles(
    inputs: Sequence[str], *, published: date | None = None, max_chars: int = MAX_CHARS
) -> Iterator[Article | Unreadable]:
    """Reads every input in order: files, folders (sorted), JSONL, or "-" for standard input.

    Args:
        inputs: paths as typed.
        published: day of publication for articles that do not say their own; what a page says is a guess, and yields.
        max_chars: longer texts are unreadable.

    Yields:
        An article, or why an input is none. Ids are made unique by "-2", "-3".

    Raises:
        UsageError: an input does not exist, or a folder holds nothing to read.
    """
    taken: set[str] = set()
    for item in chain.from_iterable(_read_input(given, published, max_chars) for given in _files(inputs)):
        name = _writable(item.id)
        names = chain([name], (f"{name}-{number}" for number in count(2)))
        unique = next(name for name in names if name not in taken)
        taken.add(unique)
        yield replace(item, id=unique, source=_writable(item.source))


def _writable(name: str) -> str:
    """A name as UTF-8 can write it: file names may hold any bytes, JSON any escape."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _files(inputs: Sequence[str]) -> list[str]:
    found: list[str] = []
    for given in inputs:
        path = Path(given)
        if given == STDIN:
            found.append(given)
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in FOLDER_ENDINGS and p.is_file())
            if not inside:
                raise UsageError(f"folder {given!r} holds no article: looked for {', '.join(FOLDER_ENDINGS)}")
            found.extend(str(p) for p in inside)
        elif path.exists():
            found.append(given)
        else:
            raise UsageError(f"no such file or folder: {given!r}")
    return found


def _read_input(given: str, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    name = "stdin" if given == STDIN else Path(given).stem
    try:
        text = _decode(_read_bytes(given))
        _check_text(text)
        if given.lower().endswith(".jsonl"):
            yield from _read_jsonl(text, given, published, max_chars)
            return
        if given.lower().endswith((".html", ".htm")) or _looks_like_html(text):
            article = _read_page(text, name, given, published)
        else:
            article = Article(name, text, given, published, embedded=given == STDIN)
        yield _checked(article, max_chars)
    except ArticleError as error:
        yield Unreadable(name, given, str(error))


def _read_bytes(given: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if given == STDIN else Path(given).read_bytes()
    except OSError as error:
        raise ArticleError(f"cannot be read: {error.strerror or error}") from error


def _decode(data: bytes) -> str:
    if b"\x00" in data[:8192]:
        raise ArticleError("a binary file, not text (it holds NUL bytes)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise ArticleError(
            f"not UTF-8: byte 0x{byte:02x} at offset {error.start}; convert it first: iconv -f LATIN1 -t UTF-8"
        ) from error


def _check_text(text: str) -> None:
    if not text.strip():
        raise ArticleError("empty: there is no text to read")
    half = re.search("[\ud800-\udfff]", text)
    if half:
        raise ArticleError(f"not text: half of a surrogate pair, {half.group()!r}, at character {half.start()}")


def _checked(article: Article, max_chars: int) -> Article:
    _check_text(article.text)
    if any("\ud800" <= char <= "\udfff" for char in article.text):
        raise ArticleError("broken text: it holds halves of characters (lone surrogates)")
    if len(article.text) > max_chars:
        raise ArticleError(f"{len(article.text)} characters, over the limit of {max_chars}; raise it with --max-chars")
    return article


def _with_title(title: str | None, body: str) -> str:
    """Title, blank line, body; once, when the body begins with the title anyway."""
    if not title or body.lstrip().startswith(title):
        return body
    return f"{title}\n\n{body}"


def _looks_like_html(text: str) -> bool:
    return bool(re.match(r"\s*(?:<!doctype html|<html[\s>])", text[:512], re.IGNORECASE))


def _read_page(page: str, name: str, source: str, published: date | None) -> Article:
    # trafilatura takes 0.2 s to import and is only needed for pages.
    import trafilatura

    found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False, include_tables=False)
    body = getattr(found, "text", None)
    if found is None or not body:
        raise ArticleError("an HTML page in which no article was found; save its text as a .txt file")
    day = published or _day(getattr(found, "date", None))
    title = getattr(found, "title", None)
    return Article(name, _with_title(title, body), source, day, title, embedded=True)


def _read_jsonl(text: str, source: str, published: date | None, max_chars: int) -> Iterator[Article | Unreadable]:
    stem = Path(source).stem
    # split("\n"), not splitlines(): U+2028 and friends are legal inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{source}:{number}"
        name = f"{stem}-{number}"
        try:
            row = _json_row(line)
            name = str(row["id"]) if row.get("id") not in (None, "") else name
            title = row.get("title") if isinstance(row.get("title"), str) else None
            day = _day(row.get("published")) or published
            yield _checked(Article(name, _with_title(title, row["text"]), where, day, title, embedded=True), max_chars)
        except ArticleError as error:
            yield Unreadable(name, where, str(error))


def _json_row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ArticleError('a JSONL line needs an object with a string under "text"')
    return row


def _day(value: object) -> date | None:
    """The day of an ISO 8601 date or time; anything else is no date."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
