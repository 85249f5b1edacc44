"""Tables and numbers as a person reads them: the one writer of every page and terminal table.

Columns are aligned by the room that their characters take on a terminal, so that Markdown reads as
plain text too. Nothing but the standard library, since table commands start with this.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

DASH = "–"
# What a terminal obeys instead of showing it: C0, DEL, C1, line separators, marks of direction.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


# What the address of a private file is signed with.
_SECRET = re.compile(
    r"([?&][^\s=&]*(?:token|key|secret|sig|passw|credential)[^\s=&]*=)[^\s&#]+", re.I
)


def without_password(text: str) -> str:
    """A text without the names, passwords and tokens that stand in its addresses."""
    return _SECRET.sub(r"\1…", re.sub(r"://[^\s/?#]*@", "://…@", text))


def table(header: list[str], rows: list[list[str]], left: int = 1) -> str:
    """A Markdown table; the first `left` columns are text, the others numbers, set to the right."""
    return "\n".join(aligned(header, rows, [place >= left for place in range(len(header))]))


def columns(rows: Iterable, shown: Sequence[tuple[str, Callable[[Any], str]]], left=1) -> str:
    """A Markdown table with a line for each of `rows`: a column is a header and what it shows."""
    cells = [[show(row) for _, show in shown] for row in rows]
    return table([header for header, _ in shown], cells, left)


def cell(key: str, show: Callable[[Any], str] = str) -> Callable[[Any], str]:
    """What a column shows of a mapping: one of its values."""
    return lambda row: show(row[key])


def ends(key: str, show: Callable[[Any], str] | None = None) -> Callable[[Any], str]:
    """What a column shows of a mapping: the interval from <key>_low to <key>_high."""
    return lambda row: interval(row[f"{key}_low"], row[f"{key}_high"], show or percent)


def page(*blocks: str) -> str:
    """Blocks of Markdown as a whole file, which cannot speak to the terminal it is shown on."""
    return visible_lines(section(*blocks)) + "\n"


def section(*blocks: str) -> str:
    """Blocks of Markdown with a blank line between them; empty ones are left out."""
    return "\n\n".join(filter(None, blocks))


def bullets(lines: Iterable[str]) -> str:
    """A list with each line once."""
    return "\n".join(f"- {line}" for line in dict.fromkeys(lines))


def joined(*notes: str | None) -> str:
    """Notes in one line; those that say nothing are left out."""
    return "; ".join(filter(None, notes))


def aligned(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool],
    markdown: bool = True,
) -> list[str]:
    """The lines of a table, in Markdown or for a terminal; `right`: which columns are set there."""
    cells = [[within_cell(text, markdown) for text in row] for row in (header, *rows)]
    widths = [max(3 * markdown, *map(width, column)) for column in zip(*cells, strict=True)]
    lines = [line(row, widths, right, markdown) for row in cells]
    return lines if not markdown else [lines[0], rule(widths, right), *lines[1:]]


def line(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], markdown: bool = True
) -> str:
    """One line of such a table; `cells` as `within_cell` gives them."""
    padded = [pad(*one) for one in zip(cells, widths, right, strict=True)]
    return f"| {' | '.join(padded)} |" if markdown else "  ".join(padded).rstrip()


def rule(widths: Sequence[int], right: Sequence[bool]) -> str:
    """What stands under the header of a table in Markdown."""
    dashes = ["-" * (w - 1) + (":" if r else "-") for w, r in zip(widths, right, strict=True)]
    return f"| {' | '.join(dashes)} |"


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: Hangul and fullwidth characters two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )  # fmt: skip


def pad(text: str, to: int, right: bool = False) -> str:
    """`text` filled with blanks to a width on the terminal."""
    fill = " " * (to - width(text))
    return fill + text if right else text + fill


def within_cell(text: str, markdown: bool) -> str:
    """A text that keeps to its cell, and cannot speak to the terminal that it is shown on."""
    lines = map(visible, text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if markdown:
        return "<br>".join(line.replace("|", "\\|") for line in lines)
    return "↵".join(lines)


def visible(text: str) -> str:
    """Control characters shown as such, so that no cell, name or file moves a terminal's cursor,
    colours what follows or turns its direction.

    >>> visible("\\x1b[31mred\\u202e")
    '␛[31mred\\\\u202e'
    """
    return text if text.isprintable() else _CONTROLS.sub(_shown, text)


def visible_lines(text: str) -> str:
    """`visible`, but for line ends and tabs, which lay out what is shown.

    >>> visible_lines("a\\tb\\x1b\\n")
    'a\\tb␛\\n'
    """
    return re.sub("[^\n\t]+", lambda part: visible(part[0]), text)


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20 or code == 0x7F:
        return chr(0x2421 if code == 0x7F else 0x2400 + code)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def brief(text: str, most: int = 500) -> str:
    """A message without its middle where it is longer: what is wrong stands at its beginning, what
    to do at its end."""
    if len(text) <= most:
        return text
    return f"{text[: 2 * most // 3]} … {text[-most // 4 :]}"


def number(value: float | None, digits: int, factor: float = 1, sign: bool = False) -> str:
    """`value`·`factor` with so many decimals, a true minus, and a dash for what is undefined."""
    if undefined(value):
        return DASH
    text = f"{value * factor:{'+' if sign else ''}.{digits}f}"
    if float(text) == 0:  # neither −0.00 nor +0.00
        text = f"{0:.{digits}f}"
    return text.replace("-", "−")


def undefined(value: Any) -> bool:
    """Whether a cell holds no number: None, NaN, or pandas' NA, of which nothing can be asked."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


def percent(value: float | None, digits: int = 2) -> str:
    """A fraction in per cent, without the sign."""
    return number(value, digits, 100)


def points(value: float | None, digits: int = 2) -> str:
    """A difference of fractions in percentage points, with its sign."""
    return number(value, digits, 100, sign=True)


def interval(low: float | None, high: float | None, show=percent) -> str:
    """`low to high`, or a dash."""
    if undefined(low):
        return DASH
    return f"{show(low)} to {show(high)}"


def span(numbers: Collection[int]) -> str:
    """`5 to 20` of several numbers, `5` of one."""
    return " to ".join(map(str, sorted({min(numbers), max(numbers)})))


def probability(p: float | None) -> str:
    """A p value: three significant digits, and `< 0.0001` below that."""
    if undefined(p):
        return DASH
    return "< 0.0001" if p < 0.0001 else f"{p:.3g}" if p < 0.001 else f"{p:.4f}"
