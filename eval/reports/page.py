"""Generated tables inside a page that people write: what stands between two marks is replaced, the rest is left alone."""

from __future__ import annotations

from pathlib import Path

from extract.errors import UsageError
from extract.files.documents import read_text, save_document


def update_table(path: Path, marks: tuple[str, str], table: str) -> bool:
    """Replaces what stands between a page's two marks.

    Returns:
        Whether the page changed.

    Raises:
        UsageError: the page cannot be read or written, or has no such marks.
    """
    page, (begin, end) = read_text(path, "page", UsageError), marks
    before, opened, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise UsageError(
            f"{str(path)!r} has no place for the table: put the lines {begin!r} and {end!r} where the table goes"
        )
    updated = f"{before}{begin}\n{table}{end}{after}"
    if updated != page:
        save_document(path, updated, UsageError)
    return updated != page
