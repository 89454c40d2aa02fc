"""What speaks for it that two reports are one, in words and in bits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from extract.records.results import ArticleResult
from extract.stories.comparing import Comparer, Comparison, Point
from extract.stories.rarity import Rarity
from extract.stories.weighing import Weights, shipped_weights
from tests.many_reports import article, event, figure, mentions

DAY: dict[str, Any] = {"date_text": "Friday", "date": "2026-09-04"}
NEXT: dict[str, Any] = {"date_text": "Saturday", "date": "2026-09-05"}


def compared(one: ArticleResult, other: ArticleResult, weights: Weights | None = None) -> Comparison:
    found = mentions(one, other)
    return Comparer(weights or shipped_weights(), Rarity(found)).compare(*found)


def of(one: dict[str, Any], other: dict[str, Any], **more: Any) -> Comparison:
    """Two events of two articles."""
    return compared(article("a", event(**one), **more), article("b", event(**other), **more))


def point(found: Comparison, about: str) -> Point:
    (only,) = [each for each in found.points if each.about == about]
    return only


def about(found: Comparison) -> set[str]:
    return {each.about for each in found.points}


def test_the_weight_is_the_sum_of_all_evidence() -> None:
    found = of(DAY, DAY)
    assert found.weight == pytest.approx(sum(each.weight for each in found.points))
    assert replace(found, points=(*found.points, Point("a model", "yes", 1.5))).weight == pytest.approx(
        found.weight + 1.5
    )


def test_what_cannot_be_is_told_in_words_and_has_no_evidence() -> None:
    found = of(DAY, NEXT)
    assert (found.contradiction, found.points) == ("another day: 2026-09-04, 2026-09-05", ())
    first, second = mentions(article("a", event(**DAY), event(**DAY)))
    weights = shipped_weights()
    assert (
        Comparer(weights, Rarity([first, second])).compare(first, second).contradiction
        == "one article tells them apart"
    )


def test_the_same_day_tells_more_than_the_next_one_of_a_night_and_than_a_month() -> None:
    same = point(of(DAY, DAY), "day")
    night = point(of({**DAY, "date_text": "late on Friday"}, NEXT), "day")
    month = point(of({"date_text": "September 2026"}, DAY), "day")
    assert same.said == "2026-09-04 and 2026-09-04"
    assert month.said == "2026-09-01 to 2026-09-30 and 2026-09-04"
    assert same.weight > month.weight > night.weight


def test_without_days_weekdays_and_days_of_the_year_are_compared() -> None:
    same = point(of({"date_text": "Friday"}, {"date_text": "on Friday"}), "day")
    other = point(of({"date_text": "Friday"}, {"date_text": "on Sunday"}), "day")
    night = point(of({"date_text": "Friday night"}, {"date_text": "on Saturday"}), "day")
    assert (same.said, same.weight > 0) == ("“Friday” and “on Friday”", True)
    assert other.weight < night.weight < 0
    year = point(of({"date_text": "September 3"}, {"date_text": "on Sept. 3"}), "day")
    assert year.weight == point(of(DAY, DAY), "day").weight


def test_days_of_publication_stand_in_for_days_of_main_records_alone() -> None:
    def published(first: str, second: str, **more: Any) -> Comparison:
        return compared(article("a", event(**more), published=first), article("b", event(**more), published=second))

    near, far = published("2026-09-04", "2026-09-04"), published("2026-09-04", "2026-09-30")
    assert point(near, "day").said == "published about the same day"
    assert point(far, "day").said == "published 25 days apart"
    assert point(near, "day").weight > 0 > point(far, "day").weight
    assert "day" not in about(published("2026-09-04", "2026-09-04", context="other"))


def test_records_without_any_day_begin_lower() -> None:
    assert point(of(DAY, DAY), "prior").weight > point(of({}, {}), "prior").weight


def test_a_rare_place_tells_more_and_other_places_speak_against() -> None:
    same = point(of(DAY, DAY), "places")
    other = point(of(DAY, {**DAY, "places": ["Quetta"]}), "places")
    assert (same.said, same.weight > 0) == ("Mardan and Mardan", True)
    assert (other.said, other.weight < 0) == ("Mardan and Quetta", True)
    assert "places" not in about(of(DAY, {**DAY, "places": []}))
    many = [article(str(number), event(**DAY)) for number in range(90)]
    found = mentions(*many)
    common = Comparer(shipped_weights(), Rarity(found)).compare(found[0], found[1])
    assert point(common, "places").weight < same.weight


def test_a_place_that_the_text_of_the_other_names_is_shared() -> None:
    named = compared(
        article("a", event(**DAY, places=["Tolva"])), article("b", event(**DAY, places=[]), text="A bomb in Tolva.")
    )
    assert point(named, "places").said == "both texts name Tolva"
    assert point(named, "places").weight > 0


def test_names_and_words_of_vocabularies_agree_or_not() -> None:
    one = {**DAY, "attacker": "Islamic State"}
    same, part, other = (
        point(of(one, {**DAY, "attacker": name}), "attacker")
        for name in ("islamic state", "the Islamic State group", "Al-Shabab")
    )
    assert same.weight > 0
    assert part.weight == same.weight
    assert (other.said, other.weight < 0) == ("Islamic State and Al-Shabab", True)
    assert point(of(DAY, {**DAY, "kind": "shooting"}), "kind").weight < 0
    assert "attacker" not in about(of(one, DAY))


def drones(number: int) -> dict[str, Any]:
    quantity = {"text": str(number), "value": number, "bound": "exact"}
    return {**DAY, "weapons": [{"evidence": f"{number} drones", "kind": "drone", "quantity": quantity}]}


def test_numbers_of_things_agree_nearly_and_large_ones_tell_more() -> None:
    large, near, small, other = (point(of(drones(598), drones(each)), "numbers") for each in (598, 600, 598, 20))
    assert large.said == "598 and 598 drone"
    assert large.weight > near.weight > 0 > other.weight
    assert small.weight > point(of(drones(2), drones(2)), "numbers").weight > 0
    assert point(of(drones(2), drones(3)), "numbers").weight < 0


def tolls(one: int, other: int) -> Point:
    return point(of({**DAY, "casualties": [figure(one)]}, {**DAY, "casualties": [figure(other)]}), "tolls")


def test_equal_tolls_speak_for_it_risen_ones_hardly_against_and_far_ones_do() -> None:
    assert tolls(18, 18).said == "18 and 18 killed"
    assert (
        tolls(18, 18).weight > tolls(2, 2).weight > tolls(18, 21).weight > tolls(18, 60).weight > tolls(2, 600).weight
    )
    assert tolls(18, 21).weight > 0 > tolls(18, 60).weight


def test_nobody_killed_is_a_toll_and_two_of_them_say_nothing() -> None:
    nobody = {**DAY, "casualties": [figure(0)]}
    for one, other in ((0, 9), (9, 0)):
        assert tolls(one, other).weight < 0
    assert "tolls" not in about(of(nobody, nobody))


def test_another_outcome_is_not_compared() -> None:
    found = of({**DAY, "casualties": [figure(8)]}, {**DAY, "casualties": [figure(8, "injured")]})
    assert "tolls" not in about(found)


def test_what_both_only_mention_is_less_likely_one() -> None:
    other = {**DAY, "context": "other"}
    assert point(of(other, other), "role").said == "both articles only mention it"
    assert of(other, other).weight < of(DAY, DAY).weight


QUOTED = "The mayor said: “They came over the hill before anybody was awake,” and left."


def test_words_that_both_quote_speak_for_it() -> None:
    found = compared(article("a", event(**DAY), text=QUOTED), article("b", event(**DAY), text=f"Later. {QUOTED}"))
    assert point(found, "quotations").said.startswith("both quote “… ")
    assert point(found, "quotations").weight > 0
    plain = QUOTED.replace("“", "").replace("”", "")
    without = compared(article("a", event(**DAY), text=QUOTED), article("b", event(**DAY), text=plain))
    assert "quotations" not in about(without)


def test_rare_words_of_both_texts_speak_for_it() -> None:
    rare = "zhivotov quillback marzipan trombone narwhal obelisk kumquat xylophone bassoon dirigible"
    alike = compared(article("a", event(**DAY), text=rare), article("b", event(**DAY), text=rare))
    assert " of their rare words: bassoon, dirigible, " in point(alike, "words").said
    other = "anvil cuttlefish eggplant flamingo gargoyle harpsichord igloo jackdaw lemur mandolin"
    unlike = compared(article("a", event(**DAY), text=rare), article("b", event(**DAY), text=other))
    assert point(alike, "words").weight > 0 > point(unlike, "words").weight


def test_a_word_longer_than_words_is_cut_where_it_is_shown() -> None:
    endless = "z" * 15_000 + " " + " ".join(f"word{number}" for number in range(12))
    found = compared(article("a", event(**DAY), text=endless), article("b", event(**DAY), text=endless))
    assert len(point(found, "words").said) < 300


def test_weights_are_data() -> None:
    shipped = shipped_weights()
    louder = shipped.model_copy(update={"values": {"*": (0.7, -1.3), "kind": (4.0, -4.0)}})
    found = compared(article("a", event(**DAY)), article("b", event(**DAY)), louder)
    assert point(found, "kind").weight == 4.0
    assert louder.of("attacker") == shipped.of("attacker")
