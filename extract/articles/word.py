"""DOCX → text with its tables. Heads and feet of pages lie in parts of their own, and are not read.

Runs in a process of its own (`apart`). Word keeps no pages: what a page holds is up to the printer. A document's days
are those of the file, so the day of publication is never taken from it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from extract.articles.printed import Printed, sound_title, table_text
from extract.errors import ArticleError

_MOST_UNPACKED = 100_000_000
_MOST_PARTS = 5_000
_ENDS = re.compile(r"""[.!?…:]["'”’)\]»]*\Z""")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_word(data: bytes, max_chars: int) -> Printed:
    """The text of a Word document, a paragraph a line.

    Raises:
        ArticleError: it is broken, too large once it is unpacked, or no Word document.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if "word/document.xml" not in archive.namelist():
                raise ArticleError("an Office document or a ZIP archive, which is not read; save its text as .txt")
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise ArticleError(f"a Word document of over {_MOST_UNPACKED // 1_000_000} MB once it is unpacked")
        document = docx.Document(io.BytesIO(data))
        lines: list[str] = []
        left = max_chars
        for line in _lines(document):
            left -= len(line) + 1
            if left < -1:
                raise ArticleError(f"over the limit of {max_chars} characters; raise it with --max-chars")
            lines.append(line)
        title = document.core_properties.title
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.LxmlError, OSError) as error:
        raise ArticleError("a Word document that is broken: open it and save it anew") from error
    text = "\n".join(lines)
    return Printed(text, sound_title(title, text))


def _lines(document: Any) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            if text := table_text(_rows(block)):
                yield text
            continue
        is_item = block._element.find(f"{_W}pPr/{_W}numPr") is not None or "List" in (block.style.name or "")
        for number, said in enumerate(_paragraphs(block._element)):
            yield f"- {said}" if is_item and not number else said


def _paragraphs(element: Any) -> Iterator[str]:
    """What a paragraph says; a line break in it ends another where a heading or a sentence ends."""
    whole = ""
    for said in _said(element, line_break="\n").split("\n"):
        is_over = not said.strip() or whole.isupper() or _ENDS.search(whole) or whole in _in_bold(element)
        if whole and is_over:
            yield whole
            whole = ""
        whole = f"{whole} {said.strip()}".strip()
    if whole:
        yield whole


def _in_bold(element: Any) -> set[str]:
    """Runs of a paragraph that are set in bold, as headings are."""
    bold = (run for run in element.iter(f"{_W}r") if (mark := run.find(f"{_W}rPr/{_W}b")) is not None and _is_on(mark))
    return {line.strip() for run in bold for line in _said(run, line_break="\n").split("\n")} - {""}


def _is_on(mark: Any) -> bool:
    return mark.get(f"{_W}val", "1") not in ("0", "false", "off")


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.rows:
        cells: list[Any] = []
        for cell in row.cells:  # a merged cell comes once for each that it covers
            if not cells or cell._element is not cells[-1]._element:
                cells.append(cell)
        yield [_said(cell._element) for cell in cells]


def _said(element: Any, line_break: str = " ") -> str:
    """The words of a paragraph or cell, insertions that were tracked with them, deletions and boxes without."""
    words = []
    signs = {"noBreakHyphen": "-", "br": line_break, "cr": line_break}
    boxed = {id(inner) for box in element.iter(f"{_W}txbxContent") for inner in box.iter()}
    for each in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen", f"{_W}p"):
        if id(each) in boxed or each.getparent().tag == f"{_W}tabs":
            continue
        name = each.tag.removeprefix(_W)
        words.append((each.text or "") if name == "t" else signs.get(name, " "))
    return "".join(words)
