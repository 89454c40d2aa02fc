"""The program as a whole: what `--help` loads, how errors become lines and exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from extract.cli.main import COMMANDS, cli
from tests.commands import program

NO_NAME = "an empty name is no file or folder; the working folder is called ."
UNNAMED = [
    (["run", "a.run", "-o", ""], "'-o' / '--out'"),
    (["run", "a.run", "--store", ""], "'--store'"),
    (["cache", "export", ""], "'TARGET'"),
    (["eval", "--json", ""], "'--json'"),
    (["bench", "--out", ""], "'--out'"),
    (["gold", "draft", "a", "--from", "a.run", "--out", ""], "'--out'"),
]
ROOT = Path(__file__).parents[2]


def test_help_loads_no_sdk_and_nothing_slow() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['extract', '--help']\n"
        "import os\n"
        "heavy = {'openai', 'instructor', 'pydantic', 'numpy', 'scipy', 'rich', 'httpx', 'httpx2', 'tabulate',"
        " 'diskcache', 'trafilatura', 'tenacity', 'xllamacpp', 'eval'}\n"
        "leave, os._exit = os._exit, lambda status: (print(sorted(heavy & set(sys.modules)), flush=True), leave(status))\n"
        "from extract.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("Usage: ")
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_interrupt_while_it_is_loaded_is_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from extract.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, "")


def test_the_list_of_commands_says_what_they_do() -> None:
    context = click.Context(cli)
    for name, (_, summary) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert (command.help or "").splitlines()[0] == summary, name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_of_itself(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"], prog_name="extract", catch_exceptions=False)
    assert shown.exit_code == 0
    assert re.search(rf"Example: extract {name}\b|Commands:", shown.output)


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli, ["runn"]).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nowhere.txt"], "error: no such file or folder: 'nowhere.txt'"),
        (
            ["run", ".", "--model", "rules"],
            "error: folder '.' holds no article: looked for .txt, .md, .markdown, .html, .htm, .xhtml, .pdf, .docx, .jsonl, .ndjson, .jsonl.gz, .ndjson.gz, .parquet; skipped 1 file: 1 .run",
        ),
        (["show", "a.run"], "error: 'a.run' is not a run file: its first line is no attested-run-1 header"),
        (["run"], "error: Missing argument 'INPUT…'."),
        (
            ["run", "a.run", "-o", "-"],
            "error: Invalid value for '-o' / '--out': - is no file here; without -o `extract run` writes to the standard output",
        ),
        *((command, f"error: Invalid value for {option}: {NO_NAME}") for command, option in UNNAMED),
    ],
)
def test_a_known_error_is_one_line_and_exit_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "a.run").write_text("{}\n", encoding="utf-8")
    done = program(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == said
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_text("Nine people died in Garowe.", encoding="utf-8")
    done = program("run", ".", "--model", "rules", folder=tmp_path, shell="| head -n 1")
    assert done.returncode == 0
    assert done.stdout.startswith('{"format": "attested-run-1"')
    assert "Traceback" not in done.stderr
    assert "error" not in done.stderr.lower()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["prompts"], ["run", "a.txt", "--model", "rules"]])
def test_a_full_disk_is_one_line_and_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.txt").write_text("Nine people died.", encoding="utf-8")
    done = program(*arguments, folder=tmp_path, shell="> /dev/full")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr.splitlines()[-1]
    assert done.stderr.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in done.stderr
