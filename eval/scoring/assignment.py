"""Exact one-to-one assignment of integer weights: the greatest total, ties broken by the order of rows and columns.

Shortest augmenting paths (Jonker and Volgenant 1987; Crouse 2016, doi:10.1109/TAES.2016.140952), in plain Python:
integers of any size stay exact, so several criteria can be packed into one weight, and importing scipy would
cost half a second. Knows nothing of records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    if not weights or not weights[0] or not any(map(any, weights)):
        return []
    if len(weights) <= len(weights[0]):
        tableau = _solve([[-weight for weight in row] for row in weights])
        return _first_in_order(tableau, weights, transposed=False)
    tableau = _solve([[-weight for weight in column] for column in zip(*weights, strict=True)])
    return _first_in_order(tableau, weights, transposed=True)


def best_total(weights: Weights) -> int:
    """The greatest sum of weights that an assignment reaches."""
    if not weights or not weights[0]:
        return 0
    if len(weights) > len(weights[0]):
        weights = list(zip(*weights, strict=True))
    best = [max(row) for row in weights]
    wanted = [row.index(weight) for row, weight in zip(weights, best, strict=True) if weight]
    if len(set(wanted)) == len(wanted):  # every row has its best column to itself
        return sum(best)
    tableau = _solve([[-weight for weight in row] for row in weights])
    return sum(row[column] for row, column in zip(weights, tableau.column_of, strict=True))


@dataclass(slots=True)
class _Tableau:
    """An optimal assignment of all rows (n ≤ m) with the potentials that prove it.

    `cost[i][j] - u[i] - v[j]` is never negative, 0 on every pair of every optimal assignment ("tight"), and `v`
    is 0 for a column without a row.
    """

    cost: list[list[int]]
    u: list[int]
    v: list[int]
    column_of: list[int]
    row_of: list[int]

    def tight(self, row: int, column: int) -> bool:
        return self.cost[row][column] == self.u[row] + self.v[column]


def _solve(cost: list[list[int]]) -> _Tableau:
    """Minimises the cost of giving every row a column; n ≤ m."""
    count = len(cost[0])
    tableau = _Tableau(cost, [min(row) for row in cost], [0] * count, [-1] * len(cost), [-1] * count)
    for row, lowest in enumerate(tableau.u):
        column = cost[row].index(lowest)
        if tableau.row_of[column] < 0:
            tableau.row_of[column], tableau.column_of[row] = row, column
    for row in range(len(cost)):
        if tableau.column_of[row] < 0:
            _augment(tableau, row)
    return tableau


def _augment(tableau: _Tableau, start: int) -> None:
    """Gives `start` a column along the cheapest path, moving other rows where that pays."""
    v, row_of, column_of = tableau.v, tableau.row_of, tableau.column_of
    count = len(v)
    distance: list[float] = [float("inf")] * count  # integers but for the infinities
    came_from = [-1] * count
    left = list(range(count))
    scanned: list[int] = []
    row, reached = start, 0
    while True:
        costs, base = tableau.cost[row], reached - tableau.u[row]
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
    tableau.u[start] += reached
    for column in scanned:
        gain = reached - int(distance[column])
        tableau.u[row_of[column]] += gain
        v[column] -= gain
    while True:
        row = came_from[nearest]
        row_of[nearest] = row
        column_of[row], nearest = nearest, column_of[row]
        if row == start:
            return


def _first_in_order(tableau: _Tableau, weights: Weights, transposed: bool) -> list[tuple[int, int]]:
    """Reads the assignment off, after moving it to the first optimal one in the order of `weights`.

    Every optimal assignment consists of tight pairs, so the pairs are fixed one by one, each time the earliest
    tight one that still leaves an optimal rest.
    """
    pairs: list[tuple[int, int]] = []
    fixed_rows: set[int] = set()
    fixed_columns: set[int] = set()
    for first, line in enumerate(weights):
        for second, weight in enumerate(line):
            row, column = (second, first) if transposed else (first, second)
            if not weight or row in fixed_rows or column in fixed_columns or not tableau.tight(row, column):
                continue
            if tableau.column_of[row] == column or _reroute(tableau, row, column, fixed_columns):
                pairs.append((first, second))
                fixed_rows.add(row)
                fixed_columns.add(column)
                break
    return pairs


def _reroute(tableau: _Tableau, row: int, column: int, fixed_columns: set[int]) -> bool:
    """Gives `row` another tight `column` if the total can be kept; whoever held it moves on, in a cycle.

    A free column counts as held by a stand-in row of zeros, which may move to any column of potential 0.
    """
    target = tableau.column_of[row]
    reached_from = {column: -1}
    waiting = [column]
    while waiting:
        place = waiting.pop()
        holder = tableau.row_of[place]
        for other, potential in enumerate(tableau.v):
            if other in reached_from or other in fixed_columns:
                continue
            if tableau.tight(holder, other) if holder >= 0 else potential == 0:
                reached_from[other] = place
                waiting.append(other)
        if target in reached_from:
            _move_along(tableau, reached_from, target)
            tableau.row_of[column], tableau.column_of[row] = row, column
            return True
    return False


def _move_along(tableau: _Tableau, reached_from: dict[int, int], target: int) -> None:
    while (place := reached_from[target]) >= 0:
        holder = tableau.row_of[target] = tableau.row_of[place]
        if holder >= 0:
            tableau.column_of[holder] = target
        target = place
