"""Articles that tell of several attacks, of sums, and of arms that hit nobody: which dead belong to which attack."""

from __future__ import annotations

import pytest

from extract import Extractor
from extract.articles import Article
from extract.tasks.attack.schema import Event, Records
from extract.tasks.loading import load_task

MARKET = "Bomb kills four at market in Ruvana\n\nA bomb killed four traders at a market in Ruvana on Monday, police said.\n\n"
POST = "Gunmen attack police post in Mardo\n\nGunmen killed three officers at a police post in Mardo on Friday.\n\n"
CLASH = (
    "Clashes kill nine in Barra\n\nNine soldiers were killed in clashes with rebels in Barra province on Sunday.\n\n"
)


def events_of(text: str) -> list[Event]:
    """The events of a text, the main one first."""
    records = (
        Extractor(task=load_task("attack"), model="rules").extract(Article("made-up", text, "x", None, None)).records
    )
    assert isinstance(records, Records)
    return records.events


def dead(text: str) -> list[set[int | None]]:
    """The numbers of each event."""
    return [{each.quantity.value for each in event.casualties} for event in events_of(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        # told from its place on, or in words for other arms
        (MARKET + "In the town of Tessaly, 90 km to the north, two men were shot dead by gunmen.", [{4}, {2}]),
        (POST + "In the nearby Sulan district, a roadside bomb wounded five soldiers.", [{3}, {5}]),
        (POST + "Near the town of Djebo, four gendarmes died when their vehicle struck a mine.", [{3}, {4}]),
        (CLASH + "In Dorle province, two rebels were killed when troops raided a hideout.", [{9}, {2}]),
        (MARKET + "The town of Yarim was also hit by rockets on Monday. Three rockets wounded six there.", [{4}, {6}]),
        (
            MARKET + "In a seemingly unrelated incident, two men were killed in a firing incident in the Sulan area.",
            [{4}, {2}],
        ),
        # one of several that came before, and an attack that nobody has spoken of yet, of a side that strikes often
        (
            POST
            + "It comes after several attacks, including one in Tamsk on June 26, in which six people were killed.",
            [{3}, {6}],
        ),
        (
            "Drone strikes kill five in Lorvik\n\nThree Norland drone strikes killed five people in Lorvik on Thursday.\n"
            + "It was loud. " * 6
            + "\nParliament asked for an inquiry into a drone attack that killed 13 people in Tamsk.",
            [{5}, {13}],
        ),
        (
            MARKET
            + "The Red Front is accused of many attacks in past years, including a 2002 bombing in Tamsk that killed 202.",
            [{4}, {202}],
        ),
        # one attack of a war that has many, with their sum behind it
        (CLASH + "A soldier was killed in the violence in Dorle province on Friday.", [{9}, {1}]),
        (
            MARKET + "A soldier was killed on Monday, bringing the toll since the war began in 2003 to 2,885.",
            [{4, 1}],
        ),
        # an item of a list, what came hours later, and what the other side did in answer
        (MARKET + "\n• On Monday, a car bomb killed two people near a bank in Tessaly.", [{4}, {2}]),
        (MARKET + "Several hours later, 10 rebels were killed in an assault on an outpost.", [{4}, {10}]),
        (
            "Red Front fighters attacked a base in Lorvik on Monday, killing four soldiers.\n"
            "The military responded by sending in aircraft and dropping bombs, killing 32 fighters.",
            [{4}, {32}],
        ),
        (
            "Rebels ambushed a convoy near Lorvik on Monday, killing four soldiers.\n"
            "The army killed 20 rebels in response, a spokesman said.",
            [{4}, {20}],
        ),
        # what an attack was compared with, told at the time or since another one
        (
            MARKET
            + "It was the deadliest attack since a raid in Tamsk in August 2018, with officials saying at the time that 95 had died.",
            [{4}, {95}],
        ),
        (
            MARKET + "It was the deadliest attack since 2017, when a gunman killed 58 people at a concert in Tamsk.",
            [{4}, {58}],
        ),
        ("Gunmen killed nine people in Mardo on Monday, a day after an attack on a bar led to 10 deaths.", [{9}, {10}]),
        (
            MARKET + "A boy was among seven people killed in three shootings around Tamsk, a city in the north.",
            [{4}, {1, 7}],
        ),
        # what a side answers, and what it answers with
        (
            "Rockets hit Mardo on Monday, wounding nine people.\n"
            "Israel responded with air strikes on Tamsk, wounding 11 rebels, the army said.",
            [{9}, {11}],
        ),
        (
            "Israel strikes Tamsk after deadly Mardo attack\n\nIsrael struck Tamsk on Tuesday, killing one person.\n"
            "It was loud there. Israel said it had carried out a strike in Tamsk on a man responsible for the murder of two "
            "farmers in Mardo.",
            [{1}, {2}],
        ),
        (
            "Houthis hit two ships\n\nThe Houthis attacked two ships on Sunday with drones, wounding four sailors.\n\n"
            "The attacks came after Israel's offensive grew, as it launched air strikes on a port in Tamsk, killing six people.",
            [{4}, {6}],
        ),
        # a paragraph that goes on about the attack of the one before
        (
            MARKET
            + "In the town of Tessaly, two men were shot dead by gunmen.\n\nThe victims were named as Ivo Marlow and Jon Kent.",
            [{4}, {2, 1}],
        ),
        # what is done about an attack dates it not
        ("Police opened an inquiry on Monday into a drone strike that killed 13 villagers last week.", [{13}]),
        # what came before, on no day of its own, or was answered
        (POST + "Earlier this week, a suicide bomber killed 50 people at a match in Tessaly.", [{3}, {50}]),
        (POST + "On Monday, Norwegian Cpl. Karl Renner was killed in a firefight in Tamsk.", [{3}, {1}]),
        (
            MARKET + "The rebels said it was revenge for a drone strike last week which killed six people in Tessaly.",
            [{4}, {6}],
        ),
        (MARKET + "The bombing was in retaliation for the arrest of two rebels in Tessaly.", [{4}]),
        # harm at a place of its own, in a fight or by words for arms of its own
        (MARKET + "One man was killed in Tessaly during clashes with the army, doctors said.", [{4}, {1}]),
        (MARKET + "At least six soldiers were killed when mortar rounds landed on a base near Tessaly.", [{4}, {6}]),
        (MARKET + "In southern Tessaly, armed militants attacked pilgrims, killing three.", [{4}, {3}]),
        (
            MARKET + "The attack took place when two men opened fire in Lesser Ruvana, where one guard was killed.",
            [{4, 1}],
        ),
        # how those die who attacked
        (POST + "Two of the attackers were shot dead on Saturday by Norland forces.", [{3, 2}]),
        # one attack on many places, or one man's way
        (
            "Gunmen attack two villages\n\nGunmen attacked two villages in Plato state on Sunday, killing 17 people.\n\n"
            "In Bokki, they burned houses and killed nine people. In Jolo, eight people were killed.",
            [{17, 9, 8}],
        ),
        (POST + "At a shop in Vorup, he shot two customers before police arrested him.", [{3, 2}]),
    ],
)
def test_harm_at_another_place_is_another_attack(text: str, numbers: list[set[int | None]]) -> None:
    assert dead(text) == numbers


@pytest.mark.parametrize(
    ("rest", "number"),
    [
        # by somebody, or when an attack was told of: one of a year, however many died
        ("In 2014, Boko Haram killed 310 people in Tamsk.", 310),
        ("Rebels killed 1,200 villagers in Tamsk in 2014.", 1200),
        ("In 2004, 334 people were killed when rebels seized a school in Tamsk.", 334),
    ],
)
def test_an_attack_of_another_year_is_one(rest: str, number: int) -> None:
    assert dead(MARKET + rest) == [{4}, {number}]


@pytest.mark.parametrize(
    "rest",
    [
        "Last year, gunmen killed six people at a school in Tamsk.\n\nThe dead were two men and two women, doctors said.",
        "The group killed six people in Tamsk last year.\n\nBoth attackers were shot dead.",
        "On Sunday, gunmen killed six people at a school in Tamsk.\n\nHe said two people had been wounded at the market.",
        "On Sunday, gunmen killed six people at a school in Tamsk.\n\nThe dead in Ruvana include two children, police said.",
    ],
)
def test_a_paragraph_that_names_the_main_attack_or_comes_behind_one_of_another_year_is_about_the_main_one(
    rest: str,
) -> None:
    assert dead(MARKET + rest)[0] == {4, 2}


@pytest.mark.parametrize(
    "rest",
    [
        "Thousands of people have been killed in the renewed violence.",
        "More than 9,000 people have died since the group took up arms in 1991.",
        "A total of 85 rebels have been killed in such raids between March 3 and March 20, the army said.",
        "At least 1,100 civilians were killed in the first half of the year.",
        "Hundreds of civilians have died in similar attacks across the region.",
        "The Red Front has carried out several attacks in the city.",
        "Last year, a flurry of attacks on pilgrims killed at least 48 people.",
        "In 2007, more than 180 pilgrims were killed in a series of attacks.",
        "More than 3,000 people were killed in the city of 1.3 million residents in 2010.",
        "The group estimates that 994 children were killed between late 2006 and late 2010.",
        "Between November 2023 and January 2025, rebels attacked more than 100 villages, killing 80 people.",
        "The office counts more than 90 civilian deaths in drone strikes from late January to February 6, he said.",
        "The number of foreign troops killed in the country now stands at 1,270.",
    ],
)
def test_the_dead_of_a_time_or_of_many_attacks_are_those_of_none(rest: str) -> None:
    assert dead(MARKET + rest) == [{4}]


def test_years_of_a_person_are_no_time_of_many_attacks() -> None:
    assert dead(MARKET + "The man, a soldier from 2010 to 2014, killed two guards, police said.") == [{4, 2}]


def test_a_toll_that_has_risen_since_the_attack_is_its_own() -> None:
    assert dead(MARKET + "Two more people have died since the bombing, a doctor said.") == [{4, 2}]


@pytest.mark.parametrize(
    ("rest", "numbers"),
    [
        ("A 2019 attack injured 37 children in Pera, while a 2021 stabbing killed three people.", [{4}, {37}, {3}]),
        ("Last month, militants killed 14 traders, and in January a gunman killed five.", [{4}, {14}, {5}]),
        ("The bombing followed a stabbing in Odal on Friday that left two people wounded.", [{4}, {2}]),
        ("The bombing comes after a man shot dead six people in Kalamo this past weekend.", [{4}, {6}]),
        (
            "In 2016, a man killed 86 people in Nora. The same year, two men shot dead a priest in Norwin.",
            [{4}, {86}, {1}],
        ),
    ],
)
def test_each_time_of_its_own_is_an_attack(rest: str, numbers: list[set[int | None]]) -> None:
    assert dead(MARKET + rest) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "Norland fires missile, Seoria says\n\nNorland on Saturday fired a ballistic missile off its coast, officials said.",
        "China flies bomber near island\n\nChina flew a nuclear-capable bomber over the strait on Friday, officials said.",
        "Police seize grenades\n\nPolice seized 20 grenades and three rifles in a flat in Zagra on Monday.",
        "Iran unveils new drone\n\nIran on Tuesday unveiled a drone that can carry missiles and bombs, it said.",
    ],
)
def test_arms_that_hit_nobody_are_no_attack(text: str) -> None:
    assert dead(text) == []


def test_an_explosion_that_was_an_attack() -> None:
    text = "Bus explosion was a terror attack, police say\n\nA bus exploded in Haron on Monday, wounding 15 people."
    assert dead(text) == [{15}]


def test_the_sum_of_what_happens_often_at_a_place_is_that_of_no_attack() -> None:
    rest = "The border town of Kilar has been regularly struck by rockets in recent weeks.\n\n"
    assert dead(f"{MARKET}{rest}So far, about 20 people have been killed in the rocket fire on Kilar.") == [{4}]


def test_harm_to_things_alone_long_before_is_another_attack() -> None:
    article = Article(
        "made-up", POST + "Last month, the group burned down seven shrines in Tessaly.", "made-up.txt", None, None
    )
    events = Extractor(task=load_task("attack"), model="rules").extract(article).records.events
    assert [(event.date_text, event.places) for event in events] == [("Friday", ["Mardo"]), ("Last month", ["Tessaly"])]


@pytest.mark.parametrize(
    ("rest", "attacker"),
    [
        ("The Taliban denied any involvement in the bombing.", None),
        ("The country has seen more violence since the Taliban seized power in Afghanistan in 2021.", None),
        ("Al-Shabab claimed responsibility for the bombing.", "Al-Shabab"),
        ("Al-Shabab has claimed responsibility for the bombings.", "Al-Shabab"),
        ("Al-Shabab has claimed responsibility for several bombings in the region.", None),
    ],
)
def test_whose_attack_it_was(rest: str, attacker: str | None) -> None:
    article = Article("made-up", MARKET + rest, "made-up.txt", None, None)
    events = Extractor(task=load_task("attack"), model="rules").extract(article).records.events
    assert events[0].attacker == attacker


def test_the_lead_tells_which_attack_the_headline_follows_on() -> None:
    text = (
        "Shops take knives off shelves after stabbing\n\nA chain of shops said on Saturday it would hide its knives, a day after a man "
        "stabbed six people in one of them.\n\nPolice shot dead the attacker, a Norlandic national."
    )
    assert dead(text) == [{6, 1}]
    long_ago = (
        "Mayor resigns after bombing\n\nThe mayor resigned on Saturday, a year after a bomb killed 40 people in Lorvik.\n\n"
        "On Friday, a bomb killed three people in Brod."
    )
    assert dead(long_ago) == [{3}, {40}]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "Bombers killed 15 people in an attack on a hotel in Ruvana and seven at a mosque in Mardo.",
            ["Ruvana", "Mardo"],
        ),
        ("A bomb killed 15 people in Ruvana, in Sulan province. It wounded nine, police in Ruvana said.", [None, None]),
    ],
)
def test_a_figure_has_a_place_where_the_dead_were_at_two(text: str, places: list[str | None]) -> None:
    events = events_of(text)
    assert [each.place for each in events[0].casualties] == places


def test_insurgents_come_in_person_where_no_means_is_told() -> None:
    text = MARKET + "On Friday, insurgents attacked four police stations in Mosul, killing nine."
    events = events_of(text)
    assert [each.kind for each in events] == ["bombing", "ground_assault"]
