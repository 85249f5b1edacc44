"""Fixtures that several folders of tests share."""

import json

import pytest

from made_up_runs import run_entry


@pytest.fixture
def write_run(tmp_path):
    """write_run(name, {seed: test accuracy} or entries, …) → path of a run file with its timing."""

    def write(name, runs, timing=True, dataset=None, **options):
        if isinstance(runs, dict):
            runs = [run_entry(seed, accuracy, **options) for seed, accuracy in runs.items()]
        path = tmp_path / f"{name}.json"
        content = {
            "variant": {"name": name, "optimizer": {"name": "adam"}},
            "dataset": dataset or {"name": "mnist", "hash": "abc", "test_images": 10000},
            "versions": {"onescale": "0.1.0", "numpy": "2.0"},
            "runs": runs,
        }
        path.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")
        if timing:
            times = [
                {
                    "seed": run["seed"],
                    "us_per_step": 150.0 + run["seed"],
                    "history": {
                        "step": run["history"]["step"],
                        "seconds": [0.001 * step for step in run["history"]["step"]],
                    },
                }
                for run in runs
            ]
            path.with_suffix(".timing.json").write_text(
                json.dumps({"variant": name, "machine": {}, "runs": times}), encoding="utf-8"
            )
        return path

    return write
