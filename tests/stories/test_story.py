"""A stories file: what is written is read, and what is none is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extract.errors import RunFileError
from extract.stories.story import Figure, Passage, Series, StoriesHeader, read_stories, write_stories
from tests.story_file import ALONE, MARKET, STORIES, write_story_file


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = write_story_file(tmp_path / "s.jsonl", gone={"s-00000000c3": MARKET.id})
    header, stories = read_stories(path)
    assert stories == STORIES
    assert (header.task, header.gazetteer, header.gone) == ("attack", True, {"s-00000000c3": MARKET.id})
    write_stories(tmp_path / "t.jsonl", header, stories)
    assert (tmp_path / "t.jsonl").read_bytes() == path.read_bytes()


def test_controls_and_overrides_of_direction_are_written_as_escapes(tmp_path: Path) -> None:
    nasty = "\x1b[31m\u202e\u2066\x9b2J\x00\u2028"
    path = write_story_file(tmp_path / "s.jsonl", [ALONE.model_copy(update={"title": nasty})])
    raw = path.read_bytes()
    assert len(raw.splitlines()) == 2
    assert not any(each.encode() in raw for each in nasty if each not in "[31m2J")
    assert read_stories(path).stories[0].title == nasty


def test_a_half_character_is_written_and_read(tmp_path: Path) -> None:
    path = write_story_file(tmp_path / "s.jsonl", [ALONE.model_copy(update={"title": "half \ud83d"})])
    assert read_stories(path).stories[0].title == "half \ud83d"


def test_a_file_of_no_stories_is_one(tmp_path: Path) -> None:
    assert read_stories(write_story_file(tmp_path / "s.jsonl", [])).stories == []


def test_numbers_are_told_as_they_change_and_words_without_one_left_out() -> None:
    def told(number: float | None, **more: Any) -> Figure:
        return Figure(report="a", number=number, words=Passage(text="w"), **more)

    figures = [told(8), told(8), told(None), told(12), told(12), told(5, part=True), told(8)]
    assert Series(name="killed", order="published", figures=figures).numbers == [8, 12, 8]


Row = dict[str, Any]


def _header(**more: Any) -> Callable[[list[Row]], None]:
    return lambda rows: rows[0].update(more)


def _story(**more: Any) -> Callable[[list[Row]], None]:
    return lambda rows: rows[1].update(more)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_header(surprise=1), ":1: not a line of a stories file: /surprise: Extra inputs are not permitted"),
        (_header(best="mean"), ":1: not a line of a stories file: /best: "),
        (_header(runs=[{"path": "r.jsonl"}]), ":1: not a line of a stories file: /runs/0/signature: Field required"),
        (_story(first="2026-02-30"), ":2: not a line of a stories file: /first: '2026-02-30' is no day"),
        (_story(first="20260203"), ":2: not a line of a stories file: /first: '20260203' is no day"),
        (_story(reports=[]), ":2: not a line of a stories file: /reports: "),
        (_story(id=7), ":2: not a line of a stories file: /id: "),
        (_story(history=[{"at": "", "what": "burned"}]), ":2: not a line of a stories file: /history/0/what: "),
    ],
)
def test_a_file_that_somebody_edited_wrongly_is_one_line(
    tmp_path: Path, spoil: Callable[[list[Row]], None], said: str
) -> None:
    path = write_story_file(tmp_path / "s.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    spoil(rows)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    with pytest.raises(RunFileError) as caught:
        read_stories(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"number": 12.0', b'"number": NaN'),
        (b'"number": 12.0', b'"number": 1e999'),
        (b'"number": 12.0', b'"number": -Infinity'),
        (b'"main": true', b'"main": \xff'),
        (b'"main": true', b'"main": [' + b"[" * 100_000),
    ],
)
def test_bytes_that_are_no_story_are_one_line(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = write_story_file(tmp_path / "s.jsonl")
    raw = path.read_bytes()
    assert old in raw
    path.write_bytes(raw.replace(old, new, 1))
    with pytest.raises(RunFileError) as caught:
        read_stories(path)
    assert f"{path}:2: " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n", "[]\n", "{}\n", '{"format": "attested-run-1"}\n', "\x00\x00"])
def test_another_file_is_no_stories_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(RunFileError, match="is not a stories file"):
        read_stories(tmp_path / "s.jsonl")
    with pytest.raises(RunFileError, match="is not a stories file"):
        read_stories(tmp_path)


def test_a_file_that_was_cut_short_is_one_line(tmp_path: Path) -> None:
    path = write_story_file(tmp_path / "s.jsonl")
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(RunFileError, match=r"s\.jsonl:2: not JSON"):
        read_stories(path)


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = write_story_file(tmp_path / "s.jsonl")
    before = path.read_bytes()
    header = StoriesHeader(task="attack", runs=[], made_at="")

    def stories() -> Any:
        yield MARKET
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_stories(path, header, stories())
    with pytest.raises(RunFileError, match="cannot write"):
        write_stories(tmp_path / "s.jsonl" / "t.jsonl", header, [])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
