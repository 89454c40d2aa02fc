"""Words for an attack in made-up sentences, and what is said of them; the clauses they stand in."""

from __future__ import annotations

import pytest

from extract.articles import Span
from extract.tasks.attack.clauses import clauses
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.tellings import tellings

STANDINGS = [
    ("A missile hit a house.", ["happened", "happened"]),
    ("The attack could delay the talks.", ["happened"]),
    ("An attack could delay the talks.", ["unreal"]),
    ("Soldiers did not open the gate after the blast.", ["happened"]),
    ("No attack was reported.", ["unreal"]),
    ("The budget is a bomb.", ["unreal"]),
    ("It was a suicide bombing.", ["happened"]),
    ("The army denied that it shelled the town.", ["unreal"]),
    ("They began to attack the town.", ["happened"]),
    ("They want to attack the town.", ["unreal"]),
    ("He was sentenced for an attack that killed nine.", ["remembered", "remembered"]),
    ("Their offensive goes on.", []),
    ("A fresh offensive began.", ["happened"]),
]


@pytest.mark.parametrize(("text", "expected"), STANDINGS)
def test_standing(text: str, expected: list[str]) -> None:
    sentence = Span(0, len(text))
    doc = Syntax(text, [sentence]).of(sentence)
    assert [each.standing for each in tellings(doc, text, load_lexicon())] == expected


@pytest.mark.parametrize("text", ["A missile may hit a house.", ""])
def test_without_a_parse_what_is_told_happened(text: str) -> None:
    assert {each.standing for each in tellings(None, text, load_lexicon())} <= {"happened"}


CLAUSES = [
    "Drones hit Brod, killing two.",
    "Drones hit Brod, and |elsewhere three people were hurt.|",
    "Drones hit Brod, a day |after shells hit Ska|.",
    "Drones hit Brod, |which lies in the north|.",
    "The ministry said drones hit Brod.",
    "He left |Brod, where drones hit a mill|.",
]


@pytest.mark.parametrize("marked", CLAUSES)
def test_clauses(marked: str) -> None:
    text = marked.replace("|", "")
    sentence = Span(0, len(text))
    found = clauses(Syntax(text, [sentence]).of(sentence), len(text), load_lexicon())
    assert len(found) == (2 if "|" in marked else 1)
    for clause in found:
        assert clause.words(text).replace(" ; ", "").replace(" ", "") in [
            piece.replace(" ", "") for piece in _pieces(marked)
        ]


def _pieces(marked: str) -> list[str]:
    """The clauses of a marked sentence: with three stretches the first and the last are one."""
    first, *rest = marked.split("|")
    return [first + rest[1], rest[0]] if len(rest) == 2 else [first, *rest]
