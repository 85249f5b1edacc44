"""Step times: what a step of each variant costs, measured in turn.

A machine is not equally fast for long: there are other jobs on it, other guests, another clock. The
seconds of two trainings tell of their hours as well as of the variants, and in all seeds alike, so
that no number of seeds would show it. Here the variants that are to be compared take bursts of
steps in turn, in one process, a round for each seed: what slows a round slows all of them, and what
is left of chance differs from round to round, as it should between seeds.
"""

import statistics
import time
from collections.abc import Callable, Iterable

import numpy as np
from threadpoolctl import threadpool_limits

from onescale.data.dataset import Dataset
from onescale.runs.step_times import Costs
from onescale.training.batches import SharedData
from onescale.training.trainer import Trainer
from onescale.training.variant import Variant

BURST = 0.06  # CPU seconds that a burst takes, about; a step at least and a whole run at most


def measure(
    trained: Iterable[tuple[Variant, Iterable[int]]],
    data: Dataset,
    report: Callable[[int, int], None] = lambda number, rounds: None,
) -> Costs:
    """What a step of each variant costs in each of its seeds' rounds, with all that `train` does.

    trained: variants, no two of one name, with their seeds. All rounds are brought to the speed of
    the median one, by the geometric mean over the variants that take part in all; ratios within a
    round stay as they are. The layers of all variants are in memory at once: a megabyte each with
    batches of 100, 200 with all 60,000 images.

    report: is handed the number of each round, from 1, and how many there are. Raises SpecError or
    DataError where a variant and the data do not fit.
    """
    shared = SharedData(data)
    with threadpool_limits(1, user_api="blas"), np.errstate(all="ignore"):
        timers = []
        for variant, seeds in trained:
            timers.append((_Timer(Trainer(variant, shared.of(variant), seed=0)), set(seeds)))
        costs: Costs = {timer.name: {} for timer, _ in timers}
        rounds = sorted(set().union(*(seeds for _, seeds in timers)))
        for number, seed in enumerate(rounds, 1):
            report(number, len(rounds))
            taking = [timer for timer, seeds in timers if seed in seeds]
            for timer in taking[:: -1 if number % 2 else 1]:  # there and back
                costs[timer.name][seed] = timer.burst()
    return _levelled(costs)


class _Timer:
    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.name, self.steps = trainer, trainer.variant.name, 1
        trainer.timed = True
        self.burst()  # the first steps touch new memory
        most = trainer.variant.steps
        while (took := self.burst() * self.steps / 1e6) < BURST / 2 and self.steps < most:
            self.steps = min(2 * self.steps, most)
        self.steps = min(max(round(self.steps * BURST / took), 1), most)

    def burst(self) -> float:
        """Take a burst of steps; the CPU time of one in µs."""
        self.trainer.updates = 0  # so that a schedule does not come to its end
        began = time.process_time()
        self.trainer.advance(self.steps)
        return (time.process_time() - began) / self.steps * 1e6


def _levelled(costs: Costs) -> Costs:
    rounds = set().union(*costs.values())
    whole = [by_seed for by_seed in costs.values() if by_seed.keys() == rounds]
    if not whole:
        return costs
    level = {seed: statistics.geometric_mean(one[seed] for one in whole) for seed in rounds}
    usual = statistics.median(level.values())
    return {
        name: {seed: cost * usual / level[seed] for seed, cost in by_seed.items()}
        for name, by_seed in costs.items()
    }
