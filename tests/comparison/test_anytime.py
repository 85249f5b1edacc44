"""Accuracy by any time, held to pandas' rolling mean and interpolation, and to SciPy's ECDF."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from made_up_runs import run_entry
from onescale.comparison.anytime import anytime_curve, share_at_level
from onescale.core.errors import DataError
from onescale.runs import record as records

CLOCKS = {
    0: ([41, 81, 121, 161, 201, 601], [0.60, 0.80, 0.91, 0.94, 0.96, 0.98]),
    1: ([41, 91, 141, 601], [0.50, 0.70, 0.90, 0.97]),
    2: ([61, 121, 181, 241, 601], [0.55, 0.85, 0.80, 0.93, 0.94]),
}


def entry(seed, steps, accuracies, **changes):
    made = run_entry(seed, accuracies[-1], train=0.99, steps=(1, steps[-1]))
    return made | {"clock": {"step": steps, "test_accuracy": accuracies}} | changes


@pytest.fixture
def record(write_run):
    return records.read(write_run("adam", [entry(s, *clock) for s, clock in CLOCKS.items()]))


def smoothed(accuracies):
    """A centred window of five, narrower towards the ends so that it stays centred."""
    series, last = pd.Series(accuracies), len(accuracies) - 1
    windows = {size: series.rolling(size, center=True).mean() for size in (1, 3, 5)}
    return [windows[1 + 2 * min(2, k, last - k)][k] for k in range(len(series))]


def test_the_mean_is_taken_over_seeds_between_their_own_points(record):
    curve = anytime_curve(record)
    columns = [pd.Series(smoothed(a), steps) for steps, a in CLOCKS.values()]
    over_seeds = pd.concat(columns, axis=1).sort_index().interpolate("index").dropna()
    assert list(curve.steps) == list(over_seeds.index)
    assert curve.steps[0] == 61  # by which every seed has been looked at
    np.testing.assert_allclose(curve.mean, over_seeds.mean(axis=1))
    np.testing.assert_allclose(curve.lowest, over_seeds.min(axis=1))
    np.testing.assert_allclose(curve.highest, over_seeds.max(axis=1))


def test_a_diverged_seed_counts_with_its_final_accuracy_from_there_on(write_run):
    looks = [0.50, 0.70, 0.90]
    whole = entry(0, [41, 601], [0.6, 0.8])
    broken = entry(1, [41, 91, 141, 150], [*looks, 0.1], diverged=150)
    curve = anytime_curve(records.read(write_run("wild", [whole, broken])))
    assert list(curve.steps) == [41, 91, 141, 150, 601]
    whole_at = np.interp(curve.steps, [41, 601], [0.6, 0.8])
    broken_at = np.array([*smoothed(looks), 0.1, 0.1])
    np.testing.assert_allclose(curve.lowest, np.minimum(whole_at, broken_at))
    np.testing.assert_allclose(curve.mean, (whole_at + broken_at) / 2)


@pytest.mark.parametrize("level", [0.7, 0.9, 0.95, 0.975])
def test_the_share_at_a_level_is_the_empirical_distribution_of_crossings(record, level):
    found = [
        crossed and crossed.step for crossed in (r.crossing(level) for r in record.runs.values())
    ]
    steps, shares = share_at_level(record, level)
    assert len(steps) == len([one for one in found if one])
    if len(steps):
        sample = stats.CensoredData.right_censored(
            [one or 601.0 for one in found], [one is None for one in found]
        )
        cdf = stats.ecdf(sample).cdf
        np.testing.assert_allclose(shares, cdf.evaluate(steps))


def test_a_run_that_was_never_looked_at_has_no_curve(write_run):
    record = records.read(write_run("short", [run_entry(0, 0.1, steps=(1,), curve=[0.1])]))
    with pytest.raises(DataError, match="not looked at after update 1"):
        anytime_curve(record)
