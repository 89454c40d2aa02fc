"""`extract new-task`, `extract check-task`, and the other commands with a task of one's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.benchmarks.misbehaving import misbehaving, says
from extract.errors import TaskError
from tests.commands import extract
from tests.recalls import RECALL, RECALLED
from tests.tasks.test_loading import SCHEMA, made, shows

ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a schema, a text and a store of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "100")
    Path("kettles.py").write_text(SCHEMA, encoding="utf-8")
    Path("a.txt").write_text(RECALLED, encoding="utf-8")
    return tmp_path


def test_a_task_is_begun_and_the_next_step_told(here: Path) -> None:
    done = extract("new-task", "recalls", "--schema", "kettles.py:Recalls", "--example", "a.txt")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"recalls/{name}" for name in ("task.toml", "README.md", "schema.py", "examples/a.txt")
    ]
    assert done.stderr == "next: extract check-task recalls\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["recalls"],
        ["", "--schema", "kettles.py:Recalls"],
        ["recalls", "--schema", "kettles.py:Recalls", "--example", "none.txt"],
        ["recalls", "--schema", "kettles.py:Recalls", "--example", "."],
        ["kettles.py", "--schema", "kettles.py:Recalls"],
    ],
)
def test_a_slip_is_a_usage_error(here: Path, arguments: list[str]) -> None:
    assert extract("new-task", *arguments).exit_code == 2
    assert sorted(path.name for path in here.iterdir()) == ["a.txt", "kettles.py"]


def test_a_weak_task_is_a_finding_and_a_broken_one_an_error(here: Path) -> None:
    extract("new-task", "recalls", "--schema", "kettles.py:Recalls")
    weak = extract("check-task", "recalls")
    assert weak.exit_code == 1
    assert "no worked example" in weak.stdout
    assert weak.stderr == f"{len(weak.stdout.splitlines())} weaknesses\n"
    Path("recalls/schema.py").unlink()
    with pytest.raises(TaskError, match=r"schema\.py': No such file"):
        extract("check-task", "recalls")


def test_a_task_without_weakness_is_fine(here: Path) -> None:
    folder = made(here / "recalls", 'name = "recalls"\nschema = "tests.recalls:Recalls"\n', None)
    shows(folder, {"recalls": [{**RECALL, "reason": why} for why in ("fire", "injury", "other")]})
    done = extract("check-task", "recalls")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "0 weaknesses\n")


def test_a_broken_task_is_one_line_of_the_program(here: Path) -> None:
    made(here / "recalls", schema="import sys\nsys.exit('bye')\n")
    command = [sys.executable, "-m", "extract", "check-task", "recalls"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: 'recalls/task.toml': cannot load 'schema.py': SystemExit: bye (schema.py, line 2)\n"


# With the other commands


@pytest.fixture
def recalls(here: Path) -> Path:
    """A task of one's own, with an example."""
    folder = made(here / "recalls", 'name = "recalls"\nschema = "tests.recalls:Recalls"\n', None)
    shows(folder, {"recalls": [RECALL]})
    return folder


def test_it_is_run_and_shown(recalls: Path) -> None:
    with misbehaving(says(json.dumps({"recalls": [RECALL]}))) as server:
        model = ("--base-url", server.base_url, "--model", "m", "--model-id", "m")
        done = extract("run", "a.txt", "--task", "recalls", *model, "-o", "run.jsonl")
        assert done.exit_code == 0, done.stderr
        asked = [message["content"] for message in server.asked[0]["messages"]]
    assert json.loads(asked[-2]) == {"recalls": [RECALL]}  # the example, as a finished turn
    assert asked[-1].endswith(RECALLED.strip())
    shown = extract("show", "run.jsonl", "--task", "recalls").stdout
    assert "recalls (1)" in shown
    assert "kettles" in shown
    for command in (["show", "run.jsonl"], ["view", "run.jsonl"], ["export", "run.jsonl", "-o", "tables"]):
        assert extract(*command).exit_code == 0  # the folder lies here, and is called like the task
    Path("recalls").rename("elsewhere")
    with pytest.raises(TaskError, match="which does not ship: name its folder with --task DIR"):
        extract("show", "run.jsonl")


def test_a_setting_of_the_folder_names_it_for_every_command(recalls: Path) -> None:
    Path("attested.toml").write_text('task = "recalls"\n', encoding="utf-8")
    with misbehaving(says('{"recalls": []}')) as server:
        extract("run", "a.txt", "--base-url", server.base_url, "--model", "m", "--model-id", "m", "-o", "run.jsonl")
    assert "task recalls" in extract("show", "run.jsonl").stdout
    assert extract("prompts").stdout.splitlines()[3].startswith("whole")
    assert '"Recall"' in extract("gold", "schema").stdout


def test_it_has_no_rules_to_run_by(recalls: Path) -> None:
    with pytest.raises(Exception, match="task 'recalls' has no rules that could do without a model"):
        extract("run", "a.txt", "--task", "recalls", "--model", "rules")


def test_a_dry_run_asks_nothing(recalls: Path) -> None:
    done = extract("run", "a.txt", "--task", "recalls", "--dry-run")
    assert done.exit_code == 0
    assert "1 article, 1 request to local/" in done.stdout


def test_a_shipped_task_is_checked_by_its_folder_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = extract("gold", "check", "--task", "prompts/attack")
    assert done.exit_code == 0
    assert "5 label files, 0 faults" in done.stderr
