"""Runs → a stories file: read, linked, built, and given the ids that an earlier file had."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from extract.articles.duplicates import Repeats
from extract.errors import UsageError, counted
from extract.places.gazetteer import Gazetteer
from extract.places.resolution import resolve_places
from extract.records.results import ArticleResult, Header
from extract.records.runs import Runs
from extract.stories.building import stories_of
from extract.stories.decisions import decided, merged_decisions
from extract.stories.linking import MODEL, Ask, link
from extract.stories.mentions import Mention, mentions_of
from extract.stories.moving import decisions_after, moved_reports, stories_after
from extract.stories.plan import StoryPlan
from extract.stories.story import BestRule, Decision, RunOf, StoriesHeader, Story, StoryFile
from extract.stories.updating import identified
from extract.stories.vocabulary import Vocabulary
from extract.stories.weighing import Weights, shipped_weights

_EDITED = 0.55
"""Of the runs of words of two reports of one thing: a paper that edits two sentences of an agency's text repeats it."""
Results = Iterable[tuple[Header, ArticleResult]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        folder: of the stories file, from which the runs' paths are seen.
        best: the rule for the best figure; None for that of the earlier file, or the usual one.
        decisions: what people say now.
        earlier: the file that is brought up to date.
        gazetteer: looks places up.
        weights: of evidence.
        ask: asks a model about undecided pairs; none is without.
    """

    folder: Path = Path()
    best: BestRule | None = None
    decisions: Sequence[Decision] = ()
    earlier: StoryFile | None = None
    gazetteer: Gazetteer | None = None
    weights: Weights = field(default_factory=shipped_weights)
    ask: Ask | None = None


def collect(
    runs: Runs,
    schema: type[BaseModel],
    plan: StoryPlan,
    wanted: Wanted,
    watched: Callable[[Results], Results] = lambda results: results,
    tell: Callable[[str], object] = lambda line: None,
) -> StoryFile:
    """The stories of some runs.

    Args:
        runs: finished ones of one task.
        schema: of the task.
        plan: of the task.
        wanted: what is asked for.
        watched: is given the articles, and tells somebody how far they are.
        tell: told what a user should know.

    Raises:
        RunFileError: a run cannot be read.
        UsageError: decisions contradict each other.
    """
    results = (result for _, result in watched(runs.results(schema)))
    mentions = list(read_mentions(results, plan, wanted.gazetteer, lambda name: str(runs.run_of(name))))
    before = wanted.earlier.header if wanted.earlier else None
    earlier = wanted.earlier.stories if wanted.earlier else []
    said = merged_decisions(before.decisions if before else (), wanted.decisions)
    if moved := moved_reports(earlier, mentions):
        earlier, said = stories_after(earlier, moved), decisions_after(said, moved)
        tell(
            f"{counted(len(moved), 'report')} of the earlier stories stand elsewhere in their articles now, or nowhere: "
            "their stories, and what people said of them, follow"
        )
    decisions, unknown = decided(said, (mention.id for mention in mentions))
    if unknown:
        tell(f"decisions about {counted(len(unknown), 'report')} that no run has, kept for later: {unknown[0]!r} …")
    best = wanted.best or (before.best if before else "latest-official")
    if wanted.earlier and wanted.ask is None and _has_answers(wanted.earlier):
        tell("a model was asked for the earlier stories, and is not this time: what it said does not count (--ask)")
    linked = link(mentions, decisions, wanted.weights, wanted.ask)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    stories, gone = identified(
        stories_of(linked, plan, best),
        earlier,
        before.gone if before else {},
        at,
    )
    header = StoriesHeader(
        task=runs.task,
        runs=[
            RunOf(path=_seen_from(wanted.folder, path), signature=head.signature.digest) for path, head in runs.headers
        ],
        made_at=at,
        gazetteer=wanted.gazetteer is not None,
        best=best,
        weights=hashlib.sha256(wanted.weights.model_dump_json().encode()).hexdigest()[:16],
        decisions=said,
        gone=gone,
    )
    return StoryFile(header, stories)


def find_stories(
    results: Iterable[ArticleResult], plan: StoryPlan | None, *, gazetteer: Gazetteer | None = None
) -> list[Story]:
    """The stories of some results, those with the most reports first.

    Args:
        results: lines of runs of one task (`Result.line`).
        plan: of the task (`Task.stories`).
        gazetteer: looks places up (`extract.places.gazetteer.open_gazetteer`).

    Raises:
        UsageError: the task does not say what makes two records one.
    """
    if plan is None:
        raise UsageError("the task does not say what makes two records one: mark fields of a record type with Key()")
    return stories_of(link(list(read_mentions(results, plan, gazetteer))), plan, "latest-official")


def read_mentions(
    results: Iterable[ArticleResult],
    plan: StoryPlan,
    gazetteer: Gazetteer | None = None,
    run_of: Callable[[str], str] = lambda article_id: "",
) -> Iterator[Mention]:
    """The records of articles that make stories.

    Args:
        results: of the articles.
        plan: of their task.
        gazetteer: looks places up.
        run_of: which file holds an article.
    """
    repeats, numbers, vocabulary = Repeats(_EDITED), dict[str, int](), Vocabulary()
    for number, result in enumerate(results):
        numbers[result.article_id] = number
        known = resolve_places(result, gazetteer) if gazetteer else {}
        twin = repeats.add(result.article_id, result.text) if result.text else None
        first = numbers[twin.article_id] if twin else None
        yield from mentions_of(result, number, plan, known, vocabulary, first, run_of(result.article_id))


def _has_answers(file: StoryFile) -> bool:
    """Whether stories show evidence that a model gave."""
    links = (link for story in file.stories for link in (*(each.because for each in story.reports), *story.unsure))
    return any(point.about == MODEL for link in links if link is not None for point in link.evidence)


def _seen_from(folder: Path, path: Path) -> str:
    """A run's path as seen from the folder of the stories file, where there is a way."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # another drive
        return str(path.resolve())
