"""Flat extractions → records: langextract knows no records in records, only a class, a piece of text and attributes.

Everything is read in the peer's favour: children belong to the event before them, events of several chunks that
agree are one, repeats are one record, spellings are forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from extract.tasks.attack.schema import (
    Bound,
    Casualty,
    CasualtyOutcome,
    Context,
    Damage,
    DamageKind,
    Event,
    EventKind,
    Extent,
    Group,
    Quantity,
    Quote,
    Records,
    Weapon,
    WeaponKind,
    WeaponOutcome,
)


@dataclass(frozen=True, slots=True)
class Found:
    """One extraction: its class, its piece of the text, its attributes as the model wrote them."""

    kind: str
    text: str
    attributes: Mapping[str, Any]


_Child = Weapon | Casualty | Damage


@dataclass(slots=True)
class _Attack:
    """An event with what belongs to it, while more of it is being read."""

    event: Event
    weapons: list[Weapon]
    casualties: list[Casualty]
    damage: list[Damage]

    def take(self, child: _Child) -> None:
        if isinstance(child, Weapon):
            _add(self.weapons, child)
        elif isinstance(child, Casualty):
            _add(self.casualties, child)
        else:
            _add(self.damage, child)

    def whole(self) -> Event:
        children = {"weapons": self.weapons, "casualties": self.casualties, "damage": self.damage}
        return self.event.model_copy(update=children)


def as_records(found: Iterable[Found]) -> Records:
    """Extractions in the order of the article → its records."""
    attacks: list[_Attack] = []
    quotes: list[Quote] = []
    current: _Attack | None = None
    early: list[_Child] = []  # before any event: they belong to the first
    for one in found:
        record = _read(one)
        if isinstance(record, Event):
            current = _joined(attacks, record)
            for child in early:
                current.take(child)
            early = []
        elif isinstance(record, Quote):
            _add(quotes, record)
        elif record is not None and current is not None:
            current.take(record)
        elif record is not None:
            early.append(record)
    if early:
        # Weapons, casualties or damage without an event: of one that nobody named.
        attacks.append(_Attack(Event(evidence=early[0].evidence, kind="other", context="main"), [], [], []))
        for child in early:
            attacks[0].take(child)
    return Records(events=[attack.whole() for attack in attacks], quotes=quotes)


def _joined(attacks: list[_Attack], event: Event) -> _Attack:
    """The attack an event is about: one that agrees in kind, attacker and time as far as both say them, or a new one."""
    for attack in attacks:
        before = attack.event
        if before.kind == event.kind and all(
            _agree(getattr(before, name), getattr(event, name)) for name in ("attacker", "date_text")
        ):
            attack.event = before.model_copy(
                update={
                    "context": "main" if "main" in (before.context, event.context) else "other",
                    "attacker": before.attacker or event.attacker,
                    "date_text": before.date_text or event.date_text,
                    "date": before.date or event.date,
                    "places": list(dict.fromkeys([*before.places, *event.places])),
                }
            )
            return attack
    attacks.append(_Attack(event, [], [], []))
    return attacks[-1]


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one.casefold() == other.casefold()


_Record = TypeVar("_Record", Weapon, Casualty, Damage, Quote)


def _add(records: list[_Record], record: _Record) -> None:
    """Adds a record unless all of it but its evidence is there already."""
    if all(record.model_copy(update={"evidence": other.evidence}) != other for other in records):
        records.append(record)


def _read(found: Found) -> Event | Quote | _Child | None:
    reader = _READERS.get(found.kind)
    return reader(found) if reader else None


def _event(found: Found) -> Event:
    get = found.attributes.get
    day = _text(get("date"))
    return Event(
        evidence=found.text,
        kind=_one_of(EventKind, get("kind"), "other"),
        context=_one_of(Context, get("context"), "main"),
        attacker=_text(get("attacker")),
        date_text=_text(get("date_text")),
        date=day if day and re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else None,
        places=list(dict.fromkeys(_texts(get("places")))),
    )


def _weapon(found: Found) -> Weapon:
    return Weapon(
        evidence=found.text,
        kind=_one_of(WeaponKind, found.attributes.get("kind"), "other"),
        quantity=_quantity(found),
        outcome=_one_of(WeaponOutcome, found.attributes.get("outcome"), "used"),
    )


def _casualty(found: Found) -> Casualty | None:
    get = found.attributes.get
    outcome = _one_of(CasualtyOutcome, get("outcome"), None)
    if outcome is None:  # nothing can be said of it
        return None
    return Casualty(
        evidence=found.text,
        outcome=outcome,
        quantity=_quantity(found) or Quantity(text=found.text, value=None, bound="exact"),
        who=_one_of(Group, get("who"), "people"),
        place=_text(get("place")),
        source=_text(get("source")),
    )


def _damage(found: Found) -> Damage:
    get = found.attributes.get
    return Damage(
        evidence=found.text,
        object=found.text,
        kind=_one_of(DamageKind, get("kind"), "other"),
        extent=_one_of(Extent, get("extent"), "unspecified"),
        quantity=_quantity(found),
        place=_text(get("place")),
    )


def _quote(found: Found) -> Quote | None:
    get = found.attributes.get
    speaker = _text(get("speaker"))
    if speaker is None:  # without a speaker it is no record
        return None
    return Quote(
        evidence=found.text,
        speaker=speaker,
        role=_text(get("role")),
        text=_unquoted(found.text),
        continued=[_unquoted(part) for part in _texts(get("continued"))],
    )


_READERS: Mapping[str, Callable[[Found], Event | Quote | _Child | None]] = {
    "event": _event,
    "weapon": _weapon,
    "casualty": _casualty,
    "damage": _damage,
    "quote": _quote,
}


def _quantity(found: Found) -> Quantity | None:
    text, count = _text(found.attributes.get("count_text")), found.attributes.get("count")
    value = count if isinstance(count, int) else _digits(_text(count) or text or "")
    if text is None and value is None:
        return None
    bound = _one_of(Bound, found.attributes.get("bound"), "exact")
    return Quantity(text=text or str(value), value=value, bound=bound)


def _digits(text: str) -> int | None:
    number = re.search(r"\d[\d,]*", text)
    return int(number.group().replace(",", "")) if number else None


_SPELLINGS = {
    "dead": "killed",
    "died": "killed",
    "wounded": "injured",
    "hospitalized": "hospitalised",
    "downed": "intercepted",
    "shot_down": "intercepted",
}


def _one_of(vocabulary: Any, value: object, otherwise: Any) -> Any:
    """A word of a vocabulary, forgiving case, spaces, plurals and a few other words for the same."""
    word = re.sub(r"[\s-]+", "_", (_text(value) or "").lower())
    legal = get_args(vocabulary)
    for candidate in (word, word.removesuffix("s"), f"{word}s", _SPELLINGS.get(word)):
        if candidate in legal:
            return candidate
    return otherwise


_NOTHING = frozenset({"", "null", "none", "n/a", "unknown", "unspecified", "not stated", "not specified"})


def _text(value: object) -> str | None:
    """An attribute as text; None for the words for nothing."""
    text = " ".join(value) if isinstance(value, list) and all(isinstance(part, str) for part in value) else value
    return text.strip() if isinstance(text, str) and text.strip().lower() not in _NOTHING else None


def _texts(value: object) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return [text for part in parts if (text := _text(part)) is not None]


def _unquoted(text: str) -> str:
    return text.strip().strip('"“”')
