"""Which reports tell of one attack: the file of a set's stories, read and checked.

`stories.json` lists stories, each a list of reports. A report is ARTICLE#POINTER, a labelled record; then every record of
the lists that are pointed into stands in one story, those that are alone too. Or it is an ARTICLE, for sets without
labels: its main record; then only stories of several articles need be listed. What partitions are worth is `scoring`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.gold.labels import Label
from eval.scoring.coreference import Stories, article_of
from extract.errors import GoldError
from extract.files.documents import load_document

STORIES_FILE: Final = "stories.json"
STORIES_FORMAT: Final = "attested-gold-stories-1"

Report = Annotated[str, Field(min_length=1)]


class StoriesFile(BaseModel):
    """The file.

    Attributes:
        stories: reports of one attack together.
        tolls: a report of a story → outcome → the numbers that its reports give for it, in order of time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["attested-gold-stories-1"]
    stories: list[Annotated[list[Report], Field(min_length=1)]]
    tolls: dict[Report, dict[str, list[int]]] = {}

    @property
    def reports(self) -> list[str]:
        """All reports, in the order of the file."""
        return [report for story in self.stories for report in story]

    @property
    def is_of_articles(self) -> bool:
        """Whether its reports are articles."""
        return not any("#/" in report for report in self.reports)


def load_stories(path: Path) -> StoriesFile:
    """Reads a file of stories.

    Raises:
        GoldError: it cannot be read or is none, names a report twice, mixes records with articles, or tells tolls of a
            report that is in no story.
    """
    read = load_document(path, StoriesFile, "file of stories", GoldError, form=STORIES_FORMAT, strict=True)
    if twice := [report for report, times in Counter(read.reports).items() if times > 1]:
        raise GoldError(f"{str(path)!r}: report {twice[0]!r} stands in it twice: it is of one story")
    if not read.is_of_articles and (bare := [report for report in read.reports if "#/" not in report]):
        raise GoldError(
            f"{str(path)!r}: {bare[0]!r} is an article among records: write all as ARTICLE#POINTER, or none"
        )
    if unknown := sorted(read.tolls.keys() - set(read.reports)):
        raise GoldError(f"{str(path)!r}: tolls of {unknown[0]!r}, which is in no story")
    return read


def stories_of_labels(path: Path, labels: Mapping[str, Label]) -> Stories:
    """The stories of a labelled set.

    Raises:
        GoldError: as `load_stories`; or a report is no labelled record, or a labelled record is in no story.
    """
    read = load_stories(path)
    if read.is_of_articles and read.reports:
        raise GoldError(f"{str(path)!r} names articles, not records: a labelled set needs ARTICLE#POINTER")
    lists: dict[str, None] = {}
    for report in read.reports:
        article, pointer = article_of(report), report.rpartition("#")[2]
        if article not in labels:
            raise GoldError(f"{str(path)!r}: unknown report {report!r}: there is no label of article {article!r}")
        inside, _, number = pointer.rpartition("/")
        held = _held(labels[article], inside)
        if not (number.isdecimal() and number == str(int(number)) and int(number) < len(held)):
            raise GoldError(f"{str(path)!r}: unknown report {report!r}: its label has no record {pointer!r}")
        lists[inside] = None
    every = [
        f"{article}#{inside}/{number}"
        for article, label in labels.items()
        for inside in lists
        for number, _ in enumerate(_held(label, inside))
    ]
    if missing := [report for report in every if report not in set(read.reports)]:
        raise GoldError(f"{str(path)!r}: report {missing[0]!r} is in no story: a story may have one report")
    return tuple(tuple(story) for story in read.stories)


def stories_of_articles(path: Path, articles: Collection[str], reporting: Collection[str]) -> Stories:
    """The stories of a set without labels; articles that report something and are not listed stand alone.

    Args:
        path: of the file.
        articles: ids of all articles.
        reporting: those in which a main record was found.

    Raises:
        GoldError: as `load_stories`; or it names records, or an article that is not there.
    """
    read = load_stories(path)
    if not read.is_of_articles:
        raise GoldError(f"{str(path)!r} names records, and this set has no labels: name articles")
    if unknown := [article for article in read.reports if article not in articles]:
        raise GoldError(f"{str(path)!r}: unknown article {unknown[0]!r}: the run has none of this id")
    listed = set(read.reports)
    alone = [(article,) for article in sorted(reporting) if article not in listed]
    return (*(tuple(story) for story in read.stories), *alone)


def _held(label: Label, pointer: str) -> list[Any]:
    """The list of records at a pointer of a label; empty where there is none."""

    def step(holder: Any, name: str) -> Any:
        if isinstance(holder, list):
            return holder[int(name)] if name.isdecimal() and int(name) < len(holder) else None
        return getattr(holder, name, None) if isinstance(holder, BaseModel) else None

    records: Any = label.records
    held = reduce(step, pointer.split("/")[1:], records)
    return held if isinstance(held, list) else []
