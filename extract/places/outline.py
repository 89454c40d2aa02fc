"""A small map as SVG, without network or script: the outline of the world, cut to some points, with their names.

Colours follow the text of the page that holds it (`currentColor`), so that it is readable in the dark and on paper.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any, NamedTuple

WIDTH, HEIGHT = 640, 320
"""Units of the drawing; it takes the width of the page."""
LEAST_DEGREES = 16.0
"""Height of the smallest piece of the world that is shown: the outline has no more detail."""
_MARGIN = 0.3
"""Of what the points take, around them."""
_LETTER, _LINE = 6.6, 14
"""Width and height of a letter of a name."""
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Point:
    """A point with a name; one that is `rough` is near where it is drawn."""

    name: str
    latitude: float
    longitude: float
    rough: bool = False


@dataclass(frozen=True, slots=True)
class _View:
    """The piece of the world that is shown: its middle, and units of the drawing per degree."""

    longitude: float
    latitude: float
    across: float
    up: float

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point is in the drawing."""
        x = WIDTH / 2 + (point.longitude - self.longitude) * self.across
        return round(x, 1), round(HEIGHT / 2 - (point.latitude - self.latitude) * self.up, 1)

    @property
    def transform(self) -> str:
        """From tenths of degrees, as the outline has them, to the drawing."""
        x, y = WIDTH / 2 - self.longitude * self.across, HEIGHT / 2 + self.latitude * self.up
        return f"translate({x:.1f},{y:.1f}) scale({self.across / 10:.4f},{self.up / 10:.4f})"


def world_defs(name: str) -> str:
    """The outline, for the maps of a page that refer to it by its name."""
    line = 'stroke="currentColor" stroke-width="0.8" vector-effect="non-scaling-stroke"'
    land = f'fill="currentColor" fill-opacity="0.12" {line} stroke-opacity="0.5"'
    borders = f'fill="none" {line} stroke-opacity="0.35"'
    paths = _outline()
    drawn = f'<path d="{paths["land"]}" {land}/><path d="{paths["borders"]}" {borders}/>'
    return f'<defs><g id="{name}">{drawn}</g></defs>'


def map_svg(points: Iterable[Point], *, title: str, world: str) -> str:
    """A map of some points.

    Args:
        points: those with one name and place are drawn once.
        title: what a screen reader calls it; the names of the points follow.
        world: name of the outline, which the page has (`world_defs`).

    Returns:
        An `svg` element; nothing where there is no point.
    """
    shown = list(dict.fromkeys(points))
    if not shown:
        return ""
    view = _view(shown)
    said = ", ".join(_label(point) for point in shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="map" '
        'aria-labelledby="map-title map-said">'
        f'<title id="map-title">{_text(title)}</title><desc id="map-said">{_text(said)}</desc>'
        f'<clipPath id="map-frame"><rect width="{WIDTH}" height="{HEIGHT}"/></clipPath>'
        f'<g clip-path="url(#map-frame)"><use href="#{world}" transform="{view.transform}"/></g>'
        f"{''.join(_drawn(shown, view))}</svg>"
    )


@cache
def _outline() -> Any:
    return json.loads((Path(__file__).parent / "world.json").read_text(encoding="utf-8"))


def _view(points: Sequence[Point]) -> _View:
    """The smallest piece with all points and a margin, in the shape of the drawing; degrees as wide as in its middle."""
    south, north = min(each.latitude for each in points), max(each.latitude for each in points)
    west, east = min(each.longitude for each in points), max(each.longitude for each in points)
    latitude, longitude = (south + north) / 2, (west + east) / 2
    narrow = max(0.3, cos(radians(latitude)))
    least = max(LEAST_DEGREES, (north - south) * (1 + _MARGIN), (east - west) * narrow * (1 + _MARGIN) * HEIGHT / WIDTH)
    up = HEIGHT / min(least, 180)
    return _View(longitude, latitude, up * narrow, up)


def _drawn(points: Sequence[Point], view: _View) -> Iterable[str]:
    """Dots, and names where they hide no other name; names of countries last, paler."""
    taken = [_around(*view.at(point)) for point in points]
    for point in points:
        x, y = view.at(point)
        name = _label(point)
        ring = 'fill="none" stroke="#c62828" stroke-width="2"' if point.rough else 'fill="#c62828"'
        yield f'<circle cx="{x}" cy="{y}" r="4.5" {ring}><title>{_text(name)}</title></circle>'
        wide = _LETTER * len(name)
        corners = ((x + 8, y + 4), (x - 8 - wide, y + 4), (x - wide / 2, y - 9), (x - wide / 2, y + 18))
        yield from _name(name, corners, taken, 'font-size="12"')
    for name, latitude, longitude in _outline()["countries"]:
        x, y = view.at(Point(name, latitude, longitude))
        yield from _name(name, [(x - _LETTER * len(name) / 2, y)], taken, 'font-size="10" fill-opacity="0.6"')


def _name(name: str, corners: Iterable[tuple[float, float]], taken: list[_Box], look: str) -> Iterable[str]:
    """A name at the first of some corners where there is room."""
    for left, below in corners:
        box = _Box(left, below - _LINE, left + _LETTER * len(name), below + 2)
        inside = box.left > 0 and box.right < WIDTH and box.above > 0 and box.below < HEIGHT
        if inside and not any(map(box.meets, taken)):
            taken.append(box)
            yield (
                f'<text x="{left:.1f}" y="{below:.1f}" {look} fill="currentColor" unicode-bidi="isolate" '
                f'aria-hidden="true">{_text(name)}</text>'
            )
            return


class _Box(NamedTuple):
    """A piece of the drawing."""

    left: float
    above: float
    right: float
    below: float

    def meets(self, other: _Box) -> bool:
        """Whether they have some of it in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.above < other.below and other.above < self.below


def _around(x: float, y: float) -> _Box:
    """What a dot takes."""
    return _Box(x - 5, y - 5, x + 5, y + 5)


def _label(point: Point) -> str:
    name = " ".join(point.name.split())
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _text(text: str) -> str:
    """A text that is nothing else: markup escaped, what is not printed (overrides of direction, controls) replaced."""
    return escape("".join(char if char.isprintable() else "�" for char in text))
