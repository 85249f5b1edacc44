"""What tuning tried and chose: every trial of a group of searches, as a table and as a page.

The budget stands beside each choice, and so does the end of an axis where a choice lies at one: a
technique that was given more trials, or a space too narrow, has not been compared fairly.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from onescale.comparison import statistics as evidence
from onescale.comparison.study import as_text
from onescale.core import text as markdown


def trials_table(searches: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """A row a trial: variant, trial, its values, accuracy on held-out images, chosen or not."""
    rows = []
    for search in searches:
        for number, trial in enumerate(search["trials"]):
            accuracy = evidence.summarize([run["accuracy"] for run in trial["runs"]])
            train = evidence.summarize([run["train_accuracy"] for run in trial["runs"]])
            rows.append(
                {
                    "variant": search["name"],
                    "trial": number,
                    "values": values_text(trial["values"]),
                    "seeds": accuracy.n,
                    "held_out_accuracy_mean": accuracy.mean,
                    "held_out_accuracy_sd": accuracy.sd,
                    "train_accuracy_mean": train.mean,
                    "diverged": sum(run["diverged"] is not False for run in trial["runs"]),
                    "chosen": number == search["choice"]["trial"],
                }
            )
    return pd.DataFrame(rows)


def values_text(values: dict[str, Any]) -> str:
    """`optimizer.rate 0.01, dropout.ratio none`."""
    return ", ".join(f"{axis} {as_text(value)}" for axis, value in values.items())


def trials_page(title: str, searches: list[dict[str, Any]]) -> str:
    """The choices with their budgets, then every trial of each variant."""
    header = ["variant", "chosen", "edge", "trials", "seeds each", "diverged", "held-out accuracy"]
    rows = [
        [
            search["name"],
            values_text(search["choice"]["values"]),
            ", ".join(search["choice"]["edge"]) or markdown.DASH,
            str(len(search["trials"])),
            str(len(search["seeds"])),
            str(sum(run["diverged"] is not False for t in search["trials"] for run in t["runs"])),
            markdown.percent(search["choice"]["accuracy"]),
        ]
        for search in searches
    ]
    return (
        "\n\n".join(
            [f"# {title}", markdown.table(header, rows, left=3), _legend(searches)]
            + [_trials(search) for search in searches]
        )
        + "\n"
    )


def _trials(search: dict[str, Any]) -> str:
    header = [*search["axes"], "held-out accuracy", "training", "diverged", "chosen"]
    rows = []
    for number, trial in enumerate(search["trials"]):
        runs = trial["runs"]
        train = sum(run["train_accuracy"] for run in runs) / len(runs)
        diverged = sum(run["diverged"] is not False for run in runs)
        rows.append(
            [as_text(trial["values"][axis]) for axis in search["axes"]]
            + [markdown.percent(trial["accuracy"]), markdown.percent(train)]
            + [f"{diverged} of {len(runs)}" if diverged else markdown.DASH]
            + ["yes" if number == search["choice"]["trial"] else ""]
        )
    table = markdown.table(header, rows, left=len(search["axes"]))
    return f"## {search['name']}\n\n{table}"


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
