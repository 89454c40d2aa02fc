"""What is told of twice, and who is a foreigner, on made-up articles."""

from __future__ import annotations

import pytest

from tests.tasks.attack.test_assemble import only_event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a man told of by his name; the wounded one who died; numbers and people that are told of again
        ("One man, later identified as 31-year-old Ivo Petrov, was killed by a bomb in Lorvik.", ["Ivo Petrov"]),
        ("A gunman killed a man named Ivo Petrov in Lorvik.", ["Ivo Petrov"]),
        ("A bomb killed an officer in Lorvik and wounded another officer. The dead officer was buried.", ["an officer", "another officer"]),
        ("A bomb killed nine guards in Lorvik. Besides the nine killed, 40 people were hurt.", ["nine", "40"]),
        ("A gunman killed two guards in Lorvik. Police killed the two gunmen.", ["two", "two"]),
        ("A bomb killed nine guards in Lorvik. Another nine people were killed at a mill.", ["nine", "nine"]),
        ("General killed in blast\nA bomb killed a general in Lorvik. General Ivo Petrov died at once.", ["General Ivo Petrov"]),
        ("A bomb killed Ivo Petrov in Lorvik. Petrov was killed at home, police said.", ["Ivo Petrov"]),
        ("Noted lawyer shot dead in Lorvik\nA lawyer was shot dead in Lorvik. Karim Al-Amin died at once, police said.\nThe union condemned the killing of Karim Al Amin.", ["Karim Al-Amin"]),
        ("A gunman killed a woman in Lorvik. Officers shot him dead. The gunman was killed by police.", ["a woman", "him"]),
        ("A bomb killed a man in Lorvik. The man was killed at home.", ["a man"]),
        ("A bomb killed a man in Lorvik. Ivo Petrov was killed too. Ana Petrov was killed.", ["a man", "Ivo Petrov", "Ana Petrov"]),
        # whom the article calls so is the one that it names
        ("A raid killed the leader of the Veld Front in Lorvik. Ahmed Godane, the leader of the Veld Front, was killed at home.", ["Ahmed Godane"]),
        ("A raid killed the leader of the Veld Front in Lorvik. Ahmed Godane, a cook, was killed at home.", ["the leader", "Ahmed Godane"]),
        ("Gunmen killed the president in Lorvik. President Omar Said was shot dead at home.", ["President Omar Said"]),
        ("A bomb killed the president in Lorvik. Omar Said, an aide to the president, was killed too.", ["the president", "Omar Said"]),
        ("A bomb killed a general in Lorvik. A guard was killed too. General Ivo Petrov died at once.", ["A guard", "General Ivo Petrov"]),
        ("A man whose wife was killed in Lorvik wept. A gunman killed his beloved wife.", ["whose wife"]),
        ("A bomb killed two Poles and two Danes in Lorvik.", ["two", "two"]),
        ("A bomb killed two people in Lorvik, and the two victims died at once.", ["two"]),
        # who died is not hurt as well
        ("A gunman killed Ivo Petrov in Lorvik. Petrov was shot four times in the yard.", ["Ivo Petrov"]),
        ("Gunmen killed the husband of a nurse in Lorvik. Her husband was shot near the court.", ["the husband"]),
        ("A gunman killed a woman in Lorvik. Her husband was shot in the yard.", ["a woman", "Her husband"]),
        ("A gunman killed Ivo Petrov in Lorvik. Ana Petrov was shot. Petrov, 40, was taken to hospital.", ["Ivo Petrov", "Ana Petrov", "Petrov"]),
        ("A gunman killed Petrov, 31, in Lorvik. Petrov, 40, was shot too.", ["Petrov", "Petrov"]),
        ("A gunman killed Ivo Petrov in Lorvik. Ana Petrov was shot in the yard.", ["Ivo Petrov", "Ana Petrov"]),
    ],
)  # fmt: skip
def test_one_victim_told_of_twice_is_one_record(text: str, expected: list[str]) -> None:
    assert [c.quantity.text for c in only_event(text).casualties] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Officials: At Least 12 Dead in Lorvik Blast\n\nA bomb in Lorvik killed at least 12 people, police said.\n\nNobody claimed it. Shops were shut. Roads were closed.", ["at least 12"]),
        ("Bomb kills four\n\nA bomb killed four soldiers in Lorvik.", ["four"]),
        ("Judge shot dead\n\nA federal judge was shot dead in Lorvik on Monday.", ["A federal judge"]),
        ("Blast leaves one dead\n\nA bomb killed one passenger in Lorvik.", ["one"]),
        ("Judge shot dead\n\nA guard was shot dead in Lorvik on Monday.", ["Judge", "A guard"]),
        ("Scores dead in Lorvik blast\n\nA bomb in Lorvik killed 86 people, police said.\n\nNobody claimed it. Shops were shut. Roads were closed.", ["Scores", "86"]),
    ],
)  # fmt: skip
def test_a_number_of_the_headline_is_the_body_s(text: str, expected: list[str]) -> None:
    assert [c.quantity.text for c in only_event(text).casualties] == expected


def test_workers_singled_out_by_another_nationality_are_others() -> None:
    event = only_event("A bomb killed three Turkish engineers and two guards in Somalia on Friday.")
    assert [c.who for c in event.casualties] == ["other", "staff"]


def test_a_vehicle_told_of_again_is_one_record() -> None:
    event = only_event("A drone struck a tanker off Lorvik on Monday. The vessel was hit twice.")
    assert [d.object for d in event.damage] == ["a tanker"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("A bomb at a hotel in Kenya killed six Kenyans and two Poles on Monday.", ["people", "other"]),
        ("Two Kenyans died when a bomb went off in Lorvik on Monday. It was the worst blast in Kenya.", ["people"]),
        ("An air strike in northern Gaza killed nine Palestinians on Monday.", ["people"]),
        ("Gunmen in the West Bank shot and wounded a Palestinian on Monday.", ["people"]),
        ("A bomb in Lorvik killed four Germans on Monday. The German army sealed off the market.", ["people"]),
        ("A bomb in Lorvik hurt 20 people, including two Germans and three Italians, on Monday.", ["people", "other", "other"]),
        ("A bomb killed three Germans in Lorvik on Monday. Tourists in Kenya stay away.", ["other"]),
    ],
)  # fmt: skip
def test_a_country_s_own_are_people_and_foreigners_are_others(text: str, who: list[str]) -> None:
    assert [c.who for c in only_event(text).casualties] == who


def test_a_place_of_another_clause_is_not_the_figure_s() -> None:
    event = only_event(
        "Drones hit Lorvik, Tamas and Odry.\nA man in Tamas was killed, and four others were injured in the night."
    )
    assert [(c.quantity.text, c.place) for c in event.casualties] == [("A man", "Tamas"), ("four", None)]


def test_the_building_is_the_one_that_was_hit() -> None:
    event = only_event("A missile hit a consulate in Lorvik on Monday. The building was badly damaged.")
    assert [(d.object, d.kind, d.extent) for d in event.damage] == [("a consulate", "government", "damaged")]


def test_the_number_that_is_told_again_is_of_the_same_group() -> None:
    event = only_event(
        "A raid killed three leaders of the Taliban in Lorvik. The death of the three leaders was confirmed."
    )
    assert [(c.quantity.text, c.who) for c in event.casualties] == [("three", "militants")]


def test_whom_police_identified_as_the_gunman_is_a_militant() -> None:
    event = only_event(
        "A gunman killed two clerks in Lorvik. Ivo Petrov, 33, was identified as the gunman and was confirmed dead."
    )
    assert [(c.quantity.text, c.who) for c in event.casualties] == [("two", "staff"), ("Ivo Petrov", "militants")]
