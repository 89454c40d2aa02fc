"""What people said of reports: read, put together, and refused where it contradicts itself."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from extract.errors import RunFileError, UsageError
from extract.stories.decisions import Decisions, decided, load_decisions, merged_decisions
from extract.stories.story import Decision


def same(*reports: str, **more: Any) -> Decision:
    return Decision(what="same", reports=list(reports), **more)


def apart(*reports: str, **more: Any) -> Decision:
    return Decision(what="apart", reports=list(reports), **more)


def test_several_reports_are_one_with_the_first_or_none_of_them_is() -> None:
    assert decided([same("a", "b", "c")], "abc")[0] == Decisions(same={("a", "b"), ("a", "c")})
    assert decided([apart("a", "b", "c")], "abc")[0] == Decisions(apart={("a", "b"), ("a", "c")})


def test_a_report_is_one_with_itself() -> None:
    assert decided([same("a", "a"), apart("a", "a", "b")], "ab")[0] == Decisions(apart={("a", "b")})


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_what_was_said_last_of_two_counts_in_whichever_order_they_are_named(order: tuple[str, str]) -> None:
    assert decided([same("a", "b"), apart(*order)], "ab")[0] == Decisions(apart={order})
    assert decided([apart("a", "b"), same(*order)], "ab")[0] == Decisions(same={order})


def test_what_contradicts_by_way_of_others_is_refused_however_far() -> None:
    chain = [same(one, other) for one, other in zip("abcdefg", "bcdefgh", strict=True)]
    with pytest.raises(UsageError, match="'a' and 'h' are said to be apart, and to be one by way of other reports"):
        decided([*chain, apart("a", "h")], "abcdefgh")
    assert decided([*chain[1:], apart("a", "h")], "abcdefgh")[0].apart == {("a", "h")}


def test_a_long_chain_is_followed() -> None:
    names = [f"r{number:05}" for number in range(3_000)]
    chain = [same(one, other) for one, other in pairwise(names)]
    with pytest.raises(UsageError, match="contradict"):
        decided([*chain, apart(names[0], names[-1])], names)


def test_reports_that_nobody_knows_are_named_once() -> None:
    assert decided([same("a", "x"), apart("x", "y")], "a")[1] == ["x", "y"]


def test_what_is_said_again_is_kept_once_where_it_was_said_last() -> None:
    first, other = same("a", "b", by="Ada", at="1"), apart("a", "b", by="Ben", at="2")
    assert merged_decisions([first, other], [first]) == [other, first]
    assert merged_decisions([first], [same("a", "b", by="Ada", at="9")]) == [first, same("a", "b", by="Ada", at="9")]
    assert merged_decisions([], []) == []


def written(path: Path, **more: Any) -> Path:
    said = {"format": "attested-decisions-1", "task": "attack", "decisions": [same("a", "b").model_dump()], **more}
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_who_wrote_a_file_said_what_nobody_else_did(tmp_path: Path) -> None:
    two = [same("a", "b").model_dump(), same("a", "c", by="Ben Moe").model_dump()]
    read = load_decisions(written(tmp_path / "d.json", by="Ada Lund", decisions=two), "attack")
    assert [each.by for each in read] == ["Ada Lund", "Ben Moe"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"task": "recalls"}, "is of task 'recalls', and these runs are of 'attack'"),
        ({"format": "attested-decisions-2"}, "/format"),
        ({"decisions": [{"what": "same", "reports": ["a"]}]}, "/decisions/0/reports"),
        ({"decisions": [{"what": "perhaps", "reports": ["a", "b"]}]}, "/decisions/0/what"),
        ({"votes": 3}, "/votes"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    with pytest.raises(RunFileError) as caught:
        load_decisions(written(tmp_path / "d.json", **more), "attack")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
