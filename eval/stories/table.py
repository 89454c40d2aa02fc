"""The table of stories: systems × sets as a document, with intervals, and as Markdown. Nothing is extracted here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np

from eval.reports import notation
from eval.reports.page import update_table
from eval.reports.report import Block, Parts, Points, Style, Table, render
from eval.scoring.coreference import MEASURES, Comparison, Measure, compare_stories
from eval.stats import Array, Interval, Resampling, bootstrap
from eval.stories.sets import Source, StorySet
from eval.stories.systems import Named
from extract.errors import GoldError, counted
from extract.files.documents import save_document
from extract.records.results import Count, Share, Strict

TABLE_FORMAT: Final = "attested-story-scores-1"
MARKS: Final = (
    "<!-- stories attack: written by python -m eval.stories --update docs/stories.md -->",
    "<!-- /stories attack -->",
)
_LONG_ONLY: Final = ("ours, places by name", "similar texts, at best")
"""Rows that a page does without."""
TITLES: Final[Mapping[Measure, str]] = {"b_cubed": "B³", "ceaf_e": "CEAF-e", "lea": "LEA"}
EMBEDDINGS: Final = (
    "Embeddings of the embedded server are no row: an earlier measurement, not repeated here, found that they barely"
    " separate (0.905 same, 0.883 other)."
)


class MeasureFigures(Strict):
    """A measure of one system on one set; null where there is nothing to count.

    Attributes:
        interval: of F1, over stories of gold; null where there is only one.
    """

    precision: Share | None
    recall: Share | None
    f1: Share | None
    interval: Interval | None


class ScoredSet(Strict):
    """A set in one form.

    Attributes:
        stories: of gold; `joined` are those of several reports among them.
        reports: of gold.
        sha256: digest of all that the figures depend on but for the system.
    """

    name: str
    source: Source
    articles: Count
    reports: Count
    stories: Count
    joined: Count
    sha256: str


class ScoredSystem(Strict):
    """A system on a set in one form.

    Attributes:
        exact: stories of gold that it has as they are; `exact_joined` are those of several reports among them.
        false_joins: pairs of reports that are together only here.
        missed_joins: pairs of reports that are together only in gold.
        missed: reports of gold that it was not given.
        invented: reports that it was given and gold lacks.
    """

    name: str
    set: str
    source: Source
    measures: dict[Measure, MeasureFigures]
    exact: Count
    exact_joined: Count
    false_joins: Count
    missed_joins: Count
    missed: Count
    invented: Count


class StoryTable(Strict):
    """All rows, with what makes them comparable.

    Attributes:
        systems: name → what it does, in a line.
    """

    format: Literal["attested-story-scores-1"] = TABLE_FORMAT
    systems: dict[str, str]
    sets: list[ScoredSet]
    rows: list[ScoredSystem]
    resamples: int
    seed: int
    level: float
    versions: dict[str, str]


def compared(named: Named, given: StorySet) -> Comparison:
    """A system's stories of a set against gold.

    Raises:
        GoldError: the system leaves out a report, or has one twice.
    """
    return compare_stories(given.gold, given.in_gold_words(named.system(given.results), named.name))


def score(
    pairs: Iterable[tuple[Named, StorySet]], options: Resampling, versions: Mapping[str, str]
) -> tuple[StoryTable, list[tuple[Named, StorySet, Comparison]]]:
    """Scores systems on sets, a row for each pair.

    Returns:
        The table, and for each row what it was made of.

    Raises:
        GoldError: a system leaves out a report, or has one twice.
    """
    made = [(named, given, compared(named, given)) for named, given in pairs]
    forms = {(given.name, given.source): given for _, given, _ in made}
    table = StoryTable(
        systems={named.name: named.how for named, _, _ in made},
        sets=[_scored_set(given) for given in forms.values()],
        rows=[_scored(named, given, comparison, options) for named, given, comparison in made],
        resamples=options.resamples,
        seed=options.seed,
        level=options.level,
        versions=dict(versions),
    )
    return table, made


def f1_of(sums: Array) -> Array:
    """F1 of sums (…, 4) in the order of `Agreement.counts`; NaN where neither side has anything."""
    precise, predicted, recalled, gold = np.moveaxis(sums, -1, 0)
    precision = np.divide(precise, predicted, out=np.zeros_like(precise), where=predicted > 0)
    recall = np.divide(recalled, gold, out=np.zeros_like(recalled), where=gold > 0)
    both = precision + recall
    f1: Array = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
    return np.where(predicted + gold > 0, f1, np.nan)


def save_table(table: StoryTable, folder: Path) -> None:
    """Writes stories.json, the document, and its rendering STORIES.md.

    Raises:
        GoldError: a file cannot be written.
    """
    save_document(folder / "stories.json", table, GoldError)
    head = "# Reports put into stories\n\nWritten by `python -m eval.stories`.\n\n"
    save_document(folder / "STORIES.md", head + render_table(table, "markdown"), GoldError)


def update_page(path: Path, table: StoryTable) -> bool:
    """Replaces what stands between the page's two marks with the table; whether that changed the page.

    Raises:
        UsageError: the page cannot be read or written, or has no such marks.
    """
    return update_table(path, MARKS, render_short(table))


def render_short(table: StoryTable) -> str:
    """The table for a page: the measures without their parts, and what the rest is to be looked up in."""
    level = notation.whole_percent(table.level)
    headers = ["set", "records", "system", "B³", "CEAF-e", f"LEA ({level})", "false joins", "missed joins"]
    rows = [
        [
            row.set,
            row.source,
            row.name,
            *(notation.share(row.measures[measure].f1) for measure in ("b_cubed", "ceaf_e")),
            _with_interval(row.measures["lea"]),
            str(row.false_joins),
            str(row.missed_joins),
        ]
        for row in table.rows
        if row.name not in _LONG_ONLY
    ]
    words = "Records from labels: the linking alone; from a run by rules: with the extraction. All rows, and what they are: "
    blocks: list[Block] = [Table(headers, rows, left=3), f"{words}eval/results/attack/STORIES.md.", _signature(table)]
    return render(blocks, "markdown")


def render_table(table: StoryTable, style: Style = "text") -> str:
    """The table, what its rows are, and what makes them comparable."""
    level = notation.whole_percent(table.level)
    headers = ["set", "records", "system", *(f"{title} ({level})" for title in TITLES.values()), "LEA P", "LEA R"]
    headers += ["exact", "exact joined", "false joins", "missed joins"]
    sets = {(each.name, each.source): each for each in table.sets}
    blocks: list[Block] = [
        Table(headers, [_row(row, sets[row.set, row.source]) for row in table.rows], left=3),
        f"F1 with {level} intervals, stories of gold drawn anew; CEAF-e keeps the pairs of the whole. Records from labels:"
        " the linking alone; from a run: with the extraction, whose missed reports count against recall and whose invented"
        " ones against precision. A run is by the rules, whose authors knew the gold articles, unless the set has its own."
        " Exact: stories of gold found as they are, joined: those of several reports. Joins: pairs of reports.",
        Points(
            [_of_set(table, each) for each in table.sets] + [f"{name}: {how}" for name, how in table.systems.items()]
        ),
        EMBEDDINGS,
        _signature(table),
    ]
    return render(blocks, style)


def render_joins(made: Sequence[tuple[Named, StorySet, Comparison]]) -> list[str]:
    """The wrong joins of every row, a line each."""
    return [
        f"{given.name}, {given.source}, {named.name}: {what}: {' + '.join(pair)}"
        for named, given, comparison in made
        for what, pairs in (("false", comparison.false_joins), ("missed", comparison.missed_joins))
        for pair in pairs
    ]


def _scored_set(given: StorySet) -> ScoredSet:
    return ScoredSet(
        name=given.name,
        source=given.source,
        articles=len(given.results),
        reports=sum(len(story) for story in given.gold),
        stories=len(given.gold),
        joined=sum(len(story) > 1 for story in given.gold),
        sha256=given.sha256,
    )


def _scored(named: Named, given: StorySet, comparison: Comparison, options: Resampling) -> ScoredSystem:
    totals = {measure: comparison.total(measure) for measure in MEASURES}
    sums = np.array([[part[measure].counts for measure in MEASURES] for part in comparison.parts.values()])
    found = bootstrap(sums, f1_of, options) if len(sums) else [None] * len(MEASURES)
    intervals = dict(zip(MEASURES, found, strict=True))
    return ScoredSystem(
        name=named.name,
        set=given.name,
        source=given.source,
        measures={
            measure: MeasureFigures(
                precision=_share(total.precision),
                recall=_share(total.recall),
                f1=_share(total.f1),
                interval=intervals[measure],
            )
            for measure, total in totals.items()
        },
        exact=comparison.exact,
        exact_joined=comparison.exact_joined,
        false_joins=len(comparison.false_joins),
        missed_joins=len(comparison.missed_joins),
        missed=len(comparison.missed),
        invented=len(comparison.invented),
    )


def _share(value: float | None) -> float | None:
    """Rounded, so that sums of floats in another order give the same document."""
    return None if value is None else round(min(1.0, value), 9)


def _row(row: ScoredSystem, given: ScoredSet) -> list[str]:
    lea = row.measures["lea"]
    return [
        row.set,
        row.source,
        row.name,
        *(_with_interval(row.measures[measure]) for measure in TITLES),
        notation.share(lea.precision),
        notation.share(lea.recall),
        f"{row.exact} of {given.stories}",
        f"{row.exact_joined} of {given.joined}",
        str(row.false_joins),
        str(row.missed_joins),
    ]


def _with_interval(figures: MeasureFigures) -> str:
    said = notation.share(figures.f1)
    return said if figures.interval is None else f"{said} ({notation.interval(figures.interval)})"


def _of_set(table: StoryTable, given: ScoredSet) -> str:
    said = (
        f"{given.name}, {given.source}: {counted(given.reports, 'report')} in {given.stories} stories,"
        f" {given.joined} of several, from {counted(given.articles, 'article')}"
    )
    row = next(each for each in table.rows if (each.set, each.source) == (given.name, given.source))
    return f"{said}; reports missed {row.missed}, invented {row.invented}" if row.missed or row.invented else said


def _signature(table: StoryTable) -> Parts:
    parts = [f"{each.name}, {each.source} {notation.digest(each.sha256)}" for each in table.sets]
    parts += [f"resamples {table.resamples}", f"seed {table.seed}"]
    return Parts([*parts, *(f"{name} {version}" for name, version in sorted(table.versions.items()))])
