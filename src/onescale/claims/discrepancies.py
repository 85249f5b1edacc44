"""What it costs that the chapter's code and its words differ, place by place.

Each place is a pair of variants that differ in that alone, compared seed by seed: put right minus
as written, so that a positive difference is what the fault took away. Two places are of another
kind. One is a formula: its cost is what the table then says wrongly, with no chance in it. One is
that everything was run once: its cost is how far a single run may lie from the mean of many.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onescale.claims.hypotheses import Outcome
from onescale.claims.measures import MEASURES
from onescale.claims.spec import Hypothesis, check_places, discrepant, listed_in
from onescale.claims.testing import Evidence, outcome_of, put_to_test
from onescale.comparison import statistics
from onescale.comparison.spec import Criteria
from onescale.comparison.table import Row, completed
from onescale.core import text
from onescale.core.csv_files import number_in, read_rows
from onescale.core.errors import DataError
from onescale.core.text import DASH, percent, points

_MEASURED = ("train_accuracy", "test_accuracy", "gap", "step_cost")
# How costs are written: differences of accuracy, half a prediction interval, a ratio, or as it is.
_UNITS = {
    "points": points,
    "spread": lambda value: DASH if value is None else f"±{percent(value)}",
    "ratio": lambda value: DASH if value is None else f"×{value:.2f}",
    "as said": lambda value: f"{value:.4g}".replace("-", "−"),
}


@dataclass(frozen=True)
class Cost:
    """One figure of what a discrepancy costs; unit: a key of `_UNITS`; decision: whether mending
    helps, of what is held against what would be of interest."""

    pair: str
    measure: str
    unit: str
    outcome: Outcome
    decision: str | None = None

    @property
    def p(self) -> float | None:
        """Of the decision; none where nothing is decided."""
        return self.outcome.p_of(self.decision) if self.decision else None


@dataclass(frozen=True)
class Discrepancy:
    """A place in which code and words differ, and its costs."""

    number: int
    words: str
    costs: list[Cost]


def discrepancies(
    places: Any, evidence: Evidence, tables: str | Path | None = None
) -> list[Discrepancy]:
    """Every place with its costs, in order.

    places: as `discrepancies:` in the configuration. tables: the folder of our tables (for a place
    that is a formula). Raises SpecError for a key that is not known, DataError for a run or a table
    that is not there.
    """
    check_places(places)
    judged = []
    for number, place in enumerate(places, 1):
        for name in discrepant([place]):
            if name not in evidence.records:
                raise DataError(f"discrepancy {number}: no run file of variant {name!r} was given")
        if "table" in place and tables is None:
            raise DataError(f"discrepancy {number}: needs --tables, the folder of our tables")
        judged.append(Discrepancy(number, place["words"], list(_costs(place, evidence, tables))))
    return judged


def _costs(
    place: Mapping[str, Any], evidence: Evidence, tables: str | Path | None
) -> Iterator[Cost]:
    for name in listed_in(place, "one_run"):
        yield _one_run(name, evidence)
    if "table" in place:
        yield from _formula(place["table"], Path(tables))
    pairs = zip(listed_in(place, "as_written"), listed_in(place, "put_right"), strict=True)
    for as_written, put_right in pairs:
        yield from _paired(as_written, put_right, evidence)


def _paired(as_written: str, put_right: str, evidence: Evidence) -> Iterator[Cost]:
    """Accuracies, gap and CPU time of a step, put right against as written."""
    records = (evidence.records[name] for name in (as_written, put_right))
    untimed = any(run.us_per_step is None for one in records for run in one.runs.values())
    for name in _MEASURED:
        if name != "step_cost" or not untimed:
            measure = MEASURES[name]
            hypothesis = Hypothesis(name, "better", put_right, as_written)
            if name in ("gap", "step_cost"):  # not judged; and the same at whatever rate
                outcome = outcome_of(hypothesis, evidence)
                judged = None if name == "gap" else outcome.decision(evidence.criteria.level)
            else:
                tested = put_to_test(hypothesis, evidence)
                outcome, judged = tested.outcome, tested.decision
            note = outcome.note.replace("the claim", "mending") if judged else ""
            outcome = dataclasses.replace(outcome, note=note)
            pair = f"{put_right} against {as_written}"
            yield Cost(pair, measure.words, measure.unit, outcome, judged)


def _one_run(name: str, evidence: Evidence) -> Cost:
    """How far one run may lie from the mean of ours: half of the prediction interval."""
    values = [run.test_accuracy for run in evidence.records[name].runs.values()]
    within = statistics.prediction_interval(values, evidence.criteria.confidence)
    half = None if within is None else (within[1] - within[0]) / 2
    note = "one seed: nothing to tell" if half is None else ""
    outcome = Outcome(half, seeds=len(values), note=note)
    return Cost(name, "one run's distance from the mean", "spread", outcome)


def _formula(table: Mapping[str, str], tables: Path) -> Iterator[Cost]:
    """How many values lose their sign, and by how much the farthest is off."""
    wrong, right = (_last_column(tables / f"{table[k]}.csv") for k in ("as_written", "put_right"))
    lost = sum(a >= 0 > b for a, b in zip(wrong, right, strict=True))
    off = max(abs(b - a) for a, b in zip(wrong, right, strict=True))
    pair, exact = f"{table['put_right']} against {table['as_written']}", "no chance in it"
    shown = Outcome(float(lost), note=f"of {len(right)}; {exact}")
    yield Cost(pair, "values below the mean that are shown above it", "as said", shown)
    yield Cost(pair, "largest error of a value", "as said", Outcome(off, note=exact))


def _last_column(path: Path) -> list[float]:
    rows = read_rows(path)
    return [number_in(path, rows, row, list(cells)[-1]) for row, cells in enumerate(rows, 1)]


def costs_table(discrepancies: list[Discrepancy]) -> list[Row]:
    """A row a cost; differences of accuracy as fractions."""
    return completed(
        [
            {"discrepancy": discrepancy.number, "words": discrepancy.words}
            | {key: getattr(cost, key) for key in ("pair", "measure", "unit")}
            | {key: getattr(cost.outcome, key) for key in ("seeds", "estimate", "low", "high")}
            | {"p": cost.p, "mending_helps": cost.decision}
            | {"note": cost.outcome.note or None}
            for discrepancy in discrepancies
            for cost in discrepancy.costs
        ]
    )


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of `costs_table` as a person reads it: its cost, and the interval of that."""
    show = _UNITS[row["unit"]]
    told = {"shown": show(row["estimate"])}
    if row.get("low") is not None:
        told["shown_interval"] = text.interval(row["low"], row["high"], show)
    return told


def costs_page(discrepancies: list[Discrepancy], criteria: Criteria) -> str:
    """The page: a table for each place."""
    confidence = f"{100 * criteria.confidence:g} %"
    opening = (
        "What each place costs in which the chapter's code and its words differ. The variants of a "
        "pair differ in that place alone and are compared seed by seed: a positive difference of "
        "accuracy is what the fault took away, a negative one what it gave. Points of accuracy "
        "after the last update; ×0.8 is a fifth less time, and a second forward pass is timed as "
        "the chapter makes it, after every update. What a formula costs is told as it is, how many "
        "values it gets wrong and by how much at most: the more, the worse. That mending helps is "
        f"*supported* if the {confidence} interval (Student's t) lies beyond what would be of "
        f"interest ({100 * criteria.smallest_difference:g} points, a tenth of the time), "
        "*reversed* if it lies as far on the other side, *no difference that matters* if it is "
        "shown to lie between the two, else *open*; nothing is corrected for the number of places. "
        "What restrains overfitting is meant to cost training accuracy: there *reversed* is no "
        "fault of mending. What is tuned counts only if every repeat of the tuning comes to the "
        "same; its numbers are those of the first."
    )
    sections = (_section(discrepancy, confidence) for discrepancy in discrepancies)
    return text.page("# What the discrepancies cost", opening, *sections)


def _section(discrepancy: Discrepancy, confidence: str) -> str:
    def interval(cost: Cost) -> str:
        return text.interval(cost.outcome.low, cost.outcome.high, _UNITS[cost.unit])

    shown = [
        ("put right against as written", lambda cost: cost.pair),
        ("measure", lambda cost: cost.measure),
        ("cost", lambda cost: _UNITS[cost.unit](cost.outcome.estimate)),
        (f"{confidence} interval", interval),
        ("p", lambda cost: text.probability(cost.p)),
        ("that mending helps is", lambda cost: cost.decision or DASH),
        ("seeds", lambda cost: str(cost.outcome.seeds or DASH)),
    ]
    noted = [cost for cost in discrepancy.costs if cost.outcome.note]
    several = len({cost.pair for cost in discrepancy.costs}) > 1
    return text.section(
        f"## {discrepancy.number}. {discrepancy.words}",
        text.columns(discrepancy.costs, shown, left=2),
        text.bullets(
            f"{f'{cost.pair}, ' * several}{cost.measure}: {cost.outcome.note}." for cost in noted
        ),
    )
