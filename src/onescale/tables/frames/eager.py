"""The same for frames and arrays in memory: any frame that narwhals knows, the same kind back.

Eager frames (pandas, polars, pyarrow, …) and NumPy arrays get the exact statistics that files get:
see `batch`. Lazy ones (polars LazyFrame, DuckDB, PySpark, …) stay where they are and stay lazy: see
`lazy`.
"""

import warnings
from collections.abc import Mapping

from onescale.core.errors import SpecError
from onescale.tables.commands.describe import describe_table
from onescale.tables.commands.scan import scan
from onescale.tables.frames import lazy
from onescale.tables.frames.batch import eager_table
from onescale.tables.frames.kinds import Chosen, names_of
from onescale.tables.scaling.methods import Method, make
from onescale.tables.scaling.plan import Plan, parse_plan


def standardize(
    frame,
    columns=None,
    *,
    by=None,
    weights=None,
    ddof=0,
    to=None,
    replace=False,
    constant="zero",
):
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
    frame,
    columns=None,
    *,
    range=(0.0, 1.0),
    clip=False,
    by=None,
    weights=None,
    replace=False,
    constant="zero",
):
    """(x − min)/(max − min) of each column of numbers, from range[0] to range[1].

    Other arguments, results and errors: see `standardize`. clip is for symmetry with `Scaler`: here
    no value lies outside.

    >>> import numpy as np
    >>> minmax(np.array([1.0, 2.0, 3.0]), range=(0, 100)).tolist()
    [0.0, 50.0, 100.0]
    """
    chosen = Chosen(columns, by, weights)
    return _scale(frame, make("minmax", range=range), chosen, replace, constant)


def robust(frame, columns=None, *, quantiles=(0.25, 0.75), by=None, replace=False, constant="zero"):
    """(x − median)/(75 % − 25 %) of each column of numbers, or by two other `quantiles`; x − median
    where those are equal. See `standardize`."""
    chosen = Chosen(columns, by)
    return _scale(frame, make("robust", quantiles=quantiles), chosen, replace, constant)


def mad(frame, columns=None, *, factor=1.0, by=None, replace=False, constant="zero"):
    """(x − median)/(factor · median of |x − median|) of each column of numbers; x − median where
    that is 0. factor 1.4826 is that of R's `mad`. See `standardize`."""
    return _scale(frame, make("mad", factor=factor), Chosen(columns, by), replace, constant)


def maxabs(frame, columns=None, *, by=None, weights=None, replace=False, constant="zero"):
    """x/max|x| of each column of numbers; see `standardize`."""
    return _scale(frame, make("maxabs"), Chosen(columns, by, weights), replace, constant)


def rank(frame, columns=None, *, by=None, replace=False):
    """Percentile rank 100·(average rank − ½)/n of each column of numbers; see `standardize`."""
    return _scale(frame, make("rank"), Chosen(columns, by), replace, "zero")


def describe(frame, columns=None, *, by=None, weights=None, ddof=0):
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


def scale(
    frame,
    method,
    columns=None,
    *,
    by=None,
    weights=None,
    replace=False,
    constant="zero",
    **options,
):
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
    made = parse_plan(method, options) if isinstance(method, Mapping) else make(method, **options)
    return _scale(frame, made, Chosen(columns, by, weights), replace, constant)


def _scale(frame, method: Method | Plan, chosen: Chosen, replace: bool, constant: str):
    """Fit and transform in one."""
    if isinstance(method, Plan):
        chosen = chosen._replace(columns=method.columns(names_of(frame)))
    table = eager_table(frame, chosen)
    if table is None:
        return lazy.scale(frame, method, chosen, replace, constant)
    before = method.steps(table.names, table.source.candidates)
    scanned = scan(table.source, method.needs != "moments", gaps=True, before=before)
    fit = scanned.fit(method, constant)
    for message in fit.warnings:
        warnings.warn(message, UserWarning, stacklevel=3)
    codes = table.codes()
    scalings = zip(table.values.items(), scanned.scalings(fit), strict=True)
    scaled = {index: scaling(values, codes) for (index, values), scaling in scalings}
    endings = {column.index: f"_{column.method.ending}" for column in fit.columns}
    return table.with_columns(scaled, {} if replace else endings)
