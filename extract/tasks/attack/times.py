"""Time expressions that can date an attack, and the day they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression.

    Attributes:
        rank: how well it dates an attack: 4 part of a named day, 3 day, 2 part of a day or a longer time, 1 hour.
        far: it lies clearly before the days around the article ("last year", "in April").
        spoken: it is the day on which somebody spoke.
    """

    span: Span
    rank: int
    far: bool
    spoken: bool


@lru_cache(maxsize=4)
def _patterns(lexicon: Lexicon) -> tuple[tuple[re.Pattern[str], int, bool], ...]:
    """Patterns with rank and distance, best ranks first."""
    days = "|".join(lexicon.data["times"]["days"])
    months = "|".join(sorted(lexicon.data["times"]["months"], key=len, reverse=True))
    noun = r"(?:morning|afternoon|evening|night)"
    year = r"(?:19|20)\d\d"
    day_date = (
        rf"(?:(?:{months})\s\d{{1,2}}(?:st|nd|rd|th)?(?:,\s{year})?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{months})(?:,?\s{year})?)(?!\d)"
    )
    part_of_day = (
        rf"(?:early|late)\s(?:on\s)?(?:{days})(?:\s{noun})?|(?:{days})\s{noun}|{noun}\sof\s(?:{day_date})"
        rf"|overnight\s(?:on|into)\s(?:{days})"
    )
    far = (
        r"last\s(?:year|month|week|summer|winter|spring|autumn|fall)|(?:earlier|late|early|later)\s(?:this|last)\s"
        rf"(?:year|month|week)|this\syear|(?:(?:early|late|mid-?|mid)\s?)?(?:{months})(?:\s{year}|\s(?:last|this)\syear)?(?!\s\d)"
        rf"|(?:in\s)?{year}(?![\d-])|(?:a|two|three|four|five|six|several|\d+)\s(?:days?|weeks?|months?|years?)\s(?:ago|earlier)"
    )
    part = (
        r"overnight|(?:at|during\sthe|in\sthe|last|on\s\w+)\snight|this\s(?:morning|afternoon|evening)"
        r"|in\sthe\s(?:early\s)?(?:hours(?:\sof\sthe\smorning)?|morning|afternoon|evening)|before\sdawn|at\sdawn|early\smorning"
    )
    hour = (
        r"(?:(?:at|about|around|shortly\s(?:after|before))\s){0,2}\d{1,2}(?:[:.]\d\d)?\s?(?:a\.m\.|p\.m\.|am|pm)"
        r"(?:\slocal\stime)?"
    )
    sources = (
        (part_of_day, 4, False),
        (rf"{days}|{day_date}", 3, False),
        (far, 2, True),
        (part, 2, False),
        (hour, 1, False),
    )
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{source})(?![\w-])", re.IGNORECASE), rank, is_far)
        for source, rank, is_far in sources
    )


_NOT_DATING = re.compile(
    r"\b(?:since|until|till|by|before|war\b.{0,12}|invasion.{0,8}|invaded.{0,12}|founded.{0,6}|emerged.{0,12}|elected.{0,8})"
    r"\s(?:early\s|late\s|mid-?\s?)?\Z",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[A-Z][A-Z/ .’'-]+,\s(?:[A-Z][a-z]+,\s)?[A-Z][a-z]{2,8}\.?\s\d{1,2}\s\(")
_NAMED_MONTH = re.compile(r"\b(?:in|last|early|late|of|since)\s\Z")


def find_times(text: str, lexicon: Lexicon, start: int, end: int) -> Iterator[TimeMention]:
    """Time expressions in `text[start:end]`, best ranks first, none inside another."""
    taken = bytearray(max(0, end - start))  # one for every character inside an expression
    for pattern, rank, far in _patterns(lexicon):
        for found in pattern.finditer(text, start, end):
            span = Span(found.start(), found.end())
            inside = slice(span.start - start, span.end - start)
            if any(taken[inside]):
                continue
            before = text[max(start, span.start - 90) : span.start]
            dates_nothing = bool(
                _NOT_DATING.search(before[-40:]) or _DATELINE.search(before[-40:] + text[span.start : span.end + 3])
            )
            if not dates_nothing and _another_word(found.group(), before):
                continue
            taken[inside] = b"\1" * (span.end - span.start)
            if not dates_nothing:
                yield TimeMention(span, rank, far, _spoken(before, lexicon))


def _another_word(words: str, before: str) -> bool:
    """ "march" and "may" as verbs, "Sun" and "May" as nouns."""
    if words[:1].islower() and words.startswith(MONTHS):
        return True
    return re.fullmatch(r"May|March|Mar\.?|Sat|Sun", words) is not None and not _NAMED_MONTH.search(before[-8:])


@lru_cache(maxsize=4)
def _saying(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{lexicon.words['said'].pattern})(?P<between>(?:\s[\w’',.()-]+){{0,7}}?)\s(?:on\s|late\s(?:on\s)?|early\s(?:on\s)?)?\Z",
        re.IGNORECASE,
    )


def _spoken(before: str, lexicon: Lexicon) -> bool:
    """Whether the words before a time are a verb of saying; "said the strikes late Thursday" dates the strikes."""
    found = _saying(lexicon).search(before)
    return found is not None and not re.search(
        r"\b(?:strikes?|attacks?|blasts?|shooting|raid)\s\Z", found["between"] + " "
    )


def published_in(article: Article) -> date | None:
    """The day of publication: as given, or a stamp or dateline in the text."""
    if article.published:
        return article.published
    stamp = re.search(r"(?i)\bpublished\b\W{0,6}(\d{4})-(\d\d)-(\d\d)", article.text[:3000])
    if stamp:
        return _safe(int(stamp[1]), int(stamp[2]), int(stamp[3]))
    names = "|".join(MONTHS)
    full = re.search(rf"\b({names})[a-z]*\.?\s(\d{{1,2}}),\s((?:19|20)\d\d)\b", article.text[:3000], re.IGNORECASE)
    return _safe(int(full[3]), MONTHS.index(full[1].lower()) + 1, int(full[2])) if full else None


_DAY_AND_MONTH = re.compile(
    rf"\b({'|'.join(MONTHS)})[a-z]*\.?\s(\d{{1,2}})(?:\D+((?:19|20)\d\d))?"
    rf"|(\d{{1,2}})\s({'|'.join(MONTHS)})[a-z]*\.?(?:\s((?:19|20)\d\d))?"
)


def day_of(words: str, published: date | None) -> date | None:
    """The day a time expression means, when it follows from the day of publication; the latest past one."""
    lowered = words.lower()
    full = _DAY_AND_MONTH.search(lowered)
    if full:
        month = MONTHS.index((full[1] or full[5])[:3]) + 1
        number = int(full[2] or full[4])
        year = full[3] or full[6]
        if year:
            return _safe(int(year), month, number)
        found = _safe(published.year, month, number) if published else None
        return _safe(published.year - 1, month, number) if found and published and found > published else found
    if published is None:
        return None
    if "yesterday" in lowered:
        return _days_before(published, 1)
    if "today" in lowered:
        return published
    for index, name in enumerate(WEEKDAYS):
        if name in lowered:
            return _days_before(published, (published.weekday() - index) % 7)
    return None


def _days_before(day: date, days: int) -> date | None:
    """None where the calendar ends: before the year 1 there is no day."""
    return day - timedelta(days=days) if day - date.min >= timedelta(days=days) else None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
