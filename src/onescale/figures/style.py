"""What all pictures share: colours, fonts, axes, and files that are the same bytes each time.

Colours are those of Okabe and Ito, told apart by every common kind of colour vision; line styles
repeat the distinction, for grey print and for more lines than colours. Fonts are DejaVu Sans, which
comes with matplotlib, and NanumGothic for Hangul, whose files are taken from the package
koreanize-matplotlib (its own import needs distutils, which Python 3.12 no longer has).
"""

import dataclasses
import functools
import importlib.util
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogFormatterSciNotation, MaxNLocator

from onescale.core.atomic import atomic_write
from onescale.core.text import visible_lines

P = ParamSpec("P")
T = TypeVar("T")

BLACK, GREY, LIGHT = "#222222", "#767676", "#d9d9d9"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#222222")
DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
SEED = {"marker": "o", "ls": "", "ms": 4.2, "mew": 0, "color": COLOURS[0], "alpha": 0.6}
DIVERGED = {"marker": "x", "ls": "", "ms": 6, "mew": 1.8, "color": COLOURS[1]}
DPI = 150
_MOST = 65_000  # dots that Matplotlib draws each way
# Where no DejaVu Sans is installed, letters as wide as its own.
_FAMILIES = "'DejaVu Sans', Verdana, 'NanumGothic', sans-serif"

_SETTINGS = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": BLACK,
    "axes.labelsize": 10,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.unicode_minus": True,
    "figure.titlesize": 13,
    "font.family": ["DejaVu Sans", "NanumGothic"],
    "font.size": 9.5,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "savefig.dpi": DPI,
    "svg.fonttype": "none",  # text stays text: it can be searched, changed and translated
    "svg.hashsalt": "onescale",
    "text.color": BLACK,
    "xtick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.color": GREY,
    "ytick.labelcolor": BLACK,
}


def drawing(function: Callable[P, T]) -> Callable[P, T]:
    """Run a drawing function under our settings, whatever the caller's are, and restore those."""

    @functools.wraps(function)
    def styled(*args: P.args, **kwargs: P.kwargs) -> T:
        _add_hangul_fonts()
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(_SETTINGS)
            return function(*args, **kwargs)

    return styled


@functools.cache
def _add_hangul_fonts() -> None:
    for file in _hangul_fonts():
        font_manager.fontManager.addfont(file)
        if "Bold" in file.name:  # its file says 600, which matplotlib does not take for bold
            known = font_manager.fontManager.ttflist
            known[-1] = dataclasses.replace(known[-1], weight=700)


def _hangul_fonts() -> list[Path]:
    """NanumGothic's files, found without importing the package that carries them."""
    spec = importlib.util.find_spec("koreanize_matplotlib")
    folder = Path(spec.origin).parent / "fonts" if spec and spec.origin else None
    names = ("NanumGothic.ttf", "NanumGothicBold.ttf")
    return [folder / name for name in names if folder and (folder / name).is_file()]


def pen(index: int) -> dict:
    """Colour and line style of the k-th of several lines; 28 differ."""
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[index % len(DASHES)]}


def panels(
    size: tuple[float, float], rows: int = 1, columns: int = 1, adjust: dict | None = None, **share
) -> tuple[Figure, np.ndarray]:
    """A figure of so many inches and its panels by row; adjust: as `Figure.subplots_adjust`."""
    figure = canvas(*size)
    axes = figure.subplots(rows, columns, squeeze=False, **share)
    figure.subplots_adjust(**adjust or {})
    return figure, axes


def grid(
    shape: tuple[int, int], size: tuple[float, float], left=0.95, right=0.15, between=0.42, **share
) -> tuple[Figure, np.ndarray]:
    """Rows and columns of panels of so many inches, with room for titles and labels."""
    (rows, columns), (wide, high), above, below = shape, size, 0.95, 0.5
    width = left + columns * wide + right
    height = above + rows * high + (rows - 1) * between + below
    adjust = {
        "left": left / width,
        "right": 1 - right / width,
        "top": 1 - above / height,
        "bottom": below / height,
        "wspace": (0.25 if share.get("sharey") else 0.8) / wide,
        "hspace": between / high,
    }
    return panels((width, height), rows, columns, adjust, **share)


def label_outer(grid: np.ndarray, x: str = "", y: str = "") -> None:
    """Name the axes of all panels once, below the last row and left of the first column."""
    for axes in grid[-1] if x else ():
        axes.set_xlabel(x)
    for axes in grid[:, 0] if y else ():
        axes.set_ylabel(y)


def hide(panels: Iterable[Axes]) -> None:
    """Leave the place of panels that nothing is drawn in empty."""
    for axes in panels:
        axes.set_visible(False)


def curve(axes: Axes, x, values, pen: dict, alpha: float = 0.18, **line) -> None:
    """A line for the mean and a band from lowest to highest; values: (mean, lowest, highest)."""
    mean, low, high = values
    axes.plot(x, mean, **pen, zorder=3, **line)
    axes.fill_between(x, low, high, color=pen["color"], alpha=alpha, lw=0)


def seeds(axes: Axes, index: int, values, runs, apart: float, **more) -> None:
    """A dot beside another for each seed, on the line of its variant; crosses for diverged ones."""
    offsets = np.linspace(-apart, apart, len(values)) if len(values) > 1 else [0.0]
    for run, value, offset in zip(runs, values, offsets, strict=True):
        marker = SEED if run.diverged is None else DIVERGED
        axes.plot(value, index + offset, **marker, zorder=3, **more)


def canvas(width: float, height: float) -> Figure:
    """An empty figure of so many inches, without pyplot's global state."""
    figure = Figure(figsize=(width, height), layout="none")
    FigureCanvasAgg(figure)
    return figure


def title(figure: Figure, text: str, under: str = "") -> None:
    """A title at the left and one line under it that says what is drawn."""
    inches = figure.get_figheight()
    figure.text(0.012, 1 - 0.1 / inches, text, ha="left", va="top", fontsize=13, weight="bold")
    if under:
        figure.text(0.012, 1 - 0.36 / inches, under, ha="left", va="top", color=GREY, fontsize=9.5)


def seed_count(counts: Iterable[int]) -> str:
    """How many seeds, each of several numbers once: `1 seed`, `5 or 20 seeds`."""
    counts = sorted(set(counts))
    return f"{' or '.join(map(str, counts))} seed{'s' * (counts != [1])}"


def plain_log_scale(axis: Axis) -> None:
    """Write 0.1 and 10 on a logarithmic axis; powers of ten only where figures would be long."""
    axis.set_major_formatter(_Plain())
    axis.set_minor_formatter(_Plain())


class _Plain(LogFormatterSciNotation):
    """Its choice of what to label, in plain figures."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        told = super().__call__(x, pos)
        return f"{x:g}" if told and 0.001 <= x <= 9999 else told


def accuracy_scale(axes: Axes, which: str, lowest: float, highest: float, name: str = "") -> None:
    """Scale and name the x or y axis of `axes` for accuracies in per cent, from lowest to highest.

    From 95 % to 99 % the error falls to a fifth, which an axis from 0 to 100 shows as a hair's
    breadth: where the errors differ more than fourfold the axis is logarithmic in them, and says
    so. 100 % is drawn at 99.995 %, half a test image short.
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    set_limits = axes.set_xlim if which == "x" else axes.set_ylim
    set_scale = axes.set_xscale if which == "x" else axes.set_yscale
    low_error, high_error = max(100 - highest, _LEAST_ERROR), max(100 - lowest, _LEAST_ERROR)
    if high_error < 4 * low_error:
        margin = max(0.06 * (high_error - low_error), 0.05)
        set_limits(100 - high_error - margin, min(100 - low_error + margin, 100 + margin / 4))
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_label_text(name)
        return
    axis.set_label_text(("; " if which == "x" else "\n").join(filter(None, (name, _LOGARITHMIC))))
    set_scale("function", functions=(_to_error, _from_error))
    margin = (high_error / low_error) ** 0.05
    low, high = 100 - min(high_error * margin, 99), 100 - max(low_error / margin, _LEAST_ERROR)
    set_limits(low, high)
    axis.set_major_locator(FixedLocator(_ticks(low, high, which == "x")))
    axis.set_major_formatter(lambda value, _: _percent(value))
    axis.set_minor_locator(FixedLocator([]))


def difference_scale(axes: Axes, shown: np.ndarray, smallest: float) -> None:
    """Scale and name the x axis of `axes` for differences of accuracy in points: plain, or where
    some are above 4, logarithmic outside ±1. shown: (n, 3), estimates and the ends of intervals."""
    low, high = np.clip([shown.min(), shown.max()], -100, 100)
    label = "difference to the reference (points"
    if np.abs(shown[:, 0]).max() > 4:
        axes.set_xscale("symlog", linthresh=1, linscale=1)
        ticks = [0.5, 1, 3, 10, 30, 90]
        axes.set_xticks([-tick for tick in ticks[::-1]] + [0, *ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlim(min(1.4 * low, -0.5), max(1.4 * high, 0.5))
        label += "; logarithmic outside ±1"
    else:
        margin = 0.05 * (high - low) + 0.3 * smallest
        axes.set_xlim(min(low, -smallest) - margin, max(high, smallest) + margin)
    axes.xaxis.set_major_formatter(lambda value, _: signed(value))
    axes.set_xlabel(f"{label})")


_LOGARITHMIC = "logarithmic in the error"
_LEAST_ERROR = 0.005
_TICKS = (99.995, 99, 90, 10, 50, 99.9, 95, 80, 98, 99.5, 99.8, 99.95, 99.98)  # the best first
_FINE_TICKS = (20, 30, 40, 60, 70, 85, 92, 93, 94, 96, 97, 97.5, 98.5, 99.2, 99.7)


def _ticks(low: float, high: float, across: bool) -> list[float]:
    """Round accuracies to mark between low and high, as many as have room for their labels: the
    fine ones where there are fewer than five others."""

    def needed(tick: float, other: float) -> float:  # of the length of an axis
        return 0.013 * len(_percent(tick) + _percent(other)) + 0.01 if across else 0.065

    length = _to_error(high) - _to_error(low)
    chosen: list[float] = []
    for ticks in (_TICKS, _FINE_TICKS):
        for tick in (tick for tick in ticks if low <= tick <= high):
            error = _to_error(tick)
            if all(abs(error - _to_error(o)) >= length * needed(tick, o) for o in chosen):
                chosen.append(tick)
        if len(chosen) >= 5:
            break
    return sorted(chosen)


def _percent(accuracy: float) -> str:
    return "100" if accuracy > 99.99 else f"{accuracy:g}"


def _to_error(accuracy):
    return -np.log10(np.maximum(100 - np.asarray(accuracy, dtype=float), _LEAST_ERROR))


def _from_error(value):
    return 100 - 10 ** -np.asarray(value, dtype=float)


def signed(value: float) -> str:
    """+0.5, −0.5, 0: with the true minus."""
    return f"{value:+g}".replace("-", "−") if value else "0"


@drawing
def write(figure: Figure, path: str | Path) -> list[Path]:
    """Write `path`.png and `path`.svg (an ending given is dropped); the same bytes each time. A
    figure that is too large for a picture, such as of 2,000 variants, has fewer dots an inch."""
    path = Path(path)
    base = path.with_suffix("") if path.suffix in (".png", ".svg") else path
    metadata = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
    written = []
    for kind, about in metadata.items():
        buffer = io.BytesIO()
        dpi = min(DPI, _MOST / figure.get_size_inches().max())
        figure.savefig(buffer, format=kind, metadata=about, dpi=dpi)
        content = buffer.getvalue() if kind == "png" else _readable(buffer.getvalue())
        target = base.with_name(f"{base.name}.{kind}")
        with atomic_write(target, "wb") as stream:
            stream.write(content)
        written.append(target)
    return written


def _readable(svg: bytes) -> bytes:
    """Text that looks the same on another machine: by fonts that are there, with all of its spaces,
    of which SVG shows one where two follow each other, and without characters that XML refuses."""
    text = visible_lines(svg.decode())
    text = re.sub(r"font-family: '[^;\"]*", f"font-family: {_FAMILIES}", text)
    return re.sub(r"(?<=\S)  (?=\S)", "\N{NO-BREAK SPACE} ", text).encode()
