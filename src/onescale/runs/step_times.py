"""What a step of each variant costs, as `onescale step-time` measured it for all in turn.

Seconds that were measured in turn can be compared; those that each training took tell of its hour
as well. `apply` puts the first in the place of the second.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onescale.core.errors import DataError
from onescale.core.json_files import ANY, NUMBER, read_json, write_json
from onescale.runs.machine import machine

_SHAPE = {
    "machine": ANY,
    "step_times": {...: {"variant": ANY, "us_per_step": {...: NUMBER}}},
}
Costs = dict[str, dict[int, float]]  # CPU time of a step in µs by variant and seed
RESTLESS = 0.08  # of the scatter: 1 to 7 % where nothing else ran, 11 % where other work did


@dataclass(frozen=True)
class StepTimes:
    """A file of step times: `variants` as their run files have them, and what their steps cost."""

    path: Path
    variants: dict[str, dict[str, Any]]
    costs: Costs
    machine: dict[str, Any] = field(default_factory=machine)

    def apply(self, record) -> None:
        """Count each step of a record at what it costs here; where it is not known, there are no
        seconds. Raises DataError if another variant of that name was measured."""
        if self.variants.get(record.name, record.variant) != record.variant:
            raise DataError(
                f"{self.path}: measured another {record.name!r} than {record.path}; run it anew"
            )
        for seed, run in record.runs.items():
            run.us_per_step = self.costs.get(record.name, {}).get(seed)


def scatter(costs: Costs) -> float:
    """By how much the cost of a step goes up and down from round to round, as a share: the median
    over variants of the standard deviation of its logarithm; 0 where no variant has two rounds.

    What slows a round slows all variants alike and is taken out; what is left is other work that
    came between them. It makes every interval of seconds wider.

    >>> round(scatter({"sgd": {0: 100.0, 1: 110.0}}), 3)
    0.067
    """
    spreads = [
        statistics.stdev(map(math.log, by_seed.values()))
        for by_seed in costs.values()
        if len(by_seed) > 1
    ]
    return statistics.median(spreads) if spreads else 0.0


def merge(path: str | Path, parts: Sequence[StepTimes]) -> StepTimes:
    """The step times of all, from those of parts that were measured at different times or on nodes
    alike: brought to one speed by the geometric mean over the variants that all parts have.

    Raises DataError where there is none, or where a variant of that name is another.
    """
    common = set.intersection(*(set(part.variants) for part in parts))
    if not common:
        raise DataError(f"{parts[-1].path}: shares no variant with {parts[0].path}")
    levels = [
        statistics.geometric_mean(cost for name in common for cost in part.costs[name].values())
        for part in parts
    ]
    usual = statistics.median(levels)
    variants: dict[str, dict[str, Any]] = {}
    costs: dict[str, dict[int, list[float]]] = {}
    for part, level in zip(parts, levels, strict=True):
        for name, by_seed in part.costs.items():
            if variants.setdefault(name, part.variants[name]) != part.variants[name]:
                raise DataError(f"{part.path}: measured another {name!r} than {parts[0].path}")
            for seed, cost in by_seed.items():
                costs.setdefault(name, {}).setdefault(seed, []).append(cost * usual / level)
    means = {
        name: {seed: statistics.geometric_mean(each) for seed, each in by_seed.items()}
        for name, by_seed in costs.items()
    }
    return StepTimes(Path(path), variants, means, parts[0].machine)


def write(times: StepTimes) -> None:
    """Write `times.path`, whole or not at all."""
    content = {
        name: {"variant": variant, "us_per_step": times.costs[name]}
        for name, variant in times.variants.items()
    }
    write_json(times.path, {"machine": times.machine, "step_times": content})


def read(path: str | Path) -> StepTimes:
    """What `write` wrote. Raises DataError, naming the file, for anything else."""
    content = read_json(path, "onescale step-time", _SHAPE)
    variants, costs = {}, {}
    try:
        for name, entry in content["step_times"].items():
            variants[name] = entry["variant"]
            costs[name] = {int(seed): cost for seed, cost in entry["us_per_step"].items()}
            if not all(0 < cost < math.inf for cost in costs[name].values()):
                raise ValueError("a step costs more than 0 µs")
    except ValueError as error:
        raise DataError(f"{path}: not what 'onescale step-time' writes: {error}") from None
    return StepTimes(Path(path), variants, costs, content["machine"])
