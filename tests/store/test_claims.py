"""Claims: one process at a time, and none that outlives its process."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extract.errors import StoreError
from extract.store.claims import claimed, forget_claims

HOLDER = """
    import sys
    from pathlib import Path
    from extract.store.claims import claimed
    with claimed(Path(sys.argv[1]), "k", print):
        print("claimed", flush=True)
        sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that claims a request and keeps it until it is killed."""
    code = textwrap.dedent(HOLDER)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "claimed\n"
    return process


def nobody(claimant: str) -> None:
    raise AssertionError(f"{claimant} was waited for")


def test_a_claim_is_one_s_until_it_is_released(tmp_path: Path) -> None:
    order: list[str] = []
    waits = threading.Event()

    def wait(claimant: str) -> None:
        order.append("waits")
        waits.set()

    def second() -> None:
        with claimed(tmp_path, "k", wait):
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        with claimed(tmp_path, "k", nobody):
            other = pool.submit(second)
            assert waits.wait(10)
            with claimed(tmp_path, "other", nobody):
                order.append("first")
        other.result(10)
    assert order == ["waits", "first", "second"]
    assert list(tmp_path.iterdir()) == []


def test_the_claim_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    process = holder(tmp_path)

    def kill(claimant: str) -> None:
        assert claimant == f"another run (process {process.pid})"
        process.kill()
        process.communicate()

    with claimed(tmp_path, "k", kill):
        assert process.returncode is not None
    killed = holder(tmp_path)
    killed.kill()
    killed.communicate()
    with claimed(tmp_path, "k", nobody):
        pass


def test_files_of_killed_processes_can_be_cleaned_away(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    assert len(list(tmp_path.iterdir())) == 1
    forget_claims(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"x", b"9" * 9999, b"\xff\x1b[2J"])
def test_whatever_the_file_says_it_is_only_told_to_people(tmp_path: Path, data: bytes) -> None:
    process = holder(tmp_path)
    tmp_path.joinpath("k.lock").write_bytes(data)
    told: list[str] = []

    def kill(claimant: str) -> None:
        told.append(claimant)
        process.kill()
        process.communicate()

    with claimed(tmp_path, "k", kill):
        assert told[0] in ("another run", f"another run (process {'9' * 20})")


def test_a_file_that_nobody_holds_keeps_nobody_waiting(tmp_path: Path) -> None:
    tmp_path.joinpath("k.lock").write_bytes(b"7")
    with claimed(tmp_path, "k", nobody):
        pass


def test_where_no_file_can_be_made_it_is_an_error(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_bytes(b"")
    for folder in (tmp_path / "file", tmp_path / "not" / "there"):
        with pytest.raises(StoreError, match="no file can be locked in"), claimed(folder, "k", nobody):
            raise AssertionError("it was claimed")
