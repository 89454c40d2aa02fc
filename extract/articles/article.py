"""What an article is, what is none, and what its parts have to be like."""

from __future__ import annotations

import hashlib
import os
import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from extract.articles.sentences import Span, split_sentences
from extract.errors import ArticleError
from extract.files.run_files import is_stored
from extract.web.addresses import is_address

MAX_CHARS = 200_000
"""Longer inputs are refused: the longest news features have about 60 000 characters."""

STDIN = "-"
_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_FORMULA_STARTS = tuple("=+-@＝＋－＠")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article that another one repeats.

    Attributes:
        article_id: its id.
        share: how much of what both say, in runs of three words, both do; 1 for the same words.
    """

    article_id: str
    share: float


@dataclass(frozen=True)
class Article:
    """One article.

    Attributes:
        id: file stem, the `id` of a row, or "stdin-" and the beginning of the digest; unique within a run.
        text: the text that every offset refers to.
        source: the path, or path and line, it was read from, as the user gave it.
        published: day of publication, if known.
        title: the headline, if it was given apart from the text.
        url: the address that a page or row gives as its own, or that it was found at.
        pages: of a PDF, the number of each page and where it begins in the text.
        duplicate_of: an earlier article of the run that this one repeats.
    """

    id: str
    text: str
    source: str
    published: date | None = None
    title: str | None = None
    url: str | None = None
    pages: tuple[tuple[int, int], ...] = ()
    duplicate_of: Duplicate | None = None

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


def page_at(pages: Sequence[tuple[int, int]], offset: int) -> int | None:
    """The number of the page on which a character stands; None for what has no pages."""
    return max((page for page in pages if page[1] <= offset), key=lambda page: page[1], default=(None, 0))[0]


def file_of(source: str) -> str:
    """The file of a source: of "FILE", or of "FILE:LINE"; an address is one as a whole."""
    if is_address(source):
        return source
    return re.sub(r":\d+\Z", "", source)


def origin_of(source: str) -> str | None:
    """What tells files apart whatever folder they are named from: a digest of path or address. None for standard input."""
    file = file_of(source)
    if file == STDIN:
        return None
    path = file if is_address(file) or is_stored(file) else os.path.abspath(file)
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, for a reason of few words: ".pdf", "README", "hidden"."""

    source: str
    reason: str


def checked(article: Article, max_chars: int) -> Article:
    """The article, if its text is one.

    Raises:
        ArticleError: the text is blank, longer than `max_chars`, or holds what is no text.
    """
    check_text(article.text)
    if len(article.text) > max_chars:
        raise ArticleError(f"{len(article.text)} characters, over the limit of {max_chars}; raise it with --max-chars")
    return article


def check_text(text: str) -> None:
    """Refuses a blank text, halves of characters and NUL.

    Raises:
        ArticleError: which it is, and where.
    """
    if not text.strip():
        raise ArticleError("empty: there is no text to read")
    if found := re.search("[\ud800-\udfff]", text):
        raise ArticleError(f"not text: half of a surrogate pair, {found.group()!r}, at character {found.start()}")
    if "\0" in text:
        raise ArticleError(f"not text: it holds NUL, at character {text.index(chr(0))}")


def writable(text: str) -> str:
    """A text as UTF-8 can write it: file names may hold any bytes, JSON any escape, what a program made either."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def id_of(name: str) -> str:
    """An id that stands in every file and table as it is: no spreadsheet takes it for a formula, no terminal obeys it."""
    name = _OBEYED.sub("_", writable(name))
    return f"./{name}" if name.startswith(_FORMULA_STARTS) else name


def with_title(title: str | None, body: str) -> str:
    """Title, blank line, body; once, when the body begins with the title anyway, perhaps as a heading (`# Title`)."""
    if not title or not body.strip() or body.lstrip("# \t\r\n").startswith(title):
        return body
    return f"{title}\n\n{body}"


def day_of(value: object, name: str) -> date | None:
    """The day that a row or front matter gives: an ISO 8601 date or time (the day as written, whatever the zone).

    Args:
        value: None or "" for no day; TOML and YAML give dates and times as such.
        name: what the input calls it.

    Raises:
        ArticleError: it is something else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value.strip()).date() if isinstance(value, str) else date.fromisoformat("")
    except ValueError:
        shown = reprlib.repr(value)
        raise ArticleError(
            f"{name!r} is {shown}, not an ISO 8601 day such as 2026-11-20, with or without a time"
        ) from None


def line_of(value: object, name: str) -> str | None:
    """A title or an address: a string, or None where there is none.

    Raises:
        ArticleError: it is something else.
    """
    if value is not None and not isinstance(value, str):
        raise ArticleError(f"{name!r} is {reprlib.repr(value)}, not a string")
    return value or None
