"""`extract show` and `extract export` of stories files: options, what is said, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from extract.errors import RunFileError, UsageError
from tests.commands import extract
from tests.story_file import write_story_file
from tests.toll_run import write_run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    write_run(tmp_path / "r.jsonl")
    write_story_file(tmp_path / "s.jsonl")
    return tmp_path


def test_stories_are_shown_in_the_width_of_the_terminal() -> None:
    shown = extract("show", "s.jsonl").stdout
    assert "s-00000000a1: =SUM(A1)" in shown
    assert "s-00000000b2: " not in shown
    assert "1 decision" in shown
    assert "s-00000000b2: A bridge is hit" in extract("show", "s.jsonl", "--all").stdout
    assert max(map(len, extract("show", "s.jsonl", "--all", "--evidence").stdout.splitlines())) <= 80


def test_those_of_one_article_or_id_are_shown_however_few_reports_they_have() -> None:
    for more in (("--article", "four"), ("--story", "s-00000000b2")):
        shown = extract("show", "s.jsonl", *more).stdout
        assert "s-00000000b2: A bridge is hit" in shown
        assert "s-00000000a1: " not in shown


def test_tables_of_stories_are_printed_for_programs() -> None:
    read = list(csv.DictReader(io.StringIO(extract("show", "s.jsonl", "--format", "csv").stdout)))
    assert [(row["id"], row["killed_best"]) for row in read] == [("s-00000000a1", "14"), ("s-00000000b2", "")]
    told = json.loads(extract("show", "s.jsonl", "--format", "json", "--type", "Figure", "--article", "four").stdout)
    assert [(row["report_id"], row["number"]) for row in told] == [("four#/events/0", 1_500_000)]
    whole = json.loads(extract("show", "s.jsonl", "--format", "json").stdout)
    assert [len(whole[name]) for name in ("stories", "reports", "figures")] == [2, 5, 6]


def test_markdown_has_titles_and_quotes_only_when_asked() -> None:
    shown = extract("show", "s.jsonl", "--format", "md").stdout
    assert "| =SUM(A1) ␛\\[31mMarket hit |" in shown
    assert "evidence" not in shown
    assert "A drone hit the market" in extract("show", "s.jsonl", "--format", "md", "--evidence").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "s.jsonl", "--review"], "--review is for runs"),
        (["show", "s.jsonl", "--limit", "3"], "--limit is for runs"),
        (["show", "s.jsonl", "--task", "attack"], "--task is for runs"),
        (["show", "s.jsonl", "--type", "reports"], "--type names one of the tables of stories: add --format"),
        (["show", "s.jsonl", "--format", "md", "--all"], "--all is for text, and md has all stories"),
        (
            ["show", "s.jsonl", "--format", "csv", "--type", "event"],
            "no table 'event'; there are: stories, reports, figures",
        ),
        (["show", "r.jsonl", "--all"], "--all is for stories, and 'r.jsonl' is a run"),
        (["show", "r.jsonl", "--story", "s-1"], "--story is for stories"),
        (["export", "s.jsonl", "-o", "x.csv", "--gazetteer"], "--gazetteer is for runs"),
        (["export", "s.jsonl", "-o", "x.csv", "--task", "attack"], "--task is for runs"),
        (["export", "s.jsonl", "-o", "x.csv", "--stories", "s.jsonl"], "--stories is for runs"),
        (["export", "s.jsonl", "-o", "x.csv", "--format", "values"], "--format values is for runs"),
        (["export", "s.jsonl", "-o", "x.xlsx", "--bom"], "--bom is for CSV"),
        (["export", "s.jsonl", "-o", "s.jsonl", "--format", "csv"], "is an input"),
        (["export", "r.jsonl", "s.jsonl", "-o", "x.csv"], "'s.jsonl' is a stories file: export it alone"),
        (["export", "r.jsonl", "-o", "x.csv", "--format", "values", "--stories", "s.jsonl"], "--stories adds a column"),
        (["export", "r.jsonl", "-o", "s.jsonl", "--format", "csv", "--stories", "s.jsonl"], "is an input"),
    ],
)
def test_options_that_make_no_sense_are_refused_by_name(words: list[str], said: str) -> None:
    before = Path("s.jsonl").read_bytes()
    with pytest.raises(UsageError, match=said):
        extract(*words)
    assert Path("s.jsonl").read_bytes() == before
    assert not Path("x.csv").exists()


def test_a_task_of_the_environment_is_no_option_of_this_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTESTED_TASK", "attack")
    assert extract("show", "s.jsonl").exit_code == extract("export", "s.jsonl", "-o", "x.csv").exit_code == 0


def test_an_export_of_stories_says_what_was_written(folder: Path) -> None:
    done = extract("export", "s.jsonl", "-o", "tables")
    assert done.stderr == "2 stories written to tables; rows: stories 2, reports 5, figures 6\n"
    assert (folder / "tables" / "figures.csv").is_file()
    assert "rows: figures 6" in extract("export", "s.jsonl", "-o", "f.csv", "--table", "figures").stderr
    with pytest.raises(RunFileError, match="--overwrite"):
        extract("export", "s.jsonl", "-o", "tables")


def test_an_export_of_a_run_says_which_records_no_story_has(folder: Path) -> None:
    done = extract("export", "r.jsonl", "-o", "x.csv", "--stories", "s.jsonl")
    assert "no story" not in done.stderr
    rows = csv.DictReader((folder / "x.csv").read_text(encoding="utf-8").splitlines())
    assert [row["story"] for row in rows] == ["s-00000000a1"] * 2
    write_story_file(folder / "few.jsonl", [])
    done = extract("export", "r.jsonl", "-o", "y.csv", "--stories", "few.jsonl")
    assert "2 records in no story of 'few.jsonl': extract stories --update few.jsonl" in done.stderr


def test_a_broken_stories_file_is_one_line_that_names_the_place(folder: Path) -> None:
    with Path("s.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "s-1"}\n')
    for words in (["show", "s.jsonl"], ["export", "s.jsonl", "-o", "x.csv"]):
        with pytest.raises(RunFileError, match=r"s\.jsonl:4: not a line of a stories file: /title: Field required"):
            extract(*words)
    assert not (folder / "x.csv").exists()
