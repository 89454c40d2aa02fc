"""Attacks that an article tells of, while they are gathered, and which of them owns each clause."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.articles.sentences import Span
from extract.tasks.attack.places import PlaceMention
from extract.tasks.attack.schema import Context, EventKind
from extract.tasks.attack.times import TimeMention


@dataclass(slots=True)
class EventDraft:
    """An event on its way to a record.

    Attributes:
        sentences: those that are about it, in text order; the first is its evidence.
        times: time expressions that can date it.
        dated_by: their words.
        unnamed: "insurgents", where no side is named that attacks.
        words: of the clauses that are about it, with the numbers of their sentences.
    """

    kind: EventKind
    context: Context
    attacker: str | None
    sentences: list[Span] = field(default_factory=list)
    times: list[TimeMention] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    dated_by: set[str] = field(default_factory=set)
    unnamed: str | None = None
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


WIDE = ("air_strike", "shelling")
"""Kinds of an attack from afar, of which one may hit many places."""
