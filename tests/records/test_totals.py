"""Which figures add up."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from extract.records.marks import NumberOf, Totals, Verbatim
from extract.records.totals import totals


class Toll(BaseModel):
    outcome: str
    number: int
    who: str = "people"
    place: str | None = None


class Report(BaseModel):
    tolls: Annotated[list[Toll], Totals(by=("outcome",), whole={"who": "people", "place": None})] = []
    others: list[Toll] = []


class Reports(BaseModel):
    reports: list[Report] = []


@pytest.mark.parametrize(
    ("tolls", "adding"),
    [
        ([Toll(outcome="killed", number=30), Toll(outcome="killed", number=2, who="children")], [0]),
        ([Toll(outcome="killed", number=31), Toll(outcome="killed", number=25)], [0]),  # the present toll comes first
        ([Toll(outcome="killed", number=2, who="police"), Toll(outcome="killed", number=30)], [1]),
        ([Toll(outcome="killed", number=2), Toll(outcome="injured", number=5)], [0, 1]),
        ([Toll(outcome="killed", number=8, place="Aldane"), Toll(outcome="killed", number=3, place="Brod")], [0, 1]),
        ([Toll(outcome="killed", number=2, who="police"), Toll(outcome="killed", number=3, who="children")], [0, 1]),
        ([Toll(outcome="killed", number=8, place="Brod"), Toll(outcome="killed", number=9, place="Brod")], [0]),
        (
            [
                Toll(outcome="killed", number=9, place="Brod"),
                Toll(outcome="killed", number=1, who="staff", place="Brod"),
            ],
            [0],
        ),
        ([], []),
    ],
)
def test_the_first_of_the_whole_or_else_every_part_once(tolls: list[Toll], adding: list[int]) -> None:
    records = Reports(reports=[Report(), Report(tolls=tolls, others=tolls)])
    assert totals(records) == [f"/reports/1/tolls/{number}" for number in adding]


class Count(BaseModel):
    text: Annotated[str, Verbatim("number")]
    value: Annotated[int | None, NumberOf("text")]


class Hurt(BaseModel):
    count: Count | None
    who: str = "people"


class Bulletin(BaseModel):
    hurt: Annotated[list[Hurt], Totals(by=(), whole={"who": "people"})] = []


DOZENS, SIXTY, SIXTY_THREE = Count(text="dozens", value=None), Count(text="60", value=60), Count(text="63", value=63)


@pytest.mark.parametrize(
    ("counts", "adding"),
    [
        ([DOZENS, SIXTY, SIXTY_THREE], 1),
        ([SIXTY, DOZENS], 0),
        ([DOZENS, DOZENS], 0),
        ([None, SIXTY], 1),
    ],
)
def test_a_number_stands_for_the_whole_rather_than_words_that_say_none(counts: list[Count | None], adding: int) -> None:
    bulletin = Bulletin(hurt=[Hurt(count=each) for each in counts])
    assert totals(bulletin) == [f"/hurt/{adding}"]


def test_a_part_with_a_number_is_not_the_whole() -> None:
    assert totals(Bulletin(hurt=[Hurt(count=DOZENS), Hurt(count=SIXTY, who="children")])) == ["/hurt/0"]
