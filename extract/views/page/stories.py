"""What the page of stories knows: the stories file, and what follows from it in words and as maps."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from extract.places.maps import WORLD
from extract.places.outline import Point, map_svg, world_defs
from extract.records.results import Strict
from extract.stories.story import Decision, Report, Story, StoryFile
from extract.views.page.content import described, digest_of
from extract.views.story_words import day_words, place_words, reports_words, series_words, undecided


class PageStory(Strict):
    """One story.

    Attributes:
        story: as the file has it, each report that nearly joined once.
        day: the days on which it was, in words; "" for none.
        places: that which most reports name first.
        told: how many reports, and when they were published.
        tolls: outcome → its numbers in order: "8 → 18 → 21".
        map: a picture of its places (SVG), or nothing.
        map_said: the same in words.
    """

    story: Story
    day: str
    places: list[str]
    told: str
    tolls: dict[str, str]
    map: str = ""
    map_said: str = ""


class StoriesContent(Strict):
    """All of the page.

    Attributes:
        digest: of the file; decisions are kept in the browser under it.
        name: of the file, without its ending.
        command: what uses the decisions that are made here.
        gazetteer: whether places were looked up.
        best: the rule for the best figure.
        decisions: what people have said already; new ones must not contradict them.
        gone: stories that are no more → the one that has their reports.
        stories: those with the most reports first.
        world: what all maps have in common (SVG), or nothing.
    """

    task: str
    digest: str
    name: str
    command: str
    made_at: str
    runs: int
    gazetteer: bool
    best: str
    decisions: list[Decision]
    gone: dict[str, str]
    stories: list[PageStory]
    world: str = ""


def stories_content(file: StoryFile, path: Path) -> StoriesContent:
    """What the page of a stories file knows.

    Args:
        file: the stories.
        path: where they were read.
    """
    header = file.header
    stories = [_story(each) for each in sorted(file.stories, key=lambda each: -len(each.reports))]
    name = path.stem or header.task
    return StoriesContent(
        task=header.task,
        digest=digest_of(file.header, *file.stories),
        name=name,
        command=f"extract stories --update {shlex.quote(str(path))} --decisions {shlex.quote(f'{name}-decisions.json')}",
        made_at=header.made_at,
        runs=len(header.runs),
        gazetteer=header.gazetteer,
        best=header.best,
        decisions=header.decisions,
        gone=header.gone,
        stories=stories,
        world=world_defs(WORLD) if any(each.map for each in stories) else "",
    )


def _story(story: Story) -> PageStory:
    picture = map_svg(_points(story.reports), title="Places of the story", world=WORLD)
    return PageStory(
        story=story.model_copy(update={"unsure": undecided(story)}),
        day=day_words(story.first, story.last),
        places=place_words(story),
        told=reports_words(story),
        tolls={series.name: series_words(series) for series in story.figures},
        map=picture,
        map_said=described(picture),
    )


def _points(reports: Iterable[Report]) -> Iterable[Point]:
    for report in reports:
        for spot in report.places:
            if spot.latitude is not None and spot.longitude is not None:
                yield Point(spot.name or spot.words, spot.latitude, spot.longitude, spot.precision != 1)
