"""A gold set of four made-up articles in three clusters, and runs over it: material of the evaluation's tests.

Headline leaves by hand: north 15, south 15, south-again 13, east 12; 55 in all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from eval.evaluation import Evaluation
from eval.gold.labels import Label
from eval.harness import GoldSet, evaluate, load_gold
from eval.stats import Resampling
from extract.articles import Article
from extract.models.prices import load_prices
from extract.records.results import ArticleResult, Header, Run, Signature, Spend
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task
from extract.tasks.task import Task
from tests.commands import write_lines

Json = dict[str, Any]

ATTACK: Task[Records] = load_task("attack")
OPTIONS = Resampling(resamples=500)

TEXTS = {
    "north": "A drone hit a school in Odesa on Monday and killed at least 12 people, police said."
    " “We will rebuild,” said Ana Petrenko.",
    "south": "Two missiles struck a depot in Mykolaiv on Tuesday. Four soldiers were injured, Officials said.",
    "south-again": "Four soldiers were injured in Mykolaiv on Tuesday, Officials said, when missiles hit a depot.",
    "east": "A bomb exploded in a market in Kherson on Friday. Three people were killed.",
}
CLUSTERS = {"mykolaiv": ["south", "south-again"]}


def _quantity(text: str, value: int, bound: str = "exact") -> Json:
    return {"text": text, "value": value, "bound": bound}


def _event(text: str, kind: str, day: str, place: str, parts: Json) -> Json:
    return {"evidence": text, "kind": kind, "context": "main", "date_text": day, "places": [place], **parts}


def _label(name: str) -> Json:
    text = TEXTS[name]
    soldiers = {
        "evidence": "Four soldiers were injured",
        "outcome": "injured",
        "quantity": _quantity("Four", 4),
        "who": "soldiers",
        "source": "Officials",
    }
    depot = {"evidence": text, "object": "a depot", "kind": "industrial", "extent": "unspecified"}
    missiles = {"evidence": text, "kind": "missile", "outcome": "hit"}
    return {
        "north": {
            "events": [
                _event(
                    text,
                    "air_strike",
                    "Monday",
                    "Odesa",
                    {
                        "weapons": [{"evidence": text, "kind": "drone", "outcome": "hit"}],
                        "casualties": [
                            {
                                "evidence": "killed at least 12 people, police said",
                                "outcome": "killed",
                                "quantity": _quantity("at least 12", 12, "at_least"),
                                "who": "people",
                                "source": "police",
                            }
                        ],
                        "damage": [
                            {"evidence": text, "object": "a school", "kind": "education", "extent": "unspecified"}
                        ],
                    },
                )
            ],
            "quotes": [
                {
                    "evidence": "“We will rebuild,” said Ana Petrenko.",
                    "speaker": "Ana Petrenko",
                    "text": "We will rebuild,",
                }
            ],
        },
        "south": {
            "events": [
                _event(
                    text,
                    "air_strike",
                    "Tuesday",
                    "Mykolaiv",
                    {
                        "weapons": [{**missiles, "quantity": _quantity("Two", 2)}],
                        "casualties": [soldiers],
                        "damage": [depot],
                    },
                )
            ],
            "quotes": [],
        },
        "south-again": {
            "events": [
                _event(
                    text,
                    "air_strike",
                    "Tuesday",
                    "Mykolaiv",
                    {"weapons": [missiles], "casualties": [soldiers], "damage": [depot]},
                )
            ],
            "quotes": [],
        },
        "east": {
            "events": [
                _event(
                    text,
                    "bombing",
                    "Friday",
                    "Kherson",
                    {
                        "weapons": [{"evidence": text, "kind": "explosive_device"}],
                        "casualties": [
                            {
                                "evidence": "Three people were killed.",
                                "outcome": "killed",
                                "quantity": _quantity("Three", 3),
                                "who": "people",
                            }
                        ],
                        "damage": [
                            {"evidence": text, "object": "a market", "kind": "commercial", "extent": "unspecified"}
                        ],
                    },
                )
            ],
            "quotes": [],
        },
    }[name]


LABELS: Mapping[str, Json] = {name: _label(name) for name in TEXTS}


def write_gold(folder: Path, copies: int = 0, **extra: object) -> Path:
    """Writes the gold set.

    Args:
        copies: further copies of "east", each a cluster of its own: "east-0", "east-1" …
        extra: further keys of every label file.
    """
    texts = {**TEXTS, **{f"east-{number}": TEXTS["east"] for number in range(copies)}}
    for name, text in texts.items():
        head = {"codebook": 1, "article_id": name, "annotator": "a test", "labelled_on": "2026-11-22", **extra}
        _write(folder / "articles" / f"{name}.txt", text)
        _write(folder / "labels" / f"{name}.json", json.dumps({**head, **LABELS[_origin(name)]}))
    _write(folder / "clusters.json", json.dumps({"format": "attested-clusters-1", "clusters": CLUSTERS}))
    return folder


def attacks(label: Label) -> Records:
    """The records of a label of the attack task."""
    assert isinstance(label.records, Records)
    return label.records


def _origin(name: str) -> str:
    return "east" if name.startswith("east") else name


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def signature(model: str = "local/small", sample: int = 0, prompts: str = "sentence") -> Signature:
    """What made a run."""
    return Signature(
        task="attack",
        model=model,
        prompts=prompts,
        prompts_sha256="ab" * 32,
        schema_sha256="cd" * 32,
        sampling={"temperature": 0.0},
        sample=sample,
    )


def result(name: str, change: Callable[[Json], None] = lambda records: None) -> ArticleResult:
    """A line of a run: the label's records, changed."""
    records = deepcopy(LABELS[_origin(name)])
    change(records)
    return ArticleResult(
        article_id=name,
        source=f"{name}.txt",
        text_sha256=Article(name, TEXTS[_origin(name)], name).sha256,
        status="complete",
        records=Records.model_validate(records),
        usage=Spend(requests=2, attempts=3, replayed=2, recorded_input_tokens=1000, recorded_output_tokens=100),
        seconds=0.25,
    )


def failed(name: str) -> ArticleResult:
    """A line of a run whose article failed."""
    return result(name).model_copy(update={"status": "failed", "records": None})


def perfect(copies: int = 0) -> dict[str, ArticleResult]:
    """Lines that say just what the labels say."""
    return {name: result(name) for name in [*TEXTS, *(f"east-{number}" for number in range(copies))]}


def make_run(rows: Mapping[str, ArticleResult], made_by: Signature | None = None) -> Run:
    """A run of these lines, in this order."""
    header = Header(signature=made_by or signature(), versions={"attested": "9.9"})
    return Run(header=header, results=list(rows.values()))


def score(gold: GoldSet, *runs: Run) -> Evaluation:
    """An evaluation of runs."""
    return evaluate(runs, gold, load_prices(), OPTIONS)


def evaluation(folder: Path, *repeats: dict[str, ArticleResult], model: str = "local/small") -> Evaluation:
    """An evaluation of the lines of each repeat."""
    runs = [make_run(rows, signature(model, sample)) for sample, rows in enumerate(repeats)]
    return score(load_gold(folder, ATTACK), *runs)


def run_file(folder: Path, run: Run) -> Path:
    """Writes the run into a folder."""
    return write_lines(folder / "run.jsonl", run.header, *run.results)


def wrong_value(records: Json) -> None:
    """One leaf wrong: the number of the first casualty."""
    records["events"][0]["casualties"][0]["quantity"]["value"] = 21


def no_quote(records: Json) -> None:
    """Two leaves missed: the quote's speaker and text."""
    records["quotes"] = []


def invented_casualty(records: Json) -> None:
    """Four leaves invented: outcome, value, bound and group of a second casualty."""
    records["events"][0]["casualties"].append(
        {
            "evidence": "A bomb exploded",
            "outcome": "injured",
            "quantity": {"text": "five", "value": 5, "bound": "exact"},
            "who": "women",
        }
    )
