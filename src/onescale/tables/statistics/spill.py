"""Columns of values that outgrow memory: kept in memory while small, then in a temporary file.

Quartiles and ranks need all values of a column at once, but one column at a time; so they are laid
down as they come and gathered column by column.
"""

import math
import weakref
from collections import defaultdict
from typing import Any

import numpy as np

from onescale.core.atomic import temporary_files

IN_MEMORY = 1 << 24  # bytes of all columns together


class Spill:
    """Float64 columns, by their index, that grow by `lay_down` and come back whole by `column`.

    in_memory: that they stay there, as the table does that they are of.
    """

    def __init__(self, in_memory: bool = False) -> None:
        self._limit = math.inf if in_memory else IN_MEMORY
        self._parts: dict[int, list] = defaultdict(list)
        self._taken: dict[int, int] = defaultdict(int)
        self._size = 0
        self._file: Any = None

    def lay_down(self, column: int, values: np.ndarray) -> None:
        """Add values at the end of a column."""
        values = np.ascontiguousarray(values, dtype=np.float64)
        self._size += values.nbytes
        if self._size > self._limit and self._file is None:
            import tempfile

            self._file = tempfile.TemporaryFile(prefix="onescale-")  # noqa: SIM115 (see finalize)
            weakref.finalize(self, self._file.close)
            self._end = 0
        if self._file is None:
            self._parts[column].append(values)
            return
        with temporary_files():
            self._file.seek(self._end)
            self._file.write(values.data)
            self._file.flush()
        self._parts[column].append((self._end, len(values)))
        self._end += values.nbytes

    def take(self, column: int, count: int) -> np.ndarray:
        """The next `count` values of a column that was laid down in one piece."""
        (whole,) = self._parts[column]
        start = self._taken[column]
        self._taken[column] += count
        if isinstance(whole, np.ndarray):
            return whole[start : start + count]
        return self._read(whole[0] + 8 * start, count)

    def column(self, column: int) -> np.ndarray:
        """All values of a column in order."""
        pieces = [
            part if isinstance(part, np.ndarray) else self._read(*part)
            for part in self._parts[column]
        ]
        return joined(pieces)

    def _read(self, start: int, count: int) -> np.ndarray:
        piece = np.empty(count)
        self._file.seek(start)
        self._file.readinto(piece.data.cast("B"))
        return piece


def joined(pieces: list[np.ndarray], kind: type = np.float64) -> np.ndarray:
    """Arrays of a kind end to end; one alone as it is."""
    return pieces[0] if len(pieces) == 1 else np.concatenate([np.zeros(0, kind), *pieces])
