"""When a run first reaches a level of test accuracy, read off a smoothed curve.

A single evaluation is a noisy witness: accuracy goes up and down by some tenths of a point from one
update to the next, so the first point above a level comes too early, the more so the more often one
looks. The curve is therefore the centred mean of five points, fewer at its ends, and a crossing is
where it first reaches the level, on a straight line between two neighbouring points. It is never
read off the untrained net: a level that the first point has reached already is crossed there at the
latest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 5  # points of the centred mean
RESOLVED = 0.02  # a crossing is known to this share of its value, or it is coarse


@dataclass(frozen=True)
class Crossing:
    """An update (a number between two points), and how far off it may be as a share of itself."""

    step: float
    resolution: float

    @property
    def coarse(self) -> bool:
        """Whether the points around it are too far apart to say when it came."""
        return self.resolution > RESOLVED


def smoothed(values: Sequence[float]) -> list[float]:
    """The mean of each value and as many neighbours on either side, up to two.

    >>> smoothed([1, 2, 6, 4, 5])
    [1.0, 3.0, 3.6, 5.0, 5.0]
    """
    last = len(values) - 1
    reach = [min(WINDOW // 2, i, last - i) for i in range(len(values))]
    return [sum(values[i - r : i + r + 1]) / (2 * r + 1) for i, r in enumerate(reach)]


def crossing(steps: Sequence[int], accuracies: Sequence[float], level: float) -> Crossing | None:
    """When the smoothed curve first reaches `level`; None if it never does.

    steps: updates, rising, without that of the untrained net. The resolution is half the distance
    of the two points around the crossing; before the first point it is all of it.

    >>> crossing([100, 104, 108], [0.50, 0.75, 1.00], 0.875)
    Crossing(step=106.0, resolution=0.018867924528301886)
    """
    curve = smoothed(accuracies)
    place = next((i for i, accuracy in enumerate(curve) if accuracy >= level), None)
    if place is None:
        return None
    if place == 0:
        return Crossing(float(steps[0]), 1.0)
    before, after = steps[place - 1], steps[place]
    share = (level - curve[place - 1]) / (curve[place] - curve[place - 1])
    step = before + share * (after - before)
    return Crossing(step, (after - before) / 2 / step)
