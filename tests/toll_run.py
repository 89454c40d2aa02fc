"""A run of two made-up articles about one attack, hostile words in them, and what writes it to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extract.articles import Article
from extract.records.grounding import ground
from extract.records.results import ArticleResult, Header, Problem, Repeated, Signature
from extract.records.totals import totals
from extract.tasks.attack.schema import Casualty, Damage, Event, Quantity, Quote, Records, Weapon
from tests.commands import write_lines

FIRST = (
    "A drone hit the market of Tolva on Tuesday and killed at least 12 people, police said. Two of them were children. "
    "Hospitals in Tolva and Marn treated 30 wounded. =SUM(A1) burned down, 😀 “We saw it | all,” Ana Roe said."
)
SECOND = "Fourteen people died when a drone hit Tolva's market on Tuesday, the mayor said.\n"


def casualty(words: str, number: int | None, evidence: str, **more: Any) -> Casualty:
    """A figure; killed people, exactly so many, unless said otherwise."""
    bound = more.pop("bound", "exact")
    told = {"outcome": "killed", "who": "people"} | more
    return Casualty(evidence=evidence, quantity=Quantity(text=words, value=number, bound=bound), **told)


_KILLED = "A drone hit the market of Tolva on Tuesday and killed at least 12 people, police said."
ONE = Records(
    events=[
        Event(
            evidence=_KILLED,
            kind="air_strike",
            context="main",
            attacker="Norland",
            date_text="Tuesday",
            date="2026-03-03",
            places=["Tolva", "Marn"],
            weapons=[Weapon(evidence=_KILLED, kind="drone")],
            casualties=[
                casualty("at least 12", 12, _KILLED, bound="at_least", source="police"),
                casualty("Two", 2, "Two of them were children.", who="children"),
                casualty("30", 30, "Hospitals in Tolva and Marn treated 30 wounded.", outcome="injured"),
            ],
            damage=[Damage(evidence="=SUM(A1) burned down", object="=SUM(A1)", kind="other", extent="destroyed")],
        )
    ],
    quotes=[Quote(evidence="“We saw it | all,” Ana Roe said", speaker="Ana Roe", text="We saw it | all,")],
)
TWO = Records(
    events=[
        Event(
            evidence=SECOND.strip(),
            kind="air_strike",
            context="main",
            date_text="Tuesday",
            date="2026-03-03",
            places=["Tolva"],
            casualties=[casualty("Fourteen", 14, SECOND.strip(), source="the mayor")],
        )
    ]
)


def result(article_id: str, text: str, records: BaseModel, **more: Any) -> ArticleResult:
    """What became of an article."""
    grounded = ground(records, text)
    told: dict[str, Any] = {
        "source": f"{article_id}.txt",
        "text_sha256": Article(article_id, text, article_id).sha256,
        "status": "complete",
        "records": grounded.records,
        "grounding": grounded.grounding,
        "totals": totals(grounded.records),
        "text": text,
    }
    return ArticleResult(article_id=article_id, **(told | more))


RESULTS = (
    result(
        "=one",
        FIRST,
        ONE,
        published="2026-03-04",
        title="+Market hit",
        url="https://example.org/1",
        confidence={"/events/0/kind": 0.4, "/events/0/casualties/0/who": 0.75},
    ),
    result("two", SECOND, TWO, published="2026-03-04", duplicate_of=Repeated(article_id="=one", share=0.9)),
    ArticleResult(
        article_id="three",
        source="three.txt",
        status="failed",
        problems=[Problem(kind="failed", detail="a binary file")],
    ),
)


def header(task: str = "attack") -> Header:
    """The first line of a run file."""
    signature = Signature(
        task=task, model="local:abc", prompts="rules", prompts_sha256="0", schema_sha256="1", sampling={}
    )
    return Header(signature=signature)


def write_run(path: Path, results: Sequence[ArticleResult] = RESULTS, task: str = "attack") -> Path:
    """Writes a run file."""
    return write_lines(path, header(task), *results)
