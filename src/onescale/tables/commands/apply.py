"""`fit`, `apply` and `invert` on files: learn statistics here, use them there."""

from onescale.core.errors import DataError, suggest
from onescale.tables.commands.scale import OutColumn, check_ranges, layout, write_scaled
from onescale.tables.commands.scan import Scan, default_label, scan
from onescale.tables.commands.selection import Resolved, find, refuse_duplicates
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import Method


def fit_table(
    table, selected: Resolved, method: Method, constant: str = "zero"
) -> tuple[Fit, list[str]]:
    """Fit `method` to the chosen columns; and warnings for the user."""
    found = scan(table, selected, keep_values=method.needs != "moments", gaps=True)
    refuse_duplicates([tally.name for tally in found.columns], table.name)
    by = None if selected.by is None else table.names[selected.by]
    columns = [(t.name, t.index + 1, found.statistics(i)) for i, t in enumerate(found.columns)]
    fit = Fit(method, columns, constant, by, found.groups, table.name, table.description())
    return fit, found.warnings + fit.warnings


def apply_fit(
    fit: Fit,
    table,
    selected: Resolved,
    replace: bool,
    labelled: bool,
    to: str | None,
    format: str,
    delimiter: str | None,
) -> list[str]:
    """Write `table` scaled by an earlier fit; returns warnings for the user."""
    _same_header(fit, table)
    places = _chosen_places(fit, table, selected)
    indices = {place: _index(table, fit, fit.columns[place].name, selected) for place in places}
    found, groups = _scan(fit, table, selected, places, indices, inverse=False)
    label = default_label(table, selected, found) if labelled else None
    suffix = fit.method.suffix
    scaled = [(indices[place], f"{fit.columns[place].name}_{suffix}") for place in places]
    columns = layout(table.names, scaled, replace, label, table.name)
    columns = [_at(column, places) for column in columns]
    write_scaled(table, columns, fit, indices, groups, to, format, delimiter)
    return found.warnings + _constant_warnings(fit, found, places)


def invert_fit(
    fit: Fit,
    table,
    selected: Resolved,
    labelled: bool,
    to: str | None,
    format: str,
    delimiter: str | None,
) -> list[str]:
    """Write `table`, which holds scaled columns, with the original values; returns warnings.

    A scaled column is looked for under its suffixed name, then under the original one; the result
    has the original name, in place of a column of that name if there is one.
    """
    _same_header(fit, table)
    places = _chosen_places(fit, table, selected)
    indices, homes = {}, {}
    for place in places:
        name = fit.columns[place].name
        suffixed = f"{name}_{fit.method.suffix}"
        there = suffixed in table.names
        indices[place] = _index(table, fit, suffixed if there else name, selected)
        homes[place] = _index(table, fit, name, selected) if name in table.names else indices[place]
    found, groups = _scan(fit, table, selected, places, indices, inverse=True)
    label = default_label(table, selected, found) if labelled else None
    new = {homes[place]: OutColumn(fit.columns[place].name, place=place) for place in places}
    gone = {index for place, index in indices.items() if index != homes[place]}
    columns = [
        new.get(i) or OutColumn(name, index=i)
        for i, name in enumerate(table.names)
        if i not in gone and (label is None or i in new or i == label)
    ]
    write_scaled(table, columns, fit, indices, groups, to, format, delimiter, inverse=True)
    return found.warnings


def _at(column: OutColumn, places: list[int]) -> OutColumn:
    """`layout` counts the scaled columns; a fit may have more of them."""
    if column.place is None:
        return column
    return OutColumn(column.name, place=places[column.place])


def _same_header(fit: Fit, table) -> None:
    fitted = fit.read.get("header", True)
    if fitted and not table.dialect.header:
        raise DataError(
            f"{table.name}: the fit knows columns by the names of a header: no --no-header"
        )
    if not fitted and table.dialect.header:
        raise DataError(f"{table.name}: the fit is of a table without a header: --no-header")


def _chosen_places(fit: Fit, table, selected: Resolved) -> list[int]:
    """Places in the fit of the columns to use: all, or those chosen by name or position."""
    if selected.chosen is None:
        return list(range(len(fit.columns)))
    known = {}
    for place, column in enumerate(fit.columns):
        known[f"{column.name}_{fit.method.suffix}"] = known[column.name] = place
    for index in selected.chosen:
        if table.names[index] not in known:
            fitted = [column.name for column in fit.columns]
            raise DataError(
                f"{table.name}: {suggest(table.names[index], fitted, 'column')} (in the fit)"
            )
    return sorted({known[table.names[index]] for index in selected.chosen})


def _index(table, fit: Fit, name: str, selected: Resolved) -> int:
    """The column of that name; where there are several, the one chosen by its position."""
    chosen = [index for index in selected.chosen or () if table.names[index] == name]
    if len(chosen) == 1:
        return chosen[0]
    try:
        return find(table.names, name, table.name)
    except DataError as error:
        written = fit.read.get("delimiter")
        hint = ""
        if written is not None and written != getattr(table.dialect, "delimiter", written):
            hint = f"; the fit is of a table with delimiter {written!r}, this one is read with "
            hint += f"{table.dialect.delimiter!r}"
        raise DataError(f"{error} (the fit has it{hint})") from None


def _scan(fit: Fit, table, selected, places, indices: dict[int, int], inverse: bool):
    """Check the new rows against the fit before anything is written."""
    by = None if fit.by is None else find(table.names, fit.by, table.name)
    if selected.label is not None and selected.label in indices.values():
        raise DataError(f"{table.name}: column {table.names[selected.label]!r} is to be scaled")
    # Fitted columns in the order of the file, as the scan has them.
    ordered = sorted(places, key=lambda place: indices[place])
    chosen = Resolved([indices[place] for place in ordered], selected.label, by)
    found = scan(table, chosen, known=fit.groups, gaps=True)
    _refuse_empty(fit, table, found, ordered)
    check_ranges(fit, found, ordered, inverse)
    groups = None if by is None else (by, dict(fit.number_of))
    return found, groups


def _refuse_empty(fit: Fit, table, found: Scan, places: list[int]) -> None:
    """Values cannot be scaled by a column (or group of it) in which the fit saw no number."""
    for place, tally in zip(places, found.columns, strict=True):
        column = fit.columns[place]
        if found.groups is None:
            if column.empty[0] and tally.numbers:
                raise DataError(f"{table.name}: the fit saw no number in column {column.name!r}")
            continue
        counts = tally.moments.counts
        bad = [g for g in range(len(counts)) if counts[g] and column.empty[g]]
        if bad:
            group = fit.groups[bad[0]]
            raise DataError(
                f"{table.name}: the fit saw no number in column {column.name!r} of group {group!r}"
            )


def _constant_warnings(fit: Fit, found: Scan, places: list[int]) -> list[str]:
    names = [
        repr(fit.columns[place].name) for place in places if fit.columns[place].is_constant.any()
    ]
    if not names:
        return []
    return [f"without spread in the fit: column {', '.join(names)}"]
