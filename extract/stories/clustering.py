"""Pairs → stories: the surest pairs first, two groups become one where all of it together speaks for it and nothing against.

Average-link clustering with what cannot be: no story holds two records of one article, two days that exclude each other,
or places apart that no report of it names together; unless a person said that they are one. What a person said wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extract.stories.comparing import Comparison
from extract.stories.mentions import Mention
from extract.stories.where import Near, closest, exact

_MOST_LINKS = 400
"""Pairs of two groups that are looked at; of more, the first of each."""


@dataclass(slots=True)
class Decisions:
    """What people said: pairs that are one, and pairs that are not."""

    same: set[tuple[str, str]] = field(default_factory=set)
    apart: set[tuple[str, str]] = field(default_factory=set)

    def are_same(self, one: str, other: str) -> bool:
        """Whether somebody said that two are one."""
        return (one, other) in self.same or (other, one) in self.same


class Clusters:
    """Groups of records."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        compare: Callable[[int, int], Comparison],
        join: float,
        apart: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Begins with every record alone.

        Args:
            mentions: the records.
            compare: two of them by number.
            join: the mean evidence that makes two groups one, in bits.
            apart: pairs that a person said are not one.
        """
        self._mentions = mentions
        self._compare = compare
        self._join = join
        self._group = list(range(len(mentions)))
        self._members: dict[int, list[int]] = {number: [number] for number in range(len(mentions))}
        self._said_one: dict[int, int] = {}
        self._forbidden: dict[int, set[int]] = {}
        for one, other in apart:
            self._forbidden.setdefault(one, set()).add(other)
            self._forbidden.setdefault(other, set()).add(one)

    def unite_as_said(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Makes those one of which a person said it, whatever speaks against it."""
        for one, other in pairs:
            self._unite(one, other)
        self._said_one = {each: group for group, members in self._members.items() for each in members if members[1:]}

    def _unite(self, one: int, other: int) -> None:
        keep, gone = sorted((self._group[one], self._group[other]))
        if keep != gone:
            for member in self._members[gone]:
                self._group[member] = keep
            self._members[keep] += self._members.pop(gone)

    def try_to_unite(self, one: int, other: int) -> bool:
        """Makes the groups of two records one, if all of it together speaks for that."""
        mine, theirs = self._group[one], self._group[other]
        if mine == theirs:
            return True
        if not self._fit(self._members[mine], self._members[theirs]):
            return False
        self._unite(one, other)
        return True

    def _fit(self, mine: list[int], theirs: list[int]) -> bool:
        if any(not self._forbidden.get(each, set()).isdisjoint(theirs) for each in mine):
            return False
        side = max(1, int(_MOST_LINKS**0.5))
        found = {(one, other): self._compare(one, other) for one in mine[:side] for other in theirs[:side]}
        able = [each for each in found.values() if not each.contradiction]
        if not able or any(self._is_alone(pair, found) for pair, each in found.items() if each.contradiction):
            return False
        if any(each.apart for each in able) and self._apart(mine, theirs):
            return False
        weights = [_bridged(each) for each in able]
        return (max(weights) + sum(weights) / len(weights)) / 2 > self._join

    def _is_alone(self, pair: tuple[int, int], found: Mapping[tuple[int, int], Comparison]) -> bool:
        """Whether a contradiction counts: not where a person made one of the two one with a record that fits the other."""
        one, other = (self._said_one.get(each, -1 - each) for each in pair)
        return all(
            each.contradiction
            for (mine, theirs), each in found.items()
            if (self._said_one.get(mine, -1 - mine), self._said_one.get(theirs, -1 - theirs)) == (one, other)
        )

    def _apart(self, mine: list[int], theirs: list[int]) -> bool:
        """Whether the places of two groups have nothing in common."""
        places, others = (
            [spot for each in group for spot in exact(self._mentions[each].places)] for group in (mine, theirs)
        )
        return closest(places, others)[0] is Near.APART

    def groups(self) -> list[list[int]]:
        """The groups, each in order, in the order of their first."""
        return sorted(sorted(members) for members in self._members.values())


def _bridged(comparison: Comparison) -> float:
    """The weight, without what disjoint places take away where a third report names both."""
    if not comparison.apart:
        return comparison.weight
    return comparison.weight - sum(point.weight for point in comparison.points if point.about == "places apart")


def cluster(
    mentions: Sequence[Mention],
    compared: Mapping[tuple[int, int], Comparison],
    compare: Callable[[int, int], Comparison],
    join: float,
    decided: tuple[Iterable[tuple[int, int]], Iterable[tuple[int, int]]] = ((), ()),
) -> list[list[int]]:
    """Stories as lists of numbers of records.

    Args:
        mentions: all records.
        compared: pairs that were compared.
        compare: any two, for those that were not.
        join: bits of evidence that make two one.
        decided: pairs that people said are one, and are not.
    """
    same, apart = decided
    clusters = Clusters(mentions, compare, join, apart)
    clusters.unite_as_said(same)
    likely = [pair for pair, found in compared.items() if not found.contradiction and found.weight > join]
    for one, other in sorted(
        likely, key=lambda pair: (-compared[pair].weight, *sorted(mentions[at].id for at in pair))
    ):
        clusters.try_to_unite(one, other)
    return clusters.groups()
