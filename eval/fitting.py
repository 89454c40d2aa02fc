"""Calibrations: how far values are to be believed, fitted on a run of labelled articles, and checked on those left out.

The fit is logistic. A sign of a value counts where it makes the prediction better on articles that were left out; how
good the whole way of fitting is, its choice of signs included, is told by articles left out of all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from eval.harness import GoldSet, check_text
from eval.scoring.metrics import score_article
from eval.stats import Array
from extract.errors import GoldError
from extract.records.beliefs import Calibration, seen_in
from extract.records.results import Run

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

MOST_FOLDS = 7
MOST_SIGNS = 6
GAIN = 0.0003
"""Of the mean squared error: a sign that brings less is left out."""
_FIELDS, _SIGNS = 3.0, 10.0
"""How strongly weights are held back, as a penalty on their squares: that of a field, of a sign."""
_STEPS = 30
_FARTHEST = 100.0
"""Logits are nowhere as large."""


@dataclass(frozen=True)
class Samples:
    """The values of a run that have a gold value or are invented.

    Attributes:
        articles: (n,) number of the article.
        fields: names; (n,) `field` holds the number of each value's.
        names: of the signs; `signs` is (n, signs).
        right: (n,) of 0 and 1.
    """

    articles: Numbers
    fields: Sequence[str]
    field: Numbers
    names: Sequence[str]
    signs: Array
    right: Array

    def design(self, chosen: Sequence[int]) -> Array:
        """(n, 1 + fields + chosen): a one, the field as ones and zeros, the chosen signs."""
        ones = np.ones((len(self.right), 1))
        return np.hstack([ones, self.field[:, None] == np.arange(len(self.fields)), self.signs[:, list(chosen)]])


@dataclass(frozen=True)
class Fitted:
    """A calibration, and how it does on articles left out.

    Attributes:
        confidence: (n,) of each value, by a fit that knew nothing of its article.
        right: (n,) of 0 and 1.
    """

    calibration: Calibration
    confidence: Array
    right: Array

    @property
    def first_fifth(self) -> float:
        """Share of all wrong values among the fifth that is believed least."""
        order = np.argsort(self.confidence, kind="stable")[: round(len(self.right) / 5)]
        return float((1 - self.right[order]).sum() / max(1.0, (1 - self.right).sum()))


def fit(run: Run, gold: GoldSet) -> Fitted:
    """A calibration for what made a run.

    Raises:
        GoldError: fewer than two labelled articles are in the run, all values are right, or all wrong, or an article was
            read with another text than the gold set's.
    """
    samples = _checked(run, gold)
    chosen = _chosen(samples, np.ones(len(samples.right), dtype=bool))
    weights = _weights(samples.design(chosen), samples.right, len(samples.fields))
    split = 1 + len(samples.fields)
    made = run.header.signature
    calibration = Calibration(
        prompts=made.prompts,
        model=made.model,
        fitted_on=f"{_said(samples, gold)}; prompts {made.prompts_sha256[:8]}; {datetime.now(UTC):%Y-%m-%d}",
        constant=round(float(weights[0]), 4),
        fields={name: round(float(w), 4) for name, w in zip(samples.fields, weights[1:split], strict=True)},
        signs={samples.names[n]: round(float(w), 4) for n, w in zip(chosen, weights[split:], strict=True)},
    )
    return Fitted(calibration, _left_out(samples), samples.right)


def shift(run: Run, gold: GoldSet, base: Calibration) -> Fitted:
    """A calibration with its constant fitted anew, its weights kept: a dozen articles tell how much of all is right.

    Raises:
        GoldError: it is for another prompt set or model; or as for `fit`.
    """
    made = run.header.signature
    if not base.fits(made.prompts, made.model):
        raise GoldError(
            f"the calibration is for {base.prompts} with {base.model}, the run is {made.prompts}, {made.model}"
        )
    samples = _checked(run, gold)
    fields = np.array([base.fields.get(name, 0.0) for name in samples.fields])
    logit = fields[samples.field] + samples.signs @ np.array([base.signs.get(name, 0.0) for name in samples.names])
    confidence = np.zeros(len(logit))
    for out in _folds(samples.articles):
        confidence[out] = _share(logit[out] + _constant(logit[~out], samples.right[~out]))
    calibration = base.model_copy(
        update={
            "constant": round(_constant(logit, samples.right), 4),
            "fitted_on": f"{base.fitted_on.partition('; the constant on ')[0]}; the constant on {_said(samples, gold)};"
            f" prompts {made.prompts_sha256[:8]}; {datetime.now(UTC):%Y-%m-%d}",
        }
    )
    return Fitted(calibration, confidence, samples.right)


def _constant(logit: Array, right: Array) -> float:
    """What makes as many values right as are believed, between bounds that are halved."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(2 * _STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _share(logit + middle).sum() < right.sum() else (low, middle)
    return (low + high) / 2


def _said(samples: Samples, gold: GoldSet) -> str:
    wrong = int((1 - samples.right).sum())
    articles = len(set(samples.articles.tolist()))
    return f"{articles} articles (gold {gold.sha256[:8]}), {len(samples.right)} values, {wrong} of them wrong"


def _checked(run: Run, gold: GoldSet) -> Samples:
    samples = _samples(run, gold)
    if len(set(samples.articles.tolist())) < 2 or len(set(samples.right.tolist())) < 2:
        raise GoldError("nothing can be fitted: it takes right and wrong values in at least two labelled articles")
    return samples


def _samples(run: Run, gold: GoldSet) -> Samples:
    rows = []
    for number, result in enumerate(run.results):
        if result.records is None or result.article_id not in gold.labels:
            continue
        check_text(result, gold.articles[result.article_id])
        text = gold.articles[result.article_id].text
        score = score_article(result.article_id, gold.labels[result.article_id].records, result.records, text)
        right = {each.predicted_pointer: each.state == "COR" for each in score.verdicts}
        seen = seen_in(result.records, result.judged, text)
        rows += [(number, each, right[each.pointer]) for each in seen if each.pointer in right]
    fields = sorted({each.field for _, each, _ in rows})
    names = list(rows[0][1].signs) if rows else []
    return Samples(
        articles=np.array([number for number, _, _ in rows], dtype=np.int64),
        fields=fields,
        field=np.array([fields.index(each.field) for _, each, _ in rows], dtype=np.int64),
        names=names,
        signs=np.array([[each.signs[name] for name in names] for _, each, _ in rows], dtype=np.float64),
        right=np.array([right for _, _, right in rows], dtype=np.float64),
    )


def _left_out(samples: Samples) -> Array:
    """Of each value, the confidence by a fit, signs chosen anew, on the articles of the other folds."""
    confidence = np.zeros(len(samples.right))
    for out in _folds(samples.articles):
        weights = _weights_of(samples, _chosen(samples, ~out), ~out)
        confidence[out] = weights[out]
    return confidence


def _chosen(samples: Samples, rows: Mask) -> list[int]:
    """Signs that make it better, the best first."""
    chosen: list[int] = []
    best = _error(samples, chosen, rows)
    while len(chosen) < MOST_SIGNS:
        left = [number for number in range(len(samples.names)) if number not in chosen]
        errors = {number: _error(samples, [*chosen, number], rows) for number in left}
        number = min(errors, key=errors.__getitem__, default=None)
        if number is None or errors[number] > best - GAIN:
            break
        best = errors[number]
        chosen.append(number)
    return chosen


def _error(samples: Samples, chosen: Sequence[int], rows: Mask) -> float:
    """Mean squared error on articles left out, among some rows."""
    errors = np.zeros(len(samples.right))
    for out in _folds(samples.articles[rows]):
        inside = np.flatnonzero(rows)
        train = np.zeros(len(rows), dtype=bool)
        train[inside[~out]] = True
        test = inside[out]
        errors[test] = (_weights_of(samples, chosen, train)[test] - samples.right[test]) ** 2
    return float(errors[rows].mean())


def _weights_of(samples: Samples, chosen: Sequence[int], train: Mask) -> Array:
    """(n,) confidence of every value by a fit on some."""
    design = samples.design(chosen)
    found: Array = _expected(design, _weights(design[train], samples.right[train], len(samples.fields)))
    return found


def _folds(articles: Numbers) -> list[Mask]:
    """Masks of articles that are left out together."""
    numbers = np.unique(articles, return_inverse=True)[1]
    return [numbers % MOST_FOLDS == fold for fold in range(min(MOST_FOLDS, int(numbers.max()) + 1))]


def _weights(design: Array, right: Array, fields: int) -> Array:
    """Weights of a logistic fit with a penalty on their squares, by Newton's method."""
    penalty = np.array([1e-6] + [_FIELDS] * fields + [_SIGNS] * (design.shape[1] - 1 - fields))
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        expected = _expected(design, weights)
        curve = expected * (1 - expected)
        hessian = (design * curve[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(hessian, design.T @ (right - expected) - penalty * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _expected(design: Array, weights: Array) -> Array:
    return _share(design @ weights)


def _share(logit: Array) -> Array:
    found: Array = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return found
