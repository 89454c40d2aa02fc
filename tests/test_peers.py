"""Comparison with peers: mapping, measuring, giving up, scoring, tables. No model and no network."""

from __future__ import annotations

import json
import os
import socket
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from eval.harness import load_gold
from eval.peers.__main__ import NAMES, chosen_peers, first_articles, main
from eval.peers.flat import Found, as_extractions
from eval.peers.mapping import as_records
from eval.peers.meter import Meter, Reading
from eval.peers.ours import open_ours
from eval.peers.runner import Peer, peers_of, run_peers
from eval.peers.standings import (
    ArticleStanding,
    PeerStanding,
    Standings,
    load_standings,
    render_standings,
    results_file,
    update_page,
)
from eval.peers.with_instructor import open_instructor
from eval.peers.with_langextract import as_example, description, open_langextract
from eval.peers.worker import Endpoint, Opener, Turn, forget_peak, peak_bytes, take_turn
from eval.scoring.metrics import Tally
from extract.articles import Article
from extract.errors import GoldError, UsageError
from extract.prompting.examples import WorkedExample
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task, shipped_tasks
from extract.tasks.task import Task
from tests import recalls
from tests.agreeable import agreeable
from tests.made_up_peers import (
    LOG,
    VOYAGE,
    Family,
    Fleet,
    Log,
    Person,
    Ship,
    Weight,
    ask,
    begin_logs,
    gold,
    open_absent,
    open_perfect,
    open_unlucky,
)
from tests.misbehaving import MisbehavingServer, Move, fails, misbehaving, says
from tests.small_gold import ATTACK, TEXTS, write_gold


def endpoint(base_url: str) -> Endpoint:
    return Endpoint(base_url, "secret", "a-model", 8192)


def article(name: str) -> Article:
    return Article(name, TEXTS[name], f"{name}.txt")


# Records as flat extractions, and back


def attacks(*found: Found) -> Records:
    return as_records(found, Records)


def log(*found: Found) -> Log:
    return as_records([Found("log", "Aurora", {"sealed": True}), *found], Log)


def event(text: str, **attributes: object) -> Found:
    return Found("event", text, {"kind": "air_strike", "context": "main", **attributes})


@pytest.mark.parametrize("name", shipped_tasks())
def test_a_worked_example_comes_back_as_its_records(name: str) -> None:
    task = load_task(name)
    assert task.examples
    for example in task.examples:
        found = as_extractions(example)
        assert [one.text for one in found if one.text not in example.text] == []
        assert as_records(found, task.schema) == example.records


def test_a_worked_example_is_flat_and_in_the_order_of_its_text() -> None:
    assert [(one.kind, one.text, dict(one.attributes)) for one in as_extractions(WorkedExample(VOYAGE, LOG))] == [
        ("log", "Aurora", {"sealed": True}),
        ("call", "Port Vell", {"reason": "trade", "pier": 3, "day": None}),
        ("loaded_cargo", "rye", {"weight_words": "1,200.5 tons", "weight_tons": 1200.5}),
        ("loaded_cargo", "wine", {"weight_words": None, "weight_tons": None}),
        ("landed_cargo", "tar", {"weight_words": None, "weight_tons": None}),
        ("call", "Ys", {"reason": "repair", "pier": None, "day": "1850-03-01"}),
    ]


def test_a_record_that_no_words_show_stands_where_its_first_child_does() -> None:
    fleet = Fleet(size=2, ships=[Ship(name="Borealis"), Ship(name="Aurora")])
    found = as_extractions(WorkedExample("The Aurora and the Borealis", fleet))
    assert [(one.kind, one.text, dict(one.attributes)) for one in found] == [
        ("fleet", "Aurora", {"size": 2}),
        ("ship", "Aurora", {}),
        ("ship", "Borealis", {}),
    ]
    assert as_records(found, Fleet) == Fleet(size=2, ships=[Ship(name="Aurora"), Ship(name="Borealis")])


def test_events_of_several_chunks_that_agree_are_one() -> None:
    casualty = {"outcome": "killed", "quantity_value": 3, "quantity_text": "three", "quantity_bound": "exact"}
    records = attacks(
        event("a", attacker="Russia", places=["Kyiv"], date_text=None),
        Found("casualty", "killed three", {**casualty, "who": "people"}),
        event("b", attacker=None, places=["Kyiv", "Odesa"], date_text="Monday", context="other"),
        Found("casualty", "three were killed", {**casualty, "who": "people"}),
        event("c", attacker="Ukraine", places=["Belgorod"]),
        Found("casualty", "three died there", casualty),
    )
    assert [(one.evidence, one.attacker, one.date_text, one.context, one.places) for one in records.events] == [
        ("a", "Russia", "Monday", "main", ["Kyiv", "Odesa"]),
        ("c", "Ukraine", None, "main", ["Belgorod"]),
    ]
    assert [[one.evidence for one in event.casualties] for event in records.events] == [
        ["killed three"],
        ["three died there"],
    ]


def test_children_before_any_event_belong_to_the_first() -> None:
    weapon = Found("weapon", "drones", {"kind": "drone"})
    damage = Found("damage", "a house", {"kind": "residential", "extent": "destroyed"})
    [found] = attacks(weapon, event("a strike"), damage).events
    assert (found.evidence, len(found.weapons), len(found.damage)) == ("a strike", 1, 1)
    [unnamed] = attacks(weapon, damage).events
    assert (unnamed.evidence, unnamed.kind, len(unnamed.weapons), len(unnamed.damage)) == ("drones", "other", 1, 1)


def test_children_whose_parent_cannot_be_made_are_left_out() -> None:
    assert log(Found("landed_cargo", "tar", {})).calls == []  # a port is a name, and nobody named one


def test_a_child_knows_its_field_where_its_type_stands_in_several() -> None:
    cargo = [Found("loaded_cargo", "rye", {}), Found("landed_cargo", "tar", {}), Found("loaded_cargo", "rye", {})]
    [call] = log(Found("call", "Ys", {"reason": "trade"}), *cargo).calls
    assert ([one.goods for one in call.loaded], [one.goods for one in call.landed]) == (["rye"], ["tar"])


def test_records_inside_their_own_type_are_read_as_the_outermost() -> None:
    family = Family(people=[Person(name="Ada", children=[Person(name="Ben", children=[Person(name="Cy")])])])
    found = as_extractions(WorkedExample("Ada, her son Ben, his son Cy", family))
    assert [(one.kind, one.text) for one in found] == [("person", "Ada"), ("person", "Ben"), ("person", "Cy")]
    assert [one.name for one in as_records(found, Family).people] == ["Ada", "Ben", "Cy"]


def test_spellings_are_forgiven_and_the_unreadable_is_left_out() -> None:
    records = attacks(
        event("a strike", kind="Air Strikes", places="Kyiv", attacker="unknown", date="Monday"),
        Found("weapon", "shot down drones", {"kind": "Drones", "outcome": "broken", "quantity_bound": "exact"}),
        Found("Casualty", "1,200 hurt", {"outcome": "hospitalized", "quantity_text": "1,200", "who": "civilian"}),
        Found("casualty", "some", {"outcome": "surprised", "who": "people"}),
        Found("damage", "a tower", {"kind": "lighthouse", "extent": "Unspecified"}),
        Found("quote", "“We stay.”", {"speaker": "null", "text": "We stay."}),
        Found("quote", "“We stay,” said Ana.", {"speaker": "Ana", "role": ["the", "mayor"], "text": "“We stay,”"}),
        Found("mood", "sad", {}),
    )
    [found] = records.events
    assert (found.kind, found.places, found.attacker, found.date) == ("air_strike", ["Kyiv"], None, None)
    assert [(one.kind, one.outcome, one.quantity) for one in found.weapons] == [("drone", "used", None)]
    [casualty] = found.casualties
    assert (casualty.outcome, casualty.quantity.value, casualty.who) == ("hospitalised", 1200, "civilians")
    [tower] = found.damage
    assert (tower.object, tower.kind, tower.extent) == ("a tower", "other", "unspecified")
    [quote] = records.quotes
    assert (quote.text, quote.role) == ("We stay,", "the mayor")


def test_values_are_read_by_their_type() -> None:
    read = log(
        Found("log", "the bark Aurora", {"sealed": "no"}),  # said again: the first stays
        Found("call", "Ys", {"reason": "repairs", "pier": "no. 12", "day": "1850-03-01"}),
        Found("call", "Ur", {"reason": "shelter", "pier": 1.5, "day": "in March"}),
        Found("loaded_cargo", "rye", {"weight_words": "2.5 tons", "weight_tons": "null"}),
        Found("loaded_cargo", "oil", {"weight_tons": "3 tons"}),
    )
    ys, ur = read.calls
    assert (read.ship, read.sealed) == ("Aurora", True)
    assert (ys.reason, ys.pier, ys.day) == ("repair", 12, date(1850, 3, 1))
    assert (ur.reason, ur.pier, ur.day) == ("other", None, None)
    rye, oil = ur.loaded
    assert rye.weight == Weight(words="2.5 tons", tons=2.5)
    assert oil.weight == Weight(words="oil", tons=3)


def test_an_article_that_lacks_what_has_to_be_there_is_no_record() -> None:
    with pytest.raises(ValidationError, match="sealed"):
        as_records([Found("log", "Aurora", {})], Log)


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


# The document and its tables


def row(name: str, tally: Tally, seconds: float, written: int, **more: object) -> ArticleStanding:
    numbers = {"requests": 1, "input_tokens": 1000, "output_tokens": written, "cut": 0, **more}
    tallies = {"overall": tally, "type/event": tally, "type/quote": Tally()}
    return ArticleStanding.model_validate({"article_id": name, "seconds": seconds, "tallies": tallies, **numbers})


@pytest.fixture
def document() -> Standings:
    found = Tally(cor=6, inc=1, mis=2, spu=1)
    ours = [row("a", found, 20.0, 100), row("b", found, 40.0, 300)]
    other = [
        row("a", Tally(cor=1, mis=8, spu=7), 60.0, 900, cut=1),
        row("b", Tally(mis=9), 360.0, 0, problem="timeout"),
    ]
    return Standings(
        measured_on="2026-11-22",
        model="local/m@sha256:cc",
        context_tokens=8192,
        slots=4,
        timeout=360,
        cores=2,
        machine="Linux x86_64",
        gold_sha256="0123456789abcdef",
        scoring=1,
        versions={"instructor": "1.17.0"},
        peers=[
            PeerStanding(name="ours", setting="s", server_peak=2_000_000_000, peer_peak=500_000_000, articles=ours),
            PeerStanding(name="other", setting="t", server_peak=2_000_000_000, articles=other),
        ],
    )


def test_the_tables_say_what_is_right_and_what_it_costs(document: Standings) -> None:
    text = render_standings(document, "markdown")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    # ours: COR 12, INC 2, MIS 4, SPU 2: P 12/16, R 12/18, F1 24/34. other: COR 1, MIS 17, SPU 7: 1/8, 1/18, 2/26
    assert rows[0] == ["peer", "strict F1", "P", "R", "event", "quote"]
    assert rows[2] == ["ours", "0.706", "0.750", "0.667", "0.706", "–"]
    assert rows[3] == ["other", "0.077", "0.125", "0.056", "0.077", "–"]
    assert rows[6] == ["ours", "30.0 s", "1 000", "200", "2.50 GB", "0 of 2", "0 of 2"]
    assert rows[7] == ["other", "210 s (7.0×)", "1 000 (1.0×)", "450 (2.2×)", "–", "1 of 2", "1 of 2"]
    assert "- other: t" in text
    assert "8192 × 4 slots | given up after 360 s | Linux x86_64, 2 cores | 2026-11-22 | instructor 1.17.0" in text


def test_a_saved_comparison_is_printed_without_running_anything(document: Standings, tmp_path: Path) -> None:
    path = tmp_path / "peers.json"
    path.write_text(document.model_dump_json(), encoding="utf-8")
    result = CliRunner().invoke(main, ["--render", str(path)])
    assert result.exit_code == 0
    assert result.stdout == render_standings(load_standings(path))


def test_another_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"format": "attested-peers-0"}', encoding="utf-8")
    with pytest.raises(GoldError, match=r"x\.json' is not a comparison of peers \(attested-peers-1\)"):
        load_standings(tmp_path / "x.json")
    result = CliRunner().invoke(main, ["--render", str(tmp_path / "x.json")])
    assert (result.exit_code, result.stdout) == (2, "")


def test_every_task_has_a_place_of_its_own_in_a_page(document: Standings, tmp_path: Path) -> None:
    assert document.task == "attack"  # what older documents do not say
    diplomacy = document.model_copy(update={"task": "diplomacy", "peers": document.peers[:1]})
    page = tmp_path / "README.md"
    begin = "written by python -m eval.peers --render eval/results"
    page.write_text(
        f"<!-- peers attack: {begin}/attack/peers.json --update README.md -->\n<!-- /peers attack -->\n\nDiplomacy:\n\n"
        f"<!-- peers diplomacy: {begin}/diplomacy/peers.json --update README.md -->\n<!-- /peers diplomacy -->\n",
        encoding="utf-8",
    )
    assert update_page(page, diplomacy)
    assert update_page(page, document)
    assert not update_page(page, diplomacy)
    first, second = page.read_text(encoding="utf-8").split("Diplomacy:")
    assert render_standings(document, "markdown") in first
    assert render_standings(diplomacy, "markdown") in second
    assert results_file("diplomacy").as_posix() == "eval/results/diplomacy/peers.json"


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
    assert langextract.setting.startswith("worked examples: 3; 4 workers")
    assert "worked examples: 0" in peers_of(begin_logs(tmp_path / "logs", example=False))[2].setting


def test_a_missing_peer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    rare = Peer("rare", "s", open_absent, "not_installed_anywhere")
    monkeypatch.setattr("eval.peers.runner.peers_of", lambda task: (rare,))
    with pytest.raises(UsageError, match=r"pip install 'attested\[peers\]'"):
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
