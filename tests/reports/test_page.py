"""Generated tables in pages: they are put where they belong, and that there is a place is known before anything is measured."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.cli.scores import bench_command
from eval.reports.page import find_place, update_table
from eval.stories.__main__ import command
from extract.errors import UsageError

MARKS = ("<!-- table -->", "<!-- /table -->")


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n\n<!-- table -->\nold\n<!-- /table -->\n\nBehind.\n", encoding="utf-8")
    assert update_table(page, MARKS, "new\n")
    assert page.read_text(encoding="utf-8") == "Before.\n\n<!-- table -->\nnew\n<!-- /table -->\n\nBehind.\n"
    assert not update_table(page, MARKS, "new\n")
    page.write_text("<!-- table --><!-- /table -->", encoding="utf-8")
    assert update_table(page, MARKS, "new\n")
    assert page.read_text(encoding="utf-8") == "<!-- table -->\nnew\n<!-- /table -->"


@pytest.mark.parametrize("text", ["", "<!-- table -->\n", "<!-- /table -->\n<!-- table -->\n"])
def test_a_page_without_a_place_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="has no place for the table: put the lines '<!-- table -->' and "):
        find_place(tmp_path / "page.md", MARKS)


@pytest.mark.parametrize(
    ("module", "measures"),
    [
        ("eval.benchmarks.speed", "measure"),
        ("eval.benchmarks.serving", "measured"),
        ("eval.benchmarks.stories", "measured"),
        ("eval.benchmarks.faults.__main__", "_tried"),
        ("eval.peers.__main__", "compare"),
    ],
)
def test_nothing_is_measured_for_a_page_without_a_place(
    module: str, measures: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(*given: object) -> None:
        raise AssertionError("measured")

    monkeypatch.setattr(f"{module}.{measures}", measured)
    page = tmp_path / "page.md"
    page.write_text("No marks.\n", encoding="utf-8")
    options = ["--peer", "ours"] if module.startswith("eval.peers") else []
    done = CliRunner().invoke(import_module(module).main, [*options, "--update", str(page)])
    assert (done.exit_code, "has no place for the table" in done.stderr) == (2, True), done.output


def test_a_benchmark_of_prompts_looks_for_its_place_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(*given: object) -> None:
        raise AssertionError("measured")

    monkeypatch.setattr("eval.bench.run_bench", measured)
    monkeypatch.setattr("eval.stories.sets.load_set", measured)
    page = tmp_path / "page.md"
    page.write_text("No marks.\n", encoding="utf-8")
    done = CliRunner().invoke(command, ["--update", str(page)])
    assert (done.exit_code, "has no place for the table" in done.stderr) == (2, True), done.output
    (tmp_path / "matrix.toml").write_text('[[cells]]\nmodel = "rules"\nprompts = "rules"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="has no place for the table"):
        CliRunner().invoke(
            bench_command,
            [str(tmp_path / "matrix.toml"), "--update", str(page)],
            catch_exceptions=False,
            standalone_mode=False,
        )
