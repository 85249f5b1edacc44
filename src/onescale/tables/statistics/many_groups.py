"""The statistics of very many groups, worked out some groups at a time from the values themselves.

`GroupMoments` holds a few integers for every group at once; of a million groups these are far more
than their values. Sorted by group, the values are all that is held.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat

import numpy as np

from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.summary import Statistics

PART = 1 << 13  # groups that are worked out together


class ManyStatistics(Sequence[Statistics]):
    """The statistics of so many groups in the order of their numbers, made where they are asked
    for. part: gives those from one group to another, that left out."""

    def __init__(self, groups: int, part: Callable[[int, int], list[Statistics]]):
        self._groups, self._part = groups, part

    def __len__(self) -> int:
        return self._groups

    def __getitem__(self, group: int) -> Statistics:  # type: ignore[override]
        return self._part(group, group + 1)[0]

    def __iter__(self) -> Iterator[Statistics]:
        for start in range(0, len(self), PART):
            yield from self._part(start, min(start + PART, len(self)))


def grouped_statistics(
    values: np.ndarray,
    codes: np.ndarray,
    rows: np.ndarray,
    figures: Callable[[np.ndarray], dict] | None = None,
) -> ManyStatistics:
    """The statistics of each group of one column.

    values, codes: (n,) floats, NaN where missing, and each one's group number. rows: how many rows
    each group has. figures: what gives those that take all values of a group at once.
    """
    present = ~np.isnan(values)
    codes = codes[present]
    ordered = values[present][np.argsort(codes, kind="stable")]
    until = np.cumsum(np.bincount(codes, minlength=len(rows)))

    def part(start: int, stop: int) -> list[Statistics]:
        first = int(until[start - 1]) if start else 0
        ends = until[start:stop] - first
        own = ordered[first : first + ends[-1]]
        moments = GroupMoments()
        local = np.repeat(np.arange(stop - start), np.diff(ends, prepend=0))
        moments.add(own, local, stop - start)
        more: Iterable[dict] = repeat({})
        if figures is not None:
            more = map(figures, np.split(own, ends[:-1]))
        every = zip(rows[start:stop].tolist(), moments.all(), more, strict=False)
        return [Statistics(*one) for one in every]

    return ManyStatistics(len(rows), part)
