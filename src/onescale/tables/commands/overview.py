"""Every row on every scale, side by side: the page a person reads to see who stands where."""

import numpy as np

from onescale.tables.commands.scan import default_label, group_codes, scan
from onescale.tables.commands.selection import Resolved
from onescale.tables.numbers import write
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import BatchNorm, Chapter, MinMax, Standardize

SCALES = {
    "standardized": Standardize(),
    "0–1": MinMax(),
    "0–100": MinMax(0.0, 100.0),
    "batch norm": BatchNorm(),
    "(x − mean)²/std": Chapter(),
}


def overview(
    table, selected: Resolved, digits: int | None = None
) -> tuple[list[str], list[list], list[str]]:
    """Names and columns of the page, and warnings: label, then value, scales and rank a column.

    digits: decimals of the scales, None for all. Rank 1 is the largest; equal values share it.
    """
    found = scan(table, selected)
    label = default_label(table, selected, found)
    numbers = {key: number for number, key in enumerate(found.groups or ())}
    learnt = [(t.name, t.index + 1, found.statistics(i)) for i, t in enumerate(found.columns)]
    fits = {
        name: Fit(method, learnt, by=selected.by, groups=found.groups, file=table.name)
        for name, method in SCALES.items()
    }
    batches = list(table.batches())
    labels = [str(text) for batch in batches for text in batch.texts(label)]
    codes = None
    names, columns = [table.names[label]], [labels]
    if selected.by is not None:
        codes = np.concatenate([group_codes(batch, selected.by, numbers) for batch in batches])
        names.append(table.names[selected.by])
        columns.append([str(text) for batch in batches for text in batch.texts(selected.by)])
    for place, tally in enumerate(found.columns):
        values = np.concatenate([batch.numbers(tally.index)[0] for batch in batches])
        names.append(tally.name)
        columns.append([write(v).removesuffix(".0") for v in values.tolist()])
        for name, fit in fits.items():
            scaled = fit.transform(fit.columns[place], values, codes)
            names.append(name if len(found.columns) == 1 else f"{tally.name}, {name}")
            columns.append([_rounded(v, digits) for v in scaled.tolist()])
        names.append("rank" if len(found.columns) == 1 else f"{tally.name}, rank")
        columns.append(_ranks(values, codes))
    return names, columns, found.warnings + fits["standardized"].warnings


def _rounded(value: float, digits: int | None) -> str:
    return "" if value != value else write(value) if digits is None else f"{value:.{digits}f}"


def _ranks(values: np.ndarray, codes: np.ndarray | None) -> list[str]:
    """`k of n` for every row, among its group."""
    ranks = np.full(len(values), "", dtype=object)
    codes = np.zeros(len(values), np.intp) if codes is None else codes
    for group in np.unique(codes):
        rows = np.flatnonzero((codes == group) & ~np.isnan(values))
        ordered = np.sort(values[rows])
        larger = len(rows) - np.searchsorted(ordered, values[rows], side="right")
        ranks[rows] = [f"{k + 1} of {len(rows)}" for k in larger.tolist()]
    return ranks.tolist()
