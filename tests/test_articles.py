"""Reading articles in every form they come in."""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable, read_articles
from extract.errors import UsageError


def file(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def one_article(*inputs: str, published: date | None = None) -> Article:
    (item,) = read_articles(list(inputs), published=published)
    assert isinstance(item, Article), item
    return item


def one_reason(*inputs: str, max_chars: int = 200_000) -> str:
    (item,) = read_articles(list(inputs), max_chars=max_chars)
    assert isinstance(item, Unreadable), item
    return item.reason


def test_a_text_is_kept_character_for_character(tmp_path: Path) -> None:
    text = "Line one\r\n\ttwo \u00a0 “three”\u2028four\x0c\n\n"
    article = one_article(file(tmp_path, "blast.txt", text))
    assert article == Article("blast", text, str(tmp_path / "blast.txt"))
    # sha256sum of the same bytes
    assert Article("a", "abc", "").sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert one_article(file(tmp_path, "a.txt", b"\xef\xbb\xbfKyiv")).text == "Kyiv"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Caf\u00e9".encode("latin-1"), "not UTF-8: byte 0xe9 at offset 3; convert it first: iconv"),
        (b"\x7fELF\x00\x01", "a binary file, not text"),
        ("Kyiv".encode("utf-16"), "a binary file, not text"),
        (b"", "empty: there is no text to read"),
        (b" \n\t\r\n", "empty: there is no text to read"),
        (b"\xef\xbb\xbf", "empty: there is no text to read"),
        (b"x" * 51, "51 characters, over the limit of 50; raise it with --max-chars"),
    ],
    ids=["latin-1", "binary", "utf-16", "empty", "blank", "only-bom", "too-long"],
)
def test_what_is_no_article_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    assert one_reason(file(tmp_path, "a.txt", content), max_chars=50).startswith(reason)


def test_a_file_that_cannot_be_opened_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:  # patched, for whoever runs as root may read everything
        raise PermissionError(13, "Permission denied")

    source = file(tmp_path, "a.txt", "Text.")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert one_reason(source) == "cannot be read: Permission denied"


def test_a_bad_input_does_not_stop_the_others(tmp_path: Path) -> None:
    inputs = [file(tmp_path, "a.txt", "A."), file(tmp_path, "b.txt", b"\xff"), file(tmp_path, "c.md", "C.")]
    assert [type(item) for item in read_articles(inputs)] == [Article, Unreadable, Article]


def test_a_missing_input_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file or folder: '.*gone\.txt'"):
        list(read_articles([str(tmp_path / "gone.txt")]))


def test_a_folder_is_read_in_order_and_in_depth(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.TXT", "picture.png", "notes.pdf"):
        file(tmp_path, name, "Text.")
    assert [item.id for item in read_articles([str(tmp_path)])] == ["a", "b", "c"]


def test_a_folder_without_articles_is_a_usage_error(tmp_path: Path) -> None:
    file(tmp_path, "picture.png", b"\x00")
    with pytest.raises(UsageError, match=r"holds no article: looked for \.txt"):
        list(read_articles([str(tmp_path)]))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\ufeffВибух у місті.".encode()), encoding="ascii"))
    assert one_article("-") == Article("stdin", "Вибух у місті.", "-", embedded=True)


def test_ids_are_unique_whatever_the_names(tmp_path: Path) -> None:
    inputs = [file(tmp_path, name, "Text.") for name in ("a.txt", "x/a.txt", "a-2.txt", "y/a.txt")]
    inputs.append(file(tmp_path, "z/a.txt", b"\xff"))
    found = list(read_articles(inputs))
    assert [item.id for item in found] == ["a", "a-2", "a-2-2", "a-3", "a-4"]
    assert [item.source for item in found] == inputs


def test_a_file_name_that_is_not_utf8_can_be_written_to_a_run(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    try:
        Path(path).write_text("Text.", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    article = one_article(path)
    assert (article.id, article.source) == ("caf\\udce9", f"{tmp_path}/caf\\udce9.txt")


def test_jsonl_rows(tmp_path: Path) -> None:
    rows: list[object] = [
        {"id": "x", "text": "Body.", "title": "Headline", "published": "2026-03-04T05:06:07Z"},
        {"id": 0, "text": "Headline\nBody\u2028goes on.", "title": "Headline"},
        {"text": "No id.", "published": "last week", "title": 7},
    ]
    content = "\ufeff" + "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    source = file(tmp_path, "feed.jsonl", content)
    assert list(read_articles([source], published=date(2026, 1, 1))) == [
        Article("x", "Headline\n\nBody.", f"{source}:1", date(2026, 3, 4), "Headline", embedded=True),
        Article("0", "Headline\nBody\u2028goes on.", f"{source}:3", date(2026, 1, 1), "Headline", embedded=True),
        Article("feed-5", "No id.", f"{source}:5", date(2026, 1, 1), None, embedded=True),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", 'a JSONL line needs an object with a string under "text"'),
        ('{"text": null}', 'a JSONL line needs an object with a string under "text"'),
        ('{"text": " "}', "empty"),
        ('{"text": "half \\ud83d of a pair"}', "not text: half of a surrogate pair, '\\ud83d', at character 5"),
        ('{"text": "' + "x" * 60 + '"}', "60 characters, over the limit of 50"),
    ],
    ids=["broken", "deep", "list", "null", "blank", "surrogate", "long"],
)
def test_a_bad_jsonl_line_is_a_row_of_its_own(tmp_path: Path, line: str, reason: str) -> None:
    source = file(tmp_path, "feed.jsonl", f'{line}\n{{"text": "Fine."}}\n')
    bad, good = read_articles([source], max_chars=50)
    assert isinstance(bad, Unreadable)
    assert (bad.id, bad.source) == ("feed-1", f"{source}:1")
    assert bad.reason.startswith(reason)
    assert isinstance(good, Article)


def test_an_empty_jsonl_file_is_not_passed_over(tmp_path: Path) -> None:
    assert one_reason(file(tmp_path, "feed.jsonl", "\n\n")) == "empty: there is no text to read"


BODY = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "A drone struck a grain depot in the village of Vartograd late on Tuesday, local officials said.",
        "Two people were hurt and taken to the district hospital, the mayor wrote on his page on Wednesday.",
        "Firefighters needed four hours to put out the blaze, which spread over two hundred square metres.",
    )
)
PAGE = f"""<!DOCTYPE html><html><head><title>Depot struck | The Paper</title>
<meta property="og:title" content="Depot struck">
<meta property="article:published_time" content="2026-03-04T05:06:07Z"></head>
<body><nav><a href="x">Menu of sections</a></nav><article><h1>Depot struck</h1>{BODY}</article>
<footer>All rights reserved by nobody</footer></body></html>"""


@pytest.mark.parametrize("name", ["page.html", "page.HTM", "page.txt"])
def test_the_article_in_a_page_is_found(tmp_path: Path, name: str) -> None:
    article = one_article(file(tmp_path, name, PAGE))
    assert (article.id, article.title, article.published) == ("page", "Depot struck", date(2026, 3, 4))
    assert article.text.startswith("Depot struck\n")
    assert "taken to the district hospital" in article.text
    assert "Menu of sections" not in article.text
    assert "All rights reserved" not in article.text
    assert article.embedded


def test_a_given_day_wins_over_the_one_guessed_from_a_page(tmp_path: Path) -> None:
    assert one_article(file(tmp_path, "p.html", PAGE), published=date(2026, 1, 2)).published == date(2026, 1, 2)


def test_a_page_without_an_article_says_so(tmp_path: Path) -> None:
    page = "<!doctype html><html><head><title>T</title></head><body></body></html>"
    assert one_reason(file(tmp_path, "p.html", page)).startswith("an HTML page in which no article was found")
