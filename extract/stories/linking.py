"""Records → stories: the order of the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extract.stories.blocking import pairs
from extract.stories.clustering import Decisions, cluster
from extract.stories.comparing import Comparer, Comparison
from extract.stories.mentions import Mention, in_time
from extract.stories.rarity import Rarity
from extract.stories.weighing import Weights, shipped_weights


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it.

    Attributes:
        mentions: all records, in the order of their articles.
        groups: stories, as numbers of records.
        compared: the pairs that were looked at.
        compare: any two.
        join: the bits that made two one.
    """

    mentions: Sequence[Mention]
    groups: Sequence[Sequence[int]]
    compared: dict[tuple[int, int], Comparison]
    compare: Callable[[int, int], Comparison]
    join: float


def link(mentions: Sequence[Mention], decisions: Decisions | None = None, weights: Weights | None = None) -> Linked:
    """Puts records together that tell of one thing."""
    used = weights or shipped_weights()
    rarity = Rarity(mentions)
    comparer = Comparer(used, rarity)
    compared: dict[tuple[int, int], Comparison] = {}

    def compare(one: int, other: int) -> Comparison:
        pair = (one, other) if one < other else (other, one)
        if pair not in compared:
            compared[pair] = comparer.compare(*sorted((mentions[one], mentions[other]), key=in_time))
        return compared[pair]

    for pair in sorted(pairs(mentions, rarity)):
        compare(*pair)
    said = decisions or Decisions()
    at = {mention.id: number for number, mention in enumerate(mentions)}
    decided = tuple(
        [(at[one], at[other]) for one, other in sorted(each) if one in at and other in at]
        for each in (said.same, said.apart)
    )
    groups = cluster(mentions, dict(compared), compare, used.join, (decided[0], decided[1]))
    return Linked(mentions, groups, compared, compare, used.join)
