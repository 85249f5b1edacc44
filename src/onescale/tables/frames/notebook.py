"""What a notebook shows of a fit: the figures that its method takes, a line a column and group."""

import html
from collections.abc import Iterator

from onescale.core.text import DASH, undefined, visible
from onescale.tables.scaling.fit import Fit

_LINES = 60


def as_html(fit: Fit) -> str:
    """A fit as a table; the remainders of figures, far behind their digits, are left out."""
    groups = fit.groups if fit.groups is not None else [None]
    methods = [column.method for column in fit.columns if column.method.needs != "order"]
    taken = (name for method in methods for name in (*method.centre, *method.width))
    names = dict.fromkeys(name for name in taken if not name.endswith("_low"))
    named = len({column.method.name for column in fit.columns}) > 1
    head = ["column", *["method"] * named, *[" × ".join(fit.by)] * bool(fit.by), "count", *names]

    def lines() -> Iterator[list[str]]:
        for column in fit.columns:
            for i, group in enumerate(groups):
                figures = [column.learnt[n][i] if n in column.learnt else None for n in names]
                yield [
                    str(column.name),
                    *[column.method.name] * named,
                    *[_group(group)] * bool(fit.by),
                    str(column.statistics[i].count),
                    *(DASH if undefined(value) else f"{value:.6g}" for value in figures),
                ]

    shown = [line for line, _ in zip(lines(), range(_LINES), strict=False)]
    left = len(fit.columns) * len(groups) - len(shown)
    rows = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in shown)
    told = f"<p>and {left} more</p>" if left else ""
    return f"<table><thead><tr>{_cells(head, 'th')}</tr></thead><tbody>{rows}</tbody></table>{told}"


def _group(group: object) -> str:
    return " × ".join(map(str, group)) if isinstance(group, tuple) else str(group)


def _cells(row: list[str], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(visible(cell))}</{tag}>" for cell in row)
