"""What an attack was, who did it and when, of all that was told of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.parts import Clock
from extract.tasks.attack.schema import EventKind
from extract.tasks.attack.sides import STRUCK
from extract.tasks.attack.story import EventDraft
from extract.tasks.attack.subject import LEAD, kind_scores
from extract.tasks.attack.times import TimeMention


def dating(main: EventDraft, clock: Clock) -> list[TimeMention]:
    """Times of the main event: near ones, from its first sentences if these have any; a day there, with its hour told later."""
    near = [time for time in main.times if not time.far] or main.times
    limit = main.sentences[min(LEAD, len(main.sentences) - 1)].end if main.sentences else 0
    early = [time for time in near if time.span.end <= limit]
    days = clock.days(early)
    exact = [time for time in near if time.rank == _PART_OF_DAY and len(days) == 1 and clock.days([time]) == days]
    return early + exact if early else near


_PART_OF_DAY = 4
"""Rank of a part of a named day: "early Thursday"."""


def best_kind(words: Iterable[tuple[int, str]], lexicon: Lexicon) -> EventKind | None:
    """The kind that words speak for most, if they speak for any."""
    scores = kind_scores(words, lexicon)
    return cast(EventKind, max(scores, key=lambda kind: scores[kind])) if max(scores.values()) > 1 else None


def main_event(sides: Sequence[tuple[int, tuple[str, int]]], main_kind: str) -> EventDraft | None:
    """The main event as it begins, with the attacker of the lead; None for the kind "none"."""
    if main_kind == "none":
        return None
    return EventDraft(cast(EventKind, main_kind), "main", attacker_of(sides))


def other_kind(event: EventDraft, main: EventDraft | None, text: str, lexicon: Lexicon) -> EventKind:
    """The kind of another event, by the first words that tell one; else as the main one, if it is the same side's.

    Its clauses come first, then the first sentence that is about it, if that has words for one kind.
    """
    pieces = [piece for _, piece in event.words]
    telling = next((piece for piece in pieces if lexicon.kind_of("event", piece)), "")
    first = best_kind([(0, telling)], lexicon) or best_kind([(0, piece) for piece in pieces], lexicon)
    if first is None and event.sentences:
        sentence = event.sentences[0]
        kinds = {row.name for row in lexicon.kinds("event") if row.pattern.search(text, sentence.start, sentence.end)}
        first = cast(EventKind, kinds.pop()) if len(kinds) == 1 else None
    if first is None and event.sentences:
        told = text[event.sentences[0].start : event.sentences[0].end]
        came = any(lexicon.has(words, told) for words in ("gunmen", "in_person")) and not _CLAIMED.search(told)
        first = "ground_assault" if came else None
    if first is None and event.attacker and not lexicon.words["countries"].fullmatch(event.attacker):
        claimed = any(_CLAIMED.search(piece) for _, piece in event.words)
        return (
            "other" if claimed else "ground_assault"
        )  # a group comes in person, where it does not only say "we did it"
    if first is None and main and main.attacker and event.attacker == main.attacker:
        return main.kind
    return first or "other"


_CLAIMED = re.compile(r"\b(?:claim\w*|was|were)\s(?:\w+\s)?(?:responsib\w+|credit)|\bclaimed\sby\b", re.IGNORECASE)


def attacker_of(sides: Sequence[tuple[int, tuple[str, int]]]) -> str | None:
    """The side with the strongest signs, each with the number of its sentence; headline and first sentence decide.

    One that is told to strike once, further down, is another attack's: "since the attacks of the Red Front last year".
    """
    totals: Counter[str] = Counter()
    for number, (side, strength) in sides:
        totals[side] += strength * (20 if number < 2 else 3 if number < LEAD else 1)
    return next((side for side, strength in totals.most_common(1) if strength > STRUCK), None)
