"""A study: one thing varied along its axes, and a row of measures for every combination.

What is trained stands in the configuration and is expanded by `training.grid`; here the runs are
read back along the same axes, for the study's table and for its figures. A study judges nothing:
that is for the comparison and the claims.
"""

import itertools
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from onescale.comparison import statistics as evidence
from onescale.comparison import table
from onescale.comparison.spec import Group, Spec
from onescale.core import text as markdown
from onescale.core.errors import DataError, SpecError, suggest
from onescale.runs.record import Record
from onescale.runs.run import LEVELS, Run


@dataclass(frozen=True)
class Point:
    """A trained variant and where it stands: a number, a label or None (without) for each axis."""

    variant: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Study:
    """What was varied.

    axes: their names, in order. points: every combination. levels: test accuracies whose first
    sight is timed. learns: final test accuracy from which a seed counts as having learnt.
    confidence: of the intervals.
    """

    name: str
    title: str
    axes: list[str]
    points: list[Point]
    levels: list[float] = field(default_factory=lambda: list(LEVELS))
    learns: float = 0.5
    confidence: float = 0.95

    @classmethod
    def from_text(cls, text: str) -> "Study":
        """From JSON, or from the file that follows an `@`. Raises SpecError."""
        if text.startswith("@"):
            path = Path(text[1:])
            if not path.is_file():
                raise SpecError(f"study: {path} is not a file")
            text = path.read_text(encoding="utf-8")
        try:
            given = json.loads(text)
            points = [Point(p["variant"], p["values"]) for p in given.pop("points")]
            return cls(points=points, **given)
        except json.JSONDecodeError as error:
            raise SpecError(f"study: not JSON: {error}") from None
        except (AttributeError, KeyError, TypeError) as error:
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

    def at(self, *conditions: tuple[str | None, Any]) -> list[Point]:
        """The points that have each (axis, value); an axis None is no condition."""
        return [
            point
            for point in self.points
            if all(axis is None or point.values[axis] == value for axis, value in conditions)
        ]


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


def study_table(study: Study, records: dict[str, Record]) -> pd.DataFrame:
    """A row a point: its variant, its values, and what was measured.

    Raises DataError if a point has no run file.
    """
    group = Group(study.name, study.title, [point.variant for point in study.points])
    spec = Spec([group], statistics=evidence.Statistics(confidence=study.confidence))
    rows = []
    for point in study.points:
        if point.variant not in records:
            raise DataError(f"study {study.name}: no run file of variant {point.variant!r}")
        record = records[point.variant]
        runs = list(record.runs.values())
        row = {"study": study.name, "variant": point.variant}
        row |= {axis: as_text(value) for axis, value in point.values.items()}
        measured = table.described(record, spec)
        note = measured.pop("note")
        for level in study.levels:
            measured |= table.reached(record, level)
        gaps = evidence.summarize([run.gap for run in runs], spec.statistics.confidence)
        measured |= {"gap_sd": gaps.sd, "gap_low": gaps.low, "gap_high": gaps.high}
        learnt = [run.test_accuracy >= study.learns for run in runs]
        measured["learnt"] = sum(learnt) / len(learnt)
        if all(run.history.get("activations") for run in runs):
            moved = [drift(run) for run in runs]
            for name in ("drift", "drift_path"):
                found = [m[name] for m in moved if m]
                measured[name] = evidence.summarize(found).mean if found else None
        rows.append(row | measured | {"note": note})
    frame = pd.DataFrame(rows).drop(columns=["chapter_train", "chapter_test", "trials"])
    return frame.astype(object).convert_dtypes()


def drift(run: Run) -> dict[str, float] | None:
    """How far the activations of a run moved, in standard deviations; None if it diverged at once.

    drift: from the first evaluation to the last; drift_path: from each to the next, summed. Each is
    the root mean square, over the nodes of a layer, of the change in the node's mean activation
    over a fixed set of images, divided by the standard deviation of the layer (of both times,
    pooled), then averaged over layers.
    """
    seen = [layers for layers in run.history.get("activations", []) if layers is not None]
    if not seen:
        return None
    path = sum(shift(a, b) for a, b in itertools.pairwise(seen))
    return {"drift": shift(seen[0], seen[-1]), "drift_path": path}


def shift(before: list[dict], after: list[dict]) -> float:
    """The mean over layers of `layer_shift`."""
    return float(np.mean([layer_shift(a, b) for a, b in zip(before, after, strict=True)]))


def layer_shift(before: dict, after: dict) -> float:
    """Root mean square change of the nodes' means in pooled standard deviations; 0 if all are off.

    before, after: what `onescale.nn.activations.statistics` says of a layer.
    """
    change = np.subtract(after["node_means"], before["node_means"])
    spread = math.sqrt((before["sd"] ** 2 + after["sd"] ** 2) / 2)
    return math.sqrt(np.mean(change**2)) / spread if spread else 0.0


def study_page(study: Study, frame: pd.DataFrame) -> str:
    """The table as a page: accuracies in per cent, gaps in points."""
    interval = f"{100 * study.confidence:g} % interval"
    header = [*study.axes, "seeds", "train", "test", "sd", interval, "gap", "learnt"]
    for level in study.levels:
        header += [f"steps to {100 * level:g}", f"seconds to {100 * level:g}"]
    drifts = "drift" in frame
    header += ["µs/step"] + (["drift", "path"] if drifts else [])
    rows = []
    for _, row in frame.iterrows():
        cells = [row[axis] for axis in study.axes] + [
            str(row["seeds"]),
            markdown.percent(row["train_accuracy_mean"]),
            markdown.percent(row["test_accuracy_mean"]),
            markdown.percent(row["test_accuracy_sd"]),
            markdown.interval(row["test_accuracy_low"], row["test_accuracy_high"]),
            markdown.points(row["gap_mean"]),
            markdown.percent(row["learnt"], 0),
        ]
        for level in study.levels:
            name = f"to_{round(100 * level)}"
            cells += [markdown.number(row[f"steps_{name}"], 0)]
            cells += [markdown.number(row[f"seconds_{name}"], 2)]
        cells.append(markdown.number(row["us_per_step"], 0))
        cells += [markdown.number(row[n], 2) for n in ("drift", "drift_path") if drifts]
        rows.append(cells)
    notes = [f"- {r['variant']}: {r['note']}." for _, r in frame.iterrows() if r["note"]]
    parts = [f"# {study.title}", markdown.table(header, rows, left=len(study.axes))]
    return (
        "\n\n".join([*parts, *(["\n".join(notes)] if notes else []), _legend(study, drifts)]) + "\n"
    )


def _legend(study: Study, drifts: bool) -> str:
    return (
        "Accuracies after the last update, in per cent, means over seeds; gap: training minus "
        f"test, in points; learnt: share of seeds that end at {100 * study.learns:g} % or more; "
        "steps and seconds (CPU, training alone; in the workflow at what a step costs where all "
        "points take theirs in turn): median over seeds of the first evaluation at that test "
        "accuracy, a dash where half of the seeds or more never get there; none: without that part."
        + (
            " Drift: how far the nodes' mean activations moved from the first evaluation to the "
            "last, in standard deviations of their layer; path: from each to the next, summed."
            if drifts
            else ""
        )
    )
