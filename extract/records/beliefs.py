"""How far a value is to be believed: what can be seen of it without knowing what is right, weighed by fitted numbers.

The signs are the same for every task: of a value's field, its record, its evidence, and what a model said of it. Which
of them count, and how much, is fitted on labelled articles for a task, a prompt set and a model (`extract calibrate`);
where nothing was fitted, no confidence is given.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel

from extract.records.marks import Evidence, Silent
from extract.records.results import Strict
from extract.records.tree import evidence_of, values

CALIBRATION_FORMAT: Final = "attested-calibration-1"
ANSWER = "answer"
"""The sign that holds what a model, or a rule of the task, made of its own verdict on a value or its record."""
_SUREST = 0.999
_MOST = 30.0
"""Of a logit: what is beyond it is no longer told from 0 or 1."""
_DIGITS = re.compile(r"\d[\d,.]*")


class Calibration(Strict):
    """What the signs of a value are worth, as parts of a logit.

    Attributes:
        prompts, model: what made the runs that it was fitted on; it is used for no others.
        fitted_on: for people.
        constant: of the logit.
        fields: "casualty.source" → its part.
        signs: name of a sign → its weight.
    """

    format: Literal["attested-calibration-1"] = CALIBRATION_FORMAT
    prompts: str
    model: str
    fitted_on: str
    constant: float
    fields: dict[str, float]
    signs: dict[str, float]

    def fits(self, prompts: str, model: str) -> bool:
        """Whether it was fitted on what this prompt set and model yield."""
        return (self.prompts, same_model(self.model)) == (prompts, same_model(model))

    def confidence(self, seen: Seen) -> float:
        """How far a value is to be believed, 0…1."""
        logit = self.constant + self.fields.get(seen.field, 0.0)
        logit += math.fsum(weight * seen.signs.get(name, 0.0) for name, weight in self.signs.items())
        return 1 / (1 + math.exp(-min(max(logit, -_MOST), _MOST)))


def same_model(identity: str) -> str:
    """What of a model's identity decides how far its answers are to be believed: not how it is asked."""
    return identity.partition(";")[0]


class Seen(NamedTuple):
    """What can be seen of a value.

    Attributes:
        pointer: where it stands in the records.
        field: its record's type and its field, in small letters: "casualty.quantity.value".
        signs: by name; 0 is what says nothing.
    """

    pointer: str
    field: str
    signs: Mapping[str, float]


def seen_in(records: BaseModel, judged: Mapping[str, float], text: str) -> Iterator[Seen]:
    """The leaves of a tree, and what can be seen of each.

    Args:
        judged: JSON pointer → how sure a model, or a rule, is of a verdict, 0…1.
        text: the article.
    """
    leaves = list(values(records, nulls=True))
    owners = {leaf.owner.pointer: leaf.owner for leaf in leaves}
    alike = Counter(evidence_of(owner.record) for owner in owners.values())
    lists = Counter(pointer.rpartition("/")[0] for pointer in owners)
    sure = {pointer: _surest(pointer, judged) for pointer in owners}
    for leaf in leaves:
        if leaf.field.has(Evidence, Silent) or (leaf.value is None and not leaf.node.is_part):
            continue  # a number that words leave open is a leaf
        owner, evidence = leaf.owner, evidence_of(leaf.owner.record) or ""
        numbers = [int(step) for step in owner.pointer.split("/") if step.isdecimal()]
        signs = {
            ANSWER: _logit(judged[leaf.pointer]) if leaf.pointer in judged else sure[owner.pointer],
            "length of evidence": math.log(1 + len(evidence) / 100),
            "numbers in evidence": math.log(1 + len(_DIGITS.findall(evidence))),
            "records of the same evidence": math.log(alike[evidence] or 1),
            "records told apart": math.log(lists["/".join(owner.pointer.split("/")[:2])] or 1),
            "place in its list": math.log(1 + numbers[-1]) if numbers else 0.0,
            "not of the first record": float(bool(numbers) and numbers[0] > 0),
            "said again": float(isinstance(leaf.value, str) and text.count(leaf.value) > 1),
        }
        yield Seen(leaf.pointer, f"{owner.type}.{leaf.name}".lower(), signs)


def _surest(pointer: str, judged: Mapping[str, float]) -> float:
    """Of the verdicts on a record and on those that hold it, the least sure one, as a logit; 0 without any."""
    above = {pointer[: found.start()] for found in re.finditer("/|$", pointer)}
    return min(
        (_logit(share) for each, share in judged.items() if each.rpartition("/")[0] in above - {""}), default=0.0
    )


def _logit(share: float) -> float:
    bounded = min(max(share, 1 - _SUREST), _SUREST)
    return math.log(bounded / (1 - bounded))
