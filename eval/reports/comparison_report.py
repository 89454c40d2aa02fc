"""Comparisons as reports: the verdict in words, then what changed and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from eval.comparison import Comparison, FigureChange
from eval.evaluation import Evaluation
from eval.reports import notation
from eval.reports.evaluation_report import NO_FLOOR, error_list, flat_remark, live_tokens, signature_line
from eval.reports.report import Block, Section, Style, Table, render
from eval.stats import ALPHA


def render_comparison(comparison: Comparison, style: Style = "text") -> str:
    """What changed from A to B, first in words."""
    signatures = [signature_line(side.signature, f"{name}: ") for name, side in _sides(comparison)]
    if comparison.verdict == "incomplete":
        return render([*_gaps(comparison), *signatures], style)
    sections = [
        Section("Is B better than A?", [*_verdict(comparison)]),
        Section("Per record type", _changes("type", comparison.types)),
        Section("Per field", _changes("field", comparison.fields)),
        Section("Per article", [_article_changes(comparison)]),
        _changed_records(comparison, "fixed"),
        _changed_records(comparison, "broken"),
        Section("Cost", [_cost_beside(comparison)]),
    ]
    return render([*sections, *signatures], style)


def _gaps(comparison: Comparison) -> Iterator[str]:
    for name, side in _sides(comparison):
        if side.gaps:
            yield f"Incomplete: of {name}, {side.gaps}. Not compared: continue or repeat the run."


def _sides(comparison: Comparison) -> tuple[tuple[str, Evaluation], ...]:
    return ("A", comparison.a), ("B", comparison.b)


def _verdict(comparison: Comparison) -> Iterator[str]:
    overall, clusters = comparison.overall, comparison.a.signature.clusters
    level, ends = notation.whole_percent(comparison.a.signature.level), notation.change_interval(comparison.interval)
    yield (
        f"Strict F1 {notation.share(overall.a)} (A) and {notation.share(overall.b)} (B):"
        f" difference {notation.change(overall.difference)}, {level} interval {ends},"
        f" p = {notation.p_value(overall.p)} (paired randomisation over {clusters} clusters)."
    )
    yield {
        "within the noise": "The two differ by no more than repeats of one setup do.",
        "equal": "The two do not differ: every cluster has the same counts.",
        "better": "B is better than A: chance alone would rarely give this difference.",
        "worse": "B is worse than A: chance alone would rarely give this difference.",
        "not shown": "No difference is shown. That is not the same as no difference.",
        "too small to tell": f"This gold set is too small to tell: {_too_small(comparison)}.",
    }[comparison.verdict]
    if comparison.verdict != "equal":
        yield from flat_remark([comparison.interval])
    yield f"Smallest difference it could detect at 80 % power: {_detectable(comparison)}."
    yield _noise(comparison)


def _too_small(comparison: Comparison) -> str:
    if comparison.overall.difference is None:
        return "a side has no leaf to count"
    return (
        f"with {comparison.a.signature.clusters} clusters the test cannot give a p below"
        f" {notation.share(comparison.least_p)}, whatever the difference"
    )


def _detectable(comparison: Comparison) -> str:
    if comparison.detectable is not None:
        return notation.share(comparison.detectable)
    if (comparison.verdict == "equal" or comparison.overall.difference == 0.0) and comparison.least_p < ALPHA:
        return "unknown, for nothing differs that would show how much articles vary"
    return "none"


def _noise(comparison: Comparison) -> str:
    floor, difference = comparison.noise_floor, comparison.overall.difference
    if floor is None:
        why = dict.fromkeys(NO_FLOOR[side.noise] for _, side in _sides(comparison))
        return f"Noise floor: none: {'; '.join(why)}."
    within = "within" if abs(difference or 0.0) <= floor + 1e-12 else "beyond"
    return f"Noise floor: {notation.share(floor)}; the difference is {within} it."


def _changes(kind: str, changes: Sequence[FigureChange]) -> list[Block]:
    differing = [change for change in changes if change.difference != 0.0]
    rows = [
        [
            change.name.split("/", 1)[1],
            notation.share(change.a),
            notation.share(change.b),
            notation.change(change.difference),
            notation.p_value(change.p),
            notation.p_value(change.adjusted),
        ]
        for change in differing
    ]
    equal = len(changes) - len(differing)
    blocks: list[Block] = [Table([kind, "A", "B", f"B {notation.MINUS} A", "p", "p (Holm)"], rows)] if rows else []
    return [*blocks, f"{equal} without a difference in F1."] if equal else blocks


def _article_changes(comparison: Comparison) -> Table:
    rows = [
        [
            change.article_id,
            notation.share(change.a),
            notation.share(change.b),
            notation.change(None if change.a is None or change.b is None else change.b - change.a),
        ]
        for change in comparison.articles
    ]
    return Table(["article", "A", "B", f"B {notation.MINUS} A"], rows)


def _changed_records(comparison: Comparison, kind: Literal["fixed", "broken"]) -> Section:
    changed = [change for change in comparison.records if change.kind == kind]
    changed.sort(key=lambda change: -len(change.record.leaves))
    listed = error_list([(change.article_id, change.record) for change in changed])
    return Section(f"Records {kind}: {len(changed)}", listed)


def _cost_beside(comparison: Comparison) -> Table:
    rows = [
        [
            name,
            side.source,
            notation.count(side.spend.requests),
            live_tokens(side.spend),
            notation.seconds(side.seconds),
            notation.dollars(side.cost.live),
        ]
        for name, side in (("A", comparison.a), ("B", comparison.b))
    ]
    return Table(["", "answers", "requests", "tokens live", "seconds in the run", "cost live"], rows)
