"""What a writer of tables is, and how one says which package it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol

from extract.errors import UsageError, install
from extract.records.columns import Cell

MARK = "attested-export-1"
"""Stands in every export, so that it is known again when it is to be replaced."""


class Writer(AbstractContextManager["Writer"], Protocol):
    """Writes the rows of some tables; left with an error it leaves whatever it has."""

    def write(self, table: str, cells: Sequence[Cell]) -> None:
        """Adds a row; rows that it refers to were written before.

        Raises:
            OSError: it cannot be written.
            RunFileError: the form has no room for it.
        """
        ...


def needed(module: str, extra: str, what: str) -> Any:
    """A module of a package that is installed with an extra.

    Raises:
        UsageError: it is not there.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise UsageError(f"{what} needs the package {package}: {install(extra)}") from error
