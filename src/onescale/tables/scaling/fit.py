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

    flat: which groups have no spread. empty: which have no number at all.
    """

    name: str
    position: int  # 1-based
    statistics: list[Statistics]
    learnt: dict[str, np.ndarray]
    flat: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
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
        column.flat = (counts > 0) & ((spread == 0) | np.isnan(spread))
        return column

    def _without_spread(self) -> list[str]:
        """Messages on columns (or groups of them) whose values are all the same."""
        messages = []
        for column in self.columns:
            flat = np.flatnonzero(column.flat)
            if not len(flat):
                continue
            where = ""
            if self.groups is not None:
                shown = ", ".join(repr(self.groups[g]) for g in flat[:3])
                more = f" and {len(flat) - 3} more" if len(flat) > 3 else ""
                where = f" in group {shown}{more}"
            became = {"zero": f"written as {self.method.flat!r}", "missing": "left empty"}
            text = f"{self.file}column {column.name!r} has no spread{where}"
            if self.constant == "error":
                raise DataError(f"{text} (constant zero or missing lets it pass)")
            messages.append(f"{text}: {became[self.constant]}")
        return messages

    def transform(self, place: int, values: np.ndarray, codes: np.ndarray | None) -> np.ndarray:
        """The scaled values of `columns[place]`; NaN stays NaN. codes: each row's group number."""
        return self._through(self.method.transform, self._flat_value(), place, values, codes)

    def inverse(self, place: int, values: np.ndarray, codes: np.ndarray | None) -> np.ndarray:
        """The originals of scaled values; those of a column without spread are its one value."""
        column = self.columns[place]
        original = np.array([one.min for one in column.statistics])
        fill = original[0] if codes is None else original[codes]
        return self._through(self.method.inverse, fill, place, values, codes)

    def _flat_value(self) -> float:
        return self.method.flat if self.constant == "zero" else np.nan

    def _through(self, work, fill, place: int, values: np.ndarray, codes) -> np.ndarray:
        column = self.columns[place]
        if codes is None:
            figures = {key: float(array[0]) for key, array in column.learnt.items()}
            if column.flat[0]:
                return np.where(np.isnan(values), np.nan, fill)
            with np.errstate(all="ignore"):
                return work(values, figures)
        figures = {key: array[codes] for key, array in column.learnt.items()}
        with np.errstate(all="ignore"):
            out = work(values, figures)
        if column.flat.any():
            out = np.where(column.flat[codes] & ~np.isnan(values), fill, out)
        return out

    def check_range(
        self, place: int, lows: np.ndarray, highs: np.ndarray, codes, inverse=False
    ) -> None:
        """Refuse extremes that would leave float64's range; all methods are monotonic or convex."""
        work = self.inverse if inverse else self.transform
        for ends in (lows, highs):
            if np.isinf(work(place, ends, codes)).any():
                raise DataError(
                    f"{self.file}column {self.columns[place].name!r}: a scaled value is beyond "
                    "float64's range"
                )
