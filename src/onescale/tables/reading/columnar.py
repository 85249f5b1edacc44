"""Tables that are not text: parquet and arrow (feather, IPC) files, with the face of a text table.

Columns of integers, floats and decimals are numbers, NaN and null are missing, an infinity is an
error; columns of text stay text whatever they hold; lists and structures pass, in formats of text
as JSON, and bytes that are no text as base64. Lines of errors are rows, from 1.
"""

import base64
import json
import math
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from onescale.core.errors import DataError, SpecError
from onescale.tables import arrow
from onescale.tables import compute as pc
from onescale.tables.kinds import Kind
from onescale.tables.parallel import ahead
from onescale.tables.reading.batch import Batch, Table
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.source import Source

ROWS = 1 << 16  # a batch


class ColumnarTable(Table):
    """A parquet or arrow file: `names`, `width`, `batches()`, as `reader.TextTable` has them."""

    in_memory = False

    def __init__(self, source: Source, dialect: Dialect):
        if dialect != Dialect() or source.asked is not None:
            raise SpecError(f"{source.name}: is no text; options about text do not apply")
        self.source, self.name = source, source.name
        self.dialect = Dialect()
        try:
            self.schema, _ = _opened(source)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{self.name}: not a parquet or arrow file ({_first(error)})") from None
        self.names, self.width = self.schema.names, len(self.schema.names)
        self.header_line, self.types = 0, self.schema.types
        self._no_text: set[int] = set()  # columns of bytes, as far as was seen
        self.notes = [f"columns of {', '.join(str(kind) for kind in self.schema.types)}"]
        if not self.width:
            raise DataError(f"{self.name}: a table without columns")
        for field in self.schema:
            _refuse_unknown(self.name, field)

    def description(self) -> dict:
        return {"header": True}

    def explain(self, index: int, cells: Sequence[str]) -> str:
        kind = self.schema.types[index]
        if _is_number(kind):
            return "mend it where the file was made, or make it null"
        return f"the column is of type {kind}; cast it where the file was made"

    def batches(self, numbers: Collection[int] = (), texts: Collection[int] = ()) -> Iterator:
        """The rows in batches; the columns that will be asked for are looked up when they are."""
        row = 1
        try:
            with self.source.steady():
                for batch in ahead(map(_whole, _opened(self.source)[1]), self.threads):
                    self._no_text |= set(filter(partial(_is_no_text, batch), range(self.width)))
                    for start in range(0, batch.num_rows, ROWS):
                        part = ColumnarBatch(
                            batch.slice(start, ROWS), row, self._no_text, self.name
                        )
                        row += part.rows
                        yield part
        except (pa.ArrowException, OSError) as error:
            beyond = isinstance(error, pa.ArrowNotImplementedError)
            what = "pyarrow cannot read it" if beyond else "the file is broken"
            raise DataError(f"{self.name}: {what} ({_first(error)})") from None

    def remarks(self, taken: Sequence[int]) -> list[str]:
        names = ", ".join(repr(self.names[index]) for index in sorted(self._no_text))
        return [f"bytes that are no text, in formats of text as base64: {names}"] if names else []


class ColumnarBatch(Batch):
    """Some rows; `row` is the number of the first. no_text: columns of bytes that are none; source:
    what errors name."""

    def __init__(
        self, batch: pa.RecordBatch, row: int, no_text: Collection[int] = (), source: str = "table"
    ):
        self.batch, self.first, self._no_text, self._source = batch, row, no_text, source
        self.rows, self.width = batch.num_rows, batch.num_columns

    def column(self, index: int) -> pa.Array:
        try:
            return self._texts_of(index)
        except (pa.ArrowException, OverflowError, ValueError) as error:
            # A time zone that nobody knows, a date beyond the calendar, a type without a text.
            field = self.batch.schema.field(index)
            told = f"column {field.name!r} of type {field.type}"
            raise DataError(f"{self._source}: {told}: no text ({_first(error)})") from None

    def _texts_of(self, index: int) -> pa.Array:
        column = self.batch.column(index)
        if pa.types.is_nested(column.type):
            return pa.array([_json(value) for value in column.to_pylist()], pa.string())
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_floating(column.type):
            if column.type != pa.float64():
                column = _shortest(column)
            else:
                column = arrow.number_texts(arrow.numbers_of(column))
        elif index in self._no_text:
            cells = (None if v is None else base64.b64encode(v) for v in column.to_pylist())
            column = pa.array(cells, pa.binary()).cast(pa.string())
        elif _is_bytes(column.type):
            column = _text_of_bytes(column)
        elif not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        return pc.fill_null(column, arrow.string(""))

    def kind(self, index: int) -> Kind:
        return Kind()

    def typed(self, index: int, kind: Kind) -> pa.Array:
        return self.batch.column(index)

    def plain(self, index: int, kind: Kind) -> list:
        """Numbers and truths as they are, all else as text, null as None."""
        column = self.batch.column(index)
        if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
            return column.to_pylist()
        if pa.types.is_floating(column.type):
            return self.numbers(index)[0].tolist()
        if pa.types.is_nested(column.type):
            return [json.loads(text) if text else None for text in self.texts(index)]
        present = column.is_valid().to_pylist()
        return [
            text if there else None for text, there in zip(self.texts(index), present, strict=True)
        ]

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        column = self.batch.column(index)
        if not _is_number(column.type):
            odd = np.flatnonzero(arrow.truths_of(column.is_valid()))
            return np.full(self.rows, np.nan), odd
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        values = arrow.floats_of(column)
        infinite = np.isinf(values)
        if infinite.any():
            values = np.where(infinite, np.nan, values)
        return values, np.flatnonzero(infinite)

    def line(self, row: int) -> int:
        return self.first + row


def _opened(source: Source) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The schema, and the record batches from the beginning."""
    if source.head[:4] == b"PAR1":
        import pyarrow.parquet as pq

        file = pq.ParquetFile(source.seekable(), page_checksum_verification=True)
        return file.schema_arrow, file.iter_batches(batch_size=ROWS)
    if source.head[:6] == b"ARROW1":
        reader = pa.ipc.open_file(source.seekable())
        return reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))
    reader = pa.ipc.open_stream(source.seekable())
    return reader.schema, iter(reader)


def _refuse_unknown(source: str, field: pa.Field) -> None:
    """Raise DataError at a type that pyarrow knows, but has no arrays of: intervals of months."""
    nested = range(field.type.num_fields) if pa.types.is_nested(field.type) else ()
    for index in nested:
        _refuse_unknown(source, field.type.field(index))
    try:
        pa.nulls(0, field.type)
    except KeyError:
        told = f"column {field.name!r} of type {field.type} cannot be read"
        raise DataError(f"{source}: {told}; leave it out where the file was made") from None


def _whole(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch that can be read: of a damaged one, pyarrow would read beyond its memory, or what is
    no text. Raises ArrowInvalid."""
    batch.validate(full=True)
    return batch


def _is_number(kind: pa.DataType) -> bool:
    """Whether a column of that type holds numbers (perhaps by way of a dictionary)."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _is_bytes(kind: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_binary, types.is_large_binary, types.is_binary_view)
    return types.is_fixed_size_binary(kind) or any(test(kind) for test in tests)


def _is_no_text(batch: pa.RecordBatch, index: int) -> bool:
    """Whether a column is of bytes, and those of no text: some writers do not mark it as such."""
    column = batch.column(index)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary
    if not _is_bytes(column.type):
        return False
    try:
        _text_of_bytes(column)
    except pa.ArrowInvalid:
        return True
    return False


def _text_of_bytes(column: pa.Array) -> pa.Array:
    """Bytes as text. Raises ArrowInvalid where they are none."""
    return column.cast(pa.binary()).cast(pa.string())


def _shortest(column: pa.Array) -> pa.Array:
    """float32 and float16 as NumPy writes them: the shortest digits for their own width."""
    values = [None if v is None or v != v else v for v in column.to_pylist()]
    kind = np.float16 if pa.types.is_float16(column.type) else np.float32
    return pa.array([None if v is None else str(kind(v)) for v in values], pa.string())


def _json(value) -> str:
    """A list or a structure as text; missing is empty."""
    return "" if value is None else json.dumps(_strict(value), ensure_ascii=False, default=str)


def _strict(value: Any) -> Any:
    """A value as strict JSON has it: NaN as null, infinities as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {str(key): _strict(one) for key, one in value.items()}
    return [*map(_strict, value)] if isinstance(value, list | tuple) else value


def _first(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
