"""A map of each article's places, for the page."""

from __future__ import annotations

from collections.abc import Iterable

from extract.places.gazetteer import Gazetteer
from extract.places.outline import Point, map_svg
from extract.places.resolution import resolve_places
from extract.records.results import ArticleResult

WORLD = "world"
"""What these maps call the outline, which they do not bring along: see `extract.places.outline.world_defs`."""


def maps_of(results: Iterable[ArticleResult], gazetteer: Gazetteer) -> dict[str, str]:
    """Article → a map of those of its places that have coordinates; none for an article without such a place."""
    found = {result.article_id: _map_of(result, gazetteer) for result in results}
    return {article: picture for article, picture in found.items() if picture}


def _map_of(result: ArticleResult, gazetteer: Gazetteer) -> str:
    points = [
        Point(place.settlement.name, place.settlement.latitude, place.settlement.longitude, place.precision != 1)
        for place in resolve_places(result, gazetteer).values()
        if place.settlement is not None
    ]
    return map_svg(points, title="Places of the article", world=WORLD)
