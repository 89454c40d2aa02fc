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
        # the kind that names the means; who seizes arms has not attacked
        (
            POST + "\n\nLast year the writer Ivan Tarr was hacked to death by men with machetes in Mardo.",
            [*STORMED, "stabbing other by None on Last year", "blade used", "Ivan Tarr people killed"],
        ),
        (POST + " Police said they had seized three rifles.", STORMED),
        # a number before "near-simultaneous"
        (
            "Bombs in Tessaly\n\nThree near-simultaneous bombs exploded in Tessaly on Friday, killing two people.",
            ["bombing main by None on Friday", "Three explosive_device used", "two people killed"],
        ),
        # a bomb that did not go off
        (
            "Bomb kills two in Tessaly\n\nA bomb killed two people in Tessaly on Friday. In Mardo, police deactivated two bombs.",
            ["bombing main by None on Friday", "explosive_device used", "two people killed"],
        ),
        # a fight before the attack
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
        # another attack, whatever it is called; the side of another one, which is not that of the main one
        (
            POST + " In a separate kidnapping, two engineers were abducted.",
            [*STORMED, "ground_assault other by None on None", "two staff captured"],
        ),
        (
            "Rockets hit Lorvik\n\nRockets hit Lorvik on Monday, wounding three people. The mayor spoke. The town was calm. The "
            "roads were closed. The shops were shut. On Saturday, Islamic State fired rockets at Mardo, killing nine people.",
            [
                "shelling main by None on Monday",
                "rocket hit",
                "three people injured",
                "shelling other by Islamic State on Saturday",
                "rocket used",
                "nine people killed",
            ],
        ),
        # forces of a land, and those who serve on a ship
        (
            "Missile hits ship\n\nThe Armed Forces of Ukraine fired a missile at a cargo ship on Friday, killing three crew members.",
            ["air_strike main by Ukraine on Friday", "missile hit", "three staff killed", "a cargo ship unspecified"],
        ),
        # patients: who is still in the hospital, and a hospital with a name of several words
        (BUS + " Four people remain in the hospital.", [*STRUCK[:3], "Four people hospitalised", STRUCK[3]]),
        (
            BUS + " Nine were taken to a children's clinical hospital.",
            [*STRUCK[:3], "Nine people hospitalised", STRUCK[3]],
        ),
        (BUS + " Three people work in a hospital nearby.", STRUCK),
        # an artillery strike comes from no aircraft; a day's toll is no habit
        (
            "Four killed in Tessaly\n\nAn artillery strike killed four people in Tessaly in the past 24 hours.",
            ["shelling main by None on None", "artillery used", "four people killed"],
        ),
    ],
)
def test_what_a_short_report_tells(text: str, lines: list[str]) -> None:
    assert list(told(read(text))) == lines
