"""What tests of commands have in common: commands, in this process and in others, run files by hand, and waiting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from extract.cli.main import cli
from extract.records.results import ArticleResult, Header, to_json

ROOT = Path(__file__).parents[1]


def extract(*arguments: str, stdin: bytes | None = None) -> Result:
    """Runs a command; what it raises comes out as it is."""
    return CliRunner().invoke(cli, arguments, input=stdin, catch_exceptions=False)


def program(*arguments: str, folder: Path, shell: str = "") -> subprocess.CompletedProcess[str]:
    """Runs `python -m extract` in a folder; `shell` is what follows it on a command line of bash."""
    words = [sys.executable, "-m", "extract", *arguments]
    command = ["bash", "-c", f'set -o pipefail; "$@" {shell}', "bash", *words] if shell else words
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ATTESTED_STORE": str(folder / "store")},
        capture_output=True,
        text=True,
        timeout=60,
    )


def begun(*arguments: str, folder: Path | None = None) -> subprocess.Popen[str]:
    """Begins `python -m extract`."""
    return subprocess.Popen(
        [sys.executable, "-m", "extract", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_lines(path: Path, *lines: Header | ArticleResult) -> Path:
    """Writes a run file, or something like one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{to_json(line)}\n" for line in lines), encoding="utf-8", newline="\n")
    return path


def until(condition: Callable[[], bool]) -> None:
    """Waits for what another process or thread does, a minute at most."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")
