"""Label Studio's JSON: label files out as tasks, annotated tasks back in as label files.

How records look there, for any record schema:

- a record is a region over its evidence, labelled with its type ("Casualty"); a part (a quantity) is a region
  over its words, labelled "Quantity"; one without either, over words that it holds, or the whole text;
- the whole schema is a record like others where it has values of its own, or two lists of one type;
- a verbatim value is a region of its own, labelled "Casualty.place";
- a relation ties a record to its values, parts and child records; its label is the field's name, and in which
  direction it was drawn does not matter;
- closed vocabularies are per-region choices, numbers and other values per-region inputs, all named "Casualty_who";
- `notes` is a text area of the whole task; `meta` carries what Label Studio has no place for.

Not here: reading and writing files, and the checks a label file has to pass (`gold`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from eval.gold.labels import RECORDS, Label, is_nested, label_form, label_of
from extract.articles import Article, Span
from extract.errors import GoldError
from extract.records.grounding import TextIndex, ground
from extract.records.marks import Silent
from extract.records.results import Grounding
from extract.records.tree import (
    FieldPlan,
    Node,
    Value,
    alternatives,
    fields_of,
    own_values,
    plain,
    record_lists,
    types_in,
    walk,
)
from extract.tasks.task import Task

Json = dict[str, Any]
Control = Literal["choices", "number", "textarea"]
Model = TypeVar("Model", bound=BaseModel)

TEXT = "text"
"""Name of the text in tasks and in the labelling configuration."""
REGIONS = "label"
NOTES = "notes"


def to_tasks(labels: Mapping[str, Label], articles: Mapping[str, Article]) -> list[Json]:
    """Label files as tasks, in order.

    Raises:
        GoldError: a label has no article, or a verbatim value of a finished one does not occur in it.
    """
    for article_id in labels:
        if article_id not in articles:
            raise GoldError(f"label {article_id!r} has no article: put its text beside the others")
    return [to_task(articles[article_id], label) for article_id, label in labels.items()]


def to_task(article: Article, label: Label) -> Json:
    """One label file as a task: a finished one as an annotation, a draft as a prediction to correct.

    What a draft says that is not in the article has no place there: it is left out, and a note says so.

    Args:
        article: the article that was labelled.
        label: its label file.

    Raises:
        GoldError: a verbatim value of a finished label does not occur in the article, as words of its own.
    """
    records = label.records
    writer = _Writer(article, ground(records, article.text).grounding, draft=label.head.draft)
    writer.write(records)
    if notes := [*label.head.notes, *writer.left_out]:
        value = {"text": notes}
        writer.results.append({"id": NOTES, "from_name": NOTES, "to_name": TEXT, "type": "textarea", "value": value})
    meta = {"published": label.head.published, "drafted_from": label.head.drafted_from}
    task: Json = {"data": {TEXT: article.text, "article_id": article.id}, "meta": meta}
    if label.head.draft:
        return {**task, "predictions": [{"model_version": label.head.drafted_from, "result": writer.results}]}
    return {**task, "annotations": [{"result": writer.results}]}


class _Writer:
    """Collects the results of one task, each value where a run would ground it: on whole words, near its evidence.

    Ids count up, so that one label always gives one file.
    """

    def __init__(self, article: Article, grounding: Mapping[str, Grounding], *, draft: bool) -> None:
        self.article = article
        self.index = TextIndex(article.text)
        self.grounding = grounding
        self.draft = draft
        self.results: list[Json] = []
        self.left_out: list[str] = []
        self.regions = 0

    def write(self, records: BaseModel) -> None:
        """Adds a record tree; of a record that has no place in the article nothing is added."""
        placed: dict[str, tuple[str, Span] | None] = {}
        said = any(each.value is not None for each in own_values(Node("", records)))
        for item in walk(Node("", records)):
            holder = item.parent if isinstance(item, Node) else item.node
            if holder and holder.pointer not in placed:
                continue
            near = placed[holder.pointer] if holder else None
            if isinstance(item, Value):
                if near:
                    self._value(item, *near)
            elif not holder and not said and not _has_like_lists(type(records)):
                placed[item.pointer] = None
            elif place := self._anchor(item, near and near[1]):
                region = self._region(place, item.type)
                placed[item.pointer] = region, place
                if near and item.field:
                    self._relation(near[0], region, item.field.name)
            elif not holder:
                placed[item.pointer] = None

    def _anchor(self, node: Node, near: Span | None) -> Span | None:
        """Where a record's region is, near that of what holds it."""
        if anchor := anchor_field(type(node.record)):
            return self._place(f"{node.pointer}/{anchor}", getattr(node.record, anchor), near)
        held = (self.grounding.get(value.pointer) for value in own_values(node))
        spans = [Span(at.start, at.end) for at in held if at and at.start is not None and at.end is not None]
        return spans[0] if spans else Span(0, len(self.article.text))

    def _value(self, value: Value, region: str, place: Span) -> None:
        """Adds what a record has beside its anchor: a region of its own, or what is entered for the record's."""
        field, model = value.field, type(value.node.record)
        if field.name == anchor_field(model):
            return
        if field.verbatim:
            if found := self._place(value.pointer, value.value, place):
                self._relation(region, self._region(found, f"{model.__name__}.{field.name}"), field.name)
            return
        name, control, last = f"{model.__name__}_{field.name}", control_type(field), self.results[-1]
        if control == "number":
            self._result(region, place, name, control, value.value)
        elif (last.get("id"), last.get("from_name")) == (region, name):
            last["value"][_key(control)].append(entry(value.value))
        else:
            self._result(region, place, name, control, [entry(value.value)])

    def _place(self, pointer: str, text: str, near: Span | None) -> Span | None:
        """Where a value stands; None for one of a draft that stands nowhere, which is noted."""
        at = self.grounding[pointer]
        if at.status == "exact" and at.start is not None and at.end is not None:
            return Span(at.start, at.end)
        if found := self._nearest(text, near or Span(0, 0)):
            return found
        fault = f"{text!r} ({pointer}) does not occur as words of its own in article {self.article.id!r}"
        if not self.draft:
            raise GoldError(f"{fault}; see `extract gold check`")
        self.left_out.append(f"{fault}: left out, with what belongs to it")
        return None

    def _nearest(self, text: str, near: Span) -> Span | None:
        """The nearest place with the very characters: grounding takes words in the evidence that only look the same."""
        ends = (near.start, near.end)  # without a width, for what is inside comes first whatever its characters
        found = [hit for end in ends if (hit := self.index.find(text, Span(end, end))) and hit[1] == "exact"]
        spans = [span for span, _ in found]
        return min(spans, key=lambda span: max(near.start - span.end, span.start - near.end), default=None)

    def _region(self, place: Span, label: str) -> str:
        self.regions += 1
        region = f"r{self.regions}"
        self._result(region, place, REGIONS, "labels", [label])
        return region

    def _result(self, region: str, place: Span, name: str, kind: str, held: object) -> None:
        words = self.article.text[place.start : place.end]
        value = {"start": place.start, "end": place.end, "text": words, _key(kind): held}
        self.results.append({"id": region, "from_name": name, "to_name": TEXT, "type": kind, "value": value})

    def _relation(self, owner: str, child: str, name: str) -> None:
        self.results.append(
            {"type": "relation", "from_id": owner, "to_id": child, "direction": "right", "labels": [name]}
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to turn tasks into label files.

    Attributes:
        task: what is labelled.
        articles: every article a task may be about; a task finds its own by its text.
        annotator: who annotated, in words for the label file; an export knows only a user's number.
        today: day of labelling for annotations that do not say theirs.
        user: Label Studio user (id or e-mail) whose annotations count; None if there is one a task.
    """

    task: Task[Any]
    articles: Sequence[Article]
    annotator: str
    today: date
    user: str | None = None

    def labels(self, tasks: object, where: str) -> list[Label]:
        """Reads an export.

        Args:
            tasks: the parsed JSON of an export in the format "JSON" (not "JSON-MIN").
            where: its file, for messages.

        Raises:
            GoldError: a task fits no article, has no or several annotations, or holds regions that make no record.
        """
        if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
            raise GoldError(f"{where}: not a list of tasks; export from Label Studio in the format JSON")
        found = []
        for number, task in enumerate(tasks, 1):
            name = task.get("id")
            here = f"{where}: task {name if isinstance(name, int) else number}"
            found.append(self._label(_validated(_Task, task, here), here))
        return found

    def _label(self, task: _Task, where: str) -> Label:
        article = self._article(task, where)
        annotation = self._annotation(task, where)
        meta = task.meta or {}
        moment = annotation.updated_at or annotation.created_at
        results = _Results.parse(annotation.result or [], article.text, where)
        head = {
            "codebook": self.task.codebook,
            "article_id": article.id,
            "annotator": self.annotator,
            "labelled_on": (moment.date() if moment else self.today).isoformat(),
            "published": meta.get("published"),
            "drafted_from": meta.get("drafted_from"),
            "notes": list(results.notes),
        }
        schema: type[BaseModel] = self.task.schema
        roots = results.roots(schema)
        held = {RECORDS: roots} if is_nested(schema) else roots
        return label_of(_validated(label_form(schema), {**head, **held}, where), schema)

    def _article(self, task: _Task, where: str) -> Article:
        data = task.data or {}
        found = [article for article in self.articles if article.text == data.get(TEXT)]
        named = [article for article in found if article.id == data.get("article_id")]
        if not found:
            raise GoldError(
                f"{where}: its text is none of the {len(self.articles)} articles; save it as an article first"
            )
        if len(found) > 1 and not named:
            raise GoldError(f"{where}: articles {found[0].id!r} and {found[1].id!r} have its text; keep one of them")
        return (named or found)[0]

    def _annotation(self, task: _Task, where: str) -> _Annotation:
        if task.annotations is None:
            raise GoldError(f"{where}: no 'annotations'; export from Label Studio in the format JSON, not JSON-MIN")
        found = [item for item in task.annotations if not item.was_cancelled]
        if self.user is not None:
            found = [item for item in found if self.user in _user_names(item.completed_by)]
        if len(found) != 1:
            who = ", ".join(sorted({_user_names(item.completed_by)[-1] for item in found})) or "nobody"
            raise GoldError(f"{where}: {len(found)} annotations where one is needed (by {who}); pick one with --user")
        return found[0]


def _key(kind: str) -> str:
    """Where a result of a type keeps what was entered."""
    return "text" if kind == "textarea" else kind


def _user_names(user: object) -> tuple[str, ...]:
    if isinstance(user, dict) and (names := tuple(str(user[key]) for key in ("id", "email") if user.get(key))):
        return names
    return (str(user),)


class _Annotation(BaseModel):
    """What one user did with a task."""

    result: list[Json] | None = None
    was_cancelled: bool | None = None
    completed_by: Any = None
    updated_at: datetime | None = None
    created_at: datetime | None = None


class _Task(BaseModel):
    """A task of an export, as far as it is read."""

    data: Json | None = None
    annotations: list[_Annotation] | None = None
    meta: Json | None = None


class _SpanValue(BaseModel):
    start: int
    end: int
    text: str | None = None
    labels: Annotated[list[str], Field(min_length=1, max_length=1)]


class _SpanResult(BaseModel):
    """A result of the type `labels`."""

    id: int | str
    value: _SpanValue


class _TieResult(BaseModel):
    """A result of the type `relation`."""

    from_id: int | str
    to_id: int | str
    labels: list[str] | None = None


class _EnteredValue(BaseModel):
    choices: list[str] | str = []
    text: list[str] | str = []
    number: Any = None


class _EnteredResult(BaseModel):
    """A result of the types `choices`, `number` and `textarea`."""

    id: int | str
    from_name: str
    value: _EnteredValue


@dataclass(frozen=True, slots=True)
class _Region:
    """One labelled span."""

    id: int | str
    label: str
    start: int
    text: str


@dataclass(frozen=True)
class _Results:
    """The results of one annotation, sorted by what they are.

    Attributes:
        regions: by id, in the file's order.
        held: (region id, control name) → what was chosen or typed there.
        ties: region id → (other region id, relation labels, whether it was drawn from here), both ways.
    """

    regions: Mapping[int | str, _Region]
    held: Mapping[tuple[int | str, str], Sequence[Any]]
    ties: Mapping[int | str, Sequence[tuple[int | str, Sequence[str], bool]]]
    notes: Sequence[str]
    where: str

    @classmethod
    def parse(cls, results: Sequence[Json], text: str, where: str) -> _Results:
        """Sorts the entries of `result`.

        Raises:
            GoldError: an entry is of a kind that the labelling configuration does not have, or of no form.
        """
        regions: dict[int | str, _Region] = {}
        held: dict[tuple[int | str, str], Sequence[Any]] = {}
        ties: dict[int | str, list[tuple[int | str, Sequence[str], bool]]] = {}
        notes: list[str] = []
        for number, item in enumerate(results, 1):
            kind, here = item.get("type"), f"{where}: result {number}"
            if kind == "labels":
                span = _validated(_SpanResult, item, here)
                words = _span_text(span.value, text, f"{where}: region {span.id!r}")
                regions[span.id] = _Region(span.id, span.value.labels[0], span.value.start, words)
            elif kind == "relation":
                tie = _validated(_TieResult, item, here)
                names = tuple(tie.labels or ())
                ties.setdefault(tie.from_id, []).append((tie.to_id, names, True))
                ties.setdefault(tie.to_id, []).append((tie.from_id, names, False))
            elif kind in ("choices", "number", "textarea"):
                entered = _validated(_EnteredResult, item, here)
                given = getattr(entered.value, _key(kind))
                given = given if isinstance(given, list) else [given] * (given is not None)
                if entered.from_name == NOTES:
                    notes.extend(given)
                elif given:  # a cleared field is an empty list
                    held[entered.id, entered.from_name] = given
            else:
                raise GoldError(f"{here}: a result of type {kind!r}; see `extract gold to-label-studio --config`")
        return cls(regions, held, ties, notes, where)

    def roots(self, schema: type[BaseModel]) -> Json:
        """The record trees that begin with a type of their own (events, quotes).

        Raises:
            GoldError: a region is left over that no relation ties to a record.
        """
        models = {model.__name__: model for model in types_in(schema)}
        regions = [region for region in self.regions.values() if region.label in models]
        below = {
            tied.id
            for region in regions
            for field in fields_of(models[region.label]).values()
            if field.types
            for tied in self._tied(region, field)
        }
        whole = [region for region in regions if models[region.label] is schema and region.id not in below]
        if len(whole) > 1:
            raise GoldError(f"{self.where}: {len(whole)} regions are a {schema.__name__}, of which a text holds one")
        used: set[int | str] = set()
        tree = self._record(schema, whole[0], used) if whole else _nothing(schema)
        for field in record_lists(schema):
            names = {each.__name__ for each in field.types}
            starts = [each for each in regions if each.label in names and each.id not in below]
            found = [self._record(models[each.label], each, used) for each in starts if each.id not in used]
            if found:
                tree[field.name] = [*(tree[field.name] or ()), *found]
        for region in self.regions.values():
            if region.id not in used:
                raise GoldError(
                    f"{self.where}: region {region.id!r} ({region.label}, {region.text!r}) belongs to no record;"
                    " draw a relation to it, or is its label from another configuration?"
                )
        return tree

    def _record(self, model: type[BaseModel], region: _Region, used: set[int | str]) -> Json:
        if region.id in used:
            raise GoldError(f"{self._at(region)} is tied to two records; draw one region for each")
        used.add(region.id)
        anchor = anchor_field(model)
        record = _nothing(model) | ({anchor: region.text} if anchor else {})
        for name, field in fields_of(model).items():
            if name == anchor:
                continue
            found = self._found(field, region, used)
            if len(found) > 1 and not field.is_list:
                what = "regions are tied to it as" if field.types or field.verbatim else "values of"
                raise GoldError(f"{self._at(region)}: {len(found)} {what} {name!r}, which holds one")
            if found:
                record[name] = found if field.is_list else found[0]
        return _validated(model, record, self._at(region)).model_dump()

    def _found(self, field: FieldPlan, region: _Region, used: set[int | str]) -> list[Any]:
        """What a record has in a field beside its anchor."""
        if field.types:
            types = {each.__name__: each for each in field.types}
            return [self._record(types[other.label], other, used) for other in self._tied(region, field)]
        if field.verbatim:
            others = self._tied(region, field)
            if field.has(Silent):  # further parts go on in the text's order
                others.sort(key=lambda other: other.start)
            used.update(other.id for other in others)
            return [other.text for other in others]
        choices = {entry(each): each for each in choices_for(field)}
        return [choices.get(str(each), each) for each in self.held.get((region.id, f"{region.label}_{field.name}"), ())]

    def _tied(self, region: _Region, field: FieldPlan) -> list[_Region]:
        labels = [each.__name__ for each in field.types] or [f"{region.label}.{field.name}"]
        found = {
            other: self.regions[other]  # a relation may be drawn twice
            for other, names, outward in self.ties.get(region.id, ())
            if (not names or field.name in names) and other in self.regions
            if self.regions[other].label in labels and (outward or self.regions[other].label != region.label)
        }
        return list(found.values())

    def _at(self, region: _Region) -> str:
        return f"{self.where}: region {region.id!r} ({region.label})"


def _span_text(value: _SpanValue, text: str, where: str) -> str:
    """The words of a region as they stand in the article.

    Label Studio has counted offsets in UTF-16 units and in code points, and writes a line end inside a region as
    a backslash and an n: the words decide, the offsets only where they agree with them but for white space.
    """
    cut, said = text[value.start : value.end], value.text
    if said is None or said == cut:
        return cut
    if said in text:
        return said
    if "".join(said.replace("\\n", " ").split()) == "".join(cut.split()):
        return cut
    raise GoldError(f"{where}: its words {said!r} are not in the article, and its offsets say {cut!r}")


def _validated(model: type[Model], data: Json, where: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = "/".join(str(part) for part in first["loc"])
        raise GoldError(f"{where}: {field}: {first['msg']}") from error


def _nothing(model: type[BaseModel]) -> Json:
    """What a record is of which nothing is said: a value that may be null is not its default then."""
    fields = fields_of(model).values()
    return {field.name: None if field.optional else [] for field in fields if field.optional or field.is_list}


def anchor_field(model: type[BaseModel]) -> str | None:
    """The field whose words a region of this type covers: the evidence, else the first words that are always there."""
    fields = fields_of(model).values()
    words = [field for field in fields if field.verbatim and not field.optional and not field.is_list]
    best = min(words, key=lambda field: not field.evidence, default=None)
    return best.name if best else None


def is_region(schema: type[BaseModel]) -> bool:
    """Whether a whole schema can be a region: it has values of its own, or two lists of one type."""
    return len(record_lists(schema)) < len(fields_of(schema)) or _has_like_lists(schema)


def _has_like_lists(schema: type[BaseModel]) -> bool:
    listed = [each for field in record_lists(schema) for each in field.types]
    return len(set(listed)) < len(listed)


def control_type(field: FieldPlan) -> Control:
    """How a value that is not words of the article is entered."""
    if choices_for(field):
        return "choices"
    numbers = all(kind in (int, float) for kind in alternatives(field.kind)) and not field.is_list
    return "number" if numbers else "textarea"


def choices_for(field: FieldPlan) -> Sequence[Any]:
    """The values to choose from; none for a value that is typed."""
    return (True, False) if field.kind is bool else field.choices


def entry(value: object) -> str:
    """A value as it is chosen or typed."""
    return json.dumps(value) if isinstance(value, bool) else str(plain(value))
