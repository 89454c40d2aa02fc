"""Articles about attacks, made up for tests of stories: each with the records that a reader would find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extract.places.gazetteer import Gazetteer
from extract.records.results import ArticleResult, Header, Signature
from extract.stories.collecting import read_mentions
from extract.stories.linking import Linked, link
from extract.stories.mentions import Mention
from extract.stories.plan import StoryPlan
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task


def attack_plan() -> StoryPlan:
    plan = load_task("attack").stories
    assert plan is not None
    return plan


HEADER = Header(
    signature=Signature(
        task="attack", model="reader", prompts="none", prompts_sha256="0" * 64, schema_sha256="0" * 64, sampling={}
    )
)


def figure(number: int | None, outcome: str = "killed", **more: Any) -> dict[str, Any]:
    """How many were killed, by an official's word."""
    words = more.pop("words", str(number))
    quantity = {"text": words, "value": number, "bound": more.pop("bound", "exact")}
    return {"evidence": words, "outcome": outcome, "quantity": quantity, "who": "people", **more}


def event(**said: Any) -> dict[str, Any]:
    """A bombing in Mardan, unless something else is said."""
    return {"evidence": "A bomb went off.", "kind": "bombing", "context": "main", "places": ["Mardan"], **said}


def article(name: str, *events: dict[str, Any], text: str = "", published: str | None = None) -> ArticleResult:
    """An article's line of a run file."""
    return ArticleResult(
        article_id=name,
        source=f"{name}.txt",
        published=published,
        status="complete",
        records=Records.model_validate({"events": list(events)}),
        text=text or None,
    )


def mentions(*results: ArticleResult, gazetteer: Gazetteer | None = None) -> list[Mention]:
    return list(read_mentions(results, attack_plan(), gazetteer))


def linked(*results: ArticleResult) -> Linked:
    return link(mentions(*results))


def groups(found: Linked) -> list[list[str]]:
    """The stories of several reports, as ids."""
    return sorted(sorted(found.mentions[number].id for number in group) for group in found.groups if len(group) > 1)


def ids(*names: str) -> Sequence[str]:
    """The first events of articles."""
    return [f"{name}#/events/0" for name in names]
