"""How far each field is to be trusted: a confidence for every leaf of a record.

A judged leaf has the confidence of its judgement. The others are found by rule, and a rule is as good as it was on the
eight development articles, which are not in the gold set: `TRUST` is the strict precision of each field there
(2026-11-22, smoothed by one right and one wrong). A leaf of a record that was itself judged is at most as sure as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from extract.records.marks import Evidence, Silent, item_model, marks, part_model

TRUST: Mapping[str, float] = {
    "event.kind": 0.71,
    "event.context": 0.88,
    "event.attacker": 0.67,
    "event.date_text": 0.80,
    "event.date": 0.86,
    "event.places": 0.48,
    "weapon.kind": 0.68,
    "weapon.outcome": 0.82,
    "weapon.quantity.value": 0.86,
    "weapon.quantity.bound": 0.86,
    "casualty.outcome": 0.91,
    "casualty.quantity.value": 0.91,
    "casualty.quantity.bound": 0.93,
    "casualty.who": 0.91,
    "casualty.place": 0.64,
    "casualty.source": 0.66,
    "damage.object": 0.71,
    "damage.kind": 0.58,
    "damage.extent": 0.75,
    "damage.place": 0.60,
    "damage.quantity.value": 0.50,
    "damage.quantity.bound": 0.50,
    "quote.speaker": 0.85,
    "quote.role": 0.88,
    "quote.text": 0.97,
}

JUDGED = ("outcome", "extent")
"""Fields whose judgement decides whether their record is one at all."""


def trusted(records: BaseModel, judged: Mapping[str, float]) -> dict[str, float]:
    """A confidence for every leaf that is there.

    Args:
        judged: JSON pointer of a leaf → confidence of its judgement.
    """
    return dict(_leaves(records, "", judged, 1.0))


def _leaves(node: BaseModel, pointer: str, judged: Mapping[str, float], most: float) -> Iterator[tuple[str, float]]:
    record = type(node).__name__.lower()
    most = min([most, *(judged[f"{pointer}/{name}"] for name in JUDGED if f"{pointer}/{name}" in judged)])
    for name, info in type(node).model_fields.items():
        value = getattr(node, name)
        here = f"{pointer}/{name}"
        if value is None or any(isinstance(mark, Evidence | Silent) for mark in marks(info)):
            continue
        if item_model(info):
            for index, item in enumerate(value):
                yield from _leaves(item, f"{here}/{index}", judged, 1.0)
        elif part_model(info):
            for part, part_info in type(value).model_fields.items():
                if not any(isinstance(mark, Silent) for mark in marks(part_info)):
                    yield f"{here}/{part}", min(most, TRUST.get(f"{record}.{name}.{part}", 0.5))
        elif isinstance(value, list):
            for index in range(len(value)):
                yield f"{here}/{index}", min(most, TRUST.get(f"{record}.{name}", 0.5))
        else:
            yield here, judged.get(here, min(most, TRUST.get(f"{record}.{name}", 0.5)))
