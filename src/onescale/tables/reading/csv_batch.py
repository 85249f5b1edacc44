"""Rows of one chunk by Python's csv: the exact reader's batch, for small tables and odd chunks.

`fast.ArrowBatch` has the same face and gives the same cells, numbers and bytes.
"""

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.numbers import write
from onescale.tables.reading.chunks import Chunk
from onescale.tables.reading.csv_records import Lines, is_blank, records
from onescale.tables.writer import lines


class CsvBatch:
    """Rows of one chunk, read by csv; `limit` stops after as many."""

    def __init__(self, chunk: Chunk, table, limit: int | None = None):
        width, restore = table.width, chunk.restore
        reading = Lines(chunk.data.decode(), chunk.line, table.dialect.comment)
        rows, self.lines = [], []
        for line, cells in records(reading, table.dialect, chunk.mark.decode(), table.name):
            if len(rows) == limit:
                break
            if len(cells) != width or not cells:
                if is_blank(cells, width):
                    continue
                if width > 1 or len(cells) > 1:
                    raise DataError(_ragged(table, line, len(cells)))
                cells = cells or [""]
            rows.append(cells)
            self.lines.append(line)
        self.rows, self.number_format = len(rows), table.dialect.number_format
        self.columns = [list(column) for column in zip(*rows, strict=True)] if rows else []
        if restore:
            mark = chunk.mark.decode()
            self.columns = [[c.replace(mark, restore) for c in column] for column in self.columns]

    def texts(self, column: int) -> list[str]:
        """The cells of a column (0-based) as they stand in the file."""
        return self.columns[column]

    def numbers(self, column: int) -> tuple[np.ndarray, np.ndarray]:
        """Values as float64, NaN where missing or odd; and the rows (0-based) of odd cells."""
        parsed = list(map(self.number_format.parse, self.columns[column]))
        odd = [row for row, value in enumerate(parsed) if value is None]
        for row in odd:
            parsed[row] = np.nan
        return np.array(parsed, dtype=np.float64), np.array(odd, dtype=np.intp)

    typed = plain = texts

    def original(self, column: int) -> np.ndarray:
        """A column of numbers as they are passed on to typed formats."""
        return self.numbers(column)[0]

    def delimited(self, columns, scaled: dict[int, np.ndarray], delimiter: str) -> list:
        """The rows as delimited lines, piece by piece: columns of the table, and scaled ones by
        their place."""
        texts = [
            self.columns[column.index]
            if column.place is None
            else [write(value) for value in scaled[column.place].tolist()]
            for column in columns
        ]
        return [lines(texts, delimiter)]

    def count(self, column: int) -> tuple[int, int]:
        """How many cells of a column are numbers, and how many are neither that nor missing."""
        values, odd = self.numbers(column)
        return int((~np.isnan(values)).sum()), len(odd)

    def line(self, row: int) -> int:
        """The line on which a row (0-based) begins."""
        return self.lines[row]

    def keys(self, column: int) -> tuple[list[str], np.ndarray]:
        """The distinct cells of a column in order of appearance, and each row's index into them."""
        codes: dict[str, int] = {}
        indices = [codes.setdefault(cell, len(codes)) for cell in self.columns[column]]
        return list(codes), np.array(indices, dtype=np.intp)


def _ragged(table, line: int, found: int) -> str:
    against = "header" if table.dialect.header else "first row"
    mark = table.dialect.delimiter
    cells = "1 cell" if found == 1 else f"{found} cells"
    return (
        f"{table.name}:{line}: {cells} where the {against} (line {table.header_line}) has "
        f"{table.width} (cells are separated by {mark!r}: quote the cells that hold one, name "
        "another with --delimiter, or leave leading lines out with --skip-lines)"
    )
