"""Which attacks an article tells of, and which one a sentence belongs to. By rule; two judgements can be overruled.

There is at most one main event. A sentence is about another one when it dates an attack clearly earlier, on another
day, or names another side as the attacker; it is about none when it sums up a war or a habit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast as typing_cast

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.numerals import find_numbers
from extract.tasks.attack.places import PlaceMention, find_places
from extract.tasks.attack.schema import Context, EventKind
from extract.tasks.attack.times import TimeMention, find_times

LEAD = 6
"""Sentences, headline included, in which an article says what it is about."""

MAX_SENTENCE = 1500
"""Longer sentences are cut: no prose has them, and what is found in one is compared pairwise."""

# "drone attack", "overnight air strikes": at most four qualifying words before the word for an attack
_ATTACK_NOUN = (
    r"(?:(?:drone|missile|air|rocket|combined|massive|overnight|deadly|large-scale|and|or|suicide|car|ballistic|cruise"
    r"|military|aerial|artillery|mortar|bomb|major|heavy|latest|fresh|new|recent|terror|terrorist|kamikaze|attack|strike"
    r"|retaliatory|cross-border|ground|glide|guided|long-range|precision)\s){0,4}?"
    r"(?:attacks?|air\s?strikes?|airstrikes?|strikes?|assaults?|bombardments?|bombings?|shelling|barrages?|missiles?"
    r"|drones?|raids?)"
)
_LAUNCH = (
    r"(?:has\s|have\s|had\s)?(?:also\s|again\s)?(?:launched|fired|unleashed|attacked|struck|hit|bombed|shelled|pounded"
    r"|carried\sout|targeted|killed|stormed|raided|bombarded|sent|dropped|launches|fires|unleashes|attacks|strikes|hits"
    r"|pounds|kills|bombs|shells)"
)
_FORCE = (
    r"(?:air\s?force|military|army|forces|troops|fighters|militants|jets|warplanes|drones|missiles|rebels|group"
    r"|airstrikes?)"
)
_CLAIMS = (
    r"(?:(?:has|have|had)\s)?(?:(?:claimed|claims|took|takes)\s(?:responsibility|credit"
    r"|the\s(?:\w+\s)?(?:attack|bombing|blast|shooting|ambush|assault|raid))|(?:said|says)\sit\swas\sbehind)"
)
_OWN_ATTACK = re.compile(rf"(?:[’']s?)?\s{_ATTACK_NOUN}\b")
_OWN_LAUNCH = re.compile(rf"(?:[’']s)?(?:\s\([A-Z]+\))?\s(?:{_FORCE}\s)?{_LAUNCH}\b")
_OWN_CLAIM = re.compile(rf"(?:[’']s)?(?:\s[a-z]\w*){{0,4}}\s{_CLAIMS}")
_BY = re.compile(
    rf"(?:{_ATTACK_NOUN}\s(?:\w+\s){{0,3}}by|(?:fired|launched|carried\sout|attacked|killed|claimed)\sby|blamed\son)"
    r"\s(?:the\s)?\Z"
)
_NAMED_CLAIM = re.compile(rf"(?<![\w’'-])(?P<name>[A-Z][\w-]*(?:\s[A-Z][\w-]*){{0,3}})\s{_CLAIMS}")
_APART = re.compile(
    r"\b(?:separate|another|previous|earlier|similar|last|second)\s(?:\w+\s)?"
    r"(?:attack|strike|bombing|shooting|blast|explosion|incident|assault|raid)\b",
    re.IGNORECASE,
)
_APART_LEAD = re.compile(
    r"\b(?:in|on)\s(?:a\s)?(?:separate|previous|earlier|similar)|\bearlier\b|\bseparately\b", re.IGNORECASE
)
_DATE = re.compile(r"[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2}")
_FURNITURE = re.compile(
    r"\s*(?:---|\*\*\\?\[|\[\w+\]|Published\s*:|\(?(?:Writing|Reporting|Editing) by"
    r"|Item \d+ of|Sign up|Source:|By [A-Z][\w .-]{3,40}\Z)"
)


@dataclass(slots=True)
class EventDraft:
    """An event on its way to a record.

    Attributes:
        sentences: those that are about it, in text order; the first is its evidence.
        times: time expressions that can date it.
        dated_by: their words.
    """

    kind: EventKind
    context: Context
    attacker: str | None
    sentences: list[Span] = field(default_factory=list)
    times: list[TimeMention] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    dated_by: set[str] = field(default_factory=set)

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
    lines, line_end, furniture = 0, -1, False
    for sentence in article.sentences:
        if sentence.start > line_end:
            line, line_end = _line_at(article.text, sentence.start)
            furniture = is_furniture(line)
            if (
                not furniture
                and lines > 8
                and len(line) < 80
                and lexicon.words["end_matter"].match(line.lstrip("#*> "))
            ):
                break
        if not furniture:
            lines += 1
            kept.extend(_pieces(sentence))
    return tuple(kept)


def _line_at(text: str, position: int) -> tuple[str, int]:
    """The line around a position, and where it ends."""
    end = text.find("\n", position)
    end = end if end >= 0 else len(text)
    return text[text.rfind("\n", 0, position) + 1 : end], end


def _pieces(sentence: Span) -> list[Span]:
    """A sentence, cut hard where it is too long to be one."""
    starts = range(sentence.start, sentence.end, MAX_SENTENCE)
    return [Span(start, min(start + MAX_SENTENCE, sentence.end)) for start in starts]


def is_furniture(line: str) -> bool:
    """A line that is no article: a link, a list of links, a capital-letter pointer to another story."""
    bare = re.sub(r"!?\[[^\[\]]*\]\([^()]*\)", "", line)
    if "](" in line and len(bare.strip(" -#*\\[]>·,")) < 40:
        return True
    letters = [char for char in bare if char.isalpha()]
    shouting = letters and sum(char.isupper() for char in letters) / len(letters) > 0.8 and len(bare.split()) > 3
    return bool(shouting) or _FURNITURE.match(bare) is not None


def find_story(article: Article, lexicon: Lexicon, cast: Cast, verdicts: Mapping[int, str], main_kind: str) -> Story:
    """Finds the events.

    Args:
        verdicts: start offset of a sentence → "main", "other" or "none", where a model was asked.
        main_kind: kind of the main event, "none" for no attack.
    """
    text = article.text
    sentences = body(article, lexicon)
    if not sentences:
        return Story([], {})
    sides = [attackers(text, sentence, lexicon) for sentence in sentences]
    main = _main_event(sides, main_kind)
    events = [main] if main else []
    clock = _Clock(text, lexicon)
    day = clock.main_day(sentences) if main else None
    owner: dict[int, int] = {}
    current: int | None = 0 if main else None
    others = _Others(events, clock)
    done = 0
    for index, sentence in enumerate(sentences):
        if text.find("\n", done, sentence.start) >= 0:
            current = 0 if main else None
        done = sentence.end
        piece = text[sentence.start : sentence.end]
        verdict = verdicts.get(sentence.start) or _verdict(text, sentence, index, sides[index], main, day, clock)
        if verdict == "none":
            continue
        if verdict == "other" and (main or lexicon.has("armed", piece)):
            current = others.about(index, sentence, sides[index])
        elif verdict == "main" and main:
            current = 0
        if current is not None:
            owner[sentence.start] = current
            events[current].sentences.append(sentence)
            if lexicon.has("attack", piece) or verdict == "other":
                others.dated(current, clock.times(sentence))
                events[current].places += find_places(text, lexicon, cast, sentence.start, sentence.end)
    if main:
        main.times = _dating(main)
        main.attacker = _attacker(sides, [owner.get(sentence.start) == 0 for sentence in sentences])
    return Story(events, owner)


def _dating(main: EventDraft) -> list[TimeMention]:
    """Times of the main event: near ones, from its first sentences if these have any."""
    near = [time for time in main.times if not time.far]
    limit = main.sentences[min(LEAD, len(main.sentences) - 1)].end if main.sentences else 0
    early = [time for time in near if time.span.end <= limit]
    return early or near


def attackers(text: str, sentence: Span, lexicon: Lexicon) -> list[tuple[str, int]]:
    """Sides that a sentence names as attacking, with the strength of the sign: a claim counts most."""
    piece = text[sentence.start : sentence.end]
    found: Counter[str] = Counter()
    named = lexicon.sides_in(piece)
    for start, end, side in named:
        before = piece[max(0, start - 60) : start]
        if _OWN_ATTACK.match(piece, end) and not re.match(r"\s(?:air\s)?defen[cs]", piece[end : end + 12]):
            found[side] += 3
        if _OWN_LAUNCH.match(piece, end):
            found[side] += 3
        if _OWN_CLAIM.match(piece, end):
            found[side] += 6
        if _BY.search(before):
            found[side] += 3
    for claim in _NAMED_CLAIM.finditer(piece):
        overlapping = any(start < claim.end("name") and claim.start("name") < end for start, end, _ in named)
        if not overlapping and claim["name"].split()[0].lower() not in lexicon.sets["stop"]:
            found[claim["name"]] += 6
    return found.most_common()


def _main_event(sides: Sequence[Sequence[tuple[str, int]]], main_kind: str) -> EventDraft | None:
    if main_kind == "none":
        return None
    return EventDraft(typing_cast(EventKind, main_kind), "main", _attacker(sides, [True] * len(sides)))


def _attacker(sides: Sequence[Sequence[tuple[str, int]]], counts: Sequence[bool]) -> str | None:
    """The side with the strongest signs in the sentences that count; the first ones count three times."""
    totals: Counter[str] = Counter()
    for index, found in enumerate(sides):
        for side, strength in found if counts[index] else ():
            totals[side] += strength * (3 if index < LEAD else 1)
    return totals.most_common(1)[0][0] if totals else None


def kind_belief(text: str, sentences: Sequence[Span], lexicon: Lexicon) -> dict[str, float]:
    """The rules' belief in each kind of main event, and in there being none; sums to 1.

    Words of a kind count more the nearer they stand to the headline. That the first sentences speak of no attack is
    strong evidence for "none", that they do is fair evidence against it.
    """
    scores = {row.name: 0.5 for row in lexicon.kinds("event")} | {"other": 0.5}
    for index, sentence in enumerate(sentences):
        weight = 4.0 if index < 2 else 2.0 if index < LEAD else 1.0
        piece = text[sentence.start : sentence.end]
        for row in lexicon.kinds("event"):
            if row.pattern.search(piece):
                scores[row.name] += weight
    none = 0.1 if max(scores.values()) > 1 and tells_attack(text, sentences, lexicon) else 0.9
    total = sum(scores.values())
    return {name: (1 - none) * score / total for name, score in scores.items()} | {"none": none}


def tells_attack(text: str, sentences: Sequence[Span], lexicon: Lexicon) -> bool:
    """Whether the first sentences tell of an armed attack, and not of a strike for wages, a match or an accident.

    Words of arms have to occur, and in at least as many sentences as words of those other worlds. What is quoted
    does not count: that is where speech is figurative.
    """
    lead = [re.sub(r"“[^”]*”?|\"[^\"]*\"?", " ", text[s.start : s.end]) for s in sentences[: 2 * LEAD]]
    about = any(lexicon.has("attack", piece) and lexicon.has("specific", piece) for piece in lead[:3])
    armed = sum(lexicon.has("armed", piece) for piece in lead)
    peaceful = sum(lexicon.has("peaceful", piece) for piece in lead)
    return about and armed > 0 and armed >= peaceful


@dataclass(frozen=True, slots=True)
class _Clock:
    """Times of sentences, and what they say about the day of an attack."""

    text: str
    lexicon: Lexicon
    known: dict[Span, list[TimeMention]] = field(default_factory=dict)

    def times(self, sentence: Span) -> list[TimeMention]:
        """Expressions that can date an attack: not the day somebody spoke."""
        if sentence not in self.known:
            found = find_times(self.text, self.lexicon, sentence.start, sentence.end)
            self.known[sentence] = [time for time in found if not time.spoken]
        return self.known[sentence]

    def words(self, time: TimeMention) -> str:
        """The expression."""
        return self.text[time.span.start : time.span.end]

    def main_day(self, sentences: Sequence[Span]) -> str | None:
        """The weekday of the main event, as said in the lead."""
        times = [time for sentence in sentences[:LEAD] for time in self.times(sentence) if time.rank >= 3]
        return _day_name(self.words(times[0])) if times else None

    def days(self, times: Sequence[TimeMention]) -> set[str]:
        """Weekdays among the expressions."""
        return {name for time in times if time.rank >= 3 and (name := _day_name(self.words(time)))}

    def dates(self, times: Sequence[TimeMention]) -> set[str]:
        """Dates with month and day among the expressions."""
        return {self.words(time) for time in times if time.rank >= 3 and _DATE.search(self.words(time))}


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
    clock: _Clock,
) -> str | None:
    """ "other", "none", or None for "as the sentence before"."""
    piece, lexicon = text[sentence.start : sentence.end], clock.lexicon
    if not lexicon.has("attack", piece):
        return None
    if index and lexicon.has("habit", piece) and not lexicon.has("record", piece):
        return "none"
    if not lexicon.has("specific", piece):
        return None
    times = clock.times(sentence)
    if index and (_at_other_time(times, day, clock) or (_APART.search(piece) and _APART_LEAD.search(piece))):
        return "other"
    dates = clock.dates(times)
    if dates and (index > LEAD or not main) and not (main and dates & main.dated_by):
        return "other"
    return "other" if main and _by_other_side(piece, sides, main, lexicon) else None


def _at_other_time(times: Sequence[TimeMention], day: str | None, clock: _Clock) -> bool:
    """Clearly earlier than the main event, or on another day of the week."""
    days = clock.days(times)
    if any(time.far for time in times):
        return day is None or day not in days
    return day is not None and bool(days) and day not in days


def _by_other_side(piece: str, sides: Sequence[tuple[str, int]], main: EventDraft, lexicon: Lexicon) -> bool:
    """Only another side than the main event's attacks here, and it is named first.

    "The Israeli army struck … after a Houthi drone attack" is about Israel's attack.
    """
    if not main.attacker or not sides or any(side == main.attacker for side, _ in sides):
        return False
    first: dict[str, int] = {}
    for start, _, side in lexicon.sides_in(piece):
        first.setdefault(side, start)
    return first.get(main.attacker, len(piece)) > first.get(sides[0][0], 0)


_ANOTHER = re.compile(r"\b(?:elsewhere|separate(?:ly)?|another|other)\b", re.IGNORECASE)
_NEAR = 2
"""Sentences further on that still go on about the same other event, where nothing sets them apart."""


class _Others:
    """The events of an article as they are found, and which of them a sentence is about that is not about the main one.

    Kept by the words of their times: an article may tell of thousands.
    """

    def __init__(self, events: list[EventDraft], clock: _Clock) -> None:
        self._events = events
        self._main = events[0] if events else None
        self._clock = clock
        self._by_time: dict[str, int] = {}
        self._last: tuple[int, int] | None = None  # number of a sentence, and its event

    def dated(self, index: int, times: Sequence[TimeMention]) -> None:
        """Adds expressions that date an event."""
        event = self._events[index]
        event.times += times
        for words in map(self._clock.words, times):
            event.dated_by.add(words)
            if event is not self._main:
                self._by_time[words.lower()] = min(index, self._by_time.get(words.lower(), index))

    def about(self, number: int, sentence: Span, sides: Sequence[tuple[str, int]]) -> int:
        """Index of the other event a sentence is about.

        One of the same time; else the one told of just before, unless time, attacker or a word sets them apart; else a
        new one.
        """
        words = {self._clock.words(time).lower() for time in self._clock.times(sentence)}
        attacker = sides[0][0] if sides else None
        found = min((self._by_time[word] for word in words if word in self._by_time), default=None)
        if found is None and self._last and number - self._last[0] <= _NEAR:
            found = self._last[1] if self._goes_on(self._events[self._last[1]], sentence, words, attacker) else None
        if found is None:
            found = self._new(sentence, attacker)
        elif self._events[found].attacker is None:
            self._events[found].attacker = attacker
        self._last = number, found
        return found

    def _goes_on(self, event: EventDraft, sentence: Span, words: Collection[str], attacker: str | None) -> bool:
        """Whether a sentence can be about the event told of just before it."""
        dated = {known.lower() for known in event.dated_by}
        if (words and dated and dated.isdisjoint(words)) or (
            attacker and event.attacker and attacker != event.attacker
        ):
            return False
        return not _ANOTHER.search(self._clock.text, sentence.start, sentence.end)

    def _new(self, sentence: Span, attacker: str | None) -> int:
        piece = self._clock.text[sentence.start : sentence.end]
        kind = self._clock.lexicon.kind_of("event", piece) or (self._main.kind if self._main else "other")
        if attacker is None and self._main and re.search(r"\b(?:last|also|again|previous|first)\b", piece):
            attacker = self._main.attacker
        self._events.append(EventDraft(typing_cast(EventKind, kind), "other", attacker))
        return len(self._events) - 1


def hit_places(event: EventDraft, text: str, lexicon: Lexicon) -> list[Span]:
    """The event's places: each name once, in order of appearance.

    A country, or what named places are said to be part of, only stands where nothing narrower is named, or with a
    toll or an effect of its own.
    """
    seen: dict[str, list[PlaceMention]] = {}
    by_stem: dict[str, str] = {}
    for mention in sorted(event.places, key=lambda place: place.span.start):
        name = text[mention.span.start : mention.span.end].lower()
        stem = lexicon.words["areas"].sub("", name).strip()
        key = by_stem.get(stem, name)
        seen.setdefault(key, []).append(mention)
        for form in (key, stem):
            by_stem.setdefault(form, key)
    containers = {mention.container.lower() for group in seen.values() for mention in group if mention.container}
    narrow: list[list[PlaceMention]] = []
    wide: list[list[PlaceMention]] = []
    for name, group in seen.items():
        (wide if group[0].country or name in containers else narrow).append(group)
    # "strikes on Ukraine killed at least seven", told in the first sentences
    tolls = [s for s in event.sentences[:3] if wide and _has_toll(text[s.start : s.end], lexicon)]
    own = [
        [
            m
            for m in group
            if m.preposition in ("across", "throughout")
            or (m is group[0] and any(toll.start <= m.span.start < toll.end for toll in tolls))
        ]
        for group in wide
    ]
    chosen = [group[0] for group in narrow] + [group[0] for group in (own if narrow else wide) if group]
    return sorted((mention.span for mention in chosen), key=lambda span: span.start)


def _has_toll(piece: str, lexicon: Lexicon) -> bool:
    """Whether a number of dead is stated: right behind the word ("killed at least seven"), or before it."""
    numbers = list(find_numbers(piece, lexicon))
    return any(
        0 <= number.span.start - dead.end() <= 1 or 0 <= dead.start() - number.span.end <= 24
        for dead in lexicon.find("killed", piece)
        for number in numbers
    )
