"""A search: what is tried for one variant, how long a trial stays in it, and what it is judged by.

Trials are drawn from ranges on a logarithmic scale, or are every combination of given values. Of
draws the first trial is the variant as it stands, at its defaults, so that tuning can be no worse
but by chance. Seeds are spent where they decide (successive halving, Jamieson and Talwalkar 2016):
all trials get one, the better ones more, and only the last few all of them; each with the full
number of steps, since fewer would favour rates that are too high for the whole run. Imports no more
than a variant does; `tuning` carries it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from onescale.core.errors import SpecError, suggest
from onescale.core.settings import check_number, closed, shown
from onescale.training.grid import GridPoint, points, put
from onescale.training.space import LogUniform
from onescale.training.variant import Variant

_BOUNDS = {"held_out": "[1, 1e9]", "draws": "[1, 1e5]", "draw_seed": "[0, inf)"}
OBJECTIVES = ("accuracy", "speed")


@dataclass(frozen=True)
class Rung:
    """So many trials go on until each has been trained with the first `seeds` seeds."""

    keep: int
    seeds: int


@dataclass(frozen=True)
class Search:
    """What is tried for one variant.

    base: the variant's keys. vary: axes as `grid.points` takes them, every combination of which is
    a trial; or, with `draws`, each axis a range (`space.LogUniform`), from which so many are drawn
    with `draw_seed`, after the base itself. held_out: images that judge. rungs: {"keep", "seeds"}
    each, of which the first keeps all trials and the last takes all `seeds`; none: all trials take
    all. objective: "accuracy" after the last update, or "speed", updates to the highest of the
    variant's levels. trial: keys of the trials alone, laid over.

    Raises SpecError for what cannot be meant, but for the variants of drawn trials (`check`).
    """

    name: str
    base: dict[str, Any]
    vary: dict[str, Any]
    held_out: int
    seeds: tuple[int, ...]
    draws: int | None = None
    draw_seed: int = 0
    rungs: tuple[Rung, ...] = ()
    objective: str = "accuracy"
    trial: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Search":
        closed(mapping, [field.name for field in fields(cls)], "search")
        for key in ("name", "base", "vary", "held_out", "seeds"):
            if key not in mapping:
                raise SpecError(f"search: {key!r} is missing")
        for key in ("base", "vary", "trial"):
            closed(mapping.get(key, {}), None, f"search.{key}")
        for key in ("seeds", "rungs"):
            if not isinstance(mapping.get(key, ()), list | tuple):
                raise SpecError(f"search.{key}: {shown(mapping[key])} must be a list")
        for key, within in _BOUNDS.items():
            if mapping.get(key) is not None:
                check_number(mapping[key], "integer", within, f"search.{key}")
        seeds = [check_number(s, "integer", "[0, inf)", "search.seeds") for s in mapping["seeds"]]
        rungs = tuple(_rung(given) for given in mapping.get("rungs", ()))
        return cls(**{**mapping, "seeds": tuple(seeds), "rungs": rungs})

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise SpecError(f"objective: {suggest(str(self.objective), OBJECTIVES)}")
        if not self.seeds:
            raise SpecError("seeds: at least one is needed")
        if not self.rungs:
            object.__setattr__(self, "rungs", (Rung(self.trials, len(self.seeds)),))
        keep, seeds = ([getattr(r, name) for r in self.rungs] for name in ("keep", "seeds"))
        falls = keep == sorted(keep, reverse=True) and keep[0] == self.trials
        if not falls or seeds != sorted(set(seeds)) or seeds[-1] != len(self.seeds):
            raise SpecError(
                f"rungs: the first keeps all {self.trials} trials, each later one no more, with "
                f"more seeds, and the last takes all {len(self.seeds)}"
            )

    @property
    def trials(self) -> int:
        """How many are tried."""
        if self.draws:
            return self.draws + 1
        return len(points(self.base, self.vary))

    @property
    def trainings(self) -> int:
        """How many runs that takes."""
        before = (0, *(rung.seeds for rung in self.rungs))
        return sum(r.keep * (r.seeds - b) for r, b in zip(self.rungs, before, strict=False))

    def check(self) -> None:
        """Hold every trial to what a variant allows; of ranges, all corners. Raises SpecError."""
        axes = self.vary
        if self.draws:
            axes = {axis: list(space.ends) for axis, space in self.spaces().items()}
        for point in points(self.base, axes):
            trial = self.as_tried(point)
            if self.objective == "speed" and not trial.levels:
                raise SpecError("objective: speed needs `levels` that a run is timed to")

    def spaces(self) -> dict[str, LogUniform]:
        """The range of each axis; {} for given values."""
        if not self.draws:
            return {}
        return {axis: LogUniform.from_mapping(axis, given) for axis, given in self.vary.items()}

    def points(self) -> list[GridPoint]:
        """The trials, in order; of draws the base comes first."""
        base = self.base | {"name": self.name}
        return self._drawn(base) if self.draws else points(base, self.vary)

    def as_tried(self, point: GridPoint) -> Variant:
        """What is trained to judge a point. Raises SpecError."""
        return Variant.from_mapping(point.spec | {"held_out": self.held_out} | self.trial)

    def _drawn(self, base: dict[str, Any]) -> list[GridPoint]:
        random = np.random.Generator(np.random.SFC64(self.draw_seed))
        default = Variant.from_mapping(base).to_mapping()
        drawn = [GridPoint({axis: _value(default, axis) for axis in self.vary}, base, "default")]
        spaces = self.spaces()
        for number in range(self.draws):
            spec, values = base, {}
            for axis, space in spaces.items():
                values[axis] = space.draw(random)
                spec = put(spec, axis, values[axis])
            drawn.append(GridPoint(values, spec, str(number)))
        return drawn


def _rung(given: Any) -> Rung:
    closed(given, ("keep", "seeds"), "rungs")
    for key in ("keep", "seeds"):
        check_number(given.get(key), "integer", "[1, inf)", f"rungs.{key}")
    return Rung(**given)


def _value(mapping: Mapping[str, Any], key: str) -> Any:
    """What stands at `a` or `a.b`; None where the block a is off."""
    block, _, inner = key.partition(".")
    value = mapping[block]
    return value.get(inner) if inner and value is not None else value
