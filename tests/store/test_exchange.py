"""Recordings between the working store and files: chosen, checked, moved; nothing half done."""

from __future__ import annotations

import io
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import DamagedRecording, StoreError, UsageError
from extract.models.client import About
from extract.store import exchange, recordings
from extract.store.exchange import Selection
from extract.store.layers import Layer, write_layer
from extract.store.places import Store
from extract.store.recordings import Written
from extract.store.stored_client import StoredClient
from extract.store.working import WorkingStore
from tests.handmade import at_home, request, response, written


def labelled(number: int, article: str, prompt: str, day: str = "2026-11-22") -> Written:
    asked = replace(request(number), about=About(article, prompt, "article"))
    return recordings.written(recordings.recorded(asked, replace(response(number), recorded_on=day)))


def test_a_recording_goes_round(tmp_path: Path, working: WorkingStore) -> None:
    for number in (1, 2):
        working.put(written(number))
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert exchange.export(working, Selection(), first) == 2
    other = WorkingStore(tmp_path / "other")
    assert exchange.import_layer(Layer(first), other).added == 2
    exchange.export(other, Selection(), second)
    assert first.read_bytes() == second.read_bytes()
    replayed = StoredClient(None, Store(other), "replay").complete(request(2))
    assert replayed == replace(response(2), replayed=True)


def test_adding_to_a_file_keeps_it_and_the_store_wins(tmp_path: Path, working: WorkingStore) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), written(2)])
    newer = recordings.written(recordings.recorded(request(2), replace(response(2), seconds=9.0)))
    working.put(newer)
    working.put(written(3))
    assert exchange.export(working, Selection(), path, Layer(path)) == 3
    assert Layer(path).written(newer.key) == newer
    assert Layer(path).written(written(1).key) == written(1)


def test_a_selection_is_of_what_is_added_and_not_of_what_the_file_holds(tmp_path: Path, working: WorkingStore) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), written(2)])
    working.put(labelled(3, "a3", "p"))
    working.put(labelled(4, "a4", "p"))
    assert exchange.export(working, Selection(articles=("a3",)), path, Layer(path)) == 3
    assert set(Layer(path)) == {request(number).key for number in (1, 2, 3)}


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(), {1, 2, 3}),
        (Selection(articles=("a1",)), {1, 3}),
        (Selection(prompts=("attack/sentence",)), {1}),
        (Selection(prompts=("attack",)), {1, 2}),
        (Selection(prompts=("attack/whole/all", "count")), {2, 3}),
        (Selection(articles=("a1",), prompts=("count",)), {3}),
        (Selection(before="2026-11-22"), {3}),
        (Selection(live=frozenset({request(1).key})), {1}),
        (Selection(live=frozenset({request(1).key}), unused=True), {2, 3}),
    ],
)
def test_selections(tmp_path: Path, working: WorkingStore, selection: Selection, numbers: set[int]) -> None:
    working.put(labelled(1, "a1", "attack/sentence/casualties"))
    working.put(labelled(2, "a2", "attack/whole/all"))
    working.put(labelled(3, "a1", "count/small/figures", day="2026-10-01"))
    exchange.export(working, selection, tmp_path / "committed.jsonl")
    found = set(Layer(tmp_path / "committed.jsonl"))
    assert found == {request(number).key for number in numbers}
    assert set(exchange.to_prune(working, selection, damaged=False)) == found


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(articles=("a1", "nope")), "no recording has --article nope: "),
        (Selection(articles=("a1",), prompts=("attack/sentenc",)), "no recording has --prompt attack/sentenc: "),
        (Selection(models=("another", "a third")), "no recording has --model another, --model a third: "),
        (Selection(articles=("a1",), prompts=("attack/whole",)), "committed.jsonl': no recording is there that fits"),
        (Selection(before="2020-01-01"), "committed.jsonl': no recording is there that fits"),
    ],
)
def test_what_fits_nothing_is_named_and_no_file_is_written(
    tmp_path: Path, working: WorkingStore, selection: Selection, said: str
) -> None:
    working.put(labelled(1, "a1", "attack/sentence/casualties"))
    working.put(labelled(2, "a2", "attack/whole/all"))
    with pytest.raises(UsageError, match=re.escape(said)):
        exchange.export(working, selection, tmp_path / "committed.jsonl")
    assert not (tmp_path / "committed.jsonl").exists()


def test_something_private_stops_the_export(tmp_path: Path, working: WorkingStore) -> None:
    private = labelled(2, at_home("news", "a2.txt"), "count/small/figures")
    working.put(written(1))
    working.put(private)
    target = tmp_path / "committed.jsonl"
    with pytest.raises(StoreError, match=rf"{private.key}.*about\.article holds a home folder") as caught:
        exchange.export(working, Selection(), target)
    assert "maria" not in str(caught.value)
    assert not target.exists()
    assert exchange.export(working, Selection(articles=("a1",)), target) == 1


def test_something_private_or_damaged_stops_the_import(tmp_path: Path, working: WorkingStore) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), labelled(2, at_home("news", "a2.txt"), "p")])
    with pytest.raises(StoreError, match="home folder"):
        exchange.import_layer(Layer(path), working)
    write_layer(path, [written(1), written(2)])
    path.write_text(path.read_text(encoding="utf-8").replace('\\"count\\": 2', '\\"count\\": 3'), encoding="utf-8")
    with pytest.raises(DamagedRecording, match=written(2).key):
        exchange.import_layer(Layer(path), working)
    assert len(working) == 0  # nothing of either file


def test_importing_keeps_what_differs_unless_told(tmp_path: Path, working: WorkingStore) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), written(2)])
    mine = recordings.written(recordings.recorded(request(1), replace(response(1), seconds=9.0)))
    working.put(mine)
    done = exchange.import_layer(Layer(path), working)
    assert (done.added, done.same, done.replaced, done.kept) == (1, 0, 0, [mine.key])
    assert working.written(mine.key) == mine
    done = exchange.import_layer(Layer(path), working, replace=True)
    assert (done.added, done.same, done.replaced, done.kept) == (0, 1, 1, [])
    assert working.written(mine.key) == written(1)


def test_a_sound_file_has_no_faults(tmp_path: Path, working: WorkingStore) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), written(2)])
    working.put(labelled(3, at_home("a.txt"), "p"))  # the working store may hold private things
    assert list(exchange.faults(Layer(path))) == []
    assert list(exchange.faults(working)) == []


def test_every_fault_of_a_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), written(2), labelled(3, at_home("a.txt"), "p")])
    path.write_text(path.read_text(encoding="utf-8").replace('\\"count\\": 2', '\\"count\\": 5'), encoding="utf-8")
    faults = list(exchange.faults(Layer(path)))
    assert len(faults) == 3  # one damaged; a home folder is an absolute path too
    assert sum(written(2).key in fault for fault in faults) == 1
    assert sum(request(3).key in fault for fault in faults) == 2


def test_a_file_out_of_order_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(1), written(2)])
    *lines, last, end = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([lines[0], last, *lines[1:], end]), encoding="utf-8")
    (fault,) = exchange.faults(Layer(path))
    assert "canonical" in fault


def test_damaged_recordings_can_be_pruned(working: WorkingStore, tmp_path: Path) -> None:
    working.put(written(1))
    working.put(replace(written(2), line=written(2).line.replace("neuf", "onze")))
    assert exchange.to_prune(working, None, damaged=True) == [written(2).key]
    assert exchange.to_prune(working, Selection(articles=("a1",)), damaged=False) == [written(1).key]
    working.remove([written(2).key])
    assert list(working) == [written(1).key]


def test_two_processes_import_a_file_together(tmp_path: Path, working: WorkingStore) -> None:
    path = tmp_path / "committed.jsonl"
    write_layer(path, [written(number) for number in range(40)])
    code = """
        import sys
        from pathlib import Path
        from extract.store import exchange
        from extract.store.layers import Layer
        from extract.store.working import WorkingStore
        done = exchange.import_layer(Layer(Path(sys.argv[1])), WorkingStore(Path(sys.argv[2])))
        print(done.added, done.same, done.replaced, len(done.kept))
    """
    arguments = [sys.executable, "-c", textwrap.dedent(code), str(path), str(working.path.parent)]
    processes = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = sorted(process.communicate(timeout=60)[0].split() for process in processes)
    assert said == [["0", "40", "0", "0"], ["0", "40", "0", "0"], ["40", "0", "0", "0"]]
    assert len(working) == 40


def test_rows_of_another_program_are_a_fault_of_the_store(working: WorkingStore) -> None:
    working.put(written(1))
    with closing(sqlite3.connect(working.path)) as connection, connection:
        connection.execute("INSERT INTO Cache (key, raw, mode, value) VALUES ('theirs', 1, 1, 'x')")
        connection.execute("INSERT INTO Cache (key, raw, mode, value) VALUES (?, 1, 1, 'x')", ("a" * 64,))
    rows, damaged = exchange.faults(working)
    assert "holds 1 rows of another program" in rows
    assert "a" * 64 in damaged
    assert exchange.to_prune(working, Selection(articles=("a1",)), damaged=False) == [written(1).key]
    assert exchange.to_prune(working, None, damaged=True) == ["a" * 64]


@pytest.mark.parametrize("text", ["\x1b[2J", "abc", "a" * 65, "A" * 64, f"{'a' * 64} {'b' * 63}", '{"key": 1}'])
def test_what_is_no_key_is_named(text: str) -> None:
    stream = io.BytesIO(f"{written().key}\r\n{text}\n".encode())
    stream.name = "keys.txt"
    with pytest.raises(UsageError, match=r"is no key") as caught:
        exchange.read_keys(stream)
    assert str(caught.value).isprintable()


def test_a_file_of_keys_without_an_end_is_not_read_whole() -> None:
    with Path("/dev/zero").open("rb") as stream, pytest.raises(UsageError, match="longer than"):
        exchange.read_keys(stream)


COMMITTED = sorted(Path("eval/recordings").glob("*.jsonl"))


def test_committed_recordings_are_sound_and_small() -> None:
    for path in COMMITTED:
        assert list(exchange.faults(Layer(path))) == []
    assert sum(path.stat().st_size for path in COMMITTED) <= 15_000_000  # design.md: 15 MB in all


def test_committed_recordings_hold_nothing_private() -> None:
    # A plain search of the bytes, apart from the program's own checks.
    private = (b"authorization", b"bearer ", b"api_key", b"api-key", b"x-stainless", b"sk-", b"/home/", b"/users/")
    machine = (str(Path.cwd()), str(Path.home()), socket.gethostname(), tempfile.gettempdir())
    for path in COMMITTED:
        data = path.read_bytes().lower()
        assert [word for word in private if word in data] == []
        assert [word for word in machine if len(word) > 4 and word.lower().encode() in data] == []
