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
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from extract.errors import PromptError
from extract.prompting.outline import choices_of
from extract.records.marks import Day, Evidence, NumberOf, bare_type, is_verbatim, marks, part_model

Sort = Literal["piece", "words", "day", "whole", "number", "choice"]
"""What stands for a value: a piece of the text, words of any kind, a day, a number, one of a few values."""

_LISTS = (list, tuple, set, frozenset)
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
        info: the field.
        needs: the slot with the words it follows from, or None: without them there is no value either.
    """

    path: tuple[str, ...]
    sort: Sort
    choices: tuple[Any, ...]
    many: bool
    optional: bool
    info: FieldInfo
    needs: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """How it is called in prompts."""
        return ".".join(self.path)


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
    return tuple(replace(kind, tag=tag) for kind, tag in zip(found, tags, strict=True))


def record_lists(model: type[BaseModel]) -> dict[str, tuple[type[BaseModel], ...]]:
    """The fields of a model that are lists of records: name → record types."""
    found = {name: _record_types(info) for name, info in model.model_fields.items()}
    return {name: models for name, models in found.items() if models}


def _record_types(info: FieldInfo) -> tuple[type[BaseModel], ...]:
    kind = bare_type(info.annotation)
    if get_origin(kind) not in _LISTS:
        return ()
    members = [each for each in get_args(kind) if each is not Ellipsis]
    models = [model for each in members for model in _alternatives(each)]
    return tuple(models) if models and all(_is_model(model) for model in models) else ()


def _alternatives(annotation: Any) -> list[Any]:
    kind = bare_type(annotation)
    if get_origin(kind) in (Union, UnionType):
        return [each for inner in get_args(kind) if inner is not NoneType for each in _alternatives(inner)]
    return [kind]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _kinds(model: type[BaseModel], path: tuple[str, ...], above: tuple[type[BaseModel], ...]) -> Iterator[Kind]:
    slots = tuple(_slots(model, (), not path, (model,)))
    if slots or path:
        evidence = tuple(name for name, info in model.model_fields.items() if _is_evidence(info))
        yield Kind("", model, path, slots, evidence)
    for name, models in record_lists(model).items():
        for inner in models:
            if inner not in (*above, model):
                yield from _kinds(inner, (*path, name), (*above, model))


def _is_evidence(info: FieldInfo) -> bool:
    return any(isinstance(mark, Evidence) for mark in marks(info))


def _slots(
    model: type[BaseModel], path: tuple[str, ...], loose: bool, above: tuple[type[BaseModel], ...], needed: bool = True
) -> Iterator[Slot]:
    """The slots of a record or of a part of one.

    Args:
        loose: any value may be missing from an item.
        above: models on the way; a part that holds itself is not followed.
        needed: the record cannot do without it.
    """
    for name, info in model.model_fields.items():
        if _is_evidence(info) or _record_types(info):
            continue
        here = (*path, name)
        must = info.is_required() and NoneType not in get_args(info.annotation)
        part = part_model(info)
        if part is not None and part not in above:
            yield from _slots(part, here, loose or not must, (*above, part), needed and must)
        elif slot := _slot(info, here, loose or not must):
            yield slot
        elif needed and must:
            raise PromptError(
                f"{model.__name__}.{name} is required, and no passage can be asked for such a value: give it a default, or "
                "use the prompt set 'whole'"
            )


def _slot(info: FieldInfo, path: tuple[str, ...], optional: bool) -> Slot | None:
    kind = bare_type(info.annotation)
    many = get_origin(kind) in _LISTS
    if many:
        inner = [each for each in get_args(kind) if each is not Ellipsis]
        if len(inner) != 1:
            return None
        kind = bare_type(inner[0])
    choices = (True, False) if kind is bool else choices_of(kind)
    sort = _sort(kind, info, choices)
    if sort is None or (many and NoneType in get_args(kind)):
        return None
    words = next((mark.words for mark in marks(info) if isinstance(mark, Day | NumberOf) and mark.words), None)
    needs = None if words is None else (*path[:-1], words)
    return Slot(path, sort, choices, many, optional and not many, info, needs)


def _sort(kind: Any, info: FieldInfo, choices: Sequence[Any]) -> Sort | None:
    if choices:
        return "choice"
    if kind is date or any(isinstance(mark, Day) for mark in marks(info)):
        return "day"
    if isinstance(kind, type) and issubclass(kind, str):
        return "piece" if is_verbatim(info) else "words"
    return _NUMBERS.get(kind)


def has_days(schema: type[BaseModel]) -> bool:
    """Whether days are asked for, which can be told from the day of publication only."""
    return any(slot.sort == "day" for kind in kinds_of(schema) for slot in kind.slots)
