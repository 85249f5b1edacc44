"""What a claim can measure: of a trained run, of several as one, of a path, of an untrained net.

A further measure is one function and one entry in `MEASURES`. Each gives a number a seed; a level
that a run never reaches gives `AtLeast` what it had spent by its end, so that a comparison can use
what is known and no more.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from onescale.claims.spec import Hypothesis, kind_of
from onescale.comparison.drift import drift
from onescale.comparison.spec import SMALLEST_RATIO, Criteria
from onescale.core.errors import DataError, SpecError
from onescale.core.settings import shown
from onescale.nn import activations, surface
from onescale.runs.run import Run
from onescale.training.variant import Variant

_UNTIMED = "; its .timing.json must lie beside it, or its variant stand in the file of --step-times"
Untrained = tuple[Mapping[str, Any], int]  # a subject `spread`, and the seed of its weights
_NEAR = 0.05  # of the range of an activation: this close to the mean, or to an end


class AtLeast(float):
    """A number that is known only to be this large or larger."""


@dataclass(frozen=True)
class Measure:
    """of: (subject, hypothesis) → number or None where undefined. subject: what kind it is taken
    of. unit: how it is written (a key of `words.UNITS`). higher: whether more is better. ratio:
    whether two are compared by their ratio, on the log scale, rather than by their difference.
    margin: the smallest difference or ratio of interest; None is the one of test accuracy, in the
    criteria."""

    of: Callable[[Any, Hypothesis], float | None]
    words: str
    unit: str = "points"
    subject: str = "run"
    higher: bool = True
    ratio: bool = False
    margin: float | None = None


def of_interest(hypothesis: Hypothesis, criteria: Criteria) -> float:
    """The smallest difference (or ratio): the hypothesis' own, the measure's, or of accuracy."""
    given = (hypothesis.margin, MEASURES[hypothesis.measure].margin, criteria.smallest_difference)
    return next(margin for margin in given if margin is not None)


def learns(run: Run, hypothesis: Hypothesis) -> bool:
    """Whether a run ends at the accuracy from which it counts as having learnt."""
    return run.test_accuracy >= (0.5 if hypothesis.learns is None else hypothesis.learns)


def _accuracy(series: str, run: Run, hypothesis: Hypothesis) -> float | None:
    after = hypothesis.after
    return getattr(run, series) if after is None else run.at(after, series)


def _gap(run: Run, hypothesis: Hypothesis) -> float | None:
    both = [_accuracy(f"{part}_accuracy", run, hypothesis) for part in ("train", "test")]
    return None if None in both else both[0] - both[1]


def _to_level(series: str, run: Run, hypothesis: Hypothesis) -> float | None:
    """Steps or seconds until smoothed test accuracy first gets to `level` (`runs.crossing`);
    AtLeast those of the whole run if it never does, also where it broke off before: a run that
    diverged does not get there by being cut short."""
    if hypothesis.level is None:
        raise SpecError(f"claims: {series} to a level: 'level' is missing")
    crossed = run.crossing(hypothesis.level)
    steps = crossed.step if crossed else max(run.steps, run.updates)
    spent = steps if series == "step" else run.seconds(steps)
    if spent is None:
        raise DataError(f"no seconds{_UNTIMED}")
    return spent if crossed else AtLeast(spent)


def _microseconds(run: Run, hypothesis: Hypothesis) -> float:
    if run.us_per_step is None:
        raise DataError(f"no CPU time of a step{_UNTIMED}")
    return run.us_per_step


def _drift(run: Run, hypothesis: Hypothesis) -> float | None:
    moved = drift(run)
    return moved and moved["drift"]


def _spread_over_set(runs: Sequence[Run], hypothesis: Hypothesis) -> float:
    return float(np.std([run.test_accuracy for run in runs], ddof=1)) if len(runs) > 1 else 0.0


def coarse(run: Run, hypothesis: Hypothesis) -> bool:
    """Whether it is not known to 2 % when a run got to `level`."""
    crossed = run.crossing(hypothesis.level)
    return crossed is not None and crossed.coarse


def check_made(subject: Any) -> None:
    """SpecError for a path, or an untrained net, that cannot be made; a variant is none of them."""
    kind = kind_of(subject)
    if kind == "surface":
        if ("rate" in subject) == ("rates" in subject):
            raise SpecError(f"{shown(subject)} needs a rate, or a list of them as rates")
        for rate in subject.get("rates", [subject.get("rate")]):
            Variant(optimizer={"name": subject["surface"], "rate": rate})
    elif kind == "spread":
        if "activation" not in subject:
            raise SpecError(f"{shown(subject)} needs an activation")
        Variant(init=subject["spread"], activation=subject["activation"])


def _stray(figure: str, subject: Mapping[str, Any], hypothesis: Hypothesis) -> float | None:
    """A figure of the path; of several rates, the least of those with which it gets near the
    minimum, since a path that hardly moves does not stray either. None if it does with none."""
    start = subject.get("start", surface.START)
    updates = subject.get("updates", surface.UPDATES)

    def at(rate: float) -> dict[str, float]:
        with np.errstate(over="ignore", invalid="ignore"):
            path = surface.path({"name": subject["surface"], "rate": rate}, start, updates)
            return surface.stray(path)

    if "rates" not in subject:
        return float(found) if math.isfinite(found := at(subject["rate"])[figure]) else None
    strays = [at(rate) for rate in subject["rates"]]
    return min((float(one[figure]) for one in strays if one["arrived"]), default=None)


def _layers(subject: Untrained) -> list[np.ndarray]:
    """The activations of each layer of an untrained net."""
    given, seed = subject
    options = {key: given[key] for key in ("layers", "nodes", "inputs") if key in given}
    return activations.spread(given["spread"], given["activation"], seed=seed, **options)


def _share(where: str, subject: Untrained, hypothesis: Hypothesis) -> float | None:
    """The share of the last layer's activations that is piled up, before training; None of the ends
    of a range that has only one."""
    ends = activations.ACTIVATIONS[subject[0]["activation"]].ends
    if where == "ends" and ends is None:
        return None
    low, high = ends or (0.0, 1.0)
    near = _NEAR * (high - low)
    values = _layers(subject)[-1]
    if where == "mean":
        return float(np.mean(np.abs(values - values.mean()) < near))
    return float(np.mean((values < low + near) | (values > high - near)))


def _spread_kept(axis: int | None, subject: Untrained, hypothesis: Hypothesis) -> float:
    """The share of the first layer's standard deviation that the last has: of all activations, or
    along the axis of the images alone, as the mean of the nodes."""
    first, *_, last = _layers(subject)
    return float(last.std(axis=axis).mean() / first.std(axis=axis).mean())


_COST = {"unit": "ratio", "higher": False, "ratio": True, "margin": SMALLEST_RATIO}
_PATH = {"subject": "path", "higher": False}
_LAYERS = {"unit": "share", "subject": "layers", "margin": 0.1}
MEASURES: dict[str, Measure] = {
    "test_accuracy": Measure(partial(_accuracy, "test_accuracy"), "test accuracy"),
    "train_accuracy": Measure(partial(_accuracy, "train_accuracy"), "training accuracy"),
    "last_six": Measure(
        lambda run, _: run.last_evaluations(), "test accuracy, mean of the last six evaluations"
    ),
    "gap": Measure(_gap, "gap", higher=False),
    "steps": Measure(partial(_to_level, "step"), "steps", **_COST),
    "seconds": Measure(partial(_to_level, "seconds"), "CPU seconds", **_COST),
    "step_cost": Measure(_microseconds, "CPU time of a step", **_COST),
    "drift": Measure(_drift, "drift", "sd", higher=False, margin=0.1),
    "spread_over_set": Measure(
        _spread_over_set, "spread of test accuracy", subject="set", higher=False
    ),
    "learns": Measure(learns, "nets that learn", "share", subject="nets"),
    "path_length": Measure(
        partial(_stray, "length_ratio"), "path over straight line", "times", **_PATH, margin=0.1
    ),
    "turns": Measure(
        partial(_stray, "turns"), "visible turns across the valley", "count", **_PATH, margin=0.5
    ),
    "piled_at_mean": Measure(partial(_share, "mean"), "activations at their mean", **_LAYERS),
    "piled_at_ends": Measure(
        partial(_share, "ends"), "activations at the ends of their range", **_LAYERS
    ),
    "spread_kept": Measure(
        partial(_spread_kept, None), "spread kept from first to last layer", **_LAYERS
    ),
    "image_spread_kept": Measure(
        partial(_spread_kept, 0), "spread over images kept from first to last layer", **_LAYERS
    ),
    "weights": Measure(lambda *_: None, "trained weights", "weight", subject="arrays"),
}
