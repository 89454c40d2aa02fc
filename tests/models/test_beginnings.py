"""Beginnings of prompts on disk: what is found again, what never is, and that nothing goes wrong for want of a file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import extract.models.beginnings
from extract.models.beginnings import Beginnings


@pytest.fixture
def kept(tmp_path: Path) -> Beginnings:
    """An empty folder."""
    beginnings = Beginnings(tmp_path / "cache" / "beginnings")
    assert beginnings.ready()
    return beginnings


def keep(beginnings: Beginnings, key: str, content: bytes = b"keys and values") -> str | None:
    """Keeps a file as the server would write it."""

    def save(name: str) -> bool:
        (beginnings.folder / name).write_bytes(content)
        return True

    beginnings.keep(key, save)
    return beginnings.find(key)


def test_what_was_kept_is_found_under_its_key_alone(kept: Beginnings) -> None:
    name = keep(kept, "one")
    assert name is not None
    assert (kept.folder / name).read_bytes() == b"keys and values"
    assert kept.find("two") is None
    assert os.listdir(kept.folder) == [name]


def test_nobody_else_can_write_what_is_loaded(kept: Beginnings) -> None:
    name = keep(kept, "one") or ""
    assert kept.folder.stat().st_mode & 0o777 == 0o700
    assert (kept.folder / name).stat().st_mode & 0o777 == 0o600
    (kept.folder / name).chmod(0o666)
    assert kept.find("one") is None
    assert os.listdir(kept.folder) == []


@pytest.mark.parametrize("content", [b"keys and valueS", b"keys", b""])
def test_a_damaged_file_is_removed(kept: Beginnings, content: bytes) -> None:
    (kept.folder / (keep(kept, "one") or "")).write_bytes(content)
    assert kept.find("one") is None
    assert os.listdir(kept.folder) == []


def test_a_link_is_no_file_of_ours(kept: Beginnings, tmp_path: Path) -> None:
    name = keep(kept, "one") or ""
    (kept.folder / name).rename(tmp_path / "elsewhere")
    (kept.folder / name).symlink_to(tmp_path / "elsewhere")
    assert kept.find("one") is None
    assert (tmp_path / "elsewhere").exists()


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    assert not Beginnings(tmp_path / "shared").ready()
    (tmp_path / "file").touch()
    assert not Beginnings(tmp_path / "file" / "inside").ready()


@pytest.mark.parametrize("written", [b"", b"half"])
def test_what_the_server_could_not_write_leaves_nothing(kept: Beginnings, written: bytes) -> None:
    def save(name: str) -> bool:
        (kept.folder / name).write_bytes(written)
        return False

    kept.keep("one", save)
    kept.keep("one", lambda name: False)
    kept.keep("one", lambda name: True)  # it says so, and there is no file
    assert kept.find("one") is None
    assert os.listdir(kept.folder) == []


def test_a_full_disk_is_not_written_to(kept: Beginnings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract.models.beginnings, "_SPARE", 1 << 62)
    assert keep(kept, "one") is None
    assert os.listdir(kept.folder) == []


def test_a_folder_that_is_gone_is_no_fault(kept: Beginnings) -> None:
    kept.folder.rmdir()
    kept.keep("one", lambda name: True)
    assert kept.find("one") is None


def test_the_one_used_longest_ago_goes(kept: Beginnings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract.models.beginnings, "MOST", 4 * len(b"keys and values"))
    for number in range(4):
        os.utime(kept.folder / str(keep(kept, f"key{number}")), (1000 - number,) * 2)
    kept.find("key3")  # used now
    keep(kept, "another")
    assert kept.find("key2") is None
    assert all(kept.find(key) for key in ("another", "key0", "key1", "key3"))


def test_odd_things_in_the_folder_hold_nothing_up(kept: Beginnings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract.models.beginnings, "MOST", 20)
    (kept.folder / "x.kv").symlink_to(kept.folder / "nowhere")
    (kept.folder / "one-0.kv").mkdir()
    (kept.folder / "y.part").mkdir()
    for key in ("zero", "one"):
        assert keep(kept, key) is not None
    assert kept.find("zero") is None
    assert kept.ready()


def test_what_the_server_does_not_take_is_dropped(kept: Beginnings) -> None:
    kept.drop(str(keep(kept, "one")))
    kept.drop("none.kv")
    assert os.listdir(kept.folder) == []


def test_what_a_killed_process_left_goes_an_hour_later(kept: Beginnings) -> None:
    for name, age in (("old.1.part", 4000), ("new.2.part", 60)):
        (kept.folder / name).write_bytes(b"half")
        os.utime(kept.folder / name, (time.time() - age,) * 2)
    assert kept.ready()
    assert os.listdir(kept.folder) == ["new.2.part"]


def test_a_folder_that_cannot_be_read_is_no_fault(kept: Beginnings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Path, pattern: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "glob", fails)
    assert kept.find("one") is None
