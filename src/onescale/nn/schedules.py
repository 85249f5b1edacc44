"""How the learning rate changes during a run: a factor for each update.

Each schedule is a dataclass that is called with the number of the update, from 1, and the number of
all updates, and gives what the optimiser's own rate is multiplied by. A new one is a class here and
a line in `SCHEDULES`.
"""

import math
from dataclasses import dataclass

from onescale.core.settings import integer, number


@dataclass(frozen=True)
class Constant:
    """The same rate throughout."""

    def __call__(self, update: int, updates: int) -> float:
        return 1.0


@dataclass(frozen=True)
class Step:
    """Multiplied by `factor` after every `every` updates (torch's StepLR).

    >>> [Step(every=2, factor=0.1)(update, 4) for update in (1, 2, 3)]
    [1.0, 1.0, 0.1]
    """

    every: int = integer(3000, "[1, inf)", "Updates between two changes.")
    factor: float = number(0.5, "(0, 1]", "What the rate is multiplied by each time.")

    def __call__(self, update: int, updates: int) -> float:
        return self.factor ** ((update - 1) // self.every)


@dataclass(frozen=True)
class Cosine:
    """From 1 down to `floor` along half a cosine (Loshchilov and Hutter 2017, without restarts)."""

    floor: float = number(0.0, "[0, 1]", "Share of the rate that is left at the end.")

    def __call__(self, update: int, updates: int) -> float:
        done = (update - 1) / updates
        return self.floor + (1 - self.floor) * (1 + math.cos(math.pi * done)) / 2


@dataclass(frozen=True)
class Warmup:
    """Up from 1/`updates` in equal steps during the first `updates`, then constant.

    >>> [Warmup(updates=4)(update, 100) for update in (1, 2, 4, 5)]
    [0.25, 0.5, 1.0, 1.0]
    """

    updates: int = integer(500, "[1, inf)", "Updates until the full rate is reached.")

    def __call__(self, update: int, updates: int) -> float:
        return min(1.0, update / self.updates)


SCHEDULES = {"constant": Constant, "step": Step, "cosine": Cosine, "warmup": Warmup}
