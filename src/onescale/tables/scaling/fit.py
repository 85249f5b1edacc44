"""A fit: a method and what it has learnt of each column, apart from any table.

It transforms arrays of the columns it knows, group by group where it was fitted so, with the stated
rule for columns without spread. `commands` carries whole tables through it, `frames` frames, and
`fit_file` writes it down as JSON.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import Any

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.scaling.method import AboutMean
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.scaling.rounding import prepared, quotients
from onescale.tables.scaling.steps import backward, forward
from onescale.tables.statistics.ranks import RankTable
from onescale.tables.statistics.summary import Statistics

CONSTANT = ("zero", "missing", "error")
_PART = 1 << 13  # groups whose figures are held as objects


@dataclass
class FittedColumn:
    """One column: its statistics by group, and what the method learnt, one value a group.

    index: its place in the table that was fitted, from 0. centre, width: pairs of floats a group,
    for `rounding`. is_constant: which groups have no spread. empty: which have no number at all.
    lows: the lowest value of each. ends: that of all, and the highest. wide: whether all sums are
    of whole numbers as they are (`Moments`).
    """

    method: Method
    name: str
    index: int
    statistics: Sequence[Statistics]
    learnt: dict[str, np.ndarray]
    centre: tuple[np.ndarray, np.ndarray] | None
    width: tuple[np.ndarray, np.ndarray]
    is_constant: np.ndarray
    empty: np.ndarray
    lows: np.ndarray
    ends: tuple[float, float]
    wide: bool

    @cached_property
    def figures(self) -> list[np.ndarray]:
        """What values are rounded by."""
        assert self.centre is not None, "of methods that take one off"
        return prepared(self.centre, self.width)

    @cached_property
    def some(self) -> tuple[bool, bool]:
        """Whether any group has no number, and any no spread."""
        return bool(self.empty.any()), bool(self.is_constant.any())

    @property
    def merges(self) -> bool:
        """Whether what was learnt of parts tells of the whole."""
        if self.method.needs == "moments":
            return True
        return all("distinct" in one.figures for one in self.statistics)


class Fit:
    """`method` fitted to columns; a plan has one for each.

    columns: (name, index, statistics by group). by: the names of the columns that make groups;
    groups: their values (tuples where there are several), or None. `warnings` tells of columns
    without spread; `read`, of how the table was written; `unseen`, what groups that are not in
    `groups` become if not an error, "global" or "missing" (the last statistics are theirs).
    Raises DataError where a figure is beyond float64's range, and at columns without spread if
    `constant` is "error".
    """

    def __init__(
        self,
        method: Method | Plan,
        columns: Sequence[tuple[str, int, Sequence[Statistics]]],
        constant: str = "zero",
        by: tuple[str, ...] = (),
        groups: list | None = None,
    ):
        if constant not in CONSTANT:
            raise SpecError(suggest(constant, CONSTANT, "policy of --constant"))
        if method.name == "rank" and constant != "zero":
            raise SpecError("--constant has no meaning for rank, which divides by no spread")
        self.method, self.constant, self.by, self.groups = method, constant, by, groups
        self.read: dict[str, Any] = {}
        self.unseen = "error"
        self.columns = [_learn(method.of(column[0]), *column) for column in columns]
        constant_columns = [column for column in self.columns if column.is_constant.any()]
        self.warnings = [self._without_spread(column) for column in constant_columns]
        self.warnings += filter(None, map(self._flat, self.columns))
        self.warnings += filter(None, map(_too_close, self.columns))

    def for_unseen(self, policy: str) -> "Fit":
        """The same fit for groups it has not seen too: as all together ("global"), or "missing".

        Raises SpecError where the figures of all do not follow from those of the groups.
        """
        if self.groups is None:
            raise SpecError("--unseen is of fits by groups, and this one has none (--by)")
        columns = []
        for column in self.columns:
            known = column.statistics
            if policy == "global" and not column.merges:
                raise SpecError(
                    f"--unseen global: {column.method.name} cannot tell of all what it has of "
                    "groups, whose values the fit does not keep; fit with --mergeable, or take "
                    "error or missing"
                )
            last = together(known, column.method) if policy == "global" else known[0]
            columns.append((column.name, column.index, [*known, last]))
        fit = Fit(self.method, columns, self.constant, self.by, self.groups)
        fit.read, fit.unseen = self.read, policy
        return fit

    def _name_of(self, group: int) -> str:
        """A group as messages have it."""
        known = self.groups or []
        return repr(known[group]) if group < len(known) else "all together"

    def _in_groups(self, which: np.ndarray) -> str:
        """The words for the groups of a mask; empty where there are none."""
        if self.groups is None:
            return ""
        same = np.flatnonzero(which).tolist()
        more = f" and {len(same) - 3} more" if len(same) > 3 else ""
        return f" in group {', '.join(map(self._name_of, same[:3]))}{more}"

    def _flat(self, column: FittedColumn) -> str:
        """The words for a column that varies, but not in what the method divides by."""
        which = column.learnt.get("flat", np.zeros(1)) > 0
        where = f"column {column.name!r}{self._in_groups(which)}"
        return f"{where}: {column.method.flat}: written as x − median" if which.any() else ""

    def _without_spread(self, column: FittedColumn) -> str:
        """The words for a column whose values (in some groups) are all the same."""
        text = f"column {column.name!r} has no spread{self._in_groups(column.is_constant)}"
        if self.constant == "error":
            raise DataError(f"{text} (constant zero or missing lets it pass)")
        became = {"zero": f"written as {column.method.of_constant!r}", "missing": "left empty"}
        return f"{text}: {became[self.constant]}"

    def _refuse_unseen(self, column: FittedColumn, group, present: np.ndarray) -> None:
        unseen = np.flatnonzero(column.empty[group] & present)
        if len(unseen):
            where = "" if self.groups is None else f" of group {self._name_of(group[unseen[0]])}"
            raise DataError(f"the fit saw no number in column {column.name!r}{where}")

    def transform(
        self, column: FittedColumn, values: np.ndarray, codes=None, in_place: bool = False
    ) -> np.ndarray:
        """The scaled values of one of `columns`; NaN stays NaN. codes: each row's group number.
        in_place: `values` may be overwritten by them, which saves memory and its time.

        Raises DataError where one is beyond float64's range, and at values of a column (or group of
        it) in which the fit saw none.
        """

        def where(row: int) -> str:
            return f"column {column.name!r}, row {row}"

        return self.scale(column, forward(column.method.before, values, where), codes, in_place)

    @cached_property
    def together(self) -> FittedColumn | None:
        """The columns as one whose groups they are, for values `SIDE_BY_SIDE`. None where their
        methods differ or take no centre off, where steps come before, and at a column without a
        number."""
        method, columns = self.columns[0].method, self.columns
        if self.groups is not None or method.before or self.columns[0].centre is None:
            return None
        if any(column.method != method or column.some[0] for column in columns):
            return None
        names = f"{columns[0].name} to {columns[-1].name}"
        return _learn(method, names, 0, [column.statistics[0] for column in columns])

    def scale(
        self, column: FittedColumn, values: np.ndarray, codes=None, in_place: bool = False
    ) -> np.ndarray:
        """`transform` of values that are through the steps before the method already."""
        of_constant = column.method.of_constant if self.constant == "zero" else np.nan
        work = partial(_forward, out=values) if in_place else _forward
        return self._through(work, column, values, codes, of_constant)

    def inverse(self, column: FittedColumn, values: np.ndarray, codes=None) -> np.ndarray:
        """The originals of scaled values; those of a column without spread are its one value."""
        through = self._through(_backward, column, values, codes)
        return self._in_range(column, backward(column.method.before, through))

    def _through(self, work, column: FittedColumn, values, codes, of_constant=None) -> np.ndarray:
        group = 0 if codes is None else codes
        if self.unseen == "missing":
            values = np.where(group == len(self.groups or []), np.nan, values)
        empty, constant = column.some
        if empty:
            self._refuse_unseen(column, group, ~np.isnan(values))
        with np.errstate(all="ignore"):
            out = work(column.method, column, values, group)
        if constant:
            fill = column.lows if of_constant is None else of_constant
            fill = np.broadcast_to(fill, len(column.statistics))[group]
            out = np.where(column.is_constant[group] & ~np.isnan(values), fill, out)
        return self._in_range(column, out)

    def _in_range(self, column: FittedColumn, out: np.ndarray) -> np.ndarray:
        if np.isinf(out).any():
            raise DataError(f"column {column.name!r}: a scaled value is beyond float64's range")
        return out


@dataclass(frozen=True)
class ByFit:
    """`Fit.transform` of one of its columns."""

    fit: Fit
    column: FittedColumn
    in_place: bool = False

    def __call__(self, values: np.ndarray, codes: np.ndarray | None) -> np.ndarray:
        return self.fit.transform(self.column, values, codes, self.in_place)


def fit_of(scalings: Sequence[Callable]) -> Fit | None:
    """The fit that these are of, if one call of it does what they do: `Fit.together`."""
    first = scalings[0]
    if not isinstance(first, ByFit) or len(scalings) != len(first.fit.columns):
        return None
    pairs = zip(scalings, first.fit.columns, strict=True)
    own = all(isinstance(one, ByFit) and one.column is column for one, column in pairs)
    return first.fit if own and first.fit.together is not None else None


def _too_close(column: FittedColumn) -> str:
    """The words for whole numbers beyond 2⁵³ that are near one another, where float64 rounds
    them."""
    if isinstance(column.method, AboutMean) and column.wide:
        return ""
    low, high = column.ends
    largest = max(-low, high)
    if not 2.0**53 <= largest <= 2.0**64 or largest * 2.0**-52 < 1e-6 * (high - low):
        return ""
    return (
        f"column {column.name!r}: beyond 2⁵³ float64, which columns are scaled in, hardly tells "
        "its numbers apart; take off a whole number first"
    )


def of_distinct(method: Method, table: RankTable) -> dict:
    """What a method takes of all values, of the distinct ones, which are kept beside it."""
    return (method.figures(table) if method.figures else {}) | {"distinct": table}


def together(parts: Iterable[Statistics], method: Method) -> Statistics:
    """The statistics of several groups or tables as one, for a method whose column `merges`."""
    parts, figures = list(parts), {}
    if method.needs != "moments":
        figures = of_distinct(method, RankTable.joined(one.figures["distinct"] for one in parts))
    whole = Statistics(0, type(parts[0].moments)(), figures)
    for one in parts:
        whole.rows += one.rows
        whole.moments.merge(one.moments)
    return whole


def _learn(method: Method, name: str, index: int, statistics: Sequence[Statistics]) -> FittedColumn:
    """Go through the statistics, some groups at a time, and keep what the method learns of each."""
    groups, start, every = len(statistics), 0, iter(statistics)
    arrays: dict[str, np.ndarray] = {}
    lows, highs, wide = np.empty(groups), np.empty(groups), True
    try:
        while part := list(islice(every, _PART)):
            rows = slice(start, start := start + len(part))
            learnt = [method.learn(one) for one in part]
            for key in learnt[0]:
                arrays.setdefault(key, np.empty(groups))[rows] = [one[key] for one in learnt]
            lows[rows], highs[rows] = [one.min for one in part], [one.max for one in part]
            wide = wide and all(one.moments.wide for one in part)
    except DataError as error:
        raise DataError(f"column {name!r}: {error}") from None
    empty = np.isnan(lows)
    with np.errstate(over="ignore", invalid="ignore"):
        centre, (width, left) = method.pairs(arrays)
    # A deviation below the smallest float is 0 as a float, and its quotients are told exactly.
    is_constant = ~empty & (((width == 0) & ~(lows < highs)) | np.isnan(width))
    without = empty | is_constant
    widths = np.where(without, 1.0, width), np.where(without, 0.0, left)
    ends = (0.0, 0.0) if empty.all() else (float(np.nanmin(lows)), float(np.nanmax(highs)))
    about = (method, name, index, statistics)
    return FittedColumn(*about, arrays, centre, widths, is_constant, empty, lows, ends, wide)


def _forward(
    method: Method, column: FittedColumn, x: np.ndarray, group, out: np.ndarray | None = None
) -> np.ndarray:
    """Values scaled. out: where they may go."""
    if not isinstance(method, AboutMean):
        x = x.astype(np.float64, copy=False)
    if method.needs == "order":
        return _among_ranks(column, x, group, RankTable.percentiles)

    def exact(value: float, number: int) -> float:
        if column.is_constant[number]:
            return 0.0
        own = {key: float(figures[number]) for key, figures in column.learnt.items()}
        return method.exact(value, column.statistics[number], own)

    def figure(name: str) -> Any:
        return column.learnt[name][group]

    if column.centre is None:
        unit = np.divide(x, column.width[0][group], out=out)
    else:
        unit = quotients(x, column.figures, group, exact, out)
    if method.ceiling is None or not method.output or sum(method.output) == method.ceiling:
        return method.scaled(unit, figure)
    # Rounding must not carry a value past the end that it stands on.
    scaled = method.scaled(unit.copy(), figure)
    scaled = np.where(unit < 1.0, np.minimum(scaled, method.ceiling), scaled)
    return np.where(unit == 1.0, method.ceiling, scaled)


def _backward(method: Method, column: FittedColumn, y: np.ndarray, group) -> np.ndarray:
    """The inverse of `_forward`; by halves where a difference of two is beyond float64's range."""
    if method.needs == "order":
        return _among_ranks(column, y, group, RankTable.at)
    p = {key: figures[group] for key, figures in column.learnt.items()}
    unit = method.unscaled(y)
    x = method.value(unit, p)
    beyond = ~np.isfinite(x) & ~np.isnan(y)
    if beyond.any():
        halves = {key: figure * 0.5 for key, figure in p.items()}
        x = np.where(beyond, method.value(unit, halves) * 2, x)
    return x


def _among_ranks(column: FittedColumn, x: np.ndarray, group, look_up: Callable) -> np.ndarray:
    """Values looked up in the rank table of their group, in the way of `look_up`."""
    tables = [one.figures["distinct"] for one in column.statistics]
    if np.ndim(group) == 0:
        return look_up(tables[group], x)
    order = np.argsort(group, kind="stable")
    present, starts = np.unique(group[order], return_index=True)
    out = np.empty(len(x))
    for number, rows in zip(present, np.split(order, starts[1:]), strict=True):
        out[rows] = look_up(tables[number], x[rows])
    return out
