"""The figures that one report gives: how many, in which words, by whom; one for each outcome.

Where a report counts the whole, that figure stands for it; where it counts parts alone, their sum does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from extract.records.marks import NumberOf, Totals
from extract.records.tree import FieldPlan, Node, Trail, fields_of, path_of, plain, slots_of, value_at
from extract.stories.plan import StoryPlan


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of a report.

    Attributes:
        name: what is counted: "killed".
        number: None for "dozens".
        bound: "exact", "at_least" and so on, where the record says it.
        words: of the article; of parts, all of them.
        source: who gives it.
        pointer: of the value whose words these are, in the article's records.
        whole: it counts all, not a sum of parts.
    """

    name: str
    number: float | None
    bound: str
    words: str
    source: str | None
    pointer: str
    whole: bool = True


def told_in(node: Node, plan: StoryPlan, totals: Collection[str]) -> list[Told]:
    """The figures of a record, one for each outcome.

    Args:
        node: the record.
        plan: of its task.
        totals: pointers of the records that add up.
    """
    if plan.figures is None:
        return list(_own_numbers(node, plan))
    groups: dict[str, list[_Figure]] = {}
    for figure in _figures(node, plan.figures, plan.source, totals):
        groups.setdefault(figure.told.name, []).append(figure)
    return [told for figures in groups.values() if (told := _one_of(figures)) is not None]


@dataclass(frozen=True, slots=True)
class _Figure:
    told: Told
    adds_up: bool
    part: tuple[str, ...]


def _own_numbers(node: Node, plan: StoryPlan) -> Iterator[Told]:
    """Numbers of the record itself, where it has no list of figures."""
    for role, trail in plan.trails:
        if role == "number" and (told := _told(node, trail, path_of(trail)[0], None)) is not None:
            yield told


def _figures(node: Node, field: FieldPlan, source: str | None, totals: Collection[str]) -> Iterator[_Figure]:
    mark = field.mark(Totals)
    for at, record in enumerate(getattr(node.record, field.name) or ()):
        here = Node(f"{node.pointer}/{field.name}/{at}", record, node, field)
        trail = number_trail(type(record))
        name = "_".join(str(plain(getattr(record, each, ""))) for each in (mark.by if mark else ())) or field.name
        told = _told(here, trail, name, source) if trail else None
        if told is not None:
            part = tuple(str(plain(getattr(record, each, None))) for each in (mark.whole if mark else ()))
            yield _Figure(told, here.pointer in totals, part)


def number_trail(model: type[BaseModel]) -> Trail | None:
    """The field of a record type that is its number."""
    trails = [trail for trail in slots_of(model) if trail[-1].shape == "value"]
    marked = (trail for trail in trails if trail[-1].has(NumberOf))
    return next(marked, None) or next((trail for trail in trails if trail[-1].kind in (int, float)), None)


def _told(node: Node, trail: Trail, name: str, source: str | None) -> Told | None:
    """The figure at a field; None where the record has none."""
    holder = value_at(node.record, trail[:-1])
    if holder is None:
        return None
    number, mark = getattr(holder, trail[-1].name), trail[-1].mark(NumberOf)
    words = getattr(holder, mark.words) if mark else None
    if number is None and words is None:
        return None
    last = mark.words if mark and words is not None else trail[-1].name
    pointer = "/".join((node.pointer, *path_of(trail[:-1]), last))
    bound = str(plain(getattr(holder, mark.bound))) if mark and mark.bound else ""
    by = getattr(node.record, source) if source and source in fields_of(type(node.record)) else None
    return Told(name, number, bound, str(words) if words is not None else f"{number:g}", by, pointer)


def _one_of(figures: Sequence[_Figure]) -> Told | None:
    """The figure for the whole: one that adds up, or the first of those beside it that has a number; else the parts together."""
    parts = dict.fromkeys(figure.part for figure in figures if figure.adds_up)
    if not parts:
        return None
    if len(parts) == 1:
        (part,) = parts
        return min((each for each in figures if each.part == part), key=_rank).told
    summed = [figure.told for figure in figures if figure.adds_up]
    numbers = [told.number for told in summed]
    known = [number for number in numbers if number is not None]
    return replace(
        summed[0],
        number=sum(known) if len(known) == len(numbers) else None,
        bound="",
        words=" + ".join(dict.fromkeys(told.words for told in summed)),
        source=next((told.source for told in summed if told.source), None),
        whole=False,
    )


def _rank(figure: _Figure) -> tuple[bool, bool, bool, bool]:
    """Best first; of equals the first in the article."""
    told = figure.told
    return (
        told.number is None or told.bound == "at_most",
        not figure.adds_up,
        told.source is None,
        told.bound != "exact",
    )
