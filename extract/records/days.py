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

from extract.records.borders import ONES, TENS
from extract.records.checks import calendar_day

if TYPE_CHECKING:
    from dateparser import DateDataParser

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
Precision = Literal["day", "month", "year"]

_LONGEST = 200
"""Characters of words that are read; a time takes a few."""
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1\d|20)\d\d(?!\d)"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?(?![\d:])"
_DAY = (
    rf"(?:\d{{4}}-\d\d-\d\d(?:t[\d:.+]*z?)?|{_MONTH}\s{_NUMBER}(?:,?\s{_YEAR})?"
    rf"|{_NUMBER}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?)(?![\w-])"
)
_LINK = r"\s?(?:[-–—]|\b(?:to|and|until|till|through|into)\b)\s?"
_DAYS = re.compile(
    r"(?<![\w-])(?:(?:between|from)\s)?(?:"
    rf"(?P<month>{_MONTH})\s(?P<first>{_NUMBER}){_LINK}(?P<last>{_NUMBER})(?P<year>,?\s{_YEAR})?"
    rf"|(?P<before>{_NUMBER}){_LINK}(?P<behind>{_NUMBER}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?)"
    rf"|(?P<one>{_DAY})(?:{_LINK}(?P<other>{_DAY}))?)(?![\w-])(?P<which>\s(?:of\s)?(?:last|this)\syear)?"
)
"""A day with its month, or a span of days: "March 3 to 5", "3-5 March", "from 3 March 2020 to 5 March 2021"."""
_NOT_ENGLISH = re.compile(r"\d.*[^\W\d_]{3}|[^\W\d_]{3}.*\d")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH_ALONE = re.compile(rf"(?:(?:in|early|late|mid|of)\b[\s-]*)*(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?")
_YEAR_ALONE = re.compile(rf"(?:(?:in|early|late|mid)\b[\s-]*)*(?P<year>{_YEAR})")
_COUNTS = {"a": 1} | {
    word: number
    for number, word in enumerate(
        (*ONES, *(f"{ten}{one}" for ten in TENS for one in ("", *(f"-{each}" for each in ONES[:9])))), 1
    )
}
_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})\b(?:[’']s)?"
_TOLD = tuple(
    re.compile(rf"(?<![\w-])(?:{each})(?![\w-])")
    for each in (
        r"(?P<count>[a-z]+(?:-[a-z]+)?|[0-9]{1,4})\sdays?\sago",
        r"(?:the\s)?day\sbefore\s(?P<two>yesterday)",
        r"(?P<one>yesterday)(?:[’']s)?|last\s(?P<night>night)(?:[’']s)?",
        r"earlier\s(?P<earlier>today)|(?P<today>today|tonight)(?:[’']s)?|this\s(?P<this>morning|afternoon|evening)(?:[’']s)?",
        rf"(?:the\s)?{_WEEKDAY}\s(?P<but_one>before\slast)|(?:earlier\s)?this\sweek\son\s{_WEEKDAY.replace('weekday', 'in_week')}"
        rf"|{_WEEKDAY.replace('weekday', 'of_week')}\s(?:of\s)?(?P<week>last|this)\sweek"
        rf"|(?P<last>last\s)?{_WEEKDAY.replace('weekday', 'plain')}",
    )
)
"""Ways to tell a day from the day of publication, what is read first first."""
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?|\d{1,2}[:.]\d\d(?:\shours)?|\d{3,4}(?=\s(?:gmt|utc|hours|hrs|local)\b)(?:\sh(?:ou)?rs)?"
    r"|noon|midday|midnight|dawn|dusk|sunrise|sunset|nightfall|daybreak)"
)
_BESIDE = re.compile(
    rf"(?:\b(?:(?:at|about|around|by|just|shortly|soon|long|before|after)\s)*{_CLOCK}(?:\s(?:local\stime|gmt|utc|time))?"
    r"|\b(?:overnight|night|morning|afternoon|evening)\s(?:in)?to\b"
    r"|\b(?:early|earlier|late|later|mid|pre-?dawn|overnight|the|on|in|at|of|during|over|hours?|small|wee|day"
    rf"|(?:night|morning|afternoon|evening|noon|lunch)(?:time)?(?:[’']s)?|(?:{'|'.join(WEEKDAYS)}))\b"
    r"|[\s,.;:()-])*"
)
"""What can stand beside a day and changes nothing; other words can mean another day: "every", "two weeks before"."""
_STAMP = re.compile(r"(?i)\bpublished\b\W{0,6}(\d{4}-\d\d-\d\d)")
_STAMP_IN_WORDS = re.compile(rf"(?i)\b{_MONTH}\s\d{{1,2}}\s?,\s{_YEAR}\b")
_TOLD_FROM = re.compile(r"the publication day(?: itself)?,? (\d{4}-\d\d-\d\d)")
_HEAD = 3000
"""Characters at the beginning of an article in which its day of publication can stand."""


@dataclass(frozen=True, slots=True)
class DayReading:
    """What words say about the day.

    Attributes:
        rule: how that was found, in words; or why there is no day.
        first, last: the days between which it lies, both included; the same where the words give the day.
        precision: what the words name ("day" of several days, too: "March 3-5"); None where they name none of these.
    """

    rule: str
    first: date | None = None
    last: date | None = None
    precision: Precision | None = None

    @property
    def day(self) -> date | None:
        """The day, where it is one."""
        return self.first if self.precision == "day" and self.first == self.last else None

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
    if language != "en":
        found = _day_elsewhere(lowered, published, language)
    else:
        found = _named_days(lowered, published) or _told_day(lowered, published) or _longer(lowered, published)
    return found or DayReading("the words name no day")


def publication_day(given: date | None, text: str) -> date | None:
    """The day of publication: as given, or a stamp or dateline in the text."""
    if given is not None:
        return given
    if stamp := _STAMP.search(text, 0, _HEAD):
        return calendar_day(stamp[1])
    dateline = _STAMP_IN_WORDS.search(text, 0, _HEAD)
    return _parsed(dateline.group().lower(), "en") if dateline else None


def _named_days(words: str, published: date | None) -> DayReading | None:
    """A day, or a span of days, that an English text itself names."""
    found = _DAYS.search(words)
    if found is None:
        return None
    if not _only_beside(words, found):
        return _UNCLEAR
    if found["month"]:
        pieces = [f"{found['month']} {found[each]}{found['year'] or ''}" for each in ("first", "last")]
    elif found["before"]:
        pieces = [re.sub(r"\A\d+(?:st|nd|rd|th)?", found["before"], found["behind"]), found["behind"]]
    else:
        pieces = [each for each in (found["one"], found["other"]) if each]
    ends: list[DayReading] = []
    ceiling = published
    for piece in reversed(pieces):  # the last day first: its year, or it itself, bounds the others
        if found["which"] and published and not re.search(_YEAR, piece):
            piece += f" {published.year - ('last' in found['which']):04}"
        ends.append(_day_named(piece, ceiling, published, "en"))
        ceiling = ends[-1].first
    if any(each.first is None for each in ends):
        return next(each for each in ends if each.first is None)
    first, last = ends[-1].first, ends[0].first
    if first is None or last is None or first > last:
        return _UNCLEAR
    return replace(ends[-1], last=last) if _fits(words, first, last) else _UNCLEAR


def _day_elsewhere(words: str, published: date | None, language: str) -> DayReading | None:
    """A day that a text in another language itself names."""
    if iso := _ISO.search(words):
        return _one(calendar_day(iso.group()), "day named in the text")
    return _day_named(words, published, published, language) if _NOT_ENGLISH.search(words) else None


def _day_named(piece: str, ceiling: date | None, published: date | None, language: str) -> DayReading:
    """The day of words with its month; without a year the latest up to another day."""
    if iso := _ISO.match(piece):
        return _one(calendar_day(iso.group()), "day named in the text")
    if re.search(_YEAR, piece):
        return _one(_parsed(piece, language), "day named in the text")
    if ceiling is None:
        return DayReading("the text names a day without its year, and the publication day is not known")
    this, before = (_parsed(f"{piece} {each:04}", language) for each in (ceiling.year, ceiling.year - 1))
    day = before if this and this > ceiling else this
    return _one(day, f"day named in the text, the latest one on or before the publication day {published or ceiling}")


def _one(day: date | None, rule: str) -> DayReading:
    return DayReading(rule, day, day, "day") if day else DayReading("the words name no day of the calendar")


_UNCLEAR = DayReading("the words beside the day can mean another one")


def _only_beside(words: str, found: re.Match[str]) -> bool:
    """Whether nothing stands beside a day that could change it."""
    return all(_BESIDE.fullmatch(each) for each in (words[: found.start()], words[found.end() :]))


def _fits(words: str, first: date, last: date) -> bool:
    """Whether the days have the weekdays that the words name."""
    return first != last or all(WEEKDAYS[first.weekday()] == each for each in _weekdays(words))


def _weekdays(words: str) -> set[str]:
    return set(re.findall(rf"\b(?:{'|'.join(WEEKDAYS)})\b", words))


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
    found = next((found for each in _TOLD if (found := each.search(words))), None)
    if found is None:
        return None
    told = _distance(found, published or date.max) if _only_beside(words, found) else None
    if told is None:
        return _UNCLEAR
    distance, rule = told
    if published is None:
        return DayReading("the words are told from the publication day, which is not known")
    if published - date.min < timedelta(days=distance):
        return DayReading("the words name no day of the calendar")
    day = published - timedelta(days=distance)
    if not _fits(words, day, day):
        return _UNCLEAR  # "two days ago on Friday", or "the night from Saturday to Sunday"
    return DayReading(
        f"{rule} {published}" if distance else f"the publication day itself, {published}", day, day, "day"
    )


def _distance(found: re.Match[str], published: date) -> tuple[int, str] | None:
    """How many days before the day of publication, and the rule."""
    told = found.groupdict()
    if count := told.get("count"):
        days = int(count) if count.isdecimal() else _COUNTS.get(count)
        return None if days is None else (days, f"{days} days before the publication day")
    if "two" in told:
        return 2, "two days before the publication day"
    if "one" in told:
        return 1, "the day before the publication day"
    if "today" in told:
        return 0, ""
    return _weekday(next(word for word in WEEKDAYS if word in found.group()), told, published)


def _weekday(name: str, told: dict[str, str | None], published: date) -> tuple[int, str]:
    """The same of a weekday."""
    back = (published.weekday() - WEEKDAYS.index(name)) % 7
    name = name.capitalize()
    if told["but_one"]:
        return (back or 7) + 7, f"the last {name} but one before the publication day"
    if told["week"] == "last":
        return back + 7 if back <= published.weekday() else back, f"{name} of the week before the publication day"
    return (back or 7) if told["last"] else back, f"{name} before the publication day"


def _longer(words: str, published: date | None) -> DayReading | None:
    """A month or a year."""
    if found := _MONTH_ALONE.fullmatch(words):
        month = MONTHS.index(found["month"][:3]) + 1
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
