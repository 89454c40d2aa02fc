"""Faults between a client and its server: what is tried again, when, and what is said of it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler

import pytest

from eval.benchmarks.misbehaving import Move, fails, misbehaving, says
from extract.errors import ModelUnavailable, TransportError
from extract.models.openai_client import OpenAIClient
from extract.models.transport import Patience
from tests.models.asked import GOOD, Time, client_of, request


@pytest.mark.parametrize(
    "fault",
    [
        fails(429),
        fails(500),
        fails(503, "Loading model"),
        fails(529),
        Move(body=b'{"id": "1", "choices": [', cut_at=10),
        Move(body=b'{"id": "1", "choices": ['),
        Move(body=b""),
        Move(body=b"<html>busy</html>", content_type="text/html"),
        Move(body={"id": "1", "choices": []}),
        Move(body={"id": "1", "choices": [{"index": 0, "finish_reason": "stop"}]}),
        Move(body={}),
        Move(cut_at=0),
    ],
    ids=["429", "500", "503", "529", "half a body", "half a JSON", "empty", "a page", *("no choice",) * 3, "closed"],
)
def test_a_fault_that_passes_is_not_seen(fault: Move) -> None:
    time = Time()
    with misbehaving(fault, fault, says(GOOD)) as server, client_of(server, time) as client:
        response = client.complete(request())
    assert response.outcome == "ok"
    assert len(response.attempts) == 1
    assert server.asked[0] == server.asked[2]
    assert time.slept == [1.0, 2.0]  # jitter is 1 here: no part of the pause is saved


def test_a_fault_that_stays_is_one_line_with_the_host_and_without_the_key() -> None:
    time = Time()
    with misbehaving(fails(500, "broken\nfor sk-abc")) as server, client_of(server, time, key="sk-abc") as client:
        with pytest.raises(TransportError) as caught:
            client.complete(request())
        assert len(server.asked) == 4
    assert str(caught.value).startswith("127.0.0.1 answered 500 4 times")
    assert "\n" not in str(caught.value)
    assert "sk-abc" not in str(caught.value)
    assert time.slept == [1.0, 2.0, 4.0]


def test_a_server_that_hangs_is_left_after_the_time_limit() -> None:
    with (
        misbehaving(Move(hang=True)) as server,
        client_of(server, Time(), timeout=0.05) as client,
        pytest.raises(TransportError, match=r"gave no proper answer 4 times.*timed out"),
    ):
        client.complete(request())


def test_nobody_there() -> None:
    with misbehaving(says(GOOD)) as server:
        pass
    with (
        client_of(server, Time()) as client,
        pytest.raises(TransportError, match=r"127\.0\.0\.1 gave no proper answer"),
    ):
        client.complete(request())


def test_that_a_server_is_away_or_busy_is_said_once_for_each_kind_of_fault() -> None:
    said: list[str] = []
    moves = (Move(cut_at=0), Move(cut_at=0), fails(429, "slow down, sk-abc", retry_after="40"), says("{}"), says(GOOD))
    with misbehaving(*moves, Move(cut_at=0), says(GOOD)) as server:
        with client_of(server, Time(), key="sk-abc", warn=said.append) as client:
            assert client.complete(request()).outcome == "ok"
            assert client.complete(request()).outcome == "ok"
        assert len(server.asked) == 7
    away, busy = said
    assert away.startswith("127.0.0.1 gave no proper answer: every question is tried 4 times; Connection error")
    assert busy.startswith("127.0.0.1 answered 429, asks to wait 40 s: every question is tried 4 times; ")
    assert "slow down, ***'" in busy


@pytest.mark.parametrize(("asked_for", "waits"), [("7", 7.0), ("0", 1.0), ("nonsense", 1.0)])
def test_retry_after_is_honoured(asked_for: str, waits: float) -> None:
    time = Time()
    with misbehaving(fails(429, retry_after=asked_for), says(GOOD)) as server, client_of(server, time) as client:
        client.complete(request())
    assert time.slept == [waits]


def test_retry_after_may_be_a_date() -> None:
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    time = Time()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    with misbehaving(fails(429, retry_after=date), says(GOOD)) as server, client_of(server, time) as client:
        client.complete(request())
    assert time.slept == [pytest.approx(40, abs=5)]


def test_a_question_is_tried_as_often_as_was_asked_for_however_long_a_try_takes() -> None:
    time = Time()

    def hours_later(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        time.now += 7200.0
        handler.close_connection = True

    with misbehaving(Move(act=hours_later)) as server:
        with client_of(server, time, tries=21) as client, pytest.raises(TransportError, match="answer 21 times"):
            client.complete(request())
        assert len(server.asked) == 21
    assert sum(time.slept) == 1 + 2 + 4 + 8 + 16 + 15 * 30


def test_a_pause_beyond_all_patience_is_not_begun() -> None:
    time = Time()
    with (
        misbehaving(fails(429, retry_after="301")) as server,
        client_of(server, time) as client,
        pytest.raises(TransportError, match="answered 429 once, asks to wait 301 s"),
    ):
        client.complete(request())
    assert time.slept == []


@pytest.mark.parametrize(
    ("move", "kind", "words"),
    [
        (fails(401), ModelUnavailable, "does not accept the API key"),
        (fails(403), ModelUnavailable, "does not let this key use model 'm-1'"),
        (fails(404), ModelUnavailable, "has no model 'm-1' at that address.*--base-url"),
        (fails(429, "You exceeded it", code="insufficient_quota"), ModelUnavailable, "no quota left"),
        (fails(400, "bad"), TransportError, r"refused the request \(400\)"),
        (fails(400, "exceeds the context size"), TransportError, "ask for less at once"),
        (fails(501), TransportError, r"refused the request \(501\)"),
    ],
)
def test_what_no_further_try_mends_is_not_tried_again(move: Move, kind: type[Exception], words: str) -> None:
    with misbehaving(move) as server, client_of(server, Time()) as client:
        with pytest.raises(kind, match=words):
            client.complete(request())
        assert len(server.asked) == 1


def test_chance_shortens_pauses_by_at_most_half() -> None:
    slept: list[float] = []
    patience = Patience(tries=3, first_wait=8.0, sleep=slept.append, jitter=lambda: 0.0)
    with misbehaving(fails(500), fails(500), says(GOOD)) as server:
        client = OpenAIClient("m-1", "m", base_url=server.base_url, patience=patience)
        client.complete(request())
        client.close()
    assert slept == [4.0, 8.0]
