"""A curve over seeds: its mean, and how far the seeds reach.

With five seeds the range says more than an interval would. A seed that diverged counts, from there
on, with the accuracy it is compared by.
"""

import numpy as np
import pandas as pd

from onescale.runs.record import Record


def band(record: Record, series: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(steps, mean, lowest, highest) over the seeds of one series; NaN where none has a value."""
    values = pd.DataFrame(
        {
            seed: pd.Series(run.history[series], run.history["step"], dtype=float)
            for seed, run in record.runs.items()
        }
    )
    for seed, run in record.runs.items():
        if run.diverged is not None and series != "loss":
            values.loc[values.index >= run.diverged, seed] = getattr(run, series)
    over_seeds = (values.mean(axis=1), values.min(axis=1), values.max(axis=1))
    return values.index.to_numpy(), *(one.to_numpy() for one in over_seeds)
