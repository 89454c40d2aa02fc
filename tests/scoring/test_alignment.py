"""Which record answers which: every trap by hand, and the sum against metametric where it applies."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pydantic import BaseModel

from eval.scoring.alignment import Alignment, Pair, pair_items
from eval.scoring.leaves import plan_of
from extract.tasks.attack.schema import Casualty, Event, Quote, Records, Weapon

TEXT = "One was killed. Two were killed. Three were killed. Four were hurt. A drone fell. A drone fell again."


def casualty(value: int | None, evidence: str = "One was killed.", **fields: Any) -> dict[str, Any]:
    quantity = {"text": str(value), "value": value, "bound": "exact"}
    return {"evidence": evidence, "outcome": "killed", "who": "people", "quantity": quantity, **fields}


def event(*casualties: dict[str, Any], **fields: Any) -> dict[str, Any]:
    evidence = "One was killed."
    return {"evidence": evidence, "kind": "other", "context": "main", "casualties": list(casualties), **fields}


def paired(gold: BaseModel, predicted: BaseModel, text: str = TEXT) -> list[tuple[str | None, str | None]]:
    """Pointers of all pairs but the roots', sorted."""
    found: list[Pair] = list(Alignment(gold, predicted, text).root.walk())[1:]
    pointers = [(p.gold.pointer if p.gold else None, p.predicted.pointer if p.predicted else None) for p in found]
    return sorted(pointers, key=lambda pair: (pair[0] or "~", pair[1] or "~"))


def records(*events: dict[str, Any], quotes: tuple[dict[str, Any], ...] = ()) -> Records:
    return Records.model_validate({"events": events, "quotes": quotes})


def test_the_total_decides_not_the_best_single_pair() -> None:
    gold = records(event(casualty(1, source="police", place="Kyiv"), casualty(2, source="police")))
    predicted = records(event(casualty(1, source="police"), casualty(1, place="Kyiv", who="women", outcome="injured")))
    # g0-p0: 5, g0-p1: value, bound, place = 3, g1-p0: outcome, who, bound, source = 4, g1-p1: bound = 1
    # greedy takes 5 + 1 = 6; the best is 3 + 4 = 7
    assert ("/events/0/casualties/0", "/events/0/casualties/1") in paired(gold, predicted)
    assert ("/events/0/casualties/1", "/events/0/casualties/0") in paired(gold, predicted)


def test_children_decide_about_their_events() -> None:
    gold = records(
        event(casualty(1, source="police"), kind="shelling", attacker="Russia"),
        event(casualty(2, source="medics", outcome="injured"), kind="shooting", attacker="Ukraine"),
    )
    predicted = records(
        event(casualty(1, source="police"), kind="shooting", attacker="Ukraine"),
        event(casualty(2, source="medics", outcome="injured"), kind="shelling", attacker="Russia"),
    )
    # straight on: no own leaf, but all 5 of each toll, 10; crosswise: kind and attacker, who and bound, 2 x 4 = 8
    assert paired(gold, predicted) == [
        ("/events/0", "/events/0"),
        ("/events/0/casualties/0", "/events/0/casualties/0"),
        ("/events/1", "/events/1"),
        ("/events/1/casualties/0", "/events/1/casualties/0"),
    ]


def test_an_event_split_in_two() -> None:
    gold = records(event(casualty(1), casualty(2), casualty(3), attacker="Russia"))
    predicted = records(event(casualty(3), attacker="Russia"), event(casualty(1), casualty(2), attacker="Russia"))
    # with p1: 2 own + 8; with p0: 2 own + 4
    assert paired(gold, predicted) == [
        ("/events/0", "/events/1"),
        ("/events/0/casualties/0", "/events/1/casualties/0"),
        ("/events/0/casualties/1", "/events/1/casualties/1"),
        ("/events/0/casualties/2", None),
        (None, "/events/0"),
        (None, "/events/0/casualties/0"),
    ]


def test_two_events_merged_into_one() -> None:
    gold = records(event(casualty(3), attacker="Russia"), event(casualty(1), casualty(2), attacker="Russia"))
    predicted = records(event(casualty(1), casualty(2), casualty(3), attacker="Russia"))
    assert paired(gold, predicted) == [
        ("/events/0", None),
        ("/events/0/casualties/0", None),
        ("/events/1", "/events/0"),
        ("/events/1/casualties/0", "/events/0/casualties/0"),
        ("/events/1/casualties/1", "/events/0/casualties/1"),
        (None, "/events/0/casualties/2"),
    ]


def test_a_duplicate_answers_nothing() -> None:
    gold, predicted = records(event(casualty(1))), records(event(casualty(1), casualty(1)), event(casualty(1)))
    pairs = paired(gold, predicted)
    assert len([pair for pair in pairs if None not in pair]) == 2
    assert len([pair for pair in pairs if pair[0] is None]) == 3


def test_no_leaf_in_common_no_pair() -> None:
    gold = records(event(kind="shelling", attacker="Russia"))
    predicted = records(event(kind="shooting", attacker="Russian forces"))  # a PAR alone forms no pair
    assert paired(gold, predicted) == [("/events/0", None), (None, "/events/0")]


def test_places_alone_form_a_pair_of_events() -> None:
    gold = records(event(kind="shelling", places=["Kyiv"]))
    predicted = records(event(kind="shooting", places=["Lviv", "Kyiv"]))
    assert paired(gold, predicted) == [("/events/0", "/events/0")]


def test_equal_totals_more_partial_leaves() -> None:
    gold = records(event(casualty(1, source="the police of Kyiv")))
    predicted = records(event(casualty(1, source="rescuers"), casualty(1, source="police")))
    assert ("/events/0/casualties/0", "/events/0/casualties/1") in paired(gold, predicted)


def test_equal_leaves_nearest_evidence() -> None:
    gold = records(event(casualty(1, "Two were killed.")))
    predicted = records(event(casualty(1, "One was killed."), casualty(1, "Four were hurt."), casualty(1, "Two were")))
    assert ("/events/0/casualties/0", "/events/0/casualties/2") in paired(gold, predicted)


def test_evidence_outside_the_article_is_farthest() -> None:
    gold = records(event(casualty(1, "One was killed.")))
    predicted = records(event(casualty(1, "invented"), casualty(1, "A drone fell again.")))
    assert ("/events/0/casualties/0", "/events/0/casualties/1") in paired(gold, predicted)


def test_more_partial_leaves_beat_nearer_evidence() -> None:
    gold = records(event(casualty(1, source="Kyiv police")))
    predicted = records(event(casualty(1, source="rescuers"), casualty(1, "A drone fell again.", source="police")))
    assert ("/events/0/casualties/0", "/events/0/casualties/1") in paired(gold, predicted)


def test_all_equal_canonical_order() -> None:
    gold = records(event(casualty(1)))
    # same leaves agree, same evidence: "medics" comes before "police"
    predicted = records(event(casualty(1, source="police"), casualty(1, source="medics")))
    assert ("/events/0/casualties/0", "/events/0/casualties/1") in paired(gold, predicted)


def test_quotes_are_paired_over_the_article() -> None:
    def quote(speaker: str, text: str) -> dict[str, Any]:
        return {"evidence": "One was killed.", "speaker": speaker, "text": text}

    gold = records(quotes=(quote("Ann", "We stay here"), quote("Bob", "They left us")))
    predicted = records(quotes=(quote("Bob", "They left us"), quote("Cleo", "We stay here")))
    assert paired(gold, predicted) == [("/quotes/0", "/quotes/1"), ("/quotes/1", "/quotes/0")]


def test_flat_pairs_children_across_events() -> None:
    gold = records(event(casualty(1), kind="shelling"), event(casualty(2), kind="shooting"))
    predicted = records(event(casualty(2), casualty(1), kind="shelling"))
    flat = Alignment(gold, predicted, TEXT).flat(plan_of(Casualty))
    pointers = [(p.gold.pointer, p.predicted.pointer) for p in flat if p.gold and p.predicted]
    assert sorted(pointers) == [
        ("/events/0/casualties/0", "/events/0/casualties/1"),
        ("/events/1/casualties/0", "/events/0/casualties/0"),
    ]


@pytest.mark.parametrize(
    ("gold", "predicted", "states"),
    [
        (["Kyiv"], ["Kyiv"], ["COR"]),
        (["Kyiv"], ["Kyiv", "Kyiv"], ["COR"]),
        (["Kyiv region", "Kyiv"], ["Kyiv"], ["COR"]),  # not the near miss that comes first
        (["Kyiv", "Kyiv region"], ["Kyiv", "Kyiv"], ["COR"]),  # the second is a repetition, not a near miss
        (["Kyiv region", "Kyiv city"], ["Kyiv", "Kyiv"], ["PAR"]),
        (["Kyiv", "Lviv"], ["Kyiv region", "Lviv region"], ["PAR", "PAR"]),
        (["Kyiv"], ["Lviv"], []),  # MIS and SPU, never INC
        (["Moscow", "Russia"], ["Russia", "Moscow"], ["COR", "COR"]),  # gold may say both
        ([], ["Kyiv"], []),
    ],
)
def test_places_are_paired_among_themselves(gold: list[str], predicted: list[str], states: list[str]) -> None:
    leaf = next(leaf for leaf in plan_of(Event).leaves if leaf.field == "places")
    sides = [leaf.items(Event.model_validate(event(places=places))) for places in (gold, predicted)]
    assert sorted(outcome for _, _, outcome in pair_items(leaf, *sides)) == sorted(states)


class Comment(BaseModel):
    text: str
    replies: list[Comment] = []


class Thread(BaseModel):
    comments: list[Comment]


def test_records_within_records_of_their_own_type() -> None:
    def thread(*replies: str) -> Thread:
        return Thread(comments=[Comment(text="first", replies=[Comment(text=text) for text in replies])])

    assert paired(thread("yes", "no"), thread("no", "perhaps")) == [
        ("/comments/0", "/comments/0"),
        ("/comments/0/replies/0", None),
        ("/comments/0/replies/1", "/comments/0/replies/0"),
        (None, "/comments/0/replies/1"),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_the_sum_of_right_leaves_against_metametric(seed: int) -> None:
    """metametric 0.2.1 applies to one level without empty sides, where similarities just add up."""
    reason = "metametric is an independent check; it is in the dev extra"
    metric = pytest.importorskip("metametric.core.metric", reason=reason)
    matching = pytest.importorskip("metametric.core.matching_metrics", reason=reason)
    rng = random.Random(seed)

    def weapon() -> dict[str, Any]:
        quantity = rng.choice([None, {"text": "2", "value": 2, "bound": "exact"}])
        kind, outcome = rng.choice(["drone", "rocket", "blade"]), rng.choice(["used", "hit"])
        return {"evidence": "A drone fell.", "kind": kind, "outcome": outcome, "quantity": quantity}

    def right(gold: Weapon, predicted: Weapon) -> float:
        both = gold.quantity is not None and predicted.quantity is not None
        return (gold.kind == predicted.kind) + (gold.outcome == predicted.outcome) + 2 * both

    gold, predicted = (event(weapons=[weapon() for _ in range(rng.randint(1, 6))]) for _ in range(2))
    ours = Alignment(records(gold), records(predicted), TEXT)
    total = sum(
        outcome == "COR"
        for pair in ours.flat(plan_of(Weapon))
        if pair.gold and pair.predicted
        for leaf, *items in zip(pair.plan.leaves, pair.gold.items, pair.predicted.items, strict=True)
        for _, _, outcome in pair_items(leaf, *items)
    )
    theirs, _ = matching.SetMatchingMetric(metric.Metric.from_function(right)).compute(
        records(gold).events[0].weapons, records(predicted).events[0].weapons
    )
    assert total == theirs


def test_quotes_are_no_children_of_events() -> None:
    assert plan_of(Quote) not in Alignment(records(event()), records(event()), TEXT).gold
