"""Runs against gold: scores every article, sums, resamples, and writes an `Evaluation`.

What makes runs is passed in as a `Runner`; a run that exists already is scored without calling anything.
Comparing two evaluations is `comparison`, printing them `reports`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import sub
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.evaluation import (
    ArticleScores,
    Cost,
    Evaluation,
    EvaluationSignature,
    Figures,
    LeafError,
    Noise,
    RecordError,
    Repeat,
    Source,
    Value,
    batched_tokens,
    live_tokens,
    overall,
)
from eval.gold.checking import load_articles
from eval.gold.clone import article_folder
from eval.gold.clusters import load_clusters
from eval.gold.labels import Label, gold_hash, load_labels
from eval.scoring.metrics import (
    SCORING_VERSION,
    ArticleScore,
    LeafVerdict,
    Tally,
    score_article,
    sum_rates,
    sum_tallies,
)
from eval.stats import Array, Reliability, Resampling, bootstrap, cluster_sums, reliability
from extract.articles import Article, writable
from extract.errors import GoldError, ReplayMiss
from extract.models.prices import Prices
from extract.records.results import ArticleResult, Run, Spend, read_header, read_run
from extract.tasks.task import Task

if TYPE_CHECKING:  # what makes runs is not needed to score a finished one
    from extract.engines.runs import Runner, RunPlan


FIELDS, DIFFERING = 120, 7
"""Characters and lines that are shown of what differs from the nearest recording."""


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Labels with the texts they refer to.

    Attributes:
        task: what the labels are of.
        folder: where it was read from.
        labels: by article id, sorted.
        articles: by article id.
        clusters: article id → what it is resampled with.
        sha256: digest of all that a figure depends on.
    """

    task: Task[Any]
    folder: Path
    labels: Mapping[str, Label]
    articles: Mapping[str, Article]
    clusters: Mapping[str, str]
    sha256: str

    @property
    def texts(self) -> Path:
        """Folder of the articles."""
        return article_folder(self.folder)


def load_gold(folder: Path, task: Task[Any]) -> GoldSet:
    """Reads `folder`/labels, the articles and the clusters.

    Raises:
        GoldError: a file is broken, a label has no article, or is a draft that nobody has accepted.
        UsageError: there are no articles.
    """
    labels = load_labels(folder / "labels", task)
    drafts = [article_id for article_id, label in labels.items() if label.head.draft]
    if drafts:
        raise GoldError(f"label {drafts[0]!r} is a draft, not gold: correct it by reading, then extract gold accept")
    articles = load_articles(article_folder(folder))
    return GoldSet(task, folder, labels, articles, load_clusters(folder, labels), gold_hash(labels, articles))


def read_run_of(task: Task[Any], path: Path) -> Run:
    """Reads a finished run of a task.

    Raises:
        RunFileError: it cannot be read.
        GoldError: it is of another task.
    """
    if (named := read_header(path).signature.task) != task.name:
        raise GoldError(f"{str(path)!r} is a run of task {named!r}, not of {task.name!r}: name its own with --task")
    return read_run(path, task.schema)


@contextmanager
def misses_in_short() -> Iterator[None]:
    """A request that was never recorded is told in ten lines: which, what is the nearest, and what to do."""
    try:
        yield
    except ReplayMiss as miss:
        said, differs, rest = str(miss).partition(", differs in ")
        fields, _, advice = rest.rpartition("; ")
        few = textwrap.shorten(fields, FIELDS, placeholder=" …")
        short = ReplayMiss(f"{said}{differs}{few}; {advice}" if differs else said)
        lines = "\n".join(getattr(miss, "__notes__", ())).splitlines()
        more = [f"… and {len(lines) - DIFFERING} more lines"] if len(lines) > DIFFERING else []
        short.add_note("\n".join([*lines[:DIFFERING], *more]))
        raise short from miss


def run_and_evaluate(
    plan: RunPlan, repeats: int, runner: Runner, gold: GoldSet, prices: Prices, options: Resampling
) -> Evaluation:
    """Makes `repeats` runs, one per sample from 0 on, and scores them together."""
    with misses_in_short():
        runs = [runner(replace(plan, spec=replace(plan.spec, sample=sample))) for sample in range(repeats)]
    return evaluate(runs, gold, prices, options)


def evaluate(runs: Sequence[Run], gold: GoldSet, prices: Prices, options: Resampling) -> Evaluation:
    """Scores the repeats of one setup. Calls nothing.

    Args:
        runs: one per repeat, equal in all but the sample.
        gold: what is right.
        prices: what tokens cost.
        options: how to resample.

    Raises:
        GoldError: the runs are not repeats of one setup, or a gold article is missing from one of them.
    """
    runs = sorted(runs, key=lambda run: run.header.signature.sample)
    _check_repeats(runs)
    repeats = [score_run(run, gold) for run in runs]
    rows = [article for repeat in repeats for article in repeat.articles]
    spend = sum((row.usage for row in rows), Spend())
    floor, noise = _noise_floor(runs, repeats, spend)
    scored = {article.article_id for article in repeats[0].articles}
    return Evaluation(
        signature=_signature(runs, gold, options),
        source=_source(spend),
        figures=_figures(rows, options),
        rates=sum_rates(row.rates for row in rows),
        noise_floor=floor,
        noise=noise,
        calibration=_reliability(rows),
        spend=spend,
        cost=_cost(spend, runs[0].header.signature.model, prices),
        seconds=round(sum(row.seconds for row in rows), 3),
        unlabelled=sorted({row.article_id for run in runs for row in run.results} - scored),
        repeats=repeats,
    )


def score_run(run: Run, gold: GoldSet) -> Repeat:
    """Scores every gold article against the run's line for it; a failed article has missed everything.

    Raises:
        GoldError: an article has no line, or was read with another text than the gold set's.
    """
    rows = {row.article_id: row for row in run.results}
    name = run.path or "just made"
    missing = [article_id for article_id in gold.labels if article_id not in rows]
    if missing:
        raise GoldError(
            f"the run {name!r} has no line for {len(missing)} of {len(gold.labels)} gold articles,"
            f" first {missing[0]!r}: continue the run, or give the gold set it belongs to with --gold"
        )
    return Repeat(
        sample=run.header.signature.sample,
        articles=[
            _score_row(rows[article_id], label, gold.articles[article_id], gold.clusters[article_id])
            for article_id, label in gold.labels.items()
        ],
    )


def counts_of(articles: Sequence[ArticleScores], names: Sequence[str]) -> Array:
    """Counts as an array.

    Args:
        articles: of one repeat or of several.
        names: of tallies.

    Returns:
        (articles, names, 5): COR, PAR, INC, MIS, SPU; zeros where an article has no such tally.
    """
    nothing = Tally()
    tallies = [[article.tallies.get(name, nothing) for name in names] for article in articles]
    return np.array([[tally.counts for tally in row] for row in tallies], dtype=np.float64)


def strict_f1(sums: Array) -> Array:
    """Strict F1 of counts (…, 5); NaN where there is no leaf."""
    right = 2 * sums[..., 0]
    leaves = right + 2 * sums[..., 1] + 2 * sums[..., 2] + sums[..., 3] + sums[..., 4]
    f1: Array = np.divide(right, leaves, out=np.full(leaves.shape, np.nan), where=leaves > 0)
    return f1


def _check_repeats(runs: Sequence[Run]) -> None:
    if not runs:
        raise GoldError("there is no run to evaluate")
    first = runs[0].header.signature
    for run in runs[1:]:
        if run.header.signature.model_copy(update={"sample": first.sample}) != first:
            raise GoldError(f"run {run.path!r} is no repeat of {runs[0].path!r}: they were made by different setups")
    samples = [run.header.signature.sample for run in runs]
    if len(set(samples)) < len(samples):
        raise GoldError(f"two runs are of the same sample: {samples}; repeats need samples of their own")


def check_text(row: ArticleResult, article: Article) -> None:
    """Sees that a run read the text that the labels are of.

    Raises:
        GoldError: it was another.
    """
    if row.text_sha256 not in (None, article.sha256):
        raise GoldError(
            f"article {row.article_id!r} of the run is another text than in the gold set"
            f" (SHA-256 {row.text_sha256!r}, not {article.sha256!r}): extract the gold set's article"
        )


def _score_row(row: ArticleResult, label: Label, article: Article, cluster: str) -> ArticleScores:
    check_text(row, article)
    score = score_article(row.article_id, label.records, row.records, article.text)
    right = {v.predicted_pointer: v.state == "COR" for v in score.verdicts if v.predicted_pointer is not None}
    return ArticleScores(
        article_id=row.article_id,
        cluster=cluster,
        drafted_from=label.head.drafted_from,
        status=row.status if row.records is not None else "failed",  # whatever it says of itself
        tallies=dict(score.tallies),
        rates=dict(score.rates),
        errors=_record_errors(score),
        confidences=[(share, right[pointer]) for pointer, share in sorted(row.confidence.items()) if pointer in right],
        **_questions(row),
        usage=row.usage,
        seconds=row.seconds,
    )


def _questions(row: ArticleResult) -> dict[str, int]:
    """Questions and those without a whole answer; older rows tell only those that a problem names."""
    unanswered = max(row.unanswered, sum(problem.kind in ("unanswered", "cut") for problem in row.problems))
    return {"questions": max(row.questions, row.usage.requests, unanswered), "unanswered": unanswered}


def _record_errors(score: ArticleScore) -> list[RecordError]:
    """The records of an article with a wrong headline leaf."""
    wrong = ((pair, [verdict for verdict in verdicts if verdict.state != "COR"]) for pair, verdicts in score.records)
    return [
        RecordError(
            type=pair.plan.type,
            gold=pair.gold.pointer if pair.gold else None,
            predicted=pair.predicted.pointer if pair.predicted else None,
            text=writable(node.evidence) if (node := pair.gold or pair.predicted) else "",
            leaves=[_leaf_error(verdict) for verdict in verdicts],
        )
        for pair, verdicts in wrong
        if verdicts
    ]


def _leaf_error(verdict: LeafVerdict) -> LeafError:
    said = {"gold": _plain(verdict.gold), "predicted": _plain(verdict.predicted)}
    return LeafError.model_validate({"state": verdict.state, "field": verdict.field, **said})


def _plain(value: object) -> Value:
    return value if value is None or isinstance(value, int | float) else writable(str(value))


def _signature(runs: Sequence[Run], gold: GoldSet, options: Resampling) -> EvaluationSignature:
    return EvaluationSignature(
        gold_sha256=gold.sha256,
        scoring=SCORING_VERSION,
        run=runs[0].header.signature,
        repeats=len(runs),
        articles=len(gold.labels),
        clusters=len(set(gold.clusters.values())),
        resamples=options.resamples,
        seed=options.seed,
        level=options.level,
        versions=runs[0].header.versions,
    )


def _figures(rows: Sequence[ArticleScores], options: Resampling) -> dict[str, Figures]:
    totals = sum_tallies(row.tallies for row in rows)
    sums = cluster_sums(counts_of(rows, list(totals)), [row.cluster for row in rows])
    intervals = bootstrap(sums, strict_f1, options)
    return {name: Figures.of(totals[name], interval) for name, interval in zip(totals, intervals, strict=True)}


def _noise_floor(runs: Sequence[Run], repeats: Sequence[Repeat], spent: Spend) -> tuple[float | None, Noise]:
    """Range of the headline figure over repeats: what changes when nothing was changed.

    Equal repeats are a measurement only where chance had its chance: asked live, and not in one order of articles.
    """
    if len(repeats) < 2:
        return None, "one repeat"
    if spent.requests == 0:
        return None, "no model"
    if any(row.status != "complete" or row.unanswered for repeat in repeats for row in repeat.articles):
        return None, "incomplete"
    if any(_said(repeat) != _said(repeats[0]) for repeat in repeats):
        totals = [overall(repeat.articles).f1() or 0.0 for repeat in repeats]
        return max(totals) - min(totals), "recorded" if spent.replayed else "measured"
    if spent.replayed:
        return None, "equal replays"
    orders = {tuple(row.article_id for row in run.results) for run in runs}
    return (0.0, "measured") if len(orders) > 1 else (None, "one order")


def _said(repeat: Repeat) -> list[object]:
    return [(row.tallies, row.errors, row.confidences) for row in repeat.articles]


def _reliability(rows: Sequence[ArticleScores]) -> Reliability | None:
    pairs = [pair for row in rows for pair in row.confidences]
    confidence = np.array([share for share, _ in pairs], dtype=np.float64)
    return reliability(confidence, np.array([right for _, right in pairs], dtype=np.float64))


def _source(spend: Spend) -> Source:
    if spend.requests == 0:
        return "no model"
    return "replay" if spend.replayed == spend.requests else "live"


def _cost(spend: Spend, model: str, prices: Prices) -> Cost:
    batched = batched_tokens(spend)
    at_once = map(sub, live_tokens(spend), batched)
    costs = prices.cost(model, *at_once), prices.cost(model, *batched, batched=True)
    return Cost(
        spent=prices.cost(model, spend.input_tokens, spend.output_tokens, spend.cached_input_tokens),
        live=None if None in costs else sum(filter(None, costs), 0.0),
        price=prices.of(model),
    )
