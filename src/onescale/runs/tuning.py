"""What tuning tried and chose: the files of one search, written and read.

`adam.json` is a mapping with name, dataset, held_out (images that judged), seeds, draws (None for
given values), rungs, objective ("accuracy" or "speed") with its level (None for accuracy), steps
and axes; `trials`, each with its values, `runs`, their mean held-out accuracy, mean score (accuracy
or updates to the level; None where a run never reached it) and its standard error (None of one
run); and `choice`: which trial, its figures, at the edge of which axes, and the keys of the variant
that it makes. Of draws the first trial is the default. It has the same bytes whenever it is made on
the same machine; the CPU seconds of each run stand in `adam.timing.json`.
"""

from pathlib import Path
from typing import Any

from onescale.core.errors import DataError
from onescale.core.json_files import ANY, FIGURE, NUMBER, read_json, require_keys, write_json
from onescale.runs.machine import machine

_RUN = {
    "seed": int,
    "train_accuracy": NUMBER,
    "accuracy": NUMBER,
    "score": FIGURE,
    "diverged": object,
    "history": {...: [FIGURE]},
}
_FIGURES = {"values": ANY, "accuracy": FIGURE, "score": FIGURE, "error": FIGURE}
_SHAPE = {
    "name": str,
    "dataset": str,
    "held_out": int,
    "seeds": [int],
    "draws": (int, type(None)),
    "rungs": [{"keep": int, "seeds": int}],
    "objective": str,
    "level": FIGURE,
    "steps": int,
    "axes": [str],
    "trials": [_FIGURES | {"runs": [_RUN]}],
    "choice": {"trial": int} | _FIGURES | {"edge": [str], "variant": ANY},
}
_TIMING = {"name": str, "machine": ANY, "seconds": [[FIGURE]]}


def write(path: str | Path, result: dict[str, Any], seconds: list[list[float]]) -> None:
    """Write the result of `training.tuning.tune`, and the seconds of each trial's runs beside it,
    each file whole or not at all."""
    content = {"name": result["name"], "machine": machine(), "seconds": seconds}
    write_json(Path(path).with_suffix(".timing.json"), content)
    write_json(path, result)


def read(path: str | Path) -> dict[str, Any]:
    """What `write` wrote, each run with its `seconds`, None where there is no timing file.

    Raises DataError, naming the file, for anything else.
    """
    result = read_json(path, "onescale tune", _SHAPE)
    if not result["trials"]:
        raise DataError(f"{path}: 'trials' must list at least one")
    for trial in (*result["trials"], result["choice"]):
        require_keys(trial["values"], result["axes"], f"{path}: the values of a trial")
    if not 0 <= result["choice"]["trial"] < len(result["trials"]):
        raise DataError(f"{path}: 'choice' is none of the {len(result['trials'])} trials")
    _add_seconds(Path(path).with_suffix(".timing.json"), result["trials"])
    return result


def _add_seconds(path: Path, trials: list[dict[str, Any]]) -> None:
    runs = [trial["runs"] for trial in trials]
    seconds = [[None] * len(of_trial) for of_trial in runs]
    if path.exists():
        seconds = read_json(path, "onescale tune", _TIMING)["seconds"]
    if [*map(len, seconds)] != [*map(len, runs)]:
        raise DataError(f"{path}: 'seconds' are not of the runs in the file beside it")
    for of_trial, took in zip(runs, seconds, strict=True):
        for run, own in zip(of_trial, took, strict=True):
            run["seconds"] = own
