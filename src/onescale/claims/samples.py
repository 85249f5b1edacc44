"""What is put to a test: the values of both sides, seed by seed, and what is known of each pair.

A run that never gets to a level says only that it would have taken longer than it had. Such a value
bounds a ratio or leaves it untold, and a test must not take for an observation what is a bound: so
each pair says in which direction the truth may lie beyond it.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onescale.claims.measures import MEASURES, AtLeast, Measure, of_interest
from onescale.claims.spec import Hypothesis
from onescale.comparison.spec import Criteria


@dataclass(frozen=True)
class Case:
    """What is put to a test: pairs of values (`than` is None for tests of one), with the criteria;
    scale: what the smallest differences of interest are multiplied by."""

    hypothesis: Hypothesis
    of: Sequence[float]
    than: Sequence[float] | None
    criteria: Criteria
    scale: float = 1.0

    @property
    def measure(self) -> Measure:
        """What was measured."""
        return MEASURES[self.hypothesis.measure]

    @property
    def margin(self) -> float:
        """What is of interest, on the log scale for ratios."""
        given = of_interest(self.hypothesis, self.criteria)
        return self.scale * (math.log(given) if self.measure.ratio else given)

    @property
    def favour(self) -> int:
        """The sign of a difference that speaks for `of`."""
        return 1 if self.measure.higher else -1


@dataclass(frozen=True)
class Sample:
    """One value a seed, and what must be said of them. back: to the measure's own scale. ahead,
    behind: pairs in which `of` may be further so than is known. reached: whether any side got
    there."""

    values: list[float]
    notes: list[str] = field(default_factory=list)
    back: Callable[[float], float] = float
    ahead: list[bool] = field(default_factory=list)
    behind: list[bool] = field(default_factory=list)
    reached: bool = True

    @property
    def bound(self) -> str:
        """What is known of the mean of ratios, where some are bounds."""
        # Fewer steps are ahead, so a pair that may be further ahead has a smaller ratio yet.
        found = {(True, False): "at most", (False, True): "at least", (True, True): "with draws"}
        return found.get((any(self.ahead), any(self.behind)), "")


def differences(case: Case) -> Sample:
    """`of` − `than` seed by seed, of logarithms for ratios, and what must be said of them.

    Where a run never reached its level, its value is a lower bound. The pair is used as it is if
    the bound tells which of the two is ahead (then the true ratio is farther from 1), and counts as
    a draw if it does not, as where neither got there. No pair, if there is nothing but draws.
    """
    pairs = list(zip(case.of, case.than, strict=True))
    if not case.measure.ratio:
        return Sample([a - b for a, b in pairs])
    values, told = [], Counter[str | None]()
    for a, b in pairs:
        short, rival_short = isinstance(a, AtLeast), isinstance(b, AtLeast)
        ratio = math.log(max(a, 1e-9) / max(b, 1e-9))
        kind = "only second" if short else "only first" if rival_short else None
        if short and rival_short:
            kind, ratio = "neither", 0.0
        elif (short and ratio < 0) or (rival_short and ratio > 0):
            kind, ratio = "untold", 0.0
        told[kind] += 1
        values.append(ratio)
    if told["neither"] == len(values):
        return Sample([], ["neither gets there"], math.exp, reached=False)
    says = {
        "neither": "neither gets there, which counts as a draw",
        "untold": "it cannot be told which is sooner, which counts as a draw",
        "only second": "only the second gets there, so that the ratio is larger than shown",
        "only first": "only the first gets there, so that the ratio is smaller than shown",
    }
    count = len(values)
    notes = [f"with {told[k]} of {count} seeds {words}" for k, words in says.items() if told[k]]
    # The ratio may be less than this where `than` never got there, and more where `of` did not.
    less = [isinstance(b, AtLeast) or (isinstance(a, AtLeast) and a < b) for a, b in pairs]
    more = [isinstance(a, AtLeast) or (isinstance(b, AtLeast) and b < a) for a, b in pairs]
    if told["neither"] + told["untold"] == len(values):
        values = []
    ahead, behind = (more, less) if case.favour > 0 else (less, more)
    return Sample(values, notes, math.exp, ahead, behind)
