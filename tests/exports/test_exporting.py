"""Exports, opened by the programs that people open them with, and joined back to the run by id."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.errors import RunFileError, TaskError, UsageError
from extract.exports import writers
from extract.exports.exporting import ExportForm, Results, Wanted, export
from extract.records.runs import Runs
from extract.records.tree import Node, Value, nodes, walk
from extract.tasks.loading import load_task
from tests.toll_run import RESULTS, write_run

TABLES = {
    "attacks",
    "articles",
    "event",
    "event_places",
    "weapon",
    "casualty",
    "damage",
    "quote",
    "quote_continued",
    "spans",
}
IDS = {
    f"{result.article_id}#{node.pointer}"
    for result in RESULTS
    if result.records
    for node in nodes(result.records)
    if not node.is_part and node.pointer
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "r.jsonl")


def made(run: Path, out: str, form: ExportForm | None = None, **how: Any) -> Path:
    wanted = Wanted(run.parent / out, form, **how)
    export(Runs([run]), [run], load_task("attack"), wanted)
    return wanted.out


def test_pandas_reads_the_folder_and_a_pivot_of_killed_by_day_is_right(run: Path) -> None:
    import pandas as pd

    folder = made(run, "tables")
    read = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    assert set(read) == TABLES
    assert read["articles"].duplicate_of.tolist()[1] == "'=one"
    assert read["articles"].corrections.tolist() == [0, 0, 0]
    attacks = read["attacks"]
    once = attacks[attacks.same_as.isna()]
    assert once.groupby("event_date").killed_best.sum().to_dict() == {"2026-03-03": 12}
    assert attacks.number_of_reports.tolist() == [2, 2]
    assert attacks.same_as.tolist()[1] == attacks.event_id.tolist()[0]
    joined = read["casualty"].merge(read["event"], left_on="parent_id", right_on="id", suffixes=("", "_event"))
    assert len(joined) == len(read["casualty"]) == 4
    assert joined.article_published.unique().tolist() == ["2026-03-04"]
    assert read["casualty"].total.tolist() == [True, False, True, True]
    assert read["casualty"].quantity_value.sum() == 12 + 2 + 30 + 14


def test_every_record_of_the_run_is_in_the_export_by_its_id(run: Path) -> None:
    import duckdb

    base = made(run, "x.sqlite")
    with sqlite3.connect(base) as read:
        named = ("event", "weapon", "casualty", "damage", "quote")
        assert {row[0] for table in named for row in read.execute(f"SELECT id FROM {table}")} == IDS
    read.close()
    folder = made(run, "p", "parquet")
    ask = duckdb.connect()
    said = ask.execute(
        f"SELECT s.value, substr(a.text, s.start + 1, s.\"end\" - s.start) FROM '{folder}/spans.parquet' s "
        f"JOIN '{folder}/articles.parquet' a USING (article_id) WHERE s.start IS NOT NULL"
    ).fetchall()
    places = sum(place.start is not None for result in RESULTS for place in result.grounding.values())
    assert len(said) == places > 10
    assert all(value == words for value, words in said)
    (types,) = ask.execute(
        f"SELECT typeof(quantity_value), typeof(total), typeof(\"start\") FROM '{folder}/casualty.parquet' LIMIT 1"
    ).fetchall()
    assert types == ("BIGINT", "BOOLEAN", "BIGINT")
    ask.close()


def test_sqlite_refers_searches_and_holds_the_texts(run: Path) -> None:
    base = sqlite3.connect(made(run, "x.db"))
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    referred = {row[2:5] for row in base.execute("PRAGMA foreign_key_list(casualty)")}
    assert referred == {("event", "parent_id", "id"), ("articles", "article_id", "article_id")}
    cut = "substr(a.text, s.start + 1, s.end - s.start)"
    wrong = f"SELECT count(*) FROM spans s JOIN articles a USING (article_id) WHERE s.start >= 0 AND s.value <> {cut}"
    assert base.execute(wrong).fetchone() == (0,)
    found = base.execute(
        "SELECT article_id FROM articles JOIN articles_fts f ON f.rowid = articles.rowid AND f.text MATCH 'mayor'"
    )
    assert found.fetchall() == [("two",)]
    found = base.execute(
        "SELECT c.id FROM casualty c JOIN casualty_fts f ON f.rowid = c.rowid WHERE f.evidence MATCH 'children'"
    )
    assert found.fetchall() == [("=one#/events/0/casualties/1",)]
    base.close()


@pytest.mark.filterwarnings("ignore")
def test_datasette_opens_and_searches_it(run: Path) -> None:
    from datasette.app import Datasette

    base = made(run, "attacks.db")

    async def asked(path: str) -> Any:
        response = await Datasette([str(base)]).client.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    shown = asyncio.run(asked("/attacks/casualty.json?_search=children&_shape=array"))
    assert [row["quantity_text"] for row in shown] == ["Two"]
    joined = asyncio.run(asked("/attacks/casualty.json?_labels=on&_shape=array"))
    assert joined[0]["parent_id"] == {"value": "=one#/events/0", "label": "=one#/events/0"}


def test_excel_has_numbers_days_and_no_formula(run: Path) -> None:
    from datetime import datetime

    from openpyxl import load_workbook

    book = load_workbook(made(run, "x.xlsx"))
    assert set(book.sheetnames) == TABLES - {"spans"}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    heads, first, *_ = book["attacks"].iter_rows(values_only=True)
    row = dict(zip(heads, first, strict=True))
    assert row["event_id"] == "'=one#/events/0"
    day = row["event_date"]
    assert isinstance(day, datetime)
    assert day.date().isoformat() == "2026-03-03"
    assert (row["killed_low"], row["killed_best"], row["killed_high"], row["injured_best"]) == (12, 12, None, 30)
    assert (row["source_headline"], row["damage"]) == ("'+Market hit", "'=SUM(A1)")
    assert book["attacks"].freeze_panes == "B2"


def test_no_cell_of_csv_is_a_formula_and_bom_is_for_spreadsheets(run: Path) -> None:
    folder = made(run, "t", bom=True)
    files = list(folder.glob("*.csv"))
    assert all(file.read_bytes().startswith(b"\xef\xbb\xbf") for file in files)
    for file in files:
        for line in file.read_text(encoding="utf-8-sig").splitlines():
            assert not line.startswith(("=", "+", '"=')), line
            assert ",=" not in line
    assert not made(run, "plain.csv").read_bytes().startswith(b"\xef")


def test_a_folder_says_what_is_in_it(run: Path) -> None:
    said = json.loads((made(run, "t") / "tables.json").read_text(encoding="utf-8"))
    assert {name.removesuffix(".csv") for name in said["files"]} == TABLES
    assert said["files"]["casualty.csv"]["rows"] == 4
    assert said["files"]["casualty.csv"]["references"] == {"article_id": "articles", "parent_id": "event"}
    assert said["files"]["casualty.csv"]["columns"]["source"] == {"type": "text", "about": "Who gives the figure."}


def test_one_file_holds_the_summary_or_the_table_that_is_named(run: Path) -> None:
    assert made(run, "a.csv").read_text(encoding="utf-8").startswith("event_id,same_as,")
    assert (
        made(run, "b.csv", table="Quote")
        .read_text(encoding="utf-8")
        .startswith("id,parent_id,article_id,evidence,speaker")
    )
    with pytest.raises(UsageError, match="no table 'nobody'; there are: attacks, articles, event"):
        made(run, "c.csv", table="nobody")
    assert not (run.parent / "c.csv").exists()


def test_values_are_the_long_form(run: Path) -> None:
    text = made(run, "v.csv", "values").read_text(encoding="utf-8")
    assert text.startswith("article_id,pointer,record,field,value")
    values = [
        found
        for result in RESULTS
        if result.records
        for found in walk(Node("", result.records))
        if isinstance(found, Value)
    ]
    assert len(text.splitlines()) == 1 + len(values) + 1  # the failed article has a line


def test_values_of_no_article_are_a_head(tmp_path: Path) -> None:
    text = made(write_run(tmp_path / "r.jsonl", ()), "v.csv", "values").read_text(encoding="utf-8")
    assert text.startswith("article_id,pointer,record,field,value")


def test_a_run_as_jsonl_is_watched_like_every_other_form(run: Path) -> None:
    seen: list[str] = []

    def watched(results: Results) -> Results:
        for header, result in results:
            seen.append(result.article_id)
            yield header, result

    task, out = load_task("attack"), run.parent / "x.jsonl"
    statuses, _ = export(Runs([run]), [run], task, Wanted(out), watched=watched)
    assert seen == [result.article_id for result in RESULTS]
    assert statuses.total() == len(RESULTS)
    assert out.read_bytes() == run.read_bytes()


@pytest.mark.parametrize(
    ("out", "how", "said"),
    [
        ("x.docx", {}, "should end in .csv, .xlsx"),
        ("x.xlsx", {"bom": True}, "--bom is for CSV"),
        ("x.sqlite", {"table": "event"}, "--table is for one file"),
        ("r.jsonl", {"form": "sqlite"}, "is an input"),
    ],
)
def test_what_does_not_go_together_is_said(run: Path, out: str, how: dict[str, Any], said: str) -> None:
    before = run.read_bytes()
    with pytest.raises(UsageError, match=said):
        made(run, out, **how)
    assert run.read_bytes() == before


def test_a_missing_package_is_named_with_what_installs_it(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(writers, "import_module", missing)
    for out, package, extra in (("x.xlsx", "openpyxl", "excel"), ("x.parquet", "pyarrow", "parquet")):
        with pytest.raises(UsageError, match=rf'the package {package}: pip install -e "\.\[{extra}\]"'):
            made(run, out)
        assert not (run.parent / out).exists()


def test_a_broken_run_leaves_the_earlier_export(run: Path) -> None:
    out = made(run, "x.csv")
    before = out.read_bytes()
    with run.open("a", encoding="utf-8") as stream:
        stream.write('{"article_id": "four", "records": {"events": 3}}\n')
    with pytest.raises(RunFileError, match=r"r.jsonl:5: not a result line"):
        made(run, "x.csv", overwrite=True)
    assert out.read_bytes() == before
    assert sorted(path.name for path in run.parent.iterdir()) == ["r.jsonl", "x.csv"]


def test_a_summary_that_fails_is_named_and_a_task_may_have_none(run: Path) -> None:
    def broken(makers: object) -> Any:
        raise ValueError("no such thing")

    task = replace(load_task("attack"), summary=broken)
    with pytest.raises(TaskError, match="cannot make the summary of task 'attack': ValueError: no such thing"):
        export(Runs([run]), [run], task, Wanted(run.parent / "x.csv"))
    alone = replace(task, summary=None)
    with pytest.raises(UsageError, match="which table"):
        export(Runs([run]), [run], alone, Wanted(run.parent / "x.csv"))


def test_excel_takes_any_characters_and_cuts_what_is_too_long(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    odd = "a\ufffeb\uffffc\x01d\ud83de\x85f"
    run = write_run(tmp_path / "r.jsonl", (RESULTS[0].model_copy(update={"title": odd, "url": "🏺" * 40_000}),))
    book = load_workbook(made(run, "x.xlsx"))
    rows = book["articles"].iter_rows(values_only=True)
    cells = dict(zip(next(rows), next(rows), strict=True))
    assert cells["title"] == "a�b�c�d�e\\x85f"
    assert cells["url"].endswith("🏺…")
    assert len(cells["url"].encode("utf-16-le")) // 2 <= 32_767


def test_numbers_that_no_program_reads_are_empty_in_the_summary_too(tmp_path: Path) -> None:
    first = RESULTS[0]
    document = json.loads(first.model_dump_json())
    document["records"]["events"][0]["casualties"][0]["quantity"]["value"] = 10**30
    told = first.model_copy(update={"records": load_task("attack").schema.model_validate(document["records"])})
    run = write_run(tmp_path / "r.jsonl", (told,))
    base = sqlite3.connect(made(run, "x.sqlite"))
    assert base.execute("SELECT killed_best FROM attacks").fetchall() == [(None,)]
    base.close()
    for out in ("x.xlsx", "folder", "x.parquet"):
        made(run, out)
