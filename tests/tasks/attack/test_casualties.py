"""What is told of twice, and who is a foreigner, on made-up articles."""

from __future__ import annotations

import pytest

from tests.tasks.attack.test_assemble import only_event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("General killed in blast\nA bomb killed a general in Lorvik. General Ivo Petrov died at once.", ["General Ivo Petrov"]),
        ("A bomb killed Ivo Petrov in Lorvik. Petrov was killed at home, police said.", ["Ivo Petrov"]),
        ("A bomb killed a man in Lorvik. The man was killed at home.", ["a man"]),
        ("A bomb killed a man in Lorvik. Ivo Petrov was killed too. Ana Petrov was killed.", ["a man", "Ivo Petrov", "Ana Petrov"]),
    ],
)  # fmt: skip
def test_one_victim_told_of_twice_is_one_record(text: str, expected: list[str]) -> None:
    assert [c.quantity.text for c in only_event(text).casualties] == expected


def test_a_country_s_own_are_people_and_foreigners_are_others() -> None:
    event = only_event("A bomb at a hotel in Kenya killed six Kenyans and two Poles on Monday.")
    assert [c.who for c in event.casualties] == ["people", "other"]


def test_a_place_of_another_clause_is_not_the_figure_s() -> None:
    event = only_event(
        "Drones hit Lorvik, Tamas and Odry.\nA man in Tamas was killed, and four others were injured in the night."
    )
    assert [(c.quantity.text, c.place) for c in event.casualties] == [("A man", "Tamas"), ("four", None)]
