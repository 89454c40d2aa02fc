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


def find_place(path: Path, marks: tuple[str, str]) -> tuple[str, str, str]:
    """The place of a page's table; long commands look for it before they measure.

    Returns:
        What stands before it, with the first mark; in it; and behind it, with the second.

    Raises:
        UsageError: the page cannot be read, or has no such marks.
    """
    page, (begin, end) = read_text(path, "page", UsageError), marks
    before, opened, rest = page.partition(begin)
    inside, closed, after = rest.partition(end)
    if not (opened and closed):
        raise UsageError(
            f"{str(path)!r} has no place for the table: put the lines {begin!r} and {end!r} where the table goes"
        )
    return f"{before}{begin}\n", inside.removeprefix("\n"), f"{end}{after}"


def update_table(path: Path, marks: tuple[str, str], table: str) -> bool:
    """Replaces what stands between a page's two marks.

    Returns:
        Whether the page changed.

    Raises:
        UsageError: the page cannot be read or written, or has no such marks.
    """
    before, inside, after = find_place(path, marks)
    if inside != table:
        save_document(path, f"{before}{table}{after}", UsageError)
    return inside != table
