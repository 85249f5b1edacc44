"""A curve over seeds: its mean, and how far the seeds reach.

With five seeds the range says more than an interval would. A seed that diverged counts, from there
on, with the accuracy it is compared by.
"""

import numpy as np

from onescale.runs.record import Record


def band(record: Record, series: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(steps, mean, lowest, highest) over the seeds of one series; NaN where none has a value."""
    runs = record.runs.values()
    steps = np.unique(np.concatenate([run.history["step"] for run in runs]))
    values = np.full((len(steps), len(runs)), np.nan)
    for k, run in enumerate(runs):
        values[np.searchsorted(steps, run.history["step"]), k] = run.history[series]
        if run.diverged is not None and series != "loss":
            values[steps >= run.diverged, k] = getattr(run, series)
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=1) / there.sum(axis=1)
    return steps, mean, np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
