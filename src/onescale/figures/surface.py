"""The way of each optimiser down z = x²/20 + y², over the contours of the bowl."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from onescale.figures import style
from onescale.figures.style import Axes, Figure
from onescale.nn import optimizer_file, surface

_LEVELS = (0.02, 0.1, 0.3, 0.7, 1.3, 2.2, 3.5, 5.2, 7.5)
_FARTHEST = (30.0, 10.0)
# What str.capitalize would misspell.
_TITLES = {name.lower(): name for name in ("SGD", "AdaGrad", "RMSprop", "AdaDelta", "AdamW")}


@style.drawing
def paths(
    optimizers: Sequence[Mapping[str, Any]],
    start: Sequence[float] = surface.START,
    updates: int = surface.UPDATES,
) -> Figure:
    """A panel an optimiser: contours, the points it visits, the start and the minimum."""
    ways = [surface.path(optimizer, start, updates) for optimizer in optimizers]
    columns = 2 if len(ways) in (2, 4) else min(3, len(ways))
    lines = math.ceil(len(ways) / columns)
    height = 1.05 + 2.6 * lines
    adjust = {"left": 0.06, "right": 0.985, "wspace": 0.06, "hspace": 0.28}
    adjust |= {"top": 1 - 0.98 / height, "bottom": 0.5 / height}
    size = (max(5.6 * columns, 7), height)
    figure, grid = style.panels(size, lines, columns, adjust, sharex=True, sharey=True)
    grid = grid.ravel()
    # A path may run away; the valley is to stay in sight.
    reach = np.minimum(1.15 * np.nanmax(np.abs(np.concatenate(ways)), axis=0), _FARTHEST)
    reach = np.maximum(reach, (8.0, 2.4))
    for axes, optimizer, way in zip(grid, optimizers, ways, strict=False):
        _panel(axes, optimizer, way, reach)
    style.hide(grid[len(ways) :])
    for axes in grid[max(0, len(ways) - columns) : len(ways)]:
        axes.set_xlabel("x")
        axes.tick_params(labelbottom=True)
    for axes in grid[::columns]:
        axes.set_ylabel("y")
    where = f"({start[0]:g}, {start[1]:g})".replace("-", "−")
    style.title(
        figure,
        "Paths on z = x²/20 + y²",
        f"{updates} updates from {where}, the square, towards the minimum, "
        "the cross; contours of equal z",
    )
    return figure


def _panel(axes: Axes, optimizer: Mapping[str, Any], way: np.ndarray, reach: np.ndarray) -> None:
    """One optimiser: contours of the bowl, its way, and two figures on how far it strayed."""
    x, y = np.meshgrid(*(np.linspace(-end, end, 301) for end in reach))
    axes.grid(False)
    axes.contour(x, y, surface.height(x, y), levels=_LEVELS, colors=style.LIGHT, linewidths=0.9)
    axes.plot(*way.T, "-", color=style.COLOURS[0], lw=1.3, zorder=3)
    axes.plot(*way[1:].T, "o", color=style.COLOURS[0], ms=3.4, mew=0, zorder=4)
    axes.plot(*way[0], "s", color=style.BLACK, ms=6, zorder=5)
    axes.plot(0, 0, "+", color=style.COLOURS[1], ms=12, mew=2.2, zorder=5)
    axes.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]))
    name, rate = optimizer["name"], optimizer_file.build(optimizer, "surface.optimizers").rate
    axes.set_title(f"{_TITLES.get(name, name.capitalize())}  η = {rate:g}", weight="bold")
    facts = surface.stray(way)
    told = (
        f"length {_short(facts['length_ratio'])} × the straight line, "
        f"ends {_short(facts['distance'])} from the minimum"
        if math.isfinite(facts["distance"])
        else "runs away"
    )
    corner = {"transform": axes.transAxes, "ha": "right", "va": "bottom", "fontsize": 9}
    behind = {"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 1.5}
    axes.text(0.985, 0.03, told, color=style.GREY, bbox=behind, **corner)


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 1000 else f"{value:.0e}"
