"""Order statistics in bounded memory: quantiles of values that are gone through again and again.

Float64 values in order are unsigned integers in order, once the sign is turned about. A pass counts
how many values fall into each of many equal steps of those integers between the lowest and the
highest; the counts tell in which step each wanted value lies, and the next pass keeps the values of
those few steps alone, or counts again within them where values crowd.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.statistics.summary import interpolated, place_of

KEPT = 1 << 22  # values that are kept in a pass, of all columns together
STEPS = 1 << 18  # at most, that values between two ends are counted in
MEMORY = 1 << 23  # counts of all columns and groups together
FEWEST = 16  # steps a group, below which keeping its values is cheaper
_SIGN = np.uint64(1 << 63)
_NONE = np.uint64((1 << 64) - 1)  # the key of no number


def keys(values: np.ndarray) -> np.ndarray:
    """Floats as uint64 in the same order; −0.0 is 0.0."""
    bits = (values + 0.0).view(np.int64)
    return bits.view(np.uint64) ^ ((bits >> 63).view(np.uint64) | _SIGN)


def floats(ordered: np.ndarray) -> np.ndarray:
    """The inverse of `keys`."""
    negative = ordered < _SIGN
    return np.where(negative, ~ordered, ordered ^ _SIGN).view(np.float64)


def _steps(groups: int) -> int:
    """How many steps there is room for, where values of so many groups are counted apart."""
    return 1 << (min(STEPS, max(MEMORY // groups, 1)).bit_length() - 1)


class _Window:
    """The values of each group between two of its keys, of which one or several are wanted.

    low, high: (groups,) keys, both inside. below: how many values of each group lie below, inside:
    how many between them. A group of which the one key left is known takes in no more values.
    """

    def __init__(self, low, high, below, inside):
        self.low, self.high, self.below = low, high, below
        known = low == high
        self.known = bool(known.all())
        self.inside = np.where(known, 0, inside)
        self._reach, self._from = high - low, np.where(known, _NONE, low)

    def open(self, steps: int) -> None:
        """Count in so many steps a group from here on; keep values where that is 0."""
        self.counts, self.kept = np.zeros((len(self.low), steps), np.int64), list[tuple]()
        if steps:
            widths = (self._reach // np.uint64(steps)).tolist()
            self._shift = np.array([width.bit_length() for width in widths], np.uint64)

    def add(self, ordered: np.ndarray, codes: np.ndarray | int) -> None:
        offset = ordered - self._from[codes]  # of lower ones it wraps round
        inside = offset <= self._reach[codes]
        if not inside.all():
            ordered, offset = ordered[inside], offset[inside]
            codes = codes if isinstance(codes, int) else codes[inside]
        if not self.counts.size:
            self.kept.append((ordered, codes))
            return
        step = (offset >> self._shift[codes]).view(np.int64)
        step += codes * self.counts.shape[1]
        np.add.at(self.counts.reshape(-1), step, 1)

    def close(self) -> None:
        """The pass is over: put what it found in order. Raises DataError where that is not as much
        as in the pass before."""
        found = self.counts.sum() if self.counts.size else sum(len(kept) for kept, _ in self.kept)
        if found != self.inside.sum():
            raise DataError("the rows changed while they were read: their numbers are others")
        if self.counts.size:
            self._up_to = np.cumsum(self.counts, axis=1)
            return
        self._ordered = np.concatenate([np.zeros(0, np.uint64), *(kept for kept, _ in self.kept)])
        if len(self.low) == 1:
            self._ordered.sort()
        else:
            codes = np.concatenate([np.zeros(0, np.intp), *(codes for _, codes in self.kept)])
            self._ordered = self._ordered[np.lexsort((self._ordered, codes))]
        self.kept = []

    def found(self, rank: np.ndarray) -> "_Window":
        """The window of the values of those ranks, one a group from 0."""
        if not self.counts.size:
            starts = np.cumsum(self.inside) - self.inside
            place = np.where(self.inside, starts + rank - self.below, 0)
            key = self.low.copy()
            here = self.inside > 0
            key[here] = self._ordered[place[here]]
            return _Window(key, key, rank, self.inside)
        last = self.counts.shape[1] - 1
        step = np.minimum((self._up_to <= (rank - self.below)[:, None]).sum(axis=1), last)
        every = np.arange(len(step))
        low = self.low + (step.astype(np.uint64) << self._shift)
        high = low + np.minimum(self.high - low, (np.uint64(1) << self._shift) - np.uint64(1))
        inside = self.counts[every, step]
        below = self.below + self._up_to[every, step] - inside
        open_ = self.inside > 0
        low, high = np.where(open_, low, self.low), np.where(open_, high, self.high)
        return _Window(low, high, below, inside)


class FirstCounts:
    """What the very first pass can count, before the ends of a column are known: steps between the
    ends of the first values that come, and how many values lie below and above those.

    columns: how many are counted together.
    """

    def __init__(self, columns: int = 1) -> None:
        self.steps, self.below = _steps(columns), 0
        self._ends: tuple | None = None

    def add(self, values: np.ndarray) -> None:
        """Take in finite values of shape (n,)."""
        ordered = keys(values)
        if not len(ordered):
            return
        if self._ends is None:
            self._ends = low, high = ordered.min(), ordered.max()
            self._shift = np.uint64((int(high - low) // self.steps).bit_length())
            self._counts = np.zeros(self.steps + 1, np.int64)  # behind the steps: all other values
        low, _ = self._ends
        self.below += int(np.count_nonzero(ordered < low))
        step = np.minimum((ordered - low) >> self._shift, np.uint64(self.steps)).view(np.int64)
        np.add.at(self._counts, step, 1)

    def found(self, whole: _Window, rank: np.ndarray) -> _Window:
        """The window of the value of that rank, in `whole`, that of all values of a column."""
        if self._ends is None:
            return whole
        first, shift, place = int(self._ends[0]), int(self._shift), int(rank[0])
        up_to = self.below + np.cumsum(self._counts[:-1])
        step = int(np.searchsorted(up_to, place, "right"))
        low, high, below = int(whole.low[0]), int(whole.high[0]), 0
        if place < self.below:
            high, inside = first - 1, self.below
        elif step == self.steps:
            low, below = first + (self.steps << shift), int(up_to[-1])
            inside = int(whole.inside[0]) - below
        else:
            low, inside = first + (step << shift), int(self._counts[step])
            high, below = min(high, low + (1 << shift) - 1), int(up_to[step]) - inside
        ends = np.array([[low], [high]], np.uint64)
        return _Window(ends[0], ends[1], np.array([below]), np.array([inside]))


class Selection:
    """Quantiles of each group of one column, by linear interpolation between order statistics.

    counts, lows, highs: (groups,) how many values each has, and the lowest and highest of them.
    first: what an earlier pass counted, where there is but one group.
    """

    def __init__(
        self,
        counts: Any,
        lows: Any,
        highs: Any,
        shares: Sequence[Fraction],
        first: FirstCounts | None = None,
    ):
        self.counts = np.asarray(counts, np.int64)
        some = self.counts > 0
        ends = [keys(np.where(some, end, 0.0)) for end in (lows, highs)]
        window = _Window(ends[0], ends[1], np.zeros_like(self.counts), self.counts)
        self._places = [
            [place_of(share, n) if n else (0, 0, 1) for n in self.counts.tolist()]
            for share in shares
        ]
        self._ranks = []
        for places in self._places:
            rank = np.array([place for place, *_ in places], np.int64)
            self._ranks += [rank, np.minimum(rank + 1, np.maximum(self.counts - 1, 0))]
        self._windows = [window] * len(self._ranks)
        if first is not None and not window.known:
            self._narrow(first.found)

    @property
    def windows(self) -> list[_Window]:
        """Those that are looked into in the next pass."""
        return [one for one in {id(one): one for one in self._windows}.values() if not one.known]

    def open(self, steps: int) -> None:
        """Begin a pass: count in so many steps a group, or keep values where that is 0."""
        for window in self.windows:
            window.open(steps)

    def add(self, values: np.ndarray, codes: np.ndarray | None = None) -> None:
        """Take in finite values of shape (n,), and the group of each (None: there is but one)."""
        ordered = keys(values)
        for window in self.windows:
            window.add(ordered, 0 if codes is None else codes)

    def close(self) -> None:
        """End a pass. Raises DataError where it had other values than those before."""
        for window in self.windows:
            window.close()
        self._narrow(_Window.found)

    def _narrow(self, found: Callable[[_Window, np.ndarray], _Window]) -> None:
        """Look into what `found` finds of windows, those that are the same but once."""
        every: dict[tuple, _Window] = {}
        for k, window in enumerate(self._windows):
            if not window.known:
                new = found(window, self._ranks[k])
                self._windows[k] = every.setdefault((new.low.tobytes(), new.high.tobytes()), new)

    def quantiles(self) -> list[list[float]]:
        """Those of each group, each rounded once; NaN of groups without values."""
        ends = [floats(window.low).tolist() for window in self._windows]
        columns = [
            [interpolated(low, high, *part) for low, high, (_, *part) in zip(*three, strict=True)]
            for (*three,) in zip(ends[::2], ends[1::2], self._places, strict=True)
        ]
        rows = zip(self.counts.tolist(), zip(*columns, strict=True), strict=True)
        return [list(row) if n else [math.nan] * len(row) for n, row in rows]


Batches = Callable[[Collection[int]], Iterable[tuple[int, np.ndarray, np.ndarray | None]]]


def select(selections: Mapping[int, Selection], batches: Batches) -> None:
    """Bring selections to their end, by as many passes as it takes.

    batches: gives (key of a selection, values, groups), batch by batch, of those keys asked for.
    """
    while opened := {key: one for key, one in selections.items() if one.windows}:
        windows = [window for one in opened.values() for window in one.windows]
        groups = sum(len(window.low) for window in windows)
        steps = _steps(groups)
        few = sum(int(window.inside.sum()) for window in windows) <= KEPT
        for one in opened.values():
            one.open(0 if few or steps < FEWEST else steps)
        for key, values, codes in batches(opened.keys()):
            opened[key].add(values, codes)
        for one in opened.values():
            one.close()
