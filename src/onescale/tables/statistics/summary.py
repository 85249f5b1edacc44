"""The statistics of one column, or of one group of it, and quartiles.

A thin face over `exact.Moments`: figures as floats, each rounded once. Quartiles need the values
themselves, so they are there only where a method or `describe` asked for them.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.statistics.exact import Moments, root

KEYS = ("column", "position", "group", "rows", "missing", "count", "mean", "std", "min", "25%",
        "50%", "75%", "max")  # fmt: skip


@dataclass
class Statistics:
    """What is known of a column: `rows` cells, of which `missing` are empty, and their moments."""

    rows: int
    moments: Moments
    quartiles: tuple[float, float, float] | None = None

    @property
    def count(self) -> int:
        return self.moments.count

    @property
    def missing(self) -> int:
        return self.rows - self.moments.count

    @property
    def mean(self) -> tuple[float, float]:
        return self.moments.mean()

    @property
    def min(self) -> float:
        return self.moments.min if self.count else math.nan

    @property
    def max(self) -> float:
        return self.moments.max if self.count else math.nan

    @property
    def maxabs(self) -> float:
        return max(abs(self.min), abs(self.max))

    def std(self, ddof: int, epsilon: float = 0.0) -> float:
        """√(variance + epsilon), rounded once; NaN where undefined.

        Raises DataError where it is beyond float64's range.
        """
        try:
            if not epsilon:
                return self.moments.std(ddof)
            variance = self.moments.variance(ddof)
            return math.nan if variance is None else root(variance + Fraction(epsilon))
        except OverflowError:
            raise DataError("the standard deviation is beyond float64's range") from None


def quartiles(values: np.ndarray) -> tuple[float, float, float]:
    """25 %, 50 % and 75 % of finite values, by linear interpolation (NumPy's default)."""
    if not len(values):
        return (math.nan,) * 3
    positions = [(len(values) - 1) * q / 4 for q in (1, 2, 3)]
    below = [int(position) for position in positions]
    around = sorted({*below, *(min(b + 1, len(values) - 1) for b in below)})
    ordered = np.partition(values, around)
    return tuple(
        _between(float(ordered[b]), float(ordered[min(b + 1, len(values) - 1)]), position - b)
        for b, position in zip(below, positions, strict=True)
    )


def quartiles_by_group(values: np.ndarray, codes: np.ndarray | None, groups: int) -> list[tuple]:
    """The quartiles of each group, without NaN. codes: (n,) group numbers, None for one."""
    present = ~np.isnan(values)
    values = values[present]
    if codes is None:
        return [quartiles(values)]
    codes = codes[present]
    ends = np.cumsum(np.bincount(codes, minlength=groups))
    parts = np.split(values[np.argsort(codes, kind="stable")], ends[:-1])
    return [quartiles(part) for part in parts]


def _between(low: float, high: float, part: float) -> float:
    """low + part · (high − low), rounded once: `part` is a quarter, a half or three."""
    quarters = int(part * 4)
    return float((Fraction(low) * (4 - quarters) + Fraction(high) * quarters) / 4)


def describe_column(statistics: Statistics, ddof: int) -> dict:
    """The figures of one column, undefined ones None."""
    low, middle, high = statistics.quartiles
    figures = {
        "rows": statistics.rows,
        "missing": statistics.missing,
        "count": statistics.count,
        "mean": statistics.mean[0],
        "std": statistics.std(ddof),
        "min": statistics.min,
        "25%": low,
        "50%": middle,
        "75%": high,
        "max": statistics.max,
    }
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in figures.items()}
