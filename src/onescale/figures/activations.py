"""Histograms of activations, layer by layer, for each activation and each initial scale."""

import math

import numpy as np

from onescale.figures import style
from onescale.figures.style import Axes, Figure
from onescale.nn import activations

_BINS = 45
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TALLEST = 0.16  # share of a layer's activations at which a bar is cut off


@style.drawing
def histograms(inputs: int = 1000, seed: int = 0) -> Figure:
    """A panel an activation and initial scale; in each, a histogram a layer, the first on top."""
    rows, columns = list(activations.SHOWN), list(activations.INITS)
    adjust = {"left": 0.065, "right": 0.985, "top": 0.9, "bottom": 0.06}
    adjust |= {"wspace": 0.2, "hspace": 0.26}
    share = {"sharex": "row", "sharey": True}
    figure, grid = style.panels((12.6, 9.4), len(rows), len(columns), adjust, **share)
    for line, activation in zip(grid, rows, strict=True):
        more = " (last bar: 3 and more)" if activation == "relu" else ""
        for axes, name in zip(line, columns, strict=True):
            init = activations.INITS[name]
            values = activations.spread(init, activation, inputs=inputs, seed=seed)
            _panel(axes, values, activations.SHOWN[activation])
            axes.set_xlabel(f"activation{more}")
        line[0].set_ylabel(f"{activation}\nlayer", weight="bold")
    for axes, name in zip(grid[0], columns, strict=True):
        axes.set_title(name, weight="bold")
    style.title(
        figure,
        "Activations before training, by initial weights",
        f"{inputs:,} standard normal inputs through {activations.LAYERS} layers of "
        f"{activations.NODES} nodes; "
        f"bars are shares of a layer, cut off, with an orange cap, at {100 * _TALLEST:g} %; "
        "sd: standard deviation of the layer's activations",
    )
    return figure


def _panel(axes: Axes, layers: list[np.ndarray], between: tuple[float, float]) -> None:
    low, high = between
    edges = np.linspace(low, high, _BINS + 1)
    small = {"transform": axes.get_yaxis_transform(), "ha": "center", "va": "top", "fontsize": 8}
    behind = {"facecolor": "white", "alpha": 0.75, "lw": 0, "pad": 0.8}
    for base, values in zip(reversed(range(len(layers))), layers, strict=True):
        counts, _ = np.histogram(np.clip(values, low, high), edges)
        share = counts / values.size
        tall, cut = np.minimum(share / _TALLEST, 1) * 0.86, share > _TALLEST
        bars = {"fill": True, "lw": 0, "alpha": 0.85}  # one shape, not 45
        axes.stairs(base + tall, edges, baseline=base, color=style.COLOURS[0], zorder=2, **bars)
        caps = {"color": style.COLOURS[1], "align": "edge", "lw": 0, "zorder": 3}
        axes.bar(edges[:-1][cut], 0.05, np.diff(edges)[cut], base + 0.86, **caps)
        axes.axhline(base, color=style.GREY, lw=0.6, zorder=1)
        spread = f"sd {_two_digits(values.std())}"
        axes.text(0.72, base + 0.93, spread, color=style.BLACK, bbox=behind, zorder=4, **small)
    axes.set_ylim(-0.02, len(layers))
    numbers = range(1, len(layers) + 1)
    axes.set_yticks([len(layers) - number + 0.4 for number in numbers], [*map(str, numbers)])
    axes.tick_params(axis="y", length=0)
    axes.grid(False)
    axes.set_xlim(low - 0.02 * (high - low), high + 0.02 * (high - low))


def _two_digits(value: float) -> str:
    """Two significant digits as a person writes them: 0.25, 16,000, 1.6·10⁻⁶."""
    if value >= 10:
        return f"{float(f'{value:.2g}'):,.0f}"
    if value >= 0.001:
        return f"{value:.{1 - math.floor(math.log10(value))}f}"
    mantissa, exponent = f"{value:.1e}".split("e-")
    return f"{mantissa}·10⁻{exponent.lstrip('0').translate(_SUPERSCRIPTS)}"
