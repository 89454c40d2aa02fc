"""Two evaluations side by side: is the second one better, and can this gold set tell?

Paired over clusters of articles. A is the baseline, B the candidate; a positive difference is in B's favour.
Works on saved documents alone. The verdict is the one rule; the gate only says what follows from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.evaluation import Evaluation, GateResult, RecordError, overall
from eval.harness import counts_of, strict_f1
from eval.stats import (
    ALPHA,
    TIE,
    Array,
    Interval,
    Resampling,
    bootstrap_difference,
    cluster_sums,
    holm,
    randomisation,
    smallest_detectable,
    smallest_p,
)
from extract.errors import GoldError

Verdict = Literal["incomplete", "equal", "within the noise", "too small to tell", "not shown", "better", "worse"]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """The strict F1 of a tally or of an article on both sides, over all repeats; None where a side has no leaf.

    Attributes:
        p: of the randomisation test; an article alone has none.
        adjusted: the same after Holm, over the tallies of its kind.
    """

    name: str
    a: float | None
    b: float | None
    p: float | None = None
    adjusted: float | None = None

    @property
    def difference(self) -> float | None:
        """B minus A."""
        return None if self.a is None or self.b is None else self.b - self.a


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from A to B.

    Attributes:
        interval: of the difference in strict F1.
        p: of the randomisation test on it.
        least_p: the smallest p that this number of clusters can give.
        detectable: smallest true difference found with 80 % power; None when none would be.
        noise_floor: the greater one of the two sides; None when neither has one.
        fixed: records, with their article, that are wrong in the first repeat of A alone.
        broken: likewise of B.
    """

    a: Evaluation
    b: Evaluation
    overall: FigureChange
    interval: Interval | None
    least_p: float
    detectable: float | None
    noise_floor: float | None
    types: tuple[FigureChange, ...]
    fields: tuple[FigureChange, ...]
    articles: tuple[FigureChange, ...]
    fixed: tuple[tuple[str, RecordError], ...]
    broken: tuple[tuple[str, RecordError], ...]

    @property
    def verdict(self) -> Verdict:
        """What can be said about the headline figure: the first of these that holds.

        The test decides. The noise of repeats takes away from a gain, and never excuses a loss that is shown; where
        no test can judge, a loss within the baseline's own noise is none.
        """
        if self.a.gaps or self.b.gaps:
            return "incomplete"
        if _counts_equal(self.a, self.b):
            return "equal"
        difference = self.overall.difference
        if difference is None or self.least_p >= ALPHA:
            floor = self.a.noise_floor
            within = difference is not None and floor is not None and abs(difference) <= floor + TIE
            return "within the noise" if within else "too small to tell"
        if self.overall.p is None or self.overall.p >= ALPHA or difference == 0:
            return "not shown"
        if difference < 0:
            return "worse"
        return "within the noise" if self.noise_floor is not None and difference <= self.noise_floor + TIE else "better"


def compare(a: Evaluation, b: Evaluation) -> Comparison:
    """Compares two evaluations of the same gold articles.

    Raises:
        GoldError: they differ in gold set, clusters or scoring version.
    """
    _check_comparable(a, b)
    options = Resampling(a.signature.resamples, a.signature.seed, a.signature.level)
    sums_a, sums_b = (_mean_counts(side, ["overall"]) for side in (a, b))
    floors = [floor for floor in (a.noise_floor, b.noise_floor) if floor is not None]
    return Comparison(
        a=a,
        b=b,
        overall=_changes(a, b, ["overall"], options)[0],
        interval=bootstrap_difference(sums_a, sums_b, strict_f1, options)[0],
        least_p=smallest_p(len(sums_a), options),
        detectable=smallest_detectable(sums_a[:, 0], sums_b[:, 0], strict_f1, options),
        noise_floor=max(floors) if floors else None,
        types=_changes(a, b, _names(a, b, "type/"), options),
        fields=_changes(a, b, _names(a, b, "field/"), options),
        articles=tuple(_article_changes(a, b)),
        fixed=tuple(_wrong_in_one(a, b)),
        broken=tuple(_wrong_in_one(b, a)),
    )


def gate_result(comparison: Comparison) -> GateResult:
    """Whether B may replace A, by the verdict: what is shown to be a loss stops it, and a loss no test can judge."""
    match comparison.verdict:
        case "incomplete":
            return "incomplete"
        case "worse":
            return "loss"
        case "too small to tell" if comparison.overall.difference is None or comparison.overall.difference < 0:
            return "too small to tell"
        case _:
            return "pass"


def _check_comparable(a: Evaluation, b: Evaluation) -> None:
    first, second = a.signature, b.signature
    if first.gold_sha256 != second.gold_sha256:
        raise GoldError(
            f"the evaluations are of different gold sets ({first.gold_sha256[:8]!r} and {second.gold_sha256[:8]!r}):"
            " score both runs anew, extract eval --run FILE"
        )
    if first.scoring != second.scoring:
        raise GoldError(
            f"the evaluations were scored by different rules (versions {first.scoring} and {second.scoring}):"
            " score both runs anew, extract eval --run FILE"
        )
    clusters = [{article.article_id: article.cluster for article in side.repeats[0].articles} for side in (a, b)]
    if clusters[0] != clusters[1]:
        only = sorted(set(clusters[0]) ^ set(clusters[1]))
        what = f"are of different articles, {only[0]!r} is in one only" if only else "cluster the articles differently"
        raise GoldError(f"the evaluations {what}: score both runs anew, extract eval --run FILE")


def _names(a: Evaluation, b: Evaluation, prefix: str) -> list[str]:
    return [name for name in dict.fromkeys([*a.figures, *b.figures]) if name.startswith(prefix)]


def _mean_counts(evaluation: Evaluation, names: Sequence[str]) -> Array:
    """(clusters, names, 5): counts per cluster, averaged over repeats: more repeats weigh no more."""
    rows = evaluation.rows
    return cluster_sums(counts_of(rows, names), [row.cluster for row in rows]) / len(evaluation.repeats)


def _changes(a: Evaluation, b: Evaluation, names: Sequence[str], options: Resampling) -> tuple[FigureChange, ...]:
    if not names:
        return ()
    p_values = randomisation(_mean_counts(a, names), _mean_counts(b, names), strict_f1, options)
    return tuple(
        FigureChange(name, _f1(a, name), _f1(b, name), p, adjusted)
        for name, p, adjusted in zip(names, p_values, holm(p_values), strict=True)
    )


def _f1(evaluation: Evaluation, name: str) -> float | None:
    figure = evaluation.figures.get(name)
    return None if figure is None else figure.f1


def _article_changes(a: Evaluation, b: Evaluation) -> Iterator[FigureChange]:
    for article_id in sorted({row.article_id for row in a.rows}):
        before, after = (overall(row for row in side.rows if row.article_id == article_id).f1() for side in (a, b))
        yield FigureChange(article_id, before, after)


def _wrong_in_one(one: Evaluation, other: Evaluation) -> Iterator[tuple[str, RecordError]]:
    """Records that one side alone does not get right, or invents."""
    for mine, theirs in zip(one.repeats[0].articles, other.repeats[0].articles, strict=True):
        shared = Counter(map(_identity, theirs.errors))
        for record in mine.errors:
            shared[_identity(record)] -= 1
            if shared[_identity(record)] < 0:
                yield mine.article_id, record


def _identity(record: RecordError) -> tuple[object, ...]:
    """What makes a record the same one in two runs: its gold pointer, or all that an invented one says."""
    said = () if record.gold is not None else sorted((leaf.field, str(leaf.predicted)) for leaf in record.leaves)
    return record.type, record.gold, tuple(said)


def _counts_equal(a: Evaluation, b: Evaluation) -> bool:
    """Whether every cluster has the same counts in every tally, not the headline's alone."""
    names = _names(a, b, "")
    return bool((_mean_counts(a, names) == _mean_counts(b, names)).all())
