"""What can be seen of values, and what a calibration makes of it. Numbers by hand."""

from __future__ import annotations

import math

import pytest

from extract.records.beliefs import ANSWER, Calibration, Seen, seen_in
from extract.tasks.attack.schema import Casualty, Event, Quantity, Quote, Records

SENTENCE = "Two people died in Aldane at 10:30 on May 3, the mayor said."
TEXT = f"{SENTENCE} The mayor left Aldane."


def records() -> Records:
    figure = Casualty(
        evidence=SENTENCE,
        outcome="killed",
        quantity=Quantity(text="Two", value=2, bound="exact"),
        who="people",
        source="the mayor",
    )
    event = Event(evidence=SENTENCE, kind="other", context="main", places=["Aldane"], casualties=[figure, figure])
    return Records(events=[event, event], quotes=[Quote(evidence="x", speaker="the mayor", text="x")])


def seen(**judged: float) -> dict[str, Seen]:
    pointers = {name.replace("__", "/"): share for name, share in judged.items()}
    return {each.pointer: each for each in seen_in(records(), pointers, TEXT)}


def test_every_leaf_is_seen_and_nothing_else_is() -> None:
    first = {pointer for pointer in seen() if pointer.startswith("/events/0/casualties/0")}
    assert first == {
        f"/events/0/casualties/0/{name}" for name in ("outcome", "quantity/value", "quantity/bound", "who", "source")
    }


def test_signs_of_a_value() -> None:
    signs = seen()["/events/1/casualties/1/source"].signs
    assert signs == {
        ANSWER: 0.0,
        "length of evidence": pytest.approx(math.log(1 + len(SENTENCE) / 100)),
        "numbers in evidence": pytest.approx(math.log(4)),  # 10, 30, 3
        "records of the same evidence": pytest.approx(math.log(6)),
        "records told apart": pytest.approx(math.log(2)),
        "place in its list": pytest.approx(math.log(2)),
        "not of the first record": 1.0,
        "said again": 0.0,
    }
    assert seen()["/events/0/places/0"].signs["said again"] == 1.0


def test_the_least_sure_verdict_on_a_record_or_what_holds_it_counts() -> None:
    found = seen(__events__0__kind=0.9, __events__0__casualties__0__outcome=0.6, __events__1__kind=0.8)
    logit = {pointer: round(each.signs[ANSWER], 3) for pointer, each in found.items()}
    assert logit["/events/0/kind"] == logit["/events/0/attacker" if "/events/0/attacker" in logit else "/events/0/kind"]
    assert logit["/events/0/kind"] == round(math.log(9), 3)
    assert logit["/events/0/casualties/0/who"] == round(math.log(1.5), 3)
    assert logit["/events/0/casualties/1/who"] == round(math.log(9), 3)
    assert logit["/quotes/0/speaker"] == 0.0


def test_a_confidence_is_the_sum_of_its_parts() -> None:
    made = Calibration(
        prompts="p", model="m@1;x", fitted_on="", constant=1.0, fields={"quote.text": -0.5}, signs={"said again": 2.0}
    )
    seen_there = Seen("/quotes/0/text", "quote.text", {"said again": 1.0, "other": 9.0})
    assert made.confidence(seen_there) == pytest.approx(1 / (1 + math.exp(-2.5)))
    assert made.confidence(Seen("/x", "quote.new", {})) == pytest.approx(1 / (1 + math.exp(-1)))
    assert made.model_copy(update={"constant": -1e6}).confidence(seen_there) == pytest.approx(0, abs=1e-12)


def test_a_calibration_is_for_what_it_was_fitted_on() -> None:
    made = Calibration(prompts="p", model="m@1;grammar=a", fitted_on="", constant=0, fields={}, signs={})
    assert made.fits("p", "m@1;grammar=b")
    assert not made.fits("p", "m@2")
    assert not made.fits("q", "m@1")
