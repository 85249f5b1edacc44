"""Blocks of a stream cut into chunks of whole records, so that a table of any size can be read.

A chunk ends at a line end outside quotes. Where quotes stand only where they open or close a cell,
counting them settles which line ends those are, and the chunk is called regular: the fast reader
can be trusted with it. Elsewhere quoted cells are followed one by one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from onescale.core.errors import DataError
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.plain_text import LINE, between, padding, plain_text
from onescale.tables.reading.source import Source, checksum, count_lines

if TYPE_CHECKING:
    import numpy as np

LONGEST = 1 << 26  # bytes of one record; far more means a quote that was never closed


@dataclass
class Chunk:
    """Whole records as UTF-8.

    line: number of the first line. lines: how many end in it. quoted: whether there are quotes.
    regular: whether these are all at the edges of cells, and there are no comment lines. delimiter:
    the byte between cells. stands_for: what that stands in for, where the delimiter has several.
    """

    data: bytes
    line: int
    lines: int
    quoted: bool
    regular: bool
    delimiter: bytes
    stands_for: str | None = None


class Cut(NamedTuple):
    """What is remembered of a chunk: how many bytes it was cut from, and their checksum."""

    size: int
    checksum: int
    lines: int
    quoted: bool
    regular: bool

    def chunk(self, plain: tuple[bytes, bytes, str | None], line: int) -> Chunk:
        """The chunk, of what `plain_text` made of these bytes."""
        return Chunk(plain[0], line, self.lines, self.quoted, self.regular, *plain[1:])


def chunks(
    source: Source, blocks: Iterable[bytes], dialect: Dialect, line: int, cuts: list[Cut]
) -> Iterator[Chunk]:
    """Cut `blocks` of a source, whose first line has number `line`. cuts: what an earlier reading
    found, to which this one adds.

    Raises DataError on an endless record, and where bytes are not those of the earlier reading.
    """
    rest, number, name = b"", 0, source.name
    for block in chain(blocks, [b""]):
        regular: bool | None = None
        rest += block
        if not block:  # what is behind the last line end
            end = len(rest)
        elif number < len(cuts):
            end = cuts[number].size
            end = end if end <= len(rest) else 0
        else:
            end, regular = record_end(rest, dialect)
        data, rest = rest[:end], rest[end:]
        if not data:
            if len(rest) > LONGEST:
                raise DataError(
                    f"{name}:{line}: a record of more than {LONGEST >> 20} MiB begins here "
                    "(an unclosed quote? --quote '' reads quotes as ordinary characters)"
                )
            continue
        plain = plain_text(data, dialect, name)
        if number < len(cuts):
            source.check(data, cuts[number].checksum)
        else:
            same = checksum()(data)
            cuts.append(Cut(len(data), same, *_found(plain[0], plain[1], dialect, regular)))
        chunk = cuts[number].chunk(plain, line)
        number, line = number + 1, line + chunk.lines
        yield chunk


def _found(
    data: bytes, delimiter: bytes, dialect: Dialect, regular: bool | None
) -> tuple[int, bool, bool]:
    """How many lines end in records, whether there are quotes, and whether they are regular (if
    that is not known)."""
    quoted = bool(dialect.quote) and dialect.quote.encode() in data
    if regular is None:
        odd = quoted and not regular_quotes(data, dialect.quote, delimiter)
        regular = not odd and not has_comments(data, dialect.comment)
    return count_lines(data), quoted, regular


def has_comments(data: bytes, comment: str) -> bool:
    """Whether a line begins with `comment` (perhaps inside quotes)."""
    if not comment:
        return False
    text = comment.encode()
    return data.startswith(text) or b"\n" + text in data or b"\r" + text in data


def regular_quotes(data: bytes, quote: str, delimiter: bytes) -> bool:
    """Whether every quote opens a cell, closes one, or is doubled inside one."""
    return _at_edges(data, _places(data, quote), quote, delimiter)


def _places(data: bytes, character: str) -> "np.ndarray":
    import numpy as np

    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(character))


def _at_edges(data: bytes, at: "np.ndarray", quote: str, delimiter: bytes) -> bool:
    """`regular_quotes` by the places of the quotes."""
    import numpy as np

    if len(at) % 2:
        return False
    text, edges = np.frombuffer(data, np.uint8), np.zeros(256, bool)
    edges[[delimiter[0], ord("\n"), ord("\r"), ord(quote)]] = True
    opens, closes = at[0::2], at[1::2]
    before, after = opens[opens > 0] - 1, closes[closes < len(data) - 1] + 1
    return bool(edges[text[before]].all() and edges[text[after]].all())


def without_needless_quotes(chunk: Chunk, dialect: Dialect, rows: int, width: int) -> Chunk:
    """A regular chunk without its quotes, if no cell of its rows needs them and each is a line.

    Of a table of one column or with comments, quotes tell an empty cell, or a `#`, from what a line
    without them would be: there they stay.
    """
    data, quote = chunk.data, dialect.quote.encode()
    if not chunk.quoted or dialect.comment or width == 1:
        return chunk
    import numpy as np

    text = np.frombuffer(data, np.uint8)
    # That there are no more marks than between cells and rows: none is inside a cell.
    if b"\r" in data or chunk.lines + (not data.endswith(b"\n")) != rows:
        return chunk
    if np.count_nonzero(text == chunk.delimiter[0]) != rows * (width - 1):
        return chunk
    quotes = text == quote[0]
    if (quotes[1:] & quotes[:-1]).any():  # searching the bytes for two takes ten times as long
        at = np.flatnonzero(quotes)
        if (at[2::2] == at[1:-1:2] + 1).any():  # a quote inside a cell
            return chunk
    return replace(chunk, data=data.replace(quote, b""), quoted=False)


def record_end(data: bytes, dialect: Dialect) -> tuple[int, bool | None]:
    """The end of the last whole record in `data`, 0 where none ends in it, and whether it is
    regular up to there, None where that is not known."""
    newline = b"\n" if b"\n" in data else b"\r"
    # A CR at the very end may be half of a CRLF.
    limit = len(data) if newline == b"\n" else len(data) - 1
    if not dialect.quote or dialect.quote.encode() not in data:
        return data.rfind(newline, 0, limit) + 1, None
    if len(dialect.delimiter.encode()) == 1 and not has_comments(data, dialect.comment):
        end = _end_by_counting(data, dialect, newline, limit)
        if end is not None:
            return end, True
    for start, stop in reversed(_outside(data, dialect)):
        end = data.rfind(newline, start, min(stop, limit)) + 1
        if end:
            return end, None
    return 0, None


def _end_by_counting(data: bytes, dialect: Dialect, newline: bytes, limit: int) -> int | None:
    """`record_end` where quotes are regular up to there, else None."""
    at = _places(data, dialect.quote)
    while True:
        end = data.rfind(newline, 0, limit) + 1
        before = int(at.searchsorted(end))
        if before % 2 == 0:
            regular = _at_edges(data, at[:before], dialect.quote, dialect.delimiter.encode())
            return end if regular else None
        limit = int(at[before - 1])


def _outside(data: bytes, dialect: Dialect) -> list[tuple[int, int]]:
    """The stretches of `data` outside quoted cells and comments."""
    quote = re.escape(dialect.quote.encode())
    opener = (
        f"(?:{LINE}|(?<={between(dialect)})){padding(dialect)}(?P<quote>{re.escape(dialect.quote)})"
    )
    if dialect.comment:
        opener += rf"|{LINE}{re.escape(dialect.comment)}[^\r\n]*"
    opening = re.compile(opener.encode())
    closing = re.compile(rb"[^%s]*(?:%s%s[^%s]*)*%s(?!%s)" % ((quote,) * 6))
    stretches, start = [], 0
    while match := opening.search(data, start):
        stretches.append((start, match.start()))
        start = match.end()
        if match["quote"]:
            close = closing.match(data, start)
            if close is None:
                return stretches
            start = close.end()
    stretches.append((start, len(data)))
    return stretches
