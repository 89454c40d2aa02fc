"""Stories as text for a terminal: a table of them, and of each its reports in order of time, figures, conflicts, doubts.

Nothing here knows what is counted: outcomes come from the file, which is untrusted as its articles are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from extract.errors import UsageError, counted
from extract.stories.story import Figure, Report, Series, Story, StoryFile
from extract.stories.updating import name_now
from extract.views.grids import MOST_LINES, NULL, Grid, fits, quoted_lines, table_lines
from extract.views.story_words import (
    conflict_words,
    day_words,
    figure_words,
    link_words,
    number_words,
    outcomes_of,
    place_words,
    published_in,
    reports_words,
    series_named,
    series_words,
    stories_words,
    undecided,
    where_from,
)
from extract.views.terminal import few, safe, wrapped

_NARROWEST = 8
"""Columns of a terminal that an outcome needs at least: a figure, the best, and what is between them."""
_MOST_PLACES = 3
_MOST_NAMED = 3
"""Reports that are named for each version of a conflict; an export names all."""


def the_stories(file: StoryFile, article: str | None = None, story: str | None = None) -> list[Story]:
    """The stories of a file, those with a report of an article, or the one of an id.

    Args:
        file: the stories.
        article: id of an article.
        story: id of a story, also of one that has become part of another.

    Raises:
        UsageError: there is none.
    """
    found = file.stories
    if story is not None:
        now = name_now(story, file.header.gone)
        found = [each for each in found if each.id == now]
        if not found:
            raise UsageError(f"no story {story!r} in the file; it has: {_known(each.id for each in file.stories)}")
    if article is not None:
        known = dict.fromkeys(report.article_id for each in found for report in each.reports)
        found = [each for each in found if any(report.article_id == article for report in each.reports)]
        if not found:
            raise UsageError(f"no story has a report of article {article!r}; there are reports of: {_known(known)}")
    return found


def _known(names: Iterable[str]) -> str:
    return few(list(names), 5) or "none"


def stories_view(
    file: StoryFile, shown: Sequence[Story], *, width: int = 100, alone: bool = False, evidence: bool = False
) -> str:
    """A table of stories, and each of them in full.

    Args:
        file: all stories.
        shown: those that are meant.
        width: columns of the terminal; no line is longer, provided there are 40.
        alone: also those of one report.
        evidence: with the words of each report, and why it is in its story.
    """
    told = [story for story in shown if alone or len(story.reports) > 1]
    blocks = [_head(file, shown, len(shown) - len(told), width)]
    if told:
        blocks += ["\n".join([f"stories ({len(told)})", *_overview(told, width)])]
    blocks += ["\n".join(_block(story, width, evidence)) for story in told]
    return "\n\n".join(blocks)


def _head(file: StoryFile, shown: Sequence[Story], hidden: int, width: int) -> str:
    header, reports = file.header, sum(len(story.reports) for story in shown)
    said = [f"{stories_words(len(shown))} of {counted(reports, 'report')}"]
    if hidden:
        said.append(f"{hidden} of one report, left out: --all shows these, too")
    places = "looked up" if header.gazetteer else "by their names alone"
    about = [f"task {header.task}", f"best figure: {header.best}", f"places {places}"]
    if header.decisions:
        about.append(counted(len(header.decisions), "decision"))
    return "\n".join(line for parts in (said, about) for line in wrapped(" · ".join(parts), width))


def _overview(stories: Sequence[Story], width: int) -> list[str]:
    """A row for each story, with as many outcomes as the terminal has room for, at least one where there is one."""
    told = {series.name for story in stories for series in story.figures if series.numbers}
    outcomes = [name for name in outcomes_of(stories) if name in told]
    most = min(len(outcomes), width // _NARROWEST)
    grids = (_grid(stories, outcomes[:number]) for number in range(most, 1, -1))
    grid = next((grid for grid in grids if fits(grid, width)), None) or _grid(stories, outcomes[:1])
    return table_lines(grid, width)


def _grid(stories: Sequence[Story], outcomes: Sequence[str]) -> Grid:
    heads = ["story", "title", "day", "places", "reports"]
    heads += [head for name in outcomes for head in (safe(name), "best")]
    rows = [[*_row(story), *(cell for name in outcomes for cell in _cells(story, name))] for story in stories]
    return Grid(heads, rows, [MOST_LINES] * len(heads))


def _row(story: Story) -> list[str]:
    places = few(place_words(story), _MOST_PLACES)
    cells = (story.id, story.title, day_words(story.first, story.last), places, str(len(story.reports)))
    return [safe(cell) or NULL for cell in cells]


def _cells(story: Story, outcome: str) -> tuple[str, str]:
    series = series_named(story, outcome)
    if series is None:
        return NULL, NULL
    return series_words(series) or NULL, _number(series.best)


def _number(number: float | None) -> str:
    return NULL if number is None else number_words(number)


def _block(story: Story, width: int, evidence: bool) -> Iterator[str]:
    """One story in full."""
    yield from wrapped(f"{story.id}: {story.title}", width)
    day = day_words(story.first, story.last) or "no day known"
    yield from wrapped(" · ".join([day, *place_words(story), reports_words(story)]), width, 2)
    if not story.dated:
        yield from wrapped("undated: its reports were joined by what their texts share, which is less sure", width, 2)
    figures: dict[str, list[tuple[str, Figure]]] = defaultdict(list)
    for series in story.figures:
        for figure in (*series.figures, *series.repeated):
            figures[figure.report].append((series.name, figure))
    yield from ("", f"  reports ({len(story.reports)})")
    dated = any(published_in(story))
    for report in sorted(story.reports, key=lambda each: each.published or "~"):  # those without a day at the end
        yield from _report_lines(report, figures[report.id], width, evidence, dated=dated)
    for series in story.figures:
        yield from ("", *wrapped(_summed(series), width, 2))
        yield from wrapped(series.rule, width, 4)
    yield from _section("conflicts", [conflict_words(each, _MOST_NAMED) for each in story.conflicts], width)
    yield from _section("undecided", [link_words(each) for each in undecided(story)], width)


def _report_lines(
    report: Report, figures: Sequence[tuple[str, Figure]], width: int, evidence: bool, *, dated: bool
) -> Iterator[str]:
    day = [report.published or "no day    "] if dated else []
    beside = [] if report.main else ["in passing"]
    yield from wrapped("  ".join([*day, " · ".join([report.id, *beside])]), width, 4)
    yield from wrapped(where_from(report), width, 6)
    if report.repeats:
        yield from wrapped(f"repeats the text of {report.repeats}: its figures are not counted again", width, 6)
    if figures:
        yield from wrapped(" · ".join(f"{name} {figure_words(figure)}" for name, figure in figures), width, 6)
    if evidence and report.evidence:
        yield from (f"      {line.strip()}" for line in quoted_lines(report.evidence.text, width - 6))
    if evidence and report.because:
        yield from wrapped(f"here because of {link_words(report.because)}", width, 6)


def _summed(series: Series) -> str:
    """The figures of an outcome in one line: "killed 8 → 18 → 21: low 18, best 21, high 21"."""
    ends = ", ".join(f"{name} {_number(getattr(series, name))}" for name in ("low", "best", "high"))
    order = "" if series.order == "published" or len(series.numbers) < 2 else " (in order of size)"
    return f"{' '.join(filter(None, (series.name, series_words(series))))}{order}: {ends}"


def _section(name: str, said: Sequence[str], width: int) -> Iterator[str]:
    if said:
        yield from ("", f"  {name} ({len(said)})")
        for line in said:
            yield from wrapped(line, width, 4)
