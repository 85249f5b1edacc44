"""Fixtures that several folders of tests share."""

import hashlib
import json
import os
import re

import numpy as np
import pytest
from hypothesis import settings

from made_up_runs import run_entry
from places import ROOT

# How long an example takes tells of the machine and what else it does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def write_run(tmp_path):
    """write_run(name, {seed: test accuracy} or entries, …) → path of a run file with its timing."""

    def write(name, runs, timing=True, dataset=None, **options):
        if isinstance(runs, dict):
            runs = [run_entry(seed, accuracy, **options) for seed, accuracy in runs.items()]
        path = tmp_path / f"{name}.json"
        content = {
            "variant": {"name": name, "optimizer": {"name": "adam"}, "levels": [0.95, 0.97]},
            "dataset": dataset or {"name": "mnist", "hash": "abc", "test_images": 10000},
            "versions": {"onescale": "0.1.0", "numpy": "2.0", "scipy": "1.13"},
            "runs": runs,
        }
        path.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")
        if timing:
            times = [
                {
                    "seed": run["seed"],
                    "train_seconds": 0.001 * run["history"]["step"][-1],
                    "evaluate_seconds": 0.5,
                    "us_per_step": 1000.0 + run["seed"],
                }
                for run in runs
            ]
            path.with_suffix(".timing.json").write_text(
                json.dumps({"variant": name, "machine": {}, "runs": times}), encoding="utf-8"
            )
        return path

    return write


@pytest.fixture
def cache(tmp_path):
    """A data folder as `onescale mnist fetch` leaves it: 70 + 30 images, 4 × 4, three classes."""
    from onescale.data.idx import header

    folder, draw = tmp_path / "cache", np.random.default_rng(0)
    labels = draw.integers(3, size=100).astype(np.uint8)
    images = (draw.integers(40, size=(100, 16)) + 90 * labels[:, None] // 2).astype(np.uint8)
    folder.mkdir()
    hashes = {}
    for role, array in {
        "train_images": images[:70],
        "train_labels": labels[:70],
        "test_images": images[70:],
        "test_labels": labels[70:],
    }.items():
        np.save(folder / f"{role}.npy", array)
        shape = (len(array), 4, 4) if array.ndim == 2 else array.shape
        hashes[role] = hashlib.sha256(header(shape) + array.tobytes()).hexdigest()
    told = "".join(f"{role} {sha256}\n" for role, sha256 in hashes.items()).encode()
    about = {"name": "tiny", "classes": 3, "shape": [4, 4], "sha256": hashes}
    about["hash"] = hashlib.sha256(told).hexdigest()
    (folder / "dataset.json").write_text(json.dumps(about | {"train": 70, "test": 30}))
    return folder


def pytest_collection_modifyitems(items):
    """The files that run the workflow first: they are the longest, and no core shall wait for the
    last of them."""
    items.sort(key=lambda item: "workflow" not in item.path.parts)


def pytest_terminal_summary(terminalreporter):
    """Under `make faults`: every promise of docs/reliability.md, and how its tests came out."""
    if "ONESCALE_FAULTS" not in os.environ:
        return
    from onescale.core.text import aligned, brief

    rows = []
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    for promise, keepers in re.findall(r"^\| (.+?) \| (.*tests/.+?) \|", page, re.MULTILINE):
        files = re.findall(r"tests/[a-z_/]+\.py", keepers)
        counts = [
            sum(report.nodeid.startswith(tuple(files)) for report in reports)
            for reports in (
                [one for one in terminalreporter.stats.get(kind, []) if hasattr(one, "nodeid")]
                for kind in ("passed", "failed", "error", "skipped")
            )
        ]
        rows.append([brief(promise, 70), *map(str, counts)])
    header = ["promise", "passed", "failed", "errors", "skipped"]
    terminalreporter.section("what can be relied on")
    for line in aligned(header, rows, [False, True, True, True, True], markdown=False):
        terminalreporter.write_line(line)
