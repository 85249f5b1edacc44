"""A fit as expressions of an engine, for queries that are built there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.scaling.fit import Fit, FittedColumn


@dataclass(frozen=True)
class Engine:
    """How an engine writes what its columns have no operator for.

    column: a column of a frame as doubles. constant: a double. log: the natural logarithm.
    """

    column: Callable[[Any, str], Any]
    log: Callable[[Any], Any]
    constant: Callable[[float], Any] = float


def _polars() -> Engine:
    import polars as pl

    return Engine(lambda frame, name: pl.col(name).cast(pl.Float64), lambda x: x.log())


def _duckdb() -> Engine:
    import duckdb

    return Engine(
        lambda frame, name: duckdb.ColumnExpression(name).cast("DOUBLE"),
        lambda x: duckdb.FunctionExpression("ln", x),
        duckdb.ConstantExpression,
    )


def _ibis() -> Engine:
    import ibis

    def constant(value: float) -> Any:
        """As text, which every database reads to the bit; of figures some make decimals."""
        return ibis.literal(repr(value)).cast("float64")

    return Engine(lambda frame, name: frame[name].cast("float64"), lambda x: x.log(), constant)


def _pyspark() -> Engine:
    from pyspark.sql import functions

    return Engine(lambda frame, name: functions.col(name).cast("double"), functions.log)


def _dask() -> Engine:
    import numpy as np

    return Engine(lambda frame, name: frame[name].astype(float), np.log)


ENGINES = {"polars": _polars, "duckdb": _duckdb, "ibis": _ibis, "pyspark": _pyspark, "dask": _dask}


def expressions(wrapped: Any, fit: Fit) -> dict[str, Any]:
    """The scaling of each column by a fit, by its name."""
    kind: nw.Implementation = wrapped.implementation
    if kind.value not in ENGINES:
        known = ", ".join(ENGINES)
        raise SpecError(f"frames of {kind.value} know no expressions; those of {known} do")
    if fit.by:
        raise SpecError("a fit by groups has no one expression a column: use transform")
    engine, frame = ENGINES[kind.value](), wrapped.to_native()
    there = list(wrapped.collect_schema())
    for column in fit.columns:
        if column.name not in there:
            raise DataError(suggest(column.name, there, "column"))
    return {column.name: _expression(column, engine, frame, fit.constant) for column in fit.columns}


def _expression(column: FittedColumn, engine: Engine, frame: Any, constant: str) -> Any:
    method, x = column.method, engine.column(frame, column.name)
    if method.needs == "order" or method.clip or set(method.before) - {"log"}:
        raise SpecError(
            f"{method.ending} of column {column.name!r} has no expression: use transform"
        )
    for _ in method.before:
        x = engine.log(x)
    if column.is_constant[0]:
        if constant == "missing":
            raise SpecError(
                f"column {column.name!r} has no spread: there is nothing to write of it"
            )
        return x * engine.constant(0.0) + engine.constant(method.of_constant)
    p = {key: engine.constant(float(figures[0])) for key, figures in column.learnt.items()}
    y = method.unit(x, p)
    if method.output is not None:
        factor, offset = map(engine.constant, method.output)
        y = y * factor + offset
    return y
