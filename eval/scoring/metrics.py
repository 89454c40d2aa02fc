"""Metrics: the verdict on every leaf of an article, and counts of them that add up over articles.

Every figure is a function of a `Tally`, and a tally is a sum: scores of articles can be added, resampled and saved
without aligning anything again. Tallies are named

- `overall`: all headline leaves;
- `type/casualty`, `field/casualty.quantity.value`: those of one record type, of one field;
- `exact/casualty`: records, not leaves: COR where all own headline leaves of a pair are, else MIS and SPU;
- `flat/casualty`: leaves, children paired over the whole article without their parents;
- `apart/event.date`: leaves beside the headline, by equality.

A schema has the same names in every article. Resampling is `stats`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel

from eval.scoring.alignment import Alignment, Pair, pair_items
from eval.scoring.leaves import Item, Leaf, plan_of, plans_of
from extract.errors import GoldError
from extract.records.results import Count
from extract.records.tree import verbatim_values

SCORING_VERSION = 1

State = Literal["COR", "PAR", "INC", "MIS", "SPU"]
Rate = tuple[int, int]
"""A part and the whole it is of."""
Figure = TypeVar("Figure")


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of correct, partial, incorrect, missing and spurious leaves."""

    cor: Count = 0
    par: Count = 0
    inc: Count = 0
    mis: Count = 0
    spu: Count = 0

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """In the order of `State`."""
        return self.cor, self.par, self.inc, self.mis, self.spu

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)))

    def precision(self) -> float | None:
        """Share of the predicted leaves that are right. None without any."""
        return _ratio(self.cor, self._both() + self.spu)

    def recall(self) -> float | None:
        """Share of the gold leaves that are found. None without any."""
        return _ratio(self.cor, self._both() + self.mis)

    def f1(self, lenient: bool = False) -> float | None:
        """Harmonic mean of precision and recall; 0 where only one side has leaves, None where neither has.

        Lenient counts a PAR as half.
        """
        right = self.cor + self.par / 2 if lenient else self.cor
        return _ratio(2 * right, 2 * self._both() + self.mis + self.spu)

    def _both(self) -> int:
        return self.cor + self.par + self.inc


@dataclass(frozen=True, slots=True)
class LeafVerdict:
    """The verdict on one headline leaf.

    Attributes:
        state: COR, PAR, INC, MIS (gold only) or SPU (predicted only).
        type: the record's type, in lower case.
        field: dotted path within the record ("quantity.value").
        gold: the gold value; None may be a value (a quantity without a number).
        predicted: the predicted value.
        gold_pointer: JSON pointer of the gold value from the root of the records; None if gold has no such leaf.
        predicted_pointer: JSON pointer of the predicted value; None if the prediction has no such leaf.
    """

    state: State
    type: str
    field: str
    gold: object | None
    predicted: object | None
    gold_pointer: str | None
    predicted_pointer: str | None


@dataclass(frozen=True)
class ArticleScore:
    """What one article scores.

    Attributes:
        tallies: counts by name (see the module's docstring).
        records: every record with the one that answers it, and the verdicts on their headline leaves.
        rates: "verbatim": predicted verbatim values that stand in the article, of all; "overlap": characters in
            both evidences of a pair, of those in either, summed over pairs.
    """

    tallies: Mapping[str, Tally]
    records: tuple[tuple[Pair, tuple[LeafVerdict, ...]], ...]
    rates: Mapping[str, Rate]

    @property
    def verdicts(self) -> list[LeafVerdict]:
        """Every headline leaf; their counts are the tally "overall"."""
        return [verdict for _, own in self.records for verdict in own]


def score_article(article_id: str, gold: BaseModel, predicted: BaseModel | None, text: str) -> ArticleScore:
    """Scores one article.

    Args:
        article_id: names the article in errors.
        gold: its gold records; any pydantic model.
        predicted: extracted records of the same model; None if the article failed: everything is missing.
        text: the article, as loaded.

    Raises:
        GoldError: the two are not of one model, or the demonym table is needed and cannot be read.
    """
    if predicted is not None and type(predicted) is not type(gold):
        raise GoldError(
            f"article {article_id!r}: gold is of schema {type(gold).__name__!r}, the prediction of"
            f" {type(predicted).__name__!r}: score a run with the gold set of its task"
        )
    alignment = Alignment(gold, predicted, text)
    counts = _Counts(type(gold))
    records = tuple((pair, tuple(_verdicts(pair))) for pair in alignment.root.walk())
    for pair, own in records:
        counts.add_record(pair, own)
    for plan in counts.flat:
        counts.add_leaves((f"flat/{plan.type}",), (v for pair in alignment.flat(plan) for v in _verdicts(pair)))
    rates = {"verbatim": _verbatim_rate(predicted, text), "overlap": _overlap_rate(alignment)}
    return ArticleScore(counts.tallies(), records, rates)


def named(figures: Mapping[str, Figure], prefix: str) -> dict[str, Figure]:
    """What stands under names of one kind ("type/"), by the rest of its name."""
    return {name.removeprefix(prefix): figure for name, figure in figures.items() if name.startswith(prefix)}


def sum_tallies(articles: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Tallies of several articles, added by name."""
    total: dict[str, Tally] = {}
    for tallies in articles:
        for name, tally in tallies.items():
            total[name] = total.get(name, Tally()) + tally
    return total


def sum_rates(articles: Iterable[Mapping[str, Rate]]) -> dict[str, Rate]:
    """Rates of several articles, parts and wholes added by name."""
    total: dict[str, Rate] = {}
    for rates in articles:
        for name, (part, whole) in rates.items():
            before = total.get(name, (0, 0))
            total[name] = (before[0] + part, before[1] + whole)
    return total


class _Counts:
    """Counts by tally name and state, all names of a schema from the start."""

    def __init__(self, model: type[BaseModel]) -> None:
        root, *below = plans = plans_of(model)
        self.flat = {plan_of(child.model) for plan in below for child in plan.children}
        # a root without leaves is only the article's folder of records
        self.scored = plans if root.leaves else below
        names = ["overall", *(f"flat/{plan.type}" for plan in self.flat)]
        for plan in self.scored:
            names += [f"type/{plan.type}", f"exact/{plan.type}"]
            names += [f"field/{plan.type}.{leaf.field}" for leaf in plan.leaves]
        names += [f"apart/{plan.type}.{leaf.field}" for plan in plans for leaf in plan.apart]
        self._counts: dict[str, Counter[State]] = {name: Counter() for name in sorted(names)}

    def add_record(self, pair: Pair, own: Iterable[LeafVerdict]) -> None:
        plan = pair.plan
        for verdict in own:
            names = "overall", f"type/{plan.type}", f"field/{plan.type}.{verdict.field}"
            self.add_leaves(names, (verdict,))
        for leaf in plan.apart:
            items = (leaf.items(node.record) if node else () for node in (pair.gold, pair.predicted))
            self.add_leaves((f"apart/{plan.type}.{leaf.field}",), _on_leaf(leaf, pair, *items))
        if plan in self.scored:
            exact = self._counts[f"exact/{plan.type}"]
            if pair.gold and pair.predicted and all(verdict.state == "COR" for verdict in own):
                exact["COR"] += 1
            else:
                exact["MIS"] += pair.gold is not None
                exact["SPU"] += pair.predicted is not None

    def add_leaves(self, names: Iterable[str], verdicts: Iterable[LeafVerdict]) -> None:
        for verdict in verdicts:
            for name in names:
                self._counts[name][verdict.state] += 1

    def tallies(self) -> dict[str, Tally]:
        return {name: Tally(*(count[state] for state in get_args(State))) for name, count in self._counts.items()}


def _verdicts(pair: Pair) -> Iterator[LeafVerdict]:
    """The verdicts on a pair's own headline leaves, in schema order, sets last."""
    nothing = ((),) * len(pair.plan.leaves)
    gold, predicted = (node.items if node else nothing for node in (pair.gold, pair.predicted))
    for leaf, mine, theirs in zip(pair.plan.leaves, gold, predicted, strict=True):
        if mine or theirs:
            yield from _on_leaf(leaf, pair, mine, theirs)


def _on_leaf(leaf: Leaf, pair: Pair, gold: Sequence[Item], predicted: Sequence[Item]) -> Iterator[LeafVerdict]:
    found = pair_items(leaf, gold, predicted)
    left, right = {mine.pointer for mine, _, _ in found}, {theirs.pointer for _, theirs, _ in found}
    rows: list[tuple[Item | None, Item | None, State]] = list(found)
    rows += [(item, None, "MIS") for item in gold if item.pointer not in left]
    rows += [(None, item, "SPU") for item in predicted if item.pointer not in right]
    for mine, theirs, state in rows:
        yield LeafVerdict(
            state=state,
            type=pair.plan.type,
            field=leaf.field,
            gold=mine.value if mine else None,
            predicted=theirs.value if theirs else None,
            gold_pointer=pair.gold.pointer + mine.pointer if pair.gold and mine else None,
            predicted_pointer=pair.predicted.pointer + theirs.pointer if pair.predicted and theirs else None,
        )


def _verbatim_rate(predicted: BaseModel | None, text: str) -> Rate:
    values = [each.value for each in verbatim_values(predicted)] if predicted is not None else []
    return sum(value in text for value in values), len(values)


def _overlap_rate(alignment: Alignment) -> Rate:
    shared = covered = 0
    for pair in alignment.root.walk():
        if pair.gold and pair.predicted:
            both = _shared_characters(pair.gold.span, pair.predicted.span)
            shared += both
            covered += len(pair.gold.evidence) + len(pair.predicted.evidence) - both
    return shared, covered


def _shared_characters(gold: tuple[int, int] | None, predicted: tuple[int, int] | None) -> int:
    if gold is None or predicted is None:
        return 0
    return max(0, min(gold[1], predicted[1]) - max(gold[0], predicted[0]))


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None
