"""Tasks with small schemas of their own: recalls of products, and tastings, whose `notes` are called like a label's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict

from extract.records.marks import Evidence, Verbatim
from extract.tasks.loading import load_task
from extract.tasks.task import Task

Json = dict[str, Any]


class Recall(BaseModel):
    """A product that is called back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Annotated[str, Evidence()]
    product: Annotated[str, Verbatim()]
    units: int | None = None
    reason: Literal["fire", "injury", "other"]


class Recalls(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    recalls: list[Recall] = []


class Note(BaseModel):
    """What somebody tasted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Annotated[str, Evidence()]
    flavour: Annotated[str, Verbatim()]


class Tastings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    notes: list[Note] = []


RECALLED = "Ardent Home recalls 1,200 kettles because they may catch fire.\n"
TASTED = "The 2019 smells of quince and wet slate.\n"
RECALL: Json = {"evidence": RECALLED.strip(), "product": "kettles", "units": 1200, "reason": "fire"}
NOTE: Json = {"evidence": TASTED.strip(), "flavour": "quince"}
HEAD: Json = {
    "codebook": 1,
    "article_id": "one",
    "annotator": "Ann",
    "labelled_on": "2026-11-22",
    "published": None,
}
RECALL_LABEL: Json = {**HEAD, "recalls": [RECALL], "notes": ["hard"]}
TASTING_LABEL: Json = {**HEAD, "records": {"notes": [NOTE]}, "notes": ["hard"]}


def begin(folder: Path, schema: type[BaseModel]) -> Task[Any]:
    """A task of a folder that has one of these schemas and is named for it."""
    folder.mkdir(parents=True, exist_ok=True)
    said = f'name = "{schema.__name__.lower()}"\nschema = "{schema.__module__}:{schema.__name__}"\n'
    (folder / "task.toml").write_text(said, encoding="utf-8")
    return load_task(folder)


def write_set(gold: Path, text: str, label: Json) -> Path:
    """A gold set of one article, "one"; returns the label file."""
    (gold / "articles").mkdir(parents=True, exist_ok=True)
    (gold / "labels").mkdir(exist_ok=True)
    (gold / "articles" / "one.txt").write_text(text, encoding="utf-8")
    file = gold / "labels" / "one.json"
    file.write_text(json.dumps(label), encoding="utf-8")
    return file
