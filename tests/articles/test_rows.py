"""Articles from JSON: rows, lists, documents, and what is wrong with them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable, count_articles, read_articles


def file(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def texts(source: str) -> list[str]:
    return [item.text if isinstance(item, Article) else item.reason for item in read_articles([source])]


def test_jsonl_rows(tmp_path: Path) -> None:
    rows: list[object] = [
        {
            "id": "x",
            "text": "Body.",
            "title": "Headline",
            "published": "2026-03-04T05:06:07Z",
            "url": "https://e.org/x",
        },
        {"id": 0, "text": "Headline\nBody\u2028goes on.", "title": "Headline", "published": None},
        {"text": "No id.", "published": "", "title": ""},
    ]
    content = "\ufeff" + "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    source = file(tmp_path, "feed.jsonl", content)
    assert list(read_articles([source], published=date(2026, 1, 1))) == [
        Article("x", "Headline\n\nBody.", f"{source}:1", date(2026, 3, 4), "Headline", "https://e.org/x"),
        Article("0", "Headline\nBody\u2028goes on.", f"{source}:3", date(2026, 1, 1), "Headline"),
        # the beginning of what sha256sum says of "No id."
        Article("feed-82032fe2", "No id.", f"{source}:5", date(2026, 1, 1)),
    ]


def test_a_row_without_an_id_keeps_its_name_when_lines_move(tmp_path: Path) -> None:
    old, new = ('{"text": "Old."}\n', '{"text": "New."}\n')
    (before,) = read_articles([file(tmp_path, "feed.jsonl", old)])
    _, after = read_articles([file(tmp_path, "feed.jsonl", new + old)])
    assert before.id == after.id


NEEDS = 'an article in JSON is a string, or an object with a string under "text"'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"text": ' + "[" * 100_000, "not JSON"),
        ("[1]", NEEDS),
        ("17", NEEDS),
        ('{"text": null}', f"{NEEDS}; this one has ['text']"),
        ('{"body": "One died.", "headline": "Blast"}', f"{NEEDS}; this one has ['body', 'headline']"),
        ('{"text": " "}', "empty"),
        ('{"text": "half \\ud83d of a pair"}', "not text: half of a surrogate pair, '\\ud83d', at character 5"),
        ('{"text": "a\\u0000b"}', "not text: it holds NUL, at character 1"),
        ('{"text": "a\x00b"}', "a binary file"),
        ('{"text": "' + "x" * 60 + '"}', "60 characters, over the limit of 50"),
        ('{"text": "A.", "published": "not a date"}', "'published' is 'not a date', not an ISO 8601 day such as"),
        ('{"text": "A.", "published": "2026-02-31"}', "'published' is '2026-02-31', not an ISO 8601 day"),
        ('{"text": "A.", "published": "2026-02-20garbage"}', "'published' is '2026-02-20garbage', not an ISO"),
        ('{"text": "A.", "published": 20260220}', "'published' is 20260220, not an ISO 8601 day"),
        ('{"text": "A.", "published": ["2026-02-20"]}', "'published' is ['2026-02-20'], not an ISO 8601 day"),
        ('{"text": "A.", "published": false}', "'published' is False, not an ISO 8601 day"),
        ('{"text": "A.", "published": ' + "9" * 400 + "}", "'published' is 99999"),
        ('{"text": "A.", "published": ' + "9" * 5000 + "}", "not JSON: Exceeds the limit"),
        ('{"text": "A.", "title": 7}', "'title' is 7, not a string"),
        ('{"text": "A.", "url": {}}', "'url' is {}, not a string"),
        ('{"text": "A.", "id": {"$oid": "5"}}', "'id' is {'$oid': '5'}, neither a string nor a whole number"),
        ('{"text": "A.", "id": true}', "'id' is True, neither a string nor a whole number"),
        (" " * 200_000, "a line of over 100600 bytes"),
    ],
)  # fmt: skip
def test_a_bad_line_is_a_row_of_its_own(tmp_path: Path, line: str, reason: str) -> None:
    source = file(tmp_path, "feed.jsonl", f'{{"text": "Fine."}}\n{line}\n{{"text": "Fine."}}\n')
    good, bad, other = read_articles([source], max_chars=50)
    assert isinstance(bad, Unreadable)
    assert (bad.id, bad.source) == ("feed-2", f"{source}:2")
    assert bad.reason.startswith(reason)
    assert len(bad.reason) < 250
    assert isinstance(good, Article)
    assert isinstance(other, Article)


def test_a_bad_row_is_known_by_its_id(tmp_path: Path) -> None:
    (bad,) = read_articles([file(tmp_path, "feed.jsonl", '{"id": "x", "text": 5}')])
    assert bad.id == "x"


@pytest.mark.parametrize(
    "value", ["2026-03-04", " 2026-03-04 ", "2026-03-04T23:59:59-11:00", "20260304", "2026-03-04 05:06"]
)
def test_iso_days_with_and_without_time(tmp_path: Path, value: str) -> None:
    (item,) = read_articles([file(tmp_path, "a.jsonl", json.dumps({"text": "A.", "published": value}))])
    assert isinstance(item, Article)
    assert item.published == date(2026, 3, 4)


def test_lines_are_read_one_by_one(tmp_path: Path) -> None:
    source = file(tmp_path, "feed.jsonl", '{"text": "First."}\n')
    found = read_articles([source])
    assert next(found).id.startswith("feed-")
    with Path(source).open("a", encoding="utf-8") as stream:
        stream.write('{"text": "Second."}\n')
    assert next(found).id.startswith("feed-")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("feed.jsonl", "\n\n", "empty: there is no text to read"),
        ("feed.jsonl", b"\x1f\x8b\x08 gz", "a gzip archive, which is not read"),
        ("feed.jsonl", '{"text": "A."}\n'.encode("utf-16"), "UTF-16, and JSON lines are UTF-8"),
        ("feed.jsonl", '{"text": "A."}\n'.encode("utf-16-le"), "UTF-16LE, and JSON lines are UTF-8"),
        (
            "feed.jsonl",
            '{"format": "attested-run-1", "signature": {}}\n',
            "a run file, which holds results, not articles",
        ),
        ("a.json", "", "empty: there is no text to read"),
        ("a.json", "[]", "an empty list: there is no text to read"),
        ("a.json", "{not json", "not JSON"),
        ("a.json", "Plain text.", "not JSON"),
        ("a.json", "17", NEEDS),
        ("a.json", "null", NEEDS),
        ("a.json", '{"articles": [{"text": "A."}]}', f"{NEEDS}; this one has ['articles']"),
        ("a.json", "[" * 100_000, "not JSON"),
        ("a.json", '""', "empty: there is no text to read"),
    ],
)
def test_a_file_that_holds_no_article_says_so_once(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    source = file(tmp_path, name, content)
    (item,) = read_articles([source])
    assert isinstance(item, Unreadable)
    assert (item.id, item.source) == (name.partition(".")[0], source)
    assert item.reason.startswith(reason)


def test_a_document_is_a_string_an_object_or_a_list(tmp_path: Path) -> None:
    assert texts(file(tmp_path, "a.json", '"Two died."')) == ["Two died."]
    assert texts(file(tmp_path, "a.json", '{"title": "Blast", "text": "Two died."}')) == ["Blast\n\nTwo died."]
    assert texts(file(tmp_path, "a.json", '["One.", {"text": "Two."}, 3]')) == ["One.", "Two.", NEEDS]


def test_articles_of_a_document_have_names_and_places(tmp_path: Path) -> None:
    (alone,) = read_articles([file(tmp_path, "a.json", '{"text": "Two died."}')])
    assert (alone.id, alone.source) == ("a", str(tmp_path / "a.json"))
    first, second = read_articles([file(tmp_path, "b.json", '[{"id": "x", "text": "One."}, 3]')])
    assert (first.id, first.source) == ("x", f"{tmp_path}/b.json:1")
    assert (second.id, second.source) == ("b-2", f"{tmp_path}/b.json:2")


def test_articles_are_counted_without_being_read(tmp_path: Path) -> None:
    rows = file(tmp_path, "a.jsonl", '{"text": "A."}\n{"text": "B."}')
    ended = file(tmp_path, "b.ndjson", '{"text": "A."}\nnot JSON\n')
    empty = file(tmp_path, "c.jsonl", "")
    (tmp_path / "texts").mkdir()
    for name in ("a.txt", "b.md", "c.exe"):
        file(tmp_path / "texts", name, "Text.")
    inputs = [rows, ended, empty, str(tmp_path / "texts")]
    assert count_articles(inputs) == 2 + 2 + 0 + 2
    assert [count_articles([*inputs, each]) for each in ("-", "https://news.example/feed")] == [None, None]
    assert count_articles([file(tmp_path, "d.jsonl.gz", b"")]) is None


def test_rows_of_parquet_are_counted_too(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"text": ["A.", "B.", "C."]}), tmp_path / "a.parquet")
    assert count_articles([str(tmp_path / "a.parquet")]) == 3
    assert count_articles([file(tmp_path, "b.parquet", b"no")]) == 1


def test_rows_are_read_when_it_is_their_turn(tmp_path: Path) -> None:
    source = file(tmp_path, "a.jsonl", '{"id": "a", "text": "A."}\n' * 50_000)
    found = read_articles([source])
    first = next(found)
    file(tmp_path, "a.jsonl", "")
    assert first.id == "a"
    assert len(list(found)) < 49_000  # what was in a buffer
