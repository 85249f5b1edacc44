"""Lazy frames: the engine computes, with its own arithmetic, and nothing is fetched here.

Statistics are expressions of the engine over the whole column, or over each group; so results are
as exact as the engine is (docs/accuracy.md says how far off each is). NaN is taken for missing, as
everywhere; an infinity, or what has no logarithm, cannot be refused before the engine has run, and
makes its column (or group) NaN.
DuckDB does not keep the order of rows behind a window, so rows are numbered before, sorted after.
"""

import math
from types import SimpleNamespace
from typing import Any

import narwhals as nw
import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.frames.kinds import Chosen, chosen_names, wrap
from onescale.tables.scaling.fit import CONSTANT, Fit
from onescale.tables.scaling.methods import Mad, Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.statistics.summary import KEYS

_ROW, _MEDIAN = "__onescale_row", "__onescale_median"
_QUARTILES = (0.25, 0.5, 0.75)


def scale(frame: Any, method: Method | Plan, chosen: Chosen, replace: bool, constant: str) -> Any:
    """`frame` with scaled columns, as lazy as it was."""
    if constant not in CONSTANT:
        raise SpecError(suggest(constant, CONSTANT, "policy of constant"))
    if constant == "error":
        raise SpecError("constant='error' needs to see the data: collect the lazy frame first")
    wrapped = wrap(frame)
    names = wrapped.collect_schema()
    new: list[nw.Expr] = []
    medians: list[nw.Expr] = []
    for name in _choose(wrapped, chosen):
        own = method.of(name)
        out = name if replace else f"{name}_{own.ending}"
        if not replace and out in names:
            raise DataError(f"there is a column {out!r} already; replace=True takes its place")
        x, median = _forward(own.before, _number(name)), f"{_MEDIAN}{len(medians)}"
        if isinstance(own, Mad):  # a column of its own: windows do not nest
            medians.append(_over(x.median(), chosen.by).alias(median))
        new.append(_scaled(x, own, chosen.by, constant, median).alias(out))
    if wrapped.implementation.is_duckdb():
        numbered = wrapped.to_native().project(f"*, row_number() OVER () AS {_ROW}")
        wrapped = nw.from_native(numbered)
    scaled = (wrapped.with_columns(*medians) if medians else wrapped).with_columns(*new)
    if wrapped.implementation.is_duckdb():
        scaled = scaled.sort(_ROW).drop(_ROW)
    return scaled.drop([f"{_MEDIAN}{k}" for k in range(len(medians))]).to_native()


def _choose(wrapped: nw.LazyFrame, chosen: Chosen) -> list[str]:
    if chosen.weights is not None:
        raise SpecError("weights need the values: collect the lazy frame first")
    names = chosen_names(wrapped.collect_schema(), chosen)
    if not names:
        raise DataError("no column of numbers to scale")
    return names


def _number(name: str) -> nw.Expr:
    """A column as float64, null where it is NaN."""
    x = nw.col(name).cast(nw.Float64)
    return nw.when(~x.is_nan()).then(x)


def _forward(before: tuple[str, ...], x: nw.Expr) -> nw.Expr:
    """A column through the steps before its method; NaN where a logarithm takes no such value."""
    for step in before:
        if step != "log":
            raise SpecError(f"{step} needs the values: collect the lazy frame first")
        x = nw.when(x > 0).then(x.log()).when(x <= 0).then(nw.lit(math.nan))
    return x


def _over(statistic: nw.Expr, by: str | None) -> nw.Expr:
    """A statistic of all rows, or of each row's group."""
    return statistic if by is None else statistic.over(by)


def _statistics(x: nw.Expr, method: Method, by: str | None, median: str) -> SimpleNamespace:
    """What `Statistics` has for a method to learn from, as expressions over each row's group.

    median: the column that holds the median, if the method asks for one.
    """

    def over(statistic: nw.Expr) -> nw.Expr:
        return _over(statistic, by)

    def std_pair(ddof: int, epsilon: float = 0.0) -> tuple[nw.Expr]:
        plain = over(x.std(ddof=ddof))
        return (plain if not epsilon else (plain * plain + epsilon).sqrt(),)

    def flat(one: nw.Expr, other: nw.Expr) -> nw.Expr:
        return nw.when((one == other) & (high > low)).then(1.0).otherwise(0.0)

    low, high = over(x.min()), over(x.max())
    maxabs = nw.max_horizontal(low.abs(), high.abs())
    shares = getattr(method, "shares", {})
    figures = {key: over(x.quantile(float(share), "linear")) for key, share in shares.items()}
    if isinstance(method, Mad):
        deviation = over((x - nw.col(median)).abs().median()) * method.factor
        figures = {"median": nw.col(median), "mad": deviation}
    mean, ranks, count = (over(x.mean()),), over(x.rank("average")), over(x.count())
    return SimpleNamespace(
        min=low, max=high, maxabs=maxabs, mean=mean, figures=figures, std_pair=std_pair,
        flat=flat, ranks=(ranks - 0.5) * 100 / count,
    )  # fmt: skip


def _scaled(x: nw.Expr, method: Method, by: str | None, constant: str, median: str) -> nw.Expr:
    s: Any = _statistics(x, method, by, median)
    if method.needs == "order":
        scaled = s.ranks
    else:
        p = method.learn(s)
        # An engine's std of equal values may be a rounding error.
        varies = s.max > s.min if "std" in p else method.spread(p) > 0
        fill = nw.lit(method.of_constant) if constant == "zero" else nw.lit(None, nw.Float64)
        scaled = method.scaled(method.unit(x, p), p)
        scaled = nw.when(varies).then(scaled).otherwise(fill)
    if method.before:  # a value without a logarithm is not left out in silence
        refused = nw.when(x.is_nan()).then(1.0).otherwise(0.0).max()
        scaled = nw.when(_over(refused, by) < 1).then(scaled).otherwise(nw.lit(math.nan))
    return nw.when(~x.is_null()).then(scaled)


def describe(frame: Any, chosen: Chosen, ddof: int) -> Any:
    """The figures of each column (and group) as rows of a lazy frame."""
    wrapped, by = wrap(frame), chosen.by
    names, parts = list(wrapped.collect_schema()), []
    keys = [key for key in KEYS if key != "group" or by is not None]
    for name in _choose(wrapped, chosen):
        x = _number(name)
        figures = {"rows": nw.len(), "missing": nw.len() - x.count(), "count": x.count()}
        figures |= {"mean": x.mean(), "std": x.std(ddof=ddof), "min": x.min(), "max": x.max()}
        figures |= {f"{q:.0%}": x.quantile(q, "linear") for q in _QUARTILES}
        if by is None:
            rows = wrapped.select(**figures)
        else:
            rows = wrapped.group_by(by).agg(**figures).rename({by: "group"})
        position = nw.lit(names.index(name) + 1, nw.Int64)
        parts.append(rows.with_columns(column=nw.lit(name), position=position).select(keys))
    return nw.concat(parts).sort([key for key in ("position", "group") if key in keys]).to_native()


def through(wrapped: nw.LazyFrame, fit: Fit, inverse: bool) -> Any:
    """A lazy frame through a fit: row by row, with the fit's figures as constants."""
    if fit.by:
        raise SpecError("a fit by groups needs an eager frame: collect the lazy one first")
    schema = wrapped.collect_schema()
    new = []
    for column in fit.columns:
        if column.name not in schema:
            raise DataError(suggest(column.name, list(schema), "column"))
        x, method = _number(column.name), column.method
        if method.needs == "order":
            raise SpecError("ranks among the values of a fit: collect the lazy frame first")
        forward = _forward(method.before, x)
        x = x if inverse else forward
        p = {key: float(figures[0]) for key, figures in column.learnt.items()}
        if column.is_constant[0]:
            work = fit.inverse if inverse else fit.scale
            value = float(work(column, np.zeros(1))[0])
            y = nw.when(~x.is_null()).then(nw.lit(None if value != value else value, nw.Float64))
        elif inverse:
            y = method.value(method.unscaled(x), p)
            for _ in method.before:
                y = y.exp()
        else:
            y = method.scaled(method.unit(x, p), p)
        new.append(y.alias(column.name))
    return wrapped.with_columns(*new).to_native()
