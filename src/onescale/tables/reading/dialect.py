"""How a table is written down: what separates cells, what quotes them, what is no data.

What the user leaves open is found by `onescale.tables.reading.detection`.
"""

from dataclasses import dataclass, field

from onescale.core.errors import SpecError
from onescale.tables.numbers import NumberFormat

RUNS = "blanks"  # the delimiter that is any number of blanks and tabs
DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|", "slash": "/", "blank": " ",
              "blanks": RUNS}  # fmt: skip
_NAMES = DELIMITERS | {r"\t": "\t", "space": " "}


@dataclass(frozen=True)
class Dialect:
    """The form of a delimited text; None stands for "detect it".

    delimiter: one character or several, or `RUNS`. quote: one character, or empty for none.
    padded_quotes: whether blanks stand around cells in quotes; that is found, not asked for.
    header: whether the first record names the columns. skip_lines: lines before it that are no
    part of the table. comment: what lines begin with that are none either. row_names: whether rows
    begin with a name for which the header has none, as R's write.table leaves them.
    """

    delimiter: str | None = None
    quote: str | None = None
    header: bool = True
    skip_lines: int = 0
    comment: str = ""
    number_format: NumberFormat = field(default_factory=NumberFormat)
    padded_quotes: bool = False
    row_names: bool = False

    def __post_init__(self) -> None:
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", delimiter(self.delimiter))
        if self.quote and (
            len(self.quote) != 1 or not self.quote.isascii() or self.quote in "\r\n"
        ):
            raise SpecError("--quote takes one ASCII character, or nothing for none")
        if self.delimiter and self.quote and self.quote in self.delimiter != RUNS:
            raise SpecError(f"--delimiter and --quote cannot both be {self.quote!r}")
        if self.row_names and not self.header:
            raise SpecError("--row-names is about a header, which --no-header says is not there")
        if self.skip_lines < 0:
            raise SpecError("--skip-lines takes 0 or more")
        if self.comment and any(c in self.comment for c in "\r\n"):
            raise SpecError("--comment takes the characters a comment line begins with")


def delimiter(name: str) -> str:
    """A delimiter as typed: itself, or `tab`, `\\t`, `blank`, `blanks`, `comma` …

    Raises SpecError where it is empty or holds a line end.
    """
    text = _NAMES.get(name, name)
    if not text or any(c in text for c in "\r\n\0"):
        raise SpecError("--delimiter takes one character or several, none of them a line end")
    return text


def shown(delimiter: str) -> str:
    """A delimiter as a person reads it."""
    for name, text in DELIMITERS.items():
        if delimiter == text:
            return f"{name} {text!r}" if text.strip() and text != name else name
    return repr(delimiter)
