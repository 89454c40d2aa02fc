"""Stories in words: a number, figures over time, days, places, what reports differ in, what nearly joined.

Views and exports say it in the same words. They are as they come from the file: who shows them makes them harmless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from extract.errors import counted
from extract.stories.story import Conflict, Figure, Link, Report, Series, Spot, Story

ARROW = " → "


def stories_words(number: int) -> str:
    """How many stories: "1 story", "2 stories"."""
    return "1 story" if number == 1 else f"{number} stories"


def number_words(number: float) -> str:
    """A number without zeros behind its point: "8", "2.5"."""
    return f"{number:.15g}"


def series_words(series: Series) -> str:
    """The numbers in order: "8 → 18 → 21"; "" for none."""
    return ARROW.join(map(number_words, series.numbers))


def day_words(first: str | None, last: str | None, gap: str = " – ") -> str:
    """A day, or the days between which it is; "" for none."""
    return gap.join(dict.fromkeys(day for day in (first, last) if day))


def outcomes_of(stories: Iterable[Story]) -> list[str]:
    """What is counted in stories, that which most of them have a number for first."""
    found: Counter[str] = Counter()
    for story in stories:
        for series in story.figures:
            found[series.name] += bool(series.numbers)
    return [name for name, _ in found.most_common()]


def series_named(story: Story, name: str) -> Series | None:
    """The figures of a story for an outcome."""
    return next((series for series in story.figures if series.name == name), None)


def place_words(story: Story) -> list[str]:
    """Its places as articles name them, that which most reports name first; "Kyiv" and "kyiv" are one."""
    found: dict[str, list[str]] = {}
    for report in story.reports:
        named = {spot.words.casefold(): spot.words for spot in report.places}
        for folded, words in named.items():
            found.setdefault(folded, []).append(words)
    return [words[0] for words in sorted(found.values(), key=len, reverse=True)]


def most_exact(places: Iterable[Spot]) -> Spot | None:
    """The place that is known most exactly; of equals the one named most often, then first. None where none is known."""
    known = [spot for spot in places if spot.precision is not None or spot.country]
    often = Counter((spot.latitude, spot.longitude, spot.country) for spot in known)

    def order(spot: Spot) -> tuple[bool, int, bool, int]:
        """Least first: of precisions, 1 is the most exact (UCDP's scale)."""
        named = often[spot.latitude, spot.longitude, spot.country]
        return spot.precision is None, spot.precision or 0, spot.latitude is None, -named

    return min(known, key=order, default=None)


def figure_words(figure: Figure) -> str:
    """A figure: "at least 18 (18, at_least, police)", "7 (mayor)", "five + three (8, sum of parts)"."""
    said, number = figure.words.text, "" if figure.number is None else number_words(figure.number)
    bound = "" if figure.bound == "exact" else figure.bound
    more = [
        number if number != said else "",
        bound,
        "" if figure.whole else "sum of parts",
        "some places alone" if figure.part else "",
        figure.source or "",
    ]
    told = ", ".join(filter(None, more))
    return f"{said} ({told})" if told else said


def conflict_words(conflict: Conflict, most: int | None = None) -> str:
    """What is said of a field, and by which reports: "kind: bombing (a#/events/0, b#/events/1) ≠ fire (c#/events/0)".

    Args:
        most: how many reports of each are named.
    """
    return f"{conflict.about}: " + " ≠ ".join(f"{each.value} ({_few(each.reports, most)})" for each in conflict.said)


def _few(names: Sequence[str], most: int | None) -> str:
    shown = names if most is None or len(names) <= most else names[:most]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def link_words(link: Link) -> str:
    """The other report, and what speaks for it: "b#/events/0 of s-1, 1.2 bits: day 2016-03-13 and 2016-03-13 (+2.5)"."""
    where = f" of {link.story}" if link.story else ""
    where += f", beside {link.own}" if link.own else ""
    by = f", said by {link.by}" if link.by else ""
    why = "; ".join(f"{each.about} {each.said} ({each.weight:+.1f})" for each in link.evidence)
    return f"{link.report}{where}, {link.weight:.1f} bits{by}" + (f": {why}" if why else "")


def undecided(story: Story) -> list[Link]:
    """The reports of others that nearly joined, each once: files of earlier versions name one several times."""
    found: dict[str, Link] = {}
    for link in sorted(story.unsure, key=lambda each: -each.weight):
        found.setdefault(link.report, link)
    return list(found.values())


def published_in(story: Story) -> tuple[str | None, str | None]:
    """First and last day of publication of its reports, as far as they have one."""
    days = sorted(report.published for report in story.reports if report.published)
    return (days[0], days[-1]) if days else (None, None)


def reports_words(story: Story) -> str:
    """How many reports, and when they were published: "3 reports, published 2016-03-14 – 2016-03-16"."""
    days = day_words(*published_in(story))
    return counted(len(story.reports), "report") + (f", published {days}" if days else "")


def where_from(report: Report) -> str:
    """The address of its article, or where it was read from."""
    return report.url or report.source
