"""Blocks of a plain file as chunks that are found apart from each other, so that each process reads
its own.

Where no quote stands, a line end ends a record, whatever came before. All else that `chunks` makes
of a file, and every error, is left to it: there a block is `Unclear`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onescale.tables.reading.chunks import Chunk, Cut
from onescale.tables.reading.dialect import Dialect
from onescale.tables.reading.plain_text import plain_text
from onescale.tables.reading.source import Source, checksum, count_lines

_TAIL = 1 << 14  # bytes of a block, in which its last line end is looked for


class Unclear(Exception):
    """A block that cannot be cut without those before it."""


@dataclass(frozen=True)
class Apart:
    """The blocks of a source whose size is known. start, line: where the first record begins, in
    the first of them. size, rows: of a block, in bytes, and about how many it holds."""

    source: Source
    dialect: Dialect
    start: int
    line: int
    size: int
    rows: int

    def __len__(self) -> int:
        return -(-self.source.size // self.size)

    def chunk(self, number: int) -> tuple[Chunk, Cut]:
        """The records that end in a block, as a chunk whose lines count from 0, and how it was cut.
        Raises Unclear."""
        with self.source.places() as read:
            start, end = self._end(number - 1, read), self._end(number, read)
            data, quote = read(start, max(0, end - start)), self.dialect.quote.encode()
        if not data or len(data) != end - start or (quote and quote in data) or not _is_text(data):
            raise Unclear
        plain = plain_text(data, self.dialect, self.source.name)
        cut = Cut(len(data), checksum()(data), count_lines(plain[0]), quoted=False, regular=True)
        return cut.chunk(plain, 0), cut

    def _end(self, number: int, read: Callable[[int, int], bytes]) -> int:
        """Where the last record that ends in a block does; in that before the first, the header."""
        if number < 0:
            return self.start
        place = (number + 1) * self.size
        if number + 1 == len(self):
            return self.source.size
        tail = read(place - _TAIL, _TAIL)
        if not (end := tail.rfind(b"\n") + 1):
            raise Unclear
        return place - _TAIL + end


def _is_text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False
