"""Tables of any schema: names that no file or database confuses, parts, lists, unions, numbers and texts that fit."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from extract.exports.exporting import Wanted, export
from extract.exports.run_tables import RunTables
from extract.records.marks import Evidence
from extract.records.runs import Runs
from extract.tasks.task import Task
from tests.test_any_schema import SAMPLES, Sample
from tests.toll_run import header, result, write_run


class Inner(BaseModel):
    deep: int = 3


class Part(BaseModel):
    name: str = "part"
    inner: Inner = Inner()


class Articles(BaseModel):
    """Called like a table of ours, with fields called like columns of ours."""

    evidence: Annotated[str, Evidence()] = ""
    id: str = "mine"
    Start: int = 1
    start: int = 2
    part: Part = Part()
    tags: list[str] = ["a", "b; c"]
    day: date = date(2026, 3, 3)
    level: Literal[1, 2] = 2
    sure: bool = True
    weight: float = 0.5
    many: int = 10**30
    odd: str = "half \ud83d"


class Whole(BaseModel):
    mood: str = "calm"
    articles: list[Articles] = []


def row_of(records: BaseModel, table: str) -> dict[str, Any]:
    tables = RunTables(type(records))
    names = next(each.names for each in tables.all if each.name == table)
    found = [row.cells for row in tables.rows(header("whole"), result("a", "text", records)) if row.table == table]
    return dict(zip(names, found[0], strict=True))


def test_columns_keep_their_types_and_own_names() -> None:
    row = row_of(Whole(articles=[Articles()]), "articles_")
    assert (row["id"], row["parent_id"], row["id_"], row["Start_"], row["start__"]) == (
        "a#/articles/0",
        "a#",
        "mine",
        1,
        2,
    )
    assert (row["part_name"], row["part_inner_deep"], row["tags"]) == ("part", 3, "a; b; c")
    assert (row["day"], row["level"], row["sure"], row["weight"]) == ("2026-03-03", 2, True, 0.5)
    assert (row["many"], row["odd"]) == (None, "half �")
    assert row_of(Whole(), "whole") == row_of(Whole(), "whole") | {"id": "a#", "mood": "calm", "parent_id": None}


@pytest.mark.parametrize("each", SAMPLES, ids=lambda each: type(each.records).__name__)
@pytest.mark.parametrize("out", ["x.sqlite", "x.xlsx", "folder", "parquet"])
def test_every_schema_is_exported(each: Sample, out: str, tmp_path: Path) -> None:
    task = Task.of(type(each.records), name="any")
    run = write_run(tmp_path / "r.jsonl", [result("a", "text", each.records)], "any")
    export(Runs([run]), [run], task, Wanted(tmp_path / out, "parquet" if out == "parquet" else None))
    if out == "x.sqlite":
        base = sqlite3.connect(tmp_path / out)
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        base.close()
