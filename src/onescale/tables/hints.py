"""What to do about a cell that is not a number: the option that keeps it.

A hint is tried before it is given, on a sample of the column's cells: of the number formats that
the cells' own marks suggest, it names the one that takes most of them for numbers. No option that
would lose a number is ever named; where none keeps it, the cell is to be mended.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations

from onescale.tables.numbers import BLANKS, COMMON, CURRENCY, SHOWN, NumberFormat, write

MEND = "mend the cell"
COMMENTS = "if lines that begin with # are no data: --comment '#'"
_MARKS = " \u00a0\u2009\u202f'’_"  # of thousands, besides `,` and `.`
# A number with something around it: `$5`, `12 kg`, `~3`, `1,234*`, `5세`, `7[2]`, but not `학생01`
# (for re and RE2). What may stand before, if not ASCII, is what UTF-8 begins with C2, E2 or EF.
LIKE = (
    "^[^0-9A-Za-z\u00c0-\u1fff\u3000-\uefff\U00010000-\U0010ffff]{0,4}"
    "[0-9]+(?:[.,'’_ \u00a0\u2009\u202f][0-9]+)*[.,]?(?:[eE][+-]?[0-9]+)?"
    r"[^0-9]{0,8}(?:\[[0-9]+\])?$"
)
_SIGNS = {"percent": "%", "currency": CURRENCY, "parentheses": r"\("}
_may_begin = re.compile(r"[0-9A-Zkz원元円]|\W").match  # that spares most the large expression
_WIDEST = NumberFormat(thousands=",", percent=True, currency=True, parentheses=True)


def is_like(text: str) -> bool:
    """Whether a cell is a number with something around it."""
    return re.match(LIKE, text) is not None


def like_comment(text: str) -> bool:
    """Whether a line that begins with this cell may be a comment; `#N/A` begins none."""
    return text.startswith("#") and text.lower() not in COMMON


def number_like(text: str) -> bool:
    """Whether a person would see a number in a cell that is none."""
    text = text.strip(BLANKS)
    return bool(is_like(text) or (_may_begin(text) and _WIDEST.is_number(text)))


def advice(form: NumberFormat, cells: Sequence[str], comma: bool = True) -> str:
    """Why the first of `cells` is not a number and what to do, to end an error message with.

    cells: of one column, none of them missing. comma: whether `1,234` is rather 1234 than 1.234.
    """
    cells = [cell.strip(BLANKS) for cell in cells]
    first = cells[0]
    if form.is_number(first):
        return "beyond the range of float64, ±1.8e308"
    best = max(_formats(form, cells, comma), key=lambda other: _taken(other, cells))
    if best != form and best.parse(first) is not None:
        return f"{_options(form, best, cells)} takes it as {_shown(best.parse(first))}"
    reason, taken = _without_way(form, first), _taken(best, cells)
    if reason and reason != MEND:
        return reason
    alike = sum(best.is_number(cell) or number_like(cell) for cell in cells)
    if first.lower() not in COMMON and 2 * (alike if reason else taken) < len(cells):
        others = "are most others" if taken else "is any other"
        return f"nor {others} of the column's first cells; is it one of words?"
    if reason:
        return reason
    options = _options(form, best, cells)
    if f"--missing {quoted(first)}" in options or (options and first.lower() in COMMON):
        return f"{options} takes it as missing"
    if any(c.isdecimal() for cell in cells if best.parse(cell) is None for c in cell):
        return f"mend the cell, or --missing {quoted(first)} takes it as missing"
    return "mend the cell, or --coerce takes all that is no number as missing"


def _formats(form: NumberFormat, cells: Sequence[str], comma: bool) -> Iterator[NumberFormat]:
    """`form`, and those that differ in what the cells hold, the simplest first."""
    text = "".join(cells)
    signs = [name for name, sign in _SIGNS.items() if re.search(sign, text)]
    more = chain.from_iterable(combinations(signs, n) for n in range(len(signs) + 1))
    pairs = [(form.decimal, form.thousands), (form.decimal, ","), (",", form.thousands), (",", "")]
    pairs = pairs if comma else [pairs[0], *pairs[2:], pairs[1]]
    pairs += [(".", ""), (".", ","), (",", "."), (form.decimal, ".")]
    pairs += [(decimal, mark) for mark in _MARKS for decimal in (form.decimal, ",", ".")]
    pairs = [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
    known = {form.decimal, form.thousands, "", ".", *text}
    for names in more:
        for decimal, thousands in pairs:
            if {decimal, thousands} <= known:
                marks = {"decimal": decimal, "thousands": thousands}
                yield replace(form, **marks, **dict.fromkeys(names, True))


def _taken(form: NumberFormat, cells: Sequence[str]) -> int:
    """How many cells a format takes for numbers."""
    return sum(len(cell) <= SHOWN and form.is_number(cell) for cell in cells)


def _options(form: NumberFormat, best: NumberFormat, cells: Sequence[str]) -> str:
    """The options that make `best` of `form`, and those for what it still takes for text."""
    options = [f"--{name}" for name in _SIGNS if getattr(best, name) != getattr(form, name)]
    if best.decimal != form.decimal:
        options.append(f"--decimal {quoted(best.decimal)}")
    if best.thousands != form.thousands:
        options.append(f"--thousands {quoted(best.thousands)}")
    rest = dict.fromkeys(cell for cell in cells if best.parse(cell) is None)
    words = [cell for cell in rest if cell.lower() not in COMMON]
    if len(words) < len(rest):
        options.append("--missing-like common")
    if len(words) <= min(2, _taken(best, cells)) and not any(
        c.isdecimal() for word in words for c in word
    ):
        options += [f"--missing {quoted(word)}" for word in words]
    return " ".join(options)


def _without_way(form: NumberFormat, bare: str) -> str:
    """The words for a cell that no option makes a number of; empty where it may mean missing."""
    if re.fullmatch(r"[+-]?inf(inity)?", bare, re.IGNORECASE):
        return f"an infinity; mend the cell, or --missing {bare} takes it as missing"
    without = bare.replace(form.thousands, "")
    if without != bare and replace(form, thousands="").is_number(without):
        return f"the thousands mark {form.thousands!r} is misplaced"
    if any(c.isdecimal() and not c.isascii() for c in bare):
        return "only the digits 0 to 9 count; mend the cell"
    digits = any(c.isdecimal() for c in bare) and bare.lower() not in COMMON  # as #DIV/0! is
    if len(bare) > SHOWN or digits:
        return MEND
    return ""


def _shown(value: float) -> str:
    return "missing" if value != value else write(value).removesuffix(".0")


def quoted(text: str) -> str:
    """A token as one would type it in a shell."""
    if not text.isprintable():
        escaped = "".join(
            c if c.isprintable() and c not in "'\\" else f"\\u{ord(c):04x}" for c in text
        )
        return f"$'{escaped}'"
    if "'" in text:
        return '"' + re.sub(r'(["$`\\])', r"\\\1", text) + '"'
    return text if re.fullmatch(r"[\w.:/%+,-]+", text) else f"'{text}'"
