"""Cases and counts: what was tried, how often, how often it went wrong, and the first time it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

MOST_SAID = 300
"""Characters of a fault that are kept."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was tried.

    Attributes:
        what: its kind, a row of the table.
        fault: what went wrong, in one line; "" if nothing did.
        skipped: why it cannot be tried here; "" if it was.
    """

    what: str
    fault: str = ""
    skipped: str = ""


Cases = Callable[[int, int], Iterator[Case]]
"""Tries so many cases by a seed; the same seed tries the same ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """One way to look for faults.

    Attributes:
        name: what `--only` calls it.
        full, short: how many cases are tried; a part without a short version is a matter of the benchmark alone.
        each: how many counts come of one of them, about; more where one is looked at from several sides.
        cases: tries them.
    """

    name: str
    full: int
    short: int
    cases: Cases
    each: float = 1.0

    def rows(self, number: int) -> int:
        """How many counts are to be expected of so many cases."""
        return round(number * self.each)


class Count(BaseModel):
    """A row of the table."""

    model_config = ConfigDict(extra="forbid")

    what: str
    tried: int = 0
    wrong: int = 0
    first: str = ""
    skipped: str = ""

    def add(self, case: Case) -> None:
        """Counts a case."""
        self.skipped = self.skipped or case.skipped
        self.tried += not case.skipped
        self.wrong += bool(case.fault)
        self.first = self.first or " ".join(case.fault.split())[:MOST_SAID]


class Counts(BaseModel):
    """What came of a part.

    Attributes:
        seed: of its cases.
        meant: how many were to be tried.
        seconds: of the clock on the wall.
        stopped: it was interrupted before all were tried.
        made_on: day, in UTC.
        commit: what was tried, abbreviated; with "+" where files were other than committed, "" outside a clone.
    """

    model_config = ConfigDict(extra="forbid")

    part: str
    seed: int
    meant: int
    seconds: float = 0.0
    stopped: bool = False
    made_on: str = ""
    commit: str = ""
    counts: list[Count] = []

    def add(self, case: Case) -> None:
        """Counts a case under its kind."""
        for count in self.counts:
            if count.what == case.what:
                break
        else:
            count = Count(what=case.what)
            self.counts.append(count)
        count.add(case)

    @property
    def tried(self) -> int:
        """How many cases were tried, each counted once."""
        return sum(count.tried for count in self.counts)

    @property
    def wrong(self) -> int:
        """How often anything went wrong."""
        return sum(count.wrong for count in self.counts)


class Counted(BaseModel):
    """The committed result: every part's last counts, and on what they were made."""

    model_config = ConfigDict(extra="forbid")

    machine: str = ""
    parts: list[Counts] = []

    def put(self, counts: Counts) -> None:
        """Takes a part's counts in the place of earlier ones."""
        names = [each.part for each in self.parts]
        if counts.part in names:
            self.parts[names.index(counts.part)] = counts
        else:
            self.parts.append(counts)
