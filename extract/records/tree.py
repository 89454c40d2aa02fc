"""Record trees: what a schema says of its fields, and every walk over records of it.

A record type is a pydantic model. A field holds a value, a list of values, a part (a model that belongs to its record,
like a quantity) or a list of records; where several models may stand, each has its own type. Places in a tree are JSON
pointers ("/events/0/casualties/1/quantity/text"). What the marks mean is `marks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from extract.records.marks import Day, Evidence, Key, Mark, NumberOf, Verbatim, What

Shape = Literal["value", "values", "part", "records"]
MarkType = TypeVar("MarkType", bound=Mark)
Records = TypeVar("Records", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What is known of one field of a record type.

    Attributes:
        name: its name.
        shape: what stands there: one value, a list of them, a part, or a list of records.
        container: what a list is kept in; None for one value or part.
        kind: type of the value, or of each of the list, without null and marks; for records a union of their types.
        types: the record types that may stand there; none for values.
        marks: in the order written; also those inside an optional type and on the items of a list.
        optional: it may be null.
        required: it cannot be left out.
        evidence: it supports the whole record.
        verbatim: its words have to stand in the text; evidence too.
        loose: its words are looked for in the text, and need not be there.
        key: part of what makes two records the same.
        description: the schema's own words.
    """

    name: str
    shape: Shape
    container: type[list[Any]] | type[tuple[Any, ...]] | None
    kind: Any
    types: tuple[type[BaseModel], ...]
    marks: tuple[Mark, ...]
    optional: bool
    required: bool
    evidence: bool
    verbatim: bool
    loose: bool
    key: bool
    description: str

    def mark(self, kind: type[MarkType]) -> MarkType | None:
        """The first mark of a kind."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

    def has(self, *kinds: type[Mark]) -> bool:
        """Whether it has a mark of one of these kinds."""
        return any(isinstance(mark, kinds) for mark in self.marks)

    @property
    def what(self) -> tuple[What, ...]:
        """Kinds of words that it may be; none where they need not stand in the text."""
        mark = self.mark(Verbatim)
        return mark.what if mark else ("phrase",) if self.verbatim else ()

    @property
    def words(self) -> str | None:
        """Of a number or a day, the field beside it with the words that give it."""
        return next((mark.words for mark in self.marks if isinstance(mark, NumberOf | Day) and mark.words), None)

    @property
    def is_list(self) -> bool:
        """Whether it holds any number of values or records."""
        return self.container is not None

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values of a closed vocabulary; none for another type."""
        return choices_of(self.kind)


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, FieldPlan]:
    """The fields of a record type by name, in order; the same object every time."""
    if not model.__pydantic_complete__:
        model.model_rebuild()
    return {name: _plan(name, info) for name, info in model.model_fields.items()}


def _plan(name: str, info: FieldInfo) -> FieldPlan:
    kind, written, optional = _peeled(info.annotation)
    whole, item = kind, _item(kind)
    if item is not None:
        kind, inner, null = _peeled(item)
        written += inner
        if null:  # a list with holes is no list of values
            kind, item = info.annotation, None
    types = _models(kind)
    marks = tuple(each for each in (*info.metadata, *written) if isinstance(each, Mark))
    words = isinstance(kind, type) and issubclass(kind, str) and not issubclass(kind, Enum)
    return FieldPlan(
        name=name,
        shape=("part" if item is None else "records") if types else ("value" if item is None else "values"),
        container=None if item is None else get_origin(whole),
        kind=kind,
        types=types,
        marks=marks,
        optional=optional,
        required=info.is_required(),
        evidence=any(isinstance(mark, Evidence) for mark in marks),
        verbatim=any(isinstance(mark, Verbatim | Evidence) for mark in marks),
        loose=words and all(isinstance(mark, Key) for mark in marks),
        key=any(isinstance(mark, Key) for mark in marks),
        description=" ".join((info.description or "").split()),
    )


Trail = tuple[FieldPlan, ...]
"""The fields that lead from a record to a value: one, or more where it is in a part."""


@cache
def slots_of(model: type[BaseModel]) -> tuple[Trail, ...]:
    """All that a record of a type holds, the fields of its parts in place of the part.

    A part that may be of several types, or that holds itself, is one slot.
    """
    return tuple(_slots(model, (model,)))


def _slots(model: type[BaseModel], above: tuple[type[BaseModel], ...]) -> Iterator[Trail]:
    for field in fields_of(model).values():
        if field.shape == "part" and len(field.types) == 1 and field.types[0] not in above:
            for trail in _slots(field.types[0], (*above, field.types[0])):
                yield (field, *trail)
        else:
            yield (field,)


def path_of(trail: Trail) -> tuple[str, ...]:
    """Names of the fields on the way."""
    return tuple(field.name for field in trail)


def value_at(record: BaseModel | None, trail: Trail) -> Any:
    """What stands where fields lead to from a record; None where one of them is null, or there is no record."""
    found: Any = record
    for field in trail:
        found = None if found is None else getattr(found, field.name)
    return found


@cache
def record_lists(model: type[BaseModel]) -> tuple[FieldPlan, ...]:
    """The fields of a record type that are lists of records."""
    return tuple(field for field in fields_of(model).values() if field.shape == "records")


def bare_type(annotation: Any) -> Any:
    """The type without null, marks and names that stand for it: `Annotated[str, …] | None` → `str`."""
    return _peeled(annotation)[0]


def written_beside(annotation: Any) -> tuple[Any, ...]:
    """What annotations say beside a type, and beside the items of a list."""
    kind, written, _ = _peeled(annotation)
    item = _item(kind)
    return written if item is None else (*written, *_peeled(item)[1])


def _peeled(annotation: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """The bare type, what was written beside it, whether it may be null."""
    written: tuple[Any, ...] = ()
    optional = False
    while True:
        origin, args = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation, written = args[0], (*written, *args[1:])
        elif origin in (Union, UnionType, Literal) and not {None, NoneType}.isdisjoint(args):
            rest = tuple(each for each in args if each not in (None, NoneType))
            annotation, optional = (Literal if origin is Literal else Union)[rest], True
        elif stands_for := getattr(annotation, "__value__", None) or getattr(annotation, "__supertype__", None):
            annotation = stands_for
        else:
            return annotation, written, optional


def _item(kind: Any) -> Any:
    """What a list holds; None for another type."""
    args = get_args(kind)
    return args[0] if get_origin(kind) is list or (get_origin(kind) is tuple and args[1:] == (...,)) else None


def alternatives(kind: Any) -> Iterator[Any]:
    """The types of a union, or the one type that it is."""
    bare = bare_type(kind)
    if get_origin(bare) in (Union, UnionType):
        for each in get_args(bare):
            yield from alternatives(each)
    else:
        yield bare


def _models(kind: Any) -> tuple[type[BaseModel], ...]:
    kinds = tuple(dict.fromkeys(alternatives(kind)))
    return kinds if all(isinstance(each, type) and issubclass(each, BaseModel) for each in kinds) else ()


def choices_of(kind: Any) -> tuple[Any, ...]:
    """The values of a closed vocabulary, null left out; none for another type."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(member.value for member in kind)
    return tuple(each for each in get_args(kind) if each is not None) if get_origin(kind) is Literal else ()


@cache
def types_in(schema: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The schema and every model below it, outer ones first, each once."""
    found = [schema]
    for model in found:  # grows meanwhile
        below = dict.fromkeys(each for field in fields_of(model).values() for each in field.types)
        found += [each for each in below if each not in found]
    return tuple(found)


@cache
def holds_records(model: type[BaseModel]) -> bool:
    """Whether records of a type hold lists of records, themselves or in a part."""
    return any(record_lists(each) for each in types_in(model))


@cache
def record_types(schema: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The models that are records of some list, outer ones first; not parts alone."""
    listed = {kind for model in types_in(schema) for field in record_lists(model) for kind in field.types}
    return tuple(model for model in types_in(schema) if model in listed)


@cache
def holders_of(model: type[BaseModel], schema: type[BaseModel]) -> tuple[tuple[type[BaseModel], FieldPlan], ...]:
    """The lists in which records of a type may stand, each with the record type that has it, perhaps in a part."""
    return tuple(
        (owner, field)
        for holder in types_in(schema)
        for field in record_lists(holder)
        if model in field.types
        for owner in _owners(holder, schema)
    )


def _owners(model: type[BaseModel], schema: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The record types that a model is, or is a part of."""
    asked = [model]
    for each in asked:  # grows meanwhile
        if each is schema or each in record_types(schema):
            yield each
        asked += [
            other
            for other in types_in(schema)
            for field in fields_of(other).values()
            if field.shape == "part" and each in field.types and other not in asked
        ]


@cache
def evidence_field(model: type[BaseModel]) -> str | None:
    """Name of the field that holds a record's evidence, if its type has one."""
    return next((name for name, field in fields_of(model).items() if field.evidence), None)


def evidence_of(record: BaseModel) -> str | None:
    """A record's evidence, if it has any."""
    name = evidence_field(type(record))
    return getattr(record, name) if name else None


class Node(NamedTuple):
    """A record in a tree, or a part of one.

    Attributes:
        pointer: where it stands; "" is the root.
        record: it.
        parent: the record or part that holds it; None for the root.
        field: the field of its parent that holds it.
    """

    pointer: str
    record: BaseModel
    parent: Node | None = None
    field: FieldPlan | None = None

    @property
    def is_part(self) -> bool:
        """Whether it belongs to the record that holds it."""
        return self.field is not None and self.field.shape == "part"

    @property
    def owner(self) -> Node:
        """The record that a part belongs to; a record is its own."""
        node = self
        while node.is_part and node.parent is not None:
            node = node.parent
        return node

    @property
    def path(self) -> tuple[str, ...]:
        """Names of the fields that lead to a part from the record that it belongs to; none to a record."""
        inside = self.is_part and self.parent is not None and self.field is not None
        return (*self.parent.path, self.field.name) if inside else ()  # type: ignore[union-attr]

    @property
    def type(self) -> str:
        """Name of its type."""
        return type(self.record).__name__


class Value(NamedTuple):
    """A value in a tree.

    Attributes:
        pointer: where it stands.
        value: it; null only where nulls are asked for.
        field: the field that holds it, perhaps in a list.
        node: the record or part that has the field.
    """

    pointer: str
    value: Any
    field: FieldPlan
    node: Node

    @property
    def owner(self) -> Node:
        """The record that it belongs to, which may hold it in a part."""
        return self.node.owner

    @property
    def name(self) -> str:
        """Its field, seen from the record that it belongs to: "quantity.value"."""
        return ".".join((*self.node.path, self.field.name))


def walk(node: Node, *, nulls: bool = False, below: bool = True) -> Iterator[Node | Value]:
    """A record with every record, part and value in it, in field order, each before what it holds.

    Args:
        node: the record; `Node("", records)` for a whole tree.
        nulls: yield values and parts that are null, too.
        below: go on to the records in lists.
    """
    yield node
    for name, field in fields_of(type(node.record)).items():
        value, here = getattr(node.record, name), f"{node.pointer}/{name}"
        if value is None:
            if nulls and field.shape != "records":
                yield Value(here, None, field, node)
        elif field.shape == "value":
            yield Value(here, value, field, node)
        elif field.shape == "values":
            for index, item in enumerate(value):
                yield Value(f"{here}/{index}", item, field, node)
        elif field.shape == "part":
            yield from walk(Node(here, value, node, field), nulls=nulls, below=below)
        elif below:
            for index, item in enumerate(value):
                yield from walk(Node(f"{here}/{index}", item, node, field), nulls=nulls)


def values(root: BaseModel, *, nulls: bool = False) -> Iterator[Value]:
    """Every value of a tree that is not null, or also those, in field order."""
    return (each for each in walk(Node("", root), nulls=nulls) if isinstance(each, Value))


def own_values(node: Node) -> Iterator[Value]:
    """The values of one record and of its parts, null or not."""
    return (each for each in walk(node, nulls=True, below=False) if isinstance(each, Value))


def nodes(root: BaseModel, pointer: str = "") -> Iterator[Node]:
    """Every record and part of a tree that stands at a pointer, outer ones first."""
    return (each for each in walk(Node(pointer, root)) if isinstance(each, Node))


def verbatim_values(root: BaseModel) -> Iterator[Value]:
    """The values whose words have to stand in the text."""
    return (each for each in values(root) if each.field.verbatim)


def said(record: BaseModel) -> tuple[object, ...]:
    """All that a record says but its evidence: two that are equal in it say the same."""
    held = ((each.pointer, repr(plain(each.value))) for each in values(record) if not each.field.evidence)
    return type(record), *held


def rewritten(root: Records, new: Mapping[str, object], pointer: str = "") -> Records:
    """A copy of a tree with other values at some pointers. Not validated anew: a limit on length is the model's."""
    update: dict[str, object] = {}
    for name, field in fields_of(type(root)).items():
        value, here = getattr(root, name), f"{pointer}/{name}"
        if here in new:
            update[name] = new[here]
        elif value is not None and field.shape == "part":
            update[name] = rewritten(value, new, here)
        elif value is not None and field.is_list:
            update[name] = type(value)(_rewritten_items(value, new, here))
    return root.model_copy(update=update)


def _rewritten_items(items: Iterable[Any], new: Mapping[str, object], pointer: str) -> Iterator[object]:
    for index, item in enumerate(items):
        here = f"{pointer}/{index}"
        yield rewritten(item, new, here) if isinstance(item, BaseModel) else new.get(here, item)


def plain(value: Any) -> Any:
    """A value as JSON has it: the word of a vocabulary, a day as YYYY-MM-DD."""
    return value if isinstance(value, str | int | float) and not isinstance(value, Enum) else to_jsonable_python(value)
