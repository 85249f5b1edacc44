"""The same for frames and arrays in memory: any frame that narwhals knows, the same kind back.

Eager frames (pandas, polars, pyarrow, …) and NumPy arrays get the exact statistics that files get:
see `batch`. Lazy ones (polars LazyFrame, DuckDB, PySpark, …) stay where they are and stay lazy: see
`lazy`.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace as replace_fields
from typing import Any

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.commands.describe import describe_table
from onescale.tables.commands.one_pass import Keep
from onescale.tables.commands.scan import scan
from onescale.tables.commands.stand import Wanted, as_columns, locate
from onescale.tables.frames import lazy
from onescale.tables.frames.batch import as_text, eager_table
from onescale.tables.frames.kinds import Chosen, Columns, Constant, Frame, Labels, Weights, names_of
from onescale.tables.scaling.methods import Method, make
from onescale.tables.scaling.plan import Plan, parse_plan


def standardize(
    frame: Frame,
    columns: Columns = None,
    *,
    by: Labels = None,
    weights: Weights = None,
    ddof: int = 0,
    to: tuple[float, float] | None = None,
    replace: bool = False,
    constant: Constant = "zero",
) -> Frame:
    """(x − mean)/std of each column of numbers.

    frame: any frame that narwhals knows, or a NumPy array (n,) or (n, columns). columns: names (of
    an array: indices from 0); default: all numbers but `by`. by: a column's name (of an array: n
    labels); statistics are then those of each group. weights: a column's name, or a number a row:
    what each counts in the statistics, 0 or more (a row of weight 2 as two). ddof: 0 (scikit-learn)
    or 1 (pandas, R). to: a mean and a deviation to give it instead of 0 and 1, (50, 10): T-scores.
    replace: scaled values take the place of the originals (of an array always); else they are
    appended as `<name>_standardized`. constant: what a column without spread becomes: "zero" (with
    a warning), "missing" or "error".

    Returns the same kind. Raises SpecError on options, DataError on columns and values.

    >>> import numpy as np
    >>> standardize(np.array([1.0, 2.0, 3.0]), ddof=1).tolist()
    [-1.0, 0.0, 1.0]
    """
    method = make("standardize", ddof=ddof, to=to)
    return _scale(frame, method, Chosen(columns, by, weights), replace, constant)


def minmax(
    frame: Frame,
    columns: Columns = None,
    *,
    range: tuple[float, float] = (0.0, 1.0),
    clip: bool = False,
    by: Labels = None,
    weights: Weights = None,
    replace: bool = False,
    constant: Constant = "zero",
) -> Frame:
    """(x − min)/(max − min) of each column of numbers, from range[0] to range[1].

    Other arguments, results and errors: see `standardize`. clip is for symmetry with `Scaler`: here
    no value lies outside.

    >>> import numpy as np
    >>> minmax(np.array([1.0, 2.0, 3.0]), range=(0, 100)).tolist()
    [0.0, 50.0, 100.0]
    """
    chosen = Chosen(columns, by, weights)
    return _scale(frame, make("minmax", range=range), chosen, replace, constant)


def robust(
    frame: Frame,
    columns: Columns = None,
    *,
    quantiles: tuple[float, float] = (0.25, 0.75),
    by: Labels = None,
    replace: bool = False,
    constant: Constant = "zero",
) -> Frame:
    """(x − median)/(75 % − 25 %) of each column of numbers, or by two other `quantiles`; x − median
    where those are equal. See `standardize`."""
    chosen = Chosen(columns, by)
    return _scale(frame, make("robust", quantiles=quantiles), chosen, replace, constant)


def mad(
    frame: Frame,
    columns: Columns = None,
    *,
    factor: float = 1.0,
    by: Labels = None,
    replace: bool = False,
    constant: Constant = "zero",
) -> Frame:
    """(x − median)/(factor · median of |x − median|) of each column of numbers; x − median where
    that is 0. factor 1.4826 is that of R's `mad`. See `standardize`."""
    return _scale(frame, make("mad", factor=factor), Chosen(columns, by), replace, constant)


def maxabs(
    frame: Frame,
    columns: Columns = None,
    *,
    by: Labels = None,
    weights: Weights = None,
    replace: bool = False,
    constant: Constant = "zero",
) -> Frame:
    """x/max|x| of each column of numbers; see `standardize`."""
    return _scale(frame, make("maxabs"), Chosen(columns, by, weights), replace, constant)


def rank(
    frame: Frame, columns: Columns = None, *, by: Labels = None, replace: bool = False
) -> Frame:
    """Percentile rank 100·(average rank − ½)/n of each column of numbers; see `standardize`."""
    return _scale(frame, make("rank"), Chosen(columns, by), replace, "zero")


def describe(
    frame: Frame,
    columns: Columns = None,
    *,
    by: Labels = None,
    weights: Weights = None,
    ddof: int = 0,
) -> Frame:
    """Rows, missing, count, mean, std, min, quartiles and max of each column of numbers.

    With `weights` (see `standardize`) quartiles are missing, and values of weight 0 count as such.
    The same kind comes back, a row a column (and group); of an array, a structured array.
    """
    make("standardize", ddof=ddof)  # checks it
    chosen = Chosen(columns, by, weights)
    table = eager_table(frame, chosen)
    if table is None:
        return lazy.describe(frame, chosen, ddof)
    figures = describe_table(table.source, ddof)
    keys = list(figures)
    return table.of_columns(figures, keys[keys.index("count") + 1 :])


def stand(
    frame: Frame,
    who: object = None,
    *,
    row: int | None = None,
    where: Mapping[str, object] | None = None,
    every: bool = False,
    columns: Columns = None,
    label: str | None = None,
    by: Labels = None,
    ddof: int = 0,
) -> Frame:
    """Where one row stands among all: value, z, 0–100, rank, percentile of each column of numbers.

    who: a cell of the column `label` (default: the first that is not of numbers). row: the row's
    number from 0, in place of who. where: cells that it has in other columns, {"year": 2024}.
    every: all rows that fit, else there must be one. Rank 1 is the largest, equal values share the
    best; the percentile is 100·(average rank − ½)/n, ranked from the smallest. Other arguments: see
    `standardize`.

    The same kind comes back, a row a column of numbers (and row that fits); of an array, which has
    no names, a structured array of `row`. Raises SpecError on options, DataError where no row fits
    or several do.

    >>> import numpy as np
    >>> stand(np.array([3.0, 1.0, 3.0]), row=0)[["value", "rank", "of"]].tolist()
    [(3.0, 1, 3)]
    """
    make("standardize", ddof=ddof)  # checks it
    table = eager_table(frame, Chosen(columns, by))
    if table is None:
        raise SpecError("stand needs all values: collect the lazy frame first")
    if row is not None and not 0 <= row < table.rows:
        raise DataError(f"no row {row}: they are 0 to {table.rows - 1}")
    for name in (*(where or ()), *([] if label is None else [label])):
        if name not in table.names:
            raise DataError(suggest(name, table.names, "column"))
    cells = tuple((name, as_text(value)) for name, value in (where or {}).items())
    wanted = Wanted(
        None if who is None else as_text(who), None if row is None else row + 1, cells, every
    )
    names_rows = table.label(label)
    source = replace_fields(table.source, label=names_rows)
    if who is not None and names_rows >= table.width:
        raise SpecError("no column but those of numbers could hold who: label=, or row=")
    figures = as_columns(locate(source, wanted, ddof), for_people=False)
    floats = ["value", "z", "minmax100", "percentile"]
    return table.of_columns(figures, floats + ["rank"] * (None in figures["rank"]))


def scale(
    frame: Frame,
    method: str | Mapping[str, str | Sequence[str]],
    columns: Columns = None,
    *,
    by: Labels = None,
    weights: Weights = None,
    replace: bool = False,
    constant: Constant = "zero",
    **options: Any,
) -> Frame:
    """Columns of numbers by any method, or by a plan: different methods for different columns.

    method: a name, or a mapping of columns (patterns such as "income*" too) to a method's name or
    to steps that end in one: {"age": "standardize", "income*": ["log", "robust"]}. options: of
    methods (ddof, range, quantiles …); in a plan each is given to those that take it. Other
    arguments, results and errors: see `standardize`.

    >>> import numpy as np
    >>> scale(np.array([1.0, 2.0, 4.0, 9.0]), "mad").tolist()
    [-1.3333333333333333, -0.6666666666666666, 0.6666666666666666, 4.0]
    """
    if isinstance(method, Mapping) and columns is not None:
        raise SpecError("a plan names its columns: no columns beside it")
    made: Method | Plan
    made = parse_plan(method, options) if isinstance(method, Mapping) else make(method, **options)
    return _scale(frame, made, Chosen(columns, by, weights), replace, constant)


def _scale(frame: Any, method: Method | Plan, chosen: Chosen, replace: bool, constant: str) -> Any:
    """Fit and transform in one."""
    if isinstance(method, Plan):
        chosen = chosen._replace(columns=method.columns(names_of(frame)))
    table = eager_table(frame, chosen)
    if table is None:
        return lazy.scale(frame, method, chosen, replace, constant)
    methods = method.methods_of(table.names, table.source.candidates)
    keep: Keep = "values" if method.needs == "order" else "quantiles"
    scanned = scan(table.source, keep, gaps=True, methods=methods)
    fit = scanned.fit(method, constant)
    for message in fit.warnings:
        warnings.warn(message, UserWarning, stacklevel=3)
    codes = table.codes()
    scalings = zip(table.values.items(), scanned.scalings(fit, table.copied), strict=True)
    scaled = {index: scaling(values, codes) for (index, values), scaling in scalings}
    endings = {column.index: f"_{column.method.ending}" for column in fit.columns}
    return table.with_columns(scaled, {} if replace else endings)
