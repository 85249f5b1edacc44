"""What kind of frame something is, and which of its columns are meant."""

import narwhals as nw

from onescale.core.errors import DataError, suggest


def wrap(frame):
    """`frame` as narwhals has it. Raises DataError where it is no frame."""
    try:
        return nw.from_native(frame)
    except TypeError:
        kind = f"{type(frame).__module__}.{type(frame).__qualname__}"
        raise DataError(f"neither a frame that narwhals knows nor a NumPy array: {kind}") from None
    except nw.exceptions.NarwhalsError as error:
        raise DataError(" ".join(str(error).split())) from None


def names_of(frame) -> list:
    """The names of a frame's columns. Raises DataError at what has none."""
    return list(wrap(frame).collect_schema())


def chosen_names(schema, columns, by) -> list[str]:
    """Names of the columns to use, in the frame's order."""
    if isinstance(columns, (str, int)):  # pandas names columns by numbers too
        columns = [columns]
    names = list(schema)
    if columns is None:
        return [n for n in names if n != by and schema[n].is_numeric()]
    for name in columns:
        if name not in schema:
            raise DataError(suggest(name, names, "column"))
        if name == by:
            raise DataError(f"column {name!r} is the group column; it cannot be scaled")
        if not schema[name].is_numeric():
            raise DataError(f"column {name!r} is of type {schema[name]}, which is no number")
    return [n for n in names if n in set(columns)]
