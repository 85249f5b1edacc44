"""What each technique is worth: the paired effect on test accuracy, and on the steps to a level.

A comparison has a row a variant; here a row is a technique, held against the variant that is
without it, in the two units that a person cares about: points of accuracy, and how many times fewer
steps it takes to the lowest level that runs are timed to. What an effect comes to follows from its
intervals by one rule, the same in either direction.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onescale.comparison.spec import SMALLEST_RATIO, Criteria, Technique
from onescale.comparison.statistics import SAME, Difference, negligible, paired_difference
from onescale.comparison.table import difference
from onescale.core.errors import DataError
from onescale.runs.record import Record
from onescale.training.expansion import retunings

HELPS, HURTS, OPEN = "helps", "hurts", "open"
# Of a level: no seed gets there, with or without; or some do and others do not.
NEITHER, SOME = "neither gets there", "some get there"
# Of techniques that are tuned: the tuning, when it is repeated, comes to something else.
CHANGES = "changes with the tuning"


@dataclass(frozen=True)
class Effect:
    """In points of accuracy (as a fraction) or as a factor of steps; low, high: its interval.

    outcome: helps (or hurts) where the interval lies beyond the smallest difference that matters;
    no difference that matters where the narrower one lies within; open, else; or who does not get
    to a level. none: where there is no effect at all. coarse: whether a crossing is known no better
    than to 2 %. note: why there is no estimate, or no interval. tunings: of each tuning what it
    comes to, where they differ; then it is open.
    """

    estimate: float | None
    low: float | None
    high: float | None
    outcome: str
    note: str = ""
    coarse: bool = False
    none: float = 0.0
    tunings: tuple[str, ...] = ()

    @property
    def told(self) -> str | tuple[str, str]:
        """The outcome; where it is open although the interval lies clear of no effect, with its
        direction, unless another tuning comes to something else."""
        if self.tunings:
            return CHANGES
        if self.outcome != OPEN or self.low is None or self.low <= self.none <= self.high:
            return self.outcome
        return OPEN, HELPS if self.low > self.none else HURTS


@dataclass(frozen=True)
class Worth:
    """A technique and its two effects; level: that the steps are counted to."""

    technique: Technique
    accuracy: Effect
    steps: Effect
    level: float
    seeds: int


def worths(
    techniques: Iterable[Technique], records: Mapping[str, Record], criteria: Criteria
) -> list[Worth]:
    """What each is worth, in the order given: by the first tuning of what is tuned, and open where
    a repeat of it comes to something else. Raises DataError for a variant without its run."""
    return [_over_tunings(technique, records, criteria) for technique in techniques]


def _over_tunings(technique: Technique, records: Mapping[str, Record], criteria: Criteria) -> Worth:
    """By the first tuning, with what the others come to."""
    found = [_worth(technique, records, criteria)]
    for at in retunings(technique.variants, records):
        fast = technique.fast and (at[technique.fast[0]], at[technique.fast[1]])
        other = dataclasses.replace(
            technique, of=at[technique.of], than=at[technique.than], fast=fast
        )
        found.append(_worth(other, records, criteria))
    first = found[0]
    accuracy = _agreed([one.accuracy for one in found])
    return dataclasses.replace(first, accuracy=accuracy, steps=_agreed([w.steps for w in found]))


def _agreed(effects: list[Effect]) -> Effect:
    """The first, open where the others come to something else."""
    outcomes = tuple(effect.outcome for effect in effects)
    if len(set(outcomes)) == 1:
        return effects[0]
    return dataclasses.replace(effects[0], outcome=OPEN, tunings=outcomes)


def _worth(technique: Technique, records: Mapping[str, Record], criteria: Criteria) -> Worth:
    for name in technique.variants:
        if name not in records:
            raise DataError(f"effects: {technique.label}: no run file of variant {name!r}")
    of, than = records[technique.of], records[technique.than]
    final = difference(of, than, criteria)
    shown = (final.summary.mean, final.summary.low, final.summary.high)
    accuracy = Effect(*shown, _outcome(final, criteria.smallest_difference), final.note)
    of, than = (records[name] for name in technique.for_steps)
    level = min(than.levels, default=1.0)
    return Worth(technique, accuracy, _steps(of, than, level, criteria), level, final.summary.n)


def _steps(of: Record, than: Record, level: float, criteria: Criteria) -> Effect:
    """How many times fewer steps `of` takes to `level`: a ratio is judged by its logarithm."""
    common = sorted(of.runs.keys() & than.runs.keys())
    pairs = [(of.runs[seed].crossing(level), than.runs[seed].crossing(level)) for seed in common]
    reached = [sum(crossed is not None for crossed in side) for side in zip(*pairs, strict=True)]
    if sum(reached) < 2 * len(pairs) or not pairs:
        return _without_factor(reached, len(pairs), level)
    logs = [[math.log(crossed.step) for crossed in side] for side in zip(*pairs, strict=True)]
    saved = paired_difference(logs[1], logs[0], criteria)
    ends = (saved.summary.mean, saved.summary.low, saved.summary.high)
    return Effect(
        *(None if end is None else math.exp(end) for end in ends),
        _outcome(saved, math.log(SMALLEST_RATIO)),
        coarse=any(crossed.coarse for pair in pairs for crossed in pair),
        none=1.0,
    )


def _without_factor(reached: list[int], seeds: int, level: float) -> Effect:
    """The effect where a run that never gets there leaves no ratio of steps."""
    percent = f"{100 * level:g} %"
    if not any(reached):
        return Effect(None, None, None, NEITHER, f"neither gets to {percent}")
    who = f"{reached[0]} of {seeds} seeds get to {percent}, {reached[1]} of the reference"
    return Effect(None, None, None, SOME, who)


def _outcome(difference: Difference, smallest: float) -> str:
    """What an interval comes to, whichever way it lies."""
    low, high = difference.summary.low, difference.summary.high
    if low is None:
        return OPEN
    if low > smallest or high < -smallest:
        return HELPS if low > smallest else HURTS
    return SAME if negligible(difference, smallest) else OPEN
