"""A disk that is full at every kind of write: one line that names the file, nothing half under a
final name, and the same command goes on once there is room.

On a file system in memory of a few pages, which only root may mount.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from places import ROOT

AGES = str(ROOT / "data/class_ages.csv")
SMALL, ROOM = "64k", "64m"
SPEC = {"name": "net", "hidden": [200], "steps": 40, "evaluate_every": 20, "batch_size": 10}


@pytest.fixture
def disk(tmp_path):
    """A folder of 64 kB, and what gives it room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("only root may mount a file system in memory here")

    def enlarge() -> None:
        subprocess.run(["mount", "-o", f"remount,size={ROOM}", folder], check=True)

    yield folder, enlarge
    subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A table of 200 kB, arrays to train on, and the run of a net."""
    folder = tmp_path_factory.mktemp("given")
    rows = "".join(f"n{k},{k * 0.1},{k % 7}\n" for k in range(12_000))
    (folder / "table.csv").write_text("who,x,y\n" + rows)
    rng = np.random.default_rng(0)
    np.savez(
        folder / "own.npz",
        **{f"x_{part}": rng.integers(0, 255, (n, 20, 20), np.uint8) for part, n in PARTS},
        **{f"y_{part}": np.arange(n) % 4 for part, n in PARTS},
    )
    for words in (
        ["dataset", "add", "own", "own.npz", "--folder", "own", "-o", "own.yaml"],
        ["mnist", "fetch", "--dataset", "own", "--spec", "@own.json", "-o", "cache"],
        [
            "train",
            "--spec",
            json.dumps(SPEC),
            "--seeds",
            "0,1",
            "--data",
            "cache",
            "-o",
            "net.json",
        ],
    ):
        if words[0] == "mnist":
            import yaml

            spec = yaml.safe_load((folder / "own.yaml").read_text())["datasets"]["own"]
            (folder / "own.json").write_text(json.dumps(spec))
        ran = command(folder, *words)
        assert ran.returncode == 0, ran.stderr
    return folder


PARTS = (("train", 600), ("test", 200))
WRITES = {
    "a table": (["standardize", "table.csv", "-q", "-o", "{disk}/t.csv"], ["t.csv"]),
    "parquet": (["minmax", "table.csv", "-q", "-o", "{disk}/t.parquet"], ["t.parquet"]),
    "a table packed": (["rank", "table.csv", "-q", "-o", "{disk}/t.csv.gz"], ["t.csv.gz"]),
    "a fit": (["fit", "table.csv", "-q", "--by", "who", "-c", "x", "-o", "{disk}/f.json"],
              ["f.json"]),
    "images": (["mnist", "fetch", "--dataset", "own", "--spec", "@own.json", "-o", "{disk}/cache"],
               ["cache/dataset.json"]),
    "a data set": (["dataset", "add", "two", "own.npz", "--folder", "{disk}/two", "-o", "two.yaml"],
                   ["two/train-images-idx3-ubyte"]),
    "a run": (["train", "--spec", json.dumps(SPEC), "--seeds", "0,1", "--data", "cache",
               "-o", "{disk}/net.json"], ["net.json", "net.npz", "net.timing.json"]),
    "checkpoints": (["train", "--spec", json.dumps(SPEC | {"steps": 300}), "--seeds", "0,1",
                     "--data", "cache", "--checkpoints", "{disk}/kept", "-o", "kept.json"], []),
    "a figure": (["figures", "surface", "-o", "{disk}/paths"], ["paths.png", "paths.svg"]),
}  # fmt: skip


def command(folder: Path, *words: str) -> subprocess.CompletedProcess:
    call = [sys.executable, "-m", "onescale", *words]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("what", WRITES)
def test_a_full_disk_is_one_line_and_the_same_command_goes_on(what, given, disk):
    folder, enlarge = disk
    words, outputs = WRITES[what]
    words = [word.replace("{disk}", str(folder)) for word in words]
    ran = command(given, *words)
    errors = [line for line in ran.stderr.splitlines() if line.startswith("onescale: ")]
    assert ran.returncode == 3, ran.stderr
    assert "Traceback" not in ran.stderr and "bug" not in ran.stderr
    assert str(folder) in errors[-1] and "No space left" in errors[-1], errors
    assert not [name for name in outputs if (folder / name).exists()]
    assert not list(folder.rglob("*.part*"))
    enlarge()
    ran = command(given, *words)
    assert ran.returncode == 0, ran.stderr
    assert all((folder / name).stat().st_size for name in outputs)
