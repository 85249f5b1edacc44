"""Pictures of studies: one function a kind, each reads its study along the axes that it is given.

response: accuracies and gap against a number that was varied. dots: the same against labels, every
seed. grid: a panel of learning curves for each value of an axis. speed: accuracy against updates
and against seconds. drift: how the activations of each layer move during training.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from onescale.comparison import statistics
from onescale.comparison.band import band
from onescale.comparison.study import Study, as_number, as_text
from onescale.figures import kinds, style
from onescale.figures.drift import drift
from onescale.figures.style import Axes, Figure
from onescale.runs.record import Record

MEASURES = {
    "test_accuracy": "test accuracy (%)",
    "train_accuracy": "training accuracy (%)",
    "gap": "gap: training minus test (points)",
}
BAND = "line: mean over seeds; band: lowest to highest"


@style.drawing
def response(
    study: Study,
    records: dict[str, Record],
    x: str,
    lines: str | None = None,
    panels: str | None = None,
) -> Figure:
    """A row of panels for each value of `panels`: test and training accuracy and gap against x."""
    rows = study.values(panels)
    figure, grid = style.grid((len(rows), 3), (4.2, 2.9))
    for row, line in zip(rows, grid, strict=True):
        for axes, measure in zip(line, MEASURES, strict=True):
            shown = []
            for index, value in enumerate(study.values(lines)):
                points = study.at((panels, row), (lines, value))
                own = [records[point.variant] for point in points]
                at = [as_number(point.values[x]) for point in points]
                seeds = [_measured(record, measure) for record in own]
                _band(axes, at, seeds, index, as_text(value))
                _broken(axes, at, own, measure)
                shown += [value for values in seeds for value in values]
            number_scale(axes, [as_number(value) for value in study.values(x)])
            _measure_scale(axes, "y", measure, shown)
            axes.set_xlabel(axis_name(x) if row is rows[-1] else "")
    _label_rows(grid, panels, rows)
    if lines:
        grid[0][0].legend(title=axis_name(lines), loc="best")
    style.title(figure, study.title, _about(study, records, BAND))
    return figure


@style.drawing
def dots(study: Study, records: dict[str, Record], x: str, panels: str | None = None) -> Figure:
    """A row of panels for each value of `panels`: every seed of each label, mean and interval."""
    rows, labels = study.values(panels), study.values(x)
    size = (4.2, 0.9 + 0.3 * len(labels))
    figure, grid = style.grid((len(rows), 3), size, left=1.75, between=0.62, sharey=True)
    for row, line in zip(rows, grid, strict=True):
        for axes, measure in zip(line, MEASURES, strict=True):
            shown = []
            for index, value in enumerate(labels):
                for point in study.at((panels, row), (x, value)):
                    record = records[point.variant]
                    shown += _dots(axes, index, record, measure, study.confidence)
            _measure_scale(axes, "x", measure, shown)
        line[0].set_ylim(len(labels) - 0.5, -0.5)
        line[0].set_yticks(range(len(labels)), [as_text(value) for value in labels])
    _label_rows(grid, panels, rows)
    interval = f"dot: a seed; bar and line: mean and its {100 * study.confidence:g} % interval"
    style.title(figure, study.title, _about(study, records, interval))
    return figure


def _measure_scale(axes: Axes, which: str, measure: str, shown: list[float]) -> None:
    """Scale an axis for a measure: accuracies by their errors, gaps with a line at none."""
    if measure != "gap":
        style.accuracy_scale(axes, which, min(shown), max(shown))
    elif which == "y":
        axes.axhline(0, color=style.GREY, lw=0.8)
    else:
        axes.axvline(0, color=style.GREY, lw=0.8, zorder=1)


def _label_rows(grid: np.ndarray, panels: str | None, rows: Sequence[Any]) -> None:
    """What is measured above the columns, and each row's value of `panels` left of all else."""
    for axes, label in zip(grid[0], MEASURES.values(), strict=True):
        axes.set_title(label)
    if panels:
        for row, line in zip(rows, grid, strict=True):
            middle = sum(line[0].get_position().intervaly) / 2
            words = {"rotation": 90, "va": "center", "weight": "bold"}
            line[0].figure.text(0.012, middle, f"{axis_name(panels)}: {as_text(row)}", **words)


@style.drawing
def grid(
    study: Study,
    records: dict[str, Record],
    panels: str,
    lines: str | None = None,
    measure: str = "test_accuracy",
) -> Figure:
    """A panel of learning curves for each value of `panels`, a line for each value of `lines`."""
    values = study.values(panels)
    columns = min(4, len(values))
    size = (12.6 / columns, 2.1 if columns > 2 else 3.4)
    rows = -(-len(values) // columns)
    figure, cells = style.grid((rows, columns), size, sharex=True, sharey=True)
    flat = cells.ravel()
    for axes, value in zip(flat, values, strict=False):
        for index, line in enumerate(study.values(lines)):
            for point in study.at((panels, value), (lines, line)):
                pen = style.pen(index)
                _curve(axes, records[point.variant], "step", measure, pen, as_text(line))
        axes.set(title=f"{axis_name(panels)} {as_text(value)}", ylim=(0, 102))
    style.hide(flat[len(values) :])
    style.label_outer(cells, "updates", MEASURES[measure])
    if lines:
        flat[0].legend(title=axis_name(lines), loc="best")
    style.title(figure, study.title, _about(study, records, BAND))
    return figure


@style.drawing
def speed(study: Study, records: dict[str, Record], lines: str) -> Figure:
    """Test accuracy against updates and against CPU seconds, both logarithmic; a colour for each
    value of `lines`, a dash for each of the other axes'."""
    figure, ((left, right),) = style.grid((1, 2), (5.2, 4.4), right=2.5, sharey=True)
    for axes, label in ((left, "updates"), (right, "CPU seconds of training")):
        axes.set(xscale="log", xlabel=label)
        style.plain_log_scale(axes.xaxis)
    others = list(dict.fromkeys(_rest(point.values, lines) for point in study.points))
    shown = []
    for point in study.points:
        record = records[point.variant]
        colour = study.values(lines).index(point.values[lines])
        dash = others.index(_rest(point.values, lines))
        pen = {"color": style.COLOURS[colour], "linestyle": style.DASHES[dash % 4]}
        label = ", ".join(map(as_text, point.values.values()))
        for axes, against in ((left, "step"), (right, "seconds")):
            _curve(axes, record, against, "test_accuracy", pen, label)
        for run in record.runs.values():
            shown += [100 * a for a in (*run.history["test_accuracy"][1:], run.test_accuracy)]
    style.accuracy_scale(left, "y", min(shown), max(shown), MEASURES["test_accuracy"])
    for level in set().union(*(records[point.variant].levels for point in study.points)):
        for axes in (left, right):
            axes.axhline(100 * level, color=style.GREY, lw=0.8, ls=":")
    right.legend(
        title=", ".join(map(axis_name, study.axes)), loc="upper left", bbox_to_anchor=(1.02, 1.0)
    )
    about = f"{BAND}; from the second evaluation on; dotted: the levels timed"
    style.title(figure, study.title, _about(study, records, about))
    return figure


KINDS: dict[str, Callable[..., Figure]] = {
    "response": response,
    "dots": dots,
    "grid": grid,
    "speed": speed,
    "drift": drift,
}


def draw(study: Study, records: dict[str, Record], asked: Mapping[str, Any]) -> Figure:
    """The figure that {"kind": "response", "x": "dropout.ratio"} or the like asks for.

    Raises SpecError for an unknown kind, key or axis, DataError for a point without its run.
    """
    study.check_runs(records)
    return kinds.draw(asked, KINDS, study.axes, study, records)


def _measured(record: Record, measure: str) -> list[float]:
    """In per cent or points, a value a seed."""
    return [100 * getattr(run, measure) for run in record.runs.values()]


def _band(axes: Axes, x: list[float], seeds: list[list[float]], pen: int, label: str) -> None:
    order = np.argsort(x)
    values = [np.array([of(seeds[i]) for i in order]) for of in (np.mean, min, max)]
    style.curve(axes, np.array(x)[order], values, style.pen(pen), marker="o", ms=3.5, label=label)


def _broken(axes: Axes, x: list[float], records: list[Record], measure: str) -> None:
    """A cross for each seed that diverged."""
    cross = {"color": style.BLACK, "ms": 5, "mew": 1.2, "zorder": 4}
    for at, record in zip(x, records, strict=True):
        for run in record.diverged:
            axes.plot(at, 100 * getattr(run, measure), "x", **cross)


def number_scale(axes: Axes, values: Sequence[float]) -> None:
    """Scale the x axis for these: logarithmic where they are all above 0 and far apart; with a tick
    at each of them where they are few."""
    values = sorted(set(values))
    far = values[0] > 0 and values[-1] / values[0] >= 5
    if far:
        axes.set_xscale("log")
    if len(values) <= (5 if far else 12):
        axes.set_xticks(values, [f"{value:g}" for value in values])
        axes.set_xticks([], minor=True)
    elif far:
        axes.xaxis.set_minor_formatter(lambda value, _: "")
        if values[0] >= 0.0001:
            style.plain_log_scale(axes.xaxis)


def _dots(axes: Axes, index: int, record: Record, measure: str, confidence: float) -> list[float]:
    """The seeds of one label in one panel; what was shown, for the scale."""
    values = _measured(record, measure)
    style.seeds(axes, index, values, record.runs.values(), 0.16, clip_on=False)
    mean = statistics.summarize(values, confidence)
    pen = {"color": style.BLACK, "zorder": 4}
    axes.plot([mean.mean] * 2, [index - 0.25, index + 0.25], lw=2, clip_on=False, **pen)
    if mean.low is not None:
        ends = np.clip([mean.low, mean.high], -100, 100)
        axes.plot(ends, [index] * 2, lw=1.2, **pen)
    return values


def _curve(axes: Axes, record: Record, against: str, measure: str, pen: dict, label: str) -> None:
    """Mean and band of one variant; against seconds, at the mean seconds of each evaluation. On a
    logarithmic axis the way from update 1, where nets guess, to the next evaluation would be most
    of the panel, and look like data: there the curve begins at the second."""
    curve = band(record, measure)
    start = int(axes.get_xscale() == "log" and len(curve[0]) > 2)
    steps, *values = (series[start:] for series in curve)
    if against == "seconds":
        steps = record.seconds_a_step() * np.asarray(steps)
    style.curve(axes, steps, [100 * value for value in values], pen, 0.15, label=label)
    for run in record.diverged:
        end = run.updates if against == "step" else run.seconds(run.updates)
        axes.plot(end, 100 * getattr(run, measure), "x", color=pen["color"], ms=6, mew=1.8)


def _about(study: Study, records: dict[str, Record], what: str) -> str:
    own = [records[point.variant] for point in study.points]
    crosses = "; cross: a diverged seed" if any(record.diverged for record in own) else ""
    return f"{what}; {style.seed_count(len(record.runs) for record in own)}{crosses}"


def _rest(values: dict, axis: str) -> tuple:
    return tuple(value for name, value in values.items() if name != axis)


def axis_name(name: str) -> str:
    """`init.normal` as `initial std`, `batch_norm` as `batch norm`."""
    known = {
        "init.normal": "std of the initial weights",
        "optimizer.rate": "learning rate",
        "init": "initial weights",
        "batch_norm": "batch norm",
        "images": "training images",
        "hidden": "hidden layers",
        "batch": "images a step",
    }
    return known.get(name, name.replace(".", " ").replace("_", " "))
