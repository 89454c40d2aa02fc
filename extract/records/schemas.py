"""Is a record schema one that everything here can work with? If not: which field, why, and what to write instead.

What can be read from a model's fields is `tree`. Values have to come back from JSON as they were, stand at a pointer of
their own, and be comparable; whatever loses one of these is refused when a schema is first looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from itertools import combinations
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo

from extract.errors import TaskError
from extract.files.documents import first_fault
from extract.records.marks import Compare, Day, Evidence, Mark, NumberOf, Rule, Totals
from extract.records.tree import FieldPlan, alternatives, fields_of, types_in, written_beside

_VALUES = (str, int, float, bool, Decimal, date, datetime, time, Enum)
_ADVICE: tuple[tuple[tuple[Any, ...], str], ...] = (
    ((dict,), "a dict has no fields that could be asked for: write a list of a model that has a field for the key"),
    ((set, frozenset), "the values of a set have no places: write list[…]"),
    (
        (list,),
        "a list of lists, of nulls or of anything: write a list of values or of models, and what is inside as a model",
    ),
    ((tuple,), "the places of a tuple have no names: write a model with a field for each"),
    ((Any, object), "any value at all cannot be asked for or compared: write which type it is"),
)


def check_schema(schema: type[BaseModel]) -> None:
    """Looks at a schema and every model below it.

    Raises:
        TaskError: with the model, the field, and what to change.
    """
    try:
        types = types_in(schema)
    except (PydanticUserError, NameError) as error:
        raise TaskError(f"{schema.__name__}: {str(error).splitlines()[0]}") from error
    names: dict[str, type[BaseModel]] = {}
    for model in types:
        if names.setdefault(model.__name__.lower(), model) is not model:
            raise TaskError(
                f"{model.__name__}: two models are called that, and figures are told apart by names: rename one"
            )
        for fault in _model_faults(model):
            raise TaskError(f"{model.__name__}: {fault}")
        for name, field in fields_of(model).items():
            info = model.model_fields[name]
            for fault in (
                *_form_faults(info),
                *_type_faults(field),
                *_mark_faults(field, model),
                *_default_faults(info),
            ):
                raise TaskError(f"{model.__name__}.{name}: {fault}")


def _model_faults(model: type[BaseModel]) -> Iterator[str]:
    if issubclass(model, RootModel):
        yield "a RootModel has no field to ask for: write a model with a named field, or the type itself"
    elif not model.model_fields:
        yield "it has no fields: there is nothing to extract"
    if model.model_config.get("extra") == "allow":
        yield "extra='allow' lets in values that nobody checks or compares: write extra='forbid' and a field for each"
    for name in model.model_computed_fields:
        yield f"computed field {name!r} would be written but cannot be read: make it a plain property"
    evidence = [name for name, field in fields_of(model).items() if field.evidence]
    if len(evidence) > 1:
        yield f"{' and '.join(evidence)} are both marked Evidence(): a record has one piece of the text that supports it"


def _form_faults(info: FieldInfo) -> Iterator[str]:
    alias = info.alias or info.validation_alias or info.serialization_alias
    if alias:
        yield f"alias {alias!r}: records are written and read by the names of fields: rename the field, drop the alias"
    if info.exclude:
        yield "exclude=True leaves it out of what is written: drop it"
    for each in (*info.metadata, *written_beside(info.annotation)):
        if isinstance(each, type) and issubclass(each, get_args(Mark)):
            yield f"{each.__name__} is a mark only when it is called: write {each.__name__}()"


def _default_faults(info: FieldInfo) -> Iterator[str]:
    """A default is taken as it is, and has to be read again."""
    if info.is_required():
        return
    try:
        default = info.get_default(call_default_factory=True, validated_data={})
        kind: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        meant = TypeAdapter(kind).validate_python(default)
    except Exception as error:  # whatever a factory of somebody else's does
        said = first_fault(error).rpartition(": ")[2] if isinstance(error, ValidationError) else str(error)
        yield f"its default is none of its type: {said}"
        return
    if isinstance(meant, Enum) and not isinstance(default, Enum):
        yield f"its default is none of its type: write {type(meant).__name__}.{meant.name}"


def _type_faults(field: FieldPlan) -> Iterator[str]:
    kinds = tuple(alternatives(field.kind))
    for one, other in combinations(field.types, 2):
        if _alike(one, other):
            yield f"{one.__name__} and {other.__name__} have the same fields: give each kind: Literal['…'] with its own word"
    if field.types:
        return
    if any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds):
        yield "models beside values: put the values into a model, too"
    for kind in kinds:
        if advice := next((said for types, said in _ADVICE if (get_origin(kind) or kind) in types), None):
            yield advice
        elif not _is_value(kind):
            yield f"{getattr(kind, '__name__', kind)} is no type of a value here: str, int, float, bool, Decimal, date, datetime, time, Enum, Literal"
    words = all(kind is str or all(isinstance(each, str) for each in get_args(kind) or (0,)) for kind in kinds)
    if len(kinds) > 1 and not words and not {int, float}.issuperset(kinds):
        yield "values of several types cannot be told apart when they are read again: write one type, or a field for each"


def _is_value(kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return all(isinstance(each, str | int) and not isinstance(each, Enum) for each in get_args(kind))
    return isinstance(kind, type) and issubclass(kind, _VALUES)


def _alike(one: type[BaseModel], other: type[BaseModel]) -> bool:
    """Whether JSON does not say which of two models it is of."""
    mine, theirs = fields_of(one), fields_of(other)
    told = (name for name in mine.keys() & theirs.keys() if mine[name].choices and theirs[name].choices)
    return mine.keys() == theirs.keys() and not any(set(mine[n].choices).isdisjoint(theirs[n].choices) for n in told)


def _mark_faults(field: FieldPlan, model: type[BaseModel]) -> Iterator[str]:
    words = isinstance(field.kind, type) and issubclass(field.kind, str) and not issubclass(field.kind, Enum)
    numbers = {int, float, Decimal}.issuperset(alternatives(field.kind))
    if field.verbatim and not words:
        yield "a piece of the text is a str: drop Verbatim() or Evidence(), or put the words into a field of their own"
    if field.has(Evidence) and field.is_list:
        yield "evidence is one piece of the text: write str"
    if field.key and field.shape == "records":
        yield "a list of records is no Key(): mark what tells them apart in their own model"
    if field.has(NumberOf) and not numbers:
        yield "NumberOf() needs a number"
    if field.has(Day) and not (words or field.kind is date):
        yield "Day() needs a str or a date"
    compared = field.mark(Compare)
    if compared and ((compared.rule == "number" and not numbers) or (compared.rule in ("name", "text") and not words)):
        yield f"Compare({compared.rule!r}) does not fit its type"
    if compared and compared.rule not in get_args(Rule):
        yield f"Compare({compared.rule!r}): values are compared by one of {', '.join(get_args(Rule))}"
    for name in _named_by(field):
        if name not in fields_of(model):
            yield f"a mark names {name!r}, and {model.__name__} has no such field"
    yield from _sum_faults(field)


def _sum_faults(field: FieldPlan) -> Iterator[str]:
    if (totals := field.mark(Totals)) is None:
        return
    if field.shape != "records":
        yield "Totals() is a mark of a list of records: put it there"
    for name in (*totals.by, *totals.whole):
        for kind in field.types:
            if name not in fields_of(kind):
                yield f"Totals() names {name!r}, and {kind.__name__} has no such field"


def _named_by(field: FieldPlan) -> Iterator[str]:
    for mark in field.marks:
        if isinstance(mark, Compare):
            yield from (*mark.join, *((mark.wording,) if mark.wording else ()), *(mark.vague[:1] if mark.vague else ()))
        elif isinstance(mark, NumberOf):
            yield from filter(None, (mark.words, mark.bound))
        elif isinstance(mark, Day) and mark.words:
            yield mark.words
