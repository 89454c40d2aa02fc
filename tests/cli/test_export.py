"""`extract export` and `extract show`: options, what is said, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from extract.errors import RunFileError, UsageError
from extract.records.results import ArticleResult, write_line
from extract.views import colour
from tests.commands import extract
from tests.toll_run import write_run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    write_run(tmp_path / "r.jsonl")
    return tmp_path


def test_an_export_says_what_was_written(folder: Path) -> None:
    done = extract("export", "r.jsonl", "-o", "tables")
    assert done.exit_code == 0
    assert done.stderr.startswith("3 articles written to tables, 1 of them failed; rows: articles 3, event 2,")
    assert (folder / "tables" / "casualty.csv").is_file()
    with pytest.raises(RunFileError, match="--overwrite"):
        extract("export", "r.jsonl", "-o", "tables")
    assert extract("export", "r.jsonl", "-o", "tables", "--overwrite").exit_code == 0


def test_several_runs_are_one_export(folder: Path) -> None:
    write_run(folder / "again.jsonl")
    done = extract("export", "r.jsonl", "again.jsonl", "-o", "x.csv")
    assert "3 articles in several runs" in done.stderr
    assert "rows: attacks 2" in done.stderr


def test_one_type_of_one_article_is_shown() -> None:
    shown = extract("show", "r.jsonl", "--type", "CASUALTY", "--article", "two").stdout
    assert shown.splitlines() == [
        "Casualty (1)",
        "outcome  quantity              who     source",
        "-------  --------------------  ------  ---------",
        "killed   Fourteen (14, exact)  people  the mayor",
    ]
    with pytest.raises(UsageError, match="no record type 'gun'; there are: Event"):
        extract("show", "r.jsonl", "--type", "gun")
    with pytest.raises(UsageError, match="--review shows values"):
        extract("show", "r.jsonl", "--review", "--type", "event")


def test_nothing_is_wider_than_the_terminal() -> None:
    for more in ((), ("--evidence",), ("--type", "event"), ("--type", "damage", "--evidence")):
        assert max(map(len, extract("show", "r.jsonl", *more).stdout.splitlines())) <= 80


def test_tables_are_printed_for_programs() -> None:
    read = list(csv.DictReader(io.StringIO(extract("show", "r.jsonl", "--format", "csv").stdout)))
    assert [row["event_id"] for row in read] == ["'=one#/events/0", "two#/events/0"]
    rows = json.loads(extract("show", "r.jsonl", "--format", "json", "--type", "casualty").stdout)
    assert [(row["quantity_value"], row["total"]) for row in rows] == [(12, True), (2, False), (30, True), (14, True)]
    whole = json.loads(extract("show", "r.jsonl", "--format", "json").stdout)
    assert len(whole["attacks"]) == 2
    assert "text" not in whole["articles"][0]


def test_markdown_obeys_nothing_and_has_no_empty_columns() -> None:
    shown = extract("show", "r.jsonl", "--format", "md", "--type", "quote").stdout
    assert shown.splitlines() == [
        "## quote",
        "",
        "| id | article_id | speaker | text |",
        "| --- | --- | --- | --- |",
        "| =one\\#/quotes/0 | =one | Ana Roe | We saw it \\| all, |",
    ]
    text = "Two die in Tolva blast\n\nTOLVA Two people died."
    with Path("r.jsonl").open("a", encoding="utf-8") as stream:
        write_line(stream, ArticleResult(article_id="three", source="3.txt", status="failed", text=text))
    assert "| three | Two die in Tolva blast |" in extract("show", "r.jsonl", "--format", "md").stdout
    assert "Two die in Tolva blast · 3.txt" in extract("show", "r.jsonl").stdout
    assert "| evidence |" in extract("show", "r.jsonl", "--format", "md", "--type", "quote", "--evidence").stdout


def test_colour_is_for_terminals_whose_user_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in extract("show", "r.jsonl").stdout
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert colour.wants_colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colour.wants_colour()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not colour.wants_colour()


def test_colour_changes_no_word() -> None:
    text = extract("show", "r.jsonl", "--evidence").stdout
    shown = colour.coloured(text)
    assert "\x1b[1mevents (1)\x1b[0m" in shown
    assert "\x1b[33mfailed\x1b[0m" in shown
    for code in ("1", "2", "31", "32", "33", "0"):
        shown = shown.replace(f"\x1b[{code}m", "")
    assert shown == text
