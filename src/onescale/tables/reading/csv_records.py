"""Records of a delimited text, with the true line each begins on: the exact reader.

Python's csv module in its strict mode does the splitting; what it leaves to its callers is done
here: comment lines (which may hold stray quotes), blank lines, line numbers where quoted cells hold
line ends, and errors that say what to do. Large tables meet this reader wherever a chunk of them is
not plain enough for the fast one.
"""

import csv
import re
from collections.abc import Iterator

from onescale.core.errors import DataError
from onescale.tables.numbers import BLANKS
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.plain_text import plain_text

LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
csv.field_size_limit(1 << 30)


class Lines:
    """The lines of a text one by one, comment lines left out where a record may begin."""

    def __init__(self, text: str, line: int, comment: str):
        self.lines, self.comment = LINE.finditer(text), comment
        self.next_line, self.begun, self.end = line, 0, 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        for match in self.lines:
            line = match[0]
            self.next_line += 1
            self.end = match.end()
            if not self.begun:
                if self.comment and line.startswith(self.comment):
                    continue
                self.begun = self.next_line - 1
            return line
        raise StopIteration


def records(
    lines: Lines, dialect: Dialect, delimiter: str, name: str
) -> Iterator[tuple[int, list]]:
    """Yield (line, cells) of each record; a blank line has no cells.

    delimiter: the one character between cells (of a longer delimiter, what stands in for it).
    Raises DataError where quoting is broken.
    """
    quoting = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(lines, delimiter=delimiter, doublequote=True, strict=True, **quoting)
    while True:
        lines.begun = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(_broken(str(error), lines, dialect, name)) from None
        yield lines.begun, cells


def _broken(error: str, lines: Lines, dialect: Dialect, name: str) -> str:
    quote, last = dialect.quote, lines.next_line - 1
    if "unexpected end of data" in error:
        return (
            f"{name}:{lines.begun}: a quote {quote} is opened in this record and never closed "
            f"(close it, or if {quote} is an ordinary character: --quote '')"
        )
    if "expected after" in error:
        return (
            f"{name}:{last}: text follows a closing quote {quote} (double the quotes inside a "
            f"quoted cell; if {quote} is an ordinary character: --quote ''; if something else than "
            f"{dialect.delimiter!r} separates cells: --delimiter)"
        )
    return f"{name}:{last}: {error}"


def is_blank(cells: list[str], width: int) -> bool:
    """Whether a record is a blank line of a table of `width` columns."""
    return width > 1 and (not cells or (len(cells) != width and not "".join(cells).strip(BLANKS)))


def cells_of_sample(
    text: str, complete: bool, dialect: Dialect, limit: int
) -> tuple[list[tuple[int, list[str]]], bool]:
    """(line, cells) of a sample's first records, without blank lines; the last has no cells where
    quoting is broken.

    Also whether the quote encloses at least one cell wholly and none in part.
    """
    plain, mark, _ = plain_text(text.encode(), dialect, "")
    text, delimiter, quote, rows = plain.decode(), mark.decode(), dialect.quote, []
    reading = records(Lines(text, 1, dialect.comment), dialect, delimiter, "")
    try:
        for line, cells in reading:
            if cells:
                rows.append((line, cells))
            if len(rows) > limit:
                break
        else:
            if not complete and len(rows) > 1:
                rows.pop()  # cut off
    except DataError as error:
        if complete or "never closed" not in str(error):
            rows.append((0, []))
    return rows, bool(quote) and quote in text and _encloses(text, quote, delimiter)


def _encloses(text: str, quote: str, delimiter: str) -> bool:
    q, edge = re.escape(quote), f"[{re.escape(delimiter)}\r\n]"
    inside = f"[^{q}]" if quote == '"' else f"[^{q}\r\n]"  # an apostrophe elsewhere has no end
    whole = re.compile(f"(?:^|(?<={edge})){q}(?:{inside}|{q}{q})*{q}(?={edge}|$)")
    rest, count = whole.subn("", text)
    return count > 0 and quote not in rest
