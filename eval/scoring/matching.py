"""Matching: are two values equal, nearly equal or different? The codebook's comparators, on folded values.

A rule compares two keys: `*_key` makes one from a value, once per record, and `match_*` judges two of them. What
is a leaf, and how a one-sided leaf counts, is not decided here.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from eval.scoring.demonyms import load_demonyms
from extract.records.folding import fold

Outcome = Literal["COR", "PAR", "INC"]
"""Correct, partial (a near miss) or incorrect: the verdict on a leaf that both sides have."""

TextToken = str | tuple[str, int]
TextKey = frozenset[TextToken]


class NumberKey(NamedTuple):
    """A number with what decides in doubt.

    Attributes:
        value: the number, or None where the words give none.
        vague: whether it is marked as approximate.
        wording: the folded words, where there is no value.
    """

    value: float | None
    vague: bool
    wording: tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> frozenset[str]:
    """The set of a name's tokens, demonyms mapped to their countries."""
    table = load_demonyms()
    return frozenset().union(*(table.get(token, (token,)) for token in fold(text)))


@lru_cache(maxsize=1 << 16)
def text_key(text: str) -> TextKey:
    """The multiset of a text's tokens, as a set: the second "in" of a text is ("in", 2)."""
    seen: dict[str, int] = {}
    key: set[TextToken] = set()
    for token in fold(text):
        count = seen[token] = seen.get(token, 0) + 1
        key.add(token if count == 1 else (token, count))
    return frozenset(key)


def match_equal(gold: Hashable, predicted: Hashable, broader: Mapping[str, frozenset[str]]) -> Outcome:
    """Equal, or a near miss where one is a declared coarser word for the other.

    Args:
        gold: the gold value.
        predicted: the predicted value.
        broader: coarser word → the words it may stand for.
    """
    if gold == predicted:
        return "COR"
    if any(isinstance(a, str) and b in broader.get(a, ()) for a, b in ((gold, predicted), (predicted, gold))):
        return "PAR"
    return "INC"


def match_number(gold: NumberKey, predicted: NumberKey) -> Outcome:
    """Equal, or within 5 % of the gold value where either is vague; two without a value go by their words."""
    if gold.value is None or predicted.value is None:
        return "COR" if gold.value is predicted.value and gold.wording == predicted.wording else "INC"
    if gold.value == predicted.value:
        return "COR"
    # 20 times instead of a twentieth: exact for integers
    near = abs(predicted.value - gold.value) * 20 <= abs(gold.value)
    return "PAR" if near and (gold.vague or predicted.vague) else "INC"


def match_name(gold: frozenset[str], predicted: frozenset[str]) -> Outcome:
    """The same tokens, or a near miss where one's are a non-empty proper subset of the other's."""
    if gold == predicted:
        return "COR"
    return "PAR" if gold and predicted and (gold < predicted or predicted < gold) else "INC"


def match_text(gold: TextKey, predicted: TextKey) -> Outcome:
    """Token F1 of at least 0.9, or at least 0.5 for a near miss."""
    if gold == predicted:
        return "COR"
    size = len(gold) + len(predicted)
    if 4 * min(len(gold), len(predicted)) < size:  # too unlike in length to reach 0.5
        return "INC"
    # F1 is 2 shared / size; compared without division
    shared = len(gold & predicted)
    if 20 * shared >= 9 * size:
        return "COR"
    return "PAR" if 4 * shared >= size else "INC"
