"""The toll of an event as low, best and high, with the rule in words. Null is not 0.

Only figures that count the whole are compared: those of the group and place of the one that the run marks as total. Best is
that one, for news gives the present toll first; where it has no number, a sourced figure, an exact one, the first. Low is the
lowest figure, none where that is "up to"; high the highest, none where that is "at least". Where an article counts parts
alone ("a man and two women"), best is those that the run marks to add up, together, and low the largest of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from extract.tasks.attack.schema import Casualty, CasualtyOutcome, Event


class Toll(NamedTuple):
    """How many, and why so many: all null where the event has no figure."""

    low: int | None = None
    best: int | None = None
    high: int | None = None
    rule: str | None = None


class _Figure(NamedTuple):
    """A casualty, whether the run marks it as a total, and its number."""

    record: Casualty
    total: bool
    number: int | None

    @property
    def part(self) -> tuple[str, str | None]:
        """What it counts: a group, somewhere."""
        return self.record.who, self.record.place

    @property
    def words(self) -> str:
        """It in words: “at least 65” (Salman Rafique)."""
        source = f" ({self.record.source})" if self.record.source else ""
        return f"“{self.record.quantity.text}”{source}"

    @property
    def bound(self) -> str:
        """How exact it is."""
        return self.record.quantity.bound


def toll(event: Event, pointer: str, totals: Collection[str], outcome: CasualtyOutcome) -> Toll:
    """How many people an event killed, injured and so on.

    Args:
        pointer: of the event.
        totals: pointers of the records that add up.
        outcome: what became of them.
    """
    figures = [
        _Figure(record, f"{pointer}/casualties/{number}" in totals, record.quantity.value)
        for number, record in enumerate(event.casualties)
        if record.outcome == outcome
    ]
    marked = dict.fromkeys(figure.part for figure in figures if figure.total)
    if not marked:
        return Toll()
    if len(marked) > 1:
        return _of_parts([figure for figure in figures if figure.total])
    return _of_whole([figure for figure in figures if figure.part in marked])


def _of_parts(parts: Sequence[_Figure]) -> Toll:
    """The parts that the run marks add up, where each has a number; they may still share people, so that low is one part."""
    listed = "; ".join(f"{figure.words}, {_who(figure)}" for figure in parts)
    known = [figure.number for figure in parts if figure.number is not None and figure.bound != "at_most"]
    said = f"no figure for all; parts: {listed}. "
    if not known:
        return Toll(rule=f"{said}none has a number")
    low = "low: the largest part"
    if len(known) < len(parts):
        return Toll(max(known), rule=f"{said}best: none, not every part has a number; {low}")
    best, is_open = sum(known), any(figure.bound == "at_least" for figure in parts)
    return Toll(max(known), best, None if is_open else best, f"{said}best: the parts together; {low}")


def _of_whole(figures: Sequence[_Figure]) -> Toll:
    scope = "" if figures[0].part == ("people", None) else f" for {_who(figures[0])}, none for all"
    said = f"{'; '.join(figure.words for figure in figures)}{scope}"
    known = [figure for figure in figures if figure.number is not None]
    if not known:
        return Toll(rule=f"{said}. no number")
    low, why_low = _end(known, min, "at_most", "low")
    high, why_high = _end(known, max, "at_least", "high")
    firm = [figure for figure in known if figure.bound != "at_most"]
    best = min(firm, key=_rank) if firm else None
    why = "best: none, only an upper bound"
    if best is not None:
        reason = "the only number" if len(known) == 1 else "the total given first"
        if len(known) > 1 and not best.total:
            reason = "the first of those with a number, sourced and exact ones before others"
        why = f"best: {best.words}, {reason}"
    return Toll(low, best.number if best else None, high, f"{said}. {'; '.join((why, why_low, why_high))}")


def _rank(figure: _Figure) -> tuple[bool, bool, bool]:
    """Best first; of equals the first in the article."""
    return not figure.total, figure.record.source is None, figure.bound != "exact"


def _end(
    figures: Sequence[_Figure], pick: Callable[[Iterable[int]], int], open_by: str, name: str
) -> tuple[int | None, str]:
    """The lowest or highest number; none where it is only a bound of what nobody says."""
    number = pick(figure.number for figure in figures if figure.number is not None)
    ends = [figure for figure in figures if figure.number == number]
    if all(figure.bound == open_by for figure in ends):
        return None, f"{name}: none, for {ends[0].words} is only {open_by}"
    return number, f"{name}: the {name}est"


def _who(figure: _Figure) -> str:
    who, place = figure.part
    return f"{who} in {place}" if place else who
