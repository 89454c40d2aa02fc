"""Made-up articles that tell of one attack twice, and of two that are alike."""

from __future__ import annotations

import pytest

from extract import Extractor
from extract.articles import Article
from extract.tasks.loading import load_task


@pytest.mark.parametrize(
    ("text", "events"),
    [
        # the day comes later, in other words
        (
            "Knife attack in Lorvik leaves four dead\n\nPolice are still there.\n\n"
            "A man went on a knife rampage on Saturday (April 4), killing four people.",
            [("stabbing", "Saturday (April 4)", ["Lorvik"])],
        ),
        (
            "Egypt has blocked an inquiry into the killing of 19 villagers in their homes in Egypt.\n\n"
            "Nineteen villagers were killed on November 18 in the shelling of homes in Harvik.",
            [("shelling", "November 18", ["Harvik"])],
        ),
        (
            "A recording was released in which shots are heard that Officer John Hale fired when he killed Peter Orr.\n\n"
            "Officer John Hale shot dead Peter Orr on August 9.",
            [("shooting", "August 9", [])],
        ),
        # another one: by its words, its day, its place, its dead
        (
            "A bomb killed three people in Harvik on Friday.\n\nIn another attack, a bomb killed three officers.",
            [("bombing", "Friday", ["Harvik"]), ("bombing", None, [])],
        ),
        (
            "A bomb killed three people in Harvik on Friday.\n\nA car bomb exploded outside the same market last year.",
            [("bombing", "Friday", ["Harvik"]), ("bombing", "last year", [])],
        ),
        (
            "A bomb killed three people in Harvik on Friday.\n\nA day earlier, a bomb killed three people in Tessaly.",
            [("bombing", "Friday", ["Harvik"]), ("bombing", "A day earlier", ["Tessaly"])],
        ),
    ],
)
def test_one_attack_told_twice_is_one_event(text: str, events: list[tuple[str, str | None, list[str]]]) -> None:
    article = Article("made-up", text, "made-up.txt", None, None)
    found = Extractor(task=load_task("attack"), model="rules").extract(article).records.events
    assert [(event.kind, event.date_text, event.places) for event in found] == events
