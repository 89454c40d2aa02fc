"""Peers without a model, for the comparison's tests, and a task of their own, the logs of ships.

They run in processes of their own, so they are functions here, and the task is a folder.
"""

from __future__ import annotations

import json
import os
import time
import urllib.request
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict

from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.records.marks import Apart, Compare, NumberOf, Verbatim
from extract.tasks.loading import load_task
from extract.tasks.task import Task
from tests.small_gold import ATTACK, LABELS


def open_perfect(endpoint: Endpoint, task: Task[Any]) -> Extract:
    """Knows the labels; asks the server once all the same."""

    def extract(article: Article) -> BaseModel:
        ask(endpoint)
        return gold(article.id)

    return extract


def open_unlucky(endpoint: Endpoint, task: Task[Any]) -> Extract:
    """Does well with one article, and comes to grief with three in three ways."""

    def extract(article: Article) -> BaseModel:
        if article.id == "north":
            ask(endpoint)
            time.sleep(60)
        if article.id == "south":
            os._exit(3)
        if article.id == "east":
            raise ValueError("no\nidea")
        os.write(1, b"noise on standard output does not matter")
        return gold(article.id)

    return extract


def open_absent(endpoint: Endpoint, task: Task[Any]) -> Extract:
    """Cannot be imported."""
    raise ImportError("no module named 'absent'")


def gold(article_id: str) -> BaseModel:
    """A label's records."""
    label = LABELS[article_id]
    return ATTACK.schema.model_validate({"events": label["events"], "quotes": label["quotes"]})


def ask(endpoint: Endpoint) -> None:
    """One request."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = json.dumps({"model": endpoint.model, "messages": []}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.api_key}"}
    with opener.open(urllib.request.Request(f"{endpoint.base_url}/chat/completions", body, headers)) as answer:
        answer.read()


class Weight(BaseModel):
    words: Annotated[str, Verbatim()]
    tons: Annotated[float | None, NumberOf("words")]


class Cargo(BaseModel):
    """What is loaded; no field is evidence."""

    goods: Annotated[str, Verbatim()]
    weight: Weight | None = None


class Call(BaseModel):
    """A stay in a port."""

    port: Annotated[str, Verbatim(), Compare("name")]
    reason: Literal["trade", "repair", "other"]
    pier: int | None = None
    day: Annotated[date | None, Apart()] = None
    loaded: list[Cargo] = []
    landed: list[Cargo] = []


class Log(BaseModel):
    """The voyage of one ship."""

    model_config = ConfigDict(extra="forbid")

    ship: Annotated[str, Verbatim()]
    sealed: bool
    calls: list[Call] = []


class Ship(BaseModel):
    name: Annotated[str, Verbatim()]


class Fleet(BaseModel):
    """Nothing of it is words."""

    size: int
    ships: list[Ship]


class Person(BaseModel):
    """Holds itself."""

    name: Annotated[str, Verbatim()]
    children: list[Person] = []


class Family(BaseModel):
    people: list[Person]


VOYAGE = "At Port Vell the Aurora took in 1,200.5 tons of rye and some wine at pier 3, and landed tar. On Ys she mended a mast."
LOG = Log(
    ship="Aurora",
    sealed=True,
    calls=[
        Call(
            port="Port Vell",
            reason="trade",
            pier=3,
            loaded=[Cargo(goods="rye", weight=Weight(words="1,200.5 tons", tons=1200.5)), Cargo(goods="wine")],
            landed=[Cargo(goods="tar")],
        ),
        Call(port="Ys", reason="repair", day=date(1850, 3, 1)),
    ],
)


def begin_logs(folder: Path, *, example: bool = True) -> Task[Log]:
    """The task, with its worked example."""
    (folder / "examples").mkdir(parents=True)
    (folder / "task.toml").write_text(
        f'name = "logs"\nschema = "{__name__}:Log"\nusual = {{embedded = "whole"}}\n', encoding="utf-8"
    )
    if example:
        (folder / "examples" / "aurora.txt").write_text(VOYAGE, encoding="utf-8")
        (folder / "examples" / "aurora.json").write_text(LOG.model_dump_json(), encoding="utf-8")
    return load_task(folder)
