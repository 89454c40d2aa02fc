"""The command line in this process, and waiting for what happens beside it."""

from __future__ import annotations

import time
from collections.abc import Callable

from click.testing import CliRunner, Result

from extract.cli.main import cli


def extract(*arguments: str, stdin: bytes | None = None) -> Result:
    """A command, in this process."""
    return CliRunner().invoke(cli, arguments, input=stdin, catch_exceptions=False)


def until(condition: Callable[[], bool]) -> None:
    """Waits a minute for it."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")
