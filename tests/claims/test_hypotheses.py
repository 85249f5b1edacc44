"""Each test that a claim can be put to, against SciPy, and what is said where there is none."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from onescale.claims.hypotheses import (
    NO_DIFFERENCE,
    OPEN,
    REVERSED,
    SUPPORTED,
    TESTS,
    Limits,
    Outcome,
)
from onescale.claims.measures import AtLeast
from onescale.claims.samples import Case
from onescale.claims.spec import Hypothesis
from onescale.comparison.spec import Criteria

CRITERIA = Criteria()
OURS = [0.9712, 0.9698, 0.9725, 0.9707, 0.9719]
CLOSE = [0.9709, 0.9701, 0.9723, 0.9704, 0.9721]
WORSE = [0.9412, 0.9399, 0.9421, 0.9404, 0.9433]
NEVER = AtLeast(10000)


def put(test, of, than=None, measure="test_accuracy", scale=1.0, **options):
    hypothesis = Hypothesis(measure, test, "ours", "theirs", **options)
    return TESTS[test].outcome(Case(hypothesis, of, than, CRITERIA, scale))


def decision(outcome):
    return outcome.decision(CRITERIA.level)


def apart(mean, half=0.0005, count=5):
    """Two sides whose differences have this mean and, at 95 %, this half-width of the interval."""
    noise = np.linspace(-1, 1, count)
    noise *= half / (stats.t.ppf(0.975, count - 1) * noise.std(ddof=1) / math.sqrt(count))
    return list(0.9 + mean + noise), [0.9] * count


@pytest.mark.parametrize(
    ("mean", "test", "options", "expected"),
    [
        (0.0026, "better", {}, SUPPORTED),  # 0.21 to 0.31 points: beyond 0.2
        (0.0024, "better", {}, OPEN),  # 0.19 to 0.29: on both sides of it
        (0.0024, "better", {"direction": True}, SUPPORTED),
        (0.0, "better", {}, NO_DIFFERENCE),
        (0.0015, "better", {}, NO_DIFFERENCE),  # real, but within
        (0.0015, "better", {"direction": True}, SUPPORTED),
        (-0.0015, "better", {"direction": True}, REVERSED),
        (-0.0024, "better", {}, OPEN),
        (-0.0026, "better", {}, REVERSED),
        (-0.0014, "not_worse", {}, SUPPORTED),
        (-0.0024, "not_worse", {}, OPEN),
        (-0.0026, "not_worse", {}, REVERSED),
        (0.0026, "better", {"scale": 2}, NO_DIFFERENCE),
        (-0.0014, "better", {"scale": 0.5}, OPEN),
        (-0.0016, "better", {"scale": 0.5}, REVERSED),
    ],
)
def test_the_one_rule_is_symmetric(mean, test, options, expected):
    assert decision(put(test, *apart(mean), **options)) == expected
    # The other way round, what is better is worse.
    if test == "better":
        turned = {SUPPORTED: REVERSED, REVERSED: SUPPORTED}
        assert decision(put(test, *apart(-mean), **options)) == turned.get(expected, expected)


def test_decisions_by_p_are_those_by_intervals():
    rng, seen = np.random.default_rng(0), set()
    for test in ("better", "not_worse"):
        for shift in np.repeat([0, 0.001, 0.002, 0.003], 100):
            of = 0.9 + shift * rng.choice([-1, 1]) + rng.normal(0, 0.0012, 5)
            found = put(test, list(of), [0.9] * 5)
            narrow = stats.ttest_1samp(of, 0.9).confidence_interval(0.9)
            case = Case(Hypothesis("test_accuracy", test, "a", "b"), (), (), CRITERIA)
            limits = TESTS[test].limits(case)
            told = limits.of_intervals((found.low, found.high), [end - 0.9 for end in narrow])
            assert decision(found) == told
            seen.add(told)
    assert seen == {SUPPORTED, REVERSED, NO_DIFFERENCE, OPEN}


def test_better_is_the_paired_t_test_against_what_is_of_interest():
    found = put("better", OURS, WORSE)
    low, high = stats.ttest_rel(OURS, WORSE).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))
    expected = stats.ttest_rel(np.subtract(OURS, 0.002), WORSE)
    assert found.p[SUPPORTED] == pytest.approx(expected.pvalue, rel=1e-9)
    found = put("better", OURS, WORSE, direction=True)
    assert found.p[SUPPORTED] == pytest.approx(stats.ttest_rel(OURS, WORSE).pvalue, rel=1e-9)


def test_no_difference_is_two_one_sided_tests():
    found = put("better", OURS, CLOSE)
    one = stats.ttest_rel(np.add(OURS, 0.002), CLOSE, alternative="greater").pvalue
    other = stats.ttest_rel(np.subtract(OURS, 0.002), CLOSE, alternative="less").pvalue
    assert found.p[NO_DIFFERENCE] == pytest.approx(max(one, other), rel=1e-9)
    assert decision(found) == NO_DIFFERENCE
    assert decision(put("better", OURS, CLOSE, margin=0.0002)) == OPEN


def test_a_real_difference_that_is_too_small_to_matter_is_told():
    found = put("better", *apart(0.0012), direction=True)
    assert decision(found) == SUPPORTED and "smaller than would matter" in found.note


def test_for_some_measures_less_is_better():
    small, large = [0.01, 0.011, 0.012], [0.03, 0.032, 0.031]
    assert decision(put("better", small, large, "gap")) == SUPPORTED
    assert decision(put("better", large, small, "gap")) == REVERSED


def test_ratios_are_compared_on_the_log_scale():
    ours, theirs = [600.0, 700, 650], [1300.0, 1350, 1310]
    found, logs = put("better", ours, theirs, "steps", level=0.95), np.log(ours) - np.log(theirs)
    assert found.estimate == pytest.approx(np.exp(np.mean(logs)))
    expected = stats.ttest_1samp(logs, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx(tuple(np.exp(expected)))
    beyond = stats.ttest_1samp(logs, -math.log(1.1)).pvalue
    assert found.p[SUPPORTED] == pytest.approx(beyond, rel=1e-9)
    half = put("better", ours, theirs, "steps", scale=0.5, level=0.95)
    beyond = stats.ttest_1samp(logs, -math.log(1.1) / 2).pvalue
    assert half.p[SUPPORTED] == pytest.approx(beyond, rel=1e-9)


def test_many_times():
    costly, cheap = [5000.0, 5200, 5100], [100.0, 104, 101]
    found = put("many_times", costly, cheap, "step_cost", times=10)
    logs = np.log(costly) - np.log(cheap)
    expected = stats.ttest_1samp(logs, math.log(10)).pvalue
    assert found.p[SUPPORTED] == pytest.approx(expected, rel=1e-6)
    assert decision(found) == SUPPORTED
    assert decision(put("many_times", costly, cheap, "step_cost", times=100)) == REVERSED


def test_many_times_of_what_never_arrives_is_a_bound_in_favour():
    """The costly one never gets there, so that its ratio is larger yet; the other way round it is
    smaller yet."""
    spent, cheap = [AtLeast(5000.0), AtLeast(5200.0), AtLeast(5100.0)], [100.0, 104, 101]
    found = put("many_times", spent, cheap, "seconds", level=0.8, times=10)
    logs = np.log(spent) - np.log(cheap)
    assert found.p[SUPPORTED] == pytest.approx(stats.ttest_1samp(logs, math.log(10)).pvalue)
    assert (decision(found), found.bound) == (SUPPORTED, "at least")
    assert decision(put("many_times", cheap, spent, "seconds", level=0.8, times=10)) == REVERSED


def test_a_level_that_is_never_reached_bounds_the_ratio():
    only_we = put("better", [600.0, 700, 650], [NEVER] * 3, "steps", level=0.95)
    assert decision(only_we) == SUPPORTED and "smaller than shown" in only_we.note
    assert only_we.bound == "at most"
    only_they = put("better", [NEVER] * 3, [600.0, 700, 650], "steps", level=0.95)
    assert decision(only_they) == REVERSED and "larger than shown" in only_they.note
    assert only_they.bound == "at least"
    neither = put("better", [NEVER] * 3, [NEVER] * 3, "steps", level=0.95)
    assert decision(neither) == OPEN and neither.unreached and neither.estimate is None


@pytest.mark.parametrize("test", ["better", "not_worse"])
def test_what_never_arrives_is_evidence_of_nothing_that_it_does_not_show(test):
    # Sixteen draws and four pairs close to one another: neither alike nor ahead nor behind.
    bounds = [NEVER] * 16 + [9900.0, 9800.0, 9950.0, 9850.0]
    found = put(test, bounds, [NEVER] * 20, "steps", level=0.95)
    assert NO_DIFFERENCE not in found.p and decision(found) == OPEN
    assert found.bound == "with draws" and "a difference" not in found.note
    # Nineteen pairs apart decide, by a sign test; the pair that is hidden counts against both.
    slow = [1000.0 + i for i in range(19)] + [NEVER]
    fast = [700.0 + i for i in range(19)] + [NEVER]
    expected = 2 * stats.binomtest(19, 20, alternative="greater").pvalue
    for of, than, kind in ((fast, slow, SUPPORTED), (slow, fast, REVERSED)):
        found = put(test, of, than, "steps", level=0.95)
        assert decision(found) == kind and found.p[kind] == pytest.approx(expected)
    # One that is late by far more than its bound says does not count as only that late.
    late = [600.0 + i for i in range(4)] + [NEVER]
    found = put(test, late, [1000.0] * 4 + [9990.0], "steps", level=0.95)
    expected = 2 * stats.binomtest(4, 5, alternative="greater").pvalue
    assert found.p[SUPPORTED] == pytest.approx(expected)
    assert decision(found) == OPEN


def test_where_it_cannot_be_told_which_is_sooner_that_is_said():
    # Of a run of 300 updates it is not known whether it would have arrived before 600.
    short = put("better", [AtLeast(300)] * 3, [600.0, 700, 650], "steps", level=0.95)
    assert decision(short) == OPEN and not short.unreached
    assert "cannot be told" in short.note and "neither" not in short.note


def test_reaches_and_stays_below_are_their_interval():
    values = [0.991, 0.9925, 0.9918]
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    for level, expected in ((low - 1e-6, SUPPORTED), (low + 1e-6, OPEN), (high + 1e-6, REVERSED)):
        found = put("reaches", values, measure="train_accuracy", level=level)
        assert decision(found) == expected
        turned = {SUPPORTED: REVERSED, REVERSED: SUPPORTED}.get(expected, expected)
        assert decision(put("stays_below", values, level=level)) == turned
    same = put("reaches", [1.0, 1.0, 1.0], level=1.0)
    assert (same.settled, same.p) == (SUPPORTED, {})


@pytest.mark.parametrize(("printed", "expected"), [("0.9712", SUPPORTED), ("0.9800", REVERSED)])
def test_reproduces_is_the_prediction_interval(printed, expected):
    found = put("reproduces", OURS, printed=printed)
    half = stats.t.ppf(0.975, 4) * np.std(OURS, ddof=1) * math.sqrt(1.2)
    assert (found.low, found.high) == pytest.approx((np.mean(OURS) - half, np.mean(OURS) + half))
    assert decision(found) == expected and (found.p[REVERSED] < 0.05) == (expected == REVERSED)


@pytest.mark.parametrize(
    ("of", "printed", "cut", "rounded"),
    [
        (OURS, "0.97", SUPPORTED, None),  # 0.97 to 0.98 as cut, 0.965 to 0.975 as rounded
        (OURS, "0.95", REVERSED, None),
        ([0.9961, 0.9963, 0.9962], "0.99", SUPPORTED, REVERSED),
        ([0.9881, 0.9883, 0.9882], "0.99", REVERSED, SUPPORTED),
        ([0.9881, 0.9883, 0.9882], "0.990", REVERSED, None),  # three digits vouch for themselves
    ],
)
def test_two_digits_are_taken_as_cut_and_what_rounding_would_change_is_told(
    of, printed, cut, rounded
):
    found = put("reproduces", of, printed=printed)
    assert decision(found) == cut
    assert (f"rounded instead of cut: {rounded}" in found.note) == (rounded is not None)


def test_a_printed_level_is_taken_as_cut_too():
    found = put("reaches_printed", [0.9871, 0.9873, 0.9872], printed="0.99")
    assert decision(found) == REVERSED and "instead of cut: supported" in found.note
    found = put("reaches_printed", [0.9921, 0.9923, 0.9922], printed="0.99")
    assert decision(found) == SUPPORTED and not found.note


def test_learn_more_is_the_exact_sign_test():
    with_it, without = [1.0] * 15 + [0.0], [1.0] * 6 + [0.0] * 10
    found = put("learn_more", with_it, without, "learns")
    expected = stats.binomtest(9, 9)
    assert found.p == {SUPPORTED: pytest.approx(expected.pvalue)}
    assert found.low == pytest.approx(expected.proportion_ci().low)
    assert decision(found) == SUPPORTED and "15 of 16 learn, against 6 of 16" in found.note
    assert decision(put("learn_more", without, with_it, "learns")) == REVERSED
    tied = put("learn_more", with_it, with_it, "learns")
    assert decision(tied) == OPEN and tied.estimate is None


@pytest.mark.parametrize(("count", "least"), [(0, "1"), (5, "0.0625"), (6, None)])
def test_too_few_nets_apart_for_a_sign_test_are_told(count, least):
    found = put("learn_more", [1.0] * 16, [0.0] * count + [1.0] * (16 - count), "learns")
    assert ("cannot reach 0.05" in found.note) == (least is not None)
    assert least is None or f"p is never below {least}," in found.note


def test_identical_is_to_the_bit():
    one = {"W1": np.array([1.0, -0.0], np.float32)}
    assert put("identical", [one], [dict(one)], "weights").settled == SUPPORTED
    other = {"W1": np.array([1.0, 0.0], np.float32)}  # equal as numbers, not as bits
    assert put("identical", [one], [other], "weights").settled == REVERSED
    assert put("identical", [one], [{"W2": one["W1"]}], "weights").settled == REVERSED


@pytest.mark.parametrize(
    ("of", "than", "expected"),
    [(1.04, 5.08, SUPPORTED), (5.08, 1.04, REVERSED), (1.45, 1.49, NO_DIFFERENCE)],
)
def test_exact_has_no_p_and_a_margin(of, than, expected):
    found = put("exact", [of], [than], "path_length")
    assert (found.settled, found.p) == (expected, {})


@pytest.mark.parametrize("test", ["better", "not_worse"])
def test_one_pair_is_open(test):
    found = put(test, [0.97], [0.95])
    assert decision(found) == OPEN and not found.p and "one pair" in found.note


@pytest.mark.parametrize(
    ("test", "options", "ahead", "alike", "behind"),
    [
        ("better", {}, SUPPORTED, NO_DIFFERENCE, REVERSED),
        ("better", {"direction": True}, SUPPORTED, NO_DIFFERENCE, REVERSED),
        ("not_worse", {}, SUPPORTED, SUPPORTED, REVERSED),
    ],
)
def test_a_constant_without_spread_is_judged_as_it_is(test, options, ahead, alike, behind):
    than = [0.25, 0.5, 0.75]
    for shift, expected in ((0.125, ahead), (0.0, alike), (-0.125, behind)):
        found = put(test, [value + shift for value in than], than, **options)
        assert decision(found) == expected and not found.p
        assert "no spread, so no test" in found.note


def test_a_constant_to_be_reached_is_in_its_own_unit():
    found = put("stays_below", [600.0] * 3, measure="steps", level=700)
    assert (found.settled, found.estimate) == (SUPPORTED, 600.0)


@pytest.mark.parametrize(
    ("mean", "expected"), [(3, SUPPORTED), (2, NO_DIFFERENCE), (-2, NO_DIFFERENCE), (-3, REVERSED)]
)
def test_limits_hold_constants_from_both_sides(mean, expected):
    assert Limits(1, 2, -2, 2).of_constant(mean) == expected
    turned = {SUPPORTED: REVERSED, REVERSED: SUPPORTED}.get(expected, expected)
    assert Limits(-1, 2, -2, 2).of_constant(mean) == turned


@pytest.mark.parametrize("test", ["better", "not_worse", "reaches"])
def test_the_seeds_needed_show_a_truth_one_difference_beyond_the_limit(test):
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.004, 5)
    than = None if test == "reaches" else [0.97] * 5
    found = put(test, list(0.97 + noise - noise.mean()), than, level=0.97)

    def reached(n):
        shift = 0.002 / np.std(noise, ddof=1) * math.sqrt(n)
        critical = stats.t.isf(0.025, n - 1)
        return stats.nct.sf(critical, n - 1, shift) + stats.nct.cdf(-critical, n - 1, shift)

    assert reached(found.needed - 1) < 0.8 <= reached(found.needed)


def test_no_seeds_are_needed_where_there_are_as_many():
    differences = np.tile([0.001, -0.001], 20)  # 7 pairs would show 0.2 points
    found = put("better", list(0.97 + differences + 0.002), [0.97] * 40)
    assert decision(found) == OPEN and found.needed is None


@pytest.mark.parametrize("test", TESTS)
def test_no_outcome_holds_a_nan(test):
    options = {"level": 0.5, "printed": "0.97", "times": 2}
    measure = {"identical": "weights", "learn_more": "learns"}.get(test, "test_accuracy")
    of, than = (OURS, WORSE) if test != "identical" else ([{"a": np.ones(2)}], [{"a": np.ones(2)}])
    than = None if TESTS[test].alone else than
    for count in (1, 2, 5):
        outcome = put(test, of[:count], than and than[:count], measure, **options)
        fields = (getattr(outcome, field.name) for field in dataclasses.fields(Outcome))
        numbers = [v for v in (*fields, *outcome.p.values()) if isinstance(v, float)]
        assert all(map(math.isfinite, numbers)), outcome
