"""One pass over a table: which columns are numbers, and their statistics, by group where asked.

Everything that can be wrong with the rows is found here, before a byte of output is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from onescale.core.errors import DataError, suggest
from onescale.tables.commands.selection import Resolved
from onescale.tables.numbers import shorten
from onescale.tables.statistics.exact import Moments
from onescale.tables.statistics.groups import GroupMoments
from onescale.tables.statistics.spill import Spill
from onescale.tables.statistics.summary import Statistics, quartiles

WORTH = 4096  # values for which adding up is worth the calls that it takes


@dataclass
class ColumnScan:
    """What a pass saw of one column; `moments` is None once a cell of text was met."""

    index: int
    name: str
    moments: Moments | GroupMoments | None
    numbers: int = 0
    missing: int = 0
    odd: int = 0
    first_odd: tuple[int, str] | None = None  # line, text
    waiting: list[tuple] = field(default_factory=list)
    held: int = 0

    def take(self, values: np.ndarray, codes: np.ndarray | None, groups: int) -> None:
        """Add values to the moments, in pieces that are worth the while."""
        self.waiting.append((values, codes))
        self.held += len(values)
        if self.held >= WORTH:
            self.settle(groups)

    def settle(self, groups: int) -> None:
        """Add what is waiting. Every group is known to the moments from then on."""
        waiting, self.waiting, self.held = self.waiting, [], 0
        if self.moments is None:
            return
        values = np.concatenate([v for v, _ in waiting]) if waiting else np.zeros(0)
        if isinstance(self.moments, Moments):
            self.moments.add(values)
        else:
            codes = [c for _, c in waiting]
            codes = np.concatenate(codes) if codes else np.zeros(0, np.intp)
            self.moments.add(values, codes, groups)


@dataclass
class Scan:
    """The result: `rows`, the numeric columns' tallies in file order, the groups by appearance.

    text: indices of scanned columns that hold text. warnings: lines for the user.
    """

    rows: int
    columns: list[ColumnScan]
    text: set[int]
    groups: list[str] | None
    rows_by_group: np.ndarray
    values: Spill | None
    warnings: list[str]

    def statistics(self, column: int) -> list[Statistics]:
        """The statistics of `columns[column]`, one a group (one alone where there are none)."""
        tally = self.columns[column]
        if self.groups is None:
            quarters = None
            if self.values is not None:
                values = self.values.column(column)
                quarters = quartiles(values[~np.isnan(values)])
            return [Statistics(self.rows, tally.moments, quarters)]
        quarters = self._quartiles_by_group(column) if self.values is not None else {}
        figures = zip(self.rows_by_group.tolist(), tally.moments.all(), strict=True)
        return [
            Statistics(rows, moments, quarters.get(g)) for g, (rows, moments) in enumerate(figures)
        ]

    def codes(self) -> np.ndarray:
        """The group number of every row; needs `values`."""
        return self.values.column(len(self.columns)).astype(np.intp)

    def _quartiles_by_group(self, column: int) -> dict[int, tuple]:
        values, codes = self.values.column(column), self.codes()
        present = ~np.isnan(values)
        values, codes = values[present], codes[present]
        order = np.argsort(codes, kind="stable")
        values = values[order]
        ends = np.cumsum(np.bincount(codes, minlength=len(self.groups)))
        starts = np.concatenate([[0], ends[:-1]])
        return {
            g: quartiles(values[start:end])
            for g, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
        }


def scan(
    table,
    selected: Resolved,
    keep_values: bool = False,
    known: Sequence[str] | None = None,
    gaps: bool = False,
) -> Scan:
    """Go once through `table`. keep_values: quartiles or ranks will be asked for.

    known: the groups of an earlier fit, which are numbered first; others are an error.
    gaps: whether a chosen column may hold missing cells alone.

    Raises DataError at text in a chosen column, and where no column is left to scale.
    """
    chosen, by = selected.chosen, selected.by
    given = chosen is not None
    indices = chosen if given else [i for i in range(table.width) if i not in (selected.label, by)]
    make = Moments if by is None else GroupMoments
    tallies = [ColumnScan(i, table.names[i], make()) for i in indices]
    spill = Spill(len(tallies) + 1) if keep_values else None
    groups = {key: number for number, key in enumerate(known or ())}
    group_rows, rows = np.zeros(0, np.int64), 0
    numbers, texts = set(indices), set() if by is None else {by}
    for batch in table.batches(numbers, texts):
        codes = None
        if by is not None:
            codes = group_codes(batch, by, groups)
            if known is not None and len(groups) > len(known):
                _refuse_groups(table, batch, codes, by, known)
            group_rows = _padded(group_rows, len(groups)) + np.bincount(
                codes, minlength=len(groups)
            )
            if spill is not None:
                spill.append(len(tallies), codes.astype(np.float64))
        _take(batch, tallies, codes, len(groups), spill, given, table)
        rows += batch.rows
        texts |= {t.index for t in tallies if t.moments is None}
        numbers -= texts
    for tally in tallies:
        tally.settle(len(groups))
    if not rows:
        raise DataError(
            f"{table.name}: a header and no rows"
            if table.dialect.header
            else f"{table.name}: no rows"
        )
    return _conclude(table, selected, tallies, rows, groups, group_rows, spill, gaps)


def group_codes(batch, by: int, groups: dict[str, int]) -> np.ndarray:
    """Each row's group number; groups not met before are numbered on in order of appearance."""
    keys, local = batch.keys(by)
    numbers = [groups.setdefault(key, len(groups)) for key in keys]
    return np.array(numbers, dtype=np.intp)[local]


def _refuse_groups(table, batch, codes: np.ndarray, by: int, known: Sequence[str]) -> None:
    row = int(np.argmax(codes >= len(known)))
    group = str(batch.texts(by)[row])
    raise DataError(
        f"{table.name}:{batch.line(row)}: {suggest(group, known[:100], 'group')} "
        f"(column {table.names[by]!r}; the fit has {len(known)} groups and not this one)"
    )


def _take(batch, tallies, codes, groups: int, spill, given: bool, table) -> None:
    """Add a batch to the tallies."""
    first = None
    for place, tally in enumerate(tallies):
        if tally.first_odd is not None:
            numbers, odd = batch.count(tally.index)
            tally.numbers, tally.odd = tally.numbers + numbers, tally.odd + odd
            tally.missing += batch.rows - numbers - odd
            continue
        values, odd = batch.numbers(tally.index)
        missing = np.isnan(values)
        tally.odd += len(odd)
        if len(odd):
            row = int(odd[0])
            tally.first_odd = (batch.line(row), batch.texts(tally.index)[row])
            tally.moments = None
            if given and (first is None or tally.first_odd[0] < first.first_odd[0]):
                first = tally
        gaps = int(missing.sum()) if missing.any() else 0
        tally.missing += gaps - len(odd)
        tally.numbers += batch.rows - gaps
        if tally.moments is None:
            continue
        if spill is not None:
            spill.append(place, values)
        if gaps:
            values, mine = values[~missing], None if codes is None else codes[~missing]
            tally.take(values, mine, groups)
        else:
            tally.take(values, codes, groups)
    if first is not None:
        line, text = first.first_odd
        raise DataError(f"{table.name}:{line}: {odd_cell(first, str(text), table)}")


def odd_cell(tally: ColumnScan, text: str, table) -> str:
    """The words for a cell of text in a column of numbers."""
    why = table.explain(tally.index, text)
    return f"column {tally.name!r}: {shorten(text)} is not a number ({why})"


def _padded(array: np.ndarray, length: int) -> np.ndarray:
    return np.concatenate([array, np.zeros(length - len(array), array.dtype)])


def _conclude(table, selected, tallies, rows, groups, group_rows, spill, gaps) -> Scan:
    """Sort out which columns are numbers, and what the user should be told."""
    given = selected.chosen is not None
    warnings = []
    numeric, text = [], []
    for place, tally in enumerate(tallies):
        if tally.odd == 0 and (tally.numbers or (given and gaps)):
            numeric.append(place)
        elif tally.odd:
            text.append(tally)
            if tally.numbers >= tally.odd:
                line, cell = tally.first_odd
                warnings.append(
                    f"left out: {table.name}:{line}: {odd_cell(tally, str(cell), table)}"
                )
        elif given:
            raise DataError(
                f"{table.name}: column {tally.name!r} holds no number, only missing cells"
            )
    if not numeric:
        raise DataError(_nothing(table, text, bool(tallies)))
    if spill is not None:
        spill.keep([*numeric, len(tallies)])
    columns = [tallies[place] for place in numeric]
    if table.dialect.header and all(
        table.dialect.number_format.parse(t.name) is not None and t.name.strip() for t in columns
    ):
        names = ", ".join(repr(t.name) for t in columns[:3])
        warnings.append(
            f"{table.name}:{table.header_line}: the header names the columns of numbers {names}; "
            "if that line is data: --no-header"
        )
    keys = None if selected.by is None else list(groups)
    return Scan(rows, columns, {t.index for t in text}, keys, group_rows, spill, warnings)


def _nothing(table, text: list[ColumnScan], others: bool) -> str:
    """The words for a table without a column of numbers: the one that comes nearest is named."""

    def nearness(tally: ColumnScan) -> tuple[float, bool]:
        share = tally.numbers / (tally.numbers + tally.odd)
        return share, any(c.isdecimal() for c in str(tally.first_odd[1]))

    best = max(text, key=nearness, default=None)
    if not others:
        return f"{table.name}: no column to scale besides those of the label and the group"
    if best is None:
        return f"{table.name}: no column of numbers to scale, only missing cells"
    line, cell = best.first_odd
    found = odd_cell(best, str(cell), table)
    return f"{table.name}:{line}: {found}; no column of numbers is left to scale"


def default_label(table, selected: Resolved, found: Scan) -> int:
    """The column that names the rows: the one asked for, else the first that is not numeric.

    Raises DataError where there is none.
    """
    if selected.label is not None:
        return selected.label
    numeric = {tally.index for tally in found.columns}
    first = next(iter(table.batches()))
    for index in range(table.width):
        if index in found.text:
            return index
        if index not in numeric and index != selected.by and len(first.numbers(index)[1]):
            return index
    but = "" if selected.by is None else f" but {table.names[selected.by]!r}, of the groups,"
    raise DataError(
        f"{table.name}: every column{but} is numeric; name the one that names the rows: --label"
    )
