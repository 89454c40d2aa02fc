"""Stories as tables: `stories`, `reports` (of one story each) and `figures` (of one report each).

A report is called ARTICLE#POINTER, as its record is in the tables of a run, which joins both. What is counted comes from
the file: each outcome has columns of its own in `stories`, after all others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from extract.exports.csv_files import csv_text
from extract.exports.named_tables import NamedTables
from extract.exports.run_tables import JOINED, Names, Row, fitting
from extract.records.columns import Cell, Column, Table
from extract.stories.story import Figure, Report, Series, Spot, Story
from extract.views.story_words import (
    conflict_words,
    link_words,
    most_exact,
    outcomes_of,
    place_words,
    published_in,
    series_named,
    series_words,
    undecided,
)

MOST_COLUMNS: Final = 100
"""Outcomes, and fields of reports, that have columns of their own: a file can name any number of them, and a table cannot."""

_PLACE = (
    Column("location", about="the place that is known most exactly, where places were looked up"),
    Column("country"),
    Column("latitude", "number"),
    Column("longitude", "number"),
    Column("precision", "integer", "UCDP's code: 1 settlement, 2 part of it, 4 region, 5 area, 6 country"),
)
_STORIES = (
    Column("id"),
    Column("title", about="headline of its first report, or what that says"),
    Column("first", "day", "first day on which it was"),
    Column("last", "day", "last day on which it was"),
    Column("dated", "truth", "a day is known; without one, that reports are one is less sure"),
    Column("places", about="as articles name them, that which most reports name first"),
    *_PLACE,
    Column("number_of_reports", "integer"),
    Column("number_of_sources", "integer", "sites, or articles without an address; texts that repeat another are none"),
    Column("first_published", "day"),
    Column("last_published", "day"),
    Column("conflicts", about="fields of which reports say different things, and which say what"),
    Column("undecided", about="reports of other stories that nearly joined, and why"),
)
_REPORTS = (
    Column("report_id", about="article and pointer: where the record stands in the run file"),
    Column("story_id"),
    Column("article_id"),
    Column("pointer", about="of the record in the article's line of the run file"),
    Column("title"),
    Column("published", "day"),
    Column("source", about="where the article was read from"),
    Column("url"),
    Column("run", about="the run file that holds the article"),
    Column("main", "truth", "the article is about it"),
    Column("time_words", about="the article's words for when"),
    Column("first", "day", "first day on which it was, as the report has it"),
    Column("last", "day", "last day"),
    Column("places", about="as the article names them"),
    *_PLACE,
    Column("evidence"),
    Column("start", "integer", "first character of the evidence in the article's text"),
    Column("end", "integer", "character after the last one"),
    Column("repeats", about="the report whose text this one repeats; its figures are not counted again"),
    Column("because", about="the report of the story that it has most in common with, and what"),
)
_FIGURES = (
    Column("id", about="story, outcome and position"),
    Column("story_id"),
    Column("report_id"),
    Column("outcome", about="what is counted"),
    Column("position", "integer", "in the order of the series, from 0; null where it is not counted"),
    Column("published", "day"),
    Column("number", "number", "null for 'dozens'"),
    Column("bound", about="exact, at_least and so on, where the record says it"),
    Column("words", about="the article's"),
    Column("start", "integer", "first character of the words in the article's text"),
    Column("end", "integer", "character after the last one"),
    Column("source", about="who gives it; null is the article itself"),
    Column("rank", "integer", "how official the source is, 0 first"),
    Column("whole", "truth", "it is a figure for all that the report counts; a sum of parts is none"),
    Column("part", "truth", "the report tells of some places of the story alone: no total"),
    Column("repeated", "truth", "of a text that repeats another: counted nowhere"),
)
_SERIES = (
    Column("low", "number", "lowest figure that no later report replaced; null where only an upper bound is given"),
    Column("best", "number", "the figure that the rule chose; null is not 0"),
    Column("high", "number", "highest figure that no later report replaced; null where that is 'at least'"),
    Column("rule", about="which was chosen, and why"),
    Column("series", about="the numbers in order of time, one after another where they change"),
)
_UNREAD = frozenset(
    column for column in (*_REPORTS, *_FIGURES) if column.name in ("pointer", "run", "start", "end", "position")
)


class StoryTables(NamedTables):
    """The tables of stories.

    Attributes:
        left_out: how many outcomes and fields have no columns, as there are too many.
    """

    for_programs = _UNREAD

    def __init__(self, stories: Sequence[Story]) -> None:
        """Plans them: which columns there are depends on what is counted in these stories."""
        self._stories = stories
        fields = Counter(name for story in stories for report in story.reports for name in report.values)
        outcomes, values = outcomes_of(stories), [name for name, _ in fields.most_common()]
        self._outcomes, self._values = outcomes[:MOST_COLUMNS], values[:MOST_COLUMNS]
        self.left_out = len(outcomes) + len(values) - len(self._outcomes) - len(self._values)
        columns = (*_STORIES, *_own_columns(_STORIES, self._outcomes, _SERIES))
        main = Table("stories", columns, searched=("title",))
        refers = {"story_id": "stories"}
        told = (*_REPORTS, *_own_columns(_REPORTS, self._values, (Column("", about="as the record has it"),)))
        reports = Table("reports", told, refers, ("title", "evidence"))
        self.main: Table = main
        self.all = (main, reports, Table("figures", _FIGURES, {**refers, "report_id": "reports"}))
        self.by_type = {"story": main, "report": reports, "figure": self.all[2]}

    def is_evidence(self, table: Table, column: str) -> bool:
        """Whether a column quotes, or says why reports are together."""
        return column in ("evidence", "because", "undecided")

    def head(self, table: Table) -> bytes:
        """How a CSV file of a table begins: with the columns that are there whatever is counted."""
        fixed = {"stories": _STORIES, "reports": _REPORTS, "figures": _FIGURES}[table.name]
        return csv_text(replace(table, columns=fixed)).rstrip().encode()

    def rows(self) -> Iterator[Row]:
        """All rows, those that others refer to first."""
        for story in self._stories:
            yield _row("stories", self._story_cells(story))
            for report in story.reports:
                values = (report.values.get(name) for name in self._values)
                yield _row("reports", [*_report_cells(story, report), *values])
        for story in self._stories:  # a decision of a person can name a report of a story that comes later
            for series in story.figures:
                counted = [(figure, at) for at, figure in enumerate(series.figures)]
                for number, (figure, at) in enumerate([*counted, *((figure, None) for figure in series.repeated)]):
                    yield _row("figures", _figure_cells(story, series, number, figure, at))

    def _story_cells(self, story: Story) -> list[Cell]:
        every = [spot for report in story.reports for spot in report.places]
        found: list[Cell] = [
            story.id,
            story.title,
            story.first,
            story.last,
            story.dated,
            _joined(place_words(story)),
            *_place_cells(every),
            len(story.reports),
            len({_source(report) for report in story.reports if not report.repeats}),
            *published_in(story),
            _joined(map(conflict_words, story.conflicts)),
            _joined(map(link_words, undecided(story))),
        ]
        for outcome in self._outcomes:
            series = series_named(story, outcome)
            found += _series_cells(series) if series else [None] * len(_SERIES)
        return found


def _own_columns(fixed: Sequence[Column], names: Iterable[str], kinds: Sequence[Column]) -> Iterator[Column]:
    """Columns called after what the file names: killed_low, killed_best … A file's words are no better than an article's."""
    taken = Names(column.name for column in fixed)
    for name in names:
        plain = re.sub(r"\W+", "_", name).strip("_")[:60] or "other"
        for column in kinds:
            yield replace(column, name=taken.free(f"{plain}_{column.name}" if column.name else plain))


def _row(table: str, cells: Iterable[Cell]) -> Row:
    return Row(table, [fitting(cell) for cell in cells])


def _number(number: float | None) -> Cell:
    """A whole number without ".0", which CSV would write."""
    return int(number) if number is not None and number.is_integer() else number


def _joined(words: Iterable[str]) -> str | None:
    return JOINED.join(words) or None


def _source(report: Report) -> str:
    """Who reports it: the site of its address; without one each article is by itself."""
    try:
        site = urlsplit(report.url or "").hostname
    except ValueError:
        site = None
    return site.removeprefix("www.") if site else f"#{report.article_id}"


def _place_cells(spots: Iterable[Spot]) -> list[Cell]:
    spot = most_exact(spots)
    if spot is None:
        return [None] * len(_PLACE)
    return [spot.name or spot.words, spot.country, spot.latitude, spot.longitude, spot.precision]


def _series_cells(series: Series) -> list[Cell]:
    ends = map(_number, (series.low, series.best, series.high))
    return [*ends, series.rule or None, series_words(series) or None]


def _report_cells(story: Story, report: Report) -> list[Cell]:
    quoted = report.evidence
    return [
        report.id,
        story.id,
        report.article_id,
        report.pointer,
        report.headline,
        report.published,
        report.source,
        report.url,
        report.run or None,
        report.main,
        report.when or None,
        report.first,
        report.last,
        _joined(spot.words for spot in report.places),
        *_place_cells(report.places),
        *((quoted.text, quoted.start, quoted.end) if quoted else (None, None, None)),
        report.repeats,
        link_words(report.because) if report.because else None,
    ]


def _figure_cells(story: Story, series: Series, number: int, figure: Figure, at: int | None) -> list[Cell]:
    return [
        f"{story.id}/{series.name}/{number}",
        story.id,
        figure.report,
        series.name,
        at,
        figure.published,
        _number(figure.number),
        figure.bound or None,
        figure.words.text,
        figure.words.start,
        figure.words.end,
        figure.source,
        figure.rank,
        figure.whole,
        figure.part,
        at is None,
    ]
