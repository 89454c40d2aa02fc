"""Values held against their own words: "three" with the value 33, a count of 0, the 31st of February.

Driven by the marks `NumberOf` and `Day`; what a language's words mean is the task's to know. Doubt is no
contradiction: words that cannot be read for sure are not judged. A value is kept as it is, and a problem names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pydantic import BaseModel

from extract.records.marks import Day, NumberOf
from extract.records.results import Problem, is_day
from extract.records.tree import fields_of, nodes


@dataclass(frozen=True, slots=True)
class Stated:
    """What the words of a number state.

    Attributes:
        number: None for words like "dozens".
        bound: how exact they say it is, in the schema's vocabulary; None when they do not say.
    """

    number: int | None
    bound: str | None = None


class Reader(Protocol):
    """The part of a task that reads words."""

    def stated_number(self, words: str) -> Stated | None:
        """See `extract.tasks.task.Task`."""
        ...

    def denies_day(self, words: str, day: date) -> bool:
        """See `extract.tasks.task.Task`."""
        ...


def contradictions(records: BaseModel, reader: Reader) -> Iterator[Problem]:
    """What a tree's values and their words say against each other, outer records first."""
    for node in nodes(records):
        for field, fault in _faults(node.record, reader):
            pointer = f"{node.pointer}/{field}"
            yield Problem(kind="contradiction", detail=f"{pointer}: {fault}", pointer=pointer)


def impossible(records: BaseModel) -> Iterator[tuple[str, str]]:
    """Pointers of values that cannot be, whatever their words say: days that no calendar has, counts of nothing."""
    for node in nodes(records):
        for name, field in fields_of(type(node.record)).items():
            value = getattr(node.record, name)
            for mark in field.marks if value is not None else ():
                if isinstance(mark, NumberOf) and mark.least is not None and value < mark.least:
                    yield f"{node.pointer}/{name}", f"{value} is no count"
                elif isinstance(mark, Day) and calendar_day(str(value)) is None:
                    yield f"{node.pointer}/{name}", f"{value!r} is no day of the calendar"


def _faults(record: BaseModel, reader: Reader) -> Iterator[tuple[str, str]]:
    """Name of each field at fault, and what is wrong with it."""
    for name, field in fields_of(type(record)).items():
        for mark in field.marks:
            if isinstance(mark, NumberOf):
                yield from _number_faults(record, name, mark, reader)
            elif isinstance(mark, Day) and getattr(record, name) is not None:
                yield from _day_faults(record, name, mark, reader)


def _number_faults(record: BaseModel, name: str, mark: NumberOf, reader: Reader) -> Iterator[tuple[str, str]]:
    value, words = getattr(record, name), getattr(record, mark.words)
    said = None if words is None else reader.stated_number(str(words))
    if value is not None and mark.least is not None and value < mark.least:
        yield name, f"{value} is no count ({words!r})"
    elif said is not None and said.number != value:
        stated, held = "no number" if said.number is None else said.number, "null" if value is None else value
        yield name, f"{words!r} states {stated}, the value is {held}"
    bound = getattr(record, mark.bound) if mark.bound else None
    if mark.bound and said is not None and said.bound not in (None, bound):
        yield mark.bound, f"{words!r} means {said.bound}, not {bound}"


def _day_faults(record: BaseModel, name: str, mark: Day, reader: Reader) -> Iterator[tuple[str, str]]:
    value, words = str(getattr(record, name)), getattr(record, mark.words) if mark.words else None
    day = calendar_day(value)
    if day is None:
        yield name, f"{value!r} is no day of the calendar"
        return
    if mark.words and not words:
        yield name, f"{value} has no words that give it"
    elif words and reader.denies_day(words, day):
        yield name, f"{words!r} is not {value}, which is a {day:%A}"


def calendar_day(value: str) -> date | None:
    """The day that YYYY-MM-DD names; None where it is no day, or written otherwise."""
    with suppress(ValueError):
        return date.fromisoformat(is_day(value))
    return None
