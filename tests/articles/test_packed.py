"""Rows in gzip and Parquet files."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extract.articles import Article, Unreadable, read_articles
from extract.articles import packed as packed_module
from extract.errors import UsageError

ROWS = [
    {"id": "a", "text": "One blast.", "title": "Blast", "published": "2026-11-20", "url": "https://news.example/a"},
    {"id": "b", "text": "Two blasts."},
    {"text": "Three blasts."},
]


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def read(path: Path) -> list[Article | Unreadable]:
    return list(read_articles([str(path)]))


def reasons(path: Path) -> list[str]:
    return [item.reason for item in read(path) if isinstance(item, Unreadable)]


def test_packed_rows_are_read_like_others(tmp_path: Path) -> None:
    plain, packed = tmp_path / "r.jsonl", tmp_path / "sub" / "r.jsonl.gz"
    packed.parent.mkdir()
    plain.write_bytes(lines(ROWS))
    packed.write_bytes(gzip.compress(lines(ROWS)))
    one, other = read(plain), read(packed)
    assert [(item.id, getattr(item, "text", "")) for item in other] == [
        (item.id, getattr(item, "text", "")) for item in one
    ]
    assert [item.source.rpartition("/")[2] for item in other] == ["r.jsonl.gz:1", "r.jsonl.gz:2", "r.jsonl.gz:3"]
    assert len(read(tmp_path)) == 6


def test_a_packed_file_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "text": f"Blast {number * 7919} in town {number * 104729}."} for number in range(20_000)
    ]
    (tmp_path / "r.jsonl.gz").write_bytes(gzip.compress(lines(rows))[:-5_000])
    found = read(tmp_path / "r.jsonl.gz")
    assert len(found) > 10_000
    assert isinstance(found[-1], Unreadable)
    assert found[-1].reason == "a gzip file that is broken or cut off"
    (tmp_path / "n.jsonl.gz").write_bytes(b"no gzip")
    assert reasons(tmp_path / "n.jsonl.gz") == ["a gzip file that is broken or cut off"]


@pytest.mark.parametrize("bomb", [b"\0" * 100_000_000, b"\n" * 100_000_000], ids=["one line", "many"])
def test_a_gzip_bomb_is_left_at_a_bound(tmp_path: Path, bomb: bytes) -> None:
    (tmp_path / "r.jsonl.gz").write_bytes(gzip.compress(lines(ROWS[:1])) + gzip.compress(bomb))
    assert reasons(tmp_path / "r.jsonl.gz") == ["a gzip file that unpacks to over 100 times its size, which is no text"]
    assert read(tmp_path / "r.jsonl.gz")[0].id == "a"


def test_parquet_rows(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason='needs pip install ".[parquet]"')
    pq = pytest.importorskip("pyarrow.parquet")
    table = {
        "id": ["a", None, "c"],
        "text": ["One.", "Two.", None],
        "published": [date(2026, 11, 20), date(2026, 11, 21), None],
        "other": [{"x": 1}] * 3,
    }
    pq.write_table(pa.table(table), tmp_path / "r.parquet")
    found = read(tmp_path / "r.parquet")
    assert [(item.text, item.published) for item in found if isinstance(item, Article)] == [
        ("One.", date(2026, 11, 20)),
        ("Two.", date(2026, 11, 21)),
    ]
    assert found[0].id == "a"
    assert isinstance(found[2], Unreadable)
    pq.write_table(pa.table({"words": ["One."]}), tmp_path / "w.parquet")
    assert "without a column 'text'; it has ['words']" in reasons(tmp_path / "w.parquet")[0]
    (tmp_path / "n.parquet").write_bytes(b"PAR1 none")
    assert "cannot be read" in reasons(tmp_path / "n.parquet")[0]


def test_without_the_extra_parquet_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_module, "find_spec", lambda name: None)
    (tmp_path / "r.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"\.\[parquet\]"):
        read(tmp_path / "r.parquet")


def test_a_day_out_of_range_leaves_the_other_rows(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason='needs pip install ".[parquet]"')
    pq = pytest.importorskip("pyarrow.parquet")
    days = pa.array([20_000, 10**7, None], pa.date32())
    pq.write_table(pa.table({"text": ["One.", "Two.", "Three."], "published": days}), tmp_path / "r.parquet")
    assert [type(item) for item in read(tmp_path / "r.parquet")] == [Article, Unreadable, Article]
    assert "out of range" in reasons(tmp_path / "r.parquet")[0]


@pytest.mark.parametrize("as_dictionary", [True, False])
def test_a_parquet_bomb_is_left_at_a_bound(tmp_path: Path, as_dictionary: bool) -> None:
    pa = pytest.importorskip("pyarrow", reason='needs pip install ".[parquet]"')
    pq = pytest.importorskip("pyarrow.parquet")
    words = pa.array(["a" * 100_000])
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), words)  # 10 GB if it is unfolded
    pq.write_table(pa.table({"text": many}), tmp_path / "r.parquet", store_schema=as_dictionary)
    found = read(tmp_path / "r.parquet")
    assert 50 < len(found) < 200
    said = "a Parquet file that unpacks to over 100 times its size, which is no text"
    assert [item.reason for item in found if isinstance(item, Unreadable)] == [said]
    pq.write_table(pa.table({"text": ["a" * 50_000_000]}), tmp_path / "one.parquet", compression="zstd")
    assert reasons(tmp_path / "one.parquet") == [said]
