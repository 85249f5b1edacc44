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
        new.append(_expression(name, method, by, constant).alias(out))
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


def _expression(name: str, method, by, constant: str):
    x = _number(name)

    def over(statistic):
        return statistic.over(by) if by is not None else statistic

    if method.name == "rank":
        n = over(x.count())
        ranked = x.rank("average").over(by) if by is not None else x.rank("average")
        return (ranked - 0.5) * 100 / n
    if method.name == "standardize":
        centre, spread = over(x.mean()), over(x.std(ddof=method.ddof))
    elif method.name == "minmax":
        centre = over(x.min())
        spread = over(x.max()) - centre
    elif method.name == "robust":
        centre = over(x.quantile(0.5, "linear"))
        spread = over(x.quantile(0.75, "linear")) - over(x.quantile(0.25, "linear"))
    else:
        low, high = over(x.min()), over(x.max())
        centre, spread = 0.0, nw.max_horizontal(low.abs(), high.abs())
    scaled = (x - centre) / spread
    if method.name == "minmax" and (method.low, method.high) != (0.0, 1.0):
        scaled = scaled * (method.high - method.low) + method.low
    fill = nw.lit(method.of_constant) if constant == "zero" else nw.lit(None, nw.Float64)
    if method.name == "standardize":  # an engine's std of equal values may be a rounding error
        plain = nw.when(over(x.max()) > over(x.min())).then(scaled).otherwise(fill)
    else:
        plain = nw.when(spread > 0).then(scaled).otherwise(fill)
    return nw.when(~x.is_null()).then(plain)


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
            *(x.quantile(q, "linear").alias(f"{q:.0%}") for q in (0.25, 0.5, 0.75)),
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
        x = _number(column.name)
        if column.is_constant[0]:
            ends = np.array([column.statistics[0].min])
            work = fit.inverse if inverse else fit.transform
            value = float(work(column, ends)[0])
            y = nw.when(~x.is_null()).then(nw.lit(None if value != value else value, nw.Float64))
        else:
            y = _by_figures(
                x, fit.method, {k: float(v[0]) for k, v in column.learnt.items()}, inverse
            )
        new.append(y.alias(column.name))
    return wrapped.with_columns(*new).to_native()


def _by_figures(x, method, p: dict[str, float], inverse: bool):
    """A method's arithmetic as an expression of the engine."""
    if method.name == "minmax":
        width, reach = method.high - method.low, p["max"] - p["min"]
        if inverse:
            return (x - method.low) / width * reach + p["min"]
        part = (x - p["min"]) / reach
        return (part.clip(0.0, 1.0) if method.clip else part) * width + method.low
    centre, low = p.get("mean", p.get("median", 0.0)), p.get("mean_low", 0.0)
    spread = float(method.spread(p)) * (2 if method.name == "robust" else 1)
    gamma, beta = getattr(method, "gamma", 1.0), getattr(method, "beta", 0.0)
    if inverse:
        return ((x - beta) / gamma * spread + low) + centre
    return ((x - centre) - low) / spread * gamma + beta
