"""A text as both readers take it: one byte between cells, and quotes at the edges of cells.

What people write beyond that is made so: delimiters of several characters and runs of blanks become
one control character that the text does not hold; blanks around quoted cells go. Line ends stay, so
that lines keep their numbers.
"""

import re
from dataclasses import replace

from onescale.core.errors import DataError
from onescale.tables.reading.dialect import RUNS, Dialect

_STAND_INS = bytes([*range(0x1C, 0x20), *range(1, 9), *range(14, 28)])
LINE = r"(?:\A|(?<=[\r\n]))"  # where one begins


def plain_text(data: bytes, dialect: Dialect, name: str) -> tuple[bytes, bytes, str | None]:
    """(whole records in that form, the byte between cells, what it stands in for if it does).

    Raises DataError where no byte is left to stand in.
    """
    delimiter = dialect.delimiter.encode()
    if dialect.padded_quotes:
        data = _quoted(dialect).sub(lambda cell: cell["quoted"] or cell[0], data)
    if len(delimiter) == 1:
        return data, delimiter, None
    free = next((bytes([byte]) for byte in _STAND_INS if byte not in data), None)
    if free is None:
        raise DataError(
            f"{name}: holds every control character; none can stand in for the delimiter"
        )
    if dialect.delimiter == RUNS:
        return _merged(data, dialect).replace(b" ", free), free, " "
    return data.replace(delimiter, free), free, dialect.delimiter


def between(dialect: Dialect) -> str:
    """A regular expression for a character between cells, or all of them."""
    return "[ \t]" if dialect.delimiter == RUNS else re.escape(dialect.delimiter)


def padding(dialect: Dialect) -> str:
    """A regular expression for what may stand before a quote that opens a cell."""
    if not dialect.padded_quotes:
        return ""
    return " *" if dialect.delimiter == "\t" else "[ \t]*"


def has_padded_quotes(text: str, dialect: Dialect) -> bool:
    """Whether blanks stand between a delimiter and a cell that is wholly in quotes."""
    if not dialect.quote or dialect.quote not in text or dialect.delimiter in (" ", RUNS):
        return False
    q, mark = re.escape(dialect.quote), between(dialect)
    if not re.search(f"{q}[ \t]+(?:{mark}|[\r\n])|(?:{mark}|[\r\n])[ \t]+{q}", text):
        return False
    cells = _quoted(replace(dialect, padded_quotes=True)).finditer(text.encode())
    return any(len(cell[0]) > len(cell["quoted"]) for cell in cells if cell["quoted"])


def _quoted(dialect: Dialect) -> re.Pattern[bytes]:
    """Cells wholly in quotes, with the blanks around them, and comments."""
    q, mark, blanks = re.escape(dialect.quote), between(dialect), padding(dialect)
    cell = f"(?P<quoted>{q}[^{q}]*(?:{q}{q}[^{q}]*)*{q})"
    expression = rf"(?:{LINE}|(?<={mark})){blanks}{cell}{blanks}(?={mark}|[\r\n]|\Z)"
    if dialect.comment:
        expression += rf"|{LINE}{re.escape(dialect.comment)}[^\r\n]*"
    return re.compile(expression.encode())


def _merged(data: bytes, dialect: Dialect) -> bytes:
    """Text with one blank between cells and none at the edges of lines, but as it is in quotes."""
    out, last = [], 0
    for cell in _quoted(dialect).finditer(data) if dialect.quote else ():
        out += _single_blanks(data[last : cell.start()]), cell[0]
        last = cell.end()
    return b"".join([*out, _single_blanks(data[last:])]).strip(b" ")


def _single_blanks(data: bytes) -> bytes:
    data = data.replace(b"\t", b" ")
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    for at_end, end in ((b"\n ", b"\n"), (b" \n", b"\n"), (b"\r ", b"\r"), (b" \r", b"\r")):
        data = data.replace(at_end, end)
    return data
