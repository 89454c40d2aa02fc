"""Worked examples as turns of the set `passages`: which number is whose, what a passage states, and what is told in all."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from extract.articles.linguistics import reader
from extract.prompting.candidates import candidates_of
from extract.prompting.examples import WorkedExample
from extract.prompting.grammars import grammar_of
from extract.prompting.items import kinds_of
from extract.prompting.passages import passages_set
from extract.prompting.turns import most_repeats, words_shown
from extract.records.marks import Evidence, NumberOf, Verbatim
from tests.prompting.test_grammars import accepted


class Loss(BaseModel):
    """People who died."""

    evidence: Annotated[str, Evidence()]
    side: str | None = None
    value: Annotated[int | None, NumberOf("killed")] = None
    killed: Annotated[str, Verbatim("number")]


class Losses(BaseModel):
    """All of them."""

    losses: list[Loss] = []


def loss(text: str, killed: str, value: int | None = None, side: str | None = None) -> Loss:
    """One whose evidence is the whole text."""
    return Loss(evidence=text, killed=killed, value=value, side=side)


def shown(text: str, *losses: Loss) -> list[list[Any]]:
    """The rows of a text of one passage, which its own grammar allows."""
    (prompt,) = passages_set("t", Losses, [WorkedExample(text, Losses(losses=list(losses)))]).prompts
    (turn,) = prompt.examples
    candidates = candidates_of(text, reader("en"))
    grammar = grammar_of(kinds_of(Losses), text, candidates, most_repeats(prompt, Losses))
    assert accepted(grammar or "", turn.answer)
    rows: list[list[Any]] = json.loads(turn.answer)["Loss"]
    return rows


TEXT = "Norlandish jets killed 12 people on 3 May. Two bridges and a road were closed. Twelve people had died before."


def test_each_number_is_told_and_items_begin_with_theirs() -> None:
    rows = shown(TEXT, loss(TEXT, "12", 12, "Norland"))
    # a day is no number, "a road" is one by the way only; Norlandish jets are Norland's
    assert rows == [["12", 12, "Norland"], ["Two", None], ["Twelve", None]]
    (prompt,) = passages_set("t", Losses, []).prompts
    assert '"Loss": [[killed, value, side], …], or [killed, null] for a number that is none: People' in prompt.system


@pytest.mark.parametrize(
    ("text", "killed", "begun"),
    [
        ("Shells killed 12 in Brod; 30 were hurt, and 12 were fined.", ["12"], ["12", "30 -", "12 -"]),
        ("The army killed 12 in Brod, 30 were freed, and police killed 12.", ["12", "12"], ["12", "30 -", "12"]),
        ("On 3 May the blast killed 20 people and 3 guards died.", ["20 people", "3"], ["20 people", "3"]),
        ("On 3 May the blast killed 20 people and 3 were hurt.", ["20 people"], ["20 people", "3 -"]),
        ("A blast killed 12 men, six of them old.", ["12", "six", "12"], ["12", "12", "six"]),
    ],
)
def test_each_mention_of_a_number_is_one(text: str, killed: list[str], begun: list[str]) -> None:
    rows = shown(text, *(loss(text, each) for each in killed))
    assert [row[0] + (" -" if len(row) == 2 else "") for row in rows] == begun


@pytest.mark.parametrize("side", ["Oman", "US", "", " "])
def test_words_that_begin_no_word_of_the_passage_are_not_stated_there(side: str) -> None:
    text = "It killed 12 because a woman fell."
    assert shown(text, loss(text, "12", 12, side)) == [["12", 12, None]]


def test_names_that_are_said_in_words_of_their_own_are_known() -> None:
    records = [loss(TEXT, "12", 12, "Norland"), loss(TEXT, "Twelve", 12, "jets")]
    (prompt,) = passages_set("t", Losses, [WorkedExample(TEXT, Losses(losses=records))]).prompts
    assert words_shown(prompt, Losses) == {"Norland"}


class Fine(BaseModel):
    """A sum, or how many, and who."""

    what: Annotated[str, Verbatim("number")]
    who: Annotated[str, Verbatim("person")]


class Fines(BaseModel):
    """All of them."""

    fines: list[Fine] = []


def rows_of(text: str, *fines: Fine) -> list[list[list[Any]]]:
    """By passage."""
    (prompt,) = passages_set("t", Fines, [WorkedExample(text, Fines(fines=list(fines)))]).prompts
    return [json.loads(turn.answer)["Fine"] for turn in prompt.examples]


def test_a_record_without_evidence_stands_where_its_names_do() -> None:
    text = "The court heard 12 drivers.\nAda Brandt freed 12 in the evening."
    assert rows_of(text, Fine(what="12", who="Ada Brandt")) == [[], [["12", "Ada Brandt"]]]


def test_where_no_record_can_be_no_number_is_told() -> None:
    assert rows_of("The blast hurt 12 soldiers and 30 guards.") == [[]]


class Share(BaseModel):
    """A part whose value is declared before its words."""

    value: Annotated[float | None, NumberOf("text")] = None
    text: Annotated[str, Verbatim("number")]


class Loan(BaseModel):
    """Money lent."""

    evidence: Annotated[str, Evidence()]
    kind: Literal["loan", "gift"]
    share: Share


class Loans(BaseModel):
    """All of them."""

    loans: list[Loan] = []


def test_words_come_before_what_follows_from_them_and_all_else_after() -> None:
    (kind,) = kinds_of(Loans)
    assert [slot.name for slot in kind.slots] == ["share.text", "share.value", "kind"]
    text = "The bank lent 12 million euros. It has 30 branches."
    records = Loans(loans=[Loan(evidence=text, kind="loan", share=Share(text="12 million euros", value=12e6))])
    (prompt,) = passages_set("t", Loans, [WorkedExample(text, records)]).prompts
    assert json.loads(prompt.examples[0].answer) == {"Loan": [["12 million euros", 12e6, "loan"], ["30", None]]}


class Both(BaseModel):
    """Two lists of what is told apart by numbers."""

    losses: list[Loss] = []
    fines: list[Loan] = []


def test_a_number_that_begins_items_of_two_kinds_is_not_repeated() -> None:
    text = "Brod gave 12 men."
    loan = Loan(evidence=text, kind="gift", share=Share(text="12"))
    (prompt,) = passages_set("t", Both, [WorkedExample(text, Both(losses=[loss(text, "12")], fines=[loan]))]).prompts
    assert most_repeats(prompt, Both) == 1
    twice = Both(losses=[loss(text, "12"), loss(text, "12", 12)])
    (prompt,) = passages_set("t", Both, [WorkedExample(text, twice)]).prompts
    assert most_repeats(prompt, Both) == 2
