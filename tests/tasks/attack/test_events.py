"""Which attacks made-up sentences tell of."""

from __future__ import annotations

import pytest

from extract.articles import Article, Span
from extract.tasks.attack.events import attackers, body, find_story, is_furniture, kind_belief
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast

ATTACKERS = [
    ("Russian drones hit a port.", ["Russia"]),
    ("The Pakistani Taliban claimed responsibility.", ["Pakistani Taliban"]),
    ("Al Qaeda affiliate JNIM said it was behind it.", ["JNIM"]),
    ("No group has claimed responsibility.", []),
    ("Hezbollah condemned the attack on Yemen.", []),
]
KINDS = [
    ("Drones struck a port.", "air_strike"),
    ("A suicide bomber blew himself up.", "bombing"),
    ("Gunmen opened fire and killed two.", "shooting"),
    ("A man with a knife stabbed two people.", "stabbing"),
    ("A car plowed into a crowd, an attack that killed two.", "other"),
    ("Dockworkers strike over wages. The union attacked the offer.", "none"),
    ("An explosion at a fireworks factory killed two in an accident.", "none"),
    ("A late strike won the cup. The striker fired home.", "none"),
]


def story(text: str, kind: str) -> list[tuple[str, str | None]]:
    lexicon = load_lexicon()
    found = find_story(Article("a", text, "a"), lexicon, Cast(text, lexicon), {}, kind)
    return [(event.context, event.attacker) for event in found.events]


@pytest.mark.parametrize(("text", "expected"), ATTACKERS)
def test_attackers(text: str, expected: list[str]) -> None:
    assert [side for side, _ in attackers(text, Span(0, len(text)), load_lexicon())] == expected


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kind(text: str, expected: str) -> None:
    belief = kind_belief(text, Article("a", text, "a").sentences, load_lexicon())
    assert max(belief, key=lambda kind: belief[kind]) == expected
    assert sum(belief.values()) == pytest.approx(1)


def test_the_other_sides_attack_is_another_event() -> None:
    text = "Russian drones hit Lorvik on Monday.\nUkraine attacked a port on Monday."
    assert story(text, "air_strike") == [("main", "Russia"), ("other", "Ukraine")]


def test_another_day_is_another_event() -> None:
    assert len(story("A bomb killed two on Monday.\nOn Friday a bomb killed one.", "bombing")) == 2


def test_no_attack_no_event() -> None:
    assert story("The union struck a deal in 2019.", "none") == []


@pytest.mark.parametrize("line", ["[Home](a) [News](b)", "READ MORE ABOUT THE CITY", "Reporting by Ann Lee"])
def test_furniture(line: str) -> None:
    assert is_furniture(line)


def test_an_endless_sentence_is_cut_and_nothing_lost() -> None:
    pieces = body(Article("a", "word " * 1000, "a"), load_lexicon())
    assert [p.start for p in pieces] == [0, *(p.end for p in pieces[:-1])]
