"""A small schema of diplomatic acts, an example, and other schemas that are shaped otherwise."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extract.prompting.examples import WorkedExample
from extract.records.marks import Day, Evidence, NumberOf, Verbatim


class Amount(BaseModel):
    """A sum of money."""

    text: Annotated[str, Verbatim()]
    value: Annotated[float | None, NumberOf("text")]


class Condition(BaseModel):
    """What an act depends on."""

    evidence: Annotated[str, Evidence()]
    text: Annotated[str, Verbatim()]


class Act(BaseModel):
    """One act of one actor."""

    evidence: Annotated[str, Evidence()]
    kind: Literal["consult", "aid", "accuse"]
    actor: Annotated[str, Verbatim()] = Field(description="who acts")
    target: Annotated[str | None, Verbatim()] = None
    amount: Amount | None = None
    date_text: Annotated[str | None, Verbatim()] = None
    date: Annotated[str | None, Day("date_text")] = None
    conditions: list[Condition] = []


class Place(BaseModel):
    """Where something happened."""

    name: Annotated[str, Verbatim()]


class Acts(BaseModel):
    """What governments did."""

    acts: list[Act] = []
    places: list[Place] = []


TEXT = (
    "Envoys meet in Dorvan\n"
    "Lena Orm met Pavo Brill in Dorvan on Monday. She promised $3 million if the border opens.\n\n"
    "The weather was fine. It rained later. Nobody cared. Birds sang.\n"
    "Brill accused Halim of “theft”.\n"
)
RECORDS = Acts(
    acts=[
        Act(
            evidence="Lena Orm met Pavo Brill in Dorvan on Monday.",
            kind="consult",
            actor="Lena Orm",
            target="Pavo Brill",
            date_text="Monday",
            date="2026-03-02",
        ),
        Act(
            evidence="She promised $3 million if the border opens.",
            kind="aid",
            actor="Lena Orm",
            amount=Amount(text="$3 million", value=3_000_000),
            conditions=[Condition(evidence="if the border opens", text="the border opens")],
        ),
        Act(evidence="Brill accused Halim of “theft”.", kind="accuse", actor="Brill", target="Halim"),
    ],
    places=[Place(name="Dorvan")],
)
EXAMPLE = WorkedExample(TEXT, RECORDS, published=date(2026, 3, 3))


class Mood(Enum):
    """A closed vocabulary."""

    GLAD = "glad"
    SAD = "sad"


class Shooting(BaseModel):
    """One shooting; the whole of a text is one record."""

    day: date | None = None
    town: Annotated[str, Verbatim()]
    killed: int = 0
    mood: Mood | None = None
    streets: Annotated[list[str], Verbatim()] = []


class Cat(BaseModel):
    """A cat."""

    name: str


class Dog(BaseModel):
    """A dog."""

    name: str
    puppies: list[Dog] = []


class Pets(BaseModel):
    """A union, recursion, no marks."""

    owner: str = ""
    pets: list[Cat | Dog] = []
    guests: list[Cat] = []
