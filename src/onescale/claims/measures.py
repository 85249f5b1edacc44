"""What a claim can measure: of a trained run, of several as one, of a path, of an untrained net.

A further measure is one function and one entry in `MEASURES`. Each gives a number a seed; a level
that a run never reaches gives `AtLeast` what it had spent by its end, so that a comparison can use
what is known and no more.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onescale.claims.spec import Part
from onescale.comparison.study import drift
from onescale.core.errors import DataError, SpecError
from onescale.nn import activations, surface
from onescale.runs.run import Run

_UNTIMED = "; its .timing.json must lie beside it, or its variant stand in the file of --step-times"
_NEAR = 0.05  # of the range of an activation: this close to the mean, or to an end


class AtLeast(float):
    """A number that is known only to be this large or larger."""


@dataclass(frozen=True)
class Measure:
    """of: (subject, part) → number or None where undefined. subject: what kind it is taken of.
    unit: how it is written. higher: whether more is better. ratio: whether two are compared by
    their ratio, on the log scale, rather than by their difference. margin: the smallest difference
    or ratio of interest; None is the one of test accuracy, in `statistics`."""

    of: Callable[[Any, Part], float | None]
    words: str
    unit: str = "points"
    subject: str = "run"
    higher: bool = True
    ratio: bool = False
    margin: float | None = None


def _accuracy(series: str) -> Callable[[Run, Part], float | None]:
    def of(run: Run, part: Part) -> float | None:
        return getattr(run, series) if part.after is None else run.at(part.after, series)

    return of


def _gap(run: Run, part: Part) -> float | None:
    both = [_accuracy(series)(run, part) for series in ("train_accuracy", "test_accuracy")]
    return None if None in both else both[0] - both[1]


def _to_level(series: str) -> Callable[[Run, Part], float | None]:
    """Steps or seconds until test accuracy first passes `level`, on a straight line between two
    evaluations; AtLeast those of the whole run if it never does, also where it broke off before:
    a run that diverged does not get there by being cut short."""

    def of(run: Run, part: Part) -> float | None:
        if part.level is None:
            raise SpecError(f"claims: {series} to a level: 'level' is missing")
        spent = run.history.get(series)
        if spent is None:
            raise DataError(f"no seconds{_UNTIMED}")
        seen = run.history["test_accuracy"]
        place = next((i for i, a in enumerate(seen) if a >= part.level), None)
        if place is None:
            return AtLeast(spent[-1] * max(1.0, run.steps / run.history["step"][-1]))
        if place == 0:
            return float(spent[0])
        share = (part.level - seen[place - 1]) / (seen[place] - seen[place - 1])
        return spent[place - 1] + share * (spent[place] - spent[place - 1])

    return of


def _microseconds(run: Run, part: Part) -> float:
    if run.us_per_step is None:
        raise DataError(f"no CPU time of a step{_UNTIMED}")
    return run.us_per_step


def _drift(run: Run, part: Part) -> float | None:
    found = drift(run)
    return found and found["drift"]


def _spread_over_set(runs: Sequence[Run], part: Part) -> float:
    return float(np.std([run.test_accuracy for run in runs], ddof=1)) if len(runs) > 1 else 0.0


def learns(run: Run, part: Part) -> bool:
    """Whether a run ends at the accuracy from which it counts as having learnt."""
    return run.test_accuracy >= (0.5 if part.learns is None else part.learns)


def _stray(name: str) -> Callable[[Mapping[str, Any], Part], float]:
    """A figure of the path; of several rates, that of the one that ends nearest to the minimum."""

    def of(subject: Mapping[str, Any], part: Part) -> float:
        rates = subject.get("rates") or [subject["rate"]]
        start = subject.get("start", surface.START)
        updates = subject.get("updates", surface.UPDATES)
        with np.errstate(over="ignore", invalid="ignore"):
            ways = [
                surface.path({"name": subject["surface"], "rate": rate}, start, updates)
                for rate in rates
            ]
            found = [surface.stray(way) for way in ways]
        finite = [one for one in found if math.isfinite(one["distance"])]
        return float(min(finite, key=lambda one: one["distance"])[name])

    return of


def _share(where: str) -> Callable[[tuple[Mapping[str, Any], int], Part], float | None]:
    """The share of the last layer's activations that is piled up, before training."""

    def of(subject: tuple[Mapping[str, Any], int], part: Part) -> float | None:
        given, seed = subject
        options = {key: given[key] for key in ("layers", "nodes", "inputs") if key in given}
        values = activations.spread(given["spread"], given["activation"], seed=seed, **options)[-1]
        low, high = {"sigmoid": (0, 1), "tanh": (-1, 1)}.get(given["activation"], (0, 1))
        near = _NEAR * (high - low)
        if where == "mean":
            return float(np.mean(np.abs(values - values.mean()) < near))
        if given["activation"] == "relu":
            return None
        return float(np.mean((values < low + near) | (values > high - near)))

    return of


MEASURES: dict[str, Measure] = {
    "test_accuracy": Measure(_accuracy("test_accuracy"), "test accuracy"),
    "train_accuracy": Measure(_accuracy("train_accuracy"), "training accuracy"),
    "last_six": Measure(
        lambda run, part: run.last_evaluations(), "test accuracy, mean of the last six evaluations"
    ),
    "gap": Measure(_gap, "gap", higher=False),
    "steps": Measure(_to_level("step"), "steps", "ratio", higher=False, ratio=True, margin=1.1),
    "seconds": Measure(
        _to_level("seconds"), "CPU seconds", "ratio", higher=False, ratio=True, margin=1.1
    ),
    "step_cost": Measure(
        _microseconds, "CPU time of a step", "ratio", higher=False, ratio=True, margin=1.1
    ),
    "drift": Measure(_drift, "drift", "sd", higher=False, margin=0.1),
    "spread_over_set": Measure(
        _spread_over_set, "spread of test accuracy", subject="set", higher=False
    ),
    "learns": Measure(learns, "nets that learn", "share", subject="set"),
    "path_length": Measure(
        _stray("length_ratio"),
        "path over straight line",
        "times",
        "path",
        higher=False,
    ),
    "crossings": Measure(
        _stray("crossings"), "turns across the valley", "count", "path", higher=False
    ),
    "distance": Measure(
        _stray("distance"), "distance left to the minimum", "length", "path", higher=False
    ),
    "piled_at_mean": Measure(
        _share("mean"), "activations at their mean", "share", "layers", margin=0.1
    ),
    "piled_at_ends": Measure(
        _share("ends"), "activations at the ends of their range", "share", "layers", margin=0.1
    ),
    "weights": Measure(lambda *_: None, "trained weights", "weight", subject="arrays"),
}
