"""requirements/install.py: a lock is installed as it is written, whichever pip, and what it says meanwhile.

CI runs this file with the pip of Python 3.11.0 and with the newest too (PIP_UNDER_TEST: the folder that holds it).
"""

from __future__ import annotations

import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

import pytest

from tests.shelf import only_from, wheel
from tests.views.test_progress import on_terminal

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "requirements" / "install.py"


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of a new environment, which has the pip under test and nothing else."""
    found = importlib.util.find_spec("pip")
    under_test = os.environ.get("PIP_UNDER_TEST") or (found and found.origin and str(Path(found.origin).parent.parent))
    assert under_test, "make dev puts a pip into .venv"
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/*/site-packages")
    (site / "pip").symlink_to(Path(under_test) / "pip")
    return folder / "bin" / "python"


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A complete lock: `plug` asks for an extra of `cover`, and there is a newer `cover` than the one that is pinned."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel(shelf, "cover", "7.18", {"cover.py": b"version = '7.18'"}, extra="toml")
    pins = {
        "cover==7.17": wheel(shelf, "cover", "7.17", {"cover.py": b"version = '7.17'"}, extra="toml"),
        "plug==1.0": wheel(shelf, "plug", "1.0", {"plug.py": b""}, ["cover[toml]>=7.10"]),
    }
    only_from(shelf, monkeypatch)
    file = tmp_path / "lock.txt"
    lines = [f"{pin} \\\n    --hash=sha256:{sha256}" for pin, sha256 in pins.items()]
    file.write_text("\n".join(["# a comment", "--only-binary :all:", "", *lines, ""]), encoding="utf-8")
    return file


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )


def test_a_lock_installs_though_an_extra_s_package_has_a_newer_release(python: Path, lock: Path) -> None:
    done = run(python, SCRIPT, lock)
    assert done.returncode == 0, done.stderr
    assert run(python, "-c", "import cover, plug; print(cover.version)").stdout == "7.17\n"
    assert run(python, "-m", "pip", "check").stdout == "No broken requirements found.\n"
    assert run(python, SCRIPT, lock).returncode == 0  # again, with all of it there


def test_resolving_the_same_lock_fails_with_an_old_pip(python: Path, lock: Path) -> None:
    # why nothing is resolved; pip 23.2.1 comes with Python 3.11.7 and 3.12.1
    said = run(python, "-m", "pip", "--version").stdout.split()[1]
    old = tuple(map(int, said.split(".")[:2])) < (23, 3)
    done = run(python, "-m", "pip", "install", "--dry-run", "--require-hashes", "--requirement", lock)
    assert ("must have their versions pinned" in done.stderr, done.returncode) == (old, int(old)), done.stderr


def test_it_says_what_it_does_and_how_long_it_took_and_no_warnings(
    python: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = lock.parent / "gone"
    monkeypatch.setenv("PIP_FIND_LINKS", f"{os.environ['PIP_FIND_LINKS']} {gone}")  # pip warns of the second
    done = run(python, SCRIPT, lock)
    first, middle, last = done.stderr.splitlines()
    assert first.startswith(f"installing {lock}, at most 2 packages: ")
    assert re.fullmatch(r"  2 of 2 packages are here after \d+ s; unpacking them", middle)
    assert re.fullmatch(r"installed in \d+ s", last)
    assert done.stdout == ""


def test_a_user_s_own_pip_setting_is_no_obstacle(python: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_USER", "1")  # no virtual environment takes it
    done = run(python, SCRIPT, lock)
    assert done.returncode == 0, done.stderr


def test_it_is_none_to_ci_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text('#!/bin/sh\necho "PIP_USER is $PIP_USER"\nexit 3\n', encoding="utf-8")
    make.chmod(0o755)
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PATH", f"{make.parent}:{os.environ['PATH']}")
    done = run("bash", tmp_path / ".ci" / "run", "--without-model")
    assert (done.returncode, "PIP_USER is 0" in done.stdout) == (3, True), done.stderr


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("sha256:", "sha256:0000", "Hashes? .*|HASHES"),
        ("plug==1.0", "plug==1.1", "No matching distribution found for plug==1.1"),
        ("--hash", "--wrong", "no such option: --wrong"),
    ],
)
def test_a_failure_shows_pip_s_own_words_and_its_code(
    python: Path, lock: Path, before: str, after: str, words: str
) -> None:
    lock.write_text(lock.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    done = run(python, SCRIPT, lock)
    assert done.returncode != 0
    assert re.search(words, done.stderr)
    assert done.stderr.splitlines()[-1].startswith(f"pip could not install {lock}: ")
    assert run(python, "-c", "import cover").returncode == 1


Watch = Callable[[Iterable[str], int, Callable[[], float]], None]
SAID = [
    "Looking in links: /wheels\n",
    "Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment\n",
    "Collecting zope.interface==2.7.1 (from -r requirements/dev.txt (line 5))\n",
    "  Downloading zope_interface-2.7.1-cp311-cp311-manylinux_2_28_x86_64.whl (1.7 MB)\n",
    "Processing /wheels/annotated_types-0.7.0-py3-none-any.whl (from -r requirements/dev.txt (line 9))\n",
    "Requirement already satisfied: click==8.5.0 in /lib/python3.11/site-packages (from -r lock.txt (line 5))\n",
    "Installing collected packages: zope.interface, annotated-types\n",
    "Successfully installed annotated-types-0.7.0 zope.interface-2.7.1\n",
]
"""What pips say: 22.3 and later agree on how these lines begin."""


@pytest.fixture
def watch() -> Watch:
    found: Watch = runpy.run_path(str(SCRIPT))["watch"]
    return found


def test_a_log_gets_a_line_every_ten_seconds(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    watch(SAID, 4, count(0, 4).__next__)
    assert capsys.readouterr().err.splitlines() == [
        "  2 of 4 packages, 12 s: zope.interface",
        "  4 of 4 packages, 24 s: click",
        "  4 of 4 packages are here after 28 s; unpacking them",
    ]


def test_a_terminal_gets_one_counter_that_leaves(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    watch(SAID, 4, count(0, 1).__next__)
    shown = [line.rstrip() for line in terminal.getvalue().split("\r")]
    assert shown[1:] == [
        "  1 of 4 packages, 2 s: colorama",
        "  2 of 4 packages, 3 s: zope.interface",
        "  3 of 4 packages, 5 s: annotated_types",
        "  4 of 4 packages, 6 s: click",
        "  4 of 4 packages are here after 7 s; unpacking them",
        "",
        "",
    ]
    assert "\n" not in terminal.getvalue()


# The Makefile


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout whose .venv is whole, as the Makefile sees it."""
    folder = tmp_path / "clone"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}").mkdir(parents=True)
    (folder / "requirements").mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements/dev.txt", "requirements/install.py"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / ".venv" / "made-in").write_text(f"{folder.resolve()}\n", encoding="utf-8")
    (folder / ".venv" / "dev.stamp").touch()
    return folder


def make(clone: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON")  # of the make that runs these tests
    surroundings = {name: value for name, value in os.environ.items() if name not in outer} | settings
    return subprocess.run(
        ["make", *arguments], cwd=clone, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False
    )


def planned(clone: Path, *options: str) -> list[str]:
    """What `make dev` would do: make the environment, install the packages."""
    done = make(clone, "--dry-run", "dev", *options)
    assert done.returncode == 0, done.stderr
    return re.findall(r"-m venv --clear|install\.py", done.stdout)


def test_a_whole_environment_is_left_alone(clone: Path) -> None:
    assert planned(clone) == []
    assert planned(clone, f"PYTHON={sys.executable}") == []


def test_a_new_lock_is_installed_into_it(clone: Path) -> None:
    os.utime(clone / ".venv" / "dev.stamp", (1, 1))
    assert planned(clone) == ["install.py"]


def half_made(clone: Path) -> None:
    (clone / ".venv" / "made-in").unlink()


def came_with_a_copy(clone: Path) -> None:
    (clone / ".venv" / "made-in").write_text("/somewhere/else\n", encoding="utf-8")


def lost_its_python(clone: Path) -> None:
    (clone / ".venv" / "bin" / "python").unlink()
    (clone / ".venv" / "bin" / "python").symlink_to(clone / "gone")


@pytest.mark.parametrize("spoil", [half_made, came_with_a_copy, lost_its_python])
def test_an_environment_that_is_not_whole_is_made_anew(clone: Path, spoil: Callable[[Path], None]) -> None:
    spoil(clone)
    assert planned(clone) == ["-m venv --clear", "install.py"]


def test_a_named_python_is_used_though_another_made_the_environment(clone: Path) -> None:
    (clone / ".venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}").rename(
        clone / ".venv" / "lib" / "x"
    )
    assert planned(clone) == []
    assert planned(clone, f"PYTHON={sys.executable}") == ["-m venv --clear", "install.py"]


def test_the_pythons_that_are_looked_for_are_those_that_the_project_names() -> None:
    versions = re.findall(r'"Programming Language :: Python :: 3\.(\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"PYTHON ?= python3 {' '.join(f'python3.{minor}' for minor in reversed(versions))}\n" in makefile
    assert f"(3, {int(versions[-1]) + 1}),(4,)" in makefile


def test_a_python_that_complains_is_none_that_is_lost(clone: Path) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text(f'#!/bin/sh\necho "a warning" >&2\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    assert planned(clone) == []


def test_a_python_that_makes_no_environments_is_passed_over(clone: Path) -> None:
    shims = clone / "shims"
    shims.mkdir()
    for name, text in {
        "bare": f'exec {sys.executable} -c \'import sys; sys.modules["ensurepip"] = None; \'"$2"',
        "whole": f'case $2 in venv) mkdir -p .venv/bin;; *) exec {sys.executable} "$@";; esac',
    }.items():
        (shims / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (shims / name).chmod(0o755)
    half_made(clone)
    done = make(clone, ".venv/made-in", f"PYTHON={shims / 'bare'} {shims / 'whole'}")
    assert done.returncode == 0, done.stderr
    half_made(clone)
    refused = make(clone, ".venv/made-in", f"PYTHON={shims / 'bare'}")
    assert (refused.returncode, "is needed; tried were" in refused.stdout) == (2, True)


def test_results_end_with_the_first_export_that_fails(clone: Path) -> None:
    command = clone / ".venv" / "bin" / "extract"
    said = 'echo "$@" >>said; case "$*" in *sentence.jsonl*) exit 1;; esac'
    command.write_text(f"#!/bin/sh\n{said}\n", encoding="utf-8")
    command.chmod(0o755)
    done = make(clone, "results")
    assert done.returncode == 2
    asked = (clone / "said").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in asked] == ["bench", "bench", "cache"]


@pytest.mark.parametrize("version", ["3.10", "3.15"])
def test_a_python_that_is_too_old_or_too_new_is_passed_over(clone: Path, version: str) -> None:
    shims = clone / "shims"
    shims.mkdir()
    for name, text in {
        "python3": f"{sys.executable} -c 'import sys; sys.version_info = ({version.replace('.', ',')}); '\"$2\"",
        "python3.12": f'case $2 in venv) mkdir -p .venv/bin;; *) exec {sys.executable} "$@";; esac',
    }.items():
        (shims / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (shims / name).chmod(0o755)
    half_made(clone)
    done = make(clone, ".venv/made-in", PATH=f"{shims}:/bin:/usr/bin")
    assert done.returncode == 0, done.stderr
    assert (clone / ".venv" / "made-in").read_text(encoding="utf-8") == f"{clone.resolve()}\n"
    refused = make(clone, ".venv/made-in", f"PYTHON={shims / 'python3'}") if version == "3.10" else None
    assert refused is None or (refused.returncode, "Python 3.11 to 3.14 is needed" in refused.stdout) == (2, True)
