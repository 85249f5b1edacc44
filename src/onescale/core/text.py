"""Tables and numbers as a person reads them, in Markdown that is aligned as plain text too."""

import pandas as pd

DASH = "–"


def table(header: list[str], rows: list[list[str]], left: int = 1) -> str:
    """A Markdown table; the first `left` columns are text, the others numbers, set to the right."""
    widths = [max(3, *(len(row[i]) for row in [header, *rows])) for i in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * w if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join([line(header), f"| {' | '.join(rule)} |", *map(line, rows)])


def number(value: float | None, digits: int, factor: float = 1, sign: bool = False) -> str:
    """`value`·`factor` with so many decimals, a true minus, and a dash for what is undefined."""
    if value is None or pd.isna(value):
        return DASH
    text = f"{value * factor:{'+' if sign else ''}.{digits}f}"
    if float(text) == 0:  # neither −0.00 nor +0.00
        text = f"{0:.{digits}f}"
    return text.replace("-", "−")


def percent(value: float | None, digits: int = 2) -> str:
    """A fraction in per cent, without the sign."""
    return number(value, digits, 100)


def points(value: float | None, digits: int = 2) -> str:
    """A difference of fractions in percentage points, with its sign."""
    return number(value, digits, 100, sign=True)


def interval(low: float | None, high: float | None, show=percent) -> str:
    """`low to high`, or a dash."""
    if low is None or pd.isna(low):
        return DASH
    return f"{show(low)} to {show(high)}"


def probability(p: float | None) -> str:
    """A p value: three significant digits, and `< 0.0001` below that."""
    if p is None or pd.isna(p):
        return DASH
    return "< 0.0001" if p < 0.0001 else f"{p:.3g}" if p < 0.001 else f"{p:.4f}"
