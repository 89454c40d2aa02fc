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
from eval.scoring.metrics import LeafVerdict, Rate, Tally, score_article, sum_rates, sum_scores
from extract.errors import GoldError
from extract.tasks.task import Task

WIDTH = 48
"""Characters of a value in the list of differences."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A leaf on which the two sets differ."""

    article_id: str
    verdict: LeafVerdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two label sets agree.

    Attributes:
        articles: how many both have labelled.
        tallies: by name, as in `metrics`, over all articles.
        rates: by name, as in `metrics`.
        differences: every headline leaf that is not equal, article by article.
    """

    articles: int
    tallies: Mapping[str, Tally]
    rates: Mapping[str, Rate]
    differences: Sequence[Difference]


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
    scores = [
        score_article(article_id, label.records, second[article_id].records, _text(label, texts, articles))
        for article_id, label in first.items()
    ]
    differences = [
        Difference(score.article_id, verdict)
        for score in scores
        for verdict in score.verdicts
        if verdict.state != "COR"
    ]
    return Agreement(len(scores), sum_scores(scores), sum_rates(scores), differences)


def _text(label: Label, texts: Mapping[str, str], folder: Path) -> str:
    if label.article_id not in texts:
        raise GoldError(f"no article {label.article_id!r} in {str(folder)!r}")
    return texts[label.article_id]


def render(agreement: Agreement) -> str:
    """The agreement as text: figures, then what the two sets say side by side."""
    return render_report(
        [
            f"{agreement.articles} articles",
            _table("leaves", agreement, [("all", "overall")]),
            _table("record type", agreement, _named(agreement, "type/")),
            _table("field", agreement, _named(agreement, "field/")),
            _table("apart", agreement, _named(agreement, "apart/")),
            _table("records exact", agreement, _named(agreement, "exact/")),
            f"Overlap of the evidence of paired records: {notation.percent(*agreement.rates['overlap'])}.",
            *_differences(agreement.differences),
        ],
        "text",
    )


def _named(agreement: Agreement, prefix: str) -> list[tuple[str, str]]:
    return [(name.removeprefix(prefix), name) for name in agreement.tallies if name.startswith(prefix)]


def _table(title: str, agreement: Agreement, names: Sequence[tuple[str, str]]) -> Table:
    """Figures by name; names that neither set has a leaf of are left out."""
    rows = []
    for shown, name in names:
        tally = agreement.tallies[name]
        strict, lenient = tally.f1(), tally.f1(lenient=True)
        if strict is not None:
            counts = (tally.cor, tally.par, tally.inc, tally.mis, tally.spu)
            rows.append([shown, notation.share(strict), notation.share(lenient), *map(str, counts)])
    headers = [title, "strict F1", "lenient F1", "equal", "near", "unequal", "A only", "B only"]
    return Table(headers, rows)


def _differences(differences: Sequence[Difference]) -> list[Block]:
    if not differences:
        return ["No differences."]
    rows = [
        [
            difference.article_id,
            f"{difference.verdict.type}.{difference.verdict.field}",
            _side(difference.verdict.gold, difference.verdict.gold_pointer),
            _side(difference.verdict.predicted, difference.verdict.predicted_pointer),
        ]
        for difference in differences
    ]
    return [f"{len(rows)} leaves differ", Table(["article", "leaf", "A", "B"], rows, left=4)]


def _side(value: object, pointer: str | None) -> str:
    if pointer is None:
        return notation.NOTHING
    return f"{textwrap.shorten(repr(value), WIDTH, placeholder=' …')} {pointer}"
