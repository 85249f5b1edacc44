"""One pass over a table: which columns are numbers, and their statistics, by group where asked.

Everything that can be wrong with the rows is found here, before a byte of output is written.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import repeat

import numpy as np

from onescale.core.errors import DataError, suggest
from onescale.tables.commands.selection import TableInput
from onescale.tables.numbers import shorten
from onescale.tables.reading.batch import Batch
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import Method
from onescale.tables.statistics.exact import Moments
from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.ranks import percentile_ranks
from onescale.tables.statistics.spill import Spill, joined
from onescale.tables.statistics.summary import Statistics, by_group

WORTH = 4096  # values for which adding up is worth the calls that it takes
# The scaled values of a batch: of its values in a column, and each row's group number or None.
Scaling = Callable[[np.ndarray, np.ndarray | None], np.ndarray]
Figures = Callable[[np.ndarray], dict]


class Groups:
    """The groups that one column makes, numbered in order of appearance, known ones before.

    counts: how many rows each has.
    """

    def __init__(self, index: int, known: Sequence[str] = ()):
        self.index = index
        self.numbers = {key: number for number, key in enumerate(known)}
        self.counts = np.zeros(len(known), np.int64)

    def __len__(self) -> int:
        return len(self.numbers)

    def codes(self, batch: Batch) -> np.ndarray:
        """Each row's group number; groups not met before are numbered on."""
        keys, local = batch.keys(self.index)
        numbers = [self.numbers.setdefault(key, len(self.numbers)) for key in keys]
        return np.array(numbers, dtype=np.intp)[local]

    def count(self, codes: np.ndarray) -> None:
        """Take rows into `counts`."""
        counts = np.bincount(codes, minlength=len(self))
        counts[: len(self.counts)] += self.counts
        self.counts = counts


class ColumnScan:
    """What a pass saw of one column; `moments` is None once a cell of text was met."""

    def __init__(self, index: int, name: str, grouped: bool):
        self.index, self.name = index, name
        self.moments: Moments | GroupMoments | None = GroupMoments() if grouped else Moments()
        self.numbers = self.odd = 0
        self.first_odd: tuple[int, str] | None = None  # line, text
        self._waiting: list[tuple] = []
        self._held = 0

    def take(
        self, batch: Batch, groups: Groups | None, codes: np.ndarray | None
    ) -> np.ndarray | None:
        """Take in a batch; returns its values, None once a cell of text was met."""
        if self.first_odd is not None:
            numbers, odd = batch.count(self.index)
            self.numbers, self.odd = self.numbers + numbers, self.odd + odd
            return None
        values, odd = batch.numbers(self.index)
        missing = np.isnan(values)
        gaps = int(missing.sum())
        self.numbers, self.odd = self.numbers + batch.rows - gaps, len(odd)
        if len(odd):
            row = int(odd[0])
            self.first_odd = batch.line(row), str(batch.texts(self.index)[row])
            self.moments = None
            return None
        present = values
        if gaps:
            present, codes = values[~missing], None if codes is None else codes[~missing]
        self._waiting.append((present, codes))
        self._held += len(present)
        if self._held >= WORTH:
            self.settle(groups)
        return values

    def settle(self, groups: Groups | None) -> None:
        """Add the values that wait to be worth it. The moments know every group from then on."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        if self.moments is None:
            return
        values = joined([values for values, _ in waiting])
        if groups is None:
            self.moments.add(values)
        else:
            codes = joined([codes for _, codes in waiting], np.intp)
            self.moments.add(values, codes, len(groups))


@dataclass
class Scan:
    """The result: `rows`, the numeric columns in file order, the groups by appearance.

    text: indices of scanned columns that hold text. values: those of every column, and the group
    numbers under the group column's index, where they were kept. warnings: lines for the user.
    """

    source: TableInput
    rows: int
    columns: list[ColumnScan]
    text: set[int]
    groups: Groups | None
    values: Spill | None
    warnings: list[str]

    @property
    def group_names(self) -> list[str] | None:
        """The groups in the order of their numbers."""
        return None if self.groups is None else list(self.groups.numbers)

    def codes(self) -> np.ndarray | None:
        """The group number of every row; needs `values`."""
        return None if self.groups is None else self.values.column(self.groups.index).astype(int)

    def statistics(self, column: ColumnScan, figures: Figures | None = None) -> list[Statistics]:
        """The statistics of one of `columns`, one a group (one alone where there are none).

        figures: what gives those that take all values at once; needs `values`.
        """
        rows = [self.rows] if self.groups is None else self.groups.counts.tolist()
        more = repeat({})
        if figures is not None:
            values = self.values.column(column.index)
            more = map(figures, by_group(values, self.codes(), len(rows)))
        return [Statistics(*one) for one in zip(rows, column.moments.all(), more, strict=False)]

    def fit(self, method: Method, constant: str = "zero") -> Fit:
        """`method` fitted to all columns."""
        table, by = self.source.table, self.source.by
        columns = [(c.name, c.index, self.statistics(c, method.figures)) for c in self.columns]
        by = None if by is None else table.names[by]
        with naming(table):
            fit = Fit(method, columns, constant, by, self.group_names)
        if table.name:
            fit.warnings = [f"{table.name}: {warning}" for warning in fit.warnings]
        fit.read = table.description()
        return fit

    def check_range(self, column: ColumnScan, scaling: Scaling) -> None:
        """Refuse values of a column that would leave float64's range, before anything is written.

        All methods are monotonic or convex, so that the extremes tell of all values.
        """
        codes, lows, highs = column.moments.extremes()
        with naming(self.source.table):
            for ends in (lows, highs):
                scaling(ends, codes)

    def scalings(self, fit: Fit) -> list[Scaling]:
        """What scales each column by a fit of this scan."""
        if fit.method.needs == "order":
            return self._rankings()
        return [partial(fit.transform, column) for column in fit.columns]

    def _rankings(self) -> list[Scaling]:
        """What gives the percentile ranks of each column, batch after batch; needs `values`."""
        ranks, codes = Spill(self.source.table.in_memory), self.codes()

        def ranking(index: int) -> Scaling:
            ranks.append(index, percentile_ranks(self.values.column(index), codes))
            return lambda values, codes: ranks.take(index, len(values))

        return [ranking(column.index) for column in self.columns]


def scan(
    source: TableInput,
    keep_values: bool = False,
    known: Sequence[str] | None = None,
    gaps: bool = False,
) -> Scan:
    """Go once through a table. keep_values: quartiles or ranks will be asked for.

    known: the groups of an earlier fit, which are numbered first; others are an error.
    gaps: whether a chosen column may hold missing cells alone.

    Raises DataError at text in a chosen column, and where no column is left to scale.
    """
    table, by = source.table, source.by
    indices = source.chosen
    if indices is None:
        indices = [i for i in range(table.width) if i not in (source.label, by)]
    columns = [ColumnScan(i, table.names[i], grouped=by is not None) for i in indices]
    groups = None if by is None else Groups(by, known or ())
    values, rows, codes = Spill(table.in_memory) if keep_values else None, 0, None
    numbers, texts = set(indices), set() if by is None else {by}
    for batch in table.batches(numbers, texts):
        if groups is not None:
            codes = groups.codes(batch)
            if known is not None and len(groups) > len(known):
                _refuse_group(table, batch, codes, by, known)
            groups.count(codes)
        for column in columns:
            new = column.take(batch, groups, codes)
            if values is not None and new is not None:
                values.append(column.index, new)
        if values is not None and groups is not None:
            values.append(by, codes)
        odd = [column for column in columns if column.first_odd is not None]
        if odd and source.chosen is not None:
            raise DataError(odd_cell(min(odd, key=lambda column: column.first_odd[0]), table))
        rows += batch.rows
        texts |= {column.index for column in odd}
        numbers -= texts
    if not rows:
        header = "a header and " if table.dialect.header else ""
        raise DataError(f"{table.name}: {header}no rows")
    for column in columns:
        column.settle(groups)
    numeric, warnings = _sorted_out(source, columns, gaps)
    text = {column.index for column in columns if column.odd}
    return Scan(source, rows, numeric, text, groups, values, warnings)


@contextmanager
def naming(table, *where: str) -> Iterator[None]:
    """Errors of figures, which know no table, name it (a frame has no name)."""
    try:
        yield
    except DataError as error:
        raise DataError(": ".join([*filter(None, (table.name, *where)), str(error)])) from None


def _refuse_group(table, batch, codes: np.ndarray, by: int, known: Sequence[str]) -> None:
    row = int(np.argmax(codes >= len(known)))
    group = str(batch.texts(by)[row])
    raise DataError(
        f"{table.name}:{batch.line(row)}: {suggest(group, known[:100], 'group')} "
        f"(column {table.names[by]!r}; the fit has {len(known)} groups and not this one)"
    )


def odd_cell(column: ColumnScan, table) -> str:
    """The words for the first cell of text in a column of numbers, and where it stands."""
    line, text = column.first_odd
    why = table.explain(column.index, text)
    return f"{table.name}:{line}: column {column.name!r}: {shorten(text)} is not a number ({why})"


def _sorted_out(
    source: TableInput, columns: list[ColumnScan], gaps: bool
) -> tuple[list[ColumnScan], list[str]]:
    """Which columns are numbers, and what the user should be told."""
    table, given = source.table, source.chosen is not None
    numeric = [c for c in columns if not c.odd and (c.numbers or (given and gaps))]
    warnings = [f"left out: {odd_cell(c, table)}" for c in columns if 0 < c.odd <= c.numbers]
    empty = [c for c in columns if not c.odd and not c.numbers]
    if given and empty and not gaps:
        raise DataError(
            f"{table.name}: column {empty[0].name!r} holds no number, only missing cells"
        )
    if not numeric:
        raise DataError(_nothing(table, columns))
    names = [column.name for column in numeric]
    parse = table.dialect.number_format.parse
    if table.dialect.header and all(parse(n) is not None and n.strip() for n in names):
        warnings.append(
            f"{table.name}:{table.header_line}: the header names the columns of numbers "
            f"{', '.join(map(repr, names[:3]))}; if that line is data: --no-header"
        )
    return numeric, warnings


def _nothing(table, columns: list[ColumnScan]) -> str:
    """The words for a table without a column of numbers: the one that comes nearest is named."""

    def nearness(column: ColumnScan) -> tuple[float, bool]:
        share = column.numbers / (column.numbers + column.odd)
        return share, any(c.isdecimal() for c in column.first_odd[1])

    best = max((column for column in columns if column.odd), key=nearness, default=None)
    if not columns:
        return f"{table.name}: no column to scale besides those of the label and the group"
    if best is None:
        return f"{table.name}: no column of numbers to scale, only missing cells"
    return f"{odd_cell(best, table)}; no column of numbers is left to scale"


def default_label(scanned: Scan) -> int:
    """The column that names the rows: the one asked for, else the first that is not numeric.

    Raises DataError where there is none.
    """
    source, table = scanned.source, scanned.source.table
    if source.label is not None:
        return source.label
    numeric = {column.index for column in scanned.columns}
    first = next(iter(table.batches()))
    for index in range(table.width):
        if index in scanned.text:
            return index
        if index not in numeric and index != source.by and len(first.numbers(index)[1]):
            return index
    but = "" if source.by is None else f" but {table.names[source.by]!r}, of the groups,"
    raise DataError(
        f"{table.name}: every column{but} is numeric; name the one that names the rows: --label"
    )
