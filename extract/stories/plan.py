"""What a task says of its stories: which records make them, and what each of their fields is to them.

A task says it in its task.toml; where it says nothing, the record type whose fields are marked `Key` makes stories.
What a field is follows from its type and marks, so that every task is read by one set of rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from extract.errors import TaskError
from extract.records.marks import Apart, Compare, Day, NumberOf, Totals
from extract.records.tree import FieldPlan, Trail, fields_of, record_types, slots_of

Role = Literal["time", "day", "place", "name", "choice", "number"]
"""What a field is to a story: words for a time, a day of the calendar, a place, a name, a word of a vocabulary, a number."""


class SourceRank(BaseModel):
    """A rank of sources: the words by which one is known; "" is the article itself, that names nobody, "*" whoever is in no
    other rank."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    words: list[str] = []


class StoriesTable(BaseModel):
    """`[stories]` of task.toml.

    Attributes:
        record: the record type of which an article's reports are.
        main: what a record says that the article itself is about: {"context": "main"}.
        apart: fields that tell no two things apart.
        source: of a figure, the field that says who gives it.
        sources: ranks of sources, the most official first; who is in none comes last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    record: str
    main: dict[str, str | bool] = {}
    apart: list[str] = []
    source: str | None = None
    sources: list[SourceRank] = []


@dataclass(frozen=True)
class StoryPlan:
    """How the records of a task become stories.

    Attributes:
        model: the type of the records.
        main: see `StoriesTable`; so are the others.
    """

    model: type[BaseModel]
    main: Mapping[str, str | bool] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    source: str | None = None
    sources: tuple[SourceRank, ...] = ()

    @cached_property
    def trails(self) -> tuple[tuple[Role, Trail], ...]:
        """The fields of a record that tell it from others, with what each is."""
        found = ((role_of(trail), trail) for trail in slots_of(self.model) if trail[-1].name not in self.apart)
        return tuple((role, trail) for role, trail in found if role is not None)

    @cached_property
    def figures(self) -> FieldPlan | None:
        """The list of a record's figures, of which some add up."""
        return next((each for each in fields_of(self.model).values() if each.has(Totals)), None)


def role_of(trail: Trail) -> Role | None:
    """What a field is to a story; None for evidence, for other words, and for what is no value."""
    last = trail[-1]
    if last.evidence or last.shape not in ("value", "values"):
        return None
    if last.has(Day):
        return "day"
    if last.has(Apart):
        return None
    if last.what in (("time",), ("place",)):
        return "time" if last.what == ("time",) else "place"
    if last.choices or last.kind is bool:
        return "choice"
    if last.has(NumberOf) or last.kind in (int, float):
        return "number" if last.shape == "value" else None
    compared = last.mark(Compare)
    names = {"person", "organisation", "place"}
    named = compared.rule == "name" if compared else not names.isdisjoint(last.what) or last.key
    return "name" if named else None


def plan_of(schema: type[BaseModel], said: StoriesTable | None) -> StoryPlan | None:
    """The plan of a task; None where nothing says what makes two of its records one.

    Args:
        schema: of all records of an article.
        said: what its task.toml says.

    Raises:
        TaskError: it names a record type or field that there is not.
    """
    types = record_types(schema)
    if said is None:
        keyed = [model for model in types if any(each.key for each in fields_of(model).values())]
        return StoryPlan(keyed[0]) if keyed else None
    model = next((each for each in types if each.__name__ == said.record), None)
    if model is None:
        names = ", ".join(each.__name__ for each in types)
        raise TaskError(f"[stories] record = {said.record!r}: there is no such record type; there are: {names}")
    plan = StoryPlan(model, said.main, frozenset(said.apart), said.source, tuple(said.sources))
    known = {field.name for trail in slots_of(model) for field in trail}
    if unknown := [name for name in (*said.main, *said.apart) if name not in known]:
        raise TaskError(f"[stories]: {model.__name__} has no field {unknown[0]!r}; it has: {', '.join(sorted(known))}")
    for name, value in said.main.items():
        _check_main(model, name, value)
    inner = {name for each in (plan.figures.types if plan.figures else ()) for name in fields_of(each)}
    if said.source is not None and said.source not in inner:
        raise TaskError(f"[stories] source = {said.source!r}: no figure has that field; there are: {sorted(inner)}")
    return plan


def _check_main(model: type[BaseModel], name: str, value: str | bool) -> None:
    """That a record can say of itself that its article is about it."""
    own = fields_of(model).get(name)
    if own is None:
        raise TaskError(f"[stories] main: {model.__name__} itself has no field {name!r}, a record in it has")
    able = own.choices or ((True, False) if own.kind is bool else ())
    if able and value not in able:
        raise TaskError(
            f"[stories] main: {name!r} is never {json.dumps(value)}; it is one of: {', '.join(map(json.dumps, able))}"
        )
