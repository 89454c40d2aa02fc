"""Which attacks an article tells of, and which one a clause of it belongs to, by rule.

There is at most one main event. A clause is about another one when it dates an attack clearly earlier, on another
day, or names another side as the attacker; it is about none when it sums up a war or a habit, or tells of an attack that
did not happen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from extract.articles.sentences import Span
from extract.tasks.attack.findings import attacker_of, best_kind, dating, main_event, other_kind
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.others import (
    A_DEADLY_ONE,
    COUNTED,
    ENDED,
    FIGHT,
    MORE,
    NEWCOMER,
    OF_THEIRS,
    OF_THEM,
    THE_ATTACK,
    Others,
    by_other_side,
    came_before,
    opening_place,
    wards_off,
)
from extract.tasks.attack.parts import ONE, PERFECT, SEVERAL, SUM_SO_FAR, Clock, Part, is_none, is_vague, strikes_back
from extract.tasks.attack.places import PlaceMention
from extract.tasks.attack.short_names import one_name
from extract.tasks.attack.sides import named_one
from extract.tasks.attack.story import WIDE, EventDraft, Story
from extract.tasks.attack.subject import LEAD, does_harm, kind_scores, tells_arms


def find_story(
    clock: Clock,
    parts: Sequence[Sequence[Part]],
    lexicon: Lexicon,
    places: Callable[[Span], Sequence[PlaceMention]],
    main_kind: str,
    *,
    overruled: bool = False,
) -> Story:
    """Finds the events.

    Args:
        clock: the text and its day.
        parts: the clauses of each sentence.
        places: what finds those that a sentence names.
        main_kind: kind of the main event, "none" for no attack.
        overruled: words tell of an attack, and a model says that there was none: only what is told of as long past is one.
    """
    teller = _Teller(clock, one_name(clock.text, parts, lexicon), lexicon, places, main_kind)
    teller.only_past |= overruled
    return teller.story()


Verdict = Literal["main", "other", "none", "same"]
"""The main attack, another one, no attack, or the same as what a clause hangs from, or as the sentence before."""

_EFFECTS = ("killed", "injured", "destroyed", "damaged", "disrupted")
"""Word lists of which a clause that tells where an attack was has one, if it has no word for an attack."""


class _Teller:
    """Goes through an article from beginning to end and says of each clause which attack it is about."""

    def __init__(
        self,
        clock: Clock,
        parts: Sequence[Sequence[Part]],
        lexicon: Lexicon,
        places: Callable[[Span], Sequence[PlaceMention]],
        main_kind: str,
    ) -> None:
        self._text, self._parts, self._lexicon, self._places_in = clock.text, parts, lexicon, places
        self._clock = clock
        headline = bool(parts) and not parts[0][0].whole.rstrip().endswith((".", "!", "”", '"'))
        self._lead = 1 if headline else 0  # number of the sentence that says what the article is about
        told = [part for clauses in parts[:LEAD] for part in clauses if part.sides]
        news = [part for part in told if part.number <= self._lead or not strikes_back(part.piece, lexicon)]
        self._main = main_event([(part.number, found) for part in news for found in part.sides], main_kind)
        # until all of its words are known, by those of the first sentences: a long round-up has words for all
        if self._main:
            self._main.kind = best_kind(((n, c[0].whole) for n, c in enumerate(parts[:3])), lexicon) or self._main.kind
        self._events = [self._main] if self._main else []
        self._others = Others(self._events, self._clock, lexicon)
        self.only_past = any(lexicon.has("accident", clauses[0].whole) for clauses in parts[: 2 * LEAD])
        self._when = self._clock.main_time(parts[:LEAD]) if self._main else None
        self._current = 0 if self._main else None
        self._one = any(_TOGETHER.search(c[0].whole) and not _APART.search(c[0].whole) for c in parts[:3])
        self._several = False  # "three other attacks" were announced
        self._many = any(_PLURAL.search(clauses[0].whole) for clauses in parts[:3])
        self._troubled: set[str] = set()  # places of what happens often
        self._summed = -2  # the sentence that summed up last
        self._owners: dict[int, int | None] = {}
        self._sides: list[tuple[int, tuple[str, int]]] = []

    def story(self) -> Story:
        """The events."""
        done = 0
        for clauses in self._parts:
            sentence = clauses[0].sentence
            if self._text.find("\n", done, sentence.start) >= 0 and not self._goes_on(clauses[0]):
                self._current = 0 if self._main else None
            done = sentence.end
            self._read(clauses)
            self._owners.setdefault(sentence.end, None)
        if self._main:
            self._main.times = dating(self._main, self._clock) or ([self._when] if self._when else [])
            self._main.kind = best_kind(self._main.words, self._lexicon) or self._main.kind
            self._main.attacker = attacker_of(self._sides)
            if self._main.attacker is None and self._main.kind in WIDE:
                self._main.attacker = self._only_side(self._main.kind)
            if self._main.attacker is None:
                told = (self._text[sentence.start : sentence.end] for sentence in self._main.sentences)
                self._main.attacker = next((name for each in told if (name := named_one(each))), None)
        for event in self._events[1 if self._main else 0 :]:
            event.kind = other_kind(event, self._main, self._text, self._lexicon)
        for event in self._events:
            event.attacker = event.attacker or event.unnamed
            event.places = event.places or self._places_beside(event)
        starts = sorted(self._owners)
        return Story(self._events, starts, [self._owners[start] for start in starts])

    def _only_side(self, kind: str) -> str | None:
        """The one side that is told to attack in this way, in any clause that is about no other event."""
        found: set[str] = set()
        for part in (part for clauses in self._parts for part in clauses if part.sides and self._may_be_main(part)):
            scores = kind_scores([(0, part.piece)], self._lexicon)
            if max(scores, key=lambda each: scores[each]) == kind:
                found.update(side for side, _ in part.sides)
        return found.pop() if len(found) == 1 else None

    def _may_be_main(self, part: Part) -> bool:
        """Whether a clause is about no other event than the main one."""
        begin = part.clause.runs[0][0] if part.clause.runs else 0
        return not self._owners.get(part.sentence.start + begin)

    def _read(self, parts: Sequence[Part]) -> None:
        """One sentence: each clause is about what its parent is about, unless something in it says otherwise."""
        if self._main and MORE.search(parts[0].whole):
            self._one, self._several = False, True  # "three other attacks" are told next, each with its place
        owners: list[int | None] = []
        tells: list[bool] = []  # whether a clause, or one that it goes on from, has a word for an attack
        goes_on = self._current
        for part in parts:
            parent = part.clause.parent
            inherited = goes_on if parent is None else owners[parent]
            owner = self._owner(part, inherited)
            above = parent is not None and owner == inherited and tells[parent]
            owners.append(owner)
            tells.append(bool(part.told) or above or (owner not in (None, inherited) and bool(part.times)))
            if owner is not None and part.told and (parent is None or not tells[0] or part.clause.coordinate):
                self._current = owner
            if parent == 0 and part.told and not tells[0] and owner is not None and not part.sequel:
                owners[0] = owner  # "a fire broke out after an attack by …"
        for part, owner, told in zip(parts, owners, tells, strict=True):
            if owner is not None:
                self._tell(part, owner, told)
            for start, _ in part.clause.runs:
                self._owners[part.sentence.start + start] = owner
        if (summed := SUM_SO_FAR.search(parts[0].whole)) is not None:
            self._owners[parts[0].sentence.start + summed.start()] = None

    def _owner(self, part: Part, inherited: int | None) -> int | None:
        verdict: Verdict = "none" if self._goes_on_summing(part) else self._verdict(part)
        if verdict in ("same", "other") and self._of_a_custom(part):
            return None
        if (then := self._recalled(part)) is not None:
            return then
        if verdict == "none":
            self._troubled |= self._names(part)
            if self._sums(part):
                self._summed = part.number
            return None
        if verdict == "other":
            barrage = self._lexicon.kind_of("event", part.piece) in WIDE
            names = self._names(part)
            fresh = bool(names) and self._main is not None and not barrage and self._elsewhere(part, self._main)
            return self._others.about(part, names, fresh)
        if verdict == "main" and self._main:
            there = self._others.at(self._names(part))
            return 0 if there is None else there
        known = self._others.known(part, self._names(part)) if part.told else None
        mine = self._main.attacker if self._main else None
        if known and mine and self._events[known].attacker != mine and any(side == mine for side, _ in part.sides):
            known = None  # "the group said it struck in answer to an air strike on Tessaly"
        if known is None and part.told and part.sides:
            known = self._others.of_side(part.sides[0][0], inherited)
        return inherited if known is None else known

    def _goes_on(self, part: Part) -> bool:
        """Whether a paragraph goes on about the attack of the one before, if that is of these days."""
        last = None if self._current is None else self._events[self._current]
        if last is None or any(time.far for time in last.times) or _OF_THE_LAST.match(part.whole) is None:
            return False
        names, lead = self._all_names(part), " ".join(clauses[0].whole for clauses in self._parts[: self._lead + 1])
        spots = (found[1] for found in _AT_THE.finditer(part.whole))
        return not (names and not self._others.are_new(names)) and not any(f" {spot}" in lead for spot in spots)

    def _recalled(self, part: Part) -> int | None:
        """The attack just told of, where a clause tells whom it struck "at the time"."""
        begin = part.clause.runs[0][0] if part.clause.runs else 0
        then = _AT_THE_TIME.search(part.whole[max(0, begin - 3) : begin] + part.piece)
        struck = any(self._lexicon.has(each, part.piece) for each in ("killed", "injured"))
        return self._others.just_told(part) if then and struck else None

    def _sums(self, part: Part) -> bool:
        """Whether a clause tells how many have been killed, and not when: the toll of more than one attack, or of one so far."""
        return not part.times and PERFECT.search(part.piece) is not None and self._lexicon.has("killed", part.piece)

    def _goes_on_summing(self, part: Part) -> bool:
        """ "Israeli forces have killed 177", behind the sum of a war's dead on the other side."""
        return part.number - self._summed == 1 and part.clause.parent is None and self._sums(part)

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
        if owner == 0 and self._ends_it(part):
            return
        if owner == 0 and self._main:
            self._sides += [(part.number, found) for found in part.sides]
        elif event.attacker is None:
            event.attacker = part.side or self._same_group(part)
        vague = self._when is None or (self._when.rank <= 2 and part.number < LEAD)  # "earlier this week"
        if told and owner == 0 and self._main and vague:
            days = [time for time in part.times if time.rank > 2 and not time.far]
            self._when = max(days, key=lambda time: time.rank, default=self._when)
        if told and (event is not self._main or part.number < LEAD):
            event.unnamed = event.unnamed or part.unnamed
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
        the_same = rf"\bthe\s(?:militant\s|rebel\s|terrorist\s|armed\s)?{re.escape(subject)}\b"
        if name is None or not part.told or re.search(the_same, part.piece, re.IGNORECASE) is None:
            return None
        named = name.lower().endswith(subject) and subject in self._lexicon.sets["causes"]
        generic = subject == "group" and self._lexicon.words["countries"].fullmatch(name) is None
        return name if named or generic else None

    def _places(self, part: Part) -> list[PlaceMention]:
        start = part.sentence.start
        return [place for place in self._places_in(part.sentence) if part.clause.holds(place.span.start - start)]

    def _places_beside(self, event: EventDraft) -> list[PlaceMention]:
        """What the sentences of an attack without a place name first; one that is not the main has to point there."""
        main = event is self._main
        if not main and not any(self._lexicon.has("there", words) for _, words in event.words):
            return []
        near = event.sentences[: LEAD if main else 1]
        named = [place for sentence in near for place in self._places_in(sentence) if not place.country]
        return named[:1] or (self._main.places[:] if self._main and len(self._main.places) == 1 else [])

    def _names(self, part: Part) -> set[str]:
        return {self._text[p.span.start : p.span.end].lower() for p in self._places(part) if not p.country}

    def _elsewhere(self, part: Part, main: EventDraft) -> bool:
        """Whether a clause tells of harm at a place that is none of the main event's, which was at one spot.

        Of one told in another way, or of one that is told from its place on; not of attacks that the lead calls one.
        """
        harm = any(self._lexicon.has(each, part.piece) for each in ("killed", "injured"))
        picked = _ONE_IN.match(part.piece) is not None
        head = part.clause.parent is None or part.clause.coordinate or picked
        if not (harm or does_harm(part.piece, self._lexicon)) or not head or part.number <= self._lead:
            return False
        if any(words.search(part.piece) for words in (_PRONOUN, OF_THEM, THE_ATTACK)):
            return False
        where = self._places(part)
        if not where:  # "two died when rockets fell on Tessaly"
            siblings = self._parts[part.number]
            below = [
                each for each in siblings if each.clause.parent is not None and siblings[each.clause.parent] is part
            ]
            where = [place for each in below for place in self._places(each)]
            part = replace(part, piece=" ; ".join(each.piece for each in (part, *below)))
        places = [place for place in where if not place.country and not self._is_wider(place)]
        starts = {self._text[p.span.start : p.span.end].lower(): p.span.start - part.sentence.start for p in places}
        if not starts or not self._others.are_new(starts):
            return False
        if picked or self._others.of_other_arms(part, main):
            return True
        if _BULLET.match(part.whole) and part.number > LEAD:
            return True
        newcomer = harm and not self._many and NEWCOMER.match(part.piece) is not None
        newcomer |= bool(part.deeds) and _BULLET.match(part.whole) is not None
        newcomer |= harm and FIGHT.search(part.piece) is not None
        newcomer |= harm and part.clause.coordinate and any(each.person for each in part.told)
        own = newcomer or ((harm or self._several) and opening_place(part, starts))
        return main.kind not in WIDE and not self._one and own

    def _is_new_place(self, part: Part) -> bool:
        """Whether the sentence of a clause names places, and none of them is one of the main event's."""
        names = self._all_names(part)
        return bool(names) and self._others.are_new(names)

    def _all_names(self, part: Part) -> set[str]:
        return {name for each in self._parts[part.number] for name in self._names(each)}

    def _of_another_year(self, part: Part) -> bool:
        """ "Gunmen grabbed a woman in 2011": a year of its own, and those who bear arms, tell of another attack."""
        acts = part.clause.subject.lower() in {each.word for each in part.told}
        return acts and bool(self._clock.years(part.times)) and self._clock.apart(part.times, self._when)

    def _does_otherwise(self, part: Part, main: EventDraft) -> bool:
        """Whether a clause without a word for an attack tells of another one: by its place, its year or what was wrecked."""
        if part.sequel and self._lexicon.has("killed", part.piece) and self._holds_a_deed(part):
            return True  # "a day after an attack on a bar led to ten deaths"
        elsewhere = any(not each.person for each in part.beside) and self._elsewhere(part, main)
        return elsewhere or self._of_another_year(part) or self._wrecked_before(part)

    def _holds_a_deed(self, part: Part) -> bool:
        siblings = self._parts[part.number]
        return any(each.deeds and siblings[each.clause.parent or 0] is part for each in siblings)

    def _wrecked_before(self, part: Part) -> bool:
        """ "Last month, the group destroyed seven shrines": harm to things alone, long before; no flood does that."""
        wrecked = part.clause.parent is None and _WRECKERS.search(part.piece) is not None
        return wrecked and self._clock.apart(part.times, self._when)

    def _ends_it(self, part: Part) -> bool:
        """Whether it tells how those died who attacked: that is no other attack, nor does it name this one."""
        return self._main is not None and ENDED.search(part.piece) is not None

    def _is_wider(self, place: PlaceMention) -> bool:
        """Whether a place only says where a smaller one is: Lorvik in "the Lorvik suburb of Tessaly"."""
        return _PART_OF.match(self._text, place.span.end) is not None

    def _verdict(self, part: Part) -> Verdict:
        """Which attack a clause is about, as far as it tells by itself."""
        if is_none(part, self._lexicon, battle=self._main is not None and self._main.kind == "ground_assault"):
            return "none"
        if not part.deeds:
            return "other" if self._main and self._does_otherwise(part, self._main) else "same"
        if self._ends_it(part):
            return "same"
        if self._main and wards_off(part, self._main, self._lexicon):
            return "other"
        answers = strikes_back(part.piece, self._lexicon)
        known = self._main is not None and (self._main.attacker or self._main.unnamed)
        theirs = any(side != self._main.attacker for side, _ in part.sides) if self._main else False
        theirs |= self._others.are_of_others(part)
        if answers and part.number > self._lead and (theirs if part.sides else known):
            return "other"  # "the military responded by dropping bombs"
        dated = any(time.rank > 2 or not time.far for time in part.times)  # "attacks last year" may be a habit
        dated |= bool(part.times) and COUNTED.search(part.piece) is not None
        dated |= came_before(part, self._lexicon)
        if part.times:
            dated |= self._lexicon.has("killed", part.whole)  # "the 2002 bombings, which killed ten"
        dated |= part.sequel and (self._lexicon.has("killed", part.piece) or bool(self._names(part)))
        if not (dated or answers or self._lexicon.has("specific", part.piece)):
            elsewhere = self._main is not None and self._elsewhere(part, self._main)
            return "other" if elsewhere else "none" if part.sequel else "same"
        if self._main is None:
            return "other" if self._background(part) else "same"
        if not (part.times or part.sides or part.sequel) and all(each.standing == "remembered" for each in part.deeds):
            return "none"  # the reason of another attack or of a trial, and nothing tells which one it is
        if part.number < LEAD and _SEPARATE.search(part.piece):
            return "none"  # a sum of several, that are told one by one
        if self._apart(part, self._main):
            return "other"
        return "main" if self._clock.same(part.times, self._when) else "same"

    def _background(self, part: Part) -> bool:
        """Whether a clause tells of an attack beside the subject of an article that is about something else."""
        armed = tells_arms(part.beside, part.whole, self._lexicon) or (part.sequel and part.sides)
        if not armed or self._lexicon.has("peaceful", part.piece):
            return False
        deed = does_harm(part.whole, self._lexicon)
        dated = deed and (bool(part.times) or self._lexicon.has("killed", part.whole))
        named = dated and not is_vague(part, self._lexicon)
        return any(self._clock.past(time) for time in part.times) if self.only_past else named

    def _apart(self, part: Part, main: EventDraft) -> bool:
        """Whether time, side or a word tell that a clause is about another attack than the main one."""
        begins = part.number == 0 and part.clause.parent is None
        if came_before(part, self._lexicon) or self._answered(part):
            return True
        sequel = part.sequel and not self._tells_the_headline(part, main)
        if not begins and (sequel or self._clock.apart(part.times, self._when) or _APART.search(part.piece)):
            return True
        if (
            _EARLIER.match(part.whole)
            and self._when
            and self._clock.days([self._when])
            and not THE_ATTACK.search(part.piece)
        ):
            return True
        dates = self._clock.dates(part.times)
        if dates and part.number > LEAD and not dates & main.dated_by:
            return True
        if not begins and (self._others.follows(part, self._all_names(part), main) or self._elsewhere(part, main)):
            return True
        if part.number >= LEAD and A_DEADLY_ONE.search(part.whole) and self._is_new_place(part):
            return True
        if part.number > self._lead and main.kind in WIDE and main.attacker and OF_THEIRS.search(part.piece):
            told = bool(part.times) or self._lexicon.has("killed", part.whole)
            return told and best_kind([(0, part.piece)], self._lexicon) != main.kind
        if main.attacker is None and part.number >= LEAD and part.sides and self._strikes_otherwise(part, main):
            return True
        return by_other_side(part, main, self._lexicon)

    def _tells_the_headline(self, part: Part, main: EventDraft) -> bool:
        """Whether a lead only tells which attack the headline follows on: "a day after a man stabbed six"."""
        alone = all(each.sequel for each in self._parts[part.number] if each.deeds)
        headline = self._text[self._parts[0][0].sentence.end - 1] != "."
        lately = _LONG_AFTER.search(part.whole) is None
        alike = self._lexicon.kind_of("event", part.piece) == main.kind
        return part.number == 1 and headline and lately and alone and alike

    def _answered(self, part: Part) -> bool:
        """ "Norland strikes Mardo after an attack in Tessaly": what a side struck back for, at a place of its own."""
        above = self._parts[part.number][part.clause.parent] if part.clause.parent is not None else None
        if above is None or part.sides or not part.clause.runs or not (above.sides and above.deeds):
            return False
        names, begin = self._names(part), part.clause.runs[0][0]
        return _AFTER.search(part.whole, 0, begin) is not None and bool(names) and names.isdisjoint(self._names(above))

    def _strikes_otherwise(self, part: Part, main: EventDraft) -> bool:
        """Whether a side strikes here in another way than those unknown who are behind the main attack."""
        kind = self._lexicon.kind_of("event", part.piece) or self._lexicon.kind_of("event", part.whole)
        return kind is not None and kind != main.kind and THE_ATTACK.search(part.whole) is None


_LONG_AFTER = re.compile(r"\b(?:months?|years?|decades?)\s(?:after|since)\b", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|following|(?:responsible|blamed)\sfor)\s(?:an?\s)?\Z", re.IGNORECASE)
_AT_THE = re.compile(r"\b(?:at|in|from|near)\sthe\s(\w+)")
_OF_THE_LAST = re.compile(
    r"\W*(?:he|she|they|his|her|their|the\s(?:victims?|dead|deceased|wounded|injured))\b", re.IGNORECASE
)
"""What a paragraph begins with that goes on about the attack of the one before."""
_AT_THE_TIME = re.compile(r"\b(?:at\sthe\stime|back\sthen)\b(?!\sof\b)", re.IGNORECASE)
"""What is told of the attack that was recalled last: "with officials saying at the time that 150 had died"."""
_EARLIER = re.compile(r"\W*(?:earlier|early)\sthis\s(?:week|month|year)\b", re.IGNORECASE)
"""What opens a sentence about an attack before one whose day is told."""
_PLURAL = re.compile(
    r"\b(?:attacks|strikes|bombs|bombers|bombings|blasts|explosions|raids|shootings|ambushes|assaults)\b", re.IGNORECASE
)
"""Words of a lead that tells of several attacks, each of which is told of later."""
_ONE_IN = re.compile(r"\W*(?:including\s|among\sthem\s)?(?:one|another)\s(?:in|at|near|outside)\b", re.IGNORECASE)
"""What a clause begins with that picks one of several attacks: "including one in Tessaly on June 26"."""
_BULLET = re.compile(r"\s*[•*▪●‣-]\s")
"""Before an item of a list, which goes on with nothing that was told before it."""
_PART_OF = re.compile(r"\s(?:suburb|district|neighbou?rhood|quarter|area|village|town)\sof\s")
_PRONOUN = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:coordinated|simultaneous|synchroni[sz]ed|near-simultaneous|multi-pronged|wave|series(?!\sof\s(?:gun)?shots)|string|spree|rampage)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|several|many|multiple|various|dozens\sof|\d+)\s(?:[\w-]+\s){0,2}?"
    r"(?:villages|towns|cities|places|locations|sites|districts|provinces|states|communities|neighbou?rhoods|fronts)\b",
    re.IGNORECASE,
)
"""Words of a lead that tells of one attack on many places."""


_WRECKERS = re.compile(
    r"\b(?:it|they|he|group|militants|rebels|insurgents|guerrillas|fighters|gunmen|jihadists|extremists|separatists|forces|troops|army)\s"
    r"(?:ha(?:d|s|ve)\s|also\s)*(?:destroy|demolish|blew|burn|torch|raz|levell?|flatten|ransack|loot)\w*",
    re.IGNORECASE,
)
# "in a separate attack"
_APART = re.compile(
    r"\b(?:separate|previous|earlier|similar)\s(?:[\w-]+\s){0,2}?"
    rf"(?:{ONE}|development|operation)(?:e?s)?\b"
    r"|\b(?:in|during)\s(?:another|an?\s(?:\w+ly\s)?(?:different|(?:un)?related|second|third|further|fresh))\s(?:\w+\s)?"
    rf"(?:{ONE}|development|operation)\b"
    r"|\bseparately\b|\belsewhere\b|\bthe\slast\stime\b"
    r"|\b(?:another|second)\s(?:wave|round|series)\sof\b",
    re.IGNORECASE,
)


_SEPARATE = re.compile(rf"\bseparate\s(?:\w+\s){{0,2}}?{SEVERAL}\b", re.IGNORECASE)
