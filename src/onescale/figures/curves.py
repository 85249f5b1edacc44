"""Learning curves: loss and accuracies against updates, a line a variant with a band for its seeds.

The line is the mean over seeds and the band reaches from the lowest seed to the highest: with five
seeds the range says more than an interval would. A seed that diverged counts, from there on, with
the accuracy it is compared by, and a cross marks where it broke off.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from onescale.comparison.band import band
from onescale.comparison.statistics import summarize
from onescale.core.errors import SpecError
from onescale.core.text import percent
from onescale.figures import style
from onescale.figures.style import Axes, Figure
from onescale.runs.record import Record

_END = 0.995  # of the figure's width, where its legend ends at the latest
_PANELS = (
    ("loss", "training loss (nats)"),
    ("train_accuracy", "training accuracy (%)"),
    ("test_accuracy", "test accuracy (%)"),
)


@style.drawing
def learning_curves(
    records: Sequence[Record] | Mapping[str, Record], title: str = "", split: str | None = None
) -> Figure:
    """Three panels (loss, training and test accuracy); with `split`, a row of them a value.

    records: as a list, or by name as `train_all` and `load_runs` give them.
    split: a key of the variants, such as "activation", by whose values the rows differ; the lines
    of one place in each row then share a colour. Without effect where all have the same value.
    """
    records, rows = listed(records), dict[str, list[Record]]()
    for record in records:
        rows.setdefault(str(record.variant.get(split)) if split else "", []).append(record)
    split = split if len(rows) > 1 else None
    height = 1.2 + 3.1 * len(rows)
    adjust = {"left": 0.065 if split else 0.05, "right": 0.775, "wspace": 0.3, "hspace": 0.22}
    adjust |= {"top": 1 - 0.82 / height, "bottom": 0.5 / height}
    figure, grid = style.panels((13.2, height), len(rows), 3, adjust, sharex=True)
    for line, (value, members) in zip(grid, rows.items(), strict=True):
        _row(line, members)
        if split:
            line[0].set_ylabel(f"{split} {value}", weight="bold")
        for axes, (_, label) in zip(line, _PANELS, strict=True):
            axes.set_title(label)
    style.label_outer(grid, "updates")
    seeds = max(len(record.runs) for record in records)
    about = f"line: mean over seeds; band: lowest to highest of {seeds} seeds"
    if any(record.diverged for record in records):
        about += "; cross: a seed diverged, and counts as guessing from there on"
    about = about if seeds > 1 else "one seed"
    if any(record.variant.get("weight_decay") for record in records):
        about += "; with weight decay, the loss includes its penalty"
    style.title(figure, title or "Learning curves", about)
    return figure


def listed(records: Any) -> list[Record]:
    """Records as a list. Raises SpecError for what is none, or empty."""
    if isinstance(records, Record):
        records = [records]
    found = list(records.values() if isinstance(records, Mapping) else records)
    if not found or not all(isinstance(record, Record) for record in found):
        raise SpecError(
            "a figure is drawn of records, as onescale.train_all or load_runs gives them"
        )
    return found


def _row(line: Sequence[Axes], members: Sequence[Record]) -> None:
    """Draw the three panels of one row, and its legend at the right, best test accuracy first."""
    shown: dict[str, list[float]] = {series: [] for series, _ in _PANELS}
    last = 1
    for index, record in enumerate(members):
        for axes, (series, _) in zip(line, _PANELS, strict=True):
            factor = 1 if series == "loss" else 100
            steps, *curves = band(record, series)
            mean, low, high = (factor * curve for curve in curves)
            pen = style.pen(index)
            style.curve(axes, steps, (mean, low, high), pen, 0.16)
            _crosses(axes, record, series, factor, pen["color"])
            last = max(last, steps[-1])
            # All start by guessing: the range is that of what follows.
            shown[series] += [*low[1:], *high[1:]] if len(steps) > 2 else [*low, *high]
    for axes, (series, _) in zip(line, _PANELS, strict=True):
        if series == "loss":
            axes.set_yscale("log")
            style.plain_log_scale(axes.yaxis)
        else:
            style.accuracy_scale(axes, "y", np.nanmin(shown[series]), np.nanmax(shown[series]))
        axes.set_xlim(0, last)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    legend(line[2], members)


def legend(axes: Axes, records: Sequence[Record]) -> None:
    """Right of the last panel, the lines of its variants with their final accuracy, the best first;
    panels make room for long names."""
    order = sorted(range(len(records)), key=lambda index: -_final(records[index]))
    drawn = axes.legend(
        [Line2D([], [], **style.pen(index)) for index in order],
        [_label(records[index]) for index in order],
        title="final test accuracy (%)",
        alignment="left",
        loc="upper left",
        bbox_to_anchor=(1.01, 1.03),
        handlelength=2.6,
        borderaxespad=0.3,
    )
    figure = axes.get_figure()
    end = drawn.get_window_extent(figure.canvas.get_renderer()).x1 / figure.bbox.width
    if end > _END:
        figure.subplots_adjust(right=figure.subplotpars.right - (end - _END))


def _crosses(axes: Axes, record: Record, series: str, factor: float, colour: str) -> None:
    """Mark where a seed diverged: at the accuracy it counts with, or its last finite loss."""
    for run in record.diverged:
        losses = [value for value in run.history["loss"] if value is not None]
        end = (losses[-1] if losses else None) if series == "loss" else getattr(run, series)
        if end is not None:
            axes.plot(run.diverged, factor * end, "x", color=colour, ms=7, mew=2, zorder=4)


def _final(record: Record) -> float:
    """As tables have it, to the last digit."""
    return summarize([run.test_accuracy for run in record.runs.values()]).mean


def _label(record: Record) -> str:
    return f"{percent(_final(record))}  {record.name}"
