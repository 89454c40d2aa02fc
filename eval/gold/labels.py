"""Gold labels: label files, read and validated in form: a head, and the records of the task's schema.

Whether a label agrees with its article is checked by `checking`; what it is worth as a yardstick is the reader's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from eval.scoring.demonyms import Demonyms, load_demonyms
from extract.articles import Article
from extract.errors import GoldError
from extract.files.documents import first_fault, parsed, read_text
from extract.records.tree import fields_of
from extract.tasks.loading import load_task, shipped_tasks
from extract.tasks.task import Task

RECORDS = "records"
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 _.,()+@=-]*[A-Za-z0-9_)+@=-])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
"""Names that Windows gives to devices, whatever their ending."""
_LONGEST = 200


class Head(BaseModel):
    """What a label file says beside the records.

    Attributes:
        codebook: version of the codebook it follows.
        article_id: the article; its file is named for it (`file_name`).
        annotator: who or what read the article.
        labelled_on: day of the reading, YYYY-MM-DD.
        published: the article's day of publication, YYYY-MM-DD, if the reader knew it.
        notes: hard cases and how they were decided.
        draft: whether a model wrote it and nobody has accepted it.
        drafted_from: the model whose draft it began as.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    codebook: int
    article_id: str
    annotator: str
    labelled_on: str
    published: str | None = None
    notes: list[str] = []
    draft: bool = False
    drafted_from: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One article's label file: the head, and the records that the article holds."""

    head: Head
    records: BaseModel

    @property
    def article_id(self) -> str:
        """The article."""
        return self.head.article_id

    def document(self) -> dict[str, Any]:
        """The label file as JSON-able data; what says nothing about how it began is left out."""
        head = self.head.model_dump(mode="json")
        last = {name: head.pop(name) for name in ("notes", "draft", "drafted_from")}
        records = self.records.model_dump(mode="json")
        held = {RECORDS: records} if is_nested(type(self.records)) else records
        return head | held | {name: value for name, value in last.items() if value or name == "notes"}


def is_nested(schema: type[BaseModel]) -> bool:
    """Whether records stand in a label file under a key of their own: where a field is named like one of the head."""
    return not {*Head.model_fields, RECORDS}.isdisjoint(schema.model_fields)


@cache
def label_form(schema: type[BaseModel]) -> type[Head]:
    """The form of a label file, for editors and for faults that name the place: the head with the schema's fields.

    Every list of the schema has to be written, if only as []: an annotator says that there is none.
    """
    said: dict[str, Any] = {RECORDS: (schema, ...)}
    if not is_nested(schema):
        lists = {name for name, field in fields_of(schema).items() if field.is_list}
        said = {
            name: (info.rebuild_annotation(), ... if name in lists else info)
            for name, info in schema.model_fields.items()
        }
    form: type[Head] = create_model("Label", __base__=Head, __doc__="One article's label file.", **said)
    return form


def read_label(text: str, schema: type[BaseModel]) -> Label:
    """A label file's text, checked against its form.

    Raises:
        ValidationError: it is another; strictly, for a figure in quotation marks is a slip of the hand, not a number.
        ValueError: it is no JSON.
    """
    parsed(text)
    return label_of(label_form(schema).model_validate_json(text, strict=True, extra="forbid"), schema)


def label_of(read: Head, schema: type[BaseModel]) -> Label:
    """The label that a form (`label_form`) holds."""
    head = Head.model_construct(**{name: getattr(read, name) for name in Head.model_fields})
    if is_nested(schema):
        records: BaseModel = getattr(read, RECORDS)
    else:
        records = schema.model_validate({name: getattr(read, name) for name in schema.model_fields}, strict=True)
    return Label(head, records)


def file_name(article_id: str) -> str:
    """The name of an article's label file, wherever the id comes from.

    An id that is a plain file name on every system is its own; any other is told apart by a digest. Two ids never
    share a name, but where the file system takes upper and lower case for the same, ids that differ in case alone
    share a file. None leaves its folder.
    """
    if _PLAIN.fullmatch(article_id) and not _RESERVED.match(article_id) and len(article_id.encode()) <= _LONGEST:
        return f"{article_id}.json"
    digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", article_id).strip("-")[:40]
    return f"{readable}~{digest}.json"


def file_names(article_id: str) -> tuple[str, str]:
    """The names that an article's label file may have: the one it is given, and the plain id, where a system takes it."""
    return file_name(article_id), f"{article_id}.json"


def load_labels(folder: Path, task: Task[Any]) -> dict[str, Label]:
    """Reads every label file (*.json) of a folder, as the task has them.

    Returns:
        Labels by article id, sorted.

    Raises:
        GoldError: there are none, or one is not a label file, follows another codebook version, or is named for
            another article than it labels.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise GoldError(f"no label files (*.json) in {str(folder)!r}")
    found: dict[str, Label] = {}
    for label in sorted((_read(path, task) for path in files), key=lambda label: label.article_id):
        if label.article_id in found:
            raise GoldError(f"two label files in {str(folder)!r} are of article {label.article_id!r}: keep one")
        found[label.article_id] = label
    return found


def gold_hash(labels: Mapping[str, Label], articles: Mapping[str, Article], demonyms: Demonyms | None = None) -> str:
    """Identity of a gold set: everything in it that a figure depends on.

    Who labelled, when, and the notes are left out: they change no figure. So is the order of articles.

    Args:
        labels: by article id.
        articles: by article id; those without a label do not count.
        demonyms: the table names are compared with; gold/demonyms.json by default.

    Returns:
        SHA-256 of a canonical JSON, as hex digits.

    Raises:
        GoldError: a label has no article.
    """
    missing = sorted(set(labels) - set(articles))
    if missing:
        raise GoldError(f"label {missing[0]!r} has no article: {len(missing)} of {len(labels)} labels have none")
    table = load_demonyms() if demonyms is None else demonyms
    content = {
        "demonyms": {token: sorted(meaning) for token, meaning in table.items()},
        "labels": {
            article_id: {
                "codebook": label.head.codebook,
                "published": label.head.published,
                "records": label.records.model_dump(mode="json"),
                "text_sha256": articles[article_id].sha256,
            }
            for article_id, label in labels.items()
        },
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def of_other_task(text: str, task: Task[Any]) -> str | None:
    """Says so of a text that is no label of a task, but one of another task that ships."""
    for name in shipped_tasks():
        with suppress(ValidationError):
            read_label(text, load_task(name).schema)
            return f"a label of task {name!r}, not of {task.name!r}: say --task {name}"
    return None


def _read(path: Path, task: Task[Any]) -> Label:
    text = read_text(path, "label file", GoldError)
    try:
        label = read_label(text, task.schema)
    except ValidationError as error:
        why = of_other_task(text, task) or f"not a label file: {first_fault(error)}"
        raise GoldError(f"{str(path)!r} is {why}") from error
    except ValueError as error:
        raise GoldError(f"{str(path)!r} is not a label file: {error}") from error
    if label.head.codebook != task.codebook:
        raise GoldError(f"{str(path)!r} follows codebook version {label.head.codebook!r}, not {task.codebook!r}")
    if path.name not in file_names(label.article_id):
        raise GoldError(f"{str(path)!r} labels article {label.article_id!r}: a label file is named for its article")
    return label
