"""comparison.csv: a row for each variant of each group, on one scale.

Final accuracies are those after the last update. The difference to the group's reference is paired
by seed; the family of Holm's correction is the group. Every cell that is undefined is empty and the
row's `note` says why. A variant that stands in two groups has a row in each.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from onescale.comparison import statistics as evidence
from onescale.comparison.spec import Group, Spec
from onescale.comparison.statistics import UNRESOLVED
from onescale.core.errors import DataError, SpecError, suggest
from onescale.runs.record import Record
from onescale.runs.run import LAST, LEVELS

COLUMNS = [
    "group",
    "variant",
    "seeds",
    "train_accuracy_mean",
    "train_accuracy_sd",
    "test_accuracy_mean",
    "test_accuracy_sd",
    "test_accuracy_low",
    "test_accuracy_high",
    "test_accuracy_last6_mean",
    "gap_mean",
    "steps_to_95",
    "steps_to_97",
    "seconds_to_95",
    "seconds_to_97",
    "us_per_step",
    "chapter_train",
    "chapter_test",
    "reference",
    "difference",
    "difference_low",
    "difference_high",
    "p",
    "p_holm",
    "effect_size",
    "verdict",
    "seeds_needed",
    "trials",
    "train_accuracy_low",
    "train_accuracy_high",
    "pairs",
    "diverged",
    "reached_95",
    "reached_97",
    "test_noise",
    "note",
]


def compare(records: dict[str, Record], spec: Spec) -> pd.DataFrame:
    """The comparison as a frame with `COLUMNS`; accuracies and differences are fractions.

    Raises DataError for a variant of a group that has no run file, SpecError for a reference that
    is no variant of it.
    """
    rows = [row for group in spec.groups for row in _group_rows(group, records, spec)]
    return pd.DataFrame(rows, columns=COLUMNS).astype(object).convert_dtypes()


def _group_rows(group: Group, records: dict[str, Record], spec: Spec) -> list[dict[str, Any]]:
    """The rows of one group, in its order, with Holm's correction over all of them."""
    for name in group.variants:
        if name not in records:
            raise DataError(f"group {group.name!r}: no run file of variant {name!r} was given")
    if group.reference is not None and group.reference not in group.variants:
        what = suggest(group.reference, group.variants, "variant")
        raise SpecError(f"comparisons.{group.name}.reference: {what}")
    rows, differences = [], []
    for name in group.variants:
        record = records[name]
        rows.append(described(record, spec) | {"group": group.name, "reference": group.reference})
        compared = group.reference is not None and name != group.reference
        differences.append(
            _difference(record, records[group.reference], spec) if compared else None
        )
    adjusted = evidence.holm([d.p if d else None for d in differences])
    for row, difference, p_holm in zip(rows, differences, adjusted, strict=True):
        if difference:
            row |= _judged(difference, p_holm, spec, row.pop("note"))
        elif group.reference is None:
            row["note"] = _join(row["note"], "the group has no reference: nothing to differ from")
        else:
            row["note"] = _join(row["note"], "the reference")
    return rows


def described(record: Record, spec: Spec) -> dict[str, Any]:
    """What is known of a variant by itself."""
    runs = list(record.runs.values())
    confidence = spec.statistics.confidence
    train = evidence.summarize([run.train_accuracy for run in runs], confidence)
    test = evidence.summarize([run.test_accuracy for run in runs], confidence)
    last = [run.last_evaluations() for run in runs]
    diverged = [run for run in runs if run.diverged is not None]
    images = record.dataset.get("test_images")
    row: dict[str, Any] = {
        "variant": record.name,
        "seeds": len(runs),
        "train_accuracy_mean": train.mean,
        "train_accuracy_sd": train.sd,
        "train_accuracy_low": train.low,
        "train_accuracy_high": train.high,
        "test_accuracy_mean": test.mean,
        "test_accuracy_sd": test.sd,
        "test_accuracy_low": test.low,
        "test_accuracy_high": test.high,
        "test_accuracy_last6_mean": None if None in last else evidence.summarize(last).mean,
        "gap_mean": evidence.summarize([run.gap for run in runs]).mean,
        "us_per_step": _median([run.us_per_step for run in runs]),
        "test_noise": evidence.binomial_error(test.mean, images) if images else None,
        "trials": spec.trials.get(record.name, 0),
        "diverged": len(diverged),
    }
    for level in LEVELS:
        row |= reached(record, level)
    for measure in ("train", "test"):
        row[f"chapter_{measure}"] = _printed(record.name, measure, spec)
    row["note"] = _join(
        "one seed: no spread, so no interval" if len(runs) == 1 else "",
        f"fewer than {LAST} evaluations after update 1" if None in last else "",
        f"{len(diverged)} of {len(runs)} runs diverged (seed "
        f"{', '.join(f'{run.seed} at step {run.diverged}' for run in diverged)}) and count with "
        "the accuracy of guessing the commonest class"
        if diverged
        else "",
    )
    return row


def reached(record: Record, level: float) -> dict[str, Any]:
    """Median step and seconds to `level`, a seed that never reaches it counting as last of all."""
    runs = list(record.runs.values())
    first = [run.first_at(level) for run in runs]
    percent = round(100 * level)
    return {
        f"reached_{percent}": sum(f is not None for f in first),
        f"steps_to_{percent}": _median([f[0] if f else None for f in first]),
        f"seconds_to_{percent}": _median([f[1] if f else None for f in first]),
    }


def _difference(record: Record, reference: Record, spec: Spec) -> evidence.Difference:
    """The paired difference in final test accuracy over the seeds both have."""
    common = sorted(record.runs.keys() & reference.runs.keys())
    return evidence.paired_difference(
        [record.runs[seed].test_accuracy for seed in common],
        [reference.runs[seed].test_accuracy for seed in common],
        spec.statistics,
    )


def _judged(
    difference: evidence.Difference, p_holm: float | None, spec: Spec, note: str
) -> dict[str, Any]:
    """The cells on the difference to the reference."""
    summary = difference.summary
    verdict = evidence.verdict(difference, p_holm, spec.statistics)
    unresolved = verdict == UNRESOLVED
    return {
        "pairs": summary.n,
        "difference": summary.mean,
        "difference_low": summary.low,
        "difference_high": summary.high,
        "p": difference.p,
        "p_holm": p_holm,
        "effect_size": difference.effect_size,
        "verdict": verdict,
        "seeds_needed": evidence.seeds_needed(summary.sd, spec.statistics) if unresolved else None,
        "note": _join(note, difference.note),
    }


def _printed(variant: str, measure: str, spec: Spec) -> float | None:
    """What the chapter prints for this variant, as written or put right, as a fraction."""
    for row in spec.reported:
        if variant in (row.as_written, row.put_right) and getattr(row, measure) is not None:
            return float(getattr(row, measure))
    return None


def _median(values: Iterable[float | None]) -> float | None:
    """The median, None ranking above every number; None where it falls on a None."""
    ranked = sorted(values, key=lambda value: (value is None, value or 0))
    middle = ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]
    return None if None in middle else sum(middle) / len(middle)


def _join(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
