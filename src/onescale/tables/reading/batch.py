"""Some rows of a table, whoever read them: by Python's csv, by pyarrow, from a columnar file.

What a command asks of rows is written here once; a reader gives a column's cells, its numbers and
the line that a row stands on, and overrides what it can do better.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from onescale.tables.hints import advice, is_like
from onescale.tables.kinds import Kind, kind_of
from onescale.tables.numbers import BLANKS, NumberFormat
from onescale.tables.parallel import keep_memory
from onescale.tables.reading.dialect import Dialect

if TYPE_CHECKING:
    import pyarrow as pa


class Batch(ABC):
    """`rows` rows of a table of `width` columns; columns are known by their index, from 0.

    in_arrow: whether cells are held in arrays of pyarrow, so that work on them pays there.
    """

    rows: int
    width: int
    number_format: NumberFormat  # of batches of text
    in_arrow = True

    @abstractmethod
    def column(self, index: int) -> "list[str] | pa.Array":
        """The cells of a column as text, in the reader's own form; missing is empty."""

    @abstractmethod
    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Values as float64 (or `wide_integers`), NaN where missing or odd; and the rows (0-based)
        of odd cells."""

    @abstractmethod
    def line(self, row: int) -> int:
        """The line of the file on which a row (0-based) begins."""

    def texts(self, index: int) -> list[str]:
        """The cells of a column as they stand in the file."""
        return self.column(index).to_pylist()

    def keys(self, index: int) -> tuple[list[str], np.ndarray]:
        """The distinct cells of a column in order of appearance, and each row's index into them."""
        from onescale.tables import arrow

        return arrow.distinct(self.column(index))

    def count(self, index: int) -> tuple[int, int, int | None]:
        """How many cells of a column are numbers; how many are neither that nor missing; and the
        first row (0-based) of these that a person would take for a number, if any."""
        values, odd = self.numbers(index)
        texts = self.texts(index) if len(odd) else []
        like = next((row for row in odd.tolist() if is_like(texts[row].strip(BLANKS))), None)
        return int((~np.isnan(values)).sum()), len(odd), like

    def kind(self, index: int) -> Kind:
        """What a column's cells are for formats with types."""
        return kind_of(self.texts(index), self.number_format)

    def plain(self, index: int, kind: Kind) -> list:
        """A column of that kind as JSON holds it."""
        return kind.values(self.texts(index), self.number_format)

    def typed(self, index: int, kind: Kind) -> "pa.Array":
        """A column of that kind as parquet and arrow hold it."""
        from onescale.tables import arrow
        from onescale.tables.reading import arrow_numbers

        cells = self.column(index) if self.in_arrow else arrow.strings(self.texts(index))
        return arrow_numbers.typed(cells, kind, self.number_format)

    def lines(self, delimiter: str) -> "tuple[bytes, np.ndarray] | None":
        """The rows as their lines stand in the file, and where each ends; None where the exact
        reader's cells would be written in another way."""
        return None


class Table(Protocol):
    """A table that can be gone through again and again; `notes` say what was detected, and why."""

    name: str
    names: Sequence[str]
    width: int
    dialect: Dialect
    header_line: int
    notes: list[str]
    in_memory: bool  # whether all rows are there already
    threads = 1  # that may work on its batches
    block = 0  # bytes that are read at a time
    travels = False  # whether it is text, whose pieces may be given to processes
    room: Sequence[int] = ()  # bytes that may be remembered
    passed: frozenset[int] = frozenset()  # columns that are no numbers, whatever their cells
    types: Sequence = ()  # of its columns, where the file tells

    def batches(self, numbers: Collection[int] = (), texts: Collection[int] = ()) -> Iterator:
        """The rows in the file's order, a `Batch` at a time. numbers, texts: columns
        that will be asked for as such."""

    def pieces(self, by_place: bool = False) -> Iterator[tuple]:
        """What `batch_of` makes the batches of, in any thread; where `travels`, in any process too:
        bytes, and then numbers and text. by_place: whether it may read these bytes itself."""
        return zip(self.batches())

    def batch_of(self, piece: tuple, numbers: Collection[int], texts: Collection[int]) -> Batch:
        """The batch of one of these pieces."""
        return piece[0]

    def apart(self) -> Any:
        """The rows as parts that processes read by themselves; None where they are not so."""
        return None

    def by_processes(
        self, work: Callable, numbers: Collection[int], texts: Collection[int]
    ) -> Iterator | None:
        """work(batch), pieces of bytes, of each batch in order, by as many processes as threads are
        allowed; None where it cannot be done so."""
        asked = frozenset(numbers), frozenset(texts)

        def made(*piece) -> Sequence:
            batch = self.batch_of(piece, *asked)
            return work(batch) if batch.rows else []

        return self.processes(made, self.pieces(by_place=True) if self.travels else None)

    def processes(self, work: Callable, parts: Iterator[tuple] | None) -> Iterator | None:
        """`by_processes` of some parts."""
        if self.in_memory or self.threads < 2:
            return None
        from onescale.tables.processes import can_fork, results  # by way of socket: 10 ms

        if not can_fork():
            return None
        keep_memory()
        return results(work, parts, self.threads, 2 * self.block)

    @property
    def places(self) -> list[tuple[str, str]]:
        """The files that the table is of: their names below the folder of all, and their paths."""
        return [(os.path.basename(self.name), self.name)]

    def parts(self, numbers: Collection[int], texts: Collection[int]) -> Iterator[Iterator]:
        """The batches of each of the files."""
        yield self.batches(numbers, texts)

    def description(self) -> dict:
        """How the table is written, for a fit to remember."""
        return {"header": self.dialect.header, "decimal": self.dialect.number_format.decimal}

    def explain(self, index: int, cells: Sequence[str]) -> str:
        """Why the first of some cells of a column is not a number and what to do."""
        return advice(self.dialect.number_format, cells)

    def heading(self) -> int:
        """The line on which the table seems to begin, if below the header's; 0 if it does not."""
        return 0

    def at(self, line: int, index: int) -> str:
        """Where a cell stands: a line of the file, a cell of a sheet."""
        return f"line {line}"

    def where(self, line: int, index: int | None = None) -> str:
        """The table and a line in it, for the head of a message: of the column, if there is one."""
        return f"{self.name}:{line}"

    def remember(self, number: int, batch: Batch) -> None:
        """Keep of a batch what the next pass needs, as far as there is memory for that (`room`,
        which tables may share)."""
        return

    def forget(self) -> None:
        """Let go of what is kept of the rows for another pass."""
        return

    def remarks(self, taken: Sequence[int]) -> list[str]:
        """What else a user needs to know of the table. taken: its columns of numbers."""
        return []
