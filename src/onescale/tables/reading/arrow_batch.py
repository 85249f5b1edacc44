"""Rows of a large table by pyarrow: the same cells, numbers and bytes as the exact reader, sooner.

It is given only chunks in which quotes are regular and no line is a comment. Whatever pyarrow then
refuses (ragged rows) is read again by the exact reader, which words the error. Numbers are cast by
pyarrow where nothing but numbers stands in a column; where something else does, by our own format,
a column at a time. Lines that need no quotes and lose no column are written as they were read, with
the scaled values behind them.
"""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from onescale.tables.numbers import BLANKS, MISSING, NumberFormat
from onescale.tables.numbers import write as write_number
from onescale.tables.reading import arrays
from onescale.tables.reading.chunks import Chunk
from onescale.tables.reading.csv_batch import CsvBatch
from onescale.tables.writer import quoting


class ArrowBatch:
    """Rows of one chunk. numbers, texts: the columns (0-based) that will be asked for.

    seen: what an earlier batch of the same chunk gave as `memory`; it is not read again.
    Raises pyarrow.ArrowInvalid where the rows are not all of the table's width.
    """

    def __init__(self, chunk: Chunk, table, numbers, texts, seen: tuple | None = None):
        self.chunk, self.table, self.number_format = chunk, table, table.dialect.number_format
        self.rows = 0
        self._texts: dict[int, pa.Array] = {}
        self._numbers: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        if seen is not None:
            self.rows, self._numbers = seen[0], dict(seen[1])
            numbers = [i for i in numbers if i not in self._numbers]
            if not numbers and not texts:
                return
        plain = _plain(self.number_format)
        types = {i: pa.float64() if plain else pa.string() for i in numbers}
        try:
            self._read(types | {i: pa.string() for i in texts if i not in types})
        except pa.ArrowInvalid:  # ragged rows, or a cell that is no number
            self._read({i: pa.string() for i in {*numbers, *texts}})

    def memory(self) -> tuple[int, dict]:
        """How many rows there are, and the numbers that were asked for."""
        return self.rows, self._numbers

    def _read(self, types: dict[int, pa.DataType]) -> None:
        """Read columns as float64 or text and keep them."""
        dialect, data = self.table.dialect, self.chunk.data
        names = [str(i) for i in range(self.table.width)]
        wanted = {names[i]: kind for i, kind in types.items()} or {names[0]: pa.string()}
        quoted = bool(dialect.quote) and dialect.quote.encode() in data
        read = pa.csv.read_csv(
            pa.BufferReader(data),
            pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
            pa.csv.ParseOptions(
                delimiter=self.chunk.mark.decode(),
                quote_char=dialect.quote if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=self.table.width > 1,
            ),
            pa.csv.ConvertOptions(
                check_utf8=False,
                column_types=wanted,
                include_columns=list(wanted),
                null_values=_tokens(self.number_format),
                decimal_point=self.number_format.decimal
                if self.number_format.decimal.isascii()
                else ".",
            ),
        )
        self.rows = read.num_rows
        for i, kind in types.items():
            column = _single(read.column(names[i]))
            if kind == pa.string():
                self._texts[i] = self._restored(column)
            else:
                self._keep_numbers(i, column)

    def _restored(self, column: pa.Array) -> pa.Array:
        if self.chunk.restore is None:
            return column
        return pc.replace_substring(column, self.chunk.mark.decode(), self.chunk.restore)

    def _keep_numbers(self, index: int, column: pa.Array) -> None:
        """Numbers as pyarrow casts them, unless something it takes for one may be none (inf)."""
        values = arrays.numbers_of(column)
        finite = np.isfinite(values)
        if int(finite.sum()) + column.null_count == self.rows:
            self._numbers[index] = values, np.zeros(0, np.intp)

    def column(self, index: int) -> pa.Array:
        """The cells of a column as an array of text."""
        if index not in self._texts:
            self._read({index: pa.string()})
        return self._texts[index]

    def texts(self, index: int) -> list[str]:
        """The cells of a column as they stand in the file."""
        return self.column(index).to_pylist()

    typed = column
    plain = texts

    def original(self, index: int) -> np.ndarray:
        """A column of numbers as they are passed on to typed formats."""
        return self.numbers(index)[0]

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Values as float64, NaN where missing or odd; and the rows (0-based) of odd cells."""
        if index not in self._numbers:
            self._numbers[index] = parse_column(self.column(index), self.number_format)
        return self._numbers[index]

    def count(self, index: int) -> tuple[int, int]:
        """How many cells of a column are numbers, and how many are neither that nor missing.

        Only cells that begin as a number or a missing token might are parsed.
        """
        column = self.column(index)
        start, stop = column.offset, column.offset + self.rows
        ends = np.frombuffer(column.buffers()[1], np.int32)[start : stop + 1]
        data = np.frombuffer(column.buffers()[2] or b"\0", np.uint8)
        empty = ends[:-1] == ends[1:]
        maybe = _beginnings(self.number_format)[data[np.minimum(ends[:-1], len(data) - 1)]] | empty
        values, odd = parse_column(column.filter(arrays.truths(maybe)), self.number_format)
        return int((~np.isnan(values)).sum()), int((~maybe).sum()) + len(odd)

    def keys(self, index: int) -> tuple[list[str], np.ndarray]:
        """The distinct cells of a column in order of appearance, and each row's index into them."""
        coded = pc.dictionary_encode(self.column(index))
        return coded.dictionary.to_pylist(), arrays.codes_of(coded)

    def line(self, row: int) -> int:
        """The line on which a row (0-based) begins."""
        if self._line_a_row():
            return self.chunk.line + row
        return CsvBatch(self.chunk, self.table, row + 1).line(row)

    def _line_a_row(self) -> bool:
        """Whether every line of the chunk is a row: no quoted line ends, no blank lines, no CR."""
        chunk, quote = self.chunk, self.table.dialect.quote
        return (
            chunk.lines + (not chunk.data.endswith(b"\n")) == self.rows
            and (not quote or quote.encode() not in chunk.data)
            and b"\r" not in chunk.data
        )

    def delimited(self, columns, scaled: dict[int, np.ndarray], delimiter: str) -> list:
        """The rows as delimited lines, piece by piece: columns of the table, and scaled ones by
        their place."""
        kept = [column for column in columns if column.place is None]
        new = [number_texts(scaled[column.place]) for column in columns if column.place is not None]
        if columns[: len(kept)] == kept and self._lines_pass(kept, delimiter):
            return self._with_lines(new, delimiter)
        texts = iter(new)
        cells = [
            next(texts) if column.place is not None else self.column(column.index)
            for column in columns
        ]
        return joined_lines(cells, delimiter)

    def _lines_pass(self, kept, delimiter: str) -> bool:
        """Whether the lines as they stand are what the exact reader's cells would be written as."""
        data = self.chunk.data
        return (
            self.chunk.restore is None
            and self.chunk.mark == delimiter.encode()
            and [column.index for column in kept] == list(range(self.table.width))
            and b'"' not in data
            and self._line_a_row()
        )

    def _with_lines(self, new: list[pa.Array], delimiter: str) -> bytes:
        """The chunk's lines with columns appended. Each line is cut with the line end before it, so
        that the pieces, joined with the new cells behind them, are the output."""
        data = self.chunk.data
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")).astype(np.int32)
        starts = np.empty(self.rows + 1, np.int32)
        starts[0] = 0
        starts[1 : len(ends) + 1] = ends
        if not data.endswith(b"\n"):
            starts[self.rows] = len(data)
        lines = pa.Array.from_buffers(
            pa.string(), self.rows, [None, pa.py_buffer(starts), pa.py_buffer(data)]
        )
        joined = pc.binary_join_element_wise(lines, *new, arrays.string(delimiter))
        start, stop = np.frombuffer(joined.buffers()[1], np.int32)[[0, self.rows]]
        return [joined.buffers()[2].slice(int(start), int(stop - start)), b"\n"]


def parse_column(column: pa.Array, number_format: NumberFormat) -> tuple[np.ndarray, np.ndarray]:
    """The values of an array of text, NaN where missing or odd, and the odd rows."""
    bare = pc.ascii_trim(column, BLANKS)
    missing = pc.is_in(pc.ascii_lower(bare), arrays.strings(list(MISSING)))
    if number_format.tokens:
        missing = pc.or_(missing, pc.is_in(bare, arrays.strings(sorted(number_format.tokens))))
    number = pc.match_substring_regex(bare, f"^(?:{number_format.pattern})$")
    number = pc.and_not(number, missing)
    text = pc.if_else(number, bare, pa.nulls(len(bare), pa.string()))
    if number_format.thousands:
        text = pc.replace_substring(text, number_format.thousands, "")
    if number_format.decimal != ".":
        text = pc.replace_substring(text, number_format.decimal, ".")
    values = arrays.numbers_of(pc.cast(text, pa.float64()))
    odd = ~(arrays.truths_of(number) | arrays.truths_of(missing))
    odd |= np.isinf(values)
    if odd.any():
        values = np.where(odd, np.nan, values)
    return values, np.flatnonzero(odd)


def _beginnings(number_format: NumberFormat) -> np.ndarray:
    """Which first bytes a number or a missing token may have."""
    table = np.zeros(256, bool)
    table[0x80:] = not all(
        mark.isascii()
        for mark in (number_format.decimal, number_format.thousands, *number_format.tokens)
    )
    firsts = (
        "0123456789+-nN"
        + BLANKS
        + number_format.decimal
        + "".join(t[:1] for t in number_format.tokens)
    )
    table[[ord(c) for c in firsts if c.isascii()]] = True
    return table


def number_texts(values: np.ndarray) -> pa.Array:
    """Float64 values as `repr` writes them; missing is empty.

    pyarrow gives the same digits; it leaves out `.0`, and puts the exponent elsewhere.
    """
    texts = pc.cast(arrays.floats(values), pa.string())
    size = np.abs(values)
    with np.errstate(invalid="ignore"):
        other = ((size < 1e-4) & (size > 0)) | (size >= 1e10)
        whole = (np.rint(values) == values) & ~other
    if whole.any():
        tail = pc.if_else(arrays.truths(whole), arrays.string(".0"), arrays.string(""))
        texts = pc.binary_join_element_wise(texts, tail, arrays.string(""))
    other |= np.isnan(values)
    if other.any():
        given = arrays.strings([write_number(value) for value in values[other].tolist()])
        texts = pc.replace_with_mask(texts, arrays.truths(other), given)
    return texts


def joined_lines(cells: list[pa.Array], delimiter: str) -> list:
    """Columns of text as delimited lines, quoted where they need it: bytes, piece by piece."""
    cells = [_quoted(column, delimiter) for column in cells]
    if len(cells) == 1:  # an empty line would be no row to many readers
        empty = pc.equal(cells[0], arrays.string(""))
        cells = [pc.if_else(empty, arrays.string('""'), cells[0])]
    rows = pc.binary_join_element_wise(*cells, arrays.string(delimiter))
    return [arrays.joined(rows, "\n"), b"\n"]


def _quoted(column: pa.Array, delimiter: str) -> pa.Array:
    """Cells in quotes where they need it."""
    needs = pc.match_substring_regex(column, quoting(delimiter).pattern)
    if not pc.any(needs).as_py():
        return column
    mark = arrays.string('"')
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(
        needs, pc.binary_join_element_wise(mark, doubled, mark, arrays.string("")), column
    )


def _plain(number_format: NumberFormat) -> bool:
    """Whether pyarrow's own cast can be tried: no thousands marks, a decimal mark it knows."""
    return not number_format.thousands and number_format.decimal.isascii()


def _tokens(number_format: NumberFormat) -> list[str]:
    """The missing tokens in every case, as pyarrow wants them."""
    cases = (itertools.product(*((c.lower(), c.upper()) for c in token)) for token in MISSING)
    return sorted({"".join(case) for some in cases for case in some} | number_format.tokens)


def _single(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
