"""Percentile ranks of a whole column, within groups where there are any."""

import numpy as np


def percentile_ranks(values: np.ndarray, codes: np.ndarray | None = None) -> np.ndarray:
    """100·(average rank − ½)/n of each value, ties averaged, the smallest lowest; NaN stays NaN.

    values: (n,) floats. codes: (n,) group numbers, within each of which ranks are taken.

    >>> percentile_ranks(np.array([3.0, 1.0, 3.0, np.nan])).tolist()
    [66.66666666666667, 16.666666666666668, 66.66666666666667, nan]
    """
    present = np.flatnonzero(~np.isnan(values))
    x = values[present]
    group = np.zeros(len(x), np.intp) if codes is None else codes[present]
    order = np.argsort(x, kind="stable") if codes is None else np.lexsort((x, group))
    x, group = x[order], group[order]
    new = np.ones(len(x), bool)  # where a run of equal values in one group begins
    new[1:] = (x[1:] != x[:-1]) | (group[1:] != group[:-1])
    run = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    lengths = np.diff(starts, append=len(x))
    sizes = np.bincount(group)
    first = np.cumsum(sizes) - sizes  # where each group begins
    before = starts - first[group[starts]]
    # average rank − ½ = before + length/2, so that one division is the only rounding
    share = 50.0 * (2 * before + lengths) / sizes[group[starts]]
    out = np.full(len(values), np.nan)
    out[present[order]] = share[run]
    return out
