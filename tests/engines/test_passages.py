"""A text asked passage by passage, by a client that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from extract.articles import Article
from extract.engines.setup import Setup
from extract.engines.threads import extract_all
from extract.engines.units import plan
from extract.prompting.examples import WorkedExample
from extract.records.marks import Evidence, Verbatim
from extract.records.results import ArticleResult
from extract.tasks.task import Task
from tests.prompting.acts import EXAMPLE, Acts
from tests.small_task import FakeClient, answered

TEXT = "Rulers meet\nOrm met\tBrill in Asmat. He promised aid if it rains.\n\nNobody came.\n"
SAID: dict[str, dict[str, list[list[Any]]]] = {
    "Orm met Brill in Asmat. He promised aid if it rains.": {
        "Act": [
            ["consult", "Orm", "met Brill", None, None, None, None],
            ["aid", "He", None, None, None, None, None],
        ],
        "Condition": [["it rains"]],
        "Place": [["Asmat"]],
    }
}
TASK = Task.of(Acts, examples=[EXAMPLE])


def say(question: str) -> str:
    return json.dumps(SAID.get(question.partition("Passage: ")[2], {}))


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


def test_what_nothing_can_hold_is_asked_for_what_holds_it() -> None:
    def say_late(question: str) -> str:
        passage = question.partition("Passage: ")[2]
        if "true or false" in passage:
            return "true"
        if passage.startswith("Rulers meet"):
            return (
                '{"Act":[["consult","Rulers",null,null,null,null,null]]}'
                if "Only" in passage
                else '{"Condition":[["meet"]]}'
            )
        return say(question)

    client = FakeClient(say_late)
    result = extracted(client)
    assert (result.status, result.problems, result.questions) == ("complete", [], 5)
    assert isinstance(result.records, Acts)
    assert [(act.actor, [each.text for each in act.conditions]) for act in result.records.acts] == [
        ("Rulers", ["meet"]),
        ("Orm", []),
        ("He", ["it rains"]),
    ]
    again = client.asked[-1]
    assert again.messages[:-1] == client.asked[0].messages[:-1]
    assert again.messages[-1].content == f'{client.asked[0].messages[-1].content}\nOnly "Act", at least one.'
    assert again.about.unit == "passage 1, again"
    assert again.grammar is not None
    assert '"[]"' not in again.grammar.split("PIECE")[0].split("start")[1].split("\n")[0]


class Tool(BaseModel):
    """What it was done with."""

    evidence: Annotated[str, Evidence()]
    kind: Literal["bomb", "gun"]


class Dead(BaseModel):
    """How many it killed."""

    number: Annotated[str, Verbatim("number")]


class Raid(BaseModel):
    """An attack on a place."""

    place: Annotated[str, Verbatim("place")]
    tools: list[Tool] = []
    dead: list[Dead] = []


class Raids(BaseModel):
    """All of a text."""

    raids: list[Raid] = []


@pytest.mark.parametrize("reports", ["true", "false"])
def test_the_first_passage_that_can_have_it_is_asked_for_what_holds_and_what_follows(reports: str) -> None:
    def say_dead(question: str) -> str:
        if "Does it" in question:
            return reports
        if "Only" in question:
            return '{"Raid":[["Harrow"]],"Tool":[["bomb"]]}'
        return '{"Dead":[["Three"]]}' if "Three" in question else "{}"

    client = FakeClient(say_dead)
    task = Task.of(Raids)
    text = "It was a dark night.\n\nThree people had been killed.\n\nThree people had been killed by a bomb in Harrow."
    (result,) = extract_all([Article("a", text, "a.txt")], Setup(task, task.prompt_set("passages"), client, "m"))
    assert result.status == "complete"
    whether, *again = client.asked[3:]
    assert whether.about.unit == "passage 3, whether"
    assert whether.messages[-1].content.endswith("in Harrow.\nDoes it report an attack on a place? true or false")
    assert isinstance(result.records, Raids)
    found = [(raid.place, [*raid.tools], [toll.number for toll in raid.dead]) for raid in result.records.raids]
    if reports == "false":
        assert (again, found) == ([], [])
        return
    assert [request.about.unit for request in again] == ["passage 3, again"]
    assert again[0].messages[-1].content.endswith('in Harrow.\nOnly "Raid", at least one, "Tool".')
    assert found == [
        ("Harrow", [Tool(evidence="Three people had been killed by a bomb in Harrow.", kind="bomb")], ["Three"])
    ]


def test_words_that_no_grammar_held_are_told_as_absent() -> None:
    client = FakeClient(lambda question: '{"Place":[["Rome"]]}' if "Nobody" in question else "{}")
    result = extracted(client)
    assert [(problem.kind, problem.pointer) for problem in result.problems] == [("absent", "/places/0/name")]


def test_a_cut_answer_keeps_what_was_finished() -> None:
    cut = answered('{"Place":[["Asmat"]],"Act":[["consult","Orm",null,', outcome="cut")
    result = extracted(FakeClient(lambda question: cut if "Asmat" in question else "{}"))
    assert result.status == "partial"
    assert isinstance(result.records, Acts)
    assert [place.name for place in result.records.places] == ["Asmat"]


class Toll(BaseModel):
    """One figure."""

    words: Annotated[str, Verbatim("number")]


class Tolls(BaseModel):
    """Figures."""

    tolls: list[Toll] = []


GERMAN = (
    "Bei einem Drohnenangriff auf die Stadt sind in der Nacht zum Donnerstag mindestens fünf Menschen getötet worden. "
    "Das teilte der Gouverneur der Region mit. Mehrere Wohnhäuser wurden beschädigt."
)


def test_a_language_that_no_linguistic_model_reads_falls_back_to_any_words_and_says_so() -> None:
    task = Task.of(Tolls)
    client = FakeClient(lambda question: '{"Tolls":[]}' if "Tolls" in question else '{"Toll":[["mindestens fünf"]]}')
    (german,) = extract_all([Article("a", GERMAN, "a.txt")], Setup(task, task.prompt_set("passages"), client, "m"))
    assert [(each.kind, each.detail) for each in german.problems] == [
        (
            "unread",
            "no linguistic model for its language (there is one for en): names and numbers can be any words",
        )
    ]
    assert german.status == "complete"
    assert german.records == Tolls(tolls=[Toll(words="mindestens fünf")])


class Claim(BaseModel):
    text: Annotated[str, Verbatim()]
    replies: list[Claim] = []


class Claims(BaseModel):
    claims: list[Claim] = []


def test_records_that_are_not_asked_for_are_said_to_be_missing() -> None:
    task = Task.of(Claims)
    made = Setup(task, task.prompt_set("passages"), FakeClient(lambda question: "{}"), "m")
    (result,) = extract_all([Article("a", TEXT, "a.txt")], made)
    assert result.status == "partial"
    said = "Claim.replies: records of their own type are not asked for: use --prompts whole"
    assert [problem.detail for problem in result.problems] == [said]


class Visit(BaseModel):
    """A visit to a place."""

    place: Annotated[str, Verbatim("place")]


class News(BaseModel):
    """All of a text."""

    raids: list[Raid] = []
    visits: list[Visit] = []


def news(said: Mapping[str, str], *examples: WorkedExample[News]) -> tuple[ArticleResult, list[str]]:
    """What comes of an article about which the questions are answered by their last lines; and the questions."""
    client = FakeClient(lambda question: said.get(question.rpartition("\n")[2], "{}"))
    task = Task.of(News, examples=examples)
    (result,) = extract_all(
        [Article("a", "Ann was in Harrow.", "a.txt", title="A day")],
        Setup(task, task.prompt_set("passages"), client, "m"),
    )
    return result, client.questions


RAID = WorkedExample("Harrow was raided.", News(raids=[Raid(place="Harrow")]))
VISIT = WorkedExample("Harrow was visited.", News(visits=[Visit(place="Harrow")]))
IS_RAID, IS_VISIT = (f"Does it report {what}? true or false" for what in ("an attack on a place", "a visit to a place"))


def test_passages_are_not_asked_for_what_the_article_does_not_report() -> None:
    said = {IS_RAID: "false", IS_VISIT: "true", 'Only "Visit".': '{"Visit":[["Harrow"]]}'}
    result, questions = news(said, RAID, VISIT)
    beginning = "Passage: A day Ann was in Harrow."
    assert questions == [
        f"{beginning}\n{IS_RAID}",
        f"{beginning}\n{IS_VISIT}",
        'Passage: Ann was in Harrow.\nOnly "Visit".',
    ]
    assert result.records == News(visits=[Visit(place="Harrow")])
    assert [(each.kind, each.detail) for each in result.problems] == [
        ("set_aside", "Raid: not asked for, since the article reports none")
    ]
    assert result.status == "complete"


def test_an_article_that_reports_nothing_has_no_further_questions() -> None:
    result, questions = news({IS_RAID: "false", IS_VISIT: "false"}, RAID, VISIT)
    assert (len(questions), result.records, result.status) == (2, News(), "complete")


def test_without_an_answer_about_the_article_its_passages_are_asked_for_all() -> None:
    result, questions = news({IS_RAID: "true", IS_VISIT: "perhaps"}, RAID, VISIT)
    assert questions[2:] == ["Passage: Ann was in Harrow."]
    assert result.status == "partial"
