"""When a report says that something was: days of the calendar, or what words say of them where no day is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from extract.records.day_columns import day_in
from extract.records.days import WEEKDAYS, publication_day, read_day
from extract.records.results import ArticleResult

_NIGHT = re.compile(
    r"(?i)\b(?:(?:over|mid)?night|(?:pre-?)?dawn|small hours|(?:early|late)(?: on)? [a-z]+day|evening)\b"
)
"""Words for a time at which one report says the day before, and another the day after."""
_LONGEST = 31
"""Days of a span that still says when."""
_LEAP = date(2000, 12, 31)


@dataclass(frozen=True, slots=True)
class When:
    """What a report says of the day.

    Attributes:
        first, last: ordinals of the days between which it lies; both None where no day is known.
        night: it was near midnight, so that another report may name the day before or after.
        weekday: the one that its words name, 0 for Monday, where no day is known.
        of_year: month and day that its words name, where the year is not known.
        published: ordinal of the day of publication.
        words: of the article.
    """

    first: int | None = None
    last: int | None = None
    night: bool = False
    weekday: int | None = None
    of_year: tuple[int, int] | None = None
    published: int | None = None
    words: str = ""

    @property
    def named_weekday(self) -> int | None:
        """The weekday: of its day, or the one that its words name."""
        return (self.first - 1) % 7 if self.first is not None and self.first == self.last else self.weekday

    @property
    def named_of_year(self) -> tuple[int, int] | None:
        """Month and day: of its day, or those that its words name."""
        if self.first is None or self.first != self.last:
            return self.of_year
        day = date.fromordinal(self.first)
        return day.month, day.day

    @property
    def is_dated(self) -> bool:
        """Whether a day is known, of itself or of the publication."""
        return self.first is not None or self.published is not None

    @property
    def is_vague(self) -> bool:
        """Whether there are words for a time, and no day follows from them: "last week", "hours earlier"."""
        return bool(self.words) and not self.night and self.first is None

    @property
    def is_known(self) -> bool:
        """Whether there is a day, or a span of few."""
        return self.first is not None

    @property
    def length(self) -> int:
        """Days of the span; 0 where no day is known."""
        return 0 if self.first is None or self.last is None else self.last - self.first + 1

    @property
    def said(self) -> str:
        """The days in words."""
        if self.first is None or self.last is None:
            return f"“{self.words}”" if self.words else "no day"
        first, last = date.fromordinal(self.first).isoformat(), date.fromordinal(self.last).isoformat()
        return first if first == last else f"{first} to {last}"


def when(words: Sequence[str], day: str | None, result: ArticleResult) -> When:
    """What a record says of the day.

    Args:
        words: for the time.
        day: that the record gives.
        result: of its article.
    """
    said = "; ".join(words)
    given = publication_day(date.fromisoformat(result.published) if result.published else None, result.text or "")
    bare = When(night=bool(_NIGHT.search(said)), published=given.toordinal() if given else None, words=said)
    if day:
        known = date.fromisoformat(day).toordinal()
        return replace(bare, first=known, last=known)
    for each in words:
        reading = day_in(each, result)
        if reading.first and reading.last and (reading.last - reading.first).days <= _LONGEST:
            return replace(bare, first=reading.first.toordinal(), last=reading.last.toordinal())
    if not said:
        return bare
    guess = read_day(said, _LEAP)  # a year in which every day is
    named = guess.day if guess.rule.startswith("day named") else None
    names = [number for number, name in enumerate(WEEKDAYS) if name in said.lower()]
    if named or len(names) != 1:
        return replace(bare, of_year=(named.month, named.day) if named else None)
    if given is None:
        return replace(bare, weekday=names[0])
    day_before = given.toordinal() - (given.weekday() - names[0]) % 7
    if day_before < date.min.toordinal():
        return replace(bare, weekday=names[0])
    return replace(bare, first=day_before, last=day_before)


def excluded(one: When, other: When) -> bool:
    """Whether two records cannot be of one day: their days differ, or one was published before the other's day.

    A night lets them differ by one.
    """
    slack = 1 if one.night or other.night else 0
    if one.first is not None and one.last is not None and other.first is not None and other.last is not None:
        if max(one.first - other.last, other.first - one.last) > slack:
            return True
    elif not slack:
        mine, theirs = one.named_of_year, other.named_of_year
        if mine is not None and theirs is not None and mine != theirs:
            return True
    return _too_early(one, other) or _too_early(other, one)


def _too_early(known: When, report: When) -> bool:
    """Whether a report was published before the day that another one knows; a day late by where the earth turns."""
    return known.first is not None and report.published is not None and known.first > report.published + 1
