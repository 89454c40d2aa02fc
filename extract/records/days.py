"""Words for a time → a day of the calendar, with the rule that gave it.

A day that the text names is read by dateparser, in the article's language. It is shown nothing else: of "February",
"2015" or "last week" it makes a day. Days that are told from the day of publication ("Thursday", "two days ago") are read
here, in English. What names no day has none: unknown stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dateparser import DateDataParser

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
Precision = Literal["day", "month", "year"]

_LONGEST = 200
"""Characters of words that are read; a time takes a few."""
_MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*\.?"
_YEAR = r"(?:19|20)\d\d"
_DAY_IN_MONTH = re.compile(
    rf"\b{_MONTH}\s\d{{1,2}}(?!\d)(?:st|nd|rd|th)?(?:,?\s(?P<year>{_YEAR}))?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s(?P<year_behind>{_YEAR}))?"
)
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_MONTH_ALONE = re.compile(
    rf"(?:(?:in|early|late|mid|of)[\s-]*)*(?P<month>{'|'.join(MONTHS)})[a-z]*\.?(?:,?\s(?P<year>{_YEAR}))?"
)
_YEAR_ALONE = re.compile(rf"(?:(?:in|early|late|mid)[\s-]*)*(?P<year>{_YEAR})")
_AGO = re.compile(r"\b(\w+)\sdays?\sago\b")
_COUNTS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_STAMP = re.compile(r"(?i)\bpublished\b\W{0,6}(\d{4}-\d\d-\d\d)")
_STAMP_IN_WORDS = re.compile(rf"(?i)\b(?:{'|'.join(MONTHS)})[a-z]*\.?\s\d{{1,2}},\s{_YEAR}\b")
_TOLD_FROM = re.compile(r"the publication day(?: itself)?,? (\d{4}-\d\d-\d\d)")
_HEAD = 3000
"""Characters at the beginning of an article in which its day of publication can stand."""


@dataclass(frozen=True, slots=True)
class DayReading:
    """What words say about the day.

    Attributes:
        rule: how that was found, in words; or why there is no day.
        first, last: the days between which it lies, both included; the same where the words give the day.
        precision: what the words name; None where they name neither day nor month nor year.
    """

    rule: str
    first: date | None = None
    last: date | None = None
    precision: Precision | None = None

    @property
    def day(self) -> date | None:
        """The day, where it is one."""
        return self.first if self.precision == "day" else None

    def told_from_text(self) -> DayReading:
        """The same, where the article has no day of publication but one that its text names as its own."""
        rule = _TOLD_FROM.sub(r"the day that the text names as its own (\1)", self.rule)
        return replace(self, rule=rule)


def read_day(words: str, published: date | None, language: str = "en") -> DayReading:
    """The day that words mean; of several that could be meant, the latest on or before the day of publication.

    Args:
        words: "early Thursday", "Aug. 26", "2 марта 2024".
        published: without it only days with their year are known.
        language: code of the article's language.
    """
    lowered = " ".join(words[: _LONGEST + 1].lower().split())
    if len(lowered) > _LONGEST:
        return DayReading("more words than name a day")
    named = _named_day(lowered, published, language)
    if named or language != "en":
        return named or DayReading("the words name no day")
    return _told_day(lowered, published) or _longer(lowered, published) or DayReading("the words name no day")


def publication_day(given: date | None, text: str) -> date | None:
    """The day of publication: as given, or a stamp or dateline in the text."""
    if given is not None:
        return given
    if stamp := _STAMP.search(text, 0, _HEAD):
        return _iso(stamp[1])
    dateline = _STAMP_IN_WORDS.search(text, 0, _HEAD)
    return _parsed(dateline.group().lower(), "en") if dateline else None


def _named_day(words: str, published: date | None, language: str) -> DayReading | None:
    """A day that the text itself names."""
    if iso := _ISO.search(words):
        return _one(_iso(iso.group()), "day named in the text")
    if language == "en":
        found = _DAY_IN_MONTH.search(words)
        year = (found["year"] or found["year_behind"]) if found else None
    else:
        found, year = re.search(r"\d.*[^\W\d_]{3}|[^\W\d_]{3}.*\d", words), re.search(_YEAR, words)
    if found is None:
        return None
    piece = found.group() if language == "en" else words
    if year:
        return _one(_parsed(piece, language), "day named in the text")
    if published is None:
        return DayReading("the text names a day without its year, and the publication day is not known")
    this, before = (_parsed(f"{piece} {each:04}", language) for each in (published.year, published.year - 1))
    day = before if this and this > published else this
    return _one(day, f"day named in the text, the latest one on or before the publication day {published}")


def _one(day: date | None, rule: str) -> DayReading:
    return DayReading(rule, day, day, "day") if day else DayReading("the words name no day of the calendar")


@cache
def _parser(language: str) -> DateDataParser | None:
    from dateparser import DateDataParser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "DATE_ORDER": "DMY"}
    parser = DateDataParser(languages=[language], settings=settings)
    try:
        parser.get_date_data("")  # loads the language
    except ValueError:  # one that it does not know
        return None
    return parser


def _parsed(words: str, language: str) -> date | None:
    """A day with month and year, read by dateparser."""
    parser = _parser(language)
    found = parser.get_date_data(words).date_obj if parser else None
    day: date | None = found.date() if found else None
    numbers = [int(each) for each in re.findall(r"\d+", words)]
    return day if day and day.day in numbers and day.year in numbers else None


def _told_day(words: str, published: date | None) -> DayReading | None:
    """A day that is told from the day of publication."""
    told = _distance(words, published or date.max)
    if told is None:
        return None
    distance, rule = told
    if published is None:
        return DayReading("the words are told from the publication day, which is not known")
    if published - date.min < timedelta(days=distance):
        return DayReading("the words name no day of the calendar")
    day = published - timedelta(days=distance)
    return DayReading(
        f"{rule} {published}" if distance else f"the publication day itself, {published}", day, day, "day"
    )


def _distance(words: str, published: date) -> tuple[int, str] | None:
    """How many days before the day of publication, and the rule."""
    if ago := _AGO.search(words):
        count = "a" if ago[1] == "one" else ago[1]
        days = int(count) if re.fullmatch(r"[0-9]{1,4}", count) else None
        days = _COUNTS.index(count) + 1 if count in _COUNTS else days
        return None if days is None else (days, f"{days} days before the publication day")
    if "day before yesterday" in words:
        return 2, "two days before the publication day"
    if re.search(r"\byesterday|\blast night\b", words):
        return 1, "the day before the publication day"
    if re.search(r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b", words):
        return 0, ""
    named = {index for index, name in enumerate(WEEKDAYS) if name in words}
    if len(named) != 1:
        return None  # "the night from Saturday to Sunday" is two days
    weekday = named.pop()
    back, name = (published.weekday() - weekday) % 7, WEEKDAYS[weekday].capitalize()
    if "before last" in words:
        return (back or 7) + 7, f"the last {name} but one before the publication day"
    if "last week" in words:
        return back + 7 if back <= published.weekday() else back, f"{name} of the week before the publication day"
    if words.startswith("last ") or " last " in words:
        back = back or 7
    return back, f"{name} before the publication day"


def _longer(words: str, published: date | None) -> DayReading | None:
    """A month or a year."""
    if found := _MONTH_ALONE.fullmatch(words):
        month = MONTHS.index(found["month"]) + 1
        if found["year"] is None and published is None:
            return DayReading("the text names a month without its year, and the publication day is not known")
        late = published is not None and month > published.month
        year = int(found["year"]) if found["year"] else published.year - late if published else 0
        if year < 1:
            return None
        first = date(year, month, 1)
        last = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
        rule = "month named in the text" + ("" if found["year"] else f", the latest one up to {published}")
        return DayReading(rule, first, last, "month")
    if found := _YEAR_ALONE.fullmatch(words):
        year = int(found["year"])
        return DayReading("year named in the text", date(year, 1, 1), date(year, 12, 31), "year")
    return None


def _iso(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
