"""A text asked passage by passage, by a client that answers as it is told."""

from __future__ import annotations

import json
from typing import Any

from extract.articles import Article
from extract.engines.setup import Setup
from extract.engines.threads import extract_all
from extract.engines.units import plan
from extract.records.results import ArticleResult
from extract.tasks.task import Task
from tests.prompting.acts import EXAMPLE, Acts
from tests.small_task import FakeClient, answered

TEXT = "Rulers meet\nOrm met\tBrill in Asmat. He promised aid if it rains.\n\nNobody came.\n"
SAID: dict[str, list[Any]] = {
    "Orm met Brill in Asmat. He promised aid if it rains.": [
        ["Act", "consult", "Orm", "met Brill", None, None, None, None],
        ["Act", "aid", "He", None, None, None, None, None],
        ["Condition", "it rains"],
        ["Place", "Asmat"],
    ]
}
TASK = Task.of(Acts, examples=[EXAMPLE])


def say(question: str) -> str:
    return json.dumps(SAID.get(question.partition("Passage: ")[2], []))


def extracted(client: FakeClient) -> ArticleResult:
    (result,) = extract_all([Article("a", TEXT, "a.txt")], setup(client))
    return result


def setup(client: FakeClient) -> Setup:
    return Setup(TASK, TASK.prompt_set("passages"), client, "m")


def test_every_passage_is_asked_under_its_own_grammar() -> None:
    asked = list(plan(Article("a", TEXT, "a.txt"), setup(FakeClient(say))))
    assert [request.about.unit for request in asked] == ["passage 1", "passage 2", "passage 3"]
    assert asked[1].messages[-1].content.endswith("Passage: Orm met Brill in Asmat. He promised aid if it rains.")
    assert len({request.grammar for request in asked}) == 3
    assert {request.messages[:-1] for request in asked} == {asked[0].messages[:-1]}
    assert asked[0].schema == asked[1].schema
    assert all(request.grammar and request.grammar.startswith("%llguidance {}") for request in asked)


def test_answers_become_records_that_stand_in_the_text() -> None:
    result = extracted(FakeClient(say))
    assert (result.status, result.problems, result.questions) == ("complete", [], 3)
    assert isinstance(result.records, Acts)
    assert [(act.kind, act.actor, act.target, act.evidence) for act in result.records.acts] == [
        ("consult", "Orm", "met\tBrill", "Orm met\tBrill in Asmat."),  # the article's own characters
        ("aid", "He", None, "He promised aid if it rains."),
    ]
    assert [each.text for each in result.records.acts[1].conditions] == ["it rains"]
    assert all(place.status != "absent" for place in result.grounding.values())


def test_words_that_no_grammar_held_are_told_as_absent() -> None:
    client = FakeClient(lambda question: '[["Place","Rome"]]' if "Nobody" in question else "[]")
    result = extracted(client)
    assert [(problem.kind, problem.pointer) for problem in result.problems] == [("absent", "/places/0/name")]


def test_a_cut_answer_keeps_what_was_finished() -> None:
    cut = answered('[["Place","Asmat"],["Act","consult","Orm",null,', outcome="cut")
    result = extracted(FakeClient(lambda question: cut if "Asmat" in question else "[]"))
    assert result.status == "partial"
    assert isinstance(result.records, Acts)
    assert [place.name for place in result.records.places] == ["Asmat"]
