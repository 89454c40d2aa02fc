"""Intervals, tests and calibration, against scipy.stats and against numbers worked out by hand."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from eval.stats import (
    Array,
    Interval,
    Resampling,
    bootstrap,
    bootstrap_difference,
    cluster_sums,
    holm,
    randomisation,
    reliability,
    smallest_detectable,
    smallest_p,
)

FAST = Resampling(resamples=4000)


def ratio(sums: Array) -> Array:
    """Counts (hits, all) → hits / all."""
    with np.errstate(invalid="ignore"):
        return sums[..., 0] / sums[..., 1]


def one(counts: list[list[float]]) -> Array:
    """(clusters, counts) as the sums of a single figure."""
    return np.array(counts, dtype=float)[:, None, :]


def planted(n: int, seed: int, shift: float = 0.0) -> Array:
    """n rows of (hits, 20), hits around 10 + 20 shift."""
    drawn = np.random.default_rng(seed).normal(10 + 20 * shift, 3, n)
    return np.column_stack([np.clip(drawn.round(), 0, 20), np.full(n, 20.0)])


def test_rows_of_a_cluster_are_summed_and_order_does_not_matter() -> None:
    counts = np.array([[1.0, 2], [3, 4], [5, 6]])
    sums = cluster_sums(counts, ["kyiv", "odesa", "kyiv"])
    assert sums.tolist() == [[6, 8], [3, 4]]
    assert cluster_sums(counts[::-1], ["kyiv", "odesa", "kyiv"]).tolist() == sums.tolist()


def by_scipy(data: tuple[Array, Array], figure: Callable[..., Array], seed: int) -> tuple[float, float]:
    """The percentile interval of a figure of paired columns."""
    from scipy import stats as scipy_stats

    rng = np.random.default_rng(seed)
    found = scipy_stats.bootstrap(data, figure, paired=True, method="percentile", n_resamples=10_000, rng=rng)
    return found.confidence_interval.low, found.confidence_interval.high


def test_bootstrap_agrees_with_scipy() -> None:
    counts = planted(25, seed=1)
    found = bootstrap(counts[:, None, :], ratio, Resampling())[0]
    expected = by_scipy(
        (counts[:, 0], counts[:, 1]), lambda hits, n, axis=-1: hits.sum(axis=axis) / n.sum(axis=axis), seed=7
    )
    # two Monte-Carlo runs of 10 000: the end points differ by about 0.001
    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected, abs=0.003)


def test_bootstrap_of_two_clusters_is_the_known_distribution() -> None:
    # Clusters 0/10 and 10/10: a resample gives 0 with probability 1/4, 1/2 with 1/2, 1 with 1/4.
    sums = one([[0, 10], [10, 10]])
    assert bootstrap(sums, ratio, FAST) == [Interval(0.0, 1.0)]
    assert bootstrap(sums, ratio, Resampling(resamples=4000, level=0.4)) == [Interval(0.5, 0.5)]


def test_every_figure_has_its_own_interval_from_the_same_draws() -> None:
    first, second = planted(12, seed=3), planted(12, seed=4)
    both = bootstrap(np.stack([first, second], axis=1), ratio, FAST)
    assert both == [*bootstrap(first[:, None], ratio, FAST), *bootstrap(second[:, None], ratio, FAST)]


def test_what_cannot_be_resampled_has_no_interval() -> None:
    assert bootstrap(one([[3, 4]]), ratio, FAST) == [None]  # one cluster
    assert bootstrap(one([[0, 0], [0, 0]]), ratio, FAST) == [None]  # never defined
    # undefined when the second cluster is drawn twice; left out, the rest is 1/2 in every resample
    assert bootstrap(one([[2, 4], [0, 0]]), ratio, FAST) == [Interval(0.5, 0.5)]


def test_equal_seed_equal_interval_and_another_seed_another() -> None:
    sums = planted(30, seed=5)[:, None]
    assert bootstrap(sums, ratio, FAST) == bootstrap(sums, ratio, FAST)
    assert bootstrap(sums, ratio, FAST) != bootstrap(sums, ratio, Resampling(resamples=4000, seed=1))


def test_memory_does_not_grow_with_the_number_of_resamples() -> None:
    sums = np.repeat(planted(300, seed=6)[:, None], 5, axis=1)

    def peak(resamples: int) -> int:
        tracemalloc.start()
        bootstrap(sums, ratio, Resampling(resamples=resamples))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(1000)  # numpy's own first-use allocations
    assert peak(20_000) < 1.1 * peak(2000)


def test_difference_agrees_with_scipy() -> None:
    a, b = planted(20, seed=11), planted(20, seed=12, shift=0.1)
    found = bootstrap_difference(a[:, None], b[:, None], ratio, Resampling())[0]
    expected = by_scipy(
        (a[:, 0], b[:, 0]), lambda x, y, axis=-1: y.mean(axis=axis) / 20 - x.mean(axis=axis) / 20, seed=8
    )
    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected, abs=0.004)


def test_a_constant_gain_has_an_interval_of_no_width() -> None:
    a = one([[1, 10], [4, 10], [7, 10]])
    assert bootstrap_difference(a, a + np.array([2, 0]), ratio, FAST) == [Interval(0.2, 0.2)]


def test_exact_randomisation_agrees_with_scipy() -> None:
    from scipy import stats as scipy_stats

    a, b = planted(9, seed=21), planted(9, seed=22, shift=0.1)
    expected = scipy_stats.permutation_test(
        (b[:, 0], a[:, 0]),
        lambda x, y, axis=-1: x.mean(axis=axis) - y.mean(axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    ).pvalue
    assert randomisation(a[:, None], b[:, None], ratio, FAST) == [pytest.approx(expected, abs=1e-12)]


def test_drawn_randomisation_agrees_with_scipy() -> None:
    from scipy import stats as scipy_stats

    a, b = planted(40, seed=23), planted(40, seed=24, shift=0.05)
    expected = scipy_stats.permutation_test(
        (b[:, 0], a[:, 0]),
        lambda x, y, axis=-1: x.mean(axis=axis) - y.mean(axis=axis),
        permutation_type="samples",
        n_resamples=20_000,
        vectorized=True,
        rng=np.random.default_rng(9),
    ).pvalue
    found = randomisation(a[:, None], b[:, None], ratio, Resampling())[0]
    assert 0.01 < expected < 0.9  # a case that tells something
    assert found == pytest.approx(expected, abs=0.015)


@pytest.mark.parametrize(("clusters", "p"), [(1, 1.0), (3, 0.25), (5, 0.0625), (6, 0.03125)])
def test_few_clusters_bound_p_from_below(clusters: int, p: float) -> None:
    # every cluster better by the same amount: only no swap and the swap of all reach the observed difference
    a = one([[5, 10]] * clusters)
    assert randomisation(a, a + np.array([3, 0]), ratio, FAST) == [p]
    assert smallest_p(clusters, FAST) == p


def test_p_is_never_zero_when_swaps_are_drawn() -> None:
    a = one([[5, 10]] * 200)
    assert randomisation(a, a + np.array([3, 0]), ratio, FAST) == [1 / 4001]
    assert smallest_p(200, FAST) == 1 / 4001


def test_equal_systems_have_p_one_and_undefined_ones_none() -> None:
    a = np.stack([planted(8, seed=30), np.zeros((8, 2))], axis=1)
    assert randomisation(a, a, ratio, FAST) == [1.0, None]


def test_p_is_uniform_when_nothing_differs() -> None:
    # 200 pairs of samples from one distribution: about 5 % may fall below 0.05 (binomial: 3 … 19 of 200)
    low = 0
    for seed in range(200):
        p = randomisation(planted(10, 1000 + seed)[:, None], planted(10, 5000 + seed)[:, None], ratio, FAST)[0]
        low += p is not None and p < 0.05
    assert 3 <= low <= 19


def test_holm_by_hand() -> None:
    # sorted 0.01, 0.02, 0.04: times 3, 2, 1 = 0.03, 0.04, 0.04
    assert holm([0.04, 0.01, None, 0.02]) == [0.04, 0.03, None, 0.04]
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([0.01, 0.011]) == [0.02, 0.02]  # never smaller than a smaller p's
    assert holm([]) == []


def test_smallest_detectable_agrees_with_the_t_test_s_power() -> None:
    from scipy import stats as scipy_stats
    from scipy.optimize import brentq

    a, b = planted(30, seed=41), planted(30, seed=42)
    found = smallest_detectable(a, b, ratio, FAST)
    spread = ((b - a)[:, 0] / 20).std(ddof=1) / np.sqrt(30)
    bar = scipy_stats.t.ppf(0.975, 29)
    expected = brentq(lambda shift: scipy_stats.nct.sf(bar, 29, shift / spread) - 0.8, 1e-4, 0.5)
    # the simulation has 500 worlds and 999 flips: ±2 % of power
    assert found == pytest.approx(expected, rel=0.1)


def test_twice_the_spread_needs_twice_the_difference() -> None:
    a, b = planted(20, seed=43), planted(20, seed=44)
    narrow = smallest_detectable(a, b, ratio, FAST)
    wide = smallest_detectable(a, a + 2 * (b - a), ratio, FAST)
    assert narrow is not None
    assert wide == pytest.approx(2 * narrow, rel=0.02)


def test_nothing_is_detectable_with_five_clusters_or_without_a_difference_to_learn_from() -> None:
    a, b = planted(5, seed=45), planted(5, seed=46)
    assert smallest_detectable(a, b, ratio, FAST) is None
    six = planted(6, seed=47)
    assert smallest_detectable(six, planted(6, seed=48), ratio, FAST) is not None
    assert smallest_detectable(six, six, ratio, FAST) is None
    assert smallest_detectable(np.zeros((8, 2)), np.zeros((8, 2)), ratio, FAST) is None


def test_calibration_by_hand() -> None:
    confidence = np.array([0.9, 0.9, 0.55, 1.0])
    correct = np.array([1.0, 0.0, 1.0, 1.0])
    found = reliability(confidence, correct)
    assert found is not None
    # (0.01 + 0.81 + 0.2025 + 0) / 4
    assert found.brier == pytest.approx(0.255625)
    assert [(bar.low, bar.n) for bar in found.bins] == [(0.5, 1), (0.9, 3)]
    assert [bar.confidence for bar in found.bins] == pytest.approx([0.55, (0.9 + 0.9 + 1.0) / 3])
    assert [bar.correct for bar in found.bins] == pytest.approx([1.0, 2 / 3])
    # most certain first: 1.0 (right), then the two at 0.9 share one error, then 0.55 (right)
    risk = {point.coverage: point.risk for point in found.risk}
    assert risk[0.2] == 0.0
    assert risk[0.5] == pytest.approx(0.5 / 2)
    assert risk[0.8] == pytest.approx(1 / 3)
    assert risk[1.0] == pytest.approx(1 / 4)


def test_calibration_does_not_depend_on_order_and_needs_values() -> None:
    generator = np.random.default_rng(0)
    confidence = generator.integers(0, 5, 50) / 4
    correct = generator.integers(0, 2, 50).astype(float)
    order = generator.permutation(50)
    first, second = reliability(confidence, correct), reliability(confidence[order], correct[order])
    assert first is not None
    assert second is not None
    assert [point.risk for point in first.risk] == pytest.approx([point.risk for point in second.risk])
    assert reliability(np.array([]), np.array([])) is None
