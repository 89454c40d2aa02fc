"""Intervals, paired tests and the reliability of confidences over arrays; knows no articles, records or events.

A figure is a function of summed counts, and the unit that is resampled is a cluster: rows that depend on each
other (reports of one attack) are summed first and drawn together. Resampling then never scores anything again:
it multiplies weights with counts. Everything is seeded; equal input gives equal output.

Shapes: `sums` is (clusters, figures, counts); a `Figure` maps (…, counts) to (…) with values in -1…1, and NaN
where it is undefined (there is nothing to count).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# The whole module is arrays; whoever wants to stay quick imports this module where it is used.
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Figure = Callable[[Array], Array]

ALPHA = 0.05
POWER = 0.8
BLOCK = 500_000
"""Numbers held at once while resampling, beside the resampled figures themselves."""
BINS = 10
"""Bars of a reliability diagram, equally wide."""
_STEPS = 20_000
"""Resampled values are rounded to the nearest 1/20 000, a fiftieth of the last decimal that is printed."""
TIE = 1e-12
"""Differences closer than this are ties: sums of floats differ in the last bits."""
_WORLDS = 500
_FLIPS = 999


@dataclass(frozen=True, slots=True)
class Resampling:
    """How to resample.

    Attributes:
        resamples: bootstrap resamples, and random permutations where not all are tried.
        seed: of the generator.
        level: coverage of intervals.
    """

    resamples: int = 10_000
    seed: int = 12_345
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile interval."""

    low: float
    high: float


def cluster_sums(counts: Array, labels: Sequence[str]) -> Array:
    """Sums rows that belong together.

    Args:
        counts: (rows, …).
        labels: the cluster of every row.

    Returns:
        (clusters, …), clusters sorted by label, so that the order of rows never matters.
    """
    names, index = np.unique(np.asarray(labels), return_inverse=True)
    sums = np.zeros((len(names), *counts.shape[1:]))
    np.add.at(sums, index, counts)
    return sums


def bootstrap(sums: Array, figure: Figure, options: Resampling) -> list[Interval | None]:
    """Percentile bootstrap over clusters.

    Args:
        sums: (clusters, figures, …, counts).
        figure: applied to summed counts, gives (…, figures).
        options: how to resample.

    Returns:
        One interval a figure; None when there is one cluster only, or no resample defines the figure.
        Resamples in which a figure is undefined are left out for that figure.
    """
    clusters, figures = sums.shape[:2]
    if clusters < 2:
        return [None] * figures
    generator = np.random.default_rng(options.seed)
    found = []
    for rows in _blocks(options.resamples, max(clusters, sums[0].size)):
        drawn = generator.integers(0, clusters, (rows, clusters))
        places = drawn + clusters * np.arange(rows)[:, None]
        weights = np.bincount(places.ravel(), minlength=rows * clusters).reshape(rows, clusters)
        found.append(figure(np.tensordot(weights.astype(np.float64), sums, axes=1)))
    return [_interval(values[~np.isnan(values)], options.level) for values in np.concatenate(found).T]


def _interval(values: Array, level: float) -> Interval | None:
    """Equal-tailed percentiles of values rounded to `_STEPS`."""
    if not len(values):
        return None
    tails = (1 - level) / 2, 1 - (1 - level) / 2
    low, high = np.quantile(np.rint((values + 1) * _STEPS) - _STEPS, tails) / _STEPS
    return Interval(float(low), float(high))


def bootstrap_difference(a: Array, b: Array, figure: Figure, options: Resampling) -> list[Interval | None]:
    """Interval of figure(b) - figure(a), the same clusters drawn for both.

    Args:
        a: (clusters, figures, counts).
        b: the same clusters in the same order.
        figure: applied to summed counts.
        options: how to resample.
    """
    return bootstrap(np.stack([a, b], axis=-2), lambda sums: figure(sums[..., 1, :]) - figure(sums[..., 0, :]), options)


def randomisation(a: Array, b: Array, figure: Figure, options: Resampling) -> list[float | None]:
    """Two-sided p of the paired approximate randomisation test (Noreen 1989) on figure(b) - figure(a).

    Under the null hypothesis the two systems' counts of a cluster may be swapped. All 2^clusters swaps are tried
    when there are no more of them than `options.resamples`; else swaps are drawn and the observed one is counted
    with them, (hits + 1) / (n + 1), without which p could be 0 (Davison & Hinkley 1997, 4.11).

    Args:
        a: (clusters, figures, counts).
        b: the same clusters in the same order.
        figure: applied to summed counts.
        options: how to resample.

    Returns:
        One p a figure; None where the figure is undefined on either side.
    """
    step, total_a, total_b = b - a, a.sum(axis=0), b.sum(axis=0)
    observed = np.abs(figure(total_b) - figure(total_a))
    hits = np.zeros(observed.shape)
    tried = 0
    for swaps in _swaps(len(a), step[0].size, options):
        moved = np.tensordot(swaps, step, axes=1)
        difference = np.abs(figure(total_b - moved) - figure(total_a + moved))
        # a swap that leaves the figure undefined says nothing against the null: it counts as a hit
        hits += (~(difference < observed - TIE)).sum(axis=0)
        tried += len(swaps)
    p = hits / tried if _exact(len(a), options) else (hits + 1) / (tried + 1)
    return [None if np.isnan(seen) else float(value) for seen, value in zip(observed, p, strict=True)]


def smallest_p(clusters: int, options: Resampling) -> float:
    """The smallest p that `randomisation` can give: no swap and the swap of everything always tie."""
    return min(1.0, 2.0 / 2**clusters) if _exact(clusters, options) else 1.0 / (options.resamples + 1)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down adjustment; None stays None and does not count as a test."""
    tested = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    floor = 0.0
    for rank, (p, index) in enumerate(tested):
        floor = max(floor, min(1.0, (len(tested) - rank) * p))
        adjusted[index] = floor
    return adjusted


def smallest_detectable(a: Array, b: Array, figure: Figure, options: Resampling) -> float | None:
    """The smallest true difference that the randomisation test would find at p < 0.05 with 80 % power.

    Worlds with a known difference are made from the data: every cluster's share in the observed difference (its
    jackknife pseudo-value), centred, drawn with replacement, and shifted by the same amount. Each world is tested
    by flipping signs, and the shift is found at which 80 % of the worlds give p < 0.05. It is a planning figure:
    it takes clusters as exchangeable and the figure as nearly additive over them.

    Args:
        a: (clusters, counts).
        b: the same clusters in the same order.
        figure: applied to summed counts.
        options: gives the seed.

    Returns:
        A difference in 0…1, or None when no difference could be detected: too few clusters for p < 0.05, or
        nothing to tell their spread from (the sides are equal everywhere, or the figure is undefined).
    """
    clusters = len(a)
    if clusters < 2 or smallest_p(clusters, options) >= ALPHA:
        return None
    spread = _centred_shares(a, b, figure)
    if not np.isfinite(spread).all() or np.ptp(spread) < TIE:
        return None
    generator = np.random.default_rng(options.seed)
    worlds = spread[generator.integers(0, clusters, (clusters, _WORLDS))]
    flips = _sign_flips(clusters, generator)
    flipped, flipped_shift = flips @ worlds, flips.sum(axis=1)[:, None]

    def power(shift: float) -> float:
        observed = np.abs(worlds.sum(axis=0) + clusters * shift)
        p = (np.abs(flipped + flipped_shift * shift) >= observed - TIE).mean(axis=0)
        return float((p < ALPHA).mean())

    low, high = 0.0, 1.0
    if power(high) < POWER:
        return None
    while high - low > 0.0005:
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: `n` values with confidence in [low, high), 1.0 in the last one."""

    low: float
    high: float
    n: int
    confidence: float
    correct: float


@dataclass(frozen=True, slots=True)
class Risk:
    """Share of errors among the most certain `coverage` of all values."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far confidences can be believed.

    Attributes:
        n: values with a confidence.
        brier: mean squared distance of confidence and outcome, 0 is best, 0.25 is what a constant 0.5 gives.
        bins: reliability, empty bins left out.
        risk: error rate when only the most certain are kept.
    """

    n: int
    brier: float
    bins: tuple[Bin, ...]
    risk: tuple[Risk, ...]


def reliability(confidence: Array, correct: Array) -> Reliability | None:
    """Brier score, reliability in `BINS` equal bins, risk at coverage 10 %, 20 % … 100 %.

    Args:
        confidence: (n,) in 0…1.
        correct: (n,) of 0 and 1.

    Returns:
        None when there is no value. Among equal confidences the order does not matter: they share their errors.
    """
    n = len(confidence)
    if n == 0:
        return None
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bars = tuple(_bin(i, confidence[place == i], correct[place == i]) for i in np.unique(place).tolist())
    group = np.unique(-confidence, return_inverse=True)[1]  # most certain first
    shared = np.bincount(group, weights=1 - correct) / np.bincount(group)
    errors = np.cumsum(shared[np.sort(group)])
    kept = [max(1, round(n * tenth / 10)) for tenth in range(1, 11)]
    risk = tuple(Risk(tenth / 10, float(errors[k - 1] / k)) for tenth, k in enumerate(kept, 1))
    return Reliability(n, float(np.mean((confidence - correct) ** 2)), bars, risk)


def _bin(number: int, confidence: Array, correct: Array) -> Bin:
    low, high = number / BINS, (number + 1) / BINS
    return Bin(low, high, len(correct), float(confidence.mean()), float(correct.mean()))


def _blocks(total: int, width: int) -> Iterator[int]:
    """Cuts `total` rows of `width` numbers into blocks that fit `BLOCK`."""
    rows = max(1, BLOCK // width)
    for start in range(0, total, rows):
        yield min(rows, total - start)


def _exact(clusters: int, options: Resampling) -> bool:
    return clusters < 63 and 2**clusters <= options.resamples


def _swaps(clusters: int, width: int, options: Resampling) -> Iterator[Array]:
    """Blocks of (rows, clusters) zeros and ones: which clusters are swapped."""
    exact = _exact(clusters, options)
    generator = np.random.default_rng(options.seed)
    done = 0
    for rows in _blocks(2**clusters if exact else options.resamples, max(clusters, width)):
        if exact:
            yield _bits(np.arange(done, done + rows), clusters)
        else:
            yield generator.integers(0, 2, (rows, clusters)).astype(np.float64)
        done += rows


def _bits(codes: npt.NDArray[np.int64], width: int) -> Array:
    return ((codes[:, None] >> np.arange(width)) & 1).astype(np.float64)


def _sign_flips(clusters: int, generator: np.random.Generator) -> Array:
    """(flips, clusters) of ±1, the unflipped row first; all of them when they are few."""
    if 2**clusters <= _FLIPS + 1:
        return 1 - 2 * _bits(np.arange(2**clusters), clusters)
    drawn = generator.integers(0, 2, (_FLIPS, clusters))
    return 1.0 - 2.0 * np.vstack([np.zeros((1, clusters)), drawn])


def _centred_shares(a: Array, b: Array, figure: Figure) -> Array:
    """(clusters,): jackknife pseudo-values of the difference, minus their mean, at the variance of a sample."""
    n = len(a)
    whole = figure(b.sum(axis=0)) - figure(a.sum(axis=0))
    without = figure(b.sum(axis=0) - b) - figure(a.sum(axis=0) - a)
    shares = n * whole - (n - 1) * without
    centred: Array = (shares - shares.mean()) * np.sqrt(n / (n - 1))  # drawing from n values loses 1/n of the variance
    return centred
