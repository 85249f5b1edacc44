"""Lazy frames: the engine computes, with its own arithmetic, and nothing is fetched here.

Statistics are expressions of the engine over the whole column, or over each group; so results are
as exact as the engine is (docs/accuracy.md says how far off each is). NaN is taken for missing, as
everywhere; an infinity cannot be refused before the engine has run, and makes its column NaN.
DuckDB does not keep the order of rows behind a window, so rows are numbered before, sorted after.
"""

from types import SimpleNamespace
from typing import Any

import narwhals as nw
import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.frames.kinds import Chosen, chosen_names, wrap
from onescale.tables.scaling.fit import CONSTANT, Fit
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.statistics.summary import KEYS

_ROW = "__onescale_row"
_QUARTILES = (0.25, 0.5, 0.75)


def scale(frame: Any, method: Method | Plan, chosen: Chosen, replace: bool, constant: str) -> Any:
    """`frame` with scaled columns, as lazy as it was."""
    if isinstance(method, Plan) or method.before:
        raise SpecError("a plan, or a step before a method: collect the lazy frame first")
    if constant not in CONSTANT:
        raise SpecError(suggest(constant, CONSTANT, "policy of constant"))
    if constant == "error":
        raise SpecError("constant='error' needs to see the data: collect the lazy frame first")
    wrapped = wrap(frame)
    names, new = wrapped.collect_schema(), []
    for name in _choose(wrapped, chosen):
        out = name if replace else f"{name}_{method.ending}"
        if not replace and out in names:
            raise DataError(f"there is a column {out!r} already; replace=True takes its place")
        new.append(_scaled(_number(name), method, chosen.by, constant).alias(out))
    if not wrapped.implementation.is_duckdb():
        return wrapped.with_columns(*new).to_native()
    numbered = wrapped.to_native().project(f"*, row_number() OVER () AS {_ROW}")
    return nw.from_native(numbered).with_columns(*new).sort(_ROW).drop(_ROW).to_native()


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


def _statistics(x: nw.Expr, method: Method, by: str | None) -> SimpleNamespace:
    """What `Statistics` has for a method to learn from, as expressions over each row's group."""

    def over(statistic: nw.Expr) -> nw.Expr:
        return statistic if by is None else statistic.over(by)

    def std_pair(ddof: int, epsilon: float = 0.0) -> tuple[nw.Expr]:
        plain = over(x.std(ddof=ddof))
        return (plain if not epsilon else (plain * plain + epsilon).sqrt(),)

    def flat(one: nw.Expr, other: nw.Expr) -> nw.Expr:
        return nw.when((one == other) & (high > low)).then(1.0).otherwise(0.0)

    low, high = over(x.min()), over(x.max())
    maxabs = nw.max_horizontal(low.abs(), high.abs())
    shares = getattr(method, "shares", {})
    if method.needs == "values" and not shares:
        raise SpecError(f"{method.name} needs all values: collect the lazy frame first")
    figures = {key: over(x.quantile(float(share), "linear")) for key, share in shares.items()}
    mean, ranks, count = (over(x.mean()),), over(x.rank("average")), over(x.count())
    return SimpleNamespace(
        min=low, max=high, maxabs=maxabs, mean=mean, figures=figures, std_pair=std_pair,
        flat=flat, ranks=(ranks - 0.5) * 100 / count,
    )  # fmt: skip


def _scaled(x: nw.Expr, method: Method, by: str | None, constant: str) -> nw.Expr:
    s: Any = _statistics(x, method, by)
    if method.needs == "order":
        return s.ranks
    p = method.learn(s)
    scaled = method.scaled(method.unit(x, p), p)
    # An engine's std of equal values may be a rounding error.
    varies = s.max > s.min if "std" in p else method.spread(p) > 0
    fill = nw.lit(method.of_constant) if constant == "zero" else nw.lit(None, nw.Float64)
    return nw.when(~x.is_null()).then(nw.when(varies).then(scaled).otherwise(fill))


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
        if method.before:
            raise SpecError("a step before a method: collect the lazy frame first")
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
