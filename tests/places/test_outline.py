"""The map: what is on it, for eyes and for screen readers; nothing of an article is obeyed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from extract.places.make_outline import outline
from extract.places.outline import HEIGHT, WIDTH, Point, map_svg, world_defs

SVG = "{http://www.w3.org/2000/svg}"
KYIV, LVIV = Point("Kyiv", 50.45, 30.52), Point("Lviv", 49.84, 24.02)


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_points_are_drawn_once_and_named() -> None:
    root = drawn(map_svg([KYIV, LVIV, KYIV], title="Fairs", world="earth"))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Fairs"
    assert root.findtext(f"{SVG}desc") == "Kyiv, Lviv"
    kyiv, lviv = root.iter(f"{SVG}circle")
    assert float(kyiv.get("cx", "")) > float(lviv.get("cx", "")) + 50
    assert float(kyiv.get("cy", "")) < float(lviv.get("cy", ""))
    names = [text.text for text in root.iter(f"{SVG}text")]
    assert names[:2] == ["Kyiv", "Lviv"]
    assert "Ukraine" in names


def test_every_point_is_inside_wherever_they_are() -> None:
    far = [Point("Nome", 64.5, -165.4), Point("Suva", -18.1, 178.4), Point("Vostok", -78.5, 106.8), KYIV]
    for points in ([KYIV], far, [Point("North Pole", 90, 0)]):
        for circle in drawn(map_svg(points, title="Map", world="earth")).iter(f"{SVG}circle"):
            assert 0 < float(circle.get("cx", "")) < WIDTH
            assert 0 < float(circle.get("cy", "")) < HEIGHT


def test_names_hide_no_other_name() -> None:
    crowd = [Point(f"Village number {number}", 50 + number / 1000, 30) for number in range(30)]
    root = drawn(map_svg(crowd, title="Map", world="earth"))
    villages = [text for text in root.iter(f"{SVG}text") if str(text.text).startswith("Village")]
    assert 1 <= len(villages) <= 4
    assert len(list(root.iter(f"{SVG}circle"))) == 30
    assert str(root.findtext(f"{SVG}desc")).count("Village") == 30


def test_a_hostile_name_is_text() -> None:
    made = map_svg(
        [Point('<script>x</script>"\u202e\x1b' + "y" * 500, 50, 30)], title="</title><script>", world="earth"
    )
    assert "<script" not in made
    assert not re.search(r"[\x00-\x08\x1b\u202e]", made)
    assert "y" * 100 not in made
    assert drawn(made).findtext(f"{SVG}title") == "</title><script>"


def test_without_points_there_is_no_map() -> None:
    assert map_svg([], title="Map", world="earth") == ""


def test_a_page_of_many_maps_has_the_outline_once() -> None:
    assert 'id="earth"' in world_defs("earth")
    made = map_svg([KYIV], title="Map", world="earth")
    assert "<path" not in made
    assert 'href="#earth"' in made
    assert len(world_defs("earth")) < 60_000


def test_an_outline_is_made_of_a_topology() -> None:
    square = [[0, 0], [10, 0], [0, 10], [-10, 0]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [square, [[0, 10], [0, -10]], [[0, 0], [-5, 0], [0, 10], [5, 0]]],
        "objects": {
            "land": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0, ~2]]}]},
            "countries": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "East"}},
                    {"type": "MultiPolygon", "arcs": [[[1, 2]]], "properties": {"name": "West"}},
                ]
            },
        },
    }
    made = outline(topology)
    assert made["borders"] == "M0,-100l0,100"
    assert made["land"] == "M0,0l100,0 0-100-100,0-50,0 0,100 50,0z"
    assert made["countries"] == [("East", 5.0, 5.0), ("West", 5.0, -2.5)]
