"""Results in forms for other programs: CSV, one row per value, and one JSON document.

Both are written article by article, as results come. The run file itself (`records`) is the form that is read
back; these are not.
"""

from __future__ import annotations

import csv
import re
from typing import IO, Literal, Protocol

from extract.records.results import ArticleResult, Grounding, Header, to_json
from extract.records.tree import plain, values
from extract.views.terminal import harmless

Format = Literal["csv", "json"]

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
)
"""Columns of the CSV. `pointer`, `record` and `field` say which value it is, `start` and `end` where it stands in
the article's text and `grounding` how it was found there (verbatim values only: others are judgements, without words
of their own), `status` whether the article's result is complete, `problem` what speaks against the value, or why there is none."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # spreadsheets take the wide ones too


class Exporter(Protocol):
    """Where results go, one by one; what is written when an export begins is written at once."""

    def write(self, result: ArticleResult) -> None:
        """Writes one article and flushes."""
        ...

    def close(self) -> None:
        """Ends the document, also after an interrupt; the stream stays open."""
        ...


def open_export(form: Format, stream: IO[str], header: Header) -> Exporter:
    """Begins an export.

    Args:
        form: which form.
        stream: text, opened with `newline=""`.
        header: the run's header.
    """
    return CsvExport(stream, header) if form == "csv" else JsonExport(stream, header)


class CsvExport:
    """One row per value that is not null or has a problem, and one empty row for an article without any.

    A value that a spreadsheet would run as a formula gets an apostrophe in front, and controls that a terminal
    would obey are shown; `start` and `end` still say what the article has.
    """

    def __init__(self, stream: IO[str], header: Header) -> None:
        """Writes the row of column names."""
        self._stream = stream
        self._made_by = (header.signature.model, header.signature.prompts)
        self._writer = csv.writer(stream)
        self._writer.writerow(COLUMNS)
        self._stream.flush()

    def write(self, result: ArticleResult) -> None:
        """Writes the rows of one article."""
        said = "; ".join(problem.detail for problem in result.problems)
        for row, problem in _value_rows(result) or [(_NO_VALUE, said)]:
            cells = (result.article_id, *row, result.status, *self._made_by, problem)
            self._writer.writerow([_cell(cell) for cell in cells])
        self._stream.flush()

    def close(self) -> None:
        """Nothing is left to write."""


class JsonExport:
    """One document: `{"header": …, "results": […]}`, its parts as in the run file."""

    def __init__(self, stream: IO[str], header: Header) -> None:
        """Writes everything before the first result."""
        self._stream = stream
        self._separator = "\n"
        stream.write(f'{{"header": {to_json(header)}, "results": [')
        stream.flush()

    def write(self, result: ArticleResult) -> None:
        """Writes one article."""
        self._stream.write(self._separator + to_json(result))
        self._separator = ",\n"
        self._stream.flush()

    def close(self) -> None:
        """Closes the list and the document."""
        self._stream.write("\n]}\n")
        self._stream.flush()


_Row = tuple[str | int | float, ...]


_NO_VALUE: _Row = ("",) * 8


def _value_rows(result: ArticleResult) -> list[tuple[_Row, str]]:
    """The cells of each value, and what speaks against it."""
    if result.records is None:
        return []
    faults = {problem.pointer: problem.detail for problem in result.problems if problem.pointer}
    rows: list[tuple[_Row, str]] = []
    for found in values(result.records):
        sure = result.confidence.get(found.pointer, "")
        place = _place(result.grounding.get(found.pointer))
        row = (found.pointer, found.owner.type, found.name, plain(found.value), *place, sure)
        rows.append((row, faults.pop(found.pointer, "")))
    return rows + [((pointer, *_NO_VALUE[1:]), fault) for pointer, fault in faults.items()]


def _place(grounding: Grounding | None) -> _Row:
    if grounding is None:
        return "", "", ""
    if grounding.start is None or grounding.end is None:
        return "", "", grounding.status
    return grounding.start, grounding.end, grounding.status


def _cell(value: str | int | float) -> str | int | float:
    if not isinstance(value, str):
        return value
    formula = value.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(value)
    return ("'" if formula else "") + harmless(value)
