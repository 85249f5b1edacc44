"""comparison.csv: a row for each variant of each group, on one scale.

Final accuracies are those after the last update. The difference to the group's reference is paired
by seed; the family of Holm's correction is the group. Every cell that is undefined is empty and the
row's `note` says why. A variant that stands in two groups has a row in each.
"""

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np

from onescale.comparison import statistics
from onescale.comparison.spec import Criteria, Group, Spec
from onescale.core.errors import DataError, SpecError, suggest
from onescale.core.text import joined, undefined
from onescale.runs.record import Record
from onescale.runs.run import LAST

Row = dict[str, Any]
FEW_LOOKS = f"fewer than {LAST} evaluations after update 1"  # so that they have no mean of the last


def columns(levels: Iterable[float]) -> list[str]:
    """The columns of comparison.csv, of runs that are timed to these levels."""
    names = [f"{100 * level:g}" for level in levels]
    timed = [f"{what}_to_{name}" for what in ("steps", "seconds") for name in names]
    counted = [f"{what}_{name}" for what in ("reached", "coarse") for name in names]
    return [
        "group", "variant", "seeds", "train_accuracy_mean", "train_accuracy_sd",
        "test_accuracy_mean", "test_accuracy_sd", "test_accuracy_low", "test_accuracy_high",
        "test_accuracy_last6_mean", "gap_mean", *timed, "us_per_step", "chapter_train",
        "chapter_test", "reference", "difference", "difference_low", "difference_high", "p",
        "p_holm", "effect_size", "verdict", "seeds_needed", "trials", "train_accuracy_low",
        "train_accuracy_high", "pairs", "diverged", *counted, "test_noise", "note",
    ]  # fmt: skip


def compare(records: dict[str, Record], spec: Spec) -> list[Row]:
    """The rows of the comparison with `columns(levels)`; accuracies and differences are fractions.

    Raises DataError for a variant of a group that has no run file, SpecError for a reference that
    is no variant of it.
    """
    levels = sorted({level for record in records.values() for level in record.levels})
    rows = [row for group in spec.groups for row in _rows(group, records, spec)]
    return completed(rows, columns(levels))


def completed(rows: list[Row], columns: list[str] | None = None) -> list[Row]:
    """Rows that all have the same columns, None where they had none; a column of numbers is whole
    if all of them are.

    >>> completed([{"seeds": 5.0, "gap": 1}, {"gap": 0.5}])
    [{'seeds': 5, 'gap': 1.0}, {'seeds': None, 'gap': 0.5}]
    """
    columns = columns or list(dict.fromkeys(column for row in rows for column in row))
    found = {column: [row.get(column) for row in rows] for column in columns}
    for column, cells in found.items():
        numbers = [cell for cell in cells if not undefined(cell)]
        if numbers and all(type(one) is not bool and isinstance(one, Real) for one in numbers):
            kind = int if all(float(one).is_integer() for one in numbers) else float
            found[column] = [None if undefined(cell) else kind(cell) for cell in cells]
    return [{column: cells[i] for column, cells in found.items()} for i in range(len(rows))]


def _rows(group: Group, records: dict[str, Record], spec: Spec) -> list[Row]:
    """The rows of one group, in its order, with Holm's correction over all of them."""
    for name in group.variants:
        if name not in records:
            raise DataError(f"group {group.name!r}: no run file of variant {name!r} was given")
    if group.reference is not None and group.reference not in group.variants:
        what = suggest(group.reference, group.variants, "variant")
        raise SpecError(f"comparisons.{group.name}.reference: {what}")
    differences = [
        None
        if group.reference in (None, name)
        else difference(records[name], records[group.reference], spec.criteria)
        for name in group.variants
    ]
    adjusted = statistics.holm([d and d.p for d in differences])
    rows = []
    for name, compared, p_holm in zip(group.variants, differences, adjusted, strict=True):
        row = measured(records[name], spec.criteria)
        row |= {"group": group.name, "reference": group.reference}
        row |= {"trials": spec.trials.get(name, 0), **_printed(name, spec)}
        note = "the group has no reference: nothing to differ from"
        if compared is not None:
            row |= _difference_cells(compared, p_holm, spec.criteria)
            note = compared.note
        elif group.reference is not None:
            note = "the reference"
        rows.append(row | {"note": joined(row["note"], note)})
    return rows


def measured(record: Record, criteria: Criteria) -> Row:
    """What is known of a variant by itself, its `note` last."""
    runs = list(record.runs.values())
    last = [run.last_evaluations() for run in runs]
    diverged = record.diverged
    row: Row = {"variant": record.name, "seeds": len(runs)}
    for series in ("train_accuracy", "test_accuracy"):
        accuracy = statistics.summarize([getattr(run, series) for run in runs], criteria.confidence)
        row |= {f"{series}_{key}": getattr(accuracy, key) for key in ("mean", "sd", "low", "high")}
    row["test_accuracy_last6_mean"] = None if None in last else statistics.summarize(last).mean
    row["gap_mean"] = statistics.summarize([run.gap for run in runs]).mean
    row["us_per_step"] = _median([run.us_per_step for run in runs])
    images = record.dataset.get("test_images")
    row["test_noise"] = images and statistics.binomial_error(row["test_accuracy_mean"], images)
    row["diverged"] = len(diverged)
    for level in record.levels:
        row |= reached(record, level)
    row["note"] = joined(
        "one seed: no spread, so no interval" if len(runs) == 1 else "",
        FEW_LOOKS if None in last else "",
        f"{len(diverged)} of {len(runs)} runs diverged (seed "
        f"{', '.join(f'{run.seed} at step {run.diverged}' for run in diverged)}) and count with "
        "the accuracy of guessing the commonest class"
        if diverged
        else "",
    )
    return row


def reached(record: Record, level: float) -> Row:
    """Median steps and seconds to `level` (`runs.crossing`), a seed that never reaches it counting
    as last of all; and of how many seeds that is known no better than to 2 %."""
    runs = list(record.runs.values())
    crossings = [run.crossing(level) for run in runs]
    steps = [crossed and crossed.step for crossed in crossings]
    spent = [step and run.seconds(step) for run, step in zip(runs, steps, strict=True)]
    percent = f"{100 * level:g}"
    return {
        f"reached_{percent}": sum(crossed is not None for crossed in crossings),
        f"steps_to_{percent}": _median(steps),
        f"seconds_to_{percent}": _median(spent),
        f"coarse_{percent}": sum(crossed is not None and crossed.coarse for crossed in crossings),
    }


def difference(record: Record, reference: Record, criteria: Criteria) -> statistics.Difference:
    """The paired difference in final test accuracy over the seeds both have."""
    common = sorted(record.runs.keys() & reference.runs.keys())
    ours, theirs = ([r.runs[seed].test_accuracy for seed in common] for r in (record, reference))
    return statistics.paired_difference(ours, theirs, criteria)


def _difference_cells(
    difference: statistics.Difference, p_holm: float | None, criteria: Criteria
) -> Row:
    """Its cells, and how many pairs would tell where that is open for want of them."""
    summary = difference.summary
    verdict = statistics.classify(difference, p_holm, criteria)
    needed = None
    if verdict == statistics.INCONCLUSIVE:
        needed = statistics.seeds_needed(summary.sd, criteria)
    if needed is not None and needed <= summary.n:
        needed = None  # there were as many: it is not seeds that are lacking
    return {
        "pairs": summary.n,
        "difference": summary.mean,
        "difference_low": summary.low,
        "difference_high": summary.high,
        "p": difference.p,
        "p_holm": p_holm,
        "effect_size": difference.effect_size,
        "verdict": verdict,
        "seeds_needed": needed,
    }


def _printed(variant: str, spec: Spec) -> dict[str, float]:
    """What the chapter prints for this variant, as written or put right, as fractions."""
    printed = {f"chapter_{of}": spec.printed(variant, of) for of in ("train", "test")}
    return {key: float(fraction) for key, fraction in printed.items() if fraction is not None}


def _median(values: Iterable[float | None]) -> float | None:
    """The median, None ranking above every number; None where it falls on a None."""
    middle = float(np.median([math.inf if value is None else value for value in values]))
    return None if middle == math.inf else middle
