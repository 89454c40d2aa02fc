"""The places of an article resolved together: each helps to tell where the others are.

Precision is in the codes of UCDP (`where_prec`): 1 the settlement itself; 2 a part of it, or a place in it that is not known
better; 4 a first-order region; 5 an area without borders of its own ("southern Ukraine"); 6 a country. 3 (a district of a
region) and 7 (the sea, the air) are not used. Only 1 and 2 have coordinates: the middle of a region is no place where
something happened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal

from extract.places.choosing import CITY, TOWN, Choice, Evidence, choose_region, choose_settlement
from extract.places.context import named_countries
from extract.places.gazetteer import Country, Gazetteer, Region, Settlement
from extract.places.wording import Wording, owners, wordings
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
    return _Article(result.text or "", gazetteer).resolved(found)


class _Article:
    """A text, and what it says of places."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._named = named_countries(text, gazetteer)
        self._owners = cache(partial(_owners_in, text))

    def resolved(self, found: Sequence[Value]) -> dict[str, Place]:
        """The places of the records: those that the text alone tells, then those that the others tell."""
        words = {each.pointer: str(each.value) for each in found}
        known = {pointer: self._place(each, Evidence(named=self._named)) for pointer, each in words.items()}
        for group_of in (_record_of, lambda pointer: ""):
            groups: dict[str, list[str]] = defaultdict(list)
            for pointer in words:
                groups[group_of(pointer)].append(pointer)
            for group in groups.values():
                beside = _beside(list(dict.fromkeys(known[pointer] for pointer in group)), self._named)
                for pointer in group:
                    if known[pointer].precision is None:
                        known[pointer] = self._place(words[pointer], beside)
        alone = Evidence(named=self._named)
        return {pointer: self._inside(words[pointer], place, alone) for pointer, place in known.items()}

    def _place(self, words: str, evidence: Evidence) -> Place:
        """One place: the first way to read its words that leads to one."""
        if len(words) > _PAST or words.islower():
            return Place("not a name")
        unknown = Place("no words")
        for wording in wordings(words):
            unknown = self._read(wording, self._around(words, wording, evidence), evidence)
            if unknown.precision is not None:
                break
        return unknown

    def _inside(self, words: str, place: Place, evidence: Evidence) -> Place:
        """A place that is not known, but the one that it lies in is."""
        ambiguous = self._gazetteer.country(words) or self._gazetteer.regions(words)
        if place.precision is not None or ambiguous or len(words) > _PAST or words.islower():
            return place
        holders = self._around(words, list(wordings(words))[-1], evidence)
        if not holders or len({each.country for each in holders}) > 1:
            return place
        closest = min(holders, key=lambda each: each.precision or 9)
        exact = 2 if closest.settlement else closest.precision
        return replace(closest, precision=exact, rule=f"{place.rule}; the text says it lies in {closest.name}")

    def _around(self, words: str, wording: Wording, evidence: Evidence) -> list[Place]:
        """The places that its own words, or else the text, say that a place lies in."""
        names = (wording.owner,) if wording.owner else self._owners(words)
        return list(self._holders(names, evidence))

    def _holders(self, names: Iterable[str], evidence: Evidence) -> Iterator[Place]:
        """Places by names; those behind a comma only if they are regions or countries, since a list goes on so, too."""
        for name in names:
            shorter = name.removeprefix(",").partition(" ")[2]  # "In Kyiv"
            for wording in (*wordings(name.removeprefix(",")), *wordings(shorter)):
                place = self._read(wording, [], evidence, behind=True)
                if place.precision is not None:
                    if not (name.startswith(",") and place.settlement):
                        yield place
                    break

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
        if country is not None:
            others = {each.country for each in regions} - {country.code}
            about = {*evidence.owners, *evidence.mates, *evidence.named}
            if others & about:
                return Place("the name of a country, and of a region of another that the text is about")
            return Place("the name of a country", country.name, 6, country)
        towns = self._gazetteer.settlements(name)
        town = choose_settlement(towns, evidence)
        region = choose_region([each for each in regions if each.full or not towns], evidence, behind=behind)
        if isinstance(region.place, Region) and not _outweighs(town, region.place):
            return self._region(region.place, region.why)
        return self._settlement(town)

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


def _owners_in(text: str, words: str) -> tuple[str, ...]:
    return tuple(owners(words, text))


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
