"""Bytes → articles, by the form that they have: a PDF, a Word document, a page, JSON, Markdown, or plain text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extract.articles.apart import Form, read_apart
from extract.articles.article import Article, Unreadable, check_text, checked, with_title
from extract.articles.decoding import decode, looks_like_page
from extract.articles.front_matter import split_front_matter
from extract.articles.pages import read_page
from extract.articles.rows import Rows, holds_json, read_document, read_lines
from extract.files.run_files import plain_name

PAGES = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
DOCUMENTS: dict[str, Form] = {".pdf": "pdf", ".docx": "docx"}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file, or an answer of a site, holds.

    Attributes:
        ending: what its name, or its site, says about its form; "" where that says nothing.
        charset: the encoding that its site gives.
    """

    data: bytes
    ending: str = ""
    charset: str | None = None


def ending_of(path: str) -> str:
    """What the name of a file says about its form, in small letters; with what is inside a .gz."""
    *before, last = [each.lower() for each in Path(plain_name(path)).suffixes[-2:]] or [""]
    return f"{before[0]}{last}" if last == ".gz" and before else last


def stem_of(path: str) -> str:
    """The name of a file without its ending."""
    name = Path(plain_name(path))
    return name.name[: -len(ending_of(path)) or None] or name.stem


def read_content(content: Content, rows: Rows) -> Iterator[Article | Unreadable]:
    """The articles in some bytes.

    Args:
        rows: their name, source, day and limit.

    Raises:
        ArticleError: there are none.
    """
    if (form := _document(content)) is not None:
        printed = read_apart(content.data, form, rows.max_chars)
        article = Article(rows.name, printed.text, rows.source, rows.published, printed.title, pages=printed.pages)
        yield checked(article, rows.max_chars)
        return
    ending, data = content.ending, content.data
    is_page = ending in PAGES or looks_like_page(data[:1024].decode("latin-1"))
    text = decode(data, page=is_page, charset=content.charset)
    check_text(text)
    form_of_json = "document" if ending == ".json" else holds_json(text)
    if is_page or looks_like_page(text):
        yield checked(read_page(text, rows.name, rows.source, rows.published), rows.max_chars)
    elif form_of_json == "document":
        yield from read_document(text, rows)
    elif form_of_json == "lines":
        yield from read_lines(io.BytesIO(text.encode()), rows)
    elif ending in _MARKDOWN:
        front = split_front_matter(text)
        day = front.published or rows.published
        article = Article(rows.name, with_title(front.title, front.body), rows.source, day, front.title, front.url)
        yield checked(article, rows.max_chars)
    else:
        yield checked(Article(rows.name, text, rows.source, rows.published), rows.max_chars)


def _document(content: Content) -> Form | None:
    """Whether some bytes are a PDF or an Office document, whatever their name says."""
    if b"%PDF-" in content.data[:1024] and not looks_like_page(content.data[:1024].decode("latin-1")):
        return "pdf"
    if content.data.startswith(b"PK\x03\x04"):
        return "docx"
    return None
