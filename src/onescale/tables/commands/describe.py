"""`describe`: the figures of every column of numbers, by group where asked."""

from onescale.tables.commands.scan import naming, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.statistics.summary import KEYS, describe_column, quantiles


def describe_table(source: TableInput, ddof: int = 0) -> tuple[dict[str, list], list[str]]:
    """Figures by name, one a column and group, undefined ones None; and warnings for the user."""
    scanned = scan(source, keep_values=True)
    records = []
    for column in scanned.columns:
        every = scanned.statistics(column, lambda values: {"quartiles": quantiles(values)})
        for group, statistics in zip(scanned.group_names or [None], every, strict=True):
            with naming(source.table, f"column {column.name!r}"):
                figures = describe_column(statistics, ddof)
            head = {"column": column.name, "position": column.index + 1, "group": group}
            records.append(head | figures)
    keys = [key for key in KEYS if key != "group" or scanned.groups is not None]
    return {key: [record[key] for record in records] for key in keys}, scanned.warnings
