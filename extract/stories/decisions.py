"""What people said of reports: that they are one, or are not. It wins over all evidence; what was said last counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extract.errors import RunFileError, UsageError
from extract.files.documents import load_document
from extract.stories.story import DECISIONS_FORMAT, Decision, DecisionFile


@dataclass(slots=True)
class Decisions:
    """What people said, by ids of reports: pairs that are one, and pairs that are not."""

    same: set[tuple[str, str]] = field(default_factory=set)
    apart: set[tuple[str, str]] = field(default_factory=set)


def load_decisions(path: Path, task: str) -> list[Decision]:
    """Reads a file of decisions.

    Raises:
        RunFileError: it is none, or of another task.
    """
    read = load_document(path, DecisionFile, "decisions file", RunFileError, form=DECISIONS_FORMAT)
    if read.task != task:
        raise RunFileError(f"{str(path)!r} is of task {read.task!r}, and these runs are of {task!r}")
    return [each if each.by or not read.by else each.model_copy(update={"by": read.by}) for each in read.decisions]


def decided(said: Iterable[Decision], known: Iterable[str]) -> tuple[Decisions, list[str]]:
    """Decisions as pairs, and the reports that nobody knows.

    Args:
        said: in the order in which it was said.
        known: ids of all reports.

    Raises:
        UsageError: some reports are said to be one, and two of them not to be.
    """
    pairs: dict[tuple[str, str], str] = {}
    named: dict[str, None] = {}
    for decision in said:
        first, *others = dict.fromkeys(decision.reports)
        for other in others:
            pairs[first, other] = decision.what
            pairs.pop((other, first), None)
        named |= dict.fromkeys((first, *others))
    same = {pair for pair, what in pairs.items() if what == "same"}
    apart = set(pairs) - same
    _check(same, apart)
    reports = set(known)
    return Decisions(same, apart), [each for each in named if each not in reports]


def merged_decisions(earlier: Sequence[Decision], later: Iterable[Decision]) -> list[Decision]:
    """Earlier decisions and those that are new; one that is said again is kept once, where it was said last."""
    found: dict[tuple[object, ...], Decision] = {}
    for each in (*earlier, *later):
        key = (each.what, tuple(each.reports), each.by, each.at, each.why)
        found.pop(key, None)
        found[key] = each
    return list(found.values())


def _check(same: Iterable[tuple[str, str]], apart: Iterable[tuple[str, str]]) -> None:
    """That nobody is asked to be one with what it is not."""
    group: dict[str, str] = {}

    def head(name: str) -> str:
        while group.get(name, name) != name:
            name = group[name]
        return name

    for one, other in sorted(same):
        group[head(one)] = head(other)
    for one, other in sorted(apart):
        if head(one) == head(other):
            raise UsageError(
                f"decisions contradict each other: {one!r} and {other!r} are said to be apart, and to be one by way of "
                "other reports: take one of them back"
            )
