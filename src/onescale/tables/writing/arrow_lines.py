"""Delimited lines by pyarrow: what `formats.Delimited` writes of a large batch, the same bytes."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from onescale.tables import arrow
from onescale.tables import compute as pc


def joined(columns: Sequence, delimiter: str, needs_quotes: str, decimal: str) -> list:
    """Columns (of text as arrays of pyarrow or lists, of numbers as NumPy's) as lines, piece by
    piece."""
    texts = [arrow.strings(c) if isinstance(c, list) else c for c in columns]
    texts = [_numbers(c, decimal) if isinstance(c, np.ndarray) else c for c in texts]
    cells = [_quoted(column, needs_quotes) for column in texts]
    if len(cells) == 1:  # an empty line would be no row to many readers
        empty = pc.equal(cells[0], arrow.string(""))
        cells = [pc.if_else(empty, arrow.string('""'), cells[0])]
    return [arrow.joined(_rows(cells, delimiter), "\n"), b"\n"]


def extended(
    lines: bytes, ends: np.ndarray, columns: Sequence[np.ndarray], delimiter: str, decimal: str
) -> list:
    """Lines, each with the line end before it, and columns of numbers (lines,) behind them.

    ends: where each line ends. delimiter, decimal: one byte each.
    """
    text, starts = arrow.number_rows(columns)
    if (delimiter, decimal) != (",", "."):
        text = text.translate(bytes.maketrans(b",.", (delimiter + decimal).encode()))
    bounds = np.zeros(len(starts), np.int32)
    bounds[1:] = ends
    pair = arrow.behind_each_other(lines, bounds), arrow.behind_each_other(text, starts)
    both = pc.binary_join_element_wise(*pair, arrow.string(""))
    return [arrow.end_to_end(both), b"\n"]


def _numbers(values: np.ndarray, decimal: str) -> pa.Array:
    texts = arrow.number_texts(values)
    return texts if decimal == "." else pc.replace_substring(texts, ".", decimal)


def _rows(cells: list[pa.Array], delimiter: str) -> pa.Array:
    return pc.binary_join_element_wise(*cells, arrow.string(delimiter))


def _quoted(column: pa.Array, needs_quotes: str) -> pa.Array:
    """Cells in quotes where they need it."""
    needs = pc.match_substring_regex(column, needs_quotes)
    if not pc.any(needs).as_py():
        return column
    quote = arrow.string('"')
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(
        needs, pc.binary_join_element_wise(quote, doubled, quote, arrow.string("")), column
    )
