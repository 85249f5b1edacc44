"""How good a variant is by any time: accuracy between evaluations, and who is at a level by then.

Final accuracy says nothing of the way there. Each run looks at the test set often while it nears
the levels that are asked about (its `clock`); here its curve is smoothed as crossings are read
(`runs.crossing`) and taken over seeds, which look at different updates: each is a straight line
between its own points.
"""

from dataclasses import dataclass

import numpy as np

from onescale.core.errors import DataError
from onescale.runs.crossing import smoothed
from onescale.runs.record import Record
from onescale.runs.run import Run


@dataclass(frozen=True)
class AnytimeCurve:
    """Smoothed test accuracy over seeds, as fractions, after each of `steps` updates."""

    steps: np.ndarray
    mean: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray


def anytime_curve(record: Record) -> AnytimeCurve:
    """From the update by which every seed has been looked at, to the last.

    A seed that diverged counts, from there on, with the accuracy it is compared by. Raises
    DataError where no seed was looked at after update 1.
    """
    seeds = [_points(run) for run in record.runs.values()]
    if not any(run.clock["step"] for run in record.runs.values()):
        raise DataError(f"{record.path}: test accuracy was not looked at after update 1")
    steps = np.unique(np.concatenate([steps for steps, _ in seeds]))
    steps = steps[steps >= max(steps[0] for steps, _ in seeds)]
    values = np.array([np.interp(steps, *points) for points in seeds])
    return AnytimeCurve(steps, values.mean(0), values.min(0), values.max(0))


def share_at_level(record: Record, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The updates at which one seed more has reached `level`, rising, and the share that has.

    Both are empty where no seed ever does; the last share is below 1 where some do not.
    """
    crossings = [run.crossing(level) for run in record.runs.values()]
    steps = np.sort([crossed.step for crossed in crossings if crossed])
    return steps, np.arange(1, len(steps) + 1) / len(record.runs)


def _points(run: Run) -> tuple[list[int], list[float]]:
    """Updates and smoothed accuracies of a seed."""
    steps, accuracies = run.clock["step"], run.clock["test_accuracy"]
    if run.diverged is None and steps:
        return steps, smoothed(accuracies)
    before = [step for step in steps if step < run.updates]
    curve = smoothed(accuracies[: len(before)])
    return [*before, run.updates], [*curve, run.test_accuracy]
