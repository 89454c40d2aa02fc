"""Things hit: noun phrases of buildings, sites, networks and vehicles beside a word of damage, judged by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.numerals import NumberMention, find_numbers
from extract.tasks.attack.schema import DamageKind, Extent


@dataclass(frozen=True, slots=True)
class Thing:
    """A candidate for a damage record.

    Attributes:
        phrase: the noun phrase, its number left out.
        extent: by rule; None when no word of damage governs it.
    """

    phrase: Span
    kind: DamageKind
    extent: Extent | None
    quantity: NumberMention | None
    sentence: Span


_DET = r"(?:an?|the|its|his|her|their|another|one)"
_PRE = (
    r"(?:(?!and\b|or\b|but\b|in\b|on\b|at\b|of\b|to\b|by\b|with\b|from\b|for\b|as\b|into\b|near\b|inside\b|outside\b|were\b|was\b|are\b|is\b|has\b|had\b|have\b|"
    r"that\b|would\b|could\b|may\b|can\b|will\b|prompted\b|imposed\b|ordered\b|causing\b|caused\b|triggered\b|forced\b|political\b|these\b|those\b|all\b|both\b|which\b|who\b|while\b|when\b|where\b|after\b|before\b|including\b|also\b|not\b|"
    r"hit\b|struck\b|striking\b|hitting\b|damaged\s(?:the|a|an)\b|damaging\b|destroyed\s(?:the|a|an)\b|destroying\b|targeted\b|targeting\b|attacked\b|attacking\b|burned\b|set\b|said\b|caused\b|left\b|"
    r"across\b|against\b|through\b|during\b|over\b|under\b|between\b|around\b|toward\w*\b|around\b|between\b|because\b|what\b|his\b|her\b|its\b|their\b|the\b|an?\b|this\b|that\b|several\b|many\b|multiple\b|dozens\b|some\b|numerous\b|"
    r"reported\b|showed\b|shows\b|saw\b|occurred\b|suspended\b|shattered\b|hits?\b|strikes?\b|one\b|two\b|three\b|introduced\b|faced\b|suffered\b|sustained\b|received\b)[\w’'.-]+\s){0,4}"
)


REACH = 200
"""Characters before a noun in which its phrase begins."""
# from the leftmost word on that the phrase can begin with
_WORDS_BEFORE = re.compile(rf"(?<![\w’'-])(?:{_DET}\s)?{_PRE}\Z", re.IGNORECASE)
_GENITIVE = re.compile(r"[A-Z][\w-]+[’']s?\s\Z")


def find_things(article: Article, lexicon: Lexicon, sentences: tuple[Span, ...]) -> list[Thing]:
    """Candidates of the given sentences, in text order, with or without a judgement."""
    found: list[Thing] = []
    for sentence in sentences:
        piece = article.text[sentence.start : sentence.end]
        if any(lexicon.has(words, piece) for words in ("destroyed", "damaged", "on_fire", "disrupted", "struck")):
            found.extend(_in_sentence(article.text, sentence, lexicon))
    return found


def _in_sentence(text: str, sentence: Span, lexicon: Lexicon) -> list[Thing]:
    numbers = list(find_numbers(text, lexicon, sentence.start, sentence.end))
    heads: list[tuple[Span, DamageKind]] = []
    for row in lexicon.kinds("thing"):
        for match in row.pattern.finditer(text, sentence.start, sentence.end):
            span = Span(match.start(), match.end())
            overlapping = [other for other, _ in heads if span.start < other.end and other.start < span.end]
            if any(other.end - other.start >= span.end - span.start for other in overlapping) or _no_thing(text, span):
                continue
            heads = [item for item in heads if item[0] not in overlapping]
            heads.append((span, row.name))  # type: ignore[arg-type]
    found: list[Thing] = []
    for head, kind in sorted(heads, key=lambda item: item[0].start):
        if found and head.start < found[-1].phrase.end:
            continue
        phrase, quantity = _phrase(text, head, sentence, numbers)
        extent = _extent(text, phrase, sentence, lexicon)
        if re.search(
            r"\b(?:political|power|support|customer|fan|data|knowledge)\s(?:bases?|sites?)\Z",
            text[phrase.start : phrase.end],
        ):
            continue
        found.append(Thing(phrase, _kind(text, phrase, kind, lexicon), extent, quantity, sentence))
    return _coordinated(text, found)


def _no_thing(text: str, span: Span) -> bool:
    """A word that only qualifies another noun ("school children", "market share") or names an institution at work."""
    after = text[span.end : span.end + 30]
    if re.match(r"\s(?:said|says|told|reported|added|confirmed|announced)\b", after):
        return True  # it reports
    return bool(
        re.match(
            r"[\s-](?:children|officials?|authorities|workers?|officers?|owners?|share|economy|price|director|spokes\w+|party|time|system\b(?!s)|prices|sources|crew|staff|administration|committee|operator|service|minister|ministry|policy|power(?!\w)|commander|chief|driver|network)\b",
            after,
            re.IGNORECASE,
        )
        or re.match(r"[’']s?\s(?:official|spokes|director|governor|government)", after)
    )


_OF_NAME = re.compile(r"\sof\s(?:the\s)?[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*")
_NAMED_PART = re.compile(
    r"(?:area|roof|lot|port|park|hospital|building|headquarters|compound|outskirts|gates?|entrance|mosque|church|school"
    r"|base|campus|station)s?\Z",
    re.IGNORECASE,
)


def _phrase(text: str, head: Span, sentence: Span, numbers: list[NumberMention]) -> tuple[Span, NumberMention | None]:
    """The noun phrase around a head noun: determiner and adjectives before it, a short "of …" behind a part word."""
    floor = max(sentence.start, head.start - REACH)
    words = _WORDS_BEFORE.search(text, floor, head.start)
    start = words.start() if words else head.start
    if genitive := _GENITIVE.search(text, floor, start):
        start = genitive.start()
    quantity = None
    for number in numbers:
        if number.span.start <= start <= number.span.end + 4 and not text[
            number.span.end : max(start, number.span.end)
        ].strip(" of"):
            quantity, start = number, max(start, number.span.end + 1)
        elif start <= number.span.start and number.span.end < head.start:
            quantity, start = number, number.span.end + 1
    piece = text[start : head.start]
    lead = re.match(r"(?:of\s(?:the\s)?|more\s|other\s)", piece)
    if lead and quantity:
        start += lead.end()
    start += len(text[start : head.end]) - len(text[start : head.end].lstrip())
    end = head.end
    part = re.match(
        r"\sof\s(?:an?|the|its)\s(?:[\w’'-]+\s){0,4}?(?:building|block|house|hospital|school|home|hotel|church|mosque|park|bank|station|airport|apartment)s?\b",
        text[head.end : sentence.end],
    )
    if part and re.search(
        r"(?:roofs?|windows?|walls?|area|lot|floors?|entrance|facade|wing)\Z", text[head.start : head.end]
    ):
        end += part.end()
    elif (named := _OF_NAME.match(text, head.end, sentence.end)) and _NAMED_PART.search(text[head.start : head.end]):
        end = named.end()
    return Span(start, end), quantity


def _kind(text: str, phrase: Span, kind: DamageKind, lexicon: Lexicon) -> DamageKind:
    """The kind by the whole phrase where the head alone is plain ("the roof of a residential building")."""
    if kind not in ("other", "commercial"):
        return kind
    words = text[phrase.start : phrase.end]
    if kind == "commercial" and re.search(
        r"diplomatic|government|Union|mission|council|ministry|party", words, re.IGNORECASE
    ):
        return "government"
    if kind == "other":
        found = lexicon.kind_of("thing", words)
        return found if found else kind  # type: ignore[return-value]
    return kind


_BREAK = re.compile(r"[;]|,\s(?:while|but|as|when|after|with|which)\b|\b(?:while|but|after|when)\b")


_CAUGHT_FIRE = re.compile(
    r"[^.;]{0,60}?,?\s(?:causing|sparking|triggering|starting|igniting|setting\soff)\s(?:an?\s)?(?:\w+\s)?(?:fires?|blazes?)\b"
)


def _extent(text: str, phrase: Span, sentence: Span, lexicon: Lexicon) -> Extent | None:
    """What happened to a thing, by the nearest word of damage in its clause."""
    own = text[phrase.start : phrase.end]
    if lexicon.has("disrupted", own):
        return "disrupted"
    before = _BREAK.split(text[max(sentence.start, phrase.start - 110) : phrase.start])[-1]
    after = _BREAK.split(text[phrase.end : min(sentence.end, phrase.end + 90)])[0]
    found: list[tuple[int, Extent]] = []
    for words, extent in _EXTENTS:
        for match in lexicon.find(words, before):
            found.append((len(before) - match.end(), extent))
        for match in lexicon.find(words, after):
            if (
                words == "struck"
                and not re.search(r"\b(?:was|were|been|being|are|is|get|got)\s(?:\w+\s)?\Z", after[: match.start()])
                and not match.group().lower().startswith(("attacked by", "hit by", "struck by"))
            ):
                continue
            if (
                words in ("destroyed", "damaged")
                and re.match(r"\s?(?:\w+\s){0,2}(?:the|a|an|its|their|several|\d)", after[match.end() :])
                and match.group().lower().endswith(("ed", "ing"))
                and not re.search(r"\b(?:was|were|been|being|are|is)\s(?:\w+\s)?\Z", after[: match.start()])
            ):
                continue
            found.append((match.start() + 5, extent))
        if lexicon.has(words, own) and words != "struck":
            found.append((0, extent))
    if re.search(r"\b(?:no|not|without)\s(?:\w+\s){0,2}\Z", before[-20:]):
        return None
    if not found:
        return None
    if _CAUGHT_FIRE.match(text, phrase.end, sentence.end):
        return "on_fire"
    order: dict[Extent, int] = {"destroyed": 0, "on_fire": 1, "damaged": 2, "disrupted": 3, "unspecified": 4}
    nearest = min(distance for distance, _ in found)
    close = [extent for distance, extent in found if distance <= nearest + 12]
    return min(close, key=lambda extent: order[extent])


_EXTENTS: tuple[tuple[str, Extent], ...] = (
    ("destroyed", "destroyed"),
    ("on_fire", "on_fire"),
    ("damaged", "damaged"),
    ("disrupted", "disrupted"),
    ("struck", "unspecified"),
)


def _coordinated(text: str, found: list[Thing]) -> list[Thing]:
    """A thing without a judgement takes that of the one it is listed with."""
    judged: list[Thing] = []
    for thing in found:
        previous = judged[-1] if judged else None
        joined = previous and re.fullmatch(r",?\s(?:and|or)\s|,\s", text[previous.phrase.end : thing.phrase.start])
        if thing.extent is None and previous and joined:
            thing = Thing(thing.phrase, thing.kind, previous.extent, thing.quantity, thing.sentence)
        judged.append(thing)
    return judged
