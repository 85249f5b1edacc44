"""Held-out images in place of the test set, and what is recorded of activations meanwhile."""

import json
import math

import numpy as np
import pytest

from onescale.core.errors import SpecError
from onescale.data.dataset import Dataset
from onescale.nn.activations import activation_statistics
from onescale.training.trainer import train

SMALL = {"hidden": [8], "batch_size": 20, "steps": 60, "evaluate_every": 20}


def made(seed=3, n=400, tests=50):
    """Two overlapping clouds, and test labels of their own."""
    random = np.random.default_rng(seed)
    labels = random.integers(2, size=n)
    images = random.normal(size=(n, 6)) + labels[:, None]
    tests = random.integers(2, size=tests)
    return images, labels, random.normal(size=(len(tests), 6)) + tests[:, None], tests


def test_held_out_images_stand_in_place_of_the_test_set():
    """The oracle is a data set cut by hand."""
    images, labels, *_ = made()
    (held,) = train(SMALL | {"held_out": 100}, Dataset(*made()), [0])
    (cut,) = train(SMALL, Dataset(images[:300], labels[:300], images[300:], labels[300:]), [0])
    assert held.history | {"seconds": 0} == cut.history | {"seconds": 0}
    assert len(held.test_predictions) == 100


def test_the_test_set_is_not_touched():
    images, labels, tests, test_labels = made()
    one = Dataset(images, labels, tests, test_labels)
    other = Dataset(images, labels, np.full_like(tests, 9), np.roll(test_labels, 7))
    (a,), (b,) = (train(SMALL | {"held_out": 100}, data, [0]) for data in (one, other))
    assert a.history | {"seconds": 0} == b.history | {"seconds": 0}
    assert np.array_equal(a.network.parameters.values, b.network.parameters.values)


def test_records_on_held_out_images_say_so(tmp_path):
    data = Dataset(*made(), name="made", hash="abc")
    train(SMALL | {"held_out": 100}, data, [0], output=tmp_path / "held.json")
    train(SMALL, data, [0], output=tmp_path / "whole.json")
    held, whole = (
        json.loads((tmp_path / f"{name}.json").read_text())["dataset"] for name in ("held", "whole")
    )
    assert held["test_images"] == 100 and "100 training images held out" in held["name"]
    assert held["hash"] != whole["hash"] == "abc"


@pytest.mark.parametrize("count", [400, 1000])
def test_something_must_be_left_to_train_on(count):
    with pytest.raises(SpecError, match="held_out"):
        train(SMALL | {"held_out": count}, Dataset(*made()), [0])


def test_statistics_of_a_layer():
    values = np.array([[0.0, 1.0, 2.0], [0.0, 3.0, 0.0]])
    found = activation_statistics(values, "relu")
    assert found == {
        "mean": 1.0,
        "sd": pytest.approx(math.sqrt(8 / 6), rel=1e-5),
        "dead": pytest.approx(1 / 3),
        "saturated": 0.5,
        "node_means": [0.0, 2.0, 1.0],
    }
    tanh = activation_statistics(np.array([[0.995, -1.0, 0.5]]), "tanh")
    assert tanh["saturated"] == pytest.approx(2 / 3)
    sigmoid = activation_statistics(np.array([[0.995, 0.001, 0.5]]), "sigmoid")
    assert sigmoid["saturated"] == pytest.approx(2 / 3)


def test_activations_are_recorded_at_each_evaluation_and_change_nothing():
    data = Dataset(*made())
    spec = SMALL | {"hidden": [8, 4], "batch_norm": {"running_statistics": False}}
    (plain,) = train(spec, data, [0])
    (seen,) = train(spec | {"observe_activations": True}, data, [0])
    observed = seen.history.pop("activations")
    assert plain.history | {"seconds": 0} == seen.history | {"seconds": 0}
    assert [len(layers) for layers in observed] == [2] * len(plain.history["step"])
    last = seen.network.activations(data.train_images[:1000])
    assert observed[-1][1]["node_means"] == pytest.approx(last[1].mean(axis=0), rel=1e-5)
    assert observed[-1][0]["sd"] == pytest.approx(last[0].std(), rel=1e-5)


def test_a_diverged_run_has_no_activations_to_record():
    wild = SMALL | {"optimizer": {"name": "sgd", "rate": 1e30}, "observe_activations": True}
    (run,) = train(wild, Dataset(*made()), [0])
    assert run.diverged is not None
    assert run.history["activations"][-1] is None
