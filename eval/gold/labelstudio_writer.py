"""Label files → Label Studio's tasks (JSON). How records look there: `labelling_config`; back again: `labelstudio_reader`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from pydantic import BaseModel

from eval.gold.labelling_config import NOTES, REGIONS, TEXT, anchor_field, control_type, entry, has_like_lists
from eval.gold.labels import Label
from extract.articles import Article, Span
from extract.errors import GoldError
from extract.records.grounding import TextIndex
from extract.records.tree import Node, Value, own_values, walk

Json = dict[str, Any]


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
    head = label.head
    writer = _Writer(article, draft=head.draft)
    writer.write(label.records)
    if notes := [*head.notes, *writer.left_out]:
        value = {"text": notes}
        writer.results.append({"id": NOTES, "from_name": NOTES, "to_name": TEXT, "type": "textarea", "value": value})
    meta = {"published": head.published, "drafted_from": head.drafted_from}
    task: Json = {"data": {TEXT: article.text, "article_id": article.id}, "meta": meta}
    if head.draft:
        return {**task, "predictions": [{"model_version": head.drafted_from, "result": writer.results}]}
    return {**task, "annotations": [{"result": writer.results}]}


class _Writer:
    """Collects the results of one task. Ids count up, so that one label always gives one file."""

    def __init__(self, article: Article, *, draft: bool) -> None:
        self.article = article
        self.index = TextIndex(article.text)
        self.draft = draft
        self.results: list[Json] = []
        self.left_out: list[str] = []
        self.numbers = count(1)

    def write(self, records: BaseModel) -> None:
        """Adds a record tree; of a record that has no place in the article nothing is added."""
        placed: dict[str, tuple[str, Span] | None] = {}
        said = any(each.value is not None for each in own_values(Node("", records)))
        is_region = said or has_like_lists(type(records))
        for item in walk(Node("", records)):
            holder = item.parent if isinstance(item, Node) else item.node
            if holder and holder.pointer not in placed:
                continue
            near = placed[holder.pointer] if holder else None
            if isinstance(item, Value):
                if near:
                    self._value(item, *near)
            elif place := self._anchor(item, near and near[1]) if holder or is_region else None:
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
        words = [each.value for each in own_values(node) if each.value and (each.field.verbatim or each.field.loose)]
        found = filter(None, (self.index.find(each, near) for each in words))
        return next((span for span, _ in found), Span(0, len(self.article.text)))

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
        key = "text" if control == "textarea" else control
        if control == "number":
            self._result(region, place, name, control, {key: value.value})
        elif (last.get("id"), last.get("from_name")) == (region, name):
            last["value"][key].append(entry(value.value))
        else:
            self._result(region, place, name, control, {key: [entry(value.value)]})

    def _place(self, pointer: str, words: str, near: Span | None) -> Span | None:
        """Where the very characters of a value stand, as near as can be; None for one of a draft that stands nowhere."""
        # Words inside that only look the same come before the very ones outside, but not where there is no inside.
        wanted = [near, Span(near.start, near.start), Span(near.end, near.end)] if near else [None]
        hits = filter(None, (self.index.find(words, each) for each in wanted))
        at = near or Span(0, 0)
        exact = [span for span, status in hits if status == "exact"]
        if exact:
            return min(exact, key=lambda span: max(at.start - span.end, span.start - at.end))
        fault = f"{words!r} ({pointer}) does not occur as words of its own in article {self.article.id!r}"
        if not self.draft:
            raise GoldError(f"{fault}; see `extract gold check`")
        self.left_out.append(f"{fault}: left out, with what belongs to it")
        return None

    def _region(self, place: Span, label: str) -> str:
        region = f"r{next(self.numbers)}"
        self._result(region, place, REGIONS, "labels", {"labels": [label]})
        return region

    def _result(self, region: str, place: Span, name: str, kind: str, held: Json) -> None:
        words = self.article.text[place.start : place.end]
        value = {"start": place.start, "end": place.end, "text": words, **held}
        self.results.append({"id": region, "from_name": name, "to_name": TEXT, "type": kind, "value": value})

    def _relation(self, owner: str, child: str, name: str) -> None:
        self.results.append(
            {"type": "relation", "from_id": owner, "to_id": child, "direction": "right", "labels": [name]}
        )
