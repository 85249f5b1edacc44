"""Tables that are not text: parquet and arrow (feather, IPC) files, with the face of a text table.

Columns of integers, floats and decimals are numbers, NaN and null are missing, an infinity is an
error; columns of text stay text whatever they hold. Lines of errors are rows, from 1.
"""

from collections.abc import Collection, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onescale.core.errors import DataError, SpecError
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.source import Source

ROWS = 1 << 16  # a batch


class ColumnarTable:
    """A parquet or arrow file: `names`, `width`, `batches()`, as `reader.TextTable` has them."""

    def __init__(self, source: Source, dialect: Dialect):
        if dialect != Dialect() or source.asked is not None:
            raise SpecError(f"{source.name}: is no text; options about text do not apply")
        self.source, self.name, self.source_path = source, source.name, source.path
        self.dialect = Dialect()
        try:
            self.schema, self._open = _reader(source)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{self.name}: not a parquet or arrow file ({_first(error)})") from None
        self.names, self.width = self.schema.names, len(self.schema.names)
        self.header_line = 0
        self.notes = [f"columns of {', '.join(str(kind) for kind in self.schema.types)}"]
        for name, kind in zip(self.names, self.schema.types, strict=True):
            if pa.types.is_nested(kind):
                raise DataError(f"{self.name}: column {name!r} is of type {kind}, not a cell a row")
        if not self.width:
            raise DataError(f"{self.name}: a table without columns")

    def description(self) -> dict:
        """How the table is written, for a fit to remember."""
        return {"header": True}

    def explain(self, index: int, text: str) -> str:
        """Why a cell is not a number and what to do."""
        kind = self.schema.types[index]
        if _is_number(kind):
            return "mend it where the file was made, or make it null"
        return f"the column is of type {kind}; cast it where the file was made"

    def batches(self, numbers: Collection[int] = (), texts: Collection[int] = ()) -> Iterator:
        """The rows in batches; the columns that will be asked for are looked up when they are."""
        row = 1
        try:
            for batch in self._open():
                self._refuse_bytes(batch, row)
                for start in range(0, batch.num_rows, ROWS):
                    part = ColumnarBatch(batch.slice(start, ROWS), row)
                    row += part.rows
                    yield part
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{self.name}: the file is broken ({_first(error)})") from None

    def _refuse_bytes(self, batch: pa.RecordBatch, row: int) -> None:
        """Refuse columns of bytes that are no text: some writers do not mark their text as such."""
        for name, column in zip(self.names, batch.columns, strict=True):
            if _is_bytes(column.type):
                try:
                    _text_of_bytes(column)
                except pa.ArrowInvalid:
                    raise DataError(
                        f"{self.name}:{row}: column {name!r} is of type {column.type} and not all "
                        "text from here on; leave it out where the file was made"
                    ) from None


class ColumnarBatch:
    """Some rows; `row` is the number of the first."""

    def __init__(self, batch: pa.RecordBatch, row: int):
        self.batch, self.first, self.rows = batch, row, batch.num_rows

    def typed(self, index: int) -> pa.Array:
        """A column as it is."""
        return self.batch.column(index)

    original = typed

    def column(self, index: int) -> pa.Array:
        """A column as an array of text; null is empty."""
        column = self.typed(index)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_floating(column.type):
            from onescale.tables.reading.arrow_batch import number_texts

            if column.type != pa.float64():
                column = _shortest(column)
            else:
                column = number_texts(column.to_numpy(zero_copy_only=False))
        elif _is_bytes(column.type):
            column = _text_of_bytes(column)
        elif not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        return pc.fill_null(column, "")

    def texts(self, index: int) -> list[str]:
        """A column as text."""
        return self.column(index).to_pylist()

    def plain(self, index: int) -> list:
        """A column for JSON: numbers and truths as they are, all else as text, null as None."""
        column = self.typed(index)
        if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
            return column.to_pylist()
        if pa.types.is_floating(column.type):
            return self.numbers(index)[0].tolist()
        present = column.is_valid().to_pylist()
        return [
            text if there else None for text, there in zip(self.texts(index), present, strict=True)
        ]

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Values as float64, NaN where missing or odd; and the rows (0-based) of odd cells."""
        column = self.typed(index)
        if not _is_number(column.type):
            odd = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
            return np.full(self.rows, np.nan), odd
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        infinite = np.isinf(values)
        if infinite.any():
            values = np.where(infinite, np.nan, values)
        return values.astype(np.float64, copy=False), np.flatnonzero(infinite)

    def keys(self, index: int) -> tuple[list[str], np.ndarray]:
        """The distinct cells of a column in order of appearance, and each row's index into them."""
        coded = pc.dictionary_encode(self.column(index))
        return coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.intp)

    def count(self, index: int) -> tuple[int, int]:
        """How many cells of a column are numbers, and how many are neither that nor missing."""
        values, odd = self.numbers(index)
        return int((~np.isnan(values)).sum()), len(odd)

    def line(self, row: int) -> int:
        """The number of a row (0-based here) in the file."""
        return self.first + row

    def delimited(self, columns, scaled: dict[int, np.ndarray], delimiter: str) -> list:
        """The rows as delimited lines, piece by piece: columns of the table, and scaled ones by
        their place."""
        from onescale.tables.reading.arrow_batch import joined_lines, number_texts

        cells = [
            self.column(column.index)
            if column.place is None
            else number_texts(scaled[column.place])
            for column in columns
        ]
        return joined_lines(cells, delimiter)


def _reader(source: Source):
    """The schema, and a function that goes through the record batches from the beginning."""
    if source.head[:4] == b"PAR1":
        import pyarrow.parquet as pq

        def batches():
            return pq.ParquetFile(source.seekable()).iter_batches(batch_size=ROWS)

        return pq.ParquetFile(source.seekable()).schema_arrow, batches

    def open_ipc():
        if source.head[:6] == b"ARROW1":
            return pa.ipc.open_file(source.seekable())
        return pa.ipc.open_stream(source.seekable())

    def batches_of_ipc():
        reader = open_ipc()
        if isinstance(reader, pa.ipc.RecordBatchFileReader):
            return (reader.get_batch(i) for i in range(reader.num_record_batches))
        return iter(reader)

    return open_ipc().schema, batches_of_ipc


def _is_number(kind: pa.DataType) -> bool:
    """Whether a column of that type holds numbers (perhaps by way of a dictionary)."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _is_bytes(kind: pa.DataType) -> bool:
    return (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _text_of_bytes(column: pa.Array) -> pa.Array:
    """Bytes as text. Raises ArrowInvalid where they are none."""
    return column.cast(pa.binary()).cast(pa.string())


def _shortest(column: pa.Array) -> pa.Array:
    """float32 and float16 as NumPy writes them: the shortest digits for their own width."""
    values = [None if v is None or v != v else v for v in column.to_pylist()]
    kind = np.float16 if pa.types.is_float16(column.type) else np.float32
    return pa.array([None if v is None else str(kind(v)) for v in values], pa.string())


def _first(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
