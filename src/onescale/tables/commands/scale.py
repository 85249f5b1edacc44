"""Whole tables through a fit, row by row: what the scaling commands do.

The table was scanned before, so that nothing can go wrong with its rows once output has begun.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.commands.scan import Scan, default_label, group_codes, scan
from onescale.tables.commands.selection import Resolved
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import Method
from onescale.tables.statistics.ranks import percentile_ranks
from onescale.tables.statistics.spill import Spill
from onescale.tables.writer import make_writer, output


@dataclass(frozen=True)
class OutColumn:
    """A column of the output: one of the table (`index`), or a scaled one (`place`)."""

    name: str
    index: int | None = None
    place: int | None = None
    number: bool = False  # a column of numbers passed through


def layout(
    names: Sequence[str],
    scaled: list[tuple[int, str]],
    replace: bool,
    label: int | None,
    file: str,
) -> list[OutColumn]:
    """The output's columns. scaled: (index, appended name) of each scaled column.

    label: write that column and the scaled ones alone (`--labelled`).
    Raises DataError where an appended name is already there.
    """
    places = {index: place for place, (index, _) in enumerate(scaled)}
    if label is not None:
        kept = [OutColumn(names[label], index=label)]
        new = [OutColumn(names[i] if replace else n, place=p) for p, (i, n) in enumerate(scaled)]
    elif replace:
        kept = [
            OutColumn(name, place=places[i]) if i in places else OutColumn(name, index=i)
            for i, name in enumerate(names)
        ]
        new = []
    else:
        kept = [OutColumn(name, index=i, number=i in places) for i, name in enumerate(names)]
        new = [OutColumn(name, place=place) for place, (_, name) in enumerate(scaled)]
    taken = {column.name for column in kept}
    for column in new:
        if column.name in taken:
            raise DataError(
                f"{file}: there is a column {column.name!r} already; --replace writes the scaled "
                "values in place of the originals"
            )
        if not replace:
            taken.add(column.name)
    return [*kept, *new]


def scale_table(
    table,
    selected: Resolved,
    method: Method,
    constant: str = "zero",
    replace: bool = False,
    labelled: bool = False,
    to: str | None = None,
    format: str = "csv",
    delimiter: str | None = None,
) -> list[str]:
    """Fit `method` to a table and write the table through it; returns warnings for the user."""
    found = scan(table, selected, keep_values=method.needs != "moments")
    label = default_label(table, selected, found) if labelled else None
    scaled = [(t.index, f"{t.name}_{method.suffix}") for t in found.columns]
    columns = layout(table.names, scaled, replace, label, table.name)
    by = None if selected.by is None else table.names[selected.by]
    statistics = [(t.name, t.index + 1, found.statistics(i)) for i, t in enumerate(found.columns)]
    fit = Fit(method, statistics, constant, by, found.groups, table.name)
    if method.needs != "order":
        check_ranges(fit, found, list(range(len(scaled))))
    groups = None
    if selected.by is not None:
        groups = (selected.by, {key: number for number, key in enumerate(found.groups)})
    indices = {place: tally.index for place, tally in enumerate(found.columns)}
    ranks = rank_columns(found) if method.needs == "order" else None
    write_scaled(table, columns, fit, indices, groups, to, format, delimiter, precomputed=ranks)
    return found.warnings + fit.warnings


def write_scaled(
    table,
    columns: list[OutColumn],
    fit: Fit,
    indices: Mapping[int, int],
    groups: tuple[int, dict[str, int]] | None,
    to: str | None,
    format: str,
    delimiter: str | None,
    inverse: bool = False,
    precomputed: Spill | None = None,
) -> None:
    """Write `table` through `fit`; `indices` are the table's columns by their place in the fit.

    groups: the group column's index and the number of each group, where the fit has groups.
    precomputed: the scaled values themselves, for a method that cannot do row by row (rank).
    """
    work = fit.inverse if inverse else fit.transform
    used = sorted({c.place for c in columns if c.place is not None})
    start = 0
    with output(to, [table.source_path]) as stream:
        writer = make_writer(format, stream, delimiter)
        headerless = not table.dialect.header and format in ("csv", "tsv")
        writer.begin(None if headerless else [column.name for column in columns])
        texts = set() if groups is None else {groups[0]}
        for batch in table.batches({indices[place] for place in used}, texts):
            codes = None if groups is None else group_codes(batch, *groups)
            scaled: dict[int, np.ndarray] = {}
            for place in used:
                if precomputed is not None:
                    scaled[place] = precomputed.part(place, start, batch.rows)
                else:
                    scaled[place] = work(
                        fit.columns[place], batch.numbers(indices[place])[0], codes
                    )
            start += batch.rows
            if format in ("csv", "tsv"):
                for piece in batch.delimited(columns, scaled, writer.delimiter):
                    stream.write(piece)
            else:
                writer.rows([_values(batch, column, scaled, format) for column in columns])
        writer.end()


def _values(batch, column: OutColumn, scaled: dict, format: str):
    """A column of one batch as the writers take it."""
    typed = format in ("parquet", "arrow")
    if column.place is not None:
        values = scaled[column.place]
        return values if typed else values.tolist()
    if typed:
        return (batch.original if column.number else batch.typed)(column.index)
    if format not in ("json", "jsonl"):
        return batch.texts(column.index)
    if not column.number:
        return batch.plain(column.index)
    values = batch.numbers(column.index)[0].tolist()
    texts = batch.texts(column.index)
    return [_json_number(*one) for one in zip(texts, values, strict=True)]


def _json_number(text: str, value: float) -> int | float | None:
    """A number as JSON holds it: whole numbers stay whole, missing is null."""
    if value != value:
        return None
    text = text.strip(" \t")
    if re.fullmatch(r"-?(0|[1-9][0-9]*)", text) and text != "-0":
        return int(text)
    return value


def rank_columns(found: Scan) -> Spill:
    """The percentile ranks of every column, 100·(average rank − ½)/n within its group."""
    ranks = Spill(len(found.columns))
    codes = None if found.groups is None else found.codes()
    for place in range(len(found.columns)):
        ranks.append(place, percentile_ranks(found.values.column(place), codes))
    return ranks


def check_ranges(fit: Fit, found: Scan, places: list[int], inverse: bool = False) -> None:
    """Refuse values that scaling would carry out of float64's range, before anything is written."""
    for at, tally in zip(places, found.columns, strict=True):
        if found.groups is None:
            codes = None
            lows, highs = np.array([tally.moments.min]), np.array([tally.moments.max])
        else:
            codes = np.flatnonzero(tally.moments.counts)
            lows, highs = tally.moments.min[codes], tally.moments.max[codes]
        fit.check_range(fit.columns[at], lows, highs, codes, inverse)
