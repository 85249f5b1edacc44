"""Run files: what is written comes back, and whatever is no run file is named and refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from made_up_runs import run_entry
from onescale.core.errors import DataError
from onescale.data.dataset import Dataset
from onescale.runs.record import read, read_all
from onescale.training.trainer import train
from onescale.training.variant import Variant

ADAM = {0: 0.9712, 1: 0.9698, 2: 0.9725}
SMALL = {"name": "small", "hidden": [5], "batch_size": 10, "steps": 40, "evaluate_every": 15}


def made():
    random = np.random.default_rng(3)
    labels = random.integers(2, size=120)
    images = random.normal(size=(120, 6)) + labels[:, None]
    return Dataset(images[:90], labels[:90], images[90:], labels[90:], name="made")


@pytest.mark.parametrize(
    "more",
    [{}, {"observe_activations": True}, {"optimizer": {"name": "sgd", "rate": 1e30}}],
    ids=["plain", "observed", "diverged"],
)
def test_a_run_comes_back_as_it_was_written(more, tmp_path):
    variant, data, path = Variant.from_mapping(SMALL | more), made(), tmp_path / "deep/small.json"
    runs = train(variant, data, [7, 2], output=path)
    record = read(path)
    assert list(record.runs.values()) == sorted(runs, key=lambda run: run.seed)
    assert (record.variant, record.dataset) == (variant.to_mapping(), data.about())
    assert (runs[0].diverged is None) == ("optimizer" not in more)
    assert runs[0].us_per_step == runs[0].train_seconds / runs[0].updates * 1e6 > 0
    with np.load(path.with_suffix(".npz")) as arrays:
        for run in runs:
            for name, array in run.network.arrays().items():
                assert arrays[f"seed{run.seed}.{name}"].tobytes() == array.tobytes()
            predictions = arrays[f"seed{run.seed}.test_predictions"]
            assert predictions.tobytes() == run.test_predictions.tobytes()


def test_without_a_timing_file_there_are_no_seconds(write_run):
    (run,) = read(write_run("adam", {0: 0.97}, timing=False)).runs.values()
    timed, untimed = (read(write_run("adam", {0: 0.97}), timed=t).runs[0] for t in (True, False))
    assert run == untimed and run.us_per_step is None and run.seconds(601) is None
    assert timed.us_per_step == 1000 and timed.seconds(601) == pytest.approx(0.601)
    times = dict.fromkeys(("us_per_step", "train_seconds", "evaluate_seconds"))
    assert replace(timed, **times) == untimed


RUN_FILE = {"variant": {"name": "a", "levels": []}, "dataset": {}, "versions": {}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not JSON, so not what 'onescale train' wrote"),
        ('{"runs": [', ":1: not JSON"),
        ({"runs": []}, "not what 'onescale train' writes: it lacks 'variant'"),
        ([1, 2], "it must be a mapping with variant, dataset, versions, runs"),
        (RUN_FILE | {"runs": [], "run": 1}, "unknown key 'run'; did you mean 'runs'?"),
        (RUN_FILE | {"runs": [run_entry(0, 0.9)], "variant": {}}, "'variant' lacks 'name'"),
        (RUN_FILE | {"runs": [], "dataset": "mnist"}, "'dataset': 'mnist' is no mapping"),
        (RUN_FILE | {"runs": []}, "no seeds"),
        (RUN_FILE | {"runs": [{}]}, "'runs', entry 1: it lacks 'seed'"),
        (RUN_FILE | {"runs": [{"seed": 0}]}, "it lacks 'train_accuracy'"),
        (
            RUN_FILE | {"runs": [run_entry(True, 0.9)]},
            "'runs', entry 1: 'seed': True is not what stands there",
        ),
        (RUN_FILE | {"runs": [run_entry(0, 0.9)] * 2}, "seed 0 stands there twice"),
        ('{"variant": {"name": "a"}, "runs": [{"test_accuracy": NaN}]}', "NaN is not strict"),
    ],
)
def test_a_file_that_is_no_run_file(tmp_path, content, words):
    path = tmp_path / "bad.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(DataError) as error:
        read(path)
    assert str(path) in str(error.value) and words in str(error.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="no such file; 'onescale train"):
        read(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"runs": [{"seed": 0}]}, "'runs', entry 1: it lacks 'train_seconds'"),
        ({"runs": 3}, "'runs': 3 is no list"),
        ({"machines": {}}, "unknown key 'machines'"),
    ],
)
def test_a_broken_timing_file(write_run, change, words):
    path = write_run("adam", ADAM).with_suffix(".timing.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataError, match=rf"adam\.timing\.json: .*{words}"):
        read(path.with_suffix("").with_suffix(".json"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"test_accuracy": 1.2}, "test_accuracy is 1.2, not a fraction"),
        ({"test_accuracy": None}, "test_accuracy is None, not a fraction"),
        ({"train_accuracy": 0.5}, "train_accuracy is 0.5, but the last in 'history' is 0.98"),
        ({"history": {}}, "'history': it lacks 'step'"),
        ({"clock": {"step": [], "test_accuracy": [0.9]}}, "'clock' must be lists of one length"),
        ({"history": []}, "'history': it must be a mapping with step, loss"),
        ({"history": run_entry(0, 0.9)["history"] | {"loss": [1.0]}}, "lists of one length"),
        ({"history": run_entry(0, 0.9)["history"] | {"loss": None}}, "'loss': None is no list"),
        ({"history": run_entry(0, 0.9, curve=[0, None, 0.9])["history"]}, "is None, not a"),
    ],
)
def test_a_run_with_bad_figures(write_run, change, words):
    path = write_run("adam", [run_entry(0, 0.97) | change], timing=False)
    with pytest.raises(DataError) as error:
        read(path)
    assert "seed 0: " in str(error.value) and words in str(error.value)


def test_runs_that_do_not_belong_together(write_run):
    adam, other = write_run("adam", ADAM), write_run("x", ADAM, dataset={"name": "f", "hash": "b"})
    with pytest.raises(DataError, match="only runs on the same data"):
        read_all([adam, other])
    with pytest.raises(DataError, match="already read"):
        read_all([adam, adam])
    with pytest.raises(DataError, match="no run files"):
        read_all([adam.with_suffix(".timing.json")])
