"""What the codebook asks of single attack records, beyond what the marks of the schema say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from pydantic import BaseModel

from extract.records.checks import calendar_day
from extract.tasks.attack.schema import Event, Quantity, Quote

BOUND_WORDS = {
    "at_least": ("at least", "more than", "over"),
    "at_most": ("at most", "up to", "fewer than", "less than"),
    "about": ("about", "nearly", "almost", "around"),
}
"""Words at the start of a quantity that settle its bound."""

OPENING, CLOSING = "\"'`“‘„«‹", "\"'”’“»›"


Finding = tuple[str, str]
"""Field, with a number behind a slash in a list, and message."""


def record_faults(record: BaseModel) -> Iterator[Finding]:
    """What is wrong with a quantity without numbers, an event's day or weapons, a quotation without marks."""
    rule = _RULES.get(type(record))
    if rule is not None:
        yield from rule(record)


def _quantity_faults(quantity: Quantity) -> Iterator[Finding]:
    if quantity.value is not None and quantity.value <= 0:
        yield "value", f"{quantity.value}: zeros are not recorded"
    if quantity.value is None and quantity.bound != "about":
        yield "bound", f"{quantity.bound!r} for words without a number, which are 'about'"
    for bound, words in BOUND_WORDS.items():
        if quantity.bound != bound and re.match(rf"(?:{'|'.join(words)})\b", quantity.text, re.IGNORECASE):
            yield "bound", f"{quantity.bound!r}, but {quantity.text!r} is {bound!r}"


def _event_faults(event: Event) -> Iterator[Finding]:
    if event.date is not None and event.date_text is None:
        yield "date", f"{event.date!r} follows from no `date_text`"
    if event.date is not None and calendar_day(event.date) is None:
        yield "date", f"{event.date!r} is not a day"
    seen: dict[tuple[str, str], int] = {}
    for number, weapon in enumerate(event.weapons):
        first = seen.setdefault((weapon.kind, weapon.outcome), number)
        if first != number:
            yield (
                f"weapons/{number}",
                f"{weapon.kind} {weapon.outcome} is weapons/{first} already",
            )


def _quote_faults(quote: Quote) -> Iterator[Finding]:
    named = {"text": quote.text, **{f"continued/{number}": part for number, part in enumerate(quote.continued)}}
    for name, words in named.items():
        if words in quote.evidence and not _stands_in_marks(words, quote.evidence):
            yield name, f"{words!r} does not begin and end at quotation marks"


def _stands_in_marks(words: str, evidence: str) -> bool:
    # A quotation that goes on in the next paragraph has no closing mark at the end of the line.
    opening = re.escape(OPENING)  # some agencies put a space behind it
    marked = rf"(?:(?<=[{opening}])|(?<=[{opening}]\s)){re.escape(words)}(?=\s?[{re.escape(CLOSING)}]|\s*\n|\Z)"
    return re.search(marked, evidence) is not None


_RULES: Mapping[type[BaseModel], Callable[..., Iterator[Finding]]] = {
    Quantity: _quantity_faults,
    Event: _event_faults,
    Quote: _quote_faults,
}
