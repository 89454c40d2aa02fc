"""What evaluation reads from a clone of the project: where it is not, a command says so in one line.

The articles of the gold set and the matrix of the leaderboard are no part of the installed package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from extract.errors import UsageError


class FromClone(click.Path):
    """A file or folder by its path, where the usual one lies in a clone of the project."""

    def __init__(self, what: str, instead: str, *, folder: bool) -> None:
        """Says what it is, and what to do without it: "write one: …"."""
        super().__init__(exists=True, file_okay=not folder, dir_okay=folder, path_type=Path)
        self._what, self._instead = what, instead

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, if there is such a thing; click says what is wrong with a path that somebody wrote.

        Raises:
            UsageError: there is nothing at the usual path.
        """
        if param is not None and str(value) == str(param.default) and not Path(value).exists():
            raise UsageError(
                f"no {self._what} at {str(value)!r}: the project's own lies in its source, not in the installed "
                f"package; run this in a clone of attested, or {self._instead}"
            )
        return super().convert(value, param, ctx)


GOLD = FromClone("gold set", "name a folder with articles and labels ('extract gold draft' begins one)", folder=True)
LABELS = FromClone("label files", "name a folder of label files ('extract gold draft' begins them)", folder=True)
ARTICLES = FromClone("labelled articles", "name a folder of articles", folder=True)
MATRIX = FromClone("matrix file", "write one: [[cells]] with model = … and prompts = … for each row", folder=False)
