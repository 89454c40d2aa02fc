"""Values under a grammar: parts, optional ones, lists, speakers and pronouns."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel

from extract.prompting.candidates import Candidates, Mention
from extract.prompting.grammars import grammar_of
from extract.prompting.items import kinds_of
from extract.prompting.passages import form_of, reading_of
from extract.records.marks import Verbatim
from tests.prompting.acts import Acts
from tests.prompting.test_grammars import PASSAGE, SEEN, accepted, mentions


class Amount(BaseModel):
    """A part."""

    text: Annotated[str, Verbatim("number")]
    kinds: list[Literal["money", "goods"]] = []


class Named(BaseModel):
    """A value that is optional, a part with a list in it, and a list."""

    host: Annotated[str | None, Verbatim("person")] = None
    amount: Amount | None = None
    people: Annotated[list[str], Verbatim("person")] = []


class Nameds(BaseModel):
    """All of them."""

    nameds: list[Named] = []


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ('[null,null,[],["Ada Brandt"]]', True),
        ('[null,"30",["money"],[]]', True),
        ("[null,null,null,[]]", False),
        ('[null,null,["money"],[]]', False),  # nothing that would be of these kinds
        ('[null,null,[],["Ada Brandt","Ada Brandt"]]', False),
    ],
)
@pytest.mark.parametrize("number", [SEEN["number"], ()])
def test_a_part_that_is_not_there_has_empty_lists_and_no_name_is_listed_twice(
    row: str, right: bool, number: tuple[Mention, ...]
) -> None:
    passage = f"{PASSAGE} Ada Brandt left."
    again = passage.rindex("Ada Brandt")
    person = (*SEEN["person"], Mention(again, again + 10, "Ada Brandt"))
    kinds = kinds_of(Nameds)
    grammar = grammar_of(kinds, passage, {"number": number, "person": person}) or ""
    if "30" not in row or number:
        assert accepted(grammar, f'{{"Named":[{row}]}}') is right
        if right:
            form_of(kinds, passage).model_validate_json(f'{{"Named":[{row}]}}')


class Saying(BaseModel):
    """Who speaks, who is told, and who says how many."""

    speaker: Annotated[str, Verbatim("speaker", full=True)]
    told: Annotated[str | None, Verbatim("person", full=True)] = None
    host: Annotated[str | None, Verbatim("person")] = None
    source: Annotated[str | None, Verbatim("speaker")] = None


class Sayings(BaseModel):
    """All of them."""

    sayings: list[Saying] = []


@pytest.mark.parametrize(
    ("row", "speakers", "right"),
    [
        ('["an aide",null,null,"an aide"]', ["an aide"], True),
        ('["an aide","he",null,null]', ["an aide"], True),
        ('["he",null,null,null]', ["he"], True),
        ('["he",null,null,null]', ["an aide"], False),
        ('["Norland",null,null,null]', ["an aide"], False),
        ('["an aide",null,"he",null]', ["an aide"], False),  # this name is not asked for in full
        ('["Norland",null,null,null]', [], True),  # somebody says it, as it has to be
        ('["Norland",null,null,"Norland"]', [], False),
        ('["he",null,null,null]', [], False),
    ],
)
def test_speakers_are_those_who_say_something_and_may_be_called_by_a_pronoun(
    row: str, speakers: list[str], right: bool
) -> None:
    passage = "In Norland an aide said that he had come."
    seen: Candidates = {
        "speaker": mentions(passage, *speakers),
        "pronoun": mentions(passage, "he"),
        "place": mentions(passage, "Norland"),
        "organisation": mentions(passage, "Norland"),
        "phrase": mentions(passage, "Norland", "an aide"),
    }
    grammar = grammar_of(kinds_of(Sayings), passage, seen) or ""
    assert accepted(grammar, f'{{"Saying":[{row}]}}') is right


def test_optional_values_that_say_what_they_are_are_read_too() -> None:
    assert reading_of(Nameds)
    assert not reading_of(Acts)
