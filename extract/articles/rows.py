"""JSON: a row `{"text": …, "id": …, "title": …, "published": …, "url": …}`, a list of such, or JSON lines."""

from __future__ import annotations

import codecs
import json
import reprlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from extract.articles.article import Article, Unreadable, checked, day_of, line_of, with_title
from extract.articles.decoding import check_form, decode
from extract.errors import ArticleError

COLUMNS = ("id", "text", "published", "title", "url")
_SPARE = 100_000
"""Bytes of a row for everything but its text."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows come from, and what holds for all of them.

    Attributes:
        name: what rows are called that have no id of their own.
        published: day of those that do not say.
        max_chars: longest text.
    """

    name: str
    source: str
    published: date | None
    max_chars: int


def read_lines(stream: BinaryIO, rows: Rows) -> Iterator[Article | Unreadable]:
    """Articles of JSON lines, each read when it is asked for; a line that is none is a row of its own.

    Raises:
        ArticleError: the file as a whole is something else.
    """
    longest = 12 * rows.max_chars + _SPARE  # a character beyond U+FFFF may be written as two escapes of six bytes
    number = found = 0
    while line := stream.readline(longest + 1):
        number += 1
        if number == 1:
            check_form(line)
            if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in line[:2]:
                name = {0: "UTF-16BE", 1: "UTF-16LE"}.get(line[:2].find(b"\0"), "UTF-16")
                raise ArticleError(f"{name}, and JSON lines are UTF-8; convert it first: iconv -f {name} -t UTF-8")
        found += bool(line.strip())
        if len(line) > longest and not line.endswith(b"\n"):
            _pass_line(stream, longest)
            yield Unreadable(f"{rows.name}-{number}", f"{rows.source}:{number}", f"a line of over {longest} bytes")
        elif line.strip():
            yield read_row(line, number, rows)
    if not found:
        raise ArticleError("empty: there is no text to read")


def count_lines(path: str) -> int:
    """How many lines a file has: a gigabyte in a second."""
    count, last = 0, b"\n"
    with open(path, "rb") as stream:
        while block := stream.read(_BLOCK):
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")


def _pass_line(stream: BinaryIO, piece: int) -> None:
    while (rest := stream.readline(piece)) and not rest.endswith(b"\n"):
        pass


def read_document(text: str, rows: Rows) -> Iterator[Article | Unreadable]:
    """Articles of one JSON document: a string, a row, or a list of both.

    Raises:
        ArticleError: it is something else.
    """
    value = _json(text)
    if isinstance(value, list):
        if not value:
            raise ArticleError("an empty list: there is no text to read")
        for number, item in enumerate(value, 1):
            yield read_row(item, number, rows)
    elif isinstance(value, dict) and _own_id(value):
        yield read_row(value, 1, rows)
    else:
        yield checked(_article(value, rows.name, rows.source, rows.published), rows.max_chars)


def holds_json(text: str) -> str | None:
    """Whether a text that may be anything is a JSON document or JSON lines: "document", "lines" or None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    for piece, form in ((text, "document"), (text.strip().partition("\n")[0], "lines")):
        try:
            value = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        return form if form == "document" or isinstance(value, dict) else None
    return None


def read_row(row: object, number: int, rows: Rows) -> Article | Unreadable:
    """A row of an object's or a table's, or a line that holds one. Its name is its own id, else one from its text, which no other row moves."""
    name, where = f"{rows.name}-{number}", f"{rows.source}:{number}"
    try:
        value = _json(decode(row)) if isinstance(row, bytes) else row
        own = _own_id(value)
        name = own or name
        article = checked(_article(value, name, where, rows.published), rows.max_chars)
        return article if own else replace(article, id=f"{rows.name}-{article.sha256[:8]}")
    except ArticleError as error:
        return Unreadable(name, where, str(error))


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not JSON: {error}") from error
    return value


def _own_id(value: object) -> str | None:
    own = value.get("id") if isinstance(value, dict) else None
    if own is None or own == "":
        return None
    if isinstance(own, bool) or not isinstance(own, str | int):
        raise ArticleError(f"'id' is {reprlib.repr(own)}, neither a string nor a whole number")
    return str(own)


def _article(value: object, name: str, where: str, published: date | None) -> Article:
    row = {"text": value} if isinstance(value, str) else value
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        has = f"; this one has {reprlib.repr(sorted(row))}" if isinstance(row, dict) else ""
        raise ArticleError(f'an article in JSON is a string, or an object with a string under "text"{has}')
    title = line_of(row.get("title"), "title")
    day = day_of(row.get("published"), "published") or published
    return Article(name, with_title(title, row["text"]), where, day, title, line_of(row.get("url"), "url"))
