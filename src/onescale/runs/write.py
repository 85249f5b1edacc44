"""The three files that a variant's runs leave behind, beside one another.

`adam.json` says what was trained on what and how every seed went; `adam.npz` holds final weights
and test predictions; both depend on variant, data and seeds alone and have the same bytes whenever
they are made on the same machine. What differs from one time to the next, seconds and the machine,
stands in `adam.timing.json`.
"""

import os
import platform
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from onescale.core.atomic import atomic_write
from onescale.core.json_files import write_json
from onescale.core.provenance import versions
from onescale.data.dataset import Dataset


def write(path: str | Path, variant: Any, data: Dataset, runs: list[Any]) -> None:
    """Write `path` (.json) and, named after it, .timing.json and .npz, each whole or not at all.

    runs: of `training.Run`.
    """
    path = Path(path)
    arrays = {}
    for run in runs:
        arrays |= {f"seed{run.seed}.{name}": array for name, array in run.network.arrays().items()}
        arrays[f"seed{run.seed}.test_predictions"] = run.test_predictions
    with atomic_write(path.with_suffix(".npz"), "wb") as stream:
        np.savez(stream, **arrays)
    timing = {
        "variant": variant.name,
        "machine": machine(),
        "runs": [_timing(run) for run in runs],
    }
    write_json(path.with_suffix(".timing.json"), timing)
    content = {
        "variant": variant.to_mapping(),
        "dataset": {
            "name": data.name,
            "hash": data.hash,
            "test_images": len(data.test_labels),
        },
        "versions": versions(),
        "runs": [_result(run) for run in runs],
    }
    write_json(path, content)


def machine() -> dict[str, Any]:
    """What the seconds were measured on."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    names = [f"{i['internal_api']} {i['version']} {i.get('architecture', '')}" for i in blas]
    return {
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": "; ".join(names).strip(),
    }


def _result(run) -> dict[str, Any]:
    return {
        "seed": run.seed,
        "train_accuracy": run.train_accuracy,
        "test_accuracy": run.test_accuracy,
        "diverged": False if run.diverged is None else run.diverged,
        "history": {name: series for name, series in run.history.items() if name != "seconds"},
    }


def _timing(run) -> dict[str, Any]:
    return {
        "seed": run.seed,
        "train_seconds": run.train_seconds,
        "evaluate_seconds": run.evaluate_seconds,
        "us_per_step": run.train_seconds / run.updates * 1e6,
        "history": {name: run.history[name] for name in ("step", "seconds")},
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as stream:
            for line in stream:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
