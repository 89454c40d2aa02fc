"""Claims: one process at a time, and none that outlives its process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from extract.errors import StoreError
from extract.store.claims import claim, claimant, forget_claims

HOLDER = """
    import sys
    from pathlib import Path
    from extract.store.claims import claim
    held = claim(Path(sys.argv[1]), "k")
    print("claimed" if held else "refused", flush=True)
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


def test_a_claim_is_one_s_until_it_is_released(tmp_path: Path) -> None:
    first = claim(tmp_path, "k")
    assert first is not None
    assert claim(tmp_path, "k") is None
    other = claim(tmp_path, "other")
    assert other is not None
    other.close()
    first.close()
    again = claim(tmp_path, "k")
    assert again is not None
    again.close()
    assert list(tmp_path.iterdir()) == []


def test_the_claim_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    process = holder(tmp_path)
    assert claim(tmp_path, "k") is None
    assert claimant(tmp_path, "k") == f"another run (process {process.pid})"
    process.kill()
    process.communicate()
    mine = claim(tmp_path, "k")
    assert mine is not None
    assert claimant(tmp_path, "k") == f"another run (process {os.getpid()})"
    mine.close()


def test_files_of_killed_processes_can_be_cleaned_away(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    assert len(list(tmp_path.iterdir())) == 1
    forget_claims(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"x", b"9" * 9999, b"\xff\x1b[2J"])
def test_whatever_the_file_says_it_is_only_told_to_people(tmp_path: Path, data: bytes) -> None:
    tmp_path.joinpath("k.lock").write_bytes(data)
    assert claimant(tmp_path, "k") in ("another run", f"another run (process {'9' * 20})")
    mine = claim(tmp_path, "k")  # nobody holds it: old files keep nobody waiting
    assert mine is not None
    mine.close()


def test_where_no_file_can_be_made_it_is_an_error(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_bytes(b"")
    with pytest.raises(StoreError, match="no file can be locked in"):
        claim(tmp_path / "file", "k")
    with pytest.raises(StoreError, match="no file can be locked in"):
        claim(tmp_path / "not" / "there", "k")
