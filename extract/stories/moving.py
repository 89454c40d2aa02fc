"""Reports of an earlier stories file whose records stand elsewhere in their articles now, for a run was made anew.

A report is called by its place, and another run of one article can have another record there. What the article's words are for
it tells which record it was, so that its story and what people said of it follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from extract.stories.mentions import Mention
from extract.stories.story import Decision, Report, Story

Moved = Mapping[str, str | None]
"""Report → what it is called now; None where it is no more and another one is called so."""
_Told = tuple[str, ...]


def moved_reports(earlier: Iterable[Story], mentions: Iterable[Mention]) -> dict[str, str | None]:
    """The reports of earlier stories that are called otherwise now."""
    before: dict[str, list[Report]] = defaultdict(list)
    for report in (report for story in earlier for report in story.reports):
        before[report.article_id].append(report)
    now: dict[str, dict[str, Mention]] = defaultdict(dict)
    for mention in mentions:
        if mention.article_id in before:
            now[mention.article_id][mention.id] = mention
    found: dict[str, str | None] = {}
    for article, reports in before.items():
        found |= _moved_in(reports, now[article])
    return found


def _moved_in(reports: Sequence[Report], now: Mapping[str, Mention]) -> dict[str, str | None]:
    """Of one article: who is found by day, places and evidence goes before who is found by the evidence alone."""
    free = dict(now)
    homes: dict[str, str] = {}
    ways: tuple[tuple[Callable[[Report], _Told], Callable[[Mention], _Told]], ...] = (
        (lambda report: (*_evidence(report), report.when, *(each.words for each in report.places)), _told),
        (_evidence, _evidence),
    )
    for before, after in ways:
        for elsewhere in (False, True):
            for report in (each for each in reports if each.id not in homes and _evidence(each)):
                able = free.values() if elsewhere else filter(None, [free.get(report.id)])
                home = next((each.id for each in able if after(each) == before(report)), None)
                if home is not None:
                    homes[report.id] = free.pop(home).id
    moved: dict[str, str | None] = {name: home for name, home in homes.items() if name != home}
    taken = now.keys() - free.keys()
    return moved | {each.id: None for each in reports if each.id not in homes and each.id in taken}


def _evidence(told: Report | Mention) -> _Told:
    return (told.evidence.text,) if told.evidence and told.evidence.text else ()


def _told(mention: Mention) -> _Told:
    return (*_evidence(mention), mention.when.words, *(each.words for each in mention.places))


def stories_after(earlier: Iterable[Story], moved: Moved) -> list[Story]:
    """Earlier stories whose reports are called as they are now, without those that are no more, which history alone names."""
    found: list[Story] = []
    for story in earlier:
        names = [(report, moved.get(report.id, report.id)) for report in story.reports]
        reports = [report.model_copy(update={"id": name}) for report, name in names if name is not None]
        history = [
            change.model_copy(update={"reports": [moved.get(name) or name for name in change.reports]})
            for change in story.history
        ]
        found.append(story.model_copy(update={"reports": reports, "history": history}))
    return found


def decisions_after(said: Iterable[Decision], moved: Moved) -> list[Decision]:
    """Decisions about the reports as they are called now; what was said of one that is no more is no longer said."""
    found: list[Decision] = []
    for decision in said:
        reports = [moved.get(each, each) for each in decision.reports]
        kept = [each for each in reports if each is not None]
        if len(kept) > 1 and not (decision.what == "apart" and reports[0] is None):
            found.append(decision.model_copy(update={"reports": kept}))
    return found
