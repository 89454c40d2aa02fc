"""Who attacks in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article, Span
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.rules import AttackRules
from extract.tasks.attack.sides import signs, strongest
from extract.tasks.attack.syntax import Syntax

ATTACKERS = [
    ("Russian drones hit a port.", ["Russia"]),
    ("A Kenyan glide bomb hit a house in Lorvik on Sunday, killing three people.", ["Kenya"]),
    ("Israeli jets struck a warehouse near Lorvik, killing two.", ["Israel"]),
    ("Ten people were killed by Myanmar army shelling, residents said.", ["Myanmar"]),
    ("A drone launched by Azerbaijan hit a bus.", ["Azerbaijan"]),
    ("More than 30 drones were used by Eritrea to strike the port.", ["Eritrea"]),
    ("Two soldiers were killed when Chadian troops attacked Lorvik.", ["Chad"]),
    ("Thailand's military said it struck a depot.", ["Thailand"]),
    ("The Russian Air Force bombed Lorvik.", ["Russia"]),
    # groups: known ones, and names before "fighters", of one who claims, of a band
    ("The Pakistani Taliban claimed responsibility.", ["Pakistani Taliban"]),
    ("Islamic State gunmen killed 12 people in Lorvik.", ["Islamic State"]),
    ("Suspected Islamic State suicide bombers killed 30 at a shrine.", ["Islamic State"]),
    ("Al Qaeda affiliate JNIM said it was behind it.", ["JNIM"]),
    ("The bombing was claimed by Jabhat al-Nusra.", ["Jabhat al-Nusra"]),
    ("Rwanda-backed M23 rebels shelled the airport.", ["M23"]),
    ("The Sinaloa Cartel attacked a police station.", ["Sinaloa Cartel"]),
    ("Gunmen from the Lord's Resistance Army killed eight.", ["Lord's Resistance Army"]),
    # by nation, people or belief, and persons
    ("Colombian rebels ambushed a patrol.", ["Colombian rebels"]),
    ("Suspected Islamist militants shot dead nine people.", ["Islamist militants"]),
    ("Suspected Baloch separatists set off a bomb at a station.", ["Baloch separatists"]),
    ("Two were killed in an attack by Maoist guerrillas.", ["Maoist guerrillas"]),
    ("Nine were kidnapped on Friday by Abu Sayyaf gunmen.", ["Abu Sayyaf"]),
    ("Islamic State-linked militants beheaded five villagers.", ["Islamic State"]),
    ("A commander of the Pakistani Taliban claimed responsibility.", ["Pakistani Taliban"]),
    ("Ivan Tarr shot dead his wife.", ["Ivan Tarr"]),
    # no side
    ("A blast at a mosque in Pakistan kills 59", []),
    ("Forces loyal to the president shelled Lorvik.", []),
    ("The ship was attacked by an Uncrewed Aerial System.", []),
    ("A lone gunman opened fire in a mall.", []),
    ("Rwandan-backed rebels shelled Lorvik on Friday.", []),
    ("Rebels ambushed a patrol.", ["some rebels"]),
    ("Dozens of Islamist fighters stormed a town.", ["Islamist fighters"]),
    ("Gunmen attacked a hotel.", []),
    ("Drones from the U.S.-led coalition struck a depot.", ["U.S.-led coalition"]),
    ("The US-led coalition bombed a camp.", ["US-led coalition"]),
    ("A splinter group, the Lorvik Freedom Falcons, claimed responsibility.", ["Lorvik Freedom Falcons"]),
    (
        "It is the third attack this week by the Movement for the Freedom of Lorvik.",
        ["Movement for the Freedom of Lorvik"],
    ),
    ("In August, the Turkish military retaliated, launching air strikes on a camp.", ["Turkey"]),
    ("The army of Norland said it is sending experts to help.", []),
    ("Suspected insurgents gunned down a policeman.", ["some insurgents"]),
    ("Palestinian gunmen killed two in Lorvik.", ["Palestinian gunmen"]),
    ("Iran-made drones hit a school.", []),
    ("No group has claimed responsibility.", []),
    ("Nobody has claimed responsibility.", []),
    ("None of the groups claimed the attack.", []),
    ("Others claimed responsibility.", []),
    ("Tarantul claimed responsibility.", ["Tarantul"]),
    # what arms are called, and whose they are
    ("On Friday Ballistic missiles struck Lorvik.", []),
    ("Early today Lancet drones hit a column.", []),
    ("Two died when Uragan rockets hit a bus.", []),
    ("Houthi drones hit a ship.", ["Houthis"]),
    ("Hezbollah condemned the attack on Yemen.", []),
    ("The mayor blamed Russia for the strike.", []),
    ("Israel could strike Iran, officials warned.", []),
    ("Russian general killed by car bomb", []),
    ("Two attacks in northern Mali killed 17.", []),
    ("The bomb was planted by the Irish Republican Army.", ["Irish Republican Army"]),
    ("Russian Army shelling killed two.", ["Russia"]),
    ("The Pentagon said it had killed a rebel.", ["United States"]),
    ("An anti-Semitic gunman killed nine.", []),
    # a land before "attack" can be the target; a verb of a headline that looks like a noun
    ("Russia fires missile in massive Ukraine attack", ["Russia"]),
    ("Massive Ukraine attack kills 7", []),
    ("Israel strikes Gaza school, killing 15", ["Israel"]),
    ("Russia shot down 30 Ukrainian drones.", ["Ukraine"]),
]


def attackers(text: str) -> list[tuple[str, int]]:
    sentence = Span(0, len(text))
    return strongest(signs(Syntax(text, [sentence]).of(sentence), text, load_lexicon()))


@pytest.mark.parametrize(("text", "expected"), ATTACKERS)
def test_attackers(text: str, expected: list[str]) -> None:
    assert [side for side, _ in attackers(text)] == expected


def test_a_claim_counts_most() -> None:
    text = "Hamas claimed the attack, which came after an Israeli strike."
    assert attackers(text) == [("Hamas", 6), ("Israel", 3)]


@pytest.mark.parametrize(
    "said",
    [
        "Norland launched an investigation.",
        "Norland launched airstrikes against bandits last year.",
        "Since Norland launched an offensive in 2014, attacks have fallen.",
        "Norland opened a school.",
    ],
)
def test_who_begins_something_else_or_did_it_long_ago_is_not_the_attacker(said: str) -> None:
    text = f"Gunmen killed 11 people at a market in Torvik on Monday. {said}"
    events = AttackRules().assemble(Article("a", text, "a"), []).records.model_dump()["events"]
    assert events[0]["attacker"] is None
