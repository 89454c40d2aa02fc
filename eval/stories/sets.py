"""Sets: reports as a system is given them, each with what gold calls it, and the stories that gold makes of them.

A folder with `stories.json` and either labels, by which the stories name records, or a run alone, in which they name
articles. A labelled set has two forms: records from the labels, which no extraction spoils, and records from a run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel

from eval.gold.checking import only_articles
from eval.gold.clone import article_folder
from eval.gold.labels import Label, load_labels
from eval.gold.stories import STORIES_FILE, stories_of_articles, stories_of_labels
from eval.harness import check_text, read_run_of
from eval.scoring.alignment import Alignment
from eval.scoring.coreference import Stories
from extract.articles import Article, mark_duplicates, read_articles
from extract.engines.session import open_setup
from extract.engines.threads import extract_all
from extract.errors import GoldError
from extract.records.columns import record_id
from extract.records.results import ArticleResult, Repeated
from extract.spec import RULES, RunSpec
from extract.tasks.task import Task

Source = Literal["labels", "run"]
ARTICLES_FILE: Final = "articles.jsonl"
RUN_FILE: Final = "run.jsonl"

REPORTS: Final = "events"
"""The list whose records are reports."""
MAIN: Final = ("context", "main")
"""What a record says that its article is about."""


@dataclass(frozen=True, slots=True)
class StorySet:
    """A set in one form.

    Attributes:
        name: of the set.
        source: where the records come from.
        results: what a system is given.
        called: report of the results → what gold calls it; those that are no report of gold have a name that gold does
            not know, and those about which gold says nothing have none.
        gold: the right stories.
    """

    name: str
    source: Source
    results: tuple[ArticleResult, ...]
    called: Mapping[str, str]
    gold: Stories

    @property
    def sha256(self) -> str:
        """Digest of all that a figure depends on but for the system."""
        content = {
            "gold": sorted(sorted(story) for story in self.gold),
            "called": dict(sorted(self.called.items())),
            "results": [
                [
                    each.article_id,
                    each.published,
                    each.title,
                    each.text,
                    each.records and each.records.model_dump(mode="json"),
                ]
                for each in self.results
            ],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def in_gold_words(self, stories: Stories, system: str) -> list[list[str]]:
        """A system's stories, their reports called as in gold.

        Raises:
            GoldError: it leaves a report out, or names one that it was not given.
        """
        given = {report for result in self.results for report, _ in reports_of(result)}
        told = {report for story in stories for report in story}
        if left := sorted(given ^ told):
            does = "leaves out" if left[0] in given else "makes up"
            raise GoldError(f"{system!r} {does} report {left[0]!r} of set {self.name!r}: each stands in one story")
        renamed = ([self.called[report] for report in story if report in self.called] for story in stories)
        return [story for story in renamed if story]


def reports_of(result: ArticleResult) -> Iterator[tuple[str, BaseModel]]:
    """The reports of an article by what they are called, in its order."""
    for number, record in enumerate(getattr(result.records, REPORTS, ())):
        yield record_id(result, f"/{REPORTS}/{number}"), record


def is_main(record: BaseModel) -> bool:
    """Whether a report is what its article is about."""
    name, value = MAIN
    return bool(getattr(record, name, None) == value)


def load_set(folder: Path, task: Task[Any], name: str | None = None) -> Iterator[StorySet]:
    """The forms of a set. A labelled one without a run is run here, by the rules alone.

    Args:
        folder: with `stories.json`, and `labels` or `run.jsonl`.
        task: of the records.
        name: what the table calls it, if not as its folder.

    Raises:
        GoldError: a file is broken, or does not fit the others.
        RunFileError: the run cannot be read.
        UsageError: there are no articles.
    """
    name = name or folder.resolve().name
    if (folder / "labels").is_dir():
        labels = load_labels(folder / "labels", task)
        articles = _articles(folder)
        yield from_labels(name, folder / STORIES_FILE, labels, articles)
        results = (
            read_run_of(task, folder / RUN_FILE).results if (folder / RUN_FILE).exists() else _extracted(articles, task)
        )
        yield from_run(name, folder / STORIES_FILE, labels, articles, results)
    else:
        yield by_article(name, folder / STORIES_FILE, read_run_of(task, folder / RUN_FILE).results)


def from_labels(name: str, path: Path, labels: Mapping[str, Label], articles: Iterable[Article]) -> StorySet:
    """The records that a reader found.

    Args:
        name: of the set.
        path: of its stories.
        labels: by article.
        articles: in the order in which a system is given them; those without a label are not.

    Raises:
        GoldError: the stories are broken or not those of the labels, or a label has no article.
    """
    gold = stories_of_labels(path, labels)
    results = tuple(_as_result(each, labels[each.id]) for each in articles if each.id in labels)
    if missing := sorted(labels.keys() - {result.article_id for result in results}):
        raise GoldError(f"label {missing[0]!r} of set {name!r} has no article")
    called = {report: report for result in results for report, _ in reports_of(result)}
    return StorySet(name, "labels", results, called, gold)


def from_run(
    name: str, path: Path, labels: Mapping[str, Label], articles: Iterable[Article], results: Iterable[ArticleResult]
) -> StorySet:
    """The records of a run: which of them are gold's is what scoring the extraction says (`eval.scoring.alignment`).

    An article without a label has no report in gold: whatever a run finds in it is invented.

    Raises:
        GoldError: the stories are broken or not those of the labels, or the run has read other texts.
    """
    gold = stories_of_labels(path, labels)
    texts = {article.id: article for article in articles}
    results = tuple(results)
    if missing := sorted(labels.keys() - {result.article_id for result in results}):
        raise GoldError(f"the run of set {name!r} has no line for article {missing[0]!r}: continue the run")
    called: dict[str, str] = {}
    for result in results:
        if result.article_id in labels:
            check_text(result, texts[result.article_id])
            called |= called_in_gold(result, labels[result.article_id].records, texts[result.article_id].text)
        else:
            called |= {report: _invented(report) for report, _ in reports_of(result)}
    return StorySet(name, "run", results, called, gold)


def by_article(name: str, path: Path, results: Iterable[ArticleResult]) -> StorySet:
    """A run without labels: an article stands for its main record, and nothing is known of the others.

    Raises:
        GoldError: the stories are broken, or name an article that the run does not have.
    """
    results = tuple(results)
    called: dict[str, str] = {}
    for result in results:
        if main := next((report for report, record in reports_of(result) if is_main(record)), None):
            called[main] = result.article_id
    gold = stories_of_articles(path, {result.article_id for result in results}, set(called.values()))
    return StorySet(name, "run", results, called, gold)


def called_in_gold(result: ArticleResult, gold: BaseModel, text: str) -> dict[str, str]:
    """What gold calls the reports of an extracted article, by the alignment that scores the extraction.

    That pairs as much as it can: an event of the right kind and nothing else right is gold's, where no other fits
    better. So fewer reports count as missed and invented than a reader would say.

    Args:
        result: of the article.
        gold: its records.
        text: the article.
    """
    called = {report: _invented(report) for report, _ in reports_of(result)}
    for pair in Alignment(gold, result.records, text).root.children:
        if pair.gold and pair.predicted and (report := record_id(result, pair.predicted.pointer)) in called:
            called[report] = record_id(result, pair.gold.pointer)
    return called


def _invented(report: str) -> str:
    """A name that gold does not have: the same pointer may be another record there."""
    return f"{report} of the run"


def _as_result(article: Article, label: Label) -> ArticleResult:
    same = article.duplicate_of
    return ArticleResult(
        article_id=article.id,
        source=article.source,
        text_sha256=article.sha256,
        published=article.published.isoformat() if article.published else label.head.published,
        title=article.title,
        url=article.url,
        duplicate_of=Repeated(article_id=same.article_id, share=same.share) if same else None,
        status="complete",
        records=label.records,
        text=article.text,
    )


def _articles(folder: Path) -> list[Article]:
    """The articles of a labelled set, rows of a file or a folder of texts; repeated texts are marked as in a run."""
    rows = folder / ARTICLES_FILE
    return list(only_articles(mark_duplicates(read_articles([str(rows if rows.exists() else article_folder(folder))]))))


def _extracted(articles: list[Article], task: Task[Any]) -> list[ArticleResult]:
    """What the rules find, in the order of the articles."""
    with open_setup(RunSpec(task=task.name, model=RULES, cache="off")) as setup:
        found = {result.article_id: result for result in extract_all(articles, setup)}
    return [found[article.id] for article in articles]
