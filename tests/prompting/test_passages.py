"""The prompt set `passages`: what is asked of a schema and its worked examples, and what may be answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from extract.errors import PromptError
from extract.models.client import UNDER_GRAMMAR
from extract.prompting.examples import WorkedExample
from extract.prompting.items import kinds_of
from extract.prompting.passages import HOLDER, WHETHER, form_of, passages_set
from extract.tasks.loading import load_task
from tests.prompting.acts import EXAMPLE, RECORDS, Acts, Pets, Shooting

KINDS = kinds_of(Acts)


def turns(examples: list[WorkedExample[Any]], schema: type[BaseModel] = Acts) -> dict[str, Any]:
    """Passage → items, as the examples show them."""
    prompt, *_ = passages_set("t", schema, examples).prompts
    read = form_of(kinds_of(schema), "").model_validate_json
    return {each.slots["text"]: read(each.answer).rows() for each in prompt.examples}


def test_an_example_is_cut_into_passages_by_its_evidence() -> None:
    assert turns([EXAMPLE]) == {
        "Envoys meet in Dorvan": [["Place", "Dorvan"]],
        "Lena Orm met Pavo Brill in Dorvan on Monday. She promised $3 million if the border opens.": [
            ["Act", "consult", "Lena Orm", "Pavo Brill", None, None, "Monday", "2026-03-02"],
            ["Act", "aid", "Lena Orm", None, "$3 million", 3000000, None, None],
            ["Condition", "the border opens"],
        ],
        "The weather was fine. It rained later. Nobody cared.": [],
        "Birds sang.": [],
        "Brill accused Halim of “theft”.": [["Act", "accuse", "Brill", "Halim", None, None, None, None]],
    }


def test_what_a_passage_does_not_state_is_null_there() -> None:
    text = "Lena Orm spoke.\nShe met Pavo Brill."
    (act,) = Acts.model_validate({"acts": [RECORDS.acts[0].model_dump() | {"evidence": "She met Pavo Brill"}]}).acts
    assert turns([WorkedExample(text, Acts(acts=[act]))]) == {"Lena Orm spoke.": [], "She met Pavo Brill.": []}
    named = act.model_copy(update={"actor": "She"})
    assert turns([WorkedExample(text, Acts(acts=[named]))])["She met Pavo Brill."] == [
        ["Act", "consult", "She", "Pavo Brill", None, None, None, None]  # neither day nor its words stand there
    ]


def test_values_of_the_whole_are_shown_where_they_stand() -> None:
    records = Shooting(town="Dorvan", killed=2, streets=["Elm Street", "Oak Lane"])
    shown = turns([WorkedExample("Two died in Dorvan.\nIt was on Elm Street and Oak Lane.", records)], Shooting)
    assert list(shown.values()) == [
        [["Shooting", None, "Dorvan", 2, None, []]],
        [["Shooting", None, None, 2, None, ["Elm Street", "Oak Lane"]]],
    ]


def test_the_system_part_is_built_from_the_schema() -> None:
    prompt, whether, holders = passages_set("t", Acts, [EXAMPLE]).prompts
    assert "What governments did." in prompt.system
    assert (
        '"Act": [[kind, actor, target, amount.text, amount.value, date_text, date], …]: One act of one actor.\n'
        "- kind: consult, aid, accuse\n- actor: copied. who acts\n- target: copied or null\n- amount.text: copied or null"
    ) in prompt.system
    assert "evidence" not in prompt.system
    assert prompt.unit == "passage"
    slots = {"text": "Hm.", "only": "", "title": "", "published": "2026-01-01"}
    assert prompt.messages(slots)[-1].content == "Published: 2026-01-01\nPassage: Hm."
    for other, unit in ((whether, WHETHER), (holders, HOLDER)):  # they begin alike
        assert (other.unit, other.system, other.examples) == (unit, prompt.system, prompt.examples)
    (without_days,) = passages_set("t", Pets, []).prompts
    assert without_days.messages(slots)[-1].content == "Passage: Hm."


def test_a_set_is_what_it_asks() -> None:
    one, same, other = (passages_set("t", Acts, examples).sha256 for examples in ([EXAMPLE], [EXAMPLE], []))
    assert one == same != other


def test_unions_recursion_and_equal_names_are_kinds() -> None:
    assert [(kind.tag, kind.path, [slot.name for slot in kind.slots]) for kind in kinds_of(Pets)] == [
        ("Pets", (), ["owner"]),
        ("Cat pets", ("pets",), ["name"]),
        ("Dog", ("pets",), ["name"]),
        ("Cat guests", ("guests",), ["name"]),
    ]


class Odd(BaseModel):
    """A value that no item can hold."""

    table: dict[str, int]


def test_a_required_value_that_cannot_be_asked_for_is_refused() -> None:
    with pytest.raises(PromptError, match=r"Odd\.table is required.*default.*'whole'"):
        passages_set("t", Odd, [])


def test_an_answer_is_read_by_position() -> None:
    form = form_of(KINDS, "Orm met Brill.")
    act = ["consult", "Orm", "Brill", None, None, None, None]
    answer = form.model_validate({"Act": [act], "Condition": [], "Place": [["Rome"]]})
    assert answer.rows() == [["Act", *act], ["Place", "Rome"]]
    for acts in ([["dance", *act[1:]]], [["aid", "Orm"]], "x"):
        with pytest.raises(ValidationError):
            form.model_validate({"Act": acts, "Condition": [], "Place": []})
    assert form.model_validate({"Act": [act]}).rows() == [["Act", *act]]  # what is left out, or cut off, is empty
    wrongs: list[Any] = [{"Act": [], "Condition": [], "Place": [], "Cat": []}, []]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            form.model_validate(wrong)


@pytest.mark.parametrize("name", ["Rome", "", " Orm", "Orm ", "orm"])
def test_under_a_grammar_words_are_the_passage_s(name: str) -> None:
    form = form_of(KINDS, "Orm met Brill.")
    form.model_validate(place("Orm"), context=UNDER_GRAMMAR)
    form.model_validate(place(name))  # a server without grammars: grounding will see
    with pytest.raises(ValidationError, match="no phrase of the passage"):
        form.model_validate(place(name), context=UNDER_GRAMMAR)


def place(name: str) -> dict[str, Any]:
    """The answer that there is a place, and nothing else."""
    return {"Act": [], "Condition": [], "Place": [[name]]}


def test_the_form_is_the_same_for_all_passages_and_the_grammar_is_not() -> None:
    one, other = form_of(KINDS, "Orm met Brill."), form_of(KINDS, "It rained.")
    assert one.model_json_schema() == other.model_json_schema()
    assert one.grammar != other.grammar


def test_the_attack_task_is_asked_like_any_other() -> None:
    task = load_task("attack")
    relevance, prompt, *_ = task.prompt_set("passages").prompts
    assert [each.answer for each in relevance.examples] == ["false", "true"]
    assert sum(len(json.loads(each.answer)) for each in prompt.examples) >= 8
    assert len(prompt.system) < 3000
