"""In which order blocks of a page are read."""

from __future__ import annotations

import random

import pytest

from extract.articles.reading_order import Block, in_reading_order


def order(*places: tuple[float, float, float, float]) -> list[int]:
    """Numbers of the places as they are read, given in an order of no meaning."""
    blocks = [Block(*place, number) for number, place in enumerate(places)]
    random.Random(1).shuffle(blocks)
    return [block.number for block in in_reading_order(blocks)]


HEADLINE = (0, 0, 200, 10)
LEFT = [(0, 20, 90, 30), (0, 40, 90, 50), (0, 60, 90, 90)]
RIGHT = [(110, 20, 200, 30), (110, 40, 200, 50)]


def test_a_column_is_read_to_its_end_though_its_paragraphs_stand_beside_others() -> None:
    assert order(HEADLINE, *LEFT, *RIGHT) == [0, 1, 2, 3, 4, 5]


def test_what_spans_columns_parts_them() -> None:
    below = [(left, top + 100, right, bottom + 100) for left, top, right, bottom in (HEADLINE, *LEFT, *RIGHT)]
    assert order(HEADLINE, *LEFT, *RIGHT, *below) == list(range(12))


def test_three_columns_and_a_single_one() -> None:
    third = [(left + 110, top, right + 110, bottom) for left, top, right, bottom in RIGHT]
    assert order(*LEFT, *RIGHT, *third) == list(range(7))
    assert order((0, 0, 90, 10), (5, 12, 90, 20), (0, 22, 60, 30)) == [0, 1, 2]
    assert order() == []


@pytest.mark.parametrize("number", [500])
def test_blocks_upon_blocks_are_read_from_the_top(number: int) -> None:
    assert order(*[(0, each, 90, each + 50) for each in range(number)]) == list(range(number))
