"""Each test that a claim can be put to, against SciPy, and what is said where there is none."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from onescale.claims.hypotheses import NOT_JUDGED, TESTS, Case, Outcome
from onescale.claims.measures import AtLeast
from onescale.claims.spec import Hypothesis
from onescale.claims.verdicts import decide
from onescale.comparison.spec import Criteria

CRITERIA = Criteria()
OURS = [0.9712, 0.9698, 0.9725, 0.9707, 0.9719]
CLOSE = [0.9709, 0.9701, 0.9723, 0.9704, 0.9721]
WORSE = [0.9412, 0.9399, 0.9421, 0.9404, 0.9433]


def put(test, of, than=None, measure="test_accuracy", **options):
    hypothesis = Hypothesis(measure, test, "ours", "theirs", **options)
    return TESTS[test].run(Case(hypothesis, of, than, CRITERIA))


def decision(outcome):
    return decide(outcome, CRITERIA)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(p_for=0.049, p_against=0.9), "supported"),
        (Outcome(p_for=0.9, p_against=0.049), "contradicted"),
        (Outcome(p_for=0.05, p_against=0.05), "unresolved"),  # at the level is not below it
        (Outcome(p_for=0.01, p_against=0.01), "supported"),  # real, but smaller than of interest
        (Outcome(), "unresolved"),
        (Outcome(p_for=0.01, settled="contradicted"), "contradicted"),
        (Outcome(p_for=0.01, settled=NOT_JUDGED), "not judged"),
    ],
)
def test_what_the_two_p_values_decide(outcome, expected):
    assert decide(outcome, Criteria(level=0.05)) == expected


def test_better_is_the_paired_t_test():
    found, expected = put("better", OURS, WORSE), stats.ttest_rel(OURS, WORSE)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    low, high = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert decision(found) == "supported" and decision(put("better", WORSE, OURS)) == "contradicted"


def test_better_is_contradicted_by_an_advantage_too_small_to_matter():
    found = put("better", OURS, CLOSE)
    margin = stats.ttest_rel(np.subtract(OURS, 0.002), CLOSE, alternative="less").pvalue
    assert found.p_against == pytest.approx(margin, rel=1e-9)
    assert found.p > 0.05 and decision(found) == "contradicted"
    # With a margin that is smaller than what is seen, nothing is shown either way.
    assert decision(put("better", OURS, CLOSE, margin=0.0002)) == "unresolved"


def test_for_some_measures_less_is_better():
    assert decision(put("better", [0.01, 0.011, 0.012], [0.03, 0.032, 0.031], "gap")) == "supported"
    assert decision(put("better", [0.03, 0.032, 0.031], [0.01, 0.011, 0.012], "gap")) == (
        "contradicted"
    )


def test_not_worse_is_one_sided_by_the_margin():
    found = put("not_worse", CLOSE, OURS)
    expected = stats.ttest_rel(np.add(CLOSE, 0.002), OURS, alternative="greater").pvalue
    assert found.p == pytest.approx(expected, rel=1e-9)
    assert decision(found) == "supported" and decision(put("not_worse", WORSE, OURS)) == (
        "contradicted"
    )


def test_not_worse_of_a_ratio():
    ours, theirs = [100.0, 110, 120, 105], [99.0, 112, 118, 106]
    found = put("not_worse", ours, theirs, "steps", level=0.95)
    logs = np.log(ours) - np.log(theirs)
    expected = stats.ttest_1samp(logs, math.log(1.1), alternative="less").pvalue
    assert found.p == pytest.approx(expected, rel=1e-9) and decision(found) == "supported"


def test_equivalent_is_two_one_sided_tests():
    found = put("equivalent", OURS, CLOSE)
    one = stats.ttest_rel(np.add(OURS, 0.002), CLOSE, alternative="greater").pvalue
    other = stats.ttest_rel(np.subtract(OURS, 0.002), CLOSE, alternative="less").pvalue
    assert found.p == pytest.approx(max(one, other), rel=1e-9) and decision(found) == "supported"
    assert decision(put("equivalent", OURS, WORSE)) == "contradicted"


def test_ratios_are_compared_on_the_log_scale():
    ours, theirs = [600.0, 700, 650], [1300.0, 1350, 1310]
    found = put("better", ours, theirs, "steps", level=0.95)
    expected = stats.ttest_rel(np.log(ours), np.log(theirs))
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert found.estimate == pytest.approx(np.exp(np.mean(np.log(ours) - np.log(theirs))))
    assert (found.low, found.high) == pytest.approx(tuple(np.exp(expected.confidence_interval())))


def test_many_times():
    costly, cheap = [5000.0, 5200, 5100], [100.0, 104, 101]
    found = put("many_times", costly, cheap, "step_cost", level=10)
    logs = np.log(costly) - np.log(cheap)
    expected = stats.ttest_1samp(logs, math.log(10), alternative="greater").pvalue
    assert found.p == pytest.approx(expected, rel=1e-6) and decision(found) == "supported"
    assert decision(put("many_times", costly, cheap, "step_cost", level=100)) == "contradicted"


def test_a_level_that_is_never_reached_bounds_the_ratio():
    never = AtLeast(10000)
    only_we = put("better", [600.0, 700, 650], [never] * 3, "steps", level=0.95)
    assert decision(only_we) == "supported" and "less than this" in only_we.note
    only_they = put("better", [never] * 3, [600.0, 700, 650], "steps", level=0.95)
    assert decision(only_they) == "contradicted" and "more than this" in only_they.note
    neither = put("better", [never] * 3, [never] * 3, "steps", level=0.95)
    assert neither.settled == NOT_JUDGED and neither.estimate is None
    # Draws are no evidence that the advantage is small; a sign test asks the other pairs.
    bounds = [never] * 16 + [9900.0, 9800.0, 9950.0, 9850.0]
    rival = [never] * 20
    assert decision(put("better", bounds, rival, "steps", level=0.95)) == "unresolved"
    slow = [1000.0 + i for i in range(19)] + [never]
    fast = [900.0 + i for i in range(19)] + [never]
    assert decision(put("better", slow, fast, "steps", level=0.95)) == "contradicted"
    # Where one seed's pair tells nothing, it counts as a draw.
    drawn = put("better", [600.0, 700, never], [never] * 3, "steps", level=0.95)
    logs = [math.log(0.06), math.log(0.07), 0.0]
    assert drawn.p == pytest.approx(stats.ttest_1samp(logs, 0).pvalue) and "draw" in drawn.note


def test_where_it_cannot_be_told_which_is_sooner_that_is_said():
    # Of a run of 300 updates it is not known whether it would have arrived before 600.
    short = put("better", [AtLeast(300)] * 3, [600.0, 700, 650], "steps", level=0.95)
    assert short.settled == NOT_JUDGED and short.beyond is None
    assert "cannot be told" in short.note and "neither" not in short.note


def test_reaches_and_stays_below_are_one_sided():
    values = [0.991, 0.9925, 0.9918]
    found = put("reaches", values, measure="train_accuracy", level=0.99)
    expected = stats.ttest_1samp(values, 0.99, alternative="greater").pvalue
    assert found.p == pytest.approx(expected, rel=1e-9) and decision(found) == "supported"
    assert decision(put("stays_below", values, level=0.99)) == "contradicted"
    same = put("reaches", [1.0, 1.0, 1.0], level=0.5)
    assert same.settled == "supported" and same.p is None


@pytest.mark.parametrize(
    ("printed", "expected"), [("0.9712", "supported"), ("0.9800", "contradicted")]
)
def test_reproduces_is_the_prediction_interval(printed, expected):
    found = put("reproduces", OURS, printed=printed)
    half = stats.t.ppf(0.975, 4) * np.std(OURS, ddof=1) * math.sqrt(1.2)
    assert (found.low, found.high) == pytest.approx((np.mean(OURS) - half, np.mean(OURS) + half))
    assert found.settled == expected and (found.p < 0.05) == (expected == "contradicted")


def test_two_digits_are_compared_as_cut():
    assert put("reproduces", OURS, printed="0.97").p == 1.0
    assert put("reproduces", OURS, printed="0.97").settled == "supported"
    assert put("reproduces", OURS, printed="0.96").settled == "supported"  # 0.9699 could be ours
    assert put("reproduces", OURS, printed="0.95").settled == "contradicted"


def test_learn_more_is_the_exact_sign_test():
    with_it, without = [1.0] * 15 + [0.0], [1.0] * 6 + [0.0] * 10
    found = put("learn_more", with_it, without, "learns")
    expected = stats.binomtest(9, 9)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.low == pytest.approx(expected.proportion_ci().low)
    assert decision(found) == "supported" and "15 of 16 learn, against 6 of 16" in found.note
    assert decision(put("learn_more", without, with_it, "learns")) == "contradicted"
    tied = put("learn_more", with_it, with_it, "learns")
    assert decision(tied) == "unresolved" and tied.estimate is None


@pytest.mark.parametrize(("apart", "least"), [(0, "1"), (5, "0.0625"), (6, None)])
def test_too_few_nets_apart_for_a_sign_test_are_told(apart, least):
    found = put("learn_more", [1.0] * 16, [0.0] * apart + [1.0] * (16 - apart), "learns")
    assert ("cannot reach 0.05" in found.note) == (least is not None)
    assert least is None or f"p is never below {least}," in found.note


def test_identical_is_to_the_bit():
    one = {"W1": np.array([1.0, -0.0], np.float32)}
    assert put("identical", [one], [dict(one)], "weights").settled == "supported"
    other = {"W1": np.array([1.0, 0.0], np.float32)}  # equal as numbers, not as bits
    assert put("identical", [one], [other], "weights").settled == "contradicted"
    assert put("identical", [one], [{"W2": one["W1"]}], "weights").settled == "contradicted"


def test_exact_has_no_p():
    found = put("exact", [1.04], [5.08], "path_length")
    assert (found.settled, found.p) == ("supported", None)
    assert put("exact", [5.08], [5.08], "path_length").settled == "contradicted"


@pytest.mark.parametrize("test", ["better", "not_worse", "equivalent"])
def test_one_pair_is_unresolved(test):
    found = put(test, [0.97], [0.95])
    assert decision(found) == "unresolved" and found.p is None and "one pair" in found.note


@pytest.mark.parametrize(
    ("test", "expected"),
    [("better", "contradicted"), ("not_worse", "supported"), ("equivalent", "supported")],
)
def test_identical_runs_have_no_p_and_a_plain_outcome(test, expected):
    found = put(test, OURS, OURS)
    assert decision(found) == expected and found.p is None and "same in every seed" in found.note


@pytest.mark.parametrize(
    ("test", "ahead", "behind"),
    [
        ("better", "supported", "contradicted"),
        ("not_worse", "supported", "contradicted"),
        ("equivalent", "contradicted", "contradicted"),
        ("many_times", "supported", "contradicted"),
    ],
)
def test_a_constant_without_spread_is_judged_as_it_is(test, ahead, behind):
    of, than = [2.0, 4.0, 8.0], [1.0, 2.0, 4.0]
    measure = "test_accuracy"
    if test == "many_times":
        measure = "step_cost"
    else:
        of = [value + 0.25 for value in than]
    for ours, other, expected in ((of, than, ahead), (than, of, behind)):
        found = put(test, ours, other, measure, level=1.5)
        assert decision(found) == expected and found.p is None
        assert "no spread, so no test" in found.note and "accuracy" not in found.note


def test_a_constant_to_be_reached_is_in_its_own_unit():
    found = put("stays_below", [600.0] * 3, measure="steps", level=700)
    assert (found.settled, found.estimate) == ("supported", 600.0)


def test_a_constant_within_the_limits():
    than = [0.25, 0.5, 0.75]
    of = [value - 2**-10 for value in than]  # 0.098 points behind, in every seed
    found = {test: decision(put(test, of, than)) for test in ("better", "not_worse", "equivalent")}
    assert found == {"better": "contradicted", "not_worse": "supported", "equivalent": "supported"}


@pytest.mark.parametrize(
    ("test", "tail", "power"),
    [
        ("better", 0.025, 0.8),
        ("not_worse", 0.05, 0.8),
        ("reaches", 0.05, 0.8),
        ("equivalent", 0.05, 0.9),
    ],
)
@pytest.mark.parametrize("family", [1, 7])
def test_the_seeds_needed_are_those_of_the_test_itself(test, tail, power, family):
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.004, 5)
    of, than = list(0.97 + noise - noise.mean()), [0.97] * 5
    hypothesis = Hypothesis("test_accuracy", test, "ours", "theirs", level=0.97)
    found = TESTS[test].run(Case(hypothesis, of, than, CRITERIA, family))
    assert decision(found) == "unresolved"

    def reached(n):
        shift = 0.002 / np.std(noise, ddof=1) * math.sqrt(n)
        return stats.nct.sf(stats.t.isf(tail / family, n - 1), n - 1, shift)

    assert reached(found.needed - 1) < power <= reached(found.needed)


def test_equivalence_is_shown_with_the_seeds_needed():
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 0.003, 6)
    than = [0.97] * 6
    needed = put("equivalent", list(0.97 + noise), than).needed
    draws = rng.normal(0, np.std(noise, ddof=1), (400, needed))
    shown = [
        decision(put("equivalent", list(0.97 + d), [0.97] * needed)) == "supported" for d in draws
    ]
    # 0.8 ± 3.3 binomial standard errors of 400; a bound, so it may be more.
    assert np.mean(shown) >= 0.8 - 0.066


def test_no_seeds_are_needed_where_there_are_as_many():
    differences = np.tile([0.001, -0.001], 20)  # 7 pairs would show 0.2 points
    found = put("better", list(0.97 + differences + 0.00030), [0.97] * 40)
    assert found.p > 0.05 and found.needed is None


@pytest.mark.parametrize("test", TESTS)
def test_no_outcome_holds_a_nan(test):
    options = {"level": 0.5, "printed": "0.97"}
    measure = {"identical": "weights", "learn_more": "learns"}.get(test, "test_accuracy")
    of, than = (OURS, WORSE) if test != "identical" else ([{"a": np.ones(2)}], [{"a": np.ones(2)}])
    for count in (1, 2, 5):
        outcome = put(test, of[:count], than[:count], measure, **options)
        numbers = [v for v in dataclasses.astuple(outcome) if isinstance(v, float)]
        assert all(map(math.isfinite, numbers)), outcome
