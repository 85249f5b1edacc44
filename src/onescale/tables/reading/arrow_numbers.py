"""Numbers of arrays of text, by our own format: what `NumberFormat` and `kinds` do of single cells.

pyarrow's own casts are used where they take nothing else for a number than we do.
"""

import contextlib
import itertools

import numpy as np
import pyarrow as pa

from onescale.tables import arrow, kinds
from onescale.tables import compute as pc
from onescale.tables.kinds import Kind
from onescale.tables.numbers import BLANKS, COMMON, MINUS, MISSING, NumberFormat
from onescale.tables.wide import wide_cells


def parse_column(column: pa.Array, form: NumberFormat) -> tuple[np.ndarray, np.ndarray]:
    """The values of an array of text, NaN where missing or odd, and the odd rows."""
    bare = pc.ascii_trim(column, BLANKS)
    missing = pc.is_in(pc.ascii_lower(bare), arrow.strings(sorted(form.words)))
    if form.tokens:
        missing = pc.or_(missing, pc.is_in(bare, arrow.strings(sorted(form.tokens))))
    number = pc.match_substring_regex(bare, f"^(?:{form.pattern})$")
    number = pc.and_not(number, missing)
    text = pc.if_else(number, bare, pa.nulls(len(bare), pa.string()))
    values = arrow.numbers_of(pc.cast(_plain(text, form), pa.float64()))
    odd = ~(arrow.truths_of(number) | arrow.truths_of(missing))
    odd |= np.isinf(values)
    if odd.any():
        values = np.where(odd, np.nan, values)
    values = without_missing(values, form)
    values = wide_cells(values, lambda rows: bare.filter(arrow.truths(rows)).to_pylist(), form)
    return values, np.flatnonzero(odd)


def _plain(text: pa.Array, form: NumberFormat) -> pa.Array:
    """Numbers as pyarrow reads them: `NumberFormat.plain` of an array."""
    if form.decoration:
        signed = text
        text = pc.replace_substring_regex(text, form.decoration, "")
        if form.parentheses:
            minus = pc.if_else(pc.match_substring(signed, "("), arrow.string("-"), arrow.string(""))
            text = pc.binary_join_element_wise(minus, text, arrow.string(""))
    text = pc.replace_substring(text, MINUS, "-")
    if form.thousands:
        text = pc.replace_substring(text, form.thousands, "")
    return text if form.decimal == "." else pc.replace_substring(text, form.decimal, ".")


def without_missing(values: np.ndarray, form: NumberFormat) -> np.ndarray:
    """Values, NaN where they are numbers that mean missing."""
    if not form.missing_numbers:
        return values
    return np.where(np.isin(values, list(form.missing_numbers)), np.nan, values)


def missing_tokens(form: NumberFormat) -> list[str]:
    """The missing tokens as pyarrow wants them, in every case that is not rare."""
    cases = (itertools.product(*((c.lower(), c.upper()) for c in token)) for token in MISSING)
    every = {"".join(case) for some in cases for case in some} | form.tokens
    if form.common:
        every |= {case for t in COMMON for case in (t, t.upper(), t.capitalize())}
    return sorted(every)


def kind_of(column: pa.Array, form: NumberFormat) -> Kind:
    """The kind of an array of text: `kinds.kind_of`, by pyarrow's casts where they can tell."""
    cells = _present(column, form)
    if cells is not None and cells.null_count < len(cells):
        odd = pc.any(pc.match_substring_regex(cells, r"^\+|^-?0[0-9]|^-0$")).as_py()
        for kind in () if odd else (pa.int64(), pa.float64()):
            try:
                values = pc.cast(cells, kind)
            except pa.ArrowInvalid:
                continue
            low, high = pc.min_max(values).as_py().values()
            if kind == pa.int64():
                return Kind(low, high)
            if max(-low, high) < 1 << 53 and np.isnan(arrow.numbers_of(values)).sum() == (
                cells.null_count
            ):
                return Kind(decimals=True)
    return kinds.kind_of(pc.unique(column).to_pylist(), form)


def _present(column: pa.Array, form: NumberFormat) -> pa.Array | None:
    """Cells, null where missing, if pyarrow reads numbers of that format; else None."""
    if form.decimal != "." or form.thousands or form.missing_numbers:
        return None
    bare = pc.ascii_trim(column, BLANKS)
    missing = pc.is_in(bare, arrow.strings(missing_tokens(form)))
    return pc.if_else(missing, pa.nulls(len(bare), pa.string()), bare)


def typed(column: pa.Array, kind: Kind, form: NumberFormat) -> pa.Array:
    """The cells of a column of that kind as an array of its type, null where missing."""
    if kind.name == "text":
        return pc.if_else(pc.equal(column, ""), pa.nulls(len(column), pa.string()), column)
    cells = _present(column, form)
    if cells is not None:
        with contextlib.suppress(pa.ArrowInvalid):
            return pc.cast(cells, arrow_type(kind))
    form = kinds.bare(form)
    bare = pc.ascii_trim(column, BLANKS)
    number = pc.match_substring_regex(bare, f"^(?:{form.pattern})$")
    text = _plain(pc.if_else(number, bare, pa.nulls(len(bare), pa.string())), form)
    text = pc.replace_substring_regex(text, r"^\+", "")
    return pc.cast(text, arrow_type(kind))


def arrow_type(kind: Kind) -> pa.DataType:
    """The type of such a column."""
    if kind.name == "text":
        return pa.string()
    if kind.name == "decimal":
        return pa.float64()
    if max(~kind.low, kind.high) < 1 << 63:
        return pa.int64()
    return pa.decimal128(38) if kind.digits <= 38 else pa.decimal256(kinds.LONGEST)
