"""Failures are rows: bad inputs and a real server on loopback that misbehaves on purpose, through `extract run`.

A prompt set of one short file is used, so that nothing here depends on the shipped ones.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.benchmarks.misbehaving import MisbehavingServer, Move, fails, misbehaving, says
from extract.cli.main import cli
from extract.errors import ModelUnavailable
from tests.commands import until
from tests.small_task import ARTICLES, write_set

ROOT = Path(__file__).parents[2]
TEXT = "A bomb killed nine people in Garowe."
EVENT = {
    "evidence": TEXT, "kind": "bombing", "context": "main", "places": ["Garowe"],
    "casualties": [{"evidence": TEXT, "outcome": "killed", "who": "people",
                    "quantity": {"text": "nine people", "value": 9, "bound": "exact"}}],
}  # fmt: skip
GOOD = says(json.dumps({"events": [EVENT]}))


@dataclass
class Outcome:
    """What a run left behind: exit code, rows by article id, lines on standard error."""

    code: int
    rows: dict[str, dict[str, Any]]
    said: list[str]

    def line(self, article: str) -> str:
        """The one line about an article."""
        (found,) = [line for line in self.said if line.startswith(f"{article}: ")]
        return found


Run = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with articles a, b, c and a prompt set, and nothing from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    for name in ("OPENAI_API_KEY", "ATTESTED_API_KEY", "ATTESTED_RECORDINGS", "ATTESTED_CACHE", "ATTESTED_PRICES"):
        monkeypatch.delenv(name, raising=False)
    write_set(tmp_path / "tiny", {"ask.md": ARTICLES.replace('"sightings"', '"records"').replace("100", "1000")})
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs articles in order, one by one, without a second try."""

    def runner(server: MisbehavingServer | str, *arguments: str, retries: int = 0) -> Outcome:
        base_url = server if isinstance(server, str) else server.base_url
        options = ["--base-url", base_url, "--model", "m", "--prompts", "./tiny", "--jobs", "1", "--cache", "off"]
        result = CliRunner().invoke(
            cli, ["run", *options, "--retries", str(retries), *arguments], catch_exceptions=False
        )
        _, *rows = [json.loads(line) for line in result.stdout.splitlines()]
        said = [line for line in result.stderr.splitlines()[1:] if not re.match(r"\d+ articles? written", line)]
        return Outcome(result.exit_code, {row["article_id"]: row for row in rows}, said)

    return runner


def test_a_server_that_behaves(run: Run) -> None:
    with misbehaving(GOOD) as server:
        found = run(server, "a.txt")
    assert found.code == 0
    row = found.rows["a"]
    assert row["status"] == "complete"
    place = row["grounding"]["/events/0/casualties/0/quantity/text"]
    assert TEXT[place["start"] : place["end"]] == "nine people"
    assert found.line("a").startswith("a: complete, 4 values attested, 1 question,")


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (
            fails(429, "slow down", retry_after="30"),
            "answered 429 once, asks to wait 30 s; try again later: .*slow down",
        ),
        (fails(500, "out of order"), "answered 500 once; try again later: .*out of order"),
        (fails(503, "\x1b[31mbusy\x1b[0m"), "answered 503 once"),
        (fails(400, "maximum context length exceeded"), r"refused the request \(400\); ask for less at once"),
        (Move(body=GOOD.body, cut_at=30), "gave no proper answer once; try again later"),
        (Move(cut_at=0), "gave no proper answer once; try again later"),
        (Move(body=b'{"choices": ['), "gave no proper answer once"),
        (Move(body=b"<html>hello</html>", content_type="text/html"), "gave no proper answer once"),
        (Move(body={"choices": []}), "gave no proper answer once"),
    ],
    ids=["429", "500", "escapes", "context", "half", "cut", "half-json", "html", "empty"],
)
def test_a_fault_of_the_server_costs_one_article_and_one_line(run: Run, move: Move, why: str) -> None:
    with misbehaving(move, GOOD) as server:
        found = run(server, "a.txt", "b.txt")
    assert found.code == 1
    assert [row["status"] for row in found.rows.values()] == ["failed", "complete"]
    row = found.rows["a"]
    assert row["records"] is None
    assert re.search(f"^127.0.0.1 {why}", row["problems"][0]["detail"])
    assert [problem["kind"] for problem in row["problems"]] == ["failed"]
    assert re.search(f"^a: failed: 127.0.0.1 {why}", found.line("a"))
    assert len(found.said) == 2
    assert "\x1b" not in "".join(found.said)


def test_a_passing_fault_is_met_with_another_try(run: Run) -> None:
    with misbehaving(fails(429, retry_after="0"), GOOD) as server:
        found = run(server, "a.txt", retries=1)
        assert len(server.asked) == 2
    assert (found.code, found.rows["a"]["status"]) == (0, "complete")


def test_a_server_that_never_answers_is_not_waited_for_for_ever(run: Run) -> None:
    with misbehaving(Move(hang=True)) as server:
        found = run(server, "a.txt", "b.txt", "--timeout", "0.2")
    assert found.code == 1
    assert [row["status"] for row in found.rows.values()] == ["failed", "failed"]
    assert "gave no proper answer once; try again later: Request timed out." in found.line("a")


def test_nobody_at_the_address(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1 does not say what it serves: it cannot be reached"):
        run(f"http://127.0.0.1:{port}/v1", "a.txt", "b.txt")


@pytest.mark.parametrize("said", ["I cannot help with that.", '{"events": [{"kind": "party"}]', "", '{"answer": 42}'])
def test_invalid_answers_for_ever_are_asked_for_twice_and_told(run: Run, said: str) -> None:
    with misbehaving(says(said)) as server:
        found = run(server, "a.txt", "b.txt")
        assert len(server.asked) == 4
    assert found.code == 1
    for name in "ab":
        assert found.rows[name]["status"] == "failed"
        assert found.rows[name]["usage"]["attempts"] == 2
        assert found.line(name).startswith(f"{name}: failed: no valid answer: ")


def test_an_answer_whose_syntax_is_mended_is_complete_and_says_so(run: Run) -> None:
    with misbehaving(says(json.dumps({"events": [EVENT]})[:-1] + ",}")) as server:
        found = run(server, "a.txt")
        assert len(server.asked) == 1
    assert (found.code, found.rows["a"]["status"]) == (0, "complete")
    assert [problem["kind"] for problem in found.rows["a"]["problems"]] == ["repaired"]


def test_a_refusal_is_told_in_its_own_words_and_asked_once(run: Run) -> None:
    with misbehaving(says(None, refusal="I cannot help with violence.")) as server:
        found = run(server, "a.txt")
        assert len(server.asked) == 1
    assert found.line("a").startswith("a: failed: no valid answer: the model refused: I cannot help with violence.")


def test_an_article_counts_cached_tokens_and_those_of_answers_before_a_fault(run: Run) -> None:
    move = says('{"events": [', tokens=(100, 20))
    assert isinstance(move.body, dict)
    move.body["usage"]["prompt_tokens_details"] = {"cached_tokens": 90}
    with misbehaving(move, fails(500)) as server:
        found = run(server, "a.txt")
    usage = found.rows["a"]["usage"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["cached_input_tokens"]) == (100, 20, 90)


@pytest.mark.parametrize("key", ["sk-012345'abcdef", "sk-012345'abcdef\r", "sk-012345'abcdef\n"])
@pytest.mark.parametrize("status", [200, 400])
def test_a_key_reaches_neither_the_terminal_nor_a_file(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, key: str, status: int
) -> None:
    monkeypatch.setenv("ATTESTED_API_KEY", key)
    said = "x" * 150 + f" Authorization: Bearer {key.strip()}"
    move = says(json.dumps({"events": [{**EVENT, "places": [said]}]})) if status == 200 else fails(400, said)
    with misbehaving(move) as server:
        found = run(server, "a.txt", "--cache", "auto")
        assert server.keys[0] == f"Bearer {key.strip()}"
    assert found.code == 1
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for text in ["\n".join(found.said).encode(), json.dumps(found.rows).encode(), *written]:
        assert b"sk-0" not in text


def test_one_invalid_record_leaves_a_partial_article(run: Run) -> None:
    text = json.dumps({"events": [{**EVENT, "kind": "party"}, EVENT]})
    with misbehaving(says(text)) as server:
        found = run(server, "a.txt")
    assert (found.code, found.rows["a"]["status"]) == (1, "partial")
    assert len(found.rows["a"]["records"]["events"]) == 1
    assert [problem["kind"] for problem in found.rows["a"]["problems"]] == ["reasked", "dropped", "unanswered"]
    assert found.line("a").startswith("a: partial (no valid answer: /events/0/kind: ")
    assert ", 1 part of answers dropped, 1 question, " in found.line("a")


def test_a_cut_answer_leaves_a_partial_article(run: Run) -> None:
    text = json.dumps({"events": [EVENT, EVENT]})
    with misbehaving(says(text[:-80], finish_reason="length")) as server:
        found = run(server, "a.txt")
    assert (found.code, found.rows["a"]["status"]) == (1, "partial")
    assert len(found.rows["a"]["records"]["events"]) == 1
    assert "a: partial (the answer ran into the limit of 1000 tokens)" in found.line("a")


def test_an_article_longer_than_the_context_is_read_in_pieces(run: Run, folder: Path) -> None:
    places = [f"Town{number}" for number in range(200)]
    text = "\n\n".join(f"A bomb killed nine people in {place}." for place in places)
    (folder / "long.txt").write_text(text, encoding="utf-8")

    with misbehaving(GOOD) as server:
        found = run(server, "long.txt", "--context", "2000")
        asked = [body["messages"][-1]["content"] for body in server.asked]
    row = found.rows["long"]
    assert len(asked) > 2
    assert (found.code, row["status"]) == (0, "complete")
    assert row["problems"][0]["kind"] == "chunked"
    assert f"read in {len(asked)} pieces" in row["problems"][0]["detail"]
    assert re.findall(r"Town\d+", "".join(asked)) == places
    # Every piece said the same, which is one event of the article.
    assert [event["places"] for event in row["records"]["events"]] == [["Garowe"]]


def test_inputs_that_are_no_articles_are_rows_and_the_others_go_on(run: Run, folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n\t\n")
    (folder / "binary.txt").write_bytes(b"\x7fELF\x00\x00")
    (folder / "latin.txt").write_bytes("Präsident".encode("latin-1"))
    (folder / "long.txt").write_text("word " * 50, encoding="utf-8")
    (folder / "page.html").write_text("<html><body></body></html>", encoding="utf-8")
    (folder / "rows.jsonl").write_text('{"id": "r1"}\n{broken\n{"id": "r3", "text": "Nine died."}\n', encoding="utf-8")
    names = ["empty.txt", "blank.txt", "binary.txt", "latin.txt", "long.txt", "page.html", "rows.jsonl", "a.txt"]
    with misbehaving(GOOD) as server:
        found = run(server, *names, "--max-chars", "200")
        assert len(server.asked) == 2
    assert found.code == 1
    assert {name: row["status"] for name, row in found.rows.items()} == {
        **dict.fromkeys(("empty", "blank", "binary", "latin", "long", "page", "r1", "rows-2"), "failed"),
        **dict.fromkeys(("r3", "a"), "complete"),
    }
    assert found.line("empty") == "empty: failed: empty: there is no text to read"
    assert "a binary file" in found.line("binary")
    assert "not UTF-8: byte 0xe4 at offset 2; save it as UTF-8" in found.line("latin")
    assert "250 characters, over the limit of 200; raise it with --max-chars" in found.line("long")
    assert "no article was found" in found.line("page")
    assert len(found.said) == len(found.rows)


def test_a_model_that_is_not_there_ends_the_run(run: Run) -> None:
    with misbehaving(fails(404)) as server:
        with pytest.raises(ModelUnavailable, match=r"127.0.0.1 has no model 'm' at that address \(404\)"):
            run(server, "a.txt", "b.txt")
        assert len(server.asked) == 1


def test_a_key_that_is_refused_is_one_line_and_exit_code_2(folder: Path) -> None:
    with misbehaving(fails(401, "bad \x1b[31mkey")) as server:
        found = in_process_of_its_own(folder, server, "a.txt", "b.txt", "-o", "r.jsonl")
        assert len(server.asked) == 1
    assert found.returncode == 2
    assert found.stderr.splitlines()[-1].startswith("error: 127.0.0.1 does not accept the API key (401)")
    assert "Traceback" not in found.stderr
    assert "\x1b" not in found.stderr


def in_process_of_its_own(folder: Path, server: MisbehavingServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    with started(folder, server, *arguments) as process:
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def started(folder: Path, server: MisbehavingServer, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "extract", "run", "--base-url", server.base_url, "--model", "m"]
    return subprocess.Popen(
        [*command, "--prompts", "./tiny", "--jobs", "1", "--retries", "0", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_keeps_what_is_finished_and_the_run_goes_on(folder: Path) -> None:
    path = folder / "r.jsonl"
    articles = ("a.txt", "b.txt", "c.txt", "-o", "r.jsonl")
    (folder / "b.txt").write_text(f"Another day. {TEXT}", encoding="utf-8")
    with misbehaving(GOOD, Move(hang=True)) as server, started(folder, server, *articles) as process:
        until(lambda: len(server.asked) == 2)  # a is done, b hangs
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in out + err
    assert "1 article written to r.jsonl; not finished: run the same command again to continue" in err
    assert err.splitlines()[-1] == "interrupted"
    assert [json.loads(line).get("article_id") for line in path.read_text(encoding="utf-8").splitlines()] == [None, "a"]
    with misbehaving(GOOD) as server:
        again = in_process_of_its_own(folder, server, *articles)
        assert len(server.asked) == 1  # about b; c reads as a does, and that answer is in the store
    assert again.returncode == 0
    assert "2 articles written to r.jsonl; continued: 1 was complete already" in again.stderr
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert [(row["article_id"], row["status"]) for row in rows] == [(name, "complete") for name in "abc"]
