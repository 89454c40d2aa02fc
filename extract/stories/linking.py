"""Records → stories: the order of the steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extract.stories.blocking import pairs
from extract.stories.clustering import cluster
from extract.stories.comparing import Comparer, Comparison, Point
from extract.stories.decisions import Decisions
from extract.stories.mentions import Mention, in_time
from extract.stories.rarity import Rarity
from extract.stories.weighing import Weights, shipped_weights

Pair = tuple[int, int]
"""Two records by number, the lower one first."""
_KEPT = 100_000
"""Comparisons that are kept, of pairs that nothing joins."""
_SHARED = 10_000
"""Pieces of evidence that are remembered, so that pairs hold one and the same."""
MODEL = "a model"
"""What evidence is about that a model gave; no name of a field, for the space in it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of two records.

    Attributes:
        said: who says what, in words.
        bits: how much that speaks for it that they are one.
    """

    said: str
    bits: float


Ask = Callable[[Sequence[tuple[Mention, Mention]]], Mapping[tuple[str, str], Opinion]]
"""Asks a model about pairs, the most undecided first; by the ids of both, as they were given, what it says. A pair that is
left out has no answer."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it.

    Attributes:
        mentions: all records, in the order of time.
        groups: stories, as numbers of records.
        compared: the pairs that are one, or nearly.
        compare: any two.
        weights: by which they were compared and joined.
        same: pairs that a person said are one.
    """

    mentions: Sequence[Mention]
    groups: Sequence[Sequence[int]]
    compared: dict[Pair, Comparison]
    compare: Callable[[int, int], Comparison]
    weights: Weights
    same: Collection[Pair]


def link(
    mentions: Sequence[Mention],
    decisions: Decisions | None = None,
    weights: Weights | None = None,
    ask: Ask | None = None,
) -> Linked:
    """Puts records together that tell of one thing; in whatever order they come.

    Args:
        mentions: all records.
        decisions: what people said.
        weights: of evidence.
        ask: is asked about undecided pairs; nobody is without.
    """
    used = weights or shipped_weights()
    mentions = sorted(mentions, key=in_time)
    rarity = Rarity(mentions)
    comparer = Comparer(used, rarity)
    compared: dict[Pair, Comparison] = {}
    point = lru_cache(_SHARED)(Point)  # most pairs of a story have most of their evidence word for word

    @lru_cache(_KEPT)
    def compare(one: int, other: int) -> Comparison:
        pair = _in_order(one, other)
        return compared.get(pair) or comparer.compare(mentions[pair[0]], mentions[pair[1]])

    for pair in pairs(mentions, rarity):
        found = comparer.compare(mentions[pair[0]], mentions[pair[1]])
        if not found.contradiction and found.weight >= used.join - used.unsure:
            compared[pair] = replace(
                found, points=tuple(point(each.about, each.said, each.weight) for each in found.points)
            )
    said = decisions or Decisions()
    at = {mention.id: number for number, mention in enumerate(mentions)}
    same, apart = (
        {_in_order(at[one], at[other]) for one, other in pairs if one in at and other in at}
        for pairs in (said.same, said.apart)
    )
    if ask is not None:
        open_pairs = undecided(compared, used, same | apart)
        compared |= _answered(open_pairs, mentions, compared, used.model, ask)
    groups = cluster(mentions, compared, compare, used.join, same, apart)
    return Linked(mentions, groups, compared, compare, used, same)


def _in_order(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def undecided(compared: Mapping[Pair, Comparison], weights: Weights, decided: Iterable[Pair] = ()) -> list[Pair]:
    """Pairs whose evidence is near what makes two one, whom nothing contradicts and nobody decided; the nearest first.

    Args:
        compared: pairs that were looked at.
        weights: say what is near.
        decided: pairs that a person decided, in any order.
    """
    known = {_in_order(*pair) for pair in decided}
    distance = {
        pair: abs(found.weight - weights.join)
        for pair, found in compared.items()
        if not found.contradiction and pair not in known
    }
    near = (pair for pair, bits in distance.items() if bits <= weights.unsure)
    return sorted(near, key=lambda pair: (distance[pair], pair))


def _answered(
    open_pairs: Sequence[Pair],
    mentions: Sequence[Mention],
    compared: Mapping[Pair, Comparison],
    most: float,
    ask: Ask,
) -> dict[Pair, Comparison]:
    """Those of the undecided pairs that a model has answered, with its answer beside the other evidence."""
    opinions = ask([(mentions[one], mentions[other]) for one, other in open_pairs])
    found: dict[Pair, Comparison] = {}
    for one, other in open_pairs:
        opinion = opinions.get((mentions[one].id, mentions[other].id))
        if opinion is not None:
            bits = max(-most, min(most, opinion.bits))
            before = compared[one, other]
            found[one, other] = replace(before, points=(*before.points, Point(MODEL, opinion.said, bits)))
    return found
