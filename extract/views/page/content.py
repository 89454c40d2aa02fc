"""What the page of a run knows: the JSON that stands in it. Offsets are code points; the page turns them into its own.

What a gold set or another run says is `Beside`: plain data, made by whoever can score.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from extract.records.checks import Reader
from extract.records.results import ArticleResult, Run, Status, Strict, json_line
from extract.records.tree import nodes
from extract.views.doubts import Why, adding_up, doubts
from extract.views.page.numerals import numerals
from extract.views.page.shape import TypeShape, shapes_of

Json = Any
State = Literal["right", "near", "wrong", "missed", "spurious"]
"""How a value, or a record, compares with the other side's; missed: only there, spurious: only here."""


class Missed(Strict):
    """A record that only the other side has.

    Attributes:
        type: of the record.
        list: pointer of the list in this run that it would stand in.
        record: all of it.
        start, end: where its evidence stands; null where it does not.
    """

    type: str
    list: str
    record: Json
    start: int | None = None
    end: int | None = None


class Compared(Strict):
    """What the other side says of one article.

    Attributes:
        values: pointer of a value of this run → state, and what the other side has.
        missing: pointer of a place that is empty in this run → what the other side has there.
        records: pointer of a record that only this run has, or that has no fault → state.
        missed: the records that only the other side has.
    """

    values: dict[str, tuple[State, Json]]
    missing: dict[str, list[Json]]
    records: dict[str, State]
    missed: list[Missed]


class Beside(Strict):
    """A gold set, or another run, beside this one.

    Attributes:
        name: for people.
        articles: by id; those that the other side has.
    """

    kind: Literal["gold", "run"]
    name: str
    articles: dict[str, Compared]


class PageDoubt(Strict):
    """A value to look at (see `doubts`)."""

    pointer: str
    why: Why
    said: str


class PageArticle(Strict):
    """One article and its records.

    Attributes:
        text: null where it is not known.
        kinds: pointer of a record → its type, in lists of several types.
        grounding: pointer → start, end (or null) and status.
        adding: pointers of records that add up, of lists in which others do not.
        doubts: most doubtful first.
        problems: pointer ("" for the article) and what is wrong.
        history: corrections that the run holds already, as it holds them.
        counts: name of a list → how many records.
        pages: of a PDF, the number of each page and where it begins in the text.
        map: a picture of the article's places (SVG), or nothing.
        map_said: the same in words.
    """

    id: str
    title: str | None
    published: str | None
    source: str
    url: str | None
    status: Status
    text_sha256: str | None
    text: str | None
    records: Json
    kinds: dict[str, str]
    grounding: dict[str, tuple[int | None, int | None, str]]
    confidence: dict[str, float]
    adding: list[str]
    doubts: list[PageDoubt]
    problems: list[tuple[str, str]]
    history: list[Json]
    counts: dict[str, int]
    pages: list[tuple[int, int]]
    map: str = ""
    map_said: str = ""


class Content(Strict):
    """All of a page.

    Attributes:
        digest: of the run; corrections are kept in the browser under it.
        name: of the run's file, without its ending.
        root: the type of an article's records.
        numerals: words → the number that they state for sure, null for none ("dozens").
        world: what the maps of all articles have in common (SVG), or nothing.
    """

    task: str
    digest: str
    name: str
    model: str
    prompts: str
    root: str
    types: dict[str, TypeShape]
    articles: list[PageArticle]
    beside: list[Beside]
    numerals: dict[str, int | None]
    world: str = ""


def content_of(
    run: Run,
    schema: type[BaseModel],
    texts: Mapping[str, str],
    beside: Sequence[Beside] = (),
    maps: Mapping[str, str] | None = None,
    world: str = "",
    reader: Reader | None = None,
) -> Content:
    """What the page of a run knows.

    Args:
        run: the run.
        schema: the task's record model.
        texts: article id → text; see `texts.find_texts`.
        beside: what gold sets or other runs say.
        maps: article id → a picture of its places, as SVG. It is shown as a picture, in which no script runs.
        world: SVG that is put into each of them, for what they have in common.
        reader: who reads numbers in words: the task. Without one, the page checks only those in digits.
    """
    made = run.header.signature
    return Content(
        task=made.task,
        digest=digest_of(run.header, *run.results),
        name=run.path.replace("\\", "/").rpartition("/")[2].removesuffix(".jsonl") or made.task,
        model=made.model,
        prompts=made.prompts,
        root=schema.__name__,
        types=shapes_of(schema),
        articles=[
            _article(each, texts.get(each.article_id), (maps or {}).get(each.article_id, "")) for each in run.results
        ],
        beside=list(beside),
        numerals=numerals(run, texts, reader) if reader else {},
        world=world,
    )


def digest_of(*parts: BaseModel) -> str:
    """Stands for all that the lines of a file say."""
    lines = [json_line(part.model_dump(mode="json")) for part in parts]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _article(result: ArticleResult, text: str | None, picture: str) -> PageArticle:
    records = result.records
    return PageArticle(
        id=result.article_id,
        title=result.headline,
        published=result.published,
        source=result.source,
        url=result.url,
        status=result.status,
        text_sha256=result.text_sha256,
        text=text,
        records=None if records is None else records.model_dump(mode="json"),
        kinds=_kinds(records),
        grounding={pointer: (place.start, place.end, place.status) for pointer, place in result.grounding.items()},
        confidence={pointer: round(share, 3) for pointer, share in result.confidence.items()},
        adding=adding_up(result),
        doubts=[PageDoubt(pointer=each.found.pointer, why=each.why, said=each.denial) for each in doubts(result)],
        problems=[(each.pointer, f"{each.kind}: {each.detail}") for each in result.problems],
        history=[each.model_dump(mode="json") for each in result.corrections],
        counts=result.counts,
        pages=result.pages,
        map=picture,
        map_said=described(picture),
    )


def described(picture: str) -> str:
    """What a picture says of itself."""
    found = re.search(r"<desc[^>]*>([^<]*)</desc>", picture)
    return html.unescape(found[1]) if found else ""


def _kinds(records: BaseModel | None) -> dict[str, str]:
    found = [] if records is None else nodes(records)
    return {node.pointer: node.type for node in found if node.field and len(node.field.types) > 1}
