"""Tuning: the same number of trials for each technique, judged on images held out of training.

A comparison at default rates says as much about the defaults as about the techniques, and a ranking
can flip with the space that is searched (Choi et al. 2019). So each technique of a group gets as
many trials, over the full number of steps and with the same seeds, in a space that is written down
beforehand. What judges them are held-out training images: the test set is not touched, and
permuting its labels changes no choice. A best value at the end of its axis is marked, since a wider
space might hold a better one. A diverged trial counts with the accuracy of guessing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from onescale.core.errors import SpecError
from onescale.core.settings import closed
from onescale.data.dataset import Dataset
from onescale.runs import tuning as files
from onescale.runs.run import Run
from onescale.training.grid import GridPoint, points, put
from onescale.training.trainer import train
from onescale.training.variant import Variant

_HISTORY = {"step": "step", "train_accuracy": "train_accuracy", "test_accuracy": "accuracy"}


@dataclass(frozen=True)
class Search:
    """What is tried for one variant.

    base: the variant's keys. vary: axes as `grid.points` takes them, every combination of which is
    a trial; or, with `trials`, each axis {"log_uniform": [low, high]}, from which so many are drawn
    with `draw_seed`. held_out: images that judge. seeds: every trial is trained with each.
    evaluate_every: of the trials alone, which are judged by their end; None: the variant's own.
    """

    name: str
    base: dict[str, Any]
    vary: dict[str, Any]
    held_out: int
    seeds: tuple[int, ...]
    trials: int | None = None
    draw_seed: int = 0
    evaluate_every: int | None = None

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Search":
        """Raises SpecError for an unknown or missing key."""
        closed(mapping, [field.name for field in fields(cls)], "search")
        for key in ("name", "base", "vary", "held_out", "seeds"):
            if key not in mapping:
                raise SpecError(f"search: {key!r} is missing")
        return cls(**{**mapping, "seeds": tuple(mapping["seeds"])})

    def points(self) -> list[GridPoint]:
        """The trials, in order. Raises SpecError for axes or variants that cannot be meant."""
        base = self.base | {"name": self.name}
        tried = self._drawn(base) if self.trials else points(base, self.vary)
        for point in tried:
            self.trial(point)
        return tried

    def trial(self, point: GridPoint) -> Variant:
        """What is trained to judge a point."""
        own = {"held_out": self.held_out}
        if self.evaluate_every is not None:
            own["evaluate_every"] = self.evaluate_every
        return Variant.from_mapping(point.spec | own)

    def _drawn(self, base: dict[str, Any]) -> list[GridPoint]:
        random = np.random.Generator(np.random.SFC64(self.draw_seed))
        drawn = []
        for number in range(self.trials):
            spec, values = base, {}
            for axis, between in self.vary.items():
                values[axis] = _log_uniform(axis, between, random)
                spec = put(spec, axis, values[axis])
            drawn.append(GridPoint(values, spec, str(number)))
        return drawn


def tune(
    search: Search | Mapping[str, Any],
    data: Dataset,
    *,
    output: str | Path | None = None,
    report: Callable[[int, int, GridPoint, float], None] = lambda *_: None,
) -> dict[str, Any]:
    """Try every point of a search; the result, ready for JSON.

    Gives name, held_out, seeds, axes, and `trials`, each with its `values`, mean held-out
    `accuracy` and `runs`; and `choice`, the values of the best trial (the first of equals), its
    accuracy, at `edge` the axes at whose end it lies, and `variant`, the keys to train with those
    values. Depends on the search and the training set alone. report: is told (number, of how
    many, point, accuracy) after each trial.
    """
    if not isinstance(search, Search):
        search = Search.from_mapping(search)
    tried, trials = search.points(), []
    for number, point in enumerate(tried, 1):
        runs = train(search.trial(point), data, search.seeds)
        mean = sum(run.test_accuracy for run in runs) / len(runs)
        trials.append({"values": point.values, "accuracy": mean, "runs": list(map(_run, runs))})
        report(number, len(tried), point, mean)
    choice = choose(trials)
    result = {
        "name": search.name,
        "dataset": data.name,
        "held_out": search.held_out,
        "seeds": list(search.seeds),
        "axes": list(search.vary),
        "trials": trials,
        "choice": choice | {"variant": tried[choice["trial"]].spec},
    }
    if output is not None:
        files.write(output, result)
    return result


def choose(trials: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The best of the trials by held-out accuracy, the first of equals, and which edges it is at.

    >>> tried = [{"values": {"rate": r}, "accuracy": a} for r, a in ((1, 0.8), (2, 0.9), (3, 0.9))]
    >>> choose(tried)
    {'trial': 1, 'values': {'rate': 2}, 'accuracy': 0.9, 'edge': []}
    """
    best = max(range(len(trials)), key=lambda i: (trials[i]["accuracy"], -i))
    values = trials[best]["values"]
    edge = [axis for axis in values if _at_end(values[axis], [t["values"][axis] for t in trials])]
    accuracy = trials[best]["accuracy"]
    return {"trial": best, "values": values, "accuracy": accuracy, "edge": edge}


def _at_end(value: Any, tried: list[Any]) -> bool:
    """Whether a value is the lowest or highest of several numbers that were tried; 0 (off) is not,
    since there is nothing beyond it."""
    numbers = set(map(_number, tried))
    several = None not in numbers and len(numbers) > 1
    return several and _number(value) in {min(numbers), max(numbers)} - {0}


def _run(run: Run) -> dict[str, Any]:
    return {
        "seed": run.seed,
        "train_accuracy": run.train_accuracy,
        "accuracy": run.test_accuracy,
        "diverged": False if run.diverged is None else run.diverged,
        "history": {name: run.history[series] for series, name in _HISTORY.items()},
    }


def _number(value: Any) -> float | None:
    """A value on an axis that has ends (without the block at all: 0; a label may be a number), or
    None for another label."""
    if value is None:
        return 0.0
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _log_uniform(axis: str, between: Any, random: np.random.Generator) -> float:
    bounds = between.get("log_uniform") if isinstance(between, Mapping) else None
    if not isinstance(bounds, list) or len(bounds) != 2 or not 0 < bounds[0] < bounds[1]:
        raise SpecError(
            f"vary.{axis}: {between!r} must be {{log_uniform: [low, high]}} with 0 < low < high, "
            "since `trials` asks for draws"
        )
    return float(f"{np.exp(random.uniform(*np.log(bounds))):.4g}")
