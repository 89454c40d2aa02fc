"""What `eval.benchmarks.speed` measures, a function for each part; what each compares, and with what, its docstring says."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from eval.benchmarks.store import BASELINE, CONTENDERS, VCR, measure, rate
from eval.harness import GoldSet
from extract.records.results import Strict
from extract.records.tree import record_lists

ROUNDS = 5
RECORDINGS = Path("eval/recordings/sentence.jsonl")
PAGE_ARTICLES = 500
SIZES = (1_000, 100_000)
"""Recordings of a store."""
LEFT_OUT = 0.25
"""Of every list, in what scoring is tried on."""
PASSAGES_ARTICLES = 3
"""Of the gold set, the first of which loads the model and is not counted."""
PEER_SECONDS = 600.0


class Line(Strict):
    """One figure.

    Attributes:
        what: was measured.
        figure, unit: how much.
        beside: what it is compared with.
        ratio: this figure over that one; None where it is the one that others are compared with.
    """

    part: str
    what: str
    figure: float
    unit: str
    beside: str = ""
    ratio: float | None = None


Made = tuple[str, float, str]
"""What, how much, in which unit."""


def beside(part: str, base: Made, *others: Made) -> Iterator[Line]:
    """Lines of figures, the first of which the others are compared with."""
    what, figure, unit = base
    yield Line(part=part, what=what, figure=figure, unit=unit)
    for name, value, of in others:
        yield Line(part=part, what=name, figure=value, unit=of, beside=what, ratio=value / figure if figure else None)


def seconds_of(*commands: Sequence[str]) -> list[float]:
    """Wall time of commands, their start included, in turns; the median."""
    took: list[list[float]] = [[] for _ in commands]
    for _ in range(ROUNDS):
        for number, command in enumerate(commands):
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            took[number].append(time.perf_counter() - began)
    return [statistics.median(each) for each in took]


def start(gold: GoldSet) -> Iterator[Line]:
    """What a command costs before it does anything, beside importing what others begin with."""
    python, first = [sys.executable, "-c"], next(iter(gold.articles.values()))
    commands = {
        "import openai, instructor": [*python, "import openai, instructor"],
        "Python, and nothing": [*python, "pass"],
        "extract --version": [sys.executable, "-m", "extract", "--version"],
        "extract run, one article, rules": [
            sys.executable, "-m", "extract", "run", first.source, "--model", "rules", "--format", "jsonl",
        ],
    }  # fmt: skip
    if find_spec("langextract"):
        commands["import langextract"] = [*python, "import langextract"]
    took = dict(zip(commands, seconds_of(*commands.values()), strict=True))
    one, *others = ((name, seconds, "s") for name, seconds in took.items())
    yield from beside("start", one, *others)


def replay(gold: GoldSet) -> Iterator[Line]:
    """The gold set replayed from recordings, beside the same by rules: what requests, store and parsing add."""
    folder = str(Path(next(iter(gold.articles.values())).source).parent)
    common = [sys.executable, "-m", "extract", "run", folder, "--jobs", "1", "--format", "jsonl"]
    rules, replayed = seconds_of(
        [*common, "--model", "rules"],
        [*common, "--cache", "replay", "--recordings", str(RECORDINGS), "--prompts", "sentence"],
    )
    what = f"{len(gold.articles)} gold articles"
    yield from beside("replay", (f"{what} by rules", rules, "s"), (f"{what} replayed", replayed, "s"))


def rules(gold: GoldSet) -> Iterator[Line]:
    """Articles a second by rules in one process that is warm, beside the parse that they stand on."""
    from concurrent.futures import ThreadPoolExecutor

    from eval.benchmarks.growth import rules_setup
    from extract.articles import Article
    from extract.articles.linguistics import reader
    from extract.engines.pipeline import extract_article

    texts, numbers = [article.text for article in gold.articles.values()], count()

    def fresh(text: str) -> Article:
        """A text that nobody has read yet: what was read is remembered."""
        return Article("a", f"{text}\n\nNote {next(numbers)}.", "a")

    with ThreadPoolExecutor(1) as pool:
        parse = _rate(lambda text: reader("en").read(fresh(text).text), texts)
        by_rules = _rate(lambda text: extract_article(fresh(text), rules_setup(), pool), texts)
    yield from beside(
        "rules",
        ("spaCy's parse alone, one core", parse, "articles/s"),
        ("rules, one core", by_rules, "articles/s"),
    )


def _rate(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Items a second, the best round; the first round, in which things load, does not count."""
    return max([rate(work, items) for _ in range(ROUNDS + 1)][1:])


def scoring(gold: GoldSet) -> Iterator[Line]:
    """An article's scores, beside metametric, which aligns the same lists one by one, without what is nested in them."""
    from eval.scoring.metrics import score_article

    if not find_spec("metametric"):
        return
    from metametric.core.matching_metrics import SetMatchingMetric
    from metametric.core.metric import Metric

    dice = random.Random(0)
    pairs = [
        (label.records, _predicted(label.records, dice), gold.articles[name].text)
        for name, label in gold.labels.items()
    ]
    lists = [(_lists(one), _lists(other)) for one, other, _ in pairs]
    metric = SetMatchingMetric(Metric.from_function(_equal_fields))

    def theirs(pair: tuple[_Lists, _Lists]) -> None:
        for name, records in pair[0].items():
            metric.compute(records, pair[1].get(name, []))

    yield from beside(
        "scoring",
        ("metametric, each list of records by itself", _rate(theirs, lists), "articles/s"),
        ("all our scores", _rate(lambda pair: score_article("a", *pair), pairs), "articles/s"),
    )


def _predicted(records: BaseModel, dice: random.Random) -> BaseModel:
    """What somebody finds who overlooks much: some of every list, in another order."""
    kept: dict[str, object] = {}
    for field in record_lists(type(records)):
        found = [_predicted(each, dice) for each in getattr(records, field.name) if dice.random() > LEFT_OUT]
        kept[field.name] = dice.sample(found, len(found))
    return records.model_copy(update=kept)


_Lists = dict[str, list[dict[str, Any]]]


def _lists(records: BaseModel) -> _Lists:
    """All records of each kind, wherever they stand, as plain fields."""
    found: _Lists = {}
    for field in record_lists(type(records)):
        for each in getattr(records, field.name):
            flat = {name: value for name, value in each.model_dump().items() if not isinstance(value, list)}
            found.setdefault(field.name, []).append(flat)
            for name, more in _lists(each).items():
                found.setdefault(name, []).extend(more)
    return found


def _equal_fields(one: dict[str, Any], other: dict[str, Any]) -> float:
    return float(sum(other.get(name) == value for name, value in one.items()))


def store(gold: GoldSet) -> Iterator[Line]:
    """Recordings looked up, beside diskcache and vcrpy on the same bytes."""
    names = [name for name in CONTENDERS if name != VCR or find_spec("vcr")]
    for size, rates in measure(SIZES, names).items():
        made = {name: (f"{name}, {size:,} recordings", lookups, "lookups/s") for name, lookups in rates.items()}
        yield from beside("store", made.pop(BASELINE), *made.values())


def page(gold: GoldSet) -> Iterator[Line]:
    """A page of many articles, beside the run file that it shows: seconds to make it and to read that, size and size."""
    from eval.benchmarks.growth import rules_setup
    from eval.benchmarks.page import many, written
    from extract.engines.threads import extract_all
    from extract.records.continuing import new_header
    from extract.records.results import Run, read_run, to_json

    setup = rules_setup()
    results = list(extract_all(gold.articles.values(), setup))
    run = many(Run(header=new_header(setup.signature), results=results), PAGE_ARTICLES)
    with tempfile.TemporaryDirectory() as name:
        lines, html = Path(name) / "run.jsonl", Path(name) / "page.html"
        rows = [to_json(run.header), *map(to_json, run.results)]
        lines.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        began = time.perf_counter()
        read_run(lines, gold.task.schema)
        read = time.perf_counter()
        written(run, html)
        made = time.perf_counter()
        sizes = [file.stat().st_size / 1e6 for file in (lines, html)]
    what = f"{PAGE_ARTICLES} articles"
    yield from beside("page", (f"{what}, their run file read", read - began, "s"), (f"{what}, made", made - read, "s"))
    yield from beside("page", (f"{what}, their run file", sizes[0], "MB"), (f"{what}, the page", sizes[1], "MB"))


def model(gold: GoldSet) -> Iterator[Line]:
    """The embedded model beside what the machine can do at best (`eval.benchmarks.limits`)."""
    from eval.benchmarks.limits import measure_articles, measure_first, measure_limit

    limit = measure_limit(os.cpu_count() or 1)
    yield from beside(
        "model",
        ("tokens written at most: bandwidth over weights", limit.most_written, "tokens/s"),
        ("tokens written, one answer", limit.written, "tokens/s"),
    )
    yield Line(part="model", what="tokens read of a long prompt", figure=limit.read, unit="tokens/s")
    articles = list(gold.articles.values())
    read, kept = measure_first(articles[0], "passages")
    yield from beside(
        "model",
        ("first answer by passages: its beginning read", read, "s"),
        ("first answer by passages: its beginning kept by a server before", kept, "s"),
    )
    for prompts, number in (("sentence", len(articles)), ("passages", PASSAGES_ARTICLES)):
        found = list(measure_articles(articles[:number], prompts))
        what = f"an article by {prompts}"
        yield from beside(
            "model",
            (f"{what}: its questions at best", statistics.mean(each.least(limit) for each in found), "s"),
            (f"{what}: its questions", statistics.mean(each.asked for each in found), "s"),
            (f"{what}: all steps", statistics.mean(each.seconds for each in found), "s"),
        )


def peers(gold: GoldSet) -> Iterator[Line]:
    """Seconds and tokens of an article, by the model alone, beside instructor and langextract on the same server."""
    from eval.peers.__main__ import NAMES, chosen_peers, compare, first_articles
    from extract.tasks.loading import load_task

    task = load_task("diplomacy")  # it has no rules: all that is found the model found
    names = [name for name in NAMES if name != "langextract" or find_spec("langextract")]
    rows = compare(chosen_peers(names, task), first_articles(task, None, 1), PEER_SECONDS).peers
    for unit, of in (("s", "seconds"), ("tokens read", "input_tokens"), ("tokens written", "output_tokens")):
        ours, *others = (
            (
                f"{row.name}{' (no answer)' if row.articles[0].problem else ''}",
                float(getattr(row.articles[0], of)),
                unit,
            )
            for row in rows
        )
        yield from beside("peers", ours, *others)


PARTS: dict[str, Callable[[GoldSet], Iterator[Line]]] = {
    "start": start,
    "replay": replay,
    "rules": rules,
    "scoring": scoring,
    "store": store,
    "page": page,
    "model": model,
    "peers": peers,
}
