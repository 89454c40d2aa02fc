"""Inputs at addresses of file systems: read as the same files here are."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from extract.articles import Article, Skipped, Unreadable, count_articles, origin_of, read_articles
from extract.articles.stored import open_stored
from extract.errors import ArticleError, UsageError
from extract.files.stored import Folder, below

pytest.importorskip("pyarrow")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import pyarrow
    from pyarrow import parquet

    (tmp_path / "in" / "deep").mkdir(parents=True)
    rows = [{"id": f"r{number}", "text": f"A Wren, {number}."} for number in range(3)]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (tmp_path / "in" / "rows.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "in" / "deep" / "packed.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "in" / "table.parquet")
    (tmp_path / "in" / "deep" / "a.txt").write_text("An Owl.", encoding="utf-8")
    (tmp_path / "in" / "README.md").write_text("not read", encoding="utf-8")
    (tmp_path / "in" / ".hidden.txt").write_text("not read", encoding="utf-8")
    return tmp_path / "in"


def read(*inputs: str) -> list[Article | Unreadable]:
    return list(read_articles(inputs))


def test_a_folder_is_read_as_here(folder: Path) -> None:
    skipped: list[Skipped] = []
    there = list(read_articles([folder.as_uri()], skipped=skipped.append))
    here = read(str(folder))
    assert {replace(each, source="") for each in there} == {replace(each, source="") for each in here}
    assert len(there) == 10
    assert {each.source for each in there if each.id == "r0"} == {f"{folder.as_uri()}/deep/packed.jsonl.gz:1"}
    assert sorted(each.reason for each in skipped) == ["README", "hidden"]


@pytest.mark.parametrize("name", ["rows.jsonl", "deep/packed.jsonl.gz", "table.parquet", "deep/a.txt"])
def test_a_file_is_read_as_here(folder: Path, name: str) -> None:
    there, here = read(f"{folder.as_uri()}/{name}"), read(str(folder / name))
    assert [replace(each, source="") for each in there] == [replace(each, source="") for each in here]
    assert len(there) in (1, 3)


def test_what_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder: 'file:///nowhere/at/all'"):
        read("file:///nowhere/at/all")
    with pytest.raises(UsageError, match="cannot be reached"):
        read("hdfs://nowhere:1/x")
    with pytest.raises(ArticleError, match="cannot be read"):
        open_stored(f"{folder.as_uri()}/gone.txt")


def test_nobody_counts_what_is_far(folder: Path) -> None:
    assert count_articles([folder.as_uri()]) is None


def test_an_address_is_the_same_from_every_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = origin_of("s3://bucket/rows.jsonl:3")
    monkeypatch.chdir(folder)
    assert origin_of("s3://bucket/rows.jsonl:4") == first != origin_of("s3://bucket/other.jsonl:4")


def test_a_file_may_be_called_anything(tmp_path: Path) -> None:
    folder = tmp_path / "in put ü"
    (folder / "50%").mkdir(parents=True)
    for name in ("a b.txt", "50%/c%20d#1?.txt", "ü.txt"):
        (folder / name).write_text(f"An Owl, {name}.", encoding="utf-8")
    here = read(str(folder))
    assert [each.id for each in here if isinstance(each, Article)] == ["c%20d#1?", "a b", "ü"]
    for address in (folder.as_uri(), f"file://{folder}/", f"{folder.as_uri()}?how=so"):
        there = read(address)
        assert [replace(each, source="") for each in there] == [replace(each, source="") for each in here]
    assert [replace(each, source="") for each in read(f"{folder.as_uri()}/a%20b.txt?how=so")] == [
        replace(here[1], source="")
    ]
    assert below("s3://bucket/big/?region=x", "recordings") == "s3://bucket/big/recordings?region=x"


def test_an_address_that_nobody_answers_is_not_asked_for_ever() -> None:
    files = Folder("gs://anonymous@bucket/in put").fs
    assert files == Folder("gs://anonymous@bucket/?retry_limit_seconds=30").fs
    assert files != Folder("gs://anonymous@bucket/?retry_limit_seconds=31").fs


@pytest.mark.parametrize(
    "address",
    [
        "s3://AKIA1234:v3rys3cr3t@bucket/articles",
        "abfs://:v3rys3cr3t@account.dfs.core.windows.net/container",
        "abfs://c@account.dfs.core.windows.net/x?client_secret=v3rys3cr3t",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(UsageError, match="in the environment") as caught:
        Folder(address)
    assert "v3rys3cr3t" not in str(caught.value)
