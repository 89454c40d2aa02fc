"""Sentences in which nobody is hurt: denials, threats, forecasts, and numbers of other things."""

from __future__ import annotations

import pytest

from tests.tasks.attack.test_figures import figures

NOBODY = [
    "No one was killed and none of the 40 workers were hurt.",
    "There were neither dead nor wounded among the 12 crew members.",
    "The mayor denied reports that five people had died.",
    "Officials dismissed claims that 30 soldiers were killed.",
    "Neither of the two guards was killed.",
    "The blast did not kill any of the 16 monks.",
    "Nobody among the 12 passengers was injured.",
    "A spokesman said reports of 20 deaths were false.",
    "It is not true that four villagers were killed.",
    "A bigger bomb would have killed 200 people.",
    "The toll could rise to 40, the mayor warned.",
    "If the dam breaks, 4,000 people could die.",
    "He threatened to kill 10 hostages.",
    "The group freed 20 hostages on Monday.",
    "He was the third officer to be killed this year.",
    "Many of the injured were women.",
    "The strikes killed 12,5 percent of the herd and 30 goats.",
    "Some 2.5 million residents are without electricity after a blast killed the power.",
    "The rebels captured two villages.",
    "The court sentenced six men to death.",
    "Officials could not confirm that nine were dead.",
    "The device was capable of killing 200 people.",
    "Police found enough explosives to kill hundreds of people.",
    "A bomb squad prevented an explosion that would have killed 50 people.",
    "The shell hit the barge without injuring any of the 11 sailors.",
    "Rumours of 30 dead were unfounded.",
    "Six soldiers were killed" + " and no more" * 400 + ".",  # too long for a parse
]


@pytest.mark.parametrize("text", NOBODY)
def test_what_did_not_happen_or_counts_no_people(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Police have not named the five people killed.",
        "The army did not comment on the deaths of five shepherds.",
        "Nobody has claimed the attack that killed five people.",
        "The general denied ordering the strike, which killed five children.",
        "The 5 people killed will be buried on Friday.",
        "The blast not only killed five people but shook the town.",
        "As many as five people may have died.",
        "Five people are known to have died.",
    ],
)
def test_what_is_denied_or_to_come_is_something_else(text: str) -> None:
    assert [figure.value for figure in figures(text)] == [5]
