"""What it costs that the chapter's code and its words differ, place by place.

Each place is a pair of variants that differ in that alone, compared seed by seed: put right minus
as written, so that a positive difference is what the fault took away. Two places are of another
kind. One is a formula: its cost is what the table then says wrongly, with no chance in it. One is
that everything was run once: its cost is how far a single run may lie from the mean of many.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from onescale.claims.hypotheses import Outcome
from onescale.claims.spec import Part, as_list
from onescale.claims.verdicts import tested
from onescale.comparison import statistics as evidence
from onescale.comparison.statistics import Statistics
from onescale.core import text as markdown
from onescale.core.errors import DataError, SpecError, suggest
from onescale.runs.record import Record

_KEYS = ("words", "as_written", "put_right", "table", "one_run")
_MEASURES = {
    "train_accuracy": "training accuracy",
    "test_accuracy": "test accuracy",
    "gap": "gap",
    "step_cost": "CPU time of a step",
}


@dataclass(frozen=True)
class Cost:
    """One figure of what a place costs. unit: points (fractions), spread (half a
    prediction interval, a fraction), ratio, or as it is said."""

    place: int
    words: str
    pair: str
    measure: str
    unit: str
    outcome: Outcome


def names(places: list[Mapping[str, Any]]) -> list[str]:
    """Every variant that the places name, once."""
    found = [
        n
        for p in places
        for k in ("as_written", "put_right", "one_run")
        for n in as_list(p.get(k) or [])
    ]
    return list(dict.fromkeys(found))


def costs(
    places: Any,
    records: Mapping[str, Record],
    statistics: Statistics,
    tables: str | Path | None = None,
) -> list[Cost]:
    """Every figure of every place, in order.

    places: as `discrepancies:` in config.yaml. tables: the folder of our tables (for a place that
    is a formula). Raises SpecError for a key that is not known, DataError for a run or a table that
    is not there.
    """
    found = []
    for number, place in enumerate(_checked(places), 1):
        for name in names([place]):
            if name not in records:
                raise DataError(f"discrepancy {number}: no run file of variant {name!r} was given")
        if "one_run" in place:
            found += _one_run(number, place, records, statistics)
        if "table" in place:
            if tables is None:
                raise DataError(f"discrepancy {number}: needs --tables, the folder of our tables")
            found += _formula(number, place, Path(tables))
        pairs = zip(
            as_list(place.get("as_written") or []),
            as_list(place.get("put_right") or []),
            strict=True,
        )
        for as_written, put_right in pairs:
            found += _paired(number, place["words"], as_written, put_right, records, statistics)
    return found


def _paired(
    number: int,
    words: str,
    as_written: str,
    put_right: str,
    records: Mapping[str, Record],
    statistics: Statistics,
) -> Iterator[Cost]:
    """Accuracies, gap and CPU time of a step, put right against as written."""
    for measure, said in _MEASURES.items():
        part = Part(measure, "better", put_right, as_written)
        timed = all(
            run.us_per_step is not None
            for name in (as_written, put_right)
            for run in records[name].runs.values()
        )
        if measure != "step_cost" or timed:
            outcome = tested(part, records, statistics, ())
            unit = "ratio" if measure == "step_cost" else "points"
            yield Cost(number, words, f"{put_right} − {as_written}", said, unit, outcome)


def _one_run(
    number: int, place: Mapping[str, Any], records: Mapping[str, Record], statistics: Statistics
) -> Iterator[Cost]:
    """How far one run may lie from the mean of ours: half of the prediction interval."""
    for name in place["one_run"]:
        values = [run.test_accuracy for run in records[name].runs.values()]
        within = evidence.prediction_interval(values, statistics.confidence)
        half = None if within is None else (within[1] - within[0]) / 2
        note = "one seed: nothing to tell" if half is None else ""
        outcome = Outcome(half, seeds=len(values), note=note)
        yield Cost(
            number, place["words"], name, "one run's distance from the mean", "spread", outcome
        )


def _formula(number: int, place: Mapping[str, Any], tables: Path) -> Iterator[Cost]:
    """How many values lose their sign, and by how much the farthest is off."""
    given = place["table"]
    wrong, right = (_last_column(tables / f"{given[k]}.csv") for k in ("as_written", "put_right"))
    pair = f"{given['put_right']} − {given['as_written']}"
    lost = sum(a >= 0 > b for a, b in zip(wrong, right, strict=True))
    off = max((b - a for a, b in zip(wrong, right, strict=True)), key=abs)
    note = f"of {len(right)}; no chance in it"
    for measure, value in (
        ("values below the mean that are shown above it", float(lost)),
        ("largest error of a value", off),
    ):
        yield Cost(number, place["words"], pair, measure, "as said", Outcome(value, note=note))


def _last_column(path: Path) -> list[float]:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return [float(list(row.values())[-1]) for row in csv.DictReader(stream)]
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (ValueError, IndexError, TypeError):
        raise DataError(f"{path}: its last column is not all numbers") from None


def costs_table(found: list[Cost]) -> pd.DataFrame:
    """A row a figure; differences of accuracy as fractions."""
    rows = [
        {
            "discrepancy": cost.place,
            "words": cost.words,
            "pair": cost.pair,
            "measure": cost.measure,
            "unit": cost.unit,
            "seeds": cost.outcome.seeds,
            "estimate": cost.outcome.estimate,
            "low": cost.outcome.low,
            "high": cost.outcome.high,
            "p": cost.outcome.p,
            "note": cost.outcome.note or None,
        }
        for cost in found
    ]
    return pd.DataFrame(rows).astype(object).convert_dtypes()


def costs_page(found: list[Cost], statistics: Statistics) -> str:
    """The page: a table for each place."""
    confidence = f"{100 * statistics.confidence:g} %"
    header = ["put right − as written", "measure", "cost", f"{confidence} interval", "p", "seeds"]
    sections = []
    for place in dict.fromkeys(cost.place for cost in found):
        mine = [cost for cost in found if cost.place == place]
        rows = [_row(cost) for cost in mine]
        notes = dict.fromkeys(f"- {c.measure}: {c.outcome.note}." for c in mine if c.outcome.note)
        parts = [f"## {place}. {mine[0].words}", markdown.table(header, rows, left=2)]
        sections.append("\n\n".join(parts + (["\n".join(notes)] if notes else [])))
    opening = (
        "What each place costs in which the chapter's code and its words differ. The variants of a "
        "pair differ in that place alone and are compared seed by seed: a positive difference of "
        "accuracy is what the fault took away, a negative one what it gave. Points of accuracy "
        f"after the last update; intervals (Student's t, {confidence}) and p are not corrected for "
        "each other; ×0.8 is a fifth less time."
    )
    return "\n\n".join(["# What the discrepancies cost", opening, *sections]) + "\n"


def _row(cost: Cost) -> list[str]:
    outcome = cost.outcome
    show = {
        "points": markdown.points,
        "spread": lambda v: "±" + markdown.percent(v) if v is not None else markdown.DASH,
        "ratio": lambda v: f"×{v:.2f}" if v is not None else markdown.DASH,
        "as said": lambda v: f"{v:.4g}".replace("-", "−"),
    }[cost.unit]
    return [
        cost.pair,
        cost.measure,
        show(outcome.estimate),
        markdown.interval(outcome.low, outcome.high, show),
        markdown.probability(outcome.p),
        str(outcome.seeds) if outcome.seeds else markdown.DASH,
    ]


def _checked(places: Any) -> list[dict[str, Any]]:
    if not isinstance(places, list) or not places:
        raise SpecError("discrepancies: must list at least one place")
    for place in places:
        if not isinstance(place, dict) or not isinstance(place.get("words"), str):
            raise SpecError("discrepancies: every place needs its 'words'")
        for key in place:
            if key not in _KEYS:
                raise SpecError(f"discrepancies: {suggest(key, _KEYS, 'key')}")
        if len(as_list(place.get("as_written") or [])) != len(
            as_list(place.get("put_right") or [])
        ):
            raise SpecError(f"discrepancies: {place['words']!r}: as many put_right as as_written")
    return places
