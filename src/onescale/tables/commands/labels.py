"""Which column names the rows."""

from onescale.core.errors import DataError
from onescale.tables.commands.scan import Scan


def default_label(scanned: Scan) -> int:
    """What `found_label` finds. Raises DataError where that is nothing."""
    if (label := found_label(scanned)) is not None:
        return label
    table, by = scanned.source.table, scanned.source.by
    but = f" but {', '.join(repr(table.names[k]) for k in by)}, of the groups," if by else ""
    raise DataError(
        f"{table.name}: every column{but} is numeric; name the one that names the rows: --label"
    )


def found_label(scanned: Scan) -> int | None:
    """The column that names the rows: the one asked for, else the first that is not numeric."""
    source, table = scanned.source, scanned.source.table
    if source.label is not None:
        return source.label
    numeric = {column.index for column in scanned.columns}
    text = {column.index for column in scanned.text}
    first = next(iter(table.batches()))
    for index in range(table.width):
        other = index not in {*numeric, *source.by}
        if index in text or (other and len(first.numbers(index)[1])):
            return index
    return None
