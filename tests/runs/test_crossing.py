"""Crossings, held to curves whose crossing is known in closed form."""

import numpy as np
import pytest

from onescale.runs.crossing import crossing
from onescale.training.clock import Clock


def clocked(curve, levels, steps=10_000, every=600):
    """The clock of a run whose test accuracy after update s is curve(s)."""
    clock, update = Clock(levels, {"step": [], "test_accuracy": []}), 1
    clock.add(1, curve(1))
    while update < steps:
        whole = min(steps, 1 + -(-update // every) * every)
        update = int(min(whole, clock.due()))
        clock.add(update, curve(update))
    return clock


@pytest.mark.parametrize("half", [20, 60, 200, 600])
@pytest.mark.parametrize("level", [0.95, 0.97])
def test_a_crossing_is_known_to_two_per_cent(half, level):
    # a(s) = 0.985 − 0.9·h/(h + s) reaches a level at s = h·(0.9/(0.985 − level) − 1).
    clock = clocked(lambda s: 0.985 - 0.9 * half / (half + s), [0.95, 0.97])
    true = half * (0.9 / (0.985 - level) - 1)
    if true > 9000:  # at the end of the run the mean of five has no neighbours
        pytest.skip("beyond the run")
    found = crossing(clock.steps, clock.test_accuracy, level)
    assert not found.coarse
    assert found.step == pytest.approx(true, rel=0.02)


def test_noise_moves_a_crossing_both_ways_alike():
    random = np.random.default_rng(5)
    true = 60 * (0.9 / 0.035 - 1)
    found = []
    for _ in range(300):
        noisy = clocked(lambda s: 0.985 - 0.9 * 60 / (60 + s) + random.normal(0, 0.003), [0.95])
        found.append(crossing(noisy.steps, noisy.test_accuracy, 0.95).step)
    assert np.mean(found) == pytest.approx(true, rel=0.03)  # the first raw point: 12 % too early


def test_nothing_is_read_off_the_untrained_net():
    found = crossing([25, 50], [0.96, 0.97], 0.95)
    assert found.step == 25 and found.coarse


def test_points_600_apart_are_coarse():
    found = crossing([601, 1201, 1801], [0.94, 0.96, 0.97], 0.95)
    assert found.coarse and 601 < found.step < 1201


def test_a_level_never_reached_has_no_crossing():
    assert crossing([100, 200], [0.5, 0.6], 0.95) is None


@pytest.mark.parametrize(
    ("curve", "most"),
    [
        (lambda s: 0.11, 60),
        (lambda s: 0.985 - 0.9 * 20 / (20 + s), 75),
        (lambda s: 0.985 - 0.9 * 60 / (60 + s), 85),
        (lambda s: 0.96 - 0.9 * 20 / (20 + s), 105),
    ],
    ids=["not at all", "soon", "later", "one level alone"],
)
def test_the_clock_looks_no_more_often_than_it_must(curve, most):
    assert 16 < len(clocked(curve, [0.95, 0.97]).steps) <= most


def test_without_levels_only_whole_sets_are_looked_at():
    assert len(clocked(lambda s: 0.9, []).steps) == 17
