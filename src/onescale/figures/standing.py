"""Where each row of a table stands: a dot a person on one scale, with the names beside it.

The positions are those that `onescale standardize` wrote; 0–100 follows from them, since both
scales are straight lines of the same values.
"""

from dataclasses import dataclass
from pathlib import Path

from onescale.core.csv_files import number_in, read_rows
from onescale.core.errors import DataError
from onescale.figures import style
from onescale.figures.style import Axes, Figure

MOST_ROWS = 200
_SUFFIX = "_standardized"


@dataclass(frozen=True)
class _Row:
    label: str
    z: float
    value: str  # as its table has it; empty where no table with the values is at hand


@style.drawing
def standing(
    file: str | Path,
    values: str | Path | None = None,
    column: str | None = None,
    label: str | None = None,
) -> Figure:
    """A dot plot of a standardised table, the highest on top.

    file: a CSV that `onescale standardize` wrote: a label column and <column>_standardized.
    values: the table it was made from, for the values to be written beside; not needed where `file`
    has the column too. column: default, the first that was standardised; label: default, the first
    column. Raises DataError if a column is not there, a cell is no number, the tables do not have
    the same rows, or there are more than 200.
    """
    rows, column, missing = _read(Path(file), Path(values) if values else None, column, label)
    rows.sort(key=lambda row: -row.z)
    height = 1.6 + 0.235 * len(rows)
    adjust = {"left": 0.16, "right": 0.72, "top": 1 - 1.0 / height, "bottom": 0.55 / height}
    figure, ((axes,),) = style.panels((8.6, height), adjust=adjust)
    lines = range(len(rows))
    scores = [row.z for row in rows]
    axes.axvspan(-1, 1, color=style.LIGHT, alpha=0.45, lw=0, zorder=0)
    axes.axvline(0, color=style.GREY, lw=1.1, zorder=1)
    axes.hlines(lines, 0, scores, color=style.COLOURS[5], lw=1.6, zorder=2)
    axes.plot(scores, lines, "o", color=style.COLOURS[0], ms=6.5, zorder=3)
    axes.set_yticks(lines, [row.label for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("standard deviations from the mean")
    _numbers(axes, rows, column)
    style.title(
        figure,
        f"{column[:1].upper()}{column[1:]}: where each stands",
        "dot: (x − mean)/std; grey: within one standard deviation of the mean"
        + (f"; without a value: {missing}" if missing else ""),
    )
    return figure


def _numbers(axes: Axes, rows: list[_Row], column: str) -> None:
    """Value, z and 0–100 as columns at the right, on the lines of their dots."""
    low, high = rows[-1].z, rows[0].z
    columns = {
        column: [row.value for row in rows],
        "z": [f"{row.z:+.2f}".replace("-", "−") for row in rows],
        "0–100": [f"{100 * (row.z - low) / (high - low or 1):.1f}" for row in rows],
    }
    if not any(columns[column]):
        del columns[column]
    beside = axes.get_yaxis_transform()
    for index, (head, cells) in enumerate(columns.items()):
        x = 1.4 - 0.155 * (len(columns) - 1 - index)
        axes.text(
            x, -0.9, head, transform=beside, ha="right", va="bottom", weight="bold", fontsize=9
        )
        for line, cell in enumerate(cells):
            axes.text(x, line, cell, transform=beside, ha="right", va="center", fontsize=8.5)


def _read(
    path: Path, values: Path | None, column: str | None, label: str | None
) -> tuple[list[_Row], str, int]:
    """The rows that have a value, the name of the column, and how many rows have none."""
    content = read_rows(path)
    if not content:
        raise DataError(f"{path}: no rows to draw")
    if len(content) > MOST_ROWS:
        raise DataError(f"{path}: {len(content)} rows; a picture with names holds {MOST_ROWS}")
    names = list(content[0])
    scaled = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
    column = column or (scaled[0] if scaled else "")
    label = label or names[0]
    if not column:
        raise DataError(f"{path}: no column that ends in {_SUFFIX}; 'onescale standardize' adds it")
    for needed in (label, f"{column}{_SUFFIX}"):
        if needed not in names:
            raise DataError(f"{path}: no column {needed!r}; 'onescale standardize' writes it")
    beside = read_rows(values, [label, column]) if values else content
    if values and [row[label] for row in beside] != [row[label] for row in content]:
        raise DataError(f"{values}: its rows are not those of {path}")
    rows = []
    for index, (row, other) in enumerate(zip(content, beside, strict=True), 1):
        if not row[f"{column}{_SUFFIX}"]:
            continue
        score = number_in(path, content, index, f"{column}{_SUFFIX}")
        rows.append(_Row(row[label], score, other.get(column) or ""))
    if not rows:
        raise DataError(f"{path}: column {column + _SUFFIX!r} has no value")
    return rows, column, len(content) - len(rows)
