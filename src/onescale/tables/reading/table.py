"""Tables from delimited text: names first, then batches of rows, again and again.

`open_source` looks at the head of a source (dialect, names, width); `batches` then goes through the
rows in chunks. A small table is read by Python's csv alone and kept; a large one is streamed, each
chunk by pyarrow where it is plain enough and by csv where it is not. Both give the same cells, the
same numbers and the same errors.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from onescale.core.errors import DataError, SpecError
from onescale.tables.hints import COMMENTS, advice, like_comment
from onescale.tables.numbers import BLANKS
from onescale.tables.parallel import in_order, keep_memory
from onescale.tables.reading import source as source_module
from onescale.tables.reading.apart import Apart
from onescale.tables.reading.batch import Batch, Table
from onescale.tables.reading.chunks import (
    LONGEST,
    Chunk,
    Cut,
    chunks,
)
from onescale.tables.reading.csv_batch import CsvBatch
from onescale.tables.reading.csv_records import LINE, Lines, cells_of_sample, records
from onescale.tables.reading.detection import RECORDS, SAMPLE, detect, heading
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.plain_text import plain_text
from onescale.tables.reading.source import Source

# What parquet, arrow files, and arrow streams begin with (these also by their ending: old ones have
# a length there).
BINARY = (b"PAR1", b"ARRO", b"\xff\xff\xff\xff")
COLUMNAR = (".parquet", ".arrow", ".feather", ".ipc")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # what .xlsx, .ods and .xls begin with
HEAD = 1 << 20  # bytes that are looked at first
ROW_NAMES = "row_names"  # the column that R's write.table leaves without a name
WIDEST = 100_000  # columns: each takes some 25 kB, however few the rows
# Bytes of numbers and keys that are kept from the first pass for the second, and the blocks whose
# worth they are at least: where rows are long, so are the blocks.
REMEMBER = 64 << 20
REMEMBERED = 24
A_KEY = 100  # bytes of one
APART = 4096  # rows of a block, from which on its columns are worth adding up by themselves
_DELIMITER_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r)', re.IGNORECASE)  # for Excel
_JSON = re.compile(r'\s*(\[\s*)?\{\s*"[^"\n]*"\s*:').match
SMALL = 1 << 20  # bytes below which nothing heavy is imported


class TextTable(Table):
    """A delimited text: `names`, `width`, `dialect` (complete), and `batches()`.

    notes: what was detected and why. Raises DataError where there is no table.
    """

    travels = True

    def __init__(self, source: Source, dialect: Dialect):
        self.source, self.name = source, source.name
        self.notes = [f"encoding {source.encoding}" + (", by its mark" if source.bom else "")]
        head, whole = self._head(dialect)
        text = head.decode()
        if (named := _DELIMITER_LINE.match(text)) is not None:
            dialect = replace(dialect, delimiter=dialect.delimiter or named[1])
            self.notes.append(f"line {self._line} names the delimiter")
            self._start, self._line = self._start + len(named[0].encode()), self._line + 1
            text = text[named.end() :]
        if not text.strip():
            raise DataError(f"{self.name}: an empty file holds no table")
        if _JSON(text):
            raise DataError(f"{self.name}: JSON, which is no table here; save it as csv or parquet")
        sample = _whole_lines(text, SAMPLE)
        complete = whole and len(sample) == len(text)
        self.in_memory = whole and len(head) <= SMALL
        self.dialect = detect(sample, complete, dialect, self.notes)
        self._read_names(text)
        self._kept, self._seen = None, {}
        self._cuts: list[Cut] = []
        self._quoted = self.dialect.quote and self.dialect.quote in text
        a_line = len(sample.encode()) // max(1, sample.count("\n"))
        self.block = min(max(source_module.BLOCK, 4096 * a_line), 8 * source_module.BLOCK)
        self._rows = self.block // max(1, a_line)  # about so many a block
        self.room = [max(REMEMBER, REMEMBERED * self.block)]

    def _head(self, dialect: Dialect) -> tuple[bytes, bool]:
        """The first bytes after the skipped lines, and whether they are all."""
        blocks, head, skipped = self.source.blocks(), b"", 0
        for number in range(dialect.skip_lines):
            while (end := _line_end(head, skipped)) in (0, len(head)):
                if not (more := next(blocks, b"")):
                    break
                head += more  # a CR at the end may be half of a CRLF
            if not end:
                lines = f"{number + (skipped < len(head))} lines"
                raise DataError(f"{self.name}: has {lines}, too few for --skip-lines")
            skipped = end
        self._line, self._start = 1 + dialect.skip_lines, skipped
        whole = False
        while len(head) - skipped <= HEAD or (
            not _line_end(head, skipped) and len(head) - skipped <= LONGEST  # a very wide header
        ):
            if whole := not (more := next(blocks, b"")):
                break
            head += more
        return head[skipped:], whole

    def _read_names(self, text: str) -> None:
        """Find the first record; take the names from it, or make them."""
        plain, delimiter, stands_for = plain_text(text.encode(), self.dialect, self.name)
        mark = delimiter.decode()
        reading = Lines(plain.decode(), self._line, self.dialect.comment)
        lines = records(reading, self.dialect, mark, self.name)
        filled = (one for one in lines if "".join(one[1]).strip(BLANKS) or len(one[1]) > 1)
        line, cells = next(filled, (0, []))
        if not cells:
            raise DataError(f"{self.name}: nothing but blank or comment lines")
        if self.dialect.row_names:
            cells.insert(0, ROW_NAMES)
        self.width, self.header_line = len(cells), line
        if self.width > WIDEST:
            raise DataError(
                f"{self.name}:{line}: {self.width:,} columns, and onescale takes {WIDEST:,}; split "
                "the table, or turn it so that its columns are rows"
            )
        if not self.dialect.header:
            self.names = [f"column_{k}" for k in range(1, self.width + 1)]
            return
        self.names = [cell.replace(mark, stands_for) for cell in cells] if stands_for else cells
        lines = islice(LINE.finditer(text), reading.next_line - self._line)
        self._start += sum(len(line[0].encode()) for line in lines)
        self._line = reading.next_line

    def description(self) -> dict:
        dialect = self.dialect
        return {
            "header": dialect.header,
            "delimiter": dialect.delimiter,
            "decimal": dialect.number_format.decimal,
            "thousands": dialect.number_format.thousands,
            "encoding": self.source.encoding,
        }

    def explain(self, index: int, cells: Sequence[str]) -> str:
        dialect = self.dialect
        if index == 0 and like_comment(cells[0]) and not dialect.comment:
            return COMMENTS
        return advice(dialect.number_format, cells, comma=dialect.delimiter != ";")

    def heading(self) -> int:
        head = next(self.source.blocks(HEAD), b"").decode()
        sample = _whole_lines(head, SAMPLE)
        complete = len(sample) < SAMPLE
        rows, _ = cells_of_sample(sample, complete, self.dialect, RECORDS)
        return heading(rows, self.header_line)

    def chunks(self) -> Iterator[Chunk]:
        """The data rows in chunks of whole records."""
        blocks = _drop(self.source.blocks(self.block), self._start)
        return chunks(self.source, blocks, self.dialect, self._line, self._cuts)

    def batches(self, numbers: Collection[int] = (), texts: Collection[int] = ()) -> Iterator:
        """The data rows in batches, in the file's order; small tables are read once and kept.

        numbers, texts: columns that will be asked for, looked at anew for each batch. Others can
        be asked for as well, at the cost of another reading.
        """
        if self._kept is not None:
            yield from self._kept
            return
        kept = [] if self.in_memory else None
        if not self.in_memory:
            keep_memory()

        def made(piece: tuple) -> Batch:
            return self.batch_of(piece, frozenset(numbers), frozenset(texts))

        batches = in_order(made, self.pieces(), 1 if self.in_memory else self.threads)
        for number, batch in enumerate(batches):
            if batch.rows:
                if kept is not None:
                    kept.append(batch)
                yield batch
            self.remember(number, batch)
        self._kept = kept

    def apart(self) -> Apart | None:
        """The blocks, if they are likely to be read apart, and worth it."""
        odd = self._quoted or self.dialect.comment or self._start >= self.block
        if self.source.size is None or odd or self._rows < APART:
            return None
        import onescale.tables.reading.arrow_batch  # noqa: F401 (once, before processes are forked)

        return Apart(self.source, self.dialect, self._start, self._line, self.block, self._rows)

    def note(self, number: int, cut: Cut) -> None:
        """Remember of a block what the process that read it has found."""
        if number == len(self._cuts):
            self._cuts.append(cut)

    def forget(self) -> None:
        self._seen.clear()

    def pieces(self, by_place: bool = False) -> Iterator[tuple]:
        """Chunks by their numbers; or where all are known by then, the place of each."""
        place, line = self._start, self._line
        if by_place and self.source.size == place + sum(cut.size for cut in self._cuts):
            for number, cut in enumerate(self._cuts):
                yield b"", number, True, place, line, *cut
                place, line = place + cut.size, line + cut.lines
            return
        for number, chunk in enumerate(self.chunks()):
            data, *others = vars(chunk).values()
            yield data, number, False, *others

    def batch_of(self, piece: tuple, numbers: Collection[int], texts: Collection[int]) -> Batch:
        data, number, by_place, *others = piece
        if not by_place:
            return self.batch_of_chunk(number, Chunk(data, *others), numbers, texts)
        place, line, *found = others
        cut = Cut(*found)
        with self.source.steady(), self.source.places() as read:
            data = read(place, cut.size)
        self.source.check(data, cut.checksum)
        chunk = cut.chunk(plain_text(data, self.dialect, self.name), line)
        return self.batch_of_chunk(number, chunk, numbers, texts)

    def batch_of_chunk(
        self, number: int, chunk: Chunk, numbers: Collection[int], texts: Collection[int]
    ) -> Batch:
        """The batch by pyarrow, or by csv where that may not be trusted with it."""
        if self.in_memory or not chunk.regular:
            return CsvBatch(chunk, self)
        import pyarrow

        from onescale.tables.reading.arrow_batch import ArrowBatch

        try:
            return ArrowBatch(chunk, self, numbers, texts, self._seen.get(number))
        except pyarrow.ArrowInvalid:
            return CsvBatch(chunk, self)

    def remember(self, number: int, batch) -> None:
        if number in self._seen or isinstance(batch, CsvBatch):
            return
        self.keep(number, *batch.memory())

    def keep(self, number: int, rows: int, numbers: dict, keys: dict) -> None:
        """`remember` of what is to be kept."""
        size = sum(values.nbytes for values, _ in numbers.values())
        size += sum(A_KEY * len(texts) + codes.nbytes for texts, codes in keys.values())
        if size <= self.room[0]:
            self._seen[number] = rows, numbers, keys
            self.room[0] -= size


def open_source(source: Source, dialect: Dialect, sheet: str | None = None):
    """Open the table of a source, whatever its form.

    sheet: of a workbook, by its name or its number from 1; None for the first.
    """
    if source.head[:4] in WORKBOOKS:
        from onescale.tables.reading.workbook import WorkbookTable

        return WorkbookTable(source, dialect, sheet)
    if sheet is not None:
        raise SpecError(f"{source.name}: is no workbook; --sheet does not apply")
    if source.head[:4] in BINARY or source.path.lower().endswith(COLUMNAR):
        from onescale.tables.reading.columnar import ColumnarTable

        return ColumnarTable(source, dialect)
    return TextTable(source, dialect)


def _whole_lines(text: str, size: int) -> str:
    """The first lines of `text`, of `size` characters or a little more."""
    if len(text) <= size:
        return text
    end = text.find("\n", size)
    end = text.find("\r", size) if end < 0 else end
    return text[: end + 1] if end >= 0 else text


def _line_end(data: bytes, start: int) -> int:
    """Where the line that begins at `start` ends, its line end included; 0 if it does not."""
    ends = [end for end in (data.find(b"\n", start), data.find(b"\r", start)) if end >= 0]
    if not ends:
        return 0
    end = min(ends)
    return end + 2 if data[end : end + 2] == b"\r\n" else end + 1


def _drop(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """`blocks` without their first `size` bytes."""
    for block in blocks:
        if size < len(block):
            return chain([block[size:]], blocks)
        size -= len(block)
    return iter(())
