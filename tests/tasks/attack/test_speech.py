"""Who says something, in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.speech import Attribution, attributions
from extract.tasks.attack.syntax import Syntax

SUBJECTS = [
    ("Nine died, the governor said.", ["the governor"]),
    ("Police and hospital officials said it was over.", ["Police and hospital officials"]),
    ('"We saw nine," said Dr. Ann Lee, a surgeon.', ["Dr. Ann Lee"]),
    ('"Friction caused it," said district collector R. Lakshmi.', ["district collector R. Lakshmi"]),
    ("Nine are hurt, the mayor, Ann Lee, told a station.", ["Ann Lee"]),
    ("Ann Lee, head of the council, said so.", ["Ann Lee"]),
    ("The shop shut, said Norland State Police Lt. David Falk.", ["David Falk"]),
    (
        "A bomb went off outside a shop in Lorvik, the Red Cross and Maj. Ivan Tarr said.",
        ["the Red Cross and Maj. Ivan Tarr"],
    ),
    ("Three died, a local elected official said, asking for silence.", ["a local elected official"]),
    ("Two died, according to the Red Office.", ["the Red Office"]),
    ("Two died, per local police.", ["local police"]),
    ('"No," said a doctor at the hospital.', ["a doctor at the hospital"]),
    ("A spokesman for the port of Marlow said so.", ["A spokesman for the port of Marlow"]),
    ("“We were asleep,” a miner told Radio Kora.", ["a miner"]),
    ("Nine died, Radio Kora reported, citing hospital officials.", ["Radio Kora", "hospital officials"]),
    ("Radio Kora quoted Abel Mora as saying it was over.", ["Abel Mora"]),
    ("“We heard three bangs,” the school's principal, Grace Otieno, said.", ["Grace Otieno"]),
    ("The rebels condemned the raid, calling it a crime.", ["The rebels", "The rebels"]),
    ("A missile slammed into a house on Tuesday.", []),
    ("Two boys said to be cousins were found.", []),
    ("She was told to leave.", []),
    (
        "The bomber walked up and detonated his vest, police chief Asad Mehmud told Radio Kora.",
        ["police chief Asad Mehmud"],
    ),
    ("“No,” al-Harid said.", ["al-Harid"]),
    ("The wall fell and nobody came.", []),
    # who speaks is read as part of the words before the comma, or as what is added
    (
        "Two smugglers were caught and six others hurt on Friday in three separate searches carried out by Kenyan"
        " navy boats in southern Kenya, doctors and drivers told Radio Kora.",
        ["doctors and drivers"],
    ),
    (
        "A flood in western Chad on Friday killed some 20 farmers including two teachers, the warden of the coastal"
        " Tolin park said.",
        ["the warden of the coastal Tolin park"],
    ),
    ("A shell fell near Lorvik while many others were treated for smoke, added the reports.", ["the reports"]),
    ("The minister, a former general, said no.", ["The minister"]),
    # no noun of its own clause, no occasion, no name by which somebody is known
    ("Jon Falk, who officers said robbed two nurses at a clinic, is Kenyan.", ["officers"]),
    ("“No,” said the premier in a long interview with Foreign Minister Ann Lee.", ["the premier"]),
    ("“No,” said a nurse in a nearby clinic.", ["a nurse in a nearby clinic"]),
    ("The girl was identified by her first name, Nina.", []),
    ("The dead were identified by the mayor, Ann Lee.", ["Ann Lee"]),
    ("Riots in Lorvik forced the mission there to say that it is leaving.", ["the mission"]),
]


def said(text: str) -> list[Attribution]:
    sentences = Article("a", text, "a").sentences
    return attributions(text, 0, len(text), load_lexicon(), Syntax(text, sentences))


@pytest.mark.parametrize(("text", "expected"), SUBJECTS)
def test_who_speaks(text: str, expected: list[str]) -> None:
    assert [text[a.subject.start : a.subject.end] for a in said(text)] == expected


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("“No,” said Noa Falk, a pupil.", "a pupil"),
        ("The police chief, Jon Falk, said no.", "police chief"),
        ("Her neighbour Jon Falk said no.", "neighbour"),
        ("“No,” said Jon Falk, a baker who lives nearby.", "a baker who lives nearby"),
        ("Another man, Jon Falk, said no.", None),
        ("Two died, the region's Department of Civil Protection said.", None),
        ("Jon Falk said no.", None),
    ],
)
def test_roles_that_a_sentence_tells(text: str, role: str | None) -> None:
    (item,) = said(text)
    assert (item.role and text[item.role.start : item.role.end]) == role


@pytest.mark.parametrize(
    ("text", "reports"),
    [
        ("The mayor said nine died.", True),
        ("The ministry confirmed nine deaths.", True),
        ("The group claimed responsibility for the bomb.", False),
        ("The bombing claimed by the rebels was over.", False),
        ("Raiders shot a guard, while marchers were calling for peace.", False),
        ("Shells, including one near the port claimed by a Hamas-linked group, hurt two.", False),
        ("Nine deaths were reported by the police.", True),
        ("Riots forced the mission to say that it is leaving.", False),
        ("The city estimated that hundreds had died.", True),
    ],
)
def test_some_verbs_of_saying_report_no_facts(text: str, reports: bool) -> None:
    assert [item.reports for item in said(text)] == [reports]


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Nine people died, the agency quoted Ann Lee, a local official, as saying.", "quoted"),
        ("The agency quoted Ann Lee, a local official, as saying nine people died.", "saying"),
    ],
)
def test_what_somebody_is_quoted_as_saying_may_stand_before(text: str, verb: str) -> None:
    (item,) = said(text)
    assert text[item.subject.start : item.subject.end] == "Ann Lee"
    assert text[item.verb.start : item.verb.end] == verb
