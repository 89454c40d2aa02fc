"""Answers: the very line of a run, the page of a run, events."""

from __future__ import annotations

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from extract.cli.main import cli
from extract.errors import TransportError
from extract.records.results import read_run
from extract.serving.answering import form_of
from tests.serving.served import LIMITS, ROOT, Served, birds, see, served
from tests.small_task import BIRDS, TEXT

GOLD = [sorted((ROOT / "gold" / "articles").glob("*.txt"))[number] for number in (0, 1, 2)]
MARKUP = (
    "A Wren.</script><script>alert(1)</script><!--<script> <img src=x onerror=alert(2)> {{ 7*7 }} {% raw %} "
    '${alert(5)} ]]> \u2028 --> \x1b[31mred\x07 \u202e \'x" onmouseover=alert(7) a="'
)


def alike(line: bytes | str) -> str:
    """A line without the time that it took, which is another one each time."""
    return re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', line if isinstance(line, str) else line.decode())


def ran(data: bytes, *options: str) -> str:
    """The line that a run of standard input has."""
    done = CliRunner().invoke(cli, ["run", "-", *options], input=data)
    assert done.exit_code in (0, 1), done.output
    return done.stdout.splitlines()[1]


@pytest.fixture(scope="module")
def by_rules(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with served(tmp_path_factory.mktemp("rules"), "--model", "rules", "--task", "attack") as made:
        yield made


def test_the_line_is_the_one_of_a_run(by_rules: Served) -> None:
    data = GOLD[0].read_bytes()
    status, headers, body = by_rules.ask("POST", "/extract", data, {"content-type": "text/plain"})
    assert (status, headers["content-type"]) == (200, "application/json")
    assert alike(body) == alike(ran(data, "--model", "rules")) + "\n"
    row = json.dumps({"id": "b", "text": data.decode(), "published": "2025-04-25"})
    posted = by_rules.ask("POST", "/extract", row, {"content-type": "application/json"})[2]
    assert alike(posted) == alike(ran(row.encode(), "--model", "rules")) + "\n"


def test_the_lines_of_gold_articles_are_those_of_a_run_by_rules(by_rules: Served, tmp_path: Path) -> None:
    rows = [{"id": path.stem, "text": path.read_bytes().decode("utf-8-sig")} for path in GOLD]
    lines = [by_rules.ask("POST", "/extract", json.dumps(row), {"content-type": "application/json"})[2] for row in rows]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = CliRunner().invoke(
        cli, ["run", str(tmp_path / "rows.jsonl"), "--model", "rules", "-o", str(tmp_path / "r.jsonl")]
    )
    assert done.exit_code in (0, 1), done.output
    kept = (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    for line, run_line in zip(lines, kept, strict=True):
        here, there = json.loads(alike(line)), json.loads(alike(run_line))
        # What is sent has no file; all else is the same.
        assert {**here, "source": "", "origin": None} == {**there, "source": "", "origin": None}


def test_the_lines_of_gold_articles_are_those_of_a_run_by_replay(tmp_path: Path) -> None:
    options = ("--model", "local", "--cache", "replay", "--recordings", str(ROOT / "eval" / "recordings"))
    with served(tmp_path, *options) as server:
        for path in GOLD:
            line = server.ask("POST", "/extract", path.read_bytes(), {"content-type": "text/plain"})[2]
            assert json.loads(line)["usage"]["replayed"] > 0
            if path == GOLD[0]:
                assert alike(line) == alike(ran(path.read_bytes(), *options)) + "\n"
            else:
                assert json.loads(line)["status"] == "complete"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("text/html;q=0.5, text/event-stream", "text/event-stream"),
        ("text/html;q=nonsense", "text/html"),
        ("text/html;q=0", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_form_is_the_one_that_is_wanted_most(accept: str, form: str) -> None:
    assert form_of(accept) == form


def test_the_page_is_that_of_the_line_and_nothing_of_an_article_runs(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        line = server.post(MARKUP).json()
        answer = server.post(MARKUP, accept="text/html")
        named = server.client.post(
            "/extract", json={"text": TEXT, "id": "</title><script>"}, headers={"accept": "text/html"}
        )
    assert line["text"] == MARKUP
    page = answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (
        re.findall(r"script-src ([^;]*)", policy) == re.findall(r"script-src &#39;([^;]*)&#39;", page)
        or "sha256-" in policy
    )
    # Two elements are ours: the data, and the script whose digest the policy names.
    assert page.count("<script") == 2
    assert "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)" in page
    assert named.text.count("<script") == 2
    for each in ("<img src=x", "\x1b", "\u2028"):
        assert each not in page


def test_a_refusal_is_a_page_for_who_wants_pages(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        answer = server.client.post(
            "/extract", json={"text": "A", "task": "<script>alert(1)</script>"}, headers={"accept": "text/html"}
        )
    assert answer.status_code == 404
    assert "no task &#39;&lt;script&gt;alert(1)&lt;/script&gt;&#39; is served" in answer.text
    assert "<script" not in answer.text


def test_a_failing_model_is_a_refusal_and_a_partial_answer_is_not(tmp_path: Path) -> None:
    with birds(tmp_path, lambda question: "no json" if "Owl" in question else see(question)) as server:
        assert server.post(TEXT).json()["status"] == "partial"
        answer = server.post("An Owl.")
    assert (answer.status_code, list(answer.json())) == (502, ["error"])


def events(said: str) -> list[tuple[str, Any]]:
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", said)
    return [(name, json.loads(data)) for name, data in found]


def test_a_stream_tells_how_far_it_is_and_ends_with_the_line(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        line = server.post(TEXT).text
        for address, headers in (("/extract?stream", {}), ("/extract", {"accept": "text/event-stream"})):
            answer = server.client.post(address, json={"text": TEXT}, headers=headers)
            assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            said = events(answer.text)
            assert said[0] == ("progress", {"done": 0, "of": 0})
            assert said[-2] == ("progress", {"done": 3, "of": 3})
            name, result = said[-1]
            assert name == "result"
            assert result["records"] == json.loads(line)["records"]
            assert server.desk.free == LIMITS.places


def test_a_stream_is_refused_before_it_begins_and_afterwards_says_why_it_ends(tmp_path: Path) -> None:
    with birds(tmp_path, lambda question: "no json") as server:
        assert server.client.post("/extract?stream", content=b"{").status_code == 415
        failed = events(server.client.post("/extract?stream", json={"text": "A Wren."}).text)
        empty = events(server.client.post("/extract?stream", json={"text": " "}).text)
    assert (failed[-1][0], failed[-1][1]["status"]) == ("error", 502)
    assert empty[-1] == ("error", {"error": "empty: there is no text to read", "status": 422})


def test_a_stream_says_that_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.serving.answering.QUIET_SECONDS", 0.05)
    held = threading.Event()

    def say(question: str) -> str:
        held.wait(0.5)
        return see(question)

    with birds(tmp_path, say) as server:
        assert ": still here\n\n" in server.client.post("/extract?stream", json={"text": "A Wren."}).text


def test_answers_are_kept_in_a_run_file_each_once(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    with birds(tmp_path, out=out) as server:
        texts = {"a": "A Wren.", "b": "An Owl.", "": "A Kite."}
        lines = [
            server.client.post("/extract", json={"text": text, "id": name or None}).text for name, text in texts.items()
        ]
        assert server.client.post("/extract", json={"text": "A Wren.", "id": "a"}).json()["article_id"] == "a"
        other = server.client.post("/extract", json={"text": "A Wren and a Kite.", "id": "a"})
        assert server.post(" ").status_code == 422
    kept = out.read_text(encoding="utf-8").splitlines(keepends=True)
    assert [alike(line) for line in kept[1:4]] == [alike(line) for line in lines]
    assert [result.article_id for result in read_run(out, BIRDS.schema).results] == ["a", "b", lines[2][16:30], "a-2"]
    assert other.json()["article_id"] == "a"
    with birds(tmp_path, out=out) as server:
        server.client.post("/extract", json={"text": "A Wren.", "id": "a"})
    assert out.read_text(encoding="utf-8").splitlines(keepends=True) == kept


def test_an_article_that_failed_or_is_asked_for_at_the_same_time_has_one_name_in_the_run_file(tmp_path: Path) -> None:
    faults = iter([TransportError("down"), TransportError("down")])
    out = tmp_path / "r.jsonl"

    def say(question: str) -> str:
        if fault := next(faults, None):
            raise fault
        time.sleep(0.1)
        return see(question)

    with birds(tmp_path, say, out=out) as server, ThreadPoolExecutor(2) as both:
        article = {"text": "A Wren.", "id": "a"}
        statuses = [server.client.post("/extract", json=article).status_code for _ in range(2)]
        statuses += both.map(lambda _: server.client.post("/extract", json=article).status_code, range(2))
    assert statuses == [502, 502, 200, 200]
    names = [json.loads(line).get("article_id") for line in out.read_text(encoding="utf-8").splitlines()[1:]]
    assert names == ["a", "a", "a"]
    assert [result.status for result in read_run(out, BIRDS.schema).results] == ["complete"]


def test_a_page_of_the_server_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        pages = [server.client.get(path) for path in ("/", "/docs")]
        schema = server.client.get("/openapi.json").json()
        health = server.client.get("/health").json()
    for page in pages:
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert not re.search(r"<script|<link|<img|@import|url\(|https?://(?!json-schema)", page.text)
        assert str(tmp_path) not in page.text
    assert set(schema["paths"]) == {"/extract", "/health"}
    assert set(schema["paths"]["/extract"]["post"]["requestBody"]["content"]) > {
        "application/json",
        "multipart/form-data",
    }
    records = schema["components"]["schemas"]["ArticleResult"]["properties"]["records"]["anyOf"]
    assert records == [{"$ref": "#/components/schemas/Sightings"}, {"type": "null"}]
    assert health == {
        "status": "ready", "version": schema["info"]["version"], "tasks": ["birds"], "model": "a-model", "places": 4, "free": 4,
    }  # fmt: skip


def test_every_reference_of_the_description_leads_somewhere(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        text = server.client.get("/openapi.json").text
        docs = server.client.get("/docs").text
    names = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert names <= set(json.loads(text)["components"]["schemas"])
    assert all(f'id="{name}"' in docs for name in names)
