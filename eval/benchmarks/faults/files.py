"""Mutated JSON lines, HTML pages and PDFs, read as a run reads them: articles or one clear line, in bounded time."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from random import Random

from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.mutations import ROOT, excerpt, mutated, mutated_bytes
from eval.benchmarks.growth import GivenUp, within
from extract.articles import Article, Unreadable, read_articles
from extract.errors import ExtractError
from extract.records.results import json_line

PATIENCE = 30.0
PDF = ROOT / "tests/data/two_columns.pdf"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="{charset}"><title>{title}</title>
<meta property="article:published_time" content="2026-11-20T10:00:00Z"><meta name="author" content="Ann Lee">
<script type="application/ld+json">{data}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>{title}</h1><p>{text}</p>
<table><tr><th>Place</th><th>Dead</th></tr><tr><td>Kyiv</td><td>9</td></tr></table></article></body></html>
"""


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many files, the three kinds in turn; `file(KIND, seed, which)` gives one again."""
    logging.disable(logging.ERROR)  # readers of broken files have much to say
    with tempfile.TemporaryDirectory(prefix="attested-faults-") as folder:
        for which, (kind, ending) in zip(range(number), cycle(KINDS.items()), strict=False):
            if kind == "PDF" and find_spec("pdfplumber") is None:
                yield Case(f"file, {kind}", skipped="pdfplumber is not installed")
                continue
            path = Path(folder) / f"mutated{ending}"
            path.write_bytes(file(kind, seed, which))
            fault = fault_of(path)
            yield Case(f"file, {kind}", fault and f"file({kind!r}, {seed}, {which}): {fault}")


KINDS = {"JSON lines": ".jsonl", "HTML": ".html", "PDF": ".pdf"}


def file(kind: str, seed: int, which: int) -> bytes:
    """One of the mutated files."""
    dice = Random(f"{seed} {which}")
    return _MADE[kind](dice)


def _lines(dice: Random) -> bytes:
    rows: list[dict[str, object]] = [
        {"id": f"a{number}", "text": excerpt(dice, 400), "published": "2026-11-20", "title": "A title", "url": "https://a.example/1"}
        for number in range(dice.randint(1, 4))
    ]  # fmt: skip
    if dice.random() < 0.3:
        rows[0][dice.choice(list(rows[0]))] = dice.choice(ODD_VALUES)
    return _spoilt("".join(json.dumps(row, ensure_ascii=dice.random() < 0.5) + "\n" for row in rows), dice)


ODD_VALUES: tuple[object, ...] = (None, 0, -1, 1e308, True, [], {}, [[["x"]]], {"a": {"b": 1}}, "", " ", "\x00", "\ud800", "0001-01-01", "9999-12-31", "x" * 5_000)  # fmt: skip


def _page(dice: Random) -> bytes:
    title = excerpt(dice, 250).splitlines()[0]
    data = json.dumps(
        {"@type": "NewsArticle", "headline": title, "datePublished": "2026-11-20", "author": [{"name": "Ann Lee"}]}
    )
    charset = dice.choice(("utf-8", "windows-1252", "utf-16", "koi8-r", "x-none", ""))
    text = excerpt(dice).replace("\n", "</p><p>")
    return _spoilt(PAGE.format(charset=charset, title=title, data=data, text=text), dice)


def _spoilt(text: str, dice: Random) -> bytes:
    """A text spoilt as a text, as bytes or both, in some encoding."""
    how = dice.random()
    said = mutated(text, dice) if how < 0.7 else text
    encoding = dice.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16", "cp1252", "utf-8-sig"))
    data = said.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    return mutated_bytes(data, dice) if how > 0.5 else data


def _pdf(dice: Random) -> bytes:
    return mutated_bytes(dice.choice(_pdfs()), dice)


@cache
def _pdfs() -> tuple[bytes, ...]:
    """A PDF of two columns, packed, and a small plain one, in which a flipped bit says something else."""
    lines = b"BT /F1 12 Tf 72 720 Td (A drone struck a depot in Kyiv late on Tuesday, officials said.) Tj 0 -20 Td (It killed two people.) Tj ET"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(lines), lines),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(data),
    )
    return PDF.read_bytes(), data + end


_MADE: dict[str, Callable[[Random], bytes]] = {"JSON lines": _lines, "HTML": _page, "PDF": _pdf}


def fault_of(path: Path) -> str:
    """What goes wrong when a file is read."""
    try:
        with within(10 * PATIENCE), within(PATIENCE, computing=True):
            items = list(read_articles([str(path)]))
    except GivenUp:
        return f"not read after {PATIENCE:g} s of computing, or ten times as long"
    except ExtractError as error:
        return _fault_of_line(str(error))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return next(filter(None, map(_fault_of_item, items)), "")


def _fault_of_item(item: Article | Unreadable) -> str:
    if isinstance(item, Unreadable):
        return _fault_of_line(item.reason)
    said = (item.id, item.text, item.title, item.url, item.published and item.published.isoformat())
    try:
        json_line(said).encode()
    except UnicodeError as error:
        return f"an article that cannot be written: {error}"
    return ""


def _fault_of_line(line: str) -> str:
    return "" if line and len(line.splitlines()) == 1 else f"no clear line: {line!r}"
