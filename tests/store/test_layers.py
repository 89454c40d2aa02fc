"""Recordings files: canonical, readable in a diff, and faults named."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import DamagedRecording, StoreError
from extract.store import recordings
from extract.store.layers import Layer, contents, open_layers, text_of, write_layer
from extract.store.recordings import Written
from tests.handmade import response, written

FIXED = Path("tests/data/handmade.jsonl")


def file_of(folder: Path, *numbers: int) -> Path:
    path = folder / "some.jsonl"
    write_layer(path, [written(number) for number in numbers])
    return path


def test_the_format_is_what_it_was() -> None:
    # A committed file of two hand-made recordings: what is in repositories must stay readable, byte for byte.
    assert FIXED.read_bytes() == text_of([written(1), written(2)]).encode()
    assert Layer(FIXED).answer(written(2).key) == replace(response(2), replayed=True)


def test_same_content_same_bytes(tmp_path: Path) -> None:
    first = file_of(tmp_path, 3, 1, 2).read_bytes()
    assert file_of(tmp_path, 2, 3, 1).read_bytes() == first


def test_one_more_recording_adds_lines_and_touches_none(tmp_path: Path) -> None:
    before = file_of(tmp_path, 1, 3).read_text(encoding="utf-8").split("\n")
    after = file_of(tmp_path, 1, 2, 3).read_text(encoding="utf-8").split("\n")
    assert set(before) < set(after)
    assert len(after) == len(before) + 1


def test_lines_are_sorted_and_texts_are_there_once(tmp_path: Path) -> None:
    lines = file_of(tmp_path, *range(20)).read_text(encoding="utf-8").split("\n")
    shared = [line for line in lines if line.startswith('{"shared"')]
    recorded = [line for line in lines if line.startswith('{"key"')]
    assert shared == sorted(shared)
    assert recorded == sorted(recorded)
    assert lines == ['{"format":"attested-recordings-1"}', *shared, *recorded, ""]
    assert sum("Paragraph 1" in line for line in lines) == 1


def test_a_layer_answers_what_it_holds(tmp_path: Path) -> None:
    layer = Layer(file_of(tmp_path, 1, 2))
    assert len(layer) == 2
    assert set(layer) == {written(1).key, written(2).key}
    assert layer.answer(written(1).key) == replace(response(1), replayed=True)
    assert layer.answer(written(3).key) is None
    assert layer.written(written(2).key) == written(2)


def test_a_folder_is_all_its_files(tmp_path: Path) -> None:
    write_layer(tmp_path / "b.jsonl", [written(2)])
    write_layer(tmp_path / "a.jsonl", [written(1)])
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    assert [layer.path.name for layer in open_layers([tmp_path])] == ["a.jsonl", "b.jsonl"]


def test_a_damaged_line_is_named_when_asked_and_others_still_answer(tmp_path: Path) -> None:
    path = file_of(tmp_path, 1, 2)
    text = path.read_text(encoding="utf-8").replace('\\"count\\": 2', '\\"count\\": 9')
    path.write_text(text, encoding="utf-8")
    layer = Layer(path)
    assert layer.answer(written(1).key) is not None
    with pytest.raises(DamagedRecording, match=rf"{written(2).key}.*some\.jsonl"):
        layer.answer(written(2).key)


def test_a_cut_file_is_an_error(tmp_path: Path) -> None:
    path = file_of(tmp_path, 1, 2)
    data = path.read_bytes()
    last = max(written(1).key, written(2).key)
    path.write_bytes(data[:-30])
    with pytest.raises(DamagedRecording, match=last):
        Layer(path).answer(last)
    path.write_bytes(data[: data.index(last.encode()) - 3])
    with pytest.raises(DamagedRecording, match=r"some\.jsonl:\d+: not a line"):
        Layer(path)


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = file_of(tmp_path, 1)
    path.write_bytes(path.read_bytes().replace("–".encode(), b"\xff"))
    with pytest.raises(DamagedRecording, match=written(1).key):
        Layer(path).answer(written(1).key)


@pytest.mark.parametrize("line", ["<<<<<<< ours", "{}", '{"shared":"0123456789abcdef"}', "null"])
def test_a_line_that_is_neither_is_named_by_number(tmp_path: Path, line: str) -> None:
    path = file_of(tmp_path, 1)
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{first}\n{line}\n{rest}", encoding="utf-8")
    with pytest.raises(DamagedRecording, match=r"some\.jsonl:2"):
        Layer(path)


@pytest.mark.parametrize("start", ['{"key":"', '{"shared":"'])
def test_a_key_that_is_none_is_named_by_number(tmp_path: Path, start: str) -> None:
    path = file_of(tmp_path, 1)
    head, key, tail = path.read_text(encoding="utf-8").rpartition(f"\n{start}")
    for other in ("\x1b[2J", "G" + tail[1:16], tail[:16].upper()):
        path.write_text(f"{head}{key}{other}{tail[len(other) :]}", encoding="utf-8")
        with pytest.raises(DamagedRecording, match=r"some\.jsonl:\d+: not a line") as caught:
            Layer(path)
        assert "\x1b" not in str(caught.value)


def test_a_file_without_an_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")  # nobody writes to it: reading would wait for ever
    for path in (Path("/dev/zero"), tmp_path / "pipe.jsonl"):
        with pytest.raises(StoreError, match="no regular file"):
            Layer(path)


def test_a_file_too_long_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as stream:
        stream.truncate(2**40)  # a terabyte of nothing, which takes no place on the disk
    with pytest.raises(StoreError, match=r"long\.jsonl' has more than 1,000 bytes"):
        contents(path, limit=1000)


def test_what_changes_after_it_was_read_does_not_matter(tmp_path: Path) -> None:
    layer = Layer(file_of(tmp_path, 1, 2))
    layer.path.write_text("other", encoding="utf-8")
    assert layer.written(written(2).key) == written(2)


def test_a_shared_text_nested_too_deeply_is_damaged(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    item = written(1)
    name = next(name for name, text in item.shared.items() if '"title":"Answer"' in text)  # the schema
    forged = recordings.shared_name(deep)
    line = item.line.replace(name, forged)
    digest = json.loads(item.line)["sha256"]
    line = line.replace(digest, hashlib.sha256(line.replace(digest, "").encode()).hexdigest())
    path = tmp_path / "deep.jsonl"
    write_layer(path, [Written(item.key, line, {**item.shared, forged: deep})])
    layer = Layer(path)
    assert layer.answer(item.key) is not None
    with pytest.raises(DamagedRecording, match=item.key):
        recordings.read(line, item.key, "here", layer.shared)


def test_a_key_recorded_twice_is_an_error(tmp_path: Path) -> None:
    path = file_of(tmp_path, 1)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(written(1).line + "\n")
    with pytest.raises(DamagedRecording, match="a second time"):
        Layer(path)


def test_a_missing_or_changed_shared_text_is_named(tmp_path: Path) -> None:
    path = file_of(tmp_path, 1)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Paragraph 1", "Paragraph 7"), encoding="utf-8")
    with pytest.raises(DamagedRecording, match="was changed"):
        Layer(path).written(written(1).key)
    path.write_text("\n".join(line for line in text.split("\n") if "Paragraph 1" not in line), encoding="utf-8")
    with pytest.raises(DamagedRecording, match="is missing"):
        Layer(path).written(written(1).key)


@pytest.mark.parametrize("content", ["", '{"format":"attested-recordings-9"}\n', '{"a": 1}\n', "text\n"])
def test_another_file_is_not_taken_for_an_empty_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match="not a recordings file"):
        Layer(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot read"):
        open_layers([tmp_path / "none.jsonl"])


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = file_of(tmp_path, 1)
    before = path.read_bytes()

    with pytest.raises(StoreError, match="cannot write"):
        write_layer(path, [replace(written(2), line="\ud800")])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
