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
from dataclasses import dataclass, field, replace
from typing import cast as typing_cast

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.parts import PERFECT, Clock, Part, is_none, is_vague, strikes_back
from extract.tasks.attack.places import PlaceMention, find_places
from extract.tasks.attack.schema import Context, EventKind
from extract.tasks.attack.subject import LEAD, does_harm, kind_scores, tells_arms
from extract.tasks.attack.times import TimeMention


@dataclass(slots=True)
class EventDraft:
    """An event on its way to a record.

    Attributes:
        sentences: those that are about it, in text order; the first is its evidence.
        times: time expressions that can date it.
        dated_by: their words.
        words: of the clauses that are about it, with the numbers of their sentences.
    """

    kind: EventKind
    context: Context
    attacker: str | None
    sentences: list[Span] = field(default_factory=list)
    times: list[TimeMention] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    dated_by: set[str] = field(default_factory=set)
    words: list[tuple[int, str]] = field(default_factory=list)

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
    main_kind: str,
    *,
    overruled: bool = False,
) -> Story:
    """Finds the events.

    Args:
        parts: the clauses of each sentence.
        main_kind: kind of the main event, "none" for no attack.
        overruled: words tell of an attack, and a model says that there was none: only what is told of as long past is one.
    """
    teller = _Teller(text, _one_name(text, parts, lexicon), lexicon, cast, main_kind)
    teller.only_past |= overruled
    return teller.story()


_SHORT = re.compile(r"((?:[A-Z][\w’'-]{1,30}\s(?:(?:of|for|and|the)\s){0,2}){2,8})\(([A-Z][A-Za-z]{1,7})\)")
"""A name, and in brackets what it is called for short."""


def _one_name(text: str, parts: Sequence[Sequence[Part]], lexicon: Lexicon) -> Sequence[Sequence[Part]]:
    """The clauses, with one name for a side that has a long and a short one: "the Red Banner Front (RBF)"."""
    short = {found[1].strip(): found[2] for found in _SHORT.finditer(text)}
    if not short:
        return parts

    def named(side: str) -> str:
        if lexicon.side_named(side) is not None:
            return side
        return next((name for full, name in short.items() if " " in side and side in full), side)

    return [
        [replace(part, sides=[(named(side), strength) for side, strength in part.sides]) for part in clauses]
        for clauses in parts
    ]


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
        self._one = any(_TOGETHER.search(c[0].whole) and not _APART.search(c[0].whole) for c in parts[:3])
        self._troubled: set[str] = set()  # places of what happens often
        self._owners: dict[int, int | None] = {}
        self._sides: list[tuple[int, tuple[str, int]]] = []
        self._mapped: tuple[Span, list[PlaceMention]] = Span(0, 0), []

    def story(self) -> Story:
        """The events."""
        done = 0
        for clauses in self._parts:
            sentence = clauses[0].sentence
            if self._text.find("\n", done, sentence.start) >= 0:
                self._current = 0 if self._main else None
            done = sentence.end
            self._read(clauses)
            self._owners.setdefault(sentence.end, None)
        if self._main:
            self._main.times = _dating(self._main)
            self._main.attacker = _attacker(self._sides)
            if self._main.attacker is None and self._main.kind in ("air_strike", "shelling"):
                self._main.attacker = self._only_side(self._main.kind)
            scores = kind_scores(self._main.words, self._lexicon)
            if max(scores.values()) > 1:
                self._main.kind = typing_cast(EventKind, max(scores, key=lambda kind: scores[kind]))
        for event in self._events[1 if self._main else 0 :]:
            event.kind = _kind(event, self._main, self._lexicon)
        starts = sorted(self._owners)
        return Story(self._events, starts, [self._owners[start] for start in starts])

    def _only_side(self, kind: str) -> str | None:
        """The one side that is told to attack in this way anywhere in the article: others have no part in it."""
        found: set[str] = set()
        for part in (part for clauses in self._parts for part in clauses if part.sides):
            scores = kind_scores([(0, part.piece)], self._lexicon)
            if max(scores, key=lambda each: scores[each]) == kind:
                found.update(side for side, _ in part.sides)
        return found.pop() if len(found) == 1 else None

    def _read(self, parts: Sequence[Part]) -> None:
        """One sentence: each clause is about what its parent is about, unless something in it says otherwise."""
        owners: list[int | None] = []
        tells: list[bool] = []  # whether a clause, or one that it goes on from, has a word for an attack
        goes_on = self._current
        for part in parts:
            parent = part.clause.parent
            inherited = goes_on if parent is None else owners[parent]
            owner = self._owner(part, inherited)
            above = parent is not None and owner == inherited and tells[parent]
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

    def _owner(self, part: Part, inherited: int | None) -> int | None:
        verdict = self._verdict(part)
        if verdict in (None, "other") and self._of_a_custom(part):
            return None
        if verdict == "none":
            self._troubled |= self._names(part)
            return None
        if verdict == "other":
            barrage = self._lexicon.kind_of("event", part.piece) in _WIDE
            fresh = self._main is not None and not barrage and self._elsewhere(part, self._main)
            return self._others.about(part, self._names(part), fresh)
        if verdict == "main" and self._main:
            return 0
        known = self._others.known(part, self._names(part)) if part.told else None
        if known is None and part.told and part.sides:
            known = self._others.of_side(part.sides[0][0], inherited)
        return inherited if known is None else known

    def _of_a_custom(self, part: Part) -> bool:
        """Whether a clause sums up what was told of as happening often at a place: "so far 20 have died in Kilar"."""
        if not (PERFECT.search(part.piece) and self._lexicon.has("killed", part.piece)) or part.times:
            return False
        names = self._names(part)
        return bool(names) and names <= self._troubled and self._others.are_new(names)

    def _tell(self, part: Part, owner: int, told: bool) -> None:
        """Adds what a clause says to its event."""
        event = self._events[owner]
        if not event.sentences or event.sentences[-1] != part.sentence:
            event.sentences.append(part.sentence)
        if owner == 0 and self._main:
            self._sides += [(part.number, found) for found in part.sides]
        elif event.attacker is None:
            event.attacker = part.sides[0][0] if part.sides else self._same_group(part)
        if told and owner == 0 and self._main and self._when is None:
            days = [time for time in part.times if time.rank > 2 and not time.far]
            self._when = max(days, key=lambda time: time.rank, default=None)
        if told:
            event.words.append((part.number, part.piece))
            self._others.told(part, owner, self._names(part))
        elif owner == 0 and self._main and part.number < LEAD:
            self._main.times += [time for time in part.times if time.rank > 2 and not time.far]
        if told or any(self._lexicon.has(words, part.piece) for words in _EFFECTS):
            event.places += self._places(part)

    def _same_group(self, part: Part) -> str | None:
        """The main event's attacker, where "the rebels" or "the group" attack again."""
        name, subject = self._main.attacker if self._main else None, part.clause.subject.lower()
        if name is None or not part.told or f"the {subject} " not in f"{part.piece} ".lower():
            return None
        named = name.lower().endswith(subject) and subject in self._lexicon.sets["causes"]
        generic = subject == "group" and self._lexicon.words["countries"].fullmatch(name) is None
        return name if named or generic else None

    def _places(self, part: Part) -> list[PlaceMention]:
        sentence = part.sentence
        if self._mapped[0] != sentence:
            found = find_places(self._text, self._lexicon, self._cast, sentence.start, sentence.end)
            self._mapped = sentence, list(found)
        return [place for place in self._mapped[1] if part.clause.holds(place.span.start - sentence.start)]

    def _names(self, part: Part) -> set[str]:
        return {self._text[p.span.start : p.span.end].lower() for p in self._places(part) if not p.country}

    def _elsewhere(self, part: Part, main: EventDraft) -> bool:
        """Whether a clause tells of harm at a place that is none of the main event's, which was at one spot.

        Of one told in another way, or of one that is told from its place on; not of attacks that the lead calls one.
        """
        harm = any(self._lexicon.has(each, part.piece) for each in ("killed", "injured"))
        head = part.clause.parent is None or part.clause.coordinate
        if not (harm or does_harm(part.piece, self._lexicon)) or not head or part.number < 2:
            return False
        if _PEOPLE.search(part.piece) or _OF_THEM.search(part.piece):
            return False
        places = [place for place in self._places(part) if not place.country]
        starts = {self._text[p.span.start : p.span.end].lower(): p.span.start - part.sentence.start for p in places}
        if not starts or not self._others.are_new(starts):
            return False
        if self._others.of_other_arms(part, main):
            return True
        return main.kind not in _WIDE and harm and not self._one and _opening_place(part, starts)

    def _verdict(self, part: Part) -> str | None:
        """ "main", "other", "none", or None for "as what it hangs from, or as the sentence before"."""
        if is_none(part, self._lexicon, battle=self._main is not None and self._main.kind == "ground_assault"):
            return "none"
        if not part.deeds:
            acts = self._main and any(not each.person for each in part.beside)
            return "other" if acts and self._main and self._elsewhere(part, self._main) else None
        if self._main and _wards_off(part, self._main, self._lexicon):
            return "other"
        dated = any(time.rank > 2 or not time.far for time in part.times)  # "attacks last year" may be a habit
        if not (dated or strikes_back(part.piece, self._lexicon) or self._lexicon.has("specific", part.piece)):
            return None
        if self._main is None:
            return "other" if self._background(part) else None
        if not (part.times or part.sides) and all(each.standing == "remembered" for each in part.deeds):
            return "none"  # the reason of another attack or of a trial, and nothing tells which one it is
        if part.number < LEAD and _SEPARATE.search(part.piece):
            return "none"  # a sum of several, that are told one by one
        if self._apart(part, self._main):
            return "other"
        return "main" if self._clock.same(part.times, self._when) else None

    def _background(self, part: Part) -> bool:
        """Whether a clause tells of an attack beside the subject of an article that is about something else."""
        if not tells_arms(part.beside, part.whole, self._lexicon) or self._lexicon.has("peaceful", part.piece):
            return False
        deed = does_harm(part.whole, self._lexicon)
        dated = deed and (bool(part.times) or self._lexicon.has("killed", part.piece))
        named = dated and not is_vague(part, self._lexicon)
        return any(self._clock.past(time) for time in part.times) if self.only_past else named

    def _apart(self, part: Part, main: EventDraft) -> bool:
        """Whether time, side or a word tell that a clause is about another attack than the main one."""
        begins = part.number == 0 and part.clause.parent is None
        if part.clause.runs and _FOLLOWED.search(part.whole, 0, part.clause.runs[0][0]):
            return True
        if not begins and (part.sequel or self._clock.apart(part.times, self._when) or _APART.search(part.piece)):
            return True
        dates = self._clock.dates(part.times)
        if dates and part.number > LEAD and not dates & main.dated_by:
            return True
        if not begins and (self._others.follows(part, self._names(part), main) or self._elsewhere(part, main)):
            return True
        if main.attacker is None and part.number >= LEAD and part.sides and self._strikes_otherwise(part, main):
            return True
        return _by_other_side(part, main, self._lexicon)

    def _strikes_otherwise(self, part: Part, main: EventDraft) -> bool:
        """Whether a side strikes here in another way than those unknown who are behind the main attack."""
        kind = self._lexicon.kind_of("event", part.piece)
        return kind is not None and kind != main.kind and _THE_ATTACK.search(part.piece) is None


_WIDE = ("air_strike", "shelling")
_PEOPLE = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:coordinated|simultaneous|synchroni[sz]ed|near-simultaneous|multi-pronged|wave|series|string|spree|rampage)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|several|many|multiple|various|dozens\sof|\d+)\s(?:[\w-]+\s){0,2}?"
    r"(?:villages|towns|cities|places|locations|sites|districts|provinces|states|communities|neighbou?rhoods|fronts)\b",
    re.IGNORECASE,
)
"""Words of a lead that tells of one attack on many places."""


def _opening_place(part: Part, names: Mapping[str, int]) -> bool:
    """Whether a clause opens with where it happened: "In the town of Tessaly, some way off, two were shot"."""
    begin = part.clause.runs[0][0] if part.clause.runs else 0
    found = _OPENS.match(part.whole, begin)
    return found is not None and any(begin <= at < found.end() for at in names.values())


_OPENS = re.compile(
    r"(?:[^,;]{0,60},\s)?(?:and\s|but\s|while\s|whereas\s)?(?:in|at|near|outside|around)\s[^;]{0,60}", re.IGNORECASE
)


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
    r"(?:attack|strike|bombing|shooting|blast|explosion|incident|assault|raid|clash|ambush|development|operation)(?:e?s)?\b"
    r"|\b(?:in|during)\s(?:another|a\s(?:different|related|second|third|further|fresh))\s(?:\w+\s)?"
    r"(?:attack|strike|bombing|shooting|blast|explosion|incident|assault|raid|clash|ambush|development|operation)\b"
    r"|\bseparately\b|\belsewhere\b"
    r"|\b(?:another|second)\s(?:wave|round|series)\sof\b",
    re.IGNORECASE,
)


_SEPARATE = re.compile(
    r"\bseparate\s(?:\w+\s){0,2}?(?:attacks|strikes|bombings|shootings|blasts|explosions|incidents|assaults|raids|clashes|ambushes)\b",
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


def _kind(event: EventDraft, main: EventDraft | None, lexicon: Lexicon) -> EventKind:
    """The kind of another event, by the first words that tell one; else as the main one, if it is the same side's."""
    scores = kind_scores(((0, piece) for _, piece in event.words), lexicon)
    first = next((kind for _, piece in event.words if (kind := lexicon.kind_of("event", piece))), None)
    if first is None and max(scores.values()) > 1:
        first = max(scores, key=lambda kind: scores[kind])
    if first is None and event.attacker and not lexicon.words["countries"].fullmatch(event.attacker):
        claimed = any(_CLAIMED.search(piece) for _, piece in event.words)
        return (
            "other" if claimed else "ground_assault"
        )  # a group comes in person, where it does not only say "we did it"
    if first is None and main and main.attacker and event.attacker in (main.attacker, None):
        return main.kind
    return typing_cast(EventKind, first or "other")


_CLAIMED = re.compile(r"\b(?:claim\w*|was|were)\s(?:\w+\s)?(?:responsib\w+|credit)|\bclaimed\sby\b", re.IGNORECASE)


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
    if _OF_THEM.search(part.piece):
        return False  # who ends an attack is no attacker
    first: dict[str, int] = {}
    for start, _, side in lexicon.sides_in(part.piece):
        first.setdefault(side, start)
    return first.get(main.attacker, len(part.piece)) > first.get(part.sides[0][0], 0)


_THE_ATTACK = re.compile(
    r"\b(?:the|this|\w+day[’']s)\s(?:\w+\s)?(?:attack|strike|bombing|shooting|blast|explosion|assault|raid|ambush)s?\b|\bresponsibility\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\b(?:the|these|those)\s(?:\w+\s)?(?:attackers?|assailants?|gunm[ae]n|bombers?|raiders|hijackers?|intruders)\b"
    r"|\b(?:kill|shot|shoot|captur|arrest)\w*\s(?:\w+\s){0,4}?of\sthem\b",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"\b(?:attack|strike|bombing|shooting|blast|explosion|incident|assault|raid|clash|ambush|violence|killing|fighting)(?:e?s)?\s"
    r"(?:on\s)?(?:[\w’']+\s){0,2}?(?:comes?|came)\s(?:\w+\s){0,3}?after\s.*\Z|\bfollow(?:s|ed)\s\Z",
    re.IGNORECASE | re.DOTALL,
)
"""Before an attack that came before another one."""
_ANOTHER = re.compile(r"\b(?:elsewhere|separate(?:ly)?|another|other)\b", re.IGNORECASE)
# what came on the same day, or at the same time
_NEXT = re.compile(
    r"\b(?:hours|minutes)\slater\b|\b(?:on\s)?(?:the\s)?same\s(?:day|night|evening|morning)\b"
    r"|\blater\s(?:on\s)?(?:(?:on\s)?(?:that|the\ssame)\s)?(?:day|night|evening|morning)\b|\bmeanwhile\b",
    re.IGNORECASE,
)
_SAME_TIME = re.compile(
    r"\W*(?:(?:in|on|at)\s)?the\ssame\s(?:day|night|evening|morning|week|month|year)\b"
    r"|\W*(?:\w+\s)?(?:half\s)?(?:an?|\w+)\s(?:days?|weeks?|months?|years?)\s(?:later|earlier|before|after\sthat)\b",
    re.IGNORECASE,
)
"""What opens a sentence about the next of several attacks."""
# at the spot that was told of
_THERE = re.compile(r"\b(?:inside|there|(?:at|in|into|near|outside)\sthe(?:\ssame)?)\b", re.IGNORECASE)
_MANY = r"(?:attacks|strikes|bombings|shootings|raids|blasts|assaults|incidents|killings|explosions)\b"
_COUNTED = re.compile(rf"\b(?:two|three|four|five|several|twin|both|other)\s(?:[\w-]+\s){{0,2}}?{_MANY}", re.IGNORECASE)
_THOSE = re.compile(rf"\b(?:the|these|those|both)\s(?:\w+\s)?{_MANY}", re.IGNORECASE)
_THAT = re.compile(
    r"\b(?:that|those)\s(?:air\s?)?(?:attack|strike|bombing|shooting|raid|blast|assault|incident)s?\b", re.IGNORECASE
)
_RECALLED = 40
"""Events among which one of the same side is looked for: no article that people read tells of more."""
_NEAR = 2
"""Sentences further on that still go on about the same other event, where nothing sets them apart."""


_NAMES = re.compile(r"(?<=[a-z\d,] )[A-Z]\w+")
"""Words of names: an Artillery Brigade shells nobody by being named."""
_SMALL = frozenset(
    (
        "of",
        "the",
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "de",
        "al",
        "el",
        "la",
        "camp",
    )
)
"""Words that names of places share."""


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
        other_kind = self.of_other_arms(part, main)
        if 0 in self._by_place.values() and names and not any(name in self._by_place for name in names):
            return other_kind or main.attacker is None
        return other_kind and not names and self._lexicon.has("killed", part.piece) and not _THERE.search(part.piece)

    def of_other_arms(self, part: Part, main: EventDraft) -> bool:
        """Whether an attack is told in words for a kind that the main one has none of."""
        kind = self._lexicon.kind_of("event", _NAMES.sub(" ", part.piece))
        if kind is None or kind == main.kind or (kind in _WIDE and main.kind in _WIDE):
            return False
        rows = [row.pattern for row in self._lexicon.kinds("event") if row.name == kind]
        return not any(pattern.search(words) for pattern in rows for _, words in main.words)

    def are_new(self, names: Collection[str]) -> bool:
        """Whether none of these is a place of the main event, or a part of its name, and that has one."""
        of_main = {word for name, index in self._by_place.items() if index == 0 for word in name.split()}
        of_main = {word for word in of_main if not self._lexicon.words["areas"].fullmatch(word)} - _SMALL
        return bool(of_main) and all(of_main.isdisjoint(name.split()) for name in names)

    def known(self, part: Part, names: Collection[str]) -> int | None:
        """The event that was told of before with the same time, or else at the same place; the main one before others.

        "That attack" is the one told of last.
        """
        if self._last and (_THAT.search(part.piece) or self._those(part, self._events[self._last[1]])):
            return self._last[1]
        words = {self._clock.words(time).lower() for time in part.times}
        # arms tell least: a clause of its own that is only about arms of another event, never of the main one
        arms = {kind for kind in self._arms(part) if part.clause.parent is None and self._by_arms.get(kind) != 0}
        for keys, index in ((words, self._by_time), (names, self._by_place), (arms, self._by_arms)):
            found = min((index[key] for key in keys if key in index), default=None)
            if found is not None:
                return found
        return None

    def _those(self, part: Part, event: EventDraft) -> bool:
        """Whether "the attacks" are the several that were told of last."""
        counted = event.words and _COUNTED.search(event.words[-1][1])
        return bool(counted) and _THOSE.search(part.piece) is not None

    def of_side(self, side: str, current: int | None) -> int | None:
        """The event of the side that attacks here, where the one told of last is another side's."""
        if current is None or self._events[current].attacker in (None, side):
            return None
        return next((index for index, event in enumerate(self._events[:_RECALLED]) if event.attacker == side), None)

    def about(self, part: Part, names: Collection[str], fresh: bool) -> int:
        """Index of the other event a clause is about.

        One of the same time; else the one told of just before, unless time, attacker or a word sets them apart; else a
        new one. What happened at a fresh place is only another's that was there.
        """
        attacker = part.sides[0][0] if part.sides else None
        found = self.known(part, names)
        found = None if found == 0 and self._main else found
        if fresh and names:
            found = min((self._by_place[name] for name in names if self._by_place.get(name)), default=None)
        if found is None and self._last and not (fresh or part.sequel) and part.number - self._last[0] <= _NEAR:
            found = self._last[1]
        if found is not None and not self._goes_on(found, part, names, attacker):
            found = None
        if found is None and attacker and not part.times and not _ANOTHER.search(part.piece):
            beside = enumerate(self._events[:_RECALLED])
            found = next((number for number, event in beside if number and event.attacker == attacker), None)
        if found is None:
            found = self._new(part, attacker)
        # the next clause of the sentence may tell of another
        self._events[found].dated_by |= {self._clock.words(time) for time in part.times}
        self._last = part.number, found
        return found

    def _goes_on(self, index: int, part: Part, names: Collection[str], attacker: str | None) -> bool:
        """Whether a clause can be about an event told of before it: not with a day and a place that are both new."""
        event, words = self._events[index], {self._clock.words(time).lower() for time in part.times}
        here = {name for name, number in self._by_place.items() if number == index}
        if (
            words
            and names
            and here
            and here.isdisjoint(names)
            and not words & {each.lower() for each in event.dated_by}
        ):
            return False
        dated = {known.lower() for known in event.dated_by}
        if (words and dated and dated.isdisjoint(words)) or (
            attacker and event.attacker and attacker != event.attacker
        ):
            return False
        fresh = words and part.sides and not dated and event.attacker is None and event.sentences
        return not (fresh or _ANOTHER.search(part.piece) or _SAME_TIME.match(part.piece))

    def _new(self, part: Part, attacker: str | None) -> int:
        kind = self._lexicon.kind_of("event", part.piece)
        unnamed = any(each.person for each in part.told)
        if attacker is None and self._main and not unnamed and _SAME_SIDE.search(part.piece) and kind != "bombing":
            attacker = self._main.attacker
        self._events.append(EventDraft("other", "other", attacker))
        return len(self._events) - 1


_SAME_SIDE = re.compile(
    r"\b(?:last(?!\s(?:week|month|year|night|\w+day)\b)|also|again|previous|first|elsewhere)\b", re.IGNORECASE
)
"""Words that tell of another attack as one more of the main event's side."""
