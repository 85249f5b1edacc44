"""Tuning: the same number of trials for each technique, judged on images held out of training.

A comparison at default rates says as much about the defaults as about the techniques, and a ranking
can flip with the space that is searched (Choi et al. 2019). So each technique of a group gets the
same budget (`search`), in a space that is written down beforehand. What judges its trials are
held-out training images: the test set is not touched, and permuting its labels changes no choice.
The choice is, among the trials that took all seeds, the one with the best mean after its standard
error is taken off: a lucky mean of runs that differ widely does not win. A diverged trial counts
with the accuracy of guessing, and as one that reaches no level.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from threadpoolctl import threadpool_limits

from onescale.data.dataset import Dataset
from onescale.runs import tuning as files
from onescale.runs.run import Run
from onescale.training.batches import SharedData
from onescale.training.grid import GridPoint
from onescale.training.journal import Journal
from onescale.training.search import Search
from onescale.training.trainer import Trainer
from onescale.training.variant import Variant

_HISTORY = {"step": "step", "train_accuracy": "train_accuracy", "test_accuracy": "accuracy"}
Entry = dict[str, Any]  # of one run, as the file has it


def tune(
    search: Search | Mapping[str, Any],
    data: Dataset,
    *,
    output: str | Path | None = None,
    checkpoints: str | Path | None = None,
    report: Callable[[int, int, GridPoint, Entry], None] = lambda *_: None,
) -> dict[str, Any]:
    """Carry out a search; the result, ready for JSON (`runs.tuning` says what is in it).

    Depends on the search and the training set alone. checkpoints: a folder for the runs that are
    done, from which a search that was killed goes on. report: is told (number, of how many, point,
    run) after each run.
    """
    if not isinstance(search, Search):
        search = Search.from_mapping(search)
    search.check()
    tried, journal = search.points(), Journal(checkpoints, search.name, data)
    shared = SharedData(data)
    runs: list[list[Entry]] = [[] for _ in tried]
    running, done = list(range(len(tried))), 0
    for rung in search.rungs:
        running = _kept(running, runs, search, rung.keep)
        for trial in running:
            for seed in search.seeds[len(runs[trial]) : rung.seeds]:
                variant = search.as_tried(tried[trial])
                train = partial(_train, variant, shared, seed, search.objective)
                runs[trial].append(journal.run(variant, seed, train))
                done += 1
                report(done, search.trainings, tried[trial], runs[trial][-1])
    best = max(running, key=lambda i: (standing(runs[i], search.objective, errors=1), -i))
    seconds = [[run.pop("seconds") for run in of_trial] for of_trial in runs]
    result = _result(search, data, tried, runs, best)
    if output is not None:
        files.write(output, result, seconds)
    journal.remove()
    return result


def standing(runs: Sequence[Entry], objective: str, errors: int = 0) -> tuple[float, float, float]:
    """What trials are ranked by, the higher the better: the share of runs that have a score at all,
    its mean with so many standard errors taken off, and mean accuracy, which tells those apart that
    never reached a level.

    >>> standing([{"score": 700.0, "accuracy": 0.97}, {"score": None, "accuracy": 0.95}], "speed")
    (0.5, -700.0, 0.96)
    """
    scores = [run["score"] for run in runs if run["score"] is not None]
    mean = fmean(scores) if scores else 0.0
    error = errors * (_error(scores) or 0.0)
    accuracy = fmean(run["accuracy"] for run in runs)
    return len(scores) / len(runs), (-mean if objective == "speed" else mean) - error, accuracy


def _train(variant: Variant, shared: SharedData, seed: int, objective: str) -> Entry:
    with threadpool_limits(1, user_api="blas"):
        trainer = Trainer(variant, shared.of(variant), seed)
        for _ in trainer.evaluations():
            pass
    return _entry(trainer.run, variant, objective)


def _entry(run: Run, variant: Variant, objective: str) -> Entry:
    score = run.test_accuracy
    if objective == "speed":
        found = run.crossing(variant.levels[-1]) if run.diverged is None else None
        score = found and found.step
    return {
        "seed": run.seed,
        "train_accuracy": run.train_accuracy,
        "accuracy": run.test_accuracy,
        "score": score,
        "diverged": False if run.diverged is None else run.diverged,
        "history": {name: run.history[series] for series, name in _HISTORY.items()},
        "seconds": run.train_seconds + run.evaluate_seconds,
    }


def _kept(running: list[int], runs: list[list[Entry]], search: Search, keep: int) -> list[int]:
    """The best so many of the running trials, in order, the default among them."""
    if keep >= len(running):
        return running
    default = running[:1] if search.draws else []
    others = running[len(default) :]
    others.sort(key=lambda i: standing(runs[i], search.objective), reverse=True)
    return sorted(default + others[: keep - len(default)])


def _result(
    search: Search, data: Dataset, tried: list[GridPoint], runs: list[list[Entry]], best: int
) -> dict[str, Any]:
    trials = [
        {"values": point.values, **_summary(of_point)}
        for point, of_point in zip(tried, runs, strict=True)
    ]
    of_best = {key: trials[best][key] for key in ("values", "accuracy", "score", "error")}
    trial = search.as_tried(tried[best])
    return {
        "name": search.name,
        "dataset": data.name,
        "held_out": search.held_out,
        "seeds": list(search.seeds),
        "draws": search.draws,
        "rungs": [vars(rung) for rung in search.rungs],
        "objective": search.objective,
        "level": trial.levels[-1] if search.objective == "speed" else None,
        "steps": trial.steps,
        "axes": list(search.vary),
        "trials": trials,
        "choice": {"trial": best, **of_best, "edge": edges(search, tried, best)}
        | {"variant": tried[best].spec},
    }


def _summary(runs: list[Entry]) -> dict[str, Any]:
    scores = [run["score"] for run in runs]
    whole = None not in scores
    return {
        "accuracy": fmean(run["accuracy"] for run in runs),
        "score": fmean(scores) if whole else None,
        "error": _error(scores) if whole else None,
        "runs": runs,
    }


def _error(scores: Sequence[float]) -> float | None:
    """The standard error of their mean; None of a single one."""
    return stdev(scores) / math.sqrt(len(scores)) if len(scores) > 1 else None


def edges(search: Search, tried: Sequence[GridPoint], best: int) -> list[str]:
    """The axes at whose edge a trial lies, so that a wider space might hold a better value."""
    values = tried[best].values
    if spaces := search.spaces():
        return [axis for axis, space in spaces.items() if space.at_edge(values[axis])]
    return [axis for axis in values if _at_end(values[axis], (p.values[axis] for p in tried))]


def _at_end(value: Any, tried: Iterable[Any]) -> bool:
    """Whether a value is the lowest or highest of several numbers that were tried; 0 (off) is not,
    since there is nothing beyond it."""
    numbers = set(map(_number, tried))
    several = None not in numbers and len(numbers) > 1
    return several and _number(value) in {min(numbers), max(numbers)} - {0}


def _number(value: Any) -> float | None:
    """A value on an axis that has ends (without the block at all: 0; a label may be a number), or
    None for another label."""
    if value is None:
        return 0.0
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
