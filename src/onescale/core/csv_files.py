"""Small CSV files of our own, written and read back: comparisons, claims, printed numbers."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from typing import Any

from onescale.core.errors import DataError
from onescale.core.text import undefined
from onescale.core.text_files import read_text


def as_csv(rows: list[Mapping[str, Any]]) -> str:
    """Rows of the same columns as text; a cell that is undefined is empty.

    >>> as_csv([{"a": 1, "b": None}, {"a": 0.5, "b": "x, y"}])
    'a,b\\n1,\\n0.5,"x, y"\\n'
    """
    held = io.StringIO(newline="")
    table = csv.writer(held, lineterminator="\n")
    table.writerow(rows[0] if rows else ())
    table.writerows(["" if undefined(cell) else cell for cell in row.values()] for row in rows)
    return held.getvalue()


def read_rows(path: str | os.PathLike, columns: Iterable[str] = ()) -> list[dict[str, str]]:
    """The rows of a UTF-8 file that has these columns. Raises DataError, naming the file."""
    try:
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
        rows, header = list(reader), reader.fieldnames or []
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as CSV: {error}") from None
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            raise DataError(f"{path}: row {number} has not as many cells as the first line")
    for column in columns:
        if column not in header:
            raise DataError(f"{path}: no column {column!r}; it has {', '.join(header)}")
    return rows


def number_in(path: str | os.PathLike, rows: list[dict[str, str]], row: int, column: str) -> float:
    """The number in a row (from 1) and column. Raises DataError, naming the place."""
    cell = rows[row - 1][column]
    try:
        return float(cell)
    except (TypeError, ValueError):
        raise DataError(f"{path}: row {row}, column {column!r}: {cell!r} is not a number") from None
