"""Which of several places of one name is meant: what the text says decides, then population; doubt leaves it unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import asin, cos, hypot, radians, sin, sqrt
from typing import NamedTuple

from extract.places.gazetteer import Region, Settlement

LARGER = 10
"""How many times as many people make a place the one that is meant."""
OFTENER = 3
"""How many times as often a country is named makes it the one that is meant."""
TOWN = 15_000
"""Smaller places are too many for their name and country alone."""
CITY = 100_000
"""Smaller places are not known by their name alone."""
NEAR, FAR = 50, 100
"""Kilometres."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text says of where a place can be.

    Attributes:
        owners: countries that the text says it lies in.
        regions: codes of the regions that the text says it lies in.
        mates: countries of the other places of the record, or of the article.
        named: how often the text names each country.
        around: settlements that the record, or the article, names beside it.
    """

    owners: Collection[str] = ()
    regions: Collection[str] = ()
    mates: Collection[str] = ()
    named: Counter[str] = field(default_factory=Counter)
    around: Sequence[Settlement] = ()


class Choice(NamedTuple):
    """A place, and why it is the one; no place, and why not."""

    place: Settlement | Region | None
    why: str


def choose_settlement(found: Sequence[Settlement], evidence: Evidence) -> Choice:
    """The settlement that is meant, of those that have the name."""
    if any(each.startswith("US-") for each in evidence.regions):  # where codes of GeoNames are those of ISO
        found = [each for each in found if f"US-{each.admin1}" in evidence.regions]
    for countries, why in _circles(evidence):
        within = [each for each in found if each.country in countries]
        if not within and countries is evidence.owners:
            return Choice(None, "no place of that name where the text says it is")
        if within:
            return _within(within, evidence, why)
    if len(found) == 0:
        return Choice(None, "no settlement of that name")
    best, rest = found[0], found[1:]
    if best.population < CITY or (rest and best.population < LARGER * rest[0].population):
        return Choice(None, f"{_of(found)}, and nothing in the text says which country")
    return Choice(best, f"{_of(found)}, by far the largest, {best.population:,} people")


def _circles(evidence: Evidence) -> Iterable[tuple[Collection[str], str]]:
    """Countries in which the place can lie, narrower first, and why."""
    circles: tuple[tuple[Collection[str], str], ...] = (
        (evidence.owners, "where the text says that it lies"),
        (evidence.mates, "in the country of the other places"),
        (evidence.named, "in a country that the text names"),
    )
    return [circle for circle in circles if circle[0]]


def _within(found: list[Settlement], evidence: Evidence, why: str) -> Choice:
    """The one of those in countries that are likely."""
    close = [each for each in found if any(apart(each, other) <= NEAR for other in evidence.around)]
    if len(close) == 1 and all(apart(each, close[0]) < 1 or _far(each, evidence.around) for each in found):
        return Choice(close[0], f"{_of(found)}, within {NEAR} km of another place that the text names")
    by_size = found[0] if len(found) == 1 or found[0].population >= LARGER * found[1].population else None
    by_name = _oftenest({each.country for each in found}, evidence.named)
    if by_size is None and by_name is not None:
        inside = [each for each in found if each.country == by_name]
        if len(inside) == 1 or inside[0].population >= LARGER * inside[1].population:
            return _large_enough(inside[0], evidence, f"{_of(found)}; in the country that the text names most")
    if by_size is None:
        return Choice(None, f"{_of(found)}, and none stands out")
    if by_name not in (None, by_size.country):
        return Choice(None, f"{_of(found)}: the largest is in one country, the text is about another")
    return _large_enough(by_size, evidence, f"{_of(found)} {why}")


def _large_enough(place: Settlement, evidence: Evidence, why: str) -> Choice:
    if place.population >= TOWN or evidence.owners or not _far(place, evidence.around):
        return Choice(place, why)
    return Choice(None, f"{why}; too small to be known by its name, and far from other places that the text names")


def _of(found: Sequence[Settlement]) -> str:
    return "the only place of that name" if len(found) == 1 else f"one of {len(found)} places of that name"


def _far(place: Settlement, around: Iterable[Settlement]) -> bool:
    return all(apart(place, other) > FAR for other in around)


def _oftenest(countries: Collection[str], named: Counter[str]) -> str | None:
    """The one of several countries that the text names by far most often."""
    first, *rest = sorted(countries, key=lambda each: (-named[each], each))
    return first if not rest or (named[first] and named[first] >= OFTENER * named[rest[0]]) else None


def choose_region(found: Sequence[Region], evidence: Evidence, *, behind: bool = False) -> Choice:
    """The region that is meant; none without a word in the text for its country.

    Args:
        behind: it stands behind another place ("Paris, Texas"): the only one of its name needs no such word.
    """
    for countries, why in _circles(evidence):
        within = [each for each in found if each.country in countries]
        if not within and countries is evidence.owners:
            return Choice(None, "no region of that name where the text says it is")
        if within:
            country = _oftenest({each.country for each in within}, evidence.named)
            inside = [each for each in within if each.country == country]
            return (
                Choice(inside[0], f"a region of that name {why}")
                if len(inside) == 1
                else Choice(None, "several regions of that name")
            )
    if behind and len(found) == 1 and found[0].full:
        return Choice(found[0], "the only region of that name")
    return Choice(None, "nothing in the text says which country" if found else "no region of that name")


def apart(one: Settlement, other: Settlement) -> float:
    """Kilometres between two settlements."""
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    shrunk = sqrt(cos(radians(one.latitude)) * cos(radians(other.latitude)))
    return 12_742 * asin(min(1.0, hypot(sin(north / 2), shrunk * sin(east / 2))))
