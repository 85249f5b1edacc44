"""What tuning tried and chose: the file of one search, written and read.

A mapping with name, dataset, held_out (images that judged), seeds, axes, `trials` (each with its
values, mean held-out accuracy and runs) and `choice` (which trial, its values and accuracy, at the
edge of which axes, and the keys of the variant that they make).
"""

from pathlib import Path
from typing import Any

from onescale.core.errors import DataError
from onescale.core.json_files import read_json, require_keys, write_json

_KEYS = ("name", "dataset", "held_out", "seeds", "axes", "trials", "choice")
_RUN = ("seed", "train_accuracy", "accuracy", "diverged", "history")


def write(path: str | Path, result: dict[str, Any]) -> None:
    """Write the result of `training.tuning.tune`, whole or not at all."""
    write_json(path, result)


def read(path: str | Path) -> dict[str, Any]:
    """What `write` wrote. Raises DataError, naming the file, for anything else."""
    result = read_json(path, "onescale tune", _KEYS)
    choice = ("trial", "values", "accuracy", "edge", "variant")
    require_keys(result["choice"], choice, f"{path}: 'choice'")
    if not isinstance(result["trials"], list) or not result["trials"]:
        raise DataError(f"{path}: 'trials' must list at least one")
    for trial in result["trials"]:
        require_keys(trial, ("values", "accuracy", "runs"), f"{path}: an entry of 'trials'")
        if not isinstance(trial["runs"], list):
            raise DataError(f"{path}: an entry of 'trials': 'runs' must be a list")
        for run in trial["runs"]:
            require_keys(run, _RUN, f"{path}: an entry of 'runs'")
    return result
