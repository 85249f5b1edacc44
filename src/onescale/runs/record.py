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
from onescale.core.json_files import (
    FIGURE,
    NUMBER,
    read_json,
    require_keys,
    require_shape,
    write_json,
)
from onescale.runs import step_times as timed
from onescale.runs.machine import machine
from onescale.runs.run import CLOCK, SERIES, Run

_COMMAND = "onescale train"
_FINAL = ("train_accuracy", "test_accuracy")
_ENTRY = ("seed", *_FINAL, "diverged", "history", "clock")
_STEPS = {"step": [int], "loss": [FIGURE], "learning_rate": [FIGURE]}
_SHAPE = {
    "variant": {"name": str, "levels": [NUMBER], "steps": int},
    "dataset": {"name": str, "hash": str, "test_images": int},
    "versions": {...: str},
}
_TIMES = ("train_seconds", "evaluate_seconds", "us_per_step")


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
    content = read_json(path, _COMMAND, ("variant", "dataset", "versions", "runs"))
    variant, entries = content["variant"], content["runs"]
    if not isinstance(variant, dict) or not isinstance(variant.get("name"), str):
        raise DataError(f"{path}: 'variant' must be a mapping with its name")
    if not isinstance(content["dataset"], dict):
        raise DataError(f"{path}: 'dataset' must be a mapping")
    if not isinstance(entries, list) or not entries:
        raise DataError(f"{path}: no seeds; 'runs' must list at least one")
    require_shape(content, _SHAPE, str(path))
    if "levels" not in variant:
        raise DataError(f"{path}: 'variant' lacks 'levels'")
    runs: dict[int, Run] = {}
    for entry in entries:
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
    require_keys(entry, _ENTRY, f"{path}: an entry of 'runs'")
    seed, history, diverged = entry["seed"], entry["history"], entry["diverged"]
    where = f"{path}: seed {seed!r}"
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise DataError(f"{where}: it must be a whole number")
    if diverged is not False and (not isinstance(diverged, int) or isinstance(diverged, bool)):
        raise DataError(f"{where}: 'diverged' must be false, or the number of an update")
    activations = isinstance(history, dict) and "activations" in history
    names = (*SERIES, "activations") if activations else SERIES
    require_keys(history, names, f"{where}: 'history'")
    _require_lists(history, f"{where}: 'history'", least=1)
    require_keys(entry["clock"], CLOCK, f"{where}: 'clock'")
    _require_lists(entry["clock"], f"{where}: 'clock'", least=0)
    require_shape(entry, {"history": _STEPS, "clock": _STEPS}, where)
    for key in _FINAL:
        for value in (*history[key], *entry["clock"].get(key, ()), entry[key]):
            if not _is_accuracy(value):
                raise DataError(f"{where}: {key} is {value!r}, not a fraction from 0 to 1")
        if entry[key] != history[key][-1]:
            last = history[key][-1]
            raise DataError(f"{where}: {key} is {entry[key]}, but the last in 'history' is {last}")
    return Run(seed, steps, history, entry["clock"], None if diverged is False else diverged)


def _require_lists(series: dict[str, Any], where: str, least: int) -> None:
    lengths = {len(values) if isinstance(values, list) else -1 for values in series.values()}
    if len(lengths) != 1 or min(lengths) < least:
        raise DataError(f"{where} must be lists of one length, at least {least}")


def _add_timing(path: Path, runs: dict[int, Run]) -> None:
    """Give the runs the seconds in a timing file."""
    content = read_json(path, _COMMAND, ("variant", "machine", "runs"))
    if not isinstance(content["runs"], list):
        raise DataError(f"{path}: 'runs' must be a list")
    for entry in content["runs"]:
        require_keys(entry, ("seed", *_TIMES), f"{path}: an entry of 'runs'")
        require_shape(entry, {"seed": int, ...: FIGURE}, f"{path}: an entry of 'runs'")
        if run := runs.get(entry["seed"]):
            for name in _TIMES:
                setattr(run, name, entry[name])


def _is_accuracy(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= 1


def _about(dataset: dict[str, Any]) -> str:
    return f"{dataset.get('name', 'unnamed')} ({str(dataset.get('hash', 'no hash'))[:12]})"
