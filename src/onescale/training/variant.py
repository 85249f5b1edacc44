"""What one run is: every choice that its numbers depend on, apart from the data and the seed.

A variant is a mapping in config/config.yaml. Here it becomes a frozen, complete and checked value;
`training` acts on it, and a run's record holds it as `to_mapping` gives it. The quirks of the
chapter's code are ordinary values of these keys.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from onescale.core import settings
from onescale.core.errors import SpecError, suggest
from onescale.core.settings import choice, closed, flag, integer, number
from onescale.data.augment import AugmentSettings
from onescale.nn.activations import ACTIVATIONS
from onescale.nn.initializers import INITIALIZERS
from onescale.nn.optimizers import OPTIMIZERS
from onescale.nn.schedules import SCHEDULES


@dataclass(frozen=True)
class BatchNormSettings:
    """Standardise each batch before the activation, then γ·x̂ + β.

    The chapter's form: trainable false (γ = 1, β = 0 for ever), running_statistics false (those of
    the whole set at evaluation).
    """

    trainable: bool = flag(True, "Learn γ and β; false leaves them at 1 and 0.")
    running_statistics: bool = flag(
        True, "Evaluate with running means; false: with the statistics of the whole set at hand."
    )
    momentum: float = number(0.1, "(0, 1]", "Weight of the newest batch in the running means.")
    epsilon: float = number(1e-5, "(0, inf)", "Added to the variance.")


@dataclass(frozen=True)
class DropoutSettings:
    """Switch off each hidden node with probability `ratio`, anew for every batch and node.

    The chapter's form: inverted false (kept nodes pass unchanged in training, all are multiplied by
    1 − ratio in evaluation) and active_in_evaluation true (it never says that it evaluates).
    """

    ratio: float = number(0.15, "[0, 1)", "Probability that a hidden node is switched off.")
    inverted: bool = flag(
        True, "Scale in training by 1/(1 − ratio); false: evaluation by 1 − ratio."
    )
    active_in_evaluation: bool = flag(False, "Leave it on while accuracy is measured.")


@dataclass(frozen=True)
class WeightDecaySettings:
    """½·rate·ΣW² added to the loss and, unless `in` is loss, rate·W to each weight's gradient."""

    rate: float = number(0.001, "[0, inf)", "Factor λ of the penalty ½λΣW²; biases never decay.")
    in_: str = choice(
        "gradient", ("gradient", "loss"), "loss: the penalty is reported and nothing else."
    )


DEFAULT_AUGMENT = {"rotation": 10.0, "brightness": 0.2, "flip": 0.5}  # of {}: the chapter's kinds
BLOCKS = {
    "batch_norm": BatchNormSettings,
    "dropout": DropoutSettings,
    "weight_decay": WeightDecaySettings,
    "augment": AugmentSettings,
}


@dataclass(frozen=True)
class Variant:
    """One complete choice. Every field takes what its key in a configuration may hold.

    hidden: nodes of each hidden layer, any number of layers, none included.
    init: "xavier" √(1/fan_in), "glorot" √(2/(fan_in + fan_out)), "he" √(2/fan_in), or
        {"normal": std} for every layer.
    optimizer, schedule: {"name": …} with hyper-parameters of its own (`nn.optimizers`,
        `nn.schedules`); blocks (`batch_norm`, `dropout`, `weight_decay`, `augment`): a mapping,
        {} for the defaults, None for off.
    train_images: the first so many training images; None is all of them.
    held_out: so many training images, the last ones, are not trained on and stand in place of the
        test set, which is then not touched.
    observe_activations: record `nn.activations.activation_statistics` of 1,000 training images.

    Raises SpecError, which names the key and what is allowed, where a value cannot be meant.
    """

    name: str = "variant"
    hidden: tuple[int, ...] = (50, 100)
    activation: str = choice("relu", tuple(ACTIVATIONS), "Of the hidden layers.")
    init: str | dict[str, float] = "he"
    optimizer: dict[str, Any] | str = "adam"
    schedule: dict[str, Any] | str = "constant"
    batch_norm: BatchNormSettings | None = None
    dropout: DropoutSettings | None = None
    weight_decay: WeightDecaySettings | None = None
    augment: AugmentSettings | None = None
    loss_taken: str = choice(
        "in_step",
        ("in_step", "after_update"),
        "From the forward pass of the step, or from a second one after the update, where recorded.",
    )
    batches: str = choice(
        "shuffled",
        ("shuffled", "with_replacement"),
        "Every image once an epoch, or each batch drawn anew from all.",
    )
    batch_size: int = integer(100, "[1, inf)", "Images a step.")
    steps: int = integer(10000, "[1, inf)", "Updates of a run.")
    evaluate_every: int = integer(600, "[1, inf)", "Updates between two evaluations.")
    train_images: int | None = integer(None, "[1, inf)", "The first so many; null: all.")
    held_out: int | None = integer(
        None,
        "[1, inf)",
        "So many training images, the last ones, stand in place of the test set; null: none.",
    )
    observe_activations: bool = flag(
        False, "Record at each evaluation how the activations of 1,000 training images spread."
    )
    precision: str = choice("float32", ("float32", "float64"), "Of all arithmetic.")

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in BLOCKS:
                value = _block(field.name, value)
            elif "kind" in field.metadata:
                value = settings.check(field, value, field.name)
            else:
                value = _SPECIAL[field.name](value)
            object.__setattr__(self, field.name, value)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Variant":
        """The variant that a mapping describes; keys left out take their defaults.

        >>> Variant.from_mapping({"optimizer": {"name": "sgd"}}).optimizer
        {'name': 'sgd', 'rate': 0.01}
        """
        closed(mapping, [field.name for field in fields(cls)], "variant")
        return cls(**mapping)

    def to_mapping(self) -> dict[str, Any]:
        """Every key with its value, in a fixed order, ready for JSON; `from_mapping` undoes it."""
        mapping = {field.name: getattr(self, field.name) for field in fields(self)}
        for key in BLOCKS:
            mapping[key] = mapping[key] and settings.as_mapping(mapping[key])
        return mapping | {"hidden": list(self.hidden)}


def json_schema() -> dict[str, Any]:
    """The closed JSON schema of a variant in the configuration, where the name is its key."""
    whole_numbers = {"type": "integer", "minimum": 1}
    std = {"type": "number", "exclusiveMinimum": 0}
    properties: dict[str, Any] = {
        "hidden": {
            "type": "array",
            "items": whole_numbers,
            "description": "Nodes of each hidden layer.",
        },
        "init": {
            "description": "Spread of the initial weights.",
            "oneOf": [
                {"enum": list(INITIALIZERS)},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["normal"],
                    "properties": {"normal": std},
                },
            ],
        },
        "optimizer": {"oneOf": [_named_schema(*item) for item in OPTIMIZERS.items()]},
        "schedule": {"oneOf": [_named_schema(*item) for item in SCHEDULES.items()]},
    }
    for field in fields(Variant):
        if field.name in BLOCKS:
            block = settings.schema(BLOCKS[field.name])
            properties[field.name] = block | {"type": ["object", "null"]}
        elif "kind" in field.metadata:
            properties[field.name] = settings.field_schema(field)
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _named_schema(name: str, cls: type) -> dict[str, Any]:
    found = settings.schema(cls)
    found["properties"] = {"name": {"const": name}} | found["properties"]
    summary = (cls.__doc__ or "").partition("\n")[0]
    return found | {"required": ["name"], "description": summary}


def _block(key: str, value: Any) -> Any:
    if value is None or isinstance(value, BLOCKS[key]):
        return value
    if key == "augment" and isinstance(value, Mapping) and not value:
        value = DEFAULT_AUGMENT
    return settings.build(BLOCKS[key], value, key)


def _name(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]+", value):
        return value
    raise SpecError(f"name: {value!r} must be of the characters a–z, 0–9 and _")


def _hidden(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        raise SpecError(f"hidden: {value!r} must be a list of whole numbers, such as [50, 100]")
    return tuple(settings.check_number(nodes, "integer", "[1, inf)", "hidden") for nodes in value)


def _init(value: Any) -> str | dict[str, float]:
    if isinstance(value, Mapping) and list(value) == ["normal"]:
        std = settings.check_number(value["normal"], "number", "(0, inf)", "init.normal")
        return {"normal": std}
    if isinstance(value, str) and value in INITIALIZERS:
        return value
    raise SpecError(f"init: {suggest(str(value), [*INITIALIZERS, '{normal: std}'], 'value')}")


def _named(key: str, value: Any, table: dict[str, type]) -> dict[str, Any]:
    """{"name": …} with every hyper-parameter of its class, checked."""
    given = {"name": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or "name" not in given:
        raise SpecError(f"{key}: {value!r} must be a mapping with a name: {', '.join(table)}")
    name = given["name"]
    if not isinstance(name, str) or name not in table:
        raise SpecError(f"{key}.name: {suggest(str(name), table)}")
    own = {k: v for k, v in given.items() if k != "name"}
    return {"name": name} | settings.as_mapping(settings.build(table[name], own, key))


_SPECIAL = {
    "name": _name,
    "hidden": _hidden,
    "init": _init,
    "optimizer": lambda value: _named("optimizer", value, OPTIMIZERS),
    "schedule": lambda value: _named("schedule", value, SCHEDULES),
}
