"""`describe`: the figures of every column of numbers, by group where asked."""

from collections.abc import Sequence

from onescale.tables.commands.quantiles import quantiles_of
from onescale.tables.commands.report import tell
from onescale.tables.commands.scan import naming, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.statistics.summary import QUARTERS, describe_column


def describe_table(source: TableInput, ddof: int = 0) -> dict[str, list]:
    """Figures by name, one a column and group, undefined ones None."""
    scanned = scan(source, "quantiles")
    groups = scanned.group_names or [None]
    quartiles = {}
    if source.weights is None:  # of weighted values there is no one definition
        shares = {
            column.index: dict(zip(("25%", "50%", "75%"), QUARTERS, strict=True))
            for column in scanned.columns
        }
        quartiles = quantiles_of(scanned, shares)
    names = group_keys([source.table.names[index] for index in source.by])
    records = []
    for column in scanned.columns:
        every = scanned.statistics(column, quartiles.get(column.index))
        for group, statistics in zip(groups, every, strict=True):
            with naming(source.table, f"column {column.name!r}"):
                described = describe_column(statistics, ddof)
            head = {"column": column.name, "position": column.index + 1}
            cells = group if len(names) > 1 else [group]
            records.append(head | dict(zip(names, cells, strict=False)) | described)
    tell(scanned)
    return {key: [record[key] for record in records] for key in records[0]}


def group_keys(by: Sequence[str]) -> list[str]:
    """What the columns of groups are called in tables of figures."""
    return ["group"] if len(by) == 1 else [f"group_{name}" for name in by]
