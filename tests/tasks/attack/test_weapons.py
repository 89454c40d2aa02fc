"""Weapon mentions in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.weapons import find_weapons

WEAPONS = [
    ("They fired 12 drones.", [("drone", 12, "used")]),
    ("94 drones and four missiles were shot down.", [("drone", 94, "intercepted"), ("missile", 4, "intercepted")]),
    ("A drone struck a roof.", [("drone", None, "hit")]),
    ("They fired 28 missiles, 15 of them ballistic.", [("missile", 28, "used"), ("ballistic_missile", 15, "used")]),
    ("They fired two rockets. Both were intercepted.", [("rocket", 2, "used"), ("rocket", 2, "intercepted")]),
    ("Several ballistic and cruise missiles fell.", [("ballistic_missile", None, "used"), ("cruise_missile", None, "used")]),
    ("People sat in a bomb shelter during a missile alert.", []),
    ("The driver was shot and wounded by police.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WEAPONS)
def test_weapons(text: str, expected: list[tuple[str, int | None, str]]) -> None:
    article = Article("a", text, "a")
    found = find_weapons(article, load_lexicon(), article.sentences)
    assert [(w.kind, w.quantity and w.quantity.value, w.outcome) for w in found] == expected
