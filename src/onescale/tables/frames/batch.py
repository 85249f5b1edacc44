"""Eager frames and arrays as a table of one batch, so that they are scanned and fitted as files.

Missing is missing everywhere: null, NaN, NA and None are left out of the statistics and come back
as the frame's own missing value. An infinity is an error.
"""

import warnings
from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from numbers import Number
from typing import Any

import narwhals as nw
import numpy as np

from onescale.core.errors import DataError, suggest
from onescale.tables.commands.columns import Groups
from onescale.tables.commands.selection import TableInput
from onescale.tables.frames.kinds import Chosen, chosen_names, wrap
from onescale.tables.reading.batch import Batch, Table
from onescale.tables.reading.dialect import Dialect
from onescale.tables.wide import wide_integers

_BLOCK = 4096  # rows
_NONE = np.zeros(0, np.intp)
_LABELS, _WEIGHTS, _ROWS = 0, 1, 2  # what stands beside a table, by index behind its last column


class Unnamed(Table):
    """What frames are as tables: errors name no file, and names are no cells, whatever they look
    like."""

    name, dialect = "", Dialect(header=False)
    header_line, notes = 0, list[str]()  # which a frame does not have

    def where(self, line: int, index: int | None = None) -> str:
        return f"row {line}"

    at = where

    def description(self) -> dict:
        return {"header": True}


class EagerTable(Unnamed, Batch):
    """A table that is its one batch: a frame or an array, of which `chosen` columns are numbers to
    be scaled, and the column `by` makes groups."""

    in_memory = True
    names: list
    copied = False  # whether `values` are its own, to be overwritten
    first = 0  # the number of its first row

    @abstractmethod
    def with_columns(
        self, scaled: dict[int, np.ndarray], endings: dict[int, str] | None = None
    ) -> Any:
        """The same kind with scaled columns; endings: of the names of columns to be appended."""

    @abstractmethod
    def of_columns(self, columns: dict[str, list], floats: list[str]) -> Any:
        """Other columns as the same kind; floats: those that are float64, None where undefined."""

    @abstractmethod
    def column(self, index: int) -> Any:
        """A column as pyarrow has it."""

    def floats(self, name: str) -> np.ndarray:
        """A column by its name, which one without names does not have."""
        raise DataError(suggest(name, self.names[:-1], "column"))

    def _choose(
        self, values: dict[int, np.ndarray], chosen: Chosen, by: int | None, gaps: bool
    ) -> None:
        """Keep the columns of numbers (float64, NaN where missing) that are to be scaled.

        by: the column of the groups. Raises DataError at an infinity, and unless there may be
        `gaps` at a column, if it was asked for, without a number.
        """
        for index, column in values.items():
            with np.errstate(over="ignore", invalid="ignore"):
                finite = np.isfinite(column.sum())  # then all are, and one pass has told it
            infinite = np.zeros(0, bool) if finite else np.isinf(column)
            if infinite.any():
                row = int(np.argmax(infinite))
                raise DataError(
                    f"column {self.names[index]!r}, row {self.first + row}: {column[row]} is not "
                    "a number; make it missing first"
                )
        empty = [] if gaps else [i for i, column in values.items() if np.isnan(column).all()]
        if empty and chosen.columns is not None:
            raise DataError(f"column {self.names[empty[0]]!r} holds no number, only missing values")
        self.values = {i: column for i, column in values.items() if i not in empty}
        if not self.values:
            raise DataError("no column of numbers to scale")
        weights = None if chosen.weights is None else self._weigh(chosen.weights)
        group = () if by is None else (by,)
        self.source = TableInput(self, [*self.values], by=group, weights=weights)

    def _weigh(self, weights: Any) -> int:
        """Keep what the rows weigh; returns the index that stands for it, beyond all columns unless
        it is one."""
        if isinstance(weights, str):
            own = self.floats(weights)
            self._weights = self.names.index(weights), own
            return self._weights[0]
        try:
            own = np.asarray(weights, dtype=np.float64)
        except (TypeError, ValueError):
            raise DataError("sample_weight needs numbers") from None
        if own.shape != (self.rows,):
            raise DataError(f"sample_weight needs a number a row, {self.rows}: {own.shape}")
        self._weights = self.width + _WEIGHTS, own
        return self._weights[0]

    def batches(
        self, numbers: Collection[int] = (), texts: Collection[int] = ()
    ) -> Iterator["EagerTable"]:
        yield self

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        return self.values[index] if index in self.values else self._weights[1], _NONE

    def line(self, row: int) -> int:
        return self.first + row

    def texts(self, index: int) -> list[str]:
        """A column as a person would write it, or the numbers of the rows."""
        if index == self.width + _ROWS:
            return [str(row) for row in range(self.rows)]
        return [as_text(value) for value in self.column(index).to_pylist()]

    def label(self, name: str | None) -> int:
        """The column that names the rows, by default the first that is not of numbers, else that of
        their numbers."""
        return self.width + _ROWS

    def keys(self, index: int) -> tuple[list, np.ndarray]:
        """The distinct values of a column in order of appearance; missing is one of them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from onescale.tables.arrow import distinct

        keys = self.column(index)
        if isinstance(keys, pa.ChunkedArray):
            keys = keys.combine_chunks()
        if pa.types.is_dictionary(keys.type):
            keys = keys.dictionary_decode()
        if pa.types.is_floating(keys.type):
            keys = pc.if_else(pc.is_nan(keys), None, keys)
        return distinct(keys)

    def codes(self, known: Sequence | None = None) -> np.ndarray | None:
        """Each row's group number, None without groups. Raises DataError at others than `known`."""
        if not self.source.by:
            return None
        groups = Groups(self.source.by, known or ())
        codes = groups.codes(self)
        if known is not None and len(groups) > len(known):
            new = list(groups.numbers)[len(known)]
            raise DataError(f"{suggest(new, known[:100], 'group')} (the fit has not seen it)")
        return codes


class EagerFrame(EagerTable):
    """A frame in memory, of any kind that narwhals knows.

    names: of all columns of the table, if the frame holds some of its columns and, from the row
    `first` on, of its rows.
    """

    def __init__(
        self,
        frame: nw.DataFrame,
        chosen: Chosen,
        gaps: bool,
        names: list[str] | None = None,
        first: int = 0,
    ) -> None:
        self.frame, self.names, self.first = frame, names or frame.columns, first
        self.rows, self.width = len(frame), len(self.names)
        names = chosen_names(frame.schema, chosen)
        values = {self.names.index(name): self.floats(name) for name in names}
        if chosen.columns is None:
            self._tell_left_out({*names, chosen.by})
        by = None if chosen.by is None else self.names.index(chosen.by)
        self._choose(values, chosen, by, gaps)

    def _tell_left_out(self, others: set) -> None:
        """Warn of columns of objects, or of a type that narwhals has not, that hold a number."""
        for name, kind in self.frame.schema.items():
            if name in others or kind not in (nw.Object, nw.Unknown):
                continue
            cells = self.frame.get_column(name).to_list()
            if any(map(_is_number, cells)):
                warnings.warn(
                    f"column {name!r} holds numbers but is no column of them, and is left out: "
                    "cast it (astype(float), or pandas.to_numeric)",
                    UserWarning,
                    stacklevel=6,
                )

    def floats(self, name: str) -> np.ndarray:
        """A column of numbers as float64 (or `wide_integers`), NaN where missing."""
        kind, series = self.frame.schema[name], self.frame.get_column(name)
        if not kind.is_numeric():
            raise DataError(f"column {name!r} is of type {kind}, which is no number")
        if kind.is_integer() or kind.is_decimal():  # pyarrow's own cast refuses beyond 2⁵³
            import pyarrow as pa

            from onescale.tables.arrow import floats_of

            try:
                array = series.to_arrow()  # whole or in chunks
            except pa.ArrowInvalid:  # Int128 of polars
                told = f"column {name!r} is of type {kind}, which arrow has not; cast it"
                raise DataError(told) from None
            chunks = getattr(array, "chunks", [array])
            return np.concatenate([np.zeros(0), *map(floats_of, chunks)])
        return series.cast(nw.Float64).to_numpy().astype(float, copy=False)

    def label(self, name: str | None) -> int:
        schema, by = self.frame.schema, {self.names[i] for i in self.source.by}
        texts = (n for n in self.names if n not in by and not schema[n].is_numeric())
        name = next(texts, None) if name is None else name
        return self.width + _ROWS if name is None else self.names.index(name)

    def column(self, index: int) -> Any:
        return self.frame.get_column(self.names[index]).to_arrow()

    def with_columns(
        self, scaled: dict[int, np.ndarray], endings: dict[int, str] | None = None
    ) -> Any:
        names = [f"{self.names[i]}{endings[i]}" if endings else self.names[i] for i in scaled]
        for name in names:
            if endings and name in self.names:
                raise DataError(
                    f"there is a column {name!r} already; replace=True writes the scaled values in "
                    "place of the originals"
                )
        series = [self._series(*one) for one in zip(names, scaled.values(), strict=True)]
        return self.frame.with_columns(*series).to_native()

    def _series(self, name: str, values: np.ndarray) -> nw.Series:
        backend = self.frame.implementation
        series = nw.new_series(name, values, nw.Float64, backend=backend)
        return series if backend.is_pandas_like() else series.fill_nan(None)  # pandas' is NaN

    def of_columns(self, columns: dict[str, list], floats: list[str]) -> Any:
        made = nw.from_dict(columns, backend=self.frame.implementation)
        return made.with_columns(nw.col(key).cast(nw.Float64) for key in floats).to_native()


class EagerArray(EagerTable):
    """An array (n,) or (n, columns); columns are known by indices from 0, `by` is n labels."""

    copied = True

    def __init__(self, array: np.ndarray, chosen: Chosen, gaps: bool) -> None:
        if array.ndim not in (1, 2) or not len(array):
            raise DataError(
                f"an array needs shape (n,) or (n, columns), n at least 1: {array.shape}"
            )
        if array.ndim == 2 and not array.shape[1]:
            raise DataError(f"0 feature(s) (shape={array.shape}) while a minimum of 1 is required.")
        if array.dtype.kind == "c":
            raise DataError("Complex data not supported: an array needs numbers")
        if array.dtype.kind not in "iuf":
            raise DataError(f"an array needs numbers, not {array.dtype}")
        masked = isinstance(array, np.ma.MaskedArray)
        self.array = np.ma.filled(array.astype(np.float64), np.nan) if masked else np.asarray(array)
        table = self.array.reshape(len(array), -1)
        self.rows, self.width = table.shape
        self.names = [*(f"x{i}" for i in range(self.width)), None]  # the last is that of the groups
        columns, by, _ = chosen
        indices = range(self.width) if columns is None else np.atleast_1d(columns).tolist()
        for index in indices:
            if not isinstance(index, int) or not 0 <= index < self.width:
                raise DataError(f"no column {index!r}: an array's are 0 to {self.width - 1}")
        self.labels = np.asarray(() if by is None else by)
        indices = sorted(set(indices))
        self._copy = _columns(table, indices)
        kept = (
            self._copy
            if table.dtype.itemsize < 8 or table.dtype.kind == "f"
            else [wide_integers(table[:, index]) for index in indices]
        )
        values = dict(zip(indices, kept, strict=True))
        self._choose(values, chosen, None if by is None else self.width + _LABELS, gaps)
        if by is not None and self.labels.shape != (self.rows,):
            raise DataError(f"by needs a label a row, {self.rows}: {self.labels.shape}")

    def column(self, index: int) -> Any:
        import pyarrow as pa

        return pa.array(self.labels.tolist())

    def description(self) -> dict:
        return {"header": True, "array": True, "width": self.width}

    def with_columns(
        self, scaled: dict[int, np.ndarray], endings: dict[int, str] | None = None
    ) -> np.ndarray:
        kind = self.array.dtype if self.array.dtype.kind == "f" else np.float64
        if self.array.ndim == 1:
            return scaled[0].astype(kind, copy=False)
        if len(scaled) == self.width:  # column after column in memory, as they were computed
            if kind == np.float64 and all(new.base is self._copy for new in scaled.values()):
                return self._copy.T
            out = np.empty(self.array.shape, kind, order="F")
        else:
            out = np.array(self.array, dtype=kind)
        for index, values in scaled.items():
            out[:, index] = values
        return out

    def of_columns(self, columns: dict[str, list], floats: list[str]) -> np.ndarray:
        kinds = dict.fromkeys(columns, np.int64) | {"column": "U32", "group": object, "who": object}
        kinds |= dict.fromkeys(floats, np.float64)
        rows = zip(*columns.values(), strict=True)
        kind = [(key, kinds[key]) for key in columns]
        return np.array([tuple(np.nan if v is None else v for v in row) for row in rows], kind)


def _columns(table: np.ndarray, chosen: list[int]) -> np.ndarray:
    """Columns of an array one behind the other in memory, copied in blocks that the cache holds."""
    out = np.empty((len(chosen), len(table)))
    for start in range(0, len(table), _BLOCK):
        rows = slice(start, start + _BLOCK)
        part = table[rows] if len(chosen) == table.shape[1] else table[rows, chosen]
        out[:, rows] = part.T
    return out


def _is_number(value: Any) -> bool:
    """Whether a Python object is a number that is not missing."""
    known = isinstance(value, Number) and not isinstance(value, bool)
    return known and "nan" not in str(value).lower()  # Decimal has two that compare otherwise


def as_text(value: Any) -> str:
    """A cell as a person would write it: whole floats without a point, missing as nothing."""
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_table(X: Any) -> Any:
    """A list, a Series or an array of objects as an array of floats; what else there is as it is.

    Raises DataError where that holds what is no number.
    """
    if hasattr(X, "__array__") and not isinstance(X, np.ndarray):
        if isinstance(nw.from_native(X, pass_through=True), (nw.DataFrame, nw.LazyFrame)):
            return X
        X = np.asarray(X)
    if isinstance(X, (list, tuple)):
        X = np.asarray(X)
    if isinstance(X, np.ndarray) and X.dtype.kind == "O":
        try:
            return X.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise DataError(f"an array needs numbers: {error}") from None
    return X


def eager_table(frame: Any, chosen: Chosen, gaps: bool = False) -> EagerTable | None:
    """`frame` as a table; None where it is lazy. gaps: chosen columns may be missing throughout."""
    if isinstance(frame, np.ndarray):
        return EagerArray(frame, chosen, gaps)
    wrapped = wrap(frame)
    return None if isinstance(wrapped, nw.LazyFrame) else EagerFrame(wrapped, chosen, gaps)
