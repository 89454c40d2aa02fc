"""Which schemas are refused, and what one is told to write instead. Those that are taken are in test_any_schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, computed_field, create_model

from extract.errors import TaskError
from extract.records.marks import Compare, Day, Evidence, Key, NumberOf, Totals, Verbatim
from extract.records.schemas import check_schema
from extract.tasks.task import Task


class Item(BaseModel):
    name: str


class Twin(BaseModel):
    name: str


class Named(RootModel[str]):
    pass


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str


class Computed(BaseModel):
    name: str

    @computed_field
    def shown(self) -> str:
        return self.name


class Empty(BaseModel):
    pass


class Twice(BaseModel):
    evidence: Annotated[str, Evidence()]
    proof: Annotated[str, Evidence()]


class Late(BaseModel):
    later: Undefined  # type: ignore[name-defined]  # noqa: F821


class Kind(Enum):
    ONE = 1


@dataclass
class Data:
    name: str


def other_item() -> type[BaseModel]:
    return create_model("ITEM", name=(str, ...))


REFUSED: list[tuple[Any, str]] = [
    (dict[str, int], "Model.field: a dict has no fields .*: write a list of a model"),
    (set[str], r"Model.field: the values of a set have no places: write list\[…\]"),
    (frozenset[int], "the values of a set"),
    (Any, "which type it is"),
    (object, "which type it is"),
    (list, "write a list of values or of models"),
    (list[list[str]], "a list of lists"),
    (list[str | None], "of nulls"),
    (list[Item | None], "of nulls"),
    (tuple[str, int], "a model with a field for each"),
    (Data, "Data is no type of a value here"),
    (bytes, "bytes is no type of a value here"),
    (complex, "complex is no type of a value here"),
    (Literal[Kind.ONE], "is no type of a value here"),
    (int | str, "cannot be told apart when they are read again"),
    (Item | str, "models beside values"),
    (list[Item | Twin], "Item and Twin have the same fields: give each kind: Literal"),
    (Item | Twin | None, "Item and Twin have the same fields"),
    (Named, "Named: a RootModel has no field to ask for"),
    (list[Open], "Open: extra='allow' lets in values"),
    (list[Computed], "Computed: computed field 'shown' .*: make it a plain property"),
    (Empty, "Empty: it has no fields"),
    (Twice, "Twice: evidence and proof are both marked"),
    (Annotated[str, Field(alias="Name")], "alias 'Name'.*rename the field"),
    (Annotated[str, Field(exclude=True)], "exclude=True leaves it out"),
    (Annotated[str, Verbatim], r"Verbatim is a mark only when it is called: write Verbatim\(\)"),
    (list[Annotated[str, Evidence]], r"write Evidence\(\)"),
    (Annotated[int, Verbatim()], "a piece of the text is a str"),
    (Annotated[Literal["a"], Verbatim()], "a piece of the text is a str"),
    (Annotated[Item, Verbatim()], "a piece of the text is a str"),
    (Annotated[list[str], Evidence()], "evidence is one piece of the text: write str"),
    (Annotated[list[Item], Key()], r"a list of records is no Key\(\)"),
    (Annotated[str, NumberOf("field")], r"NumberOf\(\) needs a number"),
    (Annotated[int, Day()], r"Day\(\) needs a str or a date"),
    (Annotated[str, Compare("number")], r"Compare\('number'\) does not fit its type"),
    (Annotated[int, Compare("name")], r"Compare\('name'\) does not fit its type"),
    (Annotated[int, NumberOf("words")], "a mark names 'words', and Model has no such field"),
    (Annotated[str, Day("when")], "a mark names 'when'"),
    (Annotated[str, Compare("text", join=("more",))], "a mark names 'more'"),
    (Annotated[int, Compare("number", wording="words")], "a mark names 'words'"),
    (Annotated[int, Compare("number", vague=("bound", "about"))], "a mark names 'bound'"),
    (Annotated[str, Compare("vibes")], "values are compared by one of equal, number, name, text"),  # type: ignore[arg-type]
    (Annotated[list[Item], Totals(by=("outcome",))], "names 'outcome', and Item has no such field"),
    (Annotated[list[Item], Totals(by=("name",), whole={"who": 1})], "names 'who', and Item has no such field"),
    (Annotated[list[str], Totals(by=("name",))], "is a mark of a list of records: put it there"),
]


@pytest.mark.parametrize(("annotation", "said"), REFUSED)
def test_what_cannot_be_worked_with_is_refused_by_name(annotation: Any, said: str) -> None:
    schema = create_model("Model", field=(annotation, ...))
    with pytest.raises(TaskError, match=said):
        check_schema(schema)
    with pytest.raises(TaskError):
        Task.of(schema)


class Below(BaseModel):
    facts: dict[str, str] = {}


class Middle(BaseModel):
    part: Below | None = None


class Above(BaseModel):
    items: list[Middle] = []


def test_what_is_wrong_deep_below_is_found() -> None:
    with pytest.raises(TaskError, match=r"Below\.facts: a dict"):
        check_schema(Above)


def test_two_models_of_one_name() -> None:
    with pytest.raises(TaskError, match="ITEM: two models are called that"):
        check_schema(create_model("Model", a=(Item, ...), b=(other_item(), ...)))


def test_a_name_that_nothing_stands_for() -> None:
    with pytest.raises(TaskError, match="Undefined"):
        check_schema(Late)


@pytest.mark.parametrize(
    "annotation",
    [
        int | float | None,
        Literal["a", "b"] | str,
        Literal["a"] | Literal["b"],
        list[int | float],
        Item | None,
        tuple[Item, ...],
    ],
)
def test_what_is_close_to_that_is_taken(annotation: Any) -> None:
    check_schema(create_model("Model", field=(annotation, ...)))


class Mode(Enum):
    BUS = "bus"


@pytest.mark.parametrize(
    ("annotation", "default", "said"),
    [
        (str, None, "its default is none of its type: Input should be a valid string"),
        (list[str], None, "its default is none of its type"),
        (int, "three", "its default is none of its type"),
        (date, "", "its default is none of its type"),
        (str, Verbatim(), "its default is none of its type"),
        (Mode, "bus", r"write Mode\.BUS"),
        (str, Field(default_factory=lambda: 1 / 0), "division by zero"),
    ],
)
def test_a_default_that_could_not_be_read_again(annotation: Any, default: Any, said: str) -> None:
    with pytest.raises(TaskError, match=said):
        check_schema(create_model("Model", field=(annotation, default)))


@pytest.mark.parametrize(
    ("annotation", "default"),
    [(str | None, None), (list[str], []), (list[str], ()), (Mode, Mode.BUS), (int, Field(default_factory=int))],
)
def test_a_default_of_its_type(annotation: Any, default: Any) -> None:
    check_schema(create_model("Model", field=(annotation, default)))
