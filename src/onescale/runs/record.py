"""The three files that a variant's runs leave behind, beside one another, written and read.

`adam.json` says what was trained on what and how every seed went; `adam.npz` holds final weights
and test predictions; both depend on variant, data and seeds alone and have the same bytes whenever
they are made on the same machine. What differs from one time to the next, seconds and the machine,
stands in `adam.timing.json`.

A comparison is only as good as what it reads, so a file that is missing, cut short, of another kind
or without seeds is a DataError that names it, never a row that is silently absent.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from onescale.core import archives
from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError
from onescale.core.json_files import ANY, FIGURE, NUMBER, read_json, require_shape, write_json
from onescale.runs import step_times as timed
from onescale.runs.machine import machine
from onescale.runs.run import SERIES, Run

_COMMAND = "onescale train"
_FINAL = ("train_accuracy", "test_accuracy")
_HISTORY = dict.fromkeys(SERIES, list)  # fractions: `_is_fraction` says more of them
_HISTORY |= {"step": [int], "loss": [FIGURE], "learning_rate": [FIGURE]}
_CLOCK = {"step": [int], "test_accuracy": list}
_ENTRY = {"seed": int} | dict.fromkeys((*_FINAL, "diverged", "history", "clock"), object)
_SHAPE = {
    "variant": ANY | {"name": str, "levels": [NUMBER], "steps": int},
    "dataset": ANY | {"name": str, "hash": str, "test_images": int},
    "versions": {...: str},
    "runs": [_ENTRY],
}
_TIMES = ("train_seconds", "evaluate_seconds", "us_per_step")
_TIMING = {
    "variant": str,
    "machine": ANY,
    "runs": [{"seed": int} | dict.fromkeys(_TIMES, FIGURE)],
}


@dataclass(frozen=True)
class Record:
    """A run file: the variant, what it was trained on with which versions, and its runs by seed."""

    variant: dict[str, Any]
    dataset: dict[str, Any]
    versions: dict[str, str]
    runs: dict[int, Run]
    path: Path

    @property
    def name(self) -> str:
        return self.variant["name"]

    @property
    def levels(self) -> list[float]:
        """Test accuracies that the runs are timed to."""
        return self.variant["levels"]

    @property
    def diverged(self) -> list[Run]:
        """The runs that broke off."""
        return [run for run in self.runs.values() if run.diverged is not None]

    def seconds_a_step(self) -> float:
        """CPU time, the mean over seeds. Raises DataError where it is not known."""
        seconds = [run.seconds(1) for run in self.runs.values()]
        if None in seconds:
            raise DataError(f"{self.path}: no seconds; it needs its .timing.json, or --step-times")
        return float(np.mean(seconds))


def write(record: Record) -> None:
    """Write `record.path` (.json), .timing.json and .npz beside it, each whole or not at all.

    The runs are those of a training: with their network, predictions and seconds.
    """
    arrays, results, timing = {}, [], []
    for run in record.runs.values():
        arrays |= {f"seed{run.seed}.{name}": array for name, array in run.network.arrays().items()}
        arrays[f"seed{run.seed}.test_predictions"] = run.test_predictions
        final = {name: getattr(run, name) for name in _FINAL}
        final["diverged"] = False if run.diverged is None else run.diverged
        results.append({"seed": run.seed} | final | {"history": run.history, "clock": run.clock})
        timing.append({"seed": run.seed} | {name: getattr(run, name) for name in _TIMES})
    with atomic_write(record.path.with_suffix(".npz"), "wb") as stream:
        np.savez(stream, **arrays)
    content = {"variant": record.name, "machine": machine(), "runs": timing}
    write_json(record.path.with_suffix(".timing.json"), content)
    content = {"variant": record.variant, "dataset": record.dataset, "versions": record.versions}
    write_json(record.path, content | {"runs": results})


def read(path: str | Path, timed: bool = True) -> Record:
    """The record in one run file and (if `timed`) the timing file beside it, where there is one.

    Raises DataError, naming the file, if it is missing, not JSON, or not what `onescale train`
    writes.
    """
    path = Path(path)
    content = read_json(path, _COMMAND, _SHAPE)
    variant = content["variant"]
    if not content["runs"]:
        raise DataError(f"{path}: no seeds; 'runs' must list at least one")
    for key in ("name", "levels"):
        if key not in variant:
            raise DataError(f"{path}: 'variant' lacks {key!r}")
    runs: dict[int, Run] = {}
    for entry in content["runs"]:
        run = _run(path, entry, variant.get("steps", 0))
        if run.seed in runs:
            raise DataError(f"{path}: seed {run.seed} stands there twice")
        runs[run.seed] = run
    timing = path.with_suffix(".timing.json")
    if timed and timing.exists():
        _add_timing(timing, runs)
    return Record(
        variant, content["dataset"], content["versions"], dict(sorted(runs.items())), path
    )


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
    if step_times is not None:
        measured = timed.read(step_times)
        for record in records.values():
            measured.apply(record)
    return records


def read_arrays(record: Record) -> dict[int, dict[str, np.ndarray]]:
    """The trained arrays of each seed by name, from the .npz that `write` puts beside the record.
    Raises DataError, naming the file, if it is not there or lacks a seed."""
    path = record.path.with_suffix(".npz")
    by_seed: dict[int, dict[str, np.ndarray]] = {seed: {} for seed in record.runs}
    try:
        with archives.opened(path) as content:
            for key in content.files:
                seed, _, array = key.removeprefix("seed").partition(".")
                if seed.isdigit() and int(seed) in by_seed:
                    by_seed[int(seed)][array] = content[key]
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; '{_COMMAND}' writes it beside the run") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as trained weights: {error}") from None
    if empty := [seed for seed, arrays in by_seed.items() if not arrays]:
        raise DataError(f"{path}: holds nothing of seed {empty[0]}")
    return by_seed


def _run(path: Path, entry: Any, steps: int) -> Run:
    """One entry of `runs`, checked."""
    seed, history, diverged = entry["seed"], entry["history"], entry["diverged"]
    where = f"{path}: seed {seed}"
    if diverged is not False and type(diverged) is not int:
        raise DataError(f"{where}: 'diverged' must be false, or the number of an update")
    activations = isinstance(history, dict) and "activations" in history
    shape = _HISTORY | ({"activations": list} if activations else {})
    require_shape(history, shape, f"{where}: 'history'")
    require_shape(entry["clock"], _CLOCK, f"{where}: 'clock'")
    for name, least in (("history", 1), ("clock", 0)):
        lengths = {len(values) for values in entry[name].values()}
        if len(lengths) != 1 or min(lengths) < least:
            raise DataError(f"{where}: {name!r} must be lists of one length, at least {least}")
    for key in _FINAL:
        for value in (*history[key], *entry["clock"].get(key, ()), entry[key]):
            if not _is_fraction(value):
                raise DataError(f"{where}: {key} is {value!r}, not a fraction from 0 to 1")
        if entry[key] != history[key][-1]:
            last = history[key][-1]
            raise DataError(f"{where}: {key} is {entry[key]}, but the last in 'history' is {last}")
    return Run(seed, steps, history, entry["clock"], None if diverged is False else diverged)


def _add_timing(path: Path, runs: dict[int, Run]) -> None:
    """Give the runs the seconds in a timing file."""
    for entry in read_json(path, _COMMAND, _TIMING)["runs"]:
        if run := runs.get(entry["seed"]):
            for name in _TIMES:
                setattr(run, name, entry[name])


def _is_fraction(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= 1


def _about(dataset: dict[str, Any]) -> str:
    return f"{dataset.get('name', 'unnamed')} ({str(dataset.get('hash', 'no hash'))[:12]})"
