"""Connections: what is no request, bodies that are too long or never end, and who is slow."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.commands import until
from tests.serving.served import Served, request, said_by, served


@pytest.fixture(scope="module")
def by_rules(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served, None, None]:
    with served(tmp_path_factory.mktemp("rules"), "--model", "rules", "--max-bytes", "50000") as made:
        yield made
        assert made.end() == 0
        assert "Traceback" not in str(made.log)


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"x" * 70_000,
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: nonsense\r\n\r\n",
        b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["nonsense", "header", "headers", "path", "host", "length", "lengths", "tls"],
)
def test_what_is_no_request_is_refused_in_the_same_form(by_rules: Served, said: bytes) -> None:
    with by_rules.talk() as talk:
        talk.sendall(said)
        talk.shutdown(socket.SHUT_WR)
        head, _, body = said_by(talk).partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
    assert list(json.loads(body)) == ["error"]


def test_a_broken_form_is_one_line_of_the_log(by_rules: Served) -> None:
    told = sum("/health" in line for line in by_rules.log)
    assert by_rules.health()
    until(lambda: sum("/health" in line for line in by_rules.log) > told)  # behind the lines of the tests before
    before = len(by_rules.log)
    assert by_rules.ask("POST", "/extract", "a secret", {"Content-Type": "multipart/form-data; boundary=x"})[0] == 400
    assert by_rules.health()
    until(lambda: any("/health" in line for line in by_rules.log[before:]))
    assert len(by_rules.log) == before + 2


def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_sent(by_rules: Served) -> None:
    with by_rules.talk() as talk:
        talk.sendall(
            b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9999999999\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert said_by(talk).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_an_end_is_refused_when_it_is_too_long(by_rules: Served) -> None:
    with by_rules.talk() as talk:
        talk.sendall(
            b"POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(8):
            talk.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        assert talk.recv(100).startswith(b"HTTP/1.1 413 ")
    assert by_rules.health()["free"] == by_rules.health()["places"]


def test_a_body_that_is_cut_off_frees_its_place(by_rules: Served) -> None:
    with by_rules.talk() as talk:
        talk.sendall(request("x" * 1000)[:-500])
        until(lambda: by_rules.health()["free"] < by_rules.health()["places"])
    until(lambda: by_rules.health()["free"] == by_rules.health()["places"])


def test_a_connection_is_used_again_after_a_refusal(by_rules: Served) -> None:
    line = http.client.HTTPConnection("127.0.0.1", by_rules.port, timeout=30)
    with contextlib.closing(line):
        for body, status in (("", 422), ("A car bomb killed two people in Garowe.", 200), ("x" * 60_000, 413)):
            line.request("POST", "/extract", body.encode(), {"Content-Type": "text/plain"})
            answer = line.getresponse()
            assert (answer.status, json.loads(answer.read()).keys() >= {"error"}) == (status, status != 200)


def test_a_head_that_never_ends_and_an_answer_that_is_never_taken_end_the_connection(tmp_path: Path) -> None:
    hasty = "import extract.serving.listening; extract.serving.listening.HEAD_SECONDS = 0.3"
    with served(tmp_path, "--model", "rules", before=hasty) as server:
        whole = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for before, beginning in ((b"", b""), (b"", whole[:30]), (whole, whole[:30])):
            with server.talk() as talk:
                talk.sendall(before)
                assert not before or talk.recv(65536).startswith(b"HTTP/1.1 200 ")
                time.sleep(0.1)
                talk.sendall(beginning)
                assert said_by(talk).count(b"HTTP/1.1 ") == 0
        with server.talk() as talk:
            talk.sendall(b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000)
            time.sleep(2)
            with contextlib.suppress(ConnectionError):
                assert said_by(talk).count(b"HTTP/1.1 200 ") < 1000
        assert sum(" GET /docs 200 " in line for line in server.log) < 1000
        assert server.end() == 0
