"""Stories that keep their ids when articles come, and a history of what became of them.

All reports are put together anew, so that a story does not depend on the order in which articles came; then each story gets the id of the earlier
one that it shares the most reports with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from extract.stories.story import Change, Story


def identified(
    stories: Sequence[Story], earlier: Sequence[Story], gone: Mapping[str, str], at: str
) -> tuple[list[Story], dict[str, str]]:
    """Stories with the ids of earlier ones, and their histories.

    Args:
        stories: as they are now, with ids of new ones.
        earlier: as they were; none if there were none.
        gone: stories that were no more by then → the one that has their reports.
        at: the time that changes carry.

    Returns:
        The stories, and those that are no more.
    """
    before = {report.id: story for story in earlier for report in story.reports}
    shared = [Counter(before[report.id].id for report in story.reports if report.id in before) for story in stories]
    ids = _ids(stories, shared, {*gone, *(story.id for story in earlier)})
    old = {story.id: story for story in earlier}
    fresh = {story.id: name for story, name in zip(stories, ids, strict=True)}
    kept = [_with_history(story, name, old.get(name), before, at) for story, name in zip(stories, ids, strict=True)]
    home = {report.id: story.id for story in kept for report in story.reports}
    lost = {name: _new_home(story, home) for name, story in old.items() if name not in ids}
    names = {**gone, **{name: where for name, where in lost.items() if where}}
    return [_renamed(story, fresh) for story in kept], {name: name_now(name, names) for name in names}


def _ids(stories: Sequence[Story], shared: Sequence[Counter[str]], taken: Collection[str]) -> list[str]:
    """An id for each: of the pairs of a story and an earlier one those that share the most reports first."""
    found: dict[int, str] = {}
    used: set[str] = set()
    pairs = sorted((-count, name, at) for at, counts in enumerate(shared) for name, count in counts.items())
    for _, name, at in pairs:
        if at not in found and name not in used:
            found[at] = name
            used.add(name)
    known = {*taken, *used}
    for at, story in enumerate(stories):
        if at not in found:
            found[at] = _free(story.id, known)
            known.add(found[at])
    return [found[at] for at in range(len(stories))]


def _free(name: str, taken: Collection[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _with_history(story: Story, name: str, old: Story | None, before: Mapping[str, Story], at: str) -> Story:
    reports = [report.id for report in story.reports]
    others = dict.fromkeys(before[report].id for report in reports if report in before and before[report].id != name)
    if old is None:
        history = [Change(at=at, what="split" if others else "made", reports=reports, stories=list(others))]
        return story.model_copy(update={"id": name, "history": history})
    known = {report.id for report in old.reports}
    changes = list(old.history)
    whole = [other for other in others if _is_all_in(before, other, reports)]
    moved = [report for report in reports if report in before and before[report].id in others]
    if whole:
        came = [report for report in moved if before[report].id in whole]
        changes.append(Change(at=at, what="merged", reports=came, stories=whole))
    joined = [
        report for report in reports if report not in known and not (report in before and before[report].id in whole)
    ]
    if joined:
        changes.append(Change(at=at, what="joined", reports=joined))
    if left := [report.id for report in old.reports if report.id not in reports]:
        changes.append(Change(at=at, what="left", reports=left))
    return story.model_copy(update={"id": name, "history": changes})


def _is_all_in(before: Mapping[str, Story], name: str, reports: Collection[str]) -> bool:
    """Whether every report of an earlier story is among some."""
    return all(report in reports for report, story in before.items() if story.id == name)


def _new_home(story: Story, home: Mapping[str, str]) -> str | None:
    """The story that has most of the reports of one that is no more."""
    found = Counter(home[report.id] for report in story.reports if report.id in home)
    return min(found, key=lambda name: (-found[name], name), default=None)


def name_now(name: str, gone: Mapping[str, str]) -> str:
    """Where a story that is no more is found now, however often it moved."""
    seen = set[str]()
    while name in gone and name not in seen:
        seen.add(name)
        name = gone[name]
    return name


def _renamed(story: Story, names: Mapping[str, str]) -> Story:
    """The story with the ids that others have now."""
    links = [each.model_copy(update={"story": names.get(each.story or "", each.story)}) for each in story.unsure]
    return story.model_copy(update={"unsure": links})
