"""Results in forms for other programs: CSV, one row per value, and one JSON document.

Both are written article by article, as results come. The run file itself (`records`) is the form that is read
back; these are not.
"""

from __future__ import annotations

import csv
import re
from typing import IO, Literal, Protocol

from extract.fields import record_values
from extract.records import ArticleResult, Grounding, Header, Run, to_json

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
)
"""Columns of the CSV. `pointer`, `record` and `field` say which value it is, `start` and `end` where it stands in
the article's text (verbatim values only), `status` whether the article's result is complete."""

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


def export_run(form: Format, stream: IO[str], run: Run) -> None:
    """Exports a finished run."""
    export = open_export(form, stream, run.header)
    for result in run.results:
        export.write(result)
    export.close()


class CsvExport:
    """One row per value that is not null, and one empty row for an article without any.

    A value that a spreadsheet would run as a formula gets an apostrophe in front; `start` and `end` still say
    what the article has.
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
        for row in _value_rows(result) or [("", "", "", "", *_place(None), "")]:
            self._writer.writerow([_cell(cell) for cell in (result.article_id, *row, result.status, *self._made_by)])
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


def _value_rows(result: ArticleResult) -> list[_Row]:
    if result.records is None:
        return []
    return [
        (
            found.pointer,
            found.record,
            found.field,
            found.value,
            *_place(result.grounding.get(found.pointer)),
            result.confidence.get(found.pointer, ""),
        )
        for found in record_values(result.records)
    ]


def _place(grounding: Grounding | None) -> _Row:
    if grounding is None:
        return "", "", ""
    if grounding.start is None or grounding.end is None:
        return "", "", grounding.status
    return grounding.start, grounding.end, grounding.status


def _cell(value: str | int | float) -> str | int | float:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
