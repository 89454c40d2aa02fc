"""A run for the tests of the page: a small schema with everything that a schema can have, and an article whose offsets
in code points are not those in UTF-16."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from extract.articles import Article
from extract.records.grounding import ground
from extract.records.marks import Day, Evidence, NumberOf, Totals, Verbatim
from extract.records.results import ArticleResult, Header, Problem, Run, Signature
from extract.views.page.building import page_of
from extract.views.page.content import Beside, content_of


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Count(Part):
    words: Annotated[str, Verbatim("number")]
    value: Annotated[int | None, NumberOf("words")] = None


class Bird(Part):
    """Birds of one kind that were seen."""

    evidence: Annotated[str, Evidence()]
    name: Annotated[str, Verbatim()]
    doing: Literal["standing", "flying", "other"] = "other"
    count: Count | None = None
    ringed: bool | None = None
    seen_by: Annotated[str | None, Verbatim("person")] = None


class Walk(Part):
    evidence: Annotated[str, Evidence()]
    weather: str | None = None
    day: Annotated[str | None, Day()] = None
    places: Annotated[list[str], Verbatim("place")] = []
    birds: Annotated[list[Bird], Totals(by=("name",))] = []


class Remark(Part):
    evidence: Annotated[str, Evidence()]
    speaker: Annotated[str, Verbatim("person")]


class Diary(Part):
    walks: list[Walk] = []
    remarks: list[Remark] = []


TEXT = (
    "🦆🦆 Two herons stood in the reeds near Lake Oma. Three gulls flew over Hill Point, Ann Bell wrote.\n\n"
    "Nobody saw the kite that Tom Reed had promised. “So many gulls,” Ann Bell said, “we lost count.”\n"
)
HERONS = "Two herons stood in the reeds near Lake Oma."
GULLS = "Three gulls flew over Hill Point, Ann Bell wrote."
REMARK = "“So many gulls,” Ann Bell said"
DIARY = Diary(
    walks=[
        Walk(
            evidence=HERONS,
            places=["Lake Oma", "Oslo"],
            birds=[
                Bird(evidence=HERONS, name="herons", doing="standing", count=Count(words="Two", value=3)),
                Bird(evidence=GULLS, name="gulls", doing="flying", count=Count(words="Three", value=3)),
                Bird(evidence=REMARK, name="gulls"),
            ],
        )
    ],
    remarks=[Remark(evidence=REMARK, speaker="ANN BELL")],
)
SURE = {
    "/walks/0/places/0": 0.9,
    "/walks/0/birds/0/name": 0.85,
    "/walks/0/birds/0/doing": 0.42,
    "/walks/0/birds/1/name": 0.61,
}
DENIED = Problem(
    kind="contradiction",
    pointer="/walks/0/birds/0/count/value",
    detail="/walks/0/birds/0/count/value: 3 is not what 'Two' says",
)


def result(
    diary: BaseModel = DIARY, text: str = TEXT, article_id: str = "monday", title: str | None = "Monday"
) -> ArticleResult:
    """A result as a run file has it."""
    grounded = ground(diary, text)
    own = diary is DIARY
    return ArticleResult(
        article_id=article_id,
        source=f"{article_id}.txt",
        text_sha256=Article(article_id, text, "x").sha256,
        title=title,
        status="complete",
        records=grounded.records,
        grounding=grounded.grounding,
        confidence=SURE if own else {},
        totals=["/walks/0/birds/0", "/walks/0/birds/1"] if own else [],
        problems=[DENIED] if own else [],
        text=text,
    )


def run_of(*results: ArticleResult, task: str = "diary") -> Run:
    """A run of these results; of the one above where none is given."""
    signature = Signature(task=task, model="by hand", prompts="p", prompts_sha256="0", schema_sha256="0", sampling={})
    return Run(header=Header(signature=signature), results=list(results) or [result()], path="runs/diary.jsonl")


def html_of(run: Run, *beside: Beside, schema: type[BaseModel] = Diary) -> str:
    """The page of a run."""
    texts = {each.article_id: each.text for each in run.results if each.text is not None}
    return page_of(content_of(run, schema, texts, beside))


def write_page(folder: Path, run: Run | None = None, *beside: Beside) -> Path:
    """Writes the page of a run; returns its file."""
    file = folder / "page.html"
    file.write_text(html_of(run or run_of(), *beside), encoding="utf-8")
    return file
