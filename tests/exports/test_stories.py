"""Stories as tables, and joined to the tables of the run that they were made of."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from extract.errors import RunFileError, TaskError, UsageError
from extract.exports.exporting import Wanted, export, write_tables
from extract.exports.stories import MOST_COLUMNS, StoryTables
from extract.exports.story_column import StoryColumn, story_column
from extract.records.marks import Evidence, Key
from extract.records.runs import Runs
from extract.records.tree import nodes
from extract.stories.story import Series, Spot, Story
from extract.tasks.loading import load_task
from extract.tasks.task import Task
from tests.small_task import BIRDS
from tests.story_file import ALONE, MARKET, NORTH, STORIES, TOLVA, report, write_story_file
from tests.toll_run import ONE, RESULTS, result, write_run


def made(folder: Path, out: str, stories: Sequence[Story] = STORIES, **how: Any) -> Path:
    tables = StoryTables(stories)
    write_tables(tables, tables.rows(), [], Wanted(folder / out, **how))
    return folder / out


def first_row(stories: Sequence[Story], table: str = "stories") -> dict[str, Any]:
    tables = StoryTables(stories)
    cells = next(row.cells for row in tables.rows() if row.table == table)
    return dict(zip(tables.named(table).names, cells, strict=True))


def test_a_story_has_a_row_with_what_its_reports_say_together() -> None:
    row = first_row(STORIES)
    assert list(row)[:4] == ["id", "title", "first", "last"]
    assert row["places"] == "Tolva; the north"
    assert (row["location"], row["country"], row["latitude"], row["longitude"]) == ("Tolva", "Norland", 50.5, 30.25)
    assert (row["first_published"], row["last_published"]) == ("2026-03-04", "2026-03-06")
    assert (row["number_of_reports"], row["number_of_sources"]) == (
        4,
        2,
    )  # a site counts once, a repeated text not at all
    assert (row["killed_low"], row["killed_best"], row["killed_high"]) == (14, 14, None)
    assert row["killed_series"] == "12 → 14"
    assert row["killed_rule"] == "best (latest-official): “Fourteen”"
    assert row["injured_best"] == 30
    assert row["missing_best"] is None
    assert row["conflicts"] == "kind: bombing (two#/events/0, six#/events/0) ≠ air_strike (=one#/events/0)"
    assert row["undecided"] == "four#/events/0 of s-00000000b2, beside two#/events/0, -0.8 bits: kind not one (-1.0)"


def test_the_most_exact_place_is_where_it_is_and_words_alone_are_nowhere() -> None:
    part = Spot(words="a quarter", name="Marn", country="Norland", latitude=1, longitude=2, precision=2)
    row = first_row(
        [ALONE.model_copy(update={"reports": [report("a", places=[NORTH, part]), report("b", places=[TOLVA])]})]
    )
    assert (row["location"], row["precision"]) == ("Tolva", 1)
    row = first_row([ALONE.model_copy(update={"reports": [report("a", places=[Spot(words="Tolva")])]})])
    assert row["places"] == "Tolva"
    assert [row[name] for name in ("location", "country", "latitude", "longitude", "precision")] == [None] * 5


def test_articles_without_address_are_a_source_each() -> None:
    row = first_row([ALONE.model_copy(update={"reports": [report("a"), report("b", url="https://[broken")]})])
    assert row["number_of_sources"] == 2


def test_pandas_joins_the_tables(tmp_path: Path) -> None:
    import pandas as pd

    folder = made(tmp_path, "tables")
    read = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    assert set(read) == {"stories", "reports", "figures"}
    assert [len(read[name]) for name in ("stories", "reports", "figures")] == [2, 5, 6]
    joined = read["figures"].merge(read["reports"], on=["report_id", "story_id"])
    assert len(joined) == 6
    assert joined[joined.repeated].article_id.tolist() == ["copy"]
    counted = read["figures"][~read["figures"].repeated]
    killed = counted[(counted.outcome == "killed") & counted.number.notna()].sort_values("position")
    assert killed.number.tolist() == [12, 14]
    assert killed.source.tolist() == ["police", "the mayor"]
    assert read["reports"].kind.tolist()[:2] == ["air_strike", "bombing"]
    assert read["reports"].repeats.tolist()[2] == "two#/events/0"
    assert read["reports"].because.tolist()[0] == "two#/events/0, 4.2 bits: day one day (+2.5)"


def test_sqlite_refers_and_joins_the_tables_of_the_run(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r.jsonl")
    export(Runs([run]), [run], load_task("attack"), Wanted(tmp_path / "run.sqlite"))
    base = sqlite3.connect(made(tmp_path, "x.sqlite"))
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    refers = {row[2:5] for row in base.execute("PRAGMA foreign_key_list(figures)")}
    assert refers == {("stories", "story_id", "id"), ("reports", "report_id", "report_id")}
    assert {row[2:5] for row in base.execute("PRAGMA foreign_key_list(reports)")} == {("stories", "story_id", "id")}
    base.execute("ATTACH ? AS run", (str(tmp_path / "run.sqlite"),))
    found = base.execute(
        "SELECT r.story_id, e.kind FROM reports r JOIN run.event e ON e.id = r.report_id ORDER BY r.report_id"
    )
    assert found.fetchall() == [("s-00000000a1", "air_strike")] * 2
    base.close()


def test_a_figure_of_no_report_is_one_clear_line(tmp_path: Path) -> None:
    broken = MARKET.model_copy(update={"reports": MARKET.reports[:1]})
    with pytest.raises(RunFileError, match="cannot write a row of table 'figures': FOREIGN KEY"):
        made(tmp_path, "x.sqlite", [broken])
    assert not (tmp_path / "x.sqlite").exists()


def test_excel_has_days_numbers_and_no_formula(tmp_path: Path) -> None:
    from datetime import datetime

    from openpyxl import load_workbook

    book = load_workbook(made(tmp_path, "x.xlsx"))
    assert book.sheetnames == ["stories", "reports", "figures"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    heads, first, *_ = book["stories"].iter_rows(values_only=True)
    row = dict(zip(heads, first, strict=True))
    assert isinstance(row["first"], datetime)
    assert row["killed_best"] == 14
    assert str(row["title"]).startswith("'=SUM(A1) ")


def test_csv_runs_no_formula_obeys_no_escape_and_has_whole_numbers(tmp_path: Path) -> None:
    text = made(tmp_path, "x.csv").read_text(encoding="utf-8")
    assert "\x1b" not in text
    (row, _) = csv.DictReader(text.splitlines())
    assert row["title"].startswith("'=SUM(A1) ")
    assert (row["killed_best"], row["killed_high"]) == ("14", "")
    told = made(tmp_path, "r.csv", table="report").read_text(encoding="utf-8")
    assert next(row["report_id"] for row in csv.DictReader(told.splitlines())) == "'=one#/events/0"


def test_parquet_has_one_type_for_numbers_whatever_they_are(tmp_path: Path) -> None:
    import duckdb

    part = ALONE.model_copy(update={"figures": [Series(name="missing", order="number", figures=[], best=2.5)]})
    for name, story in (("whole", ALONE), ("part", part)):
        file = made(tmp_path, f"{name}.parquet", [story])
        with duckdb.connect() as ask:
            (kind,) = ask.execute(f"SELECT typeof(missing_best) FROM '{file}'").fetchall()
        assert kind == ("DOUBLE",)


def test_one_file_holds_the_stories_or_the_table_that_is_named(tmp_path: Path) -> None:
    assert made(tmp_path, "a.csv").read_text(encoding="utf-8").startswith("id,title,first,last,")
    assert (
        made(tmp_path, "b.csv", table="FIGURES").read_text(encoding="utf-8").startswith("id,story_id,report_id,outcome")
    )
    with pytest.raises(UsageError, match="no table 'attacks'; there are: stories, reports, figures"):
        made(tmp_path, "c.csv", table="attacks")


def test_what_is_counted_may_change_and_the_export_is_still_replaced(tmp_path: Path) -> None:
    made(tmp_path, "x.csv", [MARKET])
    with pytest.raises(RunFileError, match="--overwrite"):
        made(tmp_path, "x.csv", [ALONE])
    assert "missing_best" in made(tmp_path, "x.csv", [ALONE], overwrite=True).read_text(encoding="utf-8")
    (tmp_path / "x.csv").write_text("id,title,mine\n", encoding="utf-8")
    with pytest.raises(RunFileError, match="is not replaced"):
        made(tmp_path, "x.csv", [ALONE], overwrite=True)


def test_outcomes_are_untrusted_names(tmp_path: Path) -> None:
    names = ["Killed", "killed", "x;DROP TABLE", '"quoted"', "", "=1+1", "first"]
    odd = [Series(name=name, order="number", figures=[], best=at) for at, name in enumerate(names)]
    story = ALONE.model_copy(update={"figures": odd, "reports": [report("a", values={"run": "x", "Kind": "y"})]})
    columns = StoryTables([story]).main.names
    assert len({name.casefold() for name in columns}) == len(columns)
    base = sqlite3.connect(made(tmp_path, "x.sqlite", [story]))
    assert base.execute("SELECT Killed_best, killed_best_ FROM stories").fetchall() == [(0, 1)]
    assert base.execute("SELECT run, run_, Kind FROM reports").fetchall() == [("r.jsonl", "x", "y")]
    base.close()


def test_a_table_has_no_more_columns_than_every_program_takes(tmp_path: Path) -> None:
    many = [Series(name=f"n{at}", order="number", figures=[], best=at) for at in range(3000)]
    tables = StoryTables([ALONE.model_copy(update={"figures": many})])
    assert tables.left_out == 3000 - MOST_COLUMNS
    write_tables(tables, tables.rows(), [], Wanted(tmp_path / "x.sqlite"))


class Thing(BaseModel):
    evidence: Annotated[str, Evidence()]
    name: Annotated[str, Key()]
    story: str | None = None


class Things(BaseModel):
    things: list[Thing] = []


def test_records_say_which_story_they_are_in(tmp_path: Path) -> None:
    run, task = write_run(tmp_path / "r.jsonl"), load_task("attack")
    column = story_column(
        task, write_story_file(tmp_path / "s.jsonl", [MARKET.model_copy(update={"reports": MARKET.reports[:1]})])
    )
    export(Runs([run]), [run], task, Wanted(tmp_path / "x.sqlite"), [column])
    base = sqlite3.connect(tmp_path / "x.sqlite")
    told = [("=one#/events/0", "s-00000000a1"), ("two#/events/0", None)]
    assert base.execute("SELECT id, story FROM event ORDER BY id").fetchall() == told
    assert base.execute("SELECT event_id, story FROM attacks ORDER BY event_id").fetchall() == told
    others = {row[0] for row in base.execute("SELECT name FROM pragma_table_info('casualty')")}
    assert "story" not in others
    base.close()
    assert column.strange == {"two#/events/0"}


def test_another_record_at_the_place_of_a_report_is_in_no_story() -> None:
    event = ONE.events[0].model_copy(update={"evidence": "Hospitals in Tolva and Marn treated 30 wounded."})
    changed = result("=one", RESULTS[0].text or "", ONE.model_copy(update={"events": [event]}))
    assert changed.records is not None
    column = StoryColumn(type(event), [MARKET])
    (node,) = (each for each in nodes(changed.records) if each.pointer == "/events/0")
    assert column.cells(node, changed) == {}
    assert column.strange == {"=one#/events/0"}


def test_a_field_of_a_task_that_is_called_story_stays_its_own(tmp_path: Path) -> None:
    task = Task.of(Things)
    records = Things(things=[Thing(evidence="An owl.", name="owl", story="tale")])
    run = write_run(tmp_path / "r.jsonl", [result("a", "An owl.", records)], task.name)
    mine = ALONE.model_copy(update={"reports": [report("a", "/things/0")]})
    column = story_column(task, write_story_file(tmp_path / "s.jsonl", [mine], task.name))
    export(Runs([run]), [run], task, Wanted(tmp_path / "x.csv"), [column])
    (row,) = csv.DictReader((tmp_path / "x.csv").read_text(encoding="utf-8").splitlines())
    assert (row["story"], row["story_"]) == ("tale", "s-00000000b2")


def test_stories_of_another_task_are_refused(tmp_path: Path) -> None:
    file = write_story_file(tmp_path / "s.jsonl")
    with pytest.raises(UsageError, match="has stories of task 'attack', and the runs are of 'birds'"):
        story_column(BIRDS, file)
    with pytest.raises(TaskError, match="task 'birds' has no stories"):
        story_column(BIRDS, write_story_file(tmp_path / "b.jsonl", task="birds"))
    with pytest.raises(RunFileError, match="is not a stories file"):
        story_column(BIRDS, write_run(tmp_path / "r.jsonl"))
