"""Which files of a folder are read, and which are told instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.articles import Skipped, Unreadable, read_articles
from extract.articles.folders import skipped_line
from extract.errors import UsageError


def fill(folder: Path, *names: str, content: str = "Text.") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def read(folder: Path, *more: str) -> tuple[list[str], list[Skipped]]:
    skipped: list[Skipped] = []
    found = list(read_articles([str(folder), *more], skipped=skipped.append))
    return [os.path.relpath(item.source, folder) for item in found], skipped


def test_a_folder_is_read_in_order_and_in_depth(tmp_path: Path) -> None:
    fill(tmp_path, "b.txt", "a.md", "sub/c.TXT", "sub/deeper/d.html")
    assert read(tmp_path)[0] == ["a.md", "b.txt", "sub/c.TXT", "sub/deeper/d.html"]


def test_what_is_not_read_is_told_with_a_reason(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.ODT", "c.doc", "d.json", "e.png", "sub/f.odt", "notes", "README.md", "sub/readme.txt")
    fill(tmp_path, "LICENSE.txt", ".hidden.txt", ".git/config.txt", "readmes/g.txt", "readmeal.txt")
    found, skipped = read(tmp_path)
    assert found == ["a.txt", "readmeal.txt", "readmes/g.txt"]
    assert [(os.path.relpath(each.source, tmp_path), each.reason) for each in skipped] == [
        (".git", "hidden"), (".hidden.txt", "hidden"), ("LICENSE.txt", "LICENSE"), ("README.md", "README"),
        ("b.ODT", ".odt"), ("c.doc", ".doc"), ("d.json", ".json"), ("e.png", ".png"), ("notes", "no ending"),
        ("sub/f.odt", ".odt"), ("sub/readme.txt", "README"),
    ]  # fmt: skip
    assert skipped_line(skipped) == (
        "skipped 11 files: 2 hidden, 2 README, 2 .odt, 1 LICENSE, 1 .doc, 1 .json, 1 .png, 1 no ending"
    )
    assert skipped_line(skipped[:1]) == "skipped 1 file: 1 hidden"


def test_what_is_named_is_read(tmp_path: Path) -> None:
    fill(tmp_path, "README.md", ".hidden.txt", "no-ending", ".folder/a.txt")
    named = [str(tmp_path / name) for name in ("README.md", ".hidden.txt", "no-ending", ".folder")]
    assert [item.id for item in read_articles(named)] == ["README", ".hidden", "no-ending", "a"]


def test_a_run_file_in_a_folder_is_none_of_its_articles(tmp_path: Path) -> None:
    fill(tmp_path, "a.jsonl", content='{"text": "One."}\n')
    fill(tmp_path, "r.jsonl", content='{"format": "attested-run-1", "signature": {}}\n')
    found, skipped = read(tmp_path)
    assert found == ["a.jsonl:1"]
    assert [each.reason for each in skipped] == ["run file"]


def test_a_folder_without_articles_is_a_usage_error_that_says_what_it_holds(tmp_path: Path) -> None:
    fill(tmp_path, "a.odt", "b.odt")
    with pytest.raises(UsageError, match=r"holds no article: looked for \.txt, .*; skipped 2 files: 2 \.odt$"):
        read(tmp_path)


def test_a_link_to_a_folder_is_not_followed_so_that_none_goes_in_circles(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    found, skipped = read(tmp_path)
    assert found == ["a.txt", "sub/b.txt"]
    assert [each.reason for each in skipped] == ["link to a folder"]
    assert [item.id for item in read_articles([str(tmp_path / "sub" / "up")])] == ["a", "b"]


def test_a_folder_that_cannot_be_read_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.txt", "locked/b.txt")
    scandir = os.scandir

    def refuse(path: str) -> object:  # patched, for whoever runs as root may read everything
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    article, locked = read_articles([str(tmp_path)])
    assert article.id == "a"
    assert locked == Unreadable("locked", f"{tmp_path}/locked", "a folder that cannot be read: Permission denied")
