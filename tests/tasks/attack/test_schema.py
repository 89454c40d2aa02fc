"""What the marks of the schema do where a model alone is asked (set `passages`)."""

from __future__ import annotations

from typing import Any

from extract.articles.linguistics import reader
from extract.articles.sentences import split_passages
from extract.prompting.candidates import candidates_of
from extract.prompting.gathering import records_of
from extract.prompting.persons import Persons
from extract.tasks.attack.schema import Records

TEXT = """Drones of Norland hit Arden on Monday, said Lena Orm, the mayor of Arden.

In all 40 drones were shot down. “Drones came all night,” Orm said. Other drones hit a mill."""


def test_weapons_of_one_kind_and_outcome_are_one_and_speakers_have_their_titles() -> None:
    first, second = split_passages(TEXT)
    event = ["Event", "air_strike", "main", "Norland", "Monday", None, ["Arden"]]
    used = ["Weapon", "drone", None, None, None, "used"]
    shot = ["Weapon", "drone", "40", 40, "exact", "intercepted"]
    quote: list[Any] = ["Quote", "Drones came all night,", "Orm", None, []]
    persons = Persons(TEXT, [candidates_of(TEXT[span.start : span.end], reader("en")) for span in (first, second)])
    records = records_of([(first, [event, used]), (second, [shot, used, quote])], TEXT, Records, persons).records
    (attack,), (said,) = records.events, records.quotes
    assert [(weapon.outcome, weapon.quantity and weapon.quantity.value) for weapon in attack.weapons] == [
        ("used", None),
        ("intercepted", 40),
    ]
    assert (said.speaker, said.role) == ("Lena Orm", "the mayor of Arden")
