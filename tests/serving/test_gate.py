"""Who comes in, and what the log says."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.serving.served import LIMITS, birds
from tests.small_task import TEXT

KEY = "a-key-that-nobody-else-has"


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8765", "127.9.9.9", "[::1]:8765", "localhost."]
)
def test_a_name_of_this_machine_is_answered(tmp_path: Path, host: str) -> None:
    with birds(tmp_path) as server:
        assert server.client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", "0.0.0.0", "[::1", "", "127.0.0.1.nip.example"])  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/health", "/nothing"])
def test_without_a_key_a_name_that_leads_here_is_none_of_this_machine(tmp_path: Path, host: str, path: str) -> None:
    with birds(tmp_path) as server:
        answer = server.client.get(path, headers={"host": host})
    assert (answer.status_code, list(answer.json())) == (403, ["error"])


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost", "http://localhost:1", "nonsense", "http://["]
)
def test_a_page_of_another_site_gets_nothing(tmp_path: Path, key: str | None, origin: str) -> None:
    with birds(tmp_path, key=key) as server:
        answer = server.post(TEXT, origin=origin, authorization=f"Bearer {KEY}")
        own = server.post(TEXT, origin="http://localhost:8765", authorization=f"Bearer {KEY}")
    assert (answer.status_code, own.status_code) == (403, 200)
    assert "another site" in answer.json()["error"]
    assert len(server.model.asked) == 3


@pytest.mark.parametrize(
    "said", ["", KEY, f"Bearer {KEY}x", "Bearer", "Bearer ", f"Token {KEY}", "Basic !!!", basic(f"{KEY}:x"), basic(KEY), "Bearer é"]
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/health", "/nothing"])
def test_without_the_key_nobody_comes_in(tmp_path: Path, said: str, path: str) -> None:
    headers: Any = {"authorization": said.encode()}
    with birds(tmp_path, key=KEY) as server:
        answer = server.client.get(path, headers=headers)
        assert server.client.post("/extract", json={"text": TEXT}, headers=headers).status_code == 401
        assert server.model.asked == []
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert KEY not in answer.text + str(server.log)


@pytest.mark.parametrize("said", [f"Bearer {KEY}", f"bearer  {KEY} ", basic(f"anybody:{KEY}"), basic(f":{KEY}")])
def test_who_has_the_key_comes_in_for_whatever_name(tmp_path: Path, said: str) -> None:
    with birds(tmp_path, key=KEY) as server:
        headers = {"authorization": said, "host": "attested.example"}
        assert server.client.get("/health", headers=headers).status_code == 200
        assert KEY not in str(server.log)
        assert KEY not in repr(server.client.app)


def test_a_browser_asks_for_the_key_by_itself(tmp_path: Path) -> None:
    with birds(tmp_path, key=KEY) as server:
        answer = server.client.get("/", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/health", "/nothing"])
def test_every_answer_tells_browsers_to_be_careful(tmp_path: Path, path: str) -> None:
    with birds(tmp_path) as server:
        headers: Mapping[str, str] = server.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


def test_the_log_has_a_safe_line_for_each_request_and_no_texts(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        server.post("A secret Wren.")
        server.client.get("/%1b%5b31m%0a2026-01-01T00:00:00Z%20forged" + "x" * 500, params={"id": "secret"})
        server.client.request(
            "POST", "/extract", content=b'{"text": "secret', headers={"content-type": "application/json"}
        )
    first, second, third = server.log
    assert " POST /extract 200 " in first
    assert "\x1b" not in second
    assert "\n" not in second
    assert len(second) < 220
    assert " POST /extract 400 " in third
    assert "secret" not in str(server.log)


def test_a_fault_of_the_server_is_told_without_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret text")

    monkeypatch.setattr("extract.serving.application.line_of", broken)
    with birds(tmp_path) as server:
        server.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        answer = server.post(TEXT)
        assert (answer.status_code, answer.json()) == (500, {"error": "internal error; the server's log says where"})
        assert server.desk.free == LIMITS.places
    assert "RuntimeError in test_gate.py, line" in server.log[0]
    assert "secret" not in str(server.log)


def test_limits_say_how_many_places_there_are() -> None:
    assert replace(LIMITS, at_once=3, waiting=0).places == 3
