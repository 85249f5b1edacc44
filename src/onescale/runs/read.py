"""Run files, read strictly: what `onescale train` wrote becomes records and one pandas frame.

A comparison is only as good as what it reads, so a file that is missing, cut short, of another kind
or without seeds is a DataError that names it, never a row that is silently absent. Seconds come
from the timing file beside a run (`adam.timing.json` by `adam.json`), or for all runs alike from
what `onescale step-time` measured; without either there are none.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from onescale.core.errors import DataError

LEVELS = (0.95, 0.97)  # test accuracies whose first sight is timed
LAST = 6  # evaluations in `test_accuracy_last6`
_SERIES = ("step", "loss", "train_accuracy", "test_accuracy", "learning_rate")


@dataclass(frozen=True)
class Run:
    """One seed of a variant. Accuracies are fractions after the last update.

    `diverged` is the step at which the run broke off, or None. `history` has one list a series, of
    equal lengths: step, loss (None where undefined), train_accuracy, test_accuracy, learning_rate,
    and, where there are such, seconds (CPU, of training steps alone, cumulative) and activations
    (`onescale.nn.activations.statistics` of each layer). `steps` are those of a run that does not
    break off.
    """

    seed: int
    train_accuracy: float
    test_accuracy: float
    diverged: int | None
    history: dict[str, list]
    us_per_step: float | None = None
    steps: int = 0

    @property
    def gap(self) -> float:
        """Training accuracy minus test accuracy."""
        return self.train_accuracy - self.test_accuracy

    def last_evaluations(self, count: int = LAST) -> float | None:
        """Mean test accuracy of the last `count` evaluations; None if there were fewer.

        The evaluation after update 1, of a net that is hardly trained, is not one of them. A
        diverged run counts with its final accuracy, that of guessing the commonest class.
        """
        if self.diverged is not None:
            return self.test_accuracy
        both = zip(self.history["step"], self.history["test_accuracy"], strict=True)
        series = [accuracy for step, accuracy in both if step > 1]
        return sum(series[-count:]) / count if len(series) >= count else None

    def first_at(self, level: float) -> tuple[int, float | None] | None:
        """(step, seconds) of the first evaluation with test accuracy ≥ `level`; None if never."""
        for place, accuracy in enumerate(self.history["test_accuracy"]):
            if accuracy >= level:
                seconds = self.history.get("seconds")
                return self.history["step"][place], seconds[place] if seconds else None
        return None

    def at(self, step: int, series: str) -> float | None:
        """`series` as evaluated after update `step`; None where there was no evaluation."""
        steps = self.history["step"]
        return self.history[series][steps.index(step)] if step in steps else None


@dataclass(frozen=True)
class Record:
    """A run file: the variant, what it was trained on, and its runs by seed."""

    name: str
    variant: dict[str, Any]
    dataset: dict[str, Any]
    versions: dict[str, str]
    runs: dict[int, Run]
    path: Path


def read(path: str | Path, timed: bool = True) -> Record:
    """The record in one run file and (if `timed`) the timing file beside it.

    Raises DataError, naming the file, if it is missing, not JSON, or not what `onescale train`
    writes.
    """
    path = Path(path)
    content = _json(path)
    try:
        name = content["variant"]["name"]
        entries = content["runs"]
        dataset, versions = content["dataset"], content.get("versions", {})
        if not all(map(isinstance, (name, entries, dataset), (str, list, dict))):
            raise TypeError
    except (KeyError, TypeError):
        raise DataError(
            f"{path}: not a run file; it needs 'variant' with a name, 'dataset' and 'runs', as "
            "'onescale train' writes them"
        ) from None
    if not entries:
        raise DataError(f"{path}: no seeds; 'runs' is empty")
    timing = _timing(path.with_suffix(".timing.json")) if timed else {}
    runs: dict[int, Run] = {}
    for entry in entries:
        run = replace(_run(path, entry, timing), steps=content["variant"].get("steps", 0))
        if run.seed in runs:
            raise DataError(f"{path}: seed {run.seed} stands there twice")
        runs[run.seed] = run
    return Record(name, content["variant"], dataset, versions, dict(sorted(runs.items())), path)


def read_all(
    paths: Iterable[str | Path], step_times: str | Path | None = None
) -> dict[str, Record]:
    """Records by variant name, in the order given; timing files among the paths are passed over.

    step_times: a file of `onescale step-time`. Then each step counts with what it says, and a
    variant that it does not hold has no seconds.

    Raises DataError as `read` does, and if a variant comes twice or the data sets differ:
    accuracies on two data sets are not on one scale.
    """
    records: dict[str, Record] = {}
    for path in paths:
        if str(path).endswith(".timing.json"):
            continue
        record = read(path, timed=step_times is None)
        if record.name in records:
            other = records[record.name].path
            raise DataError(f"{path}: variant {record.name!r} was already read from {other}")
        first = next(iter(records.values()), record)
        if record.dataset != first.dataset:
            raise DataError(
                f"{path}: trained on {_about(record.dataset)}, but {first.path} on "
                f"{_about(first.dataset)}; only runs on the same data can be compared"
            )
        records[record.name] = record
    if not records:
        raise DataError("no run files to compare")
    if step_times is None:
        return records
    costs = _step_times(Path(step_times))
    return {
        name: _with_step_times(record, costs, Path(step_times)) for name, record in records.items()
    }


def frame(records: Iterable[Record]) -> pd.DataFrame:
    """One row a variant and seed: final accuracies, gap, steps and seconds to each level, µs/step.

    Accuracies are fractions; what is undefined is missing (pandas.NA).
    """
    rows = []
    for record in records:
        for run in record.runs.values():
            row: dict[str, Any] = {
                "variant": record.name,
                "seed": run.seed,
                "train_accuracy": run.train_accuracy,
                "test_accuracy": run.test_accuracy,
                "test_accuracy_last6": run.last_evaluations(),
                "gap": run.gap,
                "diverged": run.diverged,
            }
            for level in LEVELS:
                step, seconds = run.first_at(level) or (None, None)
                row[f"steps_to_{level:.0%}".rstrip("%")] = step
                row[f"seconds_to_{level:.0%}".rstrip("%")] = seconds
            rows.append(row | {"us_per_step": run.us_per_step})
    return pd.DataFrame(rows).convert_dtypes()


def _run(path: Path, entry: Any, timing: dict[int, dict]) -> Run:
    """One entry of `runs`, checked, with its timing joined."""
    seed = entry.get("seed") if isinstance(entry, dict) else None
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise DataError(f"{path}: a run without its seed; each entry of 'runs' needs one")
    where = f"{path}: seed {seed}"
    for key in ("train_accuracy", "test_accuracy"):
        if not _is_accuracy(entry.get(key)):
            raise DataError(f"{where}: {key} is {entry.get(key)!r}, not a fraction from 0 to 1")
    history = entry.get("history")
    if not isinstance(history, dict) or not all(isinstance(history.get(s), list) for s in _SERIES):
        raise DataError(f"{where}: 'history' needs the lists {', '.join(_SERIES)}")
    kept = (*_SERIES, *(["activations"] if "activations" in history else []))
    history = {series: history[series] for series in kept}
    if len({len(values) for values in history.values()}) != 1:
        raise DataError(f"{where}: the lists of 'history' differ in length")
    for key in ("train_accuracy", "test_accuracy"):
        if not all(map(_is_accuracy, history[key])):
            raise DataError(f"{where}: {key} in 'history' has a value that is no fraction")
    diverged = entry.get("diverged")
    timed = timing.get(seed, {})
    if timed:
        seconds = timed["history"]["seconds"]
        if timed["history"]["step"] == history["step"] and len(seconds) == len(history["step"]):
            history["seconds"] = seconds
        else:
            raise DataError(f"{where}: its timing file has other evaluations; train it again")
    return Run(
        seed,
        entry["train_accuracy"],
        entry["test_accuracy"],
        None if diverged is None or diverged is False else diverged,
        history,
        timed.get("us_per_step"),
    )


def _timing(path: Path) -> dict[int, dict]:
    """Timings by seed; empty where there is no such file."""
    if not path.exists():
        return {}
    content = _json(path)
    try:
        entries = {entry["seed"]: entry for entry in content["runs"]}
        for entry in entries.values():
            len(entry["history"]["step"]), len(entry["history"]["seconds"])
            float(entry["us_per_step"])
    except (KeyError, TypeError, ValueError):
        raise DataError(f"{path}: not a timing file as 'onescale train' writes it") from None
    return entries


def _step_times(path: Path) -> dict[str, tuple[Any, dict[int, float]]]:
    """By variant: its specification, and the CPU time of a step in µs by seed."""
    content = _json(path, "onescale step-time")
    try:
        found = {
            name: (one["variant"], {int(seed): cost for seed, cost in one["us_per_step"].items()})
            for name, one in content["step_times"].items()
        }
        for _, costs in found.values():
            if not all(0 < cost < math.inf for cost in costs.values()):
                raise ValueError
    except (KeyError, TypeError, AttributeError, ValueError):
        raise DataError(f"{path}: not a file as 'onescale step-time' writes it") from None
    return found


def _with_step_times(record: Record, step_times: dict, path: Path) -> Record:
    """The record with each step at what it costs there, or with no seconds where it is not."""
    variant, costs = step_times.get(record.name, (record.variant, {}))
    if variant != record.variant:
        raise DataError(f"{path}: measured another {record.name!r} than {record.path}; run it anew")
    runs = {}
    for seed, run in record.runs.items():
        cost = costs.get(seed)
        seconds = {} if cost is None else {"seconds": [s * cost / 1e6 for s in run.history["step"]]}
        runs[seed] = replace(run, history=run.history | seconds, us_per_step=cost)
    return replace(record, runs=runs)


def _json(path: Path, made_by: str = "onescale train") -> Any:
    """The content of a strict JSON file; DataError names the file and the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; '{made_by} … -o {path}' writes it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as a file of {made_by}: {error}") from None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}") from None
    except ValueError as error:
        raise DataError(f"{path}: {error}") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not strict JSON; an undefined figure is null")


def _is_accuracy(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= 1


def _about(dataset: dict[str, Any]) -> str:
    return f"{dataset.get('name', 'unnamed')} ({str(dataset.get('hash', 'no hash'))[:12]})"
