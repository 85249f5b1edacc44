"""The expected best of k draws, against every subset and against chance."""

from itertools import combinations
from statistics import fmean

import numpy as np
import pytest

from onescale.comparison.best_of import expected_best

SCORES = [0.91, 0.973, 0.109, 0.962, 0.973, 0.96, 0.88]


@pytest.mark.parametrize("best", [max, min])
def test_it_is_the_mean_over_all_subsets(best):
    subsets = [
        fmean(best(subset) for subset in combinations(SCORES, k)) for k in range(1, len(SCORES) + 1)
    ]
    assert expected_best(SCORES, lowest=best is min) == pytest.approx(subsets, rel=1e-12)


def test_it_is_what_chance_gives():
    random = np.random.default_rng(1)
    scores = random.normal(size=50)
    shuffled = np.array([random.permutation(scores) for _ in range(20000)])
    simulated = np.maximum.accumulate(shuffled, axis=1).mean(axis=0)
    np.testing.assert_allclose(expected_best(scores), simulated, atol=0.03)


def test_one_draw_is_the_mean_and_all_are_the_best():
    best = expected_best(SCORES)
    assert best[0] == pytest.approx(fmean(SCORES)) and best[-1] == max(SCORES)
    assert expected_best([3.0]) == [3.0]
