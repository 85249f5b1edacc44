"""One pass over a table: which columns are numbers, and their statistics, by group where asked.

Everything that can be wrong with the rows is found here, before a byte of output is written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import repeat

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.tables.commands.apart import taken_apart
from onescale.tables.commands.columns import (
    ColumnScan,
    Groups,
    likeness,
    named,
    nothing,
    odd_cell,
    refuse_titles,
    samples,
)
from onescale.tables.commands.one_pass import CODES, Keep, OnePass, columns_of
from onescale.tables.commands.quantiles import figures_of
from onescale.tables.commands.selection import TableInput, refuse_duplicates
from onescale.tables.kinds import Kind
from onescale.tables.parallel import give_back
from onescale.tables.scaling.fit import ByFit, Fit, of_distinct
from onescale.tables.scaling.method import AboutMedian
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.plan import Plan
from onescale.tables.statistics.many_groups import grouped_statistics
from onescale.tables.statistics.ranks import percentile_ranks
from onescale.tables.statistics.spill import Spill
from onescale.tables.statistics.summary import Statistics

ROWS = 1 << 16  # scaled at a time
# The scaled values of a batch: of its values in a column, and each row's group number or None.
Scaling = Callable[[np.ndarray, np.ndarray | None], np.ndarray]


@dataclass
class Scan:
    """The result: `rows`, the numeric columns in file order, the groups by appearance.

    text: scanned columns that hold text, of which those in `left_out` also hold numbers, or what a
    person would take for some. empty: those of missing cells alone. kinds: by index, what columns
    are for formats with types, if that was asked for. values: those of every column, and the group
    numbers under `CODES`, where they were kept. warnings: lines for the user.
    """

    source: TableInput
    rows: int
    columns: list[ColumnScan]
    text: list[ColumnScan]
    left_out: list[ColumnScan]
    empty: list[ColumnScan]
    groups: Groups | None
    kinds: dict[int, Kind]
    values: Spill | None
    warnings: list[str]

    @property
    def group_names(self) -> list | None:
        """The groups in the order of their numbers."""
        return None if self.groups is None else self.groups.names

    @property
    def by_column(self) -> bool:
        """Whether there are so many groups that each column is to be scaled by itself."""
        return any(column.deferred for column in self.columns)

    def codes(self) -> np.ndarray | None:
        """The group number of every row; needs `values`."""
        return None if self.groups is None else self.values.column(CODES).astype(int)

    def statistics(self, column: ColumnScan, figures=None, take=None) -> Sequence[Statistics]:
        """The statistics of one of `columns`, one a group (one alone where there are none);
        figures: of each group, those of all values; take: what gives them of deferred ones."""
        if column.deferred:
            values, codes = self.values.column(column.index), self.codes()
            return grouped_statistics(values, codes, self.groups.counts, take)
        rows = [self.rows] if self.groups is None else self.groups.counts.tolist()
        more = repeat({}) if figures is None else figures
        return [Statistics(*one) for one in zip(rows, column.moments.all(), more, strict=False)]

    def _figures(self, methods: Mapping[int, Method]) -> dict[int, list[dict]]:
        """What methods take of all values of their columns (by index), group by group: of the
        distinct values where those were kept, else by further passes."""
        found, missing = {}, {}
        groups = 1 if self.groups is None else len(self.groups)
        for column in self.columns:
            method = methods.get(column.index)
            tables = None if column.distinct is None else column.distinct.tables(groups)
            if method is not None and tables is not None:
                found[column.index] = [of_distinct(method, table) for table in tables]
            elif isinstance(method, AboutMedian):
                missing[column.index] = method
        return found | (figures_of(self, missing) if missing else {})

    def fit(
        self,
        method: Method | Plan,
        constant: str = "zero",
        only: Sequence[ColumnScan] | None = None,
    ) -> Fit:
        """`method` fitted to all columns, or `only` to some.

        For other tables too, if distinct values were kept; this one is ranked (`scalings`) without.
        """
        table, chosen = self.source.table, self.columns if only is None else only
        methods = {column.index: method.of(column.name) for column in chosen}
        for own in methods.values():
            if self.source.weights is not None and own.needs != "moments":
                raise SpecError(
                    f"{own.name} takes no weights: no one definition of its figures would hold; "
                    "standardize, minmax, maxabs and batch_norm take them"
                )
        figures = {} if self.by_column else self._figures(methods)
        columns = []
        for column in chosen:
            take = methods[column.index].figures
            every = self.statistics(column, figures.get(column.index), take)
            columns.append((column.name, column.index, every))
        by = tuple(table.names[index] for index in self.source.by)
        with naming(table):
            fit = Fit(method, columns, constant, by, self.group_names)
        if table.name:
            fit.warnings = [f"{table.name}: {warning}" for warning in fit.warnings]
        fit.read = table.description()
        if self.source.weights is not None:
            fit.read["weights"] = self.source.weights_name
        return fit

    def check_range(self, column: ColumnScan, scaling: Scaling) -> None:
        """Refuse values of a column that would leave float64's range, before anything is written.

        All methods are monotonic or convex, so that the extremes tell of all values.
        """
        codes, lows, highs = column.moments.extremes()
        with naming(self.source.table):
            for ends in (lows, highs):
                scaling(ends, codes)

    def scalings(self, fit: Fit, in_place: bool = False) -> list[Scaling]:
        """What scales each column by a fit of this scan; in_place: as for `Fit.transform`."""
        ranks = Spill(self.source.table.in_memory)
        return [
            self._ranking(column.index, ranks)
            if column.method.needs == "order"
            else ByFit(fit, column, in_place)
            for column in fit.columns
        ]

    def scaled_by_column(
        self, method: Method | Plan, constant: str
    ) -> tuple[list[Scaling], list[str]]:
        """What `scalings` gives of a fit, and its warnings, where there are very many groups: each
        column is fitted and scaled by itself, and the scaled values wait in a file."""
        waiting, warnings, scalings = Spill(self.source.table.in_memory), [], []
        codes = self.codes()
        self.forget()
        for column in self.columns:
            if method.of(column.name).needs == "order":
                scalings.append(self._ranking(column.index, waiting))
                continue
            scaled, told = self._scaled(column, method, constant, codes)
            waiting.lay_down(column.index, scaled)
            warnings += told
            scalings.append(partial(_waiting, waiting, column.index))
        return scalings, warnings

    def forget(self) -> None:
        """Let go of what only another pass needs, where there are very many groups."""
        if self.by_column:
            self.groups.forget()
            self.source.table.forget()
            give_back()

    def _scaled(
        self, column: ColumnScan, method: Method | Plan, constant: str, codes: np.ndarray
    ) -> tuple[np.ndarray, list[str]]:
        """The scaled values of a column, and the warnings of its fit, which is not kept."""
        fit = self.fit(method, constant, only=[column])
        scaled = self.values.column(column.index).copy()
        with naming(self.source.table):
            for start in range(0, self.rows, ROWS):
                part = slice(start, start + ROWS)
                scaled[part] = fit.scale(fit.columns[0], scaled[part], codes[part])
        return scaled, fit.warnings

    def _ranking(self, index: int, ranks: Spill) -> Scaling:
        """What gives the percentile ranks of a column, batch after batch; needs `values`."""
        ranks.lay_down(index, percentile_ranks(self.values.column(index), self.codes()))
        return partial(_waiting, ranks, index)


def _waiting(scaled: Spill, index: int, values: np.ndarray, codes: np.ndarray | None) -> np.ndarray:
    """A `Scaling`: the next of the scaled values of a column that wait."""
    return scaled.take(index, len(values))


def scan(
    source: TableInput,
    keep: Keep = "",
    known: Sequence | None = None,
    gaps: bool = False,
    closed: bool = False,
    methods: Mapping[int, Method] | None = None,
) -> Scan:
    """Go once through a table. keep: "values" if they will be ranked.

    known: the groups of an earlier fit, which are numbered first; others are an error, or where
    `closed` one more group. gaps: whether a chosen column may hold missing cells alone. methods: by
    index of a column, the method whose steps its values go through first.

    Raises DataError at text in a chosen column, and where no column is left to scale.
    """
    table, groups = source.table, None
    if source.by:
        groups = Groups(source.by, known or (), closed)

    def begun() -> OnePass:
        return OnePass(source, columns_of(source, keep, methods), groups, keep == "values")

    this = begun()
    if not taken_apart(this):
        this = begun()
        for batch in table.batches(this.numbers, this.texts):
            codes = None
            if groups is not None:
                codes = groups.codes(batch)
                if known is not None and not closed and len(groups) > len(known):
                    _refuse_group(table, batch, codes, groups, known)
                groups.count(codes)
            this.take(batch, codes)
    this.end()
    kinds, values = this.kinds, this.values
    return _sorted_out(
        Scan(source, this.rows, this.columns, [], [], [], groups, kinds, values, []), gaps
    )


@contextmanager
def naming(table, *where: str) -> Iterator[None]:
    """Errors of figures, which know no table, name it (a frame has no name)."""
    try:
        yield
    except DataError as error:
        raise DataError(": ".join([*filter(None, (table.name, *where)), str(error)])) from None


def _refuse_group(table, batch, codes: np.ndarray, groups: Groups, known: Sequence) -> None:
    row = int(np.argmax(codes >= len(known)))
    group = list(groups.numbers)[len(known)]
    by = ", ".join(repr(table.names[index]) for index in groups.indices)
    raise DataError(
        f"{table.where(batch.line(row))}: {suggest(group, known[:100], 'group')} "
        f"(column {by}; the fit has {len(known)} groups and not this one: --unseen says what "
        "becomes of it)"
    )


def _sorted_out(scanned: Scan, gaps: bool) -> Scan:
    """Tell the columns of numbers from others."""
    source, table, columns = scanned.source, scanned.source.table, scanned.columns
    given = source.chosen is not None
    if source.coerce and not given:  # words with a number among them are not meant
        columns = [c for c in columns if c.odd <= c.numbers]
    numeric = [c for c in columns if c.moments is not None and (c.numbers or (given and gaps))]
    counted = {c.index for c in numeric}
    others = [c for c in scanned.columns if c.index not in counted]
    scanned.text = [c for c in others if c.odd]
    scanned.empty = [c for c in others if not c.odd]
    if given and scanned.empty:
        raise DataError(
            f"{table.name}: column {scanned.empty[0].name!r} holds no number, only missing cells"
        )
    names = [column.name for column in numeric]
    if not given:  # what is not scaled may be called as it likes
        refuse_titles(table, names)
        refuse_duplicates(table.names, table.name, names or named(table.names))
    if not numeric:
        raise DataError(nothing(table, scanned.columns))
    scanned.columns = numeric
    words = [c.index for c in scanned.text if not c.numbers and not c.like]
    seen = samples(table, words) if words else {}
    scanned.left_out = [
        c for c in scanned.text if c.index not in seen or likeness(seen[c.index]) > 0.5
    ]
    if source.reporting.strict and scanned.left_out:
        raise DataError(f"{odd_cell(scanned.left_out[0], table)}; --strict leaves no numbers out")
    parse = table.dialect.number_format.parse
    if table.dialect.header and all(parse(n) is not None and n.strip() for n in names):
        scanned.warnings.append(
            f"{table.where(table.header_line)}: the header names the columns of numbers "
            f"{', '.join(map(repr, names[:3]))}; if that line is data: --no-header"
        )
    return scanned
