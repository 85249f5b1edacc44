"""Anytime curves: how good each variant is by then, in updates and in CPU seconds.

Above, smoothed test accuracy, mean and band as in the learning curves, on a logarithmic axis, since
most is learnt early; below, for each level that runs are timed to, the share of seeds that have
reached it: a curve that rises steeply says that all seeds get there at about the same time, one
that ends below 100 % that some never do.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from onescale.comparison.anytime import anytime_curve, share_at_level
from onescale.figures import style
from onescale.figures.curves import legend, listed
from onescale.figures.style import Axes, Figure
from onescale.runs.record import Record

_HIGH, _LOW = 3.9, 1.25  # inches of a panel of accuracy, and of one of shares
_BAND = "line: mean over seeds, each smoothed over five points; band: lowest to highest"


@style.drawing
def anytime(records: Sequence[Record] | Mapping[str, Record], title: str = "") -> Figure:
    """Two columns, against updates and against CPU seconds; a row of shares for each level that any
    seed reaches. Raises DataError for a variant that was not looked at, or has no seconds."""
    records = listed(records)
    levels = sorted({level for record in records for level in record.levels})
    reached = [one for one in levels if any(len(share_at_level(r, one)[0]) for r in records)]
    high = 1.5 + _HIGH + (_LOW + 0.2) * len(reached)
    adjust = {"left": 0.07, "right": 0.79, "wspace": 0.12, "hspace": 0.14}
    adjust |= {"top": 1 - 0.72 / high, "bottom": 0.55 / high}
    ratios = [_HIGH, *[_LOW] * len(reached)]
    shape = {"height_ratios": ratios, "sharex": "col", "sharey": "row"}
    figure, grid = style.panels((12.6, high), len(ratios), 2, adjust, **shape)
    for column, timed in zip(grid.T, (False, True), strict=True):
        _column(column, records, reached, timed)
    _accuracies(grid[0], records, reached)
    for line, level in zip(grid[1:], reached, strict=True):
        line[0].set_ylabel(f"seeds at {100 * level:g} %\n(% of all)")
    legend(grid[0][1], records)
    style.title(figure, title or "Accuracy by any time", _about(records, levels, reached))
    return figure


def _column(column: Sequence[Axes], records: Sequence[Record], reached: list, timed: bool) -> None:
    """Every variant against updates, or against seconds."""
    longest = 0.0
    for index, record in enumerate(records):
        pen, factor = style.pen(index), record.seconds_a_step() if timed else 1.0
        curve = anytime_curve(record)
        values = [100 * line for line in (curve.mean, curve.lowest, curve.highest)]
        style.curve(column[0], factor * curve.steps, values, pen, 0.14)
        longest = max(longest, end := factor * curve.steps[-1])
        for axes, level in zip(column[1:], reached, strict=True):
            _share(axes, *share_at_level(record, level), factor, end, pen)
    for axes in column:
        axes.set_xscale("log")
        axes.set_xlim(right=longest)
    style.plain_log_scale(column[-1].xaxis)
    column[-1].set_xlabel("CPU seconds of training" if timed else "updates")


def _share(axes: Axes, steps, shares, factor: float, end: float, pen: dict) -> None:
    """A step up for each seed that gets there, and a dot where the last one does; the line goes on
    to the end of the run where some never do."""
    if len(steps):
        tail = [] if shares[-1] == 1 else [end]
        x = [steps[0] * factor, *(steps * factor), *tail]
        y = 100 * np.array([0, *shares, *[shares[-1]] * len(tail)])
        axes.plot(x, y, drawstyle="steps-post", **pen)
        axes.plot(factor * steps[-1], y[-1], "o", color=pen["color"], ms=4, clip_on=False)
    axes.set(ylim=(0, 105), yticks=(0, 50, 100))


def _accuracies(line: Sequence[Axes], records: Sequence[Record], levels: list[float]) -> None:
    """The scale that the first row shares, and its dotted levels."""
    curves = [anytime_curve(record) for record in records]
    lowest = 100 * min(curve.mean.min() for curve in curves)
    highest = 100 * max(curve.highest.max() for curve in curves)
    style.accuracy_scale(line[0], "y", lowest, highest, "test accuracy (%)")
    for axes in line:
        for level in levels:
            axes.axhline(100 * level, color=style.GREY, lw=1, ls=":", zorder=2)


def _about(records: Sequence[Record], levels: list[float], reached: list[float]) -> str:
    counts = {len(record.runs) for record in records}
    told = f"{style.seed_count(counts)}; {_BAND}"
    if counts == {1}:
        told = "one seed, smoothed over five points"
    if reached:
        told += f"; dotted: {_percents(reached, 'and')}"
    if beyond := [level for level in levels if level not in reached]:
        told += f"; no seed gets to {_percents(beyond, 'or')}"
    return told


def _percents(levels: list[float], word: str) -> str:
    return f" {word} ".join(f"{100 * level:g} %" for level in levels)
