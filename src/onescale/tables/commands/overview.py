"""Every row on every scale, side by side: the page a person reads to see who stands where."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from onescale.core.errors import SpecError, suggest
from onescale.tables.commands.labels import found_label
from onescale.tables.commands.report import tell
from onescale.tables.commands.scale import scalings_of
from onescale.tables.commands.scan import Scan, scan
from onescale.tables.commands.selection import TableInput
from onescale.tables.numbers import write
from onescale.tables.scaling.methods import make
from onescale.tables.statistics.ranks import standings
from onescale.tables.statistics.spill import Spill
from onescale.tables.writing.output import Output

SCALES = {  # what --methods may ask for, by name: its heading, and the method
    "standardize": ("standardized", make("standardize")),
    "minmax": ("0–1", make("minmax")),
    "0-100": ("0–100", make("minmax", range=(0.0, 100.0))),
    "robust": ("robust", make("robust")),
    "mad": ("MAD", make("mad")),
    "maxabs": ("x/max|x|", make("maxabs")),
    "batch_norm": ("batch norm", make("batch_norm")),
    "chapter": ("(x − mean)²/std", make("chapter")),
}
SHOWN = ("standardize", "0-100")


def overview(
    source: TableInput, output: Output, digits: int | None = None, methods: Sequence[str] = SHOWN
) -> None:
    """Write the page: label (or the number of the row, where no column names it), then value,
    scales and rank of every column of numbers.

    digits: decimals of the scales, None for all. methods: which of `SCALES`. Rank 1 is the largest;
    equal values share it. Raises SpecError at a scale that is none.
    """
    for name in methods:
        if name not in SCALES:
            raise SpecError(suggest(name, SCALES, "method of an overview"))
    chosen = dict(SCALES[name] for name in methods)
    table, scanned = source.table, scan(replace(source, by_column=True), keep="values")
    label = found_label(scanned)
    texts = [*([] if label is None else [label]), *source.by]
    scales = [scalings_of(scanned, method) for method in chosen.values()]
    ranks = _ranks(scanned)
    groups = None if scanned.by_column else scanned.groups  # else scaled already
    names = [*(["row"] if label is None else []), *(table.names[index] for index in texts)]
    for column in scanned.columns:
        before = "" if len(scanned.columns) == 1 else f"{column.name}, "
        names += [column.name, *(before + name for name in chosen), f"{before}rank"]
    with output.writer(names) as writer:
        tell(scanned, list(dict.fromkeys(line for _, lines in scales for line in lines[:1])))
        row = itertools.count(1)
        for batch in table.batches({column.index for column in scanned.columns}, set(texts)):
            codes = None if groups is None else groups.codes(batch)
            cells = [batch.texts(index) for index in texts]
            if label is None:
                cells.insert(0, [f"{number}" for number in itertools.islice(row, batch.rows)])
            for i, column in enumerate(scanned.columns):
                values = batch.numbers(column.index)[0]
                shown = values.astype(np.float64, copy=False).tolist()
                cells.append([write(v).removesuffix(".0") for v in shown])
                for scalings, _ in scales:
                    scaled = output.shortened(scalings[i](values, codes).tolist())
                    cells.append([_rounded(v, digits) for v in scaled])
                cells.append(_words(*(ranks.take(2 * i + k, batch.rows) for k in (0, 1))))
            writer.rows(cells)


def _rounded(value: float, digits: int | None) -> str:
    return "" if value != value else write(value) if digits is None else f"{value:.{digits}f}"


def _ranks(scanned: Scan) -> Spill:
    """The rank of every row of column i, under 2·i, and of how many, under 2·i + 1; NaN if none."""
    ranks, codes = Spill(scanned.source.table.in_memory), scanned.codes()
    for i, column in enumerate(scanned.columns):
        rows, run, standing = standings(scanned.values.column(column.index), codes)
        for k, figures in enumerate((standing.rank, standing.of)):
            of_rows = np.full(scanned.rows, np.nan)
            of_rows[rows] = figures[run]
            ranks.lay_down(2 * i + k, of_rows)
    return ranks


def _words(ranks: np.ndarray, of: np.ndarray) -> list[str]:
    """`k of n` for every row."""
    both = zip(ranks.tolist(), of.tolist(), strict=True)
    return ["" if rank != rank else f"{rank:.0f} of {n:.0f}" for rank, n in both]
