"""Questions of the embedded model: each goes on from the end of its beginning, which is read once, or recalled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import RootModel

import extract.models.primed
from eval.benchmarks.misbehaving import MisbehavingServer, misbehaving, says
from extract.models.client import Message, Request, Sampling
from extract.models.local import LocalServer
from extract.models.primed import PrimedClient

ASKED = Request(
    "some-model",
    (Message("system", "List."), Message("user", "two dogs")),
    RootModel[list[str]],
    Sampling(max_tokens=50),
)


class Keeping(PrimedClient):
    """Says what it would keep, and has what it is given."""

    kept: list[int]
    has: bool = False

    def _recall(self, name: str, slot: int) -> bool:
        return self.has

    def _keep(self, name: str, slot: int) -> None:
        self.kept.append(slot)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """Answers everything with an empty list."""
    with misbehaving(says("[]")) as started:
        yield started


def keeping(server: MisbehavingServer) -> Keeping:
    client = Keeping("m", "some-model", base_url=server.base_url, api_key="k", slots=2)
    client.kept = []
    return client


@pytest.fixture
def client(server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeping]:
    """A client for which any beginning takes long."""
    monkeypatch.setattr(extract.models.primed, "LONG", 0.0)
    with closing(keeping(server)) as started:
        yield started


def sent(server: MisbehavingServer) -> list[tuple[int, bool, int]]:
    """Messages, whether the slot's content is used, and the slot, of each request."""
    return [(len(each["messages"]), bool(each["cache_prompt"]), int(each["id_slot"])) for each in server.asked]


def another(number: int, beginning: str = "List.") -> Request:
    return replace(ASKED, messages=(Message("system", beginning), Message("user", f"{number} dogs")))


def test_a_beginning_is_read_once_and_kept_when_it_is_used_again(client: Keeping, server: MisbehavingServer) -> None:
    client.complete(another(1))
    assert sent(server) == [(1, False, 0), (1, True, 0), (2, True, 0)]
    assert client.kept == []
    client.complete(another(2))
    client.complete(another(3))
    assert sent(server)[3:] == [(1, True, 0), (2, True, 0)] * 2
    assert client.kept == [0]


def test_one_that_is_asked_with_once_is_not_kept(client: Keeping) -> None:
    for number in range(3):
        client.complete(another(1, f"Of article {number}."))
    assert client.kept == []


def test_that_of_a_question_asked_anew_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds an article."""
    monkeypatch.setattr(extract.models.primed, "LONG", 0.0)
    with misbehaving(says('{"two": 1}')) as server, closing(keeping(server)) as client:
        for _ in range(3):
            client.complete(another(1))
    assert (4, True, 1) in sent(server)
    assert client.kept == [0]


def test_one_that_is_quickly_read_is_not_kept(client: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract.models.primed, "LONG", 60.0)
    for number in range(3):
        client.complete(another(number))
    assert client.kept == []


def test_one_that_was_kept_is_not_read(client: Keeping, server: MisbehavingServer) -> None:
    client.has = True
    client.complete(another(1))
    client.complete(another(2))
    assert sent(server) == [(1, True, 0), (2, True, 0)] * 2
    assert client.kept == []


def test_after_closing_nothing_is_known_of_the_slots(client: Keeping, server: MisbehavingServer) -> None:
    client.complete(another(1))
    client.close()
    client.complete(another(1))
    assert sent(server) == [(1, False, 0), (1, True, 0), (2, True, 0)] * 2


@pytest.mark.parametrize(("status", "went_well"), [(200, True), (400, False), (500, False)])
def test_a_slot_is_saved_and_restored_by_the_server(tmp_path: Path, status: int, went_well: bool) -> None:
    asked: list[Any] = []

    class Slots(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, body, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *said: object) -> None: ...

    server = LocalServer(tmp_path / "a.gguf")
    with HTTPServer(("127.0.0.1", 0), Slots) as real:
        Thread(target=real.handle_request, daemon=True).start()
        server._address = f"http://127.0.0.1:{real.server_port}"
        assert server.move_slot("restore", 3, "a.kv") is went_well
    assert asked == [("/slots/3?action=restore", b'{"filename": "a.kv"}', f"Bearer {server.api_key}")]
    assert not server.move_slot("save", 3, "a.kv")  # it is away
