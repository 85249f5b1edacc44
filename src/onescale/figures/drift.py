"""How the activations of each layer move during training, for two or more ways of training it.

Three columns, a row a layer: the mean of the layer, its standard deviation, and how far its nodes'
means have moved since the first evaluation, in standard deviations of the layer. Means and spreads
may grow together and change nothing that the next layer could not undo by one factor; the third
column is what is left when that is taken out.
"""

import numpy as np

from onescale.comparison.drift import layer_shift
from onescale.comparison.study import Study, as_text
from onescale.core.errors import DataError
from onescale.figures import style
from onescale.figures.style import Axes, Figure
from onescale.runs.record import Record

_COLUMNS = ("mean activation", "standard deviation", "drift: shift of the nodes' means (sd)")


@style.drawing
def drift(
    study: Study, records: dict[str, Record], lines: str, panels: str | None = None
) -> Figure:
    """A block of rows for each value of `panels`, a row a layer, a line for each of `lines`."""
    rows = [
        (value, layer)
        for value in study.values(panels)
        for layer in range(_layers(study, records, panels, value))
    ]
    high = 1.3 + 1.75 * len(rows)
    adjust = {"left": 0.1, "right": 0.985, "wspace": 0.16, "hspace": 0.22}
    adjust |= {"top": 1 - 0.85 / high, "bottom": 0.5 / high}
    figure, grid = style.panels((13, high), len(rows), 3, adjust, sharex=True)
    for line, (value, layer) in zip(grid, rows, strict=True):
        for index, kind in enumerate(study.values(lines)):
            for point in study.at((panels, value), (lines, kind)):
                _row(line, records[point.variant], layer, style.pen(index), as_text(kind))
        name = f"{as_text(value)}\n" if panels else ""
        line[0].set_ylabel(f"{name}layer {layer + 1}", weight="bold")
        line[2].set_ylim(bottom=0)
    for axes, title in zip(grid[0], _COLUMNS, strict=True):
        axes.set_title(title)
    style.label_outer(grid, "updates")
    handles, labels = grid[0][2].get_legend_handles_labels()
    labels = [f"{lines.replace('_', ' ')}: {label}" for label in labels]
    figure.legend(handles, labels, loc="upper right", ncols=len(labels))  # above all panels
    style.title(
        figure,
        study.title,
        "activations of the same 1,000 training images at each evaluation; line: mean over seeds; "
        "band: lowest to highest",
    )
    return figure


def _layers(study: Study, records: dict[str, Record], panels: str | None, value) -> int:
    """How many hidden layers the nets of a block have. Raises DataError if none was observed."""
    point = study.at((panels, value))[0]
    record = records[point.variant]
    for run in record.runs.values():
        for layers in run.history.get("activations", []):
            if layers is not None:
                return len(layers)
    raise DataError(f"{record.path}: no activations; train it with observe_activations: true")


def _row(line: list[Axes], record: Record, layer: int, pen: dict, label: str) -> None:
    """One variant in the three panels of a layer; seeds that diverged end where they did."""
    seeds = []
    for run in record.runs.values():
        seen = [layers[layer] for layers in run.history["activations"] if layers is not None]
        if seen:
            seeds.append([[s["mean"], s["sd"], layer_shift(seen[0], s)] for s in seen])
    longest = max((len(seed) for seed in seeds), default=0)
    steps = max((run.history["step"] for run in record.runs.values()), key=len)[:longest]
    values = np.full((len(seeds), longest, 3), np.nan)
    for row, seed in zip(values, seeds, strict=True):
        row[: len(seed)] = seed
    for axes, series in zip(line, np.moveaxis(values, 2, 0), strict=True):
        over_seeds = [of(series, axis=0) for of in (np.nanmean, np.nanmin, np.nanmax)]
        style.curve(axes, steps, over_seeds, pen, label=label)
