"""Results in forms for other programs: JSON lines, CSV with one row per value, and one JSON document.

All are made article by article, as results come. The run file itself, JSON lines, is the form that is read back; the
others are not.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from extract.records.results import ArticleResult, Grounding, Header, to_json
from extract.records.tree import plain, values
from extract.views.terminal import harmless

COLUMNS = (
    "article_id",
    "pointer",
    "record",
    "field",
    "value",
    "start",
    "end",
    "grounding",
    "confidence",
    "status",
    "model",
    "prompts",
    "problem",
    "total",
)
"""Columns of the CSV. `pointer`, `record` and `field` say which value it is, `start` and `end` where it stands in
the article's text and `grounding` how it was found there (verbatim values only: others are judgements, without words
of their own), `status` whether the article's result is complete, `problem` what speaks against the value, or why there is none, `total` "yes" at the
values of records that add up (see `totals`)."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # spreadsheets take the wide ones too


@dataclass(frozen=True, slots=True)
class Form:
    """A run as text, in pieces that are made as results come.

    Attributes:
        head: what comes before the first article.
        article: the text of one article; to be asked once for each.
        foot: what comes after the last one, also after an interrupt.
    """

    head: str
    article: Callable[[ArticleResult], str]
    foot: Callable[[], str] = str


def lines_form(header: Header) -> Form:
    """JSON lines: a run file."""
    return Form(to_json(header) + "\n", lambda result: to_json(result) + "\n")


def json_form(header: Header) -> Form:
    """One document: `{"header": …, "results": […]}`, its parts as in the run file."""
    separators = chain(["\n"], repeat(",\n"))
    head = f'{{"header": {to_json(header)}, "results": ['
    return Form(head, lambda result: next(separators) + to_json(result), lambda: "\n]}\n")


def csv_form(header: Header) -> Form:
    """One row per value that is not null or has a problem, and one empty row for an article without any.

    A value that a spreadsheet would run as a formula gets an apostrophe in front, and controls that a terminal
    would obey are shown; `start` and `end` still say what the article has.
    """
    made_by = (header.signature.model, header.signature.prompts)

    def article(result: ArticleResult) -> str:
        said = "; ".join(problem.detail for problem in result.problems)
        rows = [*_value_rows(result)] or [(("",) * 8, said, "")]
        return _rows((result.article_id, *row, result.status, *made_by, *rest) for row, *rest in rows)

    return Form(_rows([COLUMNS]), article)


_Row = tuple[str | int | float, ...]


def _rows(rows: Iterable[_Row]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(map(spreadsheet_cell, row) for row in rows)
    return written.getvalue()


def _value_rows(result: ArticleResult) -> Iterator[tuple[_Row, str, str]]:
    """The cells of each value, what speaks against it, and whether its record adds up with others."""
    if result.records is None:
        return
    faults = {problem.pointer: problem.detail for problem in result.problems if problem.pointer}
    for found in values(result.records, nulls=True):
        if found.value is not None or found.pointer in faults:
            value = "" if found.value is None else plain(found.value)
            place, sure = _place(result.grounding.get(found.pointer)), result.confidence.get(found.pointer, "")
            row = (found.pointer, found.owner.type, found.name, value, *place, sure)
            yield row, faults.get(found.pointer, ""), "yes" if found.owner.pointer in result.totals else ""


def _place(grounding: Grounding | None) -> _Row:
    if grounding is None:
        return "", "", ""
    span = grounding.span
    return (span.start, span.end, grounding.status) if span else ("", "", grounding.status)


def spreadsheet_cell(value: str | int | float) -> str | int | float:
    """A cell that no spreadsheet runs as a formula and no terminal obeys."""
    if not isinstance(value, str):
        return value
    formula = value.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(value)
    return ("'" if formula else "") + harmless(value)
