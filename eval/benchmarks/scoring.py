"""How scoring and resampling grow with articles and resamples: `python -m eval.benchmarks.scoring`.

The articles are those of the attack gold set again and again, each a cluster of its own; of what is predicted, a
quarter of every list is left out and the rest comes in another order. Memory is what Python and numpy allocate while
resampling, beyond the documents that are scored.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from dataclasses import replace
from itertools import cycle, islice

import click
from pydantic import BaseModel
from tabulate import tabulate

from eval.gold.clone import gold_folder
from eval.gold.labels import Label
from eval.harness import GoldSet, counts_of, load_gold, score_run, strict_f1
from eval.stats import Resampling, bootstrap, cluster_sums
from extract.records.results import ArticleResult, Header, Run, Signature
from extract.records.tree import record_lists
from extract.tasks.loading import load_task

SIZES = ((10, 10_000), (30, 10_000), (100, 10_000), (200, 1_000), (200, 10_000), (200, 100_000), (1_000, 10_000))
"""(articles, resamples)."""
LEFT_OUT = 0.25


def predicted(records: BaseModel, dice: random.Random) -> BaseModel:
    """What somebody finds who overlooks much: some of every list, in another order."""
    kept: dict[str, object] = {}
    for field in record_lists(type(records)):
        found = [predicted(each, dice) for each in getattr(records, field.name) if dice.random() > LEFT_OUT]
        kept[field.name] = dice.sample(found, len(found))
    return records.model_copy(update=kept)


def material(gold: GoldSet, articles: int) -> tuple[GoldSet, Run]:
    """A gold set of so many articles, and a run over it."""
    labels, texts, rows, dice = {}, {}, [], random.Random(articles)
    for number, (name, label) in enumerate(islice(cycle(gold.labels.items()), articles)):
        copy = f"{number:04}"
        labels[copy] = Label(label.head.model_copy(update={"article_id": copy}), label.records)
        texts[copy] = replace(gold.articles[name], id=copy)
        found = predicted(label.records, dice)
        rows.append(ArticleResult(article_id=copy, source=copy, status="complete", records=found))
    made = Signature(task="attack", model="", prompts="", prompts_sha256="", schema_sha256="", sampling={})
    many = replace(gold, labels=labels, articles=texts, clusters={name: name for name in labels})
    return many, Run(header=Header(signature=made), results=rows)


def measured(gold: GoldSet, articles: int, resamples: int) -> list[float]:
    """Seconds to score, milliseconds for each article, seconds to resample every tally, megabytes meanwhile."""
    many, run = material(gold, articles)
    began = time.perf_counter()
    scores = score_run(run, many).articles
    scored = time.perf_counter()
    tracemalloc.start()
    names = list(scores[0].tallies)
    sums = cluster_sums(counts_of(scores, names), [article.cluster for article in scores])
    bootstrap(sums, strict_f1, Resampling(resamples=resamples))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return [scored - began, 1000 * (scored - began) / articles, time.perf_counter() - scored, peak / 1e6]


def main() -> None:
    """Prints the table."""
    task = load_task("attack")
    gold = load_gold(gold_folder(task), task)
    headers = ["articles", "resamples", "scoring s", "ms an article", "resampling s", "peak MB"]
    rows = [[*size, *measured(gold, *size)] for size in SIZES]
    click.echo(tabulate(rows, headers=headers, floatfmt=".2f"))


if __name__ == "__main__":
    main()
