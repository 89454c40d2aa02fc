"""The bird task in a folder, articles about birds, and what a provider says about them: two rounds, one odd answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from extract.store.working import WorkingStore
from tests.batch_server import BatchHost, Said, completion
from tests.commands import extract
from tests.small_task import ARTICLES, MOODS, write_set

TEXTS = {
    "a": "A Wren sang. An Owl slept.",
    "b": "A Kite flew, and a Wren.",
    "c": "Nobody came but an Owl.",
}
NAMED = ("--task", "birds", "--prompts", "birds/two", "--model", "m", "--base-url")


def begin(folder: Path, texts: dict[str, str] = TEXTS) -> None:
    """Writes the task and the articles."""
    (folder / "birds").mkdir()
    (folder / "birds" / "task.toml").write_text(
        'name = "birds"\nschema = "tests.small_task:Sightings"\nrules = "tests.small_task:BirdRules"\n',
        encoding="utf-8",
    )
    write_set(folder / "birds" / "two", {"1-ask.md": ARTICLES, "2-mood.md": MOODS})
    (folder / "articles").mkdir()
    for name, text in texts.items():
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")


def say(body: Said) -> tuple[int, Said]:
    """Finds the first bird of a text; an owl sings, the others are silent. Of kites it first says nonsense."""
    asked = [message["content"] for message in body["messages"] if message["role"] == "user"]
    question = asked[0].removeprefix("Say: ")
    if " " not in question:
        return completion(json.dumps({"answer": "singing" if question == "Owl" else "silent"}), (20, 2))
    bird = next(
        word for word in question.replace(",", " ").replace(".", " ").split() if word in ("Wren", "Owl", "Kite")
    )
    count: Any = "many" if bird == "Kite" and len(asked) == 1 else 1
    return completion(json.dumps({"sightings": [{"evidence": bird, "bird": bird, "count": count}]}))


def batch(*arguments: str) -> Result:
    """A command of `extract batch`."""
    return extract("batch", *arguments)


def submit(host: BatchHost, *arguments: str) -> Result:
    """`extract batch submit` of the articles, without a probe unless one is wanted."""
    probe = () if "--probe" in arguments else ("--no-probe",)
    return batch("submit", "articles", *NAMED, host.base_url, *probe, *arguments)


def results(done: Result) -> list[dict[str, Any]]:
    """The articles of a run in order, without what a clock says or a store."""
    found = [json.loads(line) for line in sorted(done.stdout.splitlines())]
    return [
        {name: value for name, value in each.items() if name not in ("seconds", "usage")}
        for each in found
        if "article_id" in each
    ]


PRICES = {
    "format": "attested-prices-1",
    "models": {"server/m": {"input": 10.0, "output": 100.0, "as_of": "2026-11-26"}},
}


def begin_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the task, the articles and prices, and a store of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ATTESTED_STORE", str(folder / "store"))
    begin(folder)
    (folder / "prices.json").write_text(json.dumps(PRICES), encoding="utf-8")
    return folder


def work_off(host: BatchHost, rounds: int = 6) -> Result:
    """Collects until every question is answered; each batch is worked off whole."""
    for _ in range(rounds):
        host.work()
        done = batch("collect")
        if done.exit_code == 0:
            return done
    raise AssertionError(done.stderr)


def recorded(store: str) -> dict[str, tuple[Any, ...]]:
    """Key → what was recorded, without when and how long; and whether it came in a batch."""
    opened = WorkingStore(Path(store))
    try:
        found = {key: opened.read(key) for key in opened}
    finally:
        opened.close()
    return {
        key: (
            each.content,
            each.response.attempts,
            each.response.outcome,
            {name: value for name, value in each.response.versions.items() if name != "sent by"},
            each.response.versions.get("sent by"),
        )
        for key, each in found.items()
    }
