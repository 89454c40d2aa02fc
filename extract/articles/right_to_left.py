"""Lines in letters that run from right to left, as a page shows them → as they are read.

A PDF places letters; taken from left to right, Arabic and Hebrew are backwards. Numbers and words in other letters keep
their own order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

_FROM_RIGHT = ("R", "AL")
_PARTS = re.compile(r"\d+(?:[.,:/-]\d+)*|[A-Za-z\u00c0-\u024f]+|.", re.DOTALL)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def runs_from_right(text: str) -> bool:
    """Whether most letters of a text run from right to left."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    from_right = sum(kind in _FROM_RIGHT for kind in kinds)
    return from_right > sum(kind == "L" for kind in kinds)


def as_read(words: Sequence[str]) -> list[str]:
    """Words of a line, given as they stand from left to right, in the order in which they are read."""
    if not any(map(runs_from_right, words)):
        return list(words)
    turned = runs_from_right(" ".join(words))

    def goes_with_them(word: str) -> bool:
        return runs_from_right(word) or (
            turned and not any(unicodedata.bidirectional(letter) == "L" for letter in word)
        )

    found: list[str] = []
    for from_right, run in [(kind, list(run)) for kind, run in groupby(words, goes_with_them)]:
        group = [_turned(word) for word in reversed(run)] if from_right else run
        found = [*group, *found] if turned else [*found, *group]
    return found


def _turned(word: str) -> str:
    """A word backwards, its numbers and words in Latin letters forwards."""
    return "".join(part.translate(_MIRRORED) for part in reversed(_PARTS.findall(word)))
