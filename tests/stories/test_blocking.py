"""Which pairs are compared: those that share something, and not all of them."""

from __future__ import annotations

from extract.stories.blocking import LARGEST, pairs
from extract.stories.rarity import Rarity
from tests.many_reports import article, event, mentions


def test_what_shares_a_day_and_a_place_is_compared() -> None:
    found = mentions(
        article("a", event(date="2026-09-04", date_text="Friday")),
        article("b", event(date="2026-09-05", date_text="early Saturday")),
        article("c", event(date="2026-11-05", date_text="November 5")),
        article("d", event(places=["Quetta"], date="2026-09-04", date_text="Friday", evidence="They came.")),
    )
    assert set(pairs(found, Rarity(found))) == {(0, 1)}


def test_a_rare_word_finds_what_names_no_place() -> None:
    texts = ["A blast at the Zhivotov mill.", "The mill of Zhivotov burned.", "They attacked a school."]
    found = mentions(*(article(str(n), event(places=[], evidence=text), text=text) for n, text in enumerate(texts)))
    assert set(pairs(found, Rarity(found))) == {(0, 1)}


def test_a_place_with_many_attacks_of_a_day_is_not_compared_all_with_all() -> None:
    results = [article(str(n), event(date="2026-09-04", date_text="Friday")) for n in range(10 * LARGEST)]
    found = mentions(*results)
    assert len(set(pairs(found, Rarity(found)))) <= LARGEST * len(found)
