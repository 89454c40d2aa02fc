"""Agreement: two label sets of the same articles, compared by the very scorer that judges models.

Set A stands where gold stands and set B where a prediction does. Exchanging them exchanges precision and recall,
so F1 stays the same (but for `value`, whose 5 % are of A's figure). What two careful readers agree on is the most
that a model can be asked for.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.gold.checking import load_articles
from eval.gold.labels import Label, load_labels
from eval.reports import notation
from eval.reports.report import Block, Table
from eval.reports.report import render as render_report
from eval.scoring.metrics import LeafVerdict, Rate, Tally, named, score_article, sum_rates, sum_tallies
from extract.errors import GoldError, counted
from extract.tasks.task import Task

WIDTH = 48
"""Characters of a value in the list of differences."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two label sets agree.

    Attributes:
        articles: how many both have labelled.
        tallies: by name, as in `metrics`, over all articles.
        rates: by name, as in `metrics`.
        differences: every headline leaf that is not equal, with its article.
    """

    articles: int
    tallies: Mapping[str, Tally]
    rates: Mapping[str, Rate]
    differences: Sequence[tuple[str, LeafVerdict]]


def agree(a: Path, b: Path, articles: Path, task: Task[Any]) -> Agreement:
    """Compares two folders of label files.

    Args:
        a: the set that stands for gold.
        b: the set that stands for a prediction.
        articles: folder of the articles both were labelled from.
        task: what they label.

    Raises:
        GoldError: a file is broken, or an article is labelled in one set only, or is not there.
        UsageError: the folder of articles does not exist.
    """
    first, second = load_labels(a, task), load_labels(b, task)
    for one, other, folder in ((first, second, b), (second, first, a)):
        for article_id in one.keys() - other.keys():
            raise GoldError(f"{str(folder)!r} has no label of {article_id!r}; compare sets of the same articles")
    texts = {article_id: article.text for article_id, article in load_articles(articles).items()}
    scores = {
        article_id: score_article(article_id, label.records, second[article_id].records, _text(label, texts, articles))
        for article_id, label in first.items()
    }
    verdicts = [(article_id, verdict) for article_id, score in scores.items() for verdict in score.verdicts]
    return Agreement(
        articles=len(scores),
        tallies=sum_tallies(score.tallies for score in scores.values()),
        rates=sum_rates(score.rates for score in scores.values()),
        differences=[(article_id, verdict) for article_id, verdict in verdicts if verdict.state != "COR"],
    )


def _text(label: Label, texts: Mapping[str, str], folder: Path) -> str:
    if label.article_id not in texts:
        raise GoldError(f"no article {label.article_id!r} in {str(folder)!r}")
    return texts[label.article_id]


def render(agreement: Agreement) -> str:
    """The agreement as text: figures, then what the two sets say side by side."""
    return render_report(
        [
            counted(agreement.articles, "article"),
            _table("leaves", {"all": agreement.tallies["overall"]}),
            _table("record type", named(agreement.tallies, "type/")),
            _table("field", named(agreement.tallies, "field/")),
            _table("apart", named(agreement.tallies, "apart/")),
            _table("records exact", named(agreement.tallies, "exact/")),
            f"Overlap of the evidence of paired records: {notation.percent(*agreement.rates['overlap'])}.",
            *_differences(agreement.differences),
        ],
        "text",
    )


def _table(title: str, tallies: Mapping[str, Tally]) -> Table:
    """Figures by name; names that neither set has a leaf of are left out."""
    rows = [
        [name, notation.share(tally.f1()), notation.share(tally.f1(lenient=True)), *map(str, tally.counts)]
        for name, tally in tallies.items()
        if tally.f1() is not None
    ]
    return Table([title, "strict F1", "lenient F1", "equal", "near", "unequal", "A only", "B only"], rows)


def _differences(differences: Sequence[tuple[str, LeafVerdict]]) -> list[Block]:
    if not differences:
        return ["No differences."]
    rows = [
        [
            article_id,
            f"{verdict.type}.{verdict.field}",
            _side(verdict.gold, verdict.gold_pointer),
            _side(verdict.predicted, verdict.predicted_pointer),
        ]
        for article_id, verdict in differences
    ]
    return [f"{len(rows)} leaves differ", Table(["article", "leaf", "A", "B"], rows, left=4)]


def _side(value: object, pointer: str | None) -> str:
    if pointer is None:
        return notation.NOTHING
    return f"{textwrap.shorten(repr(value), WIDTH, placeholder=' …')} {pointer}"
