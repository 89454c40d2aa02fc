"""What tests of commands have in common: a command in this process, run files by hand, and waiting for what others do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from extract.cli.main import cli
from extract.records.results import ArticleResult, Header, to_json


def extract(*arguments: str, stdin: bytes | None = None) -> Result:
    """Runs a command; what it raises comes out as it is."""
    return CliRunner().invoke(cli, arguments, input=stdin, catch_exceptions=False)


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
