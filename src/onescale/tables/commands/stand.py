"""`stand`: where one row stands among all, column by column, and a one-line picture of it."""

from dataclasses import dataclass, field

import numpy as np

from onescale.core.errors import DataError, SpecError, suggest
from onescale.core.text import pad, visible, width
from onescale.tables.commands.describe import group_keys
from onescale.tables.commands.labels import default_label, found_label
from onescale.tables.commands.report import tell
from onescale.tables.commands.scan import Scan, scan
from onescale.tables.commands.selection import TableInput, find, same_text
from onescale.tables.numbers import write
from onescale.tables.reading.batch import Batch
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import MinMax, Standardize
from onescale.tables.statistics.ranks import Standing

KEYS = ("who", "column", "value", "z", "minmax100", "rank", "of", "percentile")
BINS = 40
_BARS = "▁▂▃▄▅▆▇█"


@dataclass
class Place:
    """Where `who` stands in one column; None where the value is missing.

    rank: 1 is the largest, ties share the best. percentile: 100·(average rank − ½)/of, ranked from
    the smallest. groups: the cells that make its group. counts: how many values lie in each of 40
    equal steps from min to max.
    """

    who: str
    column: str
    groups: dict[str, str]
    value: float | None = None
    z: float | None = None
    minmax100: float | None = None
    rank: int | None = None
    of: int = 0
    percentile: float | None = None
    min: float = 0.0
    max: float = 0.0
    counts: np.ndarray = field(default_factory=lambda: np.zeros(BINS, np.int64))


@dataclass(frozen=True)
class Wanted:
    """Which row is asked for: by its label, its number from 1, or cells as (column, text).

    every: all rows that fit, else there must be one. Raises SpecError where nothing is asked, or
    both a label and a number.
    """

    who: str | None = None
    row: int | None = None
    cells: tuple[tuple[str, str], ...] = ()
    every: bool = False

    def __post_init__(self) -> None:
        if self.row is not None and (self.who is not None or self.cells):
            raise SpecError("--row tells which row: no WHO and no --where beside it")
        if self.row is None and self.who is None and not self.cells:
            raise SpecError("which row? WHO (a cell of the label column), --row K or --where C=V")


def locate(source: TableInput, wanted: Wanted, ddof: int = 0) -> list[Place]:
    """The places of the rows that are wanted.

    Raises DataError where no row fits, or several do and not all are wanted.
    """
    scanned = scan(source)
    label = default_label(scanned) if wanted.row is None else found_label(scanned)
    fits = [scanned.fit(Standardize(ddof=ddof)), scanned.fit(MinMax(range=(0.0, 100.0)))]
    places = []
    for batch, row in _find(source.table, label, wanted):
        named = str(wanted.row) if label is None else batch.texts(label)[row]
        places += _places(scanned, fits, batch, row, wanted.who or named)
    tell(scanned, fits[0].warnings)
    return places


def _places(scanned: Scan, fits: list[Fit], batch: Batch, row: int, who: str) -> list[Place]:
    """The places of one row, column by column."""
    source, table = scanned.source, scanned.source.table
    group, codes, names = 0, None, group_keys([table.names[index] for index in source.by])
    groups = {key: batch.texts(i)[row] for key, i in zip(names, source.by, strict=False)}
    if scanned.groups is not None:
        codes = scanned.groups.codes(batch)[row : row + 1]
        group = int(codes[0])
    places = []
    for i, column in enumerate(scanned.columns):
        statistics = fits[0].columns[i].statistics[group]
        value = batch.numbers(column.index)[0][row : row + 1]
        place = Place(who, column.name, groups, of=statistics.count)
        place.min, place.max = statistics.min, statistics.max
        if not np.isnan(value[0]):
            place.value = float(value[0])
            place.z, place.minmax100 = (
                float(fit.transform(fit.columns[i], value, codes)[0]) for fit in fits
            )
        places.append(place)
    _count(scanned, group, places)
    return places


def _find(table, label: int | None, wanted: Wanted) -> list[tuple[Batch, int]]:
    """The rows that are wanted: their batches, and their numbers in those."""
    if wanted.row is not None:
        return [_numbered(table, wanted.row)]
    cells = {find(table.names, name, table.name): text for name, text in wanted.cells}
    if wanted.who is not None:
        cells[label] = wanted.who
    index, who = label if label in cells else next(iter(cells)), " ".join(cells.values())
    matches, known, at = [], [], f"{table.name}: " if table.name else ""
    for batch in table.batches():
        texts = batch.texts(index)
        others = [(batch.texts(i), text) for i, text in cells.items() if i != index]
        for row, text in enumerate(texts):
            fits = same_text(text, cells[index])
            if fits and all(same_text(column[row], other) for column, other in others):
                matches.append((batch, row))
                if len(matches) == 2 and not wanted.every:
                    both = [table.at(part.line(number), index) for part, number in matches]
                    ways = "--where COLUMN=VALUE, --row K or --all"
                    if not table.name:
                        ways = "where={column: value}, row= or every=True"
                    raise DataError(
                        f"{at}{' and '.join(both)} are both {who!r} in column "
                        f"{table.names[index]!r}; {ways}"
                    )
        if len(known) < 10_000:
            known += texts
    if not matches:
        near = suggest(who, dict.fromkeys(known), "row")
        if "did you mean" not in near:
            shown = ", ".join(dict.fromkeys(known[:3]))
            near = f"unknown row {who!r}; the column holds {shown} …"
        raise DataError(f"{at}column {table.names[index]!r}: {near}")
    return matches


def _numbered(table, number: int) -> tuple[Batch, int]:
    """The row of that number, from 1."""
    before = 0
    for batch in table.batches():
        if 1 <= number <= before + batch.rows:
            return batch, number - 1 - before
        before += batch.rows
    raise DataError(f"{table.name}: no row {number}: there are {before}")


def _count(scanned: Scan, group: int, places: list[Place]) -> None:
    """Second pass: how many are less, how many equal, and the histogram."""
    standings = [Standing(0, 0, place.of) for place in places]
    for batch in scanned.source.table.batches():
        mine = True if scanned.groups is None else scanned.groups.codes(batch) == group
        for place, standing, column in zip(places, standings, scanned.columns, strict=True):
            values = batch.numbers(column.index)[0].astype(np.float64, copy=False)
            values = values[mine & ~np.isnan(values)]
            if place.value is not None:
                standing.below += int((values < place.value).sum())
                standing.equal += int((values == place.value).sum())
            place.counts += np.bincount(_bins(values, place), minlength=BINS)
    for place, standing in zip(places, standings, strict=True):
        if place.value is not None:
            place.rank, place.percentile = standing.rank, standing.percentile


def _bins(values: np.ndarray, place: Place) -> np.ndarray:
    reach = place.max * 0.5 - place.min * 0.5
    if not reach > 0:
        return np.full(len(values), BINS // 2)
    part = (values * 0.5 - place.min * 0.5) / reach
    return np.minimum((part * BINS).astype(np.intp), BINS - 1)


def as_columns(places: list[Place], for_people: bool) -> dict[str, list]:
    """The figures by name; on a page 0–100 goes by that name, and the rank is `1 of 27`."""
    columns = {key: [getattr(place, key) for place in places] for key in KEYS[:2]}
    columns |= {key: [place.groups[key] for place in places] for key in places[0].groups}
    columns |= {key: [getattr(place, key) for place in places] for key in KEYS[2:]}
    if for_people:
        pairs = zip(columns["rank"], columns.pop("of"), strict=True)
        columns["rank"] = [None if rank is None else f"{rank} of {of}" for rank, of in pairs]
        columns = {"0–100" if key == "minmax100" else key: columns[key] for key in columns}
    return columns


def picture(places: list[Place]) -> str:
    """A line a column: the distribution from min to max, the one in question in brackets."""
    shown = [visible(place.column) for place in places]
    names = max(map(width, shown))
    lows = max(len(write(place.min)) for place in places)
    lines = []
    for name, place in zip(shown, places, strict=True):
        top = max(int(place.counts.max()), 1)
        bars = [_BARS[-(-int(c) * 8 // top) - 1] if c else " " for c in place.counts]
        if place.value is not None:
            at = int(_bins(np.array([place.value]), place)[0])
            bars[at] = f"[{bars[at]}]"
        low = pad(write(place.min), lows, right=True)
        lines.append(f"{pad(name, names)}  {low} {''.join(bars)} {write(place.max)}\n")
    return "".join(lines)
