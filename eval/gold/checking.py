"""The gold set as files: is every label file what the codebook asks for, and the JSON schema that says so to editors.

What is a fault (each is one line with file and JSON pointer):

- the file is not JSON, not of the label form, of another codebook version, or named for another article;
- a verbatim value does not stand in the article, character for character, on borders of words and numbers;
- the evidence lacks what the record cannot be without: the words of its quantity, the thing damaged, the words
  quoted. A date, a place, a source or a speaker may stand elsewhere;
- two records of one list say the same, a place stands twice;
- what the task's codebook forbids beyond that (`extract.tasks.task.Rules.record_faults`);
- a draft that nobody has accepted, a label file without an article, an article without a label file.

Not here: the label file's model (`labels`), and whether a label is right, which only reading tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from eval.gold.labels import RECORDS, Head, Label, file_name, file_names, is_nested, label_form, load_labels, read_label
from extract.articles import Article, read_articles
from extract.errors import GoldError, UsageError
from extract.files.documents import parsed, pointer, read_text
from extract.records.grounding import TextIndex
from extract.records.marks import Compare, Evidence, Silent, is_verbatim, item_model, marks, part_model
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
    drafted: Sequence[str] = field(default=())


def load_articles(folder: Path) -> dict[str, Article]:
    """The articles of a gold set by id.

    Raises:
        UsageError: there is no such folder, or nothing in it.
        GoldError: a file in it is not an article.
    """
    found: dict[str, Article] = {}
    for item in read_articles([str(folder)]):
        if not isinstance(item, Article):
            raise GoldError(f"{item.source!r} is not an article: {item.reason}")
        found[item.id] = item
    return found


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
        parsed(text)
        label = read_label(text, task.schema)
    except ValidationError as error:
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
        if day is not None and not _is_day(day):
            yield f"/{name}", f"{day!r} is not a day (YYYY-MM-DD)"
    if head.draft and not drafts:
        yield "/draft", "a draft, not gold: correct it by reading, then `extract gold accept FILE --annotator NAME`"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Place:
    """A record or part with where it stands and the evidence that has to support it."""

    pointer: str
    record: BaseModel
    evidence: str | None


def _record_faults(label: Label, article: Article, task: Task[Any]) -> Iterator[_Finding]:
    index = TextIndex(article.text)
    for place in _places(label.records, _root(label), None):
        yield from _word_faults(place, article.text, index)
        for name, info in type(place.record).model_fields.items():
            if item_model(info):
                yield from _repeats(getattr(place.record, name), f"{place.pointer}/{name}")
        for name, message in task.rules.record_faults(place.record):
            yield f"{place.pointer}/{name}", message


def _root(label: Label) -> str:
    """Pointer of the records in the label file."""
    return f"/{RECORDS}" if is_nested(type(label.records)) else ""


def _places(record: BaseModel, pointer: str, evidence: str | None) -> Iterator[_Place]:
    """A record tree, outer records first; a part has the evidence of its record."""
    fields = type(record).model_fields
    own = [getattr(record, name) for name, info in fields.items() if any(isinstance(m, Evidence) for m in marks(info))]
    evidence = own[0] if own else evidence
    yield _Place(pointer, record, evidence)
    for name, info in fields.items():
        value = getattr(record, name)
        if item_model(info):
            for number, item in enumerate(value):
                yield from _places(item, f"{pointer}/{name}/{number}", None)
        elif part_model(info) and value is not None:
            yield from _places(value, f"{pointer}/{name}", evidence)


def _word_faults(place: _Place, text: str, index: TextIndex) -> Iterator[_Finding]:
    for name, info in type(place.record).model_fields.items():
        value = getattr(place.record, name)
        if not is_verbatim(info) or value is None:
            continue
        is_list = isinstance(value, list)
        needed = _is_needed_wording(place.record, name)
        for number, words in enumerate(value if is_list else [value]):
            pointer = f"{place.pointer}/{name}/{number}" if is_list else f"{place.pointer}/{name}"
            if message := _unfound(words, text, index):
                yield pointer, message
            elif needed and place.evidence is not None and words not in place.evidence:
                yield pointer, f"{words!r} is not in the record's evidence"
        if is_list:
            for number, words in enumerate(value):
                if words in value[:number] and not _is_silent(place.record, name):
                    yield f"{place.pointer}/{name}/{number}", f"{words!r} stands twice"


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


def _is_needed_wording(record: BaseModel, name: str) -> bool:
    """Whether a field holds words without which the record could not be: required ones, but for names."""
    info = type(record).model_fields[name]
    if _is_silent(record, name):
        return True
    return info.is_required() and any(isinstance(m, Compare) and m.rule == "text" for m in marks(info))


def _is_silent(record: BaseModel, name: str) -> bool:
    return any(isinstance(mark, Silent) for mark in marks(type(record).model_fields[name]))


def _repeats(records: Sequence[BaseModel], pointer: str) -> Iterator[_Finding]:
    seen: dict[str, int] = {}
    for number, record in enumerate(records):
        key = json.dumps(record.model_dump(exclude={"evidence"}), sort_keys=True)
        first = seen.setdefault(key, number)
        if first != number:
            yield f"{pointer}/{number}", f"says the same as {pointer}/{first}"
