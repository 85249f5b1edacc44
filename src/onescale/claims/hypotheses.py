"""The tests that a hypothesis can be put to: from the values of each seed to what they say of it.

A further test is one function and one entry in `TESTS`. Each says how sure it is in both
directions: `p_for`, the chance of such values if the hypothesis were false, and `p_against`, the
chance if it were true by as much as is of interest. `verdicts.decide` makes words of them. What is
the same in every seed has no spread and so no p: it is held against the limit as it is, which is
what the tests come to as the spread goes to nothing, and the note says so. What is undefined is
None with words that say why; no NaN leaves this module.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from onescale.claims.measures import MEASURES, AtLeast, Measure, of_interest
from onescale.claims.spec import Hypothesis
from onescale.comparison import reproduction, statistics
from onescale.comparison.spec import Criteria
from onescale.comparison.statistics import Difference

SUPPORTED, CONTRADICTED, UNRESOLVED = "supported", "contradicted", "unresolved"
NOT_JUDGED, NOT_RUN = "not judged", "not run"
LEARNS, LEVEL = "learns", "level"
_CONSTANT = "the same in every seed: no spread, so no test and no p; judged as it is"


@dataclass(frozen=True)
class Outcome:
    """What a test says. estimate, low, high: in the measure's own unit (a ratio for measures that
    are compared by their ratio). p: as the test's own literature defines it. needed: seeds that
    would show a difference as large as is of interest. settled: a decision that needs no test.
    beyond: what neither side gets to, so that it is not judged: `LEARNS` or `LEVEL`."""

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_for: float = 1.0
    p_against: float = 1.0
    seeds: int = 0
    needed: int | None = None
    settled: str | None = None
    note: str = ""
    beyond: str | None = None


@dataclass(frozen=True)
class Case:
    """What is put to a test: pairs of values (`than` is None for tests of one), with the criteria,
    and of how many hypotheses of a claim this is one."""

    hypothesis: Hypothesis
    of: Sequence[float]
    than: Sequence[float] | None
    criteria: Criteria
    family: int = 1

    @property
    def measure(self) -> Measure:
        """What was measured."""
        return MEASURES[self.hypothesis.measure]

    @property
    def margin(self) -> float:
        """What is of interest, on the log scale for ratios."""
        given = of_interest(self.hypothesis, self.criteria)
        return math.log(given) if self.measure.ratio else given

    @property
    def favour(self) -> int:
        """The sign of a difference that speaks for `of`."""
        return 1 if self.measure.higher else -1


@dataclass(frozen=True)
class Sample:
    """One value a seed, and what must be said of them. back: to the measure's own scale. vague:
    pairs in which `of` may be further ahead than is known. reached: whether any side got there."""

    values: list[float]
    notes: list[str] = dataclasses.field(default_factory=list)
    back: Callable[[float], float] = float
    vague: list[bool] = dataclasses.field(default_factory=list)
    reached: bool = True


@dataclass(frozen=True)
class Limits:
    """What a mean must be above, turned by `sign`, to speak for a hypothesis, and below what it
    speaks against it. met: whether a mean without spread fulfils the hypothesis."""

    sign: int
    above: float
    below: float
    inclusive: bool = False

    def met(self, mean: float) -> bool:
        """Whether a mean without spread fulfils the hypothesis."""
        return self.sign * mean > self.above or (self.inclusive and self.sign * mean == self.above)


def better(case: Case) -> Outcome:
    """Paired t-test. Contradicted where any advantage is smaller than would be of interest."""
    return _t_test(case, _differences(case), Limits(case.favour, 0, case.margin), two_sided=True)


def not_worse(case: Case) -> Outcome:
    """Non-inferiority: worse by less than the smallest difference of interest, one-sided."""
    return _t_test(case, _differences(case), Limits(case.favour, -case.margin, -case.margin))


def many_times(case: Case) -> Outcome:
    """One-sided t-test, on the log scale, that `of` is `level` times as much as `than`."""
    level = math.log(case.hypothesis.level)
    sample = dataclasses.replace(_differences(case), back=math.exp, vague=[])
    return _t_test(case, sample, Limits(1, level, level, inclusive=True))


def reaches(case: Case) -> Outcome:
    """One-sided t-test of the mean against `level`."""
    level = case.hypothesis.level
    return _t_test(case, Sample(list(case.of)), Limits(1, level, level, inclusive=True))


def stays_below(case: Case) -> Outcome:
    """One-sided t-test that the mean is below `level`."""
    level = case.hypothesis.level
    return _t_test(case, Sample(list(case.of)), Limits(-1, -level, -level))


def equivalent(case: Case) -> Outcome:
    """Two one-sided t-tests (Schuirmann 1987): the difference is smaller than would be of interest,
    either way. The interval is the one that they come to, at 1 − 2·level."""
    sample = _differences(case)
    difference = _summarized(sample, case.criteria)
    mean = difference.summary.mean
    if difference.p is None:
        return _without_test(case, sample, difference, mean is not None and abs(mean) < case.margin)
    p_for = max(_tail(difference, 1, -case.margin), _tail(difference, -1, -case.margin))
    sign = -1 if mean < 0 else 1
    p_against = min(1.0, 2 * _tail(difference, sign, case.margin))
    shown = map(sample.back, (mean, *difference.narrow))
    # Both tests must succeed: each misses at most half of what the two may miss together.
    needed = _needed(case, difference, sides=1, power=(1 + case.criteria.power) / 2)
    note = "; ".join(sample.notes)
    return Outcome(*shown, p_for, p_for, p_against, difference.summary.n, needed, None, note)


def reproduces(case: Case) -> Outcome:
    """Whether the printed figure could be one more run: inside the prediction interval, or not.

    Estimate: the mean. p: of the printed figure as one more draw, two-sided; for a figure of two
    digits, of the nearest number that is cut to it.
    """
    printed, confidence = case.hypothesis.printed, case.criteria.confidence
    summary = statistics.summarize(case.of, confidence)
    within = reproduction.within(case.of, confidence)
    if within is None:
        return Outcome(summary.mean, seeds=summary.n, note="one seed: no interval to judge by")
    settled = SUPPORTED if reproduction.is_inside(printed, *within) else CONTRADICTED
    p = None
    if summary.sd:
        first, last = reproduction.cut_to(printed)
        distance = max(first - summary.mean, summary.mean - last, 0.0)
        error = summary.sd * math.sqrt(1 + 1 / summary.n)
        p = float(2 * stats.t.sf(distance / error, summary.n - 1))
    return Outcome(summary.mean, *within, p, seeds=summary.n, settled=settled)


def exact(case: Case) -> Outcome:
    """Compares two numbers in which there is no chance."""
    gap = float(case.of[0] - case.than[0])
    settled = SUPPORTED if case.favour * gap > 0 else CONTRADICTED
    return Outcome(gap, gap, gap, seeds=1, settled=settled, note="no chance in it")


def learn_more(case: Case) -> Outcome:
    """Exact sign test on the nets of two sets that learn with one and not with the other
    (McNemar 1947): of those, the share in favour, with its Clopper–Pearson interval.

    of, than: for each net of the set, the share of seeds that learn; half or more counts.
    """
    with_it = [share >= 0.5 for share in case.of]
    without = [share >= 0.5 for share in case.than]
    only = sum(a and not b for a, b in zip(with_it, without, strict=True))
    only_other = sum(b and not a for a, b in zip(with_it, without, strict=True))
    note = (
        f"{sum(with_it)} of {len(with_it)} learn, against {sum(without)} of {len(without)}; "
        f"{only} only here, {only_other} only there"
    )
    apart, level = only + only_other, case.criteria.level
    if apart < statistics.signed_rank_pairs(level):
        least = statistics.signed_rank_minimum(apart)
        note += f"; of so few p is never below {least:g}, so the test cannot reach {level:g}"
    if not apart:
        return Outcome(note=note)
    test = stats.binomtest(only, apart)
    interval = test.proportion_ci(case.criteria.confidence)
    shown = (only / apart, float(interval.low), float(interval.high))
    p = float(test.pvalue)
    p_for, p_against = (p, 1.0) if only > only_other else (1.0, p)
    return Outcome(*shown, p, p_for, p_against, note=note)


def identical(case: Case) -> Outcome:
    """Whether two variants learnt the same, to the bit: no test, since there is no chance in it.

    of, than: for each seed, the arrays of the trained net by name.
    """
    largest, same = 0.0, True
    for ours, theirs in zip(case.of, case.than, strict=True):
        if {n: a.shape for n, a in ours.items()} != {n: a.shape for n, a in theirs.items()}:
            return Outcome(seeds=len(case.of), settled=CONTRADICTED, note="not of one shape")
        for name, values in ours.items():
            if values.tobytes() != theirs[name].tobytes():
                same = False
                gap = np.abs(values.astype(float) - theirs[name].astype(float)).max()
                largest = max(largest, float(gap))
    note = "the same bits in every array" if same else "largest difference of any number"
    settled = SUPPORTED if same else CONTRADICTED
    return Outcome(largest, largest, largest, seeds=len(case.of), settled=settled, note=note)


@dataclass(frozen=True)
class HypothesisTest:
    """run: the test. says: what it puts to it, in words. alone: whether it is of one variant and
    not of two. needs: a key that a hypothesis must have for it. measure: the one that it goes with,
    and that goes with no other test. unit: how its estimate is written, if not as its measure."""

    run: Callable[[Case], Outcome]
    says: str
    alone: bool = False
    needs: str | None = None
    measure: str | None = None
    unit: str | None = None


TESTS: dict[str, HypothesisTest] = {
    "better": HypothesisTest(better, "{measure}: {of} against {than}"),
    "not_worse": HypothesisTest(not_worse, "{measure}: {of} no worse than {than}"),
    "equivalent": HypothesisTest(equivalent, "{measure}: {of} the same as {than}"),
    "many_times": HypothesisTest(
        many_times, "{measure}: {of} at least {times} times that of {than}", needs="level"
    ),
    "reaches": HypothesisTest(reaches, "{measure} of {of} reaches {level}", True, "level"),
    "stays_below": HypothesisTest(
        stays_below, "{measure} of {of} stays below {level}", True, "level"
    ),
    "reproduces": HypothesisTest(
        reproduces, "{measure} of {of} reproduces {printed} %", True, "printed"
    ),
    "learn_more": HypothesisTest(
        learn_more, "{measure}: {of} against {than}", measure="learns", unit="nets"
    ),
    "identical": HypothesisTest(
        identical, "{measure}: {of} identical to {than}", measure="weights"
    ),
    "exact": HypothesisTest(exact, "{measure}: {of} against {than}"),
}


def _t_test(case: Case, sample: Sample, limits: Limits, two_sided: bool = False) -> Outcome:
    """A t-test of the mean against its limits: one-sided, or for a limit of 0 two-sided."""
    difference = _summarized(sample, case.criteria)
    summary = difference.summary
    if difference.p is None:
        met = summary.mean is not None and limits.met(summary.mean)
        return _without_test(case, sample, difference, met)
    p = p_for = _tail(difference, limits.sign, limits.above)
    p_against = _tail(difference, -limits.sign, -limits.below)
    if any(sample.vague):
        p_against = _sign_against(sample, limits)
    notes = list(sample.notes)
    if two_sided:
        ahead, level = limits.sign * summary.mean > 0, case.criteria.level
        p, p_for = difference.p, difference.p if ahead else 1.0
        if max(p_for, p_against) < level:
            notes.append("a real difference, but smaller than would be of interest")
    needed = _needed(case, difference, sides=2 if two_sided else 1)
    shown = map(sample.back, (summary.mean, summary.low, summary.high))
    return Outcome(*shown, p, p_for, p_against, summary.n, needed, None, "; ".join(notes))


def _differences(case: Case) -> Sample:
    """`of` − `than` seed by seed, of logarithms for ratios, and what must be said of them.

    Where a run never reached its level, its value is a lower bound. The pair is used as it is if
    the bound tells which of the two is ahead (then the true ratio is farther from 1), and counts as
    a draw if it does not, as where neither got there. No pair, if there is nothing but draws.
    """
    pairs = list(zip(case.of, case.than, strict=True))
    if not case.measure.ratio:
        return Sample([a - b for a, b in pairs])
    values, told = [], dict.fromkeys(("neither", "untold", "only second", "only first"), 0)
    for a, b in pairs:
        short, rival_short = isinstance(a, AtLeast), isinstance(b, AtLeast)
        ratio = math.log(max(a, 1e-9) / max(b, 1e-9))
        kind = "only second" if short else "only first" if rival_short else None
        if short and rival_short:
            kind, ratio = "neither", 0.0
        elif (short and ratio < 0) or (rival_short and ratio > 0):
            kind, ratio = "untold", 0.0
        if kind:
            told[kind] += 1
        values.append(ratio)
    if told["neither"] == len(values):
        return Sample([], ["neither gets there: nothing to judge by"], math.exp, reached=False)
    says = {
        "neither": "neither gets there, which counts as a draw",
        "untold": "it cannot be told which is sooner, which counts as a draw",
        "only second": "only the second gets there: the ratio is more than this",
        "only first": "only the first gets there: the ratio is less than this",
    }
    notes = [f"with {n} of {len(values)} seeds {says[kind]}" for kind, n in told.items() if n]
    # `of` may be further ahead than this where `than` never got there or may have come later.
    vague = [isinstance(b, AtLeast) or (isinstance(a, AtLeast) and a < b) for a, b in pairs]
    if told["neither"] + told["untold"] == len(values):
        values = []
    return Sample(values, notes, math.exp, vague)


def _sign_against(sample: Sample, limits: Limits) -> float:
    """One-sided p that most values are below the limit: an exact sign test, since a pair that tells
    nothing of how far ahead `of` is must not speak against it."""
    pairs = zip(sample.values, sample.vague, strict=True)
    against = sum(limits.sign * value < limits.below and not vague for value, vague in pairs)
    return float(stats.binomtest(against, len(sample.values), 0.5, "greater").pvalue)


def _summarized(sample: Sample, criteria: Criteria) -> Difference:
    return statistics.paired_difference(sample.values, [0.0] * len(sample.values), criteria)


def _without_test(case: Case, sample: Sample, difference: Difference, met: bool) -> Outcome:
    """The outcome where there is no t-test: no pairs, one seed, or no spread; then what is claimed
    is `met` or not."""
    summary = difference.summary
    if summary.n == 0:
        beyond = None if sample.reached else LEVEL
        return Outcome(note="; ".join(sample.notes), settled=NOT_JUDGED, beyond=beyond)
    shown = [v if v is None else sample.back(v) for v in (summary.mean, summary.low, summary.high)]
    if summary.n == 1:
        one = "one seed: no spread to judge by" if case.than is None else difference.note
        return Outcome(*shown, seeds=1, note="; ".join([*sample.notes, one]))
    note = "; ".join([*sample.notes, _CONSTANT])
    return Outcome(*shown, seeds=summary.n, settled=SUPPORTED if met else CONTRADICTED, note=note)


def _tail(difference: Difference, sign: int, level: float) -> float:
    """One-sided p of a mean that, turned by `sign`, is above `level` by chance alone."""
    summary = difference.summary
    t = (sign * summary.mean - level) / (summary.sd / math.sqrt(summary.n))
    return float(stats.t.sf(t, summary.n - 1))


def _needed(
    case: Case, difference: Difference, sides: int, power: float | None = None
) -> int | None:
    """Pairs with which this test would show that the truth is off its limit by the smallest
    difference of interest, at the spread observed; None if there are as many already.

    At the level over the hypotheses of the claim (Bonferroni): what Holm asks at most.
    """
    if case.margin <= 0:
        return None
    wanted = dataclasses.replace(
        case.criteria,
        smallest_difference=case.margin,
        level=case.criteria.level / case.family,
        power=power or case.criteria.power,
    )
    needed = statistics.seeds_needed(difference.summary.sd, wanted, sides)
    return needed if needed and needed > difference.summary.n else None
