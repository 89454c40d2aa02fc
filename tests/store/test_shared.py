"""Recordings that many processes share: what one was told the others know, whatever became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.main import cli
from extract.errors import DamagedRecording, StoreError
from extract.store import shared
from extract.store.layers import Layer, write_layer
from extract.store.places import Store
from extract.store.shared import SharedRecordings, is_shared, make_shared
from extract.store.stored_client import StoredClient, open_store
from extract.store.working import WorkingStore, default_folder
from tests.handmade import Counting, request, response, written

pytest.importorskip("pyarrow")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_shared(tmp_path / "recordings")
    return tmp_path / "recordings"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[..., SharedRecordings]]:
    places: list[SharedRecordings] = []

    def open_one(where: Path | str | None = None) -> SharedRecordings:
        places.append(SharedRecordings(where or folder))
        return places[-1]

    yield open_one
    for place in places:
        place.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def test_what_one_process_was_told_another_knows(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    one, other = opened(), opened()
    assert other.answer(written(1).key) is None
    one.put(written(1))
    assert other.answer(written(1).key) == replace(response(1), replayed=True)
    one.put(written(2))  # its file has grown since
    assert other.answer(written(2).key) == replace(response(2), replayed=True)
    other.put(written(3))
    assert one.read(written(3).key).content == request(3).content
    assert len(files(folder)) == 2
    assert set(opened()) == {written(number).key for number in (1, 2, 3)}


def test_texts_that_requests_share_are_written_once_a_file(
    opened: Callable[..., SharedRecordings], folder: Path
) -> None:
    one = opened()
    for number in range(20):
        one.put(written(number))
    (file,) = files(folder)
    assert file.read_text(encoding="utf-8").count("Paragraph 1") == 1


def test_what_was_left_half_written_is_none_and_the_rest_counts(
    opened: Callable[..., SharedRecordings], folder: Path
) -> None:
    one = opened()
    one.put(written(1))
    one.put(written(2))
    (file,) = files(folder)
    file.write_bytes(file.read_bytes()[:-100])  # the machine is gone
    other = opened()
    assert other.answer(written(1).key) is not None
    assert other.answer(written(2).key) is None
    assert set(Layer(file)) == {written(1).key}
    with file.open("ab") as stream:  # or was only slow
        stream.write((written(2).line.encode() + b"\n")[-100:])
    assert other.answer(written(2).key) is not None


def test_what_was_changed_is_never_an_answer(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    opened().put(written(1))
    (file,) = files(folder)
    file.write_bytes(file.read_bytes().replace(b"neuf", b"neun"))
    with pytest.raises(DamagedRecording, match="its digest does not fit"):
        opened().answer(written(1).key)


def test_a_file_that_is_long_is_followed_by_another(
    opened: Callable[..., SharedRecordings], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "_MOST_BYTES", 5000)
    one = opened()
    for number in range(20):
        one.put(written(number))
    assert len(files(folder)) > 1
    assert all(opened().read(written(number).key) for number in range(20))
    assert all(Layer(file).read(key) for file in files(folder) for key in Layer(file))  # each file stands alone


def test_at_an_address_answers_are_written_together(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    one = opened(folder.as_uri())
    one.put(written(1))
    one.put(written(2))
    assert one.answer(written(1).key) is not None
    assert files(folder) == []
    one.flush()
    one.put(written(3))
    one.close()
    assert len(files(folder)) == 2
    other = opened(folder.as_uri())
    assert all(other.read(written(number).key) for number in (1, 2, 3))
    assert all(Layer(file).read(key) for file in files(folder) for key in Layer(file))


def test_a_question_is_asked_once_by_whoever_comes_first(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    one, other = Counting(), Counting()
    for inner in (one, other):
        client = StoredClient(inner, Store(opened()))
        assert client.complete(request(1)).attempts
    assert (len(one.calls), len(other.calls)) == (1, 0)


def test_what_this_machine_was_told_before_is_shared_too(
    opened: Callable[..., SharedRecordings], folder: Path, tmp_path: Path
) -> None:
    own = WorkingStore(default_folder())
    own.put(written(1))
    own.close()
    write_layer(tmp_path / "more.jsonl", [written(2)])
    asked = Counting()
    store = open_store(folder, [tmp_path / "more.jsonl"])
    client = StoredClient(asked, store)
    assert client.complete(request(1)).replayed
    assert client.complete(request(2)).replayed
    assert store.working is not None
    store.working.close()
    assert not asked.calls
    elsewhere = opened()
    assert set(elsewhere) == {written(1).key, written(2).key}
    assert elsewhere.read(written(1).key).content == request(1).content


def test_a_refreshed_answer_counts_from_then_on(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    StoredClient(Counting(), Store(opened())).complete(request(1))
    fresh = Counting(calls=[request(2)])  # its answers tell how many there were before
    StoredClient(fresh, Store(opened()), "refresh").complete(request(1))
    assert len(fresh.calls) == 2
    replayed = StoredClient(None, Store(opened()), "replay").complete(request(1))
    assert replayed.seconds == 2.0


def test_they_go_into_a_store_and_a_file(opened: Callable[..., SharedRecordings], folder: Path, tmp_path: Path) -> None:
    assert is_shared(folder)
    opened().put(written(1))
    opened().put(written(2))
    run = CliRunner()
    done = run.invoke(cli, ["cache", "export", str(tmp_path / "x.jsonl"), "--store", str(folder)])
    assert (done.exit_code, set(Layer(tmp_path / "x.jsonl"))) == (0, {written(1).key, written(2).key})
    done = run.invoke(cli, ["cache", "import", str(folder), "--store", str(tmp_path / "mine")])
    assert (done.exit_code, done.stderr.count("1 added")) == (0, 2)
    done = run.invoke(cli, ["cache", "verify", "--store", str(folder), "--recordings", str(tmp_path / "x.jsonl")])
    assert (done.exit_code, done.stderr) == (0, "4 recordings checked, 0 faults\n")


def test_a_folder_that_cannot_be_written_is_told(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    place = opened(folder / "gone")
    with pytest.raises(StoreError, match="cannot be written"):
        place.put(written(1))


def test_bytes_that_are_not_utf8_are_named(opened: Callable[..., SharedRecordings], folder: Path) -> None:
    opened().put(written(1))
    (file,) = files(folder)
    file.write_bytes(file.read_bytes().replace("–".encode(), b"\xff"))
    with pytest.raises(DamagedRecording, match=written(1).key):
        opened().answer(written(1).key)
