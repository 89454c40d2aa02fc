"""The store in front of a client: modes, one call for equal requests, and what happens when recording fails."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import DamagedRecording, ReplayMiss, TransportError, UsageError
from extract.models.client import Attempt, Client, Request, Response, TokenLogprob, Usage
from extract.spec import Mode
from extract.store.layers import Layer, write_layer
from extract.store.places import Store
from extract.store.stored_client import StoredClient, open_store
from tests.commands import until
from tests.handmade import ARTICLE, Counting, request, response, written


def layer_of(folder: Path, *numbers: int) -> Layer:
    path = folder / "committed.jsonl"
    write_layer(path, [written(number) for number in numbers])
    return Layer(path)


def test_a_stored_client_is_a_client(store: Store) -> None:
    assert isinstance(StoredClient(Counting(), store), Client)


def test_auto_calls_once_and_replays_exactly(store: Store) -> None:
    inner = Counting()
    live = StoredClient(inner, store).complete(request())
    again = StoredClient(inner, store).complete(request())
    assert len(inner.calls) == 1
    assert live == replace(response(), seconds=1.0)
    assert again == replace(live, replayed=True)


def test_a_hit_does_not_need_the_client(store: Store) -> None:
    StoredClient(Counting(), store).complete(request())
    broken = Counting(error=TransportError("no server"))
    assert StoredClient(broken, store).complete(request()).replayed
    assert broken.calls == []


def test_failed_attempts_and_usage_are_replayed(store: Store) -> None:
    StoredClient(Counting(), store).complete(request())
    replayed = StoredClient(None, store, "replay").complete(request())
    assert replayed.usage == Usage(812, 25)  # 400 + 412 and 7 + 18, the failed attempt included
    assert [attempt.error for attempt in replayed.attempts] == ["not JSON: line 1", None]
    assert replayed.attempts[1].logprobs == response().attempts[1].logprobs


def test_replay_misses_with_an_explanation(store: Store) -> None:
    StoredClient(Counting(), store).complete(request(1))
    with pytest.raises(ReplayMiss, match=r"no recording answers 'sentence 2'.*messages\[3\]\.content") as caught:
        StoredClient(None, store, "replay").complete(request(2))
    assert "\n" not in str(caught.value)
    (note,) = caught.value.__notes__
    assert "- Sentence 1: nine people came." in note
    assert "+ Sentence 2: nine people came." in note


def test_refresh_always_calls_and_records_anew(store: Store) -> None:
    inner = Counting()
    for _ in range(3):
        assert not StoredClient(inner, store, "refresh").complete(request()).replayed
    assert len(inner.calls) == 3
    assert int(StoredClient(None, store, "replay").complete(request()).seconds) == 3


def test_off_neither_reads_nor_records(store: Store) -> None:
    inner = Counting()
    StoredClient(inner, store).complete(request())
    assert int(StoredClient(inner, store, "off").complete(request()).seconds) == 2
    StoredClient(inner, store, "off").complete(request(5))
    assert store.answer(request(5).key) is None


@pytest.mark.parametrize("mode", ["auto", "refresh", "off"])
def test_without_a_client_only_replay_is_possible(store: Store, mode: Mode) -> None:
    with pytest.raises(UsageError, match=mode):
        StoredClient(None, store, mode)


def test_a_failed_call_is_not_recorded(store: Store) -> None:
    with pytest.raises(TransportError):
        StoredClient(Counting(error=TransportError("503")), store).complete(request())
    assert not StoredClient(Counting(), store).complete(request()).replayed


def test_files_answer_under_the_working_store(store: Store, tmp_path: Path) -> None:
    over = Store(store.working, [layer_of(tmp_path, 1, 2)])
    inner = Counting()
    assert StoredClient(inner, over).complete(request(1)) == replace(response(1), replayed=True)
    assert inner.calls == []
    StoredClient(inner, over, "refresh").complete(request(1))
    # The working store's: Counting gave the number of the call as seconds.
    assert int(StoredClient(None, over, "replay").complete(request(1)).seconds) == 1
    assert sorted(over) == sorted([written(1).key, written(2).key])


def test_files_alone_replay_and_record_nothing(tmp_path: Path) -> None:
    inner = Counting()
    client = StoredClient(inner, Store(None, [layer_of(tmp_path, 1)]))
    assert client.complete(request(1)).replayed
    assert not client.complete(request(2)).replayed
    assert client.used == {request(1).key}


def test_recording_changes_no_file(store: Store, tmp_path: Path) -> None:
    layer = layer_of(tmp_path, 1)
    before = layer.path.read_bytes()
    StoredClient(Counting(), Store(store.working, [layer]), "refresh").complete(request(1))
    assert layer.path.read_bytes() == before


def test_a_damaged_recording_is_an_error_in_every_reading_mode(tmp_path: Path) -> None:
    path = layer_of(tmp_path, 1).path
    path.write_text(path.read_text(encoding="utf-8").replace("neuf", "onze"), encoding="utf-8")
    inner = Counting()
    for mode in ("auto", "replay"):
        with pytest.raises(DamagedRecording, match=rf"{request(1).key}.*committed\.jsonl"):
            StoredClient(inner, Store(None, [Layer(path)]), mode).complete(request(1))
    assert inner.calls == []


def test_refresh_repairs_what_is_damaged(store: Store, folder: Path) -> None:
    StoredClient(Counting(), store).complete(request())
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute("UPDATE Cache SET mode = 4")  # says it is a pickle
    with pytest.raises(DamagedRecording):
        StoredClient(Counting(), store).complete(request())
    StoredClient(Counting(), store, "refresh").complete(request())
    assert StoredClient(None, store, "replay").complete(request()).text == response().text
    assert store.read(request().key).content == request().content


def test_equal_requests_of_threads_make_one_call(store: Store) -> None:
    inner = Counting(gate=threading.Event())
    client = StoredClient(inner, store)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(client.complete, request()) for _ in range(8)]
        assert inner.begun.wait(10)
        assert inner.gate is not None
        inner.gate.set()
        answers = [future.result(10) for future in waiting]
    assert len(inner.calls) == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 7  # tokens are spent once
    assert {answer.text for answer in answers} == {response().text}


def test_different_requests_do_not_wait_for_each_other(store: Store) -> None:
    held = Counting(gate=threading.Event())

    class Both:
        def complete(self, asked: Request) -> Response:
            return (held if asked == request(1) else Counting()).complete(asked)

    client = StoredClient(Both(), store)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(client.complete, request(1))
        assert held.begun.wait(10)
        assert not client.complete(request(2)).replayed
        assert not slow.done()
        assert held.gate is not None
        held.gate.set()
        slow.result(10)


def test_threads_that_wait_get_the_error_of_the_call(store: Store) -> None:
    inner = Counting(error=TransportError("503"), gate=threading.Event())
    client = StoredClient(inner, store)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(client.complete, request()) for _ in range(2)]
        assert inner.begun.wait(10)
        assert inner.gate is not None
        inner.gate.set()
        for future in futures:
            with pytest.raises(TransportError):
                future.result(10)


ASKER = """
    import sys, time
    from pathlib import Path
    from extract.store.places import Store
    from extract.store.stored_client import StoredClient
    from extract.store.working import WorkingStore
    from tests.handmade import ARTICLE, Counting, request
    folder = Path(sys.argv[1])
    class Slow(Counting):
        def complete(self, asked):
            with open(folder.parent / "calls", "a", encoding="utf-8") as stream:
                stream.write("call\\n")
            time.sleep(float(sys.argv[2]))
            return super().complete(asked)
    client = StoredClient(Slow(), Store(WorkingStore(folder)))
    print("ready", flush=True)
    sys.stdin.readline()
    print(client.complete(request()).replayed)
"""


def asker(folder: Path, seconds: float) -> subprocess.Popen[str]:
    """A process that asks a slow model when it is told to."""
    code = textwrap.dedent(ASKER)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> None:
    """Waits until a process is ready, and tells it to ask."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()


def test_equal_requests_of_processes_make_one_call(folder: Path) -> None:
    processes = [asker(folder, 0.8) for _ in range(3)]
    for process in processes:
        told(process)
    said = sorted(process.communicate(timeout=20)[0].strip() for process in processes)
    assert said == ["False", "True", "True"]
    assert (folder.parent / "calls").read_text(encoding="utf-8") == "call\n"


def asking(folder: Path) -> subprocess.Popen[str]:
    """A process that has asked a model and will wait for the answer for a minute."""
    process = asker(folder, 60)
    told(process)
    until((folder.parent / "calls").exists)
    return process


def test_a_killed_process_holds_nobody_up(folder: Path, store: Store, warnings: list[str]) -> None:
    killed = asking(folder)
    killed.kill()
    killed.communicate()
    inner = Counting()
    assert not StoredClient(inner, store, warn=warnings.append).complete(request()).replayed
    assert len(inner.calls) == 1
    assert warnings == []  # at once: no time has to pass


def test_claims_in_rows_of_earlier_versions_hold_nobody_up(folder: Path, store: Store) -> None:
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        for expires in (None, time.time() + 1e9):
            connection.execute(
                "INSERT OR REPLACE INTO Cache (key, raw, mode, value, expire_time) VALUES (?, 1, 1, '\"x\"', ?)",
                (f"lock:{request().key}", expires),
            )
            connection.commit()
            assert not StoredClient(Counting(), store, "refresh").complete(request()).replayed


def test_where_nothing_can_be_claimed_one_asks_without(folder: Path, store: Store, warnings: list[str]) -> None:
    (folder / "asked").write_text("a file, not a folder", encoding="utf-8")
    client = StoredClient(Counting(), store, warn=warnings.append)
    for number in (1, 2):
        assert not client.complete(request(number)).replayed
    assert len(warnings) == 1
    assert "equal requests of other processes are not waited for: no file can be locked" in warnings[0]
    assert client.complete(request(2)).replayed


def test_who_waits_says_so_once_and_goes_on_when_the_other_is_killed(folder: Path, store: Store) -> None:
    other = asking(folder)
    warnings: list[str] = []
    heard = threading.Event()

    def warn(line: str) -> None:
        warnings.append(line)
        heard.set()

    client = StoredClient(Counting(), store, warn=warn)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.complete, request())
        assert heard.wait(20)
        other.kill()
        other.communicate()
        assert not waiting.result(20).replayed
    assert warnings == [f"waiting for another run (process {other.pid}), which is asking the same question"]


@pytest.fixture
def warnings() -> list[str]:
    return []


def test_a_store_that_cannot_be_made_is_a_warning_and_the_run_goes_on(tmp_path: Path, warnings: list[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    opened = open_store(tmp_path / "file" / "store", [layer_of(tmp_path, 1).path], warn=warnings.append)
    (warning,) = warnings
    assert "nothing is recorded" in warning
    client = StoredClient(Counting(), opened, warn=warnings.append)
    assert client.complete(request(1)).replayed
    assert not client.complete(request(2)).replayed


def test_a_read_only_store_answers_and_warns_once(folder: Path, store: Store, warnings: list[str]) -> None:
    StoredClient(Counting(), store).complete(request(1))
    assert store.working is not None
    store.working.close()
    with (folder / "cache.db").open("r+b") as stream:  # SQLite writes no database of a write version it does not know
        stream.seek(18)
        stream.write(b"\x03")
    client = StoredClient(Counting(), open_store(folder, warn=warnings.append), warn=warnings.append)
    assert client.complete(request(1)).replayed
    assert warnings == []
    assert not client.complete(request(2)).replayed
    assert not client.complete(request(3)).replayed
    assert len(warnings) == 1
    assert "not recorded" in warnings[0]


def test_a_full_disk_is_a_warning_and_the_run_goes_on(folder: Path) -> None:
    # In a process of its own, because the limit is one of the process; it holds for root.
    code = """
        import resource, sys
        from pathlib import Path
        from extract.store.stored_client import StoredClient, open_store
        from tests.handmade import ARTICLE, Counting, request
        folder, warnings = Path(sys.argv[1]), []
        client = StoredClient(Counting(), open_store(folder), warn=warnings.append)
        client.complete(request(1))
        size = max(file.stat().st_size for file in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        answers = [client.complete(request(number)) for number in range(2, 40)]
        assert all(answer.text for answer in answers)
        assert client.complete(request(1)).replayed
        assert any(warning.startswith("not recorded: ") for warning in warnings), warnings
        assert len(warnings) <= 4, warnings
        print("ok")
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(folder)], capture_output=True, text=True, check=False
    )
    assert found.stdout == "ok\n", found.stderr


def test_replay_opens_no_socket_and_imports_no_sdk(tmp_path: Path, folder: Path, store: Store) -> None:
    StoredClient(Counting(), store).complete(request(1))
    layer = layer_of(tmp_path, 2)
    code = """
        import sys
        from pathlib import Path
        opened = []
        sys.addaudithook(lambda event, arguments: opened.append(event) if event.startswith("socket.") else None)
        from extract.errors import ReplayMiss
        from extract.store.stored_client import StoredClient, open_store
        from tests.handmade import request
        client = StoredClient(None, open_store(Path(sys.argv[1]), [Path(sys.argv[2])]), "replay")
        assert client.complete(request(1)).replayed
        assert client.complete(request(2)).replayed
        try:
            client.complete(request(3))
        except ReplayMiss:
            pass
        else:
            raise AssertionError("no miss")
        assert not opened, opened
        loaded = {"openai", "instructor", "httpx", "httpx2", "xllamacpp", "requests"} & set(sys.modules)
        assert not loaded, loaded
        print("ok")
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(folder), str(layer.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "ok\n", found.stderr


def test_an_answer_that_json_cannot_hold_is_handed_on_and_not_recorded(store: Store, warnings: list[str]) -> None:
    class Endless:
        def complete(self, asked: Request) -> Response:
            return replace(response(), seconds=float("inf"))

    client = StoredClient(Endless(), store, warn=warnings.append)
    assert client.complete(request()).text == response().text
    assert store.answer(request().key) is None
    assert "cannot be recorded: its seconds are not finite" in warnings[0]


KEY = "sk-test-0123456789abcdefghij"


class Echo:
    """A client whose answer repeats what it was not to repeat, in its text or only in its tokens."""

    def __init__(self, *attempts: Attempt) -> None:
        self._attempts = attempts

    def complete(self, asked: Request) -> Response:
        return replace(response(), attempts=self._attempts)


@pytest.mark.parametrize(
    "attempt",
    [
        Attempt(f"your key is {KEY}"),
        Attempt(f"your key is {KEY!r}\r"),
        Attempt("", error=f"header {KEY[:20]}"),  # cut off
        Attempt('{"key": "' + "".join(f"\\u{ord(char):04x}" for char in KEY) + '"}'),
        Attempt("***", logprobs=(TokenLogprob(KEY[:9], -1.0), TokenLogprob(KEY[9:], -1.0))),
    ],
)
def test_an_answer_that_holds_a_key_is_not_recorded(store: Store, warnings: list[str], attempt: Attempt) -> None:
    client = StoredClient(Echo(Attempt("fine"), attempt), store, warn=warnings.append, keys={KEY})
    client.complete(request())
    assert store.answer(request().key) is None
    (warning,) = warnings
    assert "not recorded: the answer or its request holds an API key" in warning
    assert KEY[:12] not in warning


def test_a_request_that_holds_a_key_is_not_remembered_either(store: Store, warnings: list[str]) -> None:
    asked = request(text=f"{ARTICLE}\n\nSentence 1: the password is {KEY}.")
    StoredClient(Counting(), store, warn=warnings.append, keys={KEY}).complete(asked)
    with pytest.raises(ReplayMiss):
        StoredClient(None, store, "replay", keys={KEY}).complete(asked)
    assert store.working is not None
    assert store.working.misses("") == {}
    assert list(store) == []
    assert len(warnings) == 1


def test_keys_are_those_of_the_environment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", f"{KEY}\r\n")
    StoredClient(Echo(Attempt(f"{KEY}!")), store).complete(request())
    assert list(store) == []


def test_keys_in_use_are_those_recorded_and_those_replayed(store: Store) -> None:
    StoredClient(Counting(), store).complete(request(1))
    client = StoredClient(Counting(), store)
    client.complete(request(1))
    client.complete(request(2))
    assert client.used == {request(1).key, request(2).key}
