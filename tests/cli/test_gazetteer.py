"""`extract export --gazetteer`: places and days beside the records."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.main import cli
from extract.errors import UsageError
from extract.places import gazetteer
from extract.records.results import ArticleResult
from tests.commands import extract, write_lines
from tests.digs import run_of
from tests.places.towns import small_gazetteer
from tests.recalls import Recalls
from tests.toll_run import write_run


def exported(folder: Path, *options: str) -> dict[str, list[dict[str, str]]]:
    """Rows of each file, by its name."""
    run = write_run(folder / "r.jsonl")
    done = extract("export", str(run), "-o", str(folder / "out"), *options)
    assert done.exit_code == 0, done.output
    files = (folder / "out").glob("*.csv")
    return {file.stem: list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())) for file in files}


def test_places_have_columns_where_they_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_gazetteer(tmp_path)
    monkeypatch.setattr(gazetteer, "index_path", lambda: tmp_path / "places.sqlite")
    made = exported(tmp_path, "--gazetteer")
    assert all(row["place_rule"] for row in made["event_places"])
    assert all(row["places_rule"] for row in made["attacks"])


def test_days_are_there_anyway_and_places_are_not(tmp_path: Path) -> None:
    made = exported(tmp_path)
    assert "place_rule" not in made["event_places"][0]
    days = [row for row in made["attacks"] if row["date_text"]]
    assert days
    assert all(row["date_text_rule"] for row in days)


def test_a_task_without_places_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "recalls"
    folder.mkdir()
    (folder / "task.toml").write_text('name = "recalls"\nschema = "tests.recalls:Recalls"\n', encoding="utf-8")
    empty = ArticleResult(article_id="a", source="a", status="complete", records=Recalls())
    run = write_lines(tmp_path / "r.jsonl", run_of(task="recalls").header, empty)
    done = extract("export", str(run), "-o", str(tmp_path / "x"), "--gazetteer")
    assert done.exit_code == 0
    assert "task 'recalls' has no field that is a place" in done.stderr.splitlines()[0]


def test_a_missing_package_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pycountry", None)
    run = write_run(tmp_path / "r.jsonl")
    done = CliRunner().invoke(cli, ["export", str(run), "-o", str(tmp_path / "out"), "--gazetteer"])
    assert isinstance(done.exception, UsageError)  # which the program says in one line, and ends with 2
    assert str(done.exception) == 'pycountry is not installed: pip install -e ".[gazetteer]" in your clone'
    assert not (tmp_path / "out").exists()
