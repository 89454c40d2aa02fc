"""Which attacks an article tells of, and which one a sentence belongs to. By rule; two judgements can be overruled.

There is at most one main event. A sentence is about another one when it dates an attack clearly earlier, on another
day, or names another side as the attacker; it is about none when it sums up a war or a habit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extract.articles import Article, Span
from extract.attack.lexicon import Lexicon
from extract.attack.names import Cast
from extract.attack.places import PlaceMention, find_places
from extract.attack.times import TimeMention, find_times
from extract.schema import Context, EventKind

LEAD = 6
"""Sentences, headline included, in which an article says what it is about."""

_HABIT = re.compile(
    r"\b(?:throughout|since\s(?:the\s(?:start|beginning|invasion|war|outbreak)|(?:19|20)\d\d|Russia|February|October|March|last)|in\srecent\s(?:years|months|weeks|days)|"
    r"regularly|repeatedly|often|routinely|frequently|sporadic|almost\sdaily|daily|nightly|for\s(?:years|months|weeks)|over\sthe\s(?:last|past)|in\sthe\s(?:last|past)|"
    r"years?\sof|series\sof\sattacks\ssince|so\sfar\sthis|third\s\w+\sthis\syear|has\slong|have\slong|wave\sof\sviolence|insurgency)\b",
    re.IGNORECASE,
)
_SPECIFIC = re.compile(
    r"\b(?:attack|strike|airstrike|assault|bomb(?:ing)?|blast|explosion|shooting|raid|barrage|shelling|stabbing|ambush|massacre|killed|killing|wounded|injured|hit|struck|fired|launched|attacked|blew|detonated|assassinated|stormed|crashed|wave\sof)\b",
    re.IGNORECASE,
)
_ATTACK_NOUN = (
    r"(?:(?:drone|missile|air|rocket|combined|massive|overnight|deadly|large-scale|and|or|suicide|car|ballistic|cruise|military|aerial|artillery|mortar|bomb|major|heavy|latest|fresh|new|recent"
    r"|terror|terrorist|kamikaze|attack|strike|retaliatory|cross-border|ground|glide|guided|long-range|precision)\s){0,4}?"
    r"(?:attacks?|air\s?strikes?|airstrikes?|strikes?|assaults?|bombardments?|bombings?|shelling|barrages?|missiles?|drones?|raids?)"
)
_LAUNCH = r"(?:has\s|have\s|had\s)?(?:also\s|again\s)?(?:launched|fired|unleashed|attacked|struck|hit|bombed|shelled|pounded|carried\sout|targeted|killed|stormed|raided|bombarded|sent|dropped|launches|fires|unleashes|attacks|strikes|hits|pounds|kills|bombs)"


@dataclass(slots=True)
class EventDraft:
    """An event on its way to a record.

    Attributes:
        sentences: those that are about it, in text order; the first is its evidence.
        times: time expressions that can date it.
    """

    kind: EventKind
    context: Context
    attacker: str | None
    sentences: list[Span] = field(default_factory=list)
    times: list[TimeMention] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)

    @property
    def time(self) -> TimeMention | None:
        """The most specific expression that dates it; of equals, the first."""
        return max(self.times, key=lambda time: (time.rank, -time.span.start), default=None)


@dataclass(frozen=True, slots=True)
class Story:
    """The events of an article and the way from a sentence to its event.

    Attributes:
        events: main event first, if there is one.
        owner: start offset of a sentence → index of its event; sentences of no event are absent.
    """

    events: list[EventDraft]
    owner: Mapping[int, int]


def body(article: Article, lexicon: Lexicon) -> tuple[Span, ...]:
    """The sentences that are the article: no menus, link lists, related-story lines, nothing behind them."""
    kept: list[Span] = []
    lines = 0
    for sentence in article.sentences:
        start = article.text.rfind("\n", 0, sentence.start) + 1
        end = article.text.find("\n", sentence.end)
        line = article.text[start : end if end >= 0 else len(article.text)]
        if is_furniture(line):
            continue
        if lines > 8 and len(line) < 80 and lexicon.words["end_matter"].match(line.lstrip("#*> ")):
            break
        lines += 1
        kept.append(sentence)
    return tuple(kept)


def is_furniture(line: str) -> bool:
    """A line that is no article: a link, a list of links, a capital-letter pointer to another story."""
    bare = re.sub(r"!?\[[^\]]*\]\([^)]*\)", "", line)
    if "](" in line and len(bare.strip(" -#*\\[]>·,")) < 40:
        return True
    letters = [char for char in bare if char.isalpha()]
    shouting = letters and sum(char.isupper() for char in letters) / len(letters) > 0.8 and len(bare.split()) > 3
    return bool(shouting) or bool(re.match(r"\s*(?:---|\*\*\\?\[|\[\w+\]|Published\s*:|\(Writing by|Reporting by|Writing by|Editing by|Item \d+ of|Sign up|Source:)", bare))


def find_story(article: Article, lexicon: Lexicon, cast: Cast, verdicts: Mapping[int, str], main_kind: str | None) -> Story:
    """Finds the events.

    Args:
        verdicts: start offset of a sentence → "main", "other" or "none", where a model was asked.
        main_kind: kind of the main event, "none" for no attack, None where no model was asked.
    """
    text = article.text
    sentences = body(article, lexicon)
    if not sentences:
        return Story([], {})
    sides = [attackers(text, sentence, lexicon) for sentence in sentences]
    main = _main_event(text, sentences, sides, lexicon, main_kind)
    events = [main] if main else []
    day = _main_day(text, sentences, lexicon) if main else None
    owner: dict[int, int] = {}
    current: int | None = 0 if main else None
    line = -1
    for index, sentence in enumerate(sentences):
        here = text.rfind("\n", 0, sentence.start)
        if here != line:
            line, current = here, 0 if main else None
        piece = text[sentence.start : sentence.end]
        verdict = verdicts.get(sentence.start) or _verdict(text, sentence, index, sides[index], main, day, lexicon)
        if verdict == "none":
            continue
        if verdict == "other" and lexicon.has("attack", piece):
            current = _other_event(text, sentence, sides[index], events, main, lexicon)
        elif verdict == "main" and main:
            current = 0
        if current is not None:
            owner[sentence.start] = current
            events[current].sentences.append(sentence)
            if lexicon.has("attack", piece):
                events[current].times += [time for time in find_times(text, lexicon, sentence.start, sentence.end) if not time.spoken]
                events[current].places += _places(text, sentence, lexicon, cast)
    if main:
        main.times = _dating(main, text, lexicon)
    return Story(events, owner)


def _dating(main: EventDraft, text: str, lexicon: Lexicon) -> list[TimeMention]:
    """Times of the main event: near ones, from its first sentences if these have any."""
    near = [time for time in main.times if not time.far]
    limit = main.sentences[min(LEAD, len(main.sentences) - 1)].end if main.sentences else 0
    early = [time for time in near if time.span.end <= limit]
    return early or near


def attackers(text: str, sentence: Span, lexicon: Lexicon) -> list[tuple[str, int]]:
    """Sides that a sentence names as attacking, with the strength of the sign."""
    piece = text[sentence.start : sentence.end]
    found: Counter[str] = Counter()
    for side in lexicon.sides:
        for match in side.pattern.finditer(piece):
            after, before = piece[match.end() :], piece[: match.start()]
            if re.match(rf"(?:[’']s?)?\s{_ATTACK_NOUN}\b", after) and not re.match(r"\s(?:air\s)?defen[cs]", after):
                found[side.name] += 3
            if re.match(rf"(?:[’']s)?\s(?:(?:air\s?force|military|army|forces|troops|fighters|militants|jets|warplanes|drones|rebels|group)\s)?{_LAUNCH}\b", after):
                found[side.name] += 3
            if re.match(r"(?:[’']s)?(?:\s\w+){0,4}\s(?:(?:has|have|had)\s)?(?:claimed|claims|took|takes)\s(?:responsibility|credit|the\sattack)", after):
                found[side.name] += 6
            if re.search(rf"{_ATTACK_NOUN}\s(?:\w+\s){{0,3}}by\s(?:the\s)?\Z", before) or re.search(r"(?:fired|launched|carried\sout|attacked|killed|claimed)\sby\s(?:the\s)?\Z", before):
                found[side.name] += 3
    return found.most_common()


def _main_event(
    text: str, sentences: Sequence[Span], sides: Sequence[Sequence[tuple[str, int]]], lexicon: Lexicon, main_kind: str | None
) -> EventDraft | None:
    lead = [text[s.start : s.end] for s in sentences[:LEAD]]
    if main_kind == "none":
        return None
    scores: Counter[str] = Counter()
    for index, sentence in enumerate(sentences):
        weight = 4 if index < 2 else 2 if index < LEAD else 1
        piece = text[sentence.start : sentence.end]
        for row in lexicon.kinds("event"):
            if row.pattern.search(piece):
                scores[row.name] += weight
    about = any(lexicon.has("attack", piece) and _SPECIFIC.search(piece) for piece in lead[:3])
    if main_kind is None and not (about and scores):
        return None
    kind = main_kind or scores.most_common(1)[0][0]
    totals: Counter[str] = Counter()
    for index, found in enumerate(sides):
        for side, strength in found:
            totals[side] += strength * (3 if index < LEAD else 1)
    attacker = totals.most_common(1)[0][0] if totals else None
    return EventDraft(kind, "main", attacker)  # type: ignore[arg-type]


def _main_day(text: str, sentences: Sequence[Span], lexicon: Lexicon) -> str | None:
    """The weekday or date of the main event, as said in the lead."""
    for sentence in sentences[:LEAD]:
        for time in find_times(text, lexicon, sentence.start, sentence.end):
            if time.rank >= 3 and not time.spoken:
                return _day_name(text[time.span.start : time.span.end])
    return None


def _day_name(words: str) -> str | None:
    found = re.search(r"(?i)(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today", words)
    return found.group().lower() if found else None


def _verdict(
    text: str,
    sentence: Span,
    index: int,
    sides: Sequence[tuple[str, int]],
    main: EventDraft | None,
    day: str | None,
    lexicon: Lexicon,
) -> str | None:
    """ "other", "none", or None for "as the sentence before"."""
    piece = text[sentence.start : sentence.end]
    if not lexicon.has("attack", piece):
        return None
    if index and _HABIT.search(piece) and not _figure_of_main(piece):
        return "none"
    if not _SPECIFIC.search(piece):
        return None
    times = [time for time in find_times(text, lexicon, sentence.start, sentence.end) if not time.spoken]
    if index and any(time.far for time in times) and not any(time.rank >= 3 and _day_name(text[time.span.start : time.span.end]) == day for time in times if day):
        return "other"
    days = {name for time in times if time.rank >= 3 and (name := _day_name(text[time.span.start : time.span.end]))}
    if index and day and days and day not in days:
        return "other"
    if index and re.search(r"\b(?:separate|another|previous|earlier|similar|last|second)\s(?:\w+\s)?(?:attack|strike|bombing|shooting|blast|explosion|incident)\b", piece, re.IGNORECASE) and re.search(r"\b(?:in|on)\s(?:a\s)?(?:separate|previous|earlier|similar)|\bearlier\b", piece):
        return "other"
    strongest = sides[0] if sides else None
    if main and main.attacker and strongest and strongest[0] != main.attacker and strongest[1] >= 3 and not any(side == main.attacker for side, _ in sides):
        # the side that attacks comes first; "the Israeli army struck … after a Houthi drone attack" is about Israel's
        places = {side.name: found.start() for side in lexicon.sides if (found := side.pattern.search(piece))}
        if places.get(main.attacker, len(piece)) > places.get(strongest[0], 0):
            return "other"
    return None


def _figure_of_main(piece: str) -> bool:
    return bool(re.search(r"\b(?:deadliest|heaviest|largest|biggest|worst|first|one\sof\sthe)\b", piece))


def _other_event(
    text: str, sentence: Span, sides: Sequence[tuple[str, int]], events: list[EventDraft], main: EventDraft | None, lexicon: Lexicon
) -> int:
    """Index of the other event a sentence is about; a new one unless side and time agree with one already found."""
    piece = text[sentence.start : sentence.end]
    times = [time for time in find_times(text, lexicon, sentence.start, sentence.end) if not time.spoken]
    words = {text[time.span.start : time.span.end].lower() for time in times}
    attacker = sides[0][0] if sides else None
    for index, event in enumerate(events):
        if event.context == "main":
            continue
        known = {text[time.span.start : time.span.end].lower() for time in event.times}
        if (words and words & known) or (not words and attacker and event.attacker == attacker):
            return index
    kind = lexicon.kind_of("event", piece) or (main.kind if main else "other")
    if attacker is None and main and re.search(r"\b(?:last|also|again|previous|first)\b", piece):
        attacker = main.attacker
    events.append(EventDraft(kind, "other", attacker))  # type: ignore[arg-type]
    return len(events) - 1


def _places(text: str, sentence: Span, lexicon: Lexicon, cast: Cast) -> list[PlaceMention]:
    return list(find_places(text, lexicon, cast, sentence.start, sentence.end))


def hit_places(event: EventDraft, text: str, chosen: Mapping[str, bool]) -> list[Span]:
    """The event's places: each name once, in order of appearance; a country only where nothing narrower is named, or
    where the attack is said to have hit all over it.

    Args:
        chosen: folded name → whether a model said it was hit, where one was asked.
    """
    seen: dict[str, PlaceMention] = {}
    for mention in sorted(event.places, key=lambda place: place.span.start):
        name = text[mention.span.start : mention.span.end].lower()
        stem = re.sub(r"\s\w+\Z", "", name) if not mention.country else name
        if chosen.get(name) is False:
            continue
        if name not in seen and stem not in seen and not any(known.startswith(name + " ") for known in seen):
            seen[name] = mention
    narrow = [mention for mention in seen.values() if not mention.country]
    wide = [
        mention
        for mention in seen.values()
        if mention.country and (not narrow or mention.preposition == "across" or _total(text, mention))
    ]
    return [mention.span for mention in sorted([*narrow, *wide], key=lambda place: place.span.start)]


def _total(text: str, mention: PlaceMention) -> bool:
    """Whether a toll stands in the same sentence as "strikes across Ukraine"."""
    return bool(re.search(r"\b(?:across|throughout|all\sover)\s(?:\w+\s)?\Z", text[max(0, mention.span.start - 24) : mention.span.start]))
