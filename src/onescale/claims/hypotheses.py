"""The tests that a hypothesis can be put to: from the values of each seed to what they say of it.

A further test is one function and one entry in `TESTS`. All follow one symmetric rule: what is
claimed is supported where the 95 % interval lies beyond a limit, reversed where it lies beyond the
mirrored one, and makes no difference that matters where the 90 % interval lies between the two;
else it is open. A test of a mean is therefore no more than its `Limits`. Each is written with p
values, so that they can be corrected over a page, and says the same as its intervals.

What is the same in every seed has no spread and so no p: it is held against the limits as it is,
which is what the tests come to as the spread goes to nothing, and the note says so. What is
undefined is None with words that say why; no NaN leaves this module.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from onescale.claims.samples import Case, Sample, differences
from onescale.comparison import reproduction, statistics
from onescale.comparison.statistics import Difference
from onescale.core.text import joined

SUPPORTED, REVERSED, OPEN = "supported", "reversed", "open"
NO_DIFFERENCE = "no difference that matters"
NOT_ASKED, NOT_RUN = "not asked", "not run"
DECIDED = (SUPPORTED, NO_DIFFERENCE, REVERSED)
DECISIONS = (*DECIDED, OPEN, NOT_ASKED, NOT_RUN)
CUT_OR_ROUNDED = "with the printed figure taken as rounded instead of cut"
_BY_FAR = 0.01  # above a printed figure: more than a figure of two digits may be cut by
_CONSTANT = "the same in every seed: no spread, so no test and no p, and judged as it is"


@dataclass(frozen=True)
class Outcome:
    """What a test says. estimate, low, high: in the measure's own unit (a ratio for measures that
    are compared by their ratio). p: by decision, the chance of such values if it were just wrong,
    for those that the test can come to. sd: of what a test of a mean is of. needed: of what is
    open, seeds with which a truth that is the smallest difference of interest beyond its limit
    would be found so. settled: a decision that needs no test. unreached: neither side gets to the
    level. sides: both values of an estimate that says little without them. bound: `at most` or `at
    least` where runs that never arrived leave no more of a ratio; `with draws` where not even
    that."""

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: dict[str, float] = dataclasses.field(default_factory=dict)
    seeds: int = 0
    sd: float | None = None
    needed: int | None = None
    settled: str | None = None
    note: str = ""
    unreached: bool = False
    sides: tuple[str, str] | None = None
    bound: str = ""

    def decision(self, level: float) -> str:
        """What it says of its hypothesis."""
        if self.settled:
            return self.settled
        return next((decision for decision, p in self.p.items() if p < level), OPEN)

    def p_of(self, decision: str | None) -> float | None:
        """The p of a decision; where it is open, of what came nearest to one; None without test."""
        if self.settled or not self.p:
            return None
        return self.p.get(decision, min(self.p.values()))


@dataclass(frozen=True)
class Limits:
    """What a mean, turned by `sign`, must be above to support a hypothesis, and below to reverse
    it; within ± `within` it makes no difference that matters (None: no such thing is asked)."""

    sign: int
    above: float
    below: float
    within: float | None = None

    def of_constant(self, mean: float) -> str:
        """What a mean without spread comes to."""
        turned = self.sign * mean
        if turned > self.above:
            return SUPPORTED
        if turned < self.below:
            return REVERSED
        return SUPPORTED if self.within is None else NO_DIFFERENCE

    def of_intervals(self, wide: Sequence[float], narrow: Sequence[float]) -> str:
        """What two intervals of a mean, at 1 − level and 1 − 2·level, come to."""
        low, high = sorted(self.sign * end for end in wide)
        if low > self.above:
            return SUPPORTED
        if high < self.below:
            return REVERSED
        inside = self.within is not None and max(map(abs, narrow)) < self.within
        return NO_DIFFERENCE if inside else OPEN


def better(case: Case) -> Limits:
    """Better by what is of interest; of a claim of direction alone, better at all."""
    limit = 0.0 if case.hypothesis.direction else case.margin
    return Limits(case.favour, limit, -limit, case.margin)


def not_worse(case: Case) -> Limits:
    """Non-inferiority: worse by less than would be of interest."""
    return Limits(case.favour, -case.margin, -case.margin)


def many_times(case: Case) -> Limits:
    """At least so many times as much."""
    limit = math.log(case.hypothesis.times)
    return Limits(1, limit, limit)


def reaches(case: Case) -> Limits:
    """A mean at a level or above it."""
    return Limits(1, case.hypothesis.level, case.hypothesis.level)


def stays_below(case: Case) -> Limits:
    """A mean below a level."""
    return Limits(-1, -case.hypothesis.level, -case.hypothesis.level)


def reaches_printed(case: Case) -> Outcome:
    """`reaches` of the figure that the chapter prints; a note, if it is passed by far, and if it
    matters how it was rounded."""

    def at(level: float) -> Outcome:
        hypothesis = dataclasses.replace(case.hypothesis, level=level)
        held = dataclasses.replace(case, hypothesis=hypothesis)
        return mean_test(held, reaches(held))

    printed = case.hypothesis.printed
    cut, rounded = (at(reproduction.stands_for(printed, how)[0]) for how in (False, True))
    if cut.low is not None and cut.low > float(printed) + _BY_FAR:
        note = "well above the figure printed, which is reached and not met"
        cut = dataclasses.replace(cut, note=joined(cut.note, note))
    return _cut_or_rounded(cut, rounded, case.criteria.level)


def reproduces(case: Case) -> Outcome:
    """Whether the printed figure could be one more run: inside the prediction interval, or not; a
    note, if it matters how it was rounded.

    Estimate: the mean. p: of the printed figure as one more draw, two-sided; for a figure of two
    digits, of the nearest number that is cut to it.
    """
    printed, confidence = case.hypothesis.printed, case.criteria.confidence
    summary = statistics.summarize(case.of, confidence)
    within = reproduction.within(case.of, confidence)
    if within is None:
        return Outcome(summary.mean, seeds=summary.n, note="one seed: no interval to judge by")

    def taken(rounded: bool) -> Outcome:
        inside = reproduction.is_inside(printed, *within, rounded)
        p = {}
        if summary.sd:
            first, last = reproduction.stands_for(printed, rounded)
            distance = max(first - summary.mean, summary.mean - last, 0.0)
            error = summary.sd * math.sqrt(1 + 1 / summary.n)
            p[REVERSED] = 2 * statistics.t_tail(distance / error, summary.n)
        settled = SUPPORTED if inside else None if p else REVERSED
        return Outcome(summary.mean, *within, p, summary.n, settled=settled)

    return _cut_or_rounded(taken(False), taken(True), case.criteria.level)


def exact(case: Case) -> Outcome:
    """Compares two numbers in which there is no chance."""
    gap = float(case.of[0] - case.than[0])
    settled = better(case).of_constant(gap)
    sides = tuple(f"{float(values[0]):.3g}" for values in (case.of, case.than))
    return Outcome(gap, gap, gap, seeds=1, settled=settled, sides=sides)


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
        f"{sum(with_it)} of {len(with_it)} learn, against {sum(without)} of {len(without)}: "
        f"{only} only here, {only_other} only there"
    )
    apart, level = only + only_other, case.criteria.level
    if apart < statistics.signed_rank_pairs(level):
        least = statistics.signed_rank_minimum(apart)
        note += f"; of so few p is never below {least:g}, so the test cannot reach {level:g}"
    if not apart:
        return Outcome(note=note)
    shown = (only / apart, *statistics.proportion_interval(only, apart, case.criteria.confidence))
    p = min(1.0, 2 * statistics.binomial_tail(max(only, only_other), apart))
    decision = SUPPORTED if only > only_other else REVERSED
    sides = tuple(f"{sum(learnt)} of {len(learnt)}" for learnt in (with_it, without))
    return Outcome(*shown, {decision: p}, note=note, sides=sides)


def identical(case: Case) -> Outcome:
    """Whether two variants learnt the same, to the bit: no test, since there is no chance in it.

    of, than: for each seed, the arrays of the trained net by name.
    """
    largest, same = 0.0, True
    for ours, theirs in zip(case.of, case.than, strict=True):
        if {n: a.shape for n, a in ours.items()} != {n: a.shape for n, a in theirs.items()}:
            return Outcome(seeds=len(case.of), settled=REVERSED, note="not of one shape")
        for name, values in ours.items():
            if values.tobytes() != theirs[name].tobytes():
                same = False
                gap = np.abs(values.astype(float) - theirs[name].astype(float)).max()
                largest = max(largest, float(gap))
    note = "the same bits in every array" if same else "largest difference of any number"
    settled = SUPPORTED if same else REVERSED
    return Outcome(largest, largest, largest, seeds=len(case.of), settled=settled, note=note)


@dataclass(frozen=True)
class HypothesisTest:
    """says: what it puts to the test, in words. limits: of a test of a mean; run: of any other.
    alone: whether it is of one variant and not of two. needs: a key that a hypothesis must have for
    it. measure: the one that it goes with, and that goes with no other test. unit: how its estimate
    is written, if not as its measure."""

    says: str
    limits: Callable[[Case], Limits] | None = None
    run: Callable[[Case], Outcome] | None = None
    alone: bool = False
    needs: str | None = None
    measure: str | None = None
    unit: str | None = None

    def outcome(self, case: Case) -> Outcome:
        """What the test says of a case."""
        outcome = mean_test(case, self.limits(case)) if self.limits else self.run(case)
        if outcome.sd and outcome.decision(case.criteria.level) == OPEN:
            return dataclasses.replace(outcome, needed=_needed(case, outcome))
        return outcome


TESTS: dict[str, HypothesisTest] = {
    "better": HypothesisTest("{measure}: {of} against {than}", better),
    "not_worse": HypothesisTest("{measure}: {of} no worse than {than}", not_worse),
    "many_times": HypothesisTest(
        "{measure}: {of} at least {times} times that of {than}", many_times, needs="times"
    ),
    "reaches": HypothesisTest(
        "{measure} of {of} reaches {level}", reaches, alone=True, needs="level"
    ),
    "stays_below": HypothesisTest(
        "{measure} of {of} stays below {level}", stays_below, alone=True, needs="level"
    ),
    "reaches_printed": HypothesisTest(
        "{measure} of {of} reaches {printed} %", run=reaches_printed, alone=True, needs="printed"
    ),
    "reproduces": HypothesisTest(
        "{measure} of {of} reproduces {printed} %", run=reproduces, alone=True, needs="printed"
    ),
    "learn_more": HypothesisTest(
        "{measure}: {of} against {than}", run=learn_more, measure="learns", unit="nets"
    ),
    "identical": HypothesisTest(
        "{measure}: {of} identical to {than}", run=identical, measure="weights"
    ),
    "exact": HypothesisTest("{measure}: {of} against {than}", run=exact),
}


def mean_test(case: Case, limits: Limits) -> Outcome:
    """Student's t-test of a mean against its limits: two-sided for what lies beyond them (so that
    it says what the 95 % interval says), two one-sided tests for what lies within (Schuirmann 1987:
    the 90 % interval). Where runs that never arrived hide how far apart two variants are, a sign
    test instead, in which they speak neither for nor against."""
    sample = differences(case) if case.than is not None else Sample(list(case.of))
    difference = statistics.paired_difference(
        sample.values, [0.0] * len(sample.values), case.criteria
    )
    summary = difference.summary
    if difference.p is None:
        return _without_test(case, sample, difference, limits)
    p = {
        SUPPORTED: min(1.0, 2 * _tail(difference, limits.sign, limits.above)),
        REVERSED: min(1.0, 2 * _tail(difference, -limits.sign, -limits.below)),
    }
    # Of a claim that one costs many times as much, to be behind speaks for it.
    against, forth = sample.behind, sample.ahead
    if limits.sign != case.favour:
        against, forth = forth, against
    if any(against):
        p[SUPPORTED] = _sign_test(sample.values, against, limits.sign, limits.above)
    if any(forth):
        p[REVERSED] = _sign_test(sample.values, forth, -limits.sign, -limits.below)
    if limits.within is not None and not any((*sample.ahead, *sample.behind)):
        p[NO_DIFFERENCE] = max(_tail(difference, sign, -limits.within) for sign in (1, -1))
    shown = map(sample.back, (summary.mean, summary.low, summary.high))
    notes, level = list(sample.notes), case.criteria.level
    of_two = case.than is not None and case.hypothesis.times is None
    hidden = any((*sample.ahead, *sample.behind))  # then the interval is one of bounds
    if min(p[SUPPORTED], p[REVERSED]) < level and p.get(NO_DIFFERENCE, 1.0) < level:
        notes.append("a difference, but smaller than would matter")
    elif of_two and not hidden and min(p.values()) >= level and summary.low * summary.high > 0:
        whose = "in favour of" if limits.sign * summary.mean > 0 else "against"
        notes.append(
            f"a difference {whose} the claim, of which it is open whether it is large enough to "
            "matter"
        )
    told = {"note": joined(*notes), "bound": sample.bound}
    return Outcome(*shown, p, summary.n, summary.sd, **told)


def _sign_test(values: Sequence[float], hidden: Sequence[bool], sign: int, limit: float) -> float:
    """Two-sided p that the median, turned by `sign`, is above a limit: an exact sign test in which
    pairs that may hide the opposite do not count for it."""
    pairs = zip(values, hidden, strict=True)
    beyond = sum(sign * value > limit and not one for value, one in pairs)
    return min(1.0, 2 * statistics.binomial_tail(beyond, len(values)))


def _without_test(case: Case, sample: Sample, difference: Difference, limits: Limits) -> Outcome:
    """The outcome where there is no t-test: no pairs, one seed, or no spread."""
    summary, notes = difference.summary, list(sample.notes)
    if summary.n == 0:
        return Outcome(note="; ".join(notes), unreached=not sample.reached)
    shown = [v if v is None else sample.back(v) for v in (summary.mean, summary.low, summary.high)]
    if summary.n == 1:
        notes.append("one seed: no spread to judge by" if case.than is None else difference.note)
        return Outcome(*shown, seeds=1, note="; ".join(notes))
    settled = limits.of_constant(summary.mean)
    return Outcome(*shown, seeds=summary.n, settled=settled, note="; ".join([*notes, _CONSTANT]))


def _cut_or_rounded(cut: Outcome, rounded: Outcome, level: float) -> Outcome:
    """The outcome of a printed figure taken as cut, with a word where rounding would change it."""
    other = rounded.decision(level)
    if other == cut.decision(level):
        return cut
    note = f"{CUT_OR_ROUNDED}: {other}"
    return dataclasses.replace(cut, note=joined(cut.note, note))


def _tail(difference: Difference, sign: int, level: float) -> float:
    """One-sided p of a mean that, turned by `sign`, is above `level` by chance alone."""
    summary = difference.summary
    t = (sign * summary.mean - level) / (summary.sd / math.sqrt(summary.n))
    return statistics.t_tail(t, summary.n)


def _needed(case: Case, outcome: Outcome) -> int | None:
    """Seeds with which a mean that is the smallest difference of interest beyond its limit would be
    found so, at the spread observed; None if there are as many already."""
    wanted = dataclasses.replace(case.criteria, smallest_difference=case.margin)
    needed = statistics.seeds_needed(outcome.sd, wanted)
    return needed if needed and needed > outcome.seeds else None
