"""Whole tables through a fit, row by row: what the scaling commands do.

The table was scanned before, so that nothing can go wrong with its rows once output has begun.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from onescale.core.atomic import Together
from onescale.core.errors import DataError
from onescale.tables.commands.labels import default_label
from onescale.tables.commands.one_pass import Keep
from onescale.tables.commands.report import tell
from onescale.tables.commands.scan import Scaling, Scan, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.kinds import Kind
from onescale.tables.parallel import behind, in_order
from onescale.tables.reading.batch import Batch
from onescale.tables.scaling.fit import fit_of
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.scaling.rounding import SIDE_BY_SIDE
from onescale.tables.writing.formats import Writer
from onescale.tables.writing.output import FORMATS, Output

# From so many columns on, and up to so many rows, a batch is scaled by one call: there the way to
# NumPy takes more than what it does.
WIDE, FEW = 16, 4096


@dataclass(frozen=True)
class OutColumn:
    """A column of the output: the table's column `index`, through `scaling` or as it stands.

    kind: what a column that stays as it is holds, of outputs with types.
    """

    name: str
    index: int
    scaling: Scaling | None = None
    kind: Kind | None = None


def layout(
    table, scaled: list[OutColumn], in_place: bool, label: int | None = None
) -> list[OutColumn]:
    """The output's columns: the table's, with the scaled ones behind them or in their places.

    label: write that column and the scaled ones alone. Raises DataError where the name of a scaled
    column is already there.
    """
    names = table.names
    if in_place:
        scaled = [replace(column, name=names[column.index]) for column in scaled]
    if in_place and label is None:
        new = {column.index: column for column in scaled}
        return [new.get(i) or OutColumn(name, i) for i, name in enumerate(names)]
    kept = [OutColumn(name, i) for i, name in enumerate(names) if label in (None, i)]
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
    method: Method | Plan,
    output: Output,
    constant: str = "zero",
    in_place: bool = False,
    labelled: bool = False,
) -> None:
    """Fit `method` to a table and write the table through it.

    in_place: scaled values take the place of the originals. labelled: write them and the column
    that names the rows alone.
    """
    source = replace(source, typed=output.typed, by_column=True)
    methods = method.methods_of(source.table.names, source.candidates)
    keep: Keep = "values" if method.needs == "order" else "quantiles"
    scanned = scan(source, keep, methods=methods)
    label = default_label(scanned) if labelled else None
    scalings, warnings = scalings_of(scanned, method, constant)
    scaled = [
        OutColumn(f"{column.name}_{method.of(column.name).ending}", column.index, scaling)
        for column, scaling in zip(scanned.columns, scalings, strict=True)
    ]
    columns = layout(source.table, scaled, in_place, label)
    write_scaled(scanned, columns, output, warnings)


def scalings_of(
    scanned: Scan, method: Method | Plan, constant: str = "zero"
) -> tuple[list[Scaling], list[str]]:
    """What scales each column of a scanned table by its own figures, and the warnings of that.

    Raises DataError where a value would leave float64's range.
    """
    if scanned.by_column:
        return scanned.scaled_by_column(method, constant)
    fit = scanned.fit(method, constant)
    for column, fitted in zip(scanned.columns, fit.columns, strict=True):
        if fitted.method.needs != "order":
            scanned.check_range(column, partial(fit.scale, fitted))
    return scanned.scalings(fit), fit.warnings


def write_scaled(
    scanned: Scan, columns: list[OutColumn], output: Output, warnings: Sequence[str]
) -> None:
    """Write a scanned table as `columns` say, batch by batch, after the line on it."""
    table, texts = scanned.source.table, set(scanned.source.by)
    numbers = {column.index for column in columns if column.scaling}
    if scanned.by_column:  # scaled already
        numbers, texts = set(), set()
    if output.folder is not None:  # where folders say what these do
        columns = [column for column in columns if column.index not in table.passed]
    if output.typed:
        columns = [replace(column, kind=scanned.kinds[column.index]) for column in columns]
        texts |= {column.index for column in columns if not column.scaling}

    scaled = _scaled(scanned, columns, output)

    def made(writer: Writer, batches: Iterator) -> Iterator:
        """What the writer makes of the batches, which are all or those of a file of its own."""
        shared = None
        # Values that wait are taken one after the other; parts of other formats are no text.
        text = FORMATS[output.format].delimiter is not None
        if text and scanned.values is None and output.folder is None:
            shared = table.by_processes(lambda row: writer.part(*scaled(row)), numbers, texts)
        return shared or in_order(lambda row: writer.part(*row), map(scaled, batches), threads)

    names = [column.name for column in columns]
    decimal = table.dialect.number_format.decimal
    threads = 1 if table.in_memory else table.threads
    if output.folder is None:
        outputs, parts = [output], iter([table.batches(numbers, texts)])
    else:
        outputs = output.of_parts(table.places)
        parts = table.parts(numbers, texts)
    told = False
    with Together() as together:
        for one, batches in zip(outputs, parts, strict=True):
            with one.writer(names, table.dialect.header, decimal, together) as writer:
                if not told:
                    tell(scanned, warnings)
                told = True
                # Other formats are made where they are written.
                behind(writer.put, made(writer, batches), threads if output.typed else 1)


def _scaled(
    scanned: Scan, columns: list[OutColumn], output: Output
) -> Callable[[Batch], tuple[Batch, list[OutColumn], list[np.ndarray | None]]]:
    """What gives for a batch what a writer takes: itself, the columns, and their new values."""
    scalings = [column.scaling for column in columns if column.scaling]
    indices = [column.index for column in columns if column.scaling]
    done, fit = scanned.by_column, fit_of(scalings) if len(scalings) >= WIDE else None
    groups = None if done else scanned.groups

    def every(batch: Batch) -> Iterator[np.ndarray]:
        codes = None if groups is None else groups.codes(batch)
        values = [np.empty(batch.rows) if done else batch.numbers(i)[0] for i in indices]
        if fit is None or batch.rows > FEW or any(one.dtype != np.float64 for one in values):
            return (scale(one, codes) for scale, one in zip(scalings, values, strict=True))
        side_by_side = np.stack(values, axis=1)
        return iter(fit.transform(fit.together, side_by_side, SIDE_BY_SIDE, in_place=True).T)

    def scaled(batch: Batch) -> tuple:
        ready = every(batch)
        new = [next(ready) if column.scaling else None for column in columns]
        if output.digits is not None:
            short = output.shortened
            new = [None if one is None else np.array(short(one.tolist())) for one in new]
        return batch, columns, new

    return scaled
