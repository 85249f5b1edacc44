"""`describe`: the figures of every column of numbers, by group where asked."""

from onescale.core.errors import DataError
from onescale.tables.commands.scan import scan
from onescale.tables.commands.selection import Resolved
from onescale.tables.statistics.summary import describe_column


def describe_table(table, selected: Resolved, ddof: int = 0) -> tuple[list[dict], list[str]]:
    """One record a column and group, undefined figures None; and warnings for the user."""
    found = scan(table, selected, keep_values=True)
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
