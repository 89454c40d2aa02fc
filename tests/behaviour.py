"""What the attack rules yield on small fixed texts, as a digest of each, beside the version the rules declare.

No few texts hold every word that the rules' patterns know, so the alternatives in the patterns have a digest too.

.venv/bin/python -m tests.behaviour            say which texts the rules read in another way than was recorded
.venv/bin/python -m tests.behaviour --record   record what they yield now; a version that was recorded is kept
.venv/bin/python -m tests.behaviour --again    record it under the same version: only if that has not landed yet
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import extract.tasks.attack
from extract.articles import Article
from extract.records import days
from extract.tasks.attack import RULES_VERSION, codebook
from extract.tasks.attack.rules import AttackRules
from extract.tasks.task import Answer, Unit

DATA = Path(__file__).parent / "data"
RECORDED = DATA / "behaviour.json"
QUESTIONS = {"lead": "attack"}
"""Kinds of units that are asked about, in order, and the form of the answer."""

Choose = Callable[[Unit], str | None]
WAYS: Mapping[str, Choose] = {
    "rules": lambda unit: None,
    "first": lambda unit: unit.choices[0],
    "last": lambda unit: unit.choices[-1],
}
"""How the questions are answered: not at all, with the first choice, with the last."""


def articles() -> list[Article]:
    """The fixed texts: those of `behaviour.toml`, and the labelled ones of the folder `attack`."""
    rows = tomllib.loads((DATA / "behaviour.toml").read_text(encoding="utf-8"))["article"]
    found = [
        Article(row["name"], row["text"], row["name"], date.fromisoformat(str(row["published"])))
        if "published" in row
        else Article(row["name"], row["text"], row["name"])
        for row in rows
    ]
    for file in sorted((DATA / "attack").glob("*.txt")):
        found.append(Article(file.stem, file.read_text(encoding="utf-8"), file.stem, date(2026, 11, 20)))
    return found


def yielded(task: AttackRules, article: Article, choose: Choose) -> dict[str, Any]:
    """What is asked about an article, and what comes of the answers."""
    asked: list[Any] = []
    answers: list[Answer] = []
    for kind, form in QUESTIONS.items():
        for unit in task.units(kind, article, answers):
            asked.append([kind, unit.name, [unit.span.start, unit.span.end], dict(unit.slots), unit.choices])
            said = choose(unit)
            if said is not None:
                shares = {each: 0.9 if each == said else 0.1 / (len(unit.choices) - 1) for each in unit.choices}
                answers.append(Answer(kind, unit, task.answer_form(form, unit).model_validate(said), shares))
    got = task.assemble(article, answers)
    return {
        "asked": asked,
        "records": got.records.model_dump(mode="json"),
        "hints": {pointer: [span.start, span.end] for pointer, span in sorted(got.hints.items())},
        "judged": {pointer: round(share, 3) for pointer, share in sorted(got.judged.items())},
        "problems": [problem.model_dump(mode="json") for problem in got.problems],
    }


def alternatives() -> str:
    """Digest of the alternatives in the rules' patterns, wherever they stand in the code; docstrings have none.

    The codebook's patterns judge labels and find nothing in an article: they do not count. Those for days do.
    """
    found: list[str] = []
    files = {*Path(extract.tasks.attack.__file__).parent.glob("*.py"), Path(days.__file__)} - {Path(codebook.__file__)}
    for file in sorted(files):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "|" in node.value:
                found += node.value.split("|")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()[:16]


def behaviour(task: AttackRules, ways: Mapping[str, Choose] = WAYS) -> dict[str, str]:
    """Name of a text → digest of all that is yielded on it; and the words in patterns."""
    found = {"words in patterns": alternatives()}
    for article in articles():
        everything = [yielded(task, article, choose) for choose in ways.values()]
        text = json.dumps(everything, ensure_ascii=False, sort_keys=True)
        found[article.id] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def version(task: AttackRules) -> str:
    """What the rules declare of themselves, as it stands in the file."""
    return f"rules {RULES_VERSION}, word lists {task.lexicon.sha256[:16]}"


def fault(recorded: Mapping[str, Mapping[str, str]], now: str, outputs: Mapping[str, str]) -> str | None:
    """What is wrong with the record, and what to do; None when it fits."""
    command = "record it: .venv/bin/python -m tests.behaviour"
    if now not in recorded:
        return f"what the rules yield is not recorded for {now}; {command} --record"
    moved = sorted(name for name in {*outputs, *recorded[now]} if outputs.get(name) != recorded[now].get(name))
    if not moved:
        return None
    return (
        f"the rules yield something else, and their version is still the same, on: {', '.join(moved)}; "
        f"raise RULES_VERSION in extract/tasks/attack/__init__.py, then {command} --record"
        f" (or --again, if {now} has not landed yet)"
    )


def main(*options: str, file: Path = RECORDED) -> str | None:
    """Checks or records; gives the fault that remains."""
    parser = argparse.ArgumentParser(prog="python -m tests.behaviour")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--record", action="store_true", help="record what the rules yield now, for a new version")
    either.add_argument("--again", action="store_true", help="record it anew for a version that has not landed yet")
    chosen = parser.parse_args(options)
    task = AttackRules()
    now, outputs = version(task), behaviour(task)
    recorded: dict[str, dict[str, str]] = {}
    try:
        recorded = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:  # what a merge left of the file
        if not chosen.again:
            raise
    if chosen.again or (chosen.record and now not in recorded):
        recorded[now] = outputs
        file.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    return fault(recorded, now, outputs)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
