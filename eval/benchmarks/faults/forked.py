"""Commands of `extract` in forked processes: the program is loaded once, and a run that is killed costs a part of a second.

The process that forks has no threads, which would leave locks behind that nobody opens.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOADED = (
    "instructor", "openai", "diskcache", "filelock", "rich.live", "extract.cli.run", "extract.cli.cache", "extract.cli.export", "extract.cli.show",
    "extract.cli.stories", "extract.engines.session", "extract.engines.processes", "extract.models.openai_client", "extract.store.stored_client",
    "extract.store.exchange", "extract.engines.estimates", "extract.views.progress", "extract.views.sinks", "extract.tasks.attack.rules", "py3langid.langid",
)  # fmt: skip
"""What a run loads, so that children need not."""
PATIENCE = 60.0
"""Seconds after which a command hangs."""


def load(url: str) -> None:
    """Loads what commands need, once before the first of them; what a first question loads, by asking one.

    Args:
        url: of a server.
    """
    for name in LOADED:
        importlib.import_module(name)
    from extract.articles import Article
    from extract.engines.session import open_setup
    from extract.engines.units import plan
    from extract.spec import RunSpec

    spec = RunSpec("attack", model="fast", base_url=url, model_id="server/fast", prompts="whole", cache="off")
    with open_setup(spec) as setup:  # whose client is closed then, and which has no threads
        for request in plan(Article("a", "A bomb went off in Garowe.", "a"), setup):
            setup.client.complete(request)


@dataclass(slots=True)
class Command:
    """A command under way.

    Attributes:
        pid: its process.
        said: file with what it said on both streams.
        began: on the monotonic clock.
    """

    pid: int
    said: Path
    began: float
    status: int | None = None

    def ended(self) -> bool:
        """Whether it has come to its end; its exit code is then in `status`, negative for a signal."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def wait(self, seconds: float = PATIENCE) -> int:
        """Its exit code, once it has ended; it is killed after too many seconds, which is told as -9."""
        until = time.monotonic() + seconds
        while not self.ended():
            if time.monotonic() > until:
                return self.kill()
            time.sleep(0.002)
        return self.status or 0

    def kill(self) -> int:
        """Kills it, with SIGKILL; its exit code."""
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status or 0

    @property
    def words(self) -> str:
        """What it said."""
        return self.said.read_text(encoding="utf-8", errors="replace")

    @property
    def end(self) -> str:
        """How it ended: its exit code and its last words."""
        return f"exit code {self.status}: {self.words[-300:]}"


def begun(arguments: Sequence[str], said: Path, most_bytes: int | None = None) -> Command:
    """Begins `extract` with some arguments.

    Args:
        said: file for what it says on both streams.
        most_bytes: no file that it writes may grow beyond, as on a full disk.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    began = time.monotonic()
    pid = os.fork()
    if pid:
        return Command(pid, said, began)
    try:
        _become(arguments, said, most_bytes)
    finally:
        os.abort()  # the command has ended the process; whatever else happens, a child never goes on as its parent


def _become(arguments: Sequence[str], said: Path, most_bytes: int | None) -> None:
    from extract.cli.main import main

    target = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("ATTESTED_")]:
        del os.environ[name]
    if most_bytes is not None:
        import resource  # which Windows has not

        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    sys.argv = ["extract", *arguments]
    try:
        main()
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()


def done(arguments: Sequence[str], said: Path) -> Command:
    """Runs `extract` to its end."""
    command = begun(arguments, said)
    command.wait()
    return command
