"""Every row on every scale, side by side: the page a person reads to see who stands where."""

from collections.abc import Callable, Sequence

import numpy as np

from onescale.core.errors import SpecError, suggest
from onescale.tables.commands.report import tell
from onescale.tables.commands.scan import default_label, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.numbers import write
from onescale.tables.scaling.methods import (
    BatchNorm,
    Chapter,
    Mad,
    MaxAbs,
    MinMax,
    Robust,
    Standardize,
)
from onescale.tables.statistics.ranks import standings

SCALES = {  # what --methods may ask for, by name: its heading, and the method
    "standardize": ("standardized", Standardize()),
    "minmax": ("0–1", MinMax()),
    "0-100": ("0–100", MinMax(range=(0.0, 100.0))),
    "robust": ("robust", Robust()),
    "mad": ("MAD", Mad()),
    "maxabs": ("x/max|x|", MaxAbs()),
    "batch_norm": ("batch norm", BatchNorm()),
    "chapter": ("(x − mean)²/std", Chapter()),
}
SHOWN = ("standardize", "0-100")


def overview(
    source: TableInput,
    digits: int | None = None,
    methods: Sequence[str] = SHOWN,
    shorten: Callable[[list], Sequence] = list,
) -> tuple[list[str], list[list]]:
    """Names and columns of the page: label, then value, scales and rank a column.

    digits: decimals of the scales, None for all, of those that `shorten` leaves. methods: which of
    `SCALES`. Rank 1 is the largest;
    equal values share it. Raises SpecError at a scale that is none.
    """
    for name in methods:
        if name not in SCALES:
            raise SpecError(suggest(name, SCALES, "method of an overview"))
    chosen = dict(SCALES[name] for name in methods)
    values_needed = any(method.needs != "moments" for method in chosen.values())
    table, scanned = source.table, scan(source, keep_values=values_needed)
    fits = {name: scanned.fit(method) for name, method in chosen.items()}
    batches = list(table.batches())
    texts = [default_label(scanned)]
    codes = None
    if scanned.groups is not None:
        codes = np.concatenate([scanned.groups.codes(batch) for batch in batches])
        texts += source.by
    names = [table.names[index] for index in texts]
    columns = [[text for batch in batches for text in batch.texts(index)] for index in texts]
    for i, column in enumerate(scanned.columns):
        values = np.concatenate([batch.numbers(column.index)[0] for batch in batches])
        names.append(column.name)
        columns.append([write(v).removesuffix(".0") for v in values.tolist()])
        before = "" if len(scanned.columns) == 1 else f"{column.name}, "
        for name, fit in fits.items():
            scaled = fit.transform(fit.columns[i], values, codes)
            names.append(before + name)
            columns.append([_rounded(v, digits) for v in shorten(scaled.tolist())])
        names.append(f"{before}rank")
        columns.append(_ranks(values, codes))
    tell(scanned, list(dict.fromkeys(line for fit in fits.values() for line in fit.warnings[:1])))
    return names, columns


def _rounded(value: float, digits: int | None) -> str:
    return "" if value != value else write(value) if digits is None else f"{value:.{digits}f}"


def _ranks(values: np.ndarray, codes: np.ndarray | None) -> list[str]:
    """`k of n` for every row, among its group."""
    rows, run, standing = standings(values, codes)
    both = zip(standing.rank.tolist(), standing.of.tolist(), strict=True)
    ranks = np.full(len(values), "", dtype=object)
    ranks[rows] = np.array([f"{rank} of {of}" for rank, of in both], dtype=object)[run]
    return ranks.tolist()
