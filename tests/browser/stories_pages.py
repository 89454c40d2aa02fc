"""Pages of stories for the tests, and what comes of the decisions made in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.stories.decisions import load_decisions
from extract.stories.story import Change, Evidence, Link, Report, Story, read_stories
from extract.views.page.building import page_of
from extract.views.page.stories import stories_content
from tests.story_file import ALONE, MARKET, STORIES, figure, report, write_story_file

if TYPE_CHECKING:
    from tests.browser.conftest import Opened

NEAR_MARKET = Link(
    report="two#/events/0",
    own="four#/events/0",
    story=MARKET.id,
    weight=-0.75,
    evidence=[
        Evidence(about="prior", said="few are one", weight=-3),
        Evidence(about="day", said="one day", weight=2.5),
    ],
)
HISTORY = [
    Change(at="2026-03-05T10:00:00+00:00", what="made", reports=["=one#/events/0", "two#/events/0"]),
    Change(at="2026-03-06T10:00:00+00:00", what="merged", reports=["six#/events/0"], stories=["s-old"]),
]
TOLD = [MARKET.model_copy(update={"history": HISTORY}), ALONE.model_copy(update={"unsure": [NEAR_MARKET]})]


def write_page(folder: Path, stories: list[Story] | None = None, **more: Any) -> Path:
    """Writes the page of a stories file, of the two stories above where none is given; returns its file."""
    path = write_story_file(folder / "stories.jsonl", TOLD if stories is None else stories, **more)
    page = folder / "stories.html"
    page.write_text(page_of(stories_content(read_stories(path), path)), encoding="utf-8")
    return page


def many(stories: int, reports: int) -> list[Story]:
    """So many stories of so many reports each, with all that the two above have."""
    return [_like_market(number, reports) for number in range(stories)]


def _like_market(number: int, reports: int) -> Story:
    own = [_report(number, at) for at in range(reports)]
    told = [
        figure(f"a{number}-{at}", f"{at + 3} people", at + 3, published=f"2026-03-{at % 27 + 1:02}")
        for at in range(reports)
    ]
    series = MARKET.figures[0].model_copy(
        update={"figures": told, "repeated": [], "best": reports + 2.0, "best_report": told[-1].report}
    )
    return MARKET.model_copy(
        update={
            "id": f"s-{number}",
            "title": f"Attack number {number}",
            "reports": own,
            "figures": [series],
            "unsure": [],
        }
    )


def _report(number: int, at: int) -> Report:
    return report(
        f"a{number}-{at}",
        headline=f"Headline {at} of {number}",
        url=f"https://example.org/{number}/{at}",
        published=f"2026-03-{at % 27 + 1:02}",
        places=MARKET.reports[0].places,
        values={"kind": "bombing"},
        evidence=MARKET.reports[0].evidence,
        because=MARKET.reports[0].because,
    )


def column(opened: Opened, at: int) -> Any:
    """The head of a report's column, counted from 1."""
    return opened.page.locator("#reports thead th").nth(at - 1)


def cells(opened: Opened, row: str) -> list[str]:
    """What reports say in a row, without its head."""
    found = opened.page.locator("#reports tbody tr", has=opened.page.locator("th", has_text=row)).first
    return [" ".join(text.split()) for text in found.locator("td").all_inner_texts()]


def head(opened: Opened, row: str) -> str:
    """The head of a row: its name, and whether reports agree."""
    return " ".join(opened.page.locator("#reports tbody th", has_text=row).first.inner_text().split())


def downloaded(opened: Opened, folder: Path) -> list[dict[str, Any]]:
    """The decisions as they are downloaded, and as the command reads them."""
    with opened.page.expect_download() as told:
        opened.page.locator("#download").click()
    assert told.value.suggested_filename == "stories-decisions.json"
    file = folder / "stories-decisions.json"
    told.value.save_as(file)
    document = json.loads(file.read_text(encoding="utf-8"))
    assert (document["format"], document["task"]) == ("attested-decisions-1", "attack")
    return [each.model_dump() for each in load_decisions(file, "attack")]


__all__ = ["ALONE", "MARKET", "STORIES", "cells", "column", "downloaded", "head", "many", "write_page"]
