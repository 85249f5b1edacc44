"""Where values stand among all of a column, within groups where there are any.

Every rank of the package comes from the same three counts: how many values lie below one, how many
equal it, and how many there are.
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class Standing:
    """Of `of` values, `below` are less than the one in question and `equal` are equal to it, itself
    among them: whole numbers, or arrays of them."""

    below: int | np.ndarray
    equal: int | np.ndarray
    of: int | np.ndarray

    @property
    def rank(self) -> int | np.ndarray:
        """1 is the largest; equal values share the best."""
        return self.of - self.below - self.equal + 1

    @property
    def percentile(self) -> float | np.ndarray:
        """100·(average rank − ½)/of, ranked from the smallest; one division, the only rounding."""
        return 50.0 * (2 * self.below + self.equal) / self.of


def standings(
    values: np.ndarray, codes: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, Standing]:
    """(rows whose value is no NaN, the run of equals that each is in, where each run stands).

    values: (n,) floats. codes: (n,) group numbers, within each of which values are ranked.
    """
    present = np.flatnonzero(~np.isnan(values))
    x = values[present]
    group = np.zeros(len(x), np.intp) if codes is None else codes[present]
    order = np.argsort(x, kind="stable") if codes is None else np.lexsort((x, group))
    x, group = x[order], group[order]
    new = np.ones(len(x), bool)  # where a run of equal values in one group begins
    new[1:] = (x[1:] != x[:-1]) | (group[1:] != group[:-1])
    starts = np.flatnonzero(new)
    lengths = np.diff(starts, append=len(x))
    sizes = np.bincount(group)
    first = np.cumsum(sizes) - sizes  # where each group begins
    groups = group[starts]
    standing = Standing(starts - first[groups], lengths, sizes[groups])
    return present[order], np.cumsum(new) - 1, standing


def percentile_ranks(values: np.ndarray, codes: np.ndarray | None = None) -> np.ndarray:
    """The percentile rank of each value; NaN stays NaN.

    >>> percentile_ranks(np.array([3.0, 1.0, 3.0, np.nan])).tolist()
    [66.66666666666667, 16.666666666666668, 66.66666666666667, nan]
    """
    rows, run, standing = standings(values, codes)
    out = np.full(len(values), np.nan)
    out[rows] = standing.percentile[run]
    return out
