"""A confidence for every leaf that is there, and for nothing else."""

from extract.records.tree import path_of, slots_of, types_in
from extract.tasks.attack.schema import Casualty, Damage, Event, Quantity, Quote, Records
from extract.tasks.attack.trust import TRUST, trusted

SENTENCE = "Two people died in Aldane, the mayor said."


def records() -> Records:
    figure = Casualty(
        evidence=SENTENCE,
        outcome="killed",
        quantity=Quantity(text="Two", value=2, bound="exact"),
        who="people",
        source="the mayor",
    )
    thing = Damage(evidence=SENTENCE, object="a mill", kind="industrial", extent="unspecified")
    event = Event(
        evidence=SENTENCE, kind="other", context="main", places=["Aldane"], casualties=[figure], damage=[thing]
    )
    return Records(events=[event], quotes=[Quote(evidence="x", speaker="the mayor", text="x", continued=["y"])])


def test_every_leaf_has_a_confidence_and_nothing_else_does() -> None:
    assert set(trusted(records(), {})) == {
        "/events/0/kind",
        "/events/0/context",
        "/events/0/places/0",
        "/events/0/casualties/0/outcome",
        "/events/0/casualties/0/quantity/value",
        "/events/0/casualties/0/quantity/bound",
        "/events/0/casualties/0/who",
        "/events/0/casualties/0/source",
        "/events/0/damage/0/object",
        "/events/0/damage/0/kind",
        "/events/0/damage/0/extent",
        "/quotes/0/speaker",
        "/quotes/0/text",
    }


def test_a_judged_leaf_keeps_its_judgement_and_limits_its_record() -> None:
    found = trusted(records(), {"/events/0/damage/0/extent": 0.4})
    assert found["/events/0/damage/0/extent"] == 0.4
    assert found["/events/0/damage/0/object"] == 0.4
    assert found["/events/0/places/0"] == TRUST["event.places"]


def test_a_sure_judgement_does_not_make_a_rule_better() -> None:
    found = trusted(records(), {"/events/0/damage/0/extent": 1.0})
    assert found["/events/0/damage/0/object"] == TRUST["damage.object"]


def test_the_table_names_fields_that_exist() -> None:
    known = {
        f"{model.__name__.lower()}.{'.'.join(path_of(trail))}"
        for model in types_in(Records)
        for trail in slots_of(model)
    }
    assert set(TRUST) <= known
    assert all(0 < share < 1 for share in TRUST.values())
