"""Small schemas of every form, each taken through everything that knows no schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel, ConfigDict, Field

from eval.gold.checking import check_file
from eval.gold.drafts import write_new
from eval.gold.labelling_config import labelling_config
from eval.gold.labels import Head, Label, read_label
from eval.gold.labelstudio_reader import Reader
from eval.gold.labelstudio_writer import to_task
from eval.scoring.metrics import score_article
from extract.articles import Article
from extract.models.parsing import parse
from extract.prompting.outline import outline
from extract.records.grounding import ground
from extract.records.marks import Compare, Day, Evidence, Key, NumberOf, Silent, Verbatim
from extract.records.merging import merged
from extract.records.results import ArticleResult, Header, Run, Signature, read_run
from extract.records.schemas import check_schema
from extract.records.tree import values
from extract.tasks.task import Task
from extract.views.export import Form, csv_form, json_form
from extract.views.tables import run_view
from tests.commands import write_lines

TEXT = (
    "Two men shot Ann Lee, 34, at 5 Mill Road in Lund on Monday. Ann said “it was loud”. Bob Ray of Acme was hurt.\n"
    "Acme recalls 1,200 kettles and 30 red toasters; they burn. Bob answered Ann: “Call us”. Then Ann answered Bob."
)


class Shooting(BaseModel):
    """Flat: the article is the record."""

    day: date | None = None
    address: Annotated[str | None, Verbatim("place")] = None
    killed: int = 0
    injured: Annotated[int, NumberOf("words")] = 0
    words: Annotated[str, Verbatim("number")] = "Two"


class Plain(BaseModel):
    """Not a mark."""

    company: str
    product: str | None = None
    units: int
    tags: list[str] = []


class Plains(BaseModel):
    recalls: list[Plain]


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Annotated[str, Evidence()]
    speaker: Annotated[str, Compare("name"), Key(), Verbatim("person")]
    words: Annotated[str, Verbatim()]
    kind: Literal["said"] = "said"


class Asked(BaseModel):
    kind: Literal["asked"] = "asked"
    speaker: Annotated[Optional[str], Verbatim("person", "organisation")]  # noqa: UP045
    whom: Annotated[str, Verbatim()] | None = None


class Speech(BaseModel):
    """A union without a discriminator, told apart by a word."""

    acts: list[Said | Asked] = []


class Discriminated(BaseModel):
    acts: list[Annotated[Said | Asked, Field(discriminator="kind")]] = Field(default_factory=list)
    first: Annotated[Asked | Said, Field(discriminator="kind")] | None = None


class Comment(BaseModel):
    """Holds itself."""

    evidence: Annotated[str, Evidence()]
    by: Annotated[str, Verbatim()]
    answers: list[Comment] = []


class Thread(BaseModel):
    comments: list[Comment] = []


class Link(BaseModel):
    """A part that holds itself."""

    name: Annotated[str, Verbatim()]
    beyond: Link | None = None


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Typed(BaseModel):
    """Every type of a value."""

    colour: Colour
    size: Size | None = None
    mood: Literal["good", "bad", None] = None
    grade: Literal[1, 2] = 1
    yes: bool = False
    share: float = 0.5
    price: Decimal = Decimal("1.50")
    day: date | None = None
    at: datetime | None = None
    hour: time | None = None
    number: int | float = 1
    colours: list[Colour] = []
    days: tuple[date, ...] = ()
    flags: list[bool] = []


class Typeds(BaseModel):
    items: list[Typed] = []


class Names(BaseModel):
    """Lists and tuples of words."""

    people: tuple[Annotated[str, Verbatim("person")], ...]
    places: Annotated[list[str], Verbatim("place"), Compare("name")] = []
    loose: list[str] | None = None
    held: list[Link] | None = None


class Amount(BaseModel):
    words: Annotated[str, Verbatim(), Silent()]
    value: Annotated[int | None, Compare("number", wording="words")]


class Lot(BaseModel):
    thing: Annotated[str, Verbatim(), Key()]
    amount: Amount | None = None


class Company(BaseModel):
    """A part with records in it."""

    name: Annotated[str, Verbatim("organisation")]
    lots: tuple[Lot, ...] = ()


class Report(BaseModel):
    company: Company | None = None
    day: Annotated[str | None, Day("weekday")] = None
    weekday: Annotated[str | None, Verbatim("time")] = None


class Hurt(BaseModel):
    """Two lists of one type."""

    model_config = ConfigDict(frozen=True)

    shooters: list[Link] = []
    victims: list[Link] = []


@dataclass(frozen=True)
class Sample:
    """Records of a schema, and how many of their values stand in the text."""

    records: BaseModel
    found: int


def sample(records: BaseModel, found: int) -> Any:
    return pytest.param(Sample(records, found), id=type(records).__name__)


QUOTE = "Ann said “it was loud”"
ANSWER = "Bob answered Ann: “Call us”."
SAMPLES = [
    sample(Shooting(day=date(2026, 1, 5), address="5 Mill Road", injured=2), 2),
    sample(Shooting(), 1),
    sample(Plains(recalls=[Plain(company="Acme", product="fridges", units=3, tags=["burn", "odd"])]), 2),
    sample(
        Speech(
            acts=[
                Said(evidence=QUOTE, speaker="Ann", words="it was loud"),
                Asked(speaker="Bob", whom="Ann"),
                Asked(speaker=None),
            ]
        ),
        5,
    ),
    sample(Discriminated(acts=[Asked(speaker="Bob")], first=Asked(speaker="Ann")), 2),
    sample(Discriminated(first=Said(evidence=QUOTE, speaker="Ann", words="loud")), 3),
    sample(
        Thread(
            comments=[
                Comment(evidence=QUOTE, by="Ann", answers=[Comment(evidence=ANSWER, by="Bob", answers=[])]),
                Comment(evidence=ANSWER, by="Ann"),
            ]
        ),
        6,
    ),
    sample(Link(name="Ann", beyond=Link(name="Bob", beyond=Link(name="Lund"))), 3),
    sample(
        Typeds(
            items=[
                Typed(
                    colour=Colour.RED,
                    size=Size.LARGE,
                    mood="bad",
                    yes=True,
                    day=date(2026, 1, 5),
                    at=datetime(2026, 1, 5, 4, 3, tzinfo=UTC),
                    hour=time(4, 3),
                    number=2.5,
                    colours=[Colour.RED, Colour.BLUE],
                    days=(date(2026, 1, 5), date(2026, 1, 6)),
                    flags=[True, False],
                ),
                Typed(colour=Colour.BLUE),
            ]
        ),
        0,
    ),
    sample(Names(people=("Ann", "Bob"), places=["Lund"], loose=["kettles", "fridges"], held=[Link(name="Acme")]), 5),
    sample(Names(people=()), 0),
    sample(
        Report(
            company=Company(name="Acme", lots=(Lot(thing="kettles", amount=Amount(words="1,200", value=1200)),)),
            day="2026-01-05",
            weekday="Monday",
        ),
        4,
    ),
    sample(Hurt(shooters=[Link(name="Two men")], victims=[Link(name="Ann Lee"), Link(name="Bob Ray")]), 3),
]
each_sample = pytest.mark.parametrize("each", SAMPLES)
ARTICLE = Article("one", TEXT, "one.txt")


def a_run(records: BaseModel) -> Run:
    grounded = ground(records, TEXT)
    signature = Signature(task="t", model="m", prompts="p", prompts_sha256="", schema_sha256="", sampling={})
    row = ArticleResult(
        article_id="one", source="one", status="complete", records=grounded.records, grounding=grounded.grounding
    )
    return Run(header=Header(signature=signature), results=[row])


def head() -> Head:
    return Head(codebook=1, article_id="one", annotator="Ann", labelled_on="2026-01-05")


@each_sample
def test_the_schema_is_taken_and_told(each: Sample) -> None:
    check_schema(type(each.records))
    assert type(each.records).__name__ in outline(type(each.records))


@each_sample
def test_an_answer_in_json_is_read(each: Sample) -> None:
    assert parse(each.records.model_dump_json(), type(each.records)).value == each.records


@each_sample
def test_values_get_their_places(each: Sample) -> None:
    grounded = ground(each.records, TEXT)
    assert grounded.records == each.records
    assert [place.status for place in grounded.grounding.values()] == ["exact"] * each.found


@each_sample
def test_the_run_file_gives_the_same_back(each: Sample, tmp_path: Path) -> None:
    run = a_run(each.records)
    path = write_lines(tmp_path / "run.jsonl", run.header, *run.results)
    (row,) = read_run(path, type(each.records)).results
    assert (row.records, row.grounding) == (each.records, run.results[0].grounding)


def exported(form: Form, run: Run) -> str:
    return "".join([form.head, *map(form.article, run.results), form.foot()])


@each_sample
def test_exports_have_every_value(each: Sample) -> None:
    run = a_run(each.records)
    table = exported(csv_form(run.header), run)
    pointers = [value.pointer for value in values(each.records)]
    assert [line.split(",")[1] for line in table.splitlines()[1:]] == (pointers or [""])
    assert "<" not in table
    assert json.loads(exported(json_form(run.header), run))["results"][0]["records"] == each.records.model_dump(
        mode="json"
    )


@each_sample
def test_tables_show_every_value(each: Sample) -> None:
    shown = run_view(a_run(each.records), width=300, evidence=True)
    for value in values(each.records):
        if isinstance(value.value, str):
            assert value.value.removesuffix(".")[:40] in shown
    assert "<" not in shown


@each_sample
def test_scored_against_itself_everything_is_right(each: Sample) -> None:
    score = score_article("one", each.records, each.records.model_copy(deep=True), TEXT)
    assert {verdict.state for verdict in score.verdicts} <= {"COR"}
    assert score.verdicts or not list(values(each.records))
    alone = score_article("one", each.records, None, TEXT)
    assert {verdict.state for verdict in alone.verdicts} <= {"MIS"}


@each_sample
def test_a_label_is_written_read_and_checked(each: Sample, tmp_path: Path) -> None:
    task = Task.of(type(each.records))
    path = write_new(Label(head(), each.records), tmp_path)
    assert read_label(path.read_text(encoding="utf-8"), task.schema).records == each.records
    assert check_file(path, {"one": ARTICLE}, task) == []


@each_sample
def test_label_studio_gives_the_same_back(each: Sample) -> None:
    label = Label(head(), each.records)
    reader = Reader(Task.of(type(each.records)), (ARTICLE,), "Ann", date(2026, 1, 5))
    (back,) = reader.labels([to_task(ARTICLE, label)], "tasks")
    assert back.records == each.records
    config = labelling_config(type(each.records))
    for result in to_task(ARTICLE, label)["annotations"][0]["result"]:
        for said in result.get("labels") or result["value"].get("labels") or [result["from_name"]]:
            assert f'"{said}"' in config


@each_sample
def test_merged_with_itself_it_is_the_same(each: Sample) -> None:
    assert merged([each.records, each.records]) == each.records
