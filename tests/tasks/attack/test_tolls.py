"""Low, best and high: which figures are compared, what bounds leave open, and what is added up."""

from __future__ import annotations

from typing import Any

import pytest

from extract.records.totals import totals
from extract.tasks.attack.schema import Casualty, Event, Quantity, Records
from extract.tasks.attack.tolls import Toll, toll


def figure(text: str, value: int | None, bound: str = "exact", **more: Any) -> Casualty:
    told = {"outcome": "killed", "who": "people"} | more
    told = {"evidence": "e"} | told
    return Casualty(quantity=Quantity(text=text, value=value, bound=bound), **told)  # type: ignore[arg-type]


def killed(*figures: Casualty) -> Toll:
    event = Event(evidence="e", kind="bombing", context="main", casualties=list(figures))
    return toll(event, "/events/0", totals(Records(events=[event])), "killed")


CASES = {
    "no figure": ([], (None, None, None)),
    "one": ([figure("nine", 9)], (9, 9, 9)),
    "the first total is best, others make the range": (
        [figure("80", 80), figure("75", 75), figure("about 90", 90, "about")],
        (75, 80, 90),
    ),
    "at least leaves the top open": ([figure("at least 18", 18, "at_least")], (18, 18, None)),
    "at least below another leaves nothing open": (
        [figure("more than 60", 60, "at_least"), figure("63", 63)],
        (60, 60, 63),
    ),
    "exactly as many closes it": ([figure("at least 9", 9, "at_least"), figure("nine", 9)], (9, 9, 9)),
    "up to is no low and no best": ([figure("up to 30", 30, "at_most")], (None, None, 30)),
    "a word without a number": ([figure("dozens", None, "about")], (None, None, None)),
    "without a number the sourced figure is best": (
        [figure("dozens", None, "about"), figure("30", 30), figure("over 20", 20, "at_least", source="police")],
        (20, 20, 30),
    ),
    "one of those counted is no lower count": ([figure("20", 20), figure("one", 1), figure("15", 15)], (15, 20, 20)),
    "parts of a total are not added": ([figure("30", 30), figure("two", 2, who="children")], (30, 30, 30)),
    "parts alone add up": ([figure("five", 5, place="Tolva"), figure("three", 3, place="Marn")], (5, 8, 8)),
    "as many in two places are two": ([figure("five", 5, place="Tolva"), figure("five", 5, place="Marn")], (5, 10, 10)),
    "the headline's figure, somewhere else, is the text's": (
        [
            figure("At Least 21", 21, "at_least", place="Tolva Car Bomb", evidence="At Least 21 Dead"),
            figure("at least 21", 21, "at_least", place="eastern Tolva", evidence="at least 21 people"),
        ],
        (21, 21, None),
    ),
    "a part as large as the others together is their total": (
        [figure("eight", 8, place="Marn"), figure("11", 11, place="Oslo"), figure("three", 3, place="Tolva")],
        (11, 11, 11),
    ),
    "one part without a number, and nobody knows": (
        [figure("five", 5, place="Tolva"), figure("some", None, "about", place="Marn")],
        (5, None, None),
    ),
    "an open part leaves the top open": (
        [figure("at least five", 5, "at_least", who="men"), figure("a girl", 1, who="children")],
        (5, 6, None),
    ),
    "another outcome is another figure": ([figure("40", 40, outcome="injured")], (None, None, None)),
    "a group stands for all where nothing broader is said": ([figure("a general", 1, who="soldiers")], (1, 1, 1)),
}


@pytest.mark.parametrize(
    ("sentence", "best"),
    [
        ("They killed 15 people at a hotel in Aden and seven at a mosque in Sanaa.", 22),
        ("In Aden and Sanaa they killed 15, and later seven.", 15),
        ("They killed 15, hospitals in Aden say, or seven, as police in Aden do.", 15),
    ],
)
def test_a_sentence_that_goes_from_place_to_place_counts_parts(sentence: str, best: int) -> None:
    both = [figure("15", 15, evidence=sentence), figure("seven", 7, evidence=sentence)]
    event = Event(evidence=sentence, kind="bombing", context="main", casualties=both, places=["Aden", "Sanaa"])
    found = toll(event, "/events/0", totals(Records(events=[event])), "killed")
    assert found.best == best
    assert ("parts: “15”, people in Aden; “seven”, people in Sanaa" in (found.rule or "")) == (best == 22)


def test_one_figure_for_all_is_not_that_of_the_place_beside_it() -> None:
    only = figure("15", 15, evidence="They killed 15 in Aden.")
    event = Event(evidence="e", kind="bombing", context="main", casualties=[only], places=["Aden"])
    assert (toll(event, "/events/0", ["/events/0/casualties/0"], "killed").rule or "").startswith("“15”. best")


@pytest.mark.parametrize(("figures", "expected"), CASES.values(), ids=CASES)
def test_low_best_high(figures: list[Casualty], expected: tuple[int | None, ...]) -> None:
    assert killed(*figures)[:3] == expected


def test_the_rule_is_said_in_words() -> None:
    assert killed().rule is None
    assert killed(figure("at least 65", 65, "at_least"), figure("60", 60, source="the mayor")).rule == (
        "“at least 65”; “60” (the mayor). best: “at least 65”, the total given first; low: the lowest; "
        "high: none, for “at least 65” is only at_least"
    )
    assert killed(figure("five", 5, place="Tolva"), figure("some", None, "about", place="Marn")).rule == (
        "no figure for all; parts: “five”, people in Tolva; “some”, people in Marn. "
        "best: none, not every part has a number; low: the largest part"
    )
    assert "“a general” for soldiers, none for all" in (killed(figure("a general", 1, who="soldiers")).rule or "")
