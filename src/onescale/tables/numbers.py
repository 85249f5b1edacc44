"""What a number is, and how one is written.

The format is ours, so that both readers agree and nothing passes that a person would not call a
number: surrounding blanks, a sign (also U+2212), digits, a decimal mark, an exponent; thousands
marks only in their places; and where asked, a currency, a per cent sign, parentheses for a minus.
Not numbers: `1_000`, `0x1F`, `１２` (digits of other scripts), `inf`, and whatever lies beyond
float64's range; Python's own `float` takes four of these.

Numbers are written as `repr` does: the shortest digits that read back as the same float64.
"""

import math
import re
from dataclasses import dataclass
from functools import cached_property

from onescale.core.errors import SpecError

MISSING = ("", "na", "n/a", "nan", "null", "none")  # in any case
# What `--missing-like common` adds, in any case: spreadsheets, statistical offices, pandas and R.
COMMON = ("-", "--", "---", "–", "—", ".", "..", "...", "…", "?", "??", "*", "**", "***", ":",
          "#n/a", "#na", "#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "<na>",
          "-nan", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "n.a.", "n.a", "(na)", "n/d", "n.d.",
          "nd", "nil", r"\n", "missing", "unknown", "not available", "not applicable",
          "no data")  # fmt: skip
BLANKS = " \t"
MINUS = "\u2212"
SHOWN = 40  # characters of a cell that a message shows
CURRENCY = (
    "(?:[A-Z]{0,3}[$¢£¤¥฿₠-⃀﹩＄￠￡￥￦]|USD|EUR|GBP|JPY|CNY|KRW|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN"
    "|CZK|HUF|BRL|MXN|ZAR|TRY|RUB|SGD|HKD|kr\\.?|zł|Kč|Ft|Fr\\.|원|元|円)"
)
_GAP = "[ \u00a0\u202f]*"  # between a number and what stands around it


@dataclass(frozen=True)
class NumberFormat:
    """The marks of a table's numbers and the tokens that mean "missing".

    decimal: one character, `.` by default. thousands: one character or none.
    missing: tokens besides the defaults (empty, NA, N/A, NaN, null, None in any case), compared as
    they are written, surrounding blanks apart, and as numbers where they are some.
    common: whether those of `COMMON` count too. percent: `12%` is 12. currency: `$4` and `4 €` are
    4. parentheses: `(4)` is -4.

    >>> NumberFormat(decimal=",", thousands=".", currency=True).parse("1.234,5 €")
    1234.5
    >>> NumberFormat().parse("1_000") is None
    True
    """

    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = ()
    common: bool = False
    percent: bool = False
    currency: bool = False
    parentheses: bool = False

    def __post_init__(self) -> None:
        for what, mark in (("decimal", self.decimal), ("thousands", self.thousands)):
            if len(mark) > 1 or (mark and (mark.isalnum() or mark in f'+-{MINUS}()%\r\n"\0')):
                raise SpecError(f"--{what} takes one character that is no digit, letter or sign")
        if not self.decimal:
            raise SpecError("--decimal takes one character")
        if self.decimal == self.thousands:
            raise SpecError(f"--decimal and --thousands are both {self.decimal!r}; name two marks")

    @cached_property
    def pattern(self) -> str:
        """A regular expression (of Python's re and of RE2) for a number without its blanks."""
        digits, mark, sign = "[0-9]+", re.escape(self.decimal), f"[+{MINUS}-]?"
        if self.thousands:
            digits = f"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{re.escape(self.thousands)}[0-9]{{3}})+)"
        number = f"(?:{digits}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+{MINUS}-]?[0-9]+)?"
        before, signed, behind = "", sign, ""
        if self.currency:
            before = f"(?:{CURRENCY}{_GAP})?"
            signed = f"(?:{sign}{before}|{before}{sign})"
            behind = f"(?:{_GAP}{CURRENCY})?"
        if self.percent:
            behind += f"(?:{_GAP}%)?"
        whole = f"{signed}{number}{behind}"
        if self.parentheses:
            whole = rf"(?:{whole}|{before}\({_GAP}{before}{number}{behind}{_GAP}\){behind})"
        return whole

    @property
    def decoration(self) -> str:
        """A regular expression for what may stand around a number, empty where nothing may."""
        signs = ("%" if self.percent else "") + ("()" if self.parentheses else "")
        if not signs and not self.currency:
            return ""
        return f"[{signs} \u00a0\u202f]" + (f"|{CURRENCY}" if self.currency else "")

    @cached_property
    def _match(self):
        return re.compile(self.pattern).fullmatch

    @cached_property
    def _undecorated(self):
        return re.compile(self.decoration).sub if self.decoration else None

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The user's missing tokens, without surrounding blanks."""
        return frozenset(token.strip(BLANKS) for token in self.missing)

    @cached_property
    def missing_numbers(self) -> frozenset[float]:
        """The values of those tokens that are numbers."""
        values = (self._value(token) for token in self.tokens if self._match(token))
        return frozenset(value for value in values if math.isfinite(value))

    @cached_property
    def words(self) -> frozenset[str]:
        """The tokens that mean missing in any case, in lower case."""
        return frozenset(MISSING + COMMON if self.common else MISSING)

    def is_number(self, text: str) -> bool:
        """Whether a cell without its blanks is written as a number is."""
        return self._match(text) is not None

    def is_missing(self, text: str) -> bool:
        """Whether a cell stands for "no value"."""
        text = text.strip(BLANKS)
        return text in self.tokens or text.lower() in self.words

    def plain(self, text: str) -> str:
        """A number as Python and pyarrow read it: digits, a point, an exponent."""
        if self._undecorated is not None:
            minus = "-" if self.parentheses and "(" in text else ""
            text = minus + self._undecorated("", text)
        if not text.isascii():
            text = text.replace(MINUS, "-")
        if self.thousands:
            text = text.replace(self.thousands, "")
        return text if self.decimal == "." else text.replace(self.decimal, ".")

    def _value(self, text: str) -> float:
        return float(self.plain(text))

    def parse(self, text: str) -> float | None:
        """The value of a cell: a finite float, NaN where it is missing, None where it is text."""
        text = text.strip(BLANKS)
        if self._match(text) and text not in self.tokens:
            value = self._value(text)
            if value in self.missing_numbers:
                return math.nan
            return value if math.isfinite(value) else None
        return math.nan if self.is_missing(text) else None


def shorten(text: str) -> str:
    """A cell's text for a message: in quotes, one line, not long, control characters escaped."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def write(value: float) -> str:
    """A value as the shortest text that reads back the same; missing is empty."""
    return "" if value != value else repr(value)
