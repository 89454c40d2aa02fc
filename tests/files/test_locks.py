"""One writer for a file: who comes second, who was killed, where there are no locks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from extract.errors import RunFileError
from extract.files.locks import Lock

HOLD = (
    "import sys; from pathlib import Path; from extract.files.locks import Lock\n"
    "lock = Lock(Path(sys.argv[1]))\nprint('held', flush=True); sys.stdin.read()"
)


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    first = Lock(path)
    with pytest.raises(RunFileError, match=r"another run is writing '.*r\.jsonl'"):
        Lock(path)
    first.release()
    first.release()
    Lock(path).release()
    assert os.listdir(tmp_path) == []


def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with holder(path) as process:
        with pytest.raises(RunFileError, match="another run is writing"):
            Lock(path)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert os.listdir(tmp_path) == ["r.jsonl.lock"]
    Lock(path).release()
    assert os.listdir(tmp_path) == []


def test_a_link_to_the_file_is_the_file(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").touch()
    (tmp_path / "link.jsonl").symlink_to("r.jsonl")
    first = Lock(tmp_path / "r.jsonl")
    with pytest.raises(RunFileError, match="another run is writing"):
        Lock(tmp_path / "link.jsonl")
    first.release()


@pytest.mark.parametrize("in_the_way", ["folder", "link"])
def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path, in_the_way: str) -> None:
    lock = tmp_path / "r.jsonl.lock"
    if in_the_way == "folder":
        lock.mkdir()
    else:
        lock.symlink_to("elsewhere")
    with pytest.raises(
        RunFileError, match=r"no lock file can be made beside it \(.*\); write to another folder with -o"
    ):
        Lock(tmp_path / "r.jsonl")
    assert os.listdir(tmp_path) == ["r.jsonl.lock"]


def test_a_device_is_not_locked() -> None:
    Lock(Path(os.devnull)).release()
    assert not os.path.exists(f"{os.devnull}.lock")


def test_a_file_of_several_names_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "b.jsonl").hardlink_to(tmp_path / "a.jsonl")
    with pytest.raises(RunFileError, match=r"b\.jsonl' has 2 names \(hard links\)"):
        Lock(tmp_path / "b.jsonl")


def test_links_in_a_circle_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "loop.jsonl").symlink_to("loop.jsonl")
    with pytest.raises(RunFileError, match=r"cannot write .*loop\.jsonl': Too many levels of symbolic links"):
        Lock(tmp_path / "loop.jsonl")
