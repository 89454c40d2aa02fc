"""From candidates to records, on made-up articles; and that no input makes the rules fail or crawl."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.articles import Article
from extract.tasks.attack.rules import AttackRules
from extract.tasks.attack.schema import Event, Records

TASK = AttackRules()


def read(text: str) -> Records:
    records = TASK.assemble(Article("a", text, "a"), []).records
    assert isinstance(records, Records)
    return records


def only_event(text: str) -> Event:
    (event,) = read(text).events
    return event


def test_one_figure_said_twice_is_one_record() -> None:
    event = only_event("A bomb killed nine people in Lorvik.\nThe bomb killed nine people, the governor said.")
    assert [(c.quantity.value, c.source) for c in event.casualties] == [(9, "the governor")]


def test_a_dateline_acts_not_and_is_not_hit_but_tells_the_day() -> None:
    event = only_event(
        "MARDO, Vesland, July 3, 2026 (Newswire) - Gunmen stormed a barracks in Ruvana on Friday, killing nine."
    )
    assert (event.attacker, event.places, event.date_text) == (None, ["Ruvana"], "Friday")
    assert event.date == "2026-07-03"
    assert event.evidence == "Gunmen stormed a barracks in Ruvana on Friday, killing nine."


def test_a_dateline_in_a_line_of_its_own_dates_no_attack_but_tells_the_day() -> None:
    event = only_event("MARDO, July 3 , 2026\n\nGunmen stormed a barracks in Ruvana on Thursday, killing nine.")
    assert (event.places, event.date_text, event.date) == (["Ruvana"], "Thursday", "2026-07-02")


def test_a_group_is_spelt_as_within_a_sentence() -> None:
    text = "Al-Shabab attacked Lorvik on Friday, killing two.\nThe raid was claimed by al-Shabab."
    assert only_event(text).attacker == "al-Shabab"


def test_two_sources_are_two_records() -> None:
    event = only_event("A bomb killed nine people, the army said.\nThe bomb killed nine people, Ann Lee said.")
    assert [c.source for c in event.casualties] == ["the army", "Ann Lee"]


def test_the_scene_of_a_shooting_is_no_damage() -> None:
    assert only_event("Gunmen attacked a market and shot dead two men in Lorvik.").damage == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A missile hit a house in Lorvik. The house burned down.", [("a house", "on_fire")]),
        (
            "Drone hits Marlow air base\nA drone killed two in Marlow.\n\nThe drone hit a military airfield.\n\nThat was all.",
            [("a military airfield", "unspecified")],
        ),
        (
            "A bomb in Lorvik killed two. It destroyed five houses and damaged 12 houses.",
            [("houses", "destroyed"), ("houses", "damaged")],
        ),
        ("A bomb killed two at a school in Lorvik. A second bomb went off at a school.", [("a school", "unspecified")]),
        ("Blasts cut power in Lorvik. Some 300 homes lost power after the bombing.", [("homes", "disrupted")]),
        (
            "A Russian drone attack on Lorvik killed two. Moscow said it targeted a depot and hit a mill.",
            [("a mill", "unspecified")],
        ),
    ],
)
def test_one_record_per_thing(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(d.object, d.extent) for d in only_event(text).damage] == expected


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A bomb killed nine people in Lorvik, Radio Kora reported, citing doctors.", "doctors"),
        ("Police spokesman Ivo Horvat told Radio Kora that a bomb in Lorvik killed nine people.", "Ivo Horvat"),
        ("The Marlow Rebels claimed responsibility for a bomb that killed nine people in Lorvik.", None),
        ("The army said a bomb killed nine people in Lorvik, while the mayor spoke of panic.", "The army"),
    ],
)
def test_who_reports_a_figure(text: str, source: str | None) -> None:
    assert [c.source for c in only_event(text).casualties] == [source]


def test_one_record_per_weapon_and_outcome() -> None:
    event = only_event("Drones hit Lorvik. Russia fired 12 drones at Lorvik, and a drone struck a house.")
    assert sorted((w.kind, w.outcome) for w in event.weapons) == [("drone", "hit"), ("drone", "used")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Militants set off a blast in a market in Lorvik on Monday, killing nine people.", "explosive_device"),
        ("A shooting in a bar in Lorvik killed nine people on Monday, police said.", "firearm"),
        ("Troops shelled the town of Lorvik on Monday, killing nine people, police said.", "artillery"),
    ],
)
def test_the_kind_of_an_attack_names_its_weapon(text: str, kind: str) -> None:
    assert [(w.kind, w.outcome) for w in only_event(text).weapons] == [(kind, "used")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Rebels blew up a bridge near Surat on Thursday.", ["bombing"]),
        (
            "Masked youths hurled petrol bombs at a police station in Lorvik on Monday, injuring two officers.",
            ["other"],
        ),
        ("A grenade was thrown at the Norland embassy in Sanvar on Sunday, damaging a wall.", ["bombing"]),
        ("Rebels lobbed a grenade into a cafe in Sanvar on Sunday, injuring two guests.", ["bombing"]),
        ("Rebels with grenades attacked a village near Sanvar, killing two.", ["ground_assault"]),
        ("Norland jets pounded rebel posts near Sanvar from the air on Sunday, the army said.", ["air_strike"]),
        ("A man hacked his neighbour to death with a machete in Sanvar on Sunday.", ["stabbing"]),
        ("Bullets struck a bus in Bengar on Sunday, wounding three passengers.", ["shooting"]),
        ("A bus hit a land mine in Lesk, killing four.", ["bombing"]),
        ("A car packed with explosives blew up outside a bank in Velden on Monday, killing two.", ["bombing"]),
        ("Gunmen attacked a village near Belmora, killing four.", ["ground_assault"]),
        ("Warplanes dropped bombs on the town of Asmira on Monday, killing four.", ["air_strike"]),
        # nobody meant it, or nobody was harmed
        ("A boiler blew up in a mill in Lorvik on Monday, killing two workers.", []),
        ("Fans hurled bottles at the referee in Lorvik on Monday, injuring two stewards.", []),
        ("Children found a grenade in a field in Lorvik on Monday.", []),
    ],
)
def test_what_is_an_attack_and_of_what_kind(text: str, kinds: list[str]) -> None:
    assert [event.kind for event in read(text).events] == kinds


def test_rebels_attack_where_no_side_is_named() -> None:
    assert only_event("Rebels attacked a village near Lorvik on Monday and killed six civilians.").attacker == "rebels"


@pytest.mark.parametrize(
    ("text", "attacker"),
    [
        # a side that strikes once, in a remark further down, is another attack's
        ("It was crowded.\n" * 6 + "Since attacks by Hamas last year, guards stand in the market.", None),
        ("It was crowded.\n" * 6 + "Hamas claimed responsibility for the attack.", "Hamas"),
        ("Hamas fighters carried out the attack.", "Hamas"),
        ("The gunman, identified by police as 26-year-old Ivan Tarr, was arrested.", "Ivan Tarr"),
        ("Media identified the suspect as Ivan Tarr.", "Ivan Tarr"),
        ("Police named the gunman, who was killed, as Ivan Tarr, a dealer.", "Ivan Tarr"),
        ("Police identified the victim as Ivan Tarr.", None),
    ],
)
def test_who_attacked(text: str, attacker: str | None) -> None:
    events = read(f"A shooting in a market in Lorvik killed nine people on Monday.\n{text}").events
    assert events[0].attacker == attacker


def test_a_name_for_short_behind_or() -> None:
    text = "The Movement for the Freedom of Lorvik, or MFL, bombed a bus in Tamsk on Monday, killing nine people.\nMFL said so."
    assert only_event(text).attacker == "Movement for the Freedom of Lorvik"


def test_explosions_that_nobody_has_claimed_are_an_attack() -> None:
    lead = "Eight people were killed in two explosions during a feast in Lorvik on Monday, an official said.\n"
    assert [each.kind for each in read(lead + "No group has claimed responsibility.").events] == ["bombing"]
    assert read(lead + "The mayor spoke of a gas leak.").events == []


def test_a_plane_that_is_shot_down_is_shot_by_no_gun() -> None:
    event = only_event("Rebels shot down a jetliner over Lorvik on Monday, killing 40 people.")
    assert event.kind != "shooting"
    assert event.weapons == []


def test_the_hour_is_told_later() -> None:
    text = "A bomb killed nine people in Lorvik on Monday.\nThe bomb went off in a market early Monday, killing nine people."
    assert only_event(text).date_text == "early Monday"


@pytest.mark.parametrize("text", ["Dockworkers went on strike.", "The council met on Monday.", "Rovers struck late."])
def test_no_attack_no_event(text: str) -> None:
    assert read(text).events == []


_WORDS = [
    "12 killed, ",
    "he said, ",
    "“No,” ",
    '"',
    "“",
    "(((",
    "[[](",
    "Ann Lee, ",
    "in Kyiv",
    "5 drones ",
    "\n",
    "\x01",
    "😀",
    "a house was hit ",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=8), max_size=40))
def test_any_text_is_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    for event in read(text).events:
        assert event.evidence in text


def steps(text: str) -> int:
    """Python function calls made while a text is read."""
    count = 0

    def note(frame: FrameType, what: str, arg: object) -> None:
        nonlocal count
        count += what == "call"

    sys.setprofile(note)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit", ["12 killed and 13 hurt, ", "Ann Lee, ", "in Kyiv, ", "a house was hit and ", "((", "1"]
)
def test_work_grows_with_length(unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (2_000, 20_000))
    read(unit)  # what is compiled once does not count
    assert steps(long) < 15 * steps(short)
