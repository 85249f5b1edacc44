"""The same for frames and arrays in memory: any frame that narwhals knows, the same kind back.

Eager frames (pandas, polars, pyarrow, …) and NumPy arrays get the exact statistics that files get.
Lazy ones (polars LazyFrame, DuckDB, PySpark, …) stay where they are and stay lazy: see `lazy`.

Missing is missing everywhere: null, NaN, NA and None are left out of the statistics and come back
as the frame's own missing value. An infinity is an error in eager frames.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onescale.core.errors import DataError, suggest
from onescale.tables.frames import lazy
from onescale.tables.frames.kinds import chosen_names, is_lazy, wrap
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import Method, make
from onescale.tables.statistics.exact import Moments
from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.ranks import percentile_ranks
from onescale.tables.statistics.summary import KEYS, Statistics, describe_column, quartiles


def standardize(frame, columns=None, *, by=None, ddof=0, replace=False, constant="zero"):
    """(x − mean)/std of each column of numbers.

    frame: any frame that narwhals knows, or a NumPy array (n,) or (n, columns). columns: names (of
    an array: indices from 0); default: all numbers but `by`. by: a column's name (of an array: n
    labels); statistics are then those of each group. ddof: 0 (scikit-learn) or 1 (pandas, R).
    replace: scaled values take the place of the originals (of an array always); else they are
    appended as `<name>_standardized`. constant: what a column without spread becomes: "zero" (with
    a warning), "missing" or "error".

    Returns the same kind. Raises SpecError on options, DataError on columns and values.

    >>> standardize(np.array([1.0, 2.0, 3.0]), ddof=1).tolist()
    [-1.0, 0.0, 1.0]
    """
    return _scale(frame, make("standardize", ddof=ddof), columns, by, replace, constant)


def minmax(
    frame, columns=None, *, range=(0.0, 1.0), clip=False, by=None, replace=False, constant="zero"
):
    """(x − min)/(max − min) of each column of numbers, from range[0] to range[1].

    Other arguments, results and errors: see `standardize`. clip is for symmetry with `Scaler`: here
    no value lies outside.

    >>> minmax(np.array([1.0, 2.0, 3.0]), range=(0, 100)).tolist()
    [0.0, 50.0, 100.0]
    """
    return _scale(frame, make("minmax", range=range), columns, by, replace, constant)


def robust(frame, columns=None, *, by=None, replace=False, constant="zero"):
    """(x − median)/(75 % − 25 %) of each column of numbers; see `standardize`."""
    return _scale(frame, make("robust"), columns, by, replace, constant)


def maxabs(frame, columns=None, *, by=None, replace=False, constant="zero"):
    """x/max|x| of each column of numbers; see `standardize`."""
    return _scale(frame, make("maxabs"), columns, by, replace, constant)


def rank(frame, columns=None, *, by=None, replace=False):
    """Percentile rank 100·(average rank − ½)/n of each column of numbers; see `standardize`."""
    return _scale(frame, make("rank"), columns, by, replace, "zero")


def describe(frame, columns=None, *, by=None, ddof=0):
    """Rows, missing, count, mean, std, min, quartiles and max of each column of numbers.

    The same kind comes back, a row a column (and group); of an array, a structured array.
    """

    make("standardize", ddof=ddof)  # checks it
    data = as_data(frame, columns, by)
    if data is None:
        return lazy.describe(frame, columns, by, ddof)
    records = []
    for place, column in enumerate(data.columns):
        statistics = data.statistics(place, with_quartiles=True)
        for group, one in zip(data.groups or [None], statistics, strict=True):
            head = {"column": column.name, "position": column.position, "group": group}
            records.append(head | describe_column(one, ddof))
    keys = [key for key in KEYS if key != "group" or data.groups is not None]
    return data.records(records, keys)


@dataclass
class Column:
    """A column of numbers: float64 values, NaN where missing. position: from 1."""

    name: str
    position: int
    values: np.ndarray


@dataclass
class Data:
    """The numbers of an eager frame or an array, and the group of every row."""

    frame: Any  # narwhals DataFrame, or None for an array
    array: np.ndarray | None
    columns: list[Column]
    codes: np.ndarray | None = None
    groups: list | None = None

    def statistics(self, place: int, with_quartiles: bool = False) -> list[Statistics]:
        """The statistics of a column, one a group."""
        values = self.columns[place].values
        present = ~np.isnan(values)
        numbers = values[present]
        if self.codes is None:
            found = Statistics(len(values), Moments().add(numbers))
            if with_quartiles:
                found.quartiles = quartiles(numbers)
            return [found]
        count = len(self.groups)
        moments = GroupMoments()
        moments.add(numbers, self.codes[present], count)
        rows = np.bincount(self.codes, minlength=count).tolist()
        every = [Statistics(*one) for one in zip(rows, moments.all(), strict=True)]
        if with_quartiles:
            order = np.argsort(self.codes[present], kind="stable")
            parts = np.split(numbers[order], np.cumsum(moments.counts)[:-1])
            for one, part in zip(every, parts, strict=True):
                one.quartiles = quartiles(part)
        return every

    def fit(self, method: Method, constant: str, by: str | None) -> Fit:
        """`method` fitted to all columns."""
        wanted = method.needs == "quartiles"
        columns = [
            (column.name, column.position - 1, self.statistics(place, wanted))
            for place, column in enumerate(self.columns)
        ]
        fit = Fit(method, columns, constant, by, self.groups)
        fit.read = {"header": True}
        return fit

    def result(self, names: list[str], scaled: list[np.ndarray]):
        """The input's kind with columns `names` appended or replaced."""
        if self.frame is None:
            out = np.array(self.array, dtype=np.float64)
            for column, values in zip(self.columns, scaled, strict=True):
                if out.ndim == 1:
                    out = values
                else:
                    out[:, column.position - 1] = values
            return out
        series = [self._series(*one) for one in zip(names, scaled, strict=True)]
        return self.frame.with_columns(*series).to_native()

    def _series(self, name: str, values: np.ndarray):
        import narwhals as nw

        backend = self.frame.implementation
        series = nw.new_series(name, values, nw.Float64, backend=backend)
        if backend.is_pandas_like():
            return series  # its missing float is NaN
        return series.fill_nan(None)

    def records(self, records: list[dict], keys: list[str]):
        """Records as the input's kind."""
        if self.frame is None:
            kinds = {"column": "U32", "position": np.int64, "rows": np.int64}
            kinds |= {"missing": np.int64, "count": np.int64, "group": object}
            kind = [(key, kinds.get(key, np.float64)) for key in keys]
            rows = [tuple(np.nan if r[k] is None else r[k] for k in keys) for r in records]
            return np.array(rows, dtype=kind)
        import narwhals as nw

        content = {key: [record[key] for record in records] for key in keys}
        floats = {key: nw.Float64 for key in keys[keys.index("count") + 1 :]}
        made = nw.from_dict(content, backend=self.frame.implementation)
        return made.with_columns(nw.col(key).cast(kind) for key, kind in floats.items()).to_native()


def as_data(frame, columns, by, known: Sequence | None = None, gaps: bool = False) -> Data | None:
    """The numbers of `frame`; None where it is lazy.

    known: groups that are numbered first. gaps: chosen columns may be missing throughout.
    """
    if isinstance(frame, np.ndarray):
        return _of_array(frame, columns, by, known, gaps)
    wrapped = wrap(frame)
    if is_lazy(wrapped):
        return None
    names = wrapped.columns
    if by is not None and by not in names:
        raise DataError(suggest(by, names, "column"))
    chosen = chosen_names(wrapped.schema, columns, by)
    found = [Column(n, names.index(n) + 1, _values(wrapped.get_column(n))) for n in chosen]
    data = Data(wrapped, None, _refuse(found, columns is not None, gaps))
    if by is not None:
        data.codes, data.groups = _codes(wrapped.get_column(by).to_arrow(), known)
    return data


def _values(series) -> np.ndarray:
    import narwhals as nw

    values = series.cast(nw.Float64).to_numpy()
    return np.asarray(values, dtype=np.float64)


def _refuse(columns: list[Column], given: bool, gaps: bool) -> list[Column]:
    """Refuse infinities; leave out columns that are missing throughout, or refuse them too."""
    kept = []
    for column in columns:
        infinite = np.isinf(column.values)
        if infinite.any():
            row = int(np.argmax(infinite))
            raise DataError(
                f"column {column.name!r}, row {row}: {column.values[row]} is not a number; "
                "make it missing first"
            )
        if np.isnan(column.values).all() and not gaps:
            if given:
                raise DataError(f"column {column.name!r} holds no number, only missing values")
            continue
        kept.append(column)
    if not kept:
        raise DataError("no column of numbers to scale")
    return kept


def _codes(keys, known: Sequence | None) -> tuple[np.ndarray, list]:
    """Group numbers in order of appearance, and the groups; missing is a group of its own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    if pa.types.is_dictionary(keys.type):
        keys = keys.dictionary_decode()
    if pa.types.is_floating(keys.type):
        keys = pc.if_else(pc.is_nan(keys), None, keys)
    coded = pc.dictionary_encode(keys, null_encoding="encode")
    local = coded.dictionary.to_pylist()
    numbers = {key: number for number, key in enumerate(known or ())}
    places = np.array([numbers.setdefault(key, len(numbers)) for key in local], dtype=np.intp)
    return places[coded.indices.to_numpy()], list(numbers)


def _of_array(array: np.ndarray, columns, by, known, gaps: bool) -> Data:
    if array.ndim not in (1, 2) or not len(array):
        raise DataError(f"an array needs shape (n,) or (n, columns), n at least 1: {array.shape}")
    if array.dtype.kind not in "iuf":
        raise DataError(f"an array needs numbers, not {array.dtype}")
    if isinstance(array, np.ma.MaskedArray):
        array = array.astype(np.float64).filled(np.nan)
    array = np.asarray(array)
    table = array.reshape(len(array), -1)
    indices = range(table.shape[1]) if columns is None else np.atleast_1d(columns).tolist()
    for index in indices:
        if not isinstance(index, int) or not 0 <= index < table.shape[1]:
            raise DataError(f"no column {index!r}: an array's are 0 to {table.shape[1] - 1}")
    found = [Column(f"x{i}", i + 1, table[:, i].astype(np.float64)) for i in sorted(set(indices))]
    data = Data(None, array, _refuse(found, columns is not None, gaps))
    if by is not None:
        import pyarrow as pa

        labels = np.asarray(by)
        if labels.shape != (len(array),):
            raise DataError(f"by needs a label a row, {len(array)}: {labels.shape}")
        data.codes, data.groups = _codes(pa.array(labels.tolist()), known)
    return data


def _scale(frame, method: Method, columns, by, replace: bool, constant: str):
    """Fit and transform in one."""
    data = as_data(frame, columns, by)
    if data is None:
        return lazy.scale(frame, method, columns, by, replace, constant)
    name_of_by = by if isinstance(by, str) else None
    fit = data.fit(method, constant, name_of_by)
    for message in fit.warnings:
        warnings.warn(message, UserWarning, stacklevel=3)
    names = output_names(data, method, replace)
    scaled = []
    for column, fitted in zip(data.columns, fit.columns, strict=True):
        if method.needs == "order":
            scaled.append(percentile_ranks(column.values, data.codes))
        else:
            scaled.append(fit.transform(fitted, column.values, data.codes))
    return data.result(names, scaled)


def output_names(data: Data, method: Method, replace: bool) -> list[str]:
    """What the scaled columns are called. Raises DataError where a column is already called so."""
    if replace or data.frame is None:
        return [column.name for column in data.columns]
    names = [f"{column.name}_{method.suffix}" for column in data.columns]
    for name in names:
        if name in data.frame.columns:
            raise DataError(
                f"there is a column {name!r} already; replace=True writes the scaled values in "
                "place of the originals"
            )
    return names
