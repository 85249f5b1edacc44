"""The comparison of a group at one glance: every seed as a dot, and what can be said of them.

At the left each seed's final test accuracy, their mean and its t-interval, and what the chapter
printed (two digits: a line over all that may have been cut to them); at the right the paired
difference to the reference with its interval, the band of differences too small to matter, and the
verdict in words. Only what differs by enough to matter, with its whole interval beyond the band,
has a colour.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from onescale.comparison import table
from onescale.comparison.reproduction import PRINTED_AFTER, is_cut, stands_for
from onescale.comparison.spec import Criteria, Group, Spec
from onescale.comparison.statistics import BETTER, WORSE, matters
from onescale.comparison.table import Row
from onescale.figures import style
from onescale.figures.style import Axes, Figure
from onescale.runs.record import Record

_COLOURS = {BETTER: style.COLOURS[2], WORSE: style.COLOURS[1]}
_PRINTED = {"marker": "D", "ls": "", "ms": 5, "mew": 1.4, "mfc": "none", "color": style.COLOURS[1]}


@style.drawing
def comparison(group: Group, records: dict[str, Record], spec: Spec) -> Figure:
    """A row a variant, in the order of the group; its reference is the baseline at the right."""
    rows = table.compare(records, Spec([group], spec.reported, spec.criteria))
    paired = group.reference is not None and len(rows) > 1
    height = 1.55 + 0.36 * len(rows)
    adjust = {"left": 0.2, "right": 0.84} if paired else {"left": 0.3, "right": 0.97}
    adjust |= {"top": 1 - 0.68 / height, "bottom": 0.85 / height, "wspace": 0.08}
    size = (12.6 if paired else 8, height)
    figure, ((left, *right),) = style.panels(size, 1, 1 + paired, adjust, sharey=True)
    _accuracies(left, rows, records, spec)
    if paired:
        _differences(right[0], rows, spec)
    left.set_ylim(len(rows) - 0.45, -0.55)
    names = [n if n != group.reference else f"{n} (reference)" for n in group.variants]
    left.set_yticks(range(len(rows)), names)
    left.tick_params(axis="y", length=0)
    _legend(figure, rows, paired, spec)
    count = style.seed_count(row["seeds"] for row in rows)
    style.title(figure, group.title, f"{count} a variant, after the last update")
    return figure


def _accuracies(axes: Axes, rows: list[Row], records: dict[str, Record], spec: Spec) -> None:
    """The left panel: seeds, mean and interval, and the chapter's number under them."""
    shown: list[float] = []
    for index, row in enumerate(rows):
        runs = records[row["variant"]].runs.values()
        values = [100 * run.test_accuracy for run in runs]
        style.seeds(axes, index, values, runs, 0.14)
        shown += values
        _interval(axes, index, row, "test_accuracy", style.BLACK)
        if printed := spec.printed(row["variant"], "test"):
            ends = [100 * end for end in stands_for(printed)]
            axes.plot(ends, [index + 0.27] * 2, color=_PRINTED["color"], lw=1.4, zorder=5)
            axes.plot(ends[0], index + 0.27, **_PRINTED, zorder=5)
            shown += ends
    # An interval may reach far beyond its seeds, and past 100 %: the seeds set the range, mostly.
    lowest, highest = min(shown), max(shown)
    span = highest - lowest
    known = [row for row in rows if row["test_accuracy_low"] is not None]
    if known:
        low = 100 * min(row["test_accuracy_low"] for row in known)
        high = 100 * max(row["test_accuracy_high"] for row in known)
        lowest = np.clip(low, lowest - 0.25 * span, lowest)
        highest = np.clip(high, highest, min(highest + 0.25 * span, 40 + 0.6 * highest))
    style.accuracy_scale(axes, "x", lowest, highest, "test accuracy (%)")


def _differences(axes: Axes, rows: list[Row], spec: Spec) -> None:
    """The right panel: paired differences, and the verdicts beside it."""
    smallest = 100 * spec.criteria.smallest_difference
    axes.axvspan(-smallest, smallest, color=style.LIGHT, alpha=0.7, lw=0, zorder=1)
    axes.axvline(0, color=style.GREY, lw=1, zorder=2)
    beside = axes.get_yaxis_transform()
    for index, row in enumerate(rows):
        verdict = row["verdict"] or "reference"
        colour = _colour(row, spec.criteria)
        weight = "normal" if colour == style.GREY else "bold"
        axes.text(1.015, index, verdict, transform=beside, va="center", color=colour, weight=weight)
        _interval(axes, index, row, "difference", colour)
    columns = ("difference", "difference_low", "difference_high")
    shown = np.array([[row[column] or 0 for column in columns] for row in rows])
    style.difference_scale(axes, 100 * shown, smallest)
    axes.tick_params(axis="y", length=0)


def _colour(row: Row, criteria: Criteria) -> str:
    """Of its verdict where that matters; grey where it does not, or where that is open."""
    if matters(row["difference_low"], row["difference_high"], criteria):
        return _COLOURS.get(row["verdict"], style.GREY)
    return style.GREY


def _interval(axes: Axes, index: int, row: Row, what: str, colour: str) -> None:
    """A mean as a bar across, and its interval as a line, where there are such."""
    mean = row["test_accuracy_mean" if what == "test_accuracy" else what]
    if mean is None:
        return
    ends = [index - 0.22, index + 0.22]
    axes.plot([100 * mean] * 2, ends, color=colour, lw=2.2, zorder=4, solid_capstyle="butt")
    if row[f"{what}_low"] is not None:
        low, high = np.clip([100 * row[f"{what}_low"], 100 * row[f"{what}_high"]], -100, 100)
        axes.plot([low, high], [index] * 2, color=colour, lw=1.3, zorder=4)


def _legend(figure: Figure, rows: list[Row], paired: bool, spec: Spec) -> None:
    confidence = f"mean and {100 * spec.criteria.confidence:g} % interval"
    handles = [
        Line2D([], [], **style.SEED, label="one seed"),
        Line2D([], [], marker="|", ms=11, mew=2, color=style.BLACK, lw=1.3, label=confidence),
    ]
    if any(row["diverged"] for row in rows):
        handles.append(Line2D([], [], **style.DIVERGED, label="diverged seed"))
    if printed := [p for row in rows if (p := spec.printed(row["variant"], "test"))]:
        cut = " (line: cut)" * any(map(is_cut, printed))
        words = f"printed in the chapter, update {PRINTED_AFTER:,}{cut}"
        handles.append(Line2D([], [], **_PRINTED, label=words))
    if paired:
        smallest = f"±{100 * spec.criteria.smallest_difference:g} points"
        handles.append(Patch(color=style.LIGHT, label=f"too small to matter ({smallest})"))
        if any(
            row["verdict"] in _COLOURS and _colour(row, spec.criteria) == style.GREY for row in rows
        ):
            words = "better or worse in grey: maybe too small"
            handles.append(Line2D([], [], color=style.GREY, lw=1.3, label=words))
    figure.legend(
        handles=handles,
        loc="lower left",
        ncols=len(handles) if paired else 2,
        bbox_to_anchor=(0.005, 0),
        columnspacing=1.6,
        handletextpad=0.5,
    )
