"""What the rules saw in a record's evidence, in words, for `extract explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pydantic import BaseModel

from extract.articles.sentences import Span
from extract.records.grounding import TextIndex
from extract.tasks.attack.reading import Reading
from extract.tasks.attack.schema import Casualty, Damage, Event, Quote, Weapon


def reasons(reading: Reading, record: BaseModel, evidence: str) -> Iterator[str]:
    """What was found in a record's evidence.

    Args:
        reading: the article's candidates.
        record: as the run has it.
        evidence: of the record.
    """
    found = TextIndex(reading.article.text).find(evidence)
    if found and type(record) in _SEEN:
        yield from _SEEN[type(record)](reading, found[0])


def _kind(reading: Reading, place: Span) -> Iterator[str]:
    belief = reading.belief
    said = ", ".join(f"{kind} {share:.2f}" for kind, share in belief.items() if share >= 0.01)
    yield f"kind of the main event, by the words for attacks in the headline and the first sentences: {said}"


def _figures(reading: Reading, place: Span) -> Iterator[str]:
    for figure in reading.figures:
        if _meet(figure.phrase, place):
            number = "no one number" if figure.value is None else str(figure.value)
            told = f"; told by {reading.words(figure.source)!r}" if figure.source else ""
            yield (
                f"figure {reading.words(figure.phrase)!r}: {number}, {figure.bound};"
                f" {figure.outcome}; {' and '.join(figure.groups)}{told}"
            )


def _weapons(reading: Reading, place: Span) -> Iterator[str]:
    for weapon in reading.weapons:
        if _meet(weapon.phrase, place):
            yield f"weapon {reading.words(weapon.phrase)!r}: {weapon.kind}, {weapon.outcome}"


def _things(reading: Reading, place: Span) -> Iterator[str]:
    for thing in reading.things:
        if _meet(thing.phrase, place):
            yield f"thing {reading.words(thing.phrase)!r}: {thing.kind}, {thing.extent}"


def _quotations(reading: Reading, place: Span) -> Iterator[str]:
    for quotation in reading.quotations:
        if any(_meet(part, place) for part in quotation.parts):
            speaker = repr(reading.words(quotation.speaker)) if quotation.speaker else "nobody who is named"
            yield f"quotation of {speaker}"


def _meet(span: Span, place: Span) -> bool:
    return span.start < place.end and span.end > place.start


_SEEN: Mapping[type[BaseModel], Callable[[Reading, Span], Iterator[str]]] = {
    Event: _kind,
    Casualty: _figures,
    Weapon: _weapons,
    Damage: _things,
    Quote: _quotations,
}
