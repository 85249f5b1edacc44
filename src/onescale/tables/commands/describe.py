"""`describe`: the figures of every column of numbers, by group where asked."""

from collections.abc import Sequence

import numpy as np

from onescale.tables.commands.report import tell
from onescale.tables.commands.scan import naming, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.statistics.summary import describe_column, quantiles


def describe_table(source: TableInput, ddof: int = 0) -> dict[str, list]:
    """Figures by name, one a column and group, undefined ones None."""
    scanned = scan(source, keep_values=True)
    groups = scanned.group_names or [None]
    figures = _no_quartiles if source.weights is not None else _quartiles
    names = group_keys([source.table.names[index] for index in source.by])
    records = []
    for column in scanned.columns:
        every = scanned.statistics(column, figures)
        for group, statistics in zip(groups, every, strict=True):
            with naming(source.table, f"column {column.name!r}"):
                described = describe_column(statistics, ddof)
            head = {"column": column.name, "position": column.index + 1}
            cells = group if len(names) > 1 else [group]
            records.append(head | dict(zip(names, cells, strict=False)) | described)
    tell(scanned)
    return {key: [record[key] for record in records] for key in records[0]}


def _quartiles(values: np.ndarray) -> dict:
    return {"quartiles": quantiles(values)}


def _no_quartiles(values: np.ndarray) -> dict:
    """Of weighted values, which have no one definition of quantiles."""
    return {"quartiles": quantiles(values[:0])}


def group_keys(by: Sequence[str]) -> list[str]:
    """What the columns of groups are called in tables of figures."""
    return ["group"] if len(by) == 1 else [f"group_{name}" for name in by]
