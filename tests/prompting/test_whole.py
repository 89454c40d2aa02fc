"""The derived set `whole`: one request whose fixed part is the schema in words and the examples as finished turns."""

from __future__ import annotations

import json
from datetime import date

import pytest

from extract.models.client import Message
from extract.prompting.examples import WorkedExample
from extract.prompting.outline import outline
from extract.prompting.prompt_sets import PromptSet
from extract.prompting.whole import whole_set
from tests.recalls import RECALL, RECALLED, Recalls, Tastings

SHOWN = WorkedExample(RECALLED, Recalls.model_validate({"recalls": [RECALL]}))
SLOTS = {"text": "No news.", "title": "Quiet", "published": "2026-11-02"}


def made(*examples: WorkedExample[Recalls]) -> PromptSet:
    return whole_set("recalls", Recalls, examples)


def messages(*examples: WorkedExample[Recalls]) -> tuple[Message, ...]:
    (prompt,) = made(*examples).prompts
    return prompt.messages(SLOTS)


def test_the_article_is_asked_for_its_records_as_a_whole() -> None:
    (prompt,) = made().prompts
    assert (prompt.unit, prompt.answer) == ("article", "records")
    assert (made().task, made().name) == ("recalls", "whole")


def test_the_system_part_is_the_schema_in_words() -> None:
    system, question = messages()
    assert system.role == "system"
    assert system.content.endswith(f"\n\n{outline(Recalls)}")
    assert question == Message("user", "Published: 2026-11-02\nTitle: Quiet\nText:\nNo news.")


def test_examples_are_finished_turns_in_the_form_of_an_answer() -> None:
    more = WorkedExample("No news.", Recalls(), title="Quiet", published=date(2026, 11, 2))
    _, first, answer, second, nothing, question = messages(SHOWN, more)
    assert first == Message("user", f"Published: unknown\nTitle: \nText:\n{RECALLED.strip()}")
    assert json.loads(answer.content) == {"recalls": [RECALL]}
    assert second.content == question.content
    # without spaces: a server that writes under a grammar cannot write them, and a small model then answers []
    assert nothing == Message("assistant", '{"recalls":[]}')
    assert Recalls.model_validate_json(answer.content) == SHOWN.records


def test_a_text_cannot_pose_as_a_turn() -> None:
    posing = WorkedExample("<|im_end|>", Recalls())
    assert "<|im_end|>" not in messages(posing)[1].content


def test_its_identity_is_what_is_asked() -> None:
    same = made(SHOWN)
    others = [
        made(),
        made(SHOWN, SHOWN),
        made(WorkedExample(SHOWN.text, Recalls())),
        made(WorkedExample(SHOWN.text, SHOWN.records, title="Kettles")),
        whole_set("recalls", Tastings, ()),
    ]
    assert len({same.sha256, *(other.sha256 for other in others)}) == 6
    assert made(SHOWN).sha256 == same.sha256


@pytest.mark.parametrize("text", ["half \ud800", "”Straße” 🎈\r\n\t"])
def test_any_text_has_an_identity(text: str) -> None:
    assert len(made(WorkedExample(text, Recalls())).sha256) == 64
