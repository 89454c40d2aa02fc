"""Label Studio's export (JSON) → labels. How records look there: `labelling_config`; on the way there: `labelstudio_writer`.

Not here: reading and writing files, and the checks a label file has to pass (`checking`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.gold.labelling_config import NOTES, anchor_field, choices_for, entry
from eval.gold.labels import RECORDS, Label, is_nested, label_form, label_of
from extract.articles import Article, Span
from extract.errors import GoldError
from extract.files.documents import first_fault
from extract.records.marks import Silent
from extract.records.tree import FieldPlan, fields_of, record_lists, types_in
from extract.tasks.task import Task

Model = TypeVar("Model", bound=BaseModel)
Id = int | str


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
            GoldError: it holds no task, or one that fits no article, has no or several annotations, or holds regions
                that make no record.
        """
        if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
            raise GoldError(f"{where}: not a list of tasks; export from Label Studio in the format JSON")
        if not tasks:
            raise GoldError(f"{where}: it holds no task; say in Label Studio which ones are exported")
        own = [task["id"] if isinstance(task.get("id"), int) else at for at, task in enumerate(tasks, 1)]
        return [self._label(task, f"{where}: task {name}") for name, task in zip(own, tasks, strict=True)]

    def _label(self, exported: object, where: str) -> Label:
        task = _validated(_Task, exported, where)
        article, annotation = self._article(task.data, where), self._annotation(task, where)
        moment = annotation.updated_at or annotation.created_at
        number = (task.annotations or []).index(annotation) + 1
        results = _validated(_Results, {"result": annotation.result or []}, f"{where}: annotation {number}").result
        head = {
            "codebook": self.task.codebook,
            "article_id": article.id,
            "annotator": self.annotator,
            "labelled_on": (moment.date() if moment else self.today).isoformat(),
            **(task.meta or _Meta()).model_dump(),
            "notes": [
                note
                for each in results
                if isinstance(each, _Entered) and each.from_name == NOTES
                for note in each.given
            ],
        }
        schema: type[BaseModel] = self.task.schema
        records = _records(results, article.text, schema, where)
        held = {RECORDS: records} if is_nested(schema) else records
        return label_of(_validated(label_form(schema), {**head, **held}, where), schema)

    def _article(self, data: _Data, where: str) -> Article:
        found = [article for article in self.articles if article.text == data.text]
        named = [article for article in found if article.id == data.article_id]
        if not found:
            raise GoldError(f"{where}: no article has its text; save it as one first, or name a folder with --articles")
        if len(found) > 1 and not named:
            raise GoldError(f"{where}: articles {found[0].id!r} and {found[1].id!r} have its text; keep one of them")
        return (named or found)[0]

    def _annotation(self, task: _Task, where: str) -> _Annotation:
        if task.annotations is None:
            raise GoldError(f"{where}: no 'annotations'; export from Label Studio in the format JSON, not JSON-MIN")
        found = [each for each in task.annotations if not each.was_cancelled]
        if self.user is not None:
            found = [each for each in found if self.user in each.users]
        if len(found) != 1:
            who = ", ".join(sorted({each.users[-1] for each in found})) or "nobody"
            raise GoldError(f"{where}: {len(found)} annotations where one is needed (by {who}); pick one with --user")
        return found[0]


class _Form(BaseModel):
    """A part of an export, as far as it is read; neither `true` nor "1" is a number there."""

    model_config = ConfigDict(strict=True)


class _Covered(_Form):
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str | None = None
    labels: Annotated[list[str], Field(min_length=1, max_length=1)]

    def place(self, text: str) -> Span | None:
        """Where a region stands; None where its words are not what its offsets say.

        Label Studio has counted offsets in characters and in UTF-16 units, and writes a line end inside a region as a
        backslash and an n.
        """
        raw = text.encode("utf-16-le")
        units = (len(raw[: 2 * at].decode("utf-16-le", "ignore")) for at in (self.start, self.end))
        for start, end in ((self.start, self.end), tuple(units)):
            said = text[start:end] if self.text is None else self.text
            if start < end <= len(text) and 2 * self.end <= len(raw) and _squeezed(said) == _squeezed(text[start:end]):
                return Span(start, end)
        return None


class _Labelled(_Form):
    type: Literal["labels"]
    id: Id
    value: _Covered


class _Tied(_Form):
    type: Literal["relation"]
    from_id: Id
    to_id: Id
    labels: list[str] | None = None


class _Entry(_Form):
    choices: list[str] | str | None = None
    text: list[str] | str | None = None
    number: int | float | None = None


class _Entered(_Form):
    type: Literal["choices", "number", "textarea"]
    id: Id
    from_name: str
    value: _Entry

    @property
    def given(self) -> list[Any]:
        """What was chosen, typed or counted, for a region or for the whole task; a cleared field holds nothing."""
        found = getattr(self.value, "text" if self.type == "textarea" else self.type)
        return found if isinstance(found, list) else [found] * (found is not None)


_Result = _Labelled | _Tied | _Entered


class _Results(_Form):
    """What the chosen user marked and entered; of what others did nothing is read."""

    result: list[Annotated[_Result, Field(discriminator="type")]]


class _Annotation(_Form):
    """What one user did with a task."""

    result: list[Any] | None = None
    was_cancelled: bool | None = None
    completed_by: Any = None
    updated_at: Annotated[datetime | None, Field(strict=False)] = None
    created_at: Annotated[datetime | None, Field(strict=False)] = None

    @property
    def users(self) -> Sequence[str]:
        """What its user may be called."""
        user = self.completed_by
        names = [user[key] for key in ("id", "email") if user.get(key)] if isinstance(user, dict) else []
        return [*map(str, names or [user])]


class _Data(_Form):
    text: str
    article_id: Any = None


class _Meta(_Form):
    published: str | None = None
    drafted_from: str | None = None


class _Task(_Form):
    data: _Data
    annotations: list[_Annotation] | None = None
    meta: _Meta | None = None


@dataclass(slots=True, eq=False)
class _Region:
    """A labelled span, with what was entered for it by control, and what was tied to it by field."""

    label: str
    start: int
    words: str
    where: str
    entered: dict[str, list[Any]] = field(default_factory=dict)
    tied: dict[str, list[_Region]] = field(default_factory=dict)
    holder: tuple[_Region, str] | None = None

    def tie(self, other: _Region, plan: FieldPlan) -> None:
        """Makes another region part of this record; twice is once, and words may be those of several records."""
        above = self
        while plan.types and above is not other and above.holder:
            above = above.holder[0]
        if above is other:
            raise GoldError(f"{other.where} is tied in a circle")
        if plan.types and other.holder not in (None, (self, plan.name)):
            raise GoldError(f"{other.where} is tied to two records; draw one region for each")
        other.holder = (self, plan.name)
        if other not in self.tied.setdefault(plan.name, []):
            self.tied[plan.name].append(other)

    def record(self, model: type[BaseModel]) -> dict[str, Any]:
        """The record that a region stands for. What may be null is not its default where nothing is said of it."""
        fields, anchor = fields_of(model), anchor_field(model)
        held: dict[str, Any] = {
            name: None if plan.optional else [] for name, plan in fields.items() if plan.optional or plan.is_list
        }
        held |= {anchor: self.words} if anchor and self.words else {}
        for name, plan in fields.items():
            found = self._found(plan)
            if len(found) > 1 and not plan.is_list:
                what = "regions are tied to it as" if plan.types or plan.verbatim else "values of"
                raise GoldError(f"{self.where}: {len(found)} {what} {name!r}, which holds one")
            if found:
                held[name] = found if plan.is_list else found[0]
        return _validated(model, held, self.where).model_dump()

    def _found(self, plan: FieldPlan) -> list[Any]:
        tied = self.tied.get(plan.name, [])
        if plan.types:
            types = {each.__name__: each for each in plan.types}
            return [each.record(types[each.label]) for each in tied]
        if plan.verbatim:  # further parts of a text go on in its order
            return [each.words for each in (sorted(tied, key=lambda each: each.start) if plan.has(Silent) else tied)]
        choices = {entry(each): each for each in choices_for(plan)}
        return [choices.get(str(each), each) for each in self.entered.get(f"{self.label}_{plan.name}", ())]


def _records(results: Sequence[_Result], text: str, schema: type[BaseModel], where: str) -> dict[str, Any]:
    """The records of a text: those in the region of the whole schema, if there is one, and those that nothing holds."""
    models = {model.__name__: model for model in types_in(schema)}
    regions = {each.id: _region(each, text, where) for each in results if isinstance(each, _Labelled)}
    for each in results:
        if isinstance(each, _Entered) and each.id in regions:
            regions[each.id].entered[each.from_name] = each.given
        elif isinstance(each, _Tied) and {each.from_id, each.to_id} <= regions.keys():
            _tie(regions[each.from_id], regions[each.to_id], each.labels, models)
    loose = [region for region in regions.values() if region.holder is None]
    whole = [region for region in loose if region.label == schema.__name__]
    if len(whole) > 1:
        raise GoldError(f"{where}: {len(whole)} regions are a {schema.__name__}, of which a text holds one")
    top = whole[0] if whole else _Region(schema.__name__, 0, "", where)
    for region in (each for each in loose if each is not top):
        plan = next((plan for plan in record_lists(schema) if region.label in _labels(plan, schema)), None)
        if plan is None:
            raise GoldError(
                f"{region.where}: {region.words!r} belongs to no record; draw a relation to it, or is its label from "
                "another configuration?"
            )
        top.tie(region, plan)
    return top.record(schema)


def _region(found: _Labelled, text: str, where: str) -> _Region:
    label, here = found.value.labels[0], f"{where}: region {found.id!r} ({found.value.labels[0]})"
    place = found.value.place(text)
    if place is None:
        start, end = found.value.start, found.value.end
        stands = text[start : min(end, start + 100)]
        raise GoldError(f"{here}: at {start} to {end} the text has {stands!r}, not {found.value.text!r}; mark it again")
    return _Region(label, place.start, text[place.start : place.end].strip(), here)


def _tie(one: _Region, other: _Region, names: Sequence[str] | None, models: Mapping[str, type[BaseModel]]) -> None:
    """Ties a region to the record that has a field for it, in whichever direction the relation was drawn."""
    for owner, child in ((one, other), (other, one)):
        model = models.get(owner.label)
        plans = [plan for plan in fields_of(model).values() if child.label in _labels(plan, model)] if model else []
        for plan in (found := [plan for plan in plans if not names or plan.name in names]):
            owner.tie(child, plan)
        if found:
            return


def _labels(plan: FieldPlan, model: type[BaseModel]) -> Sequence[str]:
    """Labels of the regions that a field may hold."""
    return [each.__name__ for each in plan.types] or [f"{model.__name__}.{plan.name}"] * plan.verbatim


def _squeezed(words: str) -> str:
    return "".join(words.replace("\\n", " ").split())


def _validated(model: type[Model], data: object, where: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise GoldError(f"{where}: {first_fault(error)}") from error
