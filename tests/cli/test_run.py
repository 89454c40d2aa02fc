"""`extract run` and `extract show`: inputs, outputs, options, on a pipe and on a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eval.benchmarks.misbehaving import Move, misbehaving, says, sends
from extract.cli.main import cli
from extract.errors import RunFileError, StoreError, UsageError
from extract.views import progress
from tests.commands import extract
from tests.small_task import ARTICLES, write_set

ROOT = Path(__file__).parents[2]
TEXT = (
    "Bomb kills nine in Garowe\n\nA car bomb killed nine people in the town of Garowe on Monday, police said. "
    "“We are not afraid,” Mayor Ayaan Warsame told reporters."
)

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one article, and nothing from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("OPENAI_API_KEY", "ATTESTED_API_KEY", "ATTESTED_RECORDINGS", "ATTESTED_CACHE", "ATTESTED_PRICES"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def by_rules(*arguments: str, stdin: bytes | None = None) -> Result:
    return extract("run", *arguments, "--model", "rules", stdin=stdin)


def rows(text: str) -> list[dict[str, Any]]:
    header, *found = [json.loads(line) for line in text.splitlines()]
    assert header["format"] == "attested-run-1"
    return found


def test_piped_it_writes_a_run_whose_offsets_give_back_the_text(folder: Path) -> None:
    done = by_rules("a.txt")
    assert done.exit_code == 0
    (row,) = rows(done.stdout)
    assert (row["article_id"], row["source"], row["status"], row["text"]) == ("a", "a.txt", "complete", TEXT)
    (event,) = row["records"]["events"]
    assert event["casualties"][0]["quantity"]["value"] == 9
    assert len(row["grounding"]) > 10
    for pointer, place in row["grounding"].items():
        value: Any = row["records"]
        for step in pointer.split("/")[1:]:
            value = value[int(step) if isinstance(value, list) else step]
        assert TEXT[place["start"] : place["end"]] == value
    assert done.stderr.startswith("no model: rules alone, the text stays on this machine\na: complete, ")


def test_a_run_file_is_continued_and_says_so(folder: Path) -> None:
    first = by_rules("a.txt", "-o", "runs/r.jsonl")
    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr.splitlines()[-1] == "1 article written to runs/r.jsonl"
    (folder / "b.txt").write_text("Nine people were killed in Garowe on Monday.", encoding="utf-8")
    second = by_rules("a.txt", "b.txt", "-o", "runs/r.jsonl")
    assert second.stderr.splitlines()[-1] == "1 article written to runs/r.jsonl; continued: 1 was complete already"
    text = (folder / "runs" / "r.jsonl").read_text(encoding="utf-8")
    assert [row["article_id"] for row in rows(text)] == ["a", "b"]


def test_a_run_made_otherwise_is_not_continued(folder: Path) -> None:
    by_rules("a.txt", "-o", "r.jsonl")
    before = (folder / "r.jsonl").read_bytes()
    write_set(folder / "tiny", {"ask.md": ARTICLES.replace('"sightings"', '"records"')})
    options = ["--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--prompts", "./tiny", "--model-id", "server/m"]
    with pytest.raises(
        RunFileError, match=r"made otherwise \(model 'rules', now 'server/m'; prompts 'rules', now 'tiny'"
    ):
        extract("run", "a.txt", "-o", "r.jsonl", *options)
    assert (folder / "r.jsonl").read_bytes() == before


def test_an_article_that_failed_is_tried_again(folder: Path) -> None:
    (folder / "b.txt").write_bytes(b"")
    first = by_rules("b.txt", "-o", "r.jsonl")
    assert first.exit_code == 1
    assert "b: failed: empty: there is no text to read" in first.stderr
    (folder / "b.txt").write_text("Nine people were killed.", encoding="utf-8")
    second = by_rules("b.txt", "-o", "r.jsonl")
    assert second.exit_code == 0
    found = rows((folder / "r.jsonl").read_text(encoding="utf-8"))
    assert [row["status"] for row in found] == ["failed", "complete"]


def test_inputs_are_files_folders_lines_and_standard_input(folder: Path) -> None:
    inside = folder / "in" / "deep"
    inside.mkdir(parents=True)
    (inside / "a.txt").write_text("One died.", encoding="utf-8")
    (inside / "b.md").write_text("# Two\n\nTwo died.", encoding="utf-8")
    (inside / "c.odt").write_bytes(b"PK")
    line = {"id": "x", "text": "Three people died.", "title": "Blast", "published": "2026-05-04"}
    (folder / "in" / "rows.jsonl").write_text(json.dumps(line), encoding="utf-8")
    page = "<html><head><title>T</title></head><body><article><p>" + "Four people died in Garowe. " * 10
    (folder / "page.html").write_text(page + "</p></article></body></html>", encoding="utf-8")
    done = by_rules("a.txt", "in", "page.html", "-", stdin="Five died – “all”.".encode())
    assert done.exit_code == 0
    found = {row["article_id"]: row for row in rows(done.stdout)}
    assert list(found) == ["a", "in-deep-a", "b", "x", "page", "stdin-216ff1a8"]
    assert (found["x"]["text"], found["x"]["published"]) == ("Blast\n\nThree people died.", "2026-05-04")
    assert found["stdin-216ff1a8"]["text"] == "Five died – “all”."
    assert "Four people died" in found["page"]["text"]
    assert found["b"]["text"] == "# Two\n\nTwo died."


@pytest.mark.parametrize(
    "form", ['{{"text": "{0}"}}', '"{0}"', "<html><body><article><p>{0}</p></article></body></html>", "{0}"]
)
def test_two_standard_inputs_in_one_run_file_are_two_articles(folder: Path, form: str) -> None:
    for text in ("A bomb killed nine people in Garowe on Monday.", "A bomb killed six people in Lahore on Sunday."):
        assert by_rules("-", "-o", "r.jsonl", stdin=form.format(text).encode()).exit_code == 0
    names = [row["article_id"] for row in rows((folder / "r.jsonl").read_text(encoding="utf-8"))]
    assert len(set(names)) == 2
    assert all(re.fullmatch("stdin-[0-9a-f]{8}", name) for name in names)


def test_a_run_file_among_its_inputs_is_not_an_article(folder: Path) -> None:
    for _ in range(2):
        done = by_rules(".", "-o", "r.jsonl")
        assert done.exit_code == 0
    found = rows((folder / "r.jsonl").read_text(encoding="utf-8"))
    assert [row["article_id"] for row in found] == ["a"]


def test_what_a_folder_holds_besides_is_told(folder: Path) -> None:
    for name in ("b.odt", "c.doc", "d.json", "README.md", "sub/e.png", ".git/f.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    done = by_rules(".")
    assert [row["article_id"] for row in rows(done.stdout)] == ["a"]
    assert done.stderr.splitlines()[1] == "skipped 6 files: 1 hidden, 1 README, 1 .odt, 1 .doc, 1 .json, 1 .png"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.txt", "-o", "x.parquet"], r"'x.parquet' should end in \.jsonl, \.csv, \.json"),
        (["a.txt", "-o", "a.txt", "--format", "csv"], "'a.txt' is an input"),
        (["a.txt", "-o", "notes.csv"], "'notes.csv' is there already, and is not replaced"),
        (["", "-o", "r.jsonl"], "'' is no file or folder"),
    ],
)
def test_what_would_lose_something_is_refused_before_anything_is_done(
    folder: Path, arguments: list[str], said: str
) -> None:
    (folder / "notes.csv").write_text("my,notes\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises((UsageError, RunFileError), match=said):
        by_rules(*arguments)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_json_is_read_and_what_is_none_fails(folder: Path) -> None:
    (folder / "a.json").write_text(json.dumps([TEXT, {"body": TEXT}]), encoding="utf-8")
    done = by_rules("a.json", "-o", "r.jsonl")
    assert done.exit_code == 1
    good, bad = rows((folder / "r.jsonl").read_text(encoding="utf-8"))
    assert good["records"]["events"][0]["casualties"][0]["quantity"]["value"] == 9
    assert bad["status"] == "failed"
    assert done.stderr.splitlines()[-1] == "2 articles written to r.jsonl, 1 of them failed"


def test_a_text_in_another_language_is_partial_and_said(folder: Path) -> None:
    text = "Щонайменше п'ять людей загинули й дванадцять поранені внаслідок атаки дронів на Харків у ніч на четвер."
    (folder / "b.txt").write_text(text, encoding="utf-8")
    done = by_rules("b.txt", "-o", "r.jsonl")
    assert done.exit_code == 1
    assert "b: partial (the text is in another language (uk)" in done.stderr
    assert done.stderr.splitlines()[-1] == "1 article written to r.jsonl, partial"


def test_equal_names_and_several_standard_inputs_are_articles_of_their_own(folder: Path) -> None:
    for name in ("x", "y"):
        (folder / name).mkdir()
        (folder / name / "a.txt").write_text(f"Nine people died in {name}.", encoding="utf-8")
        by_rules(f"{name}/a.txt", "-o", "r.jsonl")
        by_rules("-", "-o", "r.jsonl", stdin=f"Nine died in {name}.".encode())
    found = rows((folder / "r.jsonl").read_text(encoding="utf-8"))
    assert [row["text"] for row in found] == [
        "Nine people died in x.", "Nine died in x.", "Nine people died in y.", "Nine died in y.",
    ]  # fmt: skip
    assert len({row["article_id"] for row in found}) == 4


def test_options_on_inputs(folder: Path) -> None:
    (folder / "b.txt").write_text("Nine people were killed.", encoding="utf-8")
    assert len(rows(by_rules("a.txt", "b.txt", "--limit", "1").stdout)) == 1
    (row,) = rows(by_rules("b.txt", "--published", "2026-05-04").stdout)
    assert row["published"] == "2026-05-04"
    done = by_rules("b.txt", "--max-chars", "5")
    assert done.exit_code == 1
    assert "24 characters, over the limit of 5; raise it with --max-chars" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ["--limit", "0"], ["--jobs", "0"], ["--max-cost", "-1"], ["--published", "May"], ["--format", "xml"],
        ["--retries", "-1"], ["--timeout", "0"], ["--context", "10"], ["-o", ""], ["--prices", "nowhere.json"],
    ],
)  # fmt: skip
def test_wrong_options_are_usage_errors(folder: Path, wrong: list[str]) -> None:
    assert by_rules("a.txt", *wrong).exit_code == 2


def test_csv_has_a_row_per_value_with_its_offsets(folder: Path) -> None:
    by_rules("a.txt", "-o", "r.csv")
    found = list(csv.DictReader(io.StringIO((folder / "r.csv").read_text(encoding="utf-8"))))
    assert found == list(csv.DictReader(io.StringIO(by_rules("a.txt", "--format", "csv").stdout)))
    row = next(row for row in found if row["field"] == "quantity.text")
    assert TEXT[int(row["start"]) : int(row["end"])] == row["value"]


def test_json_is_one_document(folder: Path) -> None:
    document = json.loads(by_rules("a.txt", "--format", "json").stdout)
    assert [row["article_id"] for row in document["results"]] == ["a"]
    assert document["header"]["signature"]["model"] == "rules"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("name", ["r.csv", "r.json", "r.jsonl"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_end_leaves_nothing_unfinished(folder: Path, name: str, number: int) -> None:
    with misbehaving(Move(hang=True)) as server:
        options = ["--base-url", server.base_url, "--model", "m", "--model-id", "server/m", "-o", name]
        process = subprocess.Popen(
            [sys.executable, "-m", "extract", "run", "a.txt", *options],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        while not server.asked and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()[-1]) == (128 + number, "interrupted")
    left = [path.name for path in folder.iterdir() if path.name.startswith("r.")]
    assert left == (["r.jsonl"] if name == "r.jsonl" else [])  # a run file is continued


@pytest.mark.parametrize("name", ["r.csv", "r.json", "r.jsonl"])
def test_what_a_killed_run_leaves_holds_nobody_up(folder: Path, name: str) -> None:
    (folder / name).touch()
    (folder / f"{name}.lock").touch()
    assert by_rules("a.txt", "-o", name).exit_code == 0
    assert "Garowe" in (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [["-o", "r.jsonl"], ["-o", "r.x", "--format", "jsonl"], ["--format", "csv"], []])
def test_overwrite_that_would_do_nothing_is_refused(folder: Path, options: list[str]) -> None:
    with pytest.raises(UsageError, match="--overwrite replaces an earlier export"):
        by_rules("a.txt", "--overwrite", *options)
    assert not list(folder.glob("r.*"))


def test_a_dry_run_refuses_places_that_a_run_refuses(folder: Path) -> None:
    for options, said in (
        (["--store", "."], "there is no store in '.'"),
        (["--recordings", "a.txt"], "'a.txt' is not a recordings file"),
    ):
        for dry in ([], ["--dry-run"]):
            with pytest.raises((UsageError, StoreError)) as caught:
                extract("run", "a.txt", "--model", "local", *options, *dry)
            assert said in str(caught.value) or not dry


def test_a_log_hears_of_an_article_that_takes_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_QUIET_SECONDS", 0)
    monkeypatch.setattr(progress, "_LOOK_SECONDS", 0.01)
    body = json.dumps(says("{}").body).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with misbehaving(sends(lambda: [head, body], pause=0.2)) as server:
        done = extract("run", "a.txt", "--base-url", server.base_url, "--model", "m")
    assert "\n  a: 0 of 1 question answered, 0 s\n" in done.stderr


def test_a_dry_run_calls_nothing_and_writes_nothing(folder: Path) -> None:
    (folder / "b.txt").write_bytes(b"")
    with misbehaving(says("{}")) as server:
        options = ["--base-url", server.base_url, "--model", "m"]
        done = extract("run", "a.txt", "b.txt", "--dry-run", "-o", "r.jsonl", *options)
        assert server.asked == []
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "1 article, 1 request to server/m (prompt set whole)\nestimated from characters: about "
    )
    assert "cost: unknown" in done.stdout
    assert "time: " in done.stdout
    assert "b: cannot be read: empty" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.txt"]


def test_a_dry_run_of_the_embedded_model_needs_no_model(folder: Path) -> None:
    done = extract("run", "a.txt", "--model", "local", "--dry-run")
    assert "1 request to local/qwen2.5-coder-1.5b-instruct@sha256:" in done.stdout
    assert "cost: at most about $0.00" in done.stdout
    assert not (folder / "store").exists()


def test_the_money_is_not_overspent_and_the_rest_can_be_continued(folder: Path) -> None:
    prices = {"format": "attested-prices-1", "models": {"server/m": {"input": 1, "output": 0, "as_of": "2026-01-01"}}}
    (folder / "prices.json").write_text(json.dumps(prices), encoding="utf-8")
    (folder / "b.txt").write_text("Nine died.", encoding="utf-8")
    with misbehaving(says("{}", tokens=(2_500_000, 1))) as server:
        options = ["--base-url", server.base_url, "--model", "m", "--prices", "prices.json", "-o", "r.jsonl"]
        done = extract("run", "a.txt", "b.txt", "--max-cost", "0", *options)
        assert (len(server.asked), done.exit_code) == (0, 1)
        done = extract("run", "a.txt", "b.txt", "--max-cost", "2", "--jobs", "1", *options)
        assert (len(server.asked), done.exit_code) == (1, 1)
        assert done.stderr.splitlines()[-2:] == [
            "1 article written to r.jsonl; not finished: run the same command again to continue",
            "stopped: $2.5000 are spent, and the next question could cost more than is left of --max-cost",
        ]
        done = extract("run", "a.txt", "b.txt", *options)
        assert (len(server.asked), done.exit_code) == (2, 0)
        assert done.stderr.splitlines()[-1] == "cost: $2.5000"
        with pytest.raises(UsageError, match="no price is known for model 'server/m'"):
            extract("run", "a.txt", "--max-cost", "3", "--base-url", server.base_url, "--model", "m")


def test_a_finished_run_is_shown_and_reviewed(folder: Path) -> None:
    by_rules("a.txt", "-o", "r.jsonl")
    shown = extract("show", "r.jsonl")
    assert shown.exit_code == 0
    assert "Garowe" in shown.stdout
    assert "killed nine people" not in shown.stdout
    assert "killed nine people" in extract("show", "r.jsonl", "--evidence").stdout
    assert "articles: 1 complete, 0 partial, 0 failed" in shown.stdout
    assert extract("show", "r.jsonl", "--review").stdout.startswith("nothing to review")  # no calibration for the rules
    run = (folder / "r.jsonl").read_text(encoding="utf-8")
    sure = run.replace('"confidence": {}', '"confidence": {"/events/0/kind": 0.4}')
    assert sure != run
    (folder / "r.jsonl").write_text(sure, encoding="utf-8")
    review = extract("show", "r.jsonl", "--review", "--limit", "1")
    assert review.stdout.startswith("1 of ")
    assert extract("show", "nowhere.jsonl").exit_code == 2
    with pytest.raises(UsageError, match="--limit says how many values to review"):
        extract("show", "r.jsonl", "--limit", "1")


def test_a_run_is_reviewed_from_any_folder_and_a_change_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT.replace("nine", "“nine”").replace("Garowe", "Ga­rowe")
    (folder / "a.txt").write_text(text, encoding="utf-8")
    by_rules("a.txt", "-o", "r.jsonl")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    there = extract("show", "../r.jsonl", "--review")
    monkeypatch.chdir(folder)
    here = extract("show", "r.jsonl", "--review")
    assert there.stdout == here.stdout
    assert here.stderr == ""
    (folder / "a.txt").write_text("Other words.", encoding="utf-8")
    changed = extract("show", "r.jsonl", "--review")
    assert changed.stdout == here.stdout
    assert changed.stderr.startswith("'a.txt' has changed since this run read it")


def test_titles_and_names_do_nothing_to_a_terminal(folder: Path) -> None:
    line = {"id": "x\x1b]0;pwned\x07", "text": "Nine \x1b[31mdied.", "title": "T\x9b2J\u202e"}
    (folder / "in.jsonl").write_text(json.dumps(line), encoding="utf-8")
    done = by_rules("in.jsonl", "-o", "r.jsonl")
    shown = extract("show", "r.jsonl").stdout
    dry = extract("run", "in.jsonl", "--dry-run", "--model", "local").stdout
    failed = by_rules("in.jsonl", "--max-chars", "2").stderr
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stderr + shown + dry + failed)
    assert "x_]0;pwned_" in shown


def test_prompt_sets_are_listed_with_the_hashes_that_runs_name(folder: Path) -> None:
    listed = {line.split()[0]: line.split()[2] for line in extract("prompts").stdout.splitlines()[2:]}
    assert {"rules", "sentence", "whole"} <= set(listed)
    by_rules("a.txt", "-o", "r.jsonl")
    header = json.loads((folder / "r.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert header["signature"]["prompts_sha256"].startswith(listed["rules"])


def test_models_are_listed(folder: Path) -> None:
    shown = extract("models").stdout
    assert re.search(r"qwen2.5-coder-1.5b-instruct \(default\) .* 1117 MB", shown)


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
def test_on_a_terminal_it_shows_tables_and_totals(folder: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "extract", "run", "a.txt", "--model", "rules"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100", "LINES": "40"},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the other side was closed
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    assert done.wait(60) == 0
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r", "").splitlines()
    assert any(line.startswith("events (1)") for line in lines)
    assert any(line.strip() == "a: complete" for line in lines)
    assert any(line.startswith("values: ") for line in lines)
    assert any(line.startswith("articles: 1 complete, 0 partial, 0 failed") for line in lines)
    assert any("a: complete, " in line and "values attested" in line for line in lines)
    assert not any(line.startswith("{") for line in lines)


def test_a_name_without_an_ending_is_a_run_folder_that_reads_as_a_run_file(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    (folder / "b.txt").write_text("Nine people were killed.", encoding="utf-8")
    by_rules("a.txt", "b.txt", "-o", "r.jsonl")
    by_rules("a.txt", "-o", "big")
    again = by_rules("a.txt", "b.txt", "-o", "big")
    assert "1 article written to big; continued: 1 was complete already" in again.stderr
    shown = [CliRunner().invoke(cli, ["show", name, "--format", "csv"]).stdout for name in ("r.jsonl", "big")]
    assert shown[0] == shown[1] != ""
    done = CliRunner().invoke(cli, ["export", "big", "-o", "copy.jsonl"])
    assert (done.exit_code, done.stderr) == (0, "2 articles written to copy.jsonl\n")
    theirs, ours = (rows((folder / name).read_text(encoding="utf-8")) for name in ("r.jsonl", "copy.jsonl"))
    assert [{**row, "seconds": 0} for row in ours] == [{**row, "seconds": 0} for row in theirs]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "."], "folder '.' holds other things and no run: name an empty or a new one with -o"),
        (["--format", "folder"], "--format folder writes a run folder: name it with -o FOLDER"),
        (["-o", "new/", "--overwrite"], "--overwrite replaces an earlier export"),
    ],
)
def test_what_a_run_folder_cannot_be(folder: Path, options: list[str], said: str) -> None:
    with pytest.raises((UsageError, RunFileError), match=re.escape(said)):
        by_rules("a.txt", *options)
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


def test_a_run_folder_keeps_what_its_model_answered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.delenv("ATTESTED_STORE")
    with misbehaving(says("{}")) as server:
        options = ["--base-url", server.base_url, "--model", "m", "--model-id", "server/m", "-o", "big"]
        assert extract("run", "a.txt", *options).exit_code == 0
        assert len(server.asked) == 1
        for part in (folder / "big").glob("*.parquet"):
            part.unlink()
        assert extract("run", "a.txt", *options).exit_code == 0
        assert extract("run", "a.txt", *options[:-1], "other", "--store", "big/recordings").exit_code == 0
        assert len(server.asked) == 1
    assert not (folder / "other" / "recordings").exists()
