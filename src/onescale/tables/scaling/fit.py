"""A fit: a method and what it has learnt of each column, apart from any table.

It transforms arrays of the columns it knows, group by group where it was fitted so, with the stated
rule for columns without spread. `commands` carries whole tables through it, `frames` frames, and
`fit_file` writes it down as JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.scaling.methods import Method
from onescale.tables.statistics.summary import Statistics

CONSTANT = ("zero", "missing", "error")


@dataclass
class FittedColumn:
    """One column: its statistics by group, and what the method learnt, one value a group.

    index: its place in the table that was fitted, from 0. is_constant: which groups have no
    spread. empty: which have no number at all.
    """

    name: str
    index: int
    statistics: list[Statistics]
    learnt: dict[str, np.ndarray]
    spread: np.ndarray
    is_constant: np.ndarray
    empty: np.ndarray


class Fit:
    """`method` fitted to columns.

    columns: (name, index, statistics by group). by: the group column's name; groups: its values, or
    None. `warnings` tells of columns without spread; `read`, of how the table was written.
    Raises DataError where a figure is beyond float64's range, and at columns without spread if
    `constant` is "error".
    """

    def __init__(
        self,
        method: Method,
        columns: Sequence[tuple[str, int, list[Statistics]]],
        constant: str = "zero",
        by: str | None = None,
        groups: list | None = None,
    ):
        if constant not in CONSTANT:
            raise SpecError(suggest(constant, CONSTANT, "policy of --constant"))
        self.method, self.constant, self.by, self.groups = method, constant, by, groups
        self.read: dict = {}
        self.columns = [_learn(method, *column) for column in columns]
        constant_columns = [column for column in self.columns if column.is_constant.any()]
        self.warnings = [self._without_spread(column) for column in constant_columns]

    def _without_spread(self, column: FittedColumn) -> str:
        """The words for a column whose values (in some groups) are all the same."""
        text = f"column {column.name!r} has no spread"
        if self.groups is not None:
            same = [repr(self.groups[group]) for group in np.flatnonzero(column.is_constant)]
            more = f" and {len(same) - 3} more" if len(same) > 3 else ""
            text += f" in group {', '.join(same[:3])}{more}"
        if self.constant == "error":
            raise DataError(f"{text} (constant zero or missing lets it pass)")
        became = {"zero": f"written as {self.method.of_constant!r}", "missing": "left empty"}
        return f"{text}: {became[self.constant]}"

    def _refuse_unseen(self, column: FittedColumn, group, present: np.ndarray) -> None:
        unseen = np.flatnonzero(column.empty[group] & present)
        if len(unseen):
            where = "" if self.groups is None else f" of group {self.groups[group[unseen[0]]]!r}"
            raise DataError(f"the fit saw no number in column {column.name!r}{where}")

    def transform(self, column: FittedColumn, values: np.ndarray, codes=None) -> np.ndarray:
        """The scaled values of one of `columns`; NaN stays NaN. codes: each row's group number.

        Raises DataError where one is beyond float64's range, and at values of a column (or group of
        it) in which the fit saw none.
        """
        of_constant = self.method.of_constant if self.constant == "zero" else np.nan
        return self._through(_forward, column, values, codes, of_constant)

    def inverse(self, column: FittedColumn, values: np.ndarray, codes=None) -> np.ndarray:
        """The originals of scaled values; those of a column without spread are its one value."""
        return self._through(_backward, column, values, codes)

    def _through(self, work, column: FittedColumn, values, codes, of_constant=None) -> np.ndarray:
        group = 0 if codes is None else codes
        if column.empty.any():
            self._refuse_unseen(column, group, ~np.isnan(values))
        figures = {key: array[group] for key, array in column.learnt.items()}
        with np.errstate(all="ignore"):
            out = work(self.method, values, figures)
            infinite = np.isinf(out)
            left_range = infinite.any() or np.isinf(column.spread).any()
            if left_range:
                halves = work(self.method, values, figures, by_halves=True)
                out = np.where(infinite | np.isinf(column.spread[group]), halves, out)
        if column.is_constant.any():
            fill = [one.min for one in column.statistics] if of_constant is None else of_constant
            fill = np.broadcast_to(fill, len(column.statistics))[group]
            out = np.where(column.is_constant[group] & ~np.isnan(values), fill, out)
        if left_range and np.isinf(out).any():
            raise DataError(f"column {column.name!r}: a scaled value is beyond float64's range")
        return out


def _learn(method: Method, name: str, index: int, statistics: list[Statistics]) -> FittedColumn:
    try:
        learnt = [method.learn(one) for one in statistics]
    except DataError as error:
        raise DataError(f"column {name!r}: {error}") from None
    keys = learnt[0].keys()
    arrays = {key: np.array([one[key] for one in learnt], dtype=np.float64) for key in keys}
    with np.errstate(over="ignore"):
        spread = method.spread(arrays)
    empty = np.array([one.count == 0 for one in statistics])
    is_constant = ~empty & ((spread == 0) | np.isnan(spread))
    return FittedColumn(name, index, statistics, arrays, spread, is_constant, empty)


def _forward(method: Method, x: np.ndarray, p: dict, by_halves: bool = False) -> np.ndarray:
    """Values scaled; `by_halves` where a difference of two is beyond float64's range."""
    unit = method.unit(x * 0.5, _halved(p)) if by_halves else method.unit(x, p)
    if method.ceiling is None or not method.output or sum(method.output) == method.ceiling:
        return method.scaled(unit, p)
    # Rounding must not carry a value past the end that it stands on.
    scaled = method.scaled(unit.copy(), p)
    scaled = np.where(unit < 1.0, np.minimum(scaled, method.ceiling), scaled)
    return np.where(unit == 1.0, method.ceiling, scaled)


def _backward(method: Method, y: np.ndarray, p: dict, by_halves: bool = False) -> np.ndarray:
    """The inverse of `_forward`."""
    unit = method.unscaled(y)
    return method.value(unit, _halved(p)) * 2 if by_halves else method.value(unit, p)


def _halved(p: dict) -> dict:
    return {key: figure * 0.5 for key, figure in p.items()}
