"""The tests that a claim can be put to: from the values of each seed to a verdict.

A further test is one function and one entry in `TESTS`. Each says how sure it is in both
directions: `p_for`, the chance of such values if the claim were false, and `p_against`, the chance
if it were true by as much as is of interest. A claim is supported or contradicted where one of them
is below the level, and unresolved where neither is: absence of evidence contradicts nothing. What
is the same in every seed has no spread and so no p: it is held against the limit as it is, which is
what the tests come to as the spread goes to nothing, and the note says so. What is undefined is
None with words that say why; no NaN leaves this module.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from onescale.claims.measures import AtLeast, Measure
from onescale.claims.spec import Part
from onescale.comparison import reproduction
from onescale.comparison import statistics as evidence
from onescale.comparison.statistics import Difference, Statistics, Summary

SUPPORTED, CONTRADICTED, UNRESOLVED = "supported", "contradicted", "unresolved"
NOT_JUDGED, NOT_RUN = "not judged", "not run"
LEARNS, LEVEL = "learns", "level"
_NEITHER = "neither gets there: nothing to judge by"
_CONSTANT = "the same in every seed: no spread, so no test and no p; judged as it is"


@dataclass(frozen=True)
class Outcome:
    """What a test says. estimate, low, high: in the measure's own unit (a ratio for measures that
    are compared by their ratio). p: as the test's own literature defines it. needed: seeds that
    would show a difference as large as is of interest. settled: a verdict that needs no test.
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
    """What is put to a test: pairs of values (`than` is None for tests of one), with the levels,
    and of how many parts of a claim this is one."""

    part: Part
    measure: Measure
    of: Sequence[float]
    than: Sequence[float] | None
    statistics: Statistics
    family: int = 1

    @property
    def margin(self) -> float:
        """What is of interest, on the log scale for ratios."""
        given = of_interest(self.part, self.measure, self.statistics)
        return math.log(given) if self.measure.ratio else given


def of_interest(part: Part, measure: Measure, statistics: Statistics) -> float:
    """The smallest difference (or ratio): the part's own, the measure's, or of test accuracy."""
    given = part.margin if part.margin is not None else measure.margin
    return statistics.smallest_difference if given is None else given


def better(case: Case) -> Outcome:
    """Paired t-test. Contradicted where any advantage is smaller than would be of interest."""
    return _paired(case, zero=0.0, two_sided=True)


def not_worse(case: Case) -> Outcome:
    """Non-inferiority: worse by less than the smallest difference of interest, one-sided."""
    return _paired(case, zero=-case.margin, two_sided=False)


def many_times(case: Case) -> Outcome:
    """One-sided t-test, on the log scale, that `of` is `level` times as much as `than`."""
    values, notes = _differences(case)
    return _against(case, values, math.log(case.part.level), notes, back=math.exp)


def reaches(case: Case) -> Outcome:
    """One-sided t-test of the mean against `level`."""
    return _against(case, list(case.of), case.part.level, [])


def stays_below(case: Case) -> Outcome:
    """One-sided t-test that the mean is below `level`."""
    return _against(case, list(case.of), case.part.level, [], below=True)


def equivalent(case: Case) -> Outcome:
    """Two one-sided t-tests (Schuirmann 1987): the difference is smaller than would be of interest,
    either way. The interval is the one that they come to, at 1 − 2·level."""
    values, notes = _differences(case)
    difference = _difference(values, case.statistics)
    mean = difference.summary.mean
    if difference.p is None:
        return _undefined(case, difference, notes, mean is not None and abs(mean) < case.margin)
    low, high = difference.narrow
    n = difference.summary.n
    p_for = max(_tail(difference, -case.margin), _tail(difference, case.margin, below=True))
    beyond = _tail(difference, math.copysign(case.margin, mean), below=mean < 0)
    shown = _shown(case, mean, low, high)
    # Both tests must succeed: each misses at most half of what the two may miss together.
    needed = _needed(case, difference, sides=1, power=(1 + case.statistics.power) / 2)
    p_against = min(1.0, 2 * beyond)
    return Outcome(*shown, p_for, p_for, p_against, n, needed, None, "; ".join(notes))


def reproduces(case: Case) -> Outcome:
    """Whether the printed figure could be one more run: inside the prediction interval, or not.

    Estimate: the mean. p: of the printed figure as one more draw, two-sided; for a figure of two
    digits, of the nearest number that is cut to it.
    """
    values, printed = list(case.of), case.part.printed
    summary = evidence.summarize(values, case.statistics.confidence)
    within = evidence.prediction_interval(values, case.statistics.confidence)
    if within is None:
        return Outcome(summary.mean, seeds=summary.n, note="one seed: no interval to judge by")
    low, high = max(within[0], 0.0), min(within[1], 1.0)
    inside = reproduction.is_inside(printed, low, high)
    verdict = SUPPORTED if inside else CONTRADICTED
    p = None
    if summary.sd:
        first, last = reproduction.cut_to(printed)
        distance = max(first - summary.mean, summary.mean - last, 0.0)
        p = 2 * stats.t.sf(distance / (summary.sd * math.sqrt(1 + 1 / summary.n)), summary.n - 1)
    return Outcome(summary.mean, low, high, _number(p), seeds=summary.n, settled=verdict)


def exact(case: Case) -> Outcome:
    """Compares two numbers in which there is no chance."""
    of, than = case.of[0], case.than[0]
    ahead = _favour(case, of - than)
    verdict = SUPPORTED if ahead > 0 else CONTRADICTED
    estimate = float(of - than)
    return Outcome(estimate, estimate, estimate, seeds=1, settled=verdict, note="no chance in it")


def learn_more(case: Case) -> Outcome:
    """Exact sign test on the nets of two sets that learn with one and not with the other
    (McNemar 1947): of those, the share in favour, with its Clopper–Pearson interval.

    of, than: for each place in the set, the share of seeds that learn; half or more counts.
    """
    with_it = [share >= 0.5 for share in case.of]
    without = [share >= 0.5 for share in case.than]
    only = sum(a and not b for a, b in zip(with_it, without, strict=True))
    only_other = sum(b and not a for a, b in zip(with_it, without, strict=True))
    note = (
        f"{sum(with_it)} of {len(with_it)} learn, against {sum(without)} of {len(without)}; "
        f"{only} only here, {only_other} only there"
    )
    tied = only + only_other
    level = case.statistics.level
    if tied < evidence.signed_rank_pairs(level):
        least = evidence.signed_rank_minimum(tied)
        note += f"; of so few p is never below {least:g}, so the test cannot reach {level:g}"
    if not tied:
        return Outcome(note=note, seeds=len(with_it))
    test = stats.binomtest(only, tied)
    interval = test.proportion_ci(case.statistics.confidence)
    p, ahead = float(test.pvalue), only - only_other
    p_for, p_against = (p, 1.0) if ahead > 0 else (1.0, p)
    shown = (only / tied, float(interval.low), float(interval.high))
    return Outcome(*shown, p, p_for, p_against, len(with_it), note=note)


def identical(case: Case) -> Outcome:
    """Whether two variants learnt the same, to the bit: no test, since there is no chance in it.

    of, than: for each seed, the arrays of the trained net by name.
    """
    largest, same = 0.0, True
    for ours, other in zip(case.of, case.than, strict=True):
        if ours.keys() != other.keys():
            return Outcome(seeds=len(case.of), settled=CONTRADICTED, note="not of one shape")
        for name, values in ours.items():
            rival = other[name]
            if values.shape != rival.shape or values.tobytes() != rival.tobytes():
                same = False
                if values.shape == rival.shape:
                    gap = np.abs(values.astype(float) - rival.astype(float)).max()
                    largest = max(largest, float(gap))
    note = "the same bits in every array" if same else "largest difference of any number"
    verdict = SUPPORTED if same else CONTRADICTED
    return Outcome(largest, largest, largest, seeds=len(case.of), settled=verdict, note=note)


TESTS: dict[str, Callable[[Case], Outcome]] = {
    "better": better,
    "not_worse": not_worse,
    "equivalent": equivalent,
    "many_times": many_times,
    "reaches": reaches,
    "stays_below": stays_below,
    "reproduces": reproduces,
    "learn_more": learn_more,
    "identical": identical,
    "exact": exact,
}
# Tests of one variant.
ALONE = ("reaches", "stays_below", "reproduces")
NEEDS = {"many_times": "level", "reaches": "level", "stays_below": "level", "reproduces": "printed"}


def _paired(case: Case, zero: float, two_sided: bool) -> Outcome:
    """A paired t-test that `of` is ahead of `than` by more than `zero`."""
    values, notes = _differences(case)
    difference = _difference(values, case.statistics)
    mean, n = difference.summary.mean, difference.summary.n
    if difference.p is None:
        met = mean is not None and _favour(case, mean) > zero
        return _undefined(case, difference, notes, met)
    ahead = _favour(case, mean) > 0
    towards = not case.measure.higher
    one_sided = _tail(difference, _favour(case, zero), below=towards)
    p = difference.p if two_sided else one_sided
    p_for = (p if ahead else 1.0) if two_sided else one_sided
    limit = case.margin if two_sided else -case.margin
    p_against = _tail(difference, _favour(case, limit), below=not towards)
    if any(_vague(case)):
        p_against = _sign_against(case, values, limit)
    shown = _shown(case, mean, difference.summary.low, difference.summary.high)
    if two_sided and ahead and p < case.statistics.level and p_against < case.statistics.level:
        notes.append("a real difference, but smaller than would be of interest")
    needed = _needed(case, difference, sides=2 if two_sided else 1)
    return Outcome(*shown, p, p_for, p_against, n, needed, None, "; ".join(notes))


def _against(
    case: Case,
    values: list[float],
    level: float,
    notes: list[str],
    below: bool = False,
    back: Callable[[float], float] = float,
) -> Outcome:
    """A one-sided t-test of the mean of `values` against a level."""
    difference = _difference(values, case.statistics)
    summary = difference.summary
    if difference.p is None:
        mean = summary.mean
        met = mean is not None and (mean < level if below else mean >= level)
        return _undefined(case, difference, notes, met, back)
    p_for = _tail(difference, level, below=below)
    p_against = _tail(difference, level, below=not below)
    shown = [back(value) for value in (summary.mean, summary.low, summary.high)]
    needed = _needed(case, difference, sides=1)
    return Outcome(*shown, p_for, p_for, p_against, summary.n, needed, None, "; ".join(notes))


def _differences(case: Case) -> tuple[list[float], list[str]]:
    """`of` − `than` seed by seed, of logarithms for ratios, and what must be said of them.

    Where a run never reached its level, its value is a lower bound. The pair is used as it is if
    the bound tells which of the two is ahead (then the true ratio is farther from 1), and counts as
    a draw if it does not, as where neither got there. No pair, if there is nothing but draws.
    """
    if not case.measure.ratio:
        return [a - b for a, b in zip(case.of, case.than, strict=True)], []
    found, neither, untold, late, rival_late = [], 0, 0, 0, 0
    for a, b in zip(case.of, case.than, strict=True):
        short, rival_short = isinstance(a, AtLeast), isinstance(b, AtLeast)
        ratio = math.log(max(a, 1e-9) / max(b, 1e-9))
        if short and rival_short:
            neither += 1
            ratio = 0.0
        elif (short and ratio < 0) or (rival_short and ratio > 0):
            untold += 1
            ratio = 0.0
        else:
            late += short
            rival_late += rival_short
        found.append(ratio)
    told = (
        (neither, "neither gets there, which counts as a draw"),
        (untold, "it cannot be told which is sooner, which counts as a draw"),
        (late, "only the second gets there: the ratio is more than this"),
        (rival_late, "only the first gets there: the ratio is less than this"),
    )
    notes = [f"with {count} of {len(found)} seeds {what}" for count, what in told if count]
    if neither == len(found):
        return [], [_NEITHER]
    return [] if neither + untold == len(found) else found, notes


def _vague(case: Case) -> list[bool]:
    """Pairs in which `of` may be further ahead than their ratio says, as `than` never got there or
    it cannot be told who is sooner."""
    return [
        case.measure.ratio and (isinstance(b, AtLeast) or (isinstance(a, AtLeast) and a < b))
        for a, b in zip(case.of, case.than, strict=True)
    ]


def _sign_against(case: Case, values: list[float], limit: float) -> float:
    """One-sided p that in most pairs `of` is ahead by less than `limit`: an exact sign test, since
    a pair that tells nothing of how far ahead `of` is must not speak against it."""
    pairs = zip(values, _vague(case), strict=True)
    against = sum(_favour(case, value) < limit and not vague for value, vague in pairs)
    return float(stats.binomtest(against, len(values), 0.5, "greater").pvalue)


def _difference(values: Sequence[float], statistics: Statistics) -> Difference:
    return evidence.paired_difference(values, [0.0] * len(values), statistics)


def _undefined(
    case: Case,
    difference: Difference,
    notes: list[str],
    met: bool,
    back: Callable[[float], float] | None = None,
) -> Outcome:
    """The outcome where there is no t-test: no pairs, one seed, or no spread; then what is claimed
    is `met` or not."""
    summary: Summary = difference.summary
    if summary.n == 0:
        beyond = LEVEL if notes == [_NEITHER] else None
        return Outcome(note="; ".join(notes), settled=NOT_JUDGED, beyond=beyond)
    back = back or (math.exp if case.measure.ratio else float)
    shown = [v if v is None else back(v) for v in (summary.mean, summary.low, summary.high)]
    if summary.n == 1:
        one = "one seed: no spread to judge by" if case.than is None else difference.note
        return Outcome(*shown, seeds=1, note="; ".join([*notes, one]))
    note = "; ".join([*notes, _CONSTANT])
    return Outcome(*shown, seeds=summary.n, settled=SUPPORTED if met else CONTRADICTED, note=note)


def _favour(case: Case, value: float) -> float:
    """A difference turned so that positive speaks for `of`."""
    return value if case.measure.higher else -value


def _tail(difference: Difference, level: float, below: bool = False) -> float:
    """One-sided p of a mean that is above (or below) `level` by chance alone."""
    summary = difference.summary
    t = (summary.mean - level) / (summary.sd / math.sqrt(summary.n))
    return float(stats.t.cdf(t, summary.n - 1) if below else stats.t.sf(t, summary.n - 1))


def _shown(case: Case, *values: float | None) -> tuple[float | None, ...]:
    """Back from the log scale, where the measure is on it."""
    if not case.measure.ratio:
        return values
    return tuple(None if value is None else math.exp(value) for value in values)


def _needed(
    case: Case, difference: Difference, sides: int, power: float | None = None
) -> int | None:
    """Pairs with which this test would show that the truth is off its limit by the smallest
    difference of interest, at the spread observed; None if there are as many already.

    At the level over the parts of the claim (Bonferroni): what Holm asks at most.
    """
    if case.margin <= 0:
        return None
    wanted = dataclasses.replace(
        case.statistics,
        smallest_difference=case.margin,
        level=case.statistics.level / case.family,
        power=power or case.statistics.power,
    )
    found = evidence.seeds_needed(difference.summary.sd, wanted, sides)
    return found if found and found > difference.summary.n else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
