"""Small CSV files of our own, read back: tables that `onescale` wrote, and printed numbers."""

import csv
import io
import os
from collections.abc import Iterable

from onescale.core.errors import DataError
from onescale.core.text_files import read_text


def read_rows(path: str | os.PathLike, columns: Iterable[str] = ()) -> list[dict[str, str]]:
    """The rows of a UTF-8 file that has these columns. Raises DataError, naming the file."""
    try:
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
        rows, header = list(reader), reader.fieldnames or []
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as CSV: {error}") from None
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
