"""Installs a lock file into the environment of the Python that runs this, as it is written: nothing is resolved.

    .venv/bin/python requirements/install.py requirements/dev.txt

Works with pip 22.3 (Python 3.11.0) and later. What pip has to say is kept back, and shown only when it fails.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

LOG_SECONDS = 10
"""Outside a terminal a line of progress comes this often."""

# What pip says as it comes to a package: once for each line of a lock, whichever pip it is.
_PACKAGE = re.compile(
    r"(?:Collecting|Processing|Ignoring|Requirement already satisfied:?) (?:\S*/)?([\w.-]+?)(?=-\d|[^\w.-])"
)
_PIN = re.compile(r"^[A-Za-z0-9][\w.-]*==", re.MULTILINE)


def main(lock: str) -> int:
    """Installs and says how it goes on standard error; gives pip's exit code."""
    started = time.monotonic()
    packages = len(_PIN.findall(Path(lock).read_text(encoding="utf-8")))
    say(f"installing {lock}, at most {packages} packages: under 1 GB, about a minute with a fast line")
    # Hashes make pip's resolver refuse a dependency with an extra, such as coverage[toml], on the day a newer
    # release than the pin appears. The lock is complete, so there is nothing to resolve.
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--no-deps", "--require-hashes", "--requirement", lock]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_USER": "0"}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=complaints, encoding="utf-8", errors="replace", env=surroundings
        ) as pip:
            assert pip.stdout is not None
            watch(pip.stdout, packages)
        complaints.seek(0)
        if pip.returncode:
            sys.stderr.write(complaints.read())
            say(f"pip could not install {lock}: its words are above; run the same command again to go on")
            return pip.returncode
    say(f"installed in {time.monotonic() - started:.0f} s")
    return 0


def watch(lines: Iterable[str], packages: int, clock: Callable[[], float] = time.monotonic) -> None:
    """Turns what pip says into a counter on a terminal, and into a line now and then elsewhere."""
    terminal = sys.stderr.isatty()
    started = told = clock()
    count = 0
    for line in lines:
        found = _PACKAGE.match(line)
        count += bool(found)
        now = clock()
        if line.startswith("Installing collected packages"):
            progress = f"  {count} of {packages} packages are here after {now - started:.0f} s; unpacking them"
        elif found and (terminal or now - told >= LOG_SECONDS):
            progress = f"  {count} of {packages} packages, {now - started:.0f} s: {found[1]}"
        else:
            continue
        told = now
        sys.stderr.write(f"\r{progress:<79}" if terminal else f"{progress}\n")
        sys.stderr.flush()
    if terminal:
        sys.stderr.write("\r" + " " * 79 + "\r")


def say(line: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        say("interrupted; run the same command again to go on")
        sys.exit(130)
