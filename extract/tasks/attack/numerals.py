"""Quantities as news words them, with offsets: "at least 18", "two hundred and five", "10 to 12", "dozens", "a couple".

Numbers that are no quantity of things are left out: ages, years, dates, times, money, percentages, distances,
ordinals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.schema import Bound


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A quantity in a text.

    Attributes:
        span: the whole expression, bound words included ("at least 18", "fifty or more").
        number: the number alone ("18"), or the whole range ("10 to 12").
        value: None for vague words and ranges.
    """

    span: Span
    number: Span
    value: int | None
    bound: Bound


LARGEST = 10**12
"""No news counts more people or things than that; a longer row of digits is a serial number, or nonsense."""

_SCALE = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ORDER = "hundred|thousand|million|billion"

_AFTER_NO_COUNT = re.compile(
    r"""
    \s*(?:%|percent\b|per\ cent\b)                                   # shares
    | [-‑–]?(?:year|month|week|day)s?[-‑–\s]old\b                     # ages
    | (?:st|nd|rd|th)\b                                              # ordinals
    | \s*(?:a\.m|p\.m|am|pm|o['’]clock|GMT|UTC|local\ time)\b         # times of day
    | [:.,]\d                                                        # 1:00, 3.5, 12,5
    | [-‑–]?\s*(?:km|kms|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet|foot|ft|kg|kilograms?|tons?|tonnes?|pounds?
        |hectares?|degrees?|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)|times)\b
    | [-‑–][\da-z]                                                   # nine-storey, 555-0100: no count
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE_NO_COUNT = re.compile(
    r"""(?:
      [$€£¥#] | \bNo\.\s | \d[.:/] | [A-Z]-                            # money, numbers that name, parts of numbers
    | \bages?\s(?:of\s|\d+\sto\s)? | \baged\s(?:\w+\s){0,3}(?:and\s|to\s)?       # ages
    )\Z""",
    re.VERBOSE,
)
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DATE_BEFORE = re.compile(rf"\b{_MONTH}\s\Z")
_DATE_AFTER = re.compile(rf"\s(?:of\s)?{_MONTH}\b")
_AGE_BEFORE = re.compile(r"\w,\s(?:\d{1,2}\sand\s)?\Z")
_AGE_AFTER = re.compile(r"[,.;)]|\sand\s\d{1,2},|\Z")
"""Around the age in "Ann Lee, 44, said" and the ages in "two boys, 8 and 10, died"."""
_RANGE = re.compile(
    r"\s?[-‑–—]\s?|,\s(?:perhaps|maybe|possibly)\s|\s(?P<word>to|or|and)\s(?:(?:even|perhaps|maybe|possibly)\s)?"
)
_FROM_NOWHERE = re.compile(
    r"(?:\A|[.,;:\n(“\"]\s?|\b(?:kill|wound|injur|hurt)\w*\s|\b(?:anywhere|that)\s)(?P<from>from\s)\Z", re.IGNORECASE
)
"""What stands before a range that begins with "from"; behind another verb ("rose from 10 to 12") it is a change."""
_CIRCA = re.compile(r"\b(?:approx|ca)\.\s\Z", re.IGNORECASE)
"""Abbreviations after which a sentence may seem to begin."""
_TAIL: dict[str, Bound] = {
    "more": "at_least",
    "plus": "at_least",
    "+": "at_least",
    "less": "at_most",
    "fewer": "at_most",
}
"""The end of what follows a number and tells its bound; all others are vague ("20-odd", "a dozen or so")."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The patterns of one language: a number with what stands around it, and the end of a range."""

    opening: re.Pattern[str]
    ending: re.Pattern[str]


def find_numbers(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> Iterator[NumberMention]:
    """All quantities in `text[start:end]`, in order.

    Example: "At least 18 people and two boys aged 7" yields "At least 18" (18, at_least) and "two" (2, exact).
    """
    stop = len(text) if end is None else end
    grammar = _compiled(lexicon)
    while found := grammar.opening.search(text, start, stop):
        mention = _range(text, found, stop, lexicon) or _single(text, found, lexicon)
        start = mention.span.end if mention else found.end("number")
        if mention and (mention.value is None or 0 < mention.value <= LARGEST):
            yield mention


@lru_cache(maxsize=4)
def _compiled(lexicon: Lexicon) -> _Grammar:
    numbers = lexicon.data["numbers"]
    bounds = _either([word for words in numbers["bounds"].values() for word in words])
    lead = rf"(?P<bound>(?:{bounds})\s(?:(?:{bounds})\s)?(?:(?:{_either(numbers['skip']['words'])})\s)?)?"
    tail = r"(?P<tail>\sor\s(?:more|so|less|fewer)|[-‑\s](?:odd|plus)|\+)?(?!\w)"
    number = _number(numbers)
    return _Grammar(
        re.compile(rf"(?<![\w,.-])(?P<between>between\s)?{lead}{number}{tail}", re.IGNORECASE),
        re.compile(rf"{number}(?!\w)", re.IGNORECASE),
    )


def _number(numbers: Mapping[str, Any]) -> str:
    """The pattern of a number alone, in digits, in words, or vague."""
    units = "|".join(numbers["units"])
    small = rf"(?:{'|'.join(word for word in numbers['tens'] if word)})(?:[-‑\s](?:{units}))?|(?:{units})"
    scaled = rf"(?:[-‑\s](?:{_ORDER})(?:(?:[-‑\s]and)?[-‑\s](?:{small})(?!\w))?)"
    word = (
        rf"(?:(?:{small})(?:\sand\sa\shalf(?=\s))?{scaled}{{0,4}}(?:\sdozen)?"
        rf"|(?:half\san?|an?\shalf|an?(?:\scouple\sof)?)(?:{scaled}{{1,4}}|[-‑\s]dozen))"
    )
    digits = rf"(?:\d{{1,3}}(?:[,'’ \u00a0\u2009\u202f]\d{{3}})++(?!\d)|\d+(?:[.,]\d+(?=\s(?:{_ORDER})))?)(?:\s(?:{_ORDER}|dozen)){{0,2}}"
    vague = rf"(?:several|many|a\sfew)\s(?:{_ORDER}|dozen)|{_either(numbers['vague']['words'])}"
    return (
        rf"(?P<number>(?P<vague>(?:{vague})(?!\w))|(?P<exact>(?:{_either(list(numbers['exact']))})(?!\w)(?!\sof\sdozen))"
        rf"|(?:{word})|(?:{digits}))"
    )


def _either(words: Sequence[str]) -> str:
    return "|".join(word.replace(" ", r"\s") for word in sorted(words, key=len, reverse=True))


def _single(text: str, found: re.Match[str], lexicon: Lexicon) -> NumberMention | None:
    """A number with its bound, unless it counts nothing."""
    number, tail = Span(*found.span("number")), found["tail"]
    if not found["vague"] and _no_count(text, number, found.end(), bool(found["bound"])):
        return None
    value = _value(found, lexicon)
    bound: Bound = "about" if value is None else "exact"
    if value is not None and tail:
        bound = _TAIL.get(re.split(r"[-‑\s]", tail.lower())[-1], "about")
    elif value is not None and found["bound"]:
        bound = _bound(found["bound"], lexicon)
    elif value is not None and _CIRCA.search(text, max(0, number.start - 10), number.start):
        bound = "about"
    start = found.start("bound") if found["bound"] else number.start
    return NumberMention(Span(start, found.end()), number, value, bound)


def _range(text: str, found: re.Match[str], stop: int, lexicon: Lexicon) -> NumberMention | None:
    """Two numbers of which the second is greater, as one: "between 10 and 12", "some 3-4", "two or three"."""
    middle = None if found["tail"] else _RANGE.match(text, found.end("number"), stop)
    last = middle and _compiled(lexicon).ending.match(text, middle.end(), stop)
    if middle is None or last is None or (middle["word"] == "and") != bool(found["between"]):
        return None
    opening = _FROM_NOWHERE.search(text, max(0, found.start() - 16), found.start())
    changed = middle["word"] == "to" and text[max(0, found.start() - 5) : found.start()].lower() == "from "
    low, high = _value(found, lexicon), _value(last, lexicon)
    number = Span(found.start("number"), last.end())
    if (low is None) != (high is None) or (changed and not opening) or (low and high and low >= high):
        return None
    if not found["vague"] and _no_count(text, number, last.end(), bounded=True):
        return None
    start = opening.start("from") if changed and opening else found.start()
    return NumberMention(Span(start, last.end()), number, None, "about")


def _no_count(text: str, number: Span, end: int, bounded: bool) -> bool:
    """Whether a number counts no things."""
    before = text[max(0, number.start - 14) : number.start]
    if _AFTER_NO_COUNT.match(text, end) or _BEFORE_NO_COUNT.search(before) or _DATE_BEFORE.search(before):
        return True
    words = text[number.start : number.end]
    if re.match(r"\d{1,2}(?!\d)", words) and _DATE_AFTER.match(text, number.end):
        return True
    if re.fullmatch(r"\d{1,2}", words) and not bounded and _AGE_BEFORE.search(before) and _AGE_AFTER.match(text, end):
        return True
    return bool(re.fullmatch(r"(?:19|20)\d\d", words)) and not bounded


def _value(found: re.Match[str], lexicon: Lexicon) -> int | None:
    numbers = lexicon.data["numbers"]
    words = re.sub(r"\s", " ", found["number"].lower())
    if found["vague"]:
        return None
    if found["exact"]:
        return int(numbers["exact"][words])
    if sum(char.isdigit() for char in words) > 20:
        return LARGEST + 1  # int() refuses more than 4 300 digits
    return _worth(re.sub(r"(?<=\d)[,'’ ](?=\d{3}(?!\d))", "", words), numbers["units"], numbers["tens"])


def _worth(words: str, units: list[str], tens: list[str]) -> int:
    """ "forty-two" → 42, "two thousand three hundred and five" → 2305, "half a million" → 500000."""
    total, current = 0.0, 0.0
    for word in re.findall(r"\d+(?:[.,]\d+)?|[a-z]+", words):
        scale = _SCALE.get(word, 0)
        if scale > 100:
            total = total + (current or 1) * scale if current or not total else total * scale
            current = 0
        elif scale:
            current = (current or 1) * scale
        elif word[0].isdigit():
            current += float(word.replace(",", "."))
        elif word in units:
            current += units.index(word)
        elif word in tens:
            current += 10 * tens.index(word)
        elif word in ("half", "couple"):
            current += 0.5 if word == "half" else 2
    return round(total + current)


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
