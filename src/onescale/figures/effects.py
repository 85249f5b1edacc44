"""What helped, by how much: a row a technique, in points of accuracy and in steps saved.

The one picture for a person who looks at no other: techniques stand under what they are held
against, every effect with its interval and as a number, in the shade where it is too small to
matter. Colours, markers and the legend repeat one another, so that none is needed alone.
"""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from onescale.comparison.effects import HELPS, HURTS, OPEN, SAME, Effect, Worth
from onescale.comparison.spec import SMALLEST_RATIO, Criteria
from onescale.figures import style
from onescale.figures.style import Axes, Figure

_MARKS = {
    HELPS: {"marker": ">", "color": style.COLOURS[2]},
    SAME: {"marker": "s", "color": style.COLOURS[0]},
    HURTS: {"marker": "<", "color": style.COLOURS[1]},
    OPEN: {"marker": "o", "color": style.GREY, "mfc": "white"},
}
_LINE = {"lw": 1.8, "ms": 7, "mew": 1.6}
_ROW, _HEADING = 0.29, 0.42  # inches of a technique, and of what it stands under
_ABOVE, _BELOW = 0.95, 1.0
_TICKS = (0.05, 0.1, 0.2, 0.33, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50)


@style.drawing
def effects(worths: Sequence[Worth], criteria: Criteria) -> Figure:
    """The left panel in points of test accuracy, the right one in steps saved, as a factor."""
    places, end = _places(worths)
    high = _ABOVE + end + _BELOW
    adjust = {"left": 0.2, "right": 0.925, "wspace": 0.2}
    adjust |= {"top": 1 - _ABOVE / high, "bottom": _BELOW / high}
    figure, ((left, right),) = style.panels((12.6, high), 1, 2, adjust, sharey=True)
    _accuracies(left, places, worths, 100 * criteria.smallest_difference)
    _steps(right, places, worths)
    for axes in (left, right):
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        _headings(axes, places, worths, shown=axes is left)
    left.set_ylim(end, 0)
    left.set_yticks(places, [worth.technique.label for worth in worths])
    _legend(figure, worths, criteria)
    style.title(figure, "What helped, by how much", _about(worths, criteria))
    return figure


def _places(worths: Sequence[Worth]) -> tuple[list[float], float]:
    """The middle of each row, in inches from the top, and where the last ends."""
    places, down, group = [], 0.0, None
    for worth in worths:
        down += _ROW if worth.technique.group == group else _ROW + _HEADING
        group = worth.technique.group
        places.append(down - _ROW / 2)
    return places, down + _ROW / 4


def _headings(axes: Axes, places: list[float], worths: Sequence[Worth], shown: bool = True) -> None:
    """An empty strip above each group, with what it stands under."""
    groups = {
        worth.technique.group: y for y, worth in reversed(list(zip(places, worths, strict=True)))
    }
    for group, y in groups.items():
        bottom = y - _ROW / 2
        axes.axhspan(bottom - _HEADING, bottom, color="white", zorder=2.4)
        if shown:
            words = {"weight": "bold", "va": "center", "zorder": 5}
            axes.text(
                -0.49, bottom - 0.4 * _HEADING, group, transform=axes.get_yaxis_transform(), **words
            )


def _accuracies(axes: Axes, places, worths: Sequence[Worth], smallest: float) -> None:
    for y, worth in zip(places, worths, strict=True):
        _effect(axes, y, worth.accuracy, 100, lambda value: f"{value:+.2f}".replace("-", "−"))
    shown = [(e.estimate, e.low, e.high) for e in (worth.accuracy for worth in worths)]
    _shade(axes, -smallest, smallest, 0)
    style.difference_scale(axes, 100 * np.nan_to_num(np.array(shown, dtype=float)), smallest)
    axes.set_title("Test accuracy: better to the right")


def _steps(axes: Axes, places, worths: Sequence[Worth]) -> None:
    for y, worth in zip(places, worths, strict=True):
        _effect(axes, y, worth.steps, 1, lambda value: f"×{value:.2f}")
    known = [effect for effect in (worth.steps for worth in worths) if effect.estimate is not None]
    ends = [end for e in known for end in (e.estimate, e.low, e.high) if end is not None]
    low, high = min([1 / 1.5, *ends]) / 1.1, 1.1 * max([1.5, *ends])
    _shade(axes, 1 / SMALLEST_RATIO, SMALLEST_RATIO, 1)
    axes.set(xscale="log", xlim=(low, high))
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"×{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    level = " or ".join(f"{100 * level:g} %" for level in sorted({w.level for w in worths}))
    axes.set_xlabel("times as fast as the reference (×2: in half as many steps)")
    axes.set_title(f"Speed to {level} test accuracy, in steps: faster to the right")


def _effect(axes: Axes, y: float, effect: Effect, factor: float, show: Callable) -> None:
    """Mark, interval and number of one effect, or the words why it has none."""
    beside = {"transform": axes.get_yaxis_transform(), "va": "center_baseline"}
    if effect.estimate is None:
        ground = {"color": "white", "pad": 1.5}
        words = {"color": style.GREY, "style": "italic", "fontsize": 8.5, "ha": "center"}
        axes.text(0.5, y, effect.note, bbox=ground, zorder=4, **words, **beside)
        return
    mark = _MARKS[effect.outcome]
    ends = [e for e in (effect.low, effect.high) if e is not None]
    axes.plot([factor * e for e in ends], [y] * len(ends), color=mark["color"], lw=1.8, zorder=3)
    axes.plot(factor * effect.estimate, y, ls="", zorder=4, **mark, **_LINE)
    number = ("≈" if effect.coarse else "") + show(factor * effect.estimate)
    weight = "bold" if effect.outcome in (HELPS, HURTS) else "normal"
    axes.text(1.015, y, number, color=mark["color"], weight=weight, **beside)


def _shade(axes: Axes, low: float, high: float, none: float) -> None:
    """What is too small to matter, and a line where there is no effect."""
    axes.axvspan(low, high, color=style.LIGHT, alpha=0.7, lw=0, zorder=1)
    axes.axvline(none, color=style.GREY, lw=1, zorder=2)


def _legend(figure: Figure, worths: Sequence[Worth], criteria: Criteria) -> None:
    found = {effect.outcome for worth in worths for effect in (worth.accuracy, worth.steps)}
    handles = [Line2D([], [], **mark, **_LINE, label=o) for o, mark in _MARKS.items() if o in found]
    small = f"±{100 * criteria.smallest_difference:g} points, a factor of {SMALLEST_RATIO:g}"
    handles.append(Patch(color=style.LIGHT, label=f"too small to matter ({small})"))
    figure.legend(handles=handles, loc="lower left", ncols=len(handles), bbox_to_anchor=(0.005, 0))


def _about(worths: Sequence[Worth], criteria: Criteria) -> str:
    seeds = style.seed_count(worth.seeds for worth in worths)
    told = f"mark: mean difference to the same net without it, over {seeds}; line: its "
    told += f"{100 * criteria.confidence:g} % interval"
    if any(worth.steps.coarse for worth in worths):
        told += "; ≈: known no better than to 2 %"
    if any(effect.tunings for worth in worths for effect in (worth.accuracy, worth.steps)):
        told += "; tuned: open where repeats differ"
    return told
