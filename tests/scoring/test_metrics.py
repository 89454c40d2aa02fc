"""Figures of hand-counted articles."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from eval.scoring.metrics import ArticleScore, LeafVerdict, Tally, score_article, sum_rates, sum_tallies
from extract.errors import GoldError
from extract.tasks.attack.schema import Records

TEXT = "Russia struck Kyiv early Thursday with 598 drones. At least 18 people died, authorities said. Dozens were hurt."


def quantity(value: int | None, bound: str = "exact", text: str | None = None) -> dict[str, Any]:
    return {"text": text or str(value), "value": value, "bound": bound}


DRONES = {"evidence": "with 598 drones", "kind": "drone", "quantity": quantity(598), "outcome": "used"}
DEAD = {
    "evidence": "At least 18 people died, authorities said.",
    "outcome": "killed",
    "quantity": quantity(18, "at_least", "At least 18"),
    "who": "people",
    "source": "authorities",
}
HURT = {
    "evidence": "Dozens were hurt.",
    "outcome": "injured",
    "quantity": quantity(None, "about", "Dozens"),
    "who": "people",
}
STRIKE = {
    "evidence": "Russia struck Kyiv early Thursday with 598 drones.",
    "kind": "air_strike",
    "context": "main",
    "attacker": "Russia",
    "date_text": "early Thursday",
    "places": ["Kyiv"],
}
# Headline leaves: STRIKE kind, attacker, date_text, one place: 4. DRONES kind, outcome, value, bound: 4.
# DEAD outcome, who, value, bound, source: 5. HURT outcome, who, value, bound: 4. Together 17.


def records(*events: dict[str, Any], quotes: tuple[dict[str, Any], ...] = ()) -> Records:
    return Records.model_validate({"events": events, "quotes": quotes})


GOLD = records({**STRIKE, "weapons": [DRONES], "casualties": [DEAD, HURT]})


def score(predicted: Records | None, gold: Records = GOLD) -> ArticleScore:
    return score_article("a", gold, predicted, TEXT)


def wrong(result: ArticleScore) -> list[tuple[str, str]]:
    return sorted((v.state, f"{v.type}.{v.field}") for v in result.verdicts if v.state != "COR")


def test_tally_arithmetic() -> None:
    tally = Tally(cor=6, par=2, inc=1, mis=3, spu=1)
    assert tally.precision() == pytest.approx(6 / 10)
    assert tally.recall() == pytest.approx(6 / 12)
    assert tally.f1() == pytest.approx(2 * 0.6 * 0.5 / 1.1)
    assert tally.f1(lenient=True) == pytest.approx(2 * 0.7 * (7 / 12) / (0.7 + 7 / 12))
    assert tally + Tally(cor=1, spu=1) == Tally(cor=7, par=2, inc=1, mis=3, spu=2)


def test_no_leaf_no_figure() -> None:
    nothing = Tally()
    assert (nothing.precision(), nothing.recall(), nothing.f1()) == (None, None, None)
    missed = Tally(mis=2)
    assert (missed.precision(), missed.recall(), missed.f1()) == (None, 0, 0)
    invented = Tally(spu=2)
    assert (invented.precision(), invented.recall(), invented.f1()) == (0, None, 0)


def test_gold_against_itself() -> None:
    tallies = score(GOLD).tallies
    assert tallies["overall"] == Tally(cor=17)
    kinds = "event", "weapon", "casualty", "damage", "quote"
    assert [tallies[f"type/{kind}"] for kind in kinds] == [Tally(4), Tally(4), Tally(9), Tally(), Tally()]
    assert [tallies[f"exact/{kind}"] for kind in kinds] == [Tally(1), Tally(1), Tally(2), Tally(), Tally()]
    assert tallies["flat/casualty"] == Tally(cor=9)
    assert tallies["apart/event.context"] == Tally(cor=1)
    assert tallies["apart/event.date"] == Tally()  # null on both sides counts nothing
    assert tallies["field/damage.kind"].f1() is None
    # verbatim: 4 evidences, 3 wordings of quantities, date, place, source; evidence of 50 + 15 + 42 + 17 characters
    assert score(GOLD).rates == {"verbatim": (10, 10), "overlap": (124, 124)}


def test_a_failed_article_misses_everything() -> None:
    tallies = score(None).tallies
    assert tallies["overall"] == Tally(mis=17)
    assert tallies["exact/casualty"] == Tally(mis=2)
    assert tallies["flat/casualty"] == Tally(mis=9)
    assert tallies["apart/event.context"] == Tally(mis=1)
    assert score(None).rates == {"verbatim": (0, 0), "overlap": (0, 0)}


def test_nothing_found_is_scored_like_nothing_had() -> None:
    assert score(records()).tallies == score(None).tallies
    assert score(GOLD, gold=records()).tallies["overall"] == Tally(spu=17)


def test_each_kind_of_wrong_leaf() -> None:
    predicted = records(
        {
            **STRIKE,
            "attacker": "Russian forces",
            "date_text": None,
            "date": "2026-04-02",
            "context": "other",
            "places": ["Lviv"],
            "weapons": [{**DRONES, "kind": "rocket", "quantity": quantity(600)}],
            "casualties": [{**DEAD, "place": "Kyiv", "source": "police"}, {**HURT, "quantity": quantity(20, "about")}],
        }
    )
    result = score(predicted)
    assert wrong(result) == [
        ("INC", "casualty.quantity.value"),  # null is a value, and not 20
        ("INC", "casualty.source"),
        ("INC", "weapon.kind"),
        ("INC", "weapon.quantity.value"),  # within 5 %, but both are exact
        ("MIS", "event.date_text"),
        ("MIS", "event.places"),
        ("PAR", "event.attacker"),
        ("SPU", "casualty.place"),
        ("SPU", "event.places"),
    ]
    assert result.tallies["overall"] == Tally(cor=10, par=1, inc=4, mis=2, spu=2)
    assert result.tallies["exact/casualty"] == Tally(mis=2, spu=2)
    assert result.tallies["apart/event.context"] == Tally(inc=1)
    assert result.tallies["apart/event.date"] == Tally(spu=1)


def test_a_quantity_on_one_side_is_two_leaves() -> None:
    vague = {**DRONES, "quantity": quantity(None, "about", "dozens")}
    bare = {**DRONES, "quantity": None}
    missed = score(records({**STRIKE, "weapons": [bare]}), gold=records({**STRIKE, "weapons": [vague]}))
    assert wrong(missed) == [("MIS", "weapon.quantity.bound"), ("MIS", "weapon.quantity.value")]
    invented = score(records({**STRIKE, "weapons": [vague]}), gold=records({**STRIKE, "weapons": [bare]}))
    assert wrong(invented) == [("SPU", "weapon.quantity.bound"), ("SPU", "weapon.quantity.value")]
    neither = score(records({**STRIKE, "weapons": [bare]}), gold=records({**STRIKE, "weapons": [bare]}))
    assert neither.tallies["type/weapon"] == Tally(cor=2)


def test_the_words_of_a_quantity_are_silent() -> None:
    predicted = records({**STRIKE, "weapons": [{**DRONES, "quantity": quantity(598, text="nearly six hundred")}]})
    assert score(predicted, gold=records({**STRIKE, "weapons": [DRONES]})).tallies["type/weapon"] == Tally(cor=4)


def test_near_misses() -> None:
    gold = records({**STRIKE, "weapons": [{**DRONES, "kind": "missile", "quantity": quantity(100, "about")}]})
    predicted = records({**STRIKE, "weapons": [{**DRONES, "kind": "cruise_missile", "quantity": quantity(95)}]})
    result = score(predicted, gold)
    assert wrong(result) == [
        ("INC", "weapon.quantity.bound"),
        ("PAR", "weapon.kind"),
        ("PAR", "weapon.quantity.value"),
    ]


def test_a_place_predicted_twice_is_spurious() -> None:
    gold, predicted = records(STRIKE), records({**STRIKE, "places": ["Kyiv", "the Kyiv"]})
    result = score(predicted, gold)
    assert result.tallies["field/event.places"] == Tally(cor=1, spu=1)
    assert result.tallies["exact/event"] == Tally(mis=1, spu=1)


def test_an_event_split_in_two() -> None:
    predicted = records(
        {**STRIKE, "weapons": [DRONES], "casualties": [HURT]}, {**STRIKE, "context": "other", "casualties": [DEAD]}
    )
    result = score(predicted)
    # the first has 4 + 4 + 4 right, the second only 4 + 5: it is spurious, and the dead are missing where they belong
    assert result.tallies["overall"] == Tally(cor=12, mis=5, spu=9)
    assert result.tallies["exact/event"] == Tally(cor=1, spu=1)
    assert result.tallies["flat/casualty"] == Tally(cor=9)
    assert result.tallies["apart/event.context"] == Tally(cor=1, spu=1)


def test_two_events_merged_into_one() -> None:
    gold = records({**STRIKE, "weapons": [DRONES]}, {**STRIKE, "kind": "shelling", "casualties": [DEAD]})
    predicted = records({**STRIKE, "weapons": [DRONES], "casualties": [DEAD]})
    # with the first: 4 + 4 right; with the second: 3 + 5. Equal, no near misses, evidence alike: canonical order,
    # in which "casualties":[] comes before "casualties":[{
    result = score(predicted, gold)
    assert result.tallies["overall"] == Tally(cor=8, mis=9, spu=5)
    assert result.tallies["flat/casualty"] == Tally(cor=5)


def test_a_duplicate_is_spurious() -> None:
    result = score(records({**STRIKE, "weapons": [DRONES, DRONES], "casualties": [DEAD, HURT]}))
    assert result.tallies["overall"] == Tally(cor=17, spu=4)
    assert result.tallies["exact/weapon"] == Tally(cor=1, spu=1)
    assert result.tallies["flat/weapon"] == Tally(cor=4, spu=4)


def test_verdicts_point_at_values() -> None:
    predicted = records({**STRIKE, "places": ["Lviv", "Kyiv"], "attacker": None})
    verdicts = {(v.field, v.state): v for v in score(predicted, gold=records(STRIKE)).verdicts}
    assert verdicts["places", "COR"] == LeafVerdict(
        "COR", "event", "places", "Kyiv", "Kyiv", "/events/0/places/0", "/events/0/places/1"
    )
    assert verdicts["places", "SPU"] == LeafVerdict("SPU", "event", "places", None, "Lviv", None, "/events/0/places/0")
    assert verdicts["attacker", "MIS"] == LeafVerdict(
        "MIS", "event", "attacker", "Russia", None, "/events/0/attacker", None
    )
    in_a_part = next(v for v in score(GOLD).verdicts if v.type == "weapon" and v.field == "quantity.value")
    assert in_a_part.gold_pointer == "/events/0/weapons/0/quantity/value"
    assert in_a_part.gold == 598


def test_verdicts_are_the_overall_tally() -> None:
    result = score(records({**STRIKE, "places": ["Kyiv", "Lviv"], "casualties": [DEAD]}))
    states = [verdict.state for verdict in result.verdicts]
    counted = Tally(*(states.count(state) for state in ("COR", "PAR", "INC", "MIS", "SPU")))
    assert counted == result.tallies["overall"]


def test_grounding_rates() -> None:
    predicted = records(
        {**STRIKE, "evidence": "struck Kyiv", "date_text": "Early Thursday", "places": ["Kyiv"]},
        {**STRIKE, "kind": "other", "attacker": "Ukraine", "evidence": "not in it", "places": [], "date_text": None},
    )
    result = score(predicted, gold=records(STRIKE))
    # evidence, place and evidence are verbatim or not: "Early Thursday" and "not in it" are not
    assert result.rates["verbatim"] == (2, 4)
    assert result.rates["overlap"] == (11, 50)  # "struck Kyiv" within the gold sentence; the lone event does not count


def test_evidence_outside_the_article_overlaps_nothing() -> None:
    result = score(records({**STRIKE, "evidence": "made up"}), gold=records(STRIKE))
    assert result.rates["overlap"] == (0, 57)


def test_scores_add_up() -> None:
    both = score(GOLD), score(None)
    assert sum_tallies(each.tallies for each in both)["overall"] == Tally(cor=17, mis=17)
    assert sum_rates(each.rates for each in both) == {"verbatim": (10, 10), "overlap": (124, 124)}
    assert sum_tallies([]) == {}
    assert set(score(records()).tallies) == set(score(GOLD).tallies)  # every article has every name


def test_gold_and_prediction_of_different_schemas() -> None:
    with pytest.raises(GoldError, match=r"article 'a': gold is of schema 'Records', the prediction of 'Invoice'"):
        score_article("a", GOLD, Invoice(customer="x"), TEXT)


class Line(BaseModel):
    item: str
    amount: int


class Invoice(BaseModel):
    customer: str
    paid: bool | None = None
    tags: list[str] = []
    lines: list[Line] = []


def test_any_schema_without_marks_is_scored() -> None:
    gold = Invoice(
        customer="Smith and Sons",
        paid=True,
        tags=["urgent", "French"],
        lines=[Line(item="red apples", amount=3), Line(item="pears", amount=2)],
    )
    predicted = Invoice(
        customer="Smith and Daughters",
        tags=["France"],
        lines=[Line(item="green pears", amount=2), Line(item="plums", amount=7), Line(item="red apples", amount=3)],
    )
    tallies = score_article("x", gold, predicted, "").tallies
    # customer: 2 shared tokens of 3 and 3; France and French are one name
    assert tallies["type/invoice"] == Tally(cor=1, par=1, mis=2)
    assert tallies["field/invoice.tags"] == Tally(cor=1, mis=1)
    # apples; pears by their amount, "green pears" being near; plums are spurious
    assert tallies["type/line"] == Tally(cor=3, par=1, spu=2)
    assert tallies["overall"] == Tally(cor=4, par=2, mis=2, spu=2)
    assert tallies["exact/line"] == Tally(cor=1, mis=1, spu=2)
    assert not [name for name in tallies if name.startswith(("flat/", "apart/"))]


def test_the_root_is_one_document_even_when_nothing_in_it_is_right() -> None:
    result = score_article("x", Invoice(customer="Smith"), Invoice(customer="Jones"), "")
    assert result.tallies["overall"] == Tally(inc=1)
    assert result.tallies["exact/invoice"] == Tally(mis=1, spu=1)
