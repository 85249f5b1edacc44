"""The statistics of one column, or of one group of it, and quartiles.

A thin face over `exact.Moments`: figures as floats, each rounded once. Quantiles need the values
themselves, so they are there only where a method or `describe` asked for them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.statistics.exact import Exact, Moments, as_integer, quotient, root
from onescale.tables.statistics.ranks import RankTable

QUARTERS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@dataclass
class Statistics:
    """What is known of a column: `rows` cells, of which `missing` are empty, and their moments.

    figures: by name, those that were asked for and take all values at once.
    """

    rows: int
    moments: Moments
    figures: dict = field(default_factory=dict)

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

    def std_pair(self, ddof: int, epsilon: float = 0.0) -> tuple[float, float]:
        """√(variance + epsilon) as a sum of two floats: correctly rounded, and what that left; NaN
        where undefined. Raises DataError where it is beyond float64's range."""
        try:
            return self.moments.std_pair(ddof, epsilon)
        except OverflowError:
            raise DataError("the standard deviation is beyond float64's range") from None

    def standardized(self, x: float, ddof: int, epsilon: float = 0.0) -> float:
        """(x − mean)/√(variance + epsilon), correctly rounded; an infinity beyond the range."""
        distance = Fraction(x) - self.moments.exact_mean()
        variance = self.moments.variance(ddof)
        assert variance is not None, "a value of a column that varies"
        try:
            size = root(distance * distance / (variance + Fraction(epsilon)))
        except OverflowError:
            size = math.inf
        return size if distance >= 0 else -size

    def flat(self, low: float, high: float) -> float:
        """1 where `low` and `high` are equal though the values are not, else 0."""
        return float(low == high and self.min < self.max)


def quantiles(values: np.ndarray | RankTable, shares: Sequence[Fraction] = QUARTERS) -> list[float]:
    """Quantiles of finite values, by linear interpolation (NumPy's default), each rounded once."""
    if not len(values):
        return [math.nan] * len(shares)
    places = [place_of(share, len(values)) for share in shares]
    last = len(values) - 1
    around = sorted({min(place + up, last) for place, *_ in places for up in (0, 1)})
    if isinstance(values, RankTable):
        at = values.ordered(around)
    else:
        at = np.partition(values, around)[around].tolist()
    ordered = dict(zip(around, at, strict=True))
    return [
        interpolated(ordered[place], ordered[min(place + 1, last)], *part)
        for place, *part in places
    ]


def place_of(share: Fraction, count: int) -> tuple[int, int, int]:
    """Where a quantile of so many ordered values lies: behind which (from 0), and by how many of
    how many parts of the way to the next."""
    place, part = divmod((count - 1) * share.numerator, share.denominator)
    return place, part, share.denominator


def median_deviation(values: np.ndarray | RankTable) -> tuple[float, float]:
    """The median of finite values, and that of their distances from it, as float64 has them."""
    (median,) = quantiles(values, QUARTERS[1:2])
    distances: np.ndarray | RankTable
    if isinstance(values, RankTable):
        distances = values.distances(median)
    else:
        with np.errstate(over="ignore"):
            distances = np.abs(values - median)
    return median, quantiles(distances, QUARTERS[1:2])[0]


def interpolated(low: float, high: float, part: int, parts: int) -> float:
    """low + part/parts · (high − low), rounded once. high counts only where it has a part: of
    distances from a median some may be infinite, but never half of them."""
    if low == high or not part:
        return low + 0.0
    (a, i), (b, j) = as_integer(low), as_integer(high)
    total = Exact(a * (parts - part), i)
    total.add(b * part, j)
    return quotient(total.mantissa, parts, total.exponent)


def describe_column(statistics: Statistics, ddof: int) -> dict:
    """The figures of one column, undefined ones None."""
    figures = {key: getattr(statistics, key) for key in ("rows", "missing", "count")}
    figures |= {
        "mean": statistics.mean[0],
        "std": statistics.std_pair(ddof)[0],
        "min": statistics.min,
    }
    figures |= {key: statistics.figures.get(key) for key in ("25%", "50%", "75%")}
    figures["max"] = statistics.max
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in figures.items()}
