"""Which attacks an article tells of, and which one a clause of it belongs to. By rule; a sentence's can be overruled.

There is at most one main event. A clause is about another one when it dates an attack clearly earlier, on another
day, or names another side as the attacker; it is about none when it sums up a war or a habit, or tells of an attack that
did not happen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast as typing_cast

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.parts import Clock, Part, is_none, strikes_back
from extract.tasks.attack.places import PlaceMention, find_places
from extract.tasks.attack.schema import Context, EventKind
from extract.tasks.attack.subject import LEAD, tells_arms
from extract.tasks.attack.times import TimeMention


@dataclass(slots=True)
class EventDraft:
    """An event on its way to a record.

    Attributes:
        sentences: those that are about it, in text order; the first is its evidence.
        times: time expressions that can date it.
        dated_by: their words.
        words: of the clauses that are about it.
    """

    kind: EventKind
    context: Context
    attacker: str | None
    sentences: list[Span] = field(default_factory=list)
    times: list[TimeMention] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    dated_by: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    @property
    def time(self) -> TimeMention | None:
        """The most specific expression that dates it; of equals, the first."""
        return max(self.times, key=lambda time: (time.rank, -time.span.start), default=None)


@dataclass(frozen=True, slots=True)
class Story:
    """The events of an article and the way from a place in the text to its event.

    Attributes:
        events: main event first, if there is one.
        starts: where stretches of text begin that are about one event, in order.
        owners: index of the event of each stretch; None for no event.
    """

    events: list[EventDraft]
    starts: Sequence[int] = ()
    owners: Sequence[int | None] = ()

    def owner(self, place: int) -> int | None:
        """Index of the event that a place in the text is about."""
        number = bisect_right(self.starts, place) - 1
        return self.owners[number] if number >= 0 else None


def find_story(
    text: str,
    parts: Sequence[Sequence[Part]],
    lexicon: Lexicon,
    cast: Cast,
    verdicts: Mapping[int, str],
    main_kind: str,
    *,
    overruled: bool = False,
) -> Story:
    """Finds the events.

    Args:
        parts: the clauses of each sentence.
        verdicts: start offset of a sentence → "main", "other" or "none", where a model was asked.
        main_kind: kind of the main event, "none" for no attack.
        overruled: words tell of an attack, and a model says that there was none: only what is told of as long past is one.
    """
    teller = _Teller(text, parts, lexicon, cast, main_kind)
    teller.only_past |= overruled
    return teller.story(verdicts)


_EFFECTS = ("killed", "injured", "destroyed", "damaged", "disrupted")
"""Word lists of which a clause that tells where an attack was has one, if it has no word for an attack."""


class _Teller:
    """Goes through an article from beginning to end and says of each clause which attack it is about."""

    def __init__(
        self, text: str, parts: Sequence[Sequence[Part]], lexicon: Lexicon, cast: Cast, main_kind: str
    ) -> None:
        self._text, self._parts, self._lexicon, self._cast = text, parts, lexicon, cast
        self._clock = Clock(text)
        lead = [(part.number, found) for clauses in parts[:LEAD] for part in clauses for found in part.sides]
        self._main = _main_event(lead, main_kind)
        self._events = [self._main] if self._main else []
        self._others = _Others(self._events, self._clock, lexicon)
        self.only_past = any(lexicon.has("accident", clauses[0].whole) for clauses in parts[: 2 * LEAD])
        self._when = self._clock.main_time(parts[:LEAD]) if self._main else None
        self._current = 0 if self._main else None
        self._owners: dict[int, int | None] = {}
        self._sides: list[tuple[int, tuple[str, int]]] = []
        self._mapped: tuple[Span, list[PlaceMention]] = Span(0, 0), []

    def story(self, verdicts: Mapping[int, str]) -> Story:
        """The events, where a sentence's verdict may be given."""
        done = 0
        for clauses in self._parts:
            sentence = clauses[0].sentence
            if self._text.find("\n", done, sentence.start) >= 0:
                self._current = 0 if self._main else None
            done = sentence.end
            self._read(clauses, verdicts.get(sentence.start))
            self._owners.setdefault(sentence.end, None)
        if self._main:
            self._main.times = _dating(self._main)
            self._main.attacker = _attacker(self._sides)
        for event in self._events[1 if self._main else 0 :]:
            event.kind = _kind(event.words, self._main, self._lexicon)
        starts = sorted(self._owners)
        return Story(self._events, starts, [self._owners[start] for start in starts])

    def _read(self, parts: Sequence[Part], verdict: str | None) -> None:
        """One sentence: each clause is about what its parent is about, unless something in it says otherwise."""
        owners: list[int | None] = []
        tells: list[bool] = []  # whether a clause, or one that it goes on from, has a word for an attack
        goes_on = self._current
        for part in parts:
            parent = part.clause.parent
            inherited = goes_on if parent is None else owners[parent]
            owner = self._owner(part, verdict if parent is None else None, inherited)
            above = verdict == "other" if parent is None else owner == inherited and tells[parent]
            owners.append(owner)
            tells.append(bool(part.told) or above)
            if owner is not None and part.told and (parent is None or not tells[0] or part.clause.coordinate):
                self._current = owner
            if parent == 0 and part.told and not tells[0] and owner is not None and not part.sequel:
                owners[0] = owner  # "a fire broke out after an attack by …"
        for part, owner, told in zip(parts, owners, tells, strict=True):
            if owner is not None:
                self._tell(part, owner, told)
            for start, _ in part.clause.runs:
                self._owners[part.sentence.start + start] = owner

    def _owner(self, part: Part, verdict: str | None, inherited: int | None) -> int | None:
        verdict = verdict or self._verdict(part)
        if verdict == "none":
            return None
        if verdict == "other":
            return self._others.about(part, self._names(part))
        if verdict == "main" and self._main:
            return 0
        known = self._others.known(part, self._names(part)) if part.told else None
        return inherited if known is None else known

    def _tell(self, part: Part, owner: int, told: bool) -> None:
        """Adds what a clause says to its event."""
        event = self._events[owner]
        if not event.sentences or event.sentences[-1] != part.sentence:
            event.sentences.append(part.sentence)
        if owner == 0 and self._main:
            self._sides += [(part.number, found) for found in part.sides]
        elif event.attacker is None and part.sides:
            event.attacker = part.sides[0][0]
        if told:
            event.words.append(part.piece)
            self._others.told(part, owner, self._names(part))
        if told or any(self._lexicon.has(words, part.piece) for words in _EFFECTS):
            event.places += self._places(part)

    def _places(self, part: Part) -> list[PlaceMention]:
        sentence = part.sentence
        if self._mapped[0] != sentence:
            found = find_places(self._text, self._lexicon, self._cast, sentence.start, sentence.end)
            self._mapped = sentence, list(found)
        return [place for place in self._mapped[1] if part.clause.holds(place.span.start - sentence.start)]

    def _names(self, part: Part) -> set[str]:
        return {self._text[p.span.start : p.span.end].lower() for p in self._places(part) if not p.country}

    def _verdict(self, part: Part) -> str | None:
        """ "main", "other", "none", or None for "as what it hangs from, or as the sentence before"."""
        if is_none(part, self._lexicon):
            return "none"
        if not part.deeds:
            return None
        if self._main and _wards_off(part, self._main, self._lexicon):
            return "other"
        if not (part.times or strikes_back(part.piece, self._lexicon) or self._lexicon.has("specific", part.piece)):
            return None
        if self._main is None:
            return "other" if self._background(part) else None
        if not (part.times or part.sides) and all(each.standing == "remembered" for each in part.deeds):
            return "none"  # the reason of another attack or of a trial, and nothing tells which one it is
        if self._apart(part, self._main):
            return "other"
        return "main" if self._clock.same(part.times, self._when) else None

    def _background(self, part: Part) -> bool:
        """Whether a clause tells of an attack beside the subject of an article that is about something else."""
        if not tells_arms(part.beside, self._lexicon) or self._lexicon.has("peaceful", part.piece):
            return False
        named = bool(part.times) or self._lexicon.has("killed", part.piece)
        return any(time.far for time in part.times) if self.only_past else named

    def _apart(self, part: Part, main: EventDraft) -> bool:
        """Whether time, side or a word tell that a clause is about another attack than the main one."""
        begins = part.number == 0 and part.clause.parent is None
        if not begins and (part.sequel or self._clock.apart(part.times, self._when) or _APART.search(part.piece)):
            return True
        dates = self._clock.dates(part.times)
        if dates and part.number > LEAD and not dates & main.dated_by:
            return True
        if not begins and self._others.follows(part, self._names(part), main):
            return True
        return _by_other_side(part, main, self._lexicon)


def _wards_off(part: Part, main: EventDraft, lexicon: Lexicon) -> bool:
    """The attacker of the main event defends itself here: it is the other side's attack."""
    return (
        main.attacker is not None
        and lexicon.has("intercepted", part.piece)
        and lexicon.side_of(part.clause.subject) == main.attacker
    )


# "in a separate attack"
_APART = re.compile(
    r"\b(?:separate|previous|earlier|similar)\s(?:\w+\s){0,2}?"
    r"(?:attack|strike|bombing|shooting|blast|explosion|incident|assault|raid)s?\b|\bseparately\b|\belsewhere\b"
    r"|\b(?:another|second)\s(?:wave|round|series)\sof\b",
    re.IGNORECASE,
)


def _dating(main: EventDraft) -> list[TimeMention]:
    """Times of the main event: near ones, from its first sentences if these have any."""
    near = [time for time in main.times if not time.far] or main.times
    limit = main.sentences[min(LEAD, len(main.sentences) - 1)].end if main.sentences else 0
    early = [time for time in near if time.span.end <= limit]
    return early or near


def _main_event(sides: Sequence[tuple[int, tuple[str, int]]], main_kind: str) -> EventDraft | None:
    if main_kind == "none":
        return None
    return EventDraft(typing_cast(EventKind, main_kind), "main", _attacker(sides))


def _kind(pieces: Sequence[str], main: EventDraft | None, lexicon: Lexicon) -> EventKind:
    """The kind of another event, by the first words that tell one; else as the main one."""
    found = next((kind for piece in pieces if (kind := lexicon.kind_of("event", piece))), None)
    if found is None and any(lexicon.has("captured", piece) for piece in pieces):
        return "ground_assault"  # who takes hostages is there in person
    return typing_cast(EventKind, found) if found else main.kind if main else "other"


def _attacker(sides: Sequence[tuple[int, tuple[str, int]]]) -> str | None:
    """The side with the strongest signs, each with the number of its sentence; headline and first sentence decide."""
    totals: Counter[str] = Counter()
    for number, (side, strength) in sides:
        totals[side] += strength * (20 if number < 2 else 3 if number < LEAD else 1)
    return totals.most_common(1)[0][0] if totals else None


def _by_other_side(part: Part, main: EventDraft, lexicon: Lexicon) -> bool:
    """Only another side than the main event's attacks here, and it is named first.

    "The Israeli army struck … after a Houthi drone attack" is about Israel's attack.
    """
    if not main.attacker or not part.sides or any(side == main.attacker for side, _ in part.sides):
        return False
    first: dict[str, int] = {}
    for start, _, side in lexicon.sides_in(part.piece):
        first.setdefault(side, start)
    return first.get(main.attacker, len(part.piece)) > first.get(part.sides[0][0], 0)


_ANOTHER = re.compile(r"\b(?:elsewhere|separate(?:ly)?|another|other)\b", re.IGNORECASE)
# what came on the same day, or at the same time
_NEXT = re.compile(
    r"\b(?:hours|minutes)\slater\b|\b(?:on\s)?(?:the\s)?same\s(?:day|night|evening|morning)\b"
    r"|\blater\s(?:on\s)?(?:(?:on\s)?(?:that|the\ssame)\s)?(?:day|night|evening|morning)\b|\bmeanwhile\b",
    re.IGNORECASE,
)
# at the spot that was told of
_THERE = re.compile(r"\b(?:inside|there|(?:at|in|into|near|outside)\sthe(?:\ssame)?)\b", re.IGNORECASE)
_THAT = re.compile(r"\bthat\s(?:attack|strike|bombing|shooting|raid|blast|assault|incident)\b", re.IGNORECASE)
_NEAR = 2
"""Sentences further on that still go on about the same other event, where nothing sets them apart."""


class _Others:
    """The events of an article as they are found, and which of them a clause is about that is not about the main one.

    Kept by the words of their times: an article may tell of thousands.
    """

    def __init__(self, events: list[EventDraft], clock: Clock, lexicon: Lexicon) -> None:
        self._events = events
        self._main = events[0] if events else None
        self._clock = clock
        self._lexicon = lexicon
        self._by_time: dict[str, int] = {}
        self._by_place: dict[str, int] = {}
        self._by_arms: dict[str, int] = {}
        self._last: tuple[int, int] | None = None  # number of a sentence, and its event

    def told(self, part: Part, index: int, names: Collection[str]) -> None:
        """Remembers what a clause says of its event."""
        event = self._events[index]
        event.times += part.times
        for words in map(self._clock.words, part.times):
            event.dated_by.add(words)
            self._by_time.setdefault(words.lower(), index)
        for name in names:
            self._by_place.setdefault(name, index)
        for kind in self._arms(part):
            self._by_arms.setdefault(kind, index)
        if event is not self._main:
            self._last = part.number, index

    def _arms(self, part: Part) -> set[str]:
        return {kind for each in part.told if (kind := self._lexicon.kind_of("weapon", each.word))}

    def follows(self, part: Part, names: Collection[str], main: EventDraft) -> bool:
        """Whether a clause tells of an attack that came next to the main one: of another kind, and elsewhere or with dead.

        "Meanwhile" alone may go on with the main one, and one side's attacks of a kind on a day are one event.
        """
        if not _NEXT.search(part.piece) or not any(each.armed for each in part.told):
            return False
        kind = self._lexicon.kind_of("event", part.piece)
        other_kind = (
            kind is not None
            and kind != main.kind
            and not any(
                row.name == kind and row.pattern.search(words)
                for row in self._lexicon.kinds("event")
                for words in main.words
            )
        )
        if 0 in self._by_place.values() and names and not any(name in self._by_place for name in names):
            return other_kind or main.attacker is None
        return other_kind and not names and self._lexicon.has("killed", part.piece) and not _THERE.search(part.piece)

    def known(self, part: Part, names: Collection[str]) -> int | None:
        """The event that was told of before with the same time, or else at the same place; the main one before others.

        "That attack" is the one told of last.
        """
        if self._last and _THAT.search(part.piece):
            return self._last[1]
        words = {self._clock.words(time).lower() for time in part.times}
        # arms tell least: a clause of its own that is only about arms of another event, never of the main one
        arms = {kind for kind in self._arms(part) if part.clause.parent is None and self._by_arms.get(kind) != 0}
        for keys, index in ((words, self._by_time), (names, self._by_place), (arms, self._by_arms)):
            found = min((index[key] for key in keys if key in index), default=None)
            if found is not None:
                return found
        return None

    def about(self, part: Part, names: Collection[str]) -> int:
        """Index of the other event a clause is about.

        One of the same time; else the one told of just before, unless time, attacker or a word sets them apart; else a
        new one.
        """
        words = {self._clock.words(time).lower() for time in part.times}
        attacker = part.sides[0][0] if part.sides else None
        found = self.known(part, names)
        found = None if found == 0 and self._main else found
        if found is None and self._last and part.number - self._last[0] <= _NEAR:
            found = self._last[1]
        if found is not None and not self._goes_on(self._events[found], part, words, attacker):
            found = None
        if found is None:
            found = self._new(part, attacker)
        self._last = part.number, found
        return found

    def _goes_on(self, event: EventDraft, part: Part, words: Collection[str], attacker: str | None) -> bool:
        """Whether a clause can be about the event told of just before it."""
        dated = {known.lower() for known in event.dated_by}
        if (words and dated and dated.isdisjoint(words)) or (
            attacker and event.attacker and attacker != event.attacker
        ):
            return False
        return not _ANOTHER.search(part.piece)

    def _new(self, part: Part, attacker: str | None) -> int:
        kind = self._lexicon.kind_of("event", part.piece)
        if attacker is None and self._main and _SAME_SIDE.search(part.piece) and kind != "bombing":
            attacker = self._main.attacker
        self._events.append(EventDraft("other", "other", attacker))
        return len(self._events) - 1


_SAME_SIDE = re.compile(r"\b(?:last|also|again|previous|first|elsewhere)\b", re.IGNORECASE)
"""Words that tell of another attack as one more of the main event's side."""
