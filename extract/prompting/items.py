"""A schema as kinds of items: every record type as a flat list of values that begins with its name.

    class Act(BaseModel): kind: Literal["accuse", …]; actor: Annotated[str, Verbatim()]; amount: Amount | None = None
    → ["Act", kind, actor, amount.text, amount.value]

Lists of records are kinds of their own, wherever they stand; parts of a record are taken apart; evidence is no value,
it follows from where an item was found. Values of the whole schema itself are a kind too, which holds as much as is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel

from extract.errors import PromptError
from extract.records.marks import Day, What
from extract.records.tree import FieldPlan, fields_of, path_of, record_lists, slots_of

Sort = Literal["piece", "words", "day", "whole", "number", "choice"]
"""What stands for a value: a piece of the text, words of any kind, a day, a number, one of a few values."""

_TELLING: tuple[set[What], ...] = ({"number", "quotation"}, {"person", "organisation", "speaker", "place", "time"})
"""Kinds of words that tell records apart, best first: two of them are seldom about the same words."""
_NUMBERS: dict[Any, Sort] = {int: "whole", float: "number", Decimal: "number"}


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of an item.

    Attributes:
        path: names of the fields that lead to it from its record; more than one inside a part.
        sort: what may stand there.
        choices: of the sort `choice`.
        many: it is a list of such values.
        optional: it may be null.
        field: the last of these fields.
        needs: the slot with the words it follows from, or None: without them there is no value either.
    """

    path: tuple[str, ...]
    sort: Sort
    choices: tuple[Any, ...]
    many: bool
    optional: bool
    field: FieldPlan
    needs: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """How it is called in prompts."""
        return ".".join(self.path)


def depends(slot: Slot, on: Slot) -> bool:
    """Whether a value is null where another is: it follows from its words, or is of the same part, which has no others."""
    part = on.path[:-1]
    return slot.needs == on.path or (bool(part) and on.sort == "piece" and slot.path[:-1] == part)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item.

    Attributes:
        tag: its first value.
        model: the record type.
        path: names of the list fields that lead to it from the schema; () is the schema itself.
        slots: its other values, in order.
        evidence: names of the fields that hold evidence.
    """

    tag: str
    model: type[BaseModel]
    path: tuple[str, ...]
    slots: tuple[Slot, ...]
    evidence: tuple[str, ...]


def anchor_of(kind: Kind) -> Slot | None:
    """The value that tells items of a kind apart: the first number or quotation that has to be there, or else name, if any.

    It is the first of the slots (`kinds_of`).
    """
    told = [slot for slot in kind.slots if slot.sort == "piece" and not slot.optional and not slot.many]
    return next((slot for kinds in _TELLING for slot in told if kinds & set(slot.field.what)), None)


def is_told_each(kind: Kind) -> bool:
    """Whether each number of a passage is an item or said to be none: a small model passes over many if it may."""
    anchor = anchor_of(kind)
    return anchor is not None and "number" in anchor.field.what


def no_item(kind: Kind, words: Any) -> list[Any]:
    """What stands for an item where words that may begin one begin none; it is not as long as an item."""
    return [words, None, None] if len(kind.slots) == 2 else [words, None]


def is_no_item(kind: Kind, row: Sequence[Any]) -> bool:
    """Whether a row is what `no_item` gives."""
    return len(row) != len(kind.slots)


@lru_cache(maxsize=64)
def kinds_of(schema: type[BaseModel]) -> tuple[Kind, ...]:
    """The kinds of a schema, outer ones first; a record type that holds itself is listed where it is met first.

    Raises:
        PromptError: a required field can hold nothing that an item can.
    """
    found = list(_kinds(schema, (), ()))
    if not found:
        raise PromptError(f"{schema.__name__} has no fields that could be asked for")
    names = Counter(kind.model.__name__ for kind in found)
    tags = [
        kind.model.__name__ if names[kind.model.__name__] == 1 else f"{kind.model.__name__} {'.'.join(kind.path)}"
        for kind in found
    ]
    return tuple(replace(_told_first(kind), tag=tag) for kind, tag in zip(found, tags, strict=True))


def _told_first(kind: Kind) -> Kind:
    """A kind whose items begin with the words that tell them apart, so that all else is said of them."""
    anchor = anchor_of(kind)
    if anchor is None:
        return kind
    slots = sorted(kind.slots, key=lambda slot: 0 if slot is anchor else 1 if depends(slot, anchor) else 2)
    return replace(kind, slots=tuple(slots))


def _kinds(model: type[BaseModel], path: tuple[str, ...], above: tuple[type[BaseModel], ...]) -> Iterator[Kind]:
    slots = tuple(_slots(model, loose=not path))
    if slots or path:
        evidence = tuple(name for name, field in fields_of(model).items() if field.evidence)
        yield Kind("", model, path, slots, evidence)
    for field in record_lists(model):
        for inner in field.types:
            if inner not in (*above, model):
                yield from _kinds(inner, (*path, field.name), (*above, model))


def _slots(model: type[BaseModel], *, loose: bool) -> Iterator[Slot]:
    """The slots of a record.

    Args:
        loose: any value may be missing from an item.
    """
    for trail in slots_of(model):
        field, must = trail[-1], all(each.required and not each.optional for each in trail)
        if field.evidence or field.shape == "records":
            continue
        if sort := _sort(field):
            needs, path = (*path_of(trail[:-1]), field.words) if field.words else None, path_of(trail)
            yield Slot(
                path, sort, _choices(field), field.is_list, (loose or not must) and not field.is_list, field, needs
            )
        elif must:
            raise PromptError(
                f"{model.__name__}.{'.'.join(path_of(trail))} is required, and no passage can be asked for such a value: give "
                "it a default, or use the prompt set 'whole'"
            )


def _choices(field: FieldPlan) -> tuple[Any, ...]:
    return (True, False) if field.kind is bool else field.choices


def _sort(field: FieldPlan) -> Sort | None:
    if _choices(field):
        return "choice"
    if field.kind is date or field.has(Day):
        return "day"
    if isinstance(field.kind, type) and issubclass(field.kind, str):
        return "piece" if field.verbatim else "words"
    return _NUMBERS.get(field.kind)


def has_days(schema: type[BaseModel]) -> bool:
    """Whether days are asked for, which can be told from the day of publication only."""
    return any(slot.sort == "day" for kind in kinds_of(schema) for slot in kind.slots)
