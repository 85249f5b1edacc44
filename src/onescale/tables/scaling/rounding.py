"""(x − centre)/width, correctly rounded: the float64 nearest to the exact quotient.

Centre and width come as pairs of floats, a figure and what its rounding left, so that the quotient
is known to some 2⁻¹⁰⁰ of itself: x − centre by TwoSum (Knuth), one step of Newton for what the
division left, with quotient and width in halves whose products are exact (Dekker). That settles
the rounding of all but a few values in a billion; those too near the middle of two floats, and
those at the ends of the exponent range, are given to `exact`, which computes with integers (Ziv,
"Fast evaluation of elementary mathematical functions with correctly rounded last bit", 1991).
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from onescale.tables.statistics.weighted import in_halves
from onescale.tables.wide import halves

BLOCK = 8192  # values a block, so that the ten passes over each stay in cache
# The upper 26 bits of a float64's 53: half of the last one is added, and what is below cut off.
_HALF, _HIGH = np.int64(1 << 26), np.int64(-1 << 27)
_SURE = 2.0**-30  # what the correction may be off, as a part of it: in truth some 2⁻⁵⁰
Pair = tuple[np.ndarray, np.ndarray]
SIDE_BY_SIDE = slice(None)  # the group of values whose groups are columns


def quotients(
    x: np.ndarray, figures: list, group, exact: Callable, out: np.ndarray | None = None
) -> np.ndarray:
    """The correctly rounded (x − centre)/width of each value; NaN stays NaN.

    x: (n,), float64 or long doubles. figures: `prepared`. group: each value's index into them (n,),
    or one for all; or `SIDE_BY_SIDE`, and x (n, k) has a column for each. exact(value, group) gives
    the rounded quotient of one value. out: where they go, if need be x itself.
    """
    out = np.empty(x.shape) if out is None or out.dtype != np.float64 else out
    one = np.ndim(group) == 0
    chosen = _complete([figure[group] for figure in figures]) if one else []
    rows = max(1, BLOCK // math.prod(x.shape[1:]))
    for start in range(0, len(x), rows):
        part = slice(start, start + rows)
        codes = group if one else group[part]
        own = chosen or _complete([figure[codes] for figure in figures])
        rounded, doubt = _block(x[part], own)
        if doubt.any() and (doubt := doubt & (x[part] == x[part])).any():
            if isinstance(group, slice):
                codes = np.broadcast_to(np.arange(x.shape[1]), rounded.shape).ravel()
            _settle(x[part].ravel(), codes, np.flatnonzero(doubt), rounded.reshape(-1), exact)
        out[part] = rounded
    return out


def prepared(centre: Pair, width: Pair) -> list[np.ndarray]:
    """What `quotients` needs of the groups, whose centre and width are two floats each, (groups,);
    of more groups than a block has values, no more than these."""
    pairs = [*centre, *width]
    return pairs if len(centre[0]) > BLOCK else _complete(pairs)


def _complete(figures: list) -> list:
    """What a block needs: the pairs with the width in two halves, and the absolute error that a
    correction may have by the rounding of x − centre and by underflow."""
    if len(figures) > 4:
        return figures
    centre, width = figures[:2], figures[2:]
    slack = (np.abs(centre[1]) * 2.0**-50 + 2.0**-1070) / width[0]
    return [*centre, *width, *in_halves(width[0]), slack]


def _block(x: np.ndarray, figures: list) -> tuple[np.ndarray, np.ndarray]:
    """The quotients, and which of them are in doubt (and those of NaN)."""
    centre, centre_low, width, width_low, high, low, slack = figures
    x_low = None
    if x.dtype != np.float64:
        x, x_low = halves(x)
    d = x - centre
    t = d - x
    e = d - t
    np.subtract(x, e, out=e)
    t += centre
    e -= t  # d + e = x − centre, exactly
    e -= centre_low
    if x_low is not None:
        e += x_low
    q = d + e
    q /= width
    bits = q.view(np.int64) + _HALF
    bits &= _HIGH
    q_high = bits.view(np.float64)
    q_low = np.subtract(q, q_high, out=t)
    # d − q · width piece by piece, each product exact, and each difference but the last.
    p = q_high * high
    d -= p
    d -= np.multiply(q_high, low, out=p)
    d -= np.multiply(q_low, high, out=p)
    q_low *= low
    d -= q_low
    d += e
    d -= np.multiply(q, width_low, out=e)
    d /= width  # the correction
    np.abs(d, out=e)
    e *= _SURE
    e += slack
    np.add(d, e, out=p)
    d -= e
    p += q
    q += d
    return q, p != q


def _settle(x, codes, rows: np.ndarray, out: np.ndarray, exact: Callable) -> None:
    """Fill in the quotients of `rows`, equal ones (as all at the centre are) once."""
    groups = np.broadcast_to(codes, len(x))[rows]
    order = np.lexsort((x[rows], groups))
    rows, groups = rows[order], groups[order]
    new = np.ones(len(rows), bool)
    new[1:] = (x[rows][1:] != x[rows][:-1]) | (groups[1:] != groups[:-1])
    values = x[rows[new]].tolist()
    if x.dtype != np.float64:
        values = (Fraction(*value.as_integer_ratio()) for value in values)
    pairs = zip(values, groups[new].tolist(), strict=True)
    out[rows] = np.array([exact(*pair) for pair in pairs])[np.cumsum(new) - 1]
