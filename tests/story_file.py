"""A stories file of two made-up attacks in five articles, hostile words in them; its first reports are those of `toll_run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extract.stories.story import (
    Conflict,
    Decision,
    Evidence,
    Figure,
    Link,
    Passage,
    Report,
    RunOf,
    Series,
    Spot,
    StoriesHeader,
    Story,
    Version,
    write_stories,
)
from tests.toll_run import ONE, TWO

TOLVA = Spot(words="Tolva", name="Tolva", country="Norland", latitude=50.5, longitude=30.25, precision=1)
NORTH = Spot(words="the north", name="Norland", country="Norland", precision=6)


def report(name: str, pointer: str = "/events/0", **more: Any) -> Report:
    """A report of an article."""
    return Report(id=f"{name}#{pointer}", article_id=name, pointer=pointer, run="r.jsonl", source=f"{name}.txt", **more)


def figure(name: str, words: str, number: float | None, **more: Any) -> Figure:
    """A figure of an article's first event."""
    return Figure(report=f"{name}#/events/0", number=number, words=Passage(text=words, start=5, end=9), **more)


BECAUSE = Link(report="two#/events/0", weight=4.25, evidence=[Evidence(about="day", said="one day", weight=2.5)])
NEAR = Link(
    report="four#/events/0",
    own="two#/events/0",
    story="s-00000000b2",
    weight=-0.75,
    evidence=[Evidence(about="kind", said="not one", weight=-1)],
)
MARKET = Story(
    id="s-00000000a1",
    title="=SUM(A1) \x1b[31mMarket hit",
    first="2026-03-03",
    last="2026-03-03",
    reports=[
        report(
            "=one",
            headline="+Market hit",
            url="https://www.example.org/1",
            published="2026-03-04",
            when="Tuesday",
            first="2026-03-03",
            last="2026-03-03",
            places=[NORTH, TOLVA],
            values={"kind": "air_strike", "attacker": "Norland"},
            evidence=Passage(text=ONE.events[0].evidence, start=0, end=87),
            because=BECAUSE,
        ),
        report(
            "two",
            url="https://example.org/2",
            published="2026-03-05",
            places=[TOLVA.model_copy(update={"words": "TOLVA"})],
            values={"kind": "bombing"},
            evidence=Passage(text=TWO.events[0].evidence),
        ),
        report("copy", published="2026-03-05", repeats="two#/events/0"),
        report("six", url="https://other.example/6", published="2026-03-06", main=False, values={"kind": "bombing"}),
    ],
    figures=[
        Series(
            name="killed",
            order="published",
            figures=[
                figure("=one", "at least 12", 12, bound="at_least", source="police", published="2026-03-04"),
                figure("two", "Fourteen", 14, bound="exact", source="the mayor", published="2026-03-05"),
                figure("six", "dozens", None, bound="about", published="2026-03-06", rank=1),
            ],
            low=14,
            best=14,
            best_report="two#/events/0",
            high=None,
            rule="best (latest-official): “Fourteen”",
            repeated=[figure("copy", "Fourteen", 14, published="2026-03-05")],
        ),
        Series(
            name="injured",
            order="number",
            figures=[figure("=one", "30", 30, whole=False)],
            low=30,
            best=30,
            best_report="=one#/events/0",
            high=30,
            rule="the only number",
        ),
    ],
    conflicts=[
        Conflict(
            about="kind",
            said=[
                Version(value="bombing", reports=["two#/events/0", "six#/events/0"]),
                Version(value="air_strike", reports=["=one#/events/0"]),
            ],
        )
    ],
    unsure=[NEAR, NEAR.model_copy(update={"weight": -2.0})],
)
ALONE = Story(
    id="s-00000000b2",
    title="A bridge is hit",
    dated=False,
    reports=[report("four")],
    figures=[
        Series(
            name="missing",
            order="number",
            figures=[figure("four", "1.5 million", 1_500_000)],
            best=1_500_000,
            best_report="four#/events/0",
        )
    ],
)
STORIES = [MARKET, ALONE]


def write_story_file(path: Path, stories: list[Story] | None = None, task: str = "attack", **more: Any) -> Path:
    """Writes a stories file."""
    header = StoriesHeader(
        task=task,
        runs=[RunOf(path="r.jsonl", signature="0")],
        made_at="2026-11-26T12:00:00+00:00",
        gazetteer=True,
        decisions=[Decision(what="same", reports=["=one#/events/0", "two#/events/0"])],
        **more,
    )
    write_stories(path, header, STORIES if stories is None else stories)
    return path
