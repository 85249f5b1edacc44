"""What a technique is worth: intervals as SciPy has them, and what they come to."""

import numpy as np
import pytest
from scipy import stats

from made_up_runs import run_entry
from onescale.comparison.effects import (
    CHANGES,
    HELPS,
    HURTS,
    NEITHER,
    OPEN,
    SAME,
    SOME,
    worths,
)
from onescale.comparison.spec import Criteria, techniques
from onescale.core.errors import DataError, SpecError
from onescale.runs import record as records

ROW = {"label": "batch norm", "of": "with", "than": "without", "group": "over Adam"}
RNG = np.random.default_rng(5)


def entry(seed, accuracy, crosses):
    """A run that goes straight up to 100 % of the level, and stays, as its clock sees it."""
    steps = [crosses - 20, crosses - 10, crosses, crosses + 10, crosses + 20, 9000]
    made = run_entry(seed, accuracy, train=0.99, steps=(1, 9000))
    return made | {"clock": {"step": steps, "test_accuracy": [0.93, 0.94, 0.95, 0.96, 0.97, 0.97]}}


@pytest.fixture
def worth(write_run):
    def of(with_it, without, criteria=None):
        paths = [write_run("with", with_it), write_run("without", without)]
        (one,) = worths(techniques([ROW]), records.read_all(paths), criteria or Criteria())
        return one

    return of


def test_effects_are_those_of_scipy(worth):
    accuracies, crossings = RNG.normal(0.97, 0.002, (2, 8)), RNG.integers(500, 2000, (2, 8))
    both = [
        [entry(s, a, int(c)) for s, (a, c) in enumerate(zip(*side, strict=True))]
        for side in zip(accuracies, crossings, strict=True)
    ]
    found = worth(*both)
    t = stats.ttest_rel(*accuracies)
    expected = (accuracies[0] - accuracies[1]).mean(), *t.confidence_interval(0.95)
    shown = (found.accuracy.estimate, found.accuracy.low, found.accuracy.high)
    np.testing.assert_allclose(shown, expected)
    logs = np.log(crossings)  # a straight line through the points crosses where the level stands
    t = stats.ttest_rel(logs[1], logs[0])
    expected = np.exp([(logs[1] - logs[0]).mean(), *t.confidence_interval(0.95)])
    np.testing.assert_allclose((found.steps.estimate, found.steps.low, found.steps.high), expected)
    assert (found.seeds, found.level, found.steps.coarse) == (8, 0.95, False)


@pytest.mark.parametrize(
    ("mean", "spread", "outcome"),
    [
        (0.005, 0.0005, HELPS),
        (-0.005, 0.0005, HURTS),
        (0.0005, 0.0005, SAME),
        (0.003, 0.003, OPEN),  # above 0, perhaps, but not surely above 0.2 points
        (0.0018, 0.0005, OPEN),  # surely above 0, but on both sides of 0.2 points
    ],
)
def test_what_an_effect_comes_to(worth, mean, spread, outcome):
    noise = spread * stats.zscore([-2, -1, 0, 1, 2], ddof=1)
    without = {seed: 0.96 + 0.001 * seed for seed in range(5)}
    effect = worth({s: a + mean + noise[s] for s, a in without.items()}, without).accuracy
    assert effect.outcome == outcome
    low, high = stats.t.interval(0.90, 4, mean, spread / np.sqrt(5))
    assert (effect.outcome == SAME) == (max(-low, high) < 0.002)
    assert (effect.outcome == HELPS) == (effect.low > 0.002)


def test_steps_that_differ_by_less_than_a_tenth_make_no_difference_that_matters(worth):
    near = [entry(s, 0.97, 1000 + 10 * s) for s in range(5)]
    far = [entry(s, 0.97, 2000 + 10 * s) for s in range(5)]
    assert worth(near, [entry(s, 0.97, 1020 + 11 * s) for s in range(5)]).steps.outcome == SAME
    assert worth(near, far).steps.outcome == HELPS and worth(near, far).steps.low > 1.1
    assert worth(far, near).steps.outcome == HURTS and worth(far, near).steps.high < 1 / 1.1


def test_steps_may_be_those_of_variants_that_are_tuned_for_speed(write_run):
    runs = {"with": 1000, "without": 1000, "fast_with": 500, "fast_without": 1000}
    paths = [
        write_run(name, [entry(s, 0.97, step + s) for s in range(3)]) for name, step in runs.items()
    ]
    row = ROW | {"fast": ["fast_with", "fast_without"]}
    (found,) = worths(techniques([row]), records.read_all(paths), Criteria())
    assert found.steps.estimate == pytest.approx(2, rel=0.01)
    assert found.accuracy.estimate == 0


def test_what_is_tuned_is_open_where_a_repeat_comes_to_something_else(write_run):
    """Speed of a tuned Adam was once told by the first of three tunings, against another."""
    steps = {"with": 500, "with_again1": 505, "without": 1000, "without_again1": 1000}
    accuracy = {"with": 0.97, "with_again1": 0.96, "without": 0.96, "without_again1": 0.96}

    def found(names):
        runs = {n: [entry(s, accuracy[n] + s / 1e4, steps[n] + s) for s in range(3)] for n in names}
        paths = [write_run(name, own) for name, own in runs.items()]
        (one,) = worths(techniques([ROW]), records.read_all(paths), Criteria())
        return one

    once, twice = found(["with", "without"]), found(list(steps))
    assert once.accuracy.outcome == once.steps.outcome == twice.steps.outcome == HELPS
    assert (twice.accuracy.outcome, twice.accuracy.told) == (OPEN, CHANGES)
    assert twice.accuracy.tunings == (HELPS, SAME)
    assert (twice.accuracy.low, twice.steps.low) == (once.accuracy.low, once.steps.low)


def test_who_does_not_get_to_the_level_is_told(worth):
    there, short = {s: 0.97 for s in range(3)}, {s: 0.90 for s in range(3)}
    assert worth(short, short).steps.outcome == NEITHER
    found = worth({**there, 2: 0.90}, short).steps
    assert (found.outcome, found.estimate) == (SOME, None)
    assert found.note == "2 of 3 seeds get to 95 %, 0 of the reference"


def test_one_seed_has_no_interval(worth):
    effect = worth({0: 0.97}, {0: 0.96}).accuracy
    assert (effect.low, effect.outcome) == (None, OPEN) and "one pair of seeds" in effect.note


def test_faults_are_named(worth, write_run):
    with pytest.raises(DataError, match="batch norm: no run file of variant 'without'"):
        worths(techniques([ROW]), records.read_all([write_run("with", {0: 0.9})]), Criteria())
    for change, told in (
        ({"than": None}, "'than' must be a text"),
        ({"form": "x"}, "form"),
        ({"fast": "adam"}, "'fast' must be two variants"),
    ):
        with pytest.raises(SpecError, match=f"effects: 1.*{told}"):
            techniques([ROW | change])
