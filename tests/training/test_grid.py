"""Variants from axes: every combination once, with the keys that it sets and a name of its own."""

import itertools
import json

import pytest

from onescale.core.errors import SpecError
from onescale.training.grid import points, put


def test_every_combination_once_the_last_axis_fastest():
    axes = {"optimizer.rate": [0.1, 0.01], "hidden": {"small": [8], "large": [80]}}
    found = points({"steps": 10, "optimizer": {"name": "sgd"}}, axes)
    assert [tuple(point.values.values()) for point in found] == list(
        itertools.product([0.1, 0.01], ["small", "large"])
    )
    assert found[1].spec == {
        "steps": 10,
        "optimizer": {"name": "sgd", "rate": 0.1},
        "hidden": [80],
    }
    assert [point.suffix for point in found] == [
        "0_1_small", "0_1_large", "0_01_small", "0_01_large",
    ]  # fmt: skip


def test_null_is_without_the_block_and_labels_may_set_several_keys():
    none, some = points({"dropout": {"ratio": 0.5}}, {"dropout.ratio": [None, 0.2]})
    assert none.spec == {"dropout": None} and none.suffix == "none"
    assert some.spec == {"dropout": {"ratio": 0.2}}
    plain, few = points({}, {"images": {"all": {}, "300": {"train_images": 300, "steps": 9}}})
    assert plain.spec == {} and few.spec == {"train_images": 300, "steps": 9}


def test_what_is_shared_is_not_changed():
    base = {"optimizer": {"name": "adam"}}
    before = json.dumps(base)
    points(base, {"optimizer.rate": [1, 2, 3]})
    put(base, "optimizer.rate", 7)
    assert json.dumps(base) == before


def test_names_hold_only_what_names_may_hold():
    axes = {"init": {"std 0.01": {"normal": 0.01}, "50, 100": "he"}, "batch_norm": {"With": {}}}
    found = points({"optimizer": {}}, axes | {"optimizer.rate": [1e-05]})
    assert [point.suffix for point in found] == ["std_0_01_with_1e_05", "50_100_with_1e_05"]


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        ({"optimizer.rate": 0.1}, "list of values"),
        ({"optimizer.rate": []}, "list of values"),
        ({"init": [{"normal": 1}]}, "label"),
        ({"optimizer.rate": [0.1, 0.1]}, "twice"),
        ({"init": {"a b": "he", "a_b": "xavier"}}, "twice"),
    ],
)
def test_axes_that_cannot_be_meant(vary, told):
    with pytest.raises(SpecError, match=told):
        points({}, vary)
