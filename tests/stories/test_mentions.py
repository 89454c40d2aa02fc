"""A record reduced to what tells it from others."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from extract.records.marks import Key, Verbatim
from extract.records.results import ArticleResult
from extract.stories.collecting import read_mentions
from extract.stories.mentions import Mention, in_time, quotations, tokens
from extract.stories.plan import plan_of
from tests.many_reports import article, event, figure, mentions
from tests.toll_run import FIRST, ONE, result


def mention(**said: Any) -> Mention:
    (found,) = mentions(article("a.txt", event(**said), published="2026-09-05"))
    return found


def test_a_report_is_called_by_its_article_and_place() -> None:
    found = mentions(article("a#/events/0", event()), article("a\n\x1b", event(), event(context="other")))
    assert [each.id for each in found] == ["a#/events/0#/events/0", "a\n\x1b#/events/0", "a\n\x1b#/events/1"]
    assert [each.article for each in found] == [0, 1, 1]


def test_an_article_without_records_has_no_reports() -> None:
    assert mentions(article("a"), ArticleResult(article_id="b", source="b", status="failed")) == []


def test_values_are_folded_and_kept_as_they_were() -> None:
    found = mention(attacker="  The Al-Shabab ")
    assert found.values["attacker"] == ("al shabab", "  The Al-Shabab ")
    assert found.values["kind"] == ("bombing", "bombing")
    assert "context" not in found.values
    assert "attacker" not in mention(attacker="...").values


def test_the_main_record_alone_has_the_words_of_the_whole_article() -> None:
    text = "A bomb went off near the obelisk. “They came over the hill at dawn,” she said."
    (alone,) = mentions(article("a", event(), text=text))
    assert "obelisk" in alone.words
    assert "they came over hill" in set(alone.quoted)
    main, other = mentions(article("a", event(), event(context="other"), text=text))
    assert "obelisk" in main.words
    assert "obelisk" not in other.words
    assert len(other.quoted) == 0
    both = mentions(article("a", event(), event(), text=text))
    assert not any("obelisk" in each.words for each in both)


def test_numbers_beside_the_toll_are_counted_by_what_they_are_of() -> None:
    def weapon(kind: str, value: int | None) -> dict[str, Any]:
        return {"evidence": kind, "kind": kind, "quantity": {"text": "w", "value": value, "bound": "exact"}}

    found = mention(weapons=[weapon("drone", 598), weapon("missile", None)], casualties=[figure(8)])
    assert [(each.what, each.number) for each in found.counted] == [(("weapons", "drone"), 598)]


class _Score(BaseModel):
    points: list[int]


class _Quote(BaseModel):
    words: Annotated[str, Verbatim()]


class _Club(BaseModel):
    name: Annotated[str, Verbatim("organisation"), Key()]
    ages: list[int]
    scores: list[_Score]
    quotes: list[_Quote]


class _Clubs(BaseModel):
    clubs: list[_Club]


def test_lists_of_numbers_and_records_without_a_number_are_not_counted() -> None:
    plan = plan_of(_Clubs, None)
    assert plan is not None
    club = {"name": "Acme", "ages": [3, 4], "scores": [{"points": [1, 2]}], "quotes": [{"words": "We won."}]}
    said = ArticleResult(
        article_id="a", source="a", status="complete", records=_Clubs.model_validate({"clubs": [club]})
    )
    (found,) = read_mentions([said], plan, None)
    assert found.values == {"name": ("acme", "Acme")}
    assert (found.counted, found.told) == ((), ())


def test_words_of_figures_have_their_places_in_the_text() -> None:
    (found,) = mentions(result("a", FIRST, ONE))
    told = {each.name: each for each in found.told}["killed"]
    passage = found.passage(told.pointer, told.words)
    assert passage.start is not None
    assert FIRST[passage.start : passage.end] == "at least 12"
    assert found.passage("/nowhere", "12").start is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In 2026, 598 drones; 5,000 people.", {"598", "5,000", "drones", "people"}),
        ("Straße Çay", {"strasse", "çay"}),
        ("基辅遭到袭击", {"基辅", "遭到", "袭击"}),
        ("\x1b[m a b \u202e ab", set()),
    ],
)
def test_words_are_of_three_letters_and_years_are_none(text: str, words: set[str]) -> None:
    assert tokens(text) == words


def test_a_word_longer_than_words_is_cut() -> None:
    assert [len(each) for each in tokens("x" * 100_000)] == [50]


def test_runs_of_four_words_are_quoted() -> None:
    assert quotations("He said “one two three four five”.") == {"one two three four", "two three four five"}
    assert quotations("He said “one two three”.") == quotations("He said one two three four five.") == set()


def test_records_are_in_order_of_publication_those_without_a_day_last() -> None:
    found = mentions(
        article("c", event()),
        article("b", event(), published="2026-09-05"),
        article("a", event(), published="2026-09-04"),
    )
    assert [each.article_id for each in sorted(found, key=in_time)] == ["a", "b", "c"]
