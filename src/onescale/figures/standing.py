"""Where each row of a table stands: a dot a person on one scale, with the names beside it."""

import csv
from pathlib import Path

from onescale.errors import DataError
from onescale.figures import style
from onescale.figures.style import Figure

_SUFFIX = "_standardized"


@style.drawing
def standing(file: str | Path, column: str | None = None, label: str | None = None) -> Figure:
    """A dot plot of a standardised table, the highest on top.

    file: a CSV that `onescale standardize` wrote: a label column, the column, and
    <column>_standardized beside it. column: default, the first that has one; label: default, the
    first column. Raises DataError if a column is not there or a cell is no number.
    """
    rows, column, label = _read(Path(file), column, label)
    rows.sort(key=lambda row: -row[1])
    low, high = rows[-1][1], rows[0][1]
    height = 1.6 + 0.235 * len(rows)
    figure = style.canvas(8.6, height)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.16, right=0.72, top=1 - 1.0 / height, bottom=0.55 / height)
    places = range(len(rows))
    axes.axvspan(-1, 1, color=style.LIGHT, alpha=0.45, lw=0, zorder=0)
    axes.axvline(0, color=style.GREY, lw=1.1, zorder=1)
    scores = [row[2] for row in rows]
    axes.hlines(places, 0, scores, color=style.COLOURS[5], lw=1.6, zorder=2)
    axes.plot(scores, places, "o", color=style.COLOURS[0], ms=6.5, zorder=3)
    axes.set_yticks(places, [row[0] for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("standard deviations from the mean")
    beside = axes.get_yaxis_transform()
    heads = (("value", 1.09), ("z", 1.24), ("0–100", 1.4))
    for head, x in heads:
        axes.text(
            x,
            -0.9,
            head if head != "value" else column,
            transform=beside,
            ha="right",
            va="bottom",
            weight="bold",
            fontsize=9,
        )
    for place, (_, value, z) in enumerate(rows):
        share = 100 * (value - low) / (high - low) if high > low else 0.0
        texts = (f"{value:g}", f"{z:+.2f}".replace("-", "−"), f"{share:.1f}")
        for text, (_, x) in zip(texts, heads, strict=True):
            axes.text(x, place, text, transform=beside, ha="right", va="center", fontsize=8.5)
    style.title(
        figure,
        f"{column[:1].upper()}{column[1:]}: where each stands",
        "dot: (x − mean)/std; grey: within one standard deviation of the mean",
    )
    return figure


def _read(path: Path, column: str | None, label: str | None):
    """Rows of (label, value, z), and the names of the column and of the label."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            content = list(csv.DictReader(stream))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; 'onescale standardize' writes it") from None
    if not content:
        raise DataError(f"{path}: no rows to draw")
    names = list(content[0])
    scaled = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
    if column is None and scaled:
        column = scaled[0]
    label = label or names[0]
    for needed in (label, column, f"{column}{_SUFFIX}"):
        if needed not in names:
            raise DataError(
                f"{path}: no column {needed!r}; a table as 'onescale standardize' writes it has "
                "each column and the same with _standardized"
            )
    try:
        rows = [(r[label], float(r[column]), float(r[f"{column}{_SUFFIX}"])) for r in content]
    except (TypeError, ValueError):
        raise DataError(f"{path}: column {column!r} has a cell that is not a number") from None
    return rows, column, label
