"""`describe`: the figures of every column of numbers, by group where asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from onescale.tables.commands.quantiles import quantiles_of
from onescale.tables.commands.report import tell
from onescale.tables.commands.scan import Scan, naming, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.statistics.many_groups import PART
from onescale.tables.statistics.summary import QUARTERS, describe_column, quantiles

_QUARTILES = dict(zip(("25%", "50%", "75%"), QUARTERS, strict=True))


def describe_table(source: TableInput, ddof: int = 0) -> dict[str, list]:
    """Figures by name, one a column and group, undefined ones None."""
    parts = list(described(source, ddof))
    return {key: [value for part in parts for value in part[key]] for key in parts[0]}


def described(source: TableInput, ddof: int = 0) -> Iterator[dict[str, list]]:
    """The same in parts of some thousand groups: of very many, nothing else holds all figures."""
    source = replace(source, by_column=True)
    scanned = scan(source, "quantiles")
    quartiles = {}
    if source.weights is None and not scanned.by_column:  # of weighted: no one definition
        quartiles = quantiles_of(scanned, {c.index: _QUARTILES for c in scanned.columns})
    parts = _parts(scanned, quartiles, ddof)
    if scanned.by_column:
        scanned.forget()
    else:
        parts = iter(list(parts))  # whatever is wrong comes before output
    tell(scanned)
    yield from parts


def _parts(scanned: Scan, quartiles: dict, ddof: int) -> Iterator[dict[str, list]]:
    source, groups = scanned.source, scanned.group_names or [None]
    names = group_keys([source.table.names[index] for index in source.by])

    def take(values) -> dict:
        return dict(zip(_QUARTILES, quantiles(values), strict=True))

    for column in scanned.columns:
        every = scanned.statistics(column, quartiles.get(column.index), take)
        pairs = zip(groups, every, strict=True)
        head = {"column": column.name, "position": column.index + 1}
        while part := list(islice(pairs, PART)):
            records = []
            for group, statistics in part:
                with naming(source.table, f"column {column.name!r}"):
                    figures = describe_column(statistics, ddof)
                cells = group if len(names) > 1 else [group]
                records.append(head | dict(zip(names, cells, strict=False)) | figures)
            yield {key: [record[key] for record in records] for key in records[0]}


def group_keys(by: Sequence[str]) -> list[str]:
    """What the columns of groups are called in tables of figures."""
    return ["group"] if len(by) == 1 else [f"group_{name}" for name in by]
