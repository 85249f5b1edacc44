"""Quantiles of the columns of a table that was scanned, by further passes over its rows.

No more is held than the counts and values of `statistics.selection`, and the numbers that the table
itself remembers.
"""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from onescale.tables.scaling.method import AboutMedian
from onescale.tables.statistics.selection import Selection, select

Figures = list[dict[str, float]]  # of each group, by name


def figures_of(scanned: Any, methods: Mapping[int, AboutMedian]) -> dict[int, Figures]:
    """What methods take of their columns, by index. scanned: a `Scan`, which imports this."""
    found = quantiles_of(scanned, {index: method.shares for index, method in methods.items()})
    medians = {
        index: np.array([one["median"] for one in found[index]])
        for index, method in methods.items()
        if method.deviates
    }
    half = {index: {"deviation": Fraction(1, 2)} for index in medians}
    for index, deviations in quantiles_of(scanned, half, medians).items():
        for one, other in zip(found[index], deviations, strict=True):
            one |= methods[index].widths(other["deviation"])
    return found


def quantiles_of(
    scanned: Any,
    shares: Mapping[int, Mapping[str, Fraction]],
    centres: Mapping[int, np.ndarray] | None = None,
) -> dict[int, Figures]:
    """Quantiles by name of columns by index. centres: (groups,) those of distances from these."""
    columns = {column.index: column for column in scanned.columns if column.index in shares}
    selections = {}
    for index, column in columns.items():
        counts = column.moments.counts
        lows, highs = np.zeros((2, len(counts)))
        some, lows[some], highs[some] = column.moments.extremes()
        first = column.first_counts
        if centres is not None:
            first = None
            ends = _distances(lows, centres[index]), _distances(highs, centres[index])
            lows, highs = np.zeros(len(counts)), np.maximum(*ends)
        selections[index] = Selection(counts, lows, highs, [*shares[index].values()], first)

    def batches(asked: Collection[int]) -> Iterator[tuple]:
        for batch in scanned.source.table.batches(set(asked), set(scanned.source.by)):
            every = None if scanned.groups is None else scanned.groups.codes(batch)
            for index in asked:
                values, codes = columns[index].values(batch).astype(np.float64, copy=False), every
                if centres is not None:
                    values = _distances(values, centres[index][0 if codes is None else codes])
                present = ~np.isnan(values)
                if not present.all():
                    values = values[present]
                    codes = None if codes is None else codes[present]
                yield index, values, codes

    select(selections, batches)
    return {
        index: [dict(zip(shares[index], row, strict=True)) for row in one.quantiles()]
        for index, one in selections.items()
    }


def _distances(values: np.ndarray, centre: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.abs(values - centre)
