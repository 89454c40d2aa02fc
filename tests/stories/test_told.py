"""The figures that one report gives."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel

from extract.records.marks import Evidence, Key, Verbatim
from extract.records.results import ArticleResult
from extract.stories.collecting import read_mentions
from extract.stories.plan import plan_of
from extract.stories.told import Told
from tests.many_reports import article, event, figure, mentions


def told(*figures: dict[str, Any]) -> list[Told]:
    (found,) = mentions(article("a", event(casualties=list(figures))))
    return list(found.told)


def test_one_figure_for_each_outcome() -> None:
    found = told(figure(8, source="police"), figure(30, "injured", bound="at_least"))
    assert [(each.name, each.number, each.bound, each.source) for each in found] == [
        ("killed", 8, "exact", "police"),
        ("injured", 30, "at_least", None),
    ]
    assert [each.pointer for each in found] == [f"/events/0/casualties/{at}/quantity/text" for at in (0, 1)]


def test_who_is_among_them_is_counted_once() -> None:
    (found,) = told(figure(30), figure(2, who="children"))
    assert (found.number, found.whole) == (30, True)


def test_parts_alone_add_up_to_a_sum_that_is_no_total() -> None:
    (found,) = told(figure(3, who="women", source="a doctor"), figure(2, who="children"))
    assert (found.number, found.words, found.source, found.whole) == (5, "3 + 2", "a doctor", False)


def test_parts_of_which_one_has_no_number_have_no_sum() -> None:
    (found,) = told(figure(3, who="women"), figure(None, words="several", who="children"))
    assert (found.number, found.words) == (None, "3 + several")


def test_a_number_goes_before_words_and_before_an_upper_bound() -> None:
    (found,) = told(figure(None, words="dozens"), figure(40))
    assert (found.number, found.words) == (40, "40")
    (found,) = told(figure(50, bound="at_most", words="up to 50"), figure(40))
    assert found.number == 40
    (found,) = told(figure(None, words="dozens"))
    assert (found.number, found.words) == (None, "dozens")


def test_nobody_counted_is_no_figure() -> None:
    assert told() == []


class Fire(BaseModel):
    """A fire, with numbers of its own and none in a list."""

    evidence: Annotated[str, Evidence()]
    town: Annotated[str, Verbatim("place"), Key()]
    houses: int | None = None
    cost: float | None = None


class Fires(BaseModel):
    fires: list[Fire] = []


def test_a_record_without_a_list_of_figures_tells_its_own_numbers() -> None:
    plan = plan_of(Fires, None)
    assert plan is not None
    records = Fires(fires=[Fire(evidence="Six houses burned.", town="Marn", houses=6)])
    result = ArticleResult(article_id="a", source="a", status="complete", records=records)
    (found,) = read_mentions([result], plan)
    assert [(each.name, each.number, each.words, each.pointer) for each in found.told] == [
        ("houses", 6, "6", "/fires/0/houses")
    ]
