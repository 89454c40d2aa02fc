"""Where reports say that something was, and how near two of them are: by a gazetteer, or by names alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from extract.places.choosing import apart
from extract.places.resolution import Place
from extract.records.folding import fold

_ONE_TOWN, _NEAR = 8, 30
"""Kilometres: within the first two settlements are one place, beyond the second they are two."""
_KINDS = frozenset(
    {"region", "province", "oblast", "governorate", "district", "county", "state", "city", "town", "village", "area"}
    | {"suburb", "outskirts", "downtown", "capital", "greater", "of", "in", "near", "central", "eastern", "western"}
    | {"northern", "southern", "north", "south", "east", "west"}
)
"""Words that a name can have beside it."""


class Near(IntEnum):
    """How near two places are, the nearest last; `DIFFERENT`: two names, and of neither is it known where it is."""

    APART = 0
    DIFFERENT = 1
    UNKNOWN = 2
    COUNTRY = 3
    AREA = 4
    SAME = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a report.

    Attributes:
        words: of the article.
        key: its name folded, without words like "region".
        place: what a gazetteer knows; None without one, or where it knows nothing.
    """

    words: str
    key: frozenset[str]
    place: Place | None = None

    @classmethod
    def of(cls, words: str, place: Place | None) -> Spot:
        """A place by its words."""
        tokens = fold(words)
        known = place if place is not None and place.precision is not None else None
        return cls(words, frozenset(each for each in tokens if each not in _KINDS) or frozenset(tokens), known)

    @property
    def is_country(self) -> bool:
        """Whether it is a whole country, or several."""
        return self.place is not None and self.place.precision == 6

    @property
    def keys(self) -> list[str]:
        """What reports of this place can be found by."""
        names = [" ".join(sorted(self.key))]
        if self.place is not None and self.place.geonameid is not None:
            names.append(f"#{self.place.geonameid}")
        return names


def nearness(one: Spot, other: Spot) -> Near:
    """How near two places are."""
    if one.key == other.key and not _elsewhere(one, other):
        return Near.COUNTRY if one.is_country else Near.SAME
    if one.place is None or other.place is None:
        known = one.place is not None or other.place is not None
        return Near.AREA if one.key & other.key else Near.UNKNOWN if known else Near.DIFFERENT
    country, there = one.place.country, other.place.country
    if country is not None and there is not None and country != there:
        return Near.APART
    if one.is_country or other.is_country:
        return Near.COUNTRY if country == there else Near.UNKNOWN
    town, their = one.place.settlement, other.place.settlement
    if town is not None and their is not None:
        distance = apart(town, their)
        return Near.SAME if distance <= _ONE_TOWN else Near.AREA if distance <= _NEAR else Near.APART
    if one.place.region is not None and one.place.region == other.place.region:
        return Near.AREA
    return Near.AREA if one.key & other.key else Near.UNKNOWN


def _elsewhere(one: Spot, other: Spot) -> bool:
    """Whether two of one name are known to be two."""
    places = (one.place, other.place)
    countries = {each.country for each in places if each is not None and each.country is not None}
    return len(countries) > 1


def closest(places: Sequence[Spot], others: Sequence[Spot]) -> tuple[Near, tuple[Spot, Spot] | None]:
    """How near the places of two reports are, and the nearest two; of a report with a town, its country says little.

    `UNKNOWN` where one has none.
    """
    pairs = [(nearness(one, other), (one, other)) for one in exact(places) for other in exact(others)]
    return max(pairs, key=lambda pair: pair[0], default=(Near.UNKNOWN, None))


def exact(places: Sequence[Spot]) -> Sequence[Spot]:
    """The places that are not whole countries, where there are such."""
    return [each for each in places if not each.is_country] or places


def spots(words: Mapping[str, str], known: Mapping[str, Place]) -> tuple[Spot, ...]:
    """Places by pointer → as spots, each once; signs without a word ("—") are no place, and so none that two have in common."""
    found = {text: Spot.of(text, known.get(pointer)) for pointer, text in words.items()}
    return tuple(spot for spot in found.values() if spot.key)
