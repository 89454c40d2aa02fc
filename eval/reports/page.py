"""Generated tables inside a page that people write: what stands between two marks is replaced, the rest is left alone.

`python -m` commands that make such tables are `TableCommand`s and take `update_option`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from extract.cli.settings import FILE
from extract.cli.telling import tell
from extract.errors import ExtractError, UsageError
from extract.files.documents import read_text, save_document

update_option = click.option("--update", type=FILE, help="Put the table into this page, between its two marks.")


class TableCommand(click.Command):
    """A command beside `extract`: as there, a known error is one line, and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs it."""
        try:
            return super().invoke(ctx)
        except ExtractError as error:
            tell(f"Error: {error}")
            ctx.exit(2)


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
