"""What words tell: the rarest in common, and how alike two records are."""

from __future__ import annotations

import math

import pytest

from extract.stories.rarity import Rarity
from tests.many_reports import article, event, mentions

NAMES = ["zhivotov", "gornyak", "bakhmach", "vilnyansk", "ichnya", "semenivka", "kobeliaky", "pyriatyn"]
COMMON = "officials said people were killed and the police came to the city later"


def test_equally_rare_words_come_by_the_alphabet_and_rarer_ones_first() -> None:
    everywhere = [f"{COMMON} {' '.join(NAMES)}", f"{COMMON} {' '.join(NAMES)}"]
    more = [f"{COMMON} {NAMES[0]} {number}" for number in range(40)]
    found = mentions(*(article(str(n), event(evidence=text), text=text) for n, text in enumerate(everywhere + more)))
    rarity = Rarity(found)
    rare = [name for name in sorted(NAMES) if name != NAMES[0]]
    assert rarity.in_common(found[0], found[1], 4) == rare[:4]
    assert rarity.in_common(found[0], found[1], 7) == rare
    assert rarity.rare_words(found[0], 8, 4.0)[:7] == rare
    assert rarity.in_common(found[0], found[1], 0) == []


def test_texts_of_the_same_words_are_one_and_of_others_are_none() -> None:
    texts = [" ".join(NAMES), " ".join(reversed(NAMES)), COMMON.replace("police", "zavodske"), " ".join(NAMES[:4])]
    texts = [f"{text} {COMMON}" for text in texts]
    found = mentions(*(article(str(n), event(evidence=text), text=text) for n, text in enumerate(texts)))
    rarity = Rarity(found)
    same, half, other = (rarity.share(found[0], found[at]) for at in (1, 3, 2))
    assert same == pytest.approx(1)
    assert half is not None
    assert other is not None
    assert other < half < 1
    assert half == pytest.approx(rarity.share(found[3], found[0]))
    assert not math.isnan(half)
