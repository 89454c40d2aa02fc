"""Alignment: which predicted record answers which gold record of one article.

Optimal and nested: children are paired within paired parents, and what they agree on counts for the parents. The
order of lists never matters: records are put in the order of their canonical JSON first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter

from pydantic import BaseModel

from eval.scoring.assignment import best_pairs, best_total
from eval.scoring.leaves import Children, Item, Key, Leaf, Plan, canonical_json, plan_of
from eval.scoring.matching import Outcome
from extract.records.tree import evidence_field, evidence_of

RIGHT = 1 << 20
"""Weight of a COR leaf in a similarity: more than all PAR leaves of an article together, which weigh 1 each."""

WEIGHT: dict[Outcome, int] = {"COR": RIGHT, "PAR": 1, "INC": 0}


@dataclass(slots=True, eq=False)
class Node:
    """A record made ready for comparison.

    Attributes:
        plan: how its type is compared.
        record: the record.
        pointer: JSON pointer from the root of the records.
        items: the values of each leaf of the plan.
        children: the nodes of each list of children, in canonical order.
        span: where its evidence stands in the text: start and end; None if it does not.
        order: canonical JSON of the record; empty for the root, which has no siblings.
    """

    plan: Plan
    record: BaseModel
    pointer: str
    items: tuple[tuple[Item, ...], ...]
    children: tuple[tuple[Node, ...], ...]
    span: tuple[int, int] | None
    order: str

    @property
    def evidence(self) -> str:
        """Its evidence; empty where it has none."""
        return evidence_of(self.record) or ""

    def by_type(self) -> dict[Plan, list[Node]]:
        """It and every record below it."""
        found = {self.plan: [self]}
        for child in chain.from_iterable(self.children):
            for plan, nodes in child.by_type().items():
                found.setdefault(plan, []).extend(nodes)
        return found


@dataclass(slots=True)
class Pair:
    """A gold and a predicted record that answer each other, or one that nothing answers.

    Attributes:
        plan: how their type is compared.
        gold: the gold record, if any.
        predicted: the predicted record, if any.
        children: the pairs of their children.
    """

    plan: Plan
    gold: Node | None
    predicted: Node | None
    children: list[Pair] = field(default_factory=list)

    def walk(self) -> Iterator[Pair]:
        """This pair and every one below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_node(record: BaseModel, plan: Plan, pointer: str, text: str) -> Node:
    """Makes a record and everything under it ready for comparison."""
    return Node(
        plan=plan,
        record=record,
        pointer=pointer,
        items=tuple(leaf.items(record) for leaf in plan.leaves),
        children=tuple(_child_nodes(record, child, pointer, text) for child in plan.children),
        span=_span(evidence_of(record) or "", text),
        order=canonical_json(record) if pointer else "",
    )


def _child_nodes(record: BaseModel, child: Children, pointer: str, text: str) -> tuple[Node, ...]:
    plan = plan_of(child.model)
    nodes = [read_node(item, plan, pointer + place, text) for place, item in child.of(record)]
    return tuple(sorted(nodes, key=attrgetter("order")))


def _span(evidence: str, text: str) -> tuple[int, int] | None:
    """Where the evidence stands, the first time if the article repeats it."""
    start = text.find(evidence) if evidence else -1
    return (start, start + len(evidence)) if start >= 0 else None


def pair_items(leaf: Leaf, gold: Sequence[Item], predicted: Sequence[Item]) -> list[tuple[Item, Item, Outcome]]:
    """Pairs the values of two sides of a leaf; the rest stands alone.

    Two single values are always a pair. Of sets, as many COR as possible are paired, then as many PAR; a value
    predicted more often than gold has it (or more than once, where gold does not have it) never is, not even as a
    near miss.
    """
    if not leaf.is_set:
        return [(mine, theirs, leaf.judge(mine.key, theirs.key)) for mine in gold for theirs in predicted]
    gold_keys = [item.key for item in gold]
    taken: Counter[Key] = Counter()
    usable: list[Item] = []
    for item in predicted:
        taken[item.key] += 1
        if taken[item.key] <= max(1, gold_keys.count(item.key)):
            usable.append(item)
    outcomes = [[leaf.judge(key, item.key) for item in usable] for key in gold_keys]
    pairs = best_pairs([[WEIGHT[outcome] for outcome in row] for row in outcomes])
    return [(gold[i], usable[j], outcomes[i][j]) for i, j in pairs]


class Alignment:
    """All pairs of one article; how much two records of one type agree is worked out once.

    Attributes:
        root: the pair of the two roots, which is always formed.
        gold: gold nodes by type.
        predicted: predicted nodes by type.
    """

    def __init__(self, gold: BaseModel, predicted: BaseModel | None, text: str) -> None:
        """Pairs the records of one article.

        Args:
            gold: the gold records; any pydantic model.
            predicted: records of the same model, None when there are none at all.
            text: the article, in which evidence is looked up.
        """
        plan = plan_of(type(gold))
        theirs = None if predicted is None else read_node(predicted, plan, "", text)
        self.root = Pair(plan, read_node(gold, plan, "", text), theirs)
        self.gold, self.predicted = (node.by_type() if node else {} for node in (self.root.gold, self.root.predicted))
        self._length = len(text)
        self._own: dict[tuple[Node, Node], int] = {}
        self._whole: dict[tuple[Node, Node], int] = {}
        self._fill(self.root)

    def flat(self, plan: Plan) -> list[Pair]:
        """The records of one type paired over the whole article by their own leaves, whatever their parents."""
        gold = sorted(self.gold.get(plan, []), key=attrgetter("order"))
        predicted = sorted(self.predicted.get(plan, []), key=attrgetter("order"))
        return self._pairs(plan, gold, predicted, [[self._own_of(g, p) for p in predicted] for g in gold])

    def _fill(self, pair: Pair) -> None:
        """Pairs the children of a pair, and theirs; the children of a record alone are alone."""
        for place, child in enumerate(pair.plan.children):
            gold = pair.gold.children[place] if pair.gold else ()
            predicted = pair.predicted.children[place] if pair.predicted else ()
            pair.children += self._pairs(plan_of(child.model), gold, predicted, self._between(gold, predicted))
        for below in pair.children:
            self._fill(below)

    def _pairs(
        self, plan: Plan, gold: Sequence[Node], predicted: Sequence[Node], weights: list[list[int]]
    ) -> list[Pair]:
        """The best pairs of two lists in canonical order, then everything left alone; weights are n rows of m."""
        # one unit of agreement outweighs all distances together
        unit = (self._length + 1) * min(len(gold), len(predicted)) + 1
        found = best_pairs(
            [
                [w * unit - self._distance(g, p) if w >= RIGHT else 0 for w, p in zip(row, predicted, strict=True)]
                for row, g in zip(weights, gold, strict=False)
            ]
        )
        left, right = {i for i, _ in found}, {j for _, j in found}
        pairs = [Pair(plan, gold[i], predicted[j]) for i, j in found]
        pairs += [Pair(plan, node, None) for i, node in enumerate(gold) if i not in left]
        return pairs + [Pair(plan, None, node) for j, node in enumerate(predicted) if j not in right]

    def _distance(self, gold: Node, predicted: Node) -> int:
        """Characters between the starts of two records' evidence; the whole article where one is not in it."""
        if gold.span is None or predicted.span is None:
            return self._length if evidence_field(type(gold.record)) else 0
        return abs(gold.span[0] - predicted.span[0])

    def _between(self, gold: Sequence[Node], predicted: Sequence[Node]) -> list[list[int]]:
        """Weights of two lists of siblings, children included; 0 where no leaf is COR."""
        rows = ((self._whole_of(mine, theirs) for theirs in predicted) for mine in gold)
        return [[weight if weight >= RIGHT else 0 for weight in row] for row in rows]

    def _whole_of(self, gold: Node, predicted: Node) -> int:
        """How much two records and their children agree."""
        both = gold, predicted
        if both not in self._whole:
            inside = zip(gold.children, predicted.children, strict=True)
            below = sum(best_total(self._between(mine, theirs)) for mine, theirs in inside)
            self._whole[both] = below + self._own_of(gold, predicted)
        return self._whole[both]

    def _own_of(self, gold: Node, predicted: Node) -> int:
        """How much two records' own leaves agree."""
        both = gold, predicted
        if both not in self._own:
            self._own[both] = sum(
                WEIGHT[outcome]
                for leaf, mine, theirs in zip(gold.plan.leaves, gold.items, predicted.items, strict=True)
                if mine and theirs
                for _, _, outcome in pair_items(leaf, mine, theirs)
            )
        return self._own[both]
