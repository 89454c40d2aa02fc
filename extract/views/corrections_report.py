"""What became of corrections, in words and as data: what was done, what was refused, where a run differs from people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from extract.correcting.applying import Corrected
from extract.correcting.steps import Refusal, Step
from extract.correcting.tally import Tally
from extract.errors import counted
from extract.records.corrections import Correction

_DONE = {"edit": "edited", "confirm": "confirmed", "reject": "rejected", "add": "added", "remove": "removed"}


def refusal_lines(refused: Sequence[Refusal]) -> Iterator[str]:
    """A line for each correction that was not applied."""
    for each in refused:
        made = each.correction
        value = "" if made.value is None else f" {short(made.value)}"
        yield f"refused: {made.article_id} {made.pointer}: {made.action}{value}: {each.why}"


def difference_lines(found: Sequence[Corrected]) -> Iterator[str]:
    """A line for each place where the run says something else than a person did of the same text."""
    for article in found:
        for step in article.steps:
            if step.differs:
                place = step.claim.spot.pointer if step.kind == "append" else step.pointer
                by = f" ({step.claim.correction.by})" if step.claim.correction.by else ""
                yield f"differs: {article.result.article_id} {place}: {step.differs}{by}"


def remark_lines(found: Sequence[Corrected]) -> Iterator[str]:
    """A line for each value that was put in all the same: it contradicts its own words, or they are not in the article."""
    for article in found:
        for each in article.remarks:
            where = f"{article.result.article_id} {each.pointer}"
            if each.kind == "contradiction":
                yield f"contradicts its own words: {where}: {each.said}; kept, because a person says so"
            else:
                yield f"not in the article: {where}: {each.said}"


def summary(found: Sequence[Corrected], refused: Sequence[Refusal]) -> dict[str, Any]:
    """All of it as JSON-able data; counts of corrections, for each article and together.

    Corrections per article are those that the run has now, earlier ones too, without confirmations. `values` are those
    that the run said itself; `values_untouched` of these were neither edited, rejected nor removed.
    """
    rows = {each.result.article_id: _article(each) for each in found}
    counts = sum((each.tally for each in found), Tally())
    made = [sum(said.action != "confirm" for said in each.result.corrections) for each in found]
    remarks = list(remark_lines(found))
    total: Counter[str] = Counter()
    for row in rows.values():
        total.update(row)
    return {
        **{name: total[name] for name in _NAMES},
        "refused": len(refused),
        "articles": len(rows),
        "articles_with_corrections": len([number for number in made if number]),
        "corrections_per_article": round(sum(made) / len(rows), 2) if rows else 0.0,
        "confirmations": sum(said.action == "confirm" for each in found for said in each.result.corrections),
        "values": counts.values,
        "values_untouched": counts.kept,
        "share_untouched": round(counts.kept / counts.values, 4) if counts.values else None,
        "values_missed": counts.missed,
        "by_article": rows,
        "differences": list(difference_lines(found)),
        "contradictions": [each for each in remarks if each.startswith("contradicts")],
        "not_in_article": [each for each in remarks if not each.startswith("contradicts")],
        "refusals": list(refusal_lines(refused)),
    }


_NAMES = (*_DONE.values(), "agreed", "differing", "already", "superseded")


def _article(found: Corrected) -> dict[str, int]:
    counts: Counter[str] = Counter(already=len(found.already), superseded=len(found.superseded))
    for steps in _by_correction(found.steps):
        counts[_DONE[steps[0].claim.correction.action]] += 1
        if any(step.differs for step in steps):
            counts["differing"] += 1
        elif steps[0].elsewhere:
            counts["agreed"] += 1
    return {name: counts[name] for name in _NAMES}


def _by_correction(steps: Sequence[Step]) -> list[list[Step]]:
    by: dict[int, list[Step]] = {}
    for step in steps:
        by.setdefault(id(step.claim.correction), []).append(step)
    return list(by.values())


def summary_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same in a few lines."""
    done = [f"{told[name]} {name}" for name in _DONE.values() if told[name]]
    others = [f"{told[name]} {word}" for name, word in _OTHERS.items() if told[name]]
    yield f"corrections: {', '.join([*(done or ['none']), *others])}"
    for name, row in told["by_article"].items():
        said = ", ".join(f"{row[each]} {each}" for each in _DONE.values() if row[each])
        if said:
            yield f"  {name}: {said}"
    some, all_of = told["articles_with_corrections"], counted(told["articles"], "article")
    apart = f"; besides, {counted(told['confirmations'], 'confirmation')}" if told["confirmations"] else ""
    yield f"in the run: {told['corrections_per_article']:.1f} changes per article, {some} of {all_of} with any{apart}"
    if told["share_untouched"] is not None:
        yield (
            f"{told['share_untouched']:.0%} of the run's own {counted(told['values'], 'value')} "
            f"were neither edited, rejected nor removed; {told['values_missed']} more were added"
        )
    if told["contradictions"]:
        yield f"{counted(len(told['contradictions']), 'value')} against their own words, kept: see above"


_OTHERS = {
    "agreed": "of them agreed with by this run",
    "differing": "of them where this run says otherwise",
    "already": "in the run already",
    "superseded": "taken back or said anew later",
    "refused": "refused",
}


def short(value: Any) -> str:
    """A value in a line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def said_of(correction: Correction) -> str:
    """Who said what of a value: "corrected by Ann on 2026-11-26, was 18"."""
    done = "corrected" if correction.action == "edit" else _DONE[correction.action]
    by = f" by {correction.by}" if correction.by else ""
    was = (
        ""
        if correction.action in ("confirm", "add")
        else f", was {'null' if correction.was is None else short(correction.was)}"
    )
    note = f": {correction.note}" if correction.note else ""
    return f"{done}{by} on {correction.at[:10]}{was}{note}"
