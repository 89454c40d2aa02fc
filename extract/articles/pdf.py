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
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from extract.articles.paragraphs import Line, joined, without_running_heads
from extract.articles.printed import Printed, sound_title, table_text
from extract.articles.reading_order import Block, in_reading_order
from extract.errors import ArticleError

MOST_PAGES = 400
"""Longer ones are books; the limit of characters is met before."""


def read_pdf(data: bytes, max_chars: int) -> Printed:
    """The text of a PDF.

    Raises:
        ArticleError: it is encrypted, broken, too long, or holds pictures of text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data), laparams={}) as pdf:
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
    boxes = [_bounds(box) for box in page.objects.get("textboxhorizontal", ())]
    blocks: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for line in page.objects.get("textlinehorizontal", ()):
        here = _bounds(line)
        if any(_holds(table.bbox, here) for table in tables):
            continue
        box = next((number for number, box in enumerate(boxes) if _holds(box, here)), len(boxes))
        above = sum(table.bbox[3] <= (here[1] + here[3]) / 2 for table in tables)
        blocks[box, above].append(line)
    found = list(blocks.values())
    places = [Block(*_around(map(_bounds, lines)), number) for number, lines in enumerate(found)]
    places += [
        Block(*_spread(table.bbox, places, page.width), len(found) + number) for number, table in enumerate(tables)
    ]
    for left, top, right, bottom, number in in_reading_order(places):
        if number >= len(found):
            text = table_text(tables[number - len(found)].extract())
            yield Line(text, number, left, right, top, bottom, is_table=True)
            continue
        for line in sorted(found[number], key=lambda line: (line["top"], line["x0"])):
            yield Line(_plain(line["text"]), number, line["x0"], line["x1"], line["top"], line["bottom"])


def _spread(
    table: tuple[float, float, float, float], others: Sequence[Block], width: float
) -> tuple[float, float, float, float]:
    """A table's place; one that nothing stands beside parts the columns above it from those below."""
    _, top, _, bottom = table
    is_alone = not any(each.top < bottom - 1 and each.bottom > top + 1 for each in others)
    return (0.0, top, width, bottom) if is_alone else table


def _plain(text: str) -> str:
    """A line without the wide spaces of justified text and the joined letters of fonts."""
    apart = re.sub("[\ufb00-\ufb06]", lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return re.sub(r"[^\S\n]+", " ", apart).strip()


def _bounds(item: dict[str, Any]) -> tuple[float, float, float, float]:
    return item["x0"], item["top"], item["x1"], item["bottom"]


def _holds(box: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    """Whether the middle of something lies in a box."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _around(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
