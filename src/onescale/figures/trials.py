"""What tuning tried: how the score depends on what is tuned, and where the choice fell.

`sensitivity` has a panel a technique: the score of every trial against the first value that was
tuned, the second told by lines where values were given and by colour where they were drawn, the
choice ringed. A choice at the end of its axis, or a curve without a top, says that the space was
too narrow. `best_of` shows what a smaller budget would have found. `search` shows a random search:
where the draws lie, how good each is, and the learning curves of the best.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from onescale.comparison.best_of import expected_best
from onescale.comparison.study import as_number, as_text
from onescale.comparison.trials import score_name
from onescale.figures import kinds, style
from onescale.figures.studies import axis_name, number_scale
from onescale.figures.style import Axes, Figure

_BEST = 20  # curves that `search` draws, as the book does
_WORST = 4  # times the least error: what is worse is drawn there, as an arrow down

Search = dict[str, Any]
Trial = dict[str, Any]


@style.drawing
def sensitivity(searches: list[Search], title: str) -> Figure:
    """A panel a variant: its trials' scores on held-out images against its first axis."""
    columns = min(4, len(searches))
    rows = -(-len(searches) // columns)
    figure, cells = style.grid((rows, columns), (3.05, 2.3), between=0.85, sharey=True)
    flat = cells.ravel()
    scale = _Scale(searches)
    shown: list[float] = []
    for axes, search in zip(flat, searches, strict=False):
        shown += _sensitivity(axes, search, scale)
    scale.set(flat[0], shown, scale.name)
    style.hide(flat[len(searches) :])
    style.label_outer(cells, y=flat[0].get_ylabel())
    style.title(figure, title, _about(searches))
    return figure


@style.drawing
def best_of(searches: list[Search], title: str) -> Figure:
    """The expected best score after so many draws, and after the CPU seconds that they take."""
    timed = all(
        run["seconds"] is not None for s in searches for t in s["trials"] for run in t["runs"]
    )
    figure, (cells,) = style.grid((1, 1 + timed), (5.2, 4.0), right=1.6, sharey=True)
    scale = _Scale(searches)
    shown = []
    for index, search in enumerate(searches):
        drawn = search["trials"][1 if search["draws"] else 0 :]
        best = expected_best([scale.first(trial) for trial in drawn], scale.lowest)
        draws = np.arange(1, len(best) + 1)
        cells[0].plot(draws, best, **style.pen(index), label=search["name"])
        if timed:
            each = np.mean([trial["runs"][0]["seconds"] for trial in drawn])
            cells[1].plot(each * draws, best, **style.pen(index))
        shown += best
    for axes, name in zip(cells, ("draws", "CPU seconds of their first seeds"), strict=False):
        axes.set(xscale="log", xlabel=name)
        style.plain_log_scale(axes.xaxis)
    scale.set(cells[0], shown, f"best {scale.name}, expected")
    figure.legend(loc="center right", frameon=False, fontsize=9)
    under = "mean over all subsets of the draws made, of one seed each: the best of many is partly "
    under += "luck, and worse on average when trained anew"
    if scale.lowest:
        under += f"; a draw that misses counts as {scale.steps:,} steps"
    style.title(figure, title, under)
    return figure


@style.drawing
def search(searches: list[Search], title: str, x: str, lines: str) -> Figure:
    """The draws on the plane of x and `lines`, and the curves of the best twenty. A default whose
    block is off has no place on the plane."""
    trials = sorted(searches[0]["trials"], key=lambda trial: -trial["accuracy"])
    figure, ((left, right),) = style.grid((1, 2), (5.4, 4.3), right=0.3)
    colours = ScalarMappable(Normalize(0, 100 * trials[0]["accuracy"]), "viridis")
    for trial in reversed(trials):
        at = (trial["values"][x], trial["values"][lines])
        if None in at:
            continue
        ring = {"edgecolor": style.COLOURS[1], "lw": 1.4} if trial is trials[0] else {"lw": 0}
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
    left.set_title(f"{len(left.collections)} draws; ringed: the best")
    style.title(figure, title, f"judged on {searches[0]['held_out']:,} held-out training images")
    return figure


KINDS = {"sensitivity": sensitivity, "best_of": best_of, "search": search}


def draw(searches: list[Search], title: str, asked: Mapping[str, Any]) -> Figure:
    """The figure that {"kind": "sensitivity"} or the like asks for. Raises SpecError."""
    return kinds.draw(asked, KINDS, searches[0]["axes"], searches, title)


class _Scale:
    """The y axis of scores: accuracies in per cent, none below a worst that is worth showing, or
    updates to a level, where what never reached it stands at the last update of its trial."""

    def __init__(self, searches: list[Search]) -> None:
        self.lowest = searches[0]["objective"] == "speed"
        self.steps = max(search["steps"] for search in searches)
        best = max(100 * trial["accuracy"] for s in searches for trial in s["trials"])
        self.worst = self.steps if self.lowest else 100 - _WORST * (100 - best)
        self.name = score_name(searches) + ("" if self.lowest else " (%)")

    def of(self, score: float | None) -> float:
        """Where a score is drawn."""
        if self.lowest:
            return self.steps if score is None else score
        return max(100 * score, self.worst)

    def first(self, trial: Trial) -> float:
        """The score of a trial's first seed, not cut off."""
        score = trial["runs"][0]["score"]
        return self.of(score) if self.lowest else 100 * score

    def set(self, axes: Axes, shown: Iterable[float], name: str) -> None:
        """Scale and name the y axis of `axes`."""
        if self.lowest:
            axes.set_ylabel(name)
        else:
            style.accuracy_scale(axes, "y", min(shown), max(shown), name)


def _sensitivity(axes: Axes, search: Search, scale: _Scale) -> list[float]:
    """One panel; every height shown."""
    first, trials = search["axes"][0], search["trials"]
    shown = (_drawn if search["draws"] else _given)(axes, search, scale)
    choice = search["choice"]
    ring = {"marker": "o", "ms": 11, "mfc": "none", "mec": style.BLACK, "mew": 1.4, "ls": ""}
    axes.plot(as_number(choice["values"][first]), scale.of(choice["score"]), zorder=5, **ring)
    number_scale(axes, [as_number(trial["values"][first]) for trial in trials])
    axes.set_title(search["name"])
    axes.set_xlabel(_label(search), fontsize=9)
    return shown


def _label(search: Search) -> str:
    """What the x axis of a panel is, and its colour where that tells a drawn value."""
    first, *rest = search["axes"]
    if not rest or not search["draws"]:
        return axis_name(first)
    values = [as_number(trial["values"][rest[0]]) for trial in search["trials"]]
    name = axis_name(rest[0].removeprefix("optimizer."))
    return f"{axis_name(first)} (colour: {name} {min(values):.1g} to {max(values):.3g})"


def _given(axes: Axes, search: Search, scale: _Scale) -> list[float]:
    """Given values: a line for each combination of the axes after the first, a dot a seed."""
    first, *rest = search["axes"]
    trials = search["trials"]
    lines = list(dict.fromkeys(tuple(trial["values"][a] for a in rest) for trial in trials))
    shown = []
    for index, line in enumerate(lines):
        own = [t for t in trials if tuple(t["values"][a] for a in rest) == line]
        x = [as_number(trial["values"][first]) for trial in own]
        pen = style.pen(index)
        means = [scale.of(trial["score"]) for trial in own]
        axes.plot(x, means, **pen, label=", ".join(map(as_text, line)), zorder=3)
        for trial, at in zip(own, x, strict=True):
            for run in trial["runs"]:
                shown.append(_dot(axes, at, run, scale, pen["color"]))
    if rest:
        axes.legend(title=", ".join(map(axis_name, rest)), loc="lower left", fontsize=8)
    return shown


def _drawn(axes: Axes, search: Search, scale: _Scale) -> list[float]:
    """Drawn values: a dot a trial, its colour telling the rank of its second value, with the
    standard error of those of several seeds; the default is a square."""
    colours = _colours(search)
    shown = []
    for number, (trial, colour) in enumerate(zip(search["trials"], colours, strict=True)):
        at, height = as_number(trial["values"][search["axes"][0]]), scale.of(trial["score"])
        if trial["error"] is not None and height != scale.worst:
            error = trial["error"] * (1 if scale.lowest else 100)
            axes.errorbar(at, height, error, color=colour, lw=1, zorder=2)
        diverged = any(run["diverged"] is not False for run in trial["runs"])
        _dot(axes, at, {"score": trial["score"], "diverged": diverged}, scale, colour)
        if number == 0:
            axes.plot(at, height, ls="", marker="s", ms=6, color=colour, clip_on=False, zorder=4)
        shown.append(height)
    return shown


def _colours(search: Search) -> list[Any]:
    """A colour for each trial, by the rank of its value on the second axis, the lowest dark; the
    same for all where there is one axis."""
    if len(search["axes"]) == 1:
        return [style.COLOURS[0]] * len(search["trials"])
    second = search["axes"][1]
    values = [as_number(trial["values"][second]) for trial in search["trials"]]
    ranked = sorted(set(values))
    bright = ScalarMappable(Normalize(0, len(ranked)), "viridis")
    return [bright.to_rgba(ranked.index(value)) for value in values]


def _dot(axes: Axes, at: float, run: dict[str, Any], scale: _Scale, colour: Any) -> float:
    """A seed's score, as an arrow where it is cut off and a cross where the run diverged."""
    height = scale.of(run["score"])
    arrow = "^" if scale.lowest else "v"
    dot = {"marker": arrow if height == scale.worst else "o", "ms": 4}
    if run["diverged"] is not False:
        dot = {"marker": "x", "ms": 6, "mew": 1.6}
    axes.plot(at, height, ls="", color=colour, clip_on=False, **dot)
    return height


def _about(searches: list[Search]) -> str:
    """What the dots and rings of a sensitivity figure are."""
    search = searches[0]
    trials, several = len(search["trials"]), style.seed_count([len(search["seeds"])])
    colour = "; colour: dark is low" if any(len(one["axes"]) > 1 for one in searches) else ""
    never = "arrow: never reached" if search["objective"] == "speed" else "arrow: far below"
    marks = f"ring: the choice; {never}; cross: diverged"
    judged = f"judged on {search['held_out']:,} held-out training images"
    if search["draws"]:
        spent = f"{trials} trials, the best with {several}"
        return f"{spent}, {judged}; square: the default; {marks}{colour}"
    return f"{trials} trials of {several} each, {judged}; dots: seeds; {marks}"
