"""Columns for where places are, for any task (see `extract.records.columns`).

A record gets them for each of its places, and for each of its lists of places, where these have one in common; the table of
such a list has them for every place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from extract.places.choosing import NEAR, apart
from extract.places.gazetteer import Gazetteer
from extract.places.resolution import Place, is_place, resolve_places
from extract.records.columns import Cell, Column, free_names
from extract.records.results import ArticleResult
from extract.records.tree import FieldPlan, Node, Trail, fields_of, path_of, slots_of, types_in

_COLUMNS = (
    Column("name", about="of the settlement, region or country at GeoNames or in ISO 3166"),
    Column("country"),
    Column("country_code", about="ISO 3166-1, three letters"),
    Column("region_code", about="ISO 3166-2"),
    Column("latitude", "number", "of settlements only; a region or country has none"),
    Column("longitude", "number"),
    Column("geonameid", "integer", "of a settlement or country"),
    Column(
        "precision",
        "integer",
        "UCDP's codes: 1 the settlement, 2 a part of it, 4 first-order region, 5 area without borders, 6 country",
    ),
    Column("rule", about="how it was found, or why it was not"),
)
_ITEM = "place"
"""In front of the columns of a table that has a row for each place."""


class PlaceColumns:
    """Places resolved by a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._last: tuple[ArticleResult | None, Mapping[str, Place]] = (None, {})

    def places(self, result: ArticleResult) -> Mapping[str, Place]:
        """The places of an article by pointer; those of the last one are kept, since a table asks for each record."""
        if self._last[0] is not result:
            self._last = (result, resolve_places(result, self._gazetteer))
        return self._last[1]

    def columns(self, model: type[BaseModel]) -> Sequence[Column]:
        """Nine for each field that is a place or a list of places."""
        return [column for trail in _trails(model) for column in free_names(model, trail, _COLUMNS)]

    def cells(self, node: Node, result: ArticleResult) -> Mapping[str, Cell]:
        """Where the places of a record are; nothing for a place that is null."""
        known, cells = self.places(result), dict[str, Cell]()
        for trail in _trails(type(node.record)):
            where = "/".join((node.pointer, *path_of(trail)))
            found = [place for pointer, place in known.items() if pointer == where or _item_of(pointer, where)]
            if found:
                names = (column.name for column in free_names(type(node.record), trail, _COLUMNS))
                cells |= zip(names, _cells(in_common(found)), strict=True)
        return cells

    def item_columns(self, field: FieldPlan) -> Sequence[Column]:
        """Nine for a list of places."""
        return [replace(column, name=f"{_ITEM}_{column.name}") for column in _COLUMNS] if is_place(field) else []

    def item_cells(self, pointer: str, field: FieldPlan, result: ArticleResult) -> Mapping[str, Cell]:
        """Where one place of a list is."""
        place = self.places(result).get(pointer)
        names = (column.name for column in self.item_columns(field))
        return dict(zip(names, _cells(place), strict=True)) if place else {}


def has_places(schema: type[BaseModel]) -> bool:
    """Whether records of a task have fields that are places."""
    return any(is_place(field) for model in types_in(schema) for field in fields_of(model).values())


def in_common(places: Sequence[Place]) -> Place:
    """What is known of several places as of one: the only one, the most exact of them, or no more than their country."""
    if len(places) == 1:
        return places[0]
    known = [place for place in places if place.precision is not None]
    if not known:
        return Place(f"none of {len(places)} places is known")
    best = min(place.precision or 9 for place in known)
    exact = [place for place in known if place.precision == best or (best == 1 and place.precision == 2)]
    if len({(place.name, place.country) for place in exact}) == 1:
        return (
            exact[0]
            if len(known) == 1
            else replace(exact[0], rule=f"the most exact of {len(places)} places: {exact[0].rule}")
        )
    towns = [place.settlement for place in exact if place.settlement is not None]
    if len(towns) == len(exact) and all(apart(town, towns[0]) <= NEAR / 2 for town in towns):
        return replace(exact[0], precision=2, rule=f"{len(places)} places close to each other, the first of them")
    countries = {place.country for place in known}
    if len(countries) == 1 and (country := countries.pop()) is not None:
        return Place(f"{len(places)} places in one country, no one point", country.name, 6, country)
    return Place(f"{len(places)} places in several countries")


def _cells(place: Place) -> tuple[Cell, ...]:
    country, town = place.country, place.settlement
    return (
        place.name,
        country.name if country else None,
        country.code3 if country else None,
        place.region,
        town.latitude if town else None,
        town.longitude if town else None,
        place.geonameid,
        place.precision,
        place.rule,
    )


def _trails(model: type[BaseModel]) -> list[Trail]:
    return [trail for trail in slots_of(model) if trail[-1].shape in ("value", "values") and is_place(trail[-1])]


def _item_of(pointer: str, where: str) -> bool:
    return pointer.rpartition("/")[0] == where
