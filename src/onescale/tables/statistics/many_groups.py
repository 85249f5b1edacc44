"""The statistics of very many groups, worked out some groups at a time from the values themselves.

`GroupMoments` holds a few integers for every group at once; of a million groups these are far more
than their values. Sorted by group, the values are all that is held.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import overload

import numpy as np

from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.summary import Statistics

PART = 1 << 13  # groups that are worked out together


class ManyStatistics(Sequence[Statistics]):
    """The statistics of groups in the order of their numbers, made where they are asked for."""

    @abstractmethod
    def part(self, start: int, stop: int) -> list[Statistics]:
        """Those of the groups from `start` to `stop`, that left out."""

    @overload
    def __getitem__(self, group: int) -> Statistics: ...
    @overload
    def __getitem__(self, group: slice) -> list[Statistics]: ...
    def __getitem__(self, group):
        if isinstance(group, slice):
            return [self[number] for number in range(len(self))[group]]
        return self.part(group, group + 1)[0]

    def __iter__(self) -> Iterator[Statistics]:
        for start in range(0, len(self), PART):
            yield from self.part(start, min(start + PART, len(self)))


class GroupedStatistics(ManyStatistics):
    """The statistics of each group of one column.

    values, codes: (n,) floats, NaN where missing, and each one's group number. rows: how many rows
    each group has. figures: what gives those that take all values of a group at once.
    """

    def __init__(
        self,
        values: np.ndarray,
        codes: np.ndarray,
        rows: np.ndarray,
        figures: Callable[[np.ndarray], dict] | None = None,
    ):
        present = ~np.isnan(values)
        codes = codes[present]
        self._values = values[present][np.argsort(codes, kind="stable")]
        self._ends = np.cumsum(np.bincount(codes, minlength=len(rows)))
        self._rows, self._figures = rows, figures

    def __len__(self) -> int:
        return len(self._rows)

    def part(self, start: int, stop: int) -> list[Statistics]:
        first = int(self._ends[start - 1]) if start else 0
        ends = self._ends[start:stop] - first
        values = self._values[first : first + ends[-1]]
        codes = np.repeat(np.arange(stop - start), np.diff(ends, prepend=0))
        moments = GroupMoments()
        moments.add(values, codes, stop - start)
        more: Iterable[dict] = repeat({})
        if self._figures is not None:
            more = map(self._figures, np.split(values, ends[:-1]))
        rows = self._rows[start:stop].tolist()
        return [Statistics(*one) for one in zip(rows, moments.all(), more, strict=False)]
