"""What is read from a PDF or a Word document, and what both have in common: tables as lines, titles that are sound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Printed:
    """The text of a document.

    Attributes:
        pages: number of each page and where it begins in the text; none where a form has no pages of its own.
    """

    text: str
    title: str | None = None
    pages: tuple[tuple[int, int], ...] = ()


def table_text(rows: Iterable[Sequence[str | None]]) -> str:
    """A table as lines, cells between bars, as tables of web pages are read."""
    return "\n".join(f"| {' | '.join(' '.join((cell or '').split()) for cell in row)} |" for row in rows)


def sound_title(title: object, text: str) -> str | None:
    """The title that a document's properties give, if the text says it too: many are names of files or templates."""
    said = " ".join(title.split()) if isinstance(title, str) else ""
    if not said or len(said) > _LONGEST_TITLE or " " not in said:
        return None
    found = re.search(r"\s+".join(map(re.escape, said.split())), text, re.IGNORECASE)
    return " ".join(found.group().split()) if found else None
