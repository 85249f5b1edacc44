"""What a variant may be, and what is said of one that cannot be meant."""

import json

import jsonschema
import pytest

from onescale.core.errors import SpecError
from onescale.nn.optimizers import OPTIMIZERS
from onescale.nn.schedules import SCHEDULES
from onescale.training.variant import Variant, json_schema

FULL = {
    "name": "everything",
    "hidden": [7],
    "activation": "tanh",
    "init": {"normal": 0.2},
    "optimizer": {"name": "momentum", "rate": 0.1, "momentum": 0.5},
    "schedule": {"name": "step", "every": 10, "factor": 0.5},
    "batch_norm": {"trainable": False, "epsilon": 0.01},
    "dropout": {"ratio": 0.5},
    "weight_decay": {"rate": 0.1, "in": "loss"},
    "augment": {"rotation": 5},
    "loss_taken": "after_update",
    "batches": "with_replacement",
    "batch_size": 10,
    "steps": 3,
    "evaluate_every": 5,
    "train_images": 300,
    "precision": "float64",
}


def test_an_empty_mapping_is_adam_with_he_weights():
    found = Variant.from_mapping({})
    assert found.hidden == (50, 100)
    assert (found.activation, found.init) == ("relu", "he")
    assert found.optimizer["name"] == "adam"
    assert (found.batch_size, found.steps, found.evaluate_every) == (100, 10000, 600)
    assert (found.batches, found.loss_taken, found.precision) == ("shuffled", "in_step", "float32")
    assert found.batch_norm is found.dropout is found.weight_decay is found.augment is None


@pytest.mark.parametrize("mapping", [{}, FULL, {"batch_norm": {}, "augment": {}}])
def test_the_mapping_is_complete_and_comes_back(mapping):
    variant = Variant.from_mapping(mapping)
    canonical = variant.to_mapping()
    assert Variant.from_mapping(json.loads(json.dumps(canonical))) == variant
    for key, value in mapping.items():
        if not isinstance(value, dict):
            assert canonical[key] == value
        else:
            assert canonical[key].items() >= value.items()


def test_an_empty_block_takes_its_defaults_and_null_is_off():
    found = Variant.from_mapping({"batch_norm": {}, "dropout": {}, "weight_decay": None})
    assert found.batch_norm.trainable and found.batch_norm.running_statistics
    assert found.dropout.ratio == 0.15 and found.dropout.inverted
    assert found.weight_decay is None


def test_an_empty_augment_is_the_chapters_three_kinds_and_each_stands_alone():
    three = Variant.from_mapping({"augment": {}}).augment
    assert three.rotation and three.brightness and three.flip and not three.shift
    alone = Variant.from_mapping({"augment": {"shift": 2}}).augment
    assert alone.shift == 2 and not alone.rotation and not alone.flip


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"optimiser": {}}, "unknown key 'optimiser'; did you mean 'optimizer'?"),
        ({"optimizer": {"name": "adan"}}, "optimizer.name: unknown name 'adan'; did you mean 'ada"),
        ({"optimizer": {"rate": 1}}, "must be a mapping with a name: "),
        ({"optimizer": {"name": "sgd", "beta1": 1}}, "optimizer: unknown key 'beta1'; known: rate"),
        ({"optimizer": {"name": "sgd", "rate": 0}}, "optimizer.rate: 0 must be a number above 0"),
        ({"optimizer": {"name": "sgd", "rate": "1"}}, 'optimizer.rate: "1" must be a number'),
        ({"optimizer": {"name": "sgd", "rate": float("nan")}}, "optimizer.rate: NaN must be"),
        (
            {"optimizer": {"name": "adam", "beta1": 1}},
            "beta1: 1 must be a number from 0 to bel",
        ),
        ({"schedule": {"name": "line"}}, "schedule.name: unknown name 'line'"),
        ({"activation": "rlu"}, "activation: unknown value 'rlu'; did you mean 'relu'?"),
        ({"init": "hee"}, "init: unknown value 'hee'; did you mean 'he'?"),
        ({"init": {"normal": -1}}, "init.normal: -1 must be a number above 0"),
        ({"hidden": 50}, "hidden: 50 must be a list of whole numbers, such as [50, 100]"),
        ({"hidden": [50, 0]}, "hidden: 0 must be a whole number from 1 to 1e+06"),
        ({"dropout": {"ratio": 1}}, "dropout.ratio: 1 must be a number from 0 to below 1"),
        ({"dropout": True}, "dropout: true must be a mapping with ratio, inverted, active"),
        ({"batch_norm": {"trainable": 1}}, "batch_norm.trainable: 1 must be true or false"),
        ({"weight_decay": {"in": "weights"}}, "weight_decay.in: unknown value 'weights'"),
        ({"augment": {"zoom": 1}}, "augment: unknown key 'zoom'"),
        ({"batch_size": 2.5}, "batch_size: 2.5 must be a whole number from 1 to 1e+09"),
        ({"steps": True}, "steps: true must be a whole number"),
        ({"precision": "float16"}, "precision: unknown value 'float16'"),
        ({"name": "Adam!"}, "name: 'Adam!' must be of the characters a–z, 0–9 and _"),
        ([], "variant: [] must be a mapping with name, hidden"),
    ],
)
def test_what_cannot_be_meant_is_named_with_what_is_allowed(mapping, words):
    with pytest.raises(SpecError) as error:
        Variant.from_mapping(mapping)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_the_schema_and_the_code_agree_on_what_is_allowed():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    good = [FULL, {}, {"dropout": None}]
    good += [{"optimizer": {"name": name}} for name in OPTIMIZERS]
    good += [{"schedule": {"name": name}} for name in SCHEDULES]
    bad = [{"steps": 0}, {"dropout": {"ratio": 1}}, {"optimizer": {"name": "sgd", "beta1": 0.5}}]
    for mapping in good:
        mapping = {key: value for key, value in mapping.items() if key != "name"}
        jsonschema.validate(mapping, schema)
        Variant.from_mapping(mapping)
    for mapping in bad:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(mapping, schema)
        with pytest.raises(SpecError):
            Variant.from_mapping(mapping)
