"""Where values stand among all of a column, within groups where there are any.

Every rank of the package comes from the same three counts: how many values lie below one, how many
equal it, and how many there are.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_LARGE = 1 << 14  # values that are more than the nearest memory holds
_WORTH = 1 << 16  # values for which sorting is worth the calls that it takes


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

    def __len__(self) -> int:
        """How many values there are, equal ones too."""
        return int(self._before[-1])

    @classmethod
    def of(cls, values: np.ndarray) -> "RankTable":
        """That of finite values."""
        return cls(*np.unique(values + 0.0, return_counts=True))

    @classmethod
    def joined(cls, tables: Iterable["RankTable"]) -> "RankTable":
        """That of the values of several."""
        tables = list(tables)
        values = np.concatenate([table.values for table in tables])
        counts = np.concatenate([table.counts for table in tables])
        return cls(*_counted(np.zeros(len(values), np.intp), values, counts)[1:])

    def ordered(self, places: Sequence[int]) -> list[float]:
        """The values at places, from 0, of all in ascending order."""
        return self.values[np.searchsorted(self._before, places, "right") - 1].tolist()

    def distances(self, centre: float) -> "RankTable":
        """That of the distances of the values from a centre."""
        with np.errstate(over="ignore"):
            return RankTable.joined([RankTable(np.abs(self.values - centre), self.counts)])

    def percentiles(self, x: np.ndarray) -> np.ndarray:
        """The percentile rank of each value among those of the table; NaN stays NaN.

        Between two of them that is 100·below/of, below the lowest 0, above the highest 100: SciPy's
        `percentileofscore` of kind "mean".
        """
        order: Any = slice(None)
        if len(self.values) > _LARGE:
            order = np.argsort(x)  # so that one search is near the one before
        asked = x[order]
        place = np.searchsorted(self.values, asked)
        below = self._before[place]
        here = np.zeros(len(x), bool)
        if len(self.values):
            place = np.minimum(place, len(self.values) - 1)
            here = self.values[place] == asked
        equal = np.where(here, self.counts[place], 0) if here.any() else 0
        out = np.empty(len(x))
        out[order] = Standing(below, equal, self._before[-1]).percentile
        out[np.isnan(x)] = np.nan
        return out

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


class DistinctValues:
    """The distinct values of each group of a column and how many times each was met, given up for
    good once there are more than `most` of all groups together."""

    def __init__(self, most: float = math.inf):
        self._most = most
        self._held: tuple = np.zeros(0, np.intp), np.zeros(0), np.zeros(0, np.int64)
        self._waiting: list[tuple] = []
        self._size = 0

    def add(self, values: np.ndarray, codes: np.ndarray) -> None:
        """Take in finite values of shape (n,), and the group of each."""
        if self._most < 0:
            return
        self._waiting.append((codes, values + 0.0, np.ones(len(values), np.int64)))
        self._size += len(values)
        if self._size >= max(_WORTH, len(self._held[0])):
            self._settle()

    def tables(self, groups: int) -> list[RankTable] | None:
        """Those of each group; None where they were given up."""
        self._settle()
        if self._most < 0:
            return None
        codes, *both = self._held
        ends = np.searchsorted(codes, np.arange(1, groups))
        return [
            RankTable(*one) for one in zip(*(np.split(part, ends) for part in both), strict=True)
        ]

    def _settle(self) -> None:
        parts = zip(*(self._held, *self._waiting), strict=True)
        self._held = _counted(*map(np.concatenate, parts))
        self._waiting, self._size = [], 0
        if len(self._held[0]) > self._most:
            self._most, self._held = -1, tuple(part[:0] for part in self._held)


def _counted(codes: np.ndarray, values: np.ndarray, counts: np.ndarray) -> tuple:
    """Values of groups in order, those that are equal as one with the sum of their counts."""
    one = not codes.any()
    order = np.argsort(values) if one else np.lexsort((values, codes))
    codes, values, counts = codes[order], values[order], counts[order]
    new = np.ones(len(values), bool)
    new[1:] = (values[1:] != values[:-1]) | (codes[1:] != codes[:-1])
    starts = np.flatnonzero(new)
    return codes[starts], values[starts], np.add.reduceat(counts, starts) if len(starts) else counts


def standings(
    values: np.ndarray, codes: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, Standing]:
    """(rows whose value is no NaN, the run of equals that each is in, where each run stands).

    values: (n,) floats. codes: (n,) group numbers, within each of which values are ranked.
    """
    kind = np.dtype(np.int32 if len(values) < 1 << 30 else np.int64)  # half of the memory
    rows = np.flatnonzero(~np.isnan(values)).astype(kind)
    if codes is None:
        rows = rows[np.argsort(values[rows])]
    else:
        rows = rows[np.lexsort((values[rows], codes[rows]))]
    new = np.ones(len(rows), bool)  # where a run of equal values in one group begins
    x = values[rows]
    new[1:] = x[1:] != x[:-1]
    if codes is not None:
        group = codes[rows]
        new[1:] |= group[1:] != group[:-1]
    del x
    run, starts = np.cumsum(new, dtype=kind), np.flatnonzero(new).astype(kind)
    run -= 1
    equal = np.diff(starts, append=np.array([len(new)], kind))
    below, of = starts, np.full(len(starts), len(new), kind)
    if codes is not None:
        sizes, group = np.bincount(group).astype(kind), group[starts]
        first = np.cumsum(sizes, dtype=kind) - sizes  # where each group begins
        below, of = starts - first[group], sizes[group]
    return rows, run, Standing(below, equal, of)


def percentile_ranks(values: np.ndarray, codes: np.ndarray | None = None) -> np.ndarray:
    """The percentile rank of each value; NaN stays NaN.

    >>> percentile_ranks(np.array([3.0, 1.0, 3.0, np.nan])).tolist()
    [66.66666666666667, 16.666666666666668, 66.66666666666667, nan]
    """
    rows, run, standing = standings(values, codes)
    out = np.full(len(values), np.nan)
    out[rows] = np.asarray(standing.percentile)[run]
    return out
