"""Run files as `onescale train` writes them, made up: the comparison never looks inside a net."""

import json

import pytest


def run_entry(seed, test, train=None, steps=(1, 601, 1201), diverged=False, curve=None):
    """One entry of `runs`: a curve that ends at the final accuracies."""
    train = test + 0.01 if train is None else train
    if curve is None:
        curve = [0.1 + (test - 0.1) * k / (len(steps) - 1) for k in range(len(steps) - 1)] + [test]
    return {
        "seed": seed,
        "train_accuracy": train,
        "test_accuracy": test,
        "diverged": diverged,
        "history": {
            "step": list(steps),
            "loss": [2.3 - 0.1 * k for k in range(len(steps))],
            "train_accuracy": [*curve[:-1], train],
            "test_accuracy": curve,
            "learning_rate": [0.001] * len(steps),
        },
    }


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
