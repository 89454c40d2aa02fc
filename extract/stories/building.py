"""Groups of records → stories: what each report says, the figures over time, where reports differ, what nearly joined."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from extract.stories import where
from extract.stories.comparing import Comparison
from extract.stories.linking import Linked
from extract.stories.mentions import Mention
from extract.stories.plan import StoryPlan
from extract.stories.series import rank_of, series_of
from extract.stories.story import (
    BestRule,
    Conflict,
    Evidence,
    Figure,
    Link,
    Report,
    Series,
    Spot,
    Story,
    Version,
)
from extract.stories.told import Told
from extract.stories.where import Near, exact, nearness

_MOST_UNSURE = 5
"""Reports that nearly joined, told for each story."""
_MOST_BESIDE = 20
"""Reports of a story among which one is looked for that speaks for another, where none was found on the way."""
_SHARED = 10_000
"""Pieces of evidence that many pairs have word for word, like a prior or two names: made once, and held once."""
_PERSON = "a person"


def stories_of(linked: Linked, plan: StoryPlan, best: BestRule) -> list[Story]:
    """The stories, those with the most reports first; their ids are those of new ones.

    Args:
        linked: what came of linking.
        plan: of the task.
        best: the rule for the best figure.
    """
    near = _nearly(linked)
    beside = _beside(linked)
    stories = [_story(group, linked, plan, best, near, beside) for group in linked.groups]
    return sorted(stories, key=lambda story: (-len(story.reports), story.first or "9", story.id))


def _story(
    group: Sequence[int],
    linked: Linked,
    plan: StoryPlan,
    best: BestRule,
    near: Mapping[int, list[_Unsure]],
    beside: Mapping[int, Sequence[int]],
) -> Story:
    mentions = [linked.mentions[at] for at in group]
    repeats = dict(_repeats(mentions))
    reports = [
        _report(mention, _because(at, beside.get(at) or group[:_MOST_BESIDE], linked), repeats.get(mention.id))
        for at, mention in zip(group, mentions, strict=True)
    ]
    first, last = _days(mentions)
    links = sorted((each for at in group for each in near.get(at, ())), key=lambda each: (-each.weight, each.report))
    unsure: dict[str, _Unsure] = {}  # a report that many of these nearly joined is told once
    for each in links:
        unsure.setdefault(each.report, each)
    return Story(
        id=new_id(reports[0].id),
        title=next((each.title for each in mentions if each.title and each.is_main), "") or _title(mentions),
        first=first,
        last=last,
        dated=any(each.when.is_known or each.when.published for each in mentions),
        reports=reports,
        figures=_figures(mentions, plan, list(repeats), best),
        conflicts=list(_conflicts(reports)),
        unsure=[
            _link(each.found, each.report, each.story, own=each.own) for each in list(unsure.values())[:_MOST_UNSURE]
        ],
    )


def new_id(first: str) -> str:
    """The id of a story by that of its first report, whatever else there is."""
    return "s-" + hashlib.sha256(first.encode()).hexdigest()[:10]


def _title(mentions: Sequence[Mention]) -> str:
    """What the evidence of the first report says, if no article has a headline."""
    first = next((each for each in mentions if each.is_main), mentions[0])
    text = first.evidence.text if first.evidence else first.id
    return text if len(text) <= 100 else f"{text[:99].rsplit(' ', 1)[0]}…"


def _repeats(mentions: Sequence[Mention]) -> Iterator[tuple[str, str]]:
    """Reports whose article repeats the text of an earlier report's."""
    first: dict[int, str] = {}
    for mention in mentions:
        text = mention.article if mention.repeats is None else mention.repeats
        if text in first:
            yield mention.id, first[text]
        else:
            first[text] = mention.id


def _report(mention: Mention, because: Link | None, repeats: str | None) -> Report:
    return Report(
        id=mention.id,
        article_id=mention.article_id,
        pointer=mention.pointer,
        run=mention.run,
        source=mention.source,
        url=mention.url,
        headline=mention.title or None,
        published=_day(mention.when.published),
        main=mention.is_main,
        when=mention.when.words,
        first=_day(mention.when.first),
        last=_day(mention.when.last),
        places=[_spot(each) for each in mention.places],
        values={name: said for name, (_, said) in mention.values.items()},
        evidence=mention.evidence,
        repeats=repeats,
        because=because,
    )


def _day(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()


def _spot(spot: where.Spot) -> Spot:
    place = spot.place
    if place is None:
        return Spot(words=spot.words)
    point = place.point or (None, None)
    return Spot(
        words=spot.words,
        name=place.name,
        country=place.country.name if place.country else None,
        latitude=point[0],
        longitude=point[1],
        precision=place.precision,
    )


def _beside(linked: Linked) -> dict[int, list[int]]:
    """For each record those of its story that evidence joined it to, or nearly, or a person."""
    home = {at: number for number, group in enumerate(linked.groups) for at in group}
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in (*linked.same, *linked.compared):
        if home[one] == home[other]:
            found[one].append(other)
            found[other].append(one)
    return found


def _because(at: int, others: Sequence[int], linked: Linked) -> Link | None:
    """The report that speaks most for it that one belongs here; what a person said before all else."""
    others = [other for other in others if other != at]
    if not others:
        return None
    decided = [other for other in others if (min(at, other), max(at, other)) in linked.same]
    closest = min(decided or others, key=lambda other: (-linked.compare(at, other).weight, linked.mentions[other].id))
    by = _PERSON if decided else None
    return _link(linked.compare(at, closest), linked.mentions[closest].id, by=by)


def _link(
    found: Comparison, report: str, story: str | None = None, *, own: str | None = None, by: str | None = None
) -> Link:
    points = [_evidence(each.about, each.said, round(each.weight, 2)) for each in found.points]
    if found.contradiction:
        points.append(_evidence("contradiction", found.contradiction, 0))
    return Link(report=report, own=own, story=story, weight=round(found.weight, 2), evidence=points, by=by)


@lru_cache(_SHARED)
def _evidence(about: str, said: str, weight: float) -> Evidence:
    return Evidence(about=about, said=said, weight=weight)


class _Unsure(NamedTuple):
    """A report of another story that nearly joined one: `own`. Few of them are told, so that a link is made of those alone."""

    weight: float
    own: str
    report: str
    story: str
    found: Comparison


def _nearly(linked: Linked) -> dict[int, list[_Unsure]]:
    """For each record those of other stories that nearly joined it."""
    home = {at: number for number, group in enumerate(linked.groups) for at in group}
    ids = [new_id(linked.mentions[group[0]].id) for group in linked.groups]
    near: dict[int, list[_Unsure]] = defaultdict(list)
    for (one, other), found in linked.compared.items():
        if home[one] == home[other] or found.weight < linked.weights.join - linked.weights.unsure:
            continue
        mine, theirs, weight = linked.mentions[one].id, linked.mentions[other].id, round(found.weight, 2)
        near[one].append(_Unsure(weight, mine, theirs, ids[home[other]], found))
        near[other].append(_Unsure(weight, theirs, mine, ids[home[one]], found))
    return near


def _days(mentions: Sequence[Mention]) -> tuple[str | None, str | None]:
    """The days that most reports give, of those that know one."""
    known = [(each.when.first, each.when.last) for each in mentions if each.when.is_known]
    if not known:
        return None, None
    (first, last), _ = Counter(sorted(known, key=lambda days: (days[1] or 0) - (days[0] or 0))).most_common(1)[0]
    return _day(first), _day(last)


def _figures(mentions: Sequence[Mention], plan: StoryPlan, repeated: Sequence[str], best: BestRule) -> list[Series]:
    """A series for each outcome, in the order in which outcomes are first told."""
    found: dict[str, list[Figure]] = {}
    for mention in mentions:
        for told in mention.told:
            found.setdefault(told.name, []).append(
                Figure(
                    report=mention.id,
                    published=_day(mention.when.published),
                    number=told.number,
                    bound=told.bound,
                    words=mention.passage(told.pointer, told.words),
                    source=told.source,
                    rank=rank_of(told.source, plan.sources),
                    whole=told.whole,
                    part=_is_part(mention, told, mentions),
                )
            )
    return [series_of(name, figures, repeated, best) for name, figures in found.items()]


def _is_part(mention: Mention, told: Told, mentions: Sequence[Mention]) -> bool:
    """Whether a report counts some places of the story alone: another one that names its place and one apart from it counts
    at least as many."""
    own, number = exact(mention.places), told.number
    if number is None:
        return False
    for other in mentions[:_MOST_BESIDE]:
        near = [max((nearness(spot, mine) for mine in own), default=Near.UNKNOWN) for spot in exact(other.places)]
        counts = (each.number for each in other.told if each.name == told.name and each.number is not None)
        if Near.APART in near and max(near) >= Near.AREA and any(count >= number for count in counts):
            return True
    return False


def _conflicts(reports: Sequence[Report]) -> Iterator[Conflict]:
    """Fields of which reports say different things."""
    for name in dict.fromkeys(name for report in reports for name in report.values):
        said: dict[str, list[Report]] = defaultdict(list)
        for report in reports:
            if name in report.values:
                said[report.values[name].casefold()].append(report)
        if len(said) > 1:
            versions = [
                Version(value=each[0].values[name], reports=[report.id for report in each]) for each in said.values()
            ]
            yield Conflict(about=name, said=sorted(versions, key=lambda each: (-len(each.reports), each.value)))
