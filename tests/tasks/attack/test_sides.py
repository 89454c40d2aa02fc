"""Who attacks in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article, Span
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.rules import AttackRules
from extract.tasks.attack.sides import named_one, signs, strongest
from extract.tasks.attack.syntax import Syntax

ATTACKERS = [
    ("Police said they shot him within a minute of the attack.", []),
    ("Police said they shot at protesters in Lorvik on Monday, killing three people.", ["Police"]),
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
    ("Fighters of the Lorvik Front killed ten people.", ["Lorvik Front"]),
    ("Rebels of the Lorvik Front killed ten people.", ["Lorvik Front"]),
    ("Residents of the Lorvik Flats killed ten people.", []),
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
    ("La Rosa, the armed wing of the Lorvik Cartel, claimed responsibility.", ["La Rosa"]),
    ("Gunmen with the Red Front attacked a base.", ["Red Front"]),
    ("Dozens of Jordanian jets bombed a depot.", ["Jordan"]),
    ("Nine died in an attack by militants at a checkpoint.", ["some militants"]),
    # no side
    ("Suicide bomber kills five.", []),
    ("The Lorvik Fair bombers killed three.", []),
    ("The rebels of the north attacked Lorvik.", []),
    ("Gunmen with Norway's help attacked a base.", []),
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
    ("Nine died in a US-led air strike on a camp.", ["United States"]),
    ("A French-led raid on a bunker killed nine.", ["France"]),
    ("The US-led talks on a raid broke down.", []),
    ("US-led forces were attacked by rebels.", ["some rebels"]),
    ("al-Qaida in Iraq has claimed responsibility.", ["al-Qaeda in Iraq"]),
    ("Nine were killed by Isis gunmen.", ["Islamic State"]),
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
    # a land that tells where, what was hit, or in what manner
    ("Kenya mourns after Norway's suicide attacks", []),
    ("Norway's mosque shooting shocked the town.", []),
    ("Israel's bombing of a camp killed nine.", ["Israel"]),
    ("Israeli bombing killed nine.", ["Israel"]),
    ("Court frees cook over Kenyan embassy bombing", []),
    ("The Kenyan hotel attack left nine dead.", []),
    ("The Kenyan army attack left nine dead.", ["Kenya"]),
    ("Turkish helicopter raids killed nine.", ["Turkey"]),
    ("Rebels copy Iraqi style militants' raids", []),
    ("Nine gunmen dead in NATO Libyan raid", ["NATO"]),
    ("U.S. and British strikes killed nine.", ["United States"]),
    ("Three Iraqi suicide bombers hit a hotel.", []),
    ("Russian bombers hit a hotel.", ["Russia"]),
    # headlines: whom something was done to, and where
    ("Norwegian soldier killed near Lorvik", []),
    ("Briton stabbed over debts", []),
    ("NATO soldier killed in blast", []),
    ("Kenya kills nine rebels", ["Kenya"]),
    ("Norway shooting: Attacker wounds six", []),
    # who ends an attack, and who did not do it
    ("The two gunmen were shot dead by Kenyan security forces.", []),
    ("Kenyan police killed both attackers.", []),
    ("Two gunmen were shot dead by Kenyan security forces.", ["Kenya"]),
    ("Troops from Kenya fired back.", []),
    ("The shots were fired by soldiers and not by Tutsi rebels.", []),
    # whose arms they are; groups that are near another, or have a longer name
    ("Planes from the Lorvik Joint Defence Force bombed a camp.", ["Lorvik Joint Defence Force"]),
    ("The village was hit by rocket fire belonging to Chadian forces.", ["Chad"]),
    ("The raid was claimed by a Hamas-linked group.", ["Hamas-linked group"]),
    ("Nine died in an attack by al Qaeda in the Islamic Maghreb.", ["al-Qaeda in the Islamic Maghreb"]),
    ("AQAP claimed responsibility.", ["al-Qaeda in the Arabian Peninsula"]),
    ("al-Qaeda in Lorvik claimed responsibility.", ["al-Qaeda"]),
    ("Ivan bin Tarr shot dead his wife.", ["Ivan bin Tarr"]),
    ("Suspected communist guerrillas ambushed a train.", ["some guerrillas"]),
    ("The communist rebels attacked a bus.", ["the rebels"]),
    ("The young rebels attacked a bus.", []),
    ("A separatist leader killed nine.", []),
    ("A leftist group called the Lorvik Workers' Front claimed responsibility.", ["Lorvik Workers' Front"]),
    ("A man called Ivan Tarr claimed a prize.", []),
    ("A town called New Lorvik was hit.", []),
    ("A Houthi spokesman said two of the movement's boats had attacked a tanker.", ["Houthis"]),
    ("A Hamas spokesman said the army's fighters attacked the town.", []),
    ("Ivan Tarr shot and killed his wife.", ["Ivan Tarr"]),
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The attacker, named as Abel T.-O. by the police, fled.", "Abel T.-O."),
        ("The gunman, identified as Ivan T., was held.", "Ivan T."),
        ("The gunman was named as Ivan Tarr Jr. He ran.", "Ivan Tarr Jr"),
        ("The witness was named as Ivan Tarr.", None),
        ("The suspect -- identified by the sheriff as Ivan Tarr -- was held.", "Ivan Tarr"),
        ("The assailant, who officials have identified as 66-year-old Ivan B. Tarr, ran.", "Ivan B. Tarr"),
        ("Ivan Tarr, 41, has been identified by police as the gunman.", "Ivan Tarr"),
        ("Ivan Tarr was named as the suspected shooter.", "Ivan Tarr"),
        ("Police said the gunman, Ivan Tarr, was born in Lorvik.", "Ivan Tarr"),
        ("The body of the suspected gunman, 52-year-old Ivan Tarr, was found.", "Ivan Tarr"),
        ("The suspect, identified as Ivan Tarr of Lorvik, ran.", "Ivan Tarr"),
        ("The shooter, who was known to police, is Ivan Tarr.", "Ivan Tarr"),
        ("The gunman in the mall shooting was Ivan Tarr.", "Ivan Tarr"),
        ("The gunman shot a guard, Ivan Tarr, at the door.", None),
        ("The gunman shot a guard identified as Ivan Tarr.", None),
        ("The Norway bombing suspect, Ivan Tarr, was of another group.", None),
        ("The suspect's lawyer, Ivan Tarr, came.", None),
        ("The driver, Ivan Tarr, was hurt.", None),
        ("Nobody saw the gunman, Ivan Tarr said.", None),
        ("Ivan Tarr, who was shot by the gunman, was identified as the cook.", None),
        ("Police identified the gunman's first victim as Ivan Tarr.", None),
    ],
)
def test_the_lone_attacker_whom_somebody_names(text: str, name: str | None) -> None:
    assert named_one(text) == name
