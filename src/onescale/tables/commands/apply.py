"""`fit`, `apply` and `invert` on files: learn statistics here, use them there."""

import math
from dataclasses import replace
from functools import partial

from onescale.core.errors import DataError, suggest
from onescale.tables.commands.labels import default_label
from onescale.tables.commands.report import tell
from onescale.tables.commands.scale import OutColumn, layout, write_scaled
from onescale.tables.commands.scan import Scan, scan
from onescale.tables.commands.selection import TableInput, find, refuse_duplicates
from onescale.tables.scaling.fit import ByFit, Fit, FittedColumn
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.writing.output import Output


def fit_table(source: TableInput, method: Method | Plan, constant: str = "zero") -> Fit:
    """`method` fitted to the chosen columns."""
    methods = method.methods_of(source.table.names, source.candidates)
    if all(own.keeps < math.inf for own in methods.values()):  # fewer than very many groups have
        source = replace(source, by_column=True)
    scanned = scan(source, keep="distinct", gaps=True, methods=methods)
    names = [column.name for column in scanned.columns]
    refuse_duplicates(names, source.table.name, names)
    scanned.forget()
    fit = scanned.fit(method, constant)
    tell(scanned, fit.warnings)
    return fit


def apply_fit(
    fit: Fit,
    source: TableInput,
    output: Output,
    in_place: bool = False,
    labelled: bool = False,
    unseen: str = "error",
) -> None:
    """Write a table scaled by an earlier fit.

    unseen: what becomes of rows of groups that the fit has not seen: an "error", scaled by the
    statistics of all groups together ("global"), or "missing".
    """
    if unseen != "error":
        fit = fit.for_unseen(unseen)
    fitted = {_index(fit, source, column.name): column for column in _chosen(fit, source)}
    scanned = _checked(fit, source, fitted, inverse=False, typed=output.typed)
    label = default_label(scanned) if labelled else None
    scaled = [
        OutColumn(f"{column.name}_{column.method.ending}", index, ByFit(fit, column))
        for index, column in fitted.items()
    ]
    columns = layout(source.table, scaled, in_place, label)
    constant = [repr(column.name) for column in fitted.values() if column.is_constant.any()]
    warnings = _of_unseen(scanned, unseen)
    if constant:
        warnings.append(f"without spread in the fit: column {', '.join(constant)}")
    write_scaled(scanned, columns, output, warnings)


def _of_unseen(scanned: Scan, unseen: str) -> list[str]:
    """A warning of rows whose group the fit has not seen."""
    rows = scanned.groups.counts[-1] if scanned.groups is not None and scanned.groups.closed else 0
    became = {"global": "scaled by the statistics of all", "missing": "left empty"}
    return [f"{rows} rows of groups that the fit has not seen: {became[unseen]}"] if rows else []


def invert_fit(
    fit: Fit, source: TableInput, output: Output, labelled: bool = False, unseen: str = "error"
) -> None:
    """Write a table that holds scaled columns with the original values. unseen: see `apply_fit`.

    A scaled column is looked for under its suffixed name, then under the original one; the result
    has the original name, in place of a column of that name if there is one.
    """
    if unseen != "error":
        fit = fit.for_unseen(unseen)
    names, fitted, new = source.table.names, {}, {}
    for column in _chosen(fit, source):
        suffixed = f"{column.name}_{column.method.ending}"
        index = _index(fit, source, suffixed if suffixed in names else column.name)
        home = _index(fit, source, column.name) if column.name in names else index
        fitted[index] = column
        new[home] = OutColumn(column.name, index, partial(fit.inverse, column))
    scanned = _checked(fit, source, fitted, inverse=True, typed=output.typed)
    label = default_label(scanned) if labelled else None
    columns = [
        new.get(i) or OutColumn(name, i)
        for i, name in enumerate(names)
        if i in new or (i not in fitted and label in (None, i))
    ]
    write_scaled(scanned, columns, output, _of_unseen(scanned, unseen))


def _chosen(fit: Fit, source: TableInput) -> list[FittedColumn]:
    """The columns of the fit to use: all, or those chosen by name or position."""
    table, header = source.table, fit.read.get("header", True)
    if header and not table.dialect.header:
        raise DataError(
            f"{table.name}: the fit knows columns by the names of a header: no --no-header"
        )
    if not header and table.dialect.header:
        raise DataError(f"{table.name}: the fit is of a table without a header: --no-header")
    if source.chosen is None:
        return fit.columns
    known = {f"{column.name}_{column.method.ending}": column.name for column in fit.columns}
    known |= {column.name: column.name for column in fit.columns}
    names = [table.names[index] for index in source.chosen]
    for name in names:
        if name not in known:
            fitted = [column.name for column in fit.columns]
            raise DataError(f"{table.name}: {suggest(name, fitted, 'column')} (in the fit)")
    chosen = {known[name] for name in names}
    return [column for column in fit.columns if column.name in chosen]


def _index(fit: Fit, source: TableInput, name: str) -> int:
    """The column of that name; where there are several, the one chosen by its position."""
    table = source.table
    chosen = [index for index in source.chosen or () if table.names[index] == name]
    if len(chosen) == 1:
        return chosen[0]
    try:
        return find(table.names, name, table.name)
    except DataError as error:
        written, hint = fit.read.get("delimiter"), ""
        if None not in (written, table.dialect.delimiter) and written != table.dialect.delimiter:
            hint = f"; the fit is of a table with delimiter {written!r}, this one is read with "
            hint += f"{table.dialect.delimiter!r}"
        raise DataError(f"{error} (the fit has it{hint})") from None


def _checked(
    fit: Fit, source: TableInput, fitted: dict[int, FittedColumn], inverse: bool, typed: bool
) -> Scan:
    """Scan the new rows and check them against the fit, before anything is written.

    fitted: the columns of the fit by the index of theirs in the table.
    """
    table = source.table
    by = tuple(find(table.names, name, table.name) for name in fit.by)
    if source.label in fitted:
        raise DataError(f"{table.name}: column {table.names[source.label]!r} is to be scaled")
    source = replace(source, chosen=sorted(fitted), by=by, typed=typed)
    methods = {} if inverse else {i: column.method for i, column in fitted.items()}
    closed = fit.unseen != "error"
    scanned = scan(source, known=fit.groups, gaps=True, closed=closed, methods=methods)
    for column in scanned.columns:
        work = fit.inverse if inverse else fit.scale
        scanned.check_range(column, partial(work, fitted[column.index]))
    return scanned
