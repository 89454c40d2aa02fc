"""Where each article of a run stands in it: all that continuing a run of a million articles keeps in memory.

An article takes some fifty bytes: under a digest of its id, and of its place, where its last line begins. What is wanted
of a line is read there. A line is parsed as far as its records; what is in those is looked at by who reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from extract.articles import Remembered, file_of, origin_of
from extract.records.lines import named_faults, open_lines, row_of
from extract.records.results import Repeated, Status

_RECORDS, _TEXT = b', "records": ', b', "text": '
"""As they stand in a line, outside of any string: a quotation mark in one is written with a backslash."""


class Known(BaseModel):
    """What a line says of its article before the records; as `results.ArticleResult`."""

    model_config = ConfigDict(frozen=True)

    article_id: str
    source: str
    text_sha256: str | None = None
    published: str | None = None
    title: str | None = None
    url: str | None = None
    origin: str | None = None
    pages: list[tuple[int, int]] = []
    duplicate_of: Repeated | None = None
    status: Status


class Index:
    """The lines of a run file or folder by id and by place, as they were when it was opened."""

    def __init__(self, path: Path | str) -> None:
        """Reads the run once, of a folder only what tells articles apart.

        Raises:
            RunFileError: it cannot be read, or a line is not one of a run; a half-written last line is left out.
        """
        self._path = path
        self._starts, self._places = Remembered(), Remembered()
        self._origin = "", ""
        self._lines = open_lines(path)
        with ExitStack() as undo:
            undo.callback(self._lines.close)
            for start, found, where in self._lines.known():
                if (known := _known(found, where)) is not None:
                    self._starts.put(known.article_id, 2 * start)
                    self._places.put(self._place(known.source, known.origin), start)
            undo.pop_all()

    def by_place(self, source: str) -> Known | None:
        """The article that was read from there last, if it is not claimed yet."""
        start = self._places.get(self._place(source))
        known = None if start is None else self._at(start)
        return known if known and self._starts.get(known.article_id) == 2 * (start or 0) else None

    def kept_at(self, source: str) -> tuple[Known, str] | None:
        """The complete article that was read from there last, with the text that the file keeps of it."""
        start = self._places.get(self._place(source))
        if start is None:
            return None
        line = self._lines.at(start)
        known = known_of(line, self._where(start))
        text = text_of(line) if known and known.status == "complete" and known.source == source else None
        return (known, text) if known and text else None

    def by_id(self, article_id: str) -> Known | None:
        """The article of that id, if it is not claimed yet."""
        start = self._starts.get(article_id)
        return None if start is None or start % 2 else self._at(start // 2)

    def claim(self, known: Known) -> None:
        """No other article of this run is that one."""
        self._starts.put(known.article_id, (self._starts.get(known.article_id) or 0) | 1)

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._starts

    def texts(self) -> Iterator[tuple[Known, str]]:
        """The complete articles whose texts the run keeps, in order of their last lines."""
        for start, line, where in self._lines.lines():
            known = known_of(line, where)
            if known is None or known.status != "complete":
                continue
            is_last = (self._starts.get(known.article_id) or 0) // 2 == start
            if is_last and (text := text_of(line)) is not None:
                yield known, text

    def close(self) -> None:
        """Closes the run."""
        self._lines.close()

    def place(self, source: str, origin: str | None = None) -> tuple[str, str]:
        """The file, and which line of it; the file of a line of an older run file is taken to be named from here."""
        file, colon, line = source.rpartition(":")
        if file == self._origin[0] and line.isdigit():  # most rows are of the same file
            return origin or self._origin[1], f"{colon}{line}"
        file = file_of(source)
        if origin is None:
            origin = origin_of(source) or ""
            if file != source:
                self._origin = file, origin
        return origin, source.removeprefix(file)

    def _place(self, source: str, origin: str | None = None) -> str:
        return "".join(self.place(source, origin))

    def _at(self, start: int) -> Known | None:
        return _known(self._lines.known_at(start), self._where(start))

    def _where(self, start: int) -> str:
        return f"{self._path}, byte {start}"


def _known(found: dict[str, Any] | bytes, where: str) -> Known | None:
    """What a line, or the columns of a part, say of an article."""
    if isinstance(found, bytes):
        return known_of(found, where)
    with named_faults(where):
        return Known.model_validate(found)


def known_of(line: bytes, where: str) -> Known | None:
    """What a line says of its article; None for one that was half written.

    Args:
        where: what to call the line.

    Raises:
        RunFileError: it is no article's line.
    """
    at = line.find(_RECORDS)
    if at > 0 and line.endswith(b"}\n"):
        try:
            return Known.model_validate_json(line[:at] + b"}")
        except ValidationError:  # of another order, or none
            pass
    with named_faults(where):
        row = row_of(line)
        return None if row is None else Known.model_validate(row)


def text_of(line: bytes) -> str | None:
    """The text that a line keeps: the last thing in it, as it is written."""
    data = line.rstrip()
    at = data.rfind(_TEXT)
    try:
        if at > 0:
            found = json.loads(data[at + len(_TEXT) : -1])
            if found is None or isinstance(found, str):
                return found
    except ValueError:  # it was the text of something else
        pass
    row = row_of(line)
    text = row.get("text") if row else None
    return text if isinstance(text, str) else None
