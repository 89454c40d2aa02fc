"""Places in made-up texts: where they are, how exactly that is known, and what stays unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import pytest
from pydantic import BaseModel

from extract import Evidence, Verbatim
from extract.places.gazetteer import Gazetteer
from extract.places.maps import WORLD, maps_of
from extract.places.outline import world_defs
from extract.places.resolution import Place, resolve_places
from extract.records.results import ArticleResult, Grounding
from tests.places.towns import small_gazetteer


class Fair(BaseModel):
    """A fair, which no part of the program knows."""

    evidence: Annotated[str, Evidence()] = ""
    host: Annotated[str | None, Verbatim("place", "organisation")] = None
    towns: Annotated[list[str], Verbatim("place")] = []


class Fairs(BaseModel):
    fairs: list[Fair] = []


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return small_gazetteer(tmp_path_factory.mktemp("places"))


def resolved(gazetteer: Gazetteer, text: str, *towns: str, more: Sequence[Fair] = ()) -> list[Place]:
    """Places of one record, in order."""
    records = Fairs(fairs=[Fair(towns=list(towns), host="Moscow"), *more])
    result = ArticleResult(article_id="a", source="a", status="complete", records=records, text=text)
    places = resolve_places(result, gazetteer)
    assert "/fairs/0/host" not in places  # it may be an organisation
    return [places[f"/fairs/0/towns/{number}"] for number in range(len(towns))]


def told(place: Place) -> tuple[object, ...]:
    """Precision, country, region, and whether there is a point."""
    return place.precision, place.country and place.country.code, place.region, place.point is not None


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("A fair in Kyiv, Ukrainian officials said.", "Kyiv", (1, "UA", None, True)),
        ("A fair in Kiev, Ukraine.", "Kiev", (1, "UA", None, True)),
        ("A fair in Kharkov in Ukraine.", "Kharkov", (1, "UA", None, True)),
        ("A fair in Kharkiv region, Ukraine.", "Kharkiv region", (4, "UA", "UA-63", False)),
        ("A fair in Russia's Kursk oblast.", "Kursk oblast", (4, "RU", "RU-KRS", False)),
        ("A fair in southern Ukraine.", "southern Ukraine", (5, "UA", None, False)),
        ("A fair in Ukraine.", "Ukraine", (6, "UA", None, False)),
        ("A fair in western Baghdad, Iraq.", "western Baghdad", (2, "IQ", None, True)),
        ("A fair in Sadr City, Iraq.", "Sadr City", (1, "IQ", None, True)),
        ("In Kyiv's Solomianskyi district, Ukraine.", "Kyiv's Solomianskyi district", (2, "UA", None, True)),
        ("In Kyiv's Solomianskyi district, Ukraine.", "Solomianskyi district", (2, "UA", None, True)),
        ("A fair in the village of Hroza in Kharkiv region, Ukraine.", "Hroza", (4, "UA", "UA-63", False)),
        ("A fair in Gaza, Palestinian officials said.", "Gaza", (4, "PS", None, False)),
        ("A fair in Gaza City, Palestinian officials said.", "Gaza City", (1, "PS", None, True)),
        ("A fair in Deir-al Balah, Palestinian officials said.", "Deir-al Balah", (1, "PS", None, True)),
        ("A fair in Aleppo, Syria.", "Aleppo", (1, "SY", None, True)),
        ("A fair in Aleppo province, Syria.", "Aleppo province", (4, "SY", "SY-HL", False)),
        ("A fair in Florida, US. Uruguay won.", "Florida", (4, "US", "US-FL", False)),
        ("A fair in Paris, Texas. French guests came.", "Paris", (1, "US", "US-TX", True)),
        ("A fair in Paris. France was glad.", "Paris", (1, "FR", None, True)),
        ("A fair in Tripoli, Libyan guests said.", "Tripoli", (1, "LY", None, True)),
        ("A fair in Tripoli, Lebanese guests said.", "Tripoli", (1, "LB", None, True)),
        ("A fair in Donetsk. Russia and Ukraine came.", "Donetsk", (1, "UA", None, True)),
        ("A fair in Paris.", "Paris", (1, "FR", None, True)),
        ("After a fair in Aleppo, Iraq said no.", "Aleppo", (1, "SY", None, True)),
        ("A fair in Atlanta, Georgia.", "Atlanta", (1, "US", "US-GA", True)),
        ("A fair in Atlanta, Georgia.", "Georgia", (4, "US", "US-GA", False)),
        ("A fair in Georgia.", "Georgia", (6, "GE", None, False)),
        ("A fair in Northern Ireland.", "Northern Ireland", (4, "GB", "GB-NIR", False)),
        ("A fair in Ukraine, Spain.", "Ukraine", (1, "ES", None, True)),
    ],
)
def test_where_places_are(
    gazetteer: Gazetteer, text: str, words: str, expected: tuple[int, str, str | None, bool]
) -> None:
    assert told(*resolved(gazetteer, text, words)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A fair in Birmingham.", "Birmingham"),  # 5.7 times as large is not by far
        ("A fair in Tripoli, Libyan and Lebanese guests said.", "Tripoli"),
        (
            "A fair in Donetsk: Russia, Russia and Russia came, and Ukraine.",
            "Donetsk",
        ),  # size says one, the text another
        ("The fair of Georgia in Atlanta, in the United States.", "Georgia"),
        ("A fair in Novosilky; Ukraine came.", "Novosilky"),  # too small, and near nothing
        ("A fair in Al-Mawasi; Palestinian guests came.", "Al-Mawasi"),
        ("A fair in the city center of Kyiv, Ukraine.", "the city center"),
        ("In the Kyiv and Kharkiv regions.", "Kyiv and Kharkiv regions"),
        ("In Congo.", "Congo"),
        ("A fair in Florida, US police said. Uruguay won.", "Florida"),
        ("A fair in Georgia. Florida won.", "Georgia"),
        ("A fair in South America.", "South America"),
        ("A fair in the Middle East.", "the Middle East"),
        ("A fair in Paris, Texas. A fair in Paris, France.", "Paris"),
        ("A fair in Paris, French guests said. Paris, Texas, had none.", "Paris"),
        ("In Aleppo.", "A" * 10_000),
        ("In ((.", "(("),
    ],
)
def test_what_is_not_sure_stays_unknown(gazetteer: Gazetteer, text: str, words: str) -> None:
    place = resolved(gazetteer, text, words)[0]
    assert told(place) == (None, None, None, False)
    assert place.rule


def test_other_places_of_a_record_say_which_one_is_meant(gazetteer: Gazetteer) -> None:
    _, near = resolved(gazetteer, "A fair in Kyiv and Pohreby, Ukraine.", "Kyiv", "Pohreby")
    assert near.point == (50.55, 30.64)
    assert "within 50 km" in near.rule
    _, far = resolved(gazetteer, "A fair in Kharkiv and Pohreby, Ukraine.", "Kharkiv", "Pohreby")
    assert far.point is None


def test_other_records_help_after_those_of_the_own(gazetteer: Gazetteer) -> None:
    text = "Fairs in Pohreby and in Kyiv."
    assert resolved(gazetteer, text, "Pohreby")[0].point is None
    assert resolved(gazetteer, text, "Pohreby", more=[Fair(towns=["Kyiv"])])[0].point == (50.55, 30.64)


def test_an_article_has_a_map_of_the_places_with_a_point(gazetteer: Gazetteer) -> None:
    results = [
        ArticleResult(
            article_id=name, source=name, status="complete", records=Fairs(fairs=[Fair(towns=towns)]), text=text
        )
        for name, towns, text in (
            (
                "one",
                ["Kyiv", "Kiev", "Ukraine", "western Baghdad"],
                "From western Baghdad in Iraq to Kyiv, Kiev, Ukraine.",
            ),
            ("none", ["Ukraine"], "In Ukraine."),
        )
    ]
    maps = maps_of(results, gazetteer)
    assert list(maps) == ["one"]
    assert maps["one"].count("<circle") == 2
    assert maps["one"].count('fill="none" stroke="#c62828"') == 1  # a part of Baghdad, near where it is drawn
    assert f'href="#{WORLD}"' in maps["one"]
    assert f'id="{WORLD}"' in world_defs(WORLD)


def test_a_result_without_records_or_text_has_what_its_words_alone_say(gazetteer: Gazetteer) -> None:
    failed = ArticleResult(article_id="a", source="a", status="failed")
    assert resolve_places(failed, gazetteer) == {}
    bare = ArticleResult(
        article_id="a", source="a", status="complete", records=Fairs(fairs=[Fair(towns=["Moscow", "Pohreby"])])
    )
    found = resolve_places(bare, gazetteer)
    assert [place.precision for place in found.values()] == [1, None]


@pytest.mark.parametrize(("start", "region"), [(10, "US-TX"), (35, None), (55, "none")])
def test_each_mention_of_a_name_is_read_by_its_own_words(gazetteer: Gazetteer, start: int, region: str | None) -> None:
    text = "A fair in Paris, Texas. A fair in  Paris, France, and Paris won."
    start = [found.start() for found in re.finditer("Paris", text)][(10, 35, 55).index(start)]
    result = ArticleResult(
        article_id="a",
        source="a",
        status="complete",
        records=Fairs(fairs=[Fair(towns=["Paris"])]),
        text=text,
        grounding={"/fairs/0/towns/0": Grounding(start=start, end=start + 5, status="exact")},
    )
    place = resolve_places(result, gazetteer)["/fairs/0/towns/0"]
    assert told(place)[:3] == ((None, None, None) if region == "none" else (1, "US" if region else "FR", region))
