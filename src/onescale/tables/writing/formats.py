"""The writers, one a kind of format: delimited text, JSON, pages for people, parquet and arrow.

A writer is given the names once and then columns, part by part: lists of text and numbers (None or
NaN for missing), arrays of float64, or arrays of pyarrow. Of a batch of a table it asks for each
column in the form that suits it.
"""

import json
import re
import weakref
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from onescale.core.atomic import Sink, temporary_files
from onescale.core.errors import DataError
from onescale.core.text import line, rule, width, within_cell
from onescale.tables.kinds import Kind
from onescale.tables.numbers import write
from onescale.tables.reading.batch import Batch

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

# What stands at the right of its column on a page: numbers, gaps, ranks.
_RIGHT = re.compile(r"[+-]?[0-9][0-9.,]*(e[+-]?[0-9]+)?|[0-9]+ of [0-9]+|").fullmatch

_SPOOL = 1 << 24  # bytes of rows that wait in memory
_ROWS = 1 << 13  # that wait together


class Writer(ABC):
    """One table into one stream."""

    def __init__(self, stream: Sink):
        self.stream = stream

    @abstractmethod
    def begin(self, names: Sequence[str]) -> None:
        """The names of the columns."""

    @abstractmethod
    def rows(self, columns: Sequence[Sequence]) -> None:
        """Some rows, column by column."""

    def end(self) -> None:  # noqa: B027 (most write nothing there)
        """What stands behind the last row."""

    def abandon(self) -> None:  # noqa: B027
        """Instead of `end`, of a table that is thrown away."""

    def cells(self, batch: Batch, index: int, kind: Kind | None) -> Sequence:
        """A column of a batch as `rows` takes it. kind: what it is, of formats with types."""
        return batch.texts(index)

    def part(self, batch: Batch, columns: Sequence, scaled: Sequence[np.ndarray | None]) -> Any:
        """The rows of a batch for `put`; any thread may make them.

        scaled: new values for each column, None where it stays as it is.
        """
        return self._merged(batch, columns, scaled)

    def put(self, part: Any) -> None:
        """Write what `part` made of the next batch."""
        self.rows(part)

    def _merged(self, batch: Batch, columns: Sequence, scaled: Sequence) -> list[Sequence]:
        both = zip(columns, scaled, strict=True)
        return [self.cells(batch, c.index, c.kind) if s is None else s for c, s in both]


class Delimited(Writer):
    """csv and tsv: LF line ends, quotes only where a cell needs them."""

    def __init__(self, stream: Sink, delimiter: str = ",", decimal: str = "."):
        super().__init__(stream)
        self.delimiter, self.decimal = delimiter, decimal
        self.needs_quotes = f'[{re.escape(delimiter)}"\r\n]'

    def begin(self, names: Sequence[str]) -> None:
        self.rows([[name] for name in names])

    def rows(self, columns: Sequence[Sequence]) -> None:
        self.stream.write(self._lines(columns))

    def _lines(self, columns: Sequence[Sequence]) -> bytes:
        needs = re.compile(self.needs_quotes).search
        quoted = [
            [
                '"' + cell.replace('"', '""') + '"' if needs(cell) else cell
                for cell in _texts(column, self.decimal)
            ]
            for column in columns
        ]
        if len(quoted) == 1:  # an empty line would be no row to many readers
            quoted = [[cell or '""' for cell in quoted[0]]]
        lines = (self.delimiter.join(row) + "\n" for row in zip(*quoted, strict=True))
        return "".join(lines).encode()

    def cells(self, batch: Batch, index: int, kind: Kind | None) -> Sequence:
        return batch.column(index)

    def part(self, batch: Batch, columns: Sequence, scaled: Sequence[np.ndarray | None]) -> list:
        """Lines that need no quotes and lose no column pass as they stand in the file, with the
        scaled values behind them."""
        if not batch.in_arrow:
            return [self._lines(self._merged(batch, columns, scaled))]
        from onescale.tables.writing import arrow_lines

        width, lines = batch.width, None
        kept = [c.index for c, new in zip(columns, scaled, strict=True) if new is None]
        in_order = kept == list(range(width)) and all(new is None for new in scaled[:width])
        marks = self.delimiter, self.decimal
        if in_order and self.decimal != self.delimiter and all(map(str.isascii, marks)):
            lines = batch.lines(self.delimiter)
        if lines is not None:
            new = [column for column in scaled[width:] if column is not None]
            return arrow_lines.extended(*lines, new, *marks)
        cells = self._merged(batch, columns, scaled)
        return arrow_lines.joined(cells, self.delimiter, self.needs_quotes, self.decimal)

    def put(self, part: list) -> None:
        for piece in part:
            self.stream.write(piece)


def _texts(column: Sequence, decimal: str = ".") -> list[str]:
    return [value if isinstance(value, str) else _text(value, decimal) for value in _listed(column)]


def _text(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    return write(value) if decimal == "." else write(value).replace(".", decimal)


def _listed(column: Sequence) -> Sequence:
    return column.tolist() if isinstance(column, np.ndarray) else column


def _refuse_equal(names: Sequence[str], why: str) -> None:
    """Raises DataError at a name that stands twice."""
    for name, times in Counter(names).items():
        if times > 1:
            raise DataError(
                f"{times} columns of the output are named {name!r}, and {why}; rename them, or "
                "write another format"
            )


class Json(Writer):
    """A list of objects, or one object a line; missing is null."""

    def __init__(self, stream: Sink, by_line: bool):
        super().__init__(stream)
        self.by_line, self.first = by_line, True

    def begin(self, names: Sequence[str]) -> None:
        _refuse_equal(names, "JSON holds one of a name")
        self.names = names
        if not self.by_line:
            self.stream.write(b"[")

    def rows(self, columns: Sequence[Sequence]) -> None:
        for row in zip(*map(_listed, columns), strict=True):
            values = (None if isinstance(v, float) and v != v else v for v in row)
            record = dict(zip(self.names, values, strict=True))
            text = json.dumps(record, ensure_ascii=False, allow_nan=False)
            lead = "" if self.by_line else ("\n " if self.first else ",\n ")
            self.stream.write((lead + text + ("\n" if self.by_line else "")).encode())
            self.first = False

    def end(self) -> None:
        if not self.by_line:
            self.stream.write(b"\n]\n")

    def cells(self, batch: Batch, index: int, kind: Kind | None) -> Sequence:
        assert kind is not None, "asked for where a format has types"
        return batch.plain(index, kind)


class Page(Writer):
    """markdown, and a table for the terminal: columns aligned, East Asian characters two wide.

    How wide a column is its last row may tell, so that rows wait for that: long ones in a file.
    """

    def __init__(self, stream: Sink, markdown: bool, decimal: str = "."):
        super().__init__(stream)
        self.markdown, self.decimal = markdown, decimal

    def begin(self, names: Sequence[str]) -> None:
        import tempfile

        self.names = [within_cell(name, self.markdown) for name in names]
        self.widths = [max(3 * self.markdown, width(name)) for name in self.names]
        self.right = [True] * len(self.names)
        self.waiting = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 (see finalize)
        weakref.finalize(self, self.waiting.close)

    def rows(self, columns: Sequence[Sequence]) -> None:
        cells = []
        for i, column in enumerate(columns):
            texts = _texts(column, self.decimal)
            self.right[i] = self.right[i] and all(map(_RIGHT, texts))
            texts = [within_cell(text, self.markdown) for text in texts]
            self.widths[i] = max(self.widths[i], *map(width, texts))
            cells.append(texts)
        for start in range(0, len(cells[0]), _ROWS):
            part = [column[start : start + _ROWS] for column in cells]
            with temporary_files():
                self.waiting.write(json.dumps(part).encode() + b"\n")
                self.waiting.flush()

    def end(self) -> None:
        self._write([self.names])
        if self.markdown:
            self.stream.write(rule(self.widths, self.right).encode() + b"\n")
        self.waiting.seek(0)
        for part in self.waiting:
            self._write(zip(*json.loads(part), strict=True))

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        lines = (line(row, self.widths, self.right, self.markdown) + "\n" for row in rows)
        self.stream.write("".join(lines).encode())


class Columnar(Writer):
    """parquet and arrow: whole numbers as such, others as float64, text as strings, gaps null."""

    def __init__(self, stream: Sink, parquet: bool):
        super().__init__(stream)
        self.parquet = parquet
        self.writer: pq.ParquetWriter | pa.RecordBatchFileWriter | None = None

    def begin(self, names: Sequence[str]) -> None:
        _refuse_equal(names, "few programs read such a file")
        self.names = list(names)

    def rows(self, columns: Sequence) -> None:
        import pyarrow as pa

        from onescale.tables import arrow

        arrays = [
            arrow.present_floats(column) if isinstance(column, np.ndarray) else column
            for column in columns
        ]
        arrays = [a if isinstance(a, pa.Array) else pa.array(a, from_pandas=True) for a in arrays]
        try:
            if self.writer is None:
                kinds = [self._kind(array.type) for array in arrays]
                self.schema = pa.schema(list(zip(self.names, kinds, strict=True)))
                self.writer = self._open(self.schema)
            batch = pa.Table.from_arrays(arrays, names=self.names).cast(self.schema)
            self.writer.write_table(batch)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            kind, reason = "parquet" if self.parquet else "arrow", str(error).partition("\n")[0]
            raise DataError(
                f"cannot be written as {kind}, but perhaps in another --format: {reason}"
            ) from None

    def cells(self, batch: Batch, index: int, kind: Kind | None) -> Sequence:
        assert kind is not None, "asked for where a format has types"
        return batch.typed(index, kind)

    def _kind(self, kind: "pa.DataType") -> "pa.DataType":
        """The type that a column is written as: in arrow files, dictionaries could not change."""
        import pyarrow as pa

        if pa.types.is_null(kind):
            return pa.string()
        return kind.value_type if pa.types.is_dictionary(kind) and not self.parquet else kind

    def _open(self, schema: "pa.Schema") -> "pq.ParquetWriter | pa.RecordBatchFileWriter":
        import pyarrow as pa

        if self.parquet:
            import pyarrow.parquet as pq

            # Numbers hardly repeat: a dictionary of them is tried in vain.
            texts = [field.name for field in schema if not pa.types.is_floating(field.type)]
            return pq.ParquetWriter(self.stream, schema, use_dictionary=texts)
        return pa.ipc.new_file(self.stream, schema)

    def end(self) -> None:
        assert self.writer is not None, "no table is without rows"
        self.writer.close()

    def abandon(self) -> None:
        if self.writer is not None and self.parquet:
            self.writer.is_open = False  # or it writes its end as it goes, and a traceback


def make_writer(
    format: str, stream: Sink, delimiter: str | None = None, decimal: str = "."
) -> Writer:
    """The writer of a format. decimal: the mark of numbers, where they are text."""
    if format in ("json", "jsonl"):
        return Json(stream, by_line=format == "jsonl")
    if format in ("markdown", "table"):
        return Page(stream, format == "markdown", decimal)
    if format in ("parquet", "arrow"):
        return Columnar(stream, parquet=format == "parquet")
    return Delimited(stream, delimiter or ",", decimal)
