"""Agreement of two label sets, against counts made by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.agreement import agree, render
from eval.cli.gold import gold
from eval.scoring.metrics import Tally
from extract.errors import GoldError
from tests.small_gold import ATTACK

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "gold" / "attack"
ARTICLES = ROOT / "gold" / "articles"
SAMPLE = ROOT / "tests" / "data" / "labelstudio"


@pytest.fixture
def two_sets(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Folders A, B and articles. B misses a casualty and a source, shortens an object and adds a place."""
    articles = tmp_path / "articles"
    articles.mkdir()
    shutil.copy(SAMPLE / "marrow_bay.txt", articles)
    first: dict[str, Any] = json.loads((SAMPLE / "marrow_bay.json").read_text(encoding="utf-8"))
    second = json.loads(json.dumps(first))
    event = second["events"][0]
    del event["casualties"][2]
    event["casualties"][0]["source"] = None
    event["damage"][0]["object"] = "silo"
    event["places"].append("Pier Four")
    for name, data in (("a", first), ("b", second)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "marrow_bay.json").write_text(json.dumps(data), encoding="utf-8")
    return tmp_path / "a", tmp_path / "b", articles


def test_counts_by_hand(two_sets: tuple[Path, Path, Path]) -> None:
    found = agree(*two_sets, ATTACK)
    # A has 38 leaves: event 4, weapons 8, casualties 14, damage 9, quote 3. Of these the casualty left out has 4
    # (no source, no place), the source is 1; "silo" for "A grain silo" has token F1 2/3: near; a place more.
    assert found.tallies["overall"] == Tally(cor=32, par=1, mis=5, spu=1)
    assert found.tallies["overall"].f1() == pytest.approx(64 / 72)
    assert found.tallies["overall"].f1(lenient=True) == pytest.approx(65 / 72)
    # of three casualties one is the same in both, one is not quite, one is missing
    assert found.tallies["exact/casualty"] == Tally(cor=1, mis=2, spu=1)
    assert found.tallies["field/event.places"] == Tally(cor=1, spu=1)
    assert found.articles == 1


def test_differences_are_the_leaves_that_are_not_equal(two_sets: tuple[Path, Path, Path]) -> None:
    found = {
        (verdict.type, verdict.field, verdict.gold, verdict.predicted)
        for _, verdict in agree(*two_sets, ATTACK).differences
    }
    assert found == {
        ("casualty", "outcome", "killed", None),
        ("casualty", "quantity.value", 1, None),
        ("casualty", "quantity.bound", "exact", None),
        ("casualty", "who", "staff", None),
        ("casualty", "source", "the harbour police", None),
        ("damage", "object", "A grain silo", "silo"),
        ("event", "places", None, "Pier Four"),
    }


def test_exchanging_the_sets_keeps_f1(two_sets: tuple[Path, Path, Path]) -> None:
    a, b, articles = two_sets
    there, back = agree(a, b, articles, ATTACK).tallies, agree(b, a, articles, ATTACK).tallies
    assert {name: tally.f1() for name, tally in there.items()} == {name: tally.f1() for name, tally in back.items()}


def test_a_set_agrees_with_itself(two_sets: tuple[Path, Path, Path]) -> None:
    a, _, articles = two_sets
    found = agree(a, a, articles, ATTACK)
    assert found.tallies["overall"] == Tally(cor=38)
    assert render(found).rstrip().endswith("No differences.")


def test_sets_of_other_articles_are_refused(two_sets: tuple[Path, Path, Path], tmp_path: Path) -> None:
    a, _, articles = two_sets
    other = tmp_path / "other"
    other.mkdir()
    data = json.loads((a / "marrow_bay.json").read_text(encoding="utf-8"))
    (other / "else.json").write_text(json.dumps({**data, "article_id": "else"}), encoding="utf-8")
    with pytest.raises(GoldError, match="has no label of 'marrow_bay'"):
        agree(a, other, articles, ATTACK)
    with pytest.raises(GoldError, match="no article 'else'"):
        agree(other, other, articles, ATTACK)


def test_readme_reports_the_agreement_of_the_two_readings() -> None:
    shown = CliRunner().invoke(
        gold, ["agree", str(GOLD / "annotators/a"), str(GOLD / "annotators/b"), "--articles", str(ARTICLES)]
    )
    assert shown.exit_code == 0
    readme = (GOLD / "README.md").read_text(encoding="utf-8")
    for block in shown.stdout.split("\n\n")[1:6]:  # the tables of figures
        assert block in readme


def test_readme_counts_the_gold_set() -> None:
    # a set compared with itself: every leaf is there once
    counts = agree(GOLD / "labels", GOLD / "labels", ARTICLES, ATTACK).tallies
    readme = (GOLD / "README.md").read_text(encoding="utf-8")
    for name in ("event", "weapon", "casualty", "damage", "quote"):
        fields = {key.split(".", 1)[1]: counts[key].cor for key in counts if key.startswith(f"field/{name}.")}
        listed = ", ".join(f"{field} {count}" for field, count in fields.items())
        assert f"| {name} | {counts[f'exact/{name}'].cor} | {counts[f'type/{name}'].cor} | {listed} |" in readme
    assert f"{counts['overall'].cor} leaves in all" in readme


def test_side_by_side_on_the_command_line(two_sets: tuple[Path, Path, Path]) -> None:
    a, b, articles = two_sets
    shown = CliRunner().invoke(gold, ["agree", str(a), str(b), "--articles", str(articles)])
    line = next(line for line in shown.stdout.splitlines() if "damage.object " in line and "marrow_bay" in line)
    expected = "marrow_bay damage.object 'A grain silo' /events/0/damage/0/object 'silo' /events/0/damage/0/object"
    assert " ".join(line.split()) == expected
