"""The toll of an event as low, best and high, with the rule in words. Null is not 0.

Only figures that count the whole are compared: those of the group and place of the one that the run marks as total. Best is
the first of these, for news gives the present toll first; where it has no number, a sourced figure, an exact one, the first
that has one. Low is the lowest figure, none where that is "up to", and none under half of best, for that is a part of it ("one
died"); high the highest, none where that is "at least". Where an article counts parts
alone ("a man and two women"), best is those that the run marks to add up, together, and low the largest of them: each
once, also where the headline words it again, and one that is as much as all others is their total. Figures for all that
one sentence gives for one place after another ("15 in Aden and seven in Sanaa") are parts, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from extract.records.folding import fold
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
    figures = [figure for figure in figures if (figure.total if len(marked) > 1 else figure.part in marked)]
    parts = _each_once(figures) if len(marked) > 1 else _told_apart(figures, event.places)
    if len(parts) > 1:
        return _of_parts(parts)
    return _of_whole(parts if len(marked) > 1 else figures)


def _told_apart(figures: Sequence[_Figure], places: Sequence[str]) -> list[_Figure]:
    """Figures with their places, if one sentence gives each for a place of its own, and they are all there is."""
    sentence, told = figures[0].record.evidence, dict[str, _Figure]()
    starts = [sentence.find(figure.record.quantity.text) for figure in figures]
    if any(figure.record.evidence != sentence for figure in figures) or -1 in starts or starts != sorted(set(starts)):
        return []
    for figure, start, end in zip(figures, starts, [*starts[1:], len(sentence)], strict=True):
        here = [place for place in places if re.search(rf"\b{re.escape(place)}\b", sentence[start:end])]
        if len(here) != 1 or here[0] in told:
            return []
        told[here[0]] = figure._replace(record=figure.record.model_copy(update={"place": here[0]}))
    return list(told.values())


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
    if len(known) > 2 and (
        all_of := next((figure for figure in parts if 2 * (figure.number or 0) == sum(known)), None)
    ):
        high = None if all_of.bound == "at_least" else all_of.number
        return Toll(all_of.number, all_of.number, high, f"{said}best: {all_of.words}, the other parts together")
    best, is_open = sum(known), any(figure.bound == "at_least" for figure in parts)
    return Toll(max(known), best, None if is_open else best, f"{said}best: the parts together; {low}")


def _each_once(parts: Sequence[_Figure]) -> list[_Figure]:
    """Parts without those told of twice: "At Least 21" of the headline is "at least 21" of the text."""
    kept: list[_Figure] = []
    for part in parts:
        known = next((number for number, other in enumerate(kept) if _is_same(other, part)), None)
        if known is None:
            kept.append(part)
        elif part.record.source and not kept[known].record.source:
            kept[known] = part
    return kept


def _is_same(one: _Figure, other: _Figure) -> bool:
    """Whether two count the same people: as many, in the same words, whose places have a word in common."""
    (who, place), (their, there) = one.part, other.part
    return (
        one.number is not None
        and one.number == other.number
        and one.record.evidence != other.record.evidence
        and fold(one.record.quantity.text) == fold(other.record.quantity.text)
        and (who == their or "people" in (who, their))
        and (place is None or there is None or not set(fold(place)).isdisjoint(fold(there)))
    )


def _of_whole(figures: Sequence[_Figure]) -> Toll:
    scope = "" if figures[0].part == ("people", None) else f" for {_who(figures[0])}, none for all"
    said = f"{'; '.join(figure.words for figure in figures)}{scope}"
    known = [figure for figure in figures if figure.number is not None]
    if not known:
        return Toll(rule=f"{said}. no number")
    firm = [figure for figure in known if figure.bound != "at_most"]
    first = figures[0]

    def rank(figure: _Figure) -> tuple[bool, bool, bool]:
        return figure is not first, figure.record.source is None, figure.bound != "exact"

    best = min(firm, key=rank) if firm else None
    whole = [figure for figure in known if best is None or 2 * (figure.number or 0) >= (best.number or 0)]
    low, why_low = _end(whole, min, "at_most", "low")
    high, why_high = _end(known, max, "at_least", "high")
    why = "best: none, only an upper bound"
    if best is not None:
        reason = "the only number" if len(known) == 1 else "the total given first"
        if len(known) > 1 and best is not first:
            reason = "the first of those with a number, sourced and exact ones before others"
        why = f"best: {best.words}, {reason}"
    return Toll(low, best.number if best else None, high, f"{said}. {'; '.join((why, why_low, why_high))}")


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
