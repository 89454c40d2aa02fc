"""Things hit in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.things import find_things

THINGS = [
    ("A drone hit a school.", [("a school", "education", "unspecified", None)]),
    ("A nine-story apartment block collapsed.", [("A nine-story apartment block", "residential", "destroyed", None)]),
    ("Nearly 100 buildings were damaged.", [("buildings", "other", "damaged", 100)]),
    ("It hit a fuel depot, sparking a huge blaze.", [("a fuel depot", "energy", "on_fire", None)]),
    ("Train services were suspended.", [("Train services", "transport", "disrupted", None)]),
    ("Footage showed burning motorcycles.", [("burning motorcycles", "vehicle", "on_fire", None)]),
    ("Three were hit, the hospital said.", []),
    ("School children were hit.", []),
]


@pytest.mark.parametrize(("text", "expected"), THINGS)
def test_things(text: str, expected: list[tuple[str, str, str, int | None]]) -> None:
    article = Article("a", text, "a")
    found = find_things(article, load_lexicon(), article.sentences)
    assert [
        (text[t.phrase.start : t.phrase.end], t.kind, t.extent, t.quantity and t.quantity.value) for t in found
    ] == expected


def test_a_thing_no_word_of_damage_governs_has_no_extent() -> None:
    article = Article("a", "A house stood there; fires burned elsewhere.", "a")
    assert [t.extent for t in find_things(article, load_lexicon(), article.sentences)] == [None]
