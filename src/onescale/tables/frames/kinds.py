"""What kind of frame something is, and which of its columns are meant."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

import narwhals as nw
import numpy as np
from numpy.typing import ArrayLike

from onescale.core.errors import DataError, SpecError, suggest

Frame = TypeVar("Frame")  # any that narwhals knows, or a NumPy array; the same kind comes back
Columns: TypeAlias = str | int | Sequence[str] | Sequence[int] | np.ndarray | None
Labels: TypeAlias = ArrayLike | None  # the name of a column; of an array a label a row
Weights: TypeAlias = ArrayLike | None  # the name of a column, or a number a row
Constant: TypeAlias = Literal["zero", "missing", "error"]


class Chosen(NamedTuple):
    """Which columns are to be scaled (None: all numbers), which one makes the groups, and what the
    rows weigh: a column's name, or a number a row. Of an array, columns are indices from 0, and the
    groups a label a row."""

    columns: Any = None
    by: Any = None
    weights: Any = None


def wrap(frame: Any) -> Any:
    """`frame` as narwhals has it. Raises DataError where it is no frame."""
    try:
        return nw.from_native(frame)
    except TypeError:
        kind = f"{type(frame).__module__}.{type(frame).__qualname__}"
        raise DataError(f"neither a frame that narwhals knows nor a NumPy array: {kind}") from None
    except nw.exceptions.NarwhalsError as error:
        raise DataError(" ".join(str(error).split())) from None


def names_of(frame: Any) -> list:
    """The names of a frame's columns. Raises DataError at what has none."""
    return list(wrap(frame).collect_schema())


def chosen_names(schema: Mapping[str, Any], chosen: Chosen) -> list[str]:
    """Names of the columns to use, in the frame's order."""
    columns, by, weights = chosen
    weights = weights if isinstance(weights, str) else None
    one = isinstance(by, Hashable)
    if not one:
        raise SpecError(
            f"by names one column of a frame, and is a {type(by).__name__}: to group by several "
            "columns, make one of them first"
        )
    for name in filter(lambda name: name is not None, (by, weights)):
        if name not in schema:
            raise DataError(suggest(name, list(schema), "column"))
    if isinstance(columns, (str, int)):  # pandas names columns by numbers too
        columns = [columns]
    names = list(schema)
    if columns is None:
        return [n for n in names if n not in (by, weights) and schema[n].is_numeric()]
    for name in columns:
        if name not in schema:
            raise DataError(suggest(name, names, "column"))
        if name in (by, weights):
            what = "group" if name == by else "weights"
            raise DataError(f"column {name!r} is the {what} column; it cannot be scaled")
        if not schema[name].is_numeric():
            raise DataError(f"column {name!r} is of type {schema[name]}, which is no number")
    return [n for n in names if n in set(columns)]
