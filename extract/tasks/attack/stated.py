"""What the words of a figure or of a day state, read without the article: for checking a value, not for finding one.

Careful on purpose: words that are more than one number, and days that need the date of publication ("yesterday"), are
not judged.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import islice

from extract.records.checks import Stated
from extract.records.days import MONTHS, WEEKDAYS
from extract.tasks.attack.lexicon import Lexicon, plain_letters
from extract.tasks.attack.numerals import find_numbers

_UNREAD = re.compile(
    r"[\d,;/]|\b(?:and|or|plus|with|hundred|thousand|million|billion|trillion|dozen|score|half|pair|couple|twin|trio"
    r"|first|second|third)",
    re.IGNORECASE,
)
_LONGEST = 200
"""Characters of words that are read; a figure or a day takes a few."""
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)
_MONTH = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_DAY_OF_MONTH = re.compile(r"(?<![\d:.'’-])\d{1,2}(?:st|nd|rd|th)?(?![\w:-])(?!\s?[ap]\.?m\b)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|\s?(?:GMT|UTC|hours|hrs|local\stime)\b)")
_NIGHT = re.compile(r"\b(?:\w*nights?|nightfall|late|evening)\b", re.IGNORECASE)
"""Beside a day these reach into the next, or come from the one before."""
_FROM_A_DAY = re.compile(
    r"\b(?:after|before|since|until|till|between|from|to|through|and|or|eve|days?|week\w*|ago|earlier|later|following|previous)\b",
    re.IGNORECASE,
)
"""Beside a day these may mean another one, however far."""


def stated_number(words: str, lexicon: Lexicon) -> Stated | None:
    """The number and bound of words, when they are one number and nothing else that counts.

    Args:
        words: "at least 18", "some two dozen", "dozens of people".
    """
    if len(words) > _LONGEST:
        return None
    words = plain_letters(words)
    mention, *others = *islice(find_numbers(words, lexicon), 2), None
    if mention is None or len(others) > 1:
        return None
    if _UNREAD.search(f"{words[: mention.span.start]}|{words[mention.span.end :]}"):
        return None
    says_bound = mention.value is None or mention.span != mention.number
    return Stated(mention.value, mention.bound if says_bound else None)


def denies_day(words: str, day: date) -> bool:
    """Whether words name another weekday, day of the month, month or year than a day has."""
    words = plain_letters(words)
    if len(words) > _LONGEST or _FROM_A_DAY.search(words):
        return False
    shifts = (-1, 0, 1) if _NIGHT.search(words) and date.min < day < date.max else (0,)
    return all(_denies(words, day + timedelta(days=shift)) for shift in shifts)


def _denies(words: str, day: date) -> bool:
    weekdays = {WEEKDAYS.index(found.lower()) for found in _WEEKDAY.findall(words)}
    months = {MONTHS.index(found[:3].lower()) + 1 for found in _MONTH.findall(words)}
    years = {int(found) for found in _YEAR.findall(words)}
    days = (
        {int(re.sub(r"\D", "", found)) for found in _DAY_OF_MONTH.findall(_YEAR.sub(" ", words))} if months else set()
    )
    named = [(weekdays, day.weekday()), (months, day.month), (years, day.year), (days, day.day)]
    return any(len(said) == 1 and here not in said for said, here in named)
