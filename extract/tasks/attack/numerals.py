"""Quantities as news words them, with offsets: "at least 18", "nearly 100", "dozens", "a couple", "a man".

Numbers that are no quantity of things are left out: ages, years, dates, times, money, percentages, distances,
ordinals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.schema import Bound


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A quantity in a text.

    Attributes:
        span: the whole expression, bound words included ("at least 18").
        number: the number alone ("18").
        value: None for vague words.
    """

    span: Span
    number: Span
    value: int | None
    bound: Bound


LARGEST = 10**12
"""No news counts more people or things than that; a longer row of digits is a serial number, or nonsense."""

_SCALE = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}

_AFTER_NO_COUNT = re.compile(
    r"""
    \s*(?:%|percent\b|per\ cent\b)                                   # shares
    | [-‑–]?(?:year|month|week|day)s?[-‑–\s]old\b                     # ages
    | (?:st|nd|rd|th)\b                                              # ordinals
    | \s*(?:a\.m|p\.m|am|pm|o['’]clock|GMT|UTC|local\ time)\b         # times of day
    | [:.]\d                                                         # 1:00, 3.5
    | [-‑–]?\s*(?:km|kms|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet|foot|ft|kg|kilograms?|tons?|tonnes?|pounds?
        |hectares?|degrees?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|times)\b
    | [-‑–][\da-z]                                                   # 10-15, nine-storey: no single value, no count
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE_NO_COUNT = re.compile(
    r"""(?:
      [$€£¥#] | \bNo\.\s | \d[.:/] | [A-Z]-                            # money, numbers that name, parts of numbers
    | \bage\sof\s | \baged\s(?:\w+\s){0,3}(?:and\s|to\s)?              # ages
    | \bbetween\s\d+\sand\s                                           # ranges
    | \bat\s(?=\d+:) | \bof\s(?=(?:19|20)\d\d\b)                        # times, years
    | ,\s(?=\d{1,3},\s)                                               # "Ann Lee, 44, said"
    )\Z""",
    re.VERBOSE,
)
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DATE_BEFORE = re.compile(rf"\b{_MONTH}\s\Z")
_DATE_AFTER = re.compile(rf"\s(?:of\s)?{_MONTH}\b")


def _spaced(words: str) -> str:
    return words.replace(" ", r"\s")


def find_numbers(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> Iterator[NumberMention]:
    """All quantities in `text[start:end]`, in order.

    Example: "At least 18 people and two boys aged 7" yields "At least 18" (18, at_least) and "two" (2, exact).
    """
    stop = len(text) if end is None else end
    for found in _compiled(lexicon).finditer(text, start, stop):
        name = found.lastgroup if found.lastgroup != "scale" else "digits"
        assert name is not None
        number = Span(found.start(name), found.end("scale") if found["scale"] else found.end(name))
        if name != "vague" and _no_count(text, number, found["bound"]):
            continue
        value = _value(found, lexicon)
        if value is not None and not 0 < value <= LARGEST:
            continue
        bound = _bound(found["bound"], lexicon) if found["bound"] else ("about" if value is None else "exact")
        if value is None:
            bound = "about"
        yield NumberMention(Span(found.start(), number.end), number, value, bound)


@lru_cache(maxsize=4)
def _compiled(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(_pattern_source(lexicon), re.IGNORECASE)


def _pattern_source(lexicon: Lexicon) -> str:
    numbers = lexicon.data["numbers"]

    def group(words: list[str]) -> str:
        return "|".join(_spaced(word) for word in sorted(words, key=len, reverse=True))

    bounds = group([word for words in numbers["bounds"].values() for word in words])
    skip = group(numbers["skip"]["words"])
    units = group(numbers["units"])
    tens = group([word for word in numbers["tens"] if word])
    word = rf"(?:(?:{tens})(?:[-\s](?:{units}))?|(?:{units}))(?:\s(?:hundred|thousand|million|dozen)){{0,4}}"
    return (
        rf"(?<![\w,.-])(?P<bound>(?:{bounds})\s(?:(?:{skip})\s)?)?"
        rf"(?:(?P<exact>{group(list(numbers['exact']))})"
        r"|(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?:\s(?P<scale>hundred|thousand|million|billion|dozen))?"
        rf"|(?P<word>{word})"
        rf"|(?P<vague>{group(numbers['vague']['words'])}))(?!\w)"
    )


def _no_count(text: str, number: Span, bound: str | None) -> bool:
    """Whether a number counts no things."""
    before = text[max(0, number.start - 14) : number.start]
    if _AFTER_NO_COUNT.match(text, number.end) or _BEFORE_NO_COUNT.search(before) or _DATE_BEFORE.search(before):
        return True
    digits = text[number.start : number.end]
    if digits.isdigit() and len(digits) <= 2 and _DATE_AFTER.match(text, number.end):
        return True
    return bool(re.fullmatch(r"(?:19|20)\d\d", digits)) and not bound


def _value(found: re.Match[str], lexicon: Lexicon) -> int | None:
    numbers = lexicon.data["numbers"]
    if found["vague"]:
        return None
    if found["exact"]:
        return int(numbers["exact"][re.sub(r"\s", " ", found["exact"].lower())])
    if found["digits"]:
        scale = _SCALE[found["scale"].lower()] if found["scale"] else 1
        digits = found["digits"].replace(",", "")
        return int(digits) * scale if len(digits) < 20 else LARGEST + 1  # int() refuses more than 4 300 digits
    return _word_value(found["word"], numbers["units"], numbers["tens"])


def _word_value(words: str, units: list[str], tens: list[str]) -> int:
    """ "forty-two" → 42, "two hundred" → 200."""
    total = 0
    for word in re.split(r"[-\s]+", words.lower()):
        if word in _SCALE:
            total *= _SCALE[word]
        else:
            total += units.index(word) if word in units else 10 * tens.index(word)
    return total


def _bound(words: str, lexicon: Lexicon) -> Bound:
    lowered = re.sub(r"\s+", " ", words.lower())
    bounds: dict[Bound, list[str]] = lexicon.data["numbers"]["bounds"]
    # The longest wording decides: "no more than" is not "more than".
    hits = [
        (len(found.group()), name)
        for name, list_ in bounds.items()
        for word in list_
        if (found := re.match(word, lowered))
    ]
    return max(hits)[1]
