"""A study: one thing varied along its axes, and a row of measures for every combination.

What is trained stands in the configuration and is expanded by `training.grid`; here the runs are
read back along the same axes, for the study's table and for its figures. A study judges nothing:
that is for the comparison and the claims.
"""

from dataclasses import dataclass, fields
from typing import Any

from onescale.comparison import statistics
from onescale.comparison.drift import drift
from onescale.comparison.page import accuracy_columns, level_columns
from onescale.comparison.spec import Criteria
from onescale.comparison.table import FEW_LOOKS, Row, completed, measured
from onescale.core import text as markdown
from onescale.core.errors import DataError, SpecError, suggest
from onescale.core.settings import closed
from onescale.core.text import cell, number, percent, points
from onescale.runs.record import Record
from onescale.runs.run import Run


@dataclass(frozen=True)
class StudyPoint:
    """A trained variant and where it stands: a number, a label or None (without) for each axis."""

    variant: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Study:
    """What was varied.

    axes: their names, in order. points: every combination. learns: final test accuracy from which a
    seed counts as having learnt. confidence: of the intervals.
    """

    name: str
    title: str
    axes: list[str]
    points: list[StudyPoint]
    learns: float = 0.5
    confidence: float = 0.95

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Study":
        """Raises SpecError on what is not known or missing."""
        closed(mapping, [f.name for f in fields(cls)], "study")
        try:
            points = [StudyPoint(p["variant"], p["values"]) for p in mapping["points"]]
            return cls(**{**mapping, "points": points})
        except (KeyError, TypeError) as error:
            raise SpecError(
                f"study: needs name, title, axes and points with variant and values ({error})"
            ) from None

    def values(self, axis: str | None) -> list[Any]:
        """The values on an axis, in order; [None] for no axis. Raises SpecError if unknown."""
        if axis is None:
            return [None]
        if axis not in self.axes:
            raise SpecError(f"study {self.name}: {suggest(axis, self.axes, 'axis')}")
        return list(dict.fromkeys(point.values[axis] for point in self.points))

    def at(self, *conditions: tuple[str | None, Any]) -> list[StudyPoint]:
        """The points that have each (axis, value); an axis None is no condition."""
        return [
            point
            for point in self.points
            if all(axis is None or point.values[axis] == value for axis, value in conditions)
        ]

    def check_runs(self, records: dict[str, Record]) -> None:
        """Raises DataError if a point has no run file."""
        for point in self.points:
            if point.variant not in records:
                raise DataError(f"study {self.name}: no run file of variant {point.variant!r}")


def as_text(value: Any) -> str:
    """A value on an axis as a person reads it."""
    if value is None:
        return "none"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return str(value).replace("_", " ")


def as_number(value: Any) -> float:
    """The place of a value on a numeric axis: without the block is 0. SpecError for a label."""
    try:
        return 0.0 if value is None else float(value)
    except ValueError:
        raise SpecError(f"axis value {value!r} is not a number to draw against") from None


def study_table(study: Study, records: dict[str, Record]) -> list[Row]:
    """A row a point: its variant, its values, and what was measured.

    Raises DataError if a point has no run file.
    """
    study.check_runs(records)
    return completed([_row(study, point, records[point.variant]) for point in study.points])


def _row(study: Study, point: StudyPoint, record: Record) -> Row:
    runs = list(record.runs.values())
    row = {"study": study.name, "variant": point.variant}
    row |= {axis: as_text(value) for axis, value in point.values.items()}
    row |= measured(record, Criteria(confidence=study.confidence))
    note = row.pop("note")
    gaps = statistics.summarize([run.gap for run in runs], study.confidence)
    row |= {"gap_sd": gaps.sd, "gap_low": gaps.low, "gap_high": gaps.high}
    row["learnt"] = sum(run.test_accuracy >= study.learns for run in runs) / len(runs)
    return row | _mean_drift(runs) | {"note": note}


def _mean_drift(runs: list[Run]) -> dict[str, float | None]:
    """Over the seeds whose activations were seen; nothing where they were not observed."""
    if not all(run.history.get("activations") for run in runs):
        return {}
    moved = [one for one in map(drift, runs) if one]
    return {
        name: statistics.summarize([one[name] for one in moved]).mean
        for name in ("drift", "drift_path")
    }


def study_page(study: Study, rows: list[Row]) -> str:
    """The table as a page: accuracies in per cent, gaps in points."""

    def decimals(digits: int):
        return lambda value: number(value, digits)

    drifts = "drift" in rows[0]
    shown = [(axis, cell(axis)) for axis in study.axes]
    shown += accuracy_columns(f"{100 * study.confidence:g} % interval")
    shown += [
        ("gap", cell("gap_mean", points)),
        ("learnt", cell("learnt", lambda share: percent(share, 0))),
    ]
    shown += level_columns(rows)
    shown.append(("µs/step", cell("us_per_step", decimals(0))))
    if drifts:
        shown += [("drift", cell("drift", decimals(2))), ("path", cell("drift_path", decimals(2)))]
    return markdown.page(
        f"# {study.title}",
        markdown.columns(rows, shown, left=len(study.axes)),
        markdown.bullets(f"{row['variant']}: {note}." for row in rows if (note := _note(row))),
        _legend(study, drifts),
    )


def _note(row: Row) -> str:
    """What is to be said of a point, but not of a column that the page leaves out."""
    return markdown.joined(*(one for one in (row["note"] or "").split("; ") if one != FEW_LOOKS))


def _legend(study: Study, drifts: bool) -> str:
    return (
        "Accuracies after the last update, in per cent, means over seeds; gap: training minus "
        f"test, in points; learnt: share of seeds that end at {100 * study.learns:g} % or more; "
        "steps and seconds (CPU, training alone; in the workflow at what a step costs where all "
        "points take theirs in turn): median over seeds until smoothed test accuracy first gets "
        "there, one that never does counting as last of all; “3 of 5” says how many do, a dash "
        "that none does; ≈: known no better than to 2 %; none: without that part. "
        "Intervals are Student's t, cut at 0 and 100 %."
        + (
            " Drift: how far the nodes' mean activations moved from the first evaluation to the "
            "last, in standard deviations of their layer; path: from each to the next, summed."
            if drifts
            else ""
        )
    )
