"""Sums that are exact, so that statistics do not depend on order, chunks or machines.

Σx and Σx² of float64 values are held as integers times a power of two: nothing is rounded until the
mean and the standard deviation are asked for, and then each is rounded once. Hence one file, its
chunks in any size and order, two fits merged and a hundred machines give the same bits, and they
are those of the exact rational answer.

The fast path slices a block of values into pieces of 20 bits on one grid, by adding and subtracting
a large constant (Rump, Ogita and Oishi, "Accurate floating-point summation", 2008). Products of two
pieces have 40 bits, so a sum of 8,192 of them still fits in the 53 of a float64: inner products of
the pieces give every partial sum of Σx² without an error (Ozaki, Ogita, Oishi and Rump, "Error-free
transformations of matrix multiplication", 2012). Values at the ends of the exponent range, where
that arithmetic would overflow or vanish, are summed as integers.
"""

import math
from fractions import Fraction

import numpy as np

from onescale.tables.wide import halves

# Values a block: 2 · 20 bits of a product + 13 bits of their number = 53. From 10,000 on, BLAS
# would start threads for an inner product, at a hundred times its cost.
BLOCK = 8192
BITS = 20
_ONES = np.ones(BLOCK)  # an inner product with them is a sum, sooner
_TINY, _HUGE = 2.0**-450, 2.0**450  # outside, squares or slices could leave the exponent range


class Exact:
    """A dyadic rational `mantissa · 2^exponent`, added to without error.

    >>> total = Exact()
    >>> for value in (1e40, 1e20, 1.0, -1e40, -1e20): total.add(*as_integer(value))
    >>> float(total)
    1.0
    """

    __slots__ = ("exponent", "mantissa")

    def __init__(self, mantissa: int = 0, exponent: int = 0):
        self.mantissa, self.exponent = mantissa, exponent

    def add(self, mantissa: int, exponent: int) -> None:
        """Add `mantissa · 2^exponent`."""
        shift = exponent - self.exponent
        if shift < 0:
            self.mantissa <<= -shift
            self.exponent = exponent
            shift = 0
        self.mantissa += mantissa << shift

    def fraction(self) -> Fraction:
        """The value as a Fraction."""
        if self.exponent >= 0:
            return Fraction(self.mantissa << self.exponent)
        return Fraction(self.mantissa, 1 << -self.exponent)

    def __float__(self) -> float:
        return float(self.fraction())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and self.fraction() == other.fraction()

    def __repr__(self) -> str:
        return f"Exact({self})"

    def __str__(self) -> str:
        """`mantissa*2^exponent` in lowest terms, a plain integer where it is one below 2^53."""
        mantissa, exponent = self.mantissa, self.exponent
        if not mantissa:
            return "0"
        zeros = (mantissa & -mantissa).bit_length() - 1
        mantissa, exponent = mantissa >> zeros, exponent + zeros
        if exponent >= 0 and mantissa.bit_length() + exponent <= 53:
            return str(mantissa << exponent)
        return f"{mantissa}*2^{exponent}"

    @classmethod
    def parse(cls, text: str) -> "Exact":
        """The inverse of `str`. Raises ValueError where `text` is nothing of the kind."""
        mantissa, mark, exponent = text.partition("*2^")
        power = int(exponent) if mark else 0
        if abs(power) > 1 << 13:
            raise ValueError("beyond what squares of floats add up to")
        return cls(int(mantissa), power)


def as_integer(value: float) -> tuple[int, int]:
    """A finite float as (mantissa, exponent) with value = mantissa · 2^exponent."""
    fraction, exponent = math.frexp(value)
    return int(fraction * 2**53), exponent - 53


class Moments:
    """Count, extremes and the exact Σx and Σx² of one column (or one group of it).

    wide: whether what float64 would round came as long doubles, so that sums are of what it is.
    """

    __slots__ = ("count", "max", "min", "squares", "sum", "wide")

    def __init__(self) -> None:
        self.count, self.wide = 0, False
        self.sum, self.squares = Exact(), Exact()
        self.min, self.max = math.inf, -math.inf

    def add(self, values: np.ndarray) -> "Moments":
        """Take in finite values of shape (n,), float64 or, as they are (`wide_integers`), long
        doubles."""
        if not len(values):
            return self
        self.wide |= values.dtype == np.longdouble
        low, high = float(values.min()) + 0.0, float(values.max()) + 0.0  # one zero, not two
        self.count += len(values)
        self.min, self.max = min(self.min, low), max(self.max, high)
        largest: float | None = max(-low, high)
        extreme = None if _TINY <= low <= high <= _HUGE else extremes(values)
        if extreme is not None:
            largest = None
            for value in values[extreme].tolist():
                mantissa, exponent = as_integer(value)
                self.sum.add(mantissa, exponent)
                self.squares.add(mantissa * mantissa, 2 * exponent)
            values = values[~extreme]
        for start in range(0, len(values), BLOCK):
            pieces = slices(values[start : start + BLOCK], largest=largest)
            for i, (piece, k) in enumerate(pieces):
                self.sum.add(int(math.ldexp(piece @ _ONES[: len(piece)], -k)), k)
                self.squares.add(int(math.ldexp(piece @ piece, -2 * k)), 2 * k)
                for other, e in pieces[:i]:
                    self.squares.add(2 * int(math.ldexp(piece @ other, -k - e)), k + e)
        return self

    def all(self) -> list["Moments"]:
        """The moments of every group, as of `GroupMoments`: this is the one."""
        return [self]

    @property
    def counts(self) -> np.ndarray:
        return np.array([self.count])

    def extremes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(numbers of the groups with any value, the lowest of each, the highest of each)."""
        ends = np.array([[self.min, self.max]] if self.count else np.zeros((0, 2)))
        return np.zeros(len(ends), np.intp), ends[:, 0], ends[:, 1]

    def merge(self, other: "Moments") -> "Moments":
        """Take in what `other` has seen; the result is that of one pass over both."""
        self.count += other.count
        self.wide |= other.wide
        self.min, self.max = min(self.min, other.min), max(self.max, other.max)
        self.sum.add(other.sum.mantissa, other.sum.exponent)
        self.squares.add(other.squares.mantissa, other.squares.exponent)
        return self

    def mean(self) -> tuple[float, float]:
        """The mean as a sum of two floats: correctly rounded, and what the rounding left."""
        n = self.count
        if not n:
            return math.nan, 0.0
        high = quotient(self.sum.mantissa, n, self.sum.exponent)
        rest = Exact(self.sum.mantissa, self.sum.exponent)
        mantissa, exponent = as_integer(high)
        rest.add(-n * mantissa, exponent)
        return high, quotient(rest.mantissa, n, rest.exponent)

    def exact_mean(self) -> Fraction:
        """The mean of at least one value."""
        return self.sum.fraction() / self.count

    def variance(self, ddof: int = 0) -> Fraction | None:
        """The exact variance; None where count − ddof leaves nothing to divide by."""
        parts = self._variance(ddof)
        return None if parts is None else Exact(parts[0], parts[2]).fraction() / parts[1]

    def _variance(self, ddof: int) -> tuple[int, int, int] | None:
        """(n·Σx² − (Σx)²)/(n·(n − ddof)) as top/bottom · 2^exponent."""
        n, total = self.count, self.sum.mantissa
        if n <= ddof:
            return None
        spread = Exact(n * self.squares.mantissa, self.squares.exponent)
        spread.add(-total * total, 2 * self.sum.exponent)
        return spread.mantissa, n * (n - ddof), spread.exponent

    def std_pair(self, ddof: int = 0, epsilon: float = 0.0) -> tuple[float, float]:
        """√(variance + epsilon) as a sum of two floats: correctly rounded, and what the rounding
        left, nearly so; NaN where it is undefined.

        Raises OverflowError where it is beyond float64's range.
        """
        parts = self._variance(ddof)
        if parts is None:
            return math.nan, 0.0
        top, bottom, exponent = parts
        whole = Exact(top, exponent)
        if epsilon:
            mantissa, power = as_integer(epsilon)
            whole.add(mantissa * bottom, power)
        high = _root(whole.mantissa, bottom, whole.exponent)
        if not high:
            return 0.0, 0.0
        mantissa, power = as_integer(high)
        whole.add(-mantissa * mantissa * bottom, 2 * power)
        return high, quotient(whole.mantissa, 2 * mantissa * bottom, whole.exponent - power)


def quotient(top: int, bottom: int, exponent: int) -> float:
    """top/bottom · 2^exponent, correctly rounded (as Python's division of integers is)."""
    if exponent >= 0:
        return (top << exponent) / bottom
    return top / (bottom << -exponent)


def root(value: Fraction) -> float:
    """The square root of a non-negative rational, correctly rounded.

    Raises OverflowError beyond float64's range.

    >>> root(Fraction(2)) == 2**0.5
    True
    """
    return _root(value.numerator, value.denominator, 0)


def _root(top: int, bottom: int, exponent: int) -> float:
    """√(top/bottom · 2^exponent), correctly rounded.

    An integer root with at least 64 bits, its last bit set where something is left over: rounding
    that to a float64 cannot meet a false tie.
    """
    if not top:
        return 0.0
    shift = max(0, 130 - (top.bit_length() - bottom.bit_length()))
    shift += (shift + exponent) & 1
    scaled, rest = divmod(top << shift, bottom)
    whole = math.isqrt(scaled)
    if rest or whole * whole != scaled:
        whole |= 1
    return quotient(whole, 1, (exponent - shift) // 2)


def slices(
    block: np.ndarray, grid: int = 1, largest: float | None = None
) -> list[tuple[np.ndarray, int]]:
    """Cut at most 8,192 values into pieces of 20 bits that add up to them exactly; long doubles in
    two parts.

    Returns (piece, k) from the highest bits down: integers p · 2^k with |p| ≤ 2^20. Each k is a
    multiple of `grid`. largest: what no absolute value is above, if that is known.
    """
    if block.dtype == np.longdouble:
        high, low = halves(block)
        return slices(high, grid) + slices(low, grid)
    if largest is None:
        largest = float(max(-block.min(), block.max()))
    if not largest:
        return []
    k = math.frexp(largest)[1] - BITS
    k += -k % grid
    pieces: list[tuple[np.ndarray, int]] = []
    rest, more = block, True
    while more:
        constant = 1.5 * 2.0 ** (k + 52)
        piece = rest + constant
        piece -= constant
        pieces.append((piece, k))
        rest = rest - piece
        more = bool(rest.any())
        k -= BITS
    return pieces


def extremes(values: np.ndarray) -> np.ndarray | None:
    """Which values the fast path cannot take, as a mask; None where it can take all."""
    size = np.abs(values)
    if not len(size) or (size.max() <= _HUGE and size.min() >= _TINY):
        return None
    mask = (size > _HUGE) | ((size < _TINY) & (size > 0))
    return mask if mask.any() else None
