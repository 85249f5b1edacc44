"""Whole tables through a fit, row by row: what the scaling commands do.

The table was scanned before, so that nothing can go wrong with its rows once output has begun.
"""

from dataclasses import dataclass, replace

from onescale.core.errors import DataError
from onescale.tables.commands.scan import Groups, Scaling, default_label, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.scaling.methods import Method
from onescale.tables.writing.output import Output


@dataclass(frozen=True)
class OutColumn:
    """A column of the output: the table's column `index`, through `scaling` or as it stands.

    number: whether a column that stays as it is holds numbers alone.
    """

    name: str
    index: int
    scaling: Scaling | None = None
    number: bool = False


def layout(
    table, scaled: list[OutColumn], in_place: bool, label: int | None = None
) -> list[OutColumn]:
    """The output's columns: the table's, with the scaled ones behind them or in their places.

    label: write that column and the scaled ones alone. Raises DataError where the name of a scaled
    column is already there.
    """
    names, numbers = table.names, {column.index for column in scaled}
    if in_place:
        scaled = [replace(column, name=names[column.index]) for column in scaled]
    if in_place and label is None:
        new = {column.index: column for column in scaled}
        return [new.get(i) or OutColumn(name, i) for i, name in enumerate(names)]
    kept = [
        OutColumn(name, i, number=i in numbers)
        for i, name in enumerate(names)
        if label in (None, i)
    ]
    taken = {column.name for column in kept}
    for column in scaled:
        if column.name in taken:
            raise DataError(
                f"{table.name}: there is a column {column.name!r} already; --replace writes the "
                "scaled values in place of the originals"
            )
        if not in_place:
            taken.add(column.name)
    return kept + scaled


def scale_table(
    source: TableInput,
    method: Method,
    output: Output,
    constant: str = "zero",
    in_place: bool = False,
    labelled: bool = False,
) -> list[str]:
    """Fit `method` to a table and write the table through it; returns warnings for the user.

    in_place: scaled values take the place of the originals. labelled: write them and the column
    that names the rows alone.
    """
    scanned = scan(source, keep_values=method.needs != "moments")
    label = default_label(scanned) if labelled else None
    fit = scanned.fit(method, constant)
    scalings = scanned.scalings(fit)
    if method.needs != "order":
        for column, scaling in zip(scanned.columns, scalings, strict=True):
            scanned.check_range(column, scaling)
    scaled = [
        OutColumn(f"{column.name}_{method.suffix}", column.index, scaling)
        for column, scaling in zip(scanned.columns, scalings, strict=True)
    ]
    columns = layout(source.table, scaled, in_place, label)
    write_scaled(source.table, columns, scanned.groups, output)
    return scanned.warnings + fit.warnings


def write_scaled(table, columns: list[OutColumn], groups: Groups | None, output: Output) -> None:
    """Write `table` as `columns` say, batch by batch."""
    numbers = {column.index for column in columns if column.scaling}
    texts = set() if groups is None else {groups.index}
    names = [column.name for column in columns]
    with output.writer(names, header=table.dialect.header) as writer:
        for batch in table.batches(numbers, texts):
            codes = None if groups is None else groups.codes(batch)
            scaled = [
                column.scaling(batch.numbers(column.index)[0], codes) if column.scaling else None
                for column in columns
            ]
            writer.batch(batch, columns, scaled)
