"""The gold set as files: is every label file what the codebook asks for, and the JSON schema that says so to editors.

What is a fault (each is one line with file and JSON pointer):

- the file is not JSON, not of the label form, of another codebook version, or named for another article;
- a verbatim value does not stand in the article, character for character, on borders of words and numbers;
- the evidence lacks what the record cannot be without: the words of its quantity, the thing damaged, the words
  quoted. A date, a place, a source or a speaker may stand elsewhere;
- two records of one list say the same, a place stands twice;
- numbers and days that their own words contradict, and what the task's codebook forbids beyond that
  (`extract.tasks.task.Rules.record_faults`);
- a draft that nobody has accepted, a label file without an article, an article without a label file.

Not here: the label file's model (`labels`), and whether a label is right, which only reading tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from eval.gold.labels import (
    RECORDS,
    Head,
    Label,
    file_name,
    file_names,
    is_nested,
    label_form,
    load_labels,
    of_other_task,
    read_label,
)
from extract.articles import Article, Unreadable, read_articles
from extract.errors import GoldError, UsageError
from extract.files.documents import pointer, read_text
from extract.records.checks import calendar_day, contradictions
from extract.records.grounding import TextIndex
from extract.records.marks import Compare, Silent
from extract.records.tree import FieldPlan, Node, evidence_of, fields_of, nodes, record_lists, said
from extract.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a label file.

    Attributes:
        file: the file, as it was named.
        pointer: JSON pointer of the value; "" is the file as a whole.
        message: one line.
    """

    file: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        faults: in order of file and place.
        files: number of label files.
        drafted: ids of articles whose labels began as a model's draft and were accepted; reported apart.
    """

    faults: Sequence[Fault]
    files: int
    drafted: Sequence[str] = ()


def load_articles(folder: Path) -> dict[str, Article]:
    """The articles of a gold set by id.

    Raises:
        UsageError: there is no such folder, or nothing in it.
        GoldError: a file in it is not an article.
    """
    return {article.id: article for article in only_articles(read_articles([str(folder)]))}


def only_articles(items: Iterable[Article | Unreadable]) -> Iterator[Article]:
    """The articles, every one of which has to be readable.

    Raises:
        GoldError: one is not.
    """
    for item in items:
        if not isinstance(item, Article):
            raise GoldError(f"{item.source!r} is not an article: {item.reason}")
        yield item


def check_set(labels: Path, articles: Path, task: Task[Any]) -> Checked:
    """Checks a folder of label files against a folder of articles.

    Raises:
        UsageError: one of the folders does not exist or holds nothing to check.
        GoldError: an article cannot be read.
    """
    files = sorted(labels.glob("*.json"))
    if not files:
        raise UsageError(f"no label files (*.json) in {str(labels)!r}")
    texts = load_articles(articles)
    faults = [fault for path in files for fault in check_file(path, texts, task)]
    labelled = {path.name for path in files}
    faults += [
        Fault(article.source, "", f"has no label file {str(labels / file_name(name))!r}; see `extract gold draft`")
        for name, article in texts.items()
        if labelled.isdisjoint(file_names(name))
    ]
    drafted = [] if faults else [name for name, label in load_labels(labels, task).items() if label.head.drafted_from]
    return Checked(faults, len(files), drafted)


def check_file(path: Path, articles: Mapping[str, Article], task: Task[Any], *, drafts: bool = False) -> list[Fault]:
    """Checks one label file.

    Args:
        path: the label file.
        articles: articles by id.
        task: what it labels.
        drafts: whether a draft that nobody has accepted yet is let pass.
    """
    try:
        text = read_text(path, "label file", GoldError)
        label = read_label(text, task.schema)
    except ValidationError as error:
        if other := of_other_task(text, task):
            return [Fault(str(path), "", other)]
        return [
            Fault(str(path), pointer(part["loc"]), f"{part['msg']}{_found(part['input'])}") for part in error.errors()
        ]
    except (GoldError, ValueError) as error:
        return [Fault(str(path), "", str(error))]
    found = list(_head_faults(label.head, path.name, task.codebook, drafts))
    article = articles.get(label.article_id)
    if article is None:
        found.append(("/article_id", f"no article {label.article_id!r} among the {len(articles)} articles"))
    else:
        found += _record_faults(label, article, task)
    return [Fault(str(path), place, message) for place, message in found]


def label_schema(schema: type[BaseModel]) -> str:
    """The JSON schema of label files, as text: `labels.schema.json` of a gold set is this."""
    form = {"$schema": "https://json-schema.org/draft/2020-12/schema", **label_form(schema).model_json_schema()}
    return json.dumps(form, indent=2, ensure_ascii=False) + "\n"


_Finding = tuple[str, str]
"""JSON pointer and message."""


def _found(value: object) -> str:
    return f" (found {value!r})" if isinstance(value, str | int | float) and len(str(value)) < 100 else ""


def _head_faults(head: Head, name: str, codebook: int, drafts: bool) -> Iterator[_Finding]:
    if head.codebook != codebook:
        yield "/codebook", f"codebook version {head.codebook}, where this task has {codebook}"
    if name not in file_names(head.article_id):
        yield "/article_id", f"{head.article_id!r} in a file named {name!r}, not {file_name(head.article_id)!r}"
    if not head.annotator.strip():
        yield "/annotator", "empty: say who or what read the article"
    for name in ("labelled_on", "published"):
        day = getattr(head, name)
        if day is not None and calendar_day(day) is None:
            yield f"/{name}", f"{day!r} is not a day (YYYY-MM-DD)"
    if head.draft and not drafts:
        yield "/draft", "a draft, not gold: correct it by reading, then `extract gold accept FILE --annotator NAME`"


def _record_faults(label: Label, article: Article, task: Task[Any]) -> Iterator[_Finding]:
    index = TextIndex(article.text)
    for node in nodes(label.records, _root(label)):
        yield from _word_faults(node, article.text, index)
        for field in record_lists(type(node.record)):
            yield from _repeats(getattr(node.record, field.name) or (), f"{node.pointer}/{field.name}")
        for name, message in task.rules.record_faults(node.record):
            yield f"{node.pointer}/{name}", message
    for problem in contradictions(label.records, task.rules):
        yield f"{_root(label)}{problem.pointer}", problem.detail.removeprefix(f"{problem.pointer}: ")


def _root(label: Label) -> str:
    """Pointer of the records in the label file."""
    return f"/{RECORDS}" if is_nested(type(label.records)) else ""


def _word_faults(node: Node, text: str, index: TextIndex) -> Iterator[_Finding]:
    evidence = evidence_of(node.record) or evidence_of(node.owner.record)  # a part has that of its record
    for name, field in fields_of(type(node.record)).items():
        value = getattr(node.record, name)
        if not field.verbatim or value is None:
            continue
        needed, here = _is_needed(field), f"{node.pointer}/{name}"
        for number, words in enumerate(value if field.is_list else [value]):
            pointer = f"{here}/{number}" if field.is_list else here
            if message := _unfound(words, text, index):
                yield pointer, message
            elif needed and evidence is not None and TextIndex(evidence).find(words) is None:
                yield pointer, f"{words!r} is not in the record's evidence"
        if field.is_list and not field.has(Silent):
            for number, words in enumerate(value):
                if words in value[:number]:
                    yield f"{here}/{number}", f"{words!r} stands twice"


def _unfound(words: str, text: str, index: TextIndex) -> str | None:
    if not words.strip():
        return "empty; what is not stated is null or left out"
    if words != words.strip():
        return f"{words!r} begins or ends with white space"
    found = index.find(words)
    if found is None:
        return f"{words!r} cuts a word or number" if words in text else f"{words!r} is not in the article"
    span, status = found
    if status != "exact":
        return f"{words!r} is not in the article, which has {text[span.start : span.end]!r}"
    return None


def _is_needed(field: FieldPlan) -> bool:
    """Whether a field holds words without which the record could not be: required ones, but for names."""
    compared = field.mark(Compare)
    return field.has(Silent) or (field.required and compared is not None and compared.rule == "text")


def _repeats(records: Sequence[BaseModel], pointer: str) -> Iterator[_Finding]:
    seen: dict[tuple[object, ...], int] = {}
    for number, record in enumerate(records):
        first = seen.setdefault(said(record), number)
        if first != number:
            yield f"{pointer}/{number}", f"says the same as {pointer}/{first}"
