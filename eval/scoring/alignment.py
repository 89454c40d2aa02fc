"""Alignment: which predicted record answers which gold record of one article.

Optimal and nested: children are paired within paired parents, and what they agree on counts for the parents. The
order of lists never matters: records are put in the order of their canonical JSON first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from eval.scoring.assignment import best_pairs, best_total
from eval.scoring.demonyms import Demonyms
from eval.scoring.leaves import Children, Key, Leaf, Plan, at_path, canonical_json, plan_of
from eval.scoring.matching import Outcome

RIGHT = 1 << 20
"""Weight of a COR leaf in a similarity: more than all PAR leaves of an article together, which weigh 1 each."""

WEIGHT: dict[Outcome, int] = {"COR": RIGHT, "PAR": 1, "INC": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a set leaf, with its place in the list as given."""

    key: Key
    value: object
    index: int


@dataclass(slots=True, eq=False)
class Node:
    """A record made ready for comparison.

    Attributes:
        plan: how its type is compared.
        record: the record.
        pointer: JSON pointer from the root of the records.
        keys: one per leaf of the plan; None for an absent leaf.
        sets: the values of each set leaf, in canonical order.
        children: the nodes of each list of children, in canonical order.
        span: where its evidence stands in the text: start and end; None if it does not.
        order: canonical JSON of the record; empty for the root, which has no siblings.
        number: its place among all records of its type in the article.
    """

    plan: Plan
    record: BaseModel
    pointer: str
    keys: tuple[Key, ...]
    sets: tuple[tuple[Item, ...], ...]
    children: tuple[tuple[Node, ...], ...]
    span: tuple[int, int] | None
    order: str
    number: int = 0


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


@dataclass(slots=True)
class Alignment:
    """All pairs of one article.

    Attributes:
        root: the pair of the two roots, which is always formed.
        gold: gold nodes by type, in order of `number`.
        predicted: predicted nodes by type.
    """

    root: Pair
    gold: dict[Plan, list[Node]]
    predicted: dict[Plan, list[Node]]
    _similarity: _Similarity

    def flat(self, plan: Plan) -> list[Pair]:
        """The records of one type paired over the whole article by their own leaves, whatever their parents."""
        gold = sorted(self.gold.get(plan, []), key=_order)
        predicted = sorted(self.predicted.get(plan, []), key=_order)
        own = self._similarity.own(plan)
        weights = [[own[g.number][p.number] for p in predicted] for g in gold]
        return _pairs(plan, gold, predicted, weights, self._similarity.length)


def align(gold: BaseModel, predicted: BaseModel | None, text: str, demonyms: Demonyms | None = None) -> Alignment:
    """Pairs the records of one article.

    Args:
        gold: the gold records; any pydantic model.
        predicted: records of the same model, None when there are none at all.
        text: the article, in which evidence is looked up.
        demonyms: the table for names; gold/demonyms.json by default.
    """
    plan = plan_of(type(gold))
    gold_root = read_node(gold, plan, "", text, demonyms)
    predicted_root = read_node(predicted, plan, "", text, demonyms) if predicted is not None else None
    by_type = _numbered(gold_root), _numbered(predicted_root)
    similarity = _Similarity(*by_type, len(text))
    root = Pair(plan, gold_root, predicted_root)
    _fill(root, similarity)
    return Alignment(root, *by_type, similarity)


def read_node(record: BaseModel, plan: Plan, pointer: str, text: str, demonyms: Demonyms | None) -> Node:
    """Makes a record and everything under it ready for comparison."""
    return Node(
        plan=plan,
        record=record,
        pointer=pointer,
        keys=tuple(leaf.key(record, demonyms) for leaf in plan.leaves),
        sets=tuple(_items(record, leaf, demonyms) for leaf in plan.sets),
        children=tuple(_child_nodes(record, child, pointer, text, demonyms) for child in plan.children),
        span=_span(record, plan, text),
        order=canonical_json(record) if pointer else "",
    )


def _items(record: BaseModel, leaf: Leaf, demonyms: Demonyms | None) -> tuple[Item, ...]:
    values = at_path(record, leaf.path) or []
    items = [Item(leaf.item_key(value, demonyms), value, index) for index, value in enumerate(values)]
    return tuple(sorted(items, key=lambda item: canonical_json(item.value)))


def _child_nodes(
    record: BaseModel, child: Children, pointer: str, text: str, demonyms: Demonyms | None
) -> tuple[Node, ...]:
    plan = plan_of(child.model)
    nodes = [read_node(item, plan, pointer + place, text, demonyms) for place, item in child.of(record)]
    return tuple(sorted(nodes, key=_order))


def _span(record: BaseModel, plan: Plan, text: str) -> tuple[int, int] | None:
    """Where the evidence stands, the first time if the article repeats it."""
    evidence: str | None = getattr(record, plan.evidence) if plan.evidence else None
    if not evidence:
        return None
    start = text.find(evidence)
    return (start, start + len(evidence)) if start >= 0 else None


def _order(node: Node) -> str:
    return node.order


def _numbered(root: Node | None) -> dict[Plan, list[Node]]:
    """Nodes by type, siblings next to each other, numbered."""
    by_type: dict[Plan, list[Node]] = {}
    waiting: list[tuple[Node, ...]] = [(root,)] if root else []
    while waiting:
        siblings = waiting.pop()
        for node in siblings:
            same = by_type.setdefault(node.plan, [])
            node.number = len(same)
            same.append(node)
        waiting += [children for node in siblings for children in node.children]
    return by_type


def pair_items(leaf: Leaf, gold: Sequence[Item], predicted: Sequence[Item]) -> list[tuple[Item, Item, Outcome]]:
    """Pairs the values of two sets: as many COR as possible, then as many PAR; the rest stands alone.

    A value predicted more often than gold has it (or more than once, where gold does not have it) is never
    paired, not even as a near miss.
    """
    gold_keys = [item.key for item in gold]
    taken: dict[Key, int] = {}
    usable: list[Item] = []
    for item in predicted:
        taken[item.key] = taken.get(item.key, 0) + 1
        if taken[item.key] <= max(1, gold_keys.count(item.key)):
            usable.append(item)
    outcomes = [[leaf.judge(key, item.key) for item in usable] for key in gold_keys]
    pairs = best_pairs([[WEIGHT[outcome] for outcome in row] for row in outcomes])
    return [(gold[i], usable[j], outcomes[i][j]) for i, j in pairs]


class _Similarity:
    """How much any gold record and any predicted record of the same type agree, each worked out once."""

    def __init__(self, gold: dict[Plan, list[Node]], predicted: dict[Plan, list[Node]], length: int) -> None:
        self.gold = gold
        self.predicted = predicted
        self.length = length
        self._own: dict[Plan, list[list[int]]] = {}
        self._whole: dict[tuple[Plan, int, int], int] = {}

    def own(self, plan: Plan) -> list[list[int]]:
        """Weights of the records' own leaves: a row per gold record, by `number`."""
        if plan not in self._own:
            self._own[plan] = _own_weights(plan, self.gold.get(plan, []), self.predicted.get(plan, []))
        return self._own[plan]

    def between(self, gold: Sequence[Node], predicted: Sequence[Node]) -> list[list[int]]:
        """Weights of two lists of siblings, children included; 0 where no leaf is COR."""
        if not gold or not predicted:
            return []
        plan, first, last = gold[0].plan, predicted[0].number, predicted[-1].number + 1
        if plan.children:
            whole = [[self._with_children(g, p) for p in predicted] for g in gold]
        else:
            own = self.own(plan)
            whole = [own[g.number][first:last] for g in gold]
        return [[weight if weight >= RIGHT else 0 for weight in row] for row in whole]

    def _with_children(self, gold: Node, predicted: Node) -> int:
        place = (gold.plan, gold.number, predicted.number)
        if place not in self._whole:
            inside = zip(gold.children, predicted.children, strict=True)
            below = sum(best_total(self.between(mine, theirs)) for mine, theirs in inside if mine and theirs)
            self._whole[place] = below + self.own(gold.plan)[gold.number][predicted.number]
        return self._whole[place]


def _own_weights(plan: Plan, gold: Sequence[Node], predicted: Sequence[Node]) -> list[list[int]]:
    rows = [[0] * len(predicted) for _ in gold]
    for place, leaf in enumerate(plan.leaves):
        theirs = [node.keys[place] for node in predicted]
        distinct = set(theirs) - {None}
        known: dict[Key, list[int]] = {}
        for number, node in enumerate(gold):
            key = node.keys[place]
            if key is None:
                continue
            if key not in known:
                weights = {other: WEIGHT[leaf.judge(key, other)] for other in distinct}
                known[key] = [weights.get(other, 0) for other in theirs]
            rows[number] = [a + b for a, b in zip(rows[number], known[key], strict=True)]
    for place, leaf in enumerate(plan.sets):
        for row, node in zip(rows, gold, strict=True):
            for number, other in enumerate(predicted):
                pairs = pair_items(leaf, node.sets[place], other.sets[place])
                row[number] += sum(WEIGHT[outcome] for _, _, outcome in pairs)
    return rows


def _fill(pair: Pair, similarity: _Similarity) -> None:
    """Pairs the children of a pair, and theirs; the children of a record alone are alone."""
    for place, child in enumerate(pair.plan.children):
        gold = pair.gold.children[place] if pair.gold else ()
        predicted = pair.predicted.children[place] if pair.predicted else ()
        weights = similarity.between(gold, predicted)
        pair.children += _pairs(plan_of(child.model), gold, predicted, weights, similarity.length)
    for below in pair.children:
        _fill(below, similarity)


def _pairs(
    plan: Plan, gold: Sequence[Node], predicted: Sequence[Node], weights: list[list[int]], length: int
) -> list[Pair]:
    """The best pairs of two lists, then everything left alone.

    Args:
        plan: of the records.
        gold: n records in canonical order.
        predicted: m records in canonical order.
        weights: how much they agree, n rows of m; empty where a list is.
        length: of the article, in characters.
    """
    # one unit of agreement outweighs all distances together
    unit = (length + 1) * min(len(gold), len(predicted)) + 1
    found = best_pairs(
        [
            [w * unit - _distance(g, p, length) if w >= RIGHT else 0 for w, p in zip(row, predicted, strict=True)]
            for row, g in zip(weights, gold, strict=False)
        ]
    )
    left, right = {i for i, _ in found}, {j for _, j in found}
    pairs = [Pair(plan, gold[i], predicted[j]) for i, j in found]
    pairs += [Pair(plan, node, None) for i, node in enumerate(gold) if i not in left]
    return pairs + [Pair(plan, None, node) for j, node in enumerate(predicted) if j not in right]


def _distance(gold: Node, predicted: Node, length: int) -> int:
    """Characters between the starts of two records' evidence; the whole article where one is not in it."""
    if gold.span is None or predicted.span is None:
        return length if gold.plan.evidence else 0
    return abs(gold.span[0] - predicted.span[0])
