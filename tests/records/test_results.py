"""Run files: what is written is read back, and what a killed writer leaves behind."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from extract.errors import RunFileError
from extract.records.results import (
    ArticleResult,
    Grounding,
    Header,
    Problem,
    Signature,
    Spend,
    mend,
    read_header,
    read_run,
    to_json,
    write_line,
)
from extract.tasks.attack.schema import Quote, Records

HEADER = Header(
    signature=Signature(
        task="attack",
        model="local:abc",
        prompts="sentence",
        prompts_sha256="00ff",
        schema_sha256="11ee",
        sampling={"temperature": 0.0, "seed": 7},
    ),
    versions={"attested": "0.1.0"},
    started_at="2026-01-02T03:04:05Z",
)


def result(article_id: str, status: str = "complete", text: str = "Ми відбудуємо.") -> ArticleResult:
    quote = Quote(evidence=f"“{text}”", speaker="Тарас", text=text)
    return ArticleResult.model_validate(
        {
            "article_id": article_id,
            "source": f"{article_id}.txt",
            "text_sha256": "ab" * 32,
            "status": status,
            "records": Records(quotes=[quote]),
            "grounding": {"/quotes/0/text": Grounding(start=1, end=15, status="exact")},
            "confidence": {"/quotes/0/speaker": 0.5},
            "problems": [Problem(kind="reasked", detail="not JSON", unit="sentence 2")],
            "usage": Spend(requests=2, input_tokens=30),
            "seconds": 1.5,
        }
    )


def write(path: Path, *parts: Header | ArticleResult) -> bytes:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for part in parts:
            write_line(stream, part)
    return path.read_bytes()


def test_a_run_is_read_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    failed = ArticleResult(article_id="c", source="c.txt", status="failed")
    write(path, HEADER, result("a"), result("b", text="line\u2028separator, \x1c and \x85"), failed)
    run = read_run(path, Records)
    assert run.header == read_header(path) == HEADER
    assert run.results == [result("a"), result("b", text="line\u2028separator, \x1c and \x85"), failed]
    assert isinstance(run.results[0].records, Records)
    assert run.path == str(path)


def test_a_line_holds_nothing_that_a_terminal_obeys_or_utf_8_refuses() -> None:
    text = "\x1b[31m \x9b31m \x7f \u202e \u2028 \ud800 Київ"
    written = to_json(result("a").model_copy(update={"title": text}))
    assert written.isprintable()
    assert "Київ" in written
    assert json.loads(written.encode())["title"] == text


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_fits_on_one_line(text: str) -> None:
    stream = io.StringIO()
    write_line(stream, result("a", text=text))
    assert stream.getvalue().count("\n") == 1
    row = json.loads(stream.getvalue())
    assert row["records"]["quotes"][0]["text"] == text
    assert ArticleResult.model_validate({**row, "records": Records.model_validate(row["records"])}) == result(
        "a", text=text
    )


def test_every_line_is_flushed() -> None:
    class Stream(io.StringIO):
        flushed = ""

        def flush(self) -> None:
            self.flushed = self.getvalue()

    stream = Stream()
    write_line(stream, HEADER)
    write_line(stream, result("a"))
    assert stream.flushed == f"{to_json(HEADER)}\n{to_json(result('a'))}\n"


def test_the_last_line_of_an_article_wins_at_its_first_place(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    write(path, HEADER, result("a", "failed"), result("b"), result("a", "partial"), result("a", "complete"))
    assert [(row.article_id, row.status) for row in read_run(path, Records).results] == [
        ("a", "complete"),
        ("b", "complete"),
    ]


def test_a_file_cut_anywhere_keeps_its_finished_lines(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    data = write(path, HEADER, result("a"), result("b"))
    first_end = data.index(b"\n") + 1
    second_end = data.index(b"\n", first_end) + 1
    for size in range(first_end, len(data)):  # also in the middle of a character of several bytes
        path.write_bytes(data[:size])
        finished = (size >= second_end - 1) + (size >= len(data) - 1)
        assert [row.article_id for row in read_run(path, Records).results] == ["a", "b"][:finished]


def test_a_mended_file_takes_further_lines(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    data = write(path, HEADER, result("a"), result("b"))
    first_end = data.index(b"\n") + 1
    for size in (*range(first_end, len(data) + 1, 11), len(data) - 1, len(data)):
        path.write_bytes(data[:size])
        kept = [row.article_id for row in read_run(path, Records).results]
        mend(path)
        with path.open("a", encoding="utf-8") as stream:
            write_line(stream, result("c"))
        assert [row.article_id for row in read_run(path, Records).results] == [*kept, "c"]


def test_mending_a_whole_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    data = write(path, HEADER, result("a"))
    mend(path)
    assert path.read_bytes() == data


def test_a_half_written_header_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(write(path, HEADER)[:20])
    mend(path)
    assert path.read_bytes() == b""


def test_a_damaged_line_in_the_middle_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    lines = write(path, HEADER, result("a"), result("b")).splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1][:-30] + b"\n" + lines[2])
    with pytest.raises(RunFileError, match=r"run\.jsonl:2: not JSON"):
        read_run(path, Records)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "not an object"),
        ('{"article_id": "a"}', "not a result line: source: Field required"),
        ('{"article_id": "a", "source": "", "status": "done"}', "not a result line: status"),
        (
            '{"article_id": "a", "source": "", "status": "complete", "published": "2026-02-31"}',
            "not a result line: published",
        ),
        (
            '{"article_id": "a", "source": "", "status": "complete", "published": "2026W013"}',
            "not a result line: published",
        ),
        ('{"article_id": "a", "source": "", "status": "complete", "mood": 1}', "not a result line: mood"),
        (
            '{"article_id": "a", "source": "", "status": "complete", "records": {"moods": []}}',
            "not a result line: moods",
        ),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_line_that_is_no_result_is_an_error(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(f"{to_json(HEADER)}\n{line}\n", encoding="utf-8")
    with pytest.raises(RunFileError, match=rf"run\.jsonl:2: {message}"):
        read_run(path, Records)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"run\.jsonl' is not a run file: it holds no header of one"),
        ("\n\n", r"run\.jsonl' is not a run file: it holds no header of one"),
        ("Nine people died.", r"run\.jsonl' is not a run file: it holds no header of one"),
        (
            "Nine people died.\nOn Monday.\n",
            r"run\.jsonl' is not a run file: its first line is no attested-run-1 header",
        ),
        ("[]\n", r"run\.jsonl' is not a run file: its first line is no attested-run-1 header"),
        ('{"format": "attested-r', r"run\.jsonl' is not a run file: it was cut off in its first line"),
        ('{"format": "something-else"}\n', "no attested-run-1 header"),
        ('{"hello": 1}\n', "is not a run file"),
    ],
)
def test_another_file_is_not_a_run(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RunFileError, match=message):
        read_run(path, Records)
    with pytest.raises(RunFileError, match=message):
        read_header(path)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    with pytest.raises(RunFileError, match=r"cannot read run file .*none\.jsonl': No such file"):
        read_run(path, Records)
    with pytest.raises(RunFileError, match=r"cannot continue run file .*none\.jsonl': No such file"):
        mend(path)


def test_spends_add_up_field_by_field() -> None:
    one = Spend(requests=1, attempts=2, input_tokens=10, output_tokens=5)
    two = Spend(requests=3, replayed=3, recorded_input_tokens=40, recorded_output_tokens=4)
    assert one + two == Spend(
        requests=4,
        attempts=2,
        input_tokens=10,
        output_tokens=5,
        replayed=3,
        recorded_input_tokens=40,
        recorded_output_tokens=4,
    )


def test_a_result_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        result("a").status = "failed"


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("Two die in Tolva blast\n\nTOLVA Two people died.", "Two die in Tolva blast"),
        ("# Two die in Tolva blast \r\n\r\nTwo people died.", "Two die in Tolva blast"),
        ("Will Tolva rebuild?\n \nNobody knows.", "Will Tolva rebuild?"),
        ("Two die in Tolva blast\nTOLVA Two people died.", None),  # a line of a paragraph
        ("Two people died in Tolva.\n\nMore were hurt.", None),
        ("TOLVA (News)\n\nTwo people died.", None),
        ("Two die in Tolva blast", None),
        (f"{'Two die ' * 26}\n\nMore.", None),
        ("\n", None),
        (None, None),
    ],
)
def test_a_text_without_a_title_may_begin_with_one(text: str | None, headline: str | None) -> None:
    result = ArticleResult(article_id="a", source="a", status="failed", text=text)
    assert result.headline == headline
    assert result.model_copy(update={"title": "Given"}).headline == "Given"


def test_paragraphs_of_a_pdf_are_lines() -> None:
    told = {
        "article_id": "a",
        "source": "a",
        "status": "failed",
        "text": "Two die in Tolva blast\nTOLVA Two people died.",
    }
    assert ArticleResult.model_validate({**told, "pages": [(1, 0)]}).headline == "Two die in Tolva blast"


@pytest.mark.parametrize("day", [None, "2026-11-20"])
def test_a_day_of_publication_or_none_is_read(tmp_path: Path, day: str | None) -> None:
    path = tmp_path / "run.jsonl"
    write(path, HEADER, result("a").model_copy(update={"published": day}))
    assert [each.published for each in read_run(path, Records).results] == [day]
