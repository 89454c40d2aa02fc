"""Exact one-to-one assignment of integer weights: the greatest total, ties broken by the order of rows and columns.

Shortest augmenting paths (Jonker and Volgenant 1987; Crouse 2016, doi:10.1109/TAES.2016.140952), in plain Python:
integers of any size stay exact, so several criteria can be packed into one weight, and importing scipy would
cost half a second. Knows nothing of records.
"""

from __future__ import annotations

from collections.abc import Sequence

Weights = Sequence[Sequence[int]]
"""Rows of equal length; 0 means that the two must not be paired, everything else is positive."""


def best_pairs(weights: Weights) -> list[tuple[int, int]]:
    """Pairs rows with columns, each at most once, so that the sum of weights is greatest.

    Args:
        weights: n rows of m; only pairs of positive weight are formed.

    Returns:
        (row, column) by row. Among assignments of equal total it is the first in the given order: row 0 gets the
        earliest column that any of them gives it (none comes last), then row 1, and so on.
    """
    if not any(map(any, weights)):
        return []
    return [(row, column) for row, column in _assigned(_told_apart(weights)) if weights[row][column]]


def best_total(weights: Weights) -> int:
    """The greatest sum of weights that an assignment reaches."""
    if not any(map(any, weights)):
        return 0
    if len(weights) > len(weights[0]):
        weights = list(zip(*weights, strict=True))
    wanted = [row.index(best) for row in weights if (best := max(row))]
    if len(set(wanted)) == len(wanted):  # every row has its best column to itself
        return sum(map(max, weights))
    return sum(weights[row][column] for row, column in _assigned(weights))


def _told_apart(weights: Weights) -> Weights:
    """Weights under which no two assignments are equal: of those that were, the first in order is the greatest.

    An assignment is a number with a digit for each row, the greater the earlier its column; below every old weight.
    """
    count = len(weights[0])
    digits = [(count + 1) ** place for place in reversed(range(len(weights)))]
    unit = (count + 1) ** len(weights)
    return [
        [weight and weight * unit + (count - column) * digit for column, weight in enumerate(row)]
        for row, digit in zip(weights, digits, strict=True)
    ]


def _assigned(weights: Weights) -> list[tuple[int, int]]:
    """(row, column) by row of an assignment of the greatest total, pairs of weight 0 among them."""
    if len(weights) > len(weights[0]):
        return sorted((row, column) for column, row in _assigned(list(zip(*weights, strict=True))))
    return list(enumerate(_cheapest([[-weight for weight in row] for row in weights])))


def _cheapest(cost: list[list[int]]) -> list[int]:
    """The column of every row where all of them together cost least; n ≤ m.

    `cost[i][j] - u[i] - v[j]` is never negative, and 0 where row i has column j.
    """
    count = len(cost[0])
    u, v = [min(row) for row in cost], [0] * count
    column_of, row_of = [-1] * len(cost), [-1] * count
    for row, lowest in enumerate(u):
        column = cost[row].index(lowest)
        if row_of[column] < 0:
            row_of[column], column_of[row] = row, column
    for start in range(len(cost)):
        if column_of[start] >= 0:
            continue
        end, came_from = _shortest_path(start, cost, u, v, row_of)
        while end >= 0:  # along the path, every row moves on
            row = row_of[end] = came_from[end]
            column_of[row], end = end, -1 if row == start else column_of[row]
    return column_of


def _shortest_path(
    start: int, cost: list[list[int]], u: list[int], v: list[int], row_of: list[int]
) -> tuple[int, list[int]]:
    """The free column that is cheapest to reach for `start`, and the row that every column is reached from."""
    distance: list[float] = [float("inf")] * len(v)  # integers but for the infinities
    came_from = [-1] * len(v)
    left = list(range(len(v)))
    scanned: list[int] = []
    row, reached = start, 0
    while True:
        costs, base = cost[row], reached - u[row]
        nearest, closest = -1, float("inf")
        for column in left:
            through: float = base + costs[column] - v[column]
            if through < distance[column]:
                distance[column], came_from[column] = through, row
            else:
                through = distance[column]
            # a free column ends the search, so it wins a tie
            if through < closest or (through == closest and row_of[column] < 0):
                nearest, closest = column, through
        reached = int(closest)
        if row_of[nearest] < 0:
            break
        left.remove(nearest)
        scanned.append(nearest)
        row = row_of[nearest]
    u[start] += reached
    for column in scanned:
        gain = reached - int(distance[column])
        u[row_of[column]] += gain
        v[column] -= gain
    return nearest, came_from
