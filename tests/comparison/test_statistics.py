"""The statistics against SciPy, figures of statsmodels, and arithmetic by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from onescale.comparison import statistics
from onescale.comparison.spec import Criteria
from onescale.comparison.statistics import paired_difference, summarize

CRITERIA = Criteria()


@pytest.mark.parametrize("n", [2, 3, 5, 20])
def test_interval_is_scipys(n):
    values = np.random.default_rng(n).normal(0.97, 0.002, n)
    ours = summarize(values, 0.95)
    low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    np.testing.assert_allclose((ours.low, ours.high), (low, high), rtol=1e-12)
    np.testing.assert_allclose(
        (ours.mean, ours.sd), (values.mean(), values.std(ddof=1)), rtol=1e-12
    )


@pytest.mark.parametrize("n", [2, 3, 5, 20])
@pytest.mark.parametrize("shift", [0, 0.001, -0.03])
def test_paired_test_is_scipys(n, shift):
    rng = np.random.default_rng(7 * n)
    reference = rng.normal(0.96, 0.002, n).round(4)
    ours = (reference + rng.normal(shift, 0.003, n)).round(4)
    result = paired_difference(ours, reference, CRITERIA)
    expected = stats.ttest_rel(ours, reference)
    interval = expected.confidence_interval(0.95)
    narrow = expected.confidence_interval(0.90)
    assert result.p == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)
    assert result.effect_size == pytest.approx(expected.statistic / math.sqrt(n), rel=1e-9)
    np.testing.assert_allclose((result.summary.low, result.summary.high), interval, rtol=1e-9)
    np.testing.assert_allclose(result.narrow, narrow, rtol=1e-9)


def test_holm_by_hand():
    # Holm (1979): 4·0.005, then 3·0.01, 2·0.03, 1·0.04 raised to its predecessor.
    adjusted = statistics.holm([0.01, 0.04, 0.03, 0.005])
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert statistics.holm([0.9, 0.8]) == [1.0, 1.0]
    assert statistics.holm([None, 0.04, None]) == [None, 0.04, None]
    assert statistics.holm([]) == []


# statsmodels 0.15: multipletests(ps, method="holm")[1].
def test_holm_is_statsmodels():
    ps = [0.0051, 0.0142, 0.0481, 0.0349, 0.0056, 0.026, 0.0287]
    expected = [0.0357, 0.071, 0.104, 0.104, 0.0357, 0.104, 0.104]
    assert statistics.holm(ps) == pytest.approx(expected, abs=1e-10)


# statsmodels 0.15: TTestPower().power(effect_size, nobs, alpha=0.05).
@pytest.mark.parametrize(
    ("effect", "n", "expected"),
    [
        (0.2, 5, 0.06426957404800915),
        (0.5, 10, 0.2931756065140767),
        (1, 5, 0.4013899173717948),
        (1, 20, 0.9885912947787757),
        (2, 3, 0.4707494312784346),
        (0.05, 2000, 0.6083669123508458),
    ],
)
def test_power_is_statsmodels(effect, n, expected):
    assert statistics.power(effect, n) == pytest.approx(expected, abs=1e-9)
    assert statistics.power(-effect, n) == pytest.approx(expected, abs=1e-9)


# statsmodels 0.15: TTestPower().solve_power(effect_size, alpha=0.05, power=0.8), rounded up.
@pytest.mark.parametrize(
    ("effect", "pairs"), [(2, 5), (1, 10), (0.8, 15), (0.5, 34), (0.2, 199), (0.05, 3142)]
)
def test_seeds_needed_are_statsmodels(effect, pairs):
    assert statistics.seeds_needed(CRITERIA.smallest_difference / effect, CRITERIA) == pairs


@pytest.mark.parametrize("sd", [1e-11, 1e-9, 1e-6, 1e-4, 0.4, 3.0])
def test_seeds_needed_at_the_extremes(sd):
    pairs = statistics.seeds_needed(sd, CRITERIA)
    assert pairs is None or pairs >= 2


def test_no_seeds_needed_where_the_spread_is_unknown():
    assert statistics.seeds_needed(None, CRITERIA) is None
    assert statistics.seeds_needed(0.0, CRITERIA) is None


def test_the_verdict_follows_its_definition():
    def judge(differences, p_holm):
        difference = paired_difference(differences, [0.0] * len(differences), CRITERIA)
        return statistics.classify(difference, p_holm, CRITERIA)

    assert judge([0.010, 0.011, 0.012], 0.049) == "better"
    assert judge([-0.010, -0.011, -0.012], 0.049) == "worse"
    assert judge([0.010, 0.011, 0.012], 0.051) == "unresolved"
    # Inside ± 0.002 it is too small to matter, however sure it is that it is not 0.
    assert judge([0.0001, -0.0001, 0.0002], 0.5) == "no difference that matters"
    assert judge([0.0001, 0.00011, 0.00012], 0.001) == "no difference that matters"
    assert judge([-0.0001, -0.00011, -0.00012], 0.001) == "no difference that matters"
    # 0.0015 ± 2.92·0.0005/√3 reaches out of the band at 0.00234: not 0, and maybe not small.
    assert judge([0.0010, 0.0015, 0.0020], 0.04) == "better"
    # Mean 0.0005, sd 0.001: t₀.₉₅(2)·sd/√3 = 2.92·0.000577 = 0.0017, so the interval passes 0.002.
    assert judge([-0.0005, 0.0005, 0.0015], 0.5) == "unresolved"


def test_one_pair_has_a_difference_and_nothing_else():
    result = paired_difference([0.97], [0.96], CRITERIA)
    assert result.summary.mean == pytest.approx(0.01)
    assert (result.summary.sd, result.summary.low, result.p, result.effect_size) == (None,) * 4
    assert "one pair" in result.note
    assert statistics.classify(result, None, CRITERIA) == "unresolved"


def test_no_pair_has_nothing():
    result = paired_difference([], [], CRITERIA)
    assert (result.summary.n, result.summary.mean, result.p) == (0, None, None)
    assert statistics.classify(result, None, CRITERIA) == "unresolved"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0021, 0.01, True),
        (-0.01, -0.0021, True),
        (0.0001, 0.01, False),
        (-0.01, -0.0001, False),
        (-0.01, 0.01, False),
        (None, None, False),
    ],
)
def test_what_matters_lies_beyond_the_smallest_difference(low, high, expected):
    assert statistics.matters(low, high, CRITERIA) is expected


def test_identical_runs_make_no_difference():
    result = paired_difference([0.9712, 0.9688, 0.97], [0.9712, 0.9688, 0.97], CRITERIA)
    assert (result.summary.low, result.summary.mean, result.summary.high) == (0.0, 0.0, 0.0)
    assert (result.p, result.effect_size) == (None, None)
    assert "the same in every seed" in result.note
    assert statistics.classify(result, None, CRITERIA) == "no difference that matters"


def test_the_same_difference_in_every_seed_has_no_t_test():
    # 0.3 − 0.2 and 0.2 − 0.1 differ in their last bit; that is no spread.
    result = paired_difference([0.2, 0.3, 0.4], [0.1, 0.2, 0.3], CRITERIA)
    assert result.summary.mean == pytest.approx(0.1)
    assert (result.summary.sd, result.p, result.effect_size) == (0.0, None, None)
    assert "no t-test" in result.note
    assert statistics.classify(result, None, CRITERIA) == "unresolved"


def test_prediction_interval_covers_one_new_draw():
    rng = np.random.default_rng(1)
    draws = rng.normal(0.97, 0.001, (4000, 6))
    hits = 0
    for *known, new in draws:
        low, high = statistics.prediction_interval(known, 0.95)
        hits += low <= new <= high
    # 0.95 ± 3.3 binomial standard errors of 4,000.
    assert hits / 4000 == pytest.approx(0.95, abs=0.0114)
    assert statistics.prediction_interval([0.9], 0.95) is None


def test_what_a_signed_rank_test_can_reach():
    for n in range(2, 12):
        best = stats.wilcoxon(np.arange(1, n + 1), method="exact").pvalue
        assert statistics.signed_rank_minimum(n) == pytest.approx(best)
    assert statistics.signed_rank_pairs(0.05) == 6
    assert statistics.signed_rank_pairs(0.05, family=7) == 9


def test_test_set_noise():
    assert statistics.binomial_error(0.967, 10000) == pytest.approx(
        stats.binom.std(10000, 0.967) / 10000
    )


@pytest.mark.parametrize("n", [3, 10])
def test_equal_variants_are_seldom_told_apart(n):
    """The verdict's false positives, over draws of equal variants, stay at the level."""
    rng = np.random.default_rng(n)
    told = 0
    for _ in range(1000):
        ours, reference = rng.normal(0.97, 0.0015, (2, n))
        difference = paired_difference(ours, reference, CRITERIA)
        told += statistics.classify(difference, difference.p, CRITERIA) in ("better", "worse")
    assert told / 1000 <= 0.05 + 3.3 * math.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize(("k", "n"), [(0, 7), (1, 7), (5, 8), (7, 7), (13, 20)])
def test_shares_are_those_of_scipys_binomial_test(k, n):
    told = stats.binomtest(k, n, 0.5, "greater")
    assert statistics.binomial_tail(k, n) == pytest.approx(told.pvalue, rel=1e-12)
    interval = stats.binomtest(k, n).proportion_ci(0.95)
    got = statistics.proportion_interval(k, n, 0.95)
    assert got == pytest.approx((interval.low, interval.high), rel=1e-9)
