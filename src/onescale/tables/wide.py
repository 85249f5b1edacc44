"""Whole numbers beyond 2⁵³, which float64 rounds: long doubles where it would, for exact sums."""

from collections.abc import Callable, Iterable

import numpy as np

from onescale.tables.numbers import BLANKS, NumberFormat

_BITS = np.finfo(np.longdouble).nmant >= 63


def wide_integers(integers: np.ndarray) -> np.ndarray:
    """Integers (n,) as float64 or, where that would round one of them, as long doubles, which have
    64 bits on x86; where long doubles have no more bits than floats, rounded all the same.

    >>> wide_integers(np.array([2**53 + 1, 3])).astype(np.int64).tolist()
    [9007199254740993, 3]
    """
    values = integers.astype(np.float64)
    if integers.dtype.itemsize < 8 or not len(values) or np.abs(values).max() < 2.0**53:
        return values
    return integers.astype(np.longdouble) if _BITS else values


def wide_cells(
    values: np.ndarray, cells: Callable[[np.ndarray], Iterable[str]], form: NumberFormat
) -> np.ndarray:
    """Values (n,) that were read from cells as float64, with whole numbers as they are, in long
    doubles, where float64 rounded one. cells: gives the texts of some rows, which it takes a mask
    of.

    >>> cells = ["0.5", "9007199254740993"]
    >>> values = wide_cells(np.array([0.5, 2.0**53]), lambda _: cells[1:], NumberFormat())
    >>> int(values[1])
    9007199254740993
    """
    size = np.abs(values)
    rows = size >= 2.0**53
    if not (_BITS and rows.any()):
        return values
    rows &= size <= 2.0**64
    exact = values.astype(np.longdouble)
    for row, cell in zip(np.flatnonzero(rows).tolist(), cells(rows), strict=True):
        text = form.plain(cell.strip(BLANKS))
        if text.lstrip("+-").isdecimal() and abs(int(text)) < 1 << 64:
            exact[row] = np.longdouble(int(text))
    return values if (exact[rows] == values[rows]).all() else exact


def halves(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Long doubles as two float64 to be added."""
    high = values.astype(np.float64)
    return high, (values - high).astype(np.float64)
