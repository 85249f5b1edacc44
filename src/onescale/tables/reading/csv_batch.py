"""Rows of one chunk by Python's csv: the exact reader's batch, for small tables and odd chunks.

`arrow_batch.ArrowBatch` gives the same cells, numbers and bytes of large and plain ones.
"""

from itertools import compress

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.hints import COMMENTS, like_comment
from onescale.tables.reading.batch import Batch
from onescale.tables.reading.chunks import Chunk
from onescale.tables.reading.csv_records import Lines, is_blank, records
from onescale.tables.wide import wide_cells


class CellBatch(Batch):
    """Rows of text, cell by cell. lines: what each row begins on. columns: lists of cells."""

    in_arrow = False

    def __init__(self, table, lines: list[int], columns: list[list[str]]):
        self.rows, self.width, self.number_format = (
            len(lines),
            table.width,
            table.dialect.number_format,
        )
        self.lines_of_rows, self.columns = lines, columns

    def column(self, index: int) -> list[str]:
        return self.columns[index]

    texts = column

    def numbers(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        parsed = list(map(self.number_format.parse, self.columns[index]))
        odd = [row for row, value in enumerate(parsed) if value is None]
        for row in odd:
            parsed[row] = np.nan
        cells, values = self.columns[index], np.array(parsed, dtype=np.float64)
        values = wide_cells(values, lambda rows: compress(cells, rows), self.number_format)
        return values, np.array(odd, dtype=np.intp)

    def line(self, row: int) -> int:
        return self.lines_of_rows[row]

    def keys(self, index: int) -> tuple[list[str], np.ndarray]:
        codes: dict[str, int] = {}
        indices = [codes.setdefault(cell, len(codes)) for cell in self.columns[index]]
        return list(codes), np.array(indices, dtype=np.intp)


class CsvBatch(CellBatch):
    """Rows of one chunk, read by csv; `limit` stops after as many."""

    def __init__(self, chunk: Chunk, table, limit: int | None = None):
        width, delimiter = table.width, chunk.delimiter.decode()
        reading = Lines(chunk.data.decode(), chunk.line, table.dialect.comment)
        rows, lines = [], []
        for line, cells in records(reading, table.dialect, delimiter, table.name):
            if len(rows) == limit:
                break
            if len(cells) != width or not cells:
                if is_blank(cells, width):
                    continue
                if width > 1 or len(cells) > 1:
                    raise DataError(_ragged(table, line, cells, first=not rows))
                cells = cells or [""]
            rows.append(cells)
            lines.append(line)
        columns = [list(column) for column in zip(*rows, strict=True)]
        if chunk.stands_for:
            columns = [
                [cell.replace(delimiter, chunk.stands_for) for cell in column] for column in columns
            ]
        super().__init__(table, lines, columns)


def _ragged(table, line: int, cells: list[str], first: bool) -> str:
    dialect = table.dialect
    against = "header" if dialect.header else "first row"
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    todo = "quote the cells that hold one"
    if len(cells) < table.width:
        todo = "complete the line (or delete it if it is a note)"
    todo = (
        f"cells are separated by {dialect.delimiter!r}: {todo}, name "
        "another with --delimiter, or leave leading lines out with --skip-lines"
    )
    longer = len(cells) - table.width if dialect.header else 0
    begin = table.heading() if dialect.header else 0
    words = not any(map(dialect.number_format.is_number, cells))
    if not begin and longer > 0 and (words or table.width == 1):
        begin = line
    by_position = f"or take columns by position: --no-header --skip-lines {table.header_line} -p"
    if longer == 1 and not cells[-1].strip():
        begin = 0
        todo = f"rows end in a delimiter and the header does not: end it in one too, {by_position}"
    elif longer == 1 and first and not dialect.row_names:
        todo = "if rows begin with a name of their own, as R's write.table leaves them: --row-names"
    elif longer == -1 and not table.names[-1].strip():
        todo = f"the header ends in a delimiter and rows do not: end it without, {by_position}"
    if cells and like_comment(cells[0]) and not dialect.comment:
        begin = 0 if begin == line else begin
        todo = f"{COMMENTS}; else {todo}"
    if begin:
        this = "this line" if begin == line else f"line {begin}"
        todo = f"if the table begins on {this}: --skip-lines {begin - 1}; else {todo}"
    return (
        f"{table.name}:{line}: {count} where the {against} (line {table.header_line}) has "
        f"{table.width} ({todo})"
    )
