"""`stand`: where one row stands among all, column by column, and a one-line picture of it."""

from dataclasses import dataclass, field

import numpy as np

from onescale.core.errors import DataError, suggest
from onescale.core.text import pad, width
from onescale.tables.commands.scan import default_label, group_codes, scan
from onescale.tables.commands.selection import Resolved, same_text
from onescale.tables.numbers import write
from onescale.tables.scaling.fit import Fit
from onescale.tables.scaling.methods import MinMax, Standardize

KEYS = ("who", "column", "group", "value", "z", "minmax100", "rank", "of", "percentile")
BINS = 40
_BARS = "▁▂▃▄▅▆▇█"


@dataclass
class Place:
    """Where `who` stands in one column; None where the value is missing.

    rank: 1 is the largest, ties share the best. percentile: 100·(average rank − ½)/of, ranked from
    the smallest. counts: how many values lie in each of 40 equal steps from min to max.
    """

    who: str
    column: str
    group: str | None
    value: float | None = None
    z: float | None = None
    minmax100: float | None = None
    rank: int | None = None
    of: int = 0
    percentile: float | None = None
    min: float = 0.0
    max: float = 0.0
    counts: np.ndarray = field(default_factory=lambda: np.zeros(BINS, np.int64))


def locate(table, selected: Resolved, who: str, ddof: int = 0) -> tuple[list[Place], list[str]]:
    """The places of the row whose label is `who`; and warnings for the user.

    Raises DataError where no row or several have that label.
    """
    found = scan(table, selected)
    label = default_label(table, selected, found)
    row = _find(table, label, who)
    numbers = {key: number for number, key in enumerate(found.groups or ())}
    group = None
    if selected.by is not None:
        group = int(group_codes(row, selected.by, numbers)[0])
    columns = [(t.name, t.index + 1, found.statistics(i)) for i, t in enumerate(found.columns)]
    fits = [
        Fit(method, columns, by=selected.by, groups=found.groups, file=table.name)
        for method in (Standardize(ddof), MinMax(0.0, 100.0))
    ]
    places = []
    codes = None if group is None else np.array([group])
    for i, tally in enumerate(found.columns):
        value = row.numbers(tally.index)[0]
        statistics = columns[i][2][group or 0]
        place = Place(who, tally.name, found.groups[group] if group is not None else None)
        place.of, place.min, place.max = statistics.count, statistics.min, statistics.max
        if not np.isnan(value[0]):
            place.value = float(value[0])
            place.z, place.minmax100 = (
                float(fit.transform(fit.columns[i], value, codes)[0]) for fit in fits
            )
        places.append(place)
    _count(table, selected.by, numbers, group, found, places)
    return places, found.warnings + [w for w in fits[0].warnings]


class _Row:
    """One row of a batch, as a batch."""

    rows = 1

    def __init__(self, batch, row: int):
        self.batch, self.row = batch, row

    def numbers(self, column: int):
        values, odd = self.batch.numbers(column)
        return values[self.row : self.row + 1], odd

    def keys(self, column: int):
        return [str(self.batch.texts(column)[self.row])], np.zeros(1, np.intp)


def _find(table, label: int, who: str) -> _Row:
    found, known = None, []
    for batch in table.batches():
        texts = [str(text) for text in batch.texts(label)]
        for row, text in enumerate(texts):
            if same_text(text, who):
                if found is not None:
                    lines = f"lines {found.batch.line(found.row)} and {batch.line(row)}"
                    raise DataError(
                        f"{table.name}: {lines} are both {who!r} in column {table.names[label]!r}"
                    )
                found = _Row(batch, row)
        if len(known) < 10_000:
            known += texts
    if found is None:
        near = suggest(who, dict.fromkeys(known), "row")
        if "did you mean" not in near:
            shown = ", ".join(dict.fromkeys(known[:3]))
            near = f"unknown row {who!r}; the column holds {shown} …"
        raise DataError(f"{table.name}: column {table.names[label]!r}: {near}")
    return found


def _count(table, by, numbers, group, found, places: list[Place]) -> None:
    """Second pass: how many are larger, how many equal, and the histogram."""
    larger, equal = [0] * len(places), [0] * len(places)
    for batch in table.batches():
        mask = None if by is None else group_codes(batch, by, numbers) == group
        for i, (place, tally) in enumerate(zip(places, found.columns, strict=True)):
            values = batch.numbers(tally.index)[0]
            values = values[~np.isnan(values) if mask is None else mask & ~np.isnan(values)]
            if place.value is not None:
                larger[i] += int((values > place.value).sum())
                equal[i] += int((values == place.value).sum())
            place.counts += np.bincount(_bins(values, place), minlength=BINS)
    for place, more, same in zip(places, larger, equal, strict=True):
        if place.value is not None:
            below = place.of - more - same
            place.rank = more + 1
            place.percentile = 100 * (2 * below + same) / (2 * place.of)


def _bins(values: np.ndarray, place: Place) -> np.ndarray:
    reach = place.max * 0.5 - place.min * 0.5
    if not reach > 0:
        return np.full(len(values), BINS // 2)
    part = (values * 0.5 - place.min * 0.5) / reach
    return np.minimum((part * BINS).astype(np.intp), BINS - 1)


def for_people(columns: dict[str, list]) -> dict[str, list]:
    """The figures as a page shows them: 0–100 by that name, the rank as `1 of 27`."""
    out = {}
    for key, values in columns.items():
        if key == "rank":
            pairs = zip(values, columns["of"], strict=True)
            values = [None if rank is None else f"{rank} of {of}" for rank, of in pairs]
        if key != "of":
            out["0–100" if key == "minmax100" else key] = values
    return out


def picture(places: list[Place]) -> str:
    """A line a column: the distribution from min to max, the one in question in brackets."""
    names = max(width(place.column) for place in places)
    lows = max(len(write(place.min)) for place in places)
    lines = []
    for place in places:
        top = max(int(place.counts.max()), 1)
        bars = [_BARS[-(-int(c) * 8 // top) - 1] if c else " " for c in place.counts]
        if place.value is not None:
            at = int(_bins(np.array([place.value]), place)[0])
            bars[at] = f"[{bars[at]}]"
        low = pad(write(place.min), lows, right=True)
        lines.append(f"{pad(place.column, names)}  {low} {''.join(bars)} {write(place.max)}\n")
    return "".join(lines)
