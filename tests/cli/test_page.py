"""`extract view`: where the page goes, what stands beside the run, and what is refused."""

from __future__ import annotations

import json
import re
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from extract.errors import GoldError, RunFileError, TaskError
from tests.commands import extract
from tests.places.towns import small_gazetteer

ROOT = Path(__file__).parents[2]
TEXT = "Bomb kills nine in Garowe\n\nA car bomb killed nine people in the town of Garowe on Monday, police said.\n"


@pytest.fixture
def run_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of one article, in the working folder."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    extract("run", "a.txt", "--model", "rules", "-o", "r.jsonl")
    return Path("r.jsonl")


def data(page: Path) -> Any:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return json.loads(found[1])


def test_a_page_is_written_beside_the_run(run_file: Path) -> None:
    done = extract("view", "r.jsonl")
    assert (done.exit_code, done.stdout) == (0, "r.html\n")
    told = data(Path("r.html"))
    assert told["articles"][0]["text"] == TEXT
    assert told["beside"] == []


def test_an_earlier_page_is_replaced_only_on_demand(run_file: Path) -> None:
    extract("view", "r.jsonl")
    with pytest.raises(RunFileError, match="--overwrite"):
        extract("view", "r.jsonl")
    assert extract("view", "r.jsonl", "--overwrite").exit_code == 0
    Path("mine.html").write_text("mine", encoding="utf-8")
    with pytest.raises(RunFileError, match="is not replaced"):
        extract("view", "r.jsonl", "-o", "mine.html", "--overwrite")


def test_another_run_stands_beside(run_file: Path) -> None:
    Path("b.jsonl").write_bytes(run_file.read_bytes())
    extract("view", "r.jsonl", "--compare", "b.jsonl", "-o", "c.html")
    (beside,) = data(Path("c.html"))["beside"]
    assert (beside["kind"], beside["name"]) == ("run", "b.jsonl")
    assert {state for state, _ in beside["articles"]["a"]["values"].values()} == {"right"}


def test_a_gold_set_of_other_articles_is_an_error(run_file: Path) -> None:
    with pytest.raises(GoldError, match="no article of the run has a label"):
        extract("view", "r.jsonl", "--gold", str(ROOT / "gold/attack"), "-o", "g.html")
    assert not Path("g.html").exists()


def test_a_run_of_another_task_is_named(run_file: Path) -> None:
    text = run_file.read_text(encoding="utf-8").replace('"task": "attack"', '"task": "mine"')
    run_file.write_text(text, encoding="utf-8")
    with pytest.raises(TaskError, match="'mine'"):
        extract("view", "r.jsonl")


def test_the_page_is_opened(run_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browse(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    extract("view", "r.jsonl", "--open")
    assert opened == [Path("r.html").resolve().as_uri()]


def test_without_a_browser_the_page_is_there(run_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    result = extract("view", "r.jsonl", "--open")
    assert result.exit_code == 0
    assert "no browser here" in result.stderr
    assert Path("r.html").is_file()


def test_a_map_of_the_places_is_made(run_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    towns = small_gazetteer(tmp_path)
    monkeypatch.setattr("extract.places.gazetteer.open_gazetteer", lambda tell: towns)
    Path("k.txt").write_text("A drone killed 12 people in Kharkiv, Ukraine, early Thursday.\n", encoding="utf-8")
    extract("run", "k.txt", "--model", "rules", "-o", "k.jsonl")
    extract("view", "k.jsonl", "--gazetteer")
    told = data(Path("k.html"))
    (article,) = told["articles"]
    assert article["map"].startswith("<svg")
    assert "Kharkiv" in article["map_said"]
    assert told["world"].startswith("<defs>")
