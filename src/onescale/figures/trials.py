"""What tuning tried: how accuracy depends on what is tuned, and where the choice fell.

`sensitivity` has a panel a technique: held-out accuracy against the first value that was tuned, a
line for each of the second, the choice ringed. A choice at the end of its axis, or a curve without
a top, says that the space was too narrow. `search` shows a random search: where the draws lie, how
good each is, and the learning curves of the best.
"""

from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from onescale.comparison.study import as_number, as_text
from onescale.figures import kinds, style
from onescale.figures.studies import axis_name, number_scale
from onescale.figures.style import Axes, Figure

_BEST = 20  # curves that `search` draws, as the book does
_WORST = 4  # times the least error: what is worse is drawn there, as an arrow down


@style.drawing
def sensitivity(searches: list[dict[str, Any]], title: str) -> Figure:
    """A panel a variant: accuracy on held-out images against its first axis."""
    columns = min(4, len(searches))
    rows = -(-len(searches) // columns)
    figure, cells = style.grid((rows, columns), (3.05, 2.3), between=0.85, sharey=True)
    flat = cells.ravel()
    shown: list[float] = []
    best = max(100 * trial["accuracy"] for search in searches for trial in search["trials"])
    for axes, search in zip(flat, searches, strict=False):
        shown += _sensitivity(axes, search, 100 - _WORST * (100 - best))
    for axes in flat[: len(searches)]:
        style.accuracy_scale(axes, "y", min(shown), max(shown))
    style.hide(flat[len(searches) :])
    style.label_outer(cells, y="held-out accuracy (%)")
    seeds, trials = len(searches[0]["seeds"]), len(searches[0]["trials"])
    style.title(
        figure,
        title,
        f"{trials} trials of {seeds} seed{'s' * (seeds > 1)} each, judged on "
        f"{searches[0]['held_out']:,} held-out training images; dots: seeds; ring: the choice; "
        "arrow: far below; cross: diverged",
    )
    return figure


@style.drawing
def search(searches: list[dict[str, Any]], title: str, x: str, lines: str) -> Figure:
    """The draws on the plane of x and `lines`, and the curves of the best twenty."""
    trials = sorted(searches[0]["trials"], key=lambda trial: -trial["accuracy"])
    figure, ((left, right),) = style.grid((1, 2), (5.4, 4.3), right=0.3)
    colours = ScalarMappable(Normalize(0, 100 * trials[0]["accuracy"]), "viridis")
    for trial in reversed(trials):
        ring = {"edgecolor": style.COLOURS[1], "lw": 1.4} if trial is trials[0] else {"lw": 0}
        at = (trial["values"][x], trial["values"][lines])
        colour = colours.to_rgba(100 * trial["accuracy"])
        left.scatter(*at, color=colour, s=34, zorder=3, **ring)
    left.set(xscale="log", yscale="log", xlabel=axis_name(x), ylabel=axis_name(lines))
    figure.colorbar(colours, ax=left, label="held-out accuracy (%)")
    for trial in trials[:_BEST]:
        for run in trial["runs"]:
            history = run["history"]
            pen = {"color": colours.to_rgba(100 * trial["accuracy"]), "lw": 1.2}
            right.plot(history["step"], 100 * np.array(history["accuracy"]), **pen)
            right.plot(history["step"], 100 * np.array(history["train_accuracy"]), ls=":", **pen)
    right.set(ylim=(0, 102), xlabel="updates", ylabel="accuracy (%)")
    right.set_title(f"the best {min(_BEST, len(trials))}: held-out (line), training (dotted)")
    left.set_title(f"all {len(trials)} draws; ringed: the best")
    style.title(figure, title, f"judged on {searches[0]['held_out']:,} held-out training images")
    return figure


KINDS = {"sensitivity": sensitivity, "search": search}


def draw(searches: list[dict[str, Any]], title: str, text: str) -> Figure:
    """The figure that JSON such as {"kind": "sensitivity"} asks for. Raises SpecError."""
    return kinds.draw(text, KINDS, searches[0]["axes"], searches, title)


def _sensitivity(axes: Axes, search: dict[str, Any], least: float) -> list[float]:
    """One panel; every accuracy shown, in per cent, none below `least`."""
    first, *rest = search["axes"]
    trials = search["trials"]
    lines = list(dict.fromkeys(tuple(trial["values"][a] for a in rest) for trial in trials))
    shown = []
    for index, line in enumerate(lines):
        own = [t for t in trials if tuple(t["values"][a] for a in rest) == line]
        x = [as_number(trial["values"][first]) for trial in own]
        means = [max(100 * trial["accuracy"], least) for trial in own]
        pen = style.pen(index)
        axes.plot(x, means, **pen, label=", ".join(map(as_text, line)), zorder=3)
        for trial, at in zip(own, x, strict=True):
            for run in trial["runs"]:
                height = max(100 * run["accuracy"], least)
                dot = {"marker": "v" if height == least else "o", "ms": 4}
                if run["diverged"] is not False:
                    dot = {"marker": "x", "ms": 6, "mew": 1.6}
                axes.plot(at, height, ls="", color=pen["color"], clip_on=False, **dot)
                shown.append(height)
    choice = search["choice"]
    ring = {"marker": "o", "ms": 11, "mfc": "none", "mec": style.BLACK, "mew": 1.4, "ls": ""}
    height = max(100 * choice["accuracy"], least)
    axes.plot(as_number(choice["values"][first]), height, zorder=5, **ring)
    number_scale(axes, [as_number(trial["values"][first]) for trial in trials])
    axes.set_title(search["name"])
    axes.set_xlabel(axis_name(first))
    if rest:
        axes.legend(title=", ".join(map(axis_name, rest)), loc="lower left", fontsize=8)
    return shown
