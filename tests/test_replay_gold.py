"""The whole way, offline: recorded answers → records → scores → leaderboard, as committed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.cli.scores import evaluate_command
from eval.evaluation import Evaluation
from eval.harness import load_gold, run_and_evaluate
from eval.reports.leaderboard import Cell, Leaderboard, update_page
from eval.stats import Resampling
from extract.engines.runs import RunPlan, make_run
from extract.engines.session import open_setup
from extract.errors import ReplayMiss
from extract.models.prices import load_prices
from extract.spec import RunSpec
from extract.tasks.loading import load_task, shipped_tasks
from tests.small_gold import ATTACK

ROOT = Path(__file__).parent.parent
RECORDINGS = ROOT / "eval" / "recordings"
RESULTS = ROOT / "eval" / "results" / "attack"
BOARDS = {
    task: Leaderboard.model_validate_json((ROOT / "eval" / "results" / task / "leaderboard.json").read_text("utf-8"))
    for task in shipped_tasks()
}
CELLS = [(task, cell) for task, board in BOARDS.items() for cell in board.cells]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recordings and gold are found from the checkout's folder."""
    monkeypatch.chdir(ROOT)


def replayed(name: str, model: str, prompts: str) -> Evaluation:
    task = load_task(name)
    gold = load_gold(ROOT / "gold" / name, task)
    spec = RunSpec(task=name, model=model, prompts=prompts, cache="replay", recordings=(RECORDINGS,))
    return run_and_evaluate(RunPlan(spec, gold.texts), 1, make_run, gold, load_prices(None), Resampling())


@pytest.mark.parametrize(("task", "row"), CELLS, ids=[f"{t}: {c.model}, {c.prompts}" for t, c in CELLS])
def test_every_cell_of_a_leaderboard_comes_out_of_the_recordings_again(task: str, row: Cell) -> None:
    found = replayed(task, row.model, row.prompts)
    assert found.figures["overall"].f1 == pytest.approx(row.f1)
    assert found.signature.run == row.signature, "prompts, rules or model changed: record anew with `make results`"
    tokens = found.spend.output_tokens + found.spend.recorded_output_tokens
    assert tokens / found.signature.articles == pytest.approx(row.output_tokens)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A copy of the page that shows the tables."""
    copy = tmp_path / "evaluation.md"
    copy.write_text((ROOT / "docs" / copy.name).read_text(encoding="utf-8"), encoding="utf-8")
    return copy


@pytest.mark.parametrize("task", BOARDS)
def test_a_page_shows_the_committed_leaderboard(task: str, page: Path) -> None:
    assert not update_page(page, BOARDS[task]), "run: make tables"


@pytest.mark.parametrize("task", BOARDS)
def test_a_page_shows_the_committed_comparison_with_others(task: str, page: Path) -> None:
    from eval.peers import standings

    measured = standings.load_standings(ROOT / standings.results_file(task))
    assert not standings.update_page(page, measured), "run: make tables"


def test_nothing_is_called_ungrounded_that_is_not_in_the_article() -> None:
    gold = load_gold(ROOT / "gold" / "attack", ATTACK)
    with open_setup(RunSpec(model="local", cache="replay", recordings=(RECORDINGS,)), raise_misses=True) as setup:
        from extract.engines.threads import extract_all

        for result in extract_all(gold.articles.values(), setup):
            text = gold.articles[result.article_id].text
            assert result.status == "complete"
            assert result.records is not None
            for pointer, place in result.grounding.items():
                assert place.status == "exact", f"{result.article_id}{pointer}"
                assert place.start is not None
                assert text[place.start : place.end] == _at(result.records.model_dump(), pointer)


def _at(data: object, pointer: str) -> object:
    for part in pointer.split("/")[1:]:
        data = data[int(part)] if isinstance(data, list) else data[part]  # type: ignore[index]
    return data


def test_a_changed_prompt_fails_with_an_explanation(tmp_path: Path) -> None:
    """The one thing that must not happen is an old answer to a new question."""
    changed = tmp_path / "sentence"
    changed.mkdir()
    for file in (ROOT / "prompts" / "attack" / "sentence").iterdir():
        text = file.read_text(encoding="utf-8")
        (changed / file.name).write_text(
            text.replace("You read the beginning", "Here is the beginning"), encoding="utf-8"
        )
    options = RunSpec(
        model="local", prompts=str(changed), cache="replay", recordings=(RECORDINGS,), store=tmp_path / "store"
    )
    from extract.engines.threads import extract_all

    with open_setup(options, raise_misses=True) as setup, pytest.raises(ReplayMiss) as miss:
        list(extract_all(load_gold(ROOT / "gold" / "attack", ATTACK).articles.values(), setup))
    explained = "\n".join([str(miss.value), *miss.value.__notes__])
    assert "Here is the beginning" in explained


def test_what_was_never_recorded_is_told_in_ten_lines_that_say_what_to_do(tmp_path: Path) -> None:
    model = "local/qwen2.5-coder-0.5b-instruct"
    command = ["--task", "diplomacy", "--prompts", "whole", "--model", model, "--store", str(tmp_path)]
    miss = CliRunner().invoke(evaluate_command, command).exception
    assert isinstance(miss, ReplayMiss)
    lines = "\n".join([str(miss), *miss.__notes__]).splitlines()
    assert len(lines) <= 10
    assert all(len(line) < 500 for line in lines)
    assert re.search(r"extract cache why [0-9a-f]{16}`, or record with --cache auto$", lines[0])


def test_replaying_imports_no_sdk_and_opens_no_socket() -> None:
    code = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("a socket was opened")
socket.socket.connect = refuse
from extract.cli.main import cli
try:
    cli.main(["eval", "--cache", "replay", "--model", "local"], standalone_mode=False)
finally:
    print(sorted({"openai", "instructor", "scipy", "httpx2"} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().endswith("[]")
    assert "Overall" in done.stdout


def test_the_ablation_on_file_is_that_of_the_recordings() -> None:
    from eval.ablation import Ablation, ablate, render

    with open_setup(
        RunSpec(model="local", prompts="sentence", cache="replay", recordings=(RECORDINGS,)), raise_misses=True
    ) as setup:
        found = ablate(setup, load_gold(ROOT / "gold" / "attack", ATTACK))
    kept = Ablation.model_validate_json((RESULTS / "ablation.json").read_text(encoding="utf-8"))
    assert [row.f1 for row in found.rows] == pytest.approx([row.f1 for row in kept.rows])
    assert (RESULTS / "ABLATION.md").read_text(encoding="utf-8") == render(kept)


def test_recordings_are_small() -> None:
    files = list(RECORDINGS.glob("*.jsonl"))
    assert files
    assert sum(file.stat().st_size for file in files) < 15_000_000
    for file in files:
        assert all(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
