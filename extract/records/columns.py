"""Tables of records as values: columns with types, what refers to what, and who adds columns of their own.

What the tables of a run are is `extract.exports.run_tables`; a task's own summary is `extract.tasks.task.Summary`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from extract.records.results import ArticleResult
from extract.records.tree import FieldPlan, Node, Trail, path_of, slots_of

Cell = str | int | float | bool | None
ColumnKind = Literal["text", "integer", "number", "truth", "day"]
"""`day` is a text like 2026-11-26, which a spreadsheet shows as a day."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: unlike every other of its table, also in lower case.
        about: one line for people.
    """

    name: str
    kind: ColumnKind = "text"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table; its first column is its key.

    Attributes:
        references: column → table whose key it holds.
        searched: columns in which words are looked for.
    """

    name: str
    columns: tuple[Column, ...]
    references: Mapping[str, str] = field(default_factory=dict, hash=False)
    searched: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(column.name for column in self.columns)


class ColumnMaker(Protocol):
    """Adds columns to the tables of some record types: what follows from a record, and is not in it."""

    def columns(self, model: type[BaseModel]) -> Sequence[Column]:
        """What it adds to the records of a type; the same every time."""
        ...

    def cells(self, node: Node, result: ArticleResult) -> Mapping[str, Cell]:
        """The cells of one record by column; what is left out is null."""
        ...


@runtime_checkable
class ItemColumnMaker(ColumnMaker, Protocol):
    """One that adds columns to the tables of lists of values, too, which have a row for each value."""

    def item_columns(self, field: FieldPlan) -> Sequence[Column]:
        """What it adds to the values of a field; the same every time."""
        ...

    def item_cells(self, pointer: str, field: FieldPlan, result: ArticleResult) -> Mapping[str, Cell]:
        """The cells of the value at a pointer by column; what is left out is null."""
        ...


def free_names(model: type[BaseModel], trail: Trail, columns: Sequence[Column]) -> list[Column]:
    """Columns called after a field ("place_latitude"), unlike the fields of its record type."""
    own = {"_".join(path_of(each)).casefold() for each in slots_of(model)}
    made = []
    for column in columns:
        name = "_".join((*path_of(trail), column.name))
        while name.casefold() in own:
            name += "_"
        made.append(replace(column, name=name))
    return made


def record_id(result: ArticleResult, pointer: str) -> str:
    """What a record, or a value, is called in every table: "a.txt#/events/0"."""
    return f"{result.article_id}#{pointer}"
