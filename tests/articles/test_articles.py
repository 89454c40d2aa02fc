"""Reading articles in every form they come in."""

from __future__ import annotations

import io
import json
import os
import random
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from extract.articles import Article, Remembered, Skipped, UniqueNames, Unreadable, read_articles
from extract.errors import UsageError
from extract.views.export import spreadsheet_cell


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


@pytest.mark.parametrize("name", ["blast.txt", "blast.md", "blast.jsonl"])
def test_lines_that_lead_elsewhere_stay_in_a_text_of_the_user(tmp_path: Path, name: str) -> None:
    text = "Two died in Kyiv.\n\nREAD MORE: Ten die in Lisbon\n\nThe mayor spoke."
    content = json.dumps({"text": text}) if name.endswith("jsonl") else text
    assert one_article(file(tmp_path, name, content)).text == text


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert one_article(file(tmp_path, "a.txt", b"\xef\xbb\xbfKyiv")).text == "Kyiv"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Caf\u00e9".encode("latin-1"), "not UTF-8: byte 0xe9 at offset 3; save it as UTF-8 with"),
        (b"\x7fELF\x00\x01", "a binary file, not text"),
        ("Kyiv".encode("utf-16-le"), "a binary file, not text"),
        (b"Ky\0iv", "a binary file, not text"),
        (b"x" * 9000 + b"\0", "a binary file, not text"),
        (b"", "empty: there is no text to read"),
        (b" \n\t\r\n", "empty: there is no text to read"),
        (b"\xef\xbb\xbf", "empty: there is no text to read"),
        (b"x" * 51, "51 characters, over the limit of 50; raise it with --max-chars"),
    ],
    ids=["latin-1", "binary", "utf-16", "nul", "late-nul", "empty", "blank", "only-bom", "too-long"],
)
def test_what_is_no_article_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    assert one_reason(file(tmp_path, "a.txt", content), max_chars=50).startswith(reason)


def test_a_file_that_cannot_be_opened_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, mode: str) -> bytes:  # patched, for whoever runs as root may read everything
        raise PermissionError(13, "Permission denied")

    source = file(tmp_path, "a.txt", "Text.")
    monkeypatch.setattr(Path, "open", refuse)
    assert one_reason(source) == "cannot be read: Permission denied"


def test_a_bad_input_does_not_stop_the_others(tmp_path: Path) -> None:
    inputs = [file(tmp_path, "a.txt", "A."), file(tmp_path, "b.txt", b"\xff"), file(tmp_path, "c.md", "C.")]
    assert [type(item) for item in read_articles(inputs)] == [Article, Unreadable, Article]


def test_a_missing_input_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file or folder: '.*gone\.txt'"):
        list(read_articles([str(tmp_path / "gone.txt")]))


def standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_standard_input_is_named_after_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, "\ufeffВибух у місті.".encode())
    # the beginning of what sha256sum says of these bytes
    assert one_article("-") == Article("stdin-87801720", "Вибух у місті.", "-")
    standard_input(monkeypatch, b"Another one.")
    assert one_article("-").id != "stdin-87801720"


def test_standard_input_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"x" * 30_000_000)
    assert one_reason("-") == "over the limit of 20 MB for one file"


@pytest.mark.parametrize(
    "data", [b'{"text": "Two died."}', b'[{"text": "Two died."}]', b'\n{"text": "Two died."}\n{}\n']
)
def test_json_from_standard_input_is_read_as_such(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    standard_input(monkeypatch, data)
    first = next(read_articles(["-"]))
    assert isinstance(first, Article)
    assert first.text == "Two died."


@pytest.mark.parametrize(
    "text", ["[Updated] Two died.", "{Two} died.", "[1]\nTwo died.", '"Two died," he said.', "[" * 99]
)
def test_a_text_that_only_looks_like_json_is_a_text(tmp_path: Path, text: str) -> None:
    assert one_article(file(tmp_path, "a.txt", text)).text == text


def test_ids_are_unique_whatever_the_names(tmp_path: Path) -> None:
    names = ("a.txt", "x/a.txt", "x-a.txt", "y/a.txt", "y/a.htm", "y/1/b.txt", "z/1/b.txt")
    inputs = [file(tmp_path, name, "Text.") for name in names]
    inputs.append(file(tmp_path, "z/a.txt", b"\xff"))
    found = list(read_articles(inputs))
    assert [item.id for item in found] == ["a", "x-a", "x-a-2", "y-a", "y-a-2", "y-1-b", "z-1-b", "z-a"]
    assert [item.source for item in found] == inputs


def test_ids_do_not_depend_on_the_order(tmp_path: Path) -> None:
    inputs = [file(tmp_path, name, "Text.") for name in ("x/a.txt", "y/a.txt")]
    there, back = read_articles(inputs), read_articles(inputs[::-1])
    assert {item.source: item.id for item in there} == {item.source: item.id for item in back}


def test_equal_ids_of_many_rows_are_told_apart_in_one_pass(tmp_path: Path) -> None:
    source = file(tmp_path, "feed.jsonl", '{"id": "x", "text": "A."}\n' * 3000)
    names = UniqueNames()
    steps = 0

    class Counted(Remembered):
        def __contains__(self, name: str) -> bool:
            nonlocal steps
            steps += 1
            return super().__contains__(name)

    names._numbers = Counted()
    assert [names.take("x") for _ in range(3000)] == [item.id for item in read_articles([source])]
    assert steps < 3 * 3000


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    source = file(tmp_path, "a.txt", "Text.")
    skipped: list[Skipped] = []
    found = list(read_articles([source, str(tmp_path), f"{tmp_path}/./a.txt"], skipped=skipped.append))
    assert [item.source for item in found] == [source]
    assert [each.reason for each in skipped] == ["given twice", "given twice"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "a pipe, socket or device, not a file; give - and pipe it into standard input"),
        (lambda path: os.symlink("/dev/zero", path), "a pipe, socket or device"),
        (lambda path: os.symlink(path, path), "cannot be read: Too many levels of symbolic links"),
        (lambda path: os.symlink("nowhere", path), "cannot be read: No such file or directory"),
    ],
    ids=["pipe", "device", "loop", "broken link"],
)
def test_what_is_no_file_is_refused_in_words(tmp_path: Path, make: Callable[[str], None], reason: str) -> None:
    make(str(tmp_path / "a.txt"))
    assert one_reason(str(tmp_path / "a.txt")).startswith(reason)
    file(tmp_path, "b.txt", "Text.")
    assert [type(item) for item in read_articles([str(tmp_path)])] == [Unreadable, Article]


@pytest.mark.parametrize("name", ["", " ", "\0", "x" * 5000])
def test_a_name_that_is_none_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"is no file or folder|no such file or folder"):
        list(read_articles([name]))


def test_a_file_name_that_is_not_utf8_can_be_written_to_a_run(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    try:
        Path(path).write_text("Text.", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    article = one_article(path)
    assert (article.id, article.source) == ("caf\\udce9", f"{tmp_path}/caf\\udce9.txt")


SAMPLES = {
    "a.html": f"<!doctype html><meta charset=windows-1252><body><article><h1>Blast</h1>{'<p>Nine people died. ' * 9}",
    "a.md": '---\ntitle: "Blast"\ndate: 2026-03-04\ntags: [a, {b: c}]\n---\nNine people died.\n',
    "b.md": '+++\ntitle = "Blast"\ndate = 2026-03-04\n+++\nNine people died.\n',
    "a.jsonl": '{"id": "x", "text": "Nine \\ud83d\\ude00", "published": "2026-03-04"}\n{"text": "Two died."}\n',
    "a.json": '[{"id": 5, "text": "Nine died."}, "Two died."]',
    "a.txt": "“Nine” died – Київ.\n",
}
ODD = [
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"---\n", b"+++\n", b"&a ", b"*a ", b"!!python/name:os.x ", b"<<: ", b"[",
    b"{", b'"', b"\\ud800", b"\\u0000", b"1e999", b"NaN", b"9" * 5000, b"2026-02-31", b"9999-12-31T23:59:59+23:59",
    b"<meta charset=utf-7>", b"<table>", b"<!--", b"<![CDATA[", b"&#x110000;", b'<base href="http://[">', b"<?xml ?>",
    b"<frameset>", b"%PDF-", b"\r", b"\xe2\x80\xa8", b"</body>", b"\x1b]0;",
]  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_whatever_a_file_holds_it_is_an_article_or_says_why_not(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    for _ in range(150):
        data = SAMPLES[name].encode()
        for _ in range(chance.randint(1, 6)):
            at, more = chance.randint(0, len(data)), chance.choice(ODD) * chance.choice([1, 1, 1, 40])
            data = data[:at] + more + data[at + chance.choice([0, 0, 5, 50]) :]
        for item in read_articles([file(tmp_path, name, data)]):
            if isinstance(item, Article):
                assert item.text.strip()
                assert len(item.sha256) == 64  # UTF-8 can write it
            else:
                assert 0 < len(item.reason) < 300
                assert "\n" not in item.reason


@pytest.mark.parametrize(
    "name", ["=1+1", "+a", "-5", "@SUM(A1)", "＝x", "a\x1b[2J\u202eb", "\t=x", "a\r\nb", "a-1", "بی\u200cنام"]
)
def test_an_id_stands_in_every_export_as_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"id": name, "text": "A blast."}), encoding="utf-8")
    (item,) = read_articles([str(path)])
    for written in (item.id, f"{item.id}#/events/0"):
        assert spreadsheet_cell(written) == written
    assert item.id == {"a-1": name, "بی\u200cنام": name, "-5": "./-5"}.get(name, item.id)
