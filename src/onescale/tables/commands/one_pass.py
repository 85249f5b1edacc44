"""What one pass over a table gathers: of each column its sums and what its method takes besides,
its values where they are to be ranked or their groups may be very many.
"""

from collections.abc import Mapping
from functools import partial
from typing import Literal, TypeAlias

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.commands.columns import ColumnScan, Groups, odd_cell
from onescale.tables.commands.selection import TableInput
from onescale.tables.commands.weights import Weights
from onescale.tables.kinds import Kind
from onescale.tables.reading.batch import Batch
from onescale.tables.scaling.methods import Method
from onescale.tables.scaling.steps import forward
from onescale.tables.statistics.exact import Moments
from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.ranks import DistinctValues
from onescale.tables.statistics.selection import FirstCounts
from onescale.tables.statistics.spill import Spill
from onescale.tables.statistics.weighted import WeightedGroupMoments

CODES = -1  # where a Spill keeps group numbers
MANY = 1 << 16  # groups, from which on a column is worked out from its values
UNDECIDED = 1 << 24  # rows of few groups, from which on values are not kept for there to be many
# What a pass keeps of the values: sums, what quantiles begin with, all, or what a fit keeps.
Keep: TypeAlias = Literal["", "quantiles", "values", "distinct"]


class OnePass:
    """What a pass over a table gathers, batch by batch. numbers, texts: the columns that are looked
    at as such; ranked: whether all values are kept, whatever the groups."""

    def __init__(
        self, source: TableInput, columns: list[ColumnScan], groups: Groups | None, ranked: bool
    ):
        self.source, self.columns, self.groups, self.ranked = source, columns, groups, ranked
        self.rows, every = 0, range(source.table.width) if source.typed else ()
        # Whether there may be so many groups that values must be kept.
        self.undecided = source.by_column and groups is not None and source.weights is None
        kept = ranked or self.undecided
        self.values = Spill(source.table.in_memory) if kept else None
        self.weights = None if source.weights is None else Weights(source)
        self.numbers = {*source.candidates, source.weights} - {None}
        self.texts = {*every, *source.by}
        self.kinds = dict.fromkeys(every, Kind())

    def take(self, batch: Batch, codes: np.ndarray | None) -> None:
        """Take in a batch. codes: each row's group number. Raises DataError at text in a chosen
        column."""
        for index, kind in self.kinds.items():
            if not kind.text:
                self.kinds[index] = kind | batch.kind(index)
        own = None if self.weights is None else self.weights.of(batch)
        for column in self.columns:
            new = column.take(batch, self.groups, codes, own)
            if self.values is not None and new is not None:
                self.values.lay_down(column.index, new)
        if self.values is not None and codes is not None:
            self.values.lay_down(CODES, codes)
        self.rows += batch.rows
        self._leave_out([column for column in self.columns if column.moments is None])
        if self.undecided:
            self._decide()

    @property
    def sums_alone(self) -> bool:
        """Whether nothing is gathered but what adds up, whatever the order of the rows."""
        alone = self.groups is self.values is self.weights is None and not self.kinds
        return alone and all(column.sums_alone for column in self.columns)

    def add(self, rows: int, columns: list[ColumnScan], line: int) -> None:
        """Take in what was seen of some rows elsewhere. line: the first of theirs. Raises DataError
        as `take` does."""
        for column, other in zip(self.columns, columns, strict=True):
            column.add(other, line)
        self.rows += rows
        self._leave_out([column for column in self.columns if column.moments is None])

    def _leave_out(self, odd: list[ColumnScan]) -> None:
        """Look no more for numbers in columns that hold text."""
        if odd and self.source.chosen is not None:
            first = min(odd, key=lambda column: column.first_odd[0])
            raise DataError(odd_cell(first, self.source.table))
        self.texts |= {column.index for column in odd}
        self.numbers -= {column.index for column in odd}

    def _decide(self) -> None:
        if len(self.groups) > MANY:
            for column in self.columns:
                column.defer()
        elif self.rows > UNDECIDED:
            self.undecided = False
            self.values = self.values if self.ranked else None

    def end(self) -> None:
        """After the last batch. Raises DataError where there were no rows."""
        if not self.rows:
            table = self.source.table
            found = "a header and no rows" if table.dialect.header else "no rows"
            raise DataError(": ".join(filter(None, (table.name, found))))
        if self.weights is not None:
            self.weights.check()
        for column in self.columns:
            column.settle(self.groups)
        if not self.ranked and not any(column.deferred for column in self.columns):
            self.values = None


def columns_of(
    source: TableInput, keep: Keep, methods: Mapping[int, Method] | None
) -> list[ColumnScan]:
    """The columns that may be numbers, each with what it keeps besides sums."""
    table, columns = source.table, []
    counted = 0 if source.by or table.in_memory else len(source.candidates)
    for index in source.candidates:
        method = (methods or {}).get(index)
        steps = method.before if method is not None else ()
        prepare = partial(_prepared, table, index, steps) if steps else None
        column = ColumnScan(index, table.names[index], _moments(source), source.coerce, prepare)
        if keep in ("quantiles", "distinct") and source.weights is None:
            _keep(column, method, keep, counted)
        columns.append(column)
    return columns


def _keep(column: ColumnScan, method: Method | None, keep: Keep, counted: int) -> None:
    """Have a column keep what its method (None: quantiles) takes besides sums. counted: how many
    columns count their values at once."""
    if keep == "distinct" and method is not None and method.keeps:
        column.distinct = DistinctValues(method.keeps)
    if counted and (method is None or method.needs == "values"):
        column.first_counts = FirstCounts(counted)


def _prepared(table, index: int, steps: tuple[str, ...], batch, values: np.ndarray) -> np.ndarray:
    """A batch's values of a column through the steps before its method."""

    def where(row: int) -> str:
        return f"{table.where(batch.line(row), index)}: column {table.names[index]!r}"

    return forward(steps, values, where)


def _moments(source: TableInput) -> Moments | GroupMoments:
    if source.weights is not None:
        return WeightedGroupMoments()
    return GroupMoments() if source.by else Moments()
