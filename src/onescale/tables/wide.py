"""Whole numbers beyond 2⁵³, which float64 rounds: long doubles where it would, for exact sums."""

import numpy as np


def wide_integers(integers: np.ndarray) -> np.ndarray:
    """Integers (n,) as float64 or, where that would round one of them, as long doubles, which have
    64 bits on x86; where long doubles have no more bits than floats, rounded all the same.

    >>> wide_integers(np.array([2**53 + 1, 3])).astype(np.int64).tolist()
    [9007199254740993, 3]
    """
    values = integers.astype(np.float64)
    if integers.dtype.itemsize < 8 or not len(values) or np.abs(values).max() < 2.0**53:
        return values
    return integers.astype(np.longdouble) if np.finfo(np.longdouble).nmant >= 63 else values


def halves(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Long doubles as two float64 to be added."""
    high = values.astype(np.float64)
    return high, (values - high).astype(np.float64)
