"""What one pass sees of the columns of a table: groups of rows, and numbers or text.

A column is one of numbers until a cell of text is met; from then on its cells are counted, so that
nothing that holds numbers is left out in silence, and a hint is tried on its first cells.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from onescale.core.errors import DataError
from onescale.tables.hints import number_like
from onescale.tables.numbers import shorten
from onescale.tables.reading.batch import Batch
from onescale.tables.statistics.exact import Moments
from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.ranks import DistinctValues
from onescale.tables.statistics.selection import FirstCounts
from onescale.tables.statistics.spill import joined
from onescale.tables.statistics.weighted import WeightedGroupMoments

SAMPLE = 1000  # rows at the top of a table whose cells a hint is tried on
WORTH = 4096  # values for which adding up is worth the calls that it takes
_YEAR = re.compile(
    r"(^|[^a-z])(year|yr|jahr|année|annee|año|ano|anno)s?($|[^a-z])|(?<!\d)[연년]도", re.I
)
_LATEST = 10_000  # from there on, none
_IDENTIFIER = re.compile(
    r"(?i:(^|[^a-z])(ids?|uu?id|identifier|code|zip|(zip|post).?code|plz|fips|isbn|ean|ssn|phone|tel"
    r"|row.?names|index)$|\bphone.?(number|no)|번호$|코드$|^unnamed\b|^$)|[a-z](ID|Id|Code)$"
)


class Groups:
    """The groups that some columns make, numbered in order of appearance, known ones before.

    A group is a cell of one column, or a tuple of those of several. closed: those that are not
    known are one more group together. counts: how many rows each has.
    """

    def __init__(self, indices: Sequence[int], known: Sequence = (), closed: bool = False):
        self.indices, self.closed = indices, closed
        self.numbers = {key: number for number, key in enumerate(known)}
        self.counts = np.zeros(len(self), np.int64)
        self._names: list | None = None

    def __len__(self) -> int:
        return len(self.numbers) + self.closed

    @property
    def names(self) -> list:
        """The groups in the order of their numbers."""
        return list(self.numbers) if self._names is None else self._names

    def forget(self) -> None:
        """Keep the names alone: of very many groups, finding them takes the most memory."""
        self._names, self.numbers = self.names, {}

    def codes(self, batch: Batch) -> np.ndarray:
        """Each row's group number; groups not met before are numbered on, or one where closed."""
        keys, local = batch.keys(self.indices[0])
        if len(self.indices) > 1:
            keys, local = _together([(keys, local), *map(batch.keys, self.indices[1:])])
        if self.closed:
            numbers = [self.numbers.get(key, len(self.numbers)) for key in keys]
        else:
            numbers = [self.numbers.setdefault(key, len(self.numbers)) for key in keys]
        return np.array(numbers, dtype=np.intp)[local]

    def count(self, codes: np.ndarray) -> None:
        """Take rows into `counts`."""
        counts = np.bincount(codes, minlength=len(self))
        counts[: len(self.counts)] += self.counts
        self.counts = counts


def _together(columns: list[tuple[list, np.ndarray]]) -> tuple[list[tuple], np.ndarray]:
    """Keys and codes of several columns as those of one: tuples in order of appearance."""
    local = np.zeros(len(columns[0][1]), np.intp)
    for keys, codes in columns:
        local = np.unique(local * len(keys) + codes, return_inverse=True)[1]
    _, firsts, local = np.unique(local, return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    rows = firsts[order]
    parts = [[keys[code] for code in codes[rows]] for keys, codes in columns]
    return list(zip(*parts, strict=True)), places[local]


class ColumnScan:
    """What a pass saw of one column; `moments` is None once a cell of text was met, unless such
    cells are taken as missing (`coerce`).

    odd: how many cells were no numbers. first_odd: the line and text of the first. like: of the
    first of them that a person would take for a number. whole: whether its name asks for it and all
    values are whole, and of years, such as years are. prepare: what a batch's values go through
    first. distinct, first_counts: what counts distinct values, and begins to look for quantiles,
    where asked. moments: empty ones; weighted ones are those of groups, if of one alone. deferred:
    whether they are left to be worked out from the values, which are kept.
    """

    def __init__(
        self,
        index: int,
        name: str,
        moments: Moments | GroupMoments | None,
        coerce: bool = False,
        prepare: Callable[[Batch, np.ndarray], np.ndarray] | None = None,
    ):
        self.index, self.name, self.coerce, self.prepare = index, name, coerce, prepare
        self.moments: Moments | GroupMoments | None = moments
        self.numbers = self.odd = 0
        self.first_odd: tuple[int, str] | None = None
        self.like: tuple[int, str] | None = None
        self.whole = isinstance(name, str) and bool(suspicion(name))
        self.distinct: DistinctValues | None = None
        self.first_counts: FirstCounts | None = None
        self.deferred = False
        self._waiting: list[tuple] = []
        self._held = 0

    def defer(self) -> None:
        """Leave the moments to be worked out from the values."""
        self.deferred, self._waiting = True, []
        if self.moments is not None:
            self.moments = GroupMoments()

    @property
    def shown(self) -> tuple[int, str]:
        """The odd cell that tells most of the column."""
        return self.like or self.first_odd

    def take(
        self,
        batch: Batch,
        groups: Groups | None,
        codes: np.ndarray | None,
        weights: np.ndarray | None = None,
    ) -> np.ndarray | None:
        """Take in a batch; returns its values, None once a cell of text was met.

        codes, weights: each row's group number, and what it weighs, if anything.
        """
        if self.moments is None:
            self._count(batch)
            return None
        _, odd = batch.numbers(self.index)
        if len(odd):
            self._count(batch, odd)
            if not self.coerce:
                self.moments = None
                return None
        values = self.values(batch)
        missing = np.isnan(values)
        gaps = int(np.count_nonzero(missing))
        if not len(odd):
            self.numbers += batch.rows - gaps
        row = (values, codes, weights)
        if gaps:
            row = tuple(None if one is None else one[~missing] for one in row)
        present = row[0]
        if self.whole:
            limit = _LATEST if suspicion(self.name) == "a year" else np.inf
            self.whole = bool(((np.rint(present) == present) & (np.abs(present) < limit)).all())
        if self.deferred:
            return values
        self._waiting.append(row)
        self._held += len(present)
        if self._held >= WORTH:
            self.settle(groups)
        return values

    def add(self, other: "ColumnScan", line: int) -> None:
        """Take in what another has seen, whose lines count from `line` on."""
        self.numbers, self.odd = self.numbers + other.numbers, self.odd + other.odd
        self.whole = self.whole and other.whole
        if self.first_odd is None and other.first_odd is not None:
            self.first_odd = line + other.first_odd[0], other.first_odd[1]
        if self.like is None and other.like is not None:
            self.like = line + other.like[0], other.like[1]
        if other.moments is None or self.moments is None:
            self.moments = None
        else:
            self.moments.merge(other.moments)

    @property
    def sums_alone(self) -> bool:
        """Whether nothing is asked of numbers but what adds up, whatever their order."""
        more = self.prepare or self.distinct or self.first_counts or self.coerce
        return isinstance(self.moments, Moments) and not more

    def values(self, batch: Batch) -> np.ndarray:
        """The numbers of a batch, NaN where there is none, through what they go through first."""
        values, _ = batch.numbers(self.index)
        return values if self.prepare is None else self.prepare(batch, values)

    def _count(self, batch: Batch, odd: np.ndarray = ()) -> None:
        """Take in how many cells of a batch are numbers, and where the first others stand."""
        numbers, others, like = batch.count(self.index)
        self.numbers, self.odd = self.numbers + numbers, self.odd + others
        if self.first_odd is None and len(odd):
            self.first_odd = _cell(batch, int(odd[0]), self.index)
        if self.like is None and like is not None:
            self.like = _cell(batch, like, self.index)

    def settle(self, groups: Groups | None) -> None:
        """Add the values that wait to be worth it. The moments know every group from then on."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        if self.moments is None or self.deferred:
            return
        values = joined([values for values, *_ in waiting])
        codes, size = np.zeros(len(values), np.intp), 1
        if groups is not None:
            codes, size = joined([codes for _, codes, _ in waiting], np.intp), len(groups)
        floats = values.astype(np.float64, copy=False)
        if self.distinct is not None:
            self.distinct.add(floats, codes)
        if self.first_counts is not None:
            self.first_counts.add(floats)
        if isinstance(self.moments, Moments):
            self.moments.add(values)
        elif isinstance(self.moments, WeightedGroupMoments):
            self.moments.add(values, codes, size, joined([weights for *_, weights in waiting]))
        else:
            self.moments.add(values, codes, size)


def _cell(batch: Batch, row: int, index: int) -> tuple[int, str]:
    return batch.line(row), str(batch.texts(index)[row])


def explain(table, column: ColumnScan, text: str) -> str:
    """Why a cell of a column is not a number and what to do, tried on the column's first cells."""
    return table.explain(column.index, [text, *samples(table, [column.index])[column.index]])


def samples(table, indices: Sequence[int]) -> dict[int, list[str]]:
    """The cells, none of them missing, of some columns' first rows; fewer where rows are broken."""
    form, cells, rows = table.dialect.number_format, {index: [] for index in indices}, 0
    try:
        for batch in table.batches(texts=set(indices)):
            for index in indices:
                cells[index] += batch.texts(index)[: SAMPLE - rows]
            rows += batch.rows
            if rows >= SAMPLE:
                break
    except DataError:
        pass
    return {
        index: [text for text in dict.fromkeys(texts) if not form.is_missing(text)]
        for index, texts in cells.items()
    }


def likeness(cells: Sequence[str]) -> float:
    """The share of some cells that a person would take for numbers."""
    return sum(map(number_like, cells)) / max(1, len(cells))


def odd_cell(column: ColumnScan, table) -> str:
    """The words for the first cell of text in a column of numbers, and where it stands."""
    line, text = column.first_odd
    why = explain(table, column, text)
    where = f"{table.where(line, column.index)}: column {column.name!r}"
    return f"{where}: {shorten(text)} is not a number ({why})"


def named(names: Sequence) -> list:
    """Those names that are more than blanks."""
    return [name for name in names if str(name).strip()]


def refuse_titles(table, names: Sequence) -> None:
    """Raises DataError where the columns of numbers are none, or one has no name, and the table
    seems to begin below what was taken for its header."""
    if (not names or len(named(names)) < len(names)) and (begin := table.heading()):
        line, without = table.where(begin), "without a name" if names else "left to scale"
        raise DataError(
            f"{line}: the table seems to begin on this line (--skip-lines {begin - 1}); as it is, "
            f"{'a' if names else 'no'} column of numbers is {without}"
        )


def nothing(table, columns: list[ColumnScan]) -> str:
    """The words for a table without a column of numbers: the one that comes nearest is named."""
    seen = samples(table, [column.index for column in columns])

    def nearness(column: ColumnScan) -> tuple[float, float, bool]:
        share = column.numbers / (column.numbers + column.odd)
        digits = any(c.isdecimal() for c in column.first_odd[1])
        return max(share, likeness(seen[column.index])), share, digits

    best = max((column for column in columns if column.odd), key=nearness, default=None)
    if not columns:
        return f"{table.name}: no column to scale besides those of the label and the group"
    if best is None:
        return f"{table.name}: no column of numbers to scale, only missing cells"
    titles = len(table.names) - len(named(table.names)) > 1
    above = f"; if the table begins below line {table.header_line}: --skip-lines" if titles else ""
    return f"{odd_cell(best, table)}; no column of numbers is left to scale{above}"


def suspicion(name: str) -> str:
    """What whole numbers under that name are rather than measurements; empty if nothing else."""
    return "a year" if _YEAR.search(name) else "an identifier" if _IDENTIFIER.search(name) else ""
