"""A fit: a method and what it has learnt of each column, apart from any table.

It transforms arrays of the columns it knows, group by group where it was fitted so, with the stated
rule for columns without spread. `files` carries whole tables through it, `frames` frames, and
`scaler` writes it down as JSON.
"""

from dataclasses import dataclass, field

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.scaling.methods import Method
from onescale.tables.statistics.summary import Statistics

CONSTANT = ("zero", "missing", "error")


@dataclass
class FittedColumn:
    """One column: its statistics by group, and what the method learnt, one value a group.

    is_constant: which groups have no spread. empty: which have no number at all.
    """

    name: str
    position: int  # 1-based
    statistics: list[Statistics]
    learnt: dict[str, np.ndarray]
    is_constant: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    empty: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))


class Fit:
    """`method` fitted to columns.

    columns: (name, position, statistics by group). by: the group column's name; groups: its values,
    or None. file: what warnings and errors call the table. read: how the table was written.
    """

    def __init__(
        self,
        method: Method,
        columns: list[tuple[str, int, list[Statistics]]],
        constant: str = "zero",
        by: str | None = None,
        groups: list[str] | None = None,
        file: str = "",
        read: dict | None = None,
    ):
        if constant not in CONSTANT:
            raise SpecError(suggest(constant, CONSTANT, "policy of --constant"))
        self.method, self.constant, self.by, self.groups = method, constant, by, groups
        self.file = f"{file}: " if file else ""
        self.read = read or {}
        self.number_of = {group: number for number, group in enumerate(groups or ())}
        self.columns = [self._learn(*column) for column in columns]
        self.warnings = self._without_spread()

    def _learn(self, name: str, position: int, statistics: list[Statistics]) -> FittedColumn:
        try:
            learnt = [self.method.learn(one) for one in statistics]
        except DataError as error:
            raise DataError(f"{self.file}column {name!r}: {error}") from None
        keys = learnt[0].keys()
        arrays = {key: np.array([one[key] for one in learnt], dtype=np.float64) for key in keys}
        column = FittedColumn(name, position, statistics, arrays)
        spread = np.asarray(self.method.spread(arrays))
        counts = np.array([one.count for one in statistics])
        column.empty = counts == 0
        column.is_constant = (counts > 0) & ((spread == 0) | np.isnan(spread))
        return column

    def _without_spread(self) -> list[str]:
        """Messages on columns (or groups of them) whose values are all the same."""
        messages = []
        for column in self.columns:
            constant = np.flatnonzero(column.is_constant)
            if not len(constant):
                continue
            where = ""
            if self.groups is not None:
                shown = ", ".join(repr(self.groups[g]) for g in constant[:3])
                more = f" and {len(constant) - 3} more" if len(constant) > 3 else ""
                where = f" in group {shown}{more}"
            became = {"zero": f"written as {self.method.of_constant!r}", "missing": "left empty"}
            text = f"{self.file}column {column.name!r} has no spread{where}"
            if self.constant == "error":
                raise DataError(f"{text} (constant zero or missing lets it pass)")
            messages.append(f"{text}: {became[self.constant]}")
        return messages

    def transform(self, column: FittedColumn, values: np.ndarray, codes=None) -> np.ndarray:
        """The scaled values of one of `columns`; NaN stays NaN. codes: each row's group number."""
        fill = self.method.of_constant if self.constant == "zero" else np.nan
        return self._through(self.method.transform, fill, column, values, codes)

    def inverse(self, column: FittedColumn, values: np.ndarray, codes=None) -> np.ndarray:
        """The originals of scaled values; those of a column without spread are its one value."""
        original = np.array([one.min for one in column.statistics])
        fill = original[0] if codes is None else original[codes]
        return self._through(self.method.inverse, fill, column, values, codes)

    def _through(self, work, fill, column: FittedColumn, values, codes) -> np.ndarray:
        if codes is None:
            figures = {key: float(array[0]) for key, array in column.learnt.items()}
            if column.is_constant[0]:
                return np.where(np.isnan(values), np.nan, fill)
            with np.errstate(all="ignore"):
                return work(values, figures)
        figures = {key: array[codes] for key, array in column.learnt.items()}
        with np.errstate(all="ignore"):
            out = work(values, figures)
        if column.is_constant.any():
            out = np.where(column.is_constant[codes] & ~np.isnan(values), fill, out)
        return out

    def check_range(
        self, column: FittedColumn, codes, lows: np.ndarray, highs: np.ndarray, inverse=False
    ) -> None:
        """Refuse extremes (of the groups `codes`) that would leave float64's range.

        All methods are monotonic or convex, so that no value between them would.
        """
        work = self.inverse if inverse else self.transform
        for ends in (lows, highs):
            if np.isinf(work(column, ends, codes)).any():
                raise DataError(
                    f"{self.file}column {column.name!r}: a scaled value is beyond float64's range"
                )
