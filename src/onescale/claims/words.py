"""Hypotheses, subjects and numbers in words: what tables and pages of claims say of them."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from onescale.claims.hypotheses import TESTS, Outcome
from onescale.claims.measures import MEASURES
from onescale.claims.spec import Hypothesis
from onescale.core.text import DASH, number, percent, points

OF_ASKED = ", of what was asked"


@dataclass(frozen=True)
class Unit:
    """How a value and a difference are written, and what stands after an estimate of each."""

    value: Callable[[float], str] = lambda value: number(value, 2)
    difference: Callable[[float], str] = lambda value: number(value, 2, sign=True)
    after_value: str = ""
    after_difference: str = ""


def _same(show: Callable[[float], str]) -> Unit:
    return Unit(show, show)


def _ratio(ratio: float) -> str:
    """Three digits, and no power of ten."""
    return f"×{ratio:,.0f}" if ratio >= 100 else f"×{ratio:.3g}"


UNITS = {
    "points": Unit(percent, points, " %", " points"),
    "share": Unit(percent, points, " %", " points"),
    "nets": _same(lambda share: f"{percent(share, 0)} %"),
    "ratio": _same(_ratio),
    "count": Unit(lambda value: number(value, 0), lambda value: number(value, 0, sign=True)),
    "weight": _same(lambda weight: f"{weight:.3g}"),
    "sd": Unit(after_value=" sd", after_difference=" sd"),
    "times": Unit(),
}


def estimate(hypothesis: Hypothesis, outcome: Outcome) -> str:
    """The estimate of an outcome, in its unit; of runs that never arrived, as the bound it is; with
    both sides, where it says little without."""
    if outcome.estimate is None:
        return DASH
    told = measured(hypothesis.test, MEASURES[hypothesis.measure].unit, outcome.estimate)
    sides = f" ({' against '.join(outcome.sides)})" if outcome.sides else ""
    return " ".join(filter(None, (outcome.bound, told))) + sides


def measured(test: str, unit: str, value: float, counted: bool = True) -> str:
    """A value as a test of a measure in this unit gives it, with what it counts or without."""
    known = UNITS[TESTS[test].unit or unit]
    if TESTS[test].alone:
        return known.value(value) + known.after_value * counted
    return known.difference(value) + known.after_difference * counted


def interval(hypothesis: Hypothesis, outcome: Outcome) -> str:
    """The interval of an outcome; a dash where it has none."""
    if outcome.low is None or outcome.low == outcome.high:
        return DASH
    as_measured = hypothesis.test, MEASURES[hypothesis.measure].unit
    ends = (outcome.low, outcome.high)
    return " to ".join(measured(*as_measured, end, counted=False) for end in ends)


def row_label(measure: str | None, case: str | None) -> str:
    """What a row is of within its setting: `steps, against the chapter's three`."""
    return ", ".join(filter(None, (measure and MEASURES[measure].words, case)))


def smallest(measure: str, margin: float) -> str:
    """The smallest difference of interest in a measure."""
    unit = MEASURES[measure].unit
    if MEASURES[measure].ratio:
        return f"a ratio of {margin:g}"
    if unit in ("points", "share"):
        return f"a difference of {100 * margin:g} points"
    return f"a difference of {margin:g} {unit}"


def about(hypothesis: Hypothesis) -> str:
    """What is held against what, in words: `steps to 95 %: adam against sgd`."""
    if hypothesis.words:
        return hypothesis.words
    measure, level = MEASURES[hypothesis.measure], hypothesis.level
    what = measure.words
    if hypothesis.measure in ("steps", "seconds"):
        what += f" to {100 * level:g} %"
    if hypothesis.after is not None:
        what += f" after update {hypothesis.after:,}"
    in_per_cent = measure.unit in ("points", "share")
    return TESTS[hypothesis.test].says.format(
        measure=what,
        of=subject(hypothesis.of),
        than=subject(hypothesis.than),
        times=hypothesis.times and f"{hypothesis.times:g}",
        level=level and (f"{100 * level:g} %" if in_per_cent else f"{level:g} {measure.unit}"),
        printed=hypothesis.printed and f"{100 * float(hypothesis.printed):.10g}",
    )


def subject(given: Any) -> str:
    """Who is measured, in words."""
    if not isinstance(given, Mapping):
        return str(given)
    if "surface" in given:
        rates = given.get("rates", ())
        rate = f"the straightest of {len(rates)} rates" if rates else f"{given['rate']:g}"
        return f"{given['surface']} at {rate}"
    if "spread" in given:
        init = given["spread"]
        scale = f"standard deviation {init['normal']:g}" if isinstance(init, Mapping) else init
        return f"{scale} under {given['activation']}"
    (names,) = given.values()
    names = [names] if isinstance(names, str) else names
    if "best" in given:
        return f"the best of {', '.join(names)}"
    alike = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    start = "".join(column[0] for column in alike)
    return f"{len(names)} nets {start}…" if len(names) > 1 else names[0]
