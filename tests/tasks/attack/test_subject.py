"""What made-up articles are about: an attack that happened of late, or something else."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.subject import body, is_furniture, kind_belief, rules_out, without_datelines
from tests.tasks.attack.clauses import parts_of

KINDS = [
    ("Drones struck a port.", "air_strike"),
    ("A guided aerial bomb struck a clinic and killed a nurse.", "air_strike"),
    ("A jet dropped a guided bomb on a clinic.", "air_strike"),
    ("KAB bombs fell on a clinic.", "air_strike"),
    ("Norland bombed a house and killed two.", "air_strike"),
    ("A bomb killed two. Rebels bombed a house.", "bombing"),
    ("Norland's forces shelled a house and killed two.", "shelling"),
    ("Fighters attacked a post, killing two.", "ground_assault"),
    ("A suicide bomber blew himself up.", "bombing"),
    ("Gunmen ambushed a convoy and killed nine.", "ground_assault"),
    ("Rebels attacked a bus and abducted six.", "ground_assault"),
    ("Raiders stormed a camp and shot dead nine. They shot a guard.", "shooting"),
    ("Gunmen opened fire and killed two.", "shooting"),
    ("A man with a knife stabbed two people.", "stabbing"),
    ("A car plowed into a crowd, an attack that killed two.", "other"),
    ("Dockworkers strike over wages. The union attacked the offer.", "none"),
    ("An explosion at a fireworks factory killed two in an accident.", "none"),
    ("A late strike won the cup. The striker fired home.", "none"),
]
NO_ATTACK = [
    "Two killed as walkway falls\nTwo people were killed on Tuesday when a walkway fell. Drug dealers lived there "
    "behind bullet-proof glass. The cause is not known.",
    # words of attack for speech, sport and work
    "Union boss attacks wage freeze\nThe union leader launched an assault on the freeze on Monday and called it a bomb.",
    "Nurses walk out\nA strike by nurses hit hospitals in Mardo on Monday, and two patients died.",
    "Storm over Mardo\nA lightning strike killed three farmers near Mardo on Monday.",
    "Senator under fire\nSenator Ana Ruiz came under attack on Tuesday. Nobody was injured when the session ended.",
    "Champions blast rivals\nThe striker fired two rockets into the net. The coach said the attack was lethal.",
    "Hackers hit bank\nA cyber attack hit the largest bank in Lagos on Monday, killing its website for hours.",
    # what may come
    "Army warns of rocket attacks\nA rocket attack on the port of Mombasa could wound thousands, the minister said.",
    "Rebels threaten airport\nRebels threatened on Sunday to bomb the airport of Aldane and said hundreds would die.",
    "Border braces for drones\nTroops in Torvik are bracing for drone strikes that may kill dozens, an officer said.",
    "If war comes\nIf shells hit the reactor in Brod, up to 40,000 people might be killed, scientists say.",
    "General plans strike\nThe general vowed to strike the capital and plans a missile attack on its port.",
    "Navy holds drill\nThe navy fired six missiles in an exercise on Tuesday. It simulated an attack that killed 200.",
    "Envoys arrive\nEnvoys came to Torvik for talks. Norland wants Vesland to stop its drone attacks on refineries.",
    "Army to get drones\nThe army will get 300 attack drones. The drones can carry bombs and strike targets 80 km away.",
    "Vesland denies attack\nNorland accused Vesland of launching a drone attack on a palace. Vesland denied it.",
    "Fire service rehearses\nA mock gunman ran through a college in Brod on Friday as it rehearsed for a shooting.",
    "City tests sirens\nA pretend bomber walked through Brod on Friday. Forty volunteers played the wounded.",
    # what was stopped
    "Police foil bomb attack in Kano\nPolice foiled a bomb attack on a church that would have killed hundreds, they said.",
    "Army defuses car bomb\nSoldiers defused a car bomb outside a court in Nairobi. It could have killed scores.",
    "Attack prevented\nAn attack on a synagogue in Lyon was prevented on Tuesday, when two men with rifles were arrested.",
    "Three held over plot\nThree men plotted to bomb a train station in Porto, prosecutors said on Thursday.",
    "Bomber stopped\nGuards in Kano stopped a suicide bomber on Monday before he could detonate his vest.",
    "Bomb fails to explode\nA bomb failed to explode at a school in Quito on Wednesday and no one was hurt.",
    "Boat stopped\nThe navy stopped a boat with explosives, preventing an attack on a terminal that would have killed dozens.",
    "Police raid homes\nPolice raided 14 homes in Porto on Tuesday in a drug case. Officers seized two pistols.",
    # what no one did
    "Earthquake strikes Torvik\nA strong earthquake struck Torvik, killing 40 people. Troops were sent to help.",
    "Boiler blast kills nine\nA boiler exploded at a laundry in Lorvik on Tuesday, killing nine workers.",
    "Mine blast kills 12\nA gas explosion in a coal mine in Brod killed 12 miners on Friday.",
    "Plane crash kills 60\nA plane crashed near Aldane on Sunday, killing all on board. It hit a hill.",
    "Helicopter crash kills two\nTwo soldiers died in a helicopter crash in Brod. Rebels said they shot it down; the army denied it.",
    "Truce signed\nThe government and rebels signed a truce on Monday after 20 years of war that killed 200,000 people.",
    "Soldiers kill crocodile\nSoldiers shot dead a crocodile that had killed two fishermen near Brod on Monday.",
    "Bomb scare halts train\nA train stopped in Brod on Sunday after a caller said there was a bomb on board.",
    "Death sentence carried out\nA man convicted of smuggling drugs was beheaded in Brod on Tuesday, the ministry announced.",
    "Singer's suicide shocks fans\nThe singer died of a gunshot wound in Brod on Friday in what a doctor called an apparent suicide.",
    "Blaze kills six\nSoldiers joined firefighters battling a huge fire in Brod on Tuesday. Six people died.",
    "Army chief out\nThe president fired the army chief on Thursday after a battle over the budget.",
    "Gang loses cocaine\nPolice seized cocaine and dozens of rifles from a gang in Brod on Friday.",
    "Ring broken up\nPolice arrested 12 people in Lorvik on Friday on suspicion of running a kidnap ring.",
    "City win derby\nCity came under heavy fire on Saturday but fought back. A late shot hit the post.",
    "Rifles in a barn\nPolice discovered rockets and a suicide vest in a barn near Lorvik on Friday.",
    "Bomb found in Lorvik\nA bomb found on a bus in Lorvik on Friday would have killed dozens, the army said.",
    "Hotel fire\nA chef with a knife in his hand was injured when a kitchen in Lorvik caught fire on Monday.",
    "Bus overturns\nRescuers with axes cut through the roof of a bus that overturned near Brod on Monday, killing nine people.",
    "Hunter dies\nA hunter with a shotgun was killed when he slipped and the gun went off near Brod on Sunday.",
    "Lorry overturns\nTwo men with rifles were killed when their lorry overturned near Brod on Monday.",
    "Men fall\nMen with hammers injured themselves while mending a roof in Lorvik on Monday.",
    "Lightning kills three\nLightning set fire to a barn in Brod on Friday, killing three farmers.",
    "Man held\nA man with a gun was arrested at a station in Lorvik on Friday, police said.",
    "Troops cross border\nTroops invaded Norland in 2022, and talks on the war began in Lorvik on Monday.",
    # what is told of long afterwards
    "Norland remembers\nNorland marked the anniversary of the 2011 shooting in which a gunman killed 77 people.",
    "Families gather in Brod\nTen years after a bomb killed 19 soldiers in Brod, families gathered on Sunday.",
    "Man jailed for life\nA court sentenced a man on Thursday for the 2019 shooting at a mosque that killed 51 people.",
    "Trial opens\nThe trial of six men accused of the bombing of an airport, which killed 32, opened on Monday.",
    "Bomber pleads guilty\nA man who killed six people in a bombing at a stadium pleaded guilty on Friday.",
    "A new leader\nThe appointment came days after the old leader was assassinated by gunmen in Lorvik.",
]
ATTACK = [
    "Norland accuses Vesland\nNorland accused Vesland on Monday of shelling a town and killing five people with rockets.",
    "Strike kills nine in Mardo\nA strike killed nine people in Mardo on Monday.",
    "Strike on market\nA strike on a market in Mardo has wounded at least 20 people, officials said on Monday.",
    "Three dead in Mardo\nThree people were killed in a strike on a school in Mardo on Monday.",
    "Group claims raid\nA group claimed responsibility for Sunday's raid on a prison in Aldane that killed four guards.",
    "Gunmen kill six\nSuspected militants shot dead six passengers on a bus near Mandera on Wednesday.",
    "Lorvik mourns\nLorvik mourned on Monday after a suicide bomber killed 12 people at a market on Sunday.",
    "Three held\nPolice arrested three men over a grenade attack that killed two people in Aldane on Monday.",
    "Truck rams crowd\nA truck plowed into a crowd in Torvik early Thursday, killing three people.",
    "Shots at a fair\nA day before he shot dead four people with a rifle in Brod, Karl Renner had asked for help.",
    "Lorvik mourns\nShops stayed closed. Norland's rockets tore into a market yesterday, and nine died.",
    "Two die\nTwo people died when an explosive device went off at a wedding in Brod on Friday.",
    "Student opens fire\nA student entered a school in Lorvik on Monday and opened fire, wounding four.",
    "Rebels and troops clash\nFierce fighting broke out between troops and rebels in Brod on Sunday, killing 20 people.",
    "Pirates seize ship\nPirates hijacked a tanker off Torvik on Tuesday and took 19 sailors hostage.",
    "Rebels take town\nRebels captured the town of Brod after a battle with the army on Wednesday.",
    "Rival gangs fight\nInmates of rival gangs fought with machetes in a jail in Brod on Monday, leaving 18 dead.",
    "Arson in Lorvik\nAttackers set fire to a synagogue in Lorvik early Sunday.",
    "Man hurts three\nA man with a knife wounded three people in Lorvik on Monday, police said.",
    "Woman held\nA woman wielding a kitchen knife wounded two guards in Lorvik on Monday.",
    "Nine die in bar\nA masked man set fire to a bar in Lorvik on Monday, killing nine people.",
    "Mob kills three\nA mob set fire to a police station in Lorvik on Friday, killing three officers.",
    "Acid attack\nA man threw acid at two women in Lorvik on Friday, police said.",
    "Mob lynches two\nA mob beat two men to death in Lorvik on Sunday.",
    "Strikes kill 12\nAir strikes killed 12 people in Torvik on Monday. Wednesday's strikes could follow, some fear.",
]


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kind(text: str, expected: str) -> None:
    belief = kind_belief(text, parts_of(text), load_lexicon())
    assert max(belief, key=lambda kind: belief[kind]) == expected
    assert sum(belief.values()) == pytest.approx(1)


@pytest.mark.parametrize(("text", "attack"), [(text, False) for text in NO_ATTACK] + [(text, True) for text in ATTACK])
def test_whether_an_article_reports_an_attack(text: str, attack: bool) -> None:
    assert (kind_belief(text, parts_of(text), load_lexicon())["none"] < 0.5) == attack


@pytest.mark.parametrize(
    "line",
    [
        "[Home](a) [News](b)",
        "READ MORE ABOUT THE CITY",
        "Read more: Missile kills 12 in Brod",
        "RELATED: Drones hit Lorvik",
        "Reporting by Ann Lee",
        ">> Related: Gunmen kill nine in Brod",
        "Also on our site: Bombing in Brod leaves six dead",
        "More on this story: Car bomb kills 5 in Brod",
        "Don't miss: Drones kill 11",
        "Click here: Rocket kills two",
        "(Read: Gunmen kill nine in Brod)",
        "keywords: bomb market killed brod police",
        "Published date: 2020-03-01 10:12:00",
        "Original Article",
        "Image copyright EPA Image caption Troops searched the market where the bomb went off",
        "media caption Watch: the moment the rocket hit",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Related families fled.",
        "Readers wrote more.",
        "Read the law, she said.",
        "Drones hit Lorvik.",
        "Media sources said two died.",
        "Video shows a blast.",
    ],
)
def test_no_furniture(line: str) -> None:
    assert not is_furniture(line)


DATELINES = [
    "KYIV, Ukraine (Northwire) — |Ballistic missiles struck a port.",
    "KYIV/MOSCOW, Nov 17 (Reuters) – |Drones hit a port.",
    "LORVIK, June 18 (Northwire) -- |A grand jury on Tuesday charged",
    "LORVIK, Ala. (NW) -- |A nurse hurt in the bombing of a",
    "LORVIK, Dec 31, 2026, 2026|",
    "LORVIK,  Norland, Dec 1, 2026, 2026|",
    "KABUL (Reuters) -  |Missiles - two of them new - hit a port.",
    "BAGHDAD, July 3 (Xinhua) -- |Rockets hit a market.",
    "PORT-AU-PRINCE, Haiti (AP) — |“We ran,” she said.",
    "THE HAGUE — |A bomb hit a port.",
    "SRINAGAR: |Militants shot two.",
    "ODESA, Ukraine | |Drones hit a depot.",
    "Jerusalem — |Jets bombed a camp.",
    "Kathua, Jammu and Kashmir — |Three were shot.",
    "Islamabad, Nov 3 (IANS): |At least nine died.",
    "Kabul, Sept. 3 (AP) - |A bomb hit a port.",
    "Lagos, Nov. 3, 2026 (NAN) |Gunmen killed two.",
    "(AFP) SANAA — |A bomb hit a port.",
    "AFP, KABUL — |A bomb hit a port.",
    "(CNN) — |Gunmen hit a port.",
    "By Amina Bello KADUNA (Sahel News) - |Gunmen hit a village.",
    # spaces before commas; a line of its own; a dash that was lost, or is a low one
    "MARDO, Oct. 9 , 2004 (Newswire) -- |Gunmen hit a village.",
    "MARDO, March 12 ? |Gunmen hit a village.",
    "MARDO, Vesland (AP)_ |Gunmen hit a village.",
    "MARDO, Oct. 9 , 2004|\n\nGunmen hit a village.",
    "Mardo, 9 October 2004 (Newswire)|\n\nGunmen hit a village.",
    # without a dash
    "ANKARA |Ten people were wounded.",
    'NICE, France |A "terrorist" killed nine.',
    "TEL AVIV |An American was stabbed.",
    "ISTANBUL/DUBLIN |A plane was searched.",
    "PORT ST. LUCIE, Fla. |On the day before, he was shot.",
]
NO_DATELINES = [
    "Kharkiv – Ukraine’s second city – was hit.",
    "Hayat al-Ard (HTS) – Syria’s main group – attacked.",
    "JNIM - a group - attacked.",
    "Gaza – Israeli strikes kill nine",
    "Attacks likely in Ogun – Police warn.",
    "IDF: We struck a port.",
    "Putin: We will strike.",
    "UNICEF (a fund) said so.",
    "BBC Persian (Iran) Service said so.",
    "Lorvik, Mardo\nGunmen hit two towns.",
    "WHO ? The head of it said so.",
    "UNICEF Officials said so. UNICEF is a fund.",
    "US Troops hit a village.",
    "A Bomb hit a village.",
    "MARDO Bomb kills nine",
    "Attack on Mardo, Oct. 9\nGunmen hit a village.",
]


@pytest.mark.parametrize("marked", DATELINES)
def test_a_dateline_is_blank(marked: str) -> None:
    dateline, rest = marked.rsplit("|", 1)
    assert without_datelines(f"A headline\n{dateline}{rest}") == f"A headline\n{' ' * len(dateline)}{rest}"
    ended = f"{rest}\r\n\r\nMore."
    assert without_datelines(f"{dateline}{ended}") == f"{' ' * len(dateline)}{ended}"


@pytest.mark.parametrize("text", NO_DATELINES)
def test_what_looks_like_a_dateline_stays(text: str) -> None:
    assert without_datelines(text) == text


def test_an_endless_sentence_is_cut_and_nothing_lost() -> None:
    pieces = body(Article("a", "word " * 1000, "a"), load_lexicon())
    assert [p.start for p in pieces] == [0, *(p.end for p in pieces[:-1])]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Police foiled a bomb attack on a bank in Brod.", True),
        ("A missile attack could kill thousands, the general said.", True),
        ("Aldane marked the anniversary of the 2003 attacks in which gunmen killed nine.", True),
        ("A bomb killed two in Brod. Police foiled a second attack.", False),
        ("A boiler exploded in a mill, killing two.", False),
    ],
)
def test_what_did_not_happen_is_ruled_out(text: str, out: bool) -> None:
    assert rules_out(text, parts_of(text)) == out


@pytest.mark.parametrize(
    ("text", "attack"),
    [
        ("A Kenyan strike on Lorvik on Monday killed nine people.", True),
        ("Armed men killed six people in Brod.", True),
        ("Rebels raided a mine near Brod on Monday. Eight miners were killed.", True),
        ("Two people were shot dead in Aldane on Sunday, police said.", True),
        ("A man with an axe killed two people in Brod.", True),
        ("Gunmen took 30 hostages at a school in Aldane.", True),
        ("Fighting broke out near Brod on Saturday, killing dozens.", True),
        ("An explosion killed eleven at a market in Brod. No group has claimed responsibility for the blast.", True),
        ("An explosion killed eleven at a mill in Brod. The European Union sent help.", False),
        ("An explosion killed eleven at a mill in Brod. Its owner accepted responsibility for the blast.", False),
        ("Warplanes bombed Brod. The European Union condemned it. An African Union envoy left.", True),
        # those whose trade is arms kill with them; they also tell of other deaths
        ("Five students were killed by police in Brod on Sunday.", True),
        ("Security forces killed three farmers in Aldane on Monday, a doctor said.", True),
        ("The army killed two traders in Brod, residents said.", True),
        ("Two skiers were killed by an avalanche in Brod on Sunday, the army said.", False),
        ("Police say a storm killed four people in Aldane on Monday.", False),
        ("A storm left four people dead in Brod on Sunday. Soldiers were sent to help.", False),
        # the latest of many is one
        ("Nine people have been killed in shelling in Brod, in the latest violence to hit the port.", True),
        ("Kenya struck a deal with lenders in a week in which floods killed nine.", False),
        ("Chad attacked the budget plan. Two ministers have died this year.", False),
        ("A court sentenced two rebels on Monday for killing six people in 2015.", False),
        ("A bus plunged off a cliff on Monday, killing 24 people.", False),
    ],
)
def test_who_kills_with_arms_or_for_a_side_attacks(text: str, attack: bool) -> None:
    assert (kind_belief(text, parts_of(text), load_lexicon())["none"] < 0.5) == attack
