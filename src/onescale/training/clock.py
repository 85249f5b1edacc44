"""When test accuracy is measured between the evaluations of whole sets.

Whole sets are evaluated every 600 updates, which is too seldom to say when a run first reached a
level: most of what is learnt is learnt in the first of these. So the test set alone is evaluated
often while its accuracy comes near the levels that are asked about, and ever more seldom as updates
go by: spaced by a share of the updates so far, a crossing is known to the same share of its value
whether it comes early or late. Where nothing is to be seen the clock costs little: far below the
levels and where the curve is flat it looks now and then, and once accuracy has stayed at the
highest of them, no more.
"""

import math
from bisect import bisect
from collections.abc import Sequence

from onescale.runs.crossing import smoothed
from onescale.runs.run import CLOCK

NEAR = 0.01  # below the lowest level by more than this, accuracy is far from all of them
FLAT = 0.002  # a curve that gained no more than this since there were half as many updates is flat
SELDOM, OFTEN = (40, 0.10), (10, 0.04)  # at least so many updates apart; or this share of them
SETTLED = 3  # smoothed points at or above the highest level after which nothing is to be seen


class Clock:
    """The points of one run, kept in its `clock`.

    levels: fractions that runs are timed to; none: the clock only keeps what it is told.
    """

    def __init__(self, levels: Sequence[float], points: dict[str, list]) -> None:
        self.levels = levels
        self.steps, self.test_accuracy = (points[name] for name in CLOCK)

    def add(self, step: int, accuracy: float) -> None:
        """Note an accuracy; that after update 1, of a net that is hardly trained, is left out."""
        if step > 1:
            self.steps.append(step)
            self.test_accuracy.append(accuracy)

    def due(self) -> float:
        """The update after which to measure next; infinite where only whole sets are evaluated."""
        if not self.levels or self.settled():
            return math.inf
        last = self.steps[-1] if self.steps else 1
        near = bool(self.steps) and self.test_accuracy[-1] >= min(self.levels) - NEAR
        least, share = OFTEN if near and not self._flat() else SELDOM
        return last + max(least, int(share * last))

    def settled(self) -> bool:
        """Whether accuracy has come to stay at the highest level."""
        ends = smoothed(self.test_accuracy[-SETTLED - 4 :])[-SETTLED:]
        return len(ends) == SETTLED and min(ends) >= max(self.levels)

    def _flat(self) -> bool:
        half = bisect(self.steps, self.steps[-1] / 2) - 1
        if half < 0:
            return False
        curve = smoothed(self.test_accuracy)
        return curve[-2] - curve[half] <= FLAT  # the last of a smoothed curve is but one point
