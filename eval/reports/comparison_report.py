"""Comparisons as reports: the verdict in words, then what changed and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.comparison import Comparison, FigureChange
from eval.evaluation import Evaluation, RecordError, live_tokens
from eval.reports import notation
from eval.reports.evaluation_report import NO_FLOOR, error_list, flat_remark, signature_line, tokens
from eval.reports.report import Block, Section, Style, Table, render
from eval.stats import ALPHA, TIE

_SIDES = ("A", "B", f"B {notation.MINUS} A")


def render_comparison(comparison: Comparison, style: Style = "text") -> str:
    """What changed from A to B, first in words."""
    signatures = [signature_line(side.signature, f"{name}: ") for name, side in _sides(comparison)]
    if comparison.verdict == "incomplete":
        return render([*_gaps(comparison), *signatures], style)
    sections = [
        Section("Is B better than A?", [*_verdict(comparison)]),
        Section("Per record type", _changes("type", comparison.types)),
        Section("Per field", _changes("field", comparison.fields)),
        Section("Per article", [_articles(comparison.articles)]),
        _changed_records("fixed", comparison.fixed),
        _changed_records("broken", comparison.broken),
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
    within = "within" if abs(difference or 0.0) <= floor + TIE else "beyond"
    return f"Noise floor: {notation.share(floor)}; the difference is {within} it."


def _changes(kind: str, changes: Sequence[FigureChange]) -> list[Block]:
    differing = [change for change in changes if change.difference != 0.0]
    rows = [
        [change.name.split("/")[1], *_sides_of(change), notation.p_value(change.p), notation.p_value(change.adjusted)]
        for change in differing
    ]
    equal = len(changes) - len(differing)
    blocks: list[Block] = [Table([kind, *_SIDES, "p", "p (Holm)"], rows)] if rows else []
    return [*blocks, f"{equal} without a difference in F1."] if equal else blocks


def _sides_of(change: FigureChange) -> list[str]:
    return [notation.share(change.a), notation.share(change.b), notation.change(change.difference)]


def _articles(changes: Sequence[FigureChange]) -> Table:
    return Table(["article", *_SIDES], [[change.name, *_sides_of(change)] for change in changes])


def _changed_records(kind: str, changed: Sequence[tuple[str, RecordError]]) -> Section:
    most_first = sorted(changed, key=lambda change: -len(change[1].leaves))
    return Section(f"Records {kind}: {len(changed)}", error_list(most_first))


def _cost_beside(comparison: Comparison) -> Table:
    rows = [
        [
            name,
            side.source,
            notation.count(side.spend.requests),
            tokens(*live_tokens(side.spend)[:2]),
            notation.seconds(side.seconds),
            notation.dollars(side.cost.live),
        ]
        for name, side in _sides(comparison)
    ]
    return Table(["", "answers", "requests", "tokens live", "seconds in the run", "cost live"], rows)
