"""Who or what is left without a service, in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles.linguistics import reader
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.outages import outages

OUTAGES = [
    ("Some 900 homes lost power.", [("homes", "lost", "power")]),
    ("The strike left three villages without water.", [("villages", "without", "water")]),
    ("Power to a hospital was cut.", [("hospital", "cut", "Power")]),
    ("The hospital had no electricity.", [("hospital", "had", "electricity")]),
    ("The strike left thousands without power.", [("power", "without", "power")]),  # a bare number is no thing
    ("Parts of the city have no power.", [("power", "have", "power")]),
    ("Power was not cut.", []),
    ("The mayor promised power and water.", []),
]


@pytest.mark.parametrize(("sentence", "expected"), OUTAGES)
def test_who_is_left_without_what(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    found = outages(reader("en").read(sentence), load_lexicon())
    assert [(each.noun.text, each.cause.text, each.service.text) for each in found] == expected
