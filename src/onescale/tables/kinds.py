"""What a column of text is in formats that have types: whole numbers, decimals or text.

A cell is never altered. Whole numbers stay whole, of whatever length; a column is one of text as
soon as one of its cells would come back as another value or in another form: `007`, `$5`, words, or
decimals beside whole numbers beyond 2⁵³. Decimals are the nearest float64, as in statistics.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onescale.tables.numbers import BLANKS, NumberFormat

_EXACT = 1 << 53  # whole numbers up to there are float64s
_WHOLE = re.compile(r"(?!-0$)[+-]?(0|[1-9][0-9]*)").fullmatch
LONGEST = 76  # digits of the widest decimal type of arrow


@dataclass(frozen=True)
class Kind:
    """What was seen of a column: the ends of its whole numbers, whether there are decimals, text.

    Kinds of parts add up by `|`.
    """

    low: int | None = None
    high: int | None = None
    decimals: bool = False
    text: bool = False

    def __or__(self, other: "Kind") -> "Kind":
        ends = [end for end in (self.low, self.high, other.low, other.high) if end is not None]
        low, high = (min(ends), max(ends)) if ends else (None, None)
        return Kind(low, high, self.decimals or other.decimals, self.text or other.text)

    @property
    def digits(self) -> int:
        """Of the longest whole number."""
        return 0 if self.low is None else len(str(max(-self.low, self.high)))

    @property
    def name(self) -> str:
        """`whole`, `decimal` or `text`."""
        large = self.low is not None and max(-self.low, self.high) > _EXACT
        if self.text or (self.decimals and large) or self.digits > LONGEST:
            return "text"
        return "decimal" if self.decimals else "text" if self.low is None else "whole"

    def values(self, texts: Sequence[str], form: NumberFormat) -> list:
        """The cells of such a column as Python's values, None where missing."""
        if self.name == "text":
            return [text or None for text in texts]
        form, read = bare(form), int if self.name == "whole" else float
        cells = (text.strip(BLANKS) for text in texts)
        return [read(form.plain(cell)) if form.is_number(cell) else None for cell in cells]


def kind_of(texts: Sequence[str], form: NumberFormat) -> Kind:
    """The kind of some cells."""
    whole, decimals, missing = [], False, form.is_missing
    form = bare(form)
    for text in dict.fromkeys(texts):
        cell = text.strip(BLANKS)
        if not form.is_number(cell):
            if not missing(cell):
                return Kind(text=True)
            continue
        cell = form.plain(cell)
        if _WHOLE(cell):
            whole.append(int(cell))
        elif re.match("[+-]?0[0-9]", cell) or not math.isfinite(float(cell)):
            return Kind(text=True)
        else:
            decimals = True
    return Kind(min(whole, default=None), max(whole, default=None), decimals)


def bare(form: NumberFormat) -> NumberFormat:
    """The format of numbers that are nothing but one: without signs around them, and none that
    means missing."""
    return replace(form, missing=(), percent=False, currency=False, parentheses=False)
