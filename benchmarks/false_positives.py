"""How often the comparison says better or worse where nothing is, and where something is.

Simulated, since only then is the truth known: accuracies of variants are normal draws around a
value that pairs share, and go through the comparison's own functions. Prints a table of rates and
what they should be, and ends with status 1 if one is off by more than chance allows. Takes about
five minutes of one core.

    python benchmarks/false_positives.py
"""

import math
import sys

import numpy as np
from scipy import stats

from onescale.claims import hypotheses
from onescale.claims import verdicts as claims
from onescale.claims.spec import Claim, Hypothesis
from onescale.claims.testing import Tested
from onescale.comparison import statistics
from onescale.comparison.spec import Criteria

TRIALS = 2000
SEEDS = (3, 5, 10, 20)
SD = 0.0015  # over seeds, of one variant: as MNIST shows it
CRITERIA = Criteria()
CHANCE = 3.3  # standard errors; one row in a thousand is farther off by chance alone


def group(random: np.random.Generator, size: int, seeds: int, shift: float = 0.0) -> np.ndarray:
    """Accuracies (size, seeds) of equal variants that share the luck of each seed; `shift`, in sd
    of a paired difference, is what the last is better by."""
    shared = random.normal(0.97, SD, seeds)
    accuracies = shared + random.normal(0, SD, (size, seeds))
    accuracies[-1] += shift * SD * math.sqrt(2)
    return accuracies


def verdicts(accuracies: np.ndarray) -> list[str]:
    """The comparison's verdict on each variant against the first, Holm over the group."""
    differences = [statistics.paired_difference(a, accuracies[0], CRITERIA) for a in accuracies[1:]]
    adjusted = statistics.holm([difference.p for difference in differences])
    return [statistics.classify(d, p, CRITERIA) for d, p in zip(differences, adjusted, strict=True)]


def rate_of_differences(size: int, seeds: int, shift: float = 0.0) -> float:
    """Share of groups in which some variant is called better or worse."""
    random = np.random.default_rng([size, seeds, round(10 * shift)])
    hits = sum(
        any(
            v in (statistics.BETTER, statistics.WORSE)
            for v in verdicts(group(random, size, seeds, shift))
        )
        for _ in range(TRIALS)
    )
    return hits / TRIALS


def claim(
    random: np.random.Generator, seeds: int, shift: float, parts: int = 1
) -> claims.Judgement:
    """The claim “the last is better than each other”, concluded."""
    accuracies = group(random, parts + 1, seeds, shift)
    tested = []
    for index, other in enumerate(accuracies[:-1]):
        hypothesis = Hypothesis("test_accuracy", "better", "of", f"than_{index}")
        case = hypotheses.Case(hypothesis, accuracies[-1], other, CRITERIA, parts)
        tested.append(Tested(hypothesis, hypotheses.better(case)))
    return claims.conclude(Claim(1, "one", "One.", {}), "tuned", tested, CRITERIA)


def rate_of_claims(seeds: int, verdict: str, shift: float, parts: int = 1) -> float:
    """Share of such claims that get this verdict wrongly."""
    random = np.random.default_rng([seeds, parts, round(1000 * shift)])
    return (
        sum(claim(random, seeds, shift, parts).verdict == verdict for _ in range(TRIALS)) / TRIALS
    )


def rate_of_pages(seeds: int, verdict: str, shift: float, parts: int) -> float:
    """Share of pages of five such claims with a wrong verdict that stands as one family."""
    random = np.random.default_rng([seeds, parts, round(1000 * shift), 5])
    hits = 0
    for _ in range(TRIALS):
        rows = claims.as_one_family([claim(random, seeds, shift, parts) for _ in range(5)])
        hits += any(row.verdict == verdict and row.p_holm < CRITERIA.level for row in rows)
    return hits / TRIALS


def main() -> int:
    rows = []
    for seeds in SEEDS:
        rows.append(
            ("two equal variants", seeds, rate_of_differences(2, seeds), CRITERIA.level, "=")
        )
    for seeds in SEEDS:
        rows.append(
            ("a group of eight equal variants", seeds, rate_of_differences(8, seeds), 0.05, "≤")
        )
    power = power_of_t(1.0, 20)
    rows.append(
        ("better by one sd of the difference", 20, rate_of_differences(2, 20, 1.0), power, "=")
    )
    for seeds in SEEDS:
        rate = rate_of_claims(seeds, hypotheses.SUPPORTED, 0.0)
        rows.append(("a claim that is false, supported", seeds, rate, 0.025, "="))
    margin = CRITERIA.smallest_difference / (SD * math.sqrt(2))
    for seeds in SEEDS:
        rate = rate_of_claims(seeds, hypotheses.CONTRADICTED, margin)
        rows.append(("a claim that is true, contradicted", seeds, rate, 0.05, "≤"))
        rate = rate_of_claims(seeds, hypotheses.CONTRADICTED, margin, parts=7)
        rows.append(("the same against seven rivals", seeds, rate, 0.05, "≤"))
    rate = rate_of_pages(5, hypotheses.CONTRADICTED, margin, parts=3)
    rows.append(("a page of five, each of three rivals", 5, rate, 0.05, "≤"))
    print(f"{TRIALS:,} simulated comparisons a row, level {CRITERIA.level}\n")
    print(f"{'':38}{'seeds':>6}{'rate':>9}{'should be':>12}{'chance':>9}")
    failed = 0
    for what, seeds, rate, wanted, sign in rows:
        error = math.sqrt(wanted * (1 - wanted) / TRIALS)
        off = (rate - wanted) / error
        wrong = off > CHANCE or (sign == "=" and off < -CHANCE)
        failed += wrong
        told = "  OFF" if wrong else ""
        print(f"{what:38}{seeds:6}{rate:9.4f}{sign:>5} {wanted:.4f} ±{2 * error:.4f}{told}")
    return int(failed > 0)


def power_of_t(effect: float, n: int) -> float:
    """Power of the two-sided paired t-test by SciPy's noncentral t, not our own function."""
    critical, shift = stats.t.ppf(0.975, n - 1), effect * math.sqrt(n)
    return float(stats.nct.sf(critical, n - 1, shift) + stats.nct.cdf(-critical, n - 1, shift))


if __name__ == "__main__":
    sys.exit(main())
