"""Items about passages → the records of a text: children tied to parents, repeats merged, every value with its place.

A child names no parent. It goes to an item of its parent's kind in the same passage, else to the nearest one before it,
else to a new one, if that can be made of nothing but the child's evidence. What a small model writes on and on after the
true items is left out: the same words again, and records with none of the text's words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from pydantic import BaseModel

from extract.articles.sentences import Span, split_sentences
from extract.errors import ArticleError
from extract.models.parsing import parse
from extract.prompting.items import Kind, Slot, kinds_of
from extract.prompting.persons import Persons
from extract.records.borders import begins_in
from extract.records.grounding import TextIndex
from extract.records.marks import Verbatim
from extract.records.merging import Identity
from extract.records.results import Problem
from extract.records.tree import Records, fields_of, record_lists

_Path = tuple[str, ...]
_NOTHING = frozenset({"n/a", "none", "not stated", "null", "unknown", "unspecified"})
"""Words that small models write for null."""


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Records]):
    """The records of a text.

    Attributes:
        hints: JSON pointer of a verbatim value → where it stands.
        problems: items that no record could be made of.
    """

    records: Records
    hints: Mapping[str, Span]
    problems: tuple[Problem, ...]


@dataclass(slots=True, eq=False)
class _Node:
    """A record in the making.

    Attributes:
        values: by the slot's path.
        places: where verbatim values stand, by path and, in a list, number.
        evidence: the sentences that hold them.
        passages: those that it was found in.
        record: it alone, validated.
        faults: its fields with a value that cannot be, and why; the record is without it.
    """

    kind: Kind
    values: dict[_Path, Any]
    evidence: Span
    passages: frozenset[Span] = frozenset()
    places: dict[tuple[_Path, int], Span] = field(default_factory=dict)
    record: BaseModel | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    children: list[_Node] = field(default_factory=list)

    def pieces(self) -> list[Any]:
        return [self.values.get(slot.path) for slot in self.kind.slots if slot.sort == "piece"]


def records_of(
    answers: Sequence[tuple[Span, Sequence[Any]]],
    text: str,
    schema: type[Records],
    persons: Persons | None = None,
    shown: Collection[str] = (),
) -> Gathered[Records]:
    """The records of a text whose passages were asked.

    Args:
        answers: where a passage stands, and its items (`passages.Items.rows`), in text order.
        text: of the article.
        schema: form of all records.
        persons: of the text, for values that are to be names in full.
        shown: names that the worked examples answer: where the text has them not, they are no answer.

    Raises:
        ArticleError: the schema requires a value that no passage states.
    """
    strange = {each.casefold() for each in shown if not begins_in(each, text)}
    gathering = _Gathering(text, schema, persons, strange)
    for span, items in answers:
        gathering.take(span, items)
    return gathering.gathered(schema)


def unheld(
    answers: Sequence[tuple[Span, Sequence[Any]]], text: str, schema: type[BaseModel]
) -> Mapping[Span, tuple[Kind, ...]]:
    """Passages with records before any that can hold them → the kinds that could, outer ones first.

    Args:
        answers, text, schema: as in `records_of`.
    """
    gathering = _Gathering(text, schema, None, ())
    for span, items in answers:
        gathering.take(span, items)
    return {span: tuple(kinds) for span, kinds in gathering.unheld.items()}


class _Gathering:
    def __init__(self, text: str, schema: type[BaseModel], persons: Persons | None, strange: Collection[str]) -> None:
        self._text = text
        self._nothing = {*_NOTHING, *strange}
        self._persons = persons
        self._kinds = kinds_of(schema)
        own = next((kind for kind in self._kinds if not kind.path), Kind("", schema, (), (), ()))
        self._root = _Node(own, {}, Span(0, 0))
        self._latest: dict[_Path, list[_Node]] = {(): [self._root]}
        self._problems: list[Problem] = []
        self.unheld: dict[Span, list[Kind]] = {}

    def take(self, span: Span, items: Sequence[Any]) -> None:
        """Ties the items of a passage to what there is."""
        nodes = list(self._nodes(span, items))
        unit = f"characters {span.start} to {span.end}"
        for node in [node for node in nodes if not node.kind.path]:
            _filled(self._root, node)
        for node in sorted((node for node in nodes if node.kind.path), key=lambda node: len(node.kind.path)):
            holder = self._holder(node, nodes)
            if node.record is None or holder is None:
                why = (
                    "it is no such record" if node.record is None else f"there is no {node.kind.path[-2]} it belongs to"
                )
                self._problems.append(Problem(kind="set_aside", detail=f"{_shown(node)}: {why}", unit=unit))
                if node.record is not None:
                    self._note_unheld(node, span)
                continue
            holder.children.append(node)
        for node in nodes:
            if node.record is not None and node.kind.path:
                self._latest.setdefault(node.kind.path, []).append(node)

    def _note_unheld(self, node: _Node, span: Span) -> None:
        """Notes what would have to be there for a record to be held."""
        noted = self.unheld.setdefault(span, [])
        path = node.kind.path
        for kind in self._kinds:
            above = kind.path == path[: len(kind.path)] and len(kind.path) < len(path)
            if above and kind.path not in self._latest and path[len(kind.path)] in kind.model.model_fields:
                noted.extend([kind] if kind not in noted else [])

    def _nodes(self, span: Span, items: Sequence[Any]) -> Iterator[_Node]:
        """The items of a passage, each with the place of its words; the same words again are left out."""
        kinds = {kind.tag: kind for kind in self._kinds}
        passage = self._text[span.start : span.end]
        index = TextIndex(passage)
        seen: set[str] = set()
        for tag, *values in items:
            kind = kinds[tag]
            node = _Node(
                kind,
                {slot.path: self._said(slot, value) for slot, value in zip(kind.slots, values, strict=True)},
                span,
                frozenset({span}),
            )
            words = json.dumps([tag, node.pieces() if any(node.pieces()) else values])
            if words in seen:
                continue
            seen.add(words)
            _without_echo(node)
            for slot in kind.slots:
                self._place(node, slot, index, span)
            node.evidence = _evidence(passage, span, node.places.values())
            self._name_in_full(node, span)
            node.record = _made(node, self._text)
            yield node

    def _said(self, slot: Slot, value: Any) -> Any:
        """A value; null for words that say nothing, and for names of a worked example."""
        must = slot.many or (slot.field.required and not slot.field.optional)
        return None if slot.sort == "words" and not must and str(value).casefold() in self._nothing else value

    def _place(self, node: _Node, slot: Slot, index: TextIndex, span: Span) -> None:
        value = node.values[slot.path]
        if slot.sort == "piece" and value is not None:
            for number, text in enumerate(value if slot.many else [value]):
                if place := index.find(text):
                    start, end = place[0].start + span.start, place[0].end + span.start
                    node.places[slot.path, number] = Span(start, end)

    def _name_in_full(self, node: _Node, span: Span) -> None:
        """The persons of a record have the name that the text gives them elsewhere; one alone has the fullest title, too."""
        if self._persons is None:
            return
        single = [slot for slot in node.kind.slots if not slot.many]
        full = [slot for slot in single if (mark := slot.field.mark(Verbatim)) and mark.full]
        for slot in full:
            words = node.values[slot.path]
            near = next((place for (path, _), place in node.places.items() if path != slot.path), None)
            if "title" in slot.field.what or not isinstance(words, str):
                continue
            if name := self._persons.in_full(words, span, near):
                node.values[slot.path] = name
                node.places.pop((slot.path, 0), None)
        named = [node.values[slot.path] for slot in single if {"person", "speaker"} & set(slot.field.what)]
        titled = self._persons.title(named[0]) if len(named) == 1 and isinstance(named[0], str) else None
        for slot in full:
            if "title" in slot.field.what and titled:
                node.values[slot.path] = self._text[titled.start : titled.end]
                node.places[slot.path, 0] = titled

    def _holder(self, node: _Node, nodes: Sequence[_Node]) -> _Node | None:
        """The record that holds a node; a new one where there is none and it can be made of its evidence."""
        path = node.kind.path[:-1]
        here = [other for other in nodes if other.kind.path == path and other.record is not None and _fits(other, node)]
        if path and here:
            at = nodes.index(node) if node in nodes else 0
            return ([other for other in here if nodes.index(other) < at] or here[:1])[-1]
        before = [other for other in self._latest.get(path, []) if _fits(other, node)]
        if before:
            return before[-1]
        for kind in self._kinds:
            if kind.path == path and node.kind.path[-1] in kind.model.model_fields:
                new = _Node(kind, {}, node.evidence)
                new.record = _made(new, self._text)
                above = self._holder(new, nodes) if new.record is not None else None
                if above is not None:
                    above.children.append(new)
                    self._latest.setdefault(path, []).append(new)
                    return new
        return None

    def gathered(self, schema: type[Records]) -> Gathered[Records]:
        """The tree, merged and validated."""
        self._tidied(self._root)
        self._root.record = _made(self._root, self._text)
        if self._root.record is None:
            missing = ", ".join(name for name, info in schema.model_fields.items() if info.is_required())
            raise ArticleError(f"no {schema.__name__} in the text: it needs {missing}, and not all of it was found")
        hints: dict[str, Span] = {}
        records = _tree(self._root, "", hints, self._problems)
        assert isinstance(records, schema)
        return Gathered(records, hints, tuple(self._problems))

    def _tidied(self, node: _Node) -> None:
        """Leaves out records with no words of the text and none that they hold, and merges repeats."""
        kept: list[_Node] = []
        for child in node.children:
            if not child.children and _speechless(child):
                unit = f"characters {child.evidence.start} to {child.evidence.end}"
                why = "none of its words is in the text"
                self._problems.append(Problem(kind="set_aside", detail=f"{_shown(child)}: {why}", unit=unit))
                continue
            kept.append(child)
        node.children = [
            each
            for path in dict.fromkeys(child.kind.path for child in kept)
            for each in self._joined([child for child in kept if child.kind.path == path])
        ]
        for child in node.children:
            self._tidied(child)

    def _joined(self, nodes: Sequence[_Node]) -> list[_Node]:
        """Each record of a list once."""
        kept: dict[_Node, Identity] = {}
        for node in nodes:
            first = _same(node, kept) or node
            if first is not node:
                _filled(first, node)
                first.record = _made(first, self._text) or first.record
                first.children += node.children
                first.passages |= node.passages
            kept[first] = _identity(first)
        return list(kept)


def _same(node: _Node, kept: Mapping[_Node, Identity]) -> _Node | None:
    """The record that a node is one with, of those before it.

    One that holds others is told of in many passages: there it may be the last one, unless its own passage tells them
    apart.
    """
    at = _identity(node).among(list(kept.values()))
    if at is not None or not record_lists(node.kind.model):
        return None if at is None else list(kept)[at]
    others = {each: identity for each, identity in kept.items() if not each.passages & node.passages}
    at = _identity(node).last_that_may_be(list(others.values()))
    return None if at is None else list(others)[at]


def _fits(holder: _Node, node: _Node) -> bool:
    return node.kind.path[-1] in holder.kind.model.model_fields


def _without_echo(node: _Node) -> None:
    """A list goes on where a single value of the same sort ends: it does not begin with it again."""
    single = {(slot.field.what, node.values[slot.path]) for slot in node.kind.slots if not slot.many}
    for slot in node.kind.slots:
        if slot.many and slot.sort == "piece":
            values = node.values[slot.path] or []
            node.values[slot.path] = [each for each in values if (slot.field.what, each) not in single]


def _shown(node: _Node) -> str:
    return json.dumps([node.kind.tag, *node.values.values()], ensure_ascii=False)[:200]


def _evidence(passage: str, span: Span, places: Any) -> Span:
    """The sentences of a passage that hold the given places; all of them where there is none."""
    places = list(places)
    if not places:
        return span
    first, last = min(place.start for place in places), max(place.end for place in places)
    sentences = [Span(each.start + span.start, each.end + span.start) for each in split_sentences(passage)]
    held = [each for each in sentences if each.end > first and each.start < last]
    return Span(held[0].start, held[-1].end) if held else span


def _made(node: _Node, text: str) -> BaseModel | None:
    """The record of a node without those it holds; what is wrong with a value that need not be costs that value.

    The node's faults say so.
    """
    model = node.kind.model
    data: dict[str, Any] = {field.name: [] for field in record_lists(model) if field.required}
    data |= dict.fromkeys(node.kind.evidence, text[node.evidence.start : node.evidence.end])
    for slot in node.kind.slots:
        _put(data, model, slot.path, node.values.get(slot.path))
    parsed = parse(json.dumps(data), model)
    found = (line.removeprefix("/").partition(": ") for line in parsed.dropped)
    node.faults = {name: f"{json.dumps(data.get(name), ensure_ascii=False)[:100]}: {why}" for name, _, why in found}
    return parsed.value


def _put(data: dict[str, Any], model: type[BaseModel], path: _Path, value: Any) -> None:
    """Puts a value where its path leads; what is null is left out wherever it may be."""
    name, *rest = path
    field = fields_of(model)[name]
    if not rest:
        if value not in (None, []) or field.required:
            data[name] = value
        return
    inner: dict[str, Any] = {}
    (part,) = field.types
    _put(inner, part, tuple(rest), value)
    known = data.get(name)
    if isinstance(known, dict):
        known |= inner
    elif any(each is not None for each in inner.values()):
        data[name] = _required(part) | inner
    elif field.required:
        data[name] = None


def _required(part: type[BaseModel]) -> dict[str, Any]:
    return {name: None for name, field in fields_of(part).items() if field.required}


def _speechless(node: _Node) -> bool:
    own = [node.values.get(slot.path) for slot in node.kind.slots if slot.sort == "piece" and len(slot.path) == 1]
    return bool(own) and not any(node.pieces())


def _identity(node: _Node) -> Identity:
    assert node.record is not None
    return Identity.of(node.record, node.evidence)


def _filled(node: _Node, other: _Node) -> None:
    """Takes over what another one says beside; a part, such as a number with its words, as a whole."""
    parts = {path[:-1] for path, value in node.values.items() if len(path) > 1 and value not in (None, [])}
    for slot in other.kind.slots:
        if slot.path[:-1] in parts:
            continue
        mine, theirs = node.values.get(slot.path), other.values.get(slot.path)
        if slot.many:
            theirs = theirs or []
            new = [each for each in theirs if each not in (mine or [])]
            for at, value in enumerate(new, len(mine or [])):
                if place := other.places.get((slot.path, theirs.index(value))):
                    node.places[slot.path, at] = place
            node.values[slot.path] = [*(mine or []), *new]
        elif mine is None and theirs is not None:
            node.values[slot.path] = theirs
            if place := other.places.get((slot.path, 0)):
                node.places[slot.path, 0] = place


def _tree(node: _Node, pointer: str, hints: dict[str, Span], problems: list[Problem]) -> BaseModel:
    """The record of a node with those it holds; notes where values stand, and which ones could not be."""
    record = node.record
    assert record is not None
    for slot in node.kind.slots:
        for (path, number), place in node.places.items():
            if path == slot.path:
                hints[f"{pointer}/{'/'.join(path)}{f'/{number}' if slot.many else ''}"] = place
    for name in node.kind.evidence:
        hints[f"{pointer}/{name}"] = node.evidence
    for name, why in node.faults.items():
        here = f"{pointer}/{name}"
        problems.append(Problem(kind="contradiction", detail=f"{here}: {why}", pointer=here))
    held: dict[str, list[BaseModel]] = {}
    for child in node.children:
        into = held.setdefault(child.kind.path[-1], [])
        into.append(_tree(child, f"{pointer}/{child.kind.path[-1]}/{len(into)}", hints, problems))
    lists = {name: (fields_of(type(record))[name].container or list)(children) for name, children in held.items()}
    return record.model_copy(update=lists) if lists else record
