"""`describe`: the figures of every column of numbers, by group where asked."""

import math

from onescale.errors import DataError
from onescale.tables.selection import Resolved
from onescale.tables.survey import survey

KEYS = ("column", "position", "group", "rows", "missing", "count", "mean", "std", "min", "25%",
        "50%", "75%", "max")  # fmt: skip


def describe_table(table, selected: Resolved, ddof: int = 0) -> tuple[list[dict], list[str]]:
    """One record a column and group, undefined figures None; and warnings for the user."""
    found = survey(table, selected, keep_values=True)
    records = []
    for place, tally in enumerate(found.columns):
        groups = found.groups or [None]
        for group, statistics in zip(groups, found.statistics(place), strict=True):
            try:
                figures = describe_column(statistics, ddof)
            except DataError as error:
                raise DataError(f"{table.name}: column {tally.name!r}: {error}") from None
            head = {"column": tally.name, "position": tally.index + 1, "group": group}
            records.append(head | figures)
    return records, found.warnings


def describe_column(statistics, ddof: int) -> dict:
    """The figures of one column, undefined ones None."""
    low, middle, high = statistics.quartiles
    figures = {
        "rows": statistics.rows,
        "missing": statistics.missing,
        "count": statistics.count,
        "mean": statistics.mean[0],
        "std": statistics.std(ddof),
        "min": statistics.min,
        "25%": low,
        "50%": middle,
        "75%": high,
        "max": statistics.max,
    }
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in figures.items()}
