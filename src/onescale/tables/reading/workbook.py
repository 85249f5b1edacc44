"""Sheets of workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) with the face of a text table, by calamine.

A cell is the text that it would be in a CSV file of its sheet: a number by its value and not by its
format (12 % is 0.12), dates and times as ISO 8601, TRUE and FALSE, an error by its name (#N/A), so
that it is told of and can be taken as missing. Text that is written as a number counts as one, and
is told of. Rows without a cell are no rows, columns with neither a name nor a cell no columns.
"""

import datetime
import io
import os
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.hints import quoted
from onescale.tables.kinds import Kind
from onescale.tables.numbers import BLANKS, NumberFormat, write
from onescale.tables.reading.batch import Table
from onescale.tables.reading.csv_batch import CellBatch
from onescale.tables.reading.detection import RECORDS, heading
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.source import Source
from onescale.tables.reading.workbook_errors import error_cells

CELLS = 1 << 19  # of a batch
_BOOKS = {"[Content_Types].xml", "content.xml"}  # one of them is in every zip that is a workbook
LARGEST = 1 << 31  # bytes of a workbook unpacked, all of which is held in memory
_EXTRA = "pip install 'onescale[excel]'"


class WorkbookTable(Table):
    """One sheet; `line` of its batches is the number of a row as the spreadsheet shows it.

    sheet: its name, or its number from 1; None for the first that is not hidden.
    """

    in_memory = False

    def __init__(self, source: Source, dialect: Dialect, sheet: str | None = None):
        free = replace(dialect, header=True, skip_lines=0, number_format=NumberFormat())
        if free != Dialect() or source.asked is not None:
            raise SpecError(
                f"{source.name}: a workbook is no text; options about text do not apply"
            )
        self.dialect, self._kept = dialect, None
        self._numbers_as_text: set[int] = set()
        contents = io.BytesIO(source.contents())
        self._sheet, title, self._others = _chosen(_opened(source, contents), sheet, source.name)
        self.name = f"{source.name}, sheet {title!r}"
        self.notes = [f"a workbook; sheet {title!r}"]
        self._errors = error_cells(contents, title)
        if self._errors is None:
            self._errors = {}
            self.notes.append("of this kind of file, cells that hold an error are taken as empty")
        self._measure()
        first = next(self._rows(), None)
        if first is None:
            below = f" below row {dialect.skip_lines}" if dialect.skip_lines else ""
            raise DataError(f"{self.name}: no cell{below} holds anything{self._way_to_others()}")
        self.header_line, cells = first
        self.names = [f"column_{k}" for k in range(1, self.width + 1)]
        if dialect.header:
            self.names = [_text(cell, dialect.number_format.decimal) for cell in cells]
        if any("\0" in name for name in self.names):
            raise DataError(f"{self.name}: its text cannot be read right; save it as .xlsx")

    def _measure(self) -> None:
        """Find the number of the first row that is given, and the columns that hold anything."""
        start, end = self._sheet.start or (0, 0), self._sheet.end or (0, 0)
        # From 1. Rows above the first that holds anything are given as empty, or not at all.
        self._first_row = end[0] + 2 - sum(1 for _ in self._sheet.iter_rows())
        self._first_column, used = start[1], set()
        skipped = self.dialect.skip_lines
        for number, row in enumerate(self._sheet.iter_rows(), self._first_row):
            if number > skipped:
                used.update(start[1] + i for i, cell in enumerate(row) if cell != "")
        used.update(c for number, row in self._errors.items() if number > skipped for c in row)
        self._columns = sorted(used)
        self.width = len(self._columns)

    def _rows(self) -> Iterator[tuple[int, list]]:
        """(number, cells) of the rows that hold anything, below those skipped."""
        offset = self._first_column
        for number, cells in enumerate(self._sheet.iter_rows(), self._first_row):
            errors = self._errors.get(number, {})
            row = [errors.get(c, cells[c - offset]) for c in self._columns]
            if number > self.dialect.skip_lines and any(
                not isinstance(cell, str) or cell.strip(BLANKS) for cell in row
            ):
                yield number, row

    def batches(self, numbers: Collection[int] = (), texts: Collection[int] = ()) -> Iterator:
        """The rows below the names, in batches; a sheet of one batch is kept."""
        if self._kept is not None:
            yield self._kept
            return
        rows, size, batch = self._rows(), max(1, CELLS // self.width), None
        if self.dialect.header:
            next(rows)
        while part := list(islice(rows, size)):
            last, batch = batch, SheetBatch(self, part)
            yield batch
            if last is None and len(part) < size:
                self._kept = batch

    def heading(self) -> int:
        rows = [(n, [_text(cell, ".") for cell in row]) for n, row in islice(self._rows(), RECORDS)]
        return heading(rows, self.header_line)

    def at(self, line: int, index: int) -> str:
        return f"{_letters(self._columns[index])}{line}"

    def where(self, line: int, index: int | None = None) -> str:
        return f"{self.name}, {f'row {line}' if index is None else self.at(line, index)}"

    def remarks(self, taken: Sequence[int]) -> list[str]:
        stored = [self.names[i] for i in taken if i in self._numbers_as_text]
        remarks = [f"{', '.join(stored)}: numbers that are stored as text"] if stored else []
        below = [
            (*start, *end)
            for start, end in self._sheet.merged_cell_ranges or ()
            if end[0] >= self.header_line and end[0] > start[0]
        ]
        if below:
            top, left, bottom, right = below[0]
            more = f" and {len(below) - 1} more" if below[1:] else ""
            cells = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
            remarks.append(f"cells that are merged ({cells}{more}) are empty but for the first")
        if self._others:
            remarks.append(f"not read: {self._way_to_others().removeprefix('; ')}")
        return remarks

    def note_numbers_as_text(self, index: int) -> None:
        """Remember for `remarks` that a column holds text that is written as a number."""
        self._numbers_as_text.add(index)

    def _way_to_others(self) -> str:
        if not self._others:
            return ""
        sheets = "sheet" if len(self._others) == 1 else "sheets"
        return f"; {sheets} {', '.join(map(quoted, self._others))} (--sheet)"


class SheetBatch(CellBatch):
    """Some rows of a sheet, as (number, cells)."""

    def __init__(self, table: WorkbookTable, rows: list[tuple[int, list]]):
        self.table, mark = table, table.dialect.number_format.decimal
        lines, cells = zip(*rows, strict=True)
        columns = list(zip(*cells, strict=True))
        self._words = [[r for r, cell in enumerate(c) if isinstance(cell, str)] for c in columns]
        super().__init__(table, list(lines), [[_text(cell, mark) for cell in c] for c in columns])

    def numbers(self, index: int):
        values, odd = super().numbers(index)
        if self._numbers_as_text(index):
            self.table.note_numbers_as_text(index)
        return values, odd

    def kind(self, index: int) -> Kind:
        """Text that is written as a number is text for formats with types."""
        return Kind(text=True) if self._numbers_as_text(index) else super().kind(index)

    def _numbers_as_text(self, index: int) -> bool:
        cells, is_number = self.columns[index], self.number_format.is_number
        return any(is_number(cells[row].strip(BLANKS)) for row in self._words[index])


def _opened(source: Source, contents: io.BytesIO):
    """The workbook. Raises DataError where it cannot be read, or its reader is not installed."""
    name = source.name
    if packed := _inside(contents):
        if not _BOOKS & packed.keys():
            raise DataError(f"{name}: no text but a zip file: unpack it")
        if (size := sum(packed.values())) > LARGEST:
            told = f"{size:,} bytes, and onescale takes {LARGEST:,} of a workbook"
            raise DataError(f"{name}: unpacks to {told}; save the sheet as CSV")
    try:
        import python_calamine
    except ImportError:
        raise DataError(
            f"{name}: a workbook; {_EXTRA} reads it (or save the sheet as CSV)"
        ) from None
    contents.seek(0)
    # By its contents, whatever its ending; by its path calamine says better what is wrong.
    for file in (contents, source.path):
        try:
            return python_calamine.load_workbook(file)
        except python_calamine.PasswordError:
            raise DataError(f"{name}: the workbook has a password; save it without") from None
        except Exception as error:  # its readers raise all kinds
            reason = error
        if not os.path.isfile(source.path):
            break
    raise DataError(f"{name}: no workbook that can be read ({reason})")


def _inside(contents: io.BytesIO) -> dict[str, int]:
    """The files of a zip file with their sizes; of another, or a damaged one, none."""
    try:
        with zipfile.ZipFile(contents) as packed:
            return {one.filename: one.file_size for one in packed.infolist()}
    except Exception:  # zipfile has many; what is wrong the reader says
        return {}


def _chosen(book, sheet: str | None, name: str) -> tuple:
    """The sheet, its name, and the names of the others that are no charts and not hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    grids = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    titles = [one.name for one in grids]
    seen = [one.name for one in grids if one.visible == SheetVisibleEnum.Visible]
    if not titles:
        raise DataError(f"{name}: a workbook without sheets")
    if sheet is None:
        title = (seen or titles)[0]
    elif sheet in titles:
        title = sheet
    elif sheet.isdecimal() and 1 <= int(sheet) <= len(titles):
        title = titles[int(sheet) - 1]
    else:
        raise DataError(f"{name}: {suggest(sheet, titles, 'sheet')}")
    try:
        grid = book.get_sheet_by_name(title)
    except Exception as error:
        raise DataError(f"{name}: sheet {title!r} cannot be read ({error})") from None
    return grid, title, [other for other in seen if other != title] if sheet is None else []


def _text(cell, decimal: str) -> str:
    """A cell as text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        text = write(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)
        return text if decimal == "." else text.replace(".", decimal)
    if isinstance(cell, datetime.timedelta):  # hours may be more than 24
        minutes, seconds = divmod(cell // datetime.timedelta(seconds=1), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else cell.isoformat()


def _letters(column: int) -> str:
    """What a spreadsheet calls the column of that index: A, …, Z, AA, …"""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
