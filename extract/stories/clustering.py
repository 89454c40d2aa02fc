"""Pairs → stories: the surest pairs first, two groups become one where all of it together speaks for it and nothing against.

Average-link clustering with what cannot be: no story holds two records of one article, two days that exclude each other,
or places apart that no report of it names together; unless a person said that they are one. What a person said wins.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extract.stories.comparing import APART, Comparison
from extract.stories.days import When, excluded
from extract.stories.mentions import Mention
from extract.stories.where import Near, closest, exact

_MOST_COMPARED = 20
"""Records of each of two groups that are compared with each other, the first ones."""


@dataclass(slots=True)
class _Alike:
    """What records that come to a group must fit.

    Attributes:
        articles, days: of its records but those that a person joined.
        said: the lists of records that a person joined: what fits one record of a list fits the list.
    """

    articles: set[int] = field(default_factory=set)
    days: set[When] = field(default_factory=set)
    said: list[list[int]] = field(default_factory=list)

    def take(self, other: _Alike) -> None:
        """Adds what another group holds."""
        self.articles |= other.articles
        self.days |= other.days
        self.said += other.said


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
        self._known: dict[int, _Alike] = {}
        self._forbidden: dict[int, set[int]] = {}
        for one, other in apart:
            self._forbidden.setdefault(one, set()).add(other)
            self._forbidden.setdefault(other, set()).add(one)

    def unite_as_said(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Makes those one of which a person said it, whatever speaks against it."""
        for one, other in pairs:
            self._unite(self._group[one], self._group[other])
        self._known = {
            group: _Alike(said=[list(members)]) for group, members in self._members.items() if len(members) > 1
        }

    def _unite(self, one: int, other: int) -> None:
        """Makes two groups one; the smaller one moves."""
        if one == other:
            return
        gone, keep = sorted((one, other), key=lambda group: len(self._members[group]))
        known = self._alike(keep)
        known.take(self._alike(gone))
        self._known[keep] = known
        self._known.pop(gone, None)
        moved = self._members.pop(gone)
        for member in moved:
            self._group[member] = keep
            insort(self._members[keep], member)

    def _alike(self, group: int) -> _Alike:
        known = self._known.get(group)
        if known is None:
            (member,) = self._members[group]
            known = _Alike({self._mentions[member].article}, {self._day(member)})
        return known

    def _day(self, member: int) -> When:
        """Without its words, so that days of a group that are alike count once."""
        return replace(self._mentions[member].when, words="")

    def try_to_unite(self, one: int, other: int) -> bool:
        """Makes the groups of two records one, if all of it together speaks for that."""
        mine, theirs = self._group[one], self._group[other]
        if mine == theirs:
            return True
        if not self._fit(mine, theirs):
            return False
        self._unite(mine, theirs)
        return True

    def _fit(self, one: int, other: int) -> bool:
        if self._is_forbidden(one, other) or self._contradict(one, other):
            return False
        mine, theirs = self._members[one], self._members[other]
        found = [self._compare(each, its) for each in mine[:_MOST_COMPARED] for its in theirs[:_MOST_COMPARED]]
        able = [each for each in found if not each.contradiction]
        if not able or (any(each.apart for each in able) and self._apart(mine, theirs)):
            return False
        weights = [_bridged(each) for each in able]
        return (max(weights) + sum(weights) / len(weights)) / 2 > self._join

    def _is_forbidden(self, one: int, other: int) -> bool:
        """Whether a person said of two records of the groups that they are not one."""
        if not self._forbidden:
            return False
        small, large = sorted((one, other), key=lambda group: len(self._members[group]))
        return any(
            self._group[each] == large for member in self._members[small] for each in self._forbidden.get(member, ())
        )

    def _contradict(self, one: int, other: int) -> bool:
        """Whether the groups hold records that exclude each other. Records that a person joined are tried together: it is
        enough that one of them fits."""
        mine, theirs = self._alike(one), self._alike(other)
        if not mine.articles.isdisjoint(theirs.articles):
            return True
        if any(excluded(day, its) for day in mine.days for its in theirs.days):
            return True
        return any(
            not self._any_fits(said, unit)
            for known, members in ((mine, self._members[other]), (theirs, self._members[one]))
            for said in known.said
            for unit in self._units(members)
        )

    def _units(self, members: Sequence[int]) -> Iterator[Sequence[int]]:
        """The records of a group one by one, those that a person made one together."""
        together = self._alike(self._group[members[0]]).said
        held = {each for said in together for each in said}
        yield from together
        yield from ([member] for member in members if member not in held)

    def _any_fits(self, some: Sequence[int], others: Sequence[int]) -> bool:
        return any(
            self._mentions[one].article != self._mentions[other].article
            and not excluded(self._mentions[one].when, self._mentions[other].when)
            for one in some
            for other in others
        )

    def _apart(self, mine: list[int], theirs: list[int]) -> bool:
        """Whether the places of two groups have nothing in common."""
        places, others = (
            list(dict.fromkeys(spot for each in group for spot in exact(self._mentions[each].places)))
            for group in (mine, theirs)
        )
        return closest(places, others)[0] is Near.APART

    def groups(self) -> list[list[int]]:
        """The groups, each in order, in the order of their first."""
        return sorted(sorted(members) for members in self._members.values())


def _bridged(comparison: Comparison) -> float:
    """The weight without the evidence of disjoint places, for another report of the groups names both."""
    if not comparison.apart:
        return comparison.weight
    return comparison.weight - math.fsum(point.weight for point in comparison.points if point.about == APART)


def cluster(
    mentions: Sequence[Mention],
    compared: Mapping[tuple[int, int], Comparison],
    compare: Callable[[int, int], Comparison],
    join: float,
    same: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> list[list[int]]:
    """Stories as lists of numbers of records.

    Args:
        mentions: all records.
        compared: pairs that were compared.
        compare: any two, for those that were not.
        join: bits of evidence that make two one.
        same: pairs that a person said are one.
        apart: pairs that a person said are not.
    """
    clusters = Clusters(mentions, compare, join, apart)
    clusters.unite_as_said(same)
    likely = [pair for pair, found in compared.items() if not found.contradiction and found.weight > join]
    for one, other in sorted(likely, key=lambda pair: (-compared[pair].weight, pair)):
        clusters.try_to_unite(one, other)
    return clusters.groups()
