"""How far each field is to be trusted: a confidence for every leaf of a record.

A judged leaf has the confidence of its judgement. The others are found by rule, and a rule is as good as it was on the
eight development articles, which are not in the gold set: `TRUST` is the strict precision of each field there
(2026-11-22, smoothed by one right and one wrong). A leaf of a record that was itself judged is at most as sure as that.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from extract.records.marks import Evidence, Silent
from extract.records.tree import Node, walk

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

JUDGED = "extent"
"""The field whose judgement decides whether its record is one at all."""


def trusted(records: BaseModel, judged: Mapping[str, float]) -> dict[str, float]:
    """A confidence for every leaf that is there.

    Args:
        judged: JSON pointer of a leaf → confidence of its judgement.
    """
    found: dict[str, float] = {}
    for leaf in walk(Node("", records), nulls=True):
        if isinstance(leaf, Node) or leaf.field.has(Evidence, Silent):
            continue
        if leaf.value is None and not leaf.node.is_part:  # a number that words leave open is a leaf
            continue
        owner = leaf.owner
        most = judged.get(f"{owner.pointer}/{JUDGED}", 1.0)
        trust = TRUST.get(f"{owner.type.lower()}.{leaf.name}", 0.5)
        found[leaf.pointer] = judged.get(leaf.pointer, min(most, trust))
    return found
