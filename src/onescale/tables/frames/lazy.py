"""Lazy frames: the engine computes, with its own arithmetic, and nothing is fetched here.

Statistics are expressions of the engine over the whole column, or over each group; so results are
as exact as the engine is (docs/accuracy.md says how far off each is). NaN is taken for missing, as
everywhere; an infinity cannot be refused before the engine has run, and makes its column NaN.
DuckDB does not keep the order of rows behind a window, so rows are numbered before, sorted after.
"""

import narwhals as nw
import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.frames.kinds import chosen_names, wrap
from onescale.tables.scaling.fit import CONSTANT

_ROW = "__onescale_row"
_QUARTILES = (0.25, 0.5, 0.75)


class EngineStatistics:
    """What a method learns from, as `Statistics` has it; here, expressions on the column `x`."""

    def __init__(self, x: nw.Expr, by: str | None):
        self.x, self.by = x, by

    def over(self, statistic: nw.Expr) -> nw.Expr:
        """A statistic of each row's group."""
        return statistic if self.by is None else statistic.over(self.by)

    @property
    def min(self) -> nw.Expr:
        return self.over(self.x.min())

    @property
    def max(self) -> nw.Expr:
        return self.over(self.x.max())

    @property
    def maxabs(self) -> nw.Expr:
        return nw.max_horizontal(self.min.abs(), self.max.abs())

    @property
    def mean(self) -> tuple[nw.Expr]:
        return (self.over(self.x.mean()),)

    @property
    def quartiles(self) -> tuple[nw.Expr, ...]:
        return tuple(self.over(self.x.quantile(q, "linear")) for q in _QUARTILES)

    def std(self, ddof: int, epsilon: float = 0.0) -> nw.Expr:
        std = self.over(self.x.std(ddof=ddof))
        return std if not epsilon else (std * std + epsilon).sqrt()

    def varies(self, spread: nw.Expr, by_std: bool) -> nw.Expr:
        """Whether values differ. An engine's std of equal ones may be a rounding error."""
        return self.max > self.min if by_std else spread > 0


def scale(frame, method, columns, by, replace: bool, constant: str):
    """`frame` with scaled columns, as lazy as it was."""
    if constant not in CONSTANT:
        raise SpecError(suggest(constant, CONSTANT, "policy of constant"))
    if constant == "error":
        raise SpecError("constant='error' needs to see the data: collect the lazy frame first")
    wrapped = wrap(frame)
    schema = wrapped.collect_schema()
    chosen = _choose(schema, columns, by)
    new = []
    for name in chosen:
        out = name if replace else f"{name}_{method.suffix}"
        if not replace and out in schema:
            raise DataError(f"there is a column {out!r} already; replace=True takes its place")
        new.append(_scaled(_number(name), method, by, constant).alias(out))
    numbered = _numbered(wrapped)
    return _ordered(numbered.with_columns(*new), wrapped is not numbered).to_native()


def _choose(schema, columns, by) -> list[str]:
    if by is not None and by not in schema:
        raise DataError(suggest(by, list(schema), "column"))
    chosen = chosen_names(schema, columns, by)
    if not chosen:
        raise DataError("no column of numbers to scale")
    return chosen


def _numbered(wrapped):
    if not wrapped.implementation.is_duckdb():
        return wrapped
    relation = wrapped.to_native()
    return nw.from_native(relation.project(f"*, row_number() OVER () AS {_ROW}"))


def _ordered(wrapped, numbered: bool):
    return wrapped.sort(_ROW).drop(_ROW) if numbered else wrapped


def _number(name: str):
    """A column as float64, null where it is NaN."""
    x = nw.col(name).cast(nw.Float64)
    return nw.when(~x.is_nan()).then(x)


def _scaled(x: nw.Expr, method, by, constant: str) -> nw.Expr:
    statistics = EngineStatistics(x, by)
    if method.needs == "order":
        return (statistics.over(x.rank("average")) - 0.5) * 100 / statistics.over(x.count())
    p = method.learn(statistics)
    scaled = method.scaled(method.unit(x, p), p)
    varies = statistics.varies(method.spread(p), "std" in p)
    fill = nw.lit(method.of_constant) if constant == "zero" else nw.lit(None, nw.Float64)
    return nw.when(~x.is_null()).then(nw.when(varies).then(scaled).otherwise(fill))


def describe(frame, columns, by, ddof: int):
    """The figures of each column (and group) as rows of a lazy frame."""
    wrapped = wrap(frame)
    schema = wrapped.collect_schema()
    parts = []
    for name in _choose(schema, columns, by):
        x = _number(name)
        figures = [
            nw.len().alias("rows"),
            (nw.len() - x.count()).alias("missing"),
            x.count().alias("count"),
            x.mean().alias("mean"),
            x.std(ddof=ddof).alias("std"),
            x.min().alias("min"),
            *(x.quantile(q, "linear").alias(f"{q:.0%}") for q in _QUARTILES),
            x.max().alias("max"),
        ]
        if by is None:
            rows = wrapped.select(*figures)
        else:
            rows = wrapped.group_by(by).agg(*figures).rename({by: "group"})
        head = [
            nw.lit(name).alias("column"),
            nw.lit(list(schema).index(name) + 1, nw.Int64).alias("position"),
        ]
        group = [nw.col("group")] if by is not None else []
        keys = ["rows", "missing", "count", "mean", "std", "min", "25%", "50%", "75%", "max"]
        parts.append(rows.with_columns(*head).select("column", "position", *group, *keys))
    order = ["position", "group"] if by is not None else ["position"]
    return nw.concat(parts).sort(*order).to_native()


def through(wrapped, fit, inverse: bool):
    """A lazy frame through a fit: row by row, with the fit's figures as constants."""
    if fit.by is not None:
        raise SpecError("a fit by groups needs an eager frame: collect the lazy one first")
    schema = wrapped.collect_schema()
    new = []
    for column in fit.columns:
        if column.name not in schema:
            raise DataError(suggest(column.name, list(schema), "column"))
        x, method = _number(column.name), fit.method
        p = {key: float(figures[0]) for key, figures in column.learnt.items()}
        if column.is_constant[0]:
            work = fit.inverse if inverse else fit.transform
            value = float(work(column, np.zeros(1))[0])
            y = nw.when(~x.is_null()).then(nw.lit(None if value != value else value, nw.Float64))
        elif inverse:
            y = method.value(method.unscaled(x), p)
        else:
            y = method.scaled(method.unit(x, p), p)
        new.append(y.alias(column.name))
    return wrapped.with_columns(*new).to_native()
