"""Stories as text: what stands in the table and in each block, whatever the width."""

from __future__ import annotations

import pytest

from extract.errors import UsageError
from extract.stories.story import Figure, Passage, Series, StoriesHeader, Story, StoryFile
from extract.views.stories import stories_view, the_stories
from extract.views.story_words import figure_words, outcomes_of
from extract.views.terminal import columns
from tests.story_file import ALONE, MARKET, STORIES, report

HEADER = StoriesHeader(task="attack", runs=[], made_at="2026-11-26", gone={"s-old": "s-older", "s-older": MARKET.id})
FILE = StoryFile(HEADER, STORIES)


def test_a_story_is_a_row_and_a_block() -> None:
    shown = stories_view(FILE, STORIES, width=80)
    head, table, block = shown.split("\n\n", 2)
    assert head.splitlines() == [
        "2 stories of 5 reports · 1 of one report, left out: --all shows these, too",
        "task attack · best figure: latest-official · places by their names alone",
    ]
    assert table.splitlines() == [
        "stories (1)",
        "story         title            day         places      reports  killed   best",
        "------------  ---------------  ----------  ----------  -------  -------  ----",
        "s-00000000a1  =SUM(A1)         2026-03-03  Tolva, the  4        12 → 14  14",
        "              ␛[31mMarket hit              north",
    ]
    assert block.splitlines() == [
        "s-00000000a1: =SUM(A1) ␛[31mMarket hit",
        "  2026-03-03 · Tolva · the north · 4 reports, published 2026-03-04 –",
        "    2026-03-06",
        "",
        "  reports (4)",
        "    2026-03-04 =one#/events/0",
        "      https://www.example.org/1",
        "      killed at least 12 (12, at_least, police) · injured 30 (sum of parts)",
        "    2026-03-05 two#/events/0",
        "      https://example.org/2",
        "      killed Fourteen (14, the mayor)",
        "    2026-03-05 copy#/events/0",
        "      copy.txt",
        "      repeats the text of two#/events/0: its figures are not counted again",
        "      killed Fourteen (14)",
        "    2026-03-06 six#/events/0 · in passing",
        "      https://other.example/6",
        "      killed dozens (about)",
        "",
        "  killed 12 → 14: low 14, best 14, high –",
        "    best (latest-official): “Fourteen”",
        "",
        "  injured 30: low 30, best 30, high 30",
        "    the only number",
        "",
        "  conflicts (1)",
        "    kind: bombing (two#/events/0, six#/events/0) ≠ air_strike (=one#/events/0)",
        "",
        "  undecided (1)",
        "    four#/events/0 of s-00000000b2, beside two#/events/0, -0.8 bits: kind not",
        "      one (-1.0)",
    ]


def test_as_many_outcomes_are_in_the_table_as_have_room_the_commonest_first() -> None:
    def heads(width: int) -> list[str]:
        return stories_view(FILE, STORIES, width=width, alone=True).split("\n\n")[1].splitlines()[1].split()[5:]

    assert heads(80) == ["killed", "best"]
    assert heads(100) == ["killed", "best", "injured", "best"]
    assert heads(130) == ["killed", "best", "injured", "best", "missing", "best"]
    twice = [*STORIES, ALONE.model_copy(update={"id": "s-3"})]
    assert outcomes_of(twice) == ["missing", "killed", "injured"]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    long = MARKET.model_copy(
        update={
            "title": "大" * 200,
            "reports": [*MARKET.reports, report("x" * 150, url="https://example.org/" + "y" * 300)],
            "figures": [*MARKET.figures, Series(name="z" * 90, order="number", figures=[figure_of("n" * 200)])],
        }
    )
    shown = stories_view(FILE, [long, *STORIES], width=width, alone=True, evidence=True)
    assert max(map(columns, shown.splitlines())) <= width


def figure_of(words: str) -> Figure:
    return Figure(report="=one#/events/0", number=2_000_000, words=Passage(text=words))


def test_stories_of_one_report_are_shown_when_asked_for() -> None:
    shown = stories_view(FILE, STORIES, width=80, alone=True)
    assert "left out" not in shown
    assert "s-00000000b2: A bridge is hit" in shown
    assert "undated: its reports were joined by what their texts share" in shown
    assert "killed" not in (none := stories_view(FILE, [ALONE], width=80))
    assert none.startswith("1 story of 1 report · 1 of one report, left out")


def test_evidence_and_the_reason_are_shown_when_asked_for() -> None:
    assert "here because of" not in stories_view(FILE, STORIES)
    shown = stories_view(FILE, STORIES, evidence=True, width=200)
    assert "      “A drone hit the market of Tolva on Tuesday and killed at least 12 people, police said.”" in shown
    assert "      here because of two#/events/0, 4.2 bits: day one day (+2.5)" in shown


def test_without_days_of_publication_the_order_is_told() -> None:
    series = Series(
        name="killed", order="number", figures=[figure_of("2"), figure_of("3").model_copy(update={"number": 3})]
    )
    reports = [each.model_copy(update={"published": None}) for each in MARKET.reports[:2]]
    shown = stories_view(FILE, [MARKET.model_copy(update={"figures": [series], "reports": reports})])
    assert "killed 2000000 → 3 (in order of size): low –, best –, high –" in shown
    assert "    two#/events/0\n" in shown
    assert "undated" not in shown


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"number": 18, "words": "18", "bound": "exact"}, "18"),
        (
            {"number": 18, "words": "at least 18", "bound": "at_least", "source": "police"},
            "at least 18 (18, at_least, police)",
        ),
        ({"number": 8, "words": "five + three", "whole": False}, "five + three (8, sum of parts)"),
        ({"number": None, "words": "dozens"}, "dozens"),
        ({"number": 2.5, "words": "2.5"}, "2.5"),
    ],
)
def test_a_figure_in_words(more: dict[str, object], said: str) -> None:
    words = Passage(text=str(more.pop("words")))
    assert figure_words(Figure.model_validate({"report": "a#/events/0", "words": words, **more})) == said


def found(**how: str) -> list[Story]:
    return the_stories(FILE, **how)


def test_stories_are_found_by_article_and_by_id_also_by_an_old_one() -> None:
    assert found(article="six") == [MARKET]
    assert found(story="s-00000000b2") == [ALONE]
    assert found(story="s-old") == [MARKET]
    assert found(story="s-old", article="two") == [MARKET]
    with pytest.raises(UsageError, match="no story 's-no' in the file; it has: s-00000000a1, s-00000000b2"):
        found(story="s-no")
    with pytest.raises(
        UsageError, match="no story has a report of article 'no'; there are reports of: =one, two, copy"
    ):
        found(article="no")


def test_ids_that_are_gone_in_a_circle_end() -> None:
    ring = StoryFile(HEADER.model_copy(update={"gone": {"a": "b", "b": "a"}}), STORIES)
    with pytest.raises(UsageError, match="no story 'a'"):
        the_stories(ring, story="a")
