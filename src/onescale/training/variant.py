"""What one run is: every choice that its numbers depend on, apart from the data and the seed.

A variant is a mapping in config/config.yaml. Here it becomes a frozen, complete and checked value;
`training` acts on it, and a run's record holds it as `to_mapping` gives it. The quirks of the
chapter's code are ordinary values of these keys.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onescale.core import settings
from onescale.core.errors import SpecError, suggest
from onescale.core.settings import block, choice, flag, integer, named, number, setting
from onescale.data.augment import AugmentSettings
from onescale.nn import optimizer_file
from onescale.nn.activations import ACTIVATIONS
from onescale.nn.initializers import INITIALIZERS
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


CHAPTER_AUGMENT = {"rotation": 10.0, "brightness": 0.2, "flip": 0.5}


def _name(value: Any, where: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]+", value):
        return value
    raise SpecError(f"{where}: {value!r} must be of the characters a–z, 0–9 and _")


_WIDTH = "[1, 1e6]"  # nodes of a layer


def _hidden(value: Any, where: str) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        raise SpecError(f"{where}: {value!r} must be a list of whole numbers, such as [50, 100]")
    return tuple(settings.check_number(nodes, "integer", _WIDTH, where) for nodes in value)


def _init(value: Any, where: str) -> str | dict[str, float]:
    if isinstance(value, Mapping) and list(value) == ["normal"]:
        std = settings.check_number(value["normal"], "number", "(0, inf)", f"{where}.normal")
        return {"normal": std}
    if isinstance(value, str) and value in INITIALIZERS:
        return value
    raise SpecError(f"{where}: {suggest(str(value), [*INITIALIZERS, '{normal: std}'], 'value')}")


def _levels(value: Any, where: str) -> tuple[float, ...]:
    if not isinstance(value, list | tuple):
        raise SpecError(f"{where}: {value!r} must be a list of fractions, such as [0.95, 0.97]")
    levels = [settings.check_number(level, "number", "[0, 1]", where) for level in value]
    if levels != sorted(set(levels)):
        raise SpecError(f"{where}: {levels} must rise")
    return tuple(levels)


_FRACTIONS = {"type": "array", "items": settings.bounded("number", "[0, 1]")}
_NODES = {"type": "array", "items": settings.bounded("integer", _WIDTH)}
_SPREAD = settings.closed_schema({"normal": settings.bounded("number", "(0, inf)")})
_SPREAD = {"oneOf": [{"enum": list(INITIALIZERS)}, _SPREAD | {"required": ["normal"]}]}


@dataclass(frozen=True)
class Variant:
    """One complete choice. Every field takes what its key in a configuration may hold.

    hidden: nodes of each hidden layer, any number of layers, none included.
    init: "xavier" √(1/fan_in), "glorot" √(2/(fan_in + fan_out)), "he" √(2/fan_in), or
        {"normal": std} for every layer.
    optimizer, schedule: {"name": …} with hyper-parameters of its own (`nn.optimizers`,
        `nn.schedules`), of an optimiser of one's own its file and class too
        (`nn.optimizer_file`); blocks (`batch_norm`, `dropout`, `weight_decay`, `augment`): a
        mapping, {} for the defaults, None for off.
    train_images: the first so many training images; None is all of them.
    held_out: so many training images, the last ones, are not trained on and stand in place of the
        test set, which is then not touched.
    levels: test accuracies that runs are timed to, rising; the clock (`training.clock`) looks often
        around them.
    observe_activations: record `nn.activations.activation_statistics` of 1,000 training images.

    Raises SpecError, which names the key and what is allowed, where a value cannot be meant.
    """

    name: str = setting("variant", _name, {"type": "string"})
    hidden: tuple[int, ...] = setting(
        (50, 100), _hidden, _NODES | {"description": "Nodes of each hidden layer."}
    )
    activation: str = choice("relu", tuple(ACTIVATIONS), "Of the hidden layers.")
    init: str | dict[str, float] = setting(
        "he", _init, _SPREAD | {"description": "Spread of the initial weights."}
    )
    optimizer: dict[str, Any] | str = setting(
        "adam", optimizer_file.canonical, optimizer_file.SCHEMA
    )
    schedule: dict[str, Any] | str = named("constant", SCHEDULES)
    batch_norm: BatchNormSettings | None = block(BatchNormSettings)
    dropout: DropoutSettings | None = block(DropoutSettings)
    weight_decay: WeightDecaySettings | None = block(WeightDecaySettings)
    augment: AugmentSettings | None = block(AugmentSettings, CHAPTER_AUGMENT)
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
    batch_size: int = integer(100, "[1, 1e9]", "Images a step.")
    steps: int = integer(10000, "[1, 1e9]", "Updates of a run.")
    evaluate_every: int = integer(600, "[1, 1e9]", "Updates between two evaluations.")
    levels: tuple[float, ...] = setting(
        (0.95, 0.97),
        _levels,
        _FRACTIONS | {"description": "Test accuracies that runs are timed to, rising; []: none."},
    )
    train_images: int | None = integer(None, "[1, 1e9]", "The first so many; null: all.")
    held_out: int | None = integer(
        None,
        "[1, 1e9]",
        "So many training images, the last ones, stand in place of the test set; null: none.",
    )
    stop_settled: bool = flag(
        False, "End once test accuracy has come to stay at the highest of `levels`."
    )
    observe_activations: bool = flag(
        False, "Record at each evaluation how the activations of 1,000 training images spread."
    )
    precision: str = choice("float32", ("float32", "float64"), "Of all arithmetic.")

    def __post_init__(self) -> None:
        for key, field in settings.declared(type(self)).items():
            value = field.metadata["check"](getattr(self, key), key)
            object.__setattr__(self, key, value)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Variant":
        """The variant that a mapping describes; keys left out take their defaults.

        >>> Variant.from_mapping({"optimizer": {"name": "sgd"}}).optimizer
        {'name': 'sgd', 'rate': 0.01}
        """
        settings.closed(mapping, settings.declared(cls), "variant")
        return cls(**mapping)

    def to_mapping(self) -> dict[str, Any]:
        """Every key with its value, in a fixed order, ready for JSON; `from_mapping` undoes it."""
        return settings.as_mapping(self)


def json_schema() -> dict[str, Any]:
    """The closed JSON schema of a variant in the configuration, where the name is its key."""
    whole = settings.schema(Variant)
    del whole["properties"]["name"]
    return whole
