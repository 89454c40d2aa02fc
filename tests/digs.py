"""A task with all that a schema can have: records in records of their own type, parts, lists of words, vocabularies, numbers
and days with their words; articles about digs, and what a run says of them."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict

from extract.records.corrections import Correction
from extract.records.grounding import ground
from extract.records.marks import Day, Evidence, NumberOf, Verbatim
from extract.records.results import ArticleResult, Header, Run, Signature
from extract.records.totals import totals

Json = dict[str, Any]


class Count(BaseModel):
    """How many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Verbatim("number")]
    value: Annotated[int | None, NumberOf("text", least=1)] = None


class Find(BaseModel):
    """Something that was dug up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Annotated[str, Evidence()]
    name: Annotated[str, Verbatim()]
    kind: Literal["coin", "pot"] = "coin"
    day_text: Annotated[str | None, Verbatim("time")] = None
    day: Annotated[str | None, Day("day_text")] = None
    count: Count | None = None
    tags: Annotated[list[str], Verbatim()] = []
    inside: list[Find] = []


class Dig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    site: Annotated[str | None, Verbatim()] = None
    finds: list[Find] = []


TEXT = (
    "At Aldane 🏺 they dug on. A jar held 12 coins, small and bright, on Monday. A bowl lay beside it, cracked and dark. "
    "A ring of gold was in the bowl. Nothing else came up, said Oda Berg."
)
JAR, BOWL, RING = TEXT.split(". ")[1] + ".", TEXT.split(". ")[2] + ".", TEXT.split(". ")[3] + "."
RECORDS = Dig.model_validate(
    {
        "site": "Aldane",
        "finds": [
            {
                "evidence": JAR,
                "name": "jar",
                "kind": "pot",
                "count": {"text": "12", "value": 12},
                "tags": ["small", "bright"],
            },
            {"evidence": BOWL, "name": "bowl", "inside": [{"evidence": RING, "name": "ring"}]},
        ],
    }
)
AT = "2026-11-26T11:20:00Z"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def result_of(records: Dig, text: str = TEXT, name: str = "a", **more: Any) -> ArticleResult:
    """What a run says of an article."""
    grounded = ground(records, text)
    return ArticleResult(
        article_id=name,
        source=f"{name}.txt",
        text_sha256=digest(text),
        status="complete",
        records=grounded.records,
        grounding=grounded.grounding,
        totals=totals(grounded.records),
        text=text,
        **more,
    )


def run_of(*results: ArticleResult, task: str = "digs", model: str = "m") -> Run:
    signature = Signature(
        task=task, model=model, prompts="p", prompts_sha256="0" * 64, schema_sha256="0" * 64, sampling={}
    )
    return Run(header=Header(signature=signature), results=list(results))


def anchor(evidence: str, kind: str = "Find") -> Json:
    start = TEXT.index(evidence)
    return {"type": kind, "start": start, "end": start + len(evidence)}


def said(
    action: str, pointer: str, was: Any = None, value: Any = None, evidence: str | None = None, **more: Any
) -> Correction:
    """A correction of the article above."""
    made: Json = {"article_id": "a", "text_sha256": digest(TEXT), "action": action, "pointer": pointer}
    made |= {"was": was, "value": value, "anchor": anchor(evidence) if evidence else None, "at": AT, "by": "Ann"}
    return Correction.model_validate(made | more)
