"""Columns for places, in the tables of a task that no part of the program knows."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel

from extract import Verbatim
from extract.exports.run_tables import RunTables
from extract.places.columns import PlaceColumns, in_common
from extract.places.gazetteer import Gazetteer
from extract.places.resolution import Place
from extract.records.columns import Cell
from extract.records.results import ArticleResult, Header, Signature
from tests.places.towns import small_gazetteer


class Stall(BaseModel):
    where: Annotated[str | None, Verbatim("place")] = None
    where_country: str = "own"


class Fair(BaseModel):
    towns: Annotated[list[str], Verbatim("place")] = []
    names: Annotated[list[str], Verbatim("person")] = []
    stalls: list[Stall] = []


class Fairs(BaseModel):
    fairs: list[Fair] = []


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return small_gazetteer(tmp_path_factory.mktemp("places"))


def tables(gazetteer: Gazetteer, fair: Fair, text: str) -> dict[str, list[dict[str, Cell]]]:
    """Rows of every table by its name, each by column."""
    signature = Signature(task="fairs", model="m", prompts="p", prompts_sha256="", schema_sha256="", sampling={})
    result = ArticleResult(article_id="a", source="a", status="complete", records=Fairs(fairs=[fair]), text=text)
    made = RunTables(Fairs, [PlaceColumns(gazetteer)])
    names = {table.name: table.names for table in made.all}
    found: dict[str, list[dict[str, Cell]]] = {name: [] for name in names}
    for row in made.rows(Header(signature=signature), result):
        found[row.table].append(dict(zip(names[row.table], row.cells, strict=True)))
    return found


def test_each_place_has_its_row_and_a_record_what_they_have_in_common(gazetteer: Gazetteer) -> None:
    fair = Fair(towns=["Kyiv", "Kharkiv region"], names=["Ann"], stalls=[Stall(where="Kharkiv"), Stall()])
    made = tables(gazetteer, fair, "A fair in Kyiv and in Kharkiv region, Ukraine.")
    first, second = made["fair_towns"]
    assert (first["value"], first["place_country_code"], first["place_latitude"]) == ("Kyiv", "UKR", 50.45)
    assert (second["place_precision"], second["place_region_code"], second["place_latitude"]) == (4, "UA-63", None)
    assert "place_country" not in made["fair_names"][0]
    [record] = made["fair"]
    assert (record["towns_name"], record["towns_precision"], record["towns_geonameid"]) == ("Kyiv", 1, 1000)
    assert "the most exact of 2 places" in str(record["towns_rule"])
    known, empty = made["stall"]
    assert (known["where_country"], known["where_country_"], known["where_longitude"]) == ("own", "Ukraine", 36.25)
    assert (empty["where_country_"], empty["where_rule"]) == (None, None)


def test_several_places_have_no_one_point(gazetteer: Gazetteer) -> None:
    [record] = tables(gazetteer, Fair(towns=["Kyiv", "Kharkiv"]), "In Kyiv and Kharkiv, Ukraine.")["fair"]
    assert (record["towns_latitude"], record["towns_precision"], record["towns_country"]) == (None, 6, "Ukraine")
    [record] = tables(gazetteer, Fair(towns=["Kyiv", "Pohreby"]), "In Kyiv and Pohreby, Ukraine.")["fair"]
    assert (record["towns_latitude"], record["towns_precision"]) == (50.45, 2)
    [record] = tables(gazetteer, Fair(towns=["Kyiv", "Paris"]), "In Kyiv and in Paris. Ukraine and France came.")[
        "fair"
    ]
    assert (record["towns_country"], record["towns_precision"]) == (None, None)


def test_of_unknown_places_nothing_is_known() -> None:
    assert in_common([Place("no"), Place("no")]).precision is None
