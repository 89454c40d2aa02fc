"""How scoring and resampling grow with articles and resamples: `python -m eval.benchmarks.scoring`.

Articles are made up: 100 gold records each (10 events with 3 weapons, 3 casualties and 2 things damaged, and 10
quotes), and as many predicted ones, of which a quarter is dropped or changed. Memory is what Python and numpy
allocate beyond the documents that are scored.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.evaluation import ArticleScores
from eval.gold.labels import Head, Label
from eval.harness import GoldSet, counts_of, score_run, strict_f1
from eval.stats import Resampling, bootstrap, cluster_sums
from extract.articles import Article
from extract.records.results import ArticleResult, Header, Run, Signature
from extract.tasks.attack.schema import Casualty, Damage, Event, Quantity, Quote, Records, Weapon
from extract.tasks.loading import load_task

EVENTS, QUOTES = 10, 10
SIZES = (10, 30, 100, 200, 1000)
RESAMPLES = (1_000, 10_000, 100_000)
PLACES = ("Kyiv", "Odesa", "Kharkiv", "Lviv", "Sumy", "Poltava", "Dnipro", "Kherson")
CHANGED = 0.25
"""Share of the predicted records that are dropped or changed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One line: seconds to score, seconds and bytes to resample."""

    articles: int
    scoring: float
    resampling: float
    peak: int


def made_up(seed: int) -> tuple[Records, Records, str]:
    """Gold records, predicted records and the text of an article."""
    dice = random.Random(seed)
    gold = Records(events=[_event(dice, n) for n in range(EVENTS)], quotes=[_quote(dice, n) for n in range(QUOTES)])
    predicted = Records(
        events=[_altered_event(event, dice) for event in gold.events if dice.random() > CHANGED / 2],
        quotes=[quote for quote in gold.quotes if dice.random() > CHANGED],
    )
    evidence = [event.evidence for event in gold.events] + [quote.evidence for quote in gold.quotes]
    return gold, predicted, "\n".join(evidence)


def material(articles: int) -> tuple[GoldSet, Run]:
    """A gold set of made-up articles, each a cluster of its own, and a run over it."""
    labels, texts, rows = {}, {}, []
    for number in range(articles):
        name = f"article-{number:04}"
        gold, predicted, text = made_up(number)
        texts[name] = Article(name, text, name)
        labels[name] = Label(Head(codebook=1, article_id=name, annotator="made up", labelled_on="2026-11-22"), gold)
        rows.append(ArticleResult(article_id=name, source=name, status="complete", records=predicted))
    signature = Signature(
        task="attack", model="made up", prompts="none", prompts_sha256="", schema_sha256="", sampling={}
    )
    gold_set = GoldSet(load_task("attack"), Path(), labels, texts, {name: name for name in labels}, "")
    return gold_set, Run(header=Header(signature=signature), results=rows)


def measure(articles: int, resamples: int) -> Measured:
    """Scores and resamples once."""
    gold, run = material(articles)
    began = time.perf_counter()
    scores = score_run(run, gold).articles
    scored = time.perf_counter()
    peak = _resample(scores, resamples)
    return Measured(articles, scored - began, time.perf_counter() - scored, peak)


def main() -> None:
    """Prints the two tables."""
    from tabulate import tabulate

    grown = [measure(articles, 10_000) for articles in SIZES]
    headers = ["articles", "records", "scoring s", "ms an article", "10 000 resamples s", "peak MB"]
    rows = [
        [m.articles, m.articles * 100, m.scoring, 1000 * m.scoring / m.articles, m.resampling, m.peak / 1e6]
        for m in grown
    ]
    sys.stdout.write(tabulate(rows, headers=headers, floatfmt=".2f") + "\n\n")
    gold, run = material(200)
    scores = score_run(run, gold).articles
    lines = []
    for resamples in RESAMPLES:
        began = time.perf_counter()
        peak = _resample(scores, resamples)
        lines.append([resamples, time.perf_counter() - began, peak / 1e6])
    sys.stdout.write(tabulate(lines, headers=["resamples (200 articles)", "s", "peak MB"], floatfmt=".2f") + "\n")


def _resample(scores: Sequence[ArticleScores], resamples: int) -> int:
    """Bootstraps every tally; returns the greatest number of bytes held meanwhile."""
    tracemalloc.start()
    names = list(scores[0].tallies)
    sums = cluster_sums(counts_of(scores, names), [article.cluster for article in scores])
    bootstrap(sums, strict_f1, Resampling(resamples=resamples))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _event(dice: random.Random, number: int) -> Event:
    evidence = f"Event {number} struck {dice.choice(PLACES)} and {dice.choice(PLACES)}."
    return Event(
        evidence=evidence,
        kind="air_strike",
        context="main",
        attacker="Russia",
        date_text=f"on day {number}",
        places=dice.sample(PLACES, 2),
        weapons=[Weapon(evidence=evidence, kind=k, quantity=_quantity(dice)) for k in ("drone", "missile", "rocket")],
        casualties=[
            Casualty(evidence=evidence, outcome=outcome, quantity=_quantity(dice), who="people", source="police")
            for outcome in ("killed", "injured", "missing")
        ],
        damage=[
            Damage(evidence=evidence, object=f"building {dice.randrange(50)}", kind="residential", extent="damaged")
            for _ in range(2)
        ],
    )


def _quantity(dice: random.Random) -> Quantity:
    value = dice.randrange(1, 100)
    return Quantity(text=str(value), value=value, bound="exact")


def _quote(dice: random.Random, number: int) -> Quote:
    words = f"we said {number} and {dice.randrange(1000)}"
    return Quote(evidence=f"“{words}”, said Speaker {number}.", speaker=f"Speaker {number}", text=words)


def _altered_event(event: Event, dice: random.Random) -> Event:
    weapons = [weapon for weapon in event.weapons if dice.random() > CHANGED]
    casualties = [
        casualty.model_copy(update={"quantity": _quantity(dice)}) if dice.random() < CHANGED else casualty
        for casualty in event.casualties
    ]
    return event.model_copy(update={"weapons": weapons, "casualties": casualties[::-1]})


if __name__ == "__main__":
    main()
