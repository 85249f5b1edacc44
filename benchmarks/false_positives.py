"""How often the comparison and the claims say what is not so, and how often they find what is.

Simulated, since only then is the truth known: accuracies of variants are normal draws around a
value that pairs share, and go through the project's own functions. The rule of claims is held at
its limits, where it errs most: a difference that is just as large as is of interest must not be
called supported, nor without importance; none at all must not be called either way. Prints a table
of rates and what they should be, and ends with status 1 if one is off by more than chance allows.
Takes half a minute of one core; less with fewer simulations a row than the 2,000 that count.

    python benchmarks/false_positives.py [simulations]
"""

import math
import sys

import numpy as np
from scipy import stats

from onescale.claims import verdicts as claims
from onescale.claims.hypotheses import NO_DIFFERENCE, REVERSED, SUPPORTED, TESTS, mean_test
from onescale.claims.samples import Case
from onescale.claims.spec import Claim, Hypothesis
from onescale.claims.testing import Tested
from onescale.comparison import statistics
from onescale.comparison.spec import Criteria

TRIALS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
SEEDS = (3, 5, 10, 20)
SD = 0.0015  # over seeds, of one variant: as MNIST shows it
APART = SD * math.sqrt(2)  # of a paired difference
CRITERIA = Criteria()
DELTA = CRITERIA.smallest_difference
ALONE = {"direction": True}
CHANCE = 3.3  # standard errors; one row in a thousand is farther off by chance alone
Row = tuple[str, int, float, str, float]  # what, seeds, rate, sign, what it should be


def group(random: np.random.Generator, size: int, seeds: int, ahead: float = 0.0) -> np.ndarray:
    """Accuracies (size, seeds) of equal variants that share the luck of each seed; the last is
    better by `ahead`."""
    shared = random.normal(0.97, SD, seeds)
    accuracies = shared + random.normal(0, SD, (size, seeds))
    accuracies[-1] += ahead
    return accuracies


def rate_of_differences(size: int, seeds: int, ahead: float = 0.0) -> float:
    """Share of groups in which the comparison calls some variant better or worse, after Holm."""
    random = np.random.default_rng([size, seeds, round(1e6 * ahead)])
    hits = 0
    for _ in range(TRIALS):
        first, *others = group(random, size, seeds, ahead)
        differences = [statistics.paired_difference(a, first, CRITERIA) for a in others]
        adjusted = statistics.holm([difference.p for difference in differences])
        told = {
            statistics.classify(d, p, CRITERIA) for d, p in zip(differences, adjusted, strict=True)
        }
        hits += not told.isdisjoint((statistics.BETTER, statistics.WORSE))
    return hits / TRIALS


def parts(
    random: np.random.Generator, test: str, seeds: int, ahead: float, count: int = 1, **options
) -> list[Tested]:
    """“The last is better (or: not worse) than each other”, put to the test."""
    *others, last = group(random, count + 1, seeds, ahead)
    tested = []
    for index, other in enumerate(others):
        hypothesis = Hypothesis("test_accuracy", test, "of", f"than_{index}", **options)
        case = Case(hypothesis, last, other, CRITERIA)
        outcome = mean_test(case, TESTS[test].limits(case))
        tested.append(Tested(hypothesis, outcome, outcome.decision(CRITERIA.level)))
    return tested


def rate_of(wanted: str, test: str, seeds: int, ahead: float, count: int = 1, **options) -> float:
    """Share of claims of so many parts that come to this verdict."""
    random = np.random.default_rng([len(test), seeds, count, round(1e6 * abs(ahead)), ahead < 0])
    hits = 0
    for _ in range(TRIALS):
        tested = parts(random, test, seeds, ahead, count, **options)
        hits += claims.verdict(one.decision for one in tested) == wanted
    return hits / TRIALS


def rate_of_pages(seeds: int, ahead: float, wrong: str) -> float:
    """Share of pages of twenty parts of which one is wrong, and stands after Holm over the page."""
    random = np.random.default_rng([seeds, 20, round(1e6 * abs(ahead)), ahead < 0])
    claim, hits = Claim(1, "one", "One.", {}), 0
    for _ in range(TRIALS):
        rows = [
            claims.Judgement(claim, "tuned", None, None, parts(random, "better", seeds, ahead))
            for _ in range(20)
        ]
        hits += any(
            one.decision == wrong and not claims.removed(one, CRITERIA.level)
            for row in claims.as_one_family(rows)
            for one in row.tested
        )
    return hits / TRIALS


def power(beyond: float, seeds: int) -> float:
    """Power of the two-sided paired t-test at a distance from its limit, by SciPy's noncentral t
    and not by our own function; what lies on the far side hardly counts."""
    critical, shift = stats.t.ppf(0.975, seeds - 1), beyond / APART * math.sqrt(seeds)
    return float(stats.nct.sf(critical, seeds - 1, shift))


def comparison_rows(seeds: int) -> list[Row]:
    """The comparison's words, better and worse."""
    return [
        ("comparison: two equal variants differ", seeds, rate_of_differences(2, seeds), "≤", 0.05),
        ("comparison: some of eight equal differ", seeds, rate_of_differences(8, seeds), "≤", 0.05),
        ("comparison: found, 2δ apart", seeds, rate_of_differences(2, seeds, 2 * DELTA), "≥",
         power(2 * DELTA, seeds)),
    ]  # fmt: skip


def claims_rows(seeds: int) -> list[Row]:
    """What is wrong at the limits of the rule, and its power away from them."""
    found = power(DELTA, seeds)
    asked = [
        ("truth δ: supported", claims.HOLDS, "better", DELTA, {}, "=", 0.025),
        ("truth −δ: reversed", claims.REVERSE, "better", -DELTA, {}, "=", 0.025),
        ("truth δ: no difference", NO_DIFFERENCE, "better", DELTA, {}, "≤", 0.05),
        ("truth −δ: no difference", NO_DIFFERENCE, "better", -DELTA, {}, "≤", 0.05),
        ("truth 0: supported", claims.HOLDS, "better", 0, {}, "≤", 0.025),
        ("truth 0: reversed", claims.REVERSE, "better", 0, {}, "≤", 0.025),
        ("truth 0, of direction: supported", claims.HOLDS, "better", 0, ALONE, "=", 0.025),
        ("truth 0, of direction: reversed", claims.REVERSE, "better", 0, ALONE, "=", 0.025),
        ("truth −δ, not worse: supported", claims.HOLDS, "not_worse", -DELTA, {}, "=", 0.025),
        ("truth −δ, not worse: reversed", claims.REVERSE, "not_worse", -DELTA, {}, "=", 0.025),
        ("truth δ, seven rivals: holds", claims.HOLDS, "better", DELTA, {"count": 7}, "≤", 0.025),
        ("power, truth 2δ: supported", claims.HOLDS, "better", 2 * DELTA, {}, "=", found),
        ("power, truth −2δ: reversed", claims.REVERSE, "better", -2 * DELTA, {}, "=", found),
        ("power, truth 0, not worse: supported", claims.HOLDS, "not_worse", 0, {}, "=", found),
        ("power, truth 0: no difference", NO_DIFFERENCE, "better", 0, {}, "", 0.0),
    ]
    return [
        (what, seeds, rate_of(verdict, test, seeds, ahead, **options), sign, wanted)
        for what, verdict, test, ahead, options, sign, wanted in asked
    ]


def main() -> int:
    rows = [row for seeds in SEEDS for row in comparison_rows(seeds)]
    rows += [row for seeds in SEEDS for row in claims_rows(seeds)]
    for wrong in (SUPPORTED, REVERSED, NO_DIFFERENCE):
        ahead = -DELTA if wrong == REVERSED else DELTA
        rate = rate_of_pages(10, ahead, wrong)
        rows.append((f"page of 20 after Holm: some {wrong}", 10, rate, "≤", 0.05))
    print(f"{TRIALS:,} simulations a row, level {CRITERIA.level}, δ = {100 * DELTA:g} points, ")
    print(f"differences with an sd of {100 * APART:.2g} points over seeds\n")
    print(f"{'':50}{'seeds':>6}{'rate':>9}{'should be':>12}{'chance':>9}")
    failed = 0
    for what, seeds, rate, sign, wanted in rows:
        if not sign:
            print(f"{what:50}{seeds:6}{rate:9.4f}")
            continue
        error = math.sqrt(wanted * (1 - wanted) / TRIALS)
        off = (rate - wanted) / error
        wrong = (sign != "≥" and off > CHANCE) or (sign != "≤" and off < -CHANCE)
        failed += wrong
        told = "  OFF" if wrong else ""
        print(f"{what:50}{seeds:6}{rate:9.4f}{sign:>5} {wanted:.4f} ±{2 * error:.4f}{told}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
