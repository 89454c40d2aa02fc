"""Which tables a schema has, and their rows: one table for articles, one for each record type, one for each list of values,
one for where values stand, and the task's own summary where it has one.

A record is called by its article and its pointer ("a.txt#/events/0"), which is its key and leads back to the run file.
Columns that tell about its article begin with `article_`; the record's own keep the names of their fields.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel

from extract.records.columns import Cell, Column, ColumnKind, ColumnMaker, ItemColumnMaker, Table, record_id
from extract.records.marks import Day, Totals
from extract.records.results import ArticleResult, Header
from extract.records.tree import (
    FieldPlan,
    Node,
    Trail,
    Value,
    evidence_field,
    holders_of,
    nodes,
    own_values,
    path_of,
    plain,
    record_types,
    slots_of,
    types_in,
    value_at,
)

ARTICLES = "articles"
SPANS = "spans"
JOINED = "; "
"""Between the values of a list in one cell."""

_ABOUT_ARTICLE = (
    Column("article_title"),
    Column("article_published", "day"),
    Column("article_source", about="where it was read from"),
    Column("article_url"),
    Column("article_status", about="complete, partial or failed"),
)
_ARTICLES = Table(
    ARTICLES,
    (
        Column("article_id"),
        Column("title"),
        Column("published", "day"),
        Column("source", about="where it was read from"),
        Column("url"),
        Column("status", about="complete, partial or failed"),
        Column("problems", about="what an analyst should know about the result"),
        Column("duplicate_of", about="the earlier article of the run whose text this one repeats"),
        Column("corrections", "integer", "how many corrections of people were put in"),
        Column("model"),
        Column("prompts"),
        Column("text_sha256"),
        Column("text", about="start and end count its characters (Unicode code points)"),
    ),
    searched=("title", "text"),
)
_SPANS = Table(
    SPANS,
    (
        Column("id", about="the value: article and pointer"),
        Column("record_id"),
        Column("article_id"),
        Column("record_type"),
        Column("field"),
        Column("value"),
        Column("start", "integer", "first character in the article's text; null where the value is a judgement"),
        Column("end", "integer", "character after the last one"),
        Column("grounding", about="exact, normalised or absent; null where the value is a judgement"),
        Column("confidence", "number", "0 to 1, where a calibration is there"),
    ),
    {"article_id": ARTICLES},
)


class Row(NamedTuple):
    """A row of a table, its cells in the order of the columns."""

    table: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class _RecordPlan:
    """How a record type becomes rows.

    Attributes:
        slots: what each of its own columns holds.
        lists: its lists of values, each with the table that has a row for every one of them.
    """

    table: Table
    slots: tuple[tuple[Trail, Column], ...]
    lists: tuple[tuple[Trail, Table], ...]
    evidence: str | None
    totals: bool


class RunTables:
    """The tables of runs of one schema.

    Attributes:
        all: every table, in an order in which each refers to earlier ones only.
        by_type: name of a record type → its table.
    """

    def __init__(
        self, schema: type[BaseModel], makers: Sequence[ColumnMaker] = (), *, reserved: Iterable[str] = ()
    ) -> None:
        """Plans them.

        Args:
            schema: the task's record model.
            makers: what adds columns of its own.
            reserved: names that no table may have.
        """
        self._makers = makers
        self._item_makers = [maker for maker in makers if isinstance(maker, ItemColumnMaker)]
        taken = Names((ARTICLES, SPANS, *reserved))
        shown = [model for model in types_in(schema) if _is_record(model, schema)]
        names = {model: taken.free(_snake(model.__name__)) for model in shown}
        self._plans = {model: self._planned(model, schema, names, taken) for model in shown}
        plans = list(self._plans.values())
        lists = [table for plan in plans for _, table in plan.lists]
        self.all = (_ARTICLES, *(plan.table for plan in plans), *lists, _SPANS)
        self.by_type = {model.__name__: plan.table for model, plan in self._plans.items()}

    def _planned(
        self, model: type[BaseModel], schema: type[BaseModel], names: Mapping[type[BaseModel], str], taken: Names
    ) -> _RecordPlan:
        holders = holders_of(model, schema)
        counts = any(field.has(Totals) for _, field in holders)
        used = Names(column.name for column in (*_HEAD, *_TAIL, _TOTAL, *_ABOUT_ARTICLE))
        slots = [(trail, _column(trail, used)) for trail in slots_of(model) if trail[-1].shape != "records"]
        added = [column for maker in self._makers for column in maker.columns(model)]
        own = [column for _, column in slots]
        columns = (*_HEAD, *own, *_TAIL, *([_TOTAL] if counts else []), *added, *_ABOUT_ARTICLE)
        parents = {names[parent] for parent, _ in holders if parent in names}
        refers = {"article_id": ARTICLES}
        if len(parents) == 1 and model is not schema and names[model] not in parents:
            refers["parent_id"] = parents.pop()
        evidence = evidence_field(model)
        searched = tuple(column.name for trail, column in slots if path_of(trail) == (evidence,))
        table = Table(names[model], columns, refers, searched)
        lists = tuple(
            (trail, self._list_table(taken.free(f"{table.name}_{column.name}"), table.name, trail))
            for trail, column in slots
            if trail[-1].shape == "values"
        )
        return _RecordPlan(table, tuple(slots), lists, evidence, counts)

    def _list_table(self, name: str, parent: str, trail: Trail) -> Table:
        columns = (
            Column("id", about="the value: article and pointer"),
            Column("parent_id"),
            Column("article_id"),
            Column("position", "integer"),
            Column("value", _kind(trail[-1]), trail[-1].description),
            *(column for maker in self._item_makers for column in maker.item_columns(trail[-1])),
        )
        return Table(name, columns, {"parent_id": parent, "article_id": ARTICLES})

    def rows(self, header: Header, result: ArticleResult) -> Iterator[Row]:
        """The rows of one article, those that others refer to first."""
        yield Row(ARTICLES, _article_cells(header, result))
        if result.records is None:
            return
        about = [result.headline, result.published, result.source, result.url, result.status]
        faults: dict[str, list[str]] = {}
        for problem in result.problems:
            if problem.pointer:
                faults.setdefault(problem.pointer, []).append(problem.detail.removeprefix(f"{problem.pointer}: "))
        for node in nodes(result.records):
            plan = None if node.is_part else self._plans.get(type(node.record))
            if plan is not None:
                yield from self._record_rows(plan, node, result, faults, [*map(_text, about)])

    def _record_rows(
        self,
        plan: _RecordPlan,
        node: Node,
        result: ArticleResult,
        faults: Mapping[str, Sequence[str]],
        about: Sequence[Cell],
    ) -> Iterator[Row]:
        here = _text(record_id(result, node.pointer))
        own = list(own_values(node))
        parent = node.parent.owner if node.parent is not None else None
        within = parent is not None and type(parent.record) in self._plans
        sure = [result.confidence[value.pointer] for value in own if value.pointer in result.confidence]
        said = [
            each for pointer in (node.pointer, *(value.pointer for value in own)) for each in faults.get(pointer, ())
        ]
        place = result.grounding.get(f"{node.pointer}/{plan.evidence}") if plan.evidence else None
        added: dict[str, Cell] = {}
        for maker in self._makers:
            added |= {name: fitting(cell) for name, cell in maker.cells(node, result).items()}
        cells: dict[str, Cell] = {
            "id": here,
            "parent_id": _text(record_id(result, parent.pointer)) if within and parent is not None else None,
            "article_id": _text(result.article_id),
            "start": place.start if place else None,
            "end": place.end if place else None,
            "confidence": min(sure, default=None),
            "problems": _text(JOINED.join(said) or None),
            "total": node.pointer in result.totals,
            **{
                column.name: _cell(value_at(node.record, trail), trail[-1], column.kind) for trail, column in plan.slots
            },
            **added,
        }
        known = dict(zip((column.name for column in _ABOUT_ARTICLE), about, strict=True))
        yield Row(plan.table.name, [cells.get(name, known.get(name)) for name in plan.table.names])
        for trail, table in plan.lists:
            where = "/".join((node.pointer, *path_of(trail)))
            for number, item in enumerate(value_at(node.record, trail) or ()):
                value = _cell(item, None, _kind(trail[-1]))
                named = _text(record_id(result, f"{where}/{number}"))
                more: dict[str, Cell] = {}
                for maker in self._item_makers:
                    more |= maker.item_cells(f"{where}/{number}", trail[-1], result)
                fixed = [named, here, cells["article_id"], number, value]
                yield Row(table.name, [*fixed, *(more.get(column.name) for column in table.columns[len(fixed) :])])
        yield from (_span(each, here, result) for each in own if _has_span(each, result))


_HEAD = (
    Column("id", about="article and pointer: where the record stands in the run file"),
    Column("parent_id", about="the record that holds this one"),
    Column("article_id"),
)
_TAIL = (
    Column("start", "integer", "first character of the evidence in the article's text"),
    Column("end", "integer", "character after the last one"),
    Column("confidence", "number", "the least of its values' (`spans` has each), where a calibration is there"),
    Column("problems", about="what speaks against a value, or why there is none"),
)
_TOTAL = Column("total", "truth", "it adds up with others; those that do not are parts of it, or told again")

FOR_PROGRAMS = frozenset((_HEAD[1], *_TAIL[:2], _TAIL[3], *_ABOUT_ARTICLE))
"""Columns that a reader needs not: they join tables, or tell of every record what `articles` tells once."""


class Names:
    """Names that are unlike each other, in lower case too: neither files nor databases tell "Name" from "name"."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.casefold() for name in taken}

    def free(self, name: str) -> str:
        """The name, or one like it."""
        while name.casefold() in self._taken:
            name += "_"
        self._taken.add(name.casefold())
        return name


def _is_record(model: type[BaseModel], schema: type[BaseModel]) -> bool:
    """Whether a type has a table: not a part alone, and not the whole, unless that has values of its own."""
    if model is schema:
        return any(trail[-1].shape != "records" for trail in slots_of(model))
    return model in record_types(schema)


def _snake(name: str) -> str:
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower() or "record"


def _column(trail: Trail, used: Names) -> Column:
    field = trail[-1]
    kind = _kind(field) if field.shape == "value" else "text"
    return Column(used.free("_".join(path_of(trail))), kind, field.description)


def _kind(field: FieldPlan) -> ColumnKind:
    if field.has(Day) or field.kind is date:
        return "day"
    choices = field.choices
    kinds: tuple[type, ...] = tuple({type(each) for each in choices}) if choices else (field.kind,)
    known: dict[type, ColumnKind] = {bool: "truth", int: "integer", float: "number"}
    return known.get(kinds[0], "text") if len(kinds) == 1 and isinstance(kinds[0], type) else "text"


_MOST = 2**53
"""Larger numbers are none that every program can read; the words that they were read from stand beside them."""


def _cell(value: Any, field: FieldPlan | None, kind: ColumnKind) -> Cell:
    if value is None:
        return None
    if field is not None and field.shape == "values":
        return _text(JOINED.join(str(_flat(item)) for item in value) or None)
    flat = _flat(value)
    if kind in ("text", "day"):
        return _text(str(flat))
    return None if isinstance(flat, str) else fitting(flat)


def fitting(cell: Cell) -> Cell:
    """A cell that every program takes; null for a number that some would not."""
    if isinstance(cell, int | float):
        return cell if math.isfinite(cell) and abs(cell) <= _MOST else None
    return _text(cell)


def _flat(value: Any) -> str | int | float | bool:
    """A value as text or number; what is more than that as JSON."""
    value = plain(value)
    return value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)


def _text(text: str | None) -> str | None:
    """A text that every program takes: halves of characters, which UTF-8 refuses, are written "�", one for one."""
    if text is None or text.isascii():
        return text
    return re.sub("[\ud800-\udfff]", "�", text)


def _has_span(value: Value, result: ArticleResult) -> bool:
    return value.value is not None and (value.pointer in result.grounding or value.pointer in result.confidence)


def _span(value: Value, record: Cell, result: ArticleResult) -> Row:
    place, sure = result.grounding.get(value.pointer), result.confidence.get(value.pointer)
    where = (place.start, place.end, place.status) if place else (None, None, None)
    named = _text(record_id(result, value.pointer)), record, _text(result.article_id)
    return Row(SPANS, [*named, value.owner.type, value.name, _text(str(_flat(value.value))), *where, sure])


def _article_cells(header: Header, result: ArticleResult) -> list[Cell]:
    said = JOINED.join(": ".join(filter(None, (each.unit, each.detail))) for each in result.problems)
    made = header.signature
    about = (
        result.article_id,
        result.headline,
        result.published,
        result.source,
        result.url,
        result.status,
        said or None,
    )
    twin = result.duplicate_of.article_id if result.duplicate_of else None
    by = (made.model, made.prompts, result.text_sha256, result.text)
    return [*map(_text, (*about, twin)), len(result.corrections), *map(_text, by)]
