"""Generated tables inside a page that people write: what stands between two marks is replaced, the rest is left alone."""

from __future__ import annotations

from pathlib import Path

from extract.errors import UsageError
from extract.files.documents import read_text, save_document


def with_table(page: str, marks: tuple[str, str], table: str) -> str:
    """The page with the table between its marks.

    Raises:
        ValueError: a mark is missing.
    """
    begin, end = marks
    if begin not in page or end not in page.split(begin, 1)[1]:
        raise ValueError(f"put the lines {begin!r} and {end!r} where the table goes")
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n{table}{end}{rest.split(end, 1)[1]}"


def update_table(path: Path, marks: tuple[str, str], table: str) -> bool:
    """Replaces what stands between a page's two marks.

    Returns:
        Whether the page changed.

    Raises:
        UsageError: the page cannot be read or written, or has no such marks.
    """
    page = read_text(path, "page", UsageError)
    try:
        updated = with_table(page, marks, table)
    except ValueError as error:
        raise UsageError(f"{str(path)!r} has no place for the table: {error}") from error
    if updated != page:
        save_document(path, updated, UsageError)
    return updated != page
