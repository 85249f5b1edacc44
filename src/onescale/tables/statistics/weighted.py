"""Exact statistics of values that weigh more or less than one, as a row that stands for several.

A value of weight w counts as w equal ones would (numpy.average; statsmodels' `DescrStatsW`): the
mean is Σwx/Σw, the variance Σw(x − mean)²/(Σw − ddof). Σw, Σwx and Σwx² are held exactly, as in
`exact`: each product is first split into floats that add up to it (Dekker, "A floating-point
technique for extending the available precision", 1971), and those are summed as any values are.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.statistics.exact import BITS, BLOCK, Exact, Moments, as_integer, slices
from onescale.tables.statistics.groups import GroupMoments, integers

_LOW, _HIGH = 2.0**-150, 2.0**150  # outside, what a product of three leaves could be lost
SPLIT = 2.0**27 + 1


class WeightedMoments(Moments):
    """Count, extremes and the exact Σw, Σwx and Σwx² of the values whose weight is above 0."""

    __slots__ = ("weight",)

    def __init__(self) -> None:
        super().__init__()
        self.weight = Exact()

    def take(self, value: float, weight: float) -> None:
        """Add one value to the sums."""
        (x, k), (w, e) = as_integer(value), as_integer(weight)
        self.weight.add(w, e)
        self.sum.add(w * x, e + k)
        self.squares.add(w * x * x, e + 2 * k)

    def merge(self, other: Moments) -> Moments:
        assert isinstance(other, WeightedMoments), "weighted and unweighted rows do not add up"
        self.weight.add(other.weight.mantissa, other.weight.exponent)
        return super().merge(other)

    def mean(self) -> tuple[float, float]:
        if not self.count:
            return super().mean()
        exact = self.exact_mean()
        return float(exact), float(exact - Fraction(float(exact)))

    def exact_mean(self) -> Fraction:
        return self.sum.fraction() / self.weight.fraction()

    def _variance(self, ddof: int) -> tuple[int, int, int] | None:
        """(Σw·Σwx² − (Σwx)²)/(Σw·(Σw − ddof)). Raises DataError where weights add up to ddof or
        less."""
        weight = self.weight.fraction()
        if self.count > 1 and weight <= ddof:
            raise DataError(
                f"the weights add up to {float(weight):g}, so n − {ddof} leaves nothing to divide "
                "by: ddof 0, or weights that count rows"
            )
        if not self.count or weight <= ddof:
            return None
        spread = weight * self.squares.fraction() - self.sum.fraction() ** 2
        variance = spread / (weight * (weight - ddof))
        return variance.numerator, variance.denominator, 0


class WeightedGroupMoments(GroupMoments):
    """`WeightedMoments` of each group of one column."""

    kind = WeightedMoments

    def __init__(self) -> None:
        super().__init__()
        self._weights: dict[int, np.ndarray] = {}
        self._every.append(self._weights)

    def add(  # type: ignore[override]
        self, values: np.ndarray, codes: np.ndarray, groups: int, weights: np.ndarray
    ) -> None:
        """Take in finite values (n,) whose weights, 0 or more, are `weights`; those of weight 0
        count for nothing."""
        heavy = weights > 0
        values = values[heavy].astype(np.float64, copy=False)
        codes, weights = codes[heavy], weights[heavy]
        self._grow(groups)
        self.counts += np.bincount(codes, minlength=groups)
        values = values + 0.0  # one zero, not two
        np.minimum.at(self.min, codes, values)
        np.maximum.at(self.max, codes, values)
        extreme = _outside(values) | _outside(weights)
        if extreme.any():
            rows = zip(*(part[extreme].tolist() for part in (values, weights, codes)), strict=True)
            for value, weight, group in rows:
                self._extremes.setdefault(group, WeightedMoments()).take(value, weight)
            values, codes, weights = values[~extreme], codes[~extreme], weights[~extreme]
        for start in range(0, len(values), BLOCK):
            part = slice(start, start + BLOCK)
            self._add_products(values[part], weights[part], codes[part])

    def _add_products(self, x: np.ndarray, w: np.ndarray, codes: np.ndarray) -> None:
        present, local = np.unique(codes, return_inverse=True)
        once = _product(w, x)
        twice = [part for one in once for part in _product(one, x)]
        for sums, terms in ((self._weights, [w]), (self._sums, once), (self._squares, twice)):
            for term in terms:
                for piece, exponent in slices(term, grid=BITS):
                    self._put(sums, exponent, np.bincount(local, piece), present)
        self._carry_over()

    def all(self) -> list[Moments]:
        weights, exponent = integers(self._weights, len(self))
        every: list[Any] = super().all()
        for one, mantissa in zip(every, weights, strict=True):
            one.weight = Exact(mantissa, exponent)
        for group, other in self._extremes.items():
            every[group].weight.add(other.weight.mantissa, other.weight.exponent)
        return every


def _outside(values: np.ndarray) -> np.ndarray:
    """Which values, other than 0, the products of floats cannot take."""
    size = np.abs(values)
    return (size > _HIGH) | ((size < _LOW) & (size > 0))


def _product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a·b as two floats that add up to it: rounded, and what the rounding left."""
    product = a * b
    (a1, a2), (b1, b2) = in_halves(a), in_halves(b)
    return product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2


def in_halves(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a in two floats of at most 26 bits, whose products are exact."""
    split = a * SPLIT
    high = split - (split - a)
    return high, a - high
