"""Lazy frames: exact statistics of what the engine hands over, then expressions of its own.

The statistics are those of files, to the bit (`streamed`); what they say stands as figures in
expressions that the engine works out row by row when it is asked for rows, in doubles: quotients
are rounded correctly there too (`Stages`). Ranks alone are the engine's, in whole numbers. NaN is
taken for missing, as everywhere.
"""

import math
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import narwhals as nw
import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.commands.describe import describe_table
from onescale.tables.frames.kinds import Chosen, wrap
from onescale.tables.frames.streamed import fit_table, streamed
from onescale.tables.scaling.fit import Fit, FittedColumn
from onescale.tables.scaling.method import Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.statistics.weighted import SPLIT

GROUPS = 1000  # at most: each is a branch of an expression
_ROW, _OWN = "__onescale_row", "__onescale_"
_NAN = nw.lit(math.nan, nw.Float64)
_SAFE = 1e290  # quotients below it can be split


def scale(frame: Any, method: Method | Plan, chosen: Chosen, replace: bool, constant: str) -> Any:
    """`frame` with scaled columns, as lazy as it was."""
    wrapped = wrap(frame)
    names = wrapped.collect_schema()
    columns = streamed(wrapped, chosen).chosen.columns
    own = {name: method.of(name) for name in columns}
    outs = {name: name if replace else f"{name}_{one.ending}" for name, one in own.items()}
    for out in () if replace else outs.values():
        if out in names:
            raise DataError(f"there is a column {out!r} already; replace=True takes its place")
    ranked = [name for name, one in own.items() if one.needs == "order"]
    if ranked and chosen.weights is not None:
        raise SpecError("rank takes no weights")
    fitted_columns: dict[str, FittedColumn] = {}
    if len(ranked) < len(own):
        fitted = chosen._replace(columns=[name for name in own if name not in ranked])
        fit = fit_table(streamed(wrapped, fitted), method, constant)
        for message in fit.warnings:
            warnings.warn(message, UserWarning, stacklevel=4)
        fitted_columns = {column.name: column for column in fit.columns}
        empty = [column.name for column in fit.columns if column.empty.all()]
        if empty and chosen.columns is not None:
            raise DataError(f"column {empty[0]!r} holds no number, only missing values")
    if ranked and wrapped.implementation.is_duckdb():  # whose windows lose the order of rows
        native = wrapped.to_native().project(f"*, row_number() OVER () AS {_ROW}")
        wrapped = nw.from_native(native)
    stages = Stages(wrapped)
    for name, out in outs.items():
        x = _forward(own[name].before, _number(name))
        if own[name].needs == "order":
            stages.last[out] = _ranks(x, chosen.by)
        else:
            stages.add(out, x, fitted_columns[name], fit)
    scaled = stages.frame()
    if _ROW in scaled.collect_schema():
        scaled = scaled.sort(_ROW).drop(_ROW)
    return scaled.to_native()


def through(wrapped: nw.LazyFrame, fit: Fit, inverse: bool) -> Any:
    """A lazy frame through a fit: row by row, with the fit's figures as constants."""
    schema, stages = wrapped.collect_schema(), Stages(wrapped)
    if fit.by:
        _refuse_unseen(wrapped, fit)
    for column in fit.columns:
        name, method = column.name, column.method
        if name not in schema:
            raise DataError(suggest(name, list(schema), "column"))
        if method.needs == "order":
            raise SpecError("ranks among the values of a fit: collect the lazy frame first")
        if column.empty.any():
            raise DataError(f"the fit saw no number in column {name!r}")
        if inverse:
            stages.inverse(name, column, fit)
        else:
            stages.add(name, _forward(method.before, _number(name)), column, fit)
    return stages.frame().to_native()


def describe(frame: Any, chosen: Chosen, ddof: int) -> Any:
    """The figures of each column (and group) as rows of a lazy frame."""
    wrapped = wrap(frame)
    figures = describe_table(streamed(wrapped, chosen).source, ddof)
    keys = list(figures)
    made = nw.from_dict(figures, backend="pyarrow").with_columns(
        nw.col(key).cast(nw.Float64) for key in keys[keys.index("count") + 1 :]
    )
    session = getattr(wrapped.to_native(), "sparkSession", None)
    return made.lazy(wrapped.implementation, session=session).to_native()


class Stages:
    """Columns worked out in steps, each of columns of the step before, so that no engine is given
    an expression that doubles with every step. `last` are those that stay.

    The quotient is rounded as `scaling.rounding` does it, but for values at the ends of the range
    of doubles, which are given to integers there.
    """

    def __init__(self, wrapped: nw.LazyFrame):
        self.wrapped, self.schema = wrapped, wrapped.collect_schema()
        self.steps: list[dict[str, nw.Expr]] = [{} for _ in range(7)]
        self.last: dict[str, nw.Expr] = {}

    def add(self, out: str, x: nw.Expr, column: FittedColumn, fit: Fit) -> None:
        """x scaled by a column of a fit, as the column `out`."""
        number, method = len(self.steps[0]), column.method

        def keep(step: int, **made: nw.Expr) -> list[nw.Expr]:
            """Columns of a step, by names that nothing else has."""
            named = {f"{_OWN}{key}{number}": one for key, one in made.items()}
            self.steps[step] |= named
            return list(map(nw.col, named))

        (x,) = keep(0, x=x)
        unit = self._unit(x, column, fit, keep)
        y = method.scaled(unit, lambda name: self._figure(column.learnt[name], fit))
        ceiling = method.ceiling
        if ceiling is not None and method.output and sum(method.output) != ceiling:
            over = (unit == 1) | ((unit < 1) & (y > ceiling))
            y = nw.when(over).then(nw.lit(ceiling)).otherwise(y)
        if column.is_constant.any():
            zero = fit.constant == "zero"
            fill = nw.lit(method.of_constant if zero else None, nw.Float64)
            y = nw.when(self._within(column.is_constant, fit)).then(fill).otherwise(y)
        self.last[out] = nw.when(~x.is_null()).then(y)

    def _unit(self, x: nw.Expr, column: FittedColumn, fit: Fit, keep: Callable) -> nw.Expr:
        """(x − centre)/width, correctly rounded, also where an engine takes a reciprocal for a
        division by a constant (polars)."""
        pairs = dict(zip(("c", "c_low", "c_rest"), _in_three(column), strict=True))
        pairs |= dict(zip(("w", "w_low"), column.width, strict=True))
        figures = {key: self._figure(values, fit) for key, values in pairs.items()}
        if fit.groups is not None:
            figures = dict(zip(figures, keep(0, **figures), strict=True))
        c, c_low, c_rest, w, w_low = figures.values()
        (d,) = keep(1, d=x - c)
        (e,) = keep(2, e=(x - (d - (d - x))) - ((d - x) + c))  # d + e = x − c
        (f,) = keep(3, f=e - c_low)
        q, g = keep(4, q=(d + f) / w, g=(e - (f - (f - e))) - ((f - e) + c_low) - c_rest)
        (high,) = keep(5, high=q * SPLIT - (q * SPLIT - q))
        low, w_high = q - high, w * SPLIT - (w * SPLIT - w)
        p, rest = q * w, w - w_high
        error = (high * w_high - p) + high * rest + low * w_high + low * rest  # p + error = q · w
        corrected = q + (((d - p) + f) - error - q * w_low + g) / w
        return keep(6, unit=nw.when(q.abs() < _SAFE).then(corrected).otherwise(q))[0]

    def frame(self) -> nw.LazyFrame:
        """The frame with the columns that stay."""
        frame = self.wrapped
        for step in (*self.steps, self.last):
            frame = frame.with_columns(**step) if step else frame
        return frame.drop([name for step in self.steps for name in step])

    def inverse(self, name: str, column: FittedColumn, fit: Fit) -> None:
        """The originals of scaled values, in their place."""
        y, method = _number(name), column.method
        p = {key: self._figure(figures, fit) for key, figures in column.learnt.items()}
        x = method.value(method.unscaled(y), p)
        if column.is_constant.any():
            fill = self._figure(column.lows, fit)
            x = nw.when(self._within(column.is_constant, fit)).then(fill).otherwise(x)
        for _ in method.before:  # logarithms: see `_forward`
            x = x.exp()
        self.last[name] = nw.when(~y.is_null()).then(x)

    def _figure(self, figures: np.ndarray, fit: Fit) -> nw.Expr:
        """A figure as a constant, or as that of each row's group."""
        if fit.groups is None:
            return self._literal(float(figures[0]))
        if self.wrapped.implementation.is_polars():  # which looks groups up, however many
            known = {group: float(one) for group, one in zip(fit.groups, figures, strict=True)}
            none = self._literal(known.pop(None, math.nan))
            key, old, new = nw.col(fit.by[0]), list(known), list(known.values())
            found = key.replace_strict(old, new, default=None, return_dtype=nw.Float64)
            return nw.when(self._is_missing(fit)).then(none).otherwise(found)
        groups = zip(self._groups(fit), figures.tolist(), strict=True)
        return nw.coalesce(*(nw.when(here).then(self._literal(one)) for here, one in groups))

    def _within(self, which: np.ndarray, fit: Fit) -> nw.Expr:
        """Whether a row is in one of some groups."""
        if fit.groups is None:
            return nw.lit(True)
        return self._figure(which.astype(float), fit) == 1

    def _groups(self, fit: Fit) -> list[nw.Expr]:
        """Whether a row is in a group, for each."""
        (by,), groups = fit.by, fit.groups or []
        if len(groups) > GROUPS:
            raise SpecError(
                f"{len(groups):,} groups by {by!r}, of which expressions of a lazy frame take "
                f"{GROUPS:,}: collect it first"
            )
        none = self._is_missing(fit)
        return [none if group is None else nw.col(by) == group for group in groups]

    def _is_missing(self, fit: Fit) -> nw.Expr:
        key = nw.col(fit.by[0])
        return key.is_null() | key.is_nan() if self.schema[fit.by[0]].is_float() else key.is_null()

    def _literal(self, value: float) -> nw.Expr:
        """A double, to the bit: in the SQL that Ibis writes, figures might become decimals."""
        if value != value:
            return nw.lit(None, nw.Float64)
        if self.wrapped.implementation.is_ibis():
            return nw.lit(repr(value)).cast(nw.Float64)
        return nw.lit(value, nw.Float64)


def _in_three(column: FittedColumn) -> tuple[np.ndarray, ...]:
    """What is taken from the values, as sums of three doubles."""
    high, low = column.centre or (np.zeros(len(column.width[0])),) * 2
    rest = np.zeros(len(high))
    if "mean_low" in column.method.centre:
        for k, one in enumerate(column.statistics):
            if one.count:
                exact = one.moments.exact_mean()
                rest[k] = float(exact - Fraction(high[k]) - Fraction(low[k]))
    return high, low, rest


def _number(name: str) -> nw.Expr:
    """A column as float64, null where it is NaN."""
    x = nw.col(name).cast(nw.Float64)
    return nw.when(~x.is_nan()).then(x)


def _forward(before: tuple[str, ...], x: nw.Expr) -> nw.Expr:
    """A column through the steps before its method; NaN where a logarithm takes no such value."""
    for step in before:
        if step != "log":
            raise SpecError(f"{step} needs the values: collect the lazy frame first")
        x = nw.when(x > 0).then(x.log()).otherwise(nw.when(x <= 0).then(_NAN))
    return x


def _ranks(x: nw.Expr, by: str | None) -> nw.Expr:
    """Percentile ranks, as `statistics.ranks` has them: whole numbers, and one division.

    Where a value has no logarithm all are NaN, so that it is not left out in silence.
    """
    ranks, count, wrong = x.rank("average"), x.count(), x.is_nan().cast(nw.Int8).max()
    if by is not None:
        ranks, count, wrong = ranks.over(by), count.over(by), wrong.over(by)
    count = count + ranks * 0  # a column, by which polars divides, where it would take a reciprocal
    y = nw.when(wrong == 0).then((ranks * 2 - 1) * 50 / count).otherwise(_NAN)
    return nw.when(~x.is_null()).then(y)


def _refuse_unseen(wrapped: nw.LazyFrame, fit: Fit) -> None:
    """Refuse a frame that has other groups than the fit."""
    (by,) = fit.by
    if by not in wrapped.collect_schema():
        raise DataError(suggest(by, list(wrapped.collect_schema()), "column"))
    there = wrapped.group_by(by).agg(rows=nw.len()).collect().get_column(by).to_list()
    known = set(fit.groups or ())
    for group in (None if one != one else one for one in there):
        if group not in known:
            close = suggest(str(group), list(map(str, fit.groups or ()))[:100], "group")
            raise DataError(f"{close} (the fit has not seen it)")
