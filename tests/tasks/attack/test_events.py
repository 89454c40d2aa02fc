"""Which attacks made-up sentences tell of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from extract.articles import Article, Span
from extract.tasks.attack.events import Story, attackers, body, find_story, is_furniture, kind_belief
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


def found(text: str, kind: str, verdicts: Mapping[str, str] = MappingProxyType({})) -> Story:
    """The story, where sentences that begin so have these verdicts."""
    lexicon = load_lexicon()
    judged = {text.index(beginning): verdict for beginning, verdict in verdicts.items()}
    return find_story(Article("a", text, "a"), lexicon, Cast(text, lexicon), judged, kind)


def story(text: str, kind: str) -> list[tuple[str, str | None]]:
    return [(event.context, event.attacker) for event in found(text, kind).events]


def told(text: str, kind: str, verdicts: Mapping[str, str]) -> list[list[str]]:
    """The first two words of each sentence of each event."""
    events = found(text, kind, verdicts).events
    return [[" ".join(text[s.start : s.end].split()[:2]) for s in event.sentences] for event in events]


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


def test_another_attack_told_of_in_several_sentences_is_one_event() -> None:
    text = "Shells hit Aldane on Monday.\nA bomb killed three in Lorvik.\nIts owner, a baker, was killed. Two fled."
    said = {"A bomb": "other", "Its owner": "other"}
    assert told(text, "shelling", said) == [["Shells hit"], ["A bomb", "Its owner,", "Two fled."]]


@pytest.mark.parametrize("beginning", ["Elsewhere,", "On Friday", "Ukrainian drones"])
def test_a_word_a_day_or_a_side_sets_the_next_attack_apart(beginning: str) -> None:
    text = f"Shells hit Aldane on Monday.\nRussian shells hit Lorvik on Sunday.\n{beginning} hit Brod."
    said = {"Russian": "other", beginning: "other"}
    assert [len(event) for event in told(text, "shelling", said)] == [1, 1, 1]


def test_another_attack_is_told_of_without_a_word_for_one() -> None:
    text = "Shells hit Aldane on Monday.\nThree bakers in Lorvik lost their lives last week."
    assert told(text, "shelling", {"Three": "other"}) == [["Shells hit"], ["Three bakers"]]


def test_who_struck_back_is_not_the_attacker() -> None:
    text = "Shells hit Aldane on Monday.\nA day later, Ukrainian drones struck a port, in Ukraine's second attack."
    assert found(text, "shelling", {"A day": "other"}).events[0].attacker is None


def test_a_dated_attack_beside_the_subject_of_an_article_is_another_event() -> None:
    text = "The council met in Brod.\nIt remembers the attack on Lorvik, in which gunmen killed nine on March 7."
    assert [(event.context, len(event.sentences)) for event in found(text, "none").events] == [("other", 1)]


def test_no_attack_no_event() -> None:
    assert story("The union struck a deal in 2019.", "none") == []


@pytest.mark.parametrize("line", ["[Home](a) [News](b)", "READ MORE ABOUT THE CITY", "Reporting by Ann Lee"])
def test_furniture(line: str) -> None:
    assert is_furniture(line)


def test_an_endless_sentence_is_cut_and_nothing_lost() -> None:
    pieces = body(Article("a", "word " * 1000, "a"), load_lexicon())
    assert [p.start for p in pieces] == [0, *(p.end for p in pieces[:-1])]
