"""What changes with the records of an article: places, confidence, totals, problems, and the history of corrections.

Values that nobody touched keep what is known of them, wherever they are moved to; new ones are looked for in the text. A
value that a person gave or confirmed is certain: its confidence is 1, and `corrections` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from extract.articles import Span
from extract.correcting.patching import Patched
from extract.correcting.spots import nearest
from extract.correcting.steps import Step
from extract.correcting.tally import leaves
from extract.records.checks import Reader, contradictions
from extract.records.corrections import Correction
from extract.records.grounding import ground, not_found
from extract.records.results import ArticleResult, Grounding, Problem
from extract.records.totals import totals
from extract.records.tree import Value, rewritten, values


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Of steps that were taken.

    Attributes:
        result: the article before.
        change: its records as JSON, changed.
        steps: what was done.
        now: id of a step → where its place is now; None for what is gone.
    """

    result: ArticleResult
    change: Patched
    steps: Sequence[Step]
    now: Mapping[int, str | None]

    def grounded(self, records: BaseModel, text: str) -> tuple[dict[str, Grounding], BaseModel]:
        """Where the values stand: new ones are looked for, the others stay where they were."""
        fresh = {self.now[id(step)]: step for step in self.steps if step.kind in ("set", "append")}
        kept = {
            self.change.moved[old]: place for old, place in self.result.grounding.items() if old in self.change.moved
        }
        new = {each.pointer: each for each in values(records) if nearest(each.pointer, fresh)}
        kept = {pointer: place for pointer, place in kept.items() if pointer not in new}
        hints = {pointer: place.span for pointer, place in kept.items() if place.span}
        for pointer, value in new.items():
            span = _hint(fresh[nearest(pointer, fresh)], value, text)
            hints |= {pointer: span} if span else {}
        found = ground(records, text, hints)
        grounding = {
            each.pointer: place
            for each in values(records)
            if (place := found.grounding.get(each.pointer) if each.pointer in new else kept.get(each.pointer))
        }
        own = {each.pointer: each.value for each in values(found.records) if each.pointer in new}
        return grounding, rewritten(records, own)

    def brought_up_to_date(self, records: BaseModel, grounding: dict[str, Grounding], words: Reader) -> ArticleResult:
        """The article with its new records, and what else changes with them."""
        change = self.change
        given = {where: step for step in self.steps if (where := self.now[id(step)]) is not None}
        touched = {where for where, step in given.items() if step.kind in ("set", "append")}
        confirmed = {where for where, step in given.items() if step.kind == "keep"}
        history = [
            each.model_copy(update={"now": None if each.now is None else change.moved.get(each.now)})
            for each in self.result.corrections
        ]
        history += _history(self.steps, self.now, change)
        right = {each.now for each in history if each.action == "confirm" and each.now is not None}
        sure = {each.pointer for each in leaves(records) if _settled(each, touched, confirmed)}

        def moved(shares: Mapping[str, float]) -> dict[str, float]:
            kept = {change.moved[old]: share for old, share in shares.items() if old in change.moved}
            return {pointer: share for pointer, share in kept.items() if not nearest(pointer, touched)}

        there = {each.pointer for each in values(records, nulls=True)}
        confidence = {where: share for where, share in moved(self.result.confidence).items() if where in there}
        return self.result.model_copy(
            update={
                "records": records,
                "grounding": grounding,
                "judged": moved(self.result.judged),
                "confidence": confidence | dict.fromkeys(sorted(sure), 1.0),
                "totals": totals(records),
                "problems": [
                    *self._left(touched),
                    *_denied(records, words, right),
                    *not_found(grounding),
                ],
                "corrections": history,
            }
        )

    def _left(self, touched: set[str]) -> Iterator[Problem]:
        """Problems of before that are still there; what is found out anew is not among them."""
        for each in self.result.problems:
            where = self.change.moved.get(each.pointer)
            if not each.pointer:
                yield each
            elif where and each.kind not in ("contradiction", "absent") and not nearest(where, touched):
                detail = each.detail.replace(each.pointer, where, 1)
                yield each.model_copy(update={"pointer": where, "detail": detail})


def _denied(records: BaseModel, words: Reader, right: set[str]) -> Iterator[Problem]:
    """Contradictions, but for what people say is right."""
    found = {each.pointer: each for each in values(records, nulls=True)}
    for each in contradictions(records, words):
        value = found.get(each.pointer)
        if value is None or not ({value.pointer, value.node.pointer, value.owner.pointer} & right):
            yield each


def _hint(step: Step, value: Value, text: str) -> Span | None:
    """Where a new value is said to stand: with the value itself, or with its record, whose evidence it is."""
    correction = step.claim.correction
    spans = [Span(each.start, each.end) for each in (correction.anchor,) if each and value.field.evidence]
    if correction.start is not None and correction.end is not None:
        spans.append(Span(correction.start, correction.end))
    return next((span for span in spans if text[span.start : span.end] == value.value), None)


def _settled(value: Value, touched: set[str], confirmed: set[str]) -> bool:
    return bool(nearest(value.pointer, touched)) or bool(
        {value.pointer, value.node.pointer, value.owner.pointer} & confirmed
    )


def _history(steps: Sequence[Step], now: Mapping[int, str | None], change: Patched) -> list[Correction]:
    """What is kept of the corrections, each once, with the place that it has now."""
    kept: dict[int, Correction] = {}
    for step in steps:
        each = step.claim.correction
        update = {
            "now": _left_of(step, now[id(step)], change),
            "was": each.was if step.was is None or (each.action == "confirm" and each.was is not None) else step.was,
            "anchor": each.anchor if each.anchor and (each.anchor.says or not step.anchor) else step.anchor,
            "holder": each.holder or step.holder,
        }
        kept.setdefault(id(each), each.model_copy(update=update))
    return list(kept.values())


def _left_of(step: Step, now: str | None, change: Patched) -> str | None:
    """The place of a step, or, of a value that left its list, the list."""
    if now is None and step.kind == "drop" and not step.claim.spot.is_record:
        return change.moved.get(step.pointer.rpartition("/")[0])
    return now
