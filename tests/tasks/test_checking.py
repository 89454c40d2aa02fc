"""What is weak about a task: each weakness is told where it is, and goes when it is mended."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel

from extract.prompting.examples import WorkedExample
from extract.records.marks import Evidence, Verbatim
from extract.tasks.checking import weaknesses
from extract.tasks.task import Task
from tests.recalls import RECALLED, Recall, Recalls, begin

KETTLES = Recall(evidence=RECALLED.strip(), product="kettles", units=1200, reason="fire")
WHOLE = [
    (RECALLED, Recalls(recalls=[KETTLES.model_copy(update={"reason": why}) for why in ("fire", "injury", "other")]))
]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Amount(BaseModel):
    """How much."""

    value: int
    unit: Literal["piece", "crate"] = "piece"


class Lot(BaseModel):
    """What was sold."""

    evidence: Annotated[str, Evidence()]
    thing: Annotated[str, Verbatim()]
    colour: Colour | None = None
    size: Literal[1, 2] | None = None
    amount: Amount | None = None
    lots: list[Lot] = []


class Lots(BaseModel):
    lots: list[Lot] = []


def lot(**more: object) -> Lot:
    return Lot.model_validate({"evidence": "Red vases.", "thing": "vases", **more})


def test_a_task_that_shows_everything_has_none() -> None:
    assert weaknesses(Task.of(Recalls, examples=WHOLE)) == []


def test_no_example() -> None:
    (said,) = weaknesses(Task.of(Recalls))
    assert said.startswith("no worked example: examples/NAME.txt with its records in examples/NAME.json")


def test_a_text_without_records(tmp_path: Path) -> None:
    task = replace(begin(tmp_path, Recalls), examples=Task.of(Recalls, examples=WHOLE).examples)
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.txt").write_text(RECALLED, encoding="utf-8")
    assert weaknesses(task) == [f"{tmp_path / 'examples' / 'a.txt'}: no records beside it: write a.json"]


def test_a_value_or_a_record_type_that_no_example_shows() -> None:
    assert weaknesses(Task.of(Recalls, examples=[(RECALLED, Recalls(recalls=[KETTLES]))])) == [
        "Recall.reason: in no example: injury, other"
    ]
    assert weaknesses(Task.of(Recalls, examples=[(RECALLED, Recalls())])) == ["Recall: in no example"]


def test_enums_and_numbers_are_shown_like_words() -> None:
    one = lot(colour="red", size=1, amount={"value": 3}, lots=[lot(size=2)])
    shown = WorkedExample("Red vases.", Lots(lots=[one]))
    its_own = (
        "Lot.lots: holds records of its own type, which the prompt set passages cannot ask for: --prompts whole can"
    )
    assert weaknesses(Task.of(Lots, examples=[shown])) == [
        its_own,
        "Lot.colour: in no example: blue",
        "Amount.unit: in no example: crate",
    ]
    more = lot(colour="blue", amount={"value": 1, "unit": "crate"})
    both = WorkedExample("Red vases.", Lots(lots=[one, more]))
    assert weaknesses(Task.of(Lots, examples=[both])) == [its_own]


def test_a_schema_without_marks_or_words() -> None:
    class Shooting(BaseModel):
        place: str | None = None

    class Shootings(BaseModel):
        shootings: list[Shooting] = []

    shown = ("Shots in Lund.", Shootings(shootings=[Shooting(place="Lund")]))
    assert weaknesses(Task.of(Shootings, examples=[shown])) == [
        "Shootings: no field is marked Verbatim(), so that no value has to stand in the text",
        "Shooting: no field is marked Evidence(): the piece of the text that supports the record",
        "Shooting: no docstring: the model has to guess from its name what it is",
    ]


class Body(BaseModel):
    """An organisation."""

    name: Annotated[str, Verbatim()]
    parts: list[Body] = []


class Bodies(BaseModel):
    bodies: list[Body] = []


def test_records_of_their_own_type_are_not_asked_for_by_passages() -> None:
    found = weaknesses(Task.of(Bodies))
    assert [line for line in found if line.startswith("Body.parts: holds records of its own type")]
