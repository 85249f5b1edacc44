"""What tuning tried and chose: every trial of a group of searches, as a table and as a page.

The budget stands beside each choice, in draws and in CPU seconds, and so does the edge of a range
where a choice lies at one: a technique that was given more trials, or a space too narrow, has not
been compared fairly.
"""

from collections.abc import Iterable
from statistics import fmean
from typing import Any

from onescale.comparison import statistics
from onescale.comparison.study import as_text
from onescale.comparison.table import Row
from onescale.core import text
from onescale.core.text import cell, percent


def trials_table(searches: Iterable[dict[str, Any]]) -> list[Row]:
    """A row a trial: variant, trial, its values, accuracy on held-out images, score (accuracy, or
    updates to the level), CPU seconds, chosen or not."""
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
                    "score_mean": trial["score"],
                    "score_error": trial["error"],
                    "train_accuracy_mean": train.mean,
                    "cpu_seconds": _seconds([trial]),
                    "diverged": _diverged(trial),
                    "chosen": number == search["choice"]["trial"],
                }
            )
    return rows


def values_text(values: dict[str, Any]) -> str:
    """`optimizer.rate 0.01, dropout.ratio none`."""
    return ", ".join(f"{axis} {as_text(value)}" for axis, value in values.items())


def score_text(figures: dict[str, Any], search: dict[str, Any]) -> str:
    """The score of a trial or a choice, with its standard error where several seeds have one."""
    score, error = figures["score"], figures["error"]
    if score is None:
        return "not reached"
    if search["objective"] == "speed":
        return f"{score:,.0f}" + (f" ± {error:,.0f}" if error is not None else "")
    return percent(score) + (f" ± {100 * error:.2f}" if error is not None else "")


def score_name(searches: Iterable[dict[str, Any]]) -> str:
    """What searches of one objective are judged by, as the head of a column."""
    levels = {search["level"] for search in searches} - {None}
    return f"steps to {percent(min(levels), 0)} %" if levels else "held-out accuracy"


def trials_page(title: str, searches: list[dict[str, Any]]) -> str:
    """The choices with their budgets, then the trials of each variant: where some took more seeds
    than others, those."""
    drawn = any(search["draws"] for search in searches)
    shown = [
        ("variant", cell("name")),
        ("chosen", lambda search: values_text(search["choice"]["values"])),
        ("edge", lambda search: ", ".join(search["choice"]["edge"]) or text.DASH),
        ("trials", lambda search: str(len(search["trials"]))),
        ("runs", lambda search: str(_runs(search))),
        ("CPU s", lambda search: text.number(_seconds(search["trials"]), 0)),
        ("diverged", lambda search: str(sum(map(_diverged, search["trials"])))),
        *([("at the default", _default)] if drawn else []),
        (score_name(searches), lambda search: score_text(search["choice"], search)),
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
        ("seeds", lambda trial: str(len(trial["runs"]))),
        (score_name([search]), lambda trial: score_text(trial, search)),
        ("training", lambda trial: percent(fmean(run["train_accuracy"] for run in trial["runs"]))),
        ("diverged", diverged),
        ("chosen", lambda trial: "yes" if trial is best else ""),
    ]
    fewest = min(len(trial["runs"]) for trial in search["trials"])
    further = [trial for trial in search["trials"] if len(trial["runs"]) > fewest]
    others = len(search["trials"]) - len(further)
    told = f"The other {others} took no further seeds; the CSV file beside this page has them."
    tried = text.columns(further or search["trials"], shown, left=len(search["axes"]))
    return text.section(f"## {search['name']}", tried, told if further else "")


def _default(search: dict[str, Any]) -> str:
    return score_text(search["trials"][0], search) if search["draws"] else text.DASH


def _runs(search: dict[str, Any]) -> int:
    return sum(len(trial["runs"]) for trial in search["trials"])


def _seconds(trials: Iterable[dict[str, Any]]) -> float | None:
    seconds = [run["seconds"] for trial in trials for run in trial["runs"]]
    return None if None in seconds else sum(seconds)


def _diverged(trial: dict[str, Any]) -> int:
    return sum(run["diverged"] is not False for run in trial["runs"])


def _legend(searches: list[dict[str, Any]]) -> str:
    held_out = sorted({search["held_out"] for search in searches})
    images = " or ".join(f"{count:,}" for count in held_out)
    equal = (
        "the same for all" if len(set(map(_runs, searches))) == 1 else "**not** the same for all"
    )
    first = searches[0]
    if first["objective"] == "speed":
        judged = f"share of seeds that come to read {percent(first['level'], 0)} % of {images} "
        judged += f"images held out of training in at most {first['steps']:,} updates, then by the "
        judged += "fewest updates to that, the mean plus its standard error"
    else:
        judged = f"mean accuracy on {images} images held out of training, after the full number of "
        judged += "steps, minus its standard error"
    halving = ", of these ".join(f"{r['keep']} took {r['seeds']}" for r in first["rungs"])
    flatters = "The accuracy" if first["objective"] == "accuracy" else "The speed"
    return (
        f"Chosen by the {judged}; the test set was not touched. "
        f"Trials and their seeds in all: {halving}; of draws the default is one and goes on to the "
        f"end. The budget in runs is {equal}. Edge: the chosen value is in the outer "
        "twentieth of its range, or of given values the lowest or highest, so a wider space might "
        "hold a better one (beyond a small momentum there is none). A diverged run counts with the "
        "accuracy of guessing the commonest class, and as one that reaches no level. "
        f"{flatters} of the chosen trial is the best of several, and so flatters a little; what "
        "counts is the comparison on the test set with seeds of its own."
    )
