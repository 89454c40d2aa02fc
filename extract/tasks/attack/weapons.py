"""Weapon mentions with their kind, quantity and outcome, by rule."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.numerals import NumberMention, find_numbers
from extract.tasks.attack.schema import WeaponKind, WeaponOutcome


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A candidate for a weapon record.

    Attributes:
        phrase: the words that name it, number included.
        quantity: its number, or None.
    """

    phrase: Span
    kind: WeaponKind
    quantity: NumberMention | None
    outcome: WeaponOutcome
    sentence: Span


def find_weapons(article: Article, lexicon: Lexicon, sentences: tuple[Span, ...]) -> list[WeaponMention]:
    """Mentions in the given sentences, in text order."""
    text = article.text
    found: list[WeaponMention] = []
    breaks, done = 0, 0  # line ends since the last mention
    for sentence in sentences:
        breaks += text.count("\n", done, sentence.start)
        done = sentence.end
        mentions = _in_sentence(text, sentence, lexicon)
        if not mentions and found and breaks <= 2:
            mentions = _pointed_back(text, sentence, found[-1], lexicon)
        if mentions:
            found.extend(mentions)
            breaks = 0
    return found


_POINTER = re.compile(
    r"\b(?:(?P<all>both|all(?:\s(?:\d+|\w+))?)(?:\sof\sthem)?|it|they)\s(?:was|were|had\sbeen)\s", re.IGNORECASE
)


def _pointed_back(text: str, sentence: Span, last: WeaponMention, lexicon: Lexicon) -> list[WeaponMention]:
    """ "Both were intercepted", "it was shot down": the weapons of the sentence before."""
    for pointer in _POINTER.finditer(text, sentence.start, sentence.end):
        if not lexicon.words["intercepted"].match(text, pointer.end(), sentence.end):
            continue
        numbers = list(find_numbers(text, lexicon, pointer.start(), pointer.end()))
        quantity = numbers[0] if numbers and pointer["all"] else None
        return [WeaponMention(Span(*pointer.span()), last.kind, quantity, "intercepted", sentence)]
    return []


def _in_sentence(text: str, sentence: Span, lexicon: Lexicon) -> list[WeaponMention]:
    words = _words(text, sentence, lexicon)
    numbers = list(find_numbers(text, lexicon, sentence.start, sentence.end))
    found: list[WeaponMention] = []
    for index, (span, kind) in enumerate(words):
        quantity = _quantity(text, span, numbers)
        coordinated = found[-1] if found else None
        shared = coordinated.quantity if coordinated else None
        joined = coordinated and re.fullmatch(r"\s(?:and|or)\s", text[coordinated.phrase.end : span.start])
        if quantity is None and joined and shared and shared.value is None:
            quantity = shared  # "several ballistic and cruise missiles": the number stands on both
        stop = words[index + 1][0].start if index + 1 < len(words) else sentence.end
        start = quantity.span.start if quantity and quantity.span.end <= span.start else span.start
        found.append(
            WeaponMention(
                Span(min(start, span.start), span.end),
                kind,
                quantity,
                _outcome(text, span, stop, sentence, lexicon),
                sentence,
            )
        )
    return _with_parts(text, _shared_outcome(text, found), numbers, sentence, lexicon)


def _shared_outcome(text: str, found: list[WeaponMention]) -> list[WeaponMention]:
    """ "94 drones and four missiles were shot down": what befell the last one befell the one joined to it."""
    shared = list(found)
    for index in range(len(shared) - 2, -1, -1):
        one, next_ = shared[index], shared[index + 1]
        joined = re.fullmatch(r",?\s(?:and|or)\s|,\s", text[one.phrase.end : next_.phrase.start])
        if joined and one.outcome == "used" and next_.outcome == "intercepted":
            shared[index] = replace(one, outcome="intercepted")
    return shared


_ELLIPTIC = re.compile(
    r"\b(?P<kind>ballistic|cruise|hypersonic)(?=\s(?:and|or)\s(?:ballistic|cruise|hypersonic)\smissiles?)",
    re.IGNORECASE,
)


def _words(text: str, sentence: Span, lexicon: Lexicon) -> list[tuple[Span, WeaponKind]]:
    """Words that name weapons; where two kinds overlap, the one listed first in the table counts."""
    found: list[tuple[Span, WeaponKind]] = []
    piece = text[sentence.start : sentence.end]
    for match in _ELLIPTIC.finditer(piece):
        kind: WeaponKind = f"{match['kind'].lower()}_missile"  # type: ignore[assignment]
        found.append((Span(sentence.start + match.start(), sentence.start + match.end()), kind))
    for row in lexicon.kinds("weapon"):
        for match in row.pattern.finditer(piece):
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            taken = any(span.start < other.end and other.start < span.end for other, _ in found)
            if not taken and not _no_weapon(text, span):
                found.append((span, row.name))  # type: ignore[arg-type]
    return sorted(found, key=lambda item: item[0].start)


def _no_weapon(text: str, span: Span) -> bool:
    """Words that only qualify another noun: "missile warning", "rocket fuel", "bomb shelter", "drone maker"."""
    return bool(
        re.match(
            r"[\s-](?:warnings?|alerts?|sirens?|fuel|components?"
            r"|shelters?|makers?|manufactur\w+|factor(?:y|ies)|plants?|program\w*|defen[cs]es?|"
            r"threats?|disposal|squads?|production|operators?|pilots?|units?|traces?|systems?|launchers?|deliver\w*|supplies|strikes? group|laws?|owners?|control|rights|movement)\b",
            text[span.end : span.end + 24],
            re.IGNORECASE,
        )
        or re.match(
            r"[^.;,]{0,20}\bby\s(?:\w+\s)?(?:police|officers?|guards?|security\sforces)\b",
            text[span.end : span.end + 50],
        )
        or re.search(
            r"\b(?:anti|air defen[cs]e|surface-to-air|long-range|Patriot|nuclear)[\s-]\Z",
            text[max(0, span.start - 16) : span.start],
            re.IGNORECASE,
        )
    )


def _quantity(text: str, span: Span, numbers: list[NumberMention]) -> NumberMention | None:
    """The number right before the words, with at most a few adjectives between."""
    for number in reversed(numbers):
        if number.span.end <= span.start:
            between = text[number.span.end : span.start]
            if re.fullmatch(
                r"\s(?:(?:of\s)?(?:the\s|its\s)?(?:(?!and\b|or\b|to\b|in\b|on\b|by\b|with\b"
                r"|from\b|people\b|others\b|were\b|killed\b|days?\b)[A-Za-z][\w’'-]*\s){0,3})",
                between,
            ):
                return number
            return None
    return None


@lru_cache(maxsize=4)
def _intercepted_before(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"{lexicon.words['intercepted'].pattern}(?:\s[\w,’'-]+){{0,6}}\s\Z", re.IGNORECASE)


def _outcome(text: str, span: Span, stop: int, sentence: Span, lexicon: Lexicon) -> WeaponOutcome:
    """Shot down, or struck something, or just used: by the verbs beside the words."""
    before = text[max(sentence.start, span.start - 60) : span.start]
    after = text[span.end : min(stop, span.end + 70)]
    own_after = re.split(r"[,;]|\b(?:and|while|but)\b", after)[0]
    if lexicon.has("intercepted", own_after) and re.match(
        r"[^.;]{0,40}\b(?:were|was|been|being|are|is|have|had)\b|[^.;]{0,12}(?:intercepted|downed|shot)", own_after
    ):
        return "intercepted"
    if _intercepted_before(lexicon).search(before) and not re.search(r"[;:]", before):
        verb = list(lexicon.words["intercepted"].finditer(before))[-1]
        if not re.search(r"\b(?:by|with|in|from|during|after)\b", before[verb.end() :]):
            return "intercepted"
    hit = lexicon.words["hit"].search(own_after)
    if (
        hit
        and not re.search(r"\b(?:was|were|been|being)\s\Z", own_after[: hit.start()])
        and hit.start() < 30
        and hit.group().lower() not in ("strikes", "hits")
    ):
        return "hit"
    if re.search(r"\b(?:hit|struck)\s(?:[\w-]+\s){0,4}by\s(?:\w+\s){0,3}\Z", before):
        return "hit"
    return "used"


_OF_WHICH = re.compile(r"\s(?:of\s(?:which|them|those)\s)(?:were\s|are\s|was\s)?(?P<what>\w+(?:\s\w+)?)")


def _part_of(text: str, whole: NumberMention, numbers: list[NumberMention]) -> NumberMention | None:
    """The "104" of "104 out of the 120": the number before, if nothing but that stands between."""
    place = bisect_left(numbers, whole.span.start, key=lambda number: number.span.start)
    before = numbers[place - 1] if place else None
    between = text[before.span.end : whole.span.start] if before else ""
    return before if re.fullmatch(r"\s(?:out\s)?of\s(?:the\s)?", between) else None


def _with_parts(
    text: str, found: list[WeaponMention], numbers: list[NumberMention], sentence: Span, lexicon: Lexicon
) -> list[WeaponMention]:
    """Adds what a number says about a part: "28 missiles, 15 of which were ballistic", "104 out of 120 missiles"."""
    extra: list[WeaponMention] = []
    kept: list[WeaponMention] = []
    for mention in found:
        whole = mention.quantity
        together = (
            bool(kept) and bool(re.fullmatch(r"(?:\s\w+)?\sand\s.*", text[kept[-1].phrase.end : mention.phrase.start]))
            if whole
            else False
        )
        part = _part_of(text, whole, numbers) if whole else None
        outcome = mention.outcome
        if part and outcome == "used" and together and extra:
            outcome = extra[-1].outcome  # "destroyed 104 of 120 missiles fired and 42 of 90 drones"
        if part and outcome != "used":
            extra.append(
                WeaponMention(Span(part.span.start, mention.phrase.end), mention.kind, part, outcome, sentence)
            )
            kept.append(WeaponMention(mention.phrase, mention.kind, whole, "used", sentence))
        elif part:
            extra.append(
                WeaponMention(
                    Span(part.span.start, mention.phrase.end),
                    mention.kind,
                    part,
                    _outcome(text, part.span, sentence.end, sentence, lexicon),
                    sentence,
                )
            )
            kept.append(mention)
        else:
            kept.append(mention)
    for number in numbers:
        tail = _OF_WHICH.match(text, number.span.end, sentence.end)
        owner = next((m for m in reversed(kept) if m.phrase.end <= number.span.start), None) if tail else None
        if not tail or not owner:
            continue
        span = Span(number.span.start, tail.end())
        named = re.match(r"ballistic|cruise|hypersonic", tail["what"], re.IGNORECASE)
        if named:
            extra.append(WeaponMention(span, f"{named.group().lower()}_missile", number, "used", sentence))  # type: ignore[arg-type]
        elif lexicon.has("intercepted", tail.group()):
            extra.append(WeaponMention(span, owner.kind, number, "intercepted", sentence))
    return sorted([*kept, *extra], key=lambda mention: mention.phrase.start)
