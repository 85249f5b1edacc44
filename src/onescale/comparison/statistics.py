"""Intervals, paired tests, Holm's correction, power: what turns accuracies into words.

Seeds pair the runs (two variants with one seed share their draws and batches), so variants are
compared by the differences between their accuracies seed by seed, with Student's t. With two to
twenty seeds the t-interval is the one whose coverage is right; 1.96 is not, and a signed-rank test
cannot reach 0.05 below six pairs (`signed_rank_minimum`). Whatever is undefined (one seed, no
spread) is None with words that say why: no NaN leaves this module, and no warning of SciPy's.

docs/method.md says which question each of these answers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from onescale.comparison.spec import Criteria

# What a paired difference comes to, as comparison.csv has it.
BETTER, WORSE, SAME = "better", "worse", "no difference that matters"
INCONCLUSIVE = "unresolved"

# Accuracies are counts over 10,000 images or so: a smaller spread than this is rounding of the
# quotients, not spread, and Student's t of it would be noise divided by noise.
_NO_SPREAD = 1e-12
_MOST_SEEDS = 10**7


@dataclass(frozen=True)
class Summary:
    """Mean, standard deviation (n − 1) and t-interval of n values; None where undefined."""

    n: int
    mean: float | None
    sd: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Difference:
    """A paired difference: `summary` over the pairs, its t-test, and words on what is undefined.

    `p` equals `scipy.stats.ttest_rel`; `effect_size` is d_z = mean / sd of the differences;
    `narrow` is the interval whose place inside ± the smallest difference means that it does not
    matter.
    """

    summary: Summary
    p: float | None = None
    effect_size: float | None = None
    narrow: tuple[float, float] | None = None
    note: str = ""


def summarize(values: Sequence[float], confidence: float = 0.95) -> Summary:
    """Mean, sd and t-interval: mean ± t·sd/√n with n − 1 degrees of freedom.

    >>> summarize([0.96, 0.97, 0.98])
    Summary(n=3, mean=0.97, sd=0.01, low=0.945158622882497, high=0.994841377117503)
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    if n == 0:
        return Summary(0, None)
    mean = _tidy(values.mean())
    if n == 1:
        return Summary(1, mean)
    sd = values.std(ddof=1)
    half = t_quantile(confidence, n) * sd / math.sqrt(n)
    return Summary(n, mean, _tidy(sd), _tidy(mean - half), _tidy(mean + half))


def prediction_interval(
    values: Sequence[float], confidence: float = 0.95
) -> tuple[float, float] | None:
    """Where one new run would lie: mean ± t·sd·√(1 + 1/n). None for fewer than two values.

    The range of n equal draws would miss an equal further draw 2/(n + 1) of the time; this interval
    misses it 1 − confidence of the time, for normal draws.
    """
    summary = summarize(values, confidence)
    if summary.sd is None:
        return None
    half = t_quantile(confidence, summary.n) * summary.sd * math.sqrt(1 + 1 / summary.n)
    return _tidy(summary.mean - half), _tidy(summary.mean + half)


def paired_difference(
    ours: Sequence[float], reference: Sequence[float], criteria: Criteria
) -> Difference:
    """`ours` − `reference`, pair by pair, with its interval, p and effect size.

    Both have one value a common seed, in the same order.
    """
    differences = np.asarray(ours, dtype=float) - np.asarray(reference, dtype=float)
    n = len(differences)
    summary = summarize(differences, criteria.confidence)
    if n == 0:
        return Difference(summary, note="no seed in common with the reference")
    if n == 1:
        return Difference(summary, note="one pair of seeds: no spread to judge by")
    sd = differences.std(ddof=1)
    if sd < _NO_SPREAD:
        mean = 0.0 if abs(summary.mean) < _NO_SPREAD else summary.mean
        note = "the same in every seed"
        if mean != 0:
            note = "every seed differs by the same amount: no spread, so no t-test"
        return Difference(Summary(n, mean, 0.0, mean, mean), narrow=(mean, mean), note=note)
    effect = differences.mean() / sd
    p = 2 * t_tail(abs(effect) * math.sqrt(n), n)
    half = t_quantile(1 - 2 * criteria.level, n) * sd / math.sqrt(n)
    narrow = (_tidy(summary.mean - half), _tidy(summary.mean + half))
    return Difference(summary, float(p), float(effect), narrow)


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Holm's adjusted p values, in the order given; a None stays None and is not counted.

    The i-th smallest of m is multiplied by m − i + 1, never falls below its predecessor, and is at
    most 1 (Holm 1979): the chance of one false difference in the family is at most the level.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    order = sorted((p, index) for index, p in enumerate(ps) if p is not None)
    adjusted: list[float | None] = [None] * len(ps)
    floor = 0.0
    for rank, (p, index) in enumerate(order):
        floor = max(floor, min(1.0, (len(order) - rank) * p))
        adjusted[index] = floor
    return adjusted


def classify(difference: Difference, p_holm: float | None, criteria: Criteria) -> str:
    """No difference that matters, also where it is clear of 0; else better or worse where Holm's p
    is below the level; else unresolved.

    Whether a better or worse is so by enough to matter is for `matters`.
    """
    if negligible(difference, criteria.smallest_difference):
        return SAME
    if p_holm is not None and p_holm < criteria.level:
        return BETTER if difference.summary.mean > 0 else WORSE
    return INCONCLUSIVE


def negligible(difference: Difference, smallest: float) -> bool:
    """Whether the interval at 1 − 2·level lies inside ± the smallest difference of interest (two
    one-sided tests, Schuirmann 1987), as on the page of claims."""
    if difference.narrow is None:
        return False
    low, high = difference.narrow
    return -smallest < low and high < smallest


def matters(low: float | None, high: float | None, criteria: Criteria) -> bool:
    """Whether an interval lies beyond the smallest difference of interest, on either side."""
    if low is None or high is None:
        return False
    return low > criteria.smallest_difference or high < -criteria.smallest_difference


def power(effect_size: float, n: int, level: float = 0.05) -> float:
    """Power of the paired t-test, two-sided, with n pairs at d_z = `effect_size`, by noncentral
    t."""
    df, shift = n - 1, abs(effect_size) * math.sqrt(n)
    critical = t_quantile(1 - level, n)
    within = special.nctdtr(df, shift, critical) - special.nctdtr(df, shift, -critical)
    return 1.0 - float(within)


def seeds_needed(sd: float | None, criteria: Criteria) -> int | None:
    """Pairs that would show the smallest difference, with the wanted power, at this spread.

    Of one test at the level, before Holm's correction. None where the spread is unknown or zero,
    or where more than ten million pairs would not do.
    """
    if not sd or sd < _NO_SPREAD:
        return None
    effect = criteria.smallest_difference / sd
    # The normal approximation is short by one or two pairs, so the search starts just below it.
    z = special.ndtri(criteria.power) - special.ndtri(criteria.level / 2)
    n = max(2, math.ceil((z / effect) ** 2))
    if n > _MOST_SEEDS:
        return None
    while power(effect, n, criteria.level) < criteria.power:
        n += 1
    return n


def binomial_error(accuracy: float, count: int) -> float:
    """Standard error of an accuracy measured on `count` images: √(a(1 − a)/count)."""
    return math.sqrt(accuracy * (1 - accuracy) / count)


def binomial_tail(k: int, n: int) -> float:
    """The chance of k heads or more in n tosses of a fair coin."""
    return float(special.bdtrc(k - 1, n, 0.5))


def proportion_interval(k: int, n: int, confidence: float) -> tuple[float, float]:
    """The exact interval of a share of which k of n were met (Clopper and Pearson 1934)."""
    outside = (1 - confidence) / 2
    low = float(special.betaincinv(k, n - k + 1, outside)) if k else 0.0
    high = float(special.betaincinv(k + 1, n - k, 1 - outside)) if k < n else 1.0
    return low, high


def signed_rank_minimum(n: int) -> float:
    """The smallest two-sided p a signed-rank (or sign) test can have with n pairs: 2/2ⁿ."""
    return min(1.0, 2.0 ** (1 - n))


def signed_rank_pairs(level: float, family: int = 1) -> int:
    """Pairs from which a signed-rank test can reach `level` at all, after Holm over `family` tests.

    >>> signed_rank_pairs(0.05), signed_rank_pairs(0.05, family=7)
    (6, 9)
    """
    n = 1
    while family * signed_rank_minimum(n) >= level:
        n += 1
    return n


def t_quantile(confidence: float, n: int) -> float:
    """The t that a two-sided interval of n values is wide by, in standard errors."""
    return -float(special.stdtrit(n - 1, (1 - confidence) / 2))


def t_tail(t: float, n: int) -> float:
    """The chance that Student's t of n values is larger: SciPy's `stats.t.sf`, without
    its checks, which take ten times as long."""
    return float(special.stdtr(n - 1, -t))


def _tidy(value: float) -> float:
    """Fifteen significant digits, so that 0.97 does not print as 0.9700000000000001."""
    return float(f"{value:.15g}")
