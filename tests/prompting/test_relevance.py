"""The question whether an article reports a kind of record at all."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from extract.prompting.examples import WorkedExample
from extract.prompting.items import kinds_of
from extract.prompting.passages import WHETHER, passages_set
from extract.prompting.relevance import BEGINNING, RELEVANCE, optional_kinds, relevance_slots, without
from extract.records.marks import Verbatim
from extract.tasks.loading import load_task


class Dead(BaseModel):
    """How many it killed."""

    number: Annotated[str, Verbatim("number")]


class Raid(BaseModel):
    """An attack on a place, by anybody."""

    place: Annotated[str, Verbatim("place")]
    dead: list[Dead] = []


class Visit(BaseModel):
    """A visit to a place."""

    place: Annotated[str, Verbatim("place")]


class News(BaseModel):
    raids: list[Raid] = []
    visits: list[Visit] = []


def example(text: str, *, raids: int = 0, visits: int = 0) -> WorkedExample[News]:
    records = News(
        raids=[Raid(place="Harrow", dead=[Dead(number="three")])] * raids, visits=[Visit(place="Harrow")] * visits
    )
    return WorkedExample(text, records, title="News of Harrow")


BOTH = example("Harrow was raided and then visited. Three died.", raids=1, visits=1)
VISIT = example("Harrow was visited.", visits=1)
LONG_VISIT = example("Harrow was visited. It was on Monday.", visits=1)


def test_a_kind_that_some_example_has_and_another_has_not_is_asked_about() -> None:
    assert [kind.tag for kind in optional_kinds(News, [BOTH, VISIT])] == ["Raid"]
    assert optional_kinds(News, [BOTH]) == optional_kinds(News, []) == []
    assert [kind.tag for kind in optional_kinds(News, [example("Rain in Harrow."), BOTH])] == ["Raid", "Visit"]


def test_it_comes_first_with_the_shortest_examples_the_one_with_the_kind_last() -> None:
    first, *others = passages_set("t", News, [BOTH, LONG_VISIT, VISIT]).prompts
    assert (first.unit, first.answer) == (RELEVANCE, WHETHER)
    assert others[0].unit == "passage"
    assert first.system.endswith("Answer true or false.\n\nRaid: An attack on a place, by anybody.")
    assert [(turn.role, turn.content) for turn in first.messages({"text": "Hm.", "question": "?"})[1:]] == [
        ("user", "Passage: News of Harrow Harrow was visited.\nDoes it report an attack on a place? true or false"),
        ("assistant", "false"),
        (
            "user",
            "Passage: News of Harrow Harrow was raided and then visited. Three died.\n"
            "Does it report an attack on a place? true or false",
        ),
        ("assistant", "true"),
        ("user", "Passage: Hm.\n?"),
    ]


def test_a_set_without_the_question_is_what_it_was() -> None:
    asked, same, other = (
        passages_set("t", News, examples) for examples in ([BOTH], [BOTH], [BOTH, example("Harrow was visited.")])
    )
    assert RELEVANCE not in [prompt.unit for prompt in asked.prompts]
    assert asked.sha256 == same.sha256 != other.sha256
    assert load_task("diplomacy").prompt_set("passages").sha256.startswith("b2fd658c")  # every example has acts


def test_the_beginning_is_the_headline_and_what_follows_in_one_line() -> None:
    raid, *_ = kinds_of(News)
    assert relevance_slots(raid, "Raid", "Raid\nIt\twas.")["text"] == "Raid It was."
    assert relevance_slots(raid, "Raid", "It was.")["text"] == "Raid It was."
    assert relevance_slots(raid, None, "x" * 2000)["text"] == "x" * BEGINNING
    assert "It was." in relevance_slots(raid, "x" * 2000, "It was.")["text"]


def test_without_a_kind_are_those_that_it_holds_gone_too() -> None:
    kinds = kinds_of(News)
    assert [kind.tag for kind in without(kinds, kinds[:1])] == ["Visit"]
    assert without(kinds, []) == kinds


class Mixed(BaseModel):
    acts: list[Raid | Visit] = []


class Twice(BaseModel):
    ours: list[Visit] = []
    theirs: list[Visit] = []


def test_a_question_that_does_not_name_one_list_is_not_asked() -> None:
    raid, visit = Raid(place="Harrow"), Visit(place="Harrow")
    lists: list[list[Raid | Visit]] = [[raid], [visit], []]
    mixed = [WorkedExample("In Harrow.", Mixed(acts=acts)) for acts in lists]
    assert optional_kinds(Mixed, mixed) == []
    twice = [WorkedExample("In Harrow.", Twice(ours=[visit])), WorkedExample("In Harrow.", Twice(theirs=[visit]))]
    assert optional_kinds(Twice, twice) == []
