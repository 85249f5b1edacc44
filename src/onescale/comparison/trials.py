"""What tuning tried and chose: every trial of a group of searches, as a table and as a page.

The budget stands beside each choice, and so does the end of an axis where a choice lies at one: a
technique that was given more trials, or a space too narrow, has not been compared fairly.
"""

from collections.abc import Iterable
from statistics import fmean
from typing import Any

import pandas as pd

from onescale.comparison import statistics
from onescale.comparison.study import as_text
from onescale.core import text
from onescale.core.text import cell, percent


def trials_table(searches: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """A row a trial: variant, trial, its values, accuracy on held-out images, chosen or not."""
    rows = []
    for search in searches:
        for number, trial in enumerate(search["trials"]):
            accuracy, train = (
                statistics.summarize([run[key] for run in trial["runs"]])
                for key in ("accuracy", "train_accuracy")
            )
            rows.append(
                {
                    "variant": search["name"],
                    "trial": number,
                    "values": values_text(trial["values"]),
                    "seeds": accuracy.n,
                    "held_out_accuracy_mean": accuracy.mean,
                    "held_out_accuracy_sd": accuracy.sd,
                    "train_accuracy_mean": train.mean,
                    "diverged": _diverged(trial),
                    "chosen": number == search["choice"]["trial"],
                }
            )
    return pd.DataFrame(rows)


def values_text(values: dict[str, Any]) -> str:
    """`optimizer.rate 0.01, dropout.ratio none`."""
    return ", ".join(f"{axis} {as_text(value)}" for axis, value in values.items())


def trials_page(title: str, searches: list[dict[str, Any]]) -> str:
    """The choices with their budgets, then every trial of each variant."""
    shown = [
        ("variant", cell("name")),
        ("chosen", lambda search: values_text(search["choice"]["values"])),
        ("edge", lambda search: ", ".join(search["choice"]["edge"]) or text.DASH),
        ("trials", lambda search: str(len(search["trials"]))),
        ("seeds each", lambda search: str(len(search["seeds"]))),
        ("diverged", lambda search: str(sum(map(_diverged, search["trials"])))),
        ("held-out accuracy", lambda search: percent(search["choice"]["accuracy"])),
    ]
    choices = text.columns(searches, shown, left=3)
    return text.page(f"# {title}", choices, _legend(searches), *map(_trials, searches))


def _trials(search: dict[str, Any]) -> str:
    def axis_column(axis: str):
        return axis, lambda trial: as_text(trial["values"][axis])

    def diverged(trial: dict[str, Any]) -> str:
        count = _diverged(trial)
        return f"{count} of {len(trial['runs'])}" if count else text.DASH

    best = search["trials"][search["choice"]["trial"]]
    shown = [
        *map(axis_column, search["axes"]),
        ("held-out accuracy", cell("accuracy", percent)),
        ("training", lambda trial: percent(fmean(run["train_accuracy"] for run in trial["runs"]))),
        ("diverged", diverged),
        ("chosen", lambda trial: "yes" if trial is best else ""),
    ]
    tried = text.columns(search["trials"], shown, left=len(search["axes"]))
    return text.section(f"## {search['name']}", tried)


def _diverged(trial: dict[str, Any]) -> int:
    return sum(run["diverged"] is not False for run in trial["runs"])


def _legend(searches: list[dict[str, Any]]) -> str:
    held_out = sorted({search["held_out"] for search in searches})
    images = " or ".join(f"{count:,}" for count in held_out)
    budgets = {len(search["trials"]) * len(search["seeds"]) for search in searches}
    equal = "the same for all" if len(budgets) == 1 else "**not** the same for all"
    return (
        f"Chosen by the mean accuracy on {images} images held out of training, after the full "
        f"number of steps; the test set was not touched. The budget is {equal}. Edge: the chosen "
        "value is the lowest or highest that was tried, so a wider space might hold a better one. "
        "A diverged run counts with the accuracy of guessing the commonest class. The accuracy of "
        "the chosen trial is the highest of several, and so flatters a little; what counts is the "
        "comparison on the test set with seeds of its own."
    )
