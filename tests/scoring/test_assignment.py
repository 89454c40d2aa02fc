"""The assignment against two independent ones: every possibility tried, and scipy's."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from eval.scoring.assignment import best_pairs, best_total


def first_of_the_best(weights: list[list[int]]) -> list[tuple[int, int]]:
    """Tries every injective choice of columns; "no column" is one of n columns of weight 0 at the end."""
    rows, columns = len(weights), len(weights[0])
    padded = [[*row, *[0] * rows] for row in weights]

    def rank(choice: tuple[int, ...]) -> tuple[int, list[int]]:
        formed = [column if padded[row][column] else columns for row, column in enumerate(choice)]
        return -sum(padded[row][column] for row, column in enumerate(choice)), formed

    _, formed = min(map(rank, permutations(range(columns + rows), rows)))
    return [(row, column) for row, column in enumerate(formed) if column < columns]


@pytest.mark.parametrize("seed", range(200))
def test_against_every_possibility(seed: int) -> None:
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 4), rng.randint(1, 4)
    greatest = rng.choice([1, 2, 3, 20])  # small ranges make ties
    weights = [[rng.randint(0, greatest) for _ in range(columns)] for _ in range(rows)]
    expected = first_of_the_best(weights)
    assert best_pairs(weights) == expected
    assert best_total(weights) == sum(weights[i][j] for i, j in expected)


@pytest.mark.parametrize("shape", [(1, 7), (7, 1), (12, 12), (8, 30), (30, 8), (40, 40)])
@pytest.mark.parametrize("greatest", [1, 5, 10**6])
def test_totals_against_scipy(shape: tuple[int, int], greatest: int) -> None:
    optimize = pytest.importorskip("scipy.optimize", reason="scipy is the independent check; it is in the dev extra")
    rng = random.Random(f"{shape}{greatest}")
    weights = [[rng.randint(0, greatest) for _ in range(shape[1])] for _ in range(shape[0])]
    rows, columns = optimize.linear_sum_assignment(weights, maximize=True)
    expected = sum(weights[i][j] for i, j in zip(rows, columns, strict=True))
    assert best_total(weights) == expected
    assert sum(weights[i][j] for i, j in best_pairs(weights)) == expected


def test_weights_beyond_the_precision_of_floats() -> None:
    huge = 1 << 70  # huge + 1 is huge as a float
    assert best_pairs([[huge, huge + 1], [huge + 1, huge + 1]]) == [(0, 1), (1, 0)]


def test_optimal_not_greedy() -> None:
    # first come, first served takes 5 + 0; the best is 4 + 4
    assert best_pairs([[5, 4], [4, 0]]) == [(0, 1), (1, 0)]


def test_a_tie_goes_to_the_first_in_order() -> None:
    assert best_pairs([[1, 1, 1], [1, 1, 1]]) == [(0, 0), (1, 1)]
    assert best_pairs([[1], [1], [1]]) == [(0, 0)]


@pytest.mark.parametrize("weights", [[], [[]], [[], []], [[0, 0], [0, 0]]])
def test_nothing_to_pair(weights: list[list[int]]) -> None:
    assert best_pairs(weights) == []
    assert best_total(weights) == 0
