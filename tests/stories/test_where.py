"""How near places are, by a gazetteer and by names alone."""

from __future__ import annotations

import pytest

from extract.places.gazetteer import Country, Settlement
from extract.places.resolution import Place
from extract.stories.where import Near, Spot, closest, nearness, spots

UKRAINE = Country("UA", "UKR", "Ukraine", 690791)
RUSSIA = Country("RU", "RUS", "Russia", 2017370)


def town(name: str, latitude: float, longitude: float, country: Country = UKRAINE) -> Place:
    number = int(abs(latitude) * 1000 + abs(longitude))
    settlement = Settlement(number, name, country.code, "01", 100_000, latitude, longitude)
    return Place("known", name, 1, country, None, settlement)


KYIV = Spot.of("Kyiv", town("Kyiv", 50.45, 30.52))
KIEV = Spot.of("Kiev", town("Kyiv", 50.45, 30.52))
BROVARY = Spot.of("Brovary", town("Brovary", 50.51, 30.79))
KHARKIV = Spot.of("Kharkiv", town("Kharkiv", 49.98, 36.25))
REGION = Spot.of("Kharkiv region", Place("known", "Kharkivska oblast", 4, UKRAINE, "UA-63"))
COUNTRY = Spot.of("Ukraine", Place("known", "Ukraine", 6, UKRAINE))
BELGOROD = Spot.of("Belgorod", town("Belgorod", 50.6, 36.6, RUSSIA))
NOWHERE = Spot.of("the industrial zone", None)
OTHER_KYIV = Spot.of("Kyiv", town("Kyiv", 57.0, 41.0, RUSSIA))


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (KYIV, KIEV, Near.SAME),
        (KYIV, BROVARY, Near.AREA),
        (KYIV, KHARKIV, Near.APART),
        (KHARKIV, BELGOROD, Near.APART),
        (KHARKIV, REGION, Near.SAME),
        (COUNTRY, KYIV, Near.COUNTRY),
        (COUNTRY, BELGOROD, Near.APART),
        (COUNTRY, COUNTRY, Near.COUNTRY),
        (KYIV, NOWHERE, Near.UNKNOWN),
        (KYIV, OTHER_KYIV, Near.APART),
        (Spot.of("Kyiv", None), Spot.of("central Kyiv", None), Near.SAME),
        (Spot.of("Kyiv", None), Spot.of("Kharkiv", None), Near.DIFFERENT),
        (Spot.of("Sadr City", None), Spot.of("Sadr City market", None), Near.AREA),
    ],
)
def test_how_near_two_places_are(one: Spot, other: Spot, near: Near) -> None:
    assert nearness(one, other) is nearness(other, one) is near


def test_the_country_of_a_report_that_names_a_town_says_nothing() -> None:
    assert closest([COUNTRY, KYIV], [COUNTRY, KHARKIV])[0] is Near.APART
    assert closest([COUNTRY], [COUNTRY, KHARKIV])[0] is Near.COUNTRY
    assert closest([], [KYIV]) == (Near.UNKNOWN, None)


def test_one_common_place_is_enough() -> None:
    near, pair = closest([KYIV, KHARKIV], [BELGOROD, KIEV])
    assert near is Near.SAME
    assert pair == (KYIV, KIEV)


def test_signs_without_a_word_are_no_place() -> None:
    found = spots({"/places/0": "—", "/places/1": "Kyiv", "/places/2": "Kyiv"}, {})
    assert [spot.words for spot in found] == ["Kyiv"]
