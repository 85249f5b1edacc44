"""The first pass over a large plain file by processes: each reads blocks by itself and says what it
saw of the columns; numbers go into memory that all share, so that nobody parses them again.

Exact sums add up to the same bits whoever took them. What needs rows in their order (groups,
quantiles, values that are kept) or more than lines of cells (quotes, packed files) is not for it.
"""

import contextlib
import mmap
import pickle
from collections.abc import Iterator, Sequence

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.commands.columns import ColumnScan
from onescale.tables.commands.one_pass import OnePass
from onescale.tables.reading.apart import Apart, Unclear
from onescale.tables.reading.chunks import Cut
from onescale.tables.statistics.exact import Moments

_MADV_POPULATE_WRITE = 23  # of Linux's mman.h, from 5.14 on


def taken_apart(this: OnePass) -> bool:
    """Take all rows of a table into an empty pass, if processes may read them. False where they may
    not, or find that they cannot: what was taken by then is to be thrown away.

    Raises DataError as `OnePass.take` does.
    """
    table = this.source.table
    if table.in_memory or table.threads < 2 or not (this.columns and this.sums_alone):
        return False
    if (apart := table.apart()) is None:
        return False
    try:
        both = _Both(this, apart)
    except OSError:  # no memory to share
        return False
    answers = table.processes(both.seen, both.asked())
    try:
        with table.source.steady():
            for number, pieces in enumerate(answers or ()):
                both.take(number, *pickle.loads(b"".join(pieces)))  # noqa: S301 (our own)
    except Unclear:
        return False
    return answers is not None


class _Both:
    """What is asked of a block, what a process says of it, and what becomes of the answer."""

    def __init__(self, this: OnePass, apart: Apart):
        self.this, self.apart, self.table, self.line = this, apart, this.source.table, apart.line
        slot = 8 * len(this.columns) * (apart.rows + apart.rows // 4)  # bytes for a block's
        self.slot = -(-slot // mmap.PAGESIZE) * mmap.PAGESIZE
        self.slots = min(len(apart), 2 * self.table.room[0] // self.slot + 1)
        self.numbers = mmap.mmap(-1, self.slots * self.slot)

    def asked(self) -> Iterator[tuple]:
        for number in range(len(self.apart)):
            keep = number < self.slots and self.table.room[0] > 0
            yield b"", number, keep, tuple(self.this.numbers), tuple(self.this.texts)

    def seen(self, _: bytes, number: int, keep: bool, numbers: tuple, texts: tuple) -> list[bytes]:
        """Of a block: its rows, how it was cut, the columns whose numbers are kept, and what was
        seen of each, on lines that count from 0. Raises Unclear."""
        try:
            chunk, cut = self.apart.chunk(number)
            batch = self.table.batch_of_chunk(number, chunk, numbers, texts)
        except DataError:
            raise Unclear from None
        if not batch.in_arrow:
            raise Unclear
        columns, kept = [], []
        for column in self.this.columns:
            moments = Moments() if column.index in numbers else None
            own = ColumnScan(column.index, column.name, moments)
            own.take(batch, None, None)
            own.settle(None)
            columns.append(own)
            if keep and own.moments is not None and not own.moments.wide:
                kept.append(own.index)
        size = 8 * batch.rows * len(kept)
        if not 0 < size <= self.slot:
            kept = []
        else:
            with contextlib.suppress(OSError):  # else page by page, at a quarter more
                self.numbers.madvise(_MADV_POPULATE_WRITE, number * self.slot, size)
            values = [batch.numbers(index)[0] for index in kept]
            np.stack(values, out=self._room(number, batch.rows, kept))
        return [pickle.dumps((batch.rows, cut, kept, columns))]

    def _room(self, number: int, rows: int, kept: Sequence[int]) -> np.ndarray:
        """Where the numbers of a block's columns are shared, (columns, rows)."""
        room = np.frombuffer(self.numbers, np.float64, rows * len(kept), number * self.slot)
        return room.reshape(len(kept), rows)

    def take(self, number: int, rows: int, cut: Cut, kept: list, columns: list) -> None:
        self.table.note(number, cut)
        if kept:
            none = np.zeros(0, np.intp)
            values = dict(zip(kept, self._room(number, rows, kept), strict=True))
            self.table.keep(number, rows, {i: (v, none) for i, v in values.items()}, {})
        self.this.add(rows, columns, self.line)
        self.line += cut.lines
