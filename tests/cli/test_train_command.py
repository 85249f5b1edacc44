"""`onescale train`: the files it leaves, what it says, and what it says of mistakes."""

import json
import os
import pty
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from onescale.cli import cli
from onescale.core.errors import DataError, SpecError

SPEC = {"name": "small", "hidden": [8], "batch_size": 10, "steps": 30, "evaluate_every": 12}


@pytest.fixture
def run(cache, tmp_path):
    def run(spec=SPEC, seeds="0,1,2", *more, output="runs/small.json"):
        arguments = ["train", "--spec", spec if isinstance(spec, str) else json.dumps(spec)]
        arguments += ["--seeds", seeds, "--data", str(cache), "-o", str(tmp_path / output), *more]
        return CliRunner().invoke(cli, arguments, catch_exceptions=True)

    return run


def test_the_three_files(run, tmp_path):
    assert run().exit_code == 0
    found = json.loads((tmp_path / "runs/small.json").read_text(), parse_constant=pytest.fail)
    assert found["variant"]["name"] == "small"
    assert found["variant"]["optimizer"]["name"] == "adam"
    assert found["dataset"]["name"] == "tiny" and len(found["dataset"]["hash"]) == 64
    assert set(found["versions"]) == {"onescale", "numpy", "scipy"}
    assert [entry["seed"] for entry in found["runs"]] == [0, 1, 2]
    for entry in found["runs"]:
        history = entry["history"]
        assert list(history) == ["step", "loss", "train_accuracy", "test_accuracy", "learning_rate"]
        assert history["step"] == [1, 13, 25, 30]
        assert entry["test_accuracy"] == history["test_accuracy"][-1]
        assert entry["train_accuracy"] == history["train_accuracy"][-1]
        assert entry["diverged"] is False
        assert entry["clock"]["step"] == [13, 25, 30]
    timing = json.loads((tmp_path / "runs/small.timing.json").read_text())
    assert timing["variant"] == "small"
    assert set(timing["machine"]) == {"platform", "processor", "cores", "python", "numpy", "blas"}
    for entry in timing["runs"]:
        assert entry["train_seconds"] > 0 and entry["evaluate_seconds"] > 0
        assert entry["us_per_step"] == pytest.approx(entry["train_seconds"] / 30 * 1e6)
    with np.load(tmp_path / "runs/small.npz", allow_pickle=False) as arrays:
        assert arrays["seed1.W1"].shape == (16, 8)
        assert arrays["seed2.test_predictions"].dtype == np.uint8
        assert arrays["seed2.test_predictions"].shape == (30,)


def test_the_same_bytes_again(run, tmp_path):
    run(output="a.json"), run(output="b.json")
    for ending in (".json", ".npz"):
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_a_line_a_seed_and_one_in_the_end(run, tmp_path):
    lines = run(SPEC, "0,5", "--log", str(tmp_path / "logs/small.log")).stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("small: seed 0 (1 of 2) test ")
    assert lines[1].startswith("small: seed 5 (2 of 2) test ")
    assert lines[2].startswith("small: 2 seeds, test ") and "small.json" in lines[2]
    log = (tmp_path / "logs/small.log").read_text().splitlines()
    assert len(log) == 8
    assert log[1].startswith("small seed 0 update 13 of 30: loss ")


def test_divergence_is_said_and_recorded(run, tmp_path):
    spec = SPEC | {"optimizer": {"name": "sgd", "rate": 1e30}}
    done = run(spec, "0")
    assert done.exit_code == 0
    assert "diverged at update" in done.stderr and "1 diverged" in done.stderr
    entry = json.loads((tmp_path / "runs/small.json").read_text())["runs"][0]
    assert entry["diverged"] == entry["history"]["step"][-1]
    assert entry["history"]["loss"][-1] is None


def test_a_bar_on_a_terminal(cache, tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "onescale", "train", "--spec", json.dumps(SPEC)]
    command += ["--data", str(cache), "-o", str(tmp_path / "x.json")]
    subprocess.run(command, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "small [##" in shown and "100%" in shown and "update 13" in shown


@pytest.mark.parametrize(
    ("spec", "seeds", "kind", "words"),
    [
        ('{"name": ', "0", SpecError, "--spec: not JSON at line 1, column 10"),
        ("[]", "0", SpecError, "--spec: [] must be a mapping"),
        (SPEC | {"optimizer": {"name": "adan"}}, "0", SpecError, "did you mean 'adam'"),
        (SPEC | {"batch_size": 71}, "0", SpecError, "71 of 70 training images; use at most 70"),
        (SPEC, "0,x", SpecError, "--seeds: '0,x' must be whole numbers such as 0,1,2"),
        (SPEC, "1,1", SpecError, "each once"),
    ],
)
def test_mistakes_leave_no_files(spec, seeds, kind, words, run, tmp_path):
    error = run(spec, seeds).exception
    assert isinstance(error, kind) and words in str(error)
    assert not (tmp_path / "runs").exists()


def test_no_data(run, cache):
    (cache / "dataset.json").unlink()
    error = run().exception
    assert isinstance(error, DataError) and str(cache) in str(error)


def test_the_output_must_be_json(run):
    assert "must end in .json" in str(run(output="runs/small.txt").exception)
