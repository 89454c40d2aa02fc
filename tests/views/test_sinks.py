"""Where results go: which target the options mean, what each writes, and what happens when it cannot."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from extract.articles import Article
from extract.engines.setup import Setup
from extract.errors import RunFileError, UsageError
from extract.records.results import ArticleResult, Status, read_run
from extract.views.sinks import FileSink, Format, JournalSink, Sink, StreamSink, check_out, open_sink, written
from tests.small_task import ARTICLES, FakeClient, Sighting, Sightings, bird_setup, sighted

FULL = Path("/dev/full")
has_full_disk = pytest.mark.skipif(not os.path.exists(FULL), reason="no device that is always full")


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return bird_setup(tmp_path / "set", {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))


def result(name: str = "a", bird: str = "Wren") -> ArticleResult:
    sightings = Sightings(sightings=[Sighting(evidence=bird, bird=bird)])
    return ArticleResult(article_id=name, source=f"{name}.txt", status="complete", records=sightings)


@pytest.mark.parametrize(
    ("out", "form", "width", "kind"),
    [
        (None, None, None, StreamSink),
        (None, None, 80, StreamSink),
        (None, "jsonl", 80, StreamSink),
        (None, "csv", 80, StreamSink),
        (None, "json", None, StreamSink),
        ("r.jsonl", None, 80, JournalSink),
        ("r.JSONL", None, None, JournalSink),
        ("r.run", "jsonl", None, JournalSink),
        ("r.csv", None, None, FileSink),
        ("r.json", None, None, FileSink),
        ("r.csv", "jsonl", None, JournalSink),
        ("r.txt", "csv", None, FileSink),
    ],
)
def test_the_options_mean_a_target(
    setup: Setup, tmp_path: Path, out: str | None, form: Format | None, width: int | None, kind: type[Sink]
) -> None:
    target = open_sink(tmp_path / out if out else None, form, setup.signature, width)
    assert type(target) is kind
    target.close(complete=True)


def test_json_lines_on_a_stream_are_a_run_file(
    setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = open_sink(None, None, setup.signature, None)
    target.write(result(bird="“Wren”"))
    header, line = capsys.readouterr().out.splitlines()
    assert json.loads(header)["format"] == "attested-run-1"
    assert "“Wren”" in line
    assert target.close(complete=True) == ""
    assert target.close(complete=False).startswith("not finished")


def test_data_is_utf_8_whatever_the_locale_says(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1", newline="\r\n"))
    target = open_sink(None, None, setup.signature, None)
    target.write(result(bird="“Крапивник”"))
    assert "“Крапивник”".encode() in raw.getvalue()
    assert b"\r" not in raw.getvalue()


def test_a_run_file_says_how_much_was_done_and_how_to_go_on(setup: Setup, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    target = open_sink(path, None, setup.signature, None)
    target.write(result())
    assert (
        target.close(complete=False)
        == f"1 article written to {path}; not finished: run the same command again to continue"
    )
    again = open_sink(path, None, setup.signature, None)
    same = Article("a", "A Wren.", "a.txt")
    assert [each.id for each in again.fresh([same])] == ["a"]  # its text is another one than that of the result
    assert again.close(complete=True) == f"0 articles written to {path}"


def test_csv_and_json_are_whole_documents_also_after_an_interrupt(setup: Setup, tmp_path: Path) -> None:
    said = []
    for name in ("r.csv", "r.json"):
        target = open_sink(tmp_path / "new" / name, None, setup.signature, None)
        target.write(result("a"))
        target.write(result("b", "Owl, “great”"))
        said.append(target.close(complete=name == "r.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "new" / "r.csv").read_text(encoding="utf-8"))))
    assert [(row["article_id"], row["pointer"], row["value"]) for row in rows][-1] == (
        "b",
        "/sightings/0/bird",
        "Owl, “great”",
    )
    document = json.loads((tmp_path / "new" / "r.json").read_text(encoding="utf-8"))
    assert [each["article_id"] for each in document["results"]] == ["a", "b"]
    assert said[0] == f"2 articles written to {tmp_path / 'new' / 'r.csv'}"
    assert said[1].endswith("not finished: run it again with --overwrite, recorded answers are not asked again")


@pytest.mark.parametrize("name", ["r.csv", "r.json"])
def test_an_export_that_is_left_before_its_first_article_leaves_everything_as_it_was(
    setup: Setup, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    target = open_sink(path, None, setup.signature, None)
    said = target.close(complete=False)
    assert said == f"0 articles written to {path}; not finished: run it again, recorded answers are not asked again"
    assert os.listdir(tmp_path) == ["set"]
    first = open_sink(path, None, setup.signature, None)
    first.write(result())
    first.close(complete=True)
    before = path.read_bytes()
    open_sink(path, None, setup.signature, None, overwrite=True).close(complete=False)
    assert path.read_bytes() == before


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_a_stream_that_is_left_before_its_first_article_gets_nothing(
    setup: Setup, form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    open_sink(None, form, setup.signature, None).close(complete=False)
    assert capsys.readouterr().out == ""
    open_sink(None, form, setup.signature, None).close(complete=True)
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", ["x.parquet", "x.xlsx", "x.txt", "x.jsonl.gz"])
def test_an_ending_that_says_no_form_is_refused(setup: Setup, tmp_path: Path, name: str) -> None:
    with pytest.raises(
        UsageError,
        match=r"x.*' should end in \.jsonl, \.csv, \.json, or in nothing, for a run folder; or say what it is with --format",
    ):
        open_sink(tmp_path / name, None, setup.signature, None)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "form", "content"),
    [
        ("article.txt", "csv", "Nine people died."),
        ("notes.csv", None, "my,notes\n"),
        ("notes.json", None, "{}"),
        ("article.txt", "json", "Nine people died."),
        ("article.txt", "jsonl", "Nine people died."),
        ("rows.jsonl", None, '{"text": "Nine people died."}\n'),
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_no_file_is_replaced_that_is_no_export(
    setup: Setup, tmp_path: Path, name: str, form: Format | None, content: str, overwrite: bool
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RunFileError, match=r"is there already, and is not replaced|not a run file"):
        open_sink(path, form, setup.signature, None, overwrite=overwrite)
    assert path.read_text(encoding="utf-8") == content
    assert os.listdir(tmp_path) in ([name, "set"], ["set", name])


@pytest.mark.parametrize("name", ["r.csv", "r.json"])
def test_an_earlier_export_is_replaced_when_told(setup: Setup, tmp_path: Path, name: str) -> None:
    for bird in ("Wren", "Owl"):
        target = open_sink(tmp_path / name, None, setup.signature, None, overwrite=bird == "Owl")
        target.write(result(bird=bird))
        target.close(complete=True)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert "Owl" in text
    assert "Wren" not in text
    with pytest.raises(RunFileError, match="is there already, and is not replaced"):
        open_sink(tmp_path / name, None, setup.signature, None)


def test_an_empty_file_may_be_filled(setup: Setup, tmp_path: Path) -> None:
    for complete in (False, True):
        (tmp_path / "r.csv").touch()
        open_sink(tmp_path / "r.csv", None, setup.signature, None).close(complete)
        assert ((tmp_path / "r.csv").stat().st_size > 0) == complete


def test_an_input_is_no_output(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text("{}", encoding="utf-8")
    (tmp_path / "link.jsonl").symlink_to("r.jsonl")
    with pytest.raises(UsageError, match=r"link\.jsonl' is an input: write to another file with -o"):
        check_out(tmp_path / "link.jsonl", None, inputs=["-", "gone.txt", str(tmp_path / "r.jsonl")])
    assert check_out(tmp_path / "new.jsonl", None, inputs=[str(tmp_path / "r.jsonl")]) == "jsonl"


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl"])
def test_an_output_is_written_by_one_run_at_a_time(setup: Setup, tmp_path: Path, name: str) -> None:
    first = open_sink(tmp_path / name, None, setup.signature, None)
    with pytest.raises(RunFileError, match=r"another run is writing|is there already"):
        open_sink(tmp_path / name, None, setup.signature, None, overwrite=True)
    first.write(result())
    first.close(complete=True)
    assert len((tmp_path / name).read_text(encoding="utf-8").splitlines()) >= 2
    assert f"{name}.lock" not in os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ({}, "0 articles written"),
        ({"complete": 1}, "1 article written"),
        ({"failed": 1}, "1 article written, failed"),
        ({"partial": 1}, "1 article written, partial"),
        ({"complete": 3}, "3 articles written"),
        ({"failed": 5}, "5 articles written, 5 of them failed"),
        ({"failed": 2, "partial": 1}, "3 articles written, 2 of them failed, 1 partial"),
        ({"complete": 7, "partial": 5}, "12 articles written, 5 of them partial"),
    ],
)
def test_the_last_words_are_exact(statuses: dict[Status, int], words: str) -> None:
    assert written(Counter(statuses)) == words


@pytest.mark.parametrize(("name", "width"), [("r.jsonl", None), ("r.csv", None), (None, None), (None, 80)])
def test_every_target_counts_and_says_what_is_flawed(
    setup: Setup, tmp_path: Path, name: str | None, width: int | None
) -> None:
    target = open_sink(tmp_path / name if name else None, None, setup.signature, width)
    statuses: list[Status] = ["complete", "failed", "partial"]
    for number, status in enumerate(statuses):
        target.write(result(f"{number}").model_copy(update={"status": status}))
    assert target.counts == {"complete": 1, "failed": 1, "partial": 1}
    where = f" to {tmp_path / name}" if name else ""
    assert target.close(complete=True) == f"3 articles written{where}, 1 of them failed, 1 partial"


def test_an_export_never_replaces_a_run_file(setup: Setup, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    run = open_sink(path, None, setup.signature, None)
    run.write(result())
    run.close(complete=True)
    with pytest.raises(RunFileError, match=r"r\.jsonl' is a run file, which an export would replace"):
        open_sink(path, "csv", setup.signature, None)
    assert len(read_run(path, Sightings).results) == 1


def test_tables_are_for_people(setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    target = open_sink(None, None, setup.signature, 60)
    target.write(result("a\x1b[31m\u202e", "Wren\x9b2J"))
    shown = capsys.readouterr().out
    assert "Wren" in shown
    assert "a␛[31m" in shown
    target.close(complete=True)
    summary = capsys.readouterr().out
    assert "articles: 1 complete, 0 partial, 0 failed" in summary
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown + summary)
    assert all(len(line) <= 60 for line in (shown + summary).splitlines())


@has_full_disk
@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_full_disk_is_said_in_one_line(setup: Setup, form: Format) -> None:
    with pytest.raises(RunFileError, match="cannot write '/dev/full': No space left on device"):
        open_sink(FULL, form, setup.signature, None).write(result())


@has_full_disk
@pytest.mark.parametrize(("form", "width"), [("csv", None), ("json", None), (None, None), (None, 80)])
def test_a_full_disk_behind_standard_output_is_said_in_one_line(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, form: Format | None, width: int | None
) -> None:
    with FULL.open("wb", buffering=0) as disk:
        stream = io.TextIOWrapper(disk, encoding="utf-8", write_through=True)
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(RunFileError, match="cannot write to standard output: No space left on device"):
            open_sink(None, form, setup.signature, width).write(result())
        stream.detach()


def test_that_nobody_reads_any_more_is_no_fault_of_ours(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb", buffering=0) as pipe:
        stream = io.TextIOWrapper(pipe, encoding="utf-8", write_through=True)
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(BrokenPipeError):
            open_sink(None, None, setup.signature, None).write(result())
        stream.detach()
