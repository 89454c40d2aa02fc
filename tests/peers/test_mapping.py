"""Records as the flat extractions of a peer, and back."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from eval.peers.flat import Found, as_extractions
from eval.peers.mapping import as_records
from extract.articles import Article
from extract.prompting.examples import WorkedExample
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task, shipped_tasks
from tests.made_up_peers import (
    LOG,
    VOYAGE,
    Family,
    Fleet,
    Log,
    Person,
    Ship,
    Weight,
)
from tests.small_gold import TEXTS


def article(name: str) -> Article:
    return Article(name, TEXTS[name], f"{name}.txt")


def attacks(*found: Found) -> Records:
    return as_records(found, Records)


def log(*found: Found) -> Log:
    return as_records([Found("log", "Aurora", {"sealed": True}), *found], Log)


def event(text: str, **attributes: object) -> Found:
    return Found("event", text, {"kind": "air_strike", "context": "main", **attributes})


@pytest.mark.parametrize("name", shipped_tasks())
def test_a_worked_example_comes_back_as_its_records(name: str) -> None:
    task = load_task(name)
    assert task.examples
    for example in task.examples:
        found = as_extractions(example)
        assert [one.text for one in found if one.text not in example.text] == []
        assert as_records(found, task.schema) == example.records


def test_a_worked_example_is_flat_and_in_the_order_of_its_text() -> None:
    assert [(one.kind, one.text, dict(one.attributes)) for one in as_extractions(WorkedExample(VOYAGE, LOG))] == [
        ("log", "Aurora", {"sealed": True}),
        ("call", "Port Vell", {"reason": "trade", "pier": 3, "day": None}),
        ("loaded_cargo", "rye", {"weight_words": "1,200.5 tons", "weight_tons": 1200.5}),
        ("loaded_cargo", "wine", {"weight_words": None, "weight_tons": None}),
        ("landed_cargo", "tar", {"weight_words": None, "weight_tons": None}),
        ("call", "Ys", {"reason": "repair", "pier": None, "day": "1850-03-01"}),
    ]


def test_a_record_that_no_words_show_stands_where_its_first_child_does() -> None:
    fleet = Fleet(size=2, ships=[Ship(name="Borealis"), Ship(name="Aurora")])
    found = as_extractions(WorkedExample("The Aurora and the Borealis", fleet))
    assert [(one.kind, one.text, dict(one.attributes)) for one in found] == [
        ("fleet", "Aurora", {"size": 2}),
        ("ship", "Aurora", {}),
        ("ship", "Borealis", {}),
    ]
    assert as_records(found, Fleet) == Fleet(size=2, ships=[Ship(name="Aurora"), Ship(name="Borealis")])


def test_events_of_several_chunks_that_agree_are_one() -> None:
    casualty = {"outcome": "killed", "quantity_value": 3, "quantity_text": "three", "quantity_bound": "exact"}
    records = attacks(
        event("a", attacker="Russia", places=["Kyiv"], date_text=None),
        Found("casualty", "killed three", {**casualty, "who": "people"}),
        event("b", attacker=None, places=["Kyiv", "Odesa"], date_text="Monday", context="other"),
        Found("casualty", "three were killed", {**casualty, "who": "people"}),
        event("c", attacker="Ukraine", places=["Belgorod"]),
        Found("casualty", "three died there", casualty),
    )
    assert [(one.evidence, one.attacker, one.date_text, one.context, one.places) for one in records.events] == [
        ("a", "Russia", "Monday", "main", ["Kyiv", "Odesa"]),
        ("c", "Ukraine", None, "main", ["Belgorod"]),
    ]
    assert [[one.evidence for one in event.casualties] for event in records.events] == [
        ["killed three"],
        ["three died there"],
    ]


def test_children_before_any_event_belong_to_the_first() -> None:
    weapon = Found("weapon", "drones", {"kind": "drone"})
    damage = Found("damage", "a house", {"kind": "residential", "extent": "destroyed"})
    [found] = attacks(weapon, event("a strike"), damage).events
    assert (found.evidence, len(found.weapons), len(found.damage)) == ("a strike", 1, 1)
    [unnamed] = attacks(weapon, damage).events
    assert (unnamed.evidence, unnamed.kind, len(unnamed.weapons), len(unnamed.damage)) == ("drones", "other", 1, 1)


def test_children_whose_parent_cannot_be_made_are_left_out() -> None:
    assert log(Found("landed_cargo", "tar", {})).calls == []  # a port is a name, and nobody named one


def test_a_child_knows_its_field_where_its_type_stands_in_several() -> None:
    cargo = [Found("loaded_cargo", "rye", {}), Found("landed_cargo", "tar", {}), Found("loaded_cargo", "rye", {})]
    [call] = log(Found("call", "Ys", {"reason": "trade"}), *cargo).calls
    assert ([one.goods for one in call.loaded], [one.goods for one in call.landed]) == (["rye"], ["tar"])


def test_records_inside_their_own_type_are_read_as_the_outermost() -> None:
    family = Family(people=[Person(name="Ada", children=[Person(name="Ben", children=[Person(name="Cy")])])])
    found = as_extractions(WorkedExample("Ada, her son Ben, his son Cy", family))
    assert [(one.kind, one.text) for one in found] == [("person", "Ada"), ("person", "Ben"), ("person", "Cy")]
    assert [one.name for one in as_records(found, Family).people] == ["Ada", "Ben", "Cy"]


def test_spellings_are_forgiven_and_the_unreadable_is_left_out() -> None:
    records = attacks(
        event("a strike", kind="Air Strikes", places="Kyiv", attacker="unknown", date="Monday"),
        Found("weapon", "shot down drones", {"kind": "Drones", "outcome": "broken", "quantity_bound": "exact"}),
        Found("Casualty", "1,200 hurt", {"outcome": "hospitalized", "quantity_text": "1,200", "who": "civilian"}),
        Found("casualty", "some", {"outcome": "surprised", "who": "people"}),
        Found("damage", "a tower", {"kind": "lighthouse", "extent": "Unspecified"}),
        Found("quote", "“We stay.”", {"speaker": "null", "text": "We stay."}),
        Found("quote", "“We stay,” said Ana.", {"speaker": "Ana", "role": ["the", "mayor"], "text": "“We stay,”"}),
        Found("mood", "sad", {}),
    )
    [found] = records.events
    assert (found.kind, found.places, found.attacker, found.date) == ("air_strike", ["Kyiv"], None, None)
    assert [(one.kind, one.outcome, one.quantity) for one in found.weapons] == [("drone", "used", None)]
    [casualty] = found.casualties
    assert (casualty.outcome, casualty.quantity.value, casualty.who) == ("hospitalised", 1200, "civilians")
    [tower] = found.damage
    assert (tower.object, tower.kind, tower.extent) == ("a tower", "other", "unspecified")
    [quote] = records.quotes
    assert (quote.text, quote.role) == ("We stay,", "the mayor")


def test_values_are_read_by_their_type() -> None:
    read = log(
        Found("log", "the bark Aurora", {"sealed": "no"}),  # said again: the first stays
        Found("call", "Ys", {"reason": "repairs", "pier": "no. 12", "day": "1850-03-01"}),
        Found("call", "Ur", {"reason": "shelter", "pier": 1.5, "day": "in March"}),
        Found("loaded_cargo", "rye", {"weight_words": "2.5 tons", "weight_tons": "null"}),
        Found("loaded_cargo", "oil", {"weight_tons": "3 tons"}),
    )
    ys, ur = read.calls
    assert (read.ship, read.sealed) == ("Aurora", True)
    assert (ys.reason, ys.pier, ys.day) == ("repair", 12, date(1850, 3, 1))
    assert (ur.reason, ur.pier, ur.day) == ("other", None, None)
    rye, oil = ur.loaded
    assert rye.weight == Weight(words="2.5 tons", tons=2.5)
    assert oil.weight == Weight(words="oil", tons=3)


def test_an_article_that_lacks_what_has_to_be_there_is_no_record() -> None:
    with pytest.raises(ValidationError, match="sealed"):
        as_records([Found("log", "Aurora", {})], Log)
