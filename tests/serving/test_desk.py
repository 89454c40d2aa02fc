"""Places, the queue, those who go away, and how it ends; with a model that answers when it is told to."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.loopback import Handler
from eval.benchmarks.misbehaving import MisbehavingServer, Move, misbehaving, says
from extract.records.results import read_run
from extract.serving import desk
from extract.tasks.loading import load_task
from tests.commands import until
from tests.serving.served import LIMITS, Served, birds, request, said_by, see, served
from tests.small_task import TEXT

ANSWER = says('{"events": []}')
OPTIONS = ("--model", "m", "--model-id", "m@1", "--retries", "0", "--cache", "off")


class Held:
    """A model's server whose answers wait until they are let go."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def act(self, handler: Handler, stopping: threading.Event) -> None:
        while not self.open.wait(0.02):
            if stopping.is_set():
                return
        handler.answer(200, json.dumps(ANSWER.body).encode())


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def model(held: Held) -> Generator[MisbehavingServer, None, None]:
    with misbehaving(Move(act=held.act)) as server:
        yield server
        held.open.set()


def texts(number: int) -> list[str]:
    return [f"Article {each}: a car bomb killed two people in Garowe on Monday, police said." for each in range(number)]


def posted_by(server: Served, pool: ThreadPoolExecutor, number: int) -> list[int]:
    """Statuses, sorted."""
    return sorted(status for status, _, _ in pool.map(server.post, texts(number)))


def test_more_than_there_are_places_for_is_refused_at_once(
    tmp_path: Path, model: MisbehavingServer, held: Held
) -> None:
    options = ("--base-url", model.base_url, *OPTIONS, "--at-once", "2", "--waiting", "3")
    with served(tmp_path, *options) as server, ThreadPoolExecutor(60) as pool:
        calls = [pool.submit(server.post, text) for text in texts(50)]
        until(lambda: sum(call.done() for call in calls) == 45)
        assert server.health()["free"] == 0
        until(lambda: len(model.asked) == 2)
        held.open.set()
        answers = [call.result() for call in calls]
        until(lambda: server.health()["free"] == 5)
    assert Counter(status for status, _, _ in answers) == {200: 5, 429: 45}
    for status, headers, body in answers:
        said = json.loads(body)
        if status == 429:
            assert list(said) == ["error"]
            assert 1 <= int(headers["retry-after"]) <= 120
        else:
            assert said["status"] == "complete"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_taken_is_answered_before_the_server_ends(
    tmp_path: Path, model: MisbehavingServer, held: Held, number: signal.Signals
) -> None:
    options = ("--base-url", model.base_url, *OPTIONS, "--at-once", "2", "--waiting", "10", "-o", "kept.jsonl")
    with served(tmp_path, *options) as server, ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(server.post, text) for text in texts(8)]
        until(lambda: server.health()["free"] == 4 and len(model.asked) == 2)
        server.process.send_signal(number)
        until(lambda: "ending: nothing more is taken, and 8 under way may take 60 s still" in server.log)
        time.sleep(0.2)
        with pytest.raises(OSError, match="refused"):
            server.talk()
        held.open.set()
        assert [call.result()[0] for call in calls] == [200] * 8
        assert server.process.wait(30) == 0
        kept = read_run(tmp_path / "kept.jsonl", load_task("attack").schema)
    assert sorted(result.text or "" for result in kept.results) == texts(8)
    until(lambda: server.log[-1] == "ended")
    assert "Traceback" not in str(server.log)


def test_under_load_every_answer_that_is_kept_is_heard_and_no_other_is(tmp_path: Path) -> None:
    options = ("--model", "rules", "--at-once", "2", "--waiting", "8", "-o", "kept.jsonl")
    heard: list[tuple[int, str]] = []

    def insist(server: Served, texts: list[str]) -> None:
        for text in texts:
            status = 0
            while status != 200:
                try:
                    status, _, body = server.post(text)
                except OSError:  # it listens no more
                    return
                except http.client.HTTPException:  # it was not yet heard
                    return
                heard.append((status, json.loads(body).get("text", "")))
                time.sleep(0.05 if status == 429 else 0)

    with served(tmp_path, *options) as server, ThreadPoolExecutor(50) as pool:
        calls = [pool.submit(insist, server, [f"{text} {each}" for text in texts(9)]) for each in range(50)]
        until(lambda: sum(status == 200 for status, _ in heard) > 20)
        code = server.end()
        for call in calls:
            call.result()
    kept = [result.text for result in read_run(tmp_path / "kept.jsonl", load_task("attack").schema).results]
    assert code == 0
    assert {status for status, _ in heard} <= {200, 429, 503}
    assert any(status == 429 for status, _ in heard)
    assert sorted(text for status, text in heard if status == 200) == sorted(text or "" for text in kept)
    assert 20 < len(kept) < 450


def test_what_takes_longer_at_the_end_is_refused(tmp_path: Path, model: MisbehavingServer) -> None:
    options = ("--base-url", model.base_url, *OPTIONS, "--at-once", "1", "--grace", "1")
    with served(tmp_path, *options) as server, ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(server.post, text) for text in texts(3)]
        until(lambda: server.health()["free"] == 14 and len(model.asked) == 1)
        code = server.end()
        answers = [call.result() for call in calls]
        until(lambda: server.log[-1].startswith("ended"))
    assert [status for status, _, _ in answers] == [503] * 3
    assert "ask again" in json.loads(answers[0][2])["error"]
    assert (code, server.log[-1]) == (1, "ended; 3 without an answer")


def test_a_body_that_is_not_here_at_the_end_is_refused(tmp_path: Path) -> None:
    with served(tmp_path, "--model", "rules", "--grace", "0") as server, server.talk() as talk:
        talk.sendall(request(TEXT)[:-1])
        until(lambda: server.health()["free"] == server.health()["places"] - 1)
        code = server.end()
        head, _, body = said_by(talk).partition(b"\r\n\r\n")
        until(lambda: server.log[-1].startswith("ended"))
    assert head.startswith(b"HTTP/1.1 503 ")
    assert "ask again" in json.loads(body)["error"]
    assert (code, server.log[-1]) == (1, "ended; 1 without an answer")


def test_a_second_signal_waits_for_nothing(tmp_path: Path, model: MisbehavingServer) -> None:
    options = ("--base-url", model.base_url, *OPTIONS)
    with served(tmp_path, *options) as server, server.talk() as talk:
        talk.sendall(request(TEXT))
        until(lambda: len(model.asked) == 1)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: any(line.startswith("ending") for line in server.log))
        assert server.end() == 1
    assert "Traceback" not in str(server.log)


@pytest.mark.parametrize("path", ["/extract", "/extract?stream"])
def test_who_goes_away_frees_the_place_and_is_not_asked_for_any_more(
    tmp_path: Path, model: MisbehavingServer, held: Held, path: str
) -> None:
    options = ("--base-url", model.base_url, *OPTIONS, "--at-once", "1", "--waiting", "2")
    with served(tmp_path, *options) as server:
        talks = [server.talk() for _ in range(3)]
        for talk, text in zip(talks, texts(3), strict=True):
            talk.sendall(request(text, path))
        until(lambda: server.health()["free"] == 0 and len(model.asked) == 1)
        for talk in talks:
            talk.close()
        # Those that wait are gone at once; the one under way when its question is answered.
        until(lambda: server.health()["free"] == 2)
        held.open.set()
        until(lambda: server.health()["free"] == 3)
        assert len(model.asked) == 1
        assert server.post(TEXT)[0] == 200
        assert server.end() == 0
    assert sum(" POST /extract " in line for line in server.log) == 4


def test_nobody_asks_further_questions_about_an_article_that_was_given_up(tmp_path: Path) -> None:
    limits = replace(LIMITS, seconds=0.2)
    let_go = threading.Event()

    def say(question: str) -> str:
        let_go.wait(10)
        return see(question)

    with birds(tmp_path, say, limits=limits, out=tmp_path / "r.jsonl") as server:
        answer = server.post(TEXT)
        assert (answer.status_code, list(answer.json())) == (504, ["error"])
        assert server.desk.free == limits.places - 1
        let_go.set()
        until(lambda: server.client.get("/health").json()["free"] == limits.places)
        assert (
            1 <= len(server.model.asked) <= 2
        )  # of three, no more than are asked at once; a busy machine asks one in time
    assert len((tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_who_has_an_answer_may_ask_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = desk._call

    def late(*call: Any) -> None:
        time.sleep(0.1)  # a busy machine
        called(*call)

    monkeypatch.setattr(desk, "_call", late)
    with birds(tmp_path, limits=replace(LIMITS, at_once=1, waiting=0)) as server:
        assert [server.post(text).status_code for text in (TEXT, " ", TEXT)] == [200, 422, 200]


def test_waiting_counts_and_who_waited_too_long_is_not_worked_on(tmp_path: Path) -> None:
    limits = replace(LIMITS, at_once=1, seconds=0.3)
    let_go = threading.Event()

    def say(question: str) -> str:
        let_go.wait(10)
        return see(question)

    with birds(tmp_path, say, limits=limits) as server, ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(server.post, ["A Wren.", "An Owl."]))
        assert [answer.status_code for answer in answers] == [504, 504]
        assert server.desk.free == limits.places - 1
        let_go.set()
    assert len(server.model.asked) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_an_answer_that_cannot_be_kept_is_not_given_and_nothing_more_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with birds(tmp_path, out=tmp_path / "r.jsonl") as server:
        kept = server.desk.counters["birds"].kept
        assert kept
        with open("/dev/full", "w", encoding="utf-8") as full:
            monkeypatch.setattr(kept._journal, "_stream", full)
            answers = [server.post(text) for text in ("A Wren.", "An Owl.")]
            with contextlib.suppress(OSError):
                full.close()
    assert [answer.status_code for answer in answers] == [503, 503]
    assert str(tmp_path) not in answers[0].text
    assert "cannot write run file" in server.log[0]
    assert len(server.model.asked) == 1


def test_a_server_that_ends_takes_nothing_more(tmp_path: Path) -> None:
    with birds(tmp_path) as server:
        server.desk.ending = True
        answer = server.post(TEXT)
        assert (answer.status_code, list(answer.json())) == (503, ["error"])
        assert server.client.get("/health").json()["status"] == "ending"


def test_many_at_once_each_get_the_answer_to_their_own_article(tmp_path: Path) -> None:
    asked = [f"A {bird} sang {each} times." for each in range(20) for bird in ("Wren", "Owl")]
    with birds(tmp_path, limits=replace(LIMITS, waiting=100)) as server, ThreadPoolExecutor(16) as pool:
        answers = [answer.json() for answer in pool.map(server.post, asked)]
    assert [answer["text"] for answer in answers] == asked
    assert [answer["records"]["sightings"][0]["bird"] for answer in answers] == ["Wren", "Owl"] * 20
