"""The bootstrap over seeds and images, held to cases whose spread is known."""

import math

import numpy as np
import pytest
from scipy import stats

from onescale.comparison.bootstrap import difference_draws, interval


def right(accuracy, seeds, images, random):
    return random.random((seeds, images)) < accuracy


def difference_interval(of, than, draws=2000):
    return interval(difference_draws(of, than, draws), 0.95)


def test_of_one_net_it_is_the_paired_interval_over_images():
    # All seeds alike: what is left is the noise of a paired difference of two shares (McNemar).
    random = np.random.default_rng(1)
    of, than = right(0.97, 1, 10_000, random), right(0.96, 1, 10_000, random)
    ahead = of.astype(float) - than
    half = 1.96 * ahead.std() / math.sqrt(ahead.size)
    low, high = difference_interval(np.repeat(of, 8, axis=0), np.repeat(than, 8, axis=0))
    assert (high - low) / 2 == pytest.approx(half, rel=0.05)
    assert (high + low) / 2 == pytest.approx(ahead.mean(), abs=half / 10)


def test_of_images_that_all_tell_the_same_it_is_the_bootstrap_over_seeds():
    ahead = np.array([1, 0, 0, 1, 1, 0, 1, 1, 0, 1])
    of = np.repeat(ahead[:, None] == 1, 500, axis=1)
    known = stats.bootstrap(
        (ahead,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(0)
    )
    ends = known.confidence_interval
    assert difference_interval(of, np.zeros_like(of)) == pytest.approx(
        (ends.low, ends.high), abs=0.1
    )


def test_it_covers_the_truth_at_least_as_often_as_it_says():
    random = np.random.default_rng(7)
    covered = 0
    for _ in range(200):
        ease = random.normal(2.5, 1.5, 1000)  # of each image, the same for both
        skill = random.normal(0, 0.1, (2, 10, 1))  # of each net
        chance = 1 / (1 + np.exp(-(ease + skill)))
        of, than = random.random((2, 10, 1000)) < chance
        low, high = difference_interval(of, than, draws=500)
        covered += low <= 0 <= high  # both are drawn alike
    assert covered >= 186  # 95 % of 200 is 190; below 186 has a chance of 2 %


def test_the_same_data_give_the_same_interval():
    random = np.random.default_rng(3)
    of, than = right(0.97, 5, 2000, random), right(0.96, 5, 2000, random)
    assert difference_interval(of, than) == difference_interval(of, than)
    assert difference_interval(of, of) == (0, 0)


@pytest.mark.parametrize("seeds", [3, 5, 20])
def test_of_few_seeds_it_is_as_wide_as_students_interval(seeds):
    # Each seed tells all images alike: what is left is the noise of the seeds, of many draws.
    random = np.random.default_rng(11)
    ratios = []
    for _ in range(12):
        share = np.clip(random.normal(0.5, 0.2, seeds), 0, 1)
        of = np.arange(2000) < 2000 * share[:, None]
        ahead = of.mean(axis=1)
        known = np.ptp(stats.ttest_1samp(ahead, 0).confidence_interval(0.95))
        draws = difference_draws(of, np.zeros_like(of), draws=800)
        assert np.ptp(interval(draws, 0.95)) < np.ptp(interval(draws, 0.95, seeds))
        ratios.append(np.ptp(interval(draws, 0.95, seeds)) / known)
    assert 0.93 < np.median(ratios) < 1.15  # the noise of the images is in it as well
