"""comparison.md: the comparison as a page that a person reads from top to bottom.

One section a group: first how well and how fast each variant did, then how each differs from the
group's reference and what can be said of that; under them whatever needs words. The digits are
those that mean something: one test image of 10,000 is 0.01 %.
"""

import pandas as pd

from onescale.comparison.spec import Group, Spec
from onescale.comparison.statistics import signed_rank_minimum, signed_rank_pairs
from onescale.core.text import DASH, interval, number, percent, points, probability, table
from onescale.runs.record import Record


def comparison_page(frame: pd.DataFrame, records: dict[str, Record], spec: Spec) -> str:
    """The whole page, from the frame that `table.compare` made."""
    sections = [_section(group, frame[frame["group"] == group.name], spec) for group in spec.groups]
    return "\n\n".join(["# Comparison", _opening(records), *sections, _legend(spec, frame)]) + "\n"


def _opening(records: dict[str, Record]) -> str:
    any_record = next(iter(records.values()))
    seeds = sorted({len(record.runs) for record in records.values()})
    count = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    versions = ", ".join(f"{name} {version}" for name, version in any_record.versions.items())
    made = f" ({versions})" if versions else ""
    return (
        f"{len(records)} variants on {any_record.dataset.get('name', 'one data set')}, {count} "
        f"seed{'' if count == '1' else 's'} each{made}. Accuracies in per cent after the last "
        "update, differences in percentage points; how to read them stands at the end."
    )


def _section(group: Group, rows: pd.DataFrame, spec: Spec) -> str:
    parts = [f"## {group.title}", _accuracies(rows, spec)]
    if group.reference is not None and len(rows) > 1:
        parts.append(
            f"Paired difference in test accuracy to **{group.reference}**, in percentage points:"
        )
        parts.append(_differences(rows[rows["variant"] != group.reference], spec))
    notes = [
        f"- {row['variant']}: {row['note']}."
        for _, row in rows.iterrows()
        if row["note"] and row["note"] != "the reference"
    ]
    return "\n\n".join(parts + (["\n".join(notes)] if notes else []))


def _accuracies(rows: pd.DataFrame, spec: Spec) -> str:
    """How well and how fast each variant did."""
    confidence = f"{spec.statistics.confidence:.0%}".replace("%", " %")
    header = ["variant", "seeds", "train", "test", "sd", f"{confidence} interval", "last six"]
    header += ["gap", "steps to 95", "to 97", "seconds to 95", "to 97", "µs/step"]
    chapter = rows[["chapter_train", "chapter_test"]].notna().any(axis=None)
    header += ["chapter train", "chapter test"] if chapter else []
    tuned = rows["trials"].gt(0).any()
    header += ["trials"] if tuned else []
    cells = []
    for _, row in rows.iterrows():
        line = [
            str(row["variant"]),
            str(row["seeds"]),
            percent(row["train_accuracy_mean"]),
            percent(row["test_accuracy_mean"]),
            percent(row["test_accuracy_sd"]),
            interval(row["test_accuracy_low"], row["test_accuracy_high"]),
            percent(row["test_accuracy_last6_mean"]),
            points(row["gap_mean"]),
        ]
        for what, digits in (("steps", 0), ("seconds", 2)):
            line += [_reached(row, what, level, digits) for level in (95, 97)]
        line.append(number(row["us_per_step"], 0))
        if chapter:
            line += [percent(row["chapter_train"]), percent(row["chapter_test"])]
        if tuned:
            line.append(str(row["trials"]))
        cells.append(line)
    return table(header, cells)


def _reached(row: pd.Series, what: str, level: int, digits: int) -> str:
    """The median, with how many seeds got there where not all did."""
    value, reached, seeds = row[f"{what}_to_{level}"], row[f"reached_{level}"], row["seeds"]
    if pd.isna(value):
        return DASH if not reached or what == "seconds" else f"{reached} of {seeds}"
    text = number(value, digits)
    return text if reached == seeds or what == "seconds" else f"{text} ({reached} of {seeds})"


def _differences(rows: pd.DataFrame, spec: Spec) -> str:
    """How each variant differs from the reference."""
    confidence = f"{spec.statistics.confidence:.0%}".replace("%", " %")
    header = ["variant", "verdict", "difference", f"{confidence} interval", "p", "p (Holm)"]
    header += ["d_z", "pairs", "seeds needed"]
    cells = [
        [
            str(row["variant"]),
            f"**{row['verdict']}**",
            points(row["difference"]),
            interval(row["difference_low"], row["difference_high"], points),
            probability(row["p"]),
            probability(row["p_holm"]),
            number(row["effect_size"], 2, sign=True),
            str(row["pairs"]),
            number(row["seeds_needed"], 0),
        ]
        for _, row in rows.iterrows()
    ]
    return table(header, cells, left=2)


def _legend(spec: Spec, frame: pd.DataFrame) -> str:
    """How to read the tables: every definition, and what the tests can reach."""
    levels = spec.statistics
    smallest = f"{100 * levels.smallest_difference:g} points"
    family = max((len(group.variants) - 1 for group in spec.groups), default=1)
    confidence = f"{100 * levels.confidence:g} %"
    pairs = frame["pairs"].dropna()
    fewest = int(pairs.min()) if len(pairs) else 5
    needed = signed_rank_pairs(levels.level, family)
    reach = "cannot reach it" if fewest < needed else "could reach it"
    return f"""## How to read this

- **train, test**: mean over seeds of the accuracy on the whole training and test set after the
  last update; **sd** over seeds (n − 1); the interval is Student's t at {confidence} and is about
  the mean over seeds, on this test set. **last six**: mean of the last six evaluations, which is
  less noisy ({DASH} where there are fewer, that after update 1 not counted). **gap**: training
  minus test.
- **steps, seconds**: median over seeds of the first evaluation with at least 95 % or 97 % test
  accuracy, in updates and in CPU seconds of training steps alone; in the workflow as many as the
  steps cost where all variants take them in turn (**µs/step**), since the seconds of two trainings
  tell of their hours too. A seed that never gets there counts as last of all; “3 of 5” says how
  many did, {DASH} that none did. Evaluations are some hundred updates apart, so these are upper
  bounds. **trials**, where tuned: how many values were
  tried for the variant on held-out images.
- **difference**: variant minus reference, seed by seed: both start from the same draws and see the
  same batches. **p** is the paired t-test's; **p (Holm)** is corrected for all comparisons of the
  group. The intervals are not corrected. **d_z** is the mean difference over its sd.
- **verdict**: *better* or *worse* if p (Holm) < {levels.level:g}; else *equivalent* if the
  {100 * (1 - 2 * levels.level):g} % interval of the difference lies inside ±{smallest}; else
  *unresolved*. **seeds needed**: pairs with which a difference of {smallest} would be shown with
  {100 * levels.power:g} % power at the spread observed (one test at {levels.level:g}, before Holm).
- **The test set's own noise** (`test_noise` in comparison.csv) is the binomial standard error of an
  accuracy on so many images: 0.18 points at 96.7 % of 10,000. All variants share it, so paired
  differences have much less of it; it does not shrink with more seeds.
- **What a test can reach**: Student's t has no smallest p. A signed-rank test has: with {fewest}
  pairs its p is never below {signed_rank_minimum(fewest):g}, and with Holm over {family} it needs
  {needed} pairs to reach {levels.level:g}. So here it {reach}; the t-test is used throughout."""
