"""Where values stand among all of a column, within groups where there are any.

Every rank of the package comes from the same three counts: how many values lie below one, how many
equal it, and how many there are.
"""

from collections.abc import Iterable
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


@dataclass
class RankTable:
    """The distinct values of a column, ascending, and how many times each was met: what a value's
    rank among them takes, whether it is one of them or not."""

    values: np.ndarray
    counts: np.ndarray

    def __post_init__(self) -> None:
        self._before = np.concatenate([[0], np.cumsum(self.counts)])  # values below each

    @classmethod
    def of(cls, values: np.ndarray) -> "RankTable":
        """That of finite values."""
        return cls(*np.unique(values, return_counts=True))

    @classmethod
    def joined(cls, tables: Iterable["RankTable"]) -> "RankTable":
        """That of the values of several."""
        tables = list(tables)
        values = np.concatenate([table.values for table in tables])
        counts = np.concatenate([table.counts for table in tables])
        order = np.argsort(values, kind="stable")
        values, counts = values[order], counts[order]
        starts = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
        return cls(values[starts], np.add.reduceat(counts, starts) if len(starts) else counts)

    def percentiles(self, x: np.ndarray) -> np.ndarray:
        """The percentile rank of each value among those of the table; NaN stays NaN.

        Between two of them that is 100·below/of, below the lowest 0, above the highest 100: SciPy's
        `percentileofscore` of kind "mean".
        """
        below = self._before[np.searchsorted(self.values, x)]
        equal = self._before[np.searchsorted(self.values, x, "right")] - below
        return np.where(np.isnan(x), np.nan, Standing(below, equal, self._before[-1]).percentile)

    def at(self, percentiles: np.ndarray) -> np.ndarray:
        """The values of those ranks: the table's own at its own ranks, linear between them, the
        lowest and the highest beyond; NaN stays NaN."""
        if not len(self.values):
            return np.full(len(percentiles), np.nan)
        own = self.percentiles(self.values)
        p = np.clip(percentiles, own[0], own[-1])
        low = np.clip(np.searchsorted(own, p, "right") - 1, 0, len(own) - 1)
        high = np.minimum(low + 1, len(own) - 1)
        part = (p - own[low]) / np.where(high > low, own[high] - own[low], 1.0)
        return self.values[low] * (1 - part) + self.values[high] * part


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
    out[rows] = np.asarray(standing.percentile)[run]
    return out
