"""Short made-up reports with all that the rules make of them: wordings that seventy articles had shown to be misread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extract.tasks.attack.schema import Records
from tests.tasks.attack.test_assemble import read

BUS = "Bomb hits bus in Tessaly\n\nA car bomb struck a bus in Tessaly on Monday, wounding 15 people."
POST = "Attack on post near Tessaly\n\nGunmen attacked a border post near Tessaly on Friday, killing two soldiers."
STRUCK = ["bombing main by None on Monday", "explosive_device used", "15 people injured", "a bus unspecified"]
STORMED = ["ground_assault main by None on Friday", "two soldiers killed", "a border post unspecified"]


def told(records: Records) -> Iterator[str]:
    """A line for each record but quotes."""
    for event in records.events:
        yield f"{event.kind} {event.context} by {event.attacker} on {event.date_text}"
        for weapon in event.weapons:
            number = [weapon.quantity.text] if weapon.quantity else []
            yield " ".join([*number, weapon.kind, weapon.outcome])
        for figure in event.casualties:
            yield f"{figure.quantity.text} {figure.who} {figure.outcome}"
        for thing in event.damage:
            yield f"{thing.object} {thing.extent}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # an accident that nobody says there was
        (BUS + " Police had first looked at all options, including a possible malfunction of the engine.", STRUCK),
        (BUS + " Officials said an accident had been ruled out.", STRUCK),
        # the kind that names the means; arms that are loot; who seizes arms has not attacked, and nobody is "No-one"
        (
            POST + "\n\nLast year the writer Ivan Tarr was hacked to death by men with machetes in Mardo.",
            [*STORMED, "stabbing other by None on Last year", "blade used", "Ivan Tarr people killed"],
        ),
        (POST + " They captured five rifles and a radio.", STORMED),
        (POST + " Police said they had seized three rifles. No-one claimed responsibility.", STORMED),
        # a number before "near-simultaneous", of bombs and not of bombers
        (
            "Bombs in Tessaly\n\nThree near-simultaneous bombs exploded in Tessaly on Friday, killing two people.",
            ["bombing main by None on Friday", "Three explosive_device used", "two people killed"],
        ),
        # where a bomb was, and what it came in
        (
            "Bomb kills two in Tessaly\n\nA bomb planted under a police car exploded in Tessaly on Friday, killing two.",
            [
                "bombing main by None on Friday",
                "explosive_device used",
                "two people killed",
                "a police car unspecified",
            ],
        ),
        (
            "Bomb kills two in Tessaly\n\nA bomb hidden in a bag exploded in Tessaly on Friday, killing two people.",
            ["bombing main by None on Friday", "explosive_device used", "two people killed"],
        ),
        (
            "Bomb kills two in Tessaly\n\nA bomb killed two people in Tessaly on Friday. In Mardo, police deactivated a bomb.",
            ["bombing main by None on Friday", "explosive_device used", "two people killed"],
        ),
        # a fight before the attack, and another side's
        (
            "Ambush kills seven soldiers\n\nRebels ambushed an army convoy near Tessaly on Friday, killing seven soldiers.\n\n"
            "Before the ambush, two soldiers had died in clashes in the region.",
            [
                "ground_assault main by rebels on Friday",
                "seven soldiers killed",
                "ground_assault other by None on None",
                "two soldiers killed",
            ],
        ),
        # an attack is not of the day on which something else will be
        (
            "Bomb in Mardo\n\nA bomb killed four officers in Mardo in the run-up to Monday's inauguration of the president.",
            ["bombing main by None on None", "explosive_device used", "four police killed"],
        ),
        # forces of a land, and those who serve on a ship
        (
            "Missile hits ship\n\nThe Armed Forces of Ukraine fired a missile at a cargo ship on Friday, killing three crew members.",
            ["air_strike main by Ukraine on Friday", "missile hit", "three staff killed", "a cargo ship unspecified"],
        ),
        # hostages and patients; who is still in the hospital
        (
            POST + " They took more than 40 guests of the nearby hotel hostage. Four people remain in the hospital.",
            [
                STORMED[0],
                "two soldiers killed",
                "more than 40 other captured",
                "Four people hospitalised",
                "a border post unspecified",
            ],
        ),
        (
            BUS + " Nine were taken to a children's clinical hospital.",
            [*STRUCK[:3], "Nine people hospitalised", STRUCK[3]],
        ),
        # an artillery strike comes from no aircraft; a day's toll is no habit
        (
            "Four killed in Tessaly\n\nAn artillery strike killed four people in Tessaly in the past 24 hours.",
            ["shelling main by None on None", "artillery used", "four people killed"],
        ),
    ],
)
def test_what_a_short_report_tells(text: str, lines: list[str]) -> None:
    assert list(told(read(text))) == lines


def test_who_ends_an_attack_is_not_its_attacker() -> None:
    text = (
        "Militants shot dead in Tessaly\n\nIsraeli forces shot dead three militants who had attacked a police station in "
        "Tessaly on Friday, killing two officers."
    )
    assert [event.attacker for event in read(text).events] == ["militants"]
