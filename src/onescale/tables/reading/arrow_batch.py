"""Rows of a large table by pyarrow: the same cells, numbers and bytes as the exact reader, sooner.

It is given only chunks in which quotes are regular and no line is a comment. Whatever pyarrow then
refuses (ragged rows) is read again by the exact reader, which words the error. Numbers are cast by
pyarrow where nothing but numbers stands in a column; where something else does, by our own format,
a column at a time. Lines that need no quotes and lose no column are written as they were read, with
the scaled values behind them.
"""

import numpy as np
import pyarrow as pa
import pyarrow.csv

from onescale.tables import arrow
from onescale.tables import compute as pc
from onescale.tables.hints import LIKE
from onescale.tables.kinds import Kind
from onescale.tables.numbers import BLANKS, NumberFormat
from onescale.tables.reading import arrow_numbers
from onescale.tables.reading.arrow_numbers import missing_tokens, parse_column, without_missing
from onescale.tables.reading.batch import Batch
from onescale.tables.reading.chunks import Chunk, without_needless_quotes
from onescale.tables.reading.csv_batch import CsvBatch
from onescale.tables.wide import wide_cells


class ArrowBatch(Batch):
    """Rows of one chunk. numbers, texts: the columns (0-based) that will be asked for.

    seen: what an earlier batch of the same chunk gave as `memory`; it is not read again.
    Raises pyarrow.ArrowInvalid where the rows are not all of the table's width.
    """

    def __init__(self, chunk: Chunk, table, numbers, texts, seen: tuple | None = None):
        self.chunk, self.table, self.number_format = chunk, table, table.dialect.number_format
        self.rows, self.width = 0, table.width
        self._texts: dict[int, pa.Array] = {}
        self._numbers: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._keys: dict[int, tuple[list[str], np.ndarray]] = {}
        if seen is not None:
            self.rows, self._numbers, self._keys = seen[0], dict(seen[1]), dict(seen[2])
            numbers = [i for i in numbers if i not in self._numbers]
            texts = [] if self._keys.keys() >= set(texts) else texts
            if not numbers and not texts:
                return
        form = self.number_format
        # Else not for pyarrow's own cast.
        plain = not form.thousands and form.decimal.isascii() and not form.decoration
        types = {i: pa.float64() if plain else pa.string() for i in numbers}
        try:
            self._read(types | {i: pa.string() for i in texts if i not in types})
        except pa.ArrowInvalid:  # ragged rows, or a cell that is no number
            self._read({i: pa.string() for i in {*numbers, *texts}})
        if both := [i for i in texts if i not in self._texts]:
            self._read({i: pa.string() for i in both})

    def memory(self) -> tuple[int, dict, dict]:
        """How many rows there are, and the numbers and the keys that were asked for."""
        return self.rows, self._numbers, self._keys

    def _read(self, types: dict[int, pa.DataType]) -> None:
        """Read columns as float64 or text and keep them."""
        dialect, data, form = self.table.dialect, self.chunk.data, self.number_format
        names = [str(i) for i in range(self.table.width)]
        wanted = {names[i]: kind for i, kind in types.items()} or {names[0]: pa.string()}
        quoted = self.chunk.quoted
        read = pa.csv.read_csv(
            pa.BufferReader(data),
            pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
            pa.csv.ParseOptions(
                delimiter=self.chunk.delimiter.decode(),
                quote_char=dialect.quote if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=self.table.width > 1,
            ),
            pa.csv.ConvertOptions(
                check_utf8=False,
                column_types=wanted,
                include_columns=list(wanted),
                null_values=missing_tokens(form),
                decimal_point=form.decimal if form.decimal.isascii() else ".",
            ),
        )
        self.rows = read.num_rows
        for i, kind in types.items():
            column = _single(read.column(names[i]))
            if kind == pa.string():
                if self.chunk.stands_for is not None:
                    stand_in = self.chunk.delimiter.decode()
                    column = pc.replace_substring(column, stand_in, self.chunk.stands_for)
                self._texts[i] = column
                continue
            values = arrow.numbers_of(column)
            # Something that pyarrow takes for a number may be none (inf).
            if np.count_nonzero(np.isfinite(values)) + column.null_count == self.rows:
                values = wide_cells(
                    without_missing(values, form),
                    lambda rows, i=i: self.column(i).filter(arrow.truths(rows)).to_pylist(),
                    form,
                )
                self._numbers[i] = values, np.zeros(0, np.intp)

    def column(self, index: int) -> pa.Array:
        if index not in self._texts:
            self._read({index: pa.string()})
        return self._texts[index]

    def keys(self, index: int) -> tuple[list[str], np.ndarray]:
        if index not in self._keys:
            keys, codes = super().keys(index)
            self._keys[index] = keys, codes.astype(np.min_scalar_type(len(keys)))
        return self._keys[index]

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if index not in self._numbers:
            self._numbers[index] = parse_column(self.column(index), self.number_format)
        return self._numbers[index]

    def count(self, index: int) -> tuple[int, int, int | None]:
        """Only cells that begin as a number or a missing token might are parsed."""
        column = self.column(index)
        start, stop = column.offset, column.offset + self.rows
        ends = np.frombuffer(column.buffers()[1], np.int32)[start : stop + 1]
        data = np.frombuffer(column.buffers()[2] or b"\0", np.uint8)
        empty = ends[:-1] == ends[1:]
        maybe = _beginnings(self.number_format)[data[np.minimum(ends[:-1], len(data) - 1)]] | empty
        rows = np.flatnonzero(maybe)
        cells = column.filter(arrow.truths(maybe))
        values, odd = parse_column(cells, self.number_format)
        bare = pc.ascii_trim(cells, BLANKS)
        like = odd[arrow.truths_of(pc.match_substring_regex(bare, LIKE))[odd]] if len(odd) else odd
        first = int(rows[like[0]]) if len(like) else None
        return int((~np.isnan(values)).sum()), int((~maybe).sum()) + len(odd), first

    def kind(self, index: int) -> Kind:
        return arrow_numbers.kind_of(self.column(index), self.number_format)

    def plain(self, index: int, kind: Kind) -> list:
        values = self.typed(index, kind)
        long = pa.types.is_decimal(values.type)
        return [None if v is None else int(v) if long else v for v in values.to_pylist()]

    def line(self, row: int) -> int:
        if self._line_a_row(self.chunk):
            return self.chunk.line + row
        return CsvBatch(self.chunk, self.table, row + 1).line(row)

    def _line_a_row(self, chunk: Chunk) -> bool:
        """Whether every line of the chunk is a row: no quoted line ends, no blank lines, no CR."""
        lines = chunk.lines + (not chunk.data.endswith(b"\n"))
        return lines == self.rows and not chunk.quoted and b"\r" not in chunk.data

    def lines(self, delimiter: str) -> tuple[bytes, np.ndarray] | None:
        chunk = self.chunk
        if chunk.stands_for is not None or chunk.delimiter != delimiter.encode():
            return None
        chunk = without_needless_quotes(chunk, self.table.dialect, self.rows, self.width)
        marks = self.table.dialect.quote != '"' and b'"' in chunk.data
        if marks or not self._line_a_row(chunk):
            return None
        ends = arrow.places(chunk.data, "\n", chunk.lines)
        return chunk.data, ends if len(ends) == self.rows else np.append(ends, len(chunk.data))


def _beginnings(form: NumberFormat) -> np.ndarray:
    """Which first bytes a number, something like one, or a missing token may have."""
    table = np.zeros(256, bool)
    table[:0x80] = True
    table[[0xC2, 0xE2, 0xEF]] = True  # £ ¥ ± and no-break spaces; € − “; ￥
    letters = range(ord("A"), ord("z") + 1)
    table[[byte for byte in letters if chr(byte).isalpha()]] = bool(form.decoration or form.common)
    marks = (form.decimal, form.thousands, *form.tokens)
    table[0x80:] |= bool(form.decoration or form.common) or not all(map(str.isascii, marks))
    firsts = "nN" + "".join(token[:1] for token in form.tokens)
    table[[ord(c) for c in firsts if c.isascii()]] = True
    return table


def _single(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
