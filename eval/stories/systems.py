"""Systems: what puts reports into stories: ours, and what a user would try first.

A system gets the articles' results and gives the ids of all their reports (ARTICLE#POINTER), those of one attack together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

from pydantic import BaseModel

from eval.scoring.coreference import connected, lea
from eval.stories.sets import StorySet, is_main, reports_of
from extract.errors import UsageError
from extract.places.gazetteer import Gazetteer, open_gazetteer
from extract.records.day_columns import day_in
from extract.records.days import WEEKDAYS
from extract.records.folding import fold
from extract.records.marks import Day
from extract.records.results import ArticleResult
from extract.records.tree import FieldPlan, fields_of, nodes, own_values, plain
from extract.stories.collecting import read_mentions
from extract.stories.linking import link
from extract.stories.plan import StoryPlan
from extract.tasks.task import Task

System = Callable[[Sequence[ArticleResult]], list[list[str]]]

OURS: Final = "ours"
SIMILAR: Final = "similar texts"
THRESHOLDS: Final = tuple(number / 100 for number in range(2, 100, 2))
"""Similarities that are tried."""


@dataclass(frozen=True, slots=True)
class Named:
    """A system with its name and, in a line, what it does."""

    name: str
    how: str
    system: System


def baselines(sixty: StorySet) -> list[Named]:
    """What a user would try first.

    Args:
        sixty: the set on which the threshold of the texts' similarity is chosen, its records from labels.
    """
    least = best_threshold(sixty)
    how = (
        f"TF-IDF of the words (an article for its main report, the evidence for others), average link, joined from a cosine"
        f" of {least:.2f} on; of {len(THRESHOLDS)} thresholds the one with the best LEA on {sixty.name!r}, records from labels,"
        f" which flatters it there"
    )
    return [
        Named("alone", "every report is a story", alone),
        Named(
            "day and place", "the same day, or words for it where none is known, and a place of one name", day_and_place
        ),
        Named(SIMILAR, how, partial(similar_texts, least=least)),
    ]


def ours(task: Task[Any]) -> list[Named]:
    """Ours, with places looked up and without.

    Raises:
        UsageError: the packages of the gazetteer are missing, or the task does not say what makes stories.
    """
    if task.stories is None:
        raise UsageError(f"task {task.name!r} does not say which records make stories")
    return [
        Named(OURS, "as `extract stories` does it", partial(linked, plan=task.stories, gazetteer=open_gazetteer())),
        Named(f"{OURS}, places by name", "the same with --no-gazetteer", partial(linked, plan=task.stories)),
    ]


def linked(results: Sequence[ArticleResult], plan: StoryPlan, gazetteer: Gazetteer | None = None) -> list[list[str]]:
    """Reports as `extract stories` puts them together."""
    found = link(list(read_mentions(results, plan, gazetteer)))
    return [[found.mentions[number].id for number in group] for group in found.groups]


def alone(results: Sequence[ArticleResult]) -> list[list[str]]:
    """Every report is a story of its own."""
    return [[report] for result in results for report, _ in reports_of(result)]


def day_and_place(results: Sequence[ArticleResult]) -> list[list[str]]:
    """Reports of one day that share a place, and what is joined to either of them."""
    keys: dict[str, set[Hashable]] = {}
    for result in results:
        for report, record in reports_of(result):
            day, places = _day(record, result), _places(record)
            keys[report] = {(day, place) for place in places} if day else set()
    return connected(keys)


def similar_texts(results: Sequence[ArticleResult], least: float) -> list[list[str]]:
    """Reports whose texts are similar on average.

    Args:
        results: of the articles.
        least: cosine from which on two groups are one.
    """
    texts = {report: text for result in results for report, text in _texts(result)}
    return _Similar(texts).stories(least)


def best_threshold(given: StorySet) -> float:
    """The similarity that gives the best LEA on a set; of equals the highest, which joins least."""
    similar = _Similar({report: text for result in given.results for report, text in _texts(result)})

    def f1(least: float) -> float:
        return lea(given.gold, given.in_gold_words(similar.stories(least), SIMILAR)).f1 or 0.0

    return max(reversed(THRESHOLDS), key=f1)


def ceiling(given: StorySet) -> Named:
    """Similar texts with the threshold that is best on the very set."""
    how = f"{SIMILAR!r} with the threshold that is best on the very set, in the same form: nobody could know it, a ceiling"
    return Named(f"{SIMILAR}, at best", how, partial(similar_texts, least=best_threshold(given)))


def _day(record: BaseModel, result: ArticleResult) -> str | None:
    """The day of the calendar; where none is known the weekday that is named, or else the words."""
    given = next(_said(record, lambda field: field.has(Day)), None)
    words = next(_said(record, lambda field: field.what == ("time",)), None)
    if given or not words:
        return given
    if day := day_in(words, result).day:
        return day.isoformat()
    named = [name for name in WEEKDAYS if name in words.lower()]
    return named[0] if len(named) == 1 else " ".join(fold(words))


def _places(record: BaseModel) -> set[str]:
    return {" ".join(fold(name)) for name in _said(record, lambda field: field.what == ("place",))}


def _said(record: BaseModel, wanted: Callable[[FieldPlan], bool]) -> Iterator[str]:
    """The values of a record's own fields of a kind."""
    held = (getattr(record, name) for name, field in fields_of(type(record)).items() if wanted(field))
    found: Iterator[Any] = chain.from_iterable(each if isinstance(each, list) else [each] for each in held)
    return (str(plain(value)) for value in found if value is not None)


def _texts(result: ArticleResult) -> Iterator[tuple[str, str]]:
    """The text of each report: the article for what it is about, for others the words that they rest on."""
    for report, record in reports_of(result):
        if is_main(record):
            yield report, f"{result.title or ''}\n{result.text or ''}"
        else:
            evidence = (value for node in nodes(record) for value in own_values(node) if value.field.evidence)
            yield report, " ".join(dict.fromkeys(str(value.value) for value in evidence))


class _Similar:
    """How similar texts are, worked out once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._reports = list(texts)
        self._distances: Any = None
        if len(texts) > 1:
            self._distances = _distances(list(texts.values()))

    def stories(self, least: float) -> list[list[str]]:
        """Groups whose reports have at least this cosine to those of another group, on average, are one."""
        if self._distances is None:
            return [[report] for report in self._reports]
        from sklearn.cluster import AgglomerativeClustering

        clusters = AgglomerativeClustering(
            n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - least
        )
        groups: dict[int, list[str]] = {}
        for report, number in zip(self._reports, clusters.fit_predict(self._distances), strict=True):
            groups.setdefault(int(number), []).append(report)
        return list(groups.values())


def _distances(texts: list[str]) -> Any:
    """1 - cosine of all pairs."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.metrics.pairwise import cosine_distances
    except ImportError as error:
        raise UsageError("texts are compared by scikit-learn, which is not installed: make dev") from error
    return cosine_distances(TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts))
