"""Exact statistics of many groups at once.

The same sums as `exact.Moments`, for every group of a column in one pass: the pieces that values
are sliced into are added up in the order of groups (`numpy.add.reduceat`), on one grid of exponents
for all, so that a group's sum is a few integers, whatever rows came between.
"""

import math
from typing import Any

import numpy as np

from onescale.tables.statistics.exact import BITS, BLOCK, Moments, extremes, slices

_TOGETHER = 4  # blocks that are added at once
_CARRY_EVERY = 16  # times; a block adds less than 2^56 to an int64 that begins below 2^40
_CARRY = 2 * BITS
_REMEMBERED = 1 << 18  # rows, at most


class GroupMoments:
    """`Moments` of each group of one column."""

    kind: type[Moments] = Moments  # of one group

    def __init__(self) -> None:
        self.counts = np.zeros(0, np.int64)
        self.min, self.max = np.zeros(0), np.zeros(0)
        self._sums: dict[int, np.ndarray] = {}
        self._squares: dict[int, np.ndarray] = {}
        self._every = [self._sums, self._squares]  # by exponents
        self._extremes: dict[int, Any] = {}  # moments
        self._added = 0
        self.wide = False

    def __len__(self) -> int:
        return len(self.counts)

    def add(self, values: np.ndarray, codes: np.ndarray, groups: int) -> None:
        """Take in finite values of shape (n,), as `Moments.add`, whose group numbers are `codes`,
        below `groups`."""
        self._grow(groups)
        if not len(values):
            return
        self.wide |= values.dtype == np.longdouble
        order, codes, present, starts, cuts = _in_order(codes, groups)
        values = values[order] + 0.0  # one zero, not two
        self.counts[present] += np.diff(starts, append=len(codes))
        floats = values.astype(np.float64, copy=False)
        for ends, smaller in ((self.min, np.minimum), (self.max, np.maximum)):
            ends[present] = smaller(ends[present], smaller.reduceat(floats, starts))
        extreme = extremes(values)
        if extreme is not None:
            for value, group in zip(values[extreme], codes[extreme].tolist(), strict=True):
                self._extremes.setdefault(group, Moments()).add(np.array([value]))
            values, codes = values[~extreme], codes[~extreme]
            cuts = _cuts(_stretches(codes)[1], len(codes))
        for start in range(0, len(values), _TOGETHER * BLOCK):
            stop = start + _TOGETHER * BLOCK
            first, last = np.searchsorted(cuts, (start, stop))
            own = cuts[first:last]
            self._add_blocks(values[start:stop], own - start, codes[own])

    def _grow(self, groups: int) -> None:
        more = groups - len(self.counts)
        if more > 0:
            self.counts = np.concatenate([self.counts, np.zeros(more, np.int64)])
            self.min = np.concatenate([self.min, np.full(more, math.inf)])
            self.max = np.concatenate([self.max, np.full(more, -math.inf)])
            for sums in self._every:
                for exponent, old in sums.items():
                    sums[exponent] = np.concatenate([old, np.zeros(more, np.int64)])

    def _add_blocks(self, values: np.ndarray, starts: np.ndarray, present: np.ndarray) -> None:
        """Add values in the order of groups; starts: where stretches of the group begin that is
        `present` in them, none longer than a block."""

        def put(sums: dict, exponent: int, terms: np.ndarray) -> None:
            self._put(sums, exponent, np.add.reduceat(terms, starts), present)

        pieces = slices(values, grid=BITS)
        for i, (piece, k) in enumerate(pieces):
            put(self._sums, k, piece)
            put(self._squares, 2 * k, piece * piece)
            for other, e in pieces[:i]:
                put(self._squares, k + e, 2 * piece * other)
        self._carry_over()

    def _carry_over(self) -> None:
        """After some blocks: keep the sums within int64."""
        self._added += 1
        if self._added % _CARRY_EVERY == 0:
            for sums in self._every:
                _carry(sums, len(self))

    def _put(self, sums: dict, exponent: int, part: np.ndarray, present: np.ndarray) -> None:
        """Add whole multiples of 2^exponent to the groups that are `present`."""
        if exponent not in sums:
            sums[exponent] = np.zeros(len(self), np.int64)
        np.add.at(sums[exponent], present, np.ldexp(part, -exponent).astype(np.int64))

    def extremes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(numbers of the groups with any value, the lowest of each, the highest of each)."""
        codes = np.flatnonzero(self.counts)
        return codes, self.min[codes], self.max[codes]

    def all(self) -> list[Moments]:
        """The moments of every group."""
        sums, squares = integers(self._sums, len(self)), integers(self._squares, len(self))
        every = []
        ends = zip(self.counts.tolist(), self.min.tolist(), self.max.tolist(), strict=True)
        for total, square, counted in zip(sums[0], squares[0], ends, strict=True):
            moments = self.kind()
            moments.wide = self.wide
            moments.count, moments.min, moments.max = counted
            moments.sum.mantissa, moments.sum.exponent = total, sums[1]
            moments.squares.mantissa, moments.squares.exponent = square, squares[1]
            every.append(moments)
        for group, moments in self._extremes.items():
            every[group].sum.add(moments.sum.mantissa, moments.sum.exponent)
            every[group].squares.add(moments.squares.mantissa, moments.squares.exponent)
        return every


_last: tuple[np.ndarray, tuple] | None = None  # what `_in_order` was asked, and its answer


def _in_order(codes: np.ndarray, groups: int) -> tuple[np.ndarray, ...]:
    """(order of the rows by group, codes in it, the groups that are present, where each begins,
    `_cuts`).

    Sums in that order are those of stretches, in a quarter of bincount's time. The columns of a
    batch ask one after the other for the same codes.
    """
    global _last
    last = _last
    if last is None or last[0] is not codes:
        narrow = groups <= 1 << 16  # NumPy has a linear sort of such
        order = np.argsort(codes.astype(np.uint16), kind="stable") if narrow else np.argsort(codes)
        ordered = codes[order]
        present, starts = _stretches(ordered)
        last = codes, (order, ordered, present, starts, _cuts(starts, len(codes)))
        _last = last if len(codes) <= _REMEMBERED else None
    return last[1]


def _stretches(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The groups of codes in order, and where each begins."""
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return codes[starts], starts


def _cuts(starts: np.ndarray, size: int) -> np.ndarray:
    """Where stretches begin, and again where one would be longer than a block."""
    marks = np.zeros(size, bool)
    marks[starts] = marks[::BLOCK] = True
    return np.flatnonzero(marks)


def integers(sums: dict[int, np.ndarray], groups: int) -> tuple[list[int], int]:
    """The sum over all exponents as integers times a power of two, that of the lowest."""
    lowest = min(sums, default=0)
    totals = np.zeros(groups, dtype=object)
    for exponent, part in sums.items():
        totals += part.astype(object) * (1 << (exponent - lowest))
    return totals.tolist(), lowest


def _carry(sums: dict[int, np.ndarray], groups: int) -> None:
    """Move what exceeds 40 bits to the next place on the grid."""
    for exponent in sorted(sums):
        over = sums[exponent] >> _CARRY
        if over.any():
            sums[exponent] -= over << _CARRY
            up = exponent + _CARRY
            sums[up] = sums[up] + over if up in sums else over
