"""Makes `world.json`, the outline of the map, from Natural Earth's 1:110m countries as npm's world-atlas has them.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m extract.places.make_outline package/countries-110m.json

Land is one path, borders between countries another, both in tenths of a degree, north up. Borders are those that Natural
Earth finds in force, not claims. It is in the public domain, world-atlas under the ISC licence.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

TENTHS = 10
_AROUND = 360 * TENTHS
Point = tuple[int, int]


def outline(topology: dict[str, Any]) -> dict[str, Any]:
    """Land and borders as SVG paths, and the names of countries."""
    arcs = list(_arcs(topology))
    countries = topology["objects"]["countries"]["geometries"]
    used = Counter(index if index >= 0 else ~index for each in countries for index in _indices(each["arcs"]))
    land = [_ring(ring, arcs) for ring in _rings(topology["objects"]["land"])]
    borders = [arcs[index] for index, times in sorted(used.items()) if times > 1]
    return {
        "about": "Natural Earth 1:110m (public domain), from npm's world-atlas 2.0.2 (ISC), made by make_outline.py",
        "land": "".join(f"{_path(ring)}z" for ring in land if len(ring) > 2),
        "borders": "".join(map(_path, borders)),
        "countries": [named[1:] for named in sorted((_named(each, arcs) for each in countries), reverse=True)],
    }


def _named(country: dict[str, Any], arcs: Sequence[list[Point]]) -> tuple[float, str, float, float]:
    """The size of a country's largest piece, the country's name, and the middle of that piece."""
    size, (x, y) = max((_middle(_ring(ring, arcs)) for ring in _rings(country)), key=lambda each: each[0])
    return size, country["properties"]["name"], round(-y / TENTHS, 1), round(x / TENTHS, 1)


def _middle(ring: Sequence[Point]) -> tuple[float, tuple[float, float]]:
    """Size and middle of a ring."""
    size = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        part = x1 * y2 - x2 * y1
        size, x, y = size + part, x + (x1 + x2) * part, y + (y1 + y2) * part
    return (abs(size), (x / (3 * size), y / (3 * size))) if size else (0.0, (float(ring[0][0]), float(ring[0][1])))


def _arcs(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """The lines of a topology, which are written as steps."""
    (east, south), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            point = round((x * east + left) * TENTHS), round(-(y * south + bottom) * TENTHS)
            if point not in points[-1:]:
                points.append(point)
        yield points


def _rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The rings of polygons, each as numbers of lines."""
    if geometry["type"] == "GeometryCollection":
        for each in geometry["geometries"]:
            yield from _rings(each)
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon
    else:
        yield from geometry["arcs"]


def _indices(arcs: Any) -> Iterable[int]:
    return [arcs] if isinstance(arcs, int) else (index for each in arcs for index in _indices(each))


def _ring(ring: Sequence[int], arcs: Sequence[list[Point]]) -> list[Point]:
    """A number below zero is a line from its end."""
    points: list[Point] = []
    for index in ring:
        for x, y in arcs[index] if index >= 0 else arcs[~index][::-1]:
            if points:  # over the edge of the map it goes on, and not back across the world
                x += round((points[-1][0] - x) / _AROUND) * _AROUND
            if (x, y) not in points[-1:]:
                points.append((x, y))
    return points


def _path(points: Sequence[Point]) -> str:
    """Steps from a point, as short as SVG allows: "m12,34l5-6 7,8"."""
    (x, y), *rest = points
    written = f"M{x},{y}l" if rest else f"M{x},{y}"
    for next_x, next_y in rest:
        step_x, step_y = next_x - x, next_y - y
        joint = "" if written.endswith("l") or step_x < 0 else " "
        written += f"{joint}{step_x}{'' if step_y < 0 else ','}{step_y}"
        x, y = next_x, next_y
    return written


if __name__ == "__main__":
    made = outline(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    target = Path(__file__).parent / "world.json"
    target.write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")
