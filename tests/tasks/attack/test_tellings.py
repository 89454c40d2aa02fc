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
    ("They vowed that he would pay for an attack that killed nine.", ["happened", "happened"]),
    ("An attack that destroyed a school was no crime.", ["happened"]),
    ("An attack that destroyed a school last year did not amount to a crime.", ["happened"]),
    ("They vowed an attack that would kill nine.", ["unreal", "unreal"]),
    ("Two men were killed before they could open the gate.", ["happened"]),
    ("He was sentenced for an attack that killed nine.", ["remembered", "remembered"]),
    ("Their offensive goes on.", []),
    ("A fresh offensive began.", ["happened"]),
    ("Gunfire could be heard in Brod.", ["happened"]),
    ("The mayor was urged to resign over a raid that left nine dead.", ["happened", "happened"]),
    ("They met to mourn those lost in a blast that left nine people dead.", ["happened", "happened"]),
    ("They vowed a raid that would leave nine dead.", ["unreal"]),
    ("By dawn he'd killed five people.", ["happened"]),
    ("Rebels shelled Brod, although the army has not confirmed it.", ["happened"]),
    ("The attack did not stop there, with two bombers detonating vests.", ["happened", "happened", "happened"]),
    ("A bear killed two hikers.", ["unreal"]),
    ("Three days before he stabbed two guests, he had asked for help.", ["happened"]),
    ("He was held before he stabbed anybody.", ["unreal"]),
    ("A mock gunman walked the halls.", ["unreal"]),
    ("A masked gunman walked the halls.", ["happened"]),
    ("An explosives-packed van slammed into a gate.", ["happened"]),
    ("The college practised its response to a bomb attack.", ["unreal", "unreal"]),
    ("A missile destroyer sailed on.", []),
    # arms that are found or taken away have hit nobody; those that were used have
    ("Police found a bomb in a van.", ["unreal"]),
    ("Bomb found in Lorvik", ["unreal"]),
    ("Two rockets and a mortar were discovered in a shed.", ["unreal", "unreal"]),
    ("Officers seized a car bomb on Sunday.", ["unreal"]),
    ("The bomb unearthed near Brod was meant for a barracks.", ["unreal"]),
    ("A bomb that was recovered from a canal was made safe.", ["unreal"]),
    ("Police found three people who were killed by a bomb.", ["happened", "happened"]),
    ("Police found the bomber.", ["happened"]),
    ("A bomb found its target.", ["happened"]),
    ("They found that a bomb had exploded.", ["happened", "happened"]),
    ("A bomb went off in a shop, police found.", ["happened"]),
    # what was only feared to be there
    ("A caller said there was a bomb on board the ferry.", ["unreal"]),
    ("There was a bomb attack on the mill.", ["happened", "happened"]),
    ("Bomb scare empties a theatre in Brod", ["unreal"]),
    ("He was hailed by Rockets coach Ann Lee.", []),
    # an attack that did harm took place, whatever is said beside it
    ("They praised a plan to thwart suicide attacks that killed nine people in May.", ["happened", "happened"]),
    ("She failed in her part in the attack, which killed 57 people.", ["happened", "happened"]),
    ("They tried to remove him after an attack on his convoy.", ["happened"]),
    ("They tried to remove him before an attack on his convoy.", ["unreal"]),
    ("The navy sank its own ship during drills, striking it with missiles.", ["unreal", "unreal"]),
    ("The navy sank the ship during a truce, striking it with missiles.", ["happened", "happened"]),
    ("He admitted to gunning down nine villagers.", ["happened"]),
    # a sentence that is carried out
    ("A man convicted of murder was beheaded on Tuesday.", ["unreal", "unreal"]),
    ("Two smugglers were executed for murder in Brod.", ["unreal", "unreal"]),
    ("Rebels executed two men for spying.", ["happened"]),
    ("Militants beheaded two hostages in Brod.", ["happened", "happened"]),
    # not every Bird is one
    ("Lee told how Bird shot dead a driver.", ["happened"]),
    ("Hunters shot dead a bird.", ["unreal"]),
    ("Artillery pounded the port of Brod.", ["happened", "happened"]),
    ("Jets strafed a convoy and bombarded a port.", ["happened", "happened"]),
    ("Gunmen gun down a lawyer in Brod", ["happened", "happened"]),
]


@pytest.mark.parametrize(("text", "expected"), STANDINGS)
def test_standing(text: str, expected: list[str]) -> None:
    sentence = Span(0, len(text))
    doc = Syntax(text, [sentence]).of(sentence)
    assert [each.standing for each in tellings(doc, text, load_lexicon())] == expected


FIGHTS = [
    ("Rebels fought troops in Brod.", ["fought"]),
    ("Two gangs battled in a jail.", ["battled"]),
    ("The clashes took place near Brod.", ["clashes"]),
    ("Soldiers exchanged fire with a patrol.", ["exchanged fire"]),
    ("Militants seized the town of Brod.", ["seized"]),
    ("Pirates hijacked a tanker.", ["hijacked"]),
    ("They fought the vessel Aurelia, which was seized by gunmen.", ["fought", "seized"]),
    # without arms, or not against people
    ("Soldiers battled a huge fire.", []),
    ("Police clashed with protesters.", []),
    ("The army fought a battle over its budget.", []),
    ("Troops fought strong waves to reach them.", []),
    ("The general lost an election battle.", []),
    ("Police seized cocaine and rifles from a gang.", []),
    ("Troops hold an area of land that they seized.", []),
    ("The army took over flood relief.", []),
    ("Rebel deputies seized power in the party.", []),
]


@pytest.mark.parametrize(("text", "expected"), FIGHTS)
def test_fighting(text: str, expected: list[str]) -> None:
    sentence = Span(0, len(text))
    doc = Syntax(text, [sentence]).of(sentence)
    assert [each.word for each in tellings(doc, text, load_lexicon()) if not each.person] == expected


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
    "It came in response to |a strike on Brod|.",
    "Violence was triggered by |a raid on Brod|.",
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
