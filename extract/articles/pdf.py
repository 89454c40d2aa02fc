"""PDF → text in reading order, a paragraph a line, with its tables, and where each page begins.

Runs in a process of its own (`apart`): what a PDF does to the libraries is bounded there. A PDF's day is when the file
was made, by a printer or a scanner as often as by a publisher, so it is never the day of publication; its title counts
only where the text says it too.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from extract.articles.lines import Row, Word, blocks_of, rows_of
from extract.articles.paragraphs import Line, joined, without_running_heads
from extract.articles.printed import Printed, sound_title, table_text
from extract.articles.reading_order import Block, in_reading_order
from extract.articles.right_to_left import as_read, runs_from_right
from extract.errors import ArticleError

MOST_PAGES = 400
"""Longer ones are books; the limit of characters is met before."""
_SPACE = 0.12
"""Sizes of the letters; white that is wider parts words."""
_JOINED = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")


def read_pdf(data: bytes, max_chars: int) -> Printed:
    """The text of a PDF.

    Raises:
        ArticleError: it is encrypted, broken, too long, or holds pictures of text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return _read(pdf, max_chars)
    except PdfminerException as error:
        if any(isinstance(each, PDFPasswordIncorrect) for each in error.args):
            raise ArticleError("an encrypted PDF: save it without its password") from error
        raise ArticleError("a PDF that is broken: open it and save it anew") from error


def _read(pdf: Any, max_chars: int) -> Printed:
    pages: list[list[Line]] = []
    left = max_chars
    for number, page in enumerate(pdf.pages, 1):
        if number > MOST_PAGES:
            raise ArticleError(f"a PDF of {len(pdf.pages)} pages, over the limit of {MOST_PAGES}; give a part of it")
        pages.append(list(_lines(page)))
        page.close()
        left -= sum(len(line.text) for line in pages[-1])
        if left < 0:
            raise ArticleError(f"over the limit of {max_chars} characters by page {number}; raise it with --max-chars")
    text, starts = joined(without_running_heads(pages))
    if not text.strip():
        raise ArticleError("a PDF without text: pictures of pages, perhaps scanned; run a text recognition on it first")
    title = pdf.metadata.get("Title")
    return Printed(text, sound_title(title, text), tuple(enumerate(starts, 1)))


def _lines(page: Any) -> Iterator[Line]:
    """The lines of a page in reading order, a table as one line."""
    tables = [table for table in page.find_tables() if len(table.cells) > 1]
    blocks = [block for words in _between(_words(page), tables) for block in blocks_of(rows_of(words))]
    places = [Block(*_around(block), number) for number, block in enumerate(blocks)]
    places += [
        Block(*_spread(table.bbox, places, page.width), len(blocks) + number) for number, table in enumerate(tables)
    ]
    for left, top, right, bottom, number in in_reading_order(places):
        if number >= len(blocks):
            text = table_text(_cells(row) for row in tables[number - len(blocks)].extract())
            yield Line(text, number, left, right, top, bottom, is_table=True)
            continue
        for row in blocks[number]:
            text = _plain(" ".join(as_read([word.text for word in row.words])))
            yield Line(text, number, row.left, row.right, row.top, row.bottom, size=row.size, font=row.font)


def _words(page: Any) -> list[Word]:
    """The words of a page as it was printed, without those that run upwards.

    Some print letters that run from right to left in that order: these are taken as they stand.
    """
    from_right = [char["x0"] for char in page.chars if runs_from_right(char["text"])]
    as_printed = 2 * sum(after < before for before, after in pairwise(from_right)) <= len(from_right)
    return [
        Word(
            word["text"],
            word["x0"],
            word["top"],
            word["x1"],
            word["bottom"],
            word["chars"][0]["size"],
            word["chars"][0]["fontname"],
        )
        for word in page.extract_words(
            x_tolerance_ratio=_SPACE, use_text_flow=as_printed, expand_ligatures=False, return_chars=True
        )
        if word["upright"]
    ]


def _between(words: Sequence[Word], tables: Sequence[Any]) -> list[list[Word]]:
    """Words outside of tables; those above a table apart from those below it."""
    parts: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        if not any(_holds(table.bbox, x, y) for table in tables):
            parts[sum(table.bbox[3] <= y for table in tables)].append(word)
    return list(parts.values())


def _cells(row: Sequence[str | None]) -> list[str]:
    return [" ".join(_plain(" ".join(as_read(line.split()))) for line in (cell or "").splitlines()) for cell in row]


def _spread(
    table: tuple[float, float, float, float], others: Sequence[Block], width: float
) -> tuple[float, float, float, float]:
    """A table's place; one that nothing stands beside parts the columns above it from those below."""
    _, top, _, bottom = table
    is_alone = not any(each.top < bottom - 1 and each.bottom > top + 1 for each in others)
    return (0.0, top, width, bottom) if is_alone else table


def _plain(text: str) -> str:
    """A line without the wide spaces of justified text and the joined letters and letter forms of fonts."""
    apart = re.sub(_JOINED, lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return re.sub(r"[^\S\n]+", " ", apart).strip()


def _holds(box: tuple[float, ...], x: float, y: float) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _around(rows: Sequence[Row]) -> tuple[float, float, float, float]:
    return (
        min(row.left for row in rows),
        min(row.top for row in rows),
        max(row.right for row in rows),
        max(row.bottom for row in rows),
    )
