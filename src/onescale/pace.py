"""The pace of variants: what a step costs, measured in turn.

A machine is not equally fast for long: there are other jobs on it, other guests, another clock. The
seconds of two trainings tell of their hours as well as of the variants, and in all seeds alike, so
that no number of seeds would show it. Here the variants that are to be compared take bursts of
steps in turn, round after round, in one process: whatever slows one of them slows all.
"""

import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from onescale.batches import Material, nature
from onescale.dataset import Dataset
from onescale.files import write_json
from onescale.record import machine
from onescale.training import Trainer
from onescale.variant import Variant

ROUNDS = 7
BURST = 0.04  # CPU seconds that the steps of a burst take, or more


def measure(
    variants: Iterable[Variant],
    data: Dataset,
    rounds: int = ROUNDS,
    report: Callable[[int], None] = lambda done: None,
) -> dict[str, list[float]]:
    """CPU time of a step in µs, by variant and round, with all that `train` does in a step.

    report: is handed the number of rounds done. Raises SpecError or DataError where a variant and
    the data do not fit.
    """
    materials: dict[tuple, Material] = {}
    with threadpool_limits(1, user_api="blas"), np.errstate(all="ignore"):
        timers = {}
        for variant in variants:
            key = nature(variant)
            if key not in materials:
                materials[key] = Material(variant, data)
            timers[variant.name] = _Timer(Trainer(variant, materials[key], seed=0))
        found: dict[str, list[float]] = {name: [] for name in timers}
        for done in range(rounds):
            report(done)
            for name, timer in timers.items():
                found[name].append(timer.burst())
    return found


def write(path: str | Path, found: dict[str, list[float]]) -> None:
    """Write what `measure` gave, with the machine, whole or not at all."""
    write_json(path, {"machine": machine(), "us_per_step": found})


class _Timer:
    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.steps = trainer, 1
        self.burst()  # the first steps touch new memory
        self.steps = 3
        steps = math.ceil(BURST * 1e6 / self.burst())
        self.steps = min(max(steps, 1), trainer.variant.steps)

    def burst(self) -> float:
        """Take a burst of steps; the CPU time of one in µs."""
        self.trainer.run.updates = 0  # so that a schedule does not come to its end
        began = time.process_time()
        self.trainer.advance(self.steps)
        return (time.process_time() - began) / self.steps * 1e6
