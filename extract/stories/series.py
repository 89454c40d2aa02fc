"""The figures of a story over time, and low, best and high by a rule that has a name.

A figure is replaced by one that a later report gives from a source as official: low and high are those of figures that nothing
replaced. Null is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from extract.stories.plan import SourceRank
from extract.stories.story import BestRule, Figure, Series

_RULES: dict[BestRule, str] = {
    "latest-official": "the latest of the most official source that gives a total",
    "latest": "the latest total",
    "highest": "the highest total",
}


def rank_of(source: str | None, ranks: Sequence[SourceRank]) -> int:
    """How official a source is: the number of the first rank that has one of its words, else of the one that has "*"; one
    more than all for none."""
    words = set(re.findall(r"\w+", source.casefold())) if source else {""}
    found = [at for wanted in (words, {"*"}) for at, rank in enumerate(ranks) if not wanted.isdisjoint(rank.words)]
    return found[0] if found else len(ranks)


def series_of(name: str, figures: Iterable[Figure], repeated: Sequence[str], rule: BestRule) -> Series:
    """The figures for one outcome.

    Args:
        name: of the outcome.
        figures: one for each report.
        repeated: reports whose texts repeat another; theirs do not count.
        rule: for the best one.
    """
    own = [each for each in figures if each.report not in repeated]
    again = [each for each in figures if each.report in repeated]
    dated = bool(own) and all(each.published for each in own)
    order = sorted(own, key=lambda each: (_time(each, dated=dated), each.number or 0, each.report))
    found = Series(name=name, figures=order, order="published" if dated else "number", repeated=again)
    known = [each for each in order if each.number is not None]
    wide = [each for each in known if not each.part]
    totals = [each for each in wide if each.whole] or wide
    firm = [each for each in totals if each.bound != "at_most"]
    if not known:
        return found.model_copy(update={"rule": "no report gives a number"})
    if not totals:
        return found.model_copy(update=_of_parts(known))
    standing = [each for each in totals if not any(_replaces(other, each, dated=dated) for other in totals)]
    best = _best(firm, rule, dated=dated)
    low, why_low = _end(standing, min, "at_most", "low")
    high, why_high = _end(standing, max, "at_least", "high")
    why = "best: none, only an upper bound"
    if best is not None:
        by = f" by {best.source}" if best.source else ""
        on = f", published {best.published}" if best.published else ""
        why = f"best ({rule}): “{best.words.text}”{by}{on}, {_reason(rule, totals, dated=dated)}"
    said = "; ".join((why, why_low, why_high))
    number, report = (best.number, best.report) if best else (None, None)
    chosen = {"low": low, "best": number, "best_report": report, "high": high, "rule": said}
    return found.model_copy(update=chosen)


def _of_parts(known: Sequence[Figure]) -> dict[str, object]:
    """What is known where every report tells of some places alone: no more than that it was as many as in one of them."""
    most = max(known, key=lambda each: each.number or 0)
    said = f"no report counts the whole; best: none; low: the largest part, “{most.words.text}”"
    return {"low": most.number if most.bound != "at_most" else None, "rule": said}


def _reason(rule: BestRule, totals: Sequence[Figure], *, dated: bool) -> str:
    if len(totals) == 1:
        return "the only number" if totals[0].whole else "the parts that the only report with numbers gives"
    if rule != "highest" and not dated:
        return f"{_RULES[rule]}; without publication days the highest counts as the latest"
    return _RULES[rule]


def _best(firm: Sequence[Figure], rule: BestRule, *, dated: bool) -> Figure | None:
    """Of equals the one that says it most exactly."""
    key: dict[BestRule, Callable[[Figure], tuple[object, ...]]] = {
        "latest-official": lambda each: (-each.rank, _time(each, dated=dated), each.number, each.bound == "exact"),
        "latest": lambda each: (_time(each, dated=dated), -each.rank, each.number, each.bound == "exact"),
        "highest": lambda each: (each.number, -each.rank, each.bound == "exact"),
    }
    return max(firm, key=key[rule], default=None)


def _time(figure: Figure, *, dated: bool) -> str:
    return (figure.published or "") if dated else ""


def _replaces(later: Figure, earlier: Figure, *, dated: bool) -> bool:
    """Whether a figure takes the place of another: it is later, from a source as official."""
    return dated and later.rank <= earlier.rank and _time(later, dated=True) > _time(earlier, dated=True)


def _end(
    figures: Sequence[Figure], pick: Callable[[Iterable[float]], float], open_by: str, name: str
) -> tuple[float | None, str]:
    """The lowest or highest number; none where it is only a bound of what nobody says."""
    number = pick(each.number for each in figures if each.number is not None)
    ends = [each for each in figures if each.number == number]
    if all(each.bound == open_by for each in ends):
        return None, f"{name}: none, for “{ends[0].words.text}” is only {open_by}"
    return number, f"{name}: the {name}est that no later report replaced"
