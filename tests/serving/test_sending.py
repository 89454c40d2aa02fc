"""What is sent is read as a run would read it, and what is none is refused in one form."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.serving import sending
from tests.serving.served import LIMITS, PLAIN, Birds, birds
from tests.small_task import TEXT

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = {"content-type": "application/json"}
BOUNDARY = "multipart/form-data; boundary=x"


@pytest.fixture
def server(tmp_path: Path) -> Generator[Birds, None, None]:
    with birds(tmp_path) as made:
        yield made


def post(server: Birds, body: object, **how: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.client.post("/extract", content=data, **{"headers": JSON, **how})


def form_of_a_browser(fields: dict[str, str]) -> bytes:
    """A form in which no file was chosen, which a browser sends as an empty one."""
    head = b'--x\r\nContent-Disposition: form-data; name="'
    parts = [b'%s%s"\r\n\r\n%s\r\n' % (head, name.encode(), value.encode()) for name, value in fields.items()]
    file = b'%sfile"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n' % head
    return b"".join([*parts, file])


def refused(answer: Any, status: int) -> str:
    """Why, in the one form that there is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert list(said) == ["error"]
    assert said["error"]
    assert "\n" not in said["error"]
    return str(said["error"])


def test_json_is_read_as_a_row_of_a_run(server: Birds) -> None:
    row = {"text": TEXT, "id": "a", "title": "News", "published": "2026-11-24T10:00:00Z", "url": "http://x.example/1"}
    line = post(server, {**row, "task": "birds"}).json()
    assert line["text"] == f"News\n\n{TEXT}"
    assert (line["article_id"], line["source"], line["published"]) == ("a", "-:1", "2026-11-24")
    assert (line["title"], line["url"], line["origin"]) == ("News", "http://x.example/1", None)
    assert [each["bird"] for each in line["records"]["sightings"]] == ["Wren", "Owl", "Kite"]


def test_an_article_without_a_name_gets_one_from_its_text(server: Birds) -> None:
    names = [post(server, {"text": text}).json()["article_id"] for text in (TEXT, TEXT, f"{TEXT} More.")]
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("stdin-")


def test_documents_are_read_by_their_type(server: Birds) -> None:
    page = f"<html><head><title>Birds</title></head><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    front = f"---\ntitle: Birds\npublished: 2026-11-20\n---\n{TEXT}"

    def line(text: str, kind: str, address: str = "/extract") -> Any:
        return server.client.post(address, content=text.encode(), headers={"content-type": kind}).json()

    assert line(page, "text/html; charset=utf-8")["text"].count(TEXT) == 2
    assert line(front, "text/markdown")["published"] == "2026-11-20"
    assert line(front, "text/plain")["text"] == front
    named = line(TEXT, "text/plain", "/extract?id=b&published=2026-11-19&task=birds")
    assert (named["article_id"], named["published"]) == ("b", "2026-11-19")


def test_a_file_of_a_form_has_the_name_that_it_had(server: Birds) -> None:
    fields = {"published": "2026-11-24", "text": "", "title": ""}
    line = server.client.post("/extract", data=fields, files={"file": ("../x/birds.md", TEXT.encode())}).json()
    assert (line["article_id"], line["published"], line["text"]) == ("birds", "2026-11-24", TEXT)


def test_a_text_of_a_form_has_the_line_ends_of_the_text_that_was_put_in(server: Birds) -> None:
    form = {"text": "A Wren.\r\n\r\nAn Owl.", "id": "c", "title": "News"}
    line = post(server, form_of_a_browser(form), headers={"content-type": BOUNDARY}).json()
    assert line["text"] == "News\n\nA Wren.\n\nAn Owl."
    assert line["article_id"] == "c"


def test_word_documents_are_read(server: Birds, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_paragraph(TEXT)
    made.save(tmp_path / "birds.docx")
    data = (tmp_path / "birds.docx").read_bytes()
    assert server.client.post("/extract", content=data, headers={"content-type": DOCX}).json()["text"] == TEXT
    assert server.client.post("/extract", files={"file": ("b.docx", data)}).json()["article_id"] == "b"


def test_a_document_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(110_000_000))
    with birds(tmp_path, limits=replace(LIMITS, max_bytes=1_000_000)) as server:
        answer = server.client.post("/extract", content=bomb.getvalue(), headers={"content-type": DOCX})
    assert "over 100 MB once it is unpacked" in refused(answer, 422)


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b'{"text": "A Wren."', 400, "not JSON"),
        (b"", 400, "not JSON"),
        (b'{"text": "a", "text": "b"}', 400, "'text' stands twice"),
        (b'{"text": NaN}', 400, "no number"),
        (b"[" * 60_000, 400, "nested too deeply"),
        ("\ufeff".encode() + b"[]", 422, "valid dictionary"),
        ('{"text": "A Wren."}'.encode("utf-16"), 400, "JSON is UTF-8"),
        (b'{"text": "caf\xe9"}', 400, "JSON is UTF-8"),
        (b"{}", 422, "/text: Field required"),
        (b'{"text": 1}', 422, "/text"),
        (b'{"text": "A Wren.", "publised": "x"}', 422, "/publised"),
        (b'{"text": "A Wren.", "published": "Monday"}', 422, "not an ISO 8601 day"),
        (b'{"text": "A Wren.", "model": "openai/x"}', 422, "/model"),
        (b'{"text": "A Wren.", "base_url": "http://127.0.0.1/"}', 422, "/base_url"),
        (b'{"text": " "}', 422, "empty"),
        (b'{"text": "a\\u0000b"}', 422, "NUL"),
        (b'{"text": "a\\ud800b"}', 422, "half of a surrogate pair"),
        (b'{"text": "A Wren.", "task": "attack"}', 404, "no task 'attack' is served; there are: birds"),
        (b'{"text": "A Wren.", "task": "/etc"}', 404, "no task '/etc'"),
    ],
)
def test_json_that_is_no_article_is_refused(server: Birds, body: bytes, status: int, why: str) -> None:
    assert why in refused(post(server, body), status)
    assert server.model.asked == []
    assert server.desk.free == LIMITS.places


@pytest.mark.parametrize(
    ("kind", "body", "status", "why"),
    [
        ("text/plain", b"caf\xe9 and so on, and a Wren sang in the caf\xe9", 422, "not UTF-8"),
        ("text/plain; charset=nonsense", b"caf\xe9", 422, "'nonsense', which is not known"),
        ("text/plain", b"\x00\x01\x02 binary", 422, "binary"),
        ("text/plain", "A Wren.".encode("utf-16-le"), 422, "NUL"),
        ("text/plain", b"", 422, "empty"),
        ("text/plain", b'[{"text": "A Wren."}, {"text": "An Owl."}]', 422, "2 articles: send each on its own"),
        ("text/plain", b"{\\rtf1 A Wren.}", 422, "RTF"),
        ("application/pdf", b"%PDF-1.7 and nothing more", 422, "PDF"),
        ("image/png", b"\x89PNG", 415, "'image/png' is not read"),
        ("", b"A Wren.", 415, "is not read"),
        ("application/x-www-form-urlencoded", b"text=A+Wren", 415, "is not read"),
        ("multipart/form-data", b"x", 400, "no boundary"),
        (BOUNDARY, b"nonsense", 400, "cannot be read"),
        (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nA Wr', 400, "cut off"),
        (BOUNDARY, b"--x\r\nContent-Type: text/plain\r\n\r\nA Wren.\r\n--x--\r\n", 400, "no name"),
        (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\ncaf\xe9\r\n--x--', 422, "not UTF-8"),
    ],
)
def test_other_bodies_that_are_none_are_refused(server: Birds, kind: str, body: bytes, status: int, why: str) -> None:
    answer = server.client.post("/extract", content=body, headers={"content-type": kind} if kind else {})
    assert why in refused(answer, status)


@pytest.mark.parametrize(
    ("fields", "files", "why"),
    [
        ({"text": "A Wren."}, {"file": ("a.txt", b"An Owl.")}, "both"),
        ({"title": "News"}, {"file": ("a.txt", b"An Owl.")}, "'title' goes with a text"),
        ({"text": "A Wren.", "path": "/etc/passwd"}, {}, "'path' that is unknown"),
        ({"text": ["A Wren.", "An Owl."]}, {}, "'text' that is unknown, or there twice"),
        ({}, {"text": ("a.txt", b"An Owl.")}, "a file is called 'file'"),
        ({"file": "a.txt"}, {}, "a file is called 'file'"),
        ({"id": ["x"] * 30}, {}, "over 20 fields"),
    ],
)
def test_forms_that_say_no_article_are_refused(
    server: Birds, fields: dict[str, Any], files: dict[str, Any], why: str
) -> None:
    # Without a file it would not be sent in parts.
    answer = server.client.post("/extract", data=fields, files=files or {"task": (None, b"")})
    assert why in refused(answer, 422)


def test_a_refusal_repeats_little_of_what_was_sent(server: Birds) -> None:
    assert len(refused(post(server, {"text": TEXT, "k" * 5000: 1}), 422)) <= 500


def test_a_form_that_was_left_empty_is_refused(server: Birds) -> None:
    empty = form_of_a_browser({"text": "", "published": ""})
    assert "neither" in refused(post(server, empty, headers={"content-type": BOUNDARY}), 422)


def test_the_address_says_few_things(server: Birds) -> None:
    assert "'model' in the address" in refused(post(server, {"text": TEXT}, params={"model": "openai/x"}), 422)
    assert "put it there" in refused(post(server, {"text": TEXT}, params={"task": "birds"}), 422)
    assert "'stream' in the address" in refused(post(server, {"text": TEXT}, params={"stream": "maybe"}), 422)


def test_a_body_that_is_too_long_is_refused_while_it_arrives(server: Birds) -> None:
    sent = 0

    def endless() -> Generator[bytes, None, None]:
        nonlocal sent
        for _ in range(100):
            sent += 10_000
            yield b"A Wren. " * 1250

    assert "over 100000 bytes" in refused(post(server, b"x" * 200_000), 413)
    assert "over 100000 bytes" in refused(server.client.post("/extract", content=endless(), headers=PLAIN), 413)
    assert "2001 characters, over the limit of 2000" in refused(server.post("x" * 2001), 422)
    assert "over 124000 bytes" not in server.post("A Wren.").text


def test_a_packed_body_is_refused(server: Birds) -> None:
    assert "packed" in refused(server.post("A Wren.", **{"content-encoding": "gzip"}), 415)


def test_a_body_that_comes_too_slowly_is_refused(server: Birds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BODY_SECONDS", 0.05)
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(5 if said else 0)
        said.append("A Wren.")
        return {"type": "http.request", "body": b"A Wren.", "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    head = [(b"host", b"localhost"), (b"content-type", b"text/plain")]
    scope = {"type": "http", "method": "POST", "path": "/extract", "query_string": b"", "headers": head}
    asyncio.run(server.client.app({**scope, "root_path": "", "client": ("127.0.0.1", 1)}, receive, send))  # type: ignore[arg-type]
    assert (said[1]["status"], json.loads(said[2]["body"])["error"]) == (408, "the body was not here within 0 s")
    assert server.desk.free == LIMITS.places


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/extract", 405),
        ("DELETE", "/health", 405),
        ("POST", "/", 405),
        ("POST", "/extract/", 404),
    ],
)
def test_what_is_not_here_is_said_in_the_same_form(server: Birds, method: str, path: str, status: int) -> None:
    answer = server.client.request(method, path)
    assert "POST an article to /extract" in refused(answer, status)
    assert (answer.headers.get("allow") is not None) == (status == 405)
