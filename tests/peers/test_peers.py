"""Comparison with peers: asking, measuring, giving up, the command. No model and no network."""

from __future__ import annotations

import json
import os
import socket
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from eval.benchmarks.misbehaving import MisbehavingServer, Move, fails, misbehaving, says
from eval.harness import load_gold
from eval.peers.__main__ import NAMES, chosen_peers, first_articles, main
from eval.peers.flat import as_extractions
from eval.peers.meter import Meter, Reading
from eval.peers.ours import open_ours
from eval.peers.runner import Peer, peers_of, run_peers
from eval.peers.with_instructor import open_instructor
from eval.peers.with_langextract import as_example, description, open_langextract
from eval.peers.worker import Endpoint, Opener, Turn, forget_peak, peak_bytes, take_turn
from eval.scoring.metrics import Tally
from extract.articles import Article
from extract.errors import UsageError
from extract.prompting.examples import WorkedExample
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task, shipped_tasks
from extract.tasks.task import Task
from tests import recalls
from tests.agreeable import agreeable
from tests.made_up_peers import (
    LOG,
    VOYAGE,
    Log,
    ask,
    begin_logs,
    gold,
    open_absent,
    open_perfect,
    open_unlucky,
)
from tests.small_gold import ATTACK, TEXTS, write_gold


def endpoint(base_url: str) -> Endpoint:
    return Endpoint(base_url, "secret", "a-model", 8192)


def article(name: str) -> Article:
    return Article(name, TEXTS[name], f"{name}.txt")


# Peers in their processes, asking a server of canned answers


@contextmanager
def working(
    opener: Opener, *moves: Move, task: Task[Any] = ATTACK
) -> Iterator[tuple[Callable[[Article], Turn], MisbehavingServer]]:
    """A peer at work on a script of answers."""
    with misbehaving(*moves) as server:
        yield lambda article: take_turn(opener, task, endpoint(server.base_url), article, 60.0, 0.0), server
        assert set(server.keys) == {"Bearer secret"}


def test_instructor_asks_once_for_the_whole_schema_and_a_cut_answer_is_a_failure() -> None:
    good = says(gold("north").model_dump_json(), tokens=(900, 400))
    with working(open_instructor, good, says('{"events": [', finish_reason="length")) as (turn, server):
        first, second = (turn(article("north")) for _ in range(2))
    assert (first.problem, first.records) == (None, gold("north"))
    assert first.reading == Reading(requests=1, input_tokens=900, output_tokens=400)
    assert (second.records, second.problem) == (None, "IncompleteOutputException")
    assert (second.reading.requests, second.reading.cut) == (1, 1)
    asked = server.asked[0]
    assert set(asked["response_format"]["json_schema"]["schema"]["properties"]) == {"events", "quotes"}
    assert asked["max_tokens"] > 0
    assert asked["messages"][-1]["content"] == TEXTS["north"]


def test_langextract_is_asked_with_the_example_and_what_it_cannot_locate_is_left_out() -> None:
    pytest.importorskip("langextract")
    attack = {"kind": "bombing", "context": "main", "attacker": None, "date_text": "on Friday", "date": None}
    figure = {"outcome": "killed", "who": "people", "quantity_text": "Three", "quantity_bound": "exact"}
    found = [
        {"event": "A bomb exploded in a market", "event_attributes": {**attack, "places": ["Kherson"]}},
        {"casualty": "Three people were killed", "casualty_attributes": {**figure, "quantity_value": 3}},
        {"casualty": "zebras grazing", "casualty_attributes": {**figure, "quantity_value": 9}},
    ]
    with working(open_langextract, says(json.dumps({"extractions": found}))) as (turn, server):
        taken = turn(article("east"))
    assert isinstance(taken.records, Records)
    [bombing] = taken.records.events
    assert (bombing.kind, bombing.places) == ("bombing", ["Kherson"])
    assert [one.quantity.value for one in bombing.casualties] == [3]
    [asked] = server.asked
    assert asked["response_format"]["type"] == "json_schema"
    assert asked["max_tokens"] > 0
    assert description(Records) in asked["messages"][-1]["content"]
    assert ATTACK.examples[0].text in asked["messages"][-1]["content"]


@pytest.mark.filterwarnings("ignore")  # of packages that langextract imports
@pytest.mark.parametrize("name", shipped_tasks())
def test_langextract_finds_every_extraction_in_its_example(name: str) -> None:
    validation = pytest.importorskip("langextract.prompt_validation")
    shown = [as_example(example) for example in load_task(name).examples]
    report = validation.validate_prompt_alignment(shown)
    assert not report.has_failed  # one inside another is found as well, but not counted as exact


def test_peers_extract_any_task_of_a_folder(tmp_path: Path) -> None:
    pytest.importorskip("langextract")
    task, voyage = begin_logs(tmp_path / "logs"), Article("aurora", VOYAGE, "aurora.txt")
    flat = [
        {one.kind: one.text, f"{one.kind}_attributes": dict(one.attributes)}
        for one in as_extractions(WorkedExample(VOYAGE, LOG))
    ]
    for opener, answer in (
        (open_ours, LOG.model_dump_json()),
        (open_instructor, LOG.model_dump_json()),
        (open_langextract, json.dumps({"extractions": flat})),
    ):
        with working(opener, says(answer), task=task) as (turn, server):
            taken = turn(voyage)
        assert (taken.detail, taken.records) == ("", LOG)
        assert "A stay in a port." in json.dumps(server.asked[0]["messages"])


def test_langextract_needs_a_worked_example(tmp_path: Path) -> None:
    pytest.importorskip("langextract")
    task = begin_logs(tmp_path / "logs", example=False)
    with working(open_langextract, says("no matter"), task=task) as (turn, server):
        taken = turn(Article("a", VOYAGE, "a.txt"))
        server.keys.append("Bearer secret")  # it was never asked
    assert (taken.problem, taken.records) == ("TaskError", None)
    assert "task 'logs' has no worked example" in taken.detail


def test_a_task_without_a_folder_cannot_reach_a_peer() -> None:
    with pytest.raises(UsageError, match="task 'log' has no folder"):
        take_turn(open_ours, Task.of(Log), endpoint("http://127.0.0.1:1/v1"), article("north"), 1.0)


def test_ours_fails_when_the_server_refuses() -> None:
    with working(open_ours, fails(400, "no such thing")) as (turn, _):
        taken = turn(article("north"))
    assert (taken.records, taken.problem) == (None, "ModelError")
    assert "no such thing" in taken.detail


# The meter


def test_the_meter_passes_on_and_counts() -> None:
    moves = says("a", tokens=(100, 5)), says("b", tokens=(10, 7), finish_reason="length"), fails(500), says("c")
    with misbehaving(*moves) as server, closing(Meter(server.base_url)) as meter:
        ask(endpoint(meter.base_url))
        ask(endpoint(meter.base_url))
        with pytest.raises(urllib.error.HTTPError, match="500") as caught:
            ask(endpoint(meter.base_url))
        caught.value.close()
        assert meter.take() == Reading(requests=3, input_tokens=110, output_tokens=12, cut=1)
        assert meter.take() == Reading()
    assert server.paths == ["/v1/chat/completions"] * 3
    assert set(server.keys) == {"Bearer secret"}
    assert server.asked[0] == {"model": "a-model", "messages": []}


def test_a_server_that_is_gone_is_an_error_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    with closing(Meter(address)) as meter:
        with pytest.raises(urllib.error.HTTPError, match="502") as caught:
            ask(endpoint(meter.base_url))
        caught.value.close()
        assert meter.take() == Reading(requests=1)


def test_an_asker_that_leaves_takes_the_request_with_it() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as upstream,
        closing(Meter(f"http://127.0.0.1:{upstream.getsockname()[1]}/v1")) as meter,
    ):
        address = urlsplit(meter.base_url)
        with socket.create_connection((address.hostname, address.port)) as asker:
            asker.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
            asked, _ = upstream.accept()
        with asked:
            asked.settimeout(10)
            while asked.recv(4096):  # the request, and then the end: a timeout would be an error
                pass


# Workers and turns


@pytest.fixture
def server() -> Iterator[str]:
    with misbehaving(says("yes", tokens=(100, 10))) as running:
        yield running.base_url


def test_peers_take_turns_and_nobody_is_lost(server: str, tmp_path: Path) -> None:
    peers = [
        Peer("ours", "knows", open_perfect, "json"),
        Peer("unlucky", "fails", open_unlucky, "json"),
        Peer("absent", "is not there", open_absent, "json"),
    ]
    told: list[tuple[str, str, str | None, str]] = []
    standings = run_peers(
        peers,
        load_gold(write_gold(tmp_path / "gold"), ATTACK),
        endpoint(server),
        timeout=2.0,
        told=lambda name, row, detail: told.append((name, row.article_id, row.problem, detail)),
        settle=0.0,
    )
    ours, unlucky, absent = standings
    assert [name for name, _, _, _ in told] == ["ours", "unlucky", "absent"] * 4
    assert [row.problem for row in ours.articles] == [None] * 4
    assert ours.tally("overall") == Tally(cor=55)
    assert [(row.requests, row.input_tokens, row.output_tokens) for row in ours.articles] == [(1, 100, 10)] * 4
    assert [row.problem for row in unlucky.articles] == ["ValueError", "timeout", "crash", None]  # east, north, south
    # north 15, south 15 and east 12 leaves are missed, the 13 of south-again found
    assert unlucky.tally("overall") == Tally(cor=13, mis=42)
    assert unlucky.articles[1].seconds >= 2.0
    assert unlucky.articles[1].output_tokens == 10  # what it asked before it was given up
    assert {row.problem for row in absent.articles} == {"ImportError"}
    assert absent.tally("overall") == Tally(mis=55)
    details = {(name, where): detail for name, where, _, detail in told}
    assert details["unlucky", "east"] == "no idea"
    assert details["absent", "north"] == "no module named 'absent'"


@pytest.mark.skipif(peak_bytes() is None, reason="no /proc here")
def test_the_peak_is_of_a_process_and_can_begin_anew() -> None:
    block = bytearray(os.urandom(1)) * 80_000_000
    high = peak_bytes()
    assert high is not None
    assert high >= len(block)
    del block
    forget_peak()
    assert (peak_bytes() or high) < high
    assert peak_bytes(2**22) is None  # beyond the highest process id


def test_all_three_ask_one_server_of_anything_legal(tmp_path: Path) -> None:
    pytest.importorskip("langextract")
    small = first_articles(ATTACK, write_gold(tmp_path / "gold"), 1)
    with agreeable() as base_url:
        standings = run_peers(peers_of(ATTACK), small, endpoint(base_url), timeout=60.0)
    assert [(one.name, one.articles[0].problem) for one in standings] == [
        ("ours", None),
        ("instructor", None),
        ("langextract", None),
    ]
    requests = [one.articles[0].requests for one in standings]
    assert requests[0] > 0
    assert requests[1:] == [1, 1]  # the whole schema at once, and a text of one chunk
    assert [one.articles[0].output_tokens for one in standings] == [2 * number for number in requests]


# The command


def test_peers_are_chosen_by_name() -> None:
    assert tuple(peer.name for peer in peers_of(ATTACK)) == NAMES
    assert [peer.name for peer in chosen_peers(["instructor", "ours"], ATTACK)] == ["ours", "instructor"]
    refused = CliRunner().invoke(main, ["--peer", "theirs"])
    assert (refused.exit_code, "'theirs' is not one of 'ours', 'instructor', 'langextract'" in refused.stderr) == (
        2,
        True,
    )


def test_a_setting_says_what_the_task_is_asked_with(tmp_path: Path) -> None:
    ours, _, langextract = peers_of(ATTACK)
    assert ours.setting == "prompt set 'sentence', the usual one of the embedded model; no store"
    assert langextract.setting.startswith("worked examples: 4; 4 workers")
    assert "worked examples: 0" in peers_of(begin_logs(tmp_path / "logs", example=False))[2].setting


def test_a_missing_peer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    rare = Peer("rare", "s", open_absent, "not_installed_anywhere")
    monkeypatch.setattr("eval.peers.runner.peers_of", lambda task: (rare,))
    with pytest.raises(UsageError, match=r'pip install -e "\.\[peers\]"'):
        chosen_peers(["rare"], ATTACK)


def test_the_first_articles_are_a_gold_set_of_their_own(tmp_path: Path) -> None:
    folder = write_gold(tmp_path / "gold")
    (folder / "labels" / "east.json").unlink()
    some, every = (first_articles(ATTACK, folder, limit) for limit in (2, None))
    assert (list(some.labels), list(every.labels)) == (["north", "south"], ["north", "south", "south-again"])
    assert some.sha256 != every.sha256 == load_gold(folder, ATTACK).sha256


def test_labels_are_those_of_the_task(tmp_path: Path) -> None:
    task = recalls.begin(tmp_path / "recalls", recalls.Recalls)
    recalls.write_set(tmp_path / "recalls" / "gold", recalls.RECALLED, recalls.RECALL_LABEL)
    gold = first_articles(task, None, None)
    assert list(gold.labels) == ["one"]
    assert isinstance(gold.labels["one"].records, recalls.Recalls)


def test_a_task_that_does_not_exist_is_told_in_a_line() -> None:
    result = CliRunner().invoke(main, ["--task", "nowhere"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: no task 'nowhere'")
