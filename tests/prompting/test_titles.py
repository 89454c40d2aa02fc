"""What persons are called beside their names."""

from __future__ import annotations

import pytest

from extract.articles.linguistics import reader
from extract.prompting.titles import titles


@pytest.mark.parametrize(
    ("passage", "called"),
    [
        ("President Ada Brandt said no.", ["President"]),
        ("Norland's foreign minister Ada Brandt said no.", ["Norland's foreign minister"]),
        ("Talks failed, said former police chief Ada Brandt.", ["former police chief"]),
        ("The head of the rescue service, Ada Brandt, said no.", ["The head of the rescue service"]),
        ("“No,” said Ada Brandt, the mayor of Arden.", ["the mayor of Arden"]),
        ("Ada Brandt, 41, a nurse from Arden, said no.", ["a nurse from Arden"]),
        ("Ada Brandt, CEO of Altea which makes lamps, said no.", ["CEO of Altea"]),
        ("US Secretary of State Antony Blinken said no.", ["US Secretary of State"]),
        ("UN Secretary-General Ada Brandt said no.", ["UN Secretary-General"]),
        ("According to regional military head Ada Brandt, nobody came.", ["regional military head"]),
        ("Army spokesman Lieutenant Colonel Peter Brandt said no.", ["Army spokesman"]),
        ("The president of Norland, Ada Brandt, said no.", ["The president of Norland"]),
        ("Ukraine's Commander-in-Chief Oleksandr Syrskyi said no.", ["Ukraine's Commander-in-Chief"]),
        ("Then-president Ada Brandt said no.", ["Then-president"]),
        ("Minister for Foreign Affairs Ada Brandt said no.", ["Minister for Foreign Affairs"]),
        ("The Foreign Ministry spokesperson Ada Brandt said no.", ["The Foreign Ministry spokesperson"]),
        ("“No,” said Ada Brandt, a police captain.", ["a police captain"]),
        ("Dr. Ada Brandt and Mr. Peter Lund said no.", []),
        ("Ada Brandt, 41, Jan Lund, 42, and Ida Fenn, 43, died.", []),
        ("Because of the war Ada Brandt left.", []),
        ("In Arden Ada Brandt met Jan Lund.", []),
        ("The murder of Ada Brandt shocked us.", []),
        ("Ada Brandt, a day after her arrest, left.", []),
        ("The arrest of President Ada Brandt came late.", ["President"]),
        ("Ada Brandt’s house burned down.", []),
        ("On Monday Ada Brandt and Peter Lund met in Arden.", []),
        ("The mill of Arden, Ada Brandt said, is lost.", []),
    ],
)
def test_titles_stand_beside_a_name(passage: str, called: list[str]) -> None:
    doc = reader("en").read(passage)
    assert [doc[first:last].text for _, (first, last) in titles(doc)] == called
