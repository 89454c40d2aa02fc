"""The table of speed: ratios of what was measured; how fast it is, no test says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.benchmarks.limits import Limit, Read
from eval.benchmarks.speed import MARKS, Speed, main, table
from eval.benchmarks.speed_parts import PARTS, beside
from eval.reports.report import render

ROOT = Path(__file__).parents[1]


def test_figures_are_compared_with_the_first_of_them() -> None:
    one, two = beside("store", ("theirs", 4.0, "s"), ("ours", 1.0, "s"))
    assert (one.ratio, one.beside) == (None, "")
    assert (two.ratio, two.beside, two.part) == (0.25, "theirs", "store")


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.benchmarks.speed.find_spec", lambda name: None if name == "vcr" else name)
    done = CliRunner().invoke(main, ["--only", "scoring"])
    assert "vcr not installed: left out; make bench BENCH=benchmarks.speed brings all" in done.stderr


def test_an_articles_questions_take_their_tokens_at_the_rates_of_the_machine() -> None:
    limit = Limit(bandwidth=20e9, weights=1_000_000_000, read=50.0, written=8.0)
    assert limit.most_written == 20.0
    assert Read(seconds=9.0, asked=8.0, new=100, written=10).least(limit) == pytest.approx(2.0 + 0.5)


@pytest.mark.parametrize("part", ["scoring", "store", "page"])
def test_a_part_is_measured_and_shown_and_kept(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.benchmarks.speed_parts.SIZES", (20, 40))
    saved, page = tmp_path / "speed.json", tmp_path / "speed.md"
    page.write_text(f"{MARKS[0]}\n{MARKS[1]}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["--only", part, "--json", str(saved), "--update", str(page)])
    assert done.exit_code == 0, done.output
    kept = Speed.model_validate_json(saved.read_text(encoding="utf-8"))
    assert {line.part for line in kept.lines} == {part}
    assert all(line.figure > 0 for line in kept.lines)
    again = CliRunner().invoke(main, ["--render", str(saved)])
    assert again.output == done.stdout
    assert all(line.what in page.read_text(encoding="utf-8") for line in kept.lines)


def test_the_page_shows_the_committed_figures() -> None:
    committed = Speed.model_validate_json((ROOT / "eval/results/speed.json").read_text(encoding="utf-8"))
    shown = f"{MARKS[0]}\n{render(table(committed), 'markdown')}{MARKS[1]}"
    assert shown in (ROOT / "docs/speed.md").read_text(encoding="utf-8")


def test_every_part_says_what_it_compares() -> None:
    assert all(part.__doc__ for part in PARTS.values())
