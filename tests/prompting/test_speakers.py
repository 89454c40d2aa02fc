"""Who says something in a passage."""

from __future__ import annotations

import pytest

from extract.articles.linguistics import reader
from extract.prompting.candidates import candidates_of


@pytest.mark.parametrize(
    ("passage", "speakers"),
    [
        ("Nine people died in the mill, the mayor of Harrow said.", ["the mayor of Harrow", "the mayor"]),
        ("According to the BBC, nine people died.", ["the BBC", "BBC"]),
        ("Nine people died, said Ann Lee, the head of the clinic.", ["Ann Lee", "the head of the clinic", "the head"]),
        ("President Ann Lee told reporters that the war was over.", ["Ann Lee"]),
        ("Secretary of State Antony Blinken said Friday that it was over.", ["Antony Blinken"]),
        (
            "The rebels lost the old city on Tuesday, residents and activists said.",
            ["residents and activists", "residents", "activists"],
        ),
        ("Ann Lee, who heads the clinic, said three had died.", ["Ann Lee"]),
        ("A statement saying that all were well came late.", ["A statement"]),
        ("The guards came from Orlo and told Ann Lee to leave.", ["The guards"]),
        ('"The mayor said nothing," he added.', ["he"]),
        ("They said that it rained.", []),
        ("Five died, per the health ministry.", ["the health ministry"]),
        ("It was reported by Reuters.", ["Reuters"]),
        ("A man described as a doctor killed eight people.", []),
        ("The bomb destroyed the house of Ann Lee in Harrow.", []),
    ],
)
def test_speakers_are_the_subjects_of_what_is_said(passage: str, speakers: list[str]) -> None:
    assert [mention.text for mention in candidates_of(passage, reader("en")).get("speaker", ())] == speakers
