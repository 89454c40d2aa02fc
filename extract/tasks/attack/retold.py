"""One attack that an article tells twice, with its day or place and without: two drafts that are one event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.tasks.attack.figures import Figure
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.others import IN_PERSON, OF_THEM, RECALLED, THE_ATTACK
from extract.tasks.attack.parts import RELATIVE, Clock
from extract.tasks.attack.sides import is_state
from extract.tasks.attack.story import EventDraft, Story
from extract.tasks.attack.times import TimeMention


@dataclass(frozen=True, slots=True)
class _Told:
    """An event, names of its places, and who was killed, by name or number."""

    event: EventDraft
    names: set[str]
    dead: set[str] = field(default_factory=set)

    @property
    def bare(self) -> bool:
        """Whether it has neither day nor place."""
        time = self.event.time
        return not self.names and (time is None or (time.rank <= _HOURS and not time.far))


def told_once(story: Story, figures: Sequence[Figure], clock: Clock, lexicon: Lexicon) -> Story:
    """The story, with each event that is one told before as a part of that."""
    lands = lexicon.words["countries"]
    told: list[_Told] = []
    for event in story.events:
        names = {clock.text[place.span.start : place.span.end] for place in event.places if not place.country}
        told.append(_Told(event, {name for name in names if not lands.fullmatch(name.split()[-1])}))
    for each in figures:
        owner = story.owner(each.phrase.start) if each.outcome == "killed" else None
        if owner is not None:
            number = None if each.named else each.value
            told[owner].dead.add(clock.text[each.text.start : each.text.end] if number is None else str(number))
    new: dict[int | None, int | None] = {None: None}
    kept: list[_Told] = []
    for index, two in enumerate(told):
        first = next((n for n, one in enumerate(kept[:RECALLED]) if _same(one, two, clock, lexicon)), None)
        new[index] = len(kept) if first is None else first
        if first is None:
            kept.append(two)
        else:
            _join(kept[first].event, two.event)
            kept[first].names.update(two.names)
            kept[first].dead.update(two.dead)
    return Story([each.event for each in kept], story.starts, [new[owner] for owner in story.owners])


def _same(one: _Told, two: _Told, clock: Clock, lexicon: Lexicon) -> bool:
    """Whether two are one: nothing sets them apart, and one lacks what the other has or both tell of the same dead."""
    a, b = one.event, two.event
    kinds, sides = {a.kind, b.kind}, {a.attacker, b.attacker}
    # what was done with no means told, and to somebody, may be anything
    vague = any(each.event.kind == "other" and not each.dead for each in (one, two))
    alike = len(kinds) == 1 or vague or kinds == IN_PERSON
    known = len(sides) == 1 or (None in sides and not any(side and is_state(side, lexicon) for side in sides))
    if a.apart or b.apart or not alike or not known or (one.names and two.names and one.names.isdisjoint(two.names)):
        return False
    dead = any(int(each) > _FEW if each.isdigit() else each[0].isupper() for each in one.dead & two.dead)
    taken = {any(lexicon.has("captured", words) for _, words in event.words) for event in (a, b)}
    if (
        (one.dead and two.dead and one.dead != two.dead and not dead)
        or len(taken) > 1
        or not _one_time(a.time, b.time, clock)
    ):
        return False
    words = b.words[0][1] if b.words else ""
    meant = not two.names and (THE_ATTACK.search(words) or OF_THEM.search(words))
    return bool(dead or one.bare or two.bare or meant)


def _one_time(one: TimeMention | None, two: TimeMention | None, clock: Clock) -> bool:
    """Whether two times can be one; a weekday and a date hardly are, "2019" and "last March" may be "March 15"."""
    if one is None or two is None or clock.words(one).lower() == clock.words(two).lower():
        return True
    marks = [(clock.days([time]) - RELATIVE, clock.dates([time]), clock.years([time])) for time in (one, two)]
    both = [(mine, other) for mine, other in zip(*marks, strict=True) if mine and other]
    if both or all(days or dates for days, dates, _ in marks):
        return bool(both) and not any(mine.isdisjoint(other) for mine, other in both)
    months = (set(_NAME.findall(clock.words(time))) for time in (one, two))
    dated = any(dates for _, dates, _ in marks) and (any(years for _, _, years in marks) or set.intersection(*months))
    return bool(dated) or not (one.far or two.far)


def _join(event: EventDraft, again: EventDraft) -> None:
    event.sentences = sorted({*event.sentences, *again.sentences}, key=lambda each: each.start)
    event.times += again.times
    event.places += again.places
    event.attacker = event.attacker or again.attacker
    if event.kind in ("other", "ground_assault") and again.kind != "other":
        event.kind = again.kind


_NAME = re.compile(r"[A-Z]\w+")
_HOURS = 2
"""Highest rank of times that name no day."""
_FEW = 4
"""Dead of whom as many may well be killed in two attacks."""
