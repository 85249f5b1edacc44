"""What a number is, and how one is written.

The format is ours, so that both readers agree and nothing passes that a person would not call a
number: surrounding blanks, a sign, digits, a decimal mark, an exponent; thousands marks only in
their places. Not numbers: `1_000`, `0x1F`, `１２` (digits of other scripts), `inf`, and whatever
lies beyond float64's range; Python's own `float` takes four of these.

Numbers are written as `repr` does: the shortest digits that read back as the same float64.
"""

import math
import re
from dataclasses import dataclass
from functools import cached_property

from onescale.core.errors import SpecError

MISSING = ("", "na", "n/a", "nan", "null", "none")  # in any case
BLANKS = " \t"
SHOWN = 40  # characters of a cell that a message shows
_THOUSANDS = " \u00a0\u2009\u202f'’_"  # marks besides `,` and `.` that a hint may name


@dataclass(frozen=True)
class NumberFormat:
    """The marks of a table's numbers and the tokens that mean "missing".

    decimal: one character, `.` by default. thousands: one character or none.
    missing: tokens besides the defaults (empty, NA, N/A, NaN, null, None in any case), compared as
    they are written, surrounding blanks apart.

    >>> NumberFormat(decimal=",", thousands=".").parse("1.234,5")
    1234.5
    >>> NumberFormat().parse("1_000") is None
    True
    """

    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for what, mark in (("decimal", self.decimal), ("thousands", self.thousands)):
            if len(mark) > 1 or (mark and (mark.isalnum() or mark in '+-\r\n"\0')):
                raise SpecError(f"--{what} takes one character that is no digit, letter or sign")
        if not self.decimal:
            raise SpecError("--decimal takes one character")
        if self.decimal == self.thousands:
            raise SpecError(f"--decimal and --thousands are both {self.decimal!r}; name two marks")

    @cached_property
    def pattern(self) -> str:
        """A regular expression (of Python's re and of RE2) for a number without its blanks."""
        digits, mark = "[0-9]+", re.escape(self.decimal)
        if self.thousands:
            digits = f"(?:[0-9]+|[0-9]{{1,3}}(?:{re.escape(self.thousands)}[0-9]{{3}})+)"
        return f"[+-]?(?:{digits}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"

    @cached_property
    def _match(self):
        return re.compile(self.pattern).fullmatch

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The user's missing tokens, without surrounding blanks."""
        return frozenset(token.strip(BLANKS) for token in self.missing)

    def is_missing(self, text: str) -> bool:
        """Whether a cell stands for "no value"."""
        text = text.strip(BLANKS)
        return text in self.tokens or text.lower() in MISSING

    def parse(self, text: str) -> float | None:
        """The value of a cell: a finite float, NaN where it is missing, None where it is text."""
        text = text.strip(BLANKS)
        if self._match(text) and text not in self.tokens:
            if self.thousands:
                text = text.replace(self.thousands, "")
            if self.decimal != ".":
                text = text.replace(self.decimal, ".")
            value = float(text)
            return value if math.isfinite(value) else None
        return math.nan if self.is_missing(text) else None

    def explain(self, text: str) -> str:
        """Why `text` is not a number and what to do, to end an error message with."""
        bare = text.strip(BLANKS)
        if self._match(bare):
            return "beyond the range of float64, ±1.8e308"
        if re.fullmatch(r"[+-]?inf(inity)?", bare, re.IGNORECASE):
            return f"an infinity; mend the cell, or --missing {bare} takes it as missing"
        if self.decimal in ",.":
            mark, other = ("," if self.decimal == "." else "."), self.decimal
            if _fits(mark, "", bare):
                if self.thousands == mark:
                    return (
                        f"the thousands mark {mark!r} is misplaced; --decimal {mark} if it is none"
                    )
                digits = f" or --thousands {mark}" if _fits(other, mark, bare) else ""
                return f"if {mark!r} is the decimal mark: --decimal {mark}{digits}"
            if self.thousands != mark and _fits(other, mark, bare):
                return f"if {mark!r} is a thousands mark: --thousands {mark}"
            if self.thousands != mark and _fits(mark, other, bare):
                return (
                    f"if it is {mark!r} that marks decimals: --decimal {mark} --thousands {other}"
                )
        without = bare.replace(self.thousands, "")
        if without != bare and _fits(self.decimal, "", without):
            return f"the thousands mark {self.thousands!r} is misplaced"
        for mark in filter(bare.__contains__, _THOUSANDS):
            for decimal in (self.decimal, ",", "."):
                if _fits(decimal, mark, bare):
                    marks = "" if decimal == self.decimal else f"--decimal {decimal} "
                    return f"if {mark!r} is a thousands mark: {marks}--thousands {_quoted(mark)}"
        if any(c.isdecimal() and not c.isascii() for c in bare):
            return "only the digits 0 to 9 count; mend the cell"
        if len(bare) > SHOWN:
            return "mend the cell"
        return f"mend the cell, or --missing {_quoted(bare)} takes it as missing"


def _fits(decimal: str, thousands: str, text: str) -> bool:
    return bool(NumberFormat(decimal, thousands)._match(text))


def _quoted(text: str) -> str:
    """A token as one would type it in a shell."""
    if not text.isprintable():
        escaped = "".join(
            c if c.isprintable() and c not in "'\\" else f"\\u{ord(c):04x}" for c in text
        )
        return f"$'{escaped}'"
    if "'" in text:
        return '"' + re.sub(r'(["$`\\])', r"\\\1", text) + '"'
    return text if re.fullmatch(r"[\w.:/%+-]+", text) else f"'{text}'"


def shorten(text: str) -> str:
    """A cell's text for a message: in quotes, one line, not long, control characters escaped."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def write(value: float) -> str:
    """A value as the shortest text that reads back the same; missing is empty."""
    return "" if value != value else repr(value)
