"""The places of an article resolved together: each helps to tell where the others are.

Precision is in the codes of UCDP (`where_prec`): 1 the settlement itself; 2 a part of it, or a place in it that is not known
better; 4 a first-order region; 5 an area without borders of its own ("southern Ukraine"); 6 a country. 3 (a district of a
region) and 7 (the sea, the air) are not used. Only 1 and 2 have coordinates: the middle of a region is no place where
something happened.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal

from extract.places.choosing import CITY, TOWN, Choice, Evidence, choose_region, choose_settlement
from extract.places.context import named_countries
from extract.places.gazetteer import Country, Gazetteer, Region, Settlement
from extract.places.wording import Owner, Wording, before_comma, is_several_countries, mentions, wordings
from extract.records.results import ArticleResult
from extract.records.tree import FieldPlan, Value, values

Precision = Literal[1, 2, 4, 5, 6]
_PAST = 200
"""Characters of words that are looked at."""
_MOST_AROUND = 100
"""Other places that are looked at for one."""
_AREAS_FIRST = frozenset({"Gaza Strip", "West Bank"})
"""Called by the name of a city, or of a region elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a place; all but the rule is null where it is not.

    Attributes:
        rule: how it was found, in words; or why it was not.
        name: of the settlement, region or country at GeoNames or in ISO 3166.
        region: code of ISO 3166-2.
    """

    rule: str
    name: str | None = None
    precision: Precision | None = None
    country: Country | None = None
    region: str | None = None
    settlement: Settlement | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude."""
        return (self.settlement.latitude, self.settlement.longitude) if self.settlement else None

    @property
    def geonameid(self) -> int | None:
        """At GeoNames, of a settlement or a country."""
        if self.settlement is not None:
            return self.settlement.geonameid
        return self.country.geonameid if self.country and self.precision == 6 else None


def is_place(field: FieldPlan) -> bool:
    """Whether the words of a field are places and nothing else; "Moscow" that acts is none."""
    return field.what == ("place",)


def resolve_places(result: ArticleResult, gazetteer: Gazetteer) -> Mapping[str, Place]:
    """Every place of an article's records by its JSON pointer."""
    if result.records is None:
        return {}
    found = [value for value in values(result.records) if is_place(value.field)]
    starts = {pointer: each.start for pointer, each in result.grounding.items() if each.start is not None}
    return _Article(result.text or "", gazetteer, starts).resolved(found)


class _Article:
    """A text, and what it says of places."""

    def __init__(self, text: str, gazetteer: Gazetteer, starts: Mapping[str, int]) -> None:
        """Args: starts: pointer of a value → where it stands in the text."""
        self._text = text
        self._gazetteer = gazetteer
        self._starts = starts
        self._named = named_countries(text, gazetteer)
        self._mentions = cache(partial(mentions, text=text))

    def resolved(self, found: Sequence[Value]) -> dict[str, Place]:
        """The places of the records: those that the text alone tells, then those that the others tell."""
        spots = {each.pointer: Spot(str(each.value), self._starts.get(each.pointer)) for each in found}
        alone = Evidence(named=self._named)
        known = {pointer: self._place(spot, alone) for pointer, spot in spots.items()}
        for group_of in (_record_of, lambda pointer: ""):
            groups: dict[str, list[str]] = defaultdict(list)
            for pointer in spots:
                groups[group_of(pointer)].append(pointer)
            for group in groups.values():
                beside = _beside(list(dict.fromkeys(known[pointer] for pointer in group)), self._named)
                for pointer in group:
                    if known[pointer].precision is None or self._namesakes(known[pointer], spots[pointer].words):
                        known[pointer] = self._place(spots[pointer], beside)
        return {pointer: self._inside(spots[pointer], place, alone) for pointer, place in known.items()}

    def _place(self, spot: Spot, evidence: Evidence) -> Place:
        """One place: the first way to read its words that leads to one."""
        if len(spot.words) > _PAST or spot.words.islower():
            return Place("not a name")
        if self._gazetteer.country(spot.words) is None and is_several_countries(spot.words):
            return Place("an area of several countries")
        unknown = Place("no words")
        sided = bool(self._whole_regions(spot.words))  # "Northern Ireland" is no part of Ireland
        for wording in wordings(spot.words):
            if sided and wording.kind == "part":
                break
            around = self._around(spot, wording, evidence)
            if around is None:
                return Place("the text names several places of that name")
            unknown = self._read(wording, around, evidence)
            if unknown.precision is not None:
                break
        return unknown

    def _whole_regions(self, name: str) -> list[Region]:
        """Regions of a name that begins with a side: "Northern Ireland", "South Carolina"."""
        sided = any(each.kind == "part" for each in wordings(name))
        return [each for each in self._gazetteer.regions(name) if each.full] if sided else []

    def _inside(self, spot: Spot, place: Place, evidence: Evidence) -> Place:
        """A place that is not known, but the one that it lies in is."""
        words = spot.words
        ambiguous = self._gazetteer.country(words) or self._gazetteer.regions(words) or is_several_countries(words)
        if place.precision is not None or ambiguous or len(words) > _PAST or words.islower():
            return place
        holders = self._around(spot, list(wordings(words))[-1], evidence)
        if not holders or len({each.country for each in holders}) > 1:
            return place
        closest = min(holders, key=lambda each: each.precision or 9)
        exact = 2 if closest.settlement else closest.precision
        return replace(closest, precision=exact, rule=f"{place.rule}; the text says it lies in {closest.name}")

    def _around(self, spot: Spot, wording: Wording, evidence: Evidence) -> list[Place] | None:
        """The places that its own words, or else the text, say that a place lies in; None where they differ."""
        names = [each.name for each in wordings(spot.words)]
        if wording.owner:
            return self._holders([Owner(wording.owner)], [wording.name], evidence)
        told = [(each.start, self._holders(each.owners, names, evidence)) for each in self._mentions(spot.words)]
        own = [holders for start, holders in told if start == spot.start and holders]
        if own:
            return own[0]
        somewhere = [holders for _, holders in told if holders]
        if any(_differ(one, other) for one in somewhere for other in somewhere):
            return None
        holders = list(dict.fromkeys(each for holders in somewhere for each in holders))
        # "Paris was hit, French police said. Paris, Texas, was not": before it is said where one lies, it can be another
        first = bool(told) and not told[0][1] and spot.start in (None, told[0][0])
        return None if holders and first and self._elsewhere(names, holders) else holders

    def _elsewhere(self, names: Sequence[str], holders: Sequence[Place]) -> bool:
        """Whether a country that the text names, but that is none of the holders', has a place of the name."""
        others = set(self._named) - {each.country.code for each in holders if each.country}
        return any(self._gazetteer.holds(country, None, names) for country in others)

    def _holders(self, owners: Iterable[Owner], names: Sequence[str], evidence: Evidence) -> list[Place]:
        """The places that owners are, of a place with one of the names."""
        found: dict[Place, None] = {}
        for owner in owners:
            for wording in (*wordings(owner.name), *wordings(owner.name.partition(" ")[2])):  # "In Kyiv"
                readings = [each for each in self._owner(wording, evidence) if self._can_hold(each, owner, names)]
                if len(readings) > 1:  # Georgia, and Georgia
                    readings = [each for each in readings if self._has(each, names)]
                if readings:
                    found |= dict.fromkeys(readings)
                    break
        return list(found)

    def _owner(self, wording: Wording, evidence: Evidence) -> Iterator[Place]:
        """What an owner's name can be."""
        if wording.kind is None and is_several_countries(wording.name) and not self._gazetteer.country(wording.name):
            return
        country = self._gazetteer.country(wording.name) if wording.kind is None else None
        if country is None:
            place = self._read(wording, [], evidence, behind=True)
            if place.precision is not None:
                yield place
            return
        yield Place("the name of a country", country.name, 6, country)
        for region in self._others(wording.name, country):
            yield self._region(region, "a region that has the name of a country")

    def _can_hold(self, holder: Place, owner: Owner, names: Sequence[str]) -> bool:
        """Whether it is said that a place lies in another; behind a comma a list goes on, or another sentence begins."""
        if not owner.comma:
            return self._gazetteer.country(names[0]) is None or self._has(holder, names)
        # who acts is a country, not a region: "in London, Ontario police said"
        address = owner.address or (holder.precision == 4 and holder.region is not None)
        return address and holder.settlement is None and self._has(holder, names)

    def _has(self, holder: Place, names: Sequence[str]) -> bool:
        """Whether there is a place of one of the names in another."""
        return holder.country is not None and self._gazetteer.holds(holder.country.code, holder.region, names)

    def _others(self, name: str, country: Country) -> list[Region]:
        """Regions of other countries that have the name of a country."""
        return [each for each in self._gazetteer.regions(name) if each.full and each.country != country.code]

    def _namesakes(self, place: Place, name: str) -> bool:
        """Whether a place has been taken for a country, and could be a region of another."""
        return place.precision == 6 and place.country is not None and bool(self._others(name, place.country))

    def _read(self, wording: Wording, holders: Sequence[Place], evidence: Evidence, *, behind: bool = False) -> Place:
        """Words read one way.

        Args:
            holders: what the place lies in.
            behind: the words stand behind a place that lies in it.
        """
        countries = {each.country.code for each in holders if each.country}
        regions = {each.region for each in holders if each.region}
        here = replace(evidence, owners=countries, regions=regions)
        match wording.kind:
            case None:
                return self._bare(wording.name, here, behind)
            case "settlement":
                return self._settlement(choose_settlement(self._gazetteer.settlements(wording.name), here))
            case "part":
                return self._part(wording.name, here)
            case "district":
                return Place("a district that is not in the data")
            case "region":
                return self._said_region(wording, here)

    def _bare(self, name: str, evidence: Evidence, behind: bool = False) -> Place:
        country, regions = self._gazetteer.country(name), self._gazetteer.regions(name)
        if country is not None and (not evidence.owners or country.code in evidence.owners):
            return self._country(name, country, evidence)
        towns = self._gazetteer.settlements(name)
        town = choose_settlement(towns, evidence)
        behind = behind or bool(self._whole_regions(name))
        region = choose_region([each for each in regions if each.full or not towns], evidence, behind=behind)
        if isinstance(region.place, Region) and not _outweighs(town, region.place):
            return self._region(region.place, region.why)
        if region.place is None and any(each.full and each.country in evidence.named for each in regions):
            return Place(region.why)  # "in Florida, US police said": a region, and not the town elsewhere
        return self._settlement(town)

    def _country(self, name: str, country: Country, evidence: Evidence) -> Place:
        """A country, or a region of another that has its name: Georgia, Niger."""
        place = Place("the name of a country", country.name, 6, country)
        regions = self._others(name, country)
        if not regions:
            return place
        readings = [place, *(self._region(each, "where a place lies that stands before it") for each in regions)]
        inside = before_comma(name, self._text)
        held = [each for each in readings if inside and self._has(each, inside)]
        if len(held) == 1:
            return held[0]
        others = {each.country for each in regions} - {country.code}
        about = {*evidence.owners, *evidence.mates, *evidence.named}
        if held or others & about or any(self._names_division(each, name) for each in others):
            return Place("the name of a country, and of a region of another that the text is about")
        return place

    def _names_division(self, country: str, name: str) -> bool:
        """Whether the text names another region of a country."""
        names = [re.escape(each) for each in self._gazetteer.divisions_of(country) if each != name]
        return re.search(rf"\b(?:{'|'.join(names)})\b", self._text) is not None

    def _part(self, name: str, evidence: Evidence) -> Place:
        whole = self._bare(name, evidence)
        if whole.precision == 6:
            return replace(whole, precision=5, rule="a part of a country")
        if whole.precision == 1:
            return replace(whole, precision=2, rule=f"a part of a settlement: {whole.rule}")
        return whole

    def _said_region(self, wording: Wording, evidence: Evidence) -> Place:
        region = choose_region(self._gazetteer.regions(wording.name, said_to_be_one=True), evidence)
        if isinstance(region.place, Region):
            return self._region(region.place, region.why)
        town = choose_settlement(self._gazetteer.settlements(wording.name), evidence).place
        if not isinstance(town, Settlement):
            return Place(region.why)
        exact = self._gazetteer.divides_into(town.country, wording.word)
        country = self._gazetteer.countries.get(town.country)
        rule = f"the {wording.word} that has the name of {town.name}; its code is not known"
        return Place(rule, f"{wording.name} {wording.word}", 4 if exact else 5, country)

    def _settlement(self, choice: Choice) -> Place:
        town = choice.place
        if not isinstance(town, Settlement):
            return Place(choice.why)
        country = self._gazetteer.countries.get(town.country)
        region = f"US-{town.admin1}" if town.country == "US" else None  # elsewhere GeoNames has codes of its own
        return Place(choice.why, town.name, 1, country, region, town)

    def _region(self, region: Region, why: str) -> Place:
        exact = region.code is not None or region.name in _AREAS_FIRST
        return Place(why, region.name, 4 if exact else 5, self._gazetteer.countries.get(region.country), region.code)


@dataclass(frozen=True, slots=True)
class Spot:
    """The words of a place, and where they stand, if that is known."""

    words: str
    start: int | None = None


def _differ(one: Sequence[Place], other: Sequence[Place]) -> bool:
    """Whether two mentions of a name say that it lies in different places."""
    countries, others = ({each.country for each in each_of} for each_of in (one, other))
    regions, of_other = ({each.region for each in each_of if each.region} for each_of in (one, other))
    return not countries & others or bool(regions and of_other and not regions & of_other)


def _record_of(pointer: str) -> str:
    """Pointer of the outermost record that a value belongs to, which its places share."""
    return "/".join(pointer.split("/")[:3])


def _beside(places: Collection[Place], named: Counter[str]) -> Evidence:
    countries = {each.country.code for each in places if each.country}
    around = [each.settlement for each in places if each.settlement]
    return Evidence(mates=countries, named=named, around=around[:_MOST_AROUND])


def _outweighs(town: Choice, region: Region) -> bool:
    """Whether a settlement is meant by a name that is a region's, too: the city of a region, not a village elsewhere."""
    place = town.place
    if not isinstance(place, Settlement) or region.name in _AREAS_FIRST or place.country != region.country:
        return False
    return place.population >= (CITY if place.country == "US" else TOWN)  # Wyoming, Michigan, is in no Wyoming
