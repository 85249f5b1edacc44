"""comparison.md: the comparison as a page that a person reads from top to bottom.

One section a group: first how well and how fast each variant did, then how each differs from the
group's reference and what can be said of that; under them whatever needs words. The digits are
those that mean something: one test image of 10,000 is 0.01 %.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from onescale.comparison.reproduction import PRINTED_AFTER, as_printed, is_cut
from onescale.comparison.spec import Criteria, Group, Spec
from onescale.comparison.statistics import (
    BETTER,
    WORSE,
    matters,
    signed_rank_minimum,
    signed_rank_pairs,
)
from onescale.comparison.table import Row
from onescale.core import text
from onescale.core.text import DASH, cell, ends, number, percent, points, span, undefined
from onescale.runs.record import Record


def comparison_page(rows: list[Row], records: dict[str, Record], spec: Spec) -> str:
    """The whole page, from the rows that `table.compare` made."""
    sections = [
        _section(group, [row for row in rows if row["group"] == group.name], spec)
        for group in spec.groups
    ]
    legend = "\n".join(filter(None, (_legend(spec, rows), _of_printed(rows, records))))
    return text.page("# Comparison", _opening(records), *sections, legend)


def _opening(records: dict[str, Record]) -> str:
    any_record = next(iter(records.values()))
    count = span({len(record.runs) for record in records.values()})
    versions = ", ".join(f"{name} {version}" for name, version in any_record.versions.items())
    made = f" ({versions})" if versions else ""
    return (
        f"{len(records)} variants on {any_record.dataset.get('name', 'one data set')}, {count} "
        f"seed{'' if count == '1' else 's'} each{made}. Accuracies in per cent after the last "
        "update, differences in percentage points; how to read them stands at the end."
    )


def _section(group: Group, rows: list[Row], spec: Spec) -> str:
    interval = f"{100 * spec.criteria.confidence:g} % interval"
    blocks = [f"## {group.title}", _accuracies(rows, interval, spec)]
    if group.reference is not None and len(rows) > 1:
        blocks += [
            f"Paired difference in test accuracy to **{group.reference}**, in percentage points:",
            _differences(
                [row for row in rows if row["variant"] != group.reference], interval, spec.criteria
            ),
        ]
    noted = [row for row in rows if row["note"] not in ("", "the reference")]
    blocks.append(text.bullets(f"{row['variant']}: {row['note']}." for row in noted))
    return text.section(*blocks)


def accuracy_columns(interval: str) -> list[tuple[str, Callable[[Any], str]]]:
    """How well a variant did."""
    return [
        ("seeds", cell("seeds")),
        ("train", cell("train_accuracy_mean", percent)),
        ("test", cell("test_accuracy_mean", percent)),
        ("sd", cell("test_accuracy_sd", percent)),
        (interval, ends("test_accuracy", lambda end: percent(min(max(end, 0.0), 1.0)))),
    ]


def _accuracies(rows: list[Row], interval: str, spec: Spec) -> str:
    """How well and how fast each variant did."""
    shown = [
        ("variant", cell("variant")),
        *accuracy_columns(interval),
        ("last six", cell("test_accuracy_last6_mean", percent)),
        ("gap", cell("gap_mean", points)),
        *level_columns(rows),
        ("µs/step", cell("us_per_step", lambda value: number(value, 0))),
    ]
    if _has_printed(rows):
        shown += [
            (f"chapter {of}", partial(_printed, spec=spec, measure=of)) for of in ("train", "test")
        ]
    if any(row["trials"] > 0 for row in rows):
        shown.append(("trials", cell("trials")))
    return text.columns(rows, shown)


def _has_printed(rows: list[Row]) -> bool:
    return any(not undefined(row[f"chapter_{of}"]) for row in rows for of in ("train", "test"))


def _printed(row: Row, spec: Spec, measure: str) -> str:
    """What the chapter prints, with no digit that it does not."""
    fraction = spec.printed(row["variant"], measure)
    if fraction is None:
        return DASH
    return as_printed(fraction) if is_cut(fraction) else percent(float(fraction))


def level_columns(rows: list[Row]) -> list[tuple[str, Callable[[Any], str]]]:
    """How fast a variant was: steps, then seconds, to each level that the rows are timed to."""
    levels = [key.removeprefix("steps_to_") for key in rows[0] if key.startswith("steps_to_")]
    return [
        *((f"steps to {level}", partial(_steps, level=level)) for level in levels),
        *((f"seconds to {level}", cell(f"seconds_to_{level}", _seconds)) for level in levels),
    ]


def _seconds(value: float | None) -> str:
    """With two decimals; below a tenth with two digits that count."""
    return number(value, 2 if undefined(value) or value >= 0.1 else 4 if value < 0.01 else 3)


def _steps(row: Row, level: str) -> str:
    """The median, with how many seeds got there where not all did; ≈ where half of these or more
    know it no better than to 2 %."""
    value, reached, seeds = row[f"steps_to_{level}"], row[f"reached_{level}"], row["seeds"]
    if undefined(value):
        return f"{reached} of {seeds}" if reached and not undefined(reached) else DASH
    coarse = "≈" if 2 * row[f"coarse_{level}"] >= reached else ""
    steps = coarse + number(value, 0)
    return steps if reached == seeds else f"{steps} ({reached} of {seeds})"


def _differences(rows: list[Row], interval: str, criteria: Criteria) -> str:
    """How each variant differs from the reference; in bold what does by enough to matter."""

    def verdict(row: Row) -> str:
        ends = row["difference_low"], row["difference_high"]
        sure = row["verdict"] in (BETTER, WORSE) and matters(*ends, criteria)
        return f"**{row['verdict']}**" if sure else row["verdict"]

    shown = [
        ("variant", cell("variant")),
        ("verdict", verdict),
        ("difference", cell("difference", points)),
        (interval, ends("difference", points)),
        ("p", cell("p", text.probability)),
        ("p (Holm)", cell("p_holm", text.probability)),
        ("d_z", cell("effect_size", lambda value: number(value, 2, sign=True))),
        ("pairs", cell("pairs")),
        ("seeds needed", cell("seeds_needed", lambda value: number(value, 0))),
    ]
    return text.columns(rows, shown, left=2)


def _legend(spec: Spec, rows: list[Row]) -> str:
    """How to read the tables: every definition, and what the tests can reach."""
    criteria = spec.criteria
    smallest = f"{100 * criteria.smallest_difference:g} points"
    family = max((len(group.variants) - 1 for group in spec.groups), default=1)
    confidence, level = f"{100 * criteria.confidence:g} %", f"{criteria.level:g}"
    fewest = min((row["pairs"] for row in rows if row["pairs"] is not None), default=5)
    needed = signed_rank_pairs(criteria.level, family)
    reach = "cannot reach it" if fewest < needed else "could reach it"
    return f"""## How to read this

- **train, test**: mean over seeds of the accuracy on the whole training and test set after the
  last update; **sd** over seeds (n − 1); the interval is Student's t at {confidence} and is about
  the mean over seeds, on this test set, cut at 0 and 100 %. **last six**: mean of the last six
  evaluations, which is less noisy ({DASH} where there are fewer, that after update 1 not counted).
  **gap**: training minus test.
- **steps, seconds**: median over seeds of when the smoothed test accuracy first reaches a level
  (the number in the heading, in per cent), in updates and in CPU seconds of training steps alone;
  in the workflow as many as the steps cost where all variants take them in turn (**µs/step**),
  since the seconds of two trainings tell of their hours too. A seed that never gets there counts
  as last of all; “3 of 5” says how many did, {DASH} that none did. ≈: known no better than to 2 %.
  **trials**, where tuned: how many values were tried for the variant on held-out images. What is
  said of it is said of this one tuning; claims.md asks that all repeats of one come to the same.
- **difference**: variant minus reference, seed by seed: both start from the same draws and see the
  same batches. **p** is the paired t-test's; **p (Holm)** is corrected for all comparisons of the
  group. The intervals are not corrected. **d_z** is the mean difference over its sd.
- **verdict**: *no difference that matters* if the {100 * (1 - 2 * criteria.level):g} % interval of
  the difference lies inside ±{smallest}, be it clear of 0 or not; else *better* or *worse* if
  p (Holm) < {level}, in bold where the {confidence} interval lies beyond ±{smallest}; where it does
  not, it is open whether by enough to matter; else *unresolved*. **seeds needed**, of what is
  unresolved: pairs with which a difference of {smallest} would be shown with
  {100 * criteria.power:g} % power at the spread observed (one test at {level}, before Holm);
  {DASH} where there were as many.
- **The test set's own noise** (`test_noise` in comparison.csv) is the binomial standard error of an
  accuracy on so many images: {_noise(rows)}. All variants share it, so paired
  differences have much less of it; it does not shrink with more seeds.
- **What a test can reach**: Student's t has no smallest p. A signed-rank test has: with {fewest}
  pairs its p is never below {signed_rank_minimum(fewest):g}, and with Holm over {family} it needs
  {needed} pairs to reach {level}. So here it {reach}; the t-test is used throughout."""


def _noise(rows: list[Row]) -> str:
    """The least and the most of it on this page."""
    known = sorted(
        (row["test_noise"], row["test_accuracy_mean"])
        for row in rows
        if not undefined(row["test_noise"])
    )
    ends = dict.fromkeys((known[0], known[-1]) if known else [(0.0018, 0.967)])
    return " to ".join(f"{percent(noise)} points at {percent(at)} %" for noise, at in ends)


def _of_printed(rows: list[Row], records: dict[str, Record]) -> str:
    """After which update the chapter's figures are, and after which ours beside them."""
    beside = [row for row in rows if _has_printed([row])]
    if not beside:
        return ""
    steps = {records[row["variant"]].variant.get("steps") for row in beside} - {None}
    last = " or ".join(f"{one:,}" for one in sorted(steps))
    return f"""\
- **chapter train, test**: what the chapter prints after update {PRINTED_AFTER:,}, of its code as
  written; ours beside it are after the last{f" ({last})" if last else ""}, and those put right are
  of another definition. A figure of two digits (“99…”) is taken as cut from a longer one.
  reproduction.md has ours of the same update and the same definition."""
