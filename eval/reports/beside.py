"""What labels, or another run, say beside a run: the verdicts of `scoring` as plain data for the page (`extract.views.page`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from eval.harness import GoldSet, check_text
from eval.scoring.alignment import Node, Pair
from eval.scoring.metrics import ArticleScore, score_article
from eval.scoring.metrics import State as LeafState
from extract.errors import GoldError
from extract.records.results import ArticleResult, Run
from extract.records.tree import plain
from extract.views.page.content import Beside, Compared, Missed, State

_STATES: Mapping[LeafState, State] = {
    "COR": "right",
    "PAR": "near",
    "INC": "wrong",
    "MIS": "missed",
    "SPU": "spurious",
}


def beside_gold(run: Run, gold: GoldSet) -> Beside:
    """What labels say of a run; articles without a label are left out.

    Raises:
        GoldError: no article of the run has a label, or one was read with another text.
    """
    rows = [row for row in run.results if row.article_id in gold.labels]
    if not rows:
        raise GoldError(f"no article of the run has a label in {str(gold.folder)!r}: it belongs to another gold set")
    for row in rows:
        check_text(row, gold.articles[row.article_id])
    compared = {
        row.article_id: _compared(row, gold.labels[row.article_id].records, gold.articles[row.article_id].text)
        for row in rows
    }
    return Beside(kind="gold", name="the labels", articles=compared)


def beside_run(run: Run, other: Run, texts: Mapping[str, str], name: str) -> Beside:
    """What another run of the same articles says.

    Raises:
        GoldError: the two have no article in common.
    """
    theirs = {row.article_id: row for row in other.results}
    both = [
        (row, theirs[row.article_id].records, texts[row.article_id])
        for row in run.results
        if row.article_id in theirs and row.article_id in texts
    ]
    compared = {row.article_id: _compared(row, records, text) for row, records, text in both if records is not None}
    if not compared:
        raise GoldError(f"the two runs have no article in common: {run.path!r} and {name}")
    return Beside(kind="run", name=name, articles=compared)


def _compared(row: ArticleResult, other: BaseModel, text: str) -> Compared:
    score = score_article(row.article_id, other, row.records, text)
    values: dict[str, tuple[State, object]] = {}
    missing: dict[str, list[object]] = defaultdict(list)
    for pair, verdicts in score.records:
        for verdict in verdicts:
            if verdict.predicted_pointer is not None:
                gold = None if verdict.gold is None else plain(verdict.gold)
                values[verdict.predicted_pointer] = _STATES[verdict.state], gold
            elif pair.predicted is not None:
                missing[f"{pair.predicted.pointer}/{verdict.field.replace('.', '/')}"].append(plain(verdict.gold))
    return Compared(values=values, missing=missing, records=_records(score), missed=list(_missed(score.records[0][0])))


def _records(score: ArticleScore) -> dict[str, State]:
    """Records that nothing answers, and those without a fault."""
    found: dict[str, State] = {}
    for pair, verdicts in score.records:
        if pair.predicted is None or not pair.predicted.pointer:
            continue
        if pair.gold is None:
            found[pair.predicted.pointer] = "spurious"
        elif all(verdict.state == "COR" for verdict in verdicts):
            found[pair.predicted.pointer] = "right"
    return found


def _missed(pair: Pair) -> Iterator[Missed]:
    """Records that only the other side has; those that such a record holds come with it."""
    for child in pair.children:
        if child.predicted is not None:
            yield from _missed(child)
        elif child.gold is not None and pair.predicted is not None and pair.gold is not None:
            yield _missed_record(child.gold, pair.gold, pair.predicted)


def _missed_record(gold: Node, holder: Node, predicted: Node) -> Missed:
    start, end = gold.span or (None, None)
    inside = gold.pointer.removeprefix(holder.pointer).rpartition("/")[0]
    return Missed(
        type=type(gold.record).__name__,
        list=predicted.pointer + inside,
        record=gold.record.model_dump(mode="json"),
        start=start,
        end=end,
    )
