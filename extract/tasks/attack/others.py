"""Attacks beside the main one: which of them a clause is about, or whether it tells of a further one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.parts import ONE, SEVERAL, Clock, Part
from extract.tasks.attack.story import WIDE, EventDraft


def by_other_side(part: Part, main: EventDraft, lexicon: Lexicon) -> bool:
    """Only another side than the main event's attacks here, and it is named first.

    "The Israeli army struck … after a Houthi drone attack" is about Israel's attack.
    """
    if not main.attacker or not part.sides or any(side == main.attacker for side, _ in part.sides):
        return False
    if OF_THEM.search(part.piece):
        return False  # who ends an attack is no attacker
    first: dict[str, int] = {}
    for start, _, side in lexicon.sides_in(part.piece):
        if _WHERE.search(part.piece, max(0, start - 12), start) is None:
            first.setdefault(side, start)
    return first.get(main.attacker, len(part.piece)) > first.get(part.sides[0][0], 0)


_WHERE = re.compile(r"\b(?:in|into|inside|across|over|near)\s(?:the\s)?\Z", re.IGNORECASE)
"""Before a side that is only where something was."""
THE_ATTACK = re.compile(
    rf"\b(?:the|this|\w+day[’']s)\s(?:\w+\s)?{ONE}s?\b|\bresponsibility\b",
    re.IGNORECASE,
)
OF_THEM = re.compile(
    r"\b(?:the|these|those)\s(?:\w+\s)?(?:attackers?|assailants?|gunm[ae]n|bombers?|raiders|hijackers?|intruders)\b"
    r"|\b(?:kill|shot|shoot|captur|arrest)\w*\s(?:\w+\s){0,4}?of\sthem\b",
    re.IGNORECASE,
)
_ATTACKERS = r"(?:the|these|those|both|all)\s(?:\w+\s)?(?:attackers?|assailants?|gunm[ae]n|bombers?|raiders|hijackers?|suspects?|shooters?)\b"
ENDED = re.compile(
    rf"\b{_ATTACKERS}\s(?:was|were|had\sbeen)\s(?:later\s|also\s|then\s)?(?:shot|killed|gunned)"
    rf"|\b(?:kill|shot|shoot|gunn)\w*\s(?:down\s|dead\s)?(?:\w+\s){{0,3}}?(?:of\s)?{_ATTACKERS}",
    re.IGNORECASE,
)
"""How those died who attacked: "six of the attackers were shot dead"."""
_FOLLOWED = re.compile(
    rf"\b(?:{ONE}|violence|fighting)(?:e?s)?\s"
    r"(?:on\s)?(?:[\w’']+\s){0,2}?(?:comes?|came)\s(?:\w+\s){0,3}?after\s.*\Z|\bfollow(?:s|ed)\s\Z",
    re.IGNORECASE | re.DOTALL,
)
"""Before an attack that came before another one."""


def came_before(part: Part, lexicon: Lexicon) -> bool:
    """ "The attacks came after Norland launched air strikes", "before the ambush, a soldier had died in clashes"."""
    if _BEFORE_IT.match(part.whole) and FIGHT.search(part.whole):
        return any(lexicon.has(each, part.piece) for each in ("killed", "injured"))
    return bool(part.clause.runs) and _FOLLOWED.search(part.whole, 0, part.clause.runs[0][0]) is not None


def opening_place(part: Part, names: Mapping[str, int]) -> bool:
    """Whether a clause opens with where it happened: "In the town of Tessaly, some way off, two were shot"."""
    begin = part.clause.runs[0][0] if part.clause.runs else 0
    found = _OPENS.match(part.whole, begin)
    return found is not None and any(begin <= at < found.end() for at in names.values())


def wards_off(part: Part, main: EventDraft, lexicon: Lexicon) -> bool:
    """The attacker of the main event defends itself here: it is the other side's attack."""
    return (
        main.attacker is not None
        and lexicon.has("intercepted", part.piece)
        and lexicon.side_of(part.clause.subject) == main.attacker
    )


_OPENS = re.compile(
    r"(?:[^,;]{0,60},\s)?(?:and\s|but\s|while\s|whereas\s)?(?:in|at|near|outside|around)\s[^;]{0,60}", re.IGNORECASE
)
_ANOTHER = re.compile(r"\b(?:elsewhere|separate(?:ly)?|another|other)\b", re.IGNORECASE)
# what came on the same day, or at the same time
_NEXT = re.compile(
    r"\b(?:hours|minutes)\slater\b|\b(?:on\s)?(?:the\s)?same\s(?:day|night|evening|morning)\b"
    r"|\b(?:also|earlier|later)\son\s\w+day\b|\balso\s\w+day\b"
    r"|\blater\s(?:on\s)?(?:(?:on\s)?(?:that|the\ssame)\s)?(?:day|night|evening|morning)\b|\bmeanwhile\b",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\W*(?:(?:also|earlier|later)\s(?:on\s)?\w+day|in\sother\s(?:violence|attacks|incidents))\b", re.IGNORECASE
)
"""What opens a sentence about another attack of a day, whatever it was done with."""
_LATER = re.compile(r"\W*(?:\w+\s){1,2}?(?:hours|minutes)\slater,", re.IGNORECASE)
_AN_ATTACK = re.compile(rf"\b(?:an?|another)\s(?:[\w-]+\s){{0,2}}?{ONE}\b", re.IGNORECASE)
OF_THEIRS = re.compile(
    r"\b(?:responsib\w+\sfor|blamed\sfor|behind|carr(?:ied|y|ying)\sout)\s(?:the\s)?(?:[\w-]+\s){0,2}?"
    r"(?:killings?|murders?|beheadings?|executions?|assassinations?)\sof\s(?!the\b)"
    rf"|\b(?:responsib\w+|blamed)\sfor\s(?!the\b|this\b|that\b|it\b)(?:[\w-]+\s){{1,4}}?(?:{SEVERAL}|{ONE})\b",
    re.IGNORECASE,
)
"""What those did whom an air strike hit: "he is believed to be responsible for the murders of two hostages"."""
A_DEADLY_ONE = re.compile(
    rf"\ban?\s(?:[\w.-]+\s){{0,3}}?{ONE}\s(?:(?:on|at|in|near|against)\s(?:[\w’'-]+\s){{1,5}}?)?"
    r"(?:that|which|in\swhich)\s(?:\w+\s){0,3}?(?:killed|wounded|injured|left)\b",
    re.IGNORECASE,
)
"""An attack that nobody has spoken of yet: "an inquiry into a drone strike that killed 13"."""
_SAME_TIME = re.compile(
    r"\W*(?:(?:in|on|at)\s)?the\s(?:same|next|following|previous)\s(?:day|night|evening|morning|week|month|year)\b"
    r"|\W*(?:\w+\s)?(?:half\s)?(?:an?|\w+)\s(?:days?|weeks?|months?|years?)\s(?:later|earlier|before|after\sthat)\b",
    re.IGNORECASE,
)
"""What opens a sentence about the next of several attacks."""
# at the spot that was told of
_THERE = re.compile(r"\b(?:inside|there|(?:at|in|into|near|outside)\sthe(?:\ssame)?)\b", re.IGNORECASE)
COUNTED = re.compile(
    rf"\b(?:two|three|four|five|several|twin|both|other)\s(?:[\w-]+\s){{0,2}}?{SEVERAL}\b", re.IGNORECASE
)
_THOSE = re.compile(rf"\b(?:the|these|those|both)\s(?:\w+\s)?{SEVERAL}\b", re.IGNORECASE)
_PLURALS = re.compile(rf"(?:\b|air\s?){SEVERAL}\b", re.IGNORECASE)
_THAT = re.compile(rf"\b(?:that|those)\s(?:air\s?)?{ONE}s?\b", re.IGNORECASE)
_IT = re.compile(rf"\W*the\s(?:[\w-]+\s)?{ONE}\b", re.IGNORECASE)
_INCIDENT = re.compile(r"\b(?:the|this)\sincident\b", re.IGNORECASE)
_IN_PERSON = {"ground_assault", "shooting"}
_ALIKE = (set(WIDE), _IN_PERSON)
"""Kinds of which each is told in words for the other: those who ambush shoot."""
FIGHT = re.compile(
    r"\b(?:in|during|amid)\s(?:an?\s|separate\s)?(?:[\w-]+\s){0,2}?"
    r"(?:clash(?:es)?|shoot-?outs?|gun\s?(?:battles?|fights?)|firefights?|raids?|ambush(?:es)?)\b"
    rf"|\bin\s(?:two|three|four|five|several)\s(?:[\w-]+\s)?{SEVERAL}\s(?:in|around|near|across|at)\b",
    re.IGNORECASE,
)
"""A fight that nobody has spoken of yet: "was killed in Tessaly during clashes with the army", "in two shootings near Mardo"."""
MORE = re.compile(
    r"\b(?:two|three|four|five|six|several|many)\s(?:other|more|further|separate)\s(?:[\w-]+\s){0,2}?"
    rf"{SEVERAL}\b",
    re.IGNORECASE,
)
"""Others than the one that was told of: "two more attacks"."""
NEWCOMER = re.compile(
    r"(?:(?:(?:also|and|earlier|later)\s)?(?:in|at|on|near|over|across)\s[^,;]{0,60},\s)?(?:an?|another|two|three|four|five|six)\s(?!second\b|third\b)(?:[\w-]+\s){0,3}?"
    r"(?:attackers?|bombers?|gunm[ae]n|bombs?|blasts?|explosions?|assailants?|militants|shootings?|bombings?|raids?|ambush)\b",
    re.IGNORECASE,
)
"""What a clause begins with that brings in somebody, or something, new: "A suicide bomber blew up a bus in Tessaly"."""
RECALLED = 40
"""Events among which one of the same side is looked for: no article that people read tells of more."""
_NEAR = 2
"""Sentences further on that still go on about the same other event, where nothing sets them apart."""


_BEFORE_IT = re.compile(
    rf"\W*(?:(?:days|hours|shortly)\s)?(?:before|prior\sto|ahead\sof)\s(?:the|this)\s(?:[\w-]+\s)?{ONE}\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"(?<=[a-z\d,] )[A-Z]\w+")
"""Words of names: an Artillery Brigade shells nobody by being named."""
_SMALL = frozenset(
    [
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
    ]
)
"""Words that names of places share."""


class Others:
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
        self._names_of: dict[int, set[str]] = {}
        self._main_words: set[str] = set()  # of the names of the main event's places
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
            first = self._by_place.setdefault(name, index)
            self._names_of.setdefault(first, set()).add(name)
            if first == 0:
                areas = self._lexicon.words["areas"]
                self._main_words |= {word for word in name.split() if not areas.fullmatch(word)} - _SMALL
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
        armed = any(each.armed for each in part.told)
        also = _ALSO.match(part.whole) is not None and THE_ATTACK.search(part.whole) is None
        if _LATER.match(part.whole) and _AN_ATTACK.search(part.whole) and self._lexicon.has("killed", part.whole):
            return True
        if armed and names and self._lexicon.has("hours_earlier", part.piece) and self.are_new(names):
            return True
        if not (also and (armed or self._lexicon.has("killed", part.piece))) and not (
            armed and _NEXT.search(part.piece)
        ):
            return False
        other_kind = self.of_other_arms(part, main)
        fresh = self._by_place.keys().isdisjoint(names)
        if 0 in self._names_of and names and fresh:
            return other_kind or main.attacker is None
        return other_kind and fresh and self._lexicon.has("killed", part.piece) and not _THERE.search(part.piece)

    def of_other_arms(self, part: Part, main: EventDraft) -> bool:
        """Whether an attack is told in words for a kind that the main one has none of."""
        kind = self._lexicon.kind_of("event", _NAMES.sub(" ", part.piece))
        if kind is None or kind == main.kind or any({kind, main.kind} <= same for same in _ALIKE):
            return False
        rows = [row.pattern for row in self._lexicon.kinds("event") if row.name == kind]
        return not any(pattern.search(words) for pattern in rows for _, words in main.words)

    def are_new(self, names: Collection[str]) -> bool:
        """Whether none of these is a place of the main event, or a part of its name, and that has one."""
        return bool(self._main_words) and all(self._main_words.isdisjoint(name.split()) for name in names)

    def known(self, part: Part, names: Collection[str]) -> int | None:
        """The event that was told of before with the same time, or else at the same place; the main one before others.

        "That attack" is the one told of last.
        """
        next_to_it = self._last is not None and part.number - self._last[0] == 1
        if self._last and (
            (next_to_it and _INCIDENT.search(part.piece))
            or _THAT.search(part.whole)
            or self._those(part, names, self._events[self._last[1]])
        ):
            return self._last[1]
        words = {self._clock.words(time).lower() for time in part.times}
        told = {known.lower() for known in self._main.dated_by} if self._main else set()
        if self._last and next_to_it and words and words.isdisjoint(told) and _IT.match(part.whole):
            return self._last[1]  # "The attack on Saturday …", behind a sentence about one whose day was not told
        # arms tell least: a clause of its own that is only about arms of another event, never of the main one
        arms = {kind for kind in self._arms(part) if part.clause.parent is None and self._by_arms.get(kind) != 0}
        for keys, index in ((words, self._by_time), (names, self._by_place), (arms, self._by_arms)):
            found = min((index[key] for key in keys if key in index), default=None)
            if found is not None:
                return found
        return None

    def just_told(self, part: Part) -> int | None:
        """The event that this sentence, or the one before it, has told of."""
        return self._last[1] if self._last and part.number - self._last[0] <= 1 else None

    def are_of_others(self, part: Part) -> bool:
        """Whether the event told of last is another side's than that of a clause."""
        last = self.just_told(part)
        last_side = None if last is None else self._events[last].attacker
        return last_side is not None and any(side != last_side for side, _ in part.sides)

    def at(self, names: Collection[str]) -> int | None:
        """The other event that was told of at a place, where none of the main one's is named."""
        found = {self._by_place[name] for name in names if name in self._by_place}
        return min(found) if found and 0 not in found else None

    def _those(self, part: Part, names: Collection[str], event: EventDraft) -> bool:
        """Whether "the attacks" are the several that were told of last, or right before."""
        last = event.words[-1] if event.words else (0, "")
        next_to_it = part.number - last[0] == 1 and not names
        told = _PLURALS.search(last[1]) if next_to_it else COUNTED.search(last[1])
        return told is not None and _THOSE.search(part.piece) is not None

    def of_side(self, side: str, current: int | None) -> int | None:
        """The event of the side that attacks here, where the one told of last is another side's."""
        if current is None or self._events[current].attacker in (None, side):
            return None
        return next((index for index, event in enumerate(self._events[:RECALLED]) if event.attacker == side), None)

    def about(self, part: Part, names: Collection[str], fresh: bool) -> int:
        """Index of the other event a clause is about.

        One of the same time; else the one told of just before, unless time, attacker or a word sets them apart; else a
        new one. What happened at a fresh place is only another's that was there.
        """
        attacker = part.side
        found = self.known(part, names)
        found = None if found == 0 and self._main else found
        if fresh and names:
            found = min((self._by_place[name] for name in names if self._by_place.get(name)), default=None)
        near = 0 if part.sequel or came_before(part, self._lexicon) else _NEAR
        if found is None and self._last and not fresh and part.number - self._last[0] <= near:
            found = self._last[1]
        if found is not None and not self._goes_on(found, part, names, attacker):
            found = None
        if found is None and attacker and not part.times and not _ANOTHER.search(part.piece):
            beside = enumerate(self._events[:RECALLED])
            first = 1 if self._main else 0
            found = next((number for number, event in beside if number >= first and event.attacker == attacker), None)
        if found is None:
            found = self._new(part, attacker)
        # the next clause of the sentence may tell of another
        self._events[found].dated_by |= {self._clock.words(time) for time in part.times}
        self._last = part.number, found
        return found

    def _goes_on(self, index: int, part: Part, names: Collection[str], attacker: str | None) -> bool:
        """Whether a clause can be about an event told of before it: not with a day and a place that are both new."""
        event, words = self._events[index], {self._clock.words(time).lower() for time in part.times}
        here = self._names_of.get(index, set())
        dated = {known.lower() for known in event.dated_by}
        elsewhere = bool(names and here) and here.isdisjoint(names)
        if words and dated.isdisjoint(words) and (dated or elsewhere):
            return False
        if attacker and event.attacker and attacker != event.attacker:
            return False
        fresh = words and part.sides and not dated and event.attacker is None and event.sentences
        return not (fresh or _ANOTHER.search(part.piece) or _SAME_TIME.match(part.piece) or _ALSO.match(part.piece))

    def _new(self, part: Part, attacker: str | None) -> int:
        kind = self._lexicon.kind_of("event", part.piece)
        unnamed = any(each.person for each in part.told)
        theirs = OF_THEIRS.search(part.piece) is not None
        if (
            attacker is None
            and self._main
            and not unnamed
            and not theirs
            and _SAME_SIDE.search(part.piece)
            and kind != "bombing"
        ):
            attacker = self._main.attacker
        self._events.append(EventDraft("other", "other", attacker))
        return len(self._events) - 1


_SAME_SIDE = re.compile(
    r"\b(?:last(?!\s(?:week|month|year|night|\w+day|(?-i:[A-Z])\w+)\b)|also|again|previous|first|elsewhere)\b",
    re.IGNORECASE,
)
"""Words that tell of another attack as one more of the main event's side."""
