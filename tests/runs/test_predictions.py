"""Predictions: the same from the arrays of a run and from the small file that is published."""

import json

import numpy as np
import pytest

import onescale
from onescale.core.errors import DataError
from onescale.data.fetch import load
from onescale.runs import predictions, record

NET = {"name": "small", "hidden": [6], "batch_size": 10, "steps": 30, "evaluate_every": 30}


@pytest.fixture
def trained(cache, tmp_path):
    """A run file in a folder `runs`, and its data."""
    data, path = load(cache), tmp_path / "runs/small.json"
    onescale.train(NET, data, seeds=[4, 0, 1], output=path)
    return path, data


def test_they_are_what_the_runs_got_right(trained):
    path, data = trained
    runs = record.read(path)
    right = (predictions.read(runs, data) == data.test_labels).mean(axis=1)
    assert list(right) == [run.test_accuracy for run in runs.runs.values()]


def test_a_run_in_the_folder_that_one_is_in_has_them_too(trained, monkeypatch):
    path, data = trained
    monkeypatch.chdir(path.parent)
    there, here = record.read(path), record.read(path.name)
    np.testing.assert_array_equal(predictions.read(here, data), predictions.read(there, data))


def test_a_small_file_says_the_same(trained, tmp_path):
    path, data = trained
    runs = record.read(path)
    before = predictions.read(runs, data)
    small = tmp_path / "predictions/small.npz"
    predictions.pack(runs, data, small)
    with np.load(small) as arrays:
        np.testing.assert_array_equal(arrays["offsets"] == 0, (before == data.test_labels).T)
        assert list(arrays["seeds"]) == [0, 1, 4]
    path.with_suffix(".npz").unlink()
    np.testing.assert_array_equal(predictions.read(runs, data), before)
    whole = small.read_bytes()
    small.write_bytes(whole[:100])
    with pytest.raises(DataError, match=r"predictions/small\.npz: no predictions"):
        predictions.read(runs, data)


def test_what_is_published_takes_little_room(tmp_path):
    """20 runs of 10,000 images with three errors in a hundred, most of them on the same images."""
    draw = np.random.default_rng(0)
    labels = draw.integers(10, size=10_000)
    hard = draw.beta(0.05, 1.6, size=10_000)
    wrong = draw.random((20, 10_000)) < hard
    found = np.where(wrong, (labels + 1 + draw.integers(3, size=wrong.shape)) % 10, labels)
    np.savez(tmp_path / "a.npz", **{f"seed{k}.test_predictions": found[k] for k in range(20)})
    images = np.zeros((10_000, 1), np.uint8)
    data = onescale.Dataset(images, labels, images, labels)
    runs = dict.fromkeys(range(20))
    made = record.Record({"name": "a"}, data.about(), {}, runs, tmp_path / "a.json")
    predictions.pack(made, data, tmp_path / "small.npz")
    assert 0.02 < wrong.mean() < 0.04
    assert (tmp_path / "small.npz").stat().st_size < 15_000


def test_predictions_of_other_data_are_refused(trained):
    path, data = trained
    content = json.loads(path.read_text())
    content["dataset"]["hash"] = "other"
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match="trained on other data than"):
        predictions.read(record.read(path), data)
