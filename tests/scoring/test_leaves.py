"""What of a schema is compared: the codebook's, and one without any mark."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel

from eval.scoring.leaves import canonical_json, plan_of, plans_of
from extract.records.marks import Apart, Compare, Silent
from extract.tasks.attack.schema import Damage, Event, Quantity, Quote, Records, Weapon


class Tax(BaseModel):
    rate: float
    note: str | None = None


class Unit(Enum):
    PIECE = "piece"
    HOUR = "hour"


class Line(BaseModel):
    item: str
    amount: int
    unit: Unit = Unit.PIECE
    colours: list[str] = []
    tax: Tax | None = None


class Invoice(BaseModel):
    """No mark at all."""

    number: Literal["A", "B"]
    issued: date
    total: Decimal
    payer: str | None = None
    scores: list[int] = []
    extra: dict[str, list[int]] = {}
    lines: list[Line] = []


def rules(model: type[BaseModel]) -> dict[str, str]:
    return {leaf.field: leaf.compare.rule for leaf in plan_of(model).leaves}


def test_headline_leaves_of_the_codebook() -> None:
    # Scoring, version 1: all but evidence, context, date and quantity.text; text and continued are one leaf
    assert rules(Event) == {"kind": "equal", "attacker": "name", "date_text": "text", "places": "name"}
    assert rules(Weapon) == {
        "kind": "equal",
        "quantity.value": "number",
        "quantity.bound": "equal",
        "outcome": "equal",
    }
    assert rules(Damage) == {
        "object": "text",
        "kind": "equal",
        "extent": "equal",
        "quantity.value": "number",
        "quantity.bound": "equal",
        "place": "name",
    }
    assert rules(Quote) == {"speaker": "name", "role": "text", "text": "text"}
    assert [leaf.field for leaf in plan_of(Event).leaves if leaf.is_set] == ["places"]
    assert [leaf.field for leaf in plan_of(Event).apart] == ["context", "date"]
    assert [child.path for child in plan_of(Event).children] == [("weapons",), ("casualties",), ("damage",)]


def test_type_decides_where_nothing_is_marked() -> None:
    assert rules(Invoice) == {
        "number": "equal",
        "issued": "equal",
        "total": "equal",
        "payer": "text",
        "extra": "equal",
        "scores": "equal",
    }
    assert rules(Line) == {
        "item": "text",
        "amount": "equal",
        "unit": "equal",
        "tax.rate": "equal",
        "tax.note": "text",
        "colours": "name",
    }
    assert [leaf.field for leaf in plan_of(Invoice).leaves if leaf.is_set] == ["scores"]


def test_marks_decide_before_the_type() -> None:
    class Marked(BaseModel):
        code: Annotated[str, Compare("equal")]
        owner: Annotated[str, Compare("name")] | None = None
        page: Annotated[int, Silent()]
        tax: Annotated[Tax, Apart()]
        notes: Annotated[list[str], Silent()]

    assert rules(Marked) == {"code": "equal", "owner": "name"}
    assert [leaf.field for leaf in plan_of(Marked).apart] == ["tax"]


def test_a_part_within_itself_is_one_value() -> None:
    assert rules(Node) == {"name": "text", "next": "equal"}


class Node(BaseModel):
    name: str
    next: Node | None = None


class Comment(BaseModel):
    text: str
    replies: list[Comment] = []


class Thread(BaseModel):
    comments: list[Comment]


def test_every_type_below_has_one_plan() -> None:
    assert [plan.type for plan in plans_of(Thread)] == ["thread", "comment"]
    assert [plan.type for plan in plans_of(Records)] == ["records", "event", "quote", "weapon", "casualty", "damage"]


def test_values_of_no_simple_type_are_compared_whole() -> None:
    leaf = next(leaf for leaf in plan_of(Invoice).leaves if leaf.field == "extra")
    first = Invoice(number="A", issued=date(2026, 1, 2), total=Decimal("1.0"), extra={"a": [1], "b": []})
    second = first.model_copy(update={"extra": {"b": [], "a": [1]}})
    assert leaf.key(first) == leaf.key(second)
    assert leaf.key(first) != leaf.key(first.model_copy(update={"extra": {"a": [1]}}))


def test_decimals_are_equal_by_value() -> None:
    leaf = next(leaf for leaf in plan_of(Invoice).leaves if leaf.field == "total")
    first = Invoice(number="A", issued=date(2026, 1, 2), total=Decimal("1.0"))
    assert leaf.judge(leaf.key(first), Decimal("1.00")) == "COR"


def test_a_quotation_and_its_continuations_are_one_text() -> None:
    leaf = next(leaf for leaf in plan_of(Quote).leaves if leaf.field == "text")
    broken = Quote(evidence="", speaker="Ann", text="We will rebuild", continued=["the whole", "city"])
    whole = Quote(evidence="", speaker="Ann", text="We will rebuild the whole city")
    assert leaf.value(broken) == "We will rebuild the whole city"
    assert leaf.judge(leaf.key(broken), leaf.key(whole)) == "COR"


def test_a_missing_number_is_a_value_only_where_words_stand_for_it() -> None:
    leaf = next(leaf for leaf in plan_of(Weapon).leaves if leaf.field == "quantity.value")
    dozens = Quantity(text="dozens", value=None, bound="about")
    assert leaf.key(Weapon(evidence="", kind="drone", quantity=dozens)) is not None
    assert leaf.key(Weapon(evidence="", kind="drone")) is None

    class Count(BaseModel):
        number: Annotated[int | None, Compare("number")] = None

    assert plan_of(Count).leaves[0].key(Count()) is None
    assert plan_of(Count).leaves[0].key(Count(number=0)) is not None


def test_canonical_json_forgets_only_orders_that_say_nothing() -> None:
    def invoice(*lines: Line, scores: list[int]) -> Invoice:
        return Invoice(number="A", issued=date(2026, 1, 2), total=Decimal("1"), lines=list(lines), scores=scores)

    one, two = Line(item="one", amount=1, colours=["red", "blue"]), Line(item="two", amount=2)
    turned = one.model_copy(update={"colours": ["blue", "red"]})
    assert canonical_json(invoice(one, two, scores=[1, 2])) == canonical_json(invoice(two, turned, scores=[2, 1]))
    first = Quote(evidence="", speaker="Ann", text="a", continued=["b", "c"])
    assert canonical_json(first) != canonical_json(first.model_copy(update={"continued": ["c", "b"]}))
    assert canonical_json({"b": {2, 1}, "a": date(2026, 1, 2)}) == '{"a":"2026-01-02","b":[1,2]}'
