"""The prompt set `whole`, made of a schema and worked examples."""

from __future__ import annotations

from pydantic import BaseModel

from extract.prompting.examples import WorkedExample
from extract.prompting.whole import whole_set


class Recall(BaseModel):
    """A product taken back from the market."""

    product: str
    units: int | None = None


class Recalls(BaseModel):
    recalls: list[Recall] = []


EXAMPLE = WorkedExample("Lumo recalls 800 lamps.", Recalls(recalls=[Recall(product="lamps", units=800)]))
SLOTS = {"text": "Pine recalls trains.", "title": "", "published": "unknown"}


def test_the_example_is_a_finished_turn_without_spaces_between_its_values() -> None:
    (prompt,) = whole_set("recalls", Recalls, [EXAMPLE]).prompts
    system, shown, answer, asked = prompt.messages(SLOTS)
    assert "A product taken back from the market." in system.content
    assert shown.content.endswith("Lumo recalls 800 lamps.")
    # a server that writes under a grammar without white space cannot write otherwise, and a small model then says []
    assert answer.content == '{"recalls":[{"product":"lamps","units":800}]}'
    assert asked.content.endswith("Pine recalls trains.")


def test_every_word_of_it_is_part_of_its_identity() -> None:
    whole = whole_set("recalls", Recalls, [EXAMPLE])
    assert whole.sha256 == whole_set("recalls", Recalls, [EXAMPLE]).sha256
    assert whole.sha256 != whole_set("recalls", Recalls, []).sha256
